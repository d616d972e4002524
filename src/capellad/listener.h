/* listener.h - sockets on which Asterisk's connections arrive. */

#pragma once

#include "capellad/configuration.h"

G_BEGIN_DECLS

/**
 * Listener:
 *
 * One open socket that listens.
 */
typedef struct _Listener Listener;

Listener *listener_open(const ListenerSettings *settings, GError **error);
void listener_close(Listener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listener, listener_close)

int listener_get_fd(const Listener *listener);

/* Where it really listens: `127.0.0.1:4573`, `[::1]:4573` or a path. */
const char *listener_get_name(const Listener *listener);

G_END_DECLS
