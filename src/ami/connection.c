/* connection.c - one connected stream, and what is read from it. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

/* What is read at once. A turn of the main loop costs as much as thirty events, so it should bring
 * some hundreds; and it has other things to do as well, so not many more. */
#define CHUNK (256 * 1024)

/* A greeting is short, and who sends more in one line is no Asterisk. */
#define LONGEST_GREETING 1024

/* Enough for a login, so that the output does not move while a secret is in it. */
#define OUTPUT_SIZE (8 * 1024)

/* --- Losing it --- */

/* What it means that the stream has ended, which depends on how far we had come. */
static GError *
new_end_error(AmiClient *client)
{
    const char *name = client->settings.name;

    switch (ami_client_get_state(client)) {
    case AMI_STATE_GREETING:
        return g_error_new(AMI_ERROR, AMI_ERROR_GREETING,
                           "%s: the connection was closed before a greeting: Asterisk does so when "
                           "too many are about to log in (authlimit in manager.conf)%s",
                           name,
                           client->settings.has_tls
                               ? ", and others when they want another certificate of ours"
                               : "");
    case AMI_STATE_LOGIN:
        return g_error_new(AMI_ERROR, AMI_ERROR_LOGIN,
                           "%s: the connection was closed during the login", name);
    case AMI_STATE_STOPPED:
    case AMI_STATE_CONNECTING:
    case AMI_STATE_READY:
    case AMI_STATE_WAITING:
        break;
    }
    if (client->is_shutdown_expected)
        return g_error_new(AMI_ERROR, AMI_ERROR_DISCONNECTED,
                           "%s: Asterisk was shut down, as it had announced", name);
    return g_error_new(AMI_ERROR, AMI_ERROR_DISCONNECTED, "%s: Asterisk has closed the connection",
                       name);
}

/* A server that wants a certificate of the client says so when the handshake is over for us. */
static GError *
new_read_error(AmiClient *client, const GError *error)
{
    AmiState state = ami_client_get_state(client);
    AmiError code = AMI_ERROR_DISCONNECTED;

    if (state == AMI_STATE_GREETING)
        code = client->settings.has_tls ? AMI_ERROR_TLS : AMI_ERROR_GREETING;
    else if (state == AMI_STATE_LOGIN)
        code = AMI_ERROR_LOGIN;
    return g_error_new(AMI_ERROR, (int) code, "%s: the connection broke: %s", client->settings.name,
                       error->message);
}

static GError *
new_malformed_error(AmiClient *client, const GError *error)
{
    gboolean is_greeting = ami_client_get_state(client) == AMI_STATE_GREETING;

    return g_error_new(AMI_ERROR, is_greeting ? AMI_ERROR_GREETING : AMI_ERROR_MALFORMED,
                       "%s: what came is no manager interface's: %s", client->settings.name,
                       error->message);
}

/* --- Reading --- */

static gboolean
contains(const char *text, gsize length, const char *part)
{
    return memmem(text, length, part, strlen(part)) != NULL;
}

/* Whether a message has to be looked into. An event that nobody wants and that cannot be part of an
 * answer to us is not: most events of a busy Asterisk. A part of an answer has our ActionID, or, in
 * answers where Asterisk forgets it, no privilege as other events have. */
static gboolean
is_needed(AmiClient *client, const AmiSlice *slice)
{
    const char *text;
    gsize length;

    if (slice->event == NULL || ami_events_are_wanted(client, slice->event, slice->event_length))
        return TRUE;
    if (client->pending_order.length == 0)
        return FALSE;
    text = ami_slice_get_text(slice, &length);
    return contains(text, length, client->id_prefix) || !contains(text, length, "Privilege: ");
}

static void
trace(AmiClient *client, const AmiMessage *message)
{
    g_autofree char *text = ami_message_to_string(message);

    g_debug("%s: received\n%s", client->settings.name, text);
}

static void
take_slice(AmiClient *client, AmiConnection *connection, const AmiSlice *slice)
{
    g_autoptr(AmiMessage) message = NULL;

    if (!is_needed(client, slice)) {
        client->counters.events++;
        return;
    }
    message = ami_slice_to_message(slice);
    if (connection->is_traced)
        trace(client, message);
    ami_answer_take(client, message);
}

static void
take_greeting(AmiClient *client, AmiConnection *connection, GError **error)
{
    static const AmiLimits limits = AMI_DEFAULT_LIMITS;
    g_autofree char *line = ami_parser_next_line(connection->parser, error);

    if (line == NULL)
        return;
    ami_parser_set_limits(connection->parser, &limits);
    ami_login_take_greeting(client, line);
}

/* Takes what is whole. Each message may end the connection. */
static void
parse(AmiClient *client, AmiConnection *connection)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) malformed = NULL;
    AmiSlice slice;

    if (ami_client_get_state(client) == AMI_STATE_GREETING) {
        take_greeting(client, connection, &error);
        if (error == NULL && ami_client_get_state(client) == AMI_STATE_GREETING)
            return;
    }
    while (error == NULL && client->connection == connection &&
           ami_parser_next(connection->parser, &slice, &error))
        take_slice(client, connection, &slice);
    if (error == NULL || client->connection != connection)
        return;
    malformed = new_malformed_error(client, error);
    ami_client_lose(client, malformed);
}

/* %FALSE: it has ended. */
static gboolean
receive(AmiClient *client, AmiConnection *connection, GPollableInputStream *input)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) problem = NULL;
    gsize size;
    char *room = ami_parser_get_room(connection->parser, &size);
    gssize length =
        g_pollable_input_stream_read_nonblocking(input, room, MIN(size, CHUNK), NULL, &error);

    if (length > 0) {
        client->keep_alive.received = g_get_monotonic_time();
        ami_parser_filled(connection->parser, (gsize) length);
        return TRUE;
    }
    if (length < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return TRUE;
    problem = length == 0 ? new_end_error(client) : new_read_error(client, error);
    ami_client_lose(client, problem);
    return FALSE;
}

static gboolean
read_some(GObject *input, gpointer data)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(data);
    g_autoptr(AmiConnection) connection = NULL;

    if (client == NULL || client->connection == NULL)
        return G_SOURCE_REMOVE;
    connection = ami_connection_ref(client->connection);
    if (receive(client, connection, G_POLLABLE_INPUT_STREAM(input)))
        parse(client, connection);
    return G_SOURCE_CONTINUE;
}

gboolean
ami_connection_is_readable(AmiConnection *connection)
{
    GInputStream *input = g_io_stream_get_input_stream(connection->stream);

    return g_pollable_input_stream_is_readable(G_POLLABLE_INPUT_STREAM(input));
}

/* --- Beginning and end --- */

static gboolean
can_be_polled(GIOStream *stream)
{
    GInputStream *input = g_io_stream_get_input_stream(stream);
    GOutputStream *output = g_io_stream_get_output_stream(stream);

    return G_IS_POLLABLE_INPUT_STREAM(input) && G_IS_POLLABLE_OUTPUT_STREAM(output) &&
           g_pollable_input_stream_can_poll(G_POLLABLE_INPUT_STREAM(input)) &&
           g_pollable_output_stream_can_poll(G_POLLABLE_OUTPUT_STREAM(output));
}

static void
attach_reader(AmiClient *client, AmiConnection *connection)
{
    GInputStream *input = g_io_stream_get_input_stream(connection->stream);

    connection->reader =
        g_pollable_input_stream_create_source(G_POLLABLE_INPUT_STREAM(input), NULL);
    g_source_set_callback(connection->reader, G_SOURCE_FUNC(read_some), ami_client_new_weak(client),
                          ami_client_free_weak);
    g_source_attach(connection->reader, client->home);
}

AmiConnection *
ami_connection_new(AmiClient *client, GIOStream *stream, GError **error)
{
    const AmiLimits limits = {LONGEST_GREETING, LONGEST_GREETING, 1};
    AmiConnection *connection;

    if (!can_be_polled(stream)) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_CONNECT, "%s: the stream cannot be polled",
                    client->settings.name);
        return NULL;
    }
    connection = g_new0(AmiConnection, 1);
    connection->references = 1;
    connection->stream = g_object_ref(stream);
    connection->parser = ami_parser_new();
    ami_parser_set_limits(connection->parser, &limits);
    connection->output = g_string_sized_new(OUTPUT_SIZE);
    connection->is_traced = !g_log_writer_default_would_drop(G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN);
    attach_reader(client, connection);
    return connection;
}

AmiConnection *
ami_connection_ref(AmiConnection *connection)
{
    connection->references++;
    return connection;
}

static void
drop_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

void
ami_connection_close(AmiConnection *connection)
{
    drop_source(&connection->reader);
    drop_source(&connection->writer);
    g_io_stream_close_async(connection->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

void
ami_connection_unref(AmiConnection *connection)
{
    if (--connection->references > 0)
        return;
    explicit_bzero(connection->output->str, connection->output->allocated_len);
    g_string_free(connection->output, TRUE);
    ami_parser_free(connection->parser);
    g_clear_error(&connection->broken);
    g_object_unref(connection->stream);
    g_free(connection);
}
