/* command.h - what the command line's subcommands share. */

#pragma once

#include <glib.h>
#include <sysexits.h>

G_BEGIN_DECLS

/* Exit codes beside those of sysexits.h. */
#define CAPELLA_EXIT_FAILED 1 /* the call failed, or Asterisk refused what it was asked for */
#define CAPELLA_EXIT_UNMET  2 /* something was expected and did not come */

/**
 * CapellaCommand:
 * @name: the word behind `capella`
 * @summary: one line for people
 * @run: runs it: @argv holds the subcommand's name first. Returns the exit code
 *
 * One subcommand.
 */
typedef struct {
    const char *name;
    const char *summary;
    int (*run)(int argc, char *argv[]);
} CapellaCommand;

int capella_ami_run(int argc, char *argv[]);
int capella_call_run(int argc, char *argv[]);
int capella_commands_run(int argc, char *argv[]);
int capella_originate_run(int argc, char *argv[]);

void capella_set_up_log(void);
gboolean capella_parse_options(GOptionContext *context, int *argc, char ***argv, int *code);
int capella_fail(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS
