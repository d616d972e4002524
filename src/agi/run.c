/* run.c - runs the commands of the table, and judges what their replies mean. */

#include <config.h>

#include "agi/run.h"

#include "agi/exchange.h"

#include <math.h>
#include <string.h>

gint64
agi_milliseconds(gdouble seconds)
{
    if (!(seconds >= 0))
        return -1;
    return (gint64) fmin(ceil(seconds * 1000), G_MAXINT);
}

char
agi_digit_of(gint64 result)
{
    return result > ' ' && result < 127 ? (char) result : '\0';
}

char *
agi_parts_dup_value(const AgiParts *parts)
{
    return parts->value != NULL ? g_strndup(parts->value, parts->value_length) : NULL;
}

/* --- Judging a reply --- */

static const char *
skip_line(const char *text)
{
    const char *line_end = strchr(text, '\n');

    return line_end != NULL ? line_end + 1 : text;
}

/* A block's first and last line say nothing that the code does not. */
static gboolean
set_usage_error(const AgiExchange *exchange, const AgiParts *reply, GError **error)
{
    const char *usage = skip_line(reply->text);
    const char *last = strrchr(usage, '\n');

    if (last == NULL)
        g_set_error(error, AGI_ERROR, AGI_ERROR_USAGE,
                    "%.64s: Asterisk does not accept these arguments", exchange->name);
    else
        g_set_error(error, AGI_ERROR, AGI_ERROR_USAGE,
                    "%.64s: Asterisk does not accept these arguments; its usage is:\n%.*s",
                    exchange->name, (int) (last - usage), usage);
    return FALSE;
}

/* A reply whose code is not of the 200s. Always FALSE. */
static gboolean
set_refusal_error(const AgiExchange *exchange, const AgiParts *reply, GError **error)
{
    switch (reply->code) {
    case 510:
        g_set_error(error, AGI_ERROR, AGI_ERROR_UNKNOWN_COMMAND,
                    "%.64s: this Asterisk has no such command, or its module is not loaded",
                    exchange->name);
        return FALSE;
    case 511:
        agi_call_note_hangup(exchange->call);
        return agi_set_hangup_error(exchange->name, error);
    case 520:
        return set_usage_error(exchange, reply, error);
    default:
        g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%.64s: Asterisk answered \"%.128s\"",
                    exchange->name, agi_call_quotable(exchange->call, reply->text));
        return FALSE;
    }
}

static gboolean
check_alive(AgiCall *call, const char *name, GError **error)
{
    const AgiCommandRow *row = &agi_command_table[AGI_COMMAND_CHANNEL_STATUS];
    AgiExchange exchange = {.call = call, .name = name, .limit = call->command_timeout};
    AgiParts reply;

    if (call->is_hung_up)
        return agi_set_hangup_error(name, error);
    agi_line_begin(call, row->name);
    if (!agi_exchange_run(&exchange, row, &reply, error))
        return FALSE;
    if (reply.code / 100 != 2)
        return set_refusal_error(&exchange, &reply, error);
    return call->is_hung_up ? agi_set_hangup_error(name, error) : TRUE;
}

gboolean
agi_call_check_alive(AgiCall *call, AgiCommand command, GError **error)
{
    return check_alive(call, agi_command_table[command].name, error);
}

gboolean
agi_set_failure_error(AgiCommand command, const char *reason, GError **error)
{
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%s failed%s%s",
                agi_command_table[command].name, reason != NULL ? ": " : "",
                reason != NULL ? reason : "");
    return FALSE;
}

gboolean
agi_call_fail(AgiCall *call, AgiCommand command, const char *reason, GError **error)
{
    return agi_call_check_alive(call, command, error) &&
           agi_set_failure_error(command, reason, error);
}

static gboolean
judge_exec(AgiCall *call, AgiParts *reply, GError **error)
{
    if (agi_parts_are_number(reply, -2)) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_NO_APPLICATION,
                    "EXEC: this Asterisk has no such application, or its module is not loaded");
        return FALSE;
    }
    if (!agi_parts_are_number(reply, -1))
        return TRUE;
    if (!check_alive(call, "EXEC", error))
        return FALSE;
    agi_parts_set_number(reply, "200 result=-1");
    return TRUE;
}

/* Whether a reply of the 200s says that the command did what it is for. */
static gboolean
judge_result(AgiCall *call, const AgiCommandRow *row, AgiParts *reply, GError **error)
{
    AgiCommand command = (AgiCommand) (row - agi_command_table);
    gint64 number = 0;
    gboolean is_number = agi_parts_get_number(reply, &number);

    if (row->result == AGI_RESULT_NUMBER && !is_number) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED,
                    "%s: the result in \"%.128s\" is no number", row->name,
                    agi_call_quotable(call, reply->text));
        return FALSE;
    }
    if (command == AGI_COMMAND_EXEC)
        return judge_exec(call, reply, error);
    if (is_number && number == -1 && row->fails != AGI_FAILS_NEVER)
        return agi_call_fail(call, command, row->hint, error);
    if (is_number && number == 0 && row->fails == AGI_FAILS_AT_ZERO)
        return agi_set_failure_error(command, row->hint, error);
    return TRUE;
}

gboolean
agi_exchange_judge(const AgiExchange *exchange, const AgiCommandRow *row, AgiParts *reply,
                   GError **error)
{
    if (reply->code / 100 != 2)
        return set_refusal_error(exchange, reply, error);
    if (!reply->has_result) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "%.64s: \"%.128s\" has no result",
                    exchange->name, agi_call_quotable(exchange->call, reply->text));
        return FALSE;
    }
    return row == NULL || judge_result(exchange->call, row, reply, error);
}

/* --- Running a command --- */

gint64
agi_exchange_get_limit(const AgiCall *call, const AgiCommandRow *row, gint64 milliseconds)
{
    if (row == NULL || call->command_timeout == 0)
        return 0;
    switch (row->limit) {
    case AGI_LIMIT_QUICK:
        return call->command_timeout;
    case AGI_LIMIT_NONE:
        return 0;
    case AGI_LIMIT_OWN:
        return milliseconds >= 0 ? call->command_timeout + milliseconds * 1000 : 0;
    }
    g_return_val_if_reached(0);
}

static gboolean
run(AgiExchange *exchange, const AgiCommandRow *row, const AgiArgument *arguments,
    gsize n_arguments, AgiParts *reply, GError **error)
{
    AgiParts unwanted;

    if (reply == NULL)
        reply = &unwanted;
    exchange->name = row->name;
    return agi_exchange_prepare(exchange->call, row->name, row->runs_when_dead, error) &&
           agi_line_write(exchange->call, row->name, arguments, n_arguments, error) &&
           agi_exchange_run(exchange, row, reply, error) &&
           agi_exchange_judge(exchange, row, reply, error);
}

gboolean
agi_call_run(AgiCall *call, AgiCommand command, const AgiArgument *arguments, gsize n_arguments,
             AgiParts *reply, GError **error)
{
    const AgiCommandRow *row = &agi_command_table[command];
    gint64 own = row->limit_argument < n_arguments ? arguments[row->limit_argument].number : 0;
    AgiExchange exchange = {
        .call = call, .form = row->form, .limit = agi_exchange_get_limit(call, row, own)};

    return run(&exchange, row, arguments, n_arguments, reply, error);
}

gboolean
agi_call_run_number(AgiCall *call, AgiCommand command, const AgiArgument *arguments,
                    gsize n_arguments, gint64 *number, GError **error)
{
    AgiParts reply;

    if (!agi_call_run(call, command, arguments, n_arguments, &reply, error))
        return FALSE;
    agi_parts_get_number(&reply, number);
    return TRUE;
}

gboolean
agi_call_run_quick(AgiCall *call, AgiCommand command, const AgiArgument *arguments,
                   gsize n_arguments, const char *terminator, AgiParts *reply, GError **error)
{
    const AgiCommandRow *row = &agi_command_table[command];
    AgiExchange exchange = {.call = call,
                            .form = terminator != NULL ? AGI_FORM_UNTIL : row->form,
                            .limit = call->command_timeout};

    call->reader.terminator = terminator;
    return run(&exchange, row, arguments, n_arguments, reply, error);
}
