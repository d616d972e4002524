/* log.h - where log lines go, and which call a line belongs to. */

#pragma once

#include "capellad/configuration.h"

G_BEGIN_DECLS

/**
 * LogCall:
 *
 * What every line of a call carries. Borrowed from the call.
 */
typedef struct {
    guint64 id;
    const char *unique_id;
    const char *channel;
    const char *extension;
} LogCall;

/* Installs the writer of all log lines of the process: to stderr until log_open(). Once. */
void log_start(void);

/* Sends the log to where the configuration says, before there are other threads; the old place
 * stays in use when it fails. */
gboolean log_open(const Configuration *configuration, GError **error);

/* Opens the log file anew, after it was rotated. */
gboolean log_reopen(GError **error);

/* Overrules the level of the configuration. */
void log_set_level(GLogLevelFlags level);
gboolean log_parse_level(const char *name, GLogLevelFlags *level);

/* Whether lines of a level are logged, for those who would go to some length to write one. */
gboolean log_shows(GLogLevelFlags level);

/* Which call this thread serves from now on; NULL: none. */
void log_set_call(const LogCall *call);

G_END_DECLS
