/* ami-help.h - what is known of each action, for people. */

#pragma once

#include <capella/ami/action-info.h>

G_BEGIN_DECLS

/* Which row of the table is the action of that name, in any case of letters; -1: none. */
int capella_ami_find_action(const char *name);

/* Lists the actions that have @word, which may be NULL, in their name or summary; returns the exit
 * code. @width: cells of a line; 0: any number. */
int capella_ami_list_actions(const char *word, guint width);

/* Says all that is known of one action; returns the exit code. */
int capella_ami_describe_action(const char *name, guint width);

/* Says that there is no such action, and which may be meant; returns the exit code. */
int capella_ami_fail_unknown(const char *name);

G_END_DECLS
