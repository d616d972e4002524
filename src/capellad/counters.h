/* counters.h - what the daemon has seen since it began. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Counters:
 *
 * Sums since the start. Each is changed with counters_add() by any thread.
 */
typedef struct {
    guint accepted;  /* connections */
    guint denied;    /* of them, from networks that are not allowed */
    guint probes;    /* closed again without a byte */
    guint malformed; /* said what is no environment, or said it too slowly */
    guint calls;     /* with an environment */
    guint refused;   /* of the calls, those that got no worker or no route */
    guint completed; /* handlers that ended well */
    guint hung_up;   /* handlers that ended since the caller was gone */
    guint failed;    /* handlers that failed */
    guint timed_out; /* handlers that failed since their deadline had passed */
    guint stuck;     /* handlers that ignored their deadline */
} Counters;

static inline void
counters_add(guint *counter)
{
    g_atomic_int_inc(counter);
}

static inline guint
counters_get(const guint *counter)
{
    return (guint) g_atomic_int_get(counter);
}

G_END_DECLS
