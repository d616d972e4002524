/* exchange.c - one line out, one reply in.
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

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A peer that does not even take a command off the network for so long is dead. */
#define WRITE_SECONDS 10

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

const char *
agi_call_quotable(const AgiCall *call, const char *text)
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

gboolean
agi_set_hangup_error(const char *name, GError **error)
{
    g_set_error(error, AGI_ERROR, AGI_ERROR_HANGUP, "%.64s: the caller has hung up", name);
    return FALSE;
}

/* Between commands only HANGUP comes by itself. Anything else that lies there whole is the rest of
 * something old, and is dropped. */
void
agi_call_take_in(AgiCall *call)
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

    if (call->connection.fd < 0 || call->is_at_end)
        return;
    /* A line without end fills the buffer: nobody to talk to. */
    io = room != NULL ? agi_connection_look(&call->connection, room, size, &size) : AGI_IO_FAILED;
    if (io == AGI_IO_DONE)
        agi_reader_filled(&call->reader, size);
    agi_call_take_in(call);
    if (io == AGI_IO_END || io == AGI_IO_FAILED) {
        call->is_at_end = TRUE;
        agi_call_note_hangup(call);
    }
}

/* --- Errors --- */

static gboolean
set_timeout_error(const AgiExchange *exchange, GError **error)
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
set_end_error(AgiExchange *exchange, GError **error)
{
    AgiCall *call = exchange->call;
    gboolean was_hung_up = call->is_hung_up;

    call->is_at_end = TRUE;
    agi_call_note_hangup(call);
    if (was_hung_up || (!exchange->is_amid && !agi_reader_is_amid(&call->reader)))
        return agi_set_hangup_error(exchange->name, error);
    g_set_error(error, AGI_ERROR, AGI_ERROR_CONNECTION,
                "%.64s: the connection ended in the middle of the reply", exchange->name);
    return FALSE;
}

/* What reading or writing came to, as an error. Always FALSE. */
static gboolean
set_io_error(AgiExchange *exchange, AgiIo io, GError **error)
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
set_malformed_error(AgiExchange *exchange, const char *text, GError **error)
{
    exchange->call->is_out_of_step = TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "%.64s: \"%.128s\" is no reply",
                exchange->name, agi_call_quotable(exchange->call, text));
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
    agi_call_take_in(call);
    if (call->is_at_end || (call->is_hung_up && !runs_when_dead))
        return agi_set_hangup_error(name, error);
    return TRUE;
}

/* Sets when the exchange has to be over: at the command's own limit or the call's deadline. */
static gboolean
begin(AgiExchange *exchange, GError **error)
{
    gint64 deadline = atomic_load(&exchange->call->deadline);

    exchange->started = g_get_monotonic_time();
    exchange->deadline = exchange->limit > 0 ? exchange->started + exchange->limit : 0;
    if (deadline != 0 && (exchange->deadline == 0 || deadline < exchange->deadline))
        exchange->deadline = deadline;
    if (deadline != 0 && exchange->started >= deadline)
        return set_timeout_error(exchange, error);
    exchange->now = exchange->started;
    atomic_store(&exchange->call->waiting_since, exchange->started);
    return TRUE;
}

static void
end(AgiExchange *exchange)
{
    AgiCall *call = exchange->call;

    atomic_store(&call->waiting_since, 0);
    if (call->watch == NULL)
        return;
    agi_call_take_in(call);
    agi_watch_look_again(call->watch);
}

/* Sends the call's line. One that was sent in part leaves nothing to go on with. */
static gboolean
send_line(AgiExchange *exchange, GError **error)
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
fill(AgiExchange *exchange, GError **error)
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
    io = agi_connection_read(&exchange->call->connection, room, size, exchange->deadline,
                             exchange->now != 0 ? exchange->now : g_get_monotonic_time(), &size);
    if (io != AGI_IO_DONE)
        return set_io_error(exchange, io, error);
    exchange->now = 0;
    agi_reader_filled(reader, size);
    return TRUE;
}

/* The next item, however long it takes; AGI_ITEM_NONE on failure. */
static AgiItem
await_item(AgiExchange *exchange, AgiForm form, AgiParts *item, GError **error)
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
await_reply(AgiExchange *exchange, AgiParts *reply, GError **error)
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
void
agi_parts_set_number(AgiParts *reply, const char *text)
{
    *reply = (AgiParts){.text = text,
                        .length = strlen(text),
                        .code = 200,
                        .has_result = TRUE,
                        .result = strchr(text, '=') + 1,
                        .trailing = ""};
    reply->result_length = strlen(reply->result);
}

gboolean
agi_parts_are_number(const AgiParts *reply, gint64 wanted)
{
    gint64 number;

    return reply->code == 200 && agi_parts_get_number(reply, &number) && number == wanted;
}

/* An application that returns 1 makes Asterisk add the reply for wrong usage, at once. */
static gboolean
skip_extra_reply(AgiExchange *exchange, AgiParts *reply, GError **error)
{
    exchange->limit = exchange->call->command_timeout;
    exchange->is_amid = TRUE;
    if (!begin(exchange, error) || !await_reply(exchange, reply, error))
        return FALSE;
    agi_parts_set_number(reply, "200 result=1");
    return TRUE;
}

gboolean
agi_exchange_run(AgiExchange *exchange, const AgiCommandRow *row, AgiParts *reply, GError **error)
{
    gboolean is_done;

    if (!begin(exchange, error))
        return FALSE;
    is_done = send_line(exchange, error) && await_reply(exchange, reply, error);
    if (is_done && row == &agi_command_table[AGI_COMMAND_EXEC] && agi_parts_are_number(reply, 1))
        is_done = skip_extra_reply(exchange, reply, error);
    end(exchange);
    return is_done;
}

/* --- Getting back in step --- */

/* How long after the reply to something older the answer may stay away. */
#define NUDGE_SECONDS 0.25

/* Asks a question of our own, never the same twice. */
static gboolean
ask(AgiExchange *exchange, char *answer, gsize size, GError **error)
{
    AgiCall *call = exchange->call;

    snprintf(answer, size, "capella-%u", ++call->n_resynchronizations);
    agi_line_begin(call, "GET FULL VARIABLE");
    return agi_line_append_text(call, exchange->name, 0, answer, error) &&
           send_line(exchange, error);
}

/* Drops everything until @answer comes. Once something older was answered the time for that is
 * short: see below. */
static gboolean
await_answer(AgiExchange *exchange, const char *answer, GError **error)
{
    AgiParts item;
    AgiItem kind;

    while ((kind = await_item(exchange, AGI_FORM_LINE, &item, error)) != AGI_ITEM_NONE) {
        gint64 soon = g_get_monotonic_time() + (gint64) (NUDGE_SECONDS * G_USEC_PER_SEC);

        if (kind == AGI_ITEM_REPLY && agi_parts_value_is(&item, answer))
            return TRUE;
        if (kind == AGI_ITEM_REPLY && (exchange->deadline == 0 || soon < exchange->deadline))
            exchange->deadline = soon;
    }
    return FALSE;
}

/* Asks until an answer comes. If Asterisk found our question together with an older command it now
 * sits in a buffer there, until more comes over the network; so where the older command was
 * answered, and the question was not, another question has to push. */
static gboolean
ask_and_await(AgiExchange *exchange, GError **error)
{
    const gint64 deadline = exchange->deadline;
    g_autoptr(GError) own_error = NULL;
    gboolean may_push = TRUE;

    while (may_push) {
        char answer[32];

        g_clear_error(&own_error);
        exchange->deadline = deadline;
        if (ask(exchange, answer, sizeof answer, &own_error) &&
            await_answer(exchange, answer, &own_error))
            return TRUE;
        may_push = agi_error_is(own_error, AGI_ERROR_CLASS(AGI_ERROR_TIMEOUT)) &&
                   exchange->deadline != deadline && !exchange->call->is_at_end;
    }
    g_propagate_error(error, g_steal_pointer(&own_error));
    return FALSE;
}

static gboolean
resynchronize(AgiCall *call, gint64 limit, GError **error)
{
    AgiExchange exchange = {.call = call, .name = "GET FULL VARIABLE", .limit = limit};
    gboolean is_done;

    if (!begin(&exchange, error))
        return FALSE;
    is_done = ask_and_await(&exchange, error);
    end(&exchange);
    return is_done;
}

gboolean
agi_call_resynchronize(AgiCall *call, gdouble seconds, GError **error)
{
    if (!call->is_out_of_step)
        return TRUE;
    if (!check_usable(call, "GET FULL VARIABLE", TRUE, error) ||
        !resynchronize(call, (gint64) (seconds * G_USEC_PER_SEC), error)) {
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

gboolean
agi_exchange_prepare(AgiCall *call, const char *name, gboolean runs_when_dead, GError **error)
{
    agi_reader_shrink(&call->reader);
    return check_usable(call, name, runs_when_dead, error) && get_in_step(call, error);
}
