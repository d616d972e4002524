/* test-subscriptions.c - events come to those who want them, in their own context. */

#include "peer.h"

#include <string.h>

/* The names of events as they came, each with a blank behind it, and how often the data was
 * destroyed. */
typedef struct {
    GString *names;
    guint n_destroyed;
    AmiClient *client;
    guint id;
    GThread *thread;
} Seen;

static void
seen_init(Seen *seen, AmiClient *client)
{
    seen->names = g_string_new("");
    seen->client = client;
}

static void
seen_clear(Seen *seen)
{
    g_string_free(seen->names, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static void
note_destroyed(gpointer data)
{
    ((Seen *) data)->n_destroyed++;
}

static void
on_event(AmiClient *client, AmiMessage *event, gpointer data)
{
    Seen *seen = data;

    g_assert_true(client == seen->client);
    g_assert_cmpuint(seen->n_destroyed, ==, 0);
    seen->thread = g_thread_self();
    g_string_append_printf(seen->names, "%s ", ami_message_get_event(event));
}

static void
subscribe(Seen *seen, AmiFilter *filter)
{
    seen->id = ami_client_subscribe(seen->client, filter, on_event, seen, note_destroyed);
    g_assert_cmpuint(seen->id, !=, 0);
}

static void
emit(Peer *peer, const char *const *names)
{
    for (; *names != NULL; names++) {
        g_autofree char *text = g_strdup_printf("Event: %s\nPrivilege: call,all\n\n", *names);

        peer_broadcast(peer, text);
    }
}

/* All that was emitted before has come. */
static void
settle(AmiClient *client)
{
    g_autoptr(AmiReply) reply = ami_action(client, NULL, "Settle", NULL);

    g_assert_nonnull(reply);
}

static AmiClient *
new_booted_client(Peer *peer)
{
    AmiClient *client = peer_new_ready_client(peer);

    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    return client;
}

/* --- Who gets what --- */

typedef struct {
    const char *name;
    const char *wanted[4]; /* names of events */
    const char *seen;
} WantedCase;

static const WantedCase wanted_cases[] = {
    {"all", {NULL}, "Hangup Newchannel HANGUP Newstate "},
    {"one", {"Hangup", NULL}, "Hangup HANGUP "},
    {"other-case", {"newstate", NULL}, "Newstate "},
    {"several", {"Newchannel", "Newstate", NULL}, "Newchannel Newstate "},
    {"the-same-twice", {"Hangup", "hangup", NULL}, "Hangup HANGUP "},
    {"none-that-comes", {"Hang", NULL}, ""},
};

static const char *const some_events[] = {"Hangup", "Newchannel", "HANGUP", "Newstate", NULL};

static void
test_wanted(gconstpointer data)
{
    const WantedCase *expected = data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};
    AmiFilter *filter = expected->wanted[0] != NULL ? ami_filter_new(NULL, NULL) : NULL;

    for (guint i = 0; expected->wanted[i] != NULL; i++)
        ami_filter_add_event(filter, expected->wanted[i]);
    seen_init(&seen, client);
    subscribe(&seen, filter);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, expected->seen);
    ami_client_unsubscribe(client, seen.id);
    ami_client_unsubscribe(client, seen.id);
    g_assert_cmpuint(seen.n_destroyed, ==, 1);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, expected->seen);
}

static void
test_condition(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};
    AmiFilter *filter = ami_filter_new("Hangup", NULL);

    ami_filter_add_header(filter, "Channel", "SIP/a-1");
    seen_init(&seen, client);
    subscribe(&seen, filter);
    peer_broadcast(peer, "Event: Hangup\nChannel: SIP/a-1\n\nEvent: Hangup\nChannel: SIP/b-1\n\n"
                         "Event: Newchannel\nChannel: SIP/a-1\n\n");
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, "Hangup ");
}

static void
test_many(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) all = {0};
    g_auto(Seen) one = {0};
    g_auto(Seen) two = {0};

    seen_init(&all, client);
    seen_init(&one, client);
    seen_init(&two, client);
    subscribe(&one, ami_filter_new("Hangup", NULL));
    subscribe(&two, ami_filter_new("Hangup", "Newstate", NULL));
    subscribe(&all, NULL);
    ami_client_unsubscribe(client, one.id);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(one.names->str, ==, "");
    g_assert_cmpstr(two.names->str, ==, "Hangup HANGUP Newstate ");
    g_assert_cmpstr(all.names->str, ==, "Hangup Newchannel HANGUP Newstate ");
}

/* The client's end is an end of subscriptions. */
static void
test_end_of_client(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    AmiClient *client = new_booted_client(peer);
    g_auto(Seen) seen = {0};
    AmiEventQueue *queue = ami_client_subscribe_queue(client, NULL, 10);

    seen_init(&seen, client);
    subscribe(&seen, NULL);
    ami_client_stop(client);
    g_assert_cmpuint(seen.n_destroyed, ==, 0);
    g_object_unref(client);
    g_assert_cmpuint(seen.n_destroyed, ==, 1);
    ami_event_queue_free(queue);
}

/* --- From inside of a callback --- */

static void
unsubscribe_self(AmiClient *client, AmiMessage *event, gpointer data)
{
    Seen *seen = data;

    on_event(client, event, data);
    ami_client_unsubscribe(client, seen->id);
    g_assert_cmpuint(seen->n_destroyed, ==, 0);
}

static void
test_unsubscribe_inside(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};
    g_auto(Seen) next = {0};

    seen_init(&seen, client);
    seen_init(&next, client);
    seen.id = ami_client_subscribe(client, NULL, unsubscribe_self, &seen, note_destroyed);
    subscribe(&next, NULL);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, "Hangup ");
    g_assert_cmpuint(seen.n_destroyed, ==, 1);
    g_assert_cmpstr(next.names->str, ==, "Hangup Newchannel HANGUP Newstate ");
}

/* The first callback ends the second one, which does not see the event any more. */
static void
unsubscribe_other(AmiClient *client, G_GNUC_UNUSED AmiMessage *event, gpointer data)
{
    ami_client_unsubscribe(client, ((Seen *) data)->id);
}

static void
test_unsubscribe_other_inside(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};

    seen_init(&seen, client);
    ami_client_subscribe(client, NULL, unsubscribe_other, &seen, NULL);
    subscribe(&seen, NULL);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, "");
    g_assert_cmpuint(seen.n_destroyed, ==, 1);
}

static void
subscribe_inside(G_GNUC_UNUSED AmiClient *client, G_GNUC_UNUSED AmiMessage *event, gpointer data)
{
    Seen *seen = data;

    if (seen->id == 0)
        subscribe(seen, NULL);
}

static void
test_subscribe_inside(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};

    seen_init(&seen, client);
    ami_client_subscribe(client, NULL, subscribe_inside, &seen, NULL);
    emit(peer, some_events);
    settle(client);
    g_assert_cmpstr(seen.names->str, ==, "Newchannel HANGUP Newstate ");
}

static void
stop_inside(AmiClient *client, G_GNUC_UNUSED AmiMessage *event, G_GNUC_UNUSED gpointer data)
{
    ami_client_stop(client);
}

static void
test_stop_inside(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_auto(Seen) seen = {0};

    seen_init(&seen, client);
    subscribe(&seen, NULL);
    ami_client_subscribe(client, NULL, stop_inside, NULL, NULL);
    peer_broadcast(peer, "Event: A\n\nEvent: B\n\n");
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_STOPPED);
    g_assert_cmpstr(seen.names->str, ==, "A ");
}

/* --- In another context --- */

/* A thread with a main context of its own, in which it subscribes. */
typedef struct {
    Seen seen;
    GMainContext *context;
    GMainLoop *loop;
    GMutex lock; /* held while events must wait */
    int is_subscribed;
    GThread *thread;
} Other;

static void
on_event_in_other(AmiClient *client, AmiMessage *event, gpointer data)
{
    Other *other = data;

    g_mutex_lock(&other->lock);
    on_event(client, event, &other->seen);
    g_mutex_unlock(&other->lock);
}

static void
note_other_destroyed(gpointer data)
{
    note_destroyed(&((Other *) data)->seen);
}

static gpointer
run_other(gpointer data)
{
    Other *other = data;

    g_main_context_push_thread_default(other->context);
    other->seen.id = ami_client_subscribe(other->seen.client, NULL, on_event_in_other, other,
                                          note_other_destroyed);
    g_atomic_int_set(&other->is_subscribed, TRUE);
    g_main_loop_run(other->loop);
    g_main_context_pop_thread_default(other->context);
    return NULL;
}

static void
other_start(Other *other, AmiClient *client)
{
    seen_init(&other->seen, client);
    g_mutex_init(&other->lock);
    other->context = g_main_context_new();
    other->loop = g_main_loop_new(other->context, FALSE);
    other->thread = g_thread_new("other", run_other, other);
    while (!g_atomic_int_get(&other->is_subscribed))
        g_thread_yield();
}

static gboolean
quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

/* Behind all events that wait there. */
static void
other_stop(Other *other)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_LOW);
    g_source_set_callback(source, quit, other->loop, NULL);
    g_source_attach(source, other->context);
    g_thread_join(other->thread);
}

static void
other_clear(Other *other)
{
    g_main_loop_unref(other->loop);
    g_main_context_unref(other->context);
    g_mutex_clear(&other->lock);
    seen_clear(&other->seen);
}

static void
test_other_context(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    Other other = {0};

    other_start(&other, client);
    for (guint i = 0; i < 100; i++) {
        emit(peer, some_events);
        settle(client);
    }
    other_stop(&other);
    g_assert_true(other.seen.thread == other.thread);
    g_assert_cmpuint(other.seen.names->len, ==, 100 * strlen("Hangup Newchannel HANGUP Newstate "));
    g_assert_true(g_str_has_prefix(other.seen.names->str, "Hangup Newchannel HANGUP Newstate "));
    ami_client_unsubscribe(client, other.seen.id);
    g_assert_cmpuint(other.seen.n_destroyed, ==, 1);
    other_clear(&other);
}

/* Events that a context does not take are dropped, and the client goes on. */
static void
test_slow_context(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    Other other = {0};
    AmiStatistics statistics;
    g_autoptr(GString) flood = g_string_new("");

    for (guint i = 0; i < 2000; i++)
        g_string_append(flood, "Event: A\n\n");
    other_start(&other, client);
    g_mutex_lock(&other.lock);
    peer_broadcast(peer, flood->str);
    settle(client);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.events, ==, 2001);
    g_assert_cmpuint(statistics.dropped, >=, 2000 - 1024 - 1);
    g_assert_cmpuint(statistics.dropped, <=, 2000 - 1024);
    g_assert_true(peer_log_has(log, "warning: A subscriber does not keep up"));
    g_mutex_unlock(&other.lock);
    other_stop(&other);
    ami_client_unsubscribe(client, other.seen.id);
    other_clear(&other);
}

/* Subscribing and unsubscribing in threads, while events are handed out. */
static gpointer
subscribe_and_unsubscribe(gpointer client)
{
    for (guint i = 0; i < 300; i++) {
        g_autoptr(GMainContext) context = g_main_context_new();
        guint ids[2];

        g_main_context_push_thread_default(context);
        ids[0] =
            ami_client_subscribe(client, ami_filter_new("A", NULL), subscribe_inside, NULL, NULL);
        ids[1] = ami_client_subscribe(client, NULL, subscribe_inside, NULL, NULL);
        ami_client_unsubscribe(client, ids[1]);
        ami_client_unsubscribe(client, ids[0]);
        g_main_context_pop_thread_default(context);
    }
    return NULL;
}

static void
test_threads(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    GThread *threads[4];
    AmiStatistics statistics;

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("subscriber", subscribe_and_unsubscribe, client);
    for (guint i = 0; i < 100; i++) {
        peer_broadcast(peer, "Event: A\n\nEvent: B\n\n");
        settle(client);
    }
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.events, ==, 201);
}

/* --- In queues --- */

static void
test_queue(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    g_autoptr(AmiEventQueue) queue =
        ami_client_subscribe_queue(client, ami_filter_new("Hangup", NULL), 1);
    g_autoptr(AmiMessage) event = NULL;
    AmiStatistics statistics;

    emit(peer, some_events);
    settle(client);
    event = ami_event_queue_pop(queue, 0, NULL, NULL);
    g_assert_cmpstr(ami_message_get_event(event), ==, "Hangup");
    g_assert_null(ami_event_queue_try_pop(queue));
    g_assert_cmpuint(ami_event_queue_get_dropped(queue), ==, 1);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.dropped, ==, 1);
}

static gpointer
free_queue(gpointer queue)
{
    ami_event_queue_free(queue);
    return NULL;
}

/* Queues end in threads, while events are handed out. */
static void
test_queues_that_end(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_booted_client(peer);
    GThread *threads[50];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
        AmiEventQueue *queue = ami_client_subscribe_queue(client, NULL, 10);

        peer_broadcast(peer, "Event: A\n\nEvent: B\n\nEvent: C\n\n");
        threads[i] = g_thread_new("end", free_queue, queue);
        settle(client);
    }
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

int
main(int argc, char **argv)
{
    PeerLog *log = peer_log_new();

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(wanted_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/ami/subscriptions/wanted/%s", wanted_cases[i].name);

        g_test_add_data_func(path, &wanted_cases[i], test_wanted);
    }
    g_test_add_func("/ami/subscriptions/condition", test_condition);
    g_test_add_func("/ami/subscriptions/many", test_many);
    g_test_add_func("/ami/subscriptions/end-of-client", test_end_of_client);
    g_test_add_func("/ami/subscriptions/inside/unsubscribe", test_unsubscribe_inside);
    g_test_add_func("/ami/subscriptions/inside/unsubscribe-other", test_unsubscribe_other_inside);
    g_test_add_func("/ami/subscriptions/inside/subscribe", test_subscribe_inside);
    g_test_add_func("/ami/subscriptions/inside/stop", test_stop_inside);
    g_test_add_func("/ami/subscriptions/context", test_other_context);
    g_test_add_data_func("/ami/subscriptions/context/slow", log, test_slow_context);
    g_test_add_func("/ami/subscriptions/threads", test_threads);
    g_test_add_func("/ami/subscriptions/queue", test_queue);
    g_test_add_func("/ami/subscriptions/queue/ends", test_queues_that_end);
    return g_test_run();
}
