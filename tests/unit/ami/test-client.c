/* test-client.c - a client comes to a connection, tells how it stands, and ends. */

#include "peer.h"

#include <string.h>

static void
on_state(G_GNUC_UNUSED AmiClient *client, int state, gpointer states)
{
    g_array_append_val((GArray *) states, state);
}

static void
test_states(void)
{
    static const AmiState expected[] = {AMI_STATE_CONNECTING, AMI_STATE_GREETING, AMI_STATE_LOGIN,
                                        AMI_STATE_READY, AMI_STATE_STOPPED};
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GArray) states = g_array_new(FALSE, FALSE, sizeof(int));
    g_autofree char *version = NULL;

    g_signal_connect(client, "state-changed", G_CALLBACK(on_state), states);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
    ami_client_start(client);
    ami_client_start(client);
    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    version = ami_client_dup_version(client);
    g_assert_cmpstr(version, ==, "11.0.0");
    ami_client_stop(client);
    ami_client_stop(client);
    g_assert_false(ami_client_is_fully_booted(client));
    g_assert_cmpuint(states->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < states->len; i++)
        g_assert_cmpint(g_array_index(states, int, i), ==, (int) expected[i]);
    peer_wait_action(peer, "Logoff", 1);
}

static void
test_about(void)
{
    g_autoptr(AmiClient) client = ami_client_new("pbx.example.org", 5039);
    AmiStatistics statistics;

    g_assert_cmpstr(ami_client_get_name(client), ==, "pbx.example.org");
    ami_client_set_name(client, "office");
    g_assert_cmpstr(ami_client_get_name(client), ==, "office");
    g_assert_cmpstr(ami_client_get_host(client), ==, "pbx.example.org");
    g_assert_cmpuint(ami_client_get_port(client), ==, 5039);
    g_assert_null(ami_client_dup_version(client));
    g_assert_null(ami_client_dup_last_error(client));
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.actions, ==, 0);
    g_assert_cmpfloat(statistics.latency, <, 0);
    for (AmiState state = AMI_STATE_STOPPED; state <= AMI_STATE_WAITING; state++)
        g_assert_cmpstr(ami_state_get_name(state), !=, "");
}

/* A program without a main loop: connects, sends, stops. */
static void
test_without_loop(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;
    AmiStatistics statistics;

    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_READY);
    reply = ami_action(client, &error, "Hangup", "Channel", "SIP/a-1", NULL);
    g_assert_no_error(error);
    g_assert_cmpstr(ami_reply_get(reply, "Message"), ==, "Fine");
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.logins, ==, 1);
    g_assert_cmpuint(statistics.actions, ==, 1);
    g_assert_cmpuint(statistics.responses, ==, 1);
    g_assert_cmpuint(statistics.pending, ==, 0);
    ami_client_stop(client);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
}

static void
test_in_own_context(void)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(AmiReply) reply = NULL;
    g_autoptr(GError) error = NULL;

    g_main_context_push_thread_default(context);
    client = peer_new_client(peer);
    g_main_context_pop_thread_default(context);
    g_assert_true(ami_client_connect(client, NULL, &error));
    reply = ami_action(client, &error, "Ping", NULL);
    g_assert_no_error(error);
}

/* Somebody else runs the main loop. */
static void
test_from_thread(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;

    g_assert_true(ami_client_connect(client, NULL, &error));
    g_assert_true(ami_client_wait_ready(client, 0, NULL, &error));
    reply = ami_action(client, &error, "Ping", NULL);
    g_assert_no_error(error);
    g_assert_cmpstr(ami_reply_get(reply, "ping"), ==, "Pong");
    peer_assert_nothing_pending(client);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(ami_client_connect_finish(AMI_CLIENT(source), result, &error));
    g_assert_no_error(error);
    *(gboolean *) data = TRUE;
}

static void
test_connect_async(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    gboolean is_done = FALSE;

    ami_client_connect_async(client, NULL, on_connected, &is_done);
    PEER_WAIT_FOR(is_done);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_READY);
}

/* A callback that blocked would wait for itself. */
static gboolean
block_at_home(gpointer data)
{
    AmiClient *client = data;
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_action(client, &error, "Ping", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "ami_client_send_async()"));
    g_clear_error(&error);
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    return G_SOURCE_REMOVE;
}

static void
test_blocking_at_home(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);

    g_idle_add_full(G_PRIORITY_DEFAULT, block_at_home, g_object_ref(client), g_object_unref);
    g_main_context_iteration(NULL, TRUE);
}

static void
test_not_connected(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_action(client, &error, "Ping", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED);
    g_clear_error(&error);
    g_assert_false(ami_client_wait_ready(client, -1, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED);
    g_clear_error(&error);
    ami_client_start(client);
    g_assert_null(ami_action(client, &error, "Ping", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED);
    g_clear_error(&error);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, &error));
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
}

static void
test_refused_connection(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) last_error = NULL;

    peer_stop_listening(peer);
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CONNECT);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
    last_error = ami_client_dup_last_error(client);
    g_assert_error(last_error, AMI_ERROR, AMI_ERROR_CONNECT);
}

static void
test_invalid_action(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_action(client, &error, "Hangup", "Channel", "a\r\n\r\nAction: Ping", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_cmpuint(peer_count_actions(peer, "Hangup"), ==, 0);
}

static void
test_stream(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(GSocketClient) connector = g_socket_client_new();
    g_autoptr(GSocketConnection) stream =
        g_socket_client_connect_to_host(connector, "127.0.0.1", peer_get_port(peer), NULL, NULL);
    g_autoptr(AmiClient) client = ami_client_new_for_stream(G_IO_STREAM(stream));
    g_autoptr(AmiReply) reply = NULL;
    g_autoptr(GError) error = NULL;

    ami_client_set_user(client, PEER_USER);
    ami_client_set_secret(client, PEER_SECRET);
    g_assert_true(ami_client_connect(client, NULL, &error));
    reply = ami_action(client, &error, "Ping", NULL);
    g_assert_no_error(error);
    peer_disconnect(peer);
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_STOPPED);
}

static gboolean
has_ipv6(void)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV6);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

    return socket != NULL && g_socket_bind(socket, address, FALSE, NULL);
}

/* By address of either family, and by name. */
static void
test_host(gconstpointer host)
{
    gboolean is_ipv6 = strchr(host, ':') != NULL;
    g_autoptr(Peer) peer = NULL;
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(GError) error = NULL;

    if (is_ipv6 && !has_ipv6()) {
        g_test_skip("no IPv6 on this machine");
        return;
    }
    peer = peer_new_of_family(is_ipv6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4, NULL, NULL);
    client = ami_client_new(host, peer_get_port(peer));
    ami_client_set_user(client, PEER_USER);
    ami_client_set_secret(client, PEER_SECRET);
    g_assert_true(ami_client_connect(client, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(ami_client_get_host(client), ==, host);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/client/about", test_about);
    g_test_add_data_func("/ami/client/host/ipv4", "127.0.0.1", test_host);
    g_test_add_data_func("/ami/client/host/ipv6", "::1", test_host);
    g_test_add_data_func("/ami/client/host/name", "localhost", test_host);
    g_test_add_func("/ami/client/states", test_states);
    g_test_add_func("/ami/client/without-loop", test_without_loop);
    g_test_add_func("/ami/client/in-own-context", test_in_own_context);
    g_test_add_func("/ami/client/from-thread", test_from_thread);
    g_test_add_func("/ami/client/connect-async", test_connect_async);
    g_test_add_func("/ami/client/blocking-at-home", test_blocking_at_home);
    g_test_add_func("/ami/client/not-connected", test_not_connected);
    g_test_add_func("/ami/client/refused-connection", test_refused_connection);
    g_test_add_func("/ami/client/invalid-action", test_invalid_action);
    g_test_add_func("/ami/client/stream", test_stream);
    return g_test_run();
}
