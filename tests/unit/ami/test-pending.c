/* test-pending.c - each action ends exactly once: by its answer, its deadline, its caller, or with
 * the connection. */

#include "peer.h"

#include <string.h>

/* How one action sent asynchronously has ended. */
typedef struct {
    guint times;
    AmiReply *reply;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_clear_pointer(&outcome->reply, ami_reply_unref);
    g_clear_error(&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;

    outcome->times++;
    outcome->reply = ami_client_send_finish(AMI_CLIENT(source), result, &outcome->error);
}

/* A peer that leaves actions unanswered whose name begins with "Silent". */
static gboolean
be_silent(G_GNUC_UNUSED PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
          G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    return g_str_has_prefix(name, "Silent");
}

static AmiAction *
new_silent(gdouble timeout)
{
    AmiAction *action = ami_action_new("Silent");

    ami_action_set_timeout(action, timeout);
    return action;
}

static void
settle(AmiClient *client)
{
    g_autoptr(AmiReply) reply = ami_action(client, NULL, "Settle", NULL);

    g_assert_nonnull(reply);
}

/* --- The ActionID --- */

static gboolean
remember_id(G_GNUC_UNUSED PeerSession *session, const char *name, const char *id,
            G_GNUC_UNUSED AmiMessage *action, gpointer ids)
{
    if (g_str_equal(name, "Remember"))
        g_assert_true(g_hash_table_add(ids, g_strdup(id)));
    return FALSE;
}

static void
test_ids(void)
{
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(Peer) peer = peer_new(remember_id, ids);
    g_autoptr(AmiClient) first = peer_new_ready_client(peer);
    g_autoptr(AmiClient) second = peer_new_ready_client(peer);
    GHashTableIter iter;
    gpointer id;

    for (guint i = 0; i < 40; i++) {
        g_autoptr(AmiReply) reply = ami_action(i % 2 == 0 ? first : second, NULL, "Remember", NULL);

        g_assert_nonnull(reply);
    }
    g_assert_cmpuint(g_hash_table_size(ids), ==, 40);
    g_hash_table_iter_init(&iter, ids);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        g_assert_cmpuint(strlen(id), <, 64);
        g_assert_cmpuint(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-."), ==, strlen(id));
    }
}

/* --- Deadlines --- */

static void
test_deadline(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;
    AmiStatistics statistics;

    g_assert_null(ami_client_send(client, new_silent(0.01), NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_assert_true(g_str_has_prefix(error->message, "Silent: "));
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.timeouts, ==, 1);
    g_assert_cmpuint(statistics.pending, ==, 0);
}

static void
test_deadline_of_client(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    ami_client_set_action_timeout(client, 0.01);
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_assert_null(ami_action(client, &error, "Silent", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
}

/* They come in the order of their deadlines, not in that of sending; the one without stays. */
static void
test_many_deadlines(void)
{
    static const gdouble times[] = {0.06, 0.02, 0, 0.04, 3600};
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    Outcome outcomes[G_N_ELEMENTS(times)] = {{0}};
    AmiStatistics statistics;

    for (guint i = 0; i < G_N_ELEMENTS(times); i++)
        ami_client_send_async(client, new_silent(times[i]), NULL, on_sent, &outcomes[i]);
    PEER_WAIT_FOR(outcomes[1].times == 1);
    PEER_WAIT_FOR(outcomes[3].times == 1);
    PEER_WAIT_FOR(outcomes[0].times == 1);
    g_assert_error(outcomes[0].error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.pending, ==, 2);
    ami_client_stop(client);
    PEER_WAIT_FOR(outcomes[2].times == 1 && outcomes[4].times == 1);
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        g_assert_cmpuint(outcomes[i].times, ==, 1);
        outcome_clear(&outcomes[i]);
    }
    peer_assert_nothing_pending(client);
}

/* Asterisk is asked to wait for longer than an action may take otherwise. */
typedef struct {
    const char *name;
    const char *headers[10];
    gboolean waits;
} BlockingCase;

static const BlockingCase blocking_cases[] = {
    {"wait-event", {"WaitEvent", "Timeout", "3600"}, TRUE},
    {"wait-event-for-ever", {"WaitEvent"}, TRUE},
    {"wait-event-not-at-all", {"WaitEvent", "Timeout", "0"}, FALSE},
    {"originate",
     {"Originate", "Channel", "SIP/a", "Application", "Echo", "Timeout", "3600000"},
     TRUE},
    {"originate-by-default", {"Originate", "Channel", "SIP/a", "Application", "Echo"}, TRUE},
    {"originate-async",
     {"Originate", "Channel", "SIP/a", "Application", "Echo", "Async", "true"},
     FALSE},
};

static gboolean
be_silent_for_two(G_GNUC_UNUSED PeerSession *session, const char *name,
                  G_GNUC_UNUSED const char *id, G_GNUC_UNUSED AmiMessage *action,
                  G_GNUC_UNUSED gpointer data)
{
    return g_str_equal(name, "WaitEvent") || g_str_equal(name, "Originate") ||
           g_str_equal(name, "Silent");
}

static void
test_blocking(gconstpointer data)
{
    const BlockingCase *expected = data;
    g_autoptr(Peer) peer = peer_new(be_silent_for_two, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    Outcome outcomes[2] = {{0}};
    AmiAction *action = ami_action_new(expected->headers[0]);

    for (guint i = 1; expected->headers[i] != NULL; i += 2)
        ami_action_add(action, expected->headers[i], expected->headers[i + 1]);
    ami_client_set_action_timeout(client, 0.01);
    g_assert_true(ami_client_connect(client, NULL, NULL));
    ami_client_send_async(client, action, NULL, on_sent, &outcomes[0]);
    ami_client_send_async(client, new_silent(0.02), NULL, on_sent, &outcomes[1]);
    PEER_WAIT_FOR(outcomes[1].times == 1);
    g_assert_cmpuint(outcomes[0].times, ==, expected->waits ? 0 : 1);
    ami_client_stop(client);
    PEER_WAIT_FOR(outcomes[0].times == 1);
    outcome_clear(&outcomes[0]);
    outcome_clear(&outcomes[1]);
}

/* --- Answers that come too late --- */

/* Answers "Silent" when "Speak" comes. */
typedef struct {
    char *id;
    const char *answer;
} Late;

static gboolean
answer_late(PeerSession *session, const char *name, const char *id,
            G_GNUC_UNUSED AmiMessage *action, gpointer data)
{
    Late *late = data;

    if (g_str_equal(name, "Silent")) {
        late->id = g_strdup(id);
        return TRUE;
    }
    if (g_str_equal(name, "Speak")) {
        g_autoptr(GString) answer = g_string_new(late->answer);

        g_string_replace(answer, "$", late->id, 0);
        peer_send(session, "%s", answer->str);
    }
    return FALSE;
}

static void
count_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer count)
{
    if (!g_str_equal(ami_message_get_event(event), "FullyBooted"))
        (*(guint *) count)++;
}

static const char *const late_answers[] = {
    "Response: Success\nActionID: $\n\n",
    "Response: Error\nActionID: $\nMessage: Too late\n\n",
    "Response: Success\nActionID: $\nEventList: start\n\nEvent: Status\nActionID: $\nPrivilege: "
    "Call\n\nEvent: StatusComplete\nActionID: $\nEventList: Complete\n\n",
};

static void
test_late(gconstpointer data)
{
    Late late = {NULL, data};
    g_autoptr(Peer) peer = peer_new(answer_late, &late);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;
    guint n_events = 0;
    AmiStatistics statistics;

    ami_client_subscribe(client, NULL, count_event, &n_events, NULL);
    g_assert_null(ami_client_send(client, new_silent(0.01), NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    reply = ami_action(client, NULL, "Speak", NULL);
    g_assert_nonnull(reply);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.unexpected, ==, 1);
    g_assert_cmpuint(statistics.pending, ==, 0);
    g_assert_cmpuint(n_events, ==, 0);
    g_free(late.id);
}

/* Answers that never come are not waited for without end. */
static void
test_many_late(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    const guint n_actions = 3000;
    g_autofree Outcome *outcomes = g_new0(Outcome, n_actions);

    for (guint i = 0; i < n_actions; i++)
        ami_client_send_async(client, new_silent(0.01), NULL, on_sent, &outcomes[i]);
    for (guint i = 0; i < n_actions; i++) {
        PEER_WAIT_FOR(outcomes[i].times == 1);
        g_assert_error(outcomes[i].error, AMI_ERROR, AMI_ERROR_TIMEOUT);
        outcome_clear(&outcomes[i]);
    }
    settle(client);
    peer_assert_nothing_pending(client);
}

/* --- Cancelling --- */

static void
test_cancelled_before(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    g_cancellable_cancel(cancellable);
    g_assert_null(ami_client_send(client, ami_action_new("Silent"), cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    settle(client);
    g_assert_cmpuint(peer_count_actions(peer, "Silent"), ==, 0);
}

static void
test_cancelled_at_home(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_auto(Outcome) outcome = {0};

    ami_client_send_async(client, new_silent(0), cancellable, on_sent, &outcome);
    g_cancellable_cancel(cancellable);
    PEER_WAIT_FOR(outcome.times == 1);
    g_assert_error(outcome.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    peer_assert_nothing_pending(client);
}

typedef struct {
    Peer *peer;
    GCancellable *cancellable;
} Canceller;

static gpointer
cancel_when_sent(gpointer data)
{
    const Canceller *canceller = data;

    peer_wait_action(canceller->peer, "Silent", 1);
    g_cancellable_cancel(canceller->cancellable);
    return NULL;
}

static void
cancel_from_thread(Peer *peer, AmiClient *client)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Canceller canceller = {peer, cancellable};
    GThread *thread = g_thread_new("cancel", cancel_when_sent, &canceller);
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_client_send(client, new_silent(0), cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_thread_join(thread);
    peer_assert_nothing_pending(client);
}

static void
test_cancelled_without_loop(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);

    cancel_from_thread(peer, client);
}

static void
test_cancelled_with_loop(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(PeerLoop) loop = peer_loop_new();

    cancel_from_thread(peer, client);
}

/* --- The end of the connection --- */

static void
end_thousand(gboolean is_stopped)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    const guint n_actions = 1000;
    g_autofree Outcome *outcomes = g_new0(Outcome, n_actions);
    AmiStatistics statistics;

    for (guint i = 0; i < n_actions; i++)
        ami_client_send_async(client, new_silent(0), NULL, on_sent, &outcomes[i]);
    peer_wait_action(peer, "Silent", n_actions);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.pending, ==, n_actions);
    if (is_stopped)
        ami_client_stop(client);
    else
        peer_disconnect(peer);
    for (guint i = 0; i < n_actions; i++) {
        PEER_WAIT_FOR(outcomes[i].times > 0);
        g_assert_cmpuint(outcomes[i].times, ==, 1);
        g_assert_error(outcomes[i].error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
        outcome_clear(&outcomes[i]);
    }
    peer_assert_nothing_pending(client);
    if (!is_stopped)
        PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_READY);
}

static void
test_disconnected(void)
{
    end_thousand(FALSE);
}

static void
test_stopped(void)
{
    end_thousand(TRUE);
}

/* Half of a list has come. */
static gboolean
break_list(PeerSession *session, const char *name, const char *id, G_GNUC_UNUSED AmiMessage *action,
           G_GNUC_UNUSED gpointer data)
{
    if (!g_str_equal(name, "Status"))
        return FALSE;
    peer_send(session,
              "Response: Success\nActionID: %s\nEventList: start\n\n"
              "Event: Status\nActionID: %s\n\nEvent: Sta",
              id, id);
    peer_close(session);
    return TRUE;
}

static void
test_disconnected_in_list(void)
{
    g_autoptr(Peer) peer = peer_new(break_list, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_action(client, &error, "Status", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    peer_assert_nothing_pending(client);
}

/* What is on its way holds the client, and the last of it lets it go. */
static void
test_unref(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    AmiClient *client = peer_new_ready_client(peer);
    g_auto(Outcome) outcome = {0};
    GWeakRef weak;

    g_weak_ref_init(&weak, client);
    ami_client_send_async(client, new_silent(0.01), NULL, on_sent, &outcome);
    g_object_unref(client);
    PEER_WAIT_FOR(outcome.times == 1);
    g_assert_error(outcome.error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    client = g_weak_ref_get(&weak);
    g_assert_null(client);
    g_weak_ref_clear(&weak);
    peer_wait_action(peer, "Logoff", 1);
}

/* The callback of one action may send the next, and stop the client. */
static void
on_sent_stop(GObject *source, GAsyncResult *result, gpointer data)
{
    on_sent(source, result, data);
    ami_client_stop(AMI_CLIENT(source));
}

static void
test_stop_in_callback(void)
{
    g_autoptr(Peer) peer = peer_new(be_silent, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_auto(Outcome) first = {0};
    g_auto(Outcome) second = {0};

    ami_client_send_async(client, ami_action_new("Ping"), NULL, on_sent_stop, &first);
    ami_client_send_async(client, new_silent(0), NULL, on_sent, &second);
    PEER_WAIT_FOR(second.times == 1);
    g_assert_no_error(first.error);
    g_assert_error(second.error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/pending/ids", test_ids);
    g_test_add_func("/ami/pending/deadline", test_deadline);
    g_test_add_func("/ami/pending/deadline-of-client", test_deadline_of_client);
    g_test_add_func("/ami/pending/many-deadlines", test_many_deadlines);
    for (gsize i = 0; i < G_N_ELEMENTS(blocking_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/pending/blocking/%s", blocking_cases[i].name);

        g_test_add_data_func(path, &blocking_cases[i], test_blocking);
    }
    g_test_add_data_func("/ami/pending/late/response", late_answers[0], test_late);
    g_test_add_data_func("/ami/pending/late/refusal", late_answers[1], test_late);
    g_test_add_data_func("/ami/pending/late/list", late_answers[2], test_late);
    g_test_add_func("/ami/pending/late/many", test_many_late);
    g_test_add_func("/ami/pending/cancelled/before", test_cancelled_before);
    g_test_add_func("/ami/pending/cancelled/at-home", test_cancelled_at_home);
    g_test_add_func("/ami/pending/cancelled/without-loop", test_cancelled_without_loop);
    g_test_add_func("/ami/pending/cancelled/with-loop", test_cancelled_with_loop);
    g_test_add_func("/ami/pending/disconnected", test_disconnected);
    g_test_add_func("/ami/pending/disconnected-in-list", test_disconnected_in_list);
    g_test_add_func("/ami/pending/stopped", test_stopped);
    g_test_add_func("/ami/pending/unref", test_unref);
    g_test_add_func("/ami/pending/stop-in-callback", test_stop_in_callback);
    return g_test_run();
}
