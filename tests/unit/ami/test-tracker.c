/* test-tracker.c - a live table of channels: events, lists, losses, and waiting for the end. */

#include "peer.h"

#include "ami/tracker-private.h"

#include <string.h>

/* The block that events about a channel have; its name is `Local/` and the id. */
#define CHANNEL(id, state)                                                                         \
    "Channel: Local/" id "\nChannelState: " state "\nChannelStateDesc: -\nUniqueid: " id           \
    "\nLinkedid: " id "\n"
#define EVENT(name, id, state) "Event: " name "\n" CHANNEL(id, state) "\n"
#define HANGUP(id, cause)      "Event: Hangup\n" CHANNEL(id, "6") "Cause: " cause "\nCause-txt: Text\n\n"

/* An item of a list; each # becomes the ActionID. */
#define ITEM(id, more) "Event: Status\n" CHANNEL(id, "6") "Seconds: 50\n" more "ActionID: #\n\n"

#define LIST_BEGIN                                                                                 \
    "Response: Success\nActionID: #\nEventList: start\nMessage: Channel status will follow\n\n"
#define LIST_END "Event: StatusComplete\nActionID: #\nEventList: Complete\nListItems: 1\n\n"

/* What the peer answers to action Status. */
typedef struct {
    GMutex lock; /* guards the other */
    const char *status;
} Answer;

static void
set_answer(Answer *answer, const char *status)
{
    g_mutex_lock(&answer->lock);
    answer->status = status;
    g_mutex_unlock(&answer->lock);
}

static gboolean
answer_status(PeerSession *session, const char *name, const char *id,
              G_GNUC_UNUSED AmiMessage *action, gpointer data)
{
    Answer *answer = data;
    g_autoptr(GString) text = NULL;

    if (strcmp(name, "Status") != 0)
        return FALSE;
    g_mutex_lock(&answer->lock);
    text = g_string_new(answer->status);
    g_mutex_unlock(&answer->lock);
    g_string_replace(text, "#", id, 0);
    peer_send(session, "%s", text->str);
    return TRUE;
}

typedef struct {
    Answer answer;
    Peer *peer;
    AmiClient *client;
    AmiTracker *tracker;
    GString *changes; /* `+id`, `~id`, `-id` */
} Fixture;

static void
write_change(AmiTracker *tracker, AmiChange change, AmiChannel *channel, gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(AmiChannel) there = ami_tracker_find(tracker, ami_channel_get_unique_id(channel));

    g_assert_true((there == NULL) == (change == AMI_CHANNEL_REMOVED));
    g_string_append_printf(fixture->changes, "%c%s ", "+~-"[change],
                           ami_channel_get_unique_id(channel));
}

/* @data: (nullable): a variable that is kept. */
static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *const variables[] = {data, NULL};

    g_mutex_init(&fixture->answer.lock);
    fixture->answer.status = LIST_BEGIN ITEM("1.1", "Variable: A=1\n") LIST_END;
    fixture->changes = g_string_new(NULL);
    fixture->peer = peer_new(answer_status, &fixture->answer);
    fixture->client = peer_new_client(fixture->peer);
    fixture->tracker = ami_tracker_new(fixture->client, variables);
    ami_tracker_set_func(fixture->tracker, write_change, fixture, NULL);
}

static void
set_up_ready(Fixture *fixture, gconstpointer data)
{
    set_up(fixture, data);
    ami_client_start(fixture->client);
    PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture->tracker));
    g_string_truncate(fixture->changes, 0);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_clear_pointer(&fixture->tracker, ami_tracker_free);
    g_object_unref(fixture->client);
    peer_free(fixture->peer);
    g_string_free(fixture->changes, TRUE);
    g_mutex_clear(&fixture->answer.lock);
}

static gboolean
has_changes(Fixture *fixture, const char *changes)
{
    return strcmp(fixture->changes->str, changes) == 0;
}

static void
lose_connection(Fixture *fixture)
{
    peer_disconnect(fixture->peer);
    PEER_WAIT_FOR(!ami_tracker_is_synchronized(fixture->tracker));
}

/* --- Keeping it true --- */

static void
test_follow(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(AmiChannel) before = NULL;
    g_autoptr(AmiChannel) after = NULL;
    g_autoptr(GPtrArray) all = NULL;
    g_autofree char *variables = NULL;

    g_assert_false(ami_tracker_is_synchronized(fixture->tracker));
    ami_client_start(fixture->client);
    PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture->tracker));
    peer_wait_action(fixture->peer, "Status", 1);
    variables = peer_dup_header(fixture->peer, "Status", "Variables");
    g_assert_cmpstr(variables, ==, "A");
    g_assert_true(has_changes(fixture, "+1.1 "));
    before = ami_tracker_find(fixture->tracker, "Local/1.1");
    g_assert_cmpstr(ami_channel_get_variable(before, "A"), ==, "1");
    peer_broadcast(
        fixture->peer,
        EVENT("Newchannel", "1.2",
              "0") "Event: Unrelated\n\n"
                   "Event: VarSet\n" CHANNEL(
                       "1.1", "6") "Variable: A\nValue: 2\n\n"
                                   "Event: VarSet\n" CHANNEL(
                                       "1.3", "6") "Variable: B\nValue: 2\n\n" EVENT("Newstate",
                                                                                     "1.2", "6"));
    PEER_WAIT_FOR(has_changes(fixture, "+1.1 +1.2 ~1.1 ~1.2 "));
    g_assert_cmpstr(ami_channel_get_variable(before, "A"), ==, "1");
    after = ami_tracker_find(fixture->tracker, "1.1");
    g_assert_cmpstr(ami_channel_get_variable(after, "A"), ==, "2");
    all = ami_tracker_get_channels(fixture->tracker);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpuint(ami_tracker_get_length(fixture->tracker), ==, 2);
    g_assert_cmpstr(ami_channel_get_unique_id(all->pdata[0]), ==, "1.1");
    peer_broadcast(fixture->peer, HANGUP("1.1", "16"));
    PEER_WAIT_FOR(has_changes(fixture, "+1.1 +1.2 ~1.1 ~1.2 -1.1 "));
    g_assert_null(ami_tracker_find(fixture->tracker, "1.1"));
}

/* A tracker that is made when the client is logged in already, and without variables. */
static void
test_late(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(AmiTracker) late = ami_tracker_new(fixture->client, NULL);
    g_autofree char *variables = NULL;

    PEER_WAIT_FOR(ami_tracker_is_synchronized(late));
    peer_wait_action(fixture->peer, "Status", 2);
    variables = peer_dup_header(fixture->peer, "Status", "Variables");
    g_assert_null(variables);
    g_assert_cmpuint(ami_tracker_get_length(late), ==, 1);
}

static void
test_reconnect(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    peer_broadcast(fixture->peer, EVENT("Newchannel", "1.2", "6"));
    PEER_WAIT_FOR(has_changes(fixture, "+1.2 "));
    set_answer(&fixture->answer, LIST_BEGIN ITEM("1.2", "") ITEM("1.3", "") LIST_END);
    lose_connection(fixture);
    g_assert_cmpuint(ami_tracker_get_length(fixture->tracker), ==, 2);
    PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture->tracker));
    g_assert_true(has_changes(fixture, "+1.2 +1.3 -1.1 "));
}

/* Events come before the list, between its response and its items, and behind it in one piece. */
static void
test_race(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(AmiChannel) channel = NULL;

    set_answer(&fixture->answer,
               HANGUP("1.1", "16") EVENT("Newchannel", "2.1", "0") LIST_BEGIN HANGUP("2.8", "16")
                   ITEM("1.1", "") ITEM("2.8", "") ITEM("2.2", "") ITEM("2.3", "")
                       LIST_END HANGUP("2.3", "16") EVENT("Newstate", "2.2", "5")
                           EVENT("Newchannel", "2.4", "0"));
    lose_connection(fixture);
    PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture->tracker));
    PEER_WAIT_FOR(g_strrstr(fixture->changes->str, "+2.4") != NULL);
    g_assert_cmpstr(fixture->changes->str, ==, "-1.1 +2.1 +2.2 +2.3 -2.3 ~2.2 +2.4 ");
    channel = ami_tracker_find(fixture->tracker, "2.2");
    g_assert_cmpint(ami_channel_get_state(channel), ==, 5);
}

/* The connection is lost in the middle of a list: the next one decides. */
static void
test_lost_in_list(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_answer(&fixture->answer, LIST_BEGIN ITEM("1.2", ""));
    lose_connection(fixture);
    PEER_WAIT_FOR(has_changes(fixture, "+1.2 "));
    set_answer(&fixture->answer, LIST_BEGIN ITEM("1.1", "") LIST_END);
    peer_disconnect(fixture->peer);
    PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture->tracker));
    g_assert_true(has_changes(fixture, "+1.2 -1.2 "));
}

/* The function may end the tracker. */
static void
free_tracker(AmiTracker *tracker, G_GNUC_UNUSED AmiChange change, G_GNUC_UNUSED AmiChannel *channel,
             gpointer data)
{
    Fixture *fixture = data;

    g_assert_true(fixture->tracker == tracker);
    g_clear_pointer(&fixture->tracker, ami_tracker_free);
}

static void
test_free_inside(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    ami_tracker_set_func(fixture->tracker, free_tracker, fixture, NULL);
    ami_client_start(fixture->client);
    PEER_WAIT_FOR(fixture->tracker == NULL);
}

static void
count_call(gpointer data)
{
    (*(guint *) data)++;
}

static void
test_set_func(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    guint first = 0;
    guint second = 0;

    ami_tracker_set_func(fixture->tracker, write_change, &first, count_call);
    ami_tracker_set_func(fixture->tracker, write_change, &second, count_call);
    g_assert_cmpuint(first, ==, 1);
    g_clear_pointer(&fixture->tracker, ami_tracker_free);
    g_assert_cmpuint(first, ==, 1);
    g_assert_cmpuint(second, ==, 1);
}

/* Told behind the changes, and also where nothing has changed. */
static void
write_synchronized(AmiTracker *tracker, gpointer data)
{
    Fixture *fixture = data;

    g_assert_true(ami_tracker_is_synchronized(tracker));
    g_string_append(fixture->changes, "= ");
}

static void
test_set_synchronized_func(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    guint calls = 0;

    ami_tracker_set_synchronized_func(fixture->tracker, write_synchronized, fixture, NULL);
    ami_client_start(fixture->client);
    PEER_WAIT_FOR(has_changes(fixture, "+1.1 = "));
    set_answer(&fixture->answer, LIST_BEGIN LIST_END);
    peer_disconnect(fixture->peer);
    PEER_WAIT_FOR(has_changes(fixture, "+1.1 = -1.1 = "));
    peer_disconnect(fixture->peer);
    PEER_WAIT_FOR(has_changes(fixture, "+1.1 = -1.1 = = "));
    ami_tracker_set_synchronized_func(fixture->tracker, write_synchronized, &calls, count_call);
    g_assert_cmpuint(calls, ==, 0);
    ami_tracker_set_synchronized_func(fixture->tracker, NULL, NULL, NULL);
    g_assert_cmpuint(calls, ==, 1);
}

/* --- What operators should know --- */

/* Counts warnings that have a text in them; any other warning goes the usual way. */
typedef struct {
    const char *text;
    guint times;
} Expected;

static GLogWriterOutput
count_warning(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    Expected *expected = data;

    for (gsize i = 0; i < n_fields && expected->text != NULL; i++)
        if (strcmp(fields[i].key, "MESSAGE") == 0 &&
            strstr(fields[i].value, expected->text) != NULL) {
            expected->times++;
            return G_LOG_WRITER_HANDLED;
        }
    return g_log_writer_default(level, fields, n_fields, NULL);
}

typedef struct {
    const char *mask;
    gboolean has_call;
} MaskCase;

static const MaskCase mask_cases[] = {{"call,dialplan", TRUE},
                                      {"system,call", TRUE},
                                      {"on", TRUE},
                                      {"all", TRUE},
                                      {"2", TRUE},
                                      {"131", TRUE},
                                      {"", TRUE},
                                      {"off", FALSE},
                                      {"system", FALSE},
                                      {"calls", FALSE},
                                      {"0", FALSE},
                                      {"1", FALSE},
                                      {"dialplan,user", FALSE}};

static void
test_mask(gconstpointer data)
{
    Expected *expected = (gpointer) data;

    for (gsize i = 0; i < G_N_ELEMENTS(mask_cases); i++) {
        Fixture fixture = {0};

        expected->text = "the event mask";
        expected->times = 0;
        set_up(&fixture, NULL);
        ami_client_set_event_mask(fixture.client, mask_cases[i].mask);
        ami_client_start(fixture.client);
        PEER_WAIT_FOR(ami_tracker_is_synchronized(fixture.tracker));
        g_test_message("%s", mask_cases[i].mask);
        g_assert_cmpuint(expected->times, ==, mask_cases[i].has_call ? 0 : 1);
        tear_down(&fixture, NULL);
    }
    expected->text = NULL;
}

/* Events come all the same, and nobody is told that the table is complete. */
static void
test_refused(gconstpointer data)
{
    Expected *expected = (gpointer) data;
    Fixture fixture = {0};

    expected->text = "are not known: ";
    expected->times = 0;
    set_up(&fixture, NULL);
    set_answer(&fixture.answer, "Response: Error\nActionID: #\nMessage: Permission denied\n\n");
    ami_client_start(fixture.client);
    PEER_WAIT_FOR(expected->times == 1);
    peer_broadcast(fixture.peer, EVENT("Newchannel", "1.2", "0"));
    PEER_WAIT_FOR(has_changes(&fixture, "+1.2 "));
    g_assert_false(ami_tracker_is_synchronized(fixture.tracker));
    tear_down(&fixture, NULL);
    expected->text = NULL;
}

/* --- Waiting, in threads --- */

typedef struct {
    AmiTracker *tracker;
    const char *channel;
    gdouble timeout;
    GCancellable *cancellable;
    GError *error;
} Waiter;

static gpointer
wait_hangup(gpointer data)
{
    Waiter *waiter = data;
    AmiChannel *last = ami_tracker_wait_hangup(waiter->tracker, waiter->channel, waiter->timeout,
                                               waiter->cancellable, &waiter->error);

    g_assert_true((last == NULL) == (waiter->error != NULL));
    return last;
}

/* Whether somebody waits for the channel by now. */
static gboolean
is_waited_for(AmiTracker *tracker, const char *unique_id)
{
    gboolean is_waited;

    g_mutex_lock(&tracker->lock);
    is_waited = g_hash_table_contains(tracker->waits.by_id, unique_id);
    g_mutex_unlock(&tracker->lock);
    return is_waited;
}

static AmiChannel *
wait_in_thread(Waiter *waiter)
{
    return g_thread_join(g_thread_new("wait", wait_hangup, waiter));
}

/* Whoever waits by a name, by the id, or by a name that is not the channel's any more. */
static void
test_wait(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    static const char *const names[] = {"1.1", "Local/1.1", "1.1", "Local/1.1"};
    g_autoptr(PeerLoop) loop = peer_loop_new();
    g_autoptr(GError) error = NULL;
    Waiter waiters[G_N_ELEMENTS(names)];
    GThread *threads[G_N_ELEMENTS(names)];

    g_assert_true(ami_tracker_wait_synchronized(fixture->tracker, -1, NULL, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        waiters[i] = (Waiter){fixture->tracker, names[i], -1, NULL, NULL};
        threads[i] = g_thread_new("wait", wait_hangup, &waiters[i]);
    }
    peer_broadcast(fixture->peer,
                   "Event: Rename\nChannel: Local/1.1\nNewname: Local/x\nUniqueid: 1.1\n\n"
                   "Event: Rename\nChannel: Local/x\nNewname: Local/1.1\nUniqueid: 1.1\n\n" HANGUP(
                       "1.2", "1") HANGUP("1.1", "17"));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(AmiChannel) last = g_thread_join(threads[i]);

        g_assert_cmpint(ami_channel_get_hangup_cause(last), ==, 17);
        g_assert_cmpstr(ami_channel_get_hangup_text(last), ==, "Text");
    }
}

/* One that has ended is known; of another only its name. */
static void
test_wait_too_late(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    static const struct {
        const char *channel;
        int cause;
        const char *id;
        const char *name;
    } rows[] = {
        {"1.1", 19, "1.1", "Local/1.1"},
        {"Local/1.1", 19, "1.1", "Local/1.1"},
        {"Local/7.7", 0, NULL, "Local/7.7"},
        {"7.7", 0, "7.7", NULL},
    };

    peer_broadcast(fixture->peer, HANGUP("1.1", "19"));
    PEER_WAIT_FOR(has_changes(fixture, "-1.1 "));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Waiter waiter = {fixture->tracker, rows[i].channel, -1, NULL, NULL};
        g_autoptr(AmiChannel) last = wait_in_thread(&waiter);

        g_assert_cmpint(ami_channel_get_hangup_cause(last), ==, rows[i].cause);
        g_assert_cmpstr(ami_channel_get_unique_id(last), ==, rows[i].id);
        g_assert_cmpstr(ami_channel_get_name(last), ==, rows[i].name);
    }
}

/* While the list is missing, only what has surely ended is answered at once. */
static void
test_wait_unsynchronized(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(PeerLoop) loop = NULL;
    Waiter gone = {fixture->tracker, "Local/8.8", -1, NULL, NULL};
    Waiter there = {fixture->tracker, "Local/1.1", -1, NULL, NULL};
    g_autoptr(AmiChannel) last_gone = NULL;
    g_autoptr(AmiChannel) last_there = NULL;
    GThread *threads[2];

    threads[0] = g_thread_new("gone", wait_hangup, &gone);
    threads[1] = g_thread_new("there", wait_hangup, &there);
    ami_client_start(fixture->client);
    loop = peer_loop_new();
    last_gone = g_thread_join(threads[0]);
    g_assert_cmpint(ami_channel_get_hangup_cause(last_gone), ==, 0);
    g_assert_true(ami_tracker_is_synchronized(fixture->tracker));
    peer_broadcast(fixture->peer, HANGUP("1.1", "21"));
    last_there = g_thread_join(threads[1]);
    g_assert_cmpint(ami_channel_get_hangup_cause(last_there), ==, 21);
}

/* Found to be gone after a reconnect. */
static void
test_wait_over_loss(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    Waiter waiter = {fixture->tracker, "1.1", -1, NULL, NULL};
    g_autoptr(PeerLoop) loop = peer_loop_new();
    g_autoptr(AmiChannel) last = NULL;
    g_autoptr(GError) error = NULL;
    GThread *thread;

    g_assert_true(ami_tracker_wait_synchronized(fixture->tracker, -1, NULL, &error));
    thread = g_thread_new("wait", wait_hangup, &waiter);
    while (!is_waited_for(fixture->tracker, "1.1"))
        g_thread_yield();
    set_answer(&fixture->answer, LIST_BEGIN LIST_END);
    peer_disconnect(fixture->peer);
    last = g_thread_join(thread);
    g_assert_cmpstr(ami_channel_get_name(last), ==, "Local/1.1");
    g_assert_cmpint(ami_channel_get_hangup_cause(last), ==, 0);
}

static void
test_wait_timeout(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    static const gdouble timeouts[] = {0, 0.01};

    for (gsize i = 0; i < G_N_ELEMENTS(timeouts); i++) {
        Waiter waiter = {fixture->tracker, "1.1", timeouts[i], NULL, NULL};

        g_assert_null(wait_in_thread(&waiter));
        g_assert_error(waiter.error, AMI_ERROR, AMI_ERROR_TIMEOUT);
        g_assert_cmpstr(waiter.error->message, ==, "1.1 was not hung up in time");
        g_clear_error(&waiter.error);
    }
}

static void
test_wait_cancel(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < 100; i++) {
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        Waiter waiter = {fixture->tracker, "1.1", -1, cancellable, NULL};
        GThread *thread = g_thread_new("wait", wait_hangup, &waiter);

        if (i % 2 == 1)
            g_thread_yield();
        g_cancellable_cancel(cancellable);
        g_assert_null(g_thread_join(thread));
        g_assert_error(waiter.error, AMI_ERROR, AMI_ERROR_CANCELLED);
        g_clear_error(&waiter.error);
    }
}

/* Whoever waits when the tracker is freed is told so. */
static void
test_wait_free(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    Waiter waiter = {fixture->tracker, "1.1", -1, NULL, NULL};
    GThread *thread = g_thread_new("wait", wait_hangup, &waiter);

    PEER_WAIT_FOR(is_waited_for(fixture->tracker, "1.1"));
    g_clear_pointer(&fixture->tracker, ami_tracker_free);
    g_assert_null(g_thread_join(thread));
    g_assert_error(waiter.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_clear_error(&waiter.error);
}

/* A thread that runs the main context would wait for itself. */
static gboolean
wait_at_home(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_tracker_wait_hangup(fixture->tracker, "1.1", -1, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(ami_tracker_wait_synchronized(fixture->tracker, -1, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_string_append(fixture->changes, "home");
    return G_SOURCE_REMOVE;
}

static void
test_wait_at_home(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_idle_add(wait_at_home, fixture);
    PEER_WAIT_FOR(has_changes(fixture, "home"));
}

/* --- Waiting, without blocking --- */

typedef struct {
    AmiTracker *tracker;
    AmiChannel *last;
    GError *error;
    gboolean is_done;
} Outcome;

static void
on_hangup(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;

    g_assert_false(outcome->is_done);
    outcome->last = ami_tracker_wait_hangup_finish(outcome->tracker, result, &outcome->error);
    outcome->is_done = TRUE;
}

static void
test_async(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    Outcome outcome = {.tracker = fixture->tracker};
    Outcome again = {.tracker = fixture->tracker};

    ami_tracker_wait_hangup_async(fixture->tracker, "1.1", NULL, on_hangup, &outcome);
    peer_broadcast(fixture->peer, HANGUP("1.1", "16"));
    PEER_WAIT_FOR(outcome.is_done);
    g_assert_no_error(outcome.error);
    g_assert_cmpint(ami_channel_get_hangup_cause(outcome.last), ==, 16);
    ami_tracker_wait_hangup_async(fixture->tracker, "1.1", NULL, on_hangup, &again);
    PEER_WAIT_FOR(again.is_done);
    g_assert_true(again.last == outcome.last);
    ami_channel_unref(outcome.last);
    ami_channel_unref(again.last);
}

static void
test_async_cancel(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Outcome first = {.tracker = fixture->tracker};
    Outcome second = {.tracker = fixture->tracker};

    ami_tracker_wait_hangup_async(fixture->tracker, "1.1", cancellable, on_hangup, &first);
    g_cancellable_cancel(cancellable);
    ami_tracker_wait_hangup_async(fixture->tracker, "Local/1.1", cancellable, on_hangup, &second);
    PEER_WAIT_FOR(first.is_done && second.is_done);
    g_assert_error(first.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_assert_error(second.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_clear_error(&first.error);
    g_clear_error(&second.error);
    peer_broadcast(fixture->peer, HANGUP("1.1", "16"));
    PEER_WAIT_FOR(has_changes(fixture, "-1.1 "));
}

static void
test_async_free(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Outcome bound = {.tracker = fixture->tracker};
    Outcome unbound = {.tracker = fixture->tracker};

    lose_connection(fixture);
    ami_tracker_wait_hangup_async(fixture->tracker, "1.1", cancellable, on_hangup, &bound);
    ami_tracker_wait_hangup_async(fixture->tracker, "9.9", NULL, on_hangup, &unbound);
    g_clear_pointer(&fixture->tracker, ami_tracker_free);
    PEER_WAIT_FOR(bound.is_done && unbound.is_done);
    g_assert_error(bound.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_assert_error(unbound.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_clear_error(&bound.error);
    g_clear_error(&unbound.error);
}

#define ADD(name, set_up_function, function)                                                       \
    g_test_add("/ami/tracker/" name, Fixture, "A", set_up_function, function, tear_down)

int
main(int argc, char *argv[])
{
    Expected expected = {0};

    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(count_warning, &expected, NULL);
    ADD("follow", set_up, test_follow);
    ADD("late", set_up_ready, test_late);
    ADD("reconnect", set_up_ready, test_reconnect);
    ADD("race", set_up_ready, test_race);
    ADD("lost-in-list", set_up_ready, test_lost_in_list);
    ADD("free-inside", set_up, test_free_inside);
    ADD("set-func", set_up, test_set_func);
    ADD("set-synchronized-func", set_up, test_set_synchronized_func);
    g_test_add_data_func("/ami/tracker/mask", &expected, test_mask);
    g_test_add_data_func("/ami/tracker/refused", &expected, test_refused);
    ADD("wait", set_up_ready, test_wait);
    ADD("wait-too-late", set_up_ready, test_wait_too_late);
    ADD("wait-unsynchronized", set_up, test_wait_unsynchronized);
    ADD("wait-over-loss", set_up_ready, test_wait_over_loss);
    ADD("wait-timeout", set_up_ready, test_wait_timeout);
    ADD("wait-cancel", set_up_ready, test_wait_cancel);
    ADD("wait-free", set_up_ready, test_wait_free);
    ADD("wait-at-home", set_up_ready, test_wait_at_home);
    ADD("async", set_up_ready, test_async);
    ADD("async-cancel", set_up_ready, test_async_cancel);
    ADD("async-free", set_up_ready, test_async_free);
    return g_test_run();
}
