/* manager.h - a simulated manager interface: plays Asterisk's part of AMI sessions by a script. */

#pragma once

#include "pbx/script.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PbxManager:
 *
 * A server on a port of 127.0.0.1, in a thread of its own, for any number of clients at once. Any
 * thread may use it.
 */
typedef struct _PbxManager PbxManager;

/* Starts it with a script, as capella(1) tells; NULL with a PBX_SCRIPT_ERROR for a script that says
 * nothing it can do, or a G_IO_ERROR. @port 0: the system chooses. */
PbxManager *pbx_manager_new(const char *script, guint16 port, GError **error);
void pbx_manager_free(PbxManager *manager);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxManager, pbx_manager_free)

guint16 pbx_manager_get_port(PbxManager *manager);

/* Reads further lines of a script, for all that comes from now on. */
gboolean pbx_manager_read(PbxManager *manager, const char *script, GError **error);

/* Every line that its script can have, for manual and tests. */
gboolean pbx_manager_directive_info(guint i, PbxDirectiveInfo *info);

/* Sends one event to every session that is logged in and wants it: pairs of names and values, NULL
 * at the end. */
void pbx_manager_emit(PbxManager *manager, const char *event, ...) G_GNUC_NULL_TERMINATED;

/* Sends bytes as they are to every session, logged in or not. */
void pbx_manager_send_bytes(PbxManager *manager, const char *bytes, gsize length);

/* Breaks every connection; with @is_restart as Asterisk does when it restarts: event Shutdown, end,
 * and after that new sessions. pbx_manager_close() also closes the port, until pbx_manager_open().
 */
void pbx_manager_disconnect(PbxManager *manager, gboolean is_restart);
void pbx_manager_close(PbxManager *manager);
gboolean pbx_manager_open(PbxManager *manager, GError **error);

/* Waits until so many actions of a name have come since the start ("" for any name), or sessions
 * have logged in; FALSE after a minute. */
gboolean pbx_manager_wait_action(PbxManager *manager, const char *name, guint times);
gboolean pbx_manager_wait_logins(PbxManager *manager, guint times);
guint pbx_manager_count_actions(PbxManager *manager, const char *name);
guint pbx_manager_get_sessions(PbxManager *manager);

/* The value of a header in the last action of a name; NULL when there was none. (transfer full) */
char *pbx_manager_dup_header(PbxManager *manager, const char *action, const char *header);

/* All that came, as on the wire. (transfer full) */
char *pbx_manager_dup_received(PbxManager *manager);

G_END_DECLS
