/* watch.h - private: a thread that notices hangups and deadlines for calls whose handlers wait for
 * something else. */

#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* One call being watched. */
typedef struct _AgiWatch AgiWatch;

/* Watches @fd. @waiting_since is not 0 while a command runs, which then looks for itself. Belongs
 * to the call's thread, and must be freed before the socket is closed. */
AgiWatch *agi_watch_new(int fd, const _Atomic gint64 *waiting_since, gint64 deadline);
void agi_watch_free(AgiWatch *watch);

/* What is triggered by a hangup, or by the deadline. */
GCancellable *agi_watch_get_cancellable(const AgiWatch *watch);

void agi_watch_set_deadline(AgiWatch *watch, gint64 deadline);

/* To be called behind each command: looks after what came while it ran. The call's thread. */
void agi_watch_look_again(AgiWatch *watch);

G_END_DECLS
