/* event-queue.c - events for a thread that takes them one by one, never more than it can hold. */

#include <config.h>

#include "ami/deadline-private.h"
#include "ami/event-queue-private.h"

#include <capella/ami/error.h>

struct _AmiEventQueue {
    gatomicrefcount references;
    void (*release)(gpointer data);
    gpointer release_data;
    GMutex lock; /* guards what follows */
    GCond wake;
    AmiMessage **events; /* a ring */
    guint size;
    guint first;
    guint length;
    gboolean is_closed;
    void (*notify)(gpointer data); /* NULL: nobody waits for just one event */
    gpointer notify_data;
    guint64 dropped;
    guint64 logged;    /* how many of them were */
    gint64 quiet_time; /* microseconds */
    gint64 quiet_until;
};

AmiEventQueue *
ami_event_queue_new(guint length, void (*release)(gpointer data), gpointer data)
{
    AmiEventQueue *queue = g_new0(AmiEventQueue, 1);

    g_atomic_ref_count_init(&queue->references);
    g_mutex_init(&queue->lock);
    g_cond_init(&queue->wake);
    queue->release = release;
    queue->release_data = data;
    queue->size = MAX(length, 1);
    queue->events = g_new0(AmiMessage *, queue->size);
    queue->quiet_time = 10 * G_TIME_SPAN_SECOND;
    return queue;
}

AmiEventQueue *
ami_event_queue_ref(AmiEventQueue *queue)
{
    g_atomic_ref_count_inc(&queue->references);
    return queue;
}

/* Only with the lock, or when nobody else knows of the queue any more. */
static AmiMessage *
take_first(AmiEventQueue *queue)
{
    AmiMessage *event = queue->events[queue->first];

    if (queue->length == 0)
        return NULL;
    queue->first = (queue->first + 1) % queue->size;
    queue->length--;
    return event;
}

void
ami_event_queue_unref(AmiEventQueue *queue)
{
    AmiMessage *event;

    if (!g_atomic_ref_count_dec(&queue->references))
        return;
    while ((event = take_first(queue)) != NULL)
        ami_message_unref(event);
    g_mutex_clear(&queue->lock);
    g_cond_clear(&queue->wake);
    g_free(queue->events);
    g_free(queue);
}

void
ami_event_queue_set_quiet_time(AmiEventQueue *queue, gdouble seconds)
{
    g_mutex_lock(&queue->lock);
    queue->quiet_time = (gint64) (seconds * G_USEC_PER_SEC);
    g_mutex_unlock(&queue->lock);
}

void
ami_event_queue_set_notify(AmiEventQueue *queue, void (*notify)(gpointer data), gpointer data)
{
    g_mutex_lock(&queue->lock);
    queue->notify = notify;
    queue->notify_data = data;
    if (queue->length > 0)
        notify(data);
    g_mutex_unlock(&queue->lock);
}

static void
log_dropped(guint64 dropped, guint size)
{
    g_warning("A subscriber does not keep up with its events: its queue of %u was full, and so far "
              "%" G_GUINT64_FORMAT " of them %s dropped",
              size, dropped, dropped == 1 ? "is" : "are");
}

/**
 * ami_event_queue_free:
 * @queue: (transfer full): a queue
 *
 * Ends the subscription, and drops the events that nobody took. A thread that waits in
 * ami_event_queue_pop() must be gone before. Any thread.
 *
 * Since: 0.2
 */
void
ami_event_queue_free(AmiEventQueue *queue)
{
    guint64 unlogged;
    guint64 dropped;

    g_return_if_fail(queue != NULL);

    g_mutex_lock(&queue->lock);
    queue->is_closed = TRUE;
    dropped = queue->dropped;
    unlogged = dropped - queue->logged;
    g_mutex_unlock(&queue->lock);
    if (queue->release != NULL)
        queue->release(queue->release_data);
    if (unlogged > 0)
        log_dropped(dropped, queue->size);
    ami_event_queue_unref(queue);
}

/* Counts an event that there was no room for. Whether it is time to log that; with the lock. */
static gboolean
count_dropped(AmiEventQueue *queue)
{
    gint64 now = g_get_monotonic_time();

    queue->dropped++;
    if (queue->logged > 0 && now < queue->quiet_until)
        return FALSE;
    queue->logged = queue->dropped;
    queue->quiet_until = now + queue->quiet_time;
    return TRUE;
}

gboolean
ami_event_queue_push(AmiEventQueue *queue, AmiMessage *event)
{
    gboolean has_room;
    guint64 to_log = 0;

    g_mutex_lock(&queue->lock);
    has_room = queue->length < queue->size && !queue->is_closed;
    if (has_room) {
        queue->events[(queue->first + queue->length++) % queue->size] = ami_message_ref(event);
        g_cond_signal(&queue->wake);
        if (queue->notify != NULL)
            queue->notify(queue->notify_data);
    } else if (!queue->is_closed && queue->notify == NULL && count_dropped(queue)) {
        to_log = queue->dropped;
    }
    g_mutex_unlock(&queue->lock);
    if (to_log > 0)
        log_dropped(to_log, queue->size);
    return has_room;
}

static void
wake_all(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    AmiEventQueue *queue = data;

    g_mutex_lock(&queue->lock);
    g_cond_broadcast(&queue->wake);
    g_mutex_unlock(&queue->lock);
}

/* With the lock. */
static AmiMessage *
wait_for_event(AmiEventQueue *queue, gint64 deadline, GCancellable *cancellable, GError **error)
{
    for (;;) {
        if (g_cancellable_is_cancelled(cancellable)) {
            g_set_error(error, AMI_ERROR, AMI_ERROR_CANCELLED,
                        "waiting for an event was cancelled");
            g_cond_signal(&queue->wake); /* the wake-up may have been for another thread */
            return NULL;
        }
        if (queue->length > 0)
            return take_first(queue);
        if (ami_deadline_is_over(deadline)) {
            g_set_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT, "no event came in time");
            return NULL;
        }
        ami_deadline_wait(deadline, &queue->wake, &queue->lock);
    }
}

/**
 * ami_event_queue_pop:
 * @queue: a queue
 * @timeout: how long to wait, in seconds; negative waits for ever, 0 not at all
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Takes the oldest event, and waits for one when there is none. Events come also after the
 * connection was lost and found again. Any thread; of several that wait, each gets other events.
 *
 * Returns: (transfer full): the event; %NULL with @error set to %AMI_ERROR_TIMEOUT when none came
 *   in time, or %AMI_ERROR_CANCELLED when @cancellable is cancelled, even if there are events
 * Since: 0.2
 */
AmiMessage *
ami_event_queue_pop(AmiEventQueue *queue, gdouble timeout, GCancellable *cancellable,
                    GError **error)
{
    gint64 deadline = ami_deadline_from(timeout);
    gulong handler = 0;
    AmiMessage *event;

    g_return_val_if_fail(queue != NULL, NULL);

    /* Both of these may run wake_all(), or wait for it: never with the lock. */
    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_all), queue, NULL);
    g_mutex_lock(&queue->lock);
    event = wait_for_event(queue, deadline, cancellable, error);
    g_mutex_unlock(&queue->lock);
    if (cancellable != NULL)
        g_cancellable_disconnect(cancellable, handler);
    return event;
}

/**
 * ami_event_queue_try_pop:
 * @queue: a queue
 *
 * Takes the oldest event if there is one. Any thread.
 *
 * Returns: (transfer full) (nullable): the event
 * Since: 0.2
 */
AmiMessage *
ami_event_queue_try_pop(AmiEventQueue *queue)
{
    AmiMessage *event;

    g_return_val_if_fail(queue != NULL, NULL);

    g_mutex_lock(&queue->lock);
    event = take_first(queue);
    g_mutex_unlock(&queue->lock);
    return event;
}

/**
 * ami_event_queue_get_length:
 * @queue: a queue
 *
 * Any thread.
 *
 * Returns: how many events wait to be taken
 * Since: 0.2
 */
guint
ami_event_queue_get_length(AmiEventQueue *queue)
{
    guint length;

    g_return_val_if_fail(queue != NULL, 0);

    g_mutex_lock(&queue->lock);
    length = queue->length;
    g_mutex_unlock(&queue->lock);
    return length;
}

/**
 * ami_event_queue_get_dropped:
 * @queue: a queue
 *
 * Any thread.
 *
 * Returns: how many events came while the queue was full, and were dropped
 * Since: 0.2
 */
guint64
ami_event_queue_get_dropped(AmiEventQueue *queue)
{
    guint64 dropped;

    g_return_val_if_fail(queue != NULL, 0);

    g_mutex_lock(&queue->lock);
    dropped = queue->dropped;
    g_mutex_unlock(&queue->lock);
    return dropped;
}
