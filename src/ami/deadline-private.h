/* deadline-private.h - how long a thread waits. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longer than this, in seconds, is for ever. */
#define AMI_LONGEST_WAIT (100.0 * 365 * 24 * 3600)

/* The moment of the monotonic clock that is so many seconds away; -1, for a negative timeout:
 * never. */
static inline gint64
ami_deadline_from(gdouble timeout)
{
    if (timeout < 0 || timeout >= AMI_LONGEST_WAIT)
        return -1;
    return g_get_monotonic_time() + (gint64) (timeout * G_USEC_PER_SEC);
}

static inline gboolean
ami_deadline_is_over(gint64 deadline)
{
    return deadline >= 0 && g_get_monotonic_time() >= deadline;
}

static inline void
ami_deadline_wait(gint64 deadline, GCond *condition, GMutex *lock)
{
    if (deadline < 0)
        g_cond_wait(condition, lock);
    else
        g_cond_wait_until(condition, lock, deadline);
}

G_END_DECLS
