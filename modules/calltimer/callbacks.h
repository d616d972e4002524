/* callbacks.h - calls people back and tells them how long their call was. */

#pragma once

#include "timed-call.h"

G_BEGIN_DECLS

/**
 * Callbacks:
 *
 * The calls that have ended and whose callers are still to be told. Made and freed in the main
 * thread; any thread may add to it.
 *
 * Each try runs in a thread of a pool of fixed size, from the originated call to the end of what is
 * said. Between two tries a call holds no thread of the pool: one more thread, the clerk, hands it
 * over when its time has come.
 */
typedef struct _Callbacks Callbacks;

Callbacks *callbacks_new(CapellaDaemon *daemon, Tally *tally, guint threads);

/* Gives up all that still wait, and breaks off those that are being placed. */
void callbacks_free(Callbacks *callbacks);

/* Takes a call over that has ended. */
void callbacks_add(Callbacks *callbacks, TimedCall *timed);

G_END_DECLS
