/* configuration.h - the daemon's configuration: read, checked whole, and never changed again. */

#pragma once

#include "capellad/asterisks.h"
#include "capellad/network.h"
#include "capellad/routes.h"
#include "module/daemon-private.h"

G_BEGIN_DECLS

/* One entry of `listeners`. */
typedef struct {
    char *address; /* of TCP, or NULL */
    guint16 port;
    char *path; /* of a Unix socket, or NULL */
    guint mode;
    int backlog;
} ListenerSettings;

typedef enum { LOG_TARGET_AUTO, LOG_TARGET_JOURNAL, LOG_TARGET_STDERR, LOG_TARGET_FILE } LogTarget;

/**
 * Configuration:
 *
 * Everything that the files say, modules and routes included. Immutable and reference-counted: a
 * call keeps the one that it began with, and with it the code of its handler. All times are in
 * seconds.
 */
typedef struct {
    GPtrArray *listeners; /* of ListenerSettings */
    guint workers_min;
    guint workers_max;
    guint workers_burst;
    gboolean workers_batch;
    gsize workers_stack; /* bytes */
    gdouble workers_idle_timeout;
    guint queue_length;
    gdouble queue_longest_wait;
    gdouble environment_timeout;
    gdouble command_timeout;
    gdouble call_timeout;
    gdouble stuck_timeout;
    gdouble drain_timeout;
    guint max_connections;
    GArray *allow; /* of Network */
    LogTarget log_target;
    char *log_file;
    GLogLevelFlags log_level;
    gboolean trace;
    GPtrArray *asterisks; /* of Asterisk */
    CapellaDaemon daemon; /* as its modules see it */
    GPtrArray *modules;   /* of Module */
    Routes *routes;
    CapellaSettings *settings; /* what all of the above was read from; modules may point into it */
} Configuration;

/* Reads and checks it all. NULL with every problem found in @problems, each a sentence with file
 * and line. Modules are loaded, in the calling thread; each gets a copy of @daemon that knows the
 * configuration's own Asterisks. */
Configuration *configuration_load(const char *path, const CapellaDaemon *daemon,
                                  GPtrArray *problems);
Configuration *configuration_ref(Configuration *configuration);
void configuration_unref(Configuration *configuration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Configuration, configuration_unref)

G_END_DECLS
