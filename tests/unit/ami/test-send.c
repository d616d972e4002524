/* test-send.c - threads that send actions at once, with and without a main loop. */

#include "peer.h"

#include <string.h>

#define N_THREADS 8

/* Answers with what the header Number says. */
static gboolean
echo(PeerSession *session, const char *name, const char *id, AmiMessage *action,
     G_GNUC_UNUSED gpointer data)
{
    if (!g_str_equal(name, "Echo"))
        return FALSE;
    peer_send(session,
              "Event: Noise\nPrivilege: user,all\n\n"
              "Response: Success\nActionID: %s\nEventList: start\nNumber: %s\n\n"
              "Event: Item\nActionID: %s\n\n"
              "Event: End\nActionID: %s\nEventList: Complete\n\n",
              id, ami_message_get(action, "Number"), id, id);
    return TRUE;
}

typedef struct {
    AmiClient *client;
    guint number;
    guint times;
    guint n_lost; /* how many ended with the connection */
} Sender;

static void
send_one(Sender *sender, guint i)
{
    g_autofree char *number = g_strdup_printf("%u.%u", sender->number, i);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_action(sender->client, &error, "Echo", "Number", number, NULL);

    if (reply != NULL) {
        g_assert_cmpstr(ami_reply_get(reply, "Number"), ==, number);
        g_assert_cmpuint(ami_reply_get_length(reply), ==, 1);
        return;
    }
    g_assert_true(g_error_matches(error, AMI_ERROR, AMI_ERROR_DISCONNECTED) ||
                  g_error_matches(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED));
    sender->n_lost++;
    g_assert_true(ami_client_wait_ready(sender->client, -1, NULL, NULL));
}

static gpointer
send_many(gpointer data)
{
    Sender *sender = data;

    for (guint i = 0; i < sender->times; i++)
        send_one(sender, i);
    return NULL;
}

static void
count_event(G_GNUC_UNUSED AmiClient *client, G_GNUC_UNUSED AmiMessage *event, gpointer count)
{
    (*(guint *) count)++;
}

typedef struct {
    GThread *threads[N_THREADS];
    Sender senders[N_THREADS];
} Crowd;

static void
crowd_start(Crowd *crowd, AmiClient *client, guint times)
{
    for (guint i = 0; i < N_THREADS; i++) {
        crowd->senders[i] = (Sender){client, i, times, 0};
        crowd->threads[i] = g_thread_new("sender", send_many, &crowd->senders[i]);
    }
}

/* How many actions were lost. */
static guint
crowd_join(Crowd *crowd)
{
    guint n_lost = 0;

    for (guint i = 0; i < N_THREADS; i++) {
        g_thread_join(crowd->threads[i]);
        n_lost += crowd->senders[i].n_lost;
    }
    return n_lost;
}

static void
test_threads_with_loop(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = NULL;
    Crowd crowd;
    guint n_events = 0;
    AmiStatistics statistics;

    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    ami_client_subscribe(client, ami_filter_new("Noise", NULL), count_event, &n_events, NULL);
    loop = peer_loop_new();
    crowd_start(&crowd, client, 200);
    g_assert_cmpuint(crowd_join(&crowd), ==, 0);
    g_clear_pointer(&loop, peer_loop_free);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.actions, ==, N_THREADS * 200);
    g_assert_cmpuint(statistics.responses, ==, N_THREADS * 200);
    g_assert_cmpuint(statistics.pending, ==, 0);
    g_assert_cmpuint(statistics.unexpected, ==, 0);
    g_assert_cmpuint(n_events, ==, N_THREADS * 200);
}

/* Of the threads that wait, one runs the context for all. */
static void
test_threads_without_loop(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    Crowd crowd;

    crowd_start(&crowd, client, 200);
    g_assert_cmpuint(crowd_join(&crowd), ==, 0);
    peer_assert_nothing_pending(client);
}

/* The loop that they rely on ends while they wait. */
static void
test_loop_that_ends(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    PeerLoop *loop = peer_loop_new();
    Crowd crowd;

    crowd_start(&crowd, client, 100);
    peer_wait_action(peer, "Echo", 20);
    peer_loop_free(loop);
    g_assert_cmpuint(crowd_join(&crowd), ==, 0);
    peer_assert_nothing_pending(client);
}

/* Asterisk restarts again and again meanwhile. */
static void
test_restarts(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();
    Crowd crowd;

    crowd_start(&crowd, client, 100);
    for (guint i = 1; i <= 5; i++) {
        peer_wait_action(peer, "Echo", i * 50);
        peer_disconnect(peer);
    }
    crowd_join(&crowd);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
    peer_assert_nothing_pending(client);
}

static gpointer
stop_in_thread(gpointer client)
{
    ami_client_stop(client);
    return NULL;
}

/* A thread that sends while another stops the client. */
static gpointer
send_until_stopped(gpointer client)
{
    g_autoptr(GError) error = NULL;

    while (error == NULL) {
        g_autoptr(AmiReply) reply = ami_action(client, &error, "Echo", "Number", "1", NULL);

        g_assert_true((reply == NULL) == (error != NULL));
    }
    g_assert_true(g_error_matches(error, AMI_ERROR, AMI_ERROR_DISCONNECTED) ||
                  g_error_matches(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED));
    return NULL;
}

static void
test_stop_from_thread(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();
    GThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("sender", send_until_stopped, client);
    peer_wait_action(peer, "Echo", 100);
    g_thread_join(g_thread_new("stop", stop_in_thread, client));
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    peer_assert_nothing_pending(client);
}

/* --- A context that is busy with something else --- */

typedef struct {
    GMutex lock;
    int is_busy;
} Busy;

static gboolean
be_busy(gpointer data)
{
    Busy *busy = data;

    g_atomic_int_set(&busy->is_busy, TRUE);
    g_mutex_lock(&busy->lock);
    g_mutex_unlock(&busy->lock);
    return G_SOURCE_REMOVE;
}

/* Then the thread that waits sees to its deadline itself. */
static void
test_busy_home(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();
    g_autoptr(GError) error = NULL;
    AmiAction *action = ami_action_new("Ping");
    Busy busy = {0};

    g_mutex_init(&busy.lock);
    g_mutex_lock(&busy.lock);
    g_idle_add(be_busy, &busy);
    while (!g_atomic_int_get(&busy.is_busy))
        g_thread_yield();
    ami_action_set_timeout(action, 0.01);
    g_assert_null(ami_client_send(client, action, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_assert_cmpstr(error->message, ==, "Ping: the time ran out");
    g_mutex_unlock(&busy.lock);
    g_clear_pointer(&loop, peer_loop_free);
    g_mutex_clear(&busy.lock);
}

/* --- Asynchronously --- */

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);

    g_assert_no_error(error);
    g_assert_nonnull(reply);
    (*(guint *) data)--;
}

/* Many on their way, from a thread with a context of its own, where they end as well. */
static gpointer
send_async_in_thread(gpointer client)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    guint n_left = 500;

    g_main_context_push_thread_default(context);
    for (guint i = 0; i < 500; i++)
        ami_client_send_async(client, ami_action_new_with("Echo", "Number", "1", NULL), NULL,
                              on_sent, &n_left);
    while (n_left > 0)
        g_main_context_iteration(context, TRUE);
    g_main_context_pop_thread_default(context);
    return NULL;
}

static void
test_async_from_threads(void)
{
    g_autoptr(Peer) peer = peer_new(echo, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();
    GThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("sender", send_async_in_thread, client);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    peer_assert_nothing_pending(client);
}

static void
on_refused(GObject *source, GAsyncResult *result, gpointer error)
{
    g_assert_null(ami_client_send_finish(AMI_CLIENT(source), result, error));
}

static void
test_async_refused(void)
{
    g_autoptr(AmiClient) client = ami_client_new("127.0.0.1", AMI_DEFAULT_PORT);
    g_autoptr(GError) unready = NULL;
    g_autoptr(GError) invalid = NULL;

    ami_client_send_async(client, ami_action_new("Ping"), NULL, on_refused, &unready);
    ami_client_send_async(client, ami_action_new_with("Hangup", "A\n", "x", NULL), NULL, on_refused,
                          &invalid);
    PEER_WAIT_FOR(unready != NULL && invalid != NULL);
    g_assert_error(unready, AMI_ERROR, AMI_ERROR_NOT_CONNECTED);
    g_assert_error(invalid, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
}

int
main(int argc, char **argv)
{
    peer_log_new();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/send/threads/with-loop", test_threads_with_loop);
    g_test_add_func("/ami/send/threads/without-loop", test_threads_without_loop);
    g_test_add_func("/ami/send/threads/loop-that-ends", test_loop_that_ends);
    g_test_add_func("/ami/send/threads/restarts", test_restarts);
    g_test_add_func("/ami/send/threads/stop", test_stop_from_thread);
    g_test_add_func("/ami/send/busy-home", test_busy_home);
    g_test_add_func("/ami/send/async/threads", test_async_from_threads);
    g_test_add_func("/ami/send/async/refused", test_async_refused);
    return g_test_run();
}
