/* caller.c - many calls at once, placed by one thread: the engine of the load generator.
 *
 * Each call is a slot with a non-blocking socket, watched once, edge-triggered, for everything: one
 * epoll_ctl() a call. Per command there is one recv(), one send() and two looks at the clock.
 *
 * A command counts as received when epoll_wait() returned with it, not when its turn in the batch
 * came, so that our own work on the batch is no part of the server's turn-around.
 *
 * The server ends a call, so TIME_WAIT is its burden, and our port is free at once. SO_LINGER is
 * left alone on purpose: resetting connections would measure another protocol.
 */

#include "caller.h"
#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BATCH = 256,
    INPUT_SIZE = 64 * 1024,
    WAIT_MILLISECONDS = 100,
    /* Calls without a first command yet: fewer than Linux' usual accept queue of 4096 holds. */
    MAXIMUM_WAITING = 1024,
    /* So many failures without one good call in between end the run. */
    MAXIMUM_FAILURES = 200,
};

typedef enum { CALL_CLOSED, CALL_CONNECTING, CALL_WAITING, CALL_TALKING, CALL_HELD } CallState;

typedef struct {
    int fd;
    CallState state;
    guint commands;
    gint64 since;
    GString *rest;  /* the beginning of a command whose end is still to come; NULL: none */
    char *withheld; /* the reply that a held call waits for */
    gboolean is_refused;
} Call;

struct _Caller {
    CallerOptions options;
    CallerCounts counts;
    Call *calls;
    guint *free_calls;
    guint n_free;
    guint maximum;
    guint at_once;
    guint64 left;
    guint open;
    guint waiting;
    guint held;
    guint failures_in_a_row;
    guint number;
    int last_error;
    gboolean is_holding;
    int loop;
    GString *reply;
    char input[INPUT_SIZE];
};

gint64
caller_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

Caller *
caller_new(const CallerOptions *options, guint maximum)
{
    Caller *caller = g_new0(Caller, 1);

    caller->options = *options;
    caller->calls = g_new0(Call, maximum);
    caller->free_calls = g_new(guint, maximum);
    caller->maximum = caller->n_free = maximum;
    for (guint i = 0; i < maximum; i++)
        caller->free_calls[i] = maximum - 1 - i;
    caller->loop = epoll_create1(EPOLL_CLOEXEC);
    caller->reply = g_string_sized_new(1024);
    return caller;
}

static void
call_clear(Call *call)
{
    close(call->fd);
    if (call->rest != NULL)
        g_string_free(call->rest, TRUE);
    g_free(call->withheld);
    memset(call, 0, sizeof *call);
}

void
caller_free(Caller *caller)
{
    for (guint i = 0; i < caller->maximum; i++)
        if (caller->calls[i].state != CALL_CLOSED)
            call_clear(&caller->calls[i]);
    close(caller->loop);
    g_string_free(caller->reply, TRUE);
    g_free(caller->free_calls);
    g_free(caller->calls);
    g_free(caller);
}

/* How many calls to keep open, and how many to place in all before no more are. */
void
caller_set_target(Caller *caller, guint at_once, guint64 in_all)
{
    caller->at_once = MIN(at_once, caller->maximum);
    caller->left = in_all;
}

guint
caller_get_open(const Caller *caller)
{
    return caller->open;
}

/* Whether no call is open, and none will be. */
gboolean
caller_is_done(const Caller *caller)
{
    return caller->open == 0 && caller->left == 0;
}

guint
caller_get_held(const Caller *caller)
{
    return caller->held;
}

CallerCounts *
caller_get_counts(Caller *caller)
{
    return &caller->counts;
}

static void
caller_leave_state(Caller *caller, Call *call)
{
    caller->waiting -= call->state == CALL_CONNECTING || call->state == CALL_WAITING;
    caller->held -= call->state == CALL_HELD;
}

static void
caller_enter_state(Caller *caller, Call *call, CallState state)
{
    caller_leave_state(caller, call);
    call->state = state;
    caller->waiting += state == CALL_CONNECTING || state == CALL_WAITING;
    caller->held += state == CALL_HELD;
}

static void
call_close(Caller *caller, Call *call)
{
    caller_leave_state(caller, call);
    call_clear(call);
    caller->free_calls[caller->n_free++] = (guint) (call - caller->calls);
    caller->open--;
}

static void
call_fail(Caller *caller, Call *call, int error)
{
    caller->counts.failures++;
    caller->failures_in_a_row++;
    caller->last_error = error;
    call_close(caller, call);
}

/* The connection is at its end: was it a good call? */
static void
call_end(Caller *caller, Call *call, gboolean is_reset)
{
    guint expected = caller->options.expected_commands;

    if (call->is_refused) {
        caller->counts.refusals++;
    } else if (call->commands == 0 || (expected != 0 && call->commands != expected)) {
        call_fail(caller, call, is_reset ? ECONNRESET : EPROTO);
        return;
    } else {
        caller->counts.calls++;
        caller->counts.resets += is_reset;
    }
    caller->failures_in_a_row = 0;
    call_close(caller, call);
}

static gboolean
call_send(Call *call, const char *bytes, gsize length)
{
    gssize sent = send(call->fd, bytes, length, MSG_NOSIGNAL);

    call->since = caller_now();
    return sent == (gssize) length;
}

/* A line that Asterisk sends without being asked; the server may be gone already. */
static void
call_send_hangup(Caller *caller, Call *call)
{
    static const char line[] = "HANGUP\n";

    if (caller->options.has_hangup_lines)
        call_send(call, line, sizeof line - 1);
}

static void
call_send_environment(Caller *caller, Call *call, gint64 now)
{
    const AsteriskEnvironment *environment = caller->options.environment;
    gsize begin = 0;

    histogram_add(&caller->counts.connect, now - call->since);
    caller_enter_state(caller, call, CALL_WAITING);
    asterisk_environment_set_number(caller->options.environment, ++caller->number);
    for (guint i = 0; i < environment->ends->len; i++) {
        gsize end = g_array_index(environment->ends, gsize, i);

        if (!call_send(call, environment->block + begin, end - begin)) {
            call_fail(caller, call, errno);
            return;
        }
        begin = end;
    }
}

static gboolean
call_reply(Caller *caller, Call *call, const char *reply, gsize length, gboolean is_hung_up)
{
    if (!call_send(call, reply, length)) {
        call_fail(caller, call, errno);
        return FALSE;
    }
    if (is_hung_up)
        call_send_hangup(caller, call);
    return TRUE;
}

static void
call_note_command(Caller *caller, Call *call, gsize length, gint64 now)
{
    Histogram *histogram =
        call->state == CALL_WAITING ? &caller->counts.first_command : &caller->counts.turn_around;

    histogram_add(histogram, now - call->since);
    caller_enter_state(caller, call, CALL_TALKING);
    call->commands++;
    caller->counts.commands++;
    caller->counts.bytes += length + 1;
}

/* One command, without its LF. FALSE: the call is over. */
static gboolean
call_take_command(Caller *caller, Call *call, const char *command, gsize length, gint64 now)
{
    AsteriskAnswer answer = asterisk_answer(command, length, caller->reply);

    if (answer == ASTERISK_FAILED) {
        call->is_refused = TRUE;
        call_send_hangup(caller, call);
        call_end(caller, call, FALSE);
        return FALSE;
    }
    call_note_command(caller, call, length, now);
    if (caller->is_holding && call->commands == 1) {
        call->withheld = g_strdup(caller->reply->str);
        caller_enter_state(caller, call, CALL_HELD);
        return TRUE;
    }
    return call_reply(caller, call, caller->reply->str, caller->reply->len,
                      answer == ASTERISK_HUNG_UP);
}

/* FALSE: the call is over. */
static gboolean
call_take_lines(Caller *caller, Call *call, const char *bytes, gsize length, gint64 now)
{
    const char *end;

    while ((end = memchr(bytes, '\n', length)) != NULL) {
        gsize line_length = (gsize) (end - bytes);

        if (!call_take_command(caller, call, bytes, line_length, now))
            return FALSE;
        bytes += line_length + 1;
        length -= line_length + 1;
    }
    if (length > 0)
        call->rest = g_string_new_len(bytes, (gssize) length);
    return TRUE;
}

/* FALSE: the call is over. */
static gboolean
call_take_bytes(Caller *caller, Call *call, gsize length, gint64 now)
{
    g_autoptr(GString) whole = g_steal_pointer(&call->rest);

    if (whole == NULL)
        return call_take_lines(caller, call, caller->input, length, now);
    g_string_append_len(whole, caller->input, (gssize) length);
    return call_take_lines(caller, call, whole->str, whole->len, now);
}

/* Reads until nothing is left. With a FIN or an error behind the bytes, there is no second event:
 * @is_ending says to read on until it is met. */
static void
call_hear(Caller *caller, Call *call, gboolean is_ending, gint64 now)
{
    gssize got;

    do {
        got = recv(call->fd, caller->input, sizeof caller->input, 0);
        if (got > 0 && !call_take_bytes(caller, call, (gsize) got, now))
            return;
    } while (got == INPUT_SIZE || (got > 0 && is_ending));
    if (got == 0) {
        call_send_hangup(caller, call);
        call_end(caller, call, FALSE);
    } else if (got < 0 && errno != EAGAIN) {
        call_end(caller, call, TRUE);
    }
}

static int
get_socket_error(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

static void
call_take_event(Caller *caller, Call *call, guint32 events, gint64 now)
{
    const guint32 endings = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

    if (call->state != CALL_CONNECTING)
        call_hear(caller, call, (events & endings) != 0, now);
    else if ((events & EPOLLERR) != 0)
        call_fail(caller, call, get_socket_error(call->fd));
    else if ((events & EPOLLOUT) != 0)
        call_send_environment(caller, call, now);
}

/* With several sources, the port is chosen at connect(), when the whole address is known: else
 * all calls of a source, wherever they go, would share its 28,000 ports. */
static gboolean
bind_source(Caller *caller, int fd)
{
    const int on = 1;
    struct sockaddr_in source = {.sin_family = AF_INET};

    if (caller->options.sources <= 1)
        return TRUE;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + caller->number % caller->options.sources);
    return setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0 &&
           bind(fd, (struct sockaddr *) &source, sizeof source) == 0;
}

static gboolean
connect_and_watch(Caller *caller, Call *call)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                .data.ptr = call};

    if (call->fd < 0 || !bind_source(caller, call->fd))
        return FALSE;
    if (connect(call->fd, (const struct sockaddr *) &caller->options.server,
                sizeof caller->options.server) != 0 &&
        errno != EINPROGRESS)
        return FALSE;
    return epoll_ctl(caller->loop, EPOLL_CTL_ADD, call->fd, &event) == 0;
}

static void
call_open(Caller *caller)
{
    Call *call = &caller->calls[caller->free_calls[--caller->n_free]];

    caller->open++;
    caller->left--;
    caller_enter_state(caller, call, CALL_CONNECTING);
    call->since = caller_now();
    call->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (!connect_and_watch(caller, call))
        call_fail(caller, call, errno);
}

/* Whether calls are held from their first command on. Ending it gives the held ones their reply. */
void
caller_set_hold(Caller *caller, gboolean is_holding)
{
    caller->is_holding = is_holding;
    for (guint i = 0; i < caller->maximum && !is_holding; i++) {
        Call *call = &caller->calls[i];

        if (call->state != CALL_HELD)
            continue;
        caller_enter_state(caller, call, CALL_TALKING);
        call_reply(caller, call, call->withheld, strlen(call->withheld), FALSE);
    }
}

/* Opens what calls are missing, waits a moment for something to happen and deals with it. FALSE:
 * it makes no sense to go on. */
gboolean
caller_step(Caller *caller, GError **error)
{
    struct epoll_event events[BATCH];
    gint64 now;
    int count;

    while (caller->open < caller->at_once && caller->left > 0 &&
           caller->waiting < MAXIMUM_WAITING && caller->failures_in_a_row < MAXIMUM_FAILURES)
        call_open(caller);
    if (caller->failures_in_a_row >= MAXIMUM_FAILURES) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u calls in a row failed, the last: %s",
                    caller->failures_in_a_row, g_strerror(caller->last_error));
        return FALSE;
    }
    count = epoll_wait(caller->loop, events, BATCH, WAIT_MILLISECONDS);
    now = caller_now();
    for (int i = 0; i < count; i++)
        call_take_event(caller, events[i].data.ptr, events[i].events, now);
    return TRUE;
}
