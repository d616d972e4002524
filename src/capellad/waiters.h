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

G_END_DECLS
