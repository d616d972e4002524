/* call.c - the life of a call: from the socket to its end, its time, its hangup, its trace. */

#include <config.h>

#include "agi/call-private.h"
#include "agi/call-struct.h"
#include "agi/line.h"

#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_COMMAND_SECONDS 30
/* How long the end of a call waits for Asterisk's last word. */
#define DRAIN_SECONDS 0.25

static gint64
microseconds(gdouble seconds)
{
    return (gint64) fmin(seconds * G_USEC_PER_SEC, (gdouble) (G_MAXINT64 / 4));
}

/* --- Beginning --- */

static AgiCall *
call_new(int fd)
{
    AgiCall *call = g_new0(AgiCall, 1);

    atomic_init(&call->references, 1);
    atomic_init(&call->deadline, 0);
    atomic_init(&call->waiting_since, 0);
    agi_connection_init(&call->connection, fd);
    agi_reader_init(&call->reader);
    agi_line_init(call);
    call->command_timeout = DEFAULT_COMMAND_SECONDS * G_USEC_PER_SEC;
    return call;
}

AgiCall *
agi_call_new_with_environment(int fd, AgiEnvironment *environment, const char *rest,
                              gsize rest_length)
{
    AgiCall *call = call_new(fd);

    call->environment = environment;
    if (rest_length > 0)
        agi_reader_add(&call->reader, rest, rest_length);
    return call;
}

static gboolean
set_environment_error(AgiIo io, gsize length, GError **error)
{
    switch (io) {
    case AGI_IO_TIMEOUT:
        g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT,
                    "the environment did not come in time; there were %" G_GSIZE_FORMAT " bytes",
                    length);
        return FALSE;
    case AGI_IO_END:
        g_set_error(error, AGI_ERROR, length == 0 ? AGI_ERROR_HANGUP : AGI_ERROR_CONNECTION,
                    "the connection was closed %s",
                    length == 0 ? "before it said anything" : "in the middle of the environment");
        return FALSE;
    default:
        g_set_error(error, AGI_ERROR, AGI_ERROR_CONNECTION, "the connection failed");
        return FALSE;
    }
}

/* Takes the environment off the front of the reader. */
static gboolean
take_environment(AgiCall *call, gsize length, GError **error)
{
    call->environment = agi_environment_new(call->reader.bytes, length, error);
    call->reader.start = call->reader.line = call->reader.scanned = length;
    return call->environment != NULL;
}

static gboolean
read_environment(AgiCall *call, gint64 deadline, GError **error)
{
    AgiReader *reader = &call->reader;
    gsize seen = 0;

    while (seen <= AGI_ENVIRONMENT_MAXIMUM_BYTES) {
        gsize size;
        char *room = agi_reader_get_room(reader, &size);
        AgiIo io = agi_connection_read(&call->connection, room, size, deadline,
                                       g_get_monotonic_time(), &size);
        gsize length;

        if (io != AGI_IO_DONE)
            return set_environment_error(io, reader->end, error);
        agi_reader_filled(reader, size);
        length = agi_environment_find_end(reader->bytes, reader->end, seen);
        if (length > 0)
            return take_environment(call, length, error);
        seen = reader->end;
    }
    return take_environment(call, seen, error);
}

/**
 * agi_call_new:
 * @fd: (transfer full): a connected stream socket, TCP or Unix, on which Asterisk is about to send
 *   its environment; closed also on failure
 * @timeout: how long the environment may take to arrive, in seconds; negative: for ever
 * @error: return location for a #GError, or %NULL
 *
 * Begins a session on a connection that was just accepted: reads the environment. For programs
 * that accept connections themselves; a handler of a module is given its call by the daemon.
 * Blocks. The calling thread is the one that serves the call.
 *
 * Returns: (transfer full): the call; %NULL with @error set to %AGI_ERROR_MALFORMED if what came
 *   is no environment, %AGI_ERROR_TIMEOUT if it took too long, %AGI_ERROR_HANGUP if the connection
 *   was closed without a byte, as health probes do, %AGI_ERROR_CONNECTION if it broke amid
 * Since: 0.1
 */
AgiCall *
agi_call_new(int fd, gdouble timeout, GError **error)
{
    g_autoptr(AgiCall) call = NULL;
    const int yes = 1;

    g_return_val_if_fail(fd >= 0, NULL);

    call = call_new(fd);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!read_environment(call, timeout >= 0 ? g_get_monotonic_time() + microseconds(timeout) : 0,
                          error))
        return NULL;
    return g_steal_pointer(&call);
}

/**
 * agi_call_ref:
 * @call: the call
 *
 * Takes a reference. Any thread.
 *
 * Returns: (transfer full): @call
 * Since: 0.1
 */
AgiCall *
agi_call_ref(AgiCall *call)
{
    g_return_val_if_fail(call != NULL, NULL);

    atomic_fetch_add_explicit(&call->references, 1, memory_order_relaxed);
    return call;
}

static void
call_free(AgiCall *call)
{
    agi_connection_clear(&call->connection);
    agi_reader_clear(&call->reader);
    agi_call_set_origin(call, NULL, NULL);
    g_clear_pointer(&call->environment, agi_environment_unref);
    g_free(call->line_text.str);
    if (call->parts != NULL)
        g_string_free(call->parts, TRUE);
    g_free(call);
}

/**
 * agi_call_unref:
 * @call: (transfer full): the call
 *
 * Gives up a reference; the last one finishes the call, as agi_call_finish() does, and frees it.
 * Any thread.
 *
 * Since: 0.1
 */
void
agi_call_unref(AgiCall *call)
{
    g_return_if_fail(call != NULL);

    if (atomic_fetch_sub_explicit(&call->references, 1, memory_order_acq_rel) != 1)
        return;
    agi_call_finish(call);
    call_free(call);
}

/* --- End --- */

static void
stop_watching(AgiCall *call)
{
    AgiWatch *watch;

    pthread_mutex_lock(&call->connection.mutex);
    watch = g_steal_pointer(&call->watch);
    pthread_mutex_unlock(&call->connection.mutex);
    g_clear_pointer(&watch, agi_watch_free);
}

void
agi_call_disconnect(AgiCall *call)
{
    agi_connection_disconnect(&call->connection);
}

void
agi_call_set_end_notify(AgiCall *call, void (*function)(AgiCall *call, gpointer user_data),
                        gpointer user_data)
{
    call->end_notify = function;
    call->end_data = user_data;
}

void
agi_call_set_origin(AgiCall *call, gpointer origin, GDestroyNotify destroy)
{
    if (call->origin_destroy != NULL)
        call->origin_destroy(call->origin);
    call->origin = origin;
    call->origin_destroy = destroy;
}

gpointer
agi_call_get_origin(const AgiCall *call)
{
    return call->origin;
}

static void
notify_end(AgiCall *call)
{
    void (*function)(AgiCall *, gpointer) = g_steal_pointer(&call->end_notify);

    if (function != NULL)
        function(call, call->end_data);
}

int
agi_call_finish_and_steal_fd(AgiCall *call)
{
    notify_end(call);
    stop_watching(call);
    return agi_connection_steal(&call->connection);
}

/**
 * agi_call_finish:
 * @call: the call
 *
 * Ends the session: the dialplan goes on, at the place that agi_goto() set or behind `AGI()`. Says
 * so to Asterisk, waits up to a quarter of a second for its last word, so that it does not run into
 * a closed connection, and closes. Commands then fail with %AGI_ERROR_CONNECTION. A second call
 * does nothing. A handler of a module need not call it. Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_finish(AgiCall *call)
{
    int fd;

    g_return_if_fail(call != NULL);

    fd = agi_call_finish_and_steal_fd(call);
    if (fd >= 0)
        agi_drain_and_close(fd, call->is_at_end ? 0 : DRAIN_SECONDS);
}

/* What may stand behind `failure because`; everything else becomes a dash. */
static gboolean
is_plain(char byte)
{
    return g_ascii_isalnum(byte) || byte == ' ' || byte == '_' || byte == '-';
}

/**
 * agi_call_give_up:
 * @call: the call
 * @reason: why, in a few words of letters, digits, blanks, dashes and underscores; other bytes
 *   become dashes, and what exceeds 100 bytes is left out
 *
 * Ends the session as failed: `AGISTATUS` becomes `FAILURE`, and the dialplan goes on. Asterisk
 * sees @reason in the trace that `agi set debug on` shows. Otherwise as agi_call_finish(). Works on
 * a cancelled call as well. Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_give_up(AgiCall *call, const char *reason)
{
    g_autoptr(GString) line = NULL;

    g_return_if_fail(call != NULL);
    g_return_if_fail(reason != NULL);

    if (call->connection.fd >= 0 && !call->is_at_end) {
        line = g_string_new("failure because ");
        for (gsize i = 0; i < 100 && reason[i] != '\0'; i++)
            g_string_append_c(line, is_plain(reason[i]) ? reason[i] : '-');
        if (call->trace != NULL)
            call->trace(call, AGI_SENT, line->str, line->len, call->trace_data);
        g_string_append_c(line, '\n');
        agi_connection_write(&call->connection, line->str, line->len, g_get_monotonic_time());
    }
    agi_call_finish(call);
}

/* --- Who calls --- */

/**
 * agi_call_get_environment:
 * @call: the call
 *
 * What Asterisk said of the call at its beginning: the `agi_` variables. Any thread.
 *
 * Returns: (transfer none): the environment
 * Since: 0.1
 */
const AgiEnvironment *
agi_call_get_environment(const AgiCall *call)
{
    g_return_val_if_fail(call != NULL, NULL);

    return call->environment;
}

/**
 * agi_call_get_channel:
 * @call: the call
 *
 * The channel's name. Any thread.
 *
 * Returns: (transfer none) (nullable): such as `PJSIP/alice-00000007`
 * Since: 0.1
 */
const char *
agi_call_get_channel(const AgiCall *call)
{
    return agi_environment_get_channel(agi_call_get_environment(call));
}

/**
 * agi_call_get_unique_id:
 * @call: the call
 *
 * What tells this call from all others. Any thread.
 *
 * Returns: (transfer none) (nullable): such as `1795433707.14`
 * Since: 0.1
 */
const char *
agi_call_get_unique_id(const AgiCall *call)
{
    return agi_environment_get_unique_id(agi_call_get_environment(call));
}

/**
 * agi_call_get_caller_id:
 * @call: the call
 *
 * The caller's number as it was at the beginning. Any thread.
 *
 * Returns: (transfer none) (nullable): the number, or %NULL where Asterisk knows none
 * Since: 0.1
 */
const char *
agi_call_get_caller_id(const AgiCall *call)
{
    return agi_environment_get_caller_id(agi_call_get_environment(call));
}

/**
 * agi_call_get_context:
 * @call: the call
 *
 * The dialplan context that the call came from. Any thread.
 *
 * Returns: (transfer none) (nullable): the context
 * Since: 0.1
 */
const char *
agi_call_get_context(const AgiCall *call)
{
    return agi_environment_get_context(agi_call_get_environment(call));
}

/**
 * agi_call_get_extension:
 * @call: the call
 *
 * The dialplan extension that the call came from: mostly, what the caller dialed. Any thread.
 *
 * Returns: (transfer none) (nullable): the extension
 * Since: 0.1
 */
const char *
agi_call_get_extension(const AgiCall *call)
{
    return agi_environment_get_extension(agi_call_get_environment(call));
}

/**
 * agi_call_get_argument:
 * @call: the call
 * @number: which argument, counted from 1
 *
 * An argument that `AGI()` was given behind the URL. Any thread.
 *
 * Returns: (transfer none) (nullable): the argument, maybe empty; %NULL where there are less
 * Since: 0.1
 */
const char *
agi_call_get_argument(const AgiCall *call, guint number)
{
    return agi_environment_get_argument(agi_call_get_environment(call), number);
}

/* --- Hangup --- */

/**
 * agi_call_is_hung_up:
 * @call: the call
 *
 * Whether the caller is gone, as far as Asterisk has said so by now. Takes in what has come
 * without waiting for more: for handlers that work on something else between two commands. Does
 * not block. Call it from the thread that serves @call.
 *
 * Returns: %TRUE if the caller has hung up, or the connection is gone, finished or cancelled
 * Since: 0.1
 */
gboolean
agi_call_is_hung_up(AgiCall *call)
{
    g_return_val_if_fail(call != NULL, TRUE);

    if (!call->is_hung_up)
        agi_call_look(call);
    return call->is_hung_up || call->connection.fd < 0 ||
           atomic_load(&call->connection.is_cancelled);
}

/**
 * agi_call_get_hangup_fd:
 * @call: the call
 *
 * A descriptor for poll(): while no command runs it becomes readable when the caller hangs up, or
 * the connection ends. Ask agi_call_is_hung_up() before each wait, since the news may have come
 * together with the last reply, and behind it, to learn what it was. Neither read nor close it.
 * Call it from the thread that serves @call.
 *
 * Returns: the descriptor; -1 when the session is finished
 * Since: 0.1
 */
int
agi_call_get_hangup_fd(const AgiCall *call)
{
    g_return_val_if_fail(call != NULL, -1);

    return call->connection.fd;
}

static void
start_watching(AgiCall *call)
{
    AgiWatch *watch =
        agi_watch_new(call->connection.fd, &call->waiting_since, atomic_load(&call->deadline));

    pthread_mutex_lock(&call->connection.mutex);
    call->watch = watch;
    pthread_mutex_unlock(&call->connection.mutex);
    agi_call_look(call);
    if (call->is_hung_up || atomic_load(&call->connection.is_cancelled))
        g_cancellable_cancel(agi_watch_get_cancellable(watch));
}

/**
 * agi_call_get_cancellable:
 * @call: the call
 *
 * What to give to a long operation of GIO, or of anything else that watches a #GCancellable, so
 * that it ends with the call: it is triggered when the caller hangs up, when the deadline of
 * agi_call_set_deadline() passes, and by agi_call_cancel(). The first use has a thread of the
 * library watch the call. Triggered at most once, by any thread. Call it from the thread that
 * serves @call.
 *
 * Returns: (transfer none): the cancellable; good until the session is finished
 * Since: 0.1
 */
GCancellable *
agi_call_get_cancellable(AgiCall *call)
{
    g_return_val_if_fail(call != NULL, NULL);

    if (call->watch == NULL)
        start_watching(call);
    return agi_watch_get_cancellable(call->watch);
}

/* --- Time --- */

/**
 * agi_call_set_deadline:
 * @call: the call
 * @seconds: from now on, in seconds; negative: no deadline
 *
 * Gives the call so much time. Commands that would go beyond it fail with %AGI_ERROR_TIMEOUT, those
 * included that are limited by nothing else, such as playing or dialing. A new deadline replaces
 * the one before, also when that has passed. Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_set_deadline(AgiCall *call, gdouble seconds)
{
    gint64 deadline;

    g_return_if_fail(call != NULL);

    deadline = seconds >= 0 ? g_get_monotonic_time() + microseconds(seconds) : 0;
    atomic_store(&call->deadline, deadline);
    if (call->watch != NULL)
        agi_watch_set_deadline(call->watch, deadline);
}

gint64
agi_call_get_deadline(const AgiCall *call)
{
    return atomic_load(&call->deadline);
}

/**
 * agi_call_get_time_left:
 * @call: the call
 *
 * How long it is to the deadline. Any thread.
 *
 * Returns: seconds; 0 when it has passed, %G_MAXDOUBLE when there is none
 * Since: 0.1
 */
gdouble
agi_call_get_time_left(const AgiCall *call)
{
    gint64 deadline;

    g_return_val_if_fail(call != NULL, 0);

    deadline = atomic_load(&call->deadline);
    if (deadline == 0)
        return G_MAXDOUBLE;
    return (gdouble) MAX(deadline - g_get_monotonic_time(), 0) / G_USEC_PER_SEC;
}

/**
 * agi_call_set_command_timeout:
 * @call: the call
 * @seconds: in seconds; zero or less: no limit. 30 at first
 *
 * How long Asterisk may take to answer a command that has nothing to wait for, such as reading a
 * variable. A command with a time of its own, such as agi_wait_for_digit(), may take that much
 * longer. Commands that play, record without limit, or run an application or a subroutine have no
 * limit but agi_call_set_deadline(). Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_set_command_timeout(AgiCall *call, gdouble seconds)
{
    g_return_if_fail(call != NULL);

    call->command_timeout = seconds > 0 ? microseconds(seconds) : 0;
}

gdouble
agi_call_get_waiting_time(const AgiCall *call)
{
    gint64 since = atomic_load(&call->waiting_since);

    return since == 0 ? -1 : (gdouble) (g_get_monotonic_time() - since) / G_USEC_PER_SEC;
}

/**
 * agi_call_cancel:
 * @call: the call
 *
 * Ends the conversation from outside: a command that is waiting for Asterisk, and every later one,
 * fails with %AGI_ERROR_CANCELLED. What remains is agi_call_finish() and agi_call_give_up(). A
 * second call does nothing. Does not block. Any thread.
 *
 * Since: 0.1
 */
void
agi_call_cancel(AgiCall *call)
{
    g_autoptr(GCancellable) cancellable = NULL;

    g_return_if_fail(call != NULL);

    agi_connection_cancel(&call->connection);
    pthread_mutex_lock(&call->connection.mutex);
    if (call->watch != NULL)
        cancellable = g_object_ref(agi_watch_get_cancellable(call->watch));
    pthread_mutex_unlock(&call->connection.mutex);
    if (cancellable != NULL)
        g_cancellable_cancel(cancellable);
}

/* --- Watching the wire --- */

/**
 * agi_call_set_trace:
 * @call: the call
 * @trace: (nullable) (scope forever): is shown each line of the wire; %NULL: nobody is
 * @user_data: for @trace
 *
 * Has the conversation shown to a function, for logs and tests. It must not run commands on @call.
 * Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_set_trace(AgiCall *call, AgiTraceFunc trace, gpointer user_data)
{
    g_return_if_fail(call != NULL);

    call->trace = trace;
    call->trace_data = user_data;
}

/**
 * agi_call_set_confidential:
 * @call: the call
 * @is_confidential: whether what is said from now on is nobody's business
 *
 * Keeps secrets, such as a PIN being entered, out of traces and error messages: lines are then
 * shown as `***`. Call it from the thread that serves @call.
 *
 * Since: 0.1
 */
void
agi_call_set_confidential(AgiCall *call, gboolean is_confidential)
{
    g_return_if_fail(call != NULL);

    call->is_confidential = is_confidential;
}
