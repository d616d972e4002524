/* watch.c - finds out by events when calls end, on any number of servers. */

#include "watch.h"

#include <string.h>

/* How often Asterisk is asked which calls there still are, in seconds. */
#define CHECK_INTERVAL 600

struct _Watch {
    WatchEndedFunc ended;
    gpointer user_data;
    GCancellable *cancellable;
    GThread *checker;
    GMutex servers_lock; /* held while a server is added, before the other one */
    GPtrArray *servers;  /* grows with both locks held */
    GMutex lock;         /* guards what follows, the servers' changing fields, and their calls */
    GCond wake;
    gboolean is_closed;
};

typedef struct {
    Watch *watch;
    AmiClient *client;
    guint subscription;
    gulong state_handler;
    GHashTable *calls; /* unique id → TimedCall */
    guint losses;      /* of the connection */
    gboolean is_sure;  /* that no event was missed */
    gint64 sure_until; /* when it was for the last time, where it is not; 0: never */
    gint64 check_due;
} Server;

/* --- Ends --- */

static void
end_call(Watch *watch, TimedCall *timed, gint64 moment)
{
    timed_call_end(timed, moment);
    watch->ended(timed, watch->user_data);
}

static void
take_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer user_data)
{
    Server *server = user_data;
    const char *name = ami_message_get_event(event);
    const char *unique_id = ami_message_get(event, "Uniqueid");
    gint64 now = g_get_monotonic_time();
    TimedCall *ended = NULL;
    TimedCall *timed;

    if (unique_id == NULL)
        return;
    g_mutex_lock(&server->watch->lock);
    timed = g_hash_table_lookup(server->calls, unique_id);
    if (timed != NULL && g_ascii_strcasecmp(name, "BridgeEnter") == 0) {
        timed_call_enter_bridge(timed, now);
    } else if (timed != NULL && g_ascii_strcasecmp(name, "BridgeLeave") == 0) {
        timed_call_leave_bridge(timed, now);
    } else if (timed != NULL) {
        g_hash_table_steal(server->calls, unique_id);
        ended = timed;
    }
    g_mutex_unlock(&server->watch->lock);
    if (ended != NULL)
        end_call(server->watch, ended, now);
}

/* --- What was missed --- */

/* The channels there are: unique id → the item of the list. */
static GHashTable *
make_index(const AmiReply *reply)
{
    GHashTable *items = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < ami_reply_get_length(reply); i++) {
        AmiMessage *item = ami_reply_get_item(reply, i);
        const char *unique_id = ami_message_get(item, "Uniqueid");

        if (unique_id != NULL)
            g_hash_table_insert(items, (gpointer) unique_id, item);
    }
    return items;
}

static void
check_bridge(TimedCall *timed, const AmiMessage *item, gint64 sure_until)
{
    const char *bridge = ami_message_get(item, "BridgeID");

    if (bridge == NULL)
        return;
    if (*bridge != '\0')
        timed_call_enter_bridge(timed, g_get_monotonic_time());
    else
        timed_call_leave_bridge(timed, MAX(timed->watched, sure_until));
}

/* Takes the calls away that are no more. Those that came after the question are not in the answer,
 * and stay. With the lock held. */
static GPtrArray *
take_missing(Server *server, GHashTable *items, gint64 asked)
{
    GPtrArray *missing = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer value;

    g_hash_table_iter_init(&iterator, server->calls);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        TimedCall *timed = value;
        const AmiMessage *item = g_hash_table_lookup(items, timed->unique_id);

        if (timed->watched >= asked)
            continue;
        if (item != NULL) {
            if (!server->is_sure)
                check_bridge(timed, item, server->sure_until);
            continue;
        }
        g_hash_table_iter_steal(&iterator);
        g_ptr_array_add(missing, timed);
    }
    return missing;
}

/* When a call has ended unseen, it counts until it was surely there. */
static void
end_missing(Server *server, GPtrArray *missing, gint64 sure_until)
{
    for (guint i = 0; i < missing->len; i++) {
        TimedCall *timed = g_ptr_array_index(missing, i);

        g_warning("The end of %s (unique id %s) was missed, as the connection to server %s was "
                  "down; the call counts as long as it was surely there",
                  timed->channel, timed->unique_id, ami_client_get_name(server->client));
        end_call(server->watch, timed, MAX(timed->watched, sure_until));
    }
}

static void
report_unknown(const Server *server, const GError *error)
{
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_PERMISSION))
        g_warning("Calls of server %s that end unseen cannot be found: %s; its user in "
                  "manager.conf needs write = call",
                  ami_client_get_name(server->client), error->message);
    else
        g_info("Whether calls of server %s have ended unseen is not known yet: %s",
               ami_client_get_name(server->client), error->message);
}

/* Asks the server which channels there are. In the checker's thread. */
static void
check_server(Watch *watch, Server *server, guint losses)
{
    gint64 asked = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply =
        ami_client_send(server->client, ami_action_new("Status"), watch->cancellable, &error);
    g_autoptr(GHashTable) items = NULL;
    g_autoptr(GPtrArray) missing = NULL;
    gint64 sure_until;

    if (reply == NULL) {
        report_unknown(server, error);
        return;
    }
    items = make_index(reply);
    g_mutex_lock(&watch->lock);
    missing = take_missing(server, items, asked);
    sure_until = server->sure_until;
    if (server->losses == losses) {
        server->is_sure = TRUE;
        server->sure_until = asked;
    }
    g_mutex_unlock(&watch->lock);
    end_missing(server, missing, sure_until);
}

/* The server whose check is due first; NULL: there are no servers. With the lock held. */
static Server *
find_first_due(const Watch *watch)
{
    Server *first = NULL;

    for (guint i = 0; i < watch->servers->len; i++) {
        Server *server = g_ptr_array_index(watch->servers, i);

        if (first == NULL || server->check_due < first->check_due)
            first = server;
    }
    return first;
}

/* The checker: waits for the next check that is due. With the lock held, but while it checks. */
static void
check_next(Watch *watch)
{
    Server *server = find_first_due(watch);
    gint64 now = g_get_monotonic_time();
    guint losses;

    if (server == NULL) {
        g_cond_wait(&watch->wake, &watch->lock);
        return;
    }
    if (server->check_due > now) {
        g_cond_wait_until(&watch->wake, &watch->lock, server->check_due);
        return;
    }
    server->check_due = now + CHECK_INTERVAL * G_USEC_PER_SEC;
    losses = server->losses;
    if (g_hash_table_size(server->calls) == 0 && server->is_sure)
        return;
    g_mutex_unlock(&watch->lock);
    check_server(watch, server, losses);
    g_mutex_lock(&watch->lock);
}

static gpointer
run_checker(gpointer data)
{
    Watch *watch = data;

    g_mutex_lock(&watch->lock);
    while (!watch->is_closed)
        check_next(watch);
    g_mutex_unlock(&watch->lock);
    return NULL;
}

static void
take_state(G_GNUC_UNUSED AmiClient *client, int state, gpointer user_data)
{
    Server *server = user_data;
    Watch *watch = server->watch;

    g_mutex_lock(&watch->lock);
    if ((AmiState) state == AMI_STATE_READY) {
        server->check_due = 0;
        g_cond_signal(&watch->wake);
    } else {
        if (server->is_sure)
            server->sure_until = g_get_monotonic_time();
        server->is_sure = FALSE;
        server->losses++;
    }
    g_mutex_unlock(&watch->lock);
}

/* --- Servers --- */

static Server *
server_new(Watch *watch, AmiClient *client)
{
    Server *server = g_new0(Server, 1);

    server->watch = watch;
    server->client = g_object_ref(client);
    server->calls =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) timed_call_free);
    server->check_due = g_get_monotonic_time() + CHECK_INTERVAL * G_USEC_PER_SEC;
    server->state_handler =
        g_signal_connect(client, "state-changed", G_CALLBACK(take_state), server);
    server->subscription =
        ami_client_subscribe(client, ami_filter_new("Hangup", "BridgeEnter", "BridgeLeave", NULL),
                             take_event, server, NULL);
    g_mutex_lock(&watch->lock);
    server->is_sure = server->losses == 0 && ami_client_get_state(client) == AMI_STATE_READY;
    g_mutex_unlock(&watch->lock);
    return server;
}

static void
server_close(Server *server)
{
    ami_client_unsubscribe(server->client, server->subscription);
    g_signal_handler_disconnect(server->client, server->state_handler);
}

static void
server_free(gpointer data)
{
    Server *server = data;

    g_hash_table_unref(server->calls);
    g_object_unref(server->client);
    g_free(server);
}

static Server *
get_server(Watch *watch, AmiClient *client)
{
    Server *server = NULL;

    g_mutex_lock(&watch->servers_lock);
    for (guint i = 0; i < watch->servers->len && server == NULL; i++) {
        Server *known = g_ptr_array_index(watch->servers, i);

        if (known->client == client)
            server = known;
    }
    if (server == NULL) {
        server = server_new(watch, client);
        g_mutex_lock(&watch->lock);
        g_ptr_array_add(watch->servers, server);
        g_cond_signal(&watch->wake);
        g_mutex_unlock(&watch->lock);
    }
    g_mutex_unlock(&watch->servers_lock);
    return server;
}

/* --- The watch --- */

Watch *
watch_new(WatchEndedFunc ended, gpointer user_data)
{
    Watch *watch = g_new0(Watch, 1);

    watch->ended = ended;
    watch->user_data = user_data;
    watch->cancellable = g_cancellable_new();
    watch->servers = g_ptr_array_new_with_free_func(server_free);
    g_mutex_init(&watch->servers_lock);
    g_mutex_init(&watch->lock);
    g_cond_init(&watch->wake);
    watch->checker = g_thread_new("calltimer", run_checker, watch);
    return watch;
}

static void
stop_checker(Watch *watch)
{
    g_mutex_lock(&watch->lock);
    watch->is_closed = TRUE;
    g_cond_signal(&watch->wake);
    g_mutex_unlock(&watch->lock);
    g_cancellable_cancel(watch->cancellable);
    g_thread_join(watch->checker);
}

guint
watch_free(Watch *watch)
{
    guint left = 0;

    stop_checker(watch);
    for (guint i = 0; i < watch->servers->len; i++)
        server_close(g_ptr_array_index(watch->servers, i));
    for (guint i = 0; i < watch->servers->len; i++)
        left += g_hash_table_size(((Server *) g_ptr_array_index(watch->servers, i))->calls);
    g_ptr_array_unref(watch->servers);
    g_object_unref(watch->cancellable);
    g_mutex_clear(&watch->servers_lock);
    g_mutex_clear(&watch->lock);
    g_cond_clear(&watch->wake);
    g_free(watch);
    return left;
}

/* Whether the server has the channel; where it cannot be asked it is trusted to. */
static gboolean
has_channel(AmiClient *client, const char *channel, GCancellable *cancellable)
{
    AmiAction *action = ami_action_new_with("Status", "Channel", channel, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send(client, action, cancellable, &error);

    if (reply != NULL)
        return TRUE;
    g_debug("Status of %s: %s", channel, error->message);
    return !g_error_matches(error, AMI_ERROR, AMI_ERROR_REFUSED);
}

/* The channel is there as long as the handler's session is, so its end cannot have come yet when it
 * is put into the table, and the question behind that finds a wrong server. */
gboolean
watch_add(Watch *watch, TimedCall *timed, GCancellable *cancellable)
{
    Server *server = get_server(watch, timed->client);
    g_autofree char *channel = g_strdup(timed->channel);
    g_autofree char *unique_id = g_strdup(timed->unique_id);
    gboolean is_taken;

    timed->watched = g_get_monotonic_time();
    g_mutex_lock(&watch->lock);
    g_hash_table_replace(server->calls, timed->unique_id, timed);
    g_mutex_unlock(&watch->lock);
    if (has_channel(server->client, channel, cancellable))
        return TRUE;
    g_mutex_lock(&watch->lock);
    is_taken = g_hash_table_remove(server->calls, unique_id);
    g_mutex_unlock(&watch->lock);
    return !is_taken;
}
