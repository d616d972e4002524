/* action-private.h - what the client needs of an action to send it. */

#pragma once

#include "ami/table.h"

#include <capella/ami/action.h>

G_BEGIN_DECLS

/** The longest ActionID that comes back whole from every action. */
#define AMI_ACTION_ID_MAXIMUM 63

/* Appends the action, with its ActionID, as it goes over the wire. Only after ami_action_check().
 */
void ami_action_append_to(const AmiAction *action, const char *action_id, GString *output);

/* As the table knows it; NULL: the table does not. */
const AmiActionRow *ami_action_get_row(const AmiAction *action);

/* The value of the first header of a name that was added; NULL: none. (transfer full) */
char *ami_action_dup_value(const AmiAction *action, const char *name);

/* Seconds; negative: the client's own. */
gdouble ami_action_get_timeout(const AmiAction *action);

/* Shows one event of a list to whoever wants it so; FALSE when the list is to be collected. */
gboolean ami_action_show_item(const AmiAction *action, AmiMessage *item);

/* Remembers that the action cannot be sent, and why; the first reason counts. */
void ami_action_set_problem(AmiAction *action, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Has the action end with an event of a name that has its ActionID: the response `Success` leaves
 * it pending, unless it begins a list; the event is what completes the reply. NULL: there is none.
 */
void ami_action_set_end_event(AmiAction *action, const char *event);
const char *ami_action_get_end_event(const AmiAction *action);

/* Seconds that the answer may take beyond what ami_action_get_timeout() or the client allows. */
void ami_action_set_extra_time(AmiAction *action, gdouble seconds);
gdouble ami_action_get_extra_time(const AmiAction *action);

/* Adds a header whose value is never shown, such as a secret. */
void ami_action_add_secret(AmiAction *action, const char *name, const char *value);

/* Adds one header for each pair of a name and a value, and one `Variable` for each `NAME=value`;
 * NULL stands behind the last. NULL: none. */
void ami_action_add_pairs(AmiAction *action, const char *const *pairs);
void ami_action_add_variables(AmiAction *action, const char *const *variables);

G_END_DECLS
