/* call.h - one FastAGI session: the call that a handler talks to. */

#pragma once

#include <capella/agi/environment.h>
#include <capella/agi/error.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgiCall:
 *
 * One FastAGI session, from the environment to the closed connection. Commands block, and belong
 * to the one thread that serves the call. Any thread may call agi_call_ref(), agi_call_unref(),
 * agi_call_cancel() and the readers of the environment.
 */
typedef struct _AgiCall AgiCall;

/**
 * AgiReply:
 * @code: the reply's three digits: 200, or another code of the 200s
 * @result: what follows `result=` up to a blank: a number, digits, or nothing
 * @value: (nullable): the text in parentheses, without them; %NULL where there were none
 * @trailing: what follows the text in parentheses, such as `endpos=8000`; empty where nothing does
 * @text: the whole reply as it came, without the last LF
 *
 * The reply to one command. The texts belong to the call and are good until its next command.
 */
typedef struct {
    int code;
    const char *result;
    const char *value;
    const char *trailing;
    const char *text;
} AgiReply;

/* A call's life. */
AgiCall *agi_call_new(int fd, gdouble timeout, GError **error);
AgiCall *agi_call_ref(AgiCall *call);
void agi_call_unref(AgiCall *call);
void agi_call_finish(AgiCall *call);
void agi_call_give_up(AgiCall *call, const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgiCall, agi_call_unref)

/* Who calls. */
const AgiEnvironment *agi_call_get_environment(const AgiCall *call);
const char *agi_call_get_channel(const AgiCall *call);
const char *agi_call_get_unique_id(const AgiCall *call);
const char *agi_call_get_caller_id(const AgiCall *call);
const char *agi_call_get_context(const AgiCall *call);
const char *agi_call_get_extension(const AgiCall *call);
const char *agi_call_get_argument(const AgiCall *call, guint number);

/* Hangup, for a handler that is not in a command. */
gboolean agi_call_is_hung_up(AgiCall *call);
int agi_call_get_hangup_fd(const AgiCall *call);
GCancellable *agi_call_get_cancellable(AgiCall *call);

/* Time. */
void agi_call_set_deadline(AgiCall *call, gdouble seconds);
gdouble agi_call_get_time_left(const AgiCall *call);
void agi_call_set_command_timeout(AgiCall *call, gdouble seconds);
void agi_call_cancel(AgiCall *call);

/* Watching the wire. */

/**
 * AgiDirection:
 * @AGI_SENT: a command, on its way to Asterisk
 * @AGI_RECEIVED: a line from Asterisk
 */
typedef enum { AGI_SENT, AGI_RECEIVED } AgiDirection;

/**
 * AgiTraceFunc:
 * @call: the call
 * @direction: who said it
 * @line: the line, without its LF; not NUL-terminated. `***` while the call is confidential
 * @length: bytes in @line
 * @user_data: as given to agi_call_set_trace()
 *
 * Is shown each line of the wire, in the call's own thread.
 */
typedef void (*AgiTraceFunc)(AgiCall *call, AgiDirection direction, const char *line, gsize length,
                             gpointer user_data);

void agi_call_set_trace(AgiCall *call, AgiTraceFunc trace, gpointer user_data);
void agi_call_set_confidential(AgiCall *call, gboolean is_confidential);

/* Commands without a function of their own, and lines from programs that speak AGI themselves. */
gboolean agi_command(AgiCall *call, AgiReply *reply, GError **error, const char *command,
                     ...) G_GNUC_NULL_TERMINATED;
gboolean agi_command_array(AgiCall *call, AgiReply *reply, GError **error, const char *command,
                           const char *const *arguments, gsize n_arguments);
gboolean agi_call_forward(AgiCall *call, const char *line, gsize length, GString *replies,
                          GError **error);

G_END_DECLS
