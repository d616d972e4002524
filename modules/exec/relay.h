/* relay.h - holds the conversation between a classic AGI program and its call. */

#pragma once

#include "program.h"

#include <capella/module.h>

/**
 * RelaySettings:
 * @daemon: the daemon, whose end is the program's as well
 * @name: the program's name, for messages
 * @hangup_signal: whether a hangup is told with SIGHUP
 * @hangup_line: whether a hangup is told with a line `HANGUP`
 * @hangup_grace: seconds that the program may go on after a hangup; 0: for ever
 * @kill_grace: seconds from SIGTERM to SIGKILL
 * @log_lines: most lines of its standard error that are logged
 *
 * How a program is dealt with. Immutable.
 */
typedef struct {
    CapellaDaemon *daemon;
    const char *name;
    gboolean hangup_signal;
    gboolean hangup_line;
    gdouble hangup_grace;
    gdouble kill_grace;
    gint64 log_lines;
} RelaySettings;

gboolean relay_run(AgiCall *call, Program *program, const RelaySettings *settings,
                   const char *greeting, GError **error);
