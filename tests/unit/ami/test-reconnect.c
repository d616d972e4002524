/* test-reconnect.c - what follows a loss, and how it ends. */

#include "peer.h"

#include <string.h>

static void
count_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer count)
{
    if (g_str_equal(ami_message_get_event(event), "Alarm"))
        (*(guint *) count)++;
}

static guint64
get_logins(AmiClient *client)
{
    AmiStatistics statistics;

    ami_client_get_statistics(client, &statistics);
    return statistics.logins;
}

/* --- After a loss --- */

static void
test_loss(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    guint n_events = 0;

    peer_log_clear(log);
    ami_client_subscribe(client, ami_filter_new("Alarm", NULL), count_event, &n_events, NULL);
    for (guint times = 1; times <= 3; times++) {
        PEER_WAIT_FOR(ami_client_is_fully_booted(client));
        peer_broadcast(peer, "Event: Alarm\nPrivilege: system,all\n\n");
        PEER_WAIT_FOR(n_events == times);
        peer_disconnect(peer);
        PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_WAITING);
        g_assert_false(ami_client_is_fully_booted(client));
        g_assert_cmpint(peer_get_last_error(client), ==, AMI_ERROR_DISCONNECTED);
        PEER_WAIT_FOR(get_logins(client) == times + 1);
        g_assert_cmpint(peer_get_last_error(client), ==, -1);
    }
    g_assert_true(peer_log_has(log, "message: pbx: Asterisk has closed the connection"));
    g_assert_false(peer_log_has(log, "warning"));
}

static void
test_announced(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);

    peer_log_clear(log);
    peer_broadcast(peer, "Event: Shutdown\nPrivilege: system,all\nShutdown: Cleanly\nRestart: "
                         "True\n\n");
    peer_disconnect(peer);
    PEER_WAIT_FOR(get_logins(client) == 2);
    g_assert_true(peer_log_has(log, "message: pbx: Asterisk was shut down, as it had announced"));
    peer_log_clear(log);
    peer_disconnect(peer);
    PEER_WAIT_FOR(get_logins(client) == 3);
    g_assert_false(peer_log_has(log, "announced"));
}

/* --- Delays --- */

/* Notes when each attempt begins and ends. */
typedef struct {
    GArray *times; /* of gint64: when a wait began, and when it ended */
} Waits;

static void
note_waits(G_GNUC_UNUSED AmiClient *client, int state, gpointer data)
{
    Waits *waits = data;
    gint64 now = g_get_monotonic_time();

    if (state == AMI_STATE_WAITING || (state == AMI_STATE_CONNECTING && waits->times->len % 2 == 1))
        g_array_append_val(waits->times, now);
}

static gint64
get_wait(const Waits *waits, guint i)
{
    return g_array_index(waits->times, gint64, 2 * i + 1) -
           g_array_index(waits->times, gint64, 2 * i);
}

/* They can be longer on a busy machine, but never shorter than the shortest that chance gives. */
static void
test_delays(void)
{
    static const gint64 expected[] = {10000, 20000, 40000, 40000};
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    Waits waits = {g_array_new(FALSE, FALSE, sizeof(gint64))};

    peer_stop_listening(peer);
    ami_client_set_reconnect(client, 0.01, 0.04, 0);
    g_signal_connect(client, "state-changed", G_CALLBACK(note_waits), &waits);
    ami_client_start(client);
    PEER_WAIT_FOR(waits.times->len >= 2 * G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpint(get_wait(&waits, i), >=, expected[i] * 3 / 4);
    ami_client_stop(client);
    g_array_unref(waits.times);
}

static void
test_delay_after_refusal(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    Waits waits = {g_array_new(FALSE, FALSE, sizeof(gint64))};

    ami_client_set_secret(client, "wrong");
    ami_client_set_reconnect(client, 0.001, 0.1, 0);
    g_signal_connect(client, "state-changed", G_CALLBACK(note_waits), &waits);
    ami_client_start(client);
    PEER_WAIT_FOR(waits.times->len >= 2);
    g_assert_cmpint(get_wait(&waits, 0), >=, 75000);
    g_assert_cmpint(peer_get_last_error(client), ==, AMI_ERROR_LOGIN);
    ami_client_stop(client);
    g_array_unref(waits.times);
}

static void
test_attempts(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    Waits waits = {g_array_new(FALSE, FALSE, sizeof(gint64))};
    g_autoptr(GError) error = NULL;

    peer_stop_listening(peer);
    ami_client_set_reconnect(client, 0.001, 0.002, 3);
    g_signal_connect(client, "state-changed", G_CALLBACK(note_waits), &waits);
    ami_client_start(client);
    g_assert_false(ami_client_wait_ready(client, -1, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CONNECT);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
    g_assert_cmpuint(waits.times->len, ==, 4);
    g_assert_true(peer_log_has(log, "warning: pbx: given up after 3 attempts"));
    g_array_unref(waits.times);
}

/* --- Waiting --- */

static void
test_wait_ready(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    peer_set_banner(peer, NULL);
    ami_client_start(client);
    g_assert_false(ami_client_wait_ready(client, 0.02, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_clear_error(&error);
    g_assert_false(ami_client_wait_ready(client, 0, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_clear_error(&error);
    g_cancellable_cancel(cancellable);
    g_assert_false(ami_client_wait_ready(client, -1, cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    peer_set_banner(peer, "Asterisk Call Manager/11.0.0");
    peer_disconnect(peer);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
}

static void
test_wait_ready_in_thread(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(PeerLoop) loop = NULL;

    ami_client_start(client);
    loop = peer_loop_new();
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
    g_assert_true(ami_client_wait_ready(client, 0, NULL, NULL));
}

/* --- Stopping --- */

static void
test_stop_while_waiting(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    peer_stop_listening(peer);
    ami_client_set_reconnect(client, 3600, 3600, 0);
    ami_client_start(client);
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_WAITING);
    ami_client_stop(client);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
}

static void
test_stop_while_connecting(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_start(client);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_CONNECTING);
    ami_client_stop(client);
    ami_client_start(client);
    ami_client_stop(client);
    ami_client_start(client);
    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    g_assert_cmpuint(get_logins(client), ==, 1);
}

static void
on_connect_stopped(GObject *source, GAsyncResult *result, gpointer data)
{
    ami_client_connect_finish(AMI_CLIENT(source), result, data);
}

static void
test_stop_ends_connect(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    peer_set_banner(peer, NULL);
    ami_client_connect_async(client, NULL, on_connect_stopped, &error);
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_GREETING);
    ami_client_stop(client);
    PEER_WAIT_FOR(error != NULL);
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
}

/* At any state, from inside of the signal that tells of it; the state is what was asked for. */
static void
stop_at_state(AmiClient *client, int state, gpointer at)
{
    if (state == GPOINTER_TO_INT(at))
        ami_client_stop(client);
}

static void
test_stop_in_signal(gconstpointer at)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    if (GPOINTER_TO_INT(at) == AMI_STATE_WAITING)
        peer_stop_listening(peer);
    g_signal_connect(client, "state-changed", G_CALLBACK(stop_at_state), (gpointer) at);
    ami_client_start(client);
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_STOPPED);
    for (guint i = 0; i < 5; i++)
        peer_turn();
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
}

/* Dropping the last reference is an end at any state. */
static void
test_unref(gconstpointer at)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    AmiClient *client = peer_new_client(peer);

    if (GPOINTER_TO_INT(at) == AMI_STATE_WAITING)
        peer_stop_listening(peer);
    if (GPOINTER_TO_INT(at) == AMI_STATE_GREETING)
        peer_set_banner(peer, NULL);
    if (GPOINTER_TO_INT(at) != AMI_STATE_STOPPED)
        ami_client_start(client);
    PEER_WAIT_FOR(ami_client_get_state(client) == (AmiState) GPOINTER_TO_INT(at));
    g_object_unref(client);
    for (guint i = 0; i < 5; i++)
        peer_turn();
}

/* In a thread that does not run the home, while another does. */
static gpointer
unref_in_thread(gpointer client)
{
    g_object_unref(client);
    return NULL;
}

static void
test_unref_in_thread(void)
{
    g_autoptr(PeerLoop) loop = peer_loop_new();
    g_autoptr(Peer) peer = peer_new(NULL, NULL);

    for (guint i = 0; i < 20; i++)
        g_thread_join(g_thread_new("unref", unref_in_thread, peer_new_ready_client(peer)));
    peer_wait_action(peer, "Logoff", 20);
}

static void
add_states(void)
{
    for (int state = AMI_STATE_STOPPED; state <= AMI_STATE_WAITING; state++) {
        const char *name = ami_state_get_name((AmiState) state);
        g_autofree char *stop = g_strdup_printf("/ami/reconnect/stop-in-signal/%s", name);
        g_autofree char *unref = g_strdup_printf("/ami/reconnect/unref/%s", name);

        if (state != AMI_STATE_STOPPED)
            g_test_add_data_func(stop, GINT_TO_POINTER(state), test_stop_in_signal);
        g_test_add_data_func(unref, GINT_TO_POINTER(state), test_unref);
    }
}

int
main(int argc, char **argv)
{
    PeerLog *log = peer_log_new();

    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ami/reconnect/loss", log, test_loss);
    g_test_add_data_func("/ami/reconnect/announced", log, test_announced);
    g_test_add_func("/ami/reconnect/delays", test_delays);
    g_test_add_func("/ami/reconnect/delay-after-refusal", test_delay_after_refusal);
    g_test_add_data_func("/ami/reconnect/attempts", log, test_attempts);
    g_test_add_func("/ami/reconnect/wait-ready", test_wait_ready);
    g_test_add_func("/ami/reconnect/wait-ready-in-thread", test_wait_ready_in_thread);
    g_test_add_func("/ami/reconnect/stop/waiting", test_stop_while_waiting);
    g_test_add_func("/ami/reconnect/stop/connecting", test_stop_while_connecting);
    g_test_add_func("/ami/reconnect/stop/connect", test_stop_ends_connect);
    g_test_add_func("/ami/reconnect/unref-in-thread", test_unref_in_thread);
    add_states();
    return g_test_run();
}
