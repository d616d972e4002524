/* manager-session.c - one connection to the manager interface: lines in, packets out.
 *
 * Everything of a session happens in the manager's thread. Actions are answered one after the
 * other; while one is, what else is to be sent waits, so that nothing comes between the lines of a
 * response or into a list. An answer that takes time is deferred: what the client sends meanwhile
 * is read, and stays.
 */

#include "pbx/manager-private.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE (64 * 1024)

/** Bytes sent at a stretch, before others have their turn. */
#define WRITE_SIZE (512 * 1024)

static void watch_writing(PbxManagerSession *session);
static void process_input(PbxManagerSession *session);

static PbxManagerSession *
session_new(PbxManager *manager, GSocketConnection *connection)
{
    PbxManagerSession *session = g_new0(PbxManagerSession, 1);

    g_atomic_ref_count_init(&session->references);
    session->manager = manager;
    session->connection = g_object_ref(connection);
    session->input = g_string_new(NULL);
    session->output = g_string_new(NULL);
    session->answer = g_string_new(NULL);
    session->events = g_string_new(NULL);
    session->filters = g_ptr_array_new_with_free_func(pbx_filter_free);
    return session;
}

PbxManagerSession *
pbx_session_ref(PbxManagerSession *session)
{
    g_atomic_ref_count_inc(&session->references);
    return session;
}

void
pbx_session_unref(gpointer data)
{
    PbxManagerSession *session = data;

    if (!g_atomic_ref_count_dec(&session->references))
        return;
    g_clear_object(&session->stream);
    g_clear_object(&session->connection);
    g_string_free(session->input, TRUE);
    g_string_free(session->output, TRUE);
    g_string_free(session->answer, TRUE);
    g_string_free(session->events, TRUE);
    g_queue_clear_full(&session->floods, pbx_flood_free);
    g_clear_pointer(&session->request, pbx_request_unref);
    g_clear_pointer(&session->waiting, pbx_request_unref);
    g_ptr_array_unref(session->filters);
    g_free(session->challenge);
    g_free(session);
}

static void
clear_source(GSource **source)
{
    if (*source == NULL)
        return;
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

/* What the client sent and nobody read would turn the end into a reset. */
static void
discard_input(PbxManagerSession *session)
{
    int fd = g_socket_get_fd(g_socket_connection_get_socket(session->connection));
    char bytes[4096];

    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
}

static void
set_reset(PbxManagerSession *session)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    int fd = g_socket_get_fd(g_socket_connection_get_socket(session->connection));

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Ends the connection at once, with what could not be sent yet unsent. */
void
pbx_session_close(PbxManagerSession *session, gboolean is_reset)
{
    g_autoptr(PbxManagerSession) keeper = pbx_session_ref(session);

    if (session->is_closed)
        return;
    session->is_closed = TRUE;
    clear_source(&session->input_source);
    clear_source(&session->output_source);
    if (is_reset)
        set_reset(session);
    else
        discard_input(session);
    if (session->output->len == 0 && !is_reset)
        g_io_stream_close(session->stream, NULL, NULL);
    g_io_stream_close(G_IO_STREAM(session->connection), NULL, NULL);
    g_ptr_array_remove(session->manager->sessions, session);
    pbx_manager_update_sessions(session->manager);
}

/* Sending. */
static void
resume_writing(gpointer data)
{
    PbxManagerSession *session = data;

    session->is_paused = FALSE;
    pbx_session_flush(session);
}

/* Between two pieces. */
static void
pause_writing(PbxManagerSession *session, gdouble seconds)
{
    session->is_paused = TRUE;
    pbx_manager_call_later(session->manager, seconds, resume_writing, pbx_session_ref(session),
                           pbx_session_unref);
}

static gboolean
handle_writable(G_GNUC_UNUSED GObject *stream, gpointer data)
{
    g_autoptr(PbxManagerSession) session = pbx_session_ref(data);

    clear_source(&session->output_source);
    pbx_session_flush(session);
    return G_SOURCE_REMOVE;
}

static void
wait_until_writable(PbxManagerSession *session)
{
    GPollableOutputStream *stream =
        G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(session->stream));

    if (session->output_source != NULL)
        return;
    session->output_source = g_pollable_output_stream_create_source(stream, NULL);
    g_source_set_callback(session->output_source, G_SOURCE_FUNC(handle_writable), session, NULL);
    g_source_attach(session->output_source, session->manager->context);
    if (session->blocked_since == 0)
        session->blocked_since = g_get_monotonic_time();
    watch_writing(session);
}

static void
check_writing(gpointer data)
{
    PbxManagerSession *session = data;
    gdouble timeout = session->manager->script->write_timeout;

    session->has_write_timer = FALSE;
    if (session->is_closed || session->blocked_since == 0)
        return;
    if (g_get_monotonic_time() - session->blocked_since >= (gint64) (timeout * G_USEC_PER_SEC))
        pbx_session_close(session, FALSE);
    else
        watch_writing(session);
}

static void
watch_writing(PbxManagerSession *session)
{
    gdouble passed = (gdouble) (g_get_monotonic_time() - session->blocked_since) / G_USEC_PER_SEC;

    if (session->has_write_timer)
        return;
    session->has_write_timer = TRUE;
    pbx_manager_call_later(session->manager,
                           MAX(session->manager->script->write_timeout - passed, 0) + 0.001,
                           check_writing, pbx_session_ref(session), pbx_session_unref);
}

/* Writes a piece; FALSE when the socket takes no more, or the connection is gone. */
static gboolean
write_piece(PbxManagerSession *session)
{
    const PbxManagerScript *script = session->manager->script;
    GPollableOutputStream *stream =
        G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(session->stream));
    gsize left = session->output->len - session->sent;
    gsize size = script->split > 0 ? MIN(script->split, left) : left;
    g_autoptr(GError) error = NULL;
    gssize n = g_pollable_output_stream_write_nonblocking(
        stream, session->output->str + session->sent, size, NULL, &error);

    if (n >= 0) {
        session->sent += (gsize) n;
        session->blocked_since = 0;
        return TRUE;
    }
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        wait_until_writable(session);
    else
        pbx_session_close(session, FALSE);
    return FALSE;
}

static void
forget_sent(PbxManagerSession *session)
{
    if (session->sent < session->output->len && session->sent < session->output->len / 2)
        return;
    g_string_erase(session->output, 0, (gssize) session->sent);
    session->sent = 0;
}

/* Writes as much as the client takes. */
void
pbx_session_flush(PbxManagerSession *session)
{
    g_autoptr(PbxManagerSession) keeper = pbx_session_ref(session);
    const PbxManagerScript *script = session->manager->script;
    gsize budget = WRITE_SIZE;

    pbx_session_flow(session);
    while (!session->is_closed && !session->is_paused && session->sent < session->output->len) {
        gsize sent = session->sent;

        if (!write_piece(session))
            break;
        if (script->split > 0 && script->split_pause > 0)
            pause_writing(session, script->split_pause);
        budget -= MIN(budget, session->sent - sent);
        if (budget == 0) {
            wait_until_writable(session);
            break;
        }
        pbx_session_flow(session);
    }
    if (session->is_closed)
        return;
    forget_sent(session);
    if (session->closes && session->output->len == 0)
        pbx_session_close(session, FALSE);
}

void
pbx_session_send(PbxManagerSession *session, const char *bytes, gsize length)
{
    if (session->is_closed || session->is_mute || session->closes)
        return;
    g_string_append_len(session->output, bytes, (gssize) length);
    pbx_session_flush(session);
}

/* Sends no more, and closes as soon as all is sent. */
void
pbx_session_end(PbxManagerSession *session)
{
    session->closes = TRUE;
    pbx_session_flush(session);
}

/* Events. */
gboolean
pbx_session_wants(const PbxManagerSession *session, guint32 classes)
{
    return session->user != NULL && (session->user->read & session->mask & classes) == classes &&
           session->mask != 0;
}

/* Sends an event to a session that wants it, or keeps it until the action is answered. */
void
pbx_session_send_event(PbxManagerSession *session, guint32 classes, const char *text, gsize length)
{
    if (!pbx_session_wants(session, classes) || !pbx_filters_pass(session->filters, text))
        return;
    if (session->waiting == NULL) {
        pbx_session_send(session, text, length);
        return;
    }
    g_string_append_len(session->events, text, (gssize) length);
    if (session->is_waiting_for_event)
        pbx_session_end_wait(session);
}

static void
send_kept_events(PbxManagerSession *session)
{
    g_autoptr(GString) events = session->events;

    session->events = g_string_new(NULL);
    pbx_session_send(session, events->str, events->len);
}

/* Actions. */

/* The action is answered: sends what it is answered with, and what has waited for that. */
void
pbx_session_finish(PbxManagerSession *session)
{
    g_autoptr(PbxManagerSession) keeper = pbx_session_ref(session);
    g_autoptr(PbxRequest) request = NULL;

    if (session->is_closed)
        return;
    session->is_deferred = FALSE;
    pbx_session_send_answer(session);
    g_string_truncate(session->answer, 0);
    request = g_steal_pointer(&session->waiting);
    if (session->ends) {
        pbx_session_end(session);
        return;
    }
    if (session->has_logged_in) {
        session->has_logged_in = FALSE;
        pbx_manager_record_login(session->manager);
        pbx_session_happen(session, PBX_MOMENT_LOGIN, request);
    }
    pbx_session_happen(session, PBX_MOMENT_ACTION, request);
    send_kept_events(session);
    pbx_session_flush(session);
    process_input(session);
}

static void
answer_now(gpointer data)
{
    PbxManagerSession *session = data;

    if (session->is_closed)
        return;
    session->is_deferred = FALSE;
    pbx_session_answer(session, session->waiting);
    if (!session->is_deferred)
        pbx_session_finish(session);
}

static gboolean
find_delay(PbxManagerSession *session, gdouble *seconds)
{
    GPtrArray *delays = session->manager->script->delays;
    gboolean is_found = FALSE;

    for (guint i = 0; i < delays->len; i++) {
        PbxManagerDelay *delay = g_ptr_array_index(delays, i);

        if (!pbx_manager_match(&delay->match, session->waiting))
            continue;
        *seconds = delay->seconds;
        is_found = TRUE;
    }
    return is_found;
}

static void
refuse_request(PbxManagerSession *session, const char *message)
{
    pbx_answer_error(session, message);
    pbx_session_finish(session);
}

/* An empty line: what came before it is an action. */
static void
handle_request(PbxManagerSession *session)
{
    gboolean is_too_long = session->is_too_long;
    gboolean is_too_much = FALSE;
    gdouble seconds = 0;

    session->waiting =
        session->request != NULL ? g_steal_pointer(&session->request) : pbx_request_new();
    is_too_much = session->waiting->headers->len > PBX_REQUEST_MAXIMUM_HEADERS;
    session->is_too_long = is_too_much && is_too_long;
    if (is_too_much) {
        refuse_request(session, "Too many lines in message or allocation failure");
    } else if (is_too_long) {
        refuse_request(session, "Failed to parse message: line too long");
    } else {
        pbx_manager_record_request(session->manager, session->waiting);
        if (find_delay(session, &seconds)) {
            session->is_deferred = TRUE;
            pbx_manager_call_later(session->manager, seconds, answer_now, pbx_session_ref(session),
                                   pbx_session_unref);
        } else {
            answer_now(session);
        }
    }
}

/* Takes a line out of the input, without its end. One that is too long is thrown away in pieces;
 * the last byte of each is kept, since it may be a CR. */
static char *
take_line(PbxManagerSession *session)
{
    for (;;) {
        const char *start = session->input->str + session->taken;
        gsize left = session->input->len - session->taken;
        const char *end = memchr(start, '\n', MIN(left, PBX_REQUEST_MAXIMUM_LINE));
        gsize length = end != NULL ? (gsize) (end - start) : 0;

        if (end != NULL) {
            session->taken += length + 1;
            return g_strndup(start, length > 0 && end[-1] == '\r' ? length - 1 : length);
        }
        if (left < PBX_REQUEST_MAXIMUM_LINE)
            return NULL;
        session->taken += PBX_REQUEST_MAXIMUM_LINE - 1;
        session->is_too_long = TRUE;
    }
}

static void
handle_line(PbxManagerSession *session, const char *line)
{
    if (*line == '\0') {
        handle_request(session);
        return;
    }
    if (session->request == NULL)
        session->request = pbx_request_new();
    if (session->request->headers->len <= PBX_REQUEST_MAXIMUM_HEADERS)
        pbx_request_add_line(session->request, line);
}

static void
process_input(PbxManagerSession *session)
{
    if (session->is_processing)
        return;
    session->is_processing = TRUE;
    while (!session->is_closed && !session->closes && session->waiting == NULL) {
        g_autofree char *line = take_line(session);

        if (line == NULL)
            break;
        handle_line(session, line);
    }
    g_string_erase(session->input, 0, (gssize) session->taken);
    session->taken = 0;
    session->is_processing = FALSE;
}

static gboolean
handle_readable(GObject *stream, gpointer data)
{
    g_autoptr(PbxManagerSession) session = pbx_session_ref(data);
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_malloc(READ_SIZE);
    gssize n = g_pollable_input_stream_read_nonblocking(G_POLLABLE_INPUT_STREAM(stream), bytes,
                                                        READ_SIZE, NULL, &error);

    if (n > 0) {
        g_string_append_len(session->input, bytes, n);
        pbx_manager_record_bytes(session->manager, bytes, (gsize) n);
        if (session->is_waiting_for_event)
            pbx_session_end_wait(session);
        process_input(session);
    } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        pbx_session_close(session, FALSE);
    }
    return G_SOURCE_CONTINUE;
}

static void
end_without_login(gpointer data)
{
    PbxManagerSession *session = data;

    if (session->user == NULL)
        pbx_session_close(session, FALSE);
}

static guint
count_without_login(const PbxManager *manager)
{
    guint n = 0;

    for (guint i = 0; i < manager->sessions->len; i++) {
        const PbxManagerSession *session = g_ptr_array_index(manager->sessions, i);

        n += session->user == NULL;
    }
    return n;
}

static GIOStream *
make_stream(PbxManager *manager, GSocketConnection *connection)
{
    GIOStream *stream = NULL;

    if (manager->script->certificate == NULL)
        return g_object_ref(G_IO_STREAM(connection));
    stream =
        g_tls_server_connection_new(G_IO_STREAM(connection), manager->script->certificate, NULL);
    if (stream != NULL)
        g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(stream), FALSE);
    return stream;
}

/* Greets a client that has connected, and listens to it. */
void
pbx_session_accept(PbxManager *manager, GSocketConnection *connection)
{
    g_autoptr(PbxManagerSession) session = NULL;
    GSocket *socket = g_socket_connection_get_socket(connection);
    GIOStream *stream = NULL;
    guint64 limit = manager->script->limit;

    if (limit == 0 || count_without_login(manager) < limit)
        stream = make_stream(manager, connection);
    if (stream == NULL) {
        g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
        return;
    }
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    session = session_new(manager, connection);
    session->stream = stream;
    g_ptr_array_add(manager->sessions, pbx_session_ref(session));
    pbx_manager_update_sessions(manager);
    session->input_source = g_pollable_input_stream_create_source(
        G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream)), NULL);
    g_source_set_callback(session->input_source, G_SOURCE_FUNC(handle_readable), session, NULL);
    g_source_attach(session->input_source, manager->context);
    pbx_manager_call_later(manager, manager->script->login_timeout, end_without_login,
                           pbx_session_ref(session), pbx_session_unref);
    pbx_session_send_greeting(session);
}
