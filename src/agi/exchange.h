/* exchange.h - private: the inside of a call, and how its commands are run. */

#pragma once

#include "agi/connection.h"
#include "agi/table.h"
#include "agi/watch.h"

#include <capella/agi/call.h>

G_BEGIN_DECLS

/* Fields without a word on threads belong to the thread that serves the call. */
struct _AgiCall {
    atomic_uint references;
    AgiConnection connection;
    AgiEnvironment *environment;
    AgiReader reader;
    GString *line;  /* the command on its way */
    GString *parts; /* the texts of the AgiReply handed out last; NULL until there was one */

    gint64 command_timeout;       /* microseconds; 0: none */
    _Atomic gint64 deadline;      /* monotonic microseconds; 0: none. Any thread reads it */
    _Atomic gint64 waiting_since; /* likewise; 0 between commands. Any thread reads it */

    gboolean is_hung_up;     /* Asterisk said so; what runs on a dead channel still runs */
    gboolean is_at_end;      /* the connection is gone: nothing runs any more */
    gboolean is_out_of_step; /* a command was left without its reply */
    gboolean is_confidential;
    gboolean has_replied;
    guint n_strays; /* lines that were no replies, before the first reply */
    guint n_resynchronizations;
    gboolean has_no_mset; /* found out the hard way */

    AgiTraceFunc trace;
    gpointer trace_data;
    AgiWatch *watch; /* NULL until somebody asked. The connection's mutex guards its change */
};

/* One argument of a command: a text, sent in quotes, or a number. */
typedef struct {
    const char *text; /* NULL: the number */
    gint64 number;
} AgiArgument;

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

/* A failure that may be a hangup in disguise: sets @error to the one or the other. Always FALSE. */
gboolean agi_call_fail(AgiCall *call, AgiCommand command, const char *reason, GError **error);

/* Takes in what has come by itself, without waiting for more: HANGUP lines and the end. */
void agi_call_look(AgiCall *call);

void agi_call_note_hangup(AgiCall *call);

/* Bytes before the LF that the Asterisk of this call reads as one command. */
gsize agi_call_get_line_limit(const AgiCall *call);

/* The key of a result that is one's ASCII code; '\0' for none. */
char agi_digit_of(gint64 result);

/* The value of a reply as a string of its own; NULL where there is none. (transfer full) */
char *agi_parts_dup_value(const AgiParts *parts);

G_END_DECLS
