/* exchange.c - runs commands on a call: one line out, one reply in, and what the reply means.
 *
 * Never two commands at once: Asterisk polls the socket but reads through a buffer of its own, so
 * that a second command in one segment would wait there for a third.
 *
 * A command that was left without its reply (its time was up) leaves the call out of step. The
 * next command then first asks a question whose answer nobody else gives, and drops whatever comes
 * before that answer. */

#include <config.h>

#include "agi/exchange.h"

#include "agi/call-private.h"
#include "agi/quote.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAXIMUM_WORDS 127
#define LINE_BYTES    256
/* A peer that does not even take a command off the network for so long is dead. */
#define WRITE_SECONDS 10

/* One command on its way. */
typedef struct {
    AgiCall *call;
    const char *name; /* for messages */
    AgiForm form;
    gint64 started;
    gint64 deadline;  /* monotonic microseconds; 0: none */
    gint64 limit;     /* the command's own time in microseconds; 0: none */
    GString *copy;    /* (nullable): gets every line as it came */
    gboolean is_amid; /* a part of the reply has come */
} Exchange;

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

/* --- Writing the line --- */

/* The first Asterisk of each line of versions that reads 8 KiB instead of 2 KiB. */
static gboolean
reads_long_lines(guint64 major, guint64 minor)
{
    switch (major) {
    case 20:
        return minor >= 16;
    case 21:
        return minor >= 11;
    case 22:
        return minor >= 6;
    default:
        return major >= 23;
    }
}

/* Versions read `22.6.1`, `certified/20.7-cert3`, `GIT-22-a1b2c3`, `20.6.0~dfsg`. What cannot be
 * made out gets the shorter limit, which is right for all. */
gsize
agi_call_get_line_limit(const AgiCall *call)
{
    const char *version = agi_environment_get_version(call->environment);
    guint64 major;
    char *end;

    if (version != NULL)
        version += strcspn(version, "0123456789");
    if (version == NULL || *version == '\0')
        return 2046;
    major = g_ascii_strtoull(version, &end, 10);
    return reads_long_lines(major, *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0) ? 8190
                                                                                          : 2046;
}

static gboolean
check_line_length(const AgiCall *call, const char *name, GError **error)
{
    if (call->line->len <= 2046 || call->line->len <= agi_call_get_line_limit(call))
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                "%.64s: the command line has %" G_GSIZE_FORMAT
                " bytes, and this Asterisk reads no more than %" G_GSIZE_FORMAT,
                name, call->line->len, agi_call_get_line_limit(call));
    return FALSE;
}

/* Begins the line anew, and does not keep the memory of a huge one. */
static void
begin_line(AgiCall *call, const char *name)
{
    if (call->line->allocated_len > 16 * LINE_BYTES) {
        g_string_free(call->line, TRUE);
        call->line = g_string_sized_new(LINE_BYTES);
    }
    g_string_assign(call->line, name);
}

static gboolean
append_text(AgiCall *call, const char *name, gsize i, const char *text, GError **error)
{
    g_string_append_c(call->line, ' ');
    if (agi_quote(call->line, text))
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                "%.64s: argument %" G_GSIZE_FORMAT
                " holds a line break (CR or LF), which AGI cannot carry",
                name, i + 1);
    return FALSE;
}

static void
append_number(AgiCall *call, gint64 number)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, " %" G_GINT64_FORMAT, number);

    g_string_append_len(call->line, digits, length);
}

static gboolean
write_line(AgiCall *call, const char *name, const AgiArgument *arguments, gsize n_arguments,
           GError **error)
{
    begin_line(call, name);
    for (gsize i = 0; i < n_arguments; i++)
        if (arguments[i].text == NULL)
            append_number(call, arguments[i].number);
        else if (!append_text(call, name, i, arguments[i].text, error))
            return FALSE;
    return check_line_length(call, name, error);
}

/* --- Watching the wire --- */

static void
trace_lines(AgiCall *call, AgiDirection direction, const char *text, gsize length)
{
    const char *end = text + length;

    if (call->is_confidential) {
        call->trace(call, direction, "***", strlen("***"), call->trace_data);
        return;
    }
    for (;;) {
        const char *line_end = memchr(text, '\n', (gsize) (end - text));

        if (line_end == NULL)
            line_end = end;
        call->trace(call, direction, text, (gsize) (line_end - text), call->trace_data);
        if (line_end == end)
            return;
        text = line_end + 1;
    }
}

/* Shows one item to whoever watches the wire. */
static void
show_item(AgiCall *call, const AgiParts *item)
{
    if (G_UNLIKELY(call->trace != NULL))
        trace_lines(call, AGI_RECEIVED, item->text, item->length);
}

/* A text from the wire, fit for a message. */
static const char *
quotable(const AgiCall *call, const char *text)
{
    return call->is_confidential ? "***" : text;
}

/* --- Hangup --- */

void
agi_call_note_hangup(AgiCall *call)
{
    call->is_hung_up = TRUE;
    if (call->watch != NULL)
        g_cancellable_cancel(agi_watch_get_cancellable(call->watch));
}

static gboolean
set_hangup_error(const char *name, GError **error)
{
    g_set_error(error, AGI_ERROR, AGI_ERROR_HANGUP, "%.64s: the caller has hung up", name);
    return FALSE;
}

/* Between commands only HANGUP comes by itself. Anything else that lies there whole is the rest of
 * something old, and is dropped. */
static void
take_in_stale(AgiCall *call)
{
    AgiParts item;
    AgiItem kind;

    while (agi_reader_is_amid(&call->reader) &&
           (kind = agi_reader_next(&call->reader, AGI_FORM_LINE, &item)) != AGI_ITEM_NONE) {
        show_item(call, &item);
        if (kind == AGI_ITEM_HANGUP)
            agi_call_note_hangup(call);
    }
    agi_reader_leave_item(&call->reader);
}

void
agi_call_look(AgiCall *call)
{
    gsize size;
    char *room = agi_reader_get_room(&call->reader, &size);
    AgiIo io;

    if (room == NULL || call->connection.fd < 0 || call->is_at_end)
        return;
    io = agi_connection_look(&call->connection, room, size, &size);
    if (io == AGI_IO_DONE)
        agi_reader_filled(&call->reader, size);
    take_in_stale(call);
    if (io == AGI_IO_END || io == AGI_IO_FAILED) {
        call->is_at_end = TRUE;
        agi_call_note_hangup(call);
    }
}

/* --- Errors --- */

static gboolean
set_timeout_error(const Exchange *exchange, GError **error)
{
    if (exchange->deadline == atomic_load(&exchange->call->deadline))
        g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT, "%.64s: the time of the call is up",
                    exchange->name);
    else
        g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT,
                    "%.64s: Asterisk did not answer within %g seconds", exchange->name,
                    (gdouble) exchange->limit / G_USEC_PER_SEC);
    return FALSE;
}

static gboolean
set_cancelled_error(const char *name, GError **error)
{
    g_set_error(error, AGI_ERROR, AGI_ERROR_CANCELLED, "%.64s: the call was cancelled", name);
    return FALSE;
}

/* The end of the connection is a hangup, unless it cut a reply in two. */
static gboolean
set_end_error(Exchange *exchange, GError **error)
{
    AgiCall *call = exchange->call;
    gboolean was_hung_up = call->is_hung_up;

    call->is_at_end = TRUE;
    agi_call_note_hangup(call);
    if (was_hung_up || (!exchange->is_amid && !agi_reader_is_amid(&call->reader)))
        return set_hangup_error(exchange->name, error);
    g_set_error(error, AGI_ERROR, AGI_ERROR_CONNECTION,
                "%.64s: the connection ended in the middle of the reply", exchange->name);
    return FALSE;
}

/* What reading or writing came to, as an error. Always FALSE. */
static gboolean
set_io_error(Exchange *exchange, AgiIo io, GError **error)
{
    int saved_errno = errno;
    AgiCall *call = exchange->call;

    switch (io) {
    case AGI_IO_DONE:
        break;
    case AGI_IO_END:
        return set_end_error(exchange, error);
    case AGI_IO_TIMEOUT:
        call->is_out_of_step = TRUE;
        return set_timeout_error(exchange, error);
    case AGI_IO_CANCELLED:
        return set_cancelled_error(exchange->name, error);
    case AGI_IO_FAILED:
        call->is_at_end = TRUE;
        agi_call_note_hangup(call);
        g_set_error(error, AGI_ERROR, AGI_ERROR_CONNECTION, "%.64s: the connection failed: %s",
                    exchange->name, g_strerror(saved_errno));
        return FALSE;
    }
    g_return_val_if_reached(FALSE);
}

static gboolean
set_malformed_error(Exchange *exchange, const char *text, GError **error)
{
    exchange->call->is_out_of_step = TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "%.64s: \"%.128s\" is no reply",
                exchange->name, quotable(exchange->call, text));
    return FALSE;
}

/* --- One exchange --- */

/* Whether the call can take another command at all, once what came by itself is taken in. */
static gboolean
check_usable(AgiCall *call, const char *name, gboolean runs_when_dead, GError **error)
{
    if (atomic_load(&call->connection.is_cancelled))
        return set_cancelled_error(name, error);
    if (call->connection.fd < 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_CONNECTION, "%.64s: the session is finished", name);
        return FALSE;
    }
    take_in_stale(call);
    if (call->is_at_end || (call->is_hung_up && !runs_when_dead))
        return set_hangup_error(name, error);
    return TRUE;
}

/* Sets when the exchange has to be over: at the command's own limit or the call's deadline. */
static gboolean
begin(Exchange *exchange, GError **error)
{
    gint64 deadline = atomic_load(&exchange->call->deadline);

    exchange->started = g_get_monotonic_time();
    exchange->deadline = exchange->limit > 0 ? exchange->started + exchange->limit : 0;
    if (deadline != 0 && (exchange->deadline == 0 || deadline < exchange->deadline))
        exchange->deadline = deadline;
    if (deadline != 0 && exchange->started >= deadline)
        return set_timeout_error(exchange, error);
    atomic_store(&exchange->call->waiting_since, exchange->started);
    return TRUE;
}

static void
end(Exchange *exchange)
{
    AgiCall *call = exchange->call;

    atomic_store(&call->waiting_since, 0);
    if (call->watch == NULL)
        return;
    take_in_stale(call);
    agi_watch_look_again(call->watch);
}

/* Sends the call's line. One that was sent in part leaves nothing to go on with. */
static gboolean
send_line(Exchange *exchange, GError **error)
{
    AgiCall *call = exchange->call;
    gint64 deadline = exchange->started + WRITE_SECONDS * G_USEC_PER_SEC;
    AgiIo io;

    if (G_UNLIKELY(call->trace != NULL))
        trace_lines(call, AGI_SENT, call->line->str, call->line->len);
    g_string_append_c(call->line, '\n');
    io = agi_connection_write(&call->connection, call->line->str, call->line->len, deadline);
    if (G_LIKELY(io == AGI_IO_DONE))
        return TRUE;
    if (io != AGI_IO_TIMEOUT)
        return set_io_error(exchange, io, error);
    call->is_at_end = TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT,
                "%.64s: Asterisk did not take the command within %d seconds", exchange->name,
                WRITE_SECONDS);
    return FALSE;
}

static gboolean
fill(Exchange *exchange, GError **error)
{
    AgiReader *reader = &exchange->call->reader;
    gsize size;
    char *room = agi_reader_get_room(reader, &size);
    AgiIo io;

    if (room == NULL) {
        agi_reader_clear(reader);
        agi_reader_init(reader);
        exchange->call->is_out_of_step = TRUE;
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "%.64s: the reply exceeds %d bytes",
                    exchange->name, AGI_REPLY_MAXIMUM_BYTES);
        return FALSE;
    }
    io = agi_connection_read(&exchange->call->connection, room, size, exchange->deadline, &size);
    if (io != AGI_IO_DONE)
        return set_io_error(exchange, io, error);
    agi_reader_filled(reader, size);
    return TRUE;
}

/* The next item, however long it takes; AGI_ITEM_NONE on failure. */
static AgiItem
await_item(Exchange *exchange, AgiForm form, AgiParts *item, GError **error)
{
    AgiCall *call = exchange->call;
    AgiItem kind;

    while ((kind = agi_reader_next(&call->reader, form, item)) == AGI_ITEM_NONE)
        if (!fill(exchange, error))
            return AGI_ITEM_NONE;
    show_item(call, item);
    if (exchange->copy != NULL) {
        g_string_append_len(exchange->copy, item->text, (gssize) item->length);
        g_string_append_c(exchange->copy, '\n');
    }
    if (kind == AGI_ITEM_HANGUP)
        agi_call_note_hangup(call);
    return kind;
}

/* An environment with an empty line in one of its values spills over: lines that are no replies
 * are forgiven until the first reply, within reason. */
static gboolean
is_forgiven(AgiCall *call)
{
    return !call->has_replied && ++call->n_strays <= AGI_ENVIRONMENT_MAXIMUM_LINES;
}

static gboolean
await_reply(Exchange *exchange, AgiParts *reply, GError **error)
{
    for (;;) {
        switch (await_item(exchange, exchange->form, reply, error)) {
        case AGI_ITEM_NONE:
            return FALSE;
        case AGI_ITEM_REPLY:
            exchange->call->has_replied = TRUE;
            return TRUE;
        case AGI_ITEM_INTERIM:
            exchange->is_amid = TRUE;
            break;
        case AGI_ITEM_HANGUP:
            break;
        case AGI_ITEM_STRAY:
            if (!is_forgiven(exchange->call))
                return set_malformed_error(exchange, reply->text, error);
            break;
        }
    }
}

/* A reply that was read before and is no longer in the buffer. */
static void
set_number_reply(AgiParts *reply, const char *text)
{
    *reply = (AgiParts){.text = text,
                        .length = strlen(text),
                        .code = 200,
                        .has_result = TRUE,
                        .result = strchr(text, '=') + 1,
                        .trailing = ""};
    reply->result_length = strlen(reply->result);
}

static gboolean
has_number(const AgiParts *reply, gint64 wanted)
{
    gint64 number;

    return reply->code == 200 && agi_parts_get_number(reply, &number) && number == wanted;
}

/* An application that returns 1 makes Asterisk add the reply for wrong usage, at once. */
static gboolean
skip_extra_reply(Exchange *exchange, AgiParts *reply, GError **error)
{
    exchange->limit = exchange->call->command_timeout;
    exchange->is_amid = TRUE;
    if (!begin(exchange, error) || !await_reply(exchange, reply, error))
        return FALSE;
    set_number_reply(reply, "200 result=1");
    return TRUE;
}

/* Sends the call's line and reads the reply. */
static gboolean
converse(Exchange *exchange, const AgiCommandRow *row, AgiParts *reply, GError **error)
{
    gboolean is_done;

    if (!begin(exchange, error))
        return FALSE;
    is_done = send_line(exchange, error) && await_reply(exchange, reply, error);
    if (is_done && row == &agi_command_table[AGI_COMMAND_EXEC] && has_number(reply, 1))
        is_done = skip_extra_reply(exchange, reply, error);
    end(exchange);
    return is_done;
}

/* --- Getting back in step --- */

/* Drops everything until @answer comes. */
static gboolean
await_answer(Exchange *exchange, const char *answer, GError **error)
{
    AgiParts item;
    AgiItem kind;

    do
        kind = await_item(exchange, AGI_FORM_LINE, &item, error);
    while (kind != AGI_ITEM_NONE && !(kind == AGI_ITEM_REPLY && agi_parts_value_is(&item, answer)));
    return kind != AGI_ITEM_NONE;
}

static gboolean
ask_and_await(AgiCall *call, gint64 limit, GError **error)
{
    Exchange exchange = {.call = call, .name = "GET FULL VARIABLE", .limit = limit};
    char answer[32];
    gboolean is_done;

    snprintf(answer, sizeof answer, "capella-%u", ++call->n_resynchronizations);
    begin_line(call, "GET FULL VARIABLE");
    if (!append_text(call, exchange.name, 0, answer, error) || !begin(&exchange, error))
        return FALSE;
    agi_reader_leave_item(&call->reader);
    is_done = send_line(&exchange, error) && await_answer(&exchange, answer, error);
    end(&exchange);
    return is_done;
}

gboolean
agi_call_resynchronize(AgiCall *call, gdouble seconds, GError **error)
{
    if (!call->is_out_of_step)
        return TRUE;
    if (!check_usable(call, "GET FULL VARIABLE", TRUE, error) ||
        !ask_and_await(call, (gint64) (seconds * G_USEC_PER_SEC), error)) {
        g_prefix_error(error, "an earlier command is still without its reply: ");
        return FALSE;
    }
    call->is_out_of_step = FALSE;
    return TRUE;
}

static gboolean
get_in_step(AgiCall *call, GError **error)
{
    gint64 limit = call->command_timeout > 0 ? call->command_timeout : 30 * G_USEC_PER_SEC;

    return !call->is_out_of_step ||
           agi_call_resynchronize(call, (gdouble) limit / G_USEC_PER_SEC, error);
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
set_usage_error(const Exchange *exchange, const AgiParts *reply, GError **error)
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
set_refusal_error(const Exchange *exchange, const AgiParts *reply, GError **error)
{
    switch (reply->code) {
    case 510:
        g_set_error(error, AGI_ERROR, AGI_ERROR_UNKNOWN_COMMAND,
                    "%.64s: this Asterisk has no such command, or its module is not loaded",
                    exchange->name);
        return FALSE;
    case 511:
        agi_call_note_hangup(exchange->call);
        return set_hangup_error(exchange->name, error);
    case 520:
        return set_usage_error(exchange, reply, error);
    default:
        g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%.64s: Asterisk answered \"%.128s\"",
                    exchange->name, quotable(exchange->call, reply->text));
        return FALSE;
    }
}

static gboolean
check_alive(AgiCall *call, const char *name, GError **error)
{
    const AgiCommandRow *row = &agi_command_table[AGI_COMMAND_CHANNEL_STATUS];
    Exchange exchange = {.call = call, .name = name, .limit = call->command_timeout};
    AgiParts reply;

    if (call->is_hung_up)
        return set_hangup_error(name, error);
    begin_line(call, row->name);
    if (!converse(&exchange, row, &reply, error))
        return FALSE;
    if (reply.code / 100 != 2)
        return set_refusal_error(&exchange, &reply, error);
    return call->is_hung_up ? set_hangup_error(name, error) : TRUE;
}

gboolean
agi_call_check_alive(AgiCall *call, AgiCommand command, GError **error)
{
    return check_alive(call, agi_command_table[command].name, error);
}

gboolean
agi_call_fail(AgiCall *call, AgiCommand command, const char *reason, GError **error)
{
    const char *name = agi_command_table[command].name;

    if (!check_alive(call, name, error))
        return FALSE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%.64s failed%s%s", name,
                reason != NULL ? ": " : "", reason != NULL ? reason : "");
    return FALSE;
}

static gboolean
judge_exec(AgiCall *call, AgiParts *reply, GError **error)
{
    if (has_number(reply, -2)) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_NO_APPLICATION,
                    "EXEC: this Asterisk has no such application, or its module is not loaded");
        return FALSE;
    }
    if (!has_number(reply, -1))
        return TRUE;
    if (!check_alive(call, "EXEC", error))
        return FALSE;
    set_number_reply(reply, "200 result=-1");
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
                    quotable(call, reply->text));
        return FALSE;
    }
    if (command == AGI_COMMAND_EXEC)
        return judge_exec(call, reply, error);
    if (is_number && row->fails != AGI_FAILS_NEVER &&
        (number == -1 || (row->fails == AGI_FAILS_AT_ZERO && number == 0)))
        return agi_call_fail(call, command, row->hint, error);
    return TRUE;
}

static gboolean
judge(const Exchange *exchange, const AgiCommandRow *row, AgiParts *reply, GError **error)
{
    if (reply->code / 100 != 2)
        return set_refusal_error(exchange, reply, error);
    if (!reply->has_result) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "%.64s: \"%.128s\" has no result",
                    exchange->name, quotable(exchange->call, reply->text));
        return FALSE;
    }
    return row == NULL || judge_result(exchange->call, row, reply, error);
}

/* --- Running a command --- */

/* How long a command may take, in microseconds, its own time being @milliseconds. */
static gint64
get_limit(const AgiCall *call, const AgiCommandRow *row, gint64 milliseconds)
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

/* Makes the call ready for a command: in step, and without what came by itself. */
static gboolean
prepare(AgiCall *call, const char *name, gboolean runs_when_dead, GError **error)
{
    agi_reader_shrink(&call->reader);
    return check_usable(call, name, runs_when_dead, error) && get_in_step(call, error);
}

static gboolean
run(Exchange *exchange, const AgiCommandRow *row, const AgiArgument *arguments, gsize n_arguments,
    AgiParts *reply, GError **error)
{
    AgiParts unwanted;

    if (reply == NULL)
        reply = &unwanted;
    exchange->name = row->name;
    return prepare(exchange->call, row->name, row->runs_when_dead, error) &&
           write_line(exchange->call, row->name, arguments, n_arguments, error) &&
           converse(exchange, row, reply, error) && judge(exchange, row, reply, error);
}

gboolean
agi_call_run(AgiCall *call, AgiCommand command, const AgiArgument *arguments, gsize n_arguments,
             AgiParts *reply, GError **error)
{
    const AgiCommandRow *row = &agi_command_table[command];
    gint64 own = row->limit_argument < n_arguments ? arguments[row->limit_argument].number : 0;
    Exchange exchange = {.call = call, .form = row->form, .limit = get_limit(call, row, own)};

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
    Exchange exchange = {.call = call,
                         .form = terminator != NULL ? AGI_FORM_UNTIL : row->form,
                         .limit = call->command_timeout};

    call->reader.terminator = terminator;
    return run(&exchange, row, arguments, n_arguments, reply, error);
}

/* --- Commands in words --- */

typedef struct {
    const char *name;
    const AgiCommandRow *row; /* NULL: not in the table */
    gsize n_words;
    gint64 limit_argument;
} Words;

static gsize
count_words(const char *text)
{
    gsize n_words = 0;

    for (const char *at = text; *at != '\0'; at++)
        n_words += *at != ' ' && (at == text || at[-1] == ' ');
    return n_words;
}

static gboolean
begin_words(AgiCall *call, Words *words, const char *command, GError **error)
{
    words->name = command;
    words->row = agi_command_find(command, strlen(command));
    words->n_words = count_words(command);
    words->limit_argument = -1;
    if (words->n_words == 0 || strpbrk(command, "\r\n") != NULL ||
        g_ascii_strncasecmp(command, "failure", strlen("failure")) == 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT, "\"%.64s\" is no command",
                    command);
        return FALSE;
    }
    if (!prepare(call, command, words->row == NULL || words->row->runs_when_dead, error))
        return FALSE;
    begin_line(call, command);
    return TRUE;
}

static gboolean
append_word(AgiCall *call, Words *words, gsize i, const char *text, GError **error)
{
    const AgiCommandRow *row = words->row;

    if (row != NULL && i == row->limit_argument && strlen(words->name) == strlen(row->name))
        words->limit_argument = g_ascii_strtoll(text, NULL, 10);
    words->n_words++;
    return append_text(call, words->name, i, text, error);
}

/* Hands the reply's texts out as copies that stay until the next command in words. */
static void
hand_out(AgiCall *call, const AgiParts *parts, AgiReply *reply)
{
    gsize result, value, trailing;

    if (call->parts == NULL)
        call->parts = g_string_sized_new(parts->length * 2);
    g_string_truncate(call->parts, 0);
    g_string_append_len(call->parts, parts->text, (gssize) parts->length + 1);
    result = call->parts->len;
    g_string_append_len(call->parts, parts->result, (gssize) parts->result_length);
    g_string_append_c(call->parts, '\0');
    value = call->parts->len;
    if (parts->value != NULL)
        g_string_append_len(call->parts, parts->value, (gssize) parts->value_length);
    g_string_append_c(call->parts, '\0');
    trailing = call->parts->len;
    g_string_append(call->parts, parts->trailing);
    reply->code = parts->code;
    reply->text = call->parts->str;
    reply->result = call->parts->str + result;
    reply->value = parts->value != NULL ? call->parts->str + value : NULL;
    reply->trailing = call->parts->str + trailing;
}

static gboolean
run_words(AgiCall *call, const Words *words, AgiReply *reply, GError **error)
{
    const AgiCommandRow *row = words->row;
    Exchange exchange = {.call = call,
                         .name = words->name,
                         .form = row != NULL ? row->form : AGI_FORM_ANY,
                         .limit = get_limit(call, row, words->limit_argument)};
    AgiParts parts;

    if (words->n_words > MAXIMUM_WORDS) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "%.64s: Asterisk takes no more than %d words", words->name, MAXIMUM_WORDS);
        return FALSE;
    }
    if (!check_line_length(call, words->name, error) || !converse(&exchange, row, &parts, error) ||
        !judge(&exchange, row, &parts, error))
        return FALSE;
    if (reply != NULL)
        hand_out(call, &parts, reply);
    return TRUE;
}

/**
 * agi_command:
 * @call: the call
 * @reply: (out caller-allocated) (optional): the reply; its texts are good until the next command
 * @error: return location for a #GError, or %NULL
 * @command: the command's words, sent as they are, such as `"DATABASE GET"`
 * @...: its arguments as strings, each sent in quotes; %NULL at the end
 *
 * Runs any AGI command: one that has no function of its own, or one of a module that is not part
 * of Asterisk. A command that the library knows is judged and timed as its own function does it:
 * what that function calls a failure is one here. Of others every reply of the 200s is a success,
 * and they have no time limit but the call's. Blocks; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * AgiReply reply;
 *
 * if (agi_command(call, &reply, error, "DATABASE GET", "prices", "small", NULL) &&
 *     reply.value != NULL)
 *     say_price(call, reply.value);
 * ]|
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to any #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_command(AgiCall *call, AgiReply *reply, GError **error, const char *command, ...)
{
    Words words;
    gboolean is_fit;
    const char *argument;
    va_list arguments;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(command != NULL, FALSE);

    is_fit = begin_words(call, &words, command, error);
    va_start(arguments, command);
    for (gsize i = 0; is_fit && (argument = va_arg(arguments, const char *)) != NULL; i++)
        is_fit = append_word(call, &words, i, argument, error);
    va_end(arguments);
    return is_fit && run_words(call, &words, reply, error);
}

/**
 * agi_command_array:
 * @call: the call
 * @reply: (out caller-allocated) (optional): the reply; its texts are good until the next command
 * @error: return location for a #GError, or %NULL
 * @command: the command's words, sent as they are
 * @arguments: (array length=n_arguments): its arguments, each sent in quotes
 * @n_arguments: how many there are; @command and they may be 127 words
 *
 * agi_command() for arguments that are in an array.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to any #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_command_array(AgiCall *call, AgiReply *reply, GError **error, const char *command,
                  const char *const *arguments, gsize n_arguments)
{
    Words words;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(command != NULL, FALSE);
    g_return_val_if_fail(arguments != NULL || n_arguments == 0, FALSE);

    if (!begin_words(call, &words, command, error))
        return FALSE;
    for (gsize i = 0; i < n_arguments; i++)
        if (!append_word(call, &words, i, arguments[i], error))
            return FALSE;
    return run_words(call, &words, reply, error);
}

/* --- Lines of other programs --- */

static gboolean
check_foreign_line(AgiCall *call, const char *line, gsize length, GError **error)
{
    g_auto(GStrv) words = NULL;

    if (memchr(line, '\n', length) != NULL || memchr(line, '\0', length) != NULL) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "the command line holds LF or NUL, which AGI cannot carry");
        return FALSE;
    }
    words = agi_split_words(line, length);
    if (g_strv_length(words) > MAXIMUM_WORDS) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "the command line has more than %d words", MAXIMUM_WORDS);
        return FALSE;
    }
    begin_line(call, "");
    g_string_append_len(call->line, line, (gssize) length);
    return check_line_length(call, "the program's command", error);
}

/**
 * agi_call_forward:
 * @call: the call
 * @line: a command line as another program wrote it, without its LF
 * @length: bytes in @line
 * @replies: what Asterisk answered is appended to it, line by line, each with LF: the reply, with
 *   interim lines and usage blocks, and the HANGUP line if it came
 * @error: return location for a #GError, or %NULL
 *
 * Passes on a line of a program that speaks AGI itself, and takes what Asterisk answers, whatever
 * it is: a refused command is a success here. Lines that would upset Asterisk are not sent: such
 * with NUL, with more than 127 words, or longer than Asterisk reads. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if there is a reply; %FALSE with @error set to %AGI_ERROR_HANGUP,
 *   %AGI_ERROR_INVALID_ARGUMENT or another #AgiError if there is none
 * Since: 0.1
 */
gboolean
agi_call_forward(AgiCall *call, const char *line, gsize length, GString *replies, GError **error)
{
    const AgiCommandRow *row;
    Exchange exchange = {.call = call, .copy = replies};
    gboolean was_hung_up;
    AgiParts reply;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(line != NULL || length == 0, FALSE);
    g_return_val_if_fail(replies != NULL, FALSE);

    was_hung_up = call->is_hung_up;
    row = agi_command_find(line, length);
    exchange.name = row != NULL ? row->name : "the program's command";
    exchange.form = row != NULL ? row->form : AGI_FORM_ANY;
    exchange.limit = get_limit(call, row, -1);
    if (!prepare(call, exchange.name, TRUE, error) ||
        !check_foreign_line(call, line, length, error))
        return FALSE;
    if (call->is_hung_up && !was_hung_up)
        g_string_append(replies, "HANGUP\n");
    return converse(&exchange, row, &reply, error);
}
