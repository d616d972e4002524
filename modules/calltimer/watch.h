/* watch.h - finds out by events when calls end, on any number of servers. */

#pragma once

#include "timed-call.h"

G_BEGIN_DECLS

/**
 * Watch:
 *
 * The calls that are being timed. Made and freed in the main thread; any thread may add to it.
 *
 * The first call of a server subscribes to that server's events. What happens while the connection
 * is down is found out afterwards: Asterisk is asked which channels there still are, in a thread
 * of the watch's own. So it is also now and then, should an event ever be missing.
 */
typedef struct _Watch Watch;

/* Is given each call that has ended, with its duration. (transfer full) Must not block. */
typedef void (*WatchEndedFunc)(TimedCall *timed, gpointer user_data);

Watch *watch_new(WatchEndedFunc ended, gpointer user_data);

/* Forgets all calls that still go on; their number. */
guint watch_free(Watch *watch);

/* Watches for the end of a call. FALSE: its server knows no such channel, so the call is freed. */
gboolean watch_add(Watch *watch, TimedCall *timed, GCancellable *cancellable);

G_END_DECLS
