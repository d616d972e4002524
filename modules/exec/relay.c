/* relay.c - passes a program's commands on to the call and the replies back, as Asterisk does it
 * with programs that it starts itself.
 *
 * One thread does it all. While a command runs, it waits for Asterisk and for nothing else: what
 * the program writes meanwhile stays in its pipes. Between commands it waits for everything that
 * can happen: a command, a line for the log, room for replies that the program has not read, its
 * exit, the hangup, the end of its time. */

#include "relay.h"

#include "lines.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* One more than the longest line that any Asterisk reads, so that the call refuses what is longer
 * and not we. */
#define COMMAND_BYTES 8191
#define LOG_BYTES     1024
/* What a program may write without a line's end. */
#define ENDLESS_BYTES (1024 * 1024)
/* Replies that the program does not read are kept up to here; further ones are lost, as they are
 * when Asterisk finds the pipe full. */
#define UNREAD_BYTES (256 * 1024)
#define READ_BYTES   4096
/* How often something is looked at that nothing tells of, in milliseconds. */
#define LOOK_MILLISECONDS 100

static const char bad_command[] = "510 Invalid or unknown command\n";
static const char hangup_line[] = "HANGUP\n";

typedef struct {
    AgiCall *call;
    Program *program;
    const RelaySettings *settings;
    GString *input; /* on its way to the program */
    Lines commands;
    Lines log;
    gint64 n_logged;
    gint64 hangup_deadline; /* monotonic microseconds; 0: none */
    gboolean is_hung_up;
    gboolean is_connected;
    gboolean has_exited;
} Relay;

static void
relay_init(Relay *relay, AgiCall *call, Program *program, const RelaySettings *settings,
           const char *greeting)
{
    *relay = (Relay){.call = call,
                     .program = program,
                     .settings = settings,
                     .input = g_string_new(greeting),
                     .is_connected = TRUE};
    lines_init(&relay->commands, COMMAND_BYTES);
    lines_init(&relay->log, LOG_BYTES);
}

static void
relay_clear(Relay *relay)
{
    g_string_free(relay->input, TRUE);
    lines_clear(&relay->commands);
    lines_clear(&relay->log);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Relay, relay_clear)

/* --- To the program --- */

static void
close_input(Relay *relay)
{
    program_close(relay->program, STDIN_FILENO);
    g_string_truncate(relay->input, 0);
}

/* Writes as much as the program takes. */
static void
write_input(Relay *relay)
{
    gssize n_written = program_write(relay->program, relay->input->str, relay->input->len);

    if (n_written >= 0)
        g_string_erase(relay->input, 0, n_written);
    else if (errno != EAGAIN && errno != EINTR)
        close_input(relay);
}

static void
tell(Relay *relay, const char *text, gsize length)
{
    if (relay->program->streams[STDIN_FILENO] < 0)
        return;
    if (relay->input->len > UNREAD_BYTES) {
        g_debug("%s does not read; a reply of %" G_GSIZE_FORMAT " bytes is lost",
                relay->settings->name, length);
        return;
    }
    g_string_append_len(relay->input, text, (gssize) length);
    write_input(relay);
}

/* --- From its standard error --- */

static void
log_line(Relay *relay, const Line *line)
{
    g_autofree char *text = NULL;

    if (relay->n_logged > relay->settings->log_lines)
        return;
    if (relay->n_logged++ == relay->settings->log_lines) {
        g_message("%s: further lines are not logged", relay->settings->name);
        return;
    }
    text = g_strndup(line->text, line->length);
    for (gsize i = 0; i < line->length; i++)
        text[i] = line->text[i] != '\0' ? line->text[i] : ' ';
    g_message("%s: %s%s", relay->settings->name, text, line->is_cut ? "..." : "");
}

static void
log_bytes(Relay *relay, const char *bytes, gsize length)
{
    Line line;

    lines_add(&relay->log, bytes, length);
    while (lines_next(&relay->log, &line))
        log_line(relay, &line);
}

static void
end_log(Relay *relay)
{
    Line line;

    program_close(relay->program, STDERR_FILENO);
    if (lines_last(&relay->log, &line))
        log_line(relay, &line);
}

/* Reads what a stream has, up to @size bytes: 0 at its end, negative while there is nothing. */
static gssize
read_stream(const Relay *relay, int stream, char *bytes, gsize size)
{
    gssize n_read = read(relay->program->streams[stream], bytes, size);

    return n_read < 0 && errno != EAGAIN && errno != EINTR ? 0 : n_read;
}

static void
read_log(Relay *relay)
{
    char bytes[READ_BYTES];
    gssize n_read = read_stream(relay, STDERR_FILENO, bytes, sizeof bytes);

    if (n_read > 0)
        log_bytes(relay, bytes, (gsize) n_read);
    else if (n_read == 0)
        end_log(relay);
}

/* --- The hangup --- */

/* Learns of a hangup, as soon as Asterisk has said so, and tells the program. */
static void
notice_hangup(Relay *relay)
{
    const RelaySettings *settings = relay->settings;

    if (relay->is_hung_up || !agi_call_is_hung_up(relay->call))
        return;
    relay->is_hung_up = TRUE;
    if (settings->hangup_grace > 0)
        relay->hangup_deadline =
            g_get_monotonic_time() + (gint64) (settings->hangup_grace * G_USEC_PER_SEC);
    if (settings->hangup_line)
        tell(relay, hangup_line, strlen(hangup_line));
    if (settings->hangup_signal)
        program_signal(relay->program, SIGHUP);
}

/* There is nobody left to talk to. The program sees the end of its input, and a broken pipe where
 * it goes on to write, as with Asterisk. */
static void
disconnect(Relay *relay)
{
    relay->is_connected = FALSE;
    notice_hangup(relay);
    close_input(relay);
    program_close(relay->program, STDOUT_FILENO);
}

/* --- Commands --- */

/* A program that Asterisk starts gets no line HANGUP. It can only stand in front of a reply. */
static const char *
skip_hangup_lines(const char *replies)
{
    while (g_str_has_prefix(replies, hangup_line))
        replies += strlen(hangup_line);
    return replies;
}

/* What to do where a command got no reply. FALSE with @error set: the relay ends. */
static gboolean
handle_refusal(Relay *relay, GError *reason, GError **error)
{
    if (agi_error_is(reason, AGI_ERROR_CLASS(AGI_ERROR_INVALID_ARGUMENT))) {
        g_warning("%s: %s", relay->settings->name, reason->message);
        tell(relay, bad_command, strlen(bad_command));
        return TRUE;
    }
    if (agi_error_is(reason, AGI_ERROR_CLASS(AGI_ERROR_HANGUP))) {
        disconnect(relay);
        return TRUE;
    }
    g_propagate_prefixed_error(error, g_error_copy(reason), "%s: ", relay->settings->name);
    return FALSE;
}

static gboolean
is_failure(const Line *line)
{
    return line->length >= strlen("failure") &&
           g_ascii_strncasecmp(line->text, "failure", strlen("failure")) == 0;
}

static gboolean
run_command(Relay *relay, const Line *line, GError **error)
{
    g_autoptr(GString) replies = g_string_new(NULL);
    g_autoptr(GError) reason = NULL;
    const char *reply;

    if (is_failure(line)) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%s says: %.*s", relay->settings->name,
                    (int) MIN(line->length, 200), line->text);
        return FALSE;
    }
    if (!agi_call_forward(relay->call, line->text, line->length, replies, &reason))
        return handle_refusal(relay, reason, error);
    reply = skip_hangup_lines(replies->str);
    tell(relay, reply, replies->len - (gsize) (reply - replies->str));
    notice_hangup(relay);
    return TRUE;
}

static gboolean
run_commands(Relay *relay, const char *bytes, gsize length, GError **error)
{
    Line line;

    lines_add(&relay->commands, bytes, length);
    while (relay->is_connected && lines_next(&relay->commands, &line))
        if (!run_command(relay, &line, error))
            return FALSE;
    if (relay->commands.n_dropped < ENDLESS_BYTES)
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED,
                "%s wrote more than %d bytes without the end of a line", relay->settings->name,
                ENDLESS_BYTES);
    return FALSE;
}

/* Closes its standard output. As Asterisk does, runs what stands behind the last LF. */
static gboolean
end_commands(Relay *relay, GError **error)
{
    Line line;

    program_close(relay->program, STDOUT_FILENO);
    return !relay->is_connected || !lines_last(&relay->commands, &line) ||
           run_command(relay, &line, error);
}

static gboolean
read_commands(Relay *relay, GError **error)
{
    char bytes[READ_BYTES];
    gssize n_read = read_stream(relay, STDOUT_FILENO, bytes, sizeof bytes);

    if (n_read > 0)
        return run_commands(relay, bytes, (gsize) n_read, error);
    return n_read < 0 || end_commands(relay, error);
}

/* --- The end --- */

/* How many bytes lie in a pipe. Children that the program left behind may go on filling it; what
 * they say is not the program's. */
static gsize
count_bytes(const Relay *relay, int stream)
{
    int n_bytes = 0;

    if (relay->program->streams[stream] < 0 ||
        ioctl(relay->program->streams[stream], FIONREAD, &n_bytes) != 0)
        return 0;
    return (gsize) n_bytes;
}

static void
finish_log(Relay *relay)
{
    gsize rest = count_bytes(relay, STDERR_FILENO);
    char bytes[READ_BYTES];

    while (rest > 0) {
        gssize n_read = read_stream(relay, STDERR_FILENO, bytes, MIN(rest, sizeof bytes));

        if (n_read <= 0)
            break;
        log_bytes(relay, bytes, (gsize) n_read);
        rest -= (gsize) n_read;
    }
    end_log(relay);
}

/* The program has exited; what it still said is done. */
static gboolean
finish_commands(Relay *relay, GError **error)
{
    gsize rest = count_bytes(relay, STDOUT_FILENO);
    char bytes[READ_BYTES];

    while (rest > 0 && relay->program->streams[STDOUT_FILENO] >= 0) {
        gssize n_read = read_stream(relay, STDOUT_FILENO, bytes, MIN(rest, sizeof bytes));

        if (n_read <= 0)
            break;
        if (!run_commands(relay, bytes, (gsize) n_read, error))
            return FALSE;
        rest -= (gsize) n_read;
    }
    return end_commands(relay, error);
}

/* poll() up to so many seconds, with the program's exit noticed. Where nothing tells of it, or
 * nothing tells that the daemon stops, it comes back early, for a look. */
static void
wait_for(Relay *relay, struct pollfd *waited, nfds_t n_waited, gdouble seconds)
{
    gboolean has_to_look = relay->program->pid_fd < 0 || !relay->is_connected;
    int timeout = (int) fmin(ceil(seconds * 1000), has_to_look ? LOOK_MILLISECONDS : G_MAXINT);

    if (poll(waited, n_waited, timeout) < 0)
        for (nfds_t i = 0; i < n_waited; i++)
            waited[i].revents = 0;
    relay->has_exited = relay->has_exited || program_has_exited(relay->program);
}

/* Waits for the program's end and logs what it says until then; with @is_thorough for the end of
 * all that share its standard error. */
static void
await_end(Relay *relay, gdouble seconds, gboolean is_thorough)
{
    Program *program = relay->program;
    gint64 deadline = g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);

    while (!relay->has_exited || (is_thorough && program->streams[STDERR_FILENO] >= 0)) {
        struct pollfd waited[] = {
            {.fd = relay->has_exited ? -1 : program->pid_fd, .events = POLLIN},
            {.fd = program->streams[STDERR_FILENO], .events = POLLIN},
        };
        gint64 rest = deadline - g_get_monotonic_time();

        if (rest <= 0 ||
            (poll(waited, G_N_ELEMENTS(waited), (int) (rest / 1000 + 1)) < 0 && errno != EINTR))
            return;
        if (waited[0].revents != 0)
            relay->has_exited = TRUE;
        if (waited[1].revents != 0)
            read_log(relay);
    }
}

/* Ends the program and what it has started, politely at first. */
static void
stop_program(Relay *relay)
{
    program_signal_group(relay->program, SIGTERM);
    close_input(relay);
    program_close(relay->program, STDOUT_FILENO);
    await_end(relay, relay->settings->kill_grace, TRUE);
    program_signal_group(relay->program, SIGKILL);
}

/* A program that gives up is about to end by itself. */
static void
let_go(Relay *relay)
{
    close_input(relay);
    program_close(relay->program, STDOUT_FILENO);
    if (relay->settings->hangup_signal)
        program_signal(relay->program, SIGHUP);
    await_end(relay, relay->settings->kill_grace, FALSE);
}

/* --- Waiting for what comes --- */

enum { WAIT_INPUT, WAIT_COMMANDS, WAIT_LOG, WAIT_EXIT, WAIT_CALL, N_WAITS };

/* Behind a hangup the call has nothing more to say, but it can still end. */
static void
set_waits(const Relay *relay, struct pollfd *waits)
{
    const int *streams = relay->program->streams;

    waits[WAIT_INPUT] = (struct pollfd){.fd = relay->input->len > 0 ? streams[STDIN_FILENO] : -1,
                                        .events = POLLOUT};
    waits[WAIT_COMMANDS] = (struct pollfd){.fd = streams[STDOUT_FILENO], .events = POLLIN};
    waits[WAIT_LOG] = (struct pollfd){.fd = streams[STDERR_FILENO], .events = POLLIN};
    waits[WAIT_EXIT] = (struct pollfd){.fd = relay->program->pid_fd, .events = POLLIN};
    waits[WAIT_CALL] =
        (struct pollfd){.fd = relay->is_connected ? agi_call_get_hangup_fd(relay->call) : -1,
                        .events = (short) (relay->is_hung_up ? POLLRDHUP : POLLIN | POLLRDHUP)};
}

/* A daemon that stops cuts its calls, and has no time for graces then. */
static gboolean
check_daemon(const Relay *relay, GError **error)
{
    if (relay->is_connected || !capella_daemon_is_stopping(relay->settings->daemon))
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_HANGUP, "%s is ended: the daemon stops",
                relay->settings->name);
    return FALSE;
}

/* Seconds until the relay has to end, whatever happens. */
static gdouble
get_time_left(const Relay *relay)
{
    gdouble left = agi_call_get_time_left(relay->call);

    if (relay->hangup_deadline == 0)
        return left;
    return MIN(left, (gdouble) (relay->hangup_deadline - g_get_monotonic_time()) / G_USEC_PER_SEC);
}

static gboolean
set_time_error(const Relay *relay, GError **error)
{
    if (agi_call_get_time_left(relay->call) <= 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT, "%s: its time is up",
                    relay->settings->name);
        return FALSE;
    }
    g_warning("%s is ended: it still ran %g s after the hangup", relay->settings->name,
              relay->settings->hangup_grace);
    g_set_error(error, AGI_ERROR, AGI_ERROR_HANGUP, "%s: the caller has hung up",
                relay->settings->name);
    return FALSE;
}

/* Waits until something has happened. FALSE with @error set when the time is up. */
static gboolean
await_something(Relay *relay, struct pollfd *waits, GError **error)
{
    gdouble left;

    notice_hangup(relay);
    left = get_time_left(relay);
    if (left <= 0)
        return set_time_error(relay, error);
    if (!check_daemon(relay, error))
        return FALSE;
    set_waits(relay, waits);
    wait_for(relay, waits, N_WAITS, left);
    return TRUE;
}

static gboolean
step(Relay *relay, GError **error)
{
    struct pollfd waits[N_WAITS];
    gboolean was_hung_up;

    if (!await_something(relay, waits, error))
        return FALSE;
    was_hung_up = relay->is_hung_up;
    if (waits[WAIT_INPUT].revents != 0)
        write_input(relay);
    if (waits[WAIT_LOG].revents != 0)
        read_log(relay);
    if (waits[WAIT_CALL].revents != 0 && was_hung_up)
        disconnect(relay);
    return waits[WAIT_COMMANDS].revents == 0 || !relay->is_connected || read_commands(relay, error);
}

static gboolean
converse(Relay *relay, GError **error)
{
    while (!relay->has_exited)
        if (!step(relay, error))
            return FALSE;
    return finish_commands(relay, error);
}

/* Holds the conversation until the program has ended; it is not reaped. @greeting is what it reads
 * first. FALSE with @error set if the program was ended, or gave up by itself. */
gboolean
relay_run(AgiCall *call, Program *program, const RelaySettings *settings, const char *greeting,
          GError **error)
{
    g_auto(Relay) relay = {0};
    g_autoptr(GError) reason = NULL;

    relay_init(&relay, call, program, settings, greeting);
    write_input(&relay);
    if (converse(&relay, &reason)) {
        finish_log(&relay);
        return TRUE;
    }
    if (agi_error_is(reason, AGI_ERROR_CLASS(AGI_ERROR_FAILURE)))
        let_go(&relay);
    if (!relay.has_exited)
        stop_program(&relay);
    finish_log(&relay);
    g_propagate_error(error, g_steal_pointer(&reason));
    return FALSE;
}
