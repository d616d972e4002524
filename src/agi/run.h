/* run.h - private: runs the commands of the table. */

#pragma once

#include "agi/line.h"
#include "agi/table.h"

G_BEGIN_DECLS

/* clang-format off */
#define AGI_TEXT(value)    {.text = (value)}
#define AGI_NUMBER(value)  {.number = (value)}
#define AGI_SECONDS(value) {.number = agi_milliseconds(value)}
/* clang-format on */

/* Seconds as the wire's milliseconds: negative is -1, and what is not nothing is not rounded to
 * nothing. */
gint64 agi_milliseconds(gdouble seconds);

/* Runs a command and judges its reply by the command's row. @reply is good until the next command.
 * On failure @error says why, with the command's name in front. */
gboolean agi_call_run(AgiCall *call, AgiCommand command, const AgiArgument *arguments,
                      gsize n_arguments, AgiParts *reply, GError **error);

/* As agi_call_run(), for a result that is a number. */
gboolean agi_call_run_number(AgiCall *call, AgiCommand command, const AgiArgument *arguments,
                             gsize n_arguments, gint64 *number, GError **error);

/* As agi_call_run(), for a use of a command that is quick whatever its row says. Unless @terminator
 * is NULL the reply's value ends with it, and may hold anything before. */
gboolean agi_call_run_quick(AgiCall *call, AgiCommand command, const AgiArgument *arguments,
                            gsize n_arguments, const char *terminator, AgiParts *reply,
                            GError **error);

/* Settles what a failure's form cannot tell: TRUE if the channel lives, else FALSE with @error set,
 * mostly to AGI_ERROR_HANGUP. Costs an exchange unless the answer is known. */
gboolean agi_call_check_alive(AgiCall *call, AgiCommand command, GError **error);

/* A failure that is nothing else. @reason is nullable. Always FALSE. */
gboolean agi_set_failure_error(AgiCommand command, const char *reason, GError **error);

/* A failure that may be a hangup in disguise: sets @error to the one or the other. Always FALSE. */
gboolean agi_call_fail(AgiCall *call, AgiCommand command, const char *reason, GError **error);

/* The key of a result that is one's ASCII code; '\0' for none. */
char agi_digit_of(gint64 result);

/* The value of a reply as a string of its own; NULL where there is none. (transfer full) */
char *agi_parts_dup_value(const AgiParts *parts);

G_END_DECLS
