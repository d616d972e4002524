/* tracker.c - a live table of an Asterisk's channels.
 *
 * Events keep the table true while the connection lasts. After each login a list tells what was
 * there before: action Status, not CoreShowChannels, because Status also tells variables and needs
 * no more than class `call`. Its events are taken in the order of the wire, among the others, by
 * the function for items: were they kept until the list is complete, they would overwrite what
 * later events have told.
 *
 * One lock guards the table and those who wait. Whoever has to be told is told after it was
 * released, in the main context. */

#include <config.h>

#include "ami/client-private.h"
#include "ami/tracker-private.h"

#include <string.h>

/* After a list that did not come in time, in seconds. */
#define RETRY_DELAY 10

typedef struct {
    AmiChange change;
    AmiChannel *channel;
} Change;

static void
clear_change(gpointer data)
{
    ami_channel_unref(((Change *) data)->channel);
}

static GArray *
new_changes(void)
{
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(Change));

    g_array_set_clear_func(changes, clear_change);
    return changes;
}

/* --- Life --- */

AmiTracker *
ami_tracker_ref(AmiTracker *tracker)
{
    g_atomic_ref_count_inc(&tracker->references);
    return tracker;
}

void
ami_tracker_unref(AmiTracker *tracker)
{
    if (!g_atomic_ref_count_dec(&tracker->references))
        return;
    ami_channel_table_free(tracker->table);
    ami_hangup_waits_clear(&tracker->waits);
    g_ptr_array_unref(tracker->done);
    g_array_unref(tracker->changes);
    g_ptr_array_unref(tracker->variables);
    g_main_context_unref(tracker->context);
    g_mutex_clear(&tracker->lock);
    g_free(tracker);
}

static void
unref_later(gpointer data)
{
    ami_tracker_unref(data);
}

/* Tells what has been found out with the lock held. */
static void
tell(AmiTracker *tracker)
{
    g_autoptr(GArray) changes = new_changes();

    g_mutex_lock(&tracker->lock);
    if (tracker->changes->len > 0) {
        GArray *filled = g_steal_pointer(&tracker->changes);

        tracker->changes = g_steal_pointer(&changes);
        changes = filled;
    }
    g_mutex_unlock(&tracker->lock);
    for (guint i = 0; i < changes->len && tracker->function != NULL; i++) {
        const Change *change = &g_array_index(changes, Change, i);

        tracker->function(tracker, change->change, change->channel, tracker->data);
    }
    ami_hangup_waits_return(tracker);
}

/* The table's function. With the lock. */
static void
note_change(AmiChange change, AmiChannel *channel, gpointer data)
{
    AmiTracker *tracker = data;
    Change noted = {change, ami_channel_ref(channel)};

    g_array_append_val(tracker->changes, noted);
    ami_hangup_waits_take(tracker, change, channel);
}

/* --- Events --- */

static void
on_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer data)
{
    AmiTracker *tracker = ami_tracker_ref(data);

    g_mutex_lock(&tracker->lock);
    if (!tracker->is_closed)
        ami_channel_table_take(tracker->table, event);
    g_mutex_unlock(&tracker->lock);
    tell(tracker);
    ami_tracker_unref(tracker);
}

static gboolean
is_kept_variable(AmiMessage *event, gpointer data)
{
    GPtrArray *variables = data;
    const char *name = ami_message_get(event, "Variable");

    for (guint i = 0; name != NULL && i < variables->len; i++)
        if (strcmp(g_ptr_array_index(variables, i), name) == 0)
            return TRUE;
    return FALSE;
}

static void
unref_variables(gpointer data)
{
    g_ptr_array_unref(data);
}

static void
subscribe(AmiTracker *tracker)
{
    AmiFilter *filter = ami_filter_new("Newchannel", "Newstate", "NewCallerid", "NewConnectedLine",
                                       "NewAccountCode", "Newexten", "Rename", "BridgeEnter",
                                       "BridgeLeave", "Hangup", NULL);

    tracker->subscriptions[0] = ami_client_subscribe(tracker->client, filter, on_event,
                                                     ami_tracker_ref(tracker), unref_later);
    if (tracker->variables->len == 0)
        return;
    filter = ami_filter_new("VarSet", NULL);
    ami_filter_set_predicate(filter, is_kept_variable, g_ptr_array_ref(tracker->variables),
                             unref_variables);
    tracker->subscriptions[1] = ami_client_subscribe(tracker->client, filter, on_event,
                                                     ami_tracker_ref(tracker), unref_later);
}

/* --- The list --- */

/* A list that was asked for. */
typedef struct {
    AmiTracker *tracker;
    GCancellable *cancellable;
} List;

static List *
new_list(AmiTracker *tracker)
{
    List *list = g_new0(List, 1);

    list->tracker = ami_tracker_ref(tracker);
    list->cancellable = g_object_ref(tracker->list);
    return list;
}

static void
free_list(gpointer data)
{
    List *list = data;

    ami_tracker_unref(list->tracker);
    g_object_unref(list->cancellable);
    g_free(list);
}

static void
on_item(AmiMessage *item, gpointer data)
{
    const List *list = data;

    g_mutex_lock(&list->tracker->lock);
    if (list->tracker->list == list->cancellable)
        ami_channel_table_take(list->tracker->table, item);
    g_mutex_unlock(&list->tracker->lock);
    tell(list->tracker);
}

static void ask_for_list(AmiTracker *tracker);

static gboolean
on_retry(gpointer data)
{
    AmiTracker *tracker = data;

    g_clear_pointer(&tracker->retry, g_source_unref);
    ask_for_list(tracker);
    return G_SOURCE_REMOVE;
}

static void
retry_later(AmiTracker *tracker)
{
    tracker->retry = g_timeout_source_new_seconds(RETRY_DELAY);
    g_source_set_callback(tracker->retry, on_retry, tracker, NULL);
    g_source_attach(tracker->retry, tracker->context);
}

/* The loss of the connection is no failure: the next login asks again. What Asterisk has refused it
 * would refuse every time. */
static void
note_failure(AmiTracker *tracker, const GError *error)
{
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_DISCONNECTED) ||
        g_error_matches(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED) ||
        g_error_matches(error, AMI_ERROR, AMI_ERROR_CANCELLED))
        return;
    g_warning("%s: the channels that were there before the login are not known: %s",
              ami_client_get_name(tracker->client), error->message);
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_TIMEOUT))
        retry_later(tracker);
}

/* Whether an event mask has a class in it, or is a number with its bit. */
static gboolean
has_class(const char *mask, const char *class, guint64 bit)
{
    static const char *const all[] = {"on", "yes", "true", "y", "t", "all"};
    g_auto(GStrv) words = g_strsplit(mask, ",", -1);
    char *end = NULL;
    guint64 bits = g_ascii_strtoull(mask, &end, 10);

    if (*mask != '\0' && *end == '\0')
        return (bits & bit) != 0;
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (g_strv_contains((const char *const *) words, all[i]))
            return TRUE;
    return *mask == '\0' || g_strv_contains((const char *const *) words, class);
}

/* Without these events the table is true only at the moment of each login. */
static void
warn_about_mask(AmiTracker *tracker)
{
    const char *mask = tracker->client->settings.event_mask;

    if (mask == NULL || has_class(mask, "call", 2))
        return;
    g_warning("%s: channels are followed, but the event mask \"%s\" leaves out the events of class "
              "\"call\": what happens to them after the login is not seen",
              ami_client_get_name(tracker->client), mask);
}

static void
on_list(GObject *source, GAsyncResult *result, gpointer data)
{
    List *list = data;
    AmiTracker *tracker = list->tracker;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;
    gboolean is_current;

    reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);
    g_mutex_lock(&tracker->lock);
    is_current = tracker->list == list->cancellable && !tracker->is_closed;
    if (is_current)
        g_clear_object(&tracker->list);
    if (is_current && reply != NULL) {
        ami_channel_table_complete(tracker->table);
        tracker->is_synchronized = TRUE;
        ami_hangup_waits_synchronized(tracker);
    }
    g_mutex_unlock(&tracker->lock);
    if (is_current && reply == NULL)
        note_failure(tracker, error);
    else if (is_current)
        warn_about_mask(tracker);
    tell(tracker);
    if (is_current && reply != NULL && tracker->synchronized != NULL)
        tracker->synchronized(tracker, tracker->synchronized_data);
    free_list(list);
}

static AmiAction *
new_list_action(AmiTracker *tracker)
{
    AmiAction *action = ami_action_new("Status");
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < tracker->variables->len; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? "," : "",
                               (const char *) g_ptr_array_index(tracker->variables, i));
    ami_action_add(action, "Variables", names->len > 0 ? names->str : NULL);
    return action;
}

static void
ask_for_list(AmiTracker *tracker)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    AmiAction *action = new_list_action(tracker);

    g_mutex_lock(&tracker->lock);
    g_set_object(&tracker->list, cancellable);
    g_mutex_unlock(&tracker->lock);
    ami_action_set_item_func(action, on_item, new_list(tracker), free_list);
    ami_client_send_async(tracker->client, action, cancellable, on_list, new_list(tracker));
}

/* What is in the table is doubtful from now on. */
static void
lose(AmiTracker *tracker)
{
    g_autoptr(GCancellable) list = NULL;

    if (tracker->retry != NULL)
        g_source_destroy(tracker->retry);
    g_clear_pointer(&tracker->retry, g_source_unref);
    g_mutex_lock(&tracker->lock);
    list = g_steal_pointer(&tracker->list);
    tracker->is_synchronized = FALSE;
    ami_channel_table_lose(tracker->table);
    g_mutex_unlock(&tracker->lock);
    g_cancellable_cancel(list);
}

static void
on_state_changed(G_GNUC_UNUSED AmiClient *client, int state, gpointer data)
{
    AmiTracker *tracker = data;

    lose(tracker);
    if (state == AMI_STATE_READY)
        ask_for_list(tracker);
}

/**
 * ami_tracker_new:
 * @client: a client, started or not
 * @variables: (nullable) (array zero-terminated=1): names of channel variables to keep as well
 *
 * Begins to follow all channels of an Asterisk. The user has to be allowed to read events of class
 * `call`, for extensions and variables also of class `dialplan`, and to write class `call`,
 * `reporting` or `system` for the list after each login. In the client's main context.
 *
 * Returns: (transfer full): the tracker
 * Since: 0.2
 */
AmiTracker *
ami_tracker_new(AmiClient *client, const char *const *variables)
{
    AmiTracker *tracker;

    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    tracker = g_new0(AmiTracker, 1);
    g_atomic_ref_count_init(&tracker->references);
    g_mutex_init(&tracker->lock);
    tracker->client = g_object_ref(client);
    tracker->context = g_main_context_ref_thread_default();
    tracker->variables = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; variables != NULL && variables[i] != NULL; i++)
        g_ptr_array_add(tracker->variables, g_strdup(variables[i]));
    tracker->changes = new_changes();
    tracker->done = g_ptr_array_new_with_free_func(g_object_unref);
    ami_hangup_waits_init(&tracker->waits);
    tracker->table = ami_channel_table_new(tracker->variables, note_change, tracker);
    subscribe(tracker);
    tracker->state_handler =
        g_signal_connect(client, "state-changed", G_CALLBACK(on_state_changed), tracker);
    if (ami_client_get_state(client) == AMI_STATE_READY)
        ask_for_list(tracker);
    return tracker;
}

/**
 * ami_tracker_free:
 * @tracker: (transfer full): a tracker
 *
 * Ends it. Who still waits for a hangup gets %AMI_ERROR_CANCELLED. In the client's main context.
 *
 * Since: 0.2
 */
void
ami_tracker_free(AmiTracker *tracker)
{
    g_return_if_fail(tracker != NULL);

    g_signal_handler_disconnect(tracker->client, tracker->state_handler);
    for (guint i = 0; i < G_N_ELEMENTS(tracker->subscriptions); i++)
        if (tracker->subscriptions[i] != 0)
            ami_client_unsubscribe(tracker->client, tracker->subscriptions[i]);
    lose(tracker);
    ami_tracker_set_func(tracker, NULL, NULL, NULL);
    ami_tracker_set_synchronized_func(tracker, NULL, NULL, NULL);
    g_mutex_lock(&tracker->lock);
    tracker->is_closed = TRUE;
    ami_hangup_waits_close(tracker);
    g_mutex_unlock(&tracker->lock);
    ami_hangup_waits_return(tracker);
    g_clear_object(&tracker->client);
    ami_tracker_unref(tracker);
}

/**
 * ami_tracker_set_func:
 * @tracker: a tracker
 * @function: (nullable): is told of every change; %NULL: nobody is
 * @user_data: given to @function
 * @destroy: (nullable): frees @user_data
 *
 * Sets who is told. Of channels that are there already it is not told: ami_tracker_get_channels()
 * has them. In the client's main context.
 *
 * Since: 0.2
 */
void
ami_tracker_set_func(AmiTracker *tracker, AmiTrackerFunc function, gpointer user_data,
                     GDestroyNotify destroy)
{
    GDestroyNotify old_destroy;
    gpointer old_data;

    g_return_if_fail(tracker != NULL);

    old_destroy = tracker->destroy;
    old_data = tracker->data;
    tracker->function = function;
    tracker->data = user_data;
    tracker->destroy = destroy;
    if (old_destroy != NULL)
        old_destroy(old_data);
}

/**
 * ami_tracker_set_synchronized_func:
 * @tracker: a tracker
 * @function: (nullable): is told each time that the table is complete; %NULL: nobody is
 * @user_data: given to @function
 * @destroy: (nullable): frees @user_data
 *
 * Sets who is told that all channels are known: after each login, also where nothing has changed.
 * Where they are known already it is not told: ami_tracker_is_synchronized() says so. In the
 * client's main context.
 *
 * Since: 0.2
 */
void
ami_tracker_set_synchronized_func(AmiTracker *tracker, AmiTrackerSynchronizedFunc function,
                                  gpointer user_data, GDestroyNotify destroy)
{
    GDestroyNotify old_destroy;
    gpointer old_data;

    g_return_if_fail(tracker != NULL);

    old_destroy = tracker->synchronized_destroy;
    old_data = tracker->synchronized_data;
    tracker->synchronized = function;
    tracker->synchronized_data = user_data;
    tracker->synchronized_destroy = destroy;
    if (old_destroy != NULL)
        old_destroy(old_data);
}

/* --- Asking --- */

/**
 * ami_tracker_is_synchronized:
 * @tracker: a tracker
 *
 * Any thread.
 *
 * Returns: whether the table is complete: logged in, and asked for the channels there were
 * Since: 0.2
 */
gboolean
ami_tracker_is_synchronized(AmiTracker *tracker)
{
    gboolean is_synchronized;

    g_return_val_if_fail(tracker != NULL, FALSE);

    g_mutex_lock(&tracker->lock);
    is_synchronized = tracker->is_synchronized;
    g_mutex_unlock(&tracker->lock);
    return is_synchronized;
}

/**
 * ami_tracker_find:
 * @tracker: a tracker
 * @channel: a unique id, or the name of a channel
 *
 * Looks a channel up. While the tracker is not synchronized, this is the channel as it was last
 * seen. Any thread.
 *
 * Returns: (transfer full) (nullable): the channel as it is now; %NULL when it is not there
 * Since: 0.2
 */
AmiChannel *
ami_tracker_find(AmiTracker *tracker, const char *channel)
{
    AmiChannel *found;

    g_return_val_if_fail(tracker != NULL && channel != NULL, NULL);

    g_mutex_lock(&tracker->lock);
    found = ami_channel_table_find(tracker->table, channel);
    if (found != NULL)
        ami_channel_ref(found);
    g_mutex_unlock(&tracker->lock);
    return found;
}

/**
 * ami_tracker_get_length:
 * @tracker: a tracker
 *
 * Any thread.
 *
 * Returns: how many channels there are
 * Since: 0.2
 */
guint
ami_tracker_get_length(AmiTracker *tracker)
{
    guint length;

    g_return_val_if_fail(tracker != NULL, 0);

    g_mutex_lock(&tracker->lock);
    length = ami_channel_table_get_length(tracker->table);
    g_mutex_unlock(&tracker->lock);
    return length;
}

/**
 * ami_tracker_get_channels:
 * @tracker: a tracker
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type AmiChannel): all channels, oldest first
 * Since: 0.2
 */
GPtrArray *
ami_tracker_get_channels(AmiTracker *tracker)
{
    GPtrArray *channels;

    g_return_val_if_fail(tracker != NULL, NULL);

    g_mutex_lock(&tracker->lock);
    channels = ami_channel_table_get_all(tracker->table);
    g_mutex_unlock(&tracker->lock);
    return channels;
}
