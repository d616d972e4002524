/* waiters.c - handlers that wait for the next call to an extension. */

#include "capellad/waiters.h"

#include <string.h>

struct _Waiter {
    Waiters *waiters;
    char *name;
    gboolean takes_script;
    GCond wake;
    gint64 until; /* monotonic microseconds */
    Call *call;
    GError *failure;
    GList link;
};

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

static gboolean
waiter_wants(const Waiter *waiter, const AgiEnvironment *environment)
{
    const char *extension = agi_environment_get_extension(environment);
    const char *script = agi_environment_get_script_path(environment);

    return waiter->call == NULL && (g_strcmp0(waiter->name, extension) == 0 ||
                                    (waiter->takes_script && g_strcmp0(waiter->name, script) == 0));
}

gboolean
waiters_offer(Waiters *waiters, Call *call)
{
    gboolean is_taken = FALSE;

    g_mutex_lock(&waiters->lock);
    for (GList *link = waiters->waiting.head; link != NULL && !is_taken; link = link->next) {
        Waiter *waiter = link->data;

        if (!waiter_wants(waiter, call->environment))
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

void
waiters_close(Waiters *waiters)
{
    g_mutex_lock(&waiters->lock);
    waiters->is_closed = TRUE;
    g_mutex_unlock(&waiters->lock);
    wake_all(NULL, waiters);
}

/* One waiter. */

static Waiter *
waiter_add(Waiters *waiters, const char *name, gboolean takes_script, gint64 until)
{
    Waiter *waiter = g_atomic_rc_box_new0(Waiter);

    waiter->waiters = waiters;
    waiter->name = g_strdup(name);
    waiter->takes_script = takes_script;
    waiter->until = until;
    waiter->link.data = waiter;
    g_cond_init(&waiter->wake);
    g_mutex_lock(&waiters->lock);
    g_queue_push_tail_link(&waiters->waiting, &waiter->link);
    g_mutex_unlock(&waiters->lock);
    g_debug("The next call to extension %s is waited for", name);
    return waiter;
}

Waiter *
waiter_new(Waiters *waiters, const char *name)
{
    return waiter_add(waiters, name, TRUE, G_MAXINT64);
}

Waiter *
waiter_ref(Waiter *waiter)
{
    return g_atomic_rc_box_acquire(waiter);
}

static void
waiter_clear(gpointer data)
{
    Waiter *waiter = data;

    g_cond_clear(&waiter->wake);
    g_clear_error(&waiter->failure);
    g_free(waiter->name);
}

void
waiter_unref(Waiter *waiter)
{
    g_atomic_rc_box_release_full(waiter, waiter_clear);
}

static gint64
after(gdouble seconds)
{
    return g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);
}

void
waiter_set_timeout(Waiter *waiter, gdouble seconds)
{
    g_mutex_lock(&waiter->waiters->lock);
    waiter->until = after(seconds);
    g_cond_signal(&waiter->wake);
    g_mutex_unlock(&waiter->waiters->lock);
}

void
waiter_fail(Waiter *waiter, GError *failure)
{
    g_mutex_lock(&waiter->waiters->lock);
    g_clear_error(&waiter->failure);
    waiter->failure = failure;
    g_cond_signal(&waiter->wake);
    g_mutex_unlock(&waiter->waiters->lock);
}

static gboolean
give_up(Waiter *waiter, GCancellable *cancellable, GError **error)
{
    if (waiter->failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&waiter->failure));
        return TRUE;
    }
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return TRUE;
    if (waiter->waiters->is_closed) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                    "no call to extension %s can come any more: the daemon stops", waiter->name);
        return TRUE;
    }
    if (g_get_monotonic_time() < waiter->until)
        return FALSE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no call to extension %s came in time",
                waiter->name);
    return TRUE;
}

Call *
waiter_wait(Waiter *waiter, GCancellable *cancellable, GError **error)
{
    Waiters *waiters = waiter->waiters;
    gulong handler = 0;
    Call *call;

    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_all), waiters, NULL);
    g_mutex_lock(&waiters->lock);
    while (waiter->call == NULL && !give_up(waiter, cancellable, error))
        g_cond_wait_until(&waiter->wake, &waiters->lock, waiter->until);
    g_queue_unlink(&waiters->waiting, &waiter->link);
    call = g_steal_pointer(&waiter->call);
    g_mutex_unlock(&waiters->lock);
    if (cancellable != NULL)
        g_cancellable_disconnect(cancellable, handler);
    return call;
}

Call *
waiters_wait(Waiters *waiters, const char *extension, gdouble timeout, GCancellable *cancellable,
             GError **error)
{
    g_autoptr(Waiter) waiter = waiter_add(waiters, extension, FALSE, after(timeout));

    return waiter_wait(waiter, cancellable, error);
}
