/* connect.c - one attempt to come from an address to a connection. */

#include <config.h>

#include "ami/client-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/socket.h>

/* What GIO does for us carries this: it may end after the client, or after we gave the attempt up.
 */
typedef struct {
    gpointer client; /* weak */
    GCancellable *attempt;
} Attempt;

static Attempt *
attempt_new(AmiClient *client)
{
    Attempt *attempt = g_new0(Attempt, 1);

    attempt->client = ami_client_new_weak(client);
    attempt->attempt = g_object_ref(client->attempt);
    return attempt;
}

/* The client, if it still is about this attempt. Frees @attempt. */
static AmiClient *
attempt_end(Attempt *attempt)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(attempt->client);
    gboolean is_ours = client != NULL && client->attempt == attempt->attempt;

    ami_client_free_weak(attempt->client);
    g_object_unref(attempt->attempt);
    g_free(attempt);
    return is_ours ? g_steal_pointer(&client) : NULL;
}

static void G_GNUC_PRINTF(3, 4) fail(AmiClient *client, AmiError code, const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    va_list arguments;

    va_start(arguments, format);
    error = g_error_new_valist(AMI_ERROR, (int) code, format, arguments);
    va_end(arguments);
    g_prefix_error(&error, "%s: ", client->settings.name);
    ami_client_lose(client, error);
}

/* --- Connected --- */

static void
take_stream(AmiClient *client, GIOStream *stream)
{
    g_autoptr(GError) error = NULL;

    g_clear_object(&client->attempt);
    client->connection = ami_connection_new(client, stream, &error);
    if (client->connection == NULL) {
        ami_client_lose(client, error);
        return;
    }
    ami_clock_set_after(client, AMI_TIMER_STEP, client->settings.greeting_timeout);
    ami_client_set_state(client, AMI_STATE_GREETING);
}

static void
on_tls(gpointer data, GIOStream *stream, const GError *error)
{
    g_autoptr(AmiClient) client = attempt_end(data);

    if (client == NULL)
        return;
    if (error != NULL)
        ami_client_lose(client, error);
    else
        take_stream(client, stream);
}

/* Actions are small, and each waits for its answer; the system finds a dead peer in its own time,
 * even where no Ping is sent. */
static void
tune_socket(GSocketConnection *connection)
{
    GSocket *socket = g_socket_connection_get_socket(connection);

    g_socket_set_keepalive(socket, TRUE);
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static void
begin_tls(AmiClient *client, GIOStream *stream)
{
    g_autoptr(GError) error = NULL;
    Attempt *attempt = attempt_new(client);
    gboolean has_begun;

    g_main_context_push_thread_default(client->home);
    has_begun = ami_tls_begin(&client->settings, stream, client->attempt, on_tls, attempt, &error);
    g_main_context_pop_thread_default(client->home);
    if (has_begun)
        return;
    g_object_unref(attempt_end(attempt));
    ami_client_lose(client, error);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(AmiClient) client = attempt_end(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);

    if (client == NULL)
        return;
    if (connection == NULL) {
        fail(client, AMI_ERROR_CONNECT,
             "cannot connect to %s, port %u: %s: is Asterisk running there, and its manager "
             "enabled (manager.conf)?",
             client->settings.host, client->settings.port, error->message);
        return;
    }
    tune_socket(connection);
    if (client->settings.has_tls)
        begin_tls(client, G_IO_STREAM(connection));
    else
        take_stream(client, G_IO_STREAM(connection));
}

/* --- Beginning and giving up --- */

static void
connect_to_host(AmiClient *client)
{
    g_autoptr(GSocketClient) socket_client = g_socket_client_new();
    g_autoptr(GSocketConnectable) address =
        g_network_address_new(client->settings.host, client->settings.port);

    g_socket_client_set_enable_proxy(socket_client, FALSE);
    g_main_context_push_thread_default(client->home);
    g_socket_client_connect_async(socket_client, address, client->attempt, on_connected,
                                  attempt_new(client));
    g_main_context_pop_thread_default(client->home);
}

void
ami_connect_begin(AmiClient *client)
{
    g_autoptr(GIOStream) stream = g_steal_pointer(&client->settings.stream);
    g_autoptr(GCancellable) attempt = g_cancellable_new();

    client->attempt = g_object_ref(attempt);
    ami_clock_set_after(client, AMI_TIMER_STEP, client->settings.connect_timeout);
    ami_client_set_state(client, AMI_STATE_CONNECTING);
    if (client->attempt != attempt)
        return;
    if (stream == NULL && client->settings.host[0] == '\0')
        fail(client, AMI_ERROR_CONNECT, "the stream that it was made for has been used");
    else if (stream == NULL)
        connect_to_host(client);
    else if (client->settings.has_tls)
        begin_tls(client, stream);
    else
        take_stream(client, stream);
}

void
ami_connect_abandon(AmiClient *client)
{
    if (client->attempt != NULL)
        g_cancellable_cancel(client->attempt);
    g_clear_object(&client->attempt);
}

void
ami_connect_due(AmiClient *client)
{
    const AmiSettings *settings = &client->settings;

    switch (ami_client_get_state(client)) {
    case AMI_STATE_CONNECTING:
        fail(client, AMI_ERROR_CONNECT,
             "no connection to %s, port %u, within %g seconds: is it the right address, and does a "
             "firewall let us through?",
             settings->host, settings->port, settings->connect_timeout);
        break;
    case AMI_STATE_GREETING:
        fail(client, AMI_ERROR_GREETING,
             "no greeting within %g seconds: is it the port of Asterisk's manager interface, and "
             "%s?",
             settings->greeting_timeout, settings->has_tls ? "does it speak TLS" : "without TLS");
        break;
    case AMI_STATE_LOGIN:
        fail(client, AMI_ERROR_LOGIN, "no answer to the login within %g seconds",
             settings->login_timeout);
        break;
    case AMI_STATE_STOPPED:
    case AMI_STATE_READY:
    case AMI_STATE_WAITING:
        break;
    }
}
