/* waiters.h - handlers that wait for the next call to an extension. */

#pragma once

#include "capellad/call.h"

G_BEGIN_DECLS

/**
 * Waiters:
 *
 * Who waits for which extension. Any thread.
 */
typedef struct _Waiters Waiters;

Waiters *waiters_new(void);
void waiters_free(Waiters *waiters);

/* Waits for a call; see capella_daemon_wait_for_call(). */
Call *waiters_wait(Waiters *waiters, const char *extension, gdouble timeout,
                   GCancellable *cancellable, GError **error);

/* Gives a call to whoever has waited longest for its extension; FALSE when nobody does. */
gboolean waiters_offer(Waiters *waiters, Call *call);

/* Ends all waiting, now and in future. */
void waiters_close(Waiters *waiters);

/**
 * Waiter:
 *
 * The same step by step, for one who has something to do between being there and waiting: from
 * waiter_new() on, a call is kept for it. Reference-counted; any thread.
 */
typedef struct _Waiter Waiter;

/* @name: an extension, or the path of a script. It waits for ever until told otherwise. */
Waiter *waiter_new(Waiters *waiters, const char *name);
Waiter *waiter_ref(Waiter *waiter);
void waiter_unref(Waiter *waiter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waiter, waiter_unref)

/* How long it waits from now on, and that it need not wait any more. @failure: (transfer full). */
void waiter_set_timeout(Waiter *waiter, gdouble seconds);
void waiter_fail(Waiter *waiter, GError *failure);

/* Once: waits, and is there no more afterwards. */
Call *waiter_wait(Waiter *waiter, GCancellable *cancellable, GError **error);

G_END_DECLS
