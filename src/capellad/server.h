/* server.h - the daemon as a whole: what it owns, how a call goes through it, and how it stops. */

#pragma once

#include "capellad/configuration.h"

G_BEGIN_DECLS

/**
 * Server:
 *
 * Everything that runs. Belongs to the main thread.
 */
typedef struct _Server Server;

/* Called when the server has stopped. */
typedef void (*ServerStoppedFunc)(gpointer user_data);

Server *server_new(void);
void server_free(Server *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)

/* What modules are given, but for what is their configuration's. */
const CapellaDaemon *server_get_daemon(Server *server);

/* Opens the listeners and begins to serve. */
gboolean server_start(Server *server, Configuration *configuration, GError **error);

/* Takes no new calls, lets running ones end for as long as the configuration says, then cuts
 * them; @stopped is called at the end. */
void server_stop(Server *server, ServerStoppedFunc stopped, gpointer user_data);

G_END_DECLS
