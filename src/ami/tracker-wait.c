/* tracker-wait.c - waiting for the end of a channel.
 *
 * A wait is bound to the unique id of its channel as soon as that is known, so that it survives
 * every change of the name. What is neither there nor known to have ended may still come with the
 * list, as long as the table is not complete: such a wait is unbound until then. */

#include <config.h>

#include "ami/deadline-private.h"
#include "ami/tracker-private.h"

#include <string.h>

/* Of a thread, on its stack; or of a task, which owns it, and is owned by it until it is done. */
typedef struct {
    AmiTracker *tracker;
    char *channel;   /* as it was asked for; NULL: only the table is waited for */
    char *unique_id; /* NULL: not known yet */
    AmiChannel *last;
    gboolean is_done;
    GCond *wake;     /* of a thread; NULL: a task */
    GTask *task;     /* NULL: a thread */
    GSource *cancel; /* of a task */
} Wait;

/* --- Who waits --- */

static void
unref_waits(gpointer data)
{
    g_ptr_array_unref(data);
}

void
ami_hangup_waits_init(AmiHangupWaits *waits)
{
    waits->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_waits);
    waits->unbound = g_ptr_array_new();
}

void
ami_hangup_waits_clear(AmiHangupWaits *waits)
{
    g_hash_table_unref(waits->by_id);
    g_ptr_array_unref(waits->unbound);
}

static void
bind(AmiTracker *tracker, Wait *wait, const char *unique_id)
{
    GPtrArray *waits = g_hash_table_lookup(tracker->waits.by_id, unique_id);

    if (waits == NULL) {
        waits = g_ptr_array_new();
        g_hash_table_insert(tracker->waits.by_id, g_strdup(unique_id), waits);
    }
    g_ptr_array_add(waits, wait);
    wait->unique_id = g_strdup(unique_id);
}

/* Takes a wait out that is not done yet. */
static void
forget(Wait *wait)
{
    AmiHangupWaits *all = &wait->tracker->waits;
    GPtrArray *waits = all->unbound;

    if (wait->unique_id != NULL)
        waits = g_hash_table_lookup(all->by_id, wait->unique_id);
    g_ptr_array_remove_fast(waits, wait);
    if (wait->unique_id != NULL && waits->len == 0)
        g_hash_table_remove(all->by_id, wait->unique_id);
}

/* @last NULL: without one. */
static void
finish(Wait *wait, AmiChannel *last)
{
    wait->is_done = TRUE;
    wait->last = last != NULL ? ami_channel_ref(last) : NULL;
    if (wait->wake != NULL)
        g_cond_signal(wait->wake);
    else
        g_ptr_array_add(wait->tracker->done, wait->task);
}

/* What is known of a channel that is not there. */
static AmiChannel *
dup_last(AmiTracker *tracker, const char *channel)
{
    AmiChannel *last = ami_channel_table_find_ended(tracker->table, channel);

    return last != NULL ? ami_channel_ref(last) : ami_channel_new_unknown(channel);
}

/* A name that has ended may have come back meanwhile; a unique id may not. */
static gboolean
has_surely_ended(const AmiTracker *tracker, const char *channel)
{
    AmiChannel *last = ami_channel_table_find_ended(tracker->table, channel);

    return tracker->is_synchronized ||
           (last != NULL && g_strcmp0(ami_channel_get_unique_id(last), channel) == 0);
}

static void
begin(Wait *wait)
{
    AmiTracker *tracker = wait->tracker;
    AmiChannel *there = NULL;

    if (wait->channel != NULL)
        there = ami_channel_table_find(tracker->table, wait->channel);
    if (there != NULL) {
        bind(tracker, wait, ami_channel_get_unique_id(there));
    } else if (wait->channel != NULL && has_surely_ended(tracker, wait->channel)) {
        g_autoptr(AmiChannel) last = dup_last(tracker, wait->channel);

        finish(wait, last);
    } else if (wait->channel == NULL && tracker->is_synchronized) {
        finish(wait, NULL);
    } else {
        g_ptr_array_add(tracker->waits.unbound, wait);
    }
}

/* --- What happens to them --- */

static void
bind_to_added(AmiTracker *tracker, AmiChannel *channel)
{
    GPtrArray *unbound = tracker->waits.unbound;
    const char *id = ami_channel_get_unique_id(channel);
    const char *name = ami_channel_get_name(channel);

    for (guint i = unbound->len; i > 0; i--) {
        Wait *wait = g_ptr_array_index(unbound, i - 1);

        if (wait->channel == NULL ||
            (g_strcmp0(wait->channel, id) != 0 && g_strcmp0(wait->channel, name) != 0))
            continue;
        g_ptr_array_remove_index_fast(unbound, i - 1);
        bind(tracker, wait, id);
    }
}

static void
finish_removed(AmiTracker *tracker, AmiChannel *channel)
{
    const char *id = ami_channel_get_unique_id(channel);
    GPtrArray *waits = g_hash_table_lookup(tracker->waits.by_id, id);

    for (guint i = 0; waits != NULL && i < waits->len; i++)
        finish(g_ptr_array_index(waits, i), channel);
    g_hash_table_remove(tracker->waits.by_id, id);
}

void
ami_hangup_waits_take(AmiTracker *tracker, AmiChange change, AmiChannel *channel)
{
    switch (change) {
    case AMI_CHANNEL_ADDED:
        bind_to_added(tracker, channel);
        break;
    case AMI_CHANNEL_CHANGED:
        break;
    case AMI_CHANNEL_REMOVED:
        finish_removed(tracker, channel);
        break;
    }
}

/* The table is complete: what is not in it is not there. */
void
ami_hangup_waits_synchronized(AmiTracker *tracker)
{
    GPtrArray *unbound = tracker->waits.unbound;

    for (guint i = 0; i < unbound->len; i++) {
        Wait *wait = g_ptr_array_index(unbound, i);
        g_autoptr(AmiChannel) last = NULL;

        if (wait->channel != NULL)
            last = dup_last(tracker, wait->channel);
        finish(wait, last);
    }
    g_ptr_array_set_size(unbound, 0);
}

/* The tracker is freed: everybody has waited in vain. */
void
ami_hangup_waits_close(AmiTracker *tracker)
{
    GHashTableIter ids;
    gpointer waits;

    g_hash_table_iter_init(&ids, tracker->waits.by_id);
    while (g_hash_table_iter_next(&ids, NULL, &waits))
        for (guint i = 0; i < ((GPtrArray *) waits)->len; i++)
            finish(g_ptr_array_index((GPtrArray *) waits, i), NULL);
    for (guint i = 0; i < tracker->waits.unbound->len; i++)
        finish(g_ptr_array_index(tracker->waits.unbound, i), NULL);
    g_hash_table_remove_all(tracker->waits.by_id);
    g_ptr_array_set_size(tracker->waits.unbound, 0);
}

/* --- Threads that wait --- */

static void
wake(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Wait *wait = data;

    g_mutex_lock(&wait->tracker->lock);
    g_cond_signal(wait->wake);
    g_mutex_unlock(&wait->tracker->lock);
}

static const char *
describe(const Wait *wait)
{
    return wait->channel != NULL ? wait->channel : "the list of channels";
}

static void
set_cancelled(const Wait *wait, GError **error)
{
    g_set_error(error, AMI_ERROR, AMI_ERROR_CANCELLED, "waiting for %s was cancelled",
                describe(wait));
}

/* Whether it is time to go without what was waited for. With the lock. */
static gboolean
give_up(const Wait *wait, gint64 deadline, GCancellable *cancellable, GError **error)
{
    if (g_cancellable_is_cancelled(cancellable)) {
        set_cancelled(wait, error);
        return TRUE;
    }
    if (!ami_deadline_is_over(deadline))
        return FALSE;
    if (wait->channel != NULL && wait->unique_id != NULL)
        g_set_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT, "%s was not hung up in time",
                    wait->channel);
    else
        g_set_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT,
                    "%s: Asterisk was not asked in time for the channels that there are",
                    describe(wait));
    return TRUE;
}

static gboolean
run(Wait *wait, gint64 deadline, GCancellable *cancellable, GError **error)
{
    GMutex *lock = &wait->tracker->lock;
    gboolean is_over = FALSE;

    g_mutex_lock(lock);
    begin(wait);
    while (!wait->is_done && !(is_over = give_up(wait, deadline, cancellable, error)))
        ami_deadline_wait(deadline, wait->wake, lock);
    if (!wait->is_done)
        forget(wait);
    if (wait->is_done && wait->last == NULL && wait->tracker->is_closed) {
        set_cancelled(wait, error);
        is_over = TRUE;
    }
    g_mutex_unlock(lock);
    return !is_over;
}

/* Whoever runs the main context would wait for itself. */
static gboolean
is_elsewhere(AmiTracker *tracker, GError **error)
{
    if (!g_main_context_is_owner(tracker->context))
        return TRUE;
    g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                "this thread runs the client's main context at the moment, and would wait for "
                "itself: use ami_tracker_wait_hangup_async() there");
    return FALSE;
}

/* Blocks until @channel is hung up, or NULL: until the table is complete. */
static gboolean
block(AmiTracker *tracker, const char *channel, gdouble timeout, GCancellable *cancellable,
      AmiChannel **last, GError **error)
{
    g_autofree char *text = g_strdup(channel);
    GCond condition;
    Wait wait = {.tracker = tracker, .channel = text, .wake = &condition};
    gint64 deadline = ami_deadline_from(timeout);
    gulong handler = 0;
    gboolean is_done;

    if (!is_elsewhere(tracker, error))
        return FALSE;
    ami_tracker_ref(tracker);
    g_cond_init(&condition);
    /* Both of these may run wake(), or wait for it: never with the lock. */
    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake), &wait, NULL);
    is_done = run(&wait, deadline, cancellable, error);
    if (cancellable != NULL)
        g_cancellable_disconnect(cancellable, handler);
    g_cond_clear(&condition);
    g_free(wait.unique_id);
    ami_tracker_unref(tracker);
    *last = wait.last;
    return is_done;
}

/**
 * ami_tracker_wait_synchronized:
 * @tracker: a tracker
 * @timeout: how long to wait, in seconds; negative waits for ever
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Waits until the table is complete. Blocks, while another thread runs the client's main context.
 *
 * Returns: %TRUE when it is; %FALSE with @error set to %AMI_ERROR_TIMEOUT, %AMI_ERROR_CANCELLED,
 *   or %AMI_ERROR_INVALID_ARGUMENT in the thread that runs the main context
 * Since: 0.2
 */
gboolean
ami_tracker_wait_synchronized(AmiTracker *tracker, gdouble timeout, GCancellable *cancellable,
                              GError **error)
{
    AmiChannel *none;

    g_return_val_if_fail(tracker != NULL, FALSE);

    return block(tracker, NULL, timeout, cancellable, &none, error);
}

/**
 * ami_tracker_wait_hangup:
 * @tracker: a tracker
 * @channel: a unique id, or the name of a channel at this moment
 * @timeout: how long to wait, in seconds; negative waits for ever
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Waits until a channel is hung up, under whatever name it has by then. The wait goes on when the
 * connection to Asterisk is lost, and ends when the channel is found to be gone after the next
 * login. While the tracker is not synchronized, it first waits to know whether the channel is
 * there.
 *
 * A channel that is not there has been hung up: the function returns at once, with the channel as
 * it was last when it is one of the last few hundred, otherwise with nothing known of it but
 * @channel.
 *
 * Blocks, while another thread runs the client's main context.
 *
 * Returns: (transfer full): the channel as it was last, with its cause; %NULL with @error set to
 *   %AMI_ERROR_TIMEOUT while it is still there, or %AMI_ERROR_CANCELLED when @cancellable is
 *   cancelled or the tracker freed, or %AMI_ERROR_INVALID_ARGUMENT in the thread that runs the main
 *   context
 * Since: 0.2
 */
AmiChannel *
ami_tracker_wait_hangup(AmiTracker *tracker, const char *channel, gdouble timeout,
                        GCancellable *cancellable, GError **error)
{
    AmiChannel *last;

    g_return_val_if_fail(tracker != NULL && channel != NULL, NULL);

    return block(tracker, channel, timeout, cancellable, &last, error) ? last : NULL;
}

/* --- Tasks that wait --- */

static void
free_wait(gpointer data)
{
    Wait *wait = data;

    g_clear_pointer(&wait->last, ami_channel_unref);
    g_clear_pointer(&wait->cancel, g_source_unref);
    g_free(wait->channel);
    g_free(wait->unique_id);
    ami_tracker_unref(wait->tracker);
    g_free(wait);
}

void
ami_hangup_waits_return(AmiTracker *tracker)
{
    g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(g_object_unref);

    g_mutex_lock(&tracker->lock);
    g_ptr_array_extend_and_steal(tasks, g_steal_pointer(&tracker->done));
    tracker->done = g_ptr_array_new_with_free_func(g_object_unref);
    g_mutex_unlock(&tracker->lock);
    for (guint i = 0; i < tasks->len; i++) {
        GTask *task = g_ptr_array_index(tasks, i);
        Wait *wait = g_task_get_task_data(task);
        GError *error = NULL;

        if (wait->cancel != NULL)
            g_source_destroy(wait->cancel);
        if (wait->last != NULL) {
            g_task_return_pointer(task, g_steal_pointer(&wait->last),
                                  (GDestroyNotify) ami_channel_unref);
            continue;
        }
        set_cancelled(wait, &error);
        g_task_return_error(task, error);
    }
}

static gboolean
on_cancelled(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Wait *wait = g_task_get_task_data(data);
    AmiTracker *tracker = ami_tracker_ref(wait->tracker);

    g_mutex_lock(&tracker->lock);
    if (!wait->is_done) {
        forget(wait);
        finish(wait, NULL);
    }
    g_mutex_unlock(&tracker->lock);
    ami_hangup_waits_return(tracker);
    ami_tracker_unref(tracker);
    return G_SOURCE_REMOVE;
}

/**
 * ami_tracker_wait_hangup_async:
 * @tracker: a tracker
 * @channel: a unique id, or the name of a channel at this moment
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is over
 * @user_data: given to @callback
 *
 * Waits until a channel is hung up, as ami_tracker_wait_hangup() does, without blocking and for as
 * long as it takes. Any thread; @callback runs in the main context that is its default.
 *
 * Since: 0.2
 */
void
ami_tracker_wait_hangup_async(AmiTracker *tracker, const char *channel, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task;
    Wait *wait;

    g_return_if_fail(tracker != NULL && channel != NULL);

    task = g_task_new(NULL, cancellable, callback, user_data);
    g_task_set_source_tag(task, ami_tracker_wait_hangup_async);
    g_task_set_check_cancellable(task, FALSE);
    wait = g_new0(Wait, 1);
    wait->tracker = ami_tracker_ref(tracker);
    wait->channel = g_strdup(channel);
    wait->task = task;
    g_task_set_task_data(task, wait, free_wait);
    g_mutex_lock(&tracker->lock);
    begin(wait);
    if (!wait->is_done && cancellable != NULL) {
        wait->cancel = g_cancellable_source_new(cancellable);
        g_source_set_callback(wait->cancel, G_SOURCE_FUNC(on_cancelled), g_object_ref(task),
                              g_object_unref);
        g_source_attach(wait->cancel, tracker->context);
    }
    g_mutex_unlock(&tracker->lock);
    ami_hangup_waits_return(tracker);
}

/**
 * ami_tracker_wait_hangup_finish:
 * @tracker: a tracker
 * @result: what the callback was given
 * @error: return location for a #GError, or %NULL
 *
 * Ends what ami_tracker_wait_hangup_async() began. @tracker may have been freed meanwhile.
 *
 * Returns: (transfer full): the channel as it was last; %NULL with @error set to
 *   %AMI_ERROR_CANCELLED
 * Since: 0.2
 */
AmiChannel *
ami_tracker_wait_hangup_finish(G_GNUC_UNUSED AmiTracker *tracker, GAsyncResult *result,
                               GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, NULL), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}
