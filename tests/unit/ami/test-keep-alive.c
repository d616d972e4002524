/* test-keep-alive.c - silence is asked for a sign of life. */

#include "peer.h"

static AmiClient *
new_client(Peer *peer, gdouble interval, gdouble patience)
{
    AmiClient *client = peer_new_client(peer);

    ami_client_set_keep_alive(client, interval, patience);
    g_assert_true(ami_client_connect(client, NULL, NULL));
    return client;
}

static void
test_pings(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0.01, 3600);
    AmiStatistics statistics;

    do {
        peer_turn();
        ami_client_get_statistics(client, &statistics);
    } while (statistics.latency < 0 || peer_count_actions(peer, "Ping") < 3);
    g_assert_cmpfloat(statistics.latency, <, 3600);
    g_assert_cmpuint(statistics.actions, ==, 0);
    g_assert_cmpuint(statistics.pending, ==, 0);
    g_assert_cmpuint(statistics.logins, ==, 1);
}

static gboolean
be_dead(G_GNUC_UNUSED PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
        G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    return g_str_equal(name, "Ping") || g_str_equal(name, "Silent");
}

static void
test_dead_peer(void)
{
    g_autoptr(Peer) peer = peer_new(be_dead, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0.01, 0.02);
    g_autoptr(GError) error = NULL;
    AmiAction *action = ami_action_new("Silent");

    ami_action_set_timeout(action, 0);
    g_assert_null(ami_client_send(client, action, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    g_assert_cmpint(peer_get_last_error(client), ==, AMI_ERROR_DISCONNECTED);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
    peer_assert_nothing_pending(client);
}

static void
test_never(void)
{
    g_autoptr(Peer) peer = peer_new(be_dead, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0, 0.01);

    for (guint i = 0; i < 10; i++)
        peer_turn();
    g_assert_cmpuint(peer_count_actions(peer, "Ping"), ==, 0);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_READY);
}

/* Events are signs of life, even where the answer to the Ping does not come. */
static void
test_events_are_life(void)
{
    g_autoptr(Peer) peer = peer_new(be_dead, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0.01, 0.5);
    AmiStatistics statistics;

    for (guint i = 0; i < 100; i++) {
        peer_broadcast(peer, "Event: Alarm\n\n");
        peer_turn();
    }
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.logins, ==, 1);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_READY);
}

/* While Asterisk waits because we asked it to, it says nothing. */
static gboolean
wait_long(G_GNUC_UNUSED PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
          G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    return g_str_equal(name, "WaitEvent") || g_str_equal(name, "Ping");
}

static void
on_waited(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, data);

    g_assert_null(reply);
}

static void
test_blocking_action(void)
{
    g_autoptr(Peer) peer = peer_new(wait_long, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0.01, 0.01);
    AmiAction *action = ami_action_new_with("WaitEvent", "Timeout", "3600", NULL);
    g_autoptr(GError) error = NULL;

    ami_client_send_async(client, action, NULL, on_waited, &error);
    for (guint i = 0; i < 20; i++)
        peer_turn();
    g_assert_no_error(error);
    g_assert_cmpuint(peer_count_actions(peer, "Ping"), ==, 0);
    ami_client_stop(client);
    PEER_WAIT_FOR(error != NULL);
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
}

/* Once its time is over, it is no excuse any more. */
static void
test_blocking_action_over(void)
{
    g_autoptr(Peer) peer = peer_new(wait_long, NULL);
    g_autoptr(AmiClient) client = new_client(peer, 0.01, 0.01);
    AmiAction *action = ami_action_new_with("WaitEvent", "Timeout", "3600", NULL);
    g_autoptr(GError) error = NULL;

    ami_action_set_timeout(action, 0.05);
    g_assert_null(ami_client_send(client, action, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    PEER_WAIT_FOR(peer_get_last_error(client) == AMI_ERROR_DISCONNECTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/keep-alive/pings", test_pings);
    g_test_add_func("/ami/keep-alive/dead-peer", test_dead_peer);
    g_test_add_func("/ami/keep-alive/never", test_never);
    g_test_add_func("/ami/keep-alive/events-are-life", test_events_are_life);
    g_test_add_func("/ami/keep-alive/blocking-action", test_blocking_action);
    g_test_add_func("/ami/keep-alive/blocking-action-over", test_blocking_action_over);
    return g_test_run();
}
