/* waiters.c - handlers that wait for the next call to an extension. */

#include "capellad/waiters.h"

#include <string.h>

typedef struct {
    const char *extension;
    GCond wake;
    Call *call;
    GList link;
} Waiter;

struct _Waiters {
    GMutex lock; /* guards all, and the waiters */
    GQueue waiting;
    gboolean is_closed;
};

Waiters *
waiters_new(void)
{
    Waiters *waiters = g_new0(Waiters, 1);

    g_mutex_init(&waiters->lock);
    return waiters;
}

void
waiters_free(Waiters *waiters)
{
    g_mutex_clear(&waiters->lock);
    g_free(waiters);
}

gboolean
waiters_offer(Waiters *waiters, Call *call)
{
    const char *extension = agi_environment_get_extension(call->environment);
    gboolean is_taken = FALSE;

    g_mutex_lock(&waiters->lock);
    for (GList *link = waiters->waiting.head; link != NULL && !is_taken; link = link->next) {
        Waiter *waiter = link->data;

        if (waiter->call != NULL || g_strcmp0(waiter->extension, extension) != 0)
            continue;
        waiter->call = call;
        is_taken = TRUE;
        g_cond_signal(&waiter->wake);
    }
    g_mutex_unlock(&waiters->lock);
    return is_taken;
}

static void
wake_all(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Waiters *waiters = data;

    g_mutex_lock(&waiters->lock);
    for (GList *link = waiters->waiting.head; link != NULL; link = link->next)
        g_cond_signal(&((Waiter *) link->data)->wake);
    g_mutex_unlock(&waiters->lock);
}

static gboolean
give_up(const Waiters *waiters, const char *extension, gint64 until, GCancellable *cancellable,
        GError **error)
{
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return TRUE;
    if (waiters->is_closed) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                    "no call to extension %s can come any more: the daemon stops", extension);
        return TRUE;
    }
    if (g_get_monotonic_time() < until)
        return FALSE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no call to extension %s came in time",
                extension);
    return TRUE;
}

Call *
waiters_wait(Waiters *waiters, const char *extension, gdouble timeout, GCancellable *cancellable,
             GError **error)
{
    Waiter waiter = {.extension = extension};
    gint64 until = g_get_monotonic_time() + (gint64) (timeout * G_USEC_PER_SEC);
    gulong handler = 0;

    waiter.link.data = &waiter;
    g_cond_init(&waiter.wake);
    g_mutex_lock(&waiters->lock);
    g_queue_push_tail_link(&waiters->waiting, &waiter.link);
    g_mutex_unlock(&waiters->lock);
    g_debug("The next call to extension %s is waited for", extension);
    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_all), waiters, NULL);
    g_mutex_lock(&waiters->lock);
    while (waiter.call == NULL && !give_up(waiters, extension, until, cancellable, error))
        g_cond_wait_until(&waiter.wake, &waiters->lock, until);
    g_queue_unlink(&waiters->waiting, &waiter.link);
    g_mutex_unlock(&waiters->lock);
    if (cancellable != NULL)
        g_cancellable_disconnect(cancellable, handler);
    g_cond_clear(&waiter.wake);
    return waiter.call;
}

void
waiters_close(Waiters *waiters)
{
    g_mutex_lock(&waiters->lock);
    waiters->is_closed = TRUE;
    g_mutex_unlock(&waiters->lock);
    wake_all(NULL, waiters);
}
