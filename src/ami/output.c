/* output.c - what is on its way to Asterisk: one queue of a limited length. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

/* What may wait while Asterisk does not read. */
#define LARGEST_OUTPUT (4 * 1024 * 1024)

/* What was sent may have been a secret. */
static void
forget_sent(AmiConnection *connection, gsize length)
{
    GString *output = connection->output;

    explicit_bzero(output->str + connection->sent, length);
    connection->sent += length;
    if (connection->sent == output->len) {
        g_string_truncate(output, 0);
        connection->sent = 0;
    } else if (connection->sent > output->len / 2) {
        g_string_erase(output, 0, (gssize) connection->sent);
        connection->sent = 0;
    }
}

/* Whether the stream has taken something. */
static gboolean
write_some(AmiConnection *connection)
{
    GOutputStream *stream = g_io_stream_get_output_stream(connection->stream);
    gsize length = connection->output->len - connection->sent;
    g_autoptr(GError) error = NULL;
    gssize written;

    if (connection->tried > 0)
        length = connection->tried;
    written = g_pollable_output_stream_write_nonblocking(G_POLLABLE_OUTPUT_STREAM(stream),
                                                         connection->output->str + connection->sent,
                                                         length, NULL, &error);
    connection->tried = 0;
    if (written >= 0)
        forget_sent(connection, (gsize) written);
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        connection->tried = length;
    else
        connection->broken = g_steal_pointer(&error);
    return written > 0;
}

static gboolean write_more(GObject *stream, gpointer data);

static void
attach_writer(AmiClient *client, AmiConnection *connection)
{
    GOutputStream *stream = g_io_stream_get_output_stream(connection->stream);

    connection->writer =
        g_pollable_output_stream_create_source(G_POLLABLE_OUTPUT_STREAM(stream), NULL);
    g_source_set_callback(connection->writer, G_SOURCE_FUNC(write_more),
                          ami_client_new_weak(client), ami_client_free_weak);
    g_source_attach(connection->writer, client->home);
}

static void
detach_writer(AmiConnection *connection)
{
    if (connection->writer == NULL)
        return;
    g_source_destroy(connection->writer);
    g_clear_pointer(&connection->writer, g_source_unref);
}

/* Sends as much as goes. A connection that turns out to be broken is dropped at the clock's next
 * turn, and not in the middle of whatever sends. */
static void
flush(AmiClient *client, AmiConnection *connection)
{
    gboolean has_progress = FALSE;

    while (connection->broken == NULL && connection->output->len > 0 && write_some(connection))
        has_progress = TRUE;
    if (connection->broken != NULL) {
        detach_writer(connection);
        ami_clock_set(client, AMI_TIMER_OUTPUT, g_get_monotonic_time());
    } else if (connection->output->len == 0) {
        detach_writer(connection);
        ami_clock_set(client, AMI_TIMER_OUTPUT, 0);
    } else {
        if (has_progress || connection->writer == NULL)
            ami_clock_set_after(client, AMI_TIMER_OUTPUT, client->settings.keep_alive_patience);
        if (connection->writer == NULL)
            attach_writer(client, connection);
    }
}

static gboolean
write_more(G_GNUC_UNUSED GObject *stream, gpointer data)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(data);

    if (client == NULL || client->connection == NULL)
        return G_SOURCE_REMOVE;
    flush(client, client->connection);
    return G_SOURCE_CONTINUE;
}

static void
trace(AmiClient *client, const AmiAction *action, const char *id)
{
    g_autofree char *text = ami_action_to_string(action);

    g_debug("%s: sent as %s\n%s", client->settings.name, id, text);
}

gboolean
ami_output_send(AmiClient *client, const AmiAction *action, const char *id, GError **error)
{
    AmiConnection *connection = client->connection;

    if (connection->output->len - connection->sent > LARGEST_OUTPUT) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED,
                    "%s: nothing was sent: Asterisk does not read, and %d MiB wait for it already",
                    ami_action_get_name(action), LARGEST_OUTPUT / 1024 / 1024);
        return FALSE;
    }
    ami_action_append_to(action, id, connection->output);
    if (connection->is_traced)
        trace(client, action, id);
    if (connection->writer == NULL && connection->broken == NULL)
        flush(client, connection);
    return TRUE;
}

void
ami_output_due(AmiClient *client)
{
    AmiConnection *connection = client->connection;
    g_autoptr(GError) error = NULL;

    if (connection == NULL)
        return;
    if (connection->broken != NULL)
        error = g_error_new(AMI_ERROR, AMI_ERROR_DISCONNECTED, "%s: the connection broke: %s",
                            client->settings.name, connection->broken->message);
    else
        error = g_error_new(AMI_ERROR, AMI_ERROR_DISCONNECTED,
                            "%s: Asterisk has not read what was sent for %g seconds",
                            client->settings.name, client->settings.keep_alive_patience);
    ami_client_lose(client, error);
}
