/* client.c - one connection to the manager interface of an Asterisk: the object, and how it stands.
 *
 * client-private.h says which file has the rest. */

#include <config.h>

#include "ami/client-private.h"

G_DEFINE_FINAL_TYPE(AmiClient, ami_client, G_TYPE_OBJECT)

static const char *const state_names[] = {
    [AMI_STATE_STOPPED] = "stopped",   [AMI_STATE_CONNECTING] = "connecting",
    [AMI_STATE_GREETING] = "greeting", [AMI_STATE_LOGIN] = "login",
    [AMI_STATE_READY] = "ready",       [AMI_STATE_WAITING] = "waiting",
};

/**
 * ami_state_get_name:
 * @state: a state
 *
 * Any thread.
 *
 * Returns: (transfer none): the state in one word, such as `ready`
 * Since: 0.2
 */
const char *
ami_state_get_name(AmiState state)
{
    g_return_val_if_fail((gsize) state < G_N_ELEMENTS(state_names), "unknown");

    return state_names[state];
}

/* --- The object --- */

static void
set_id_prefix(AmiClient *client)
{
    g_snprintf(client->id_prefix, sizeof client->id_prefix, "c-%08x-", g_random_int());
}

static void
ami_client_init(AmiClient *client)
{
    client->home = g_main_context_ref_thread_default();
    ami_settings_init(&client->settings);
    g_mutex_init(&client->lock);
    client->waits = g_ptr_array_new();
    client->ready_waits = g_ptr_array_new_with_free_func((GDestroyNotify) ami_wait_unref);
    client->pending = g_hash_table_new(g_str_hash, g_str_equal);
    client->deadlines = g_sequence_new(NULL);
    client->subscriptions = ami_subscriptions_new();
    client->counters.latency = -1;
    set_id_prefix(client);
    ami_clock_start(client);
    ami_inbox_start(client);
}

/* Nobody holds a reference any more, and so nothing of it runs in the home or can begin to. */
static void
ami_client_dispose(GObject *object)
{
    AmiClient *client = AMI_CLIENT(object);

    if (client->clock != NULL) {
        ami_client_end(client);
        ami_clock_stop(client);
        ami_inbox_stop(client);
        g_clear_pointer(&client->subscriptions, ami_subscriptions_free);
    }
    G_OBJECT_CLASS(ami_client_parent_class)->dispose(object);
}

static void
ami_client_finalize(GObject *object)
{
    AmiClient *client = AMI_CLIENT(object);

    ami_settings_clear(&client->settings);
    g_sequence_free(client->deadlines);
    g_hash_table_unref(client->pending);
    g_ptr_array_unref(client->waits);
    g_ptr_array_unref(client->ready_waits);
    g_clear_error(&client->last_error);
    g_free(client->version);
    g_mutex_clear(&client->lock);
    g_main_context_unref(client->home);
    G_OBJECT_CLASS(ami_client_parent_class)->finalize(object);
}

static void
ami_client_class_init(AmiClientClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = ami_client_dispose;
    object_class->finalize = ami_client_finalize;

    /**
     * AmiClient::state-changed:
     * @client: the client
     * @state: the new #AmiState
     *
     * The client has come from one state to another. Emitted in its main context.
     *
     * Since: 0.2
     */
    g_signal_new("state-changed", AMI_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 1, G_TYPE_INT);
}

/**
 * ami_client_new:
 * @host: name or address of the Asterisk
 * @port: its port, such as %AMI_DEFAULT_PORT
 *
 * Makes a client. Its work is done in the main context that is this thread's default now. Set it
 * up, then start it.
 *
 * |[<!-- language="C" -->
 * g_autoptr(AmiClient) client = ami_client_new("pbx.example.org", AMI_DEFAULT_PORT);
 *
 * ami_client_set_user(client, "capella");
 * ami_client_set_secret_file(client, "/etc/capella/secret");
 * if (!ami_client_connect(client, NULL, &error))
 *     return FALSE;
 * reply = ami_action(client, &error, "Hangup", "Channel", channel, NULL);
 * ]|
 *
 * It stops when the last reference is dropped; actions on their way, sent asynchronously, hold one.
 *
 * Returns: (transfer full): the client; unref it with g_object_unref()
 * Since: 0.2
 */
AmiClient *
ami_client_new(const char *host, guint16 port)
{
    AmiClient *client;

    g_return_val_if_fail(host != NULL && *host != '\0' && port > 0, NULL);

    client = g_object_new(AMI_TYPE_CLIENT, NULL);
    client->settings.host = g_strdup(host);
    client->settings.port = port;
    client->settings.name = g_strdup(host);
    return client;
}

/**
 * ami_client_new_for_stream:
 * @stream: a connected stream, whose two halves can be polled, as those of sockets and of TLS
 *
 * Makes a client that speaks over a stream that somebody else has opened. It takes the stream over,
 * and when that ends it is stopped: it cannot reconnect.
 *
 * Returns: (transfer full): the client; unref it with g_object_unref()
 * Since: 0.2
 */
AmiClient *
ami_client_new_for_stream(GIOStream *stream)
{
    AmiClient *client;

    g_return_val_if_fail(G_IS_IO_STREAM(stream), NULL);

    client = g_object_new(AMI_TYPE_CLIENT, NULL);
    client->settings.stream = g_object_ref(stream);
    client->settings.host = g_strdup("");
    client->settings.name = g_strdup("stream");
    return client;
}

gpointer
ami_client_new_weak(AmiClient *client)
{
    GWeakRef *weak = g_new0(GWeakRef, 1);

    g_weak_ref_init(weak, client);
    return weak;
}

AmiClient *
ami_client_get_weak(gpointer weak)
{
    return g_weak_ref_get(weak);
}

void
ami_client_free_weak(gpointer weak)
{
    g_weak_ref_clear(weak);
    g_free(weak);
}

/* --- How it stands --- */

/* With the lock. */
static GError *
new_stopped_error(const AmiClient *client)
{
    if (client->last_error != NULL)
        return g_error_copy(client->last_error);
    return g_error_new(AMI_ERROR, AMI_ERROR_NOT_CONNECTED, "%s: the client is not started",
                       client->settings.name);
}

GError *
ami_client_new_unready_error(AmiClient *client, const char *action)
{
    AmiState state = ami_client_get_state(client);
    g_autoptr(GError) last_error = ami_client_dup_last_error(client);

    if (last_error == NULL)
        return g_error_new(AMI_ERROR, AMI_ERROR_NOT_CONNECTED,
                           "%s: nothing was sent: %s is not logged in, but %s", action,
                           client->settings.name, ami_state_get_name(state));
    return g_error_new(AMI_ERROR, AMI_ERROR_NOT_CONNECTED, "%s: nothing was sent: %s", action,
                       last_error->message);
}

/* With the lock: what threads wait for in ami_client_wait_ready() has come, or will not. */
static void
end_ready_waits(AmiClient *client, AmiState state)
{
    for (guint i = 0; i < client->ready_waits->len; i++)
        ami_wait_end(g_ptr_array_index(client->ready_waits, i), NULL,
                     state == AMI_STATE_STOPPED ? new_stopped_error(client) : NULL);
    g_ptr_array_set_size(client->ready_waits, 0);
}

void
ami_client_set_state_silently(AmiClient *client, AmiState state)
{
    g_mutex_lock(&client->lock);
    atomic_store(&client->state, (int) state);
    if (state == AMI_STATE_READY || state == AMI_STATE_STOPPED)
        end_ready_waits(client, state);
    g_mutex_unlock(&client->lock);
}

void
ami_client_set_state(AmiClient *client, AmiState state)
{
    if (atomic_load(&client->state) == (int) state)
        return;
    ami_client_set_state_silently(client, state);
    g_debug("%s: %s", client->settings.name, ami_state_get_name(state));
    g_signal_emit_by_name(client, "state-changed", (int) state);
}

static void
forget_ready_wait(AmiClient *client, AmiWait *wait)
{
    g_mutex_lock(&client->lock);
    g_ptr_array_remove_fast(client->ready_waits, wait);
    g_mutex_unlock(&client->lock);
}

/**
 * ami_client_wait_ready:
 * @client: a client that was started
 * @timeout: how long to wait, in seconds; negative waits for ever, 0 not at all
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Waits until the client is logged in. Blocks, and runs the client's main context where nobody else
 * does; not to be called from a callback in that context. Any other thread.
 *
 * Returns: %TRUE if it is; %FALSE with @error set to %AMI_ERROR_TIMEOUT, to %AMI_ERROR_CANCELLED,
 * to %AMI_ERROR_INVALID_ARGUMENT in the client's main context; for a client that was not started,
 *   has given up or was stopped, to %AMI_ERROR_NOT_CONNECTED or why it gave up
 * Since: 0.2
 */
gboolean
ami_client_wait_ready(AmiClient *client, gdouble timeout, GCancellable *cancellable, GError **error)
{
    g_autoptr(AmiClient) kept = NULL;
    g_autoptr(AmiWait) wait = NULL;
    g_autoptr(GError) last_error = NULL;
    gint64 until = timeout < 0 ? 0 : MAX(ami_clock_after(timeout), 1);
    AmiState state;

    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);

    kept = g_object_ref(client);
    wait = ami_wait_new();
    g_mutex_lock(&client->lock);
    state = ami_client_get_state(client);
    if (state == AMI_STATE_READY || state == AMI_STATE_STOPPED)
        ami_wait_end(wait, NULL, state == AMI_STATE_STOPPED ? new_stopped_error(client) : NULL);
    else
        g_ptr_array_add(client->ready_waits, ami_wait_ref(wait));
    g_mutex_unlock(&client->lock);
    if (state != AMI_STATE_READY && state != AMI_STATE_STOPPED &&
        !ami_wait_is_possible(client, "the signal state-changed", error))
        return FALSE;
    if (ami_wait_run(wait, client, until, cancellable, NULL, &last_error))
        return TRUE;
    forget_ready_wait(client, wait);
    g_propagate_prefixed_error(error, g_steal_pointer(&last_error),
                               "waiting for %s: ", client->settings.name);
    return FALSE;
}

void
ami_client_set_last_error(AmiClient *client, const GError *error)
{
    g_mutex_lock(&client->lock);
    g_clear_error(&client->last_error);
    if (error != NULL)
        client->last_error = g_error_copy(error);
    g_mutex_unlock(&client->lock);
}

void
ami_client_set_version(AmiClient *client, const char *version)
{
    g_mutex_lock(&client->lock);
    g_free(client->version);
    client->version = g_strdup(version);
    g_mutex_unlock(&client->lock);
}

/**
 * ami_client_get_state:
 * @client: a client
 *
 * Any thread.
 *
 * Returns: where it stands
 * Since: 0.2
 */
AmiState
ami_client_get_state(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), AMI_STATE_STOPPED);

    return (AmiState) atomic_load(&client->state);
}

/**
 * ami_client_get_name:
 * @client: a client
 *
 * Any thread.
 *
 * Returns: (transfer none): its name, which is the host where none was set
 * Since: 0.2
 */
const char *
ami_client_get_name(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    return client->settings.name;
}

/**
 * ami_client_get_host:
 * @client: a client
 *
 * Any thread.
 *
 * Returns: (transfer none): the host it was made for; empty for one on a stream
 * Since: 0.2
 */
const char *
ami_client_get_host(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    return client->settings.host;
}

/**
 * ami_client_get_port:
 * @client: a client
 *
 * Any thread.
 *
 * Returns: the port it was made for; 0 for one on a stream
 * Since: 0.2
 */
guint16
ami_client_get_port(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), 0);

    return client->settings.port;
}

/**
 * ami_client_dup_version:
 * @client: a client
 *
 * The version of the manager interface, not of Asterisk: 11.0.0 is what an Asterisk 22 speaks. Any
 * thread.
 *
 * Returns: (transfer full) (nullable): the version that Asterisk greeted with last; %NULL when none
 *   has yet
 * Since: 0.2
 */
char *
ami_client_dup_version(AmiClient *client)
{
    char *version;

    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    g_mutex_lock(&client->lock);
    version = g_strdup(client->version);
    g_mutex_unlock(&client->lock);
    return version;
}

/**
 * ami_client_is_fully_booted:
 * @client: a client
 *
 * Whether Asterisk has said that it is ready for calls: event `FullyBooted`, which follows the
 * login. An event mask without the class `system` keeps it away. Any thread.
 *
 * Returns: %TRUE from that event on until the connection ends
 * Since: 0.2
 */
gboolean
ami_client_is_fully_booted(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);

    return atomic_load(&client->is_fully_booted);
}

/**
 * ami_client_dup_last_error:
 * @client: a client
 *
 * Why the last connection, or attempt at one, failed. Any thread.
 *
 * Returns: (transfer full) (nullable): the error; %NULL when there was none since the last login
 * Since: 0.2
 */
GError *
ami_client_dup_last_error(AmiClient *client)
{
    GError *error;

    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    g_mutex_lock(&client->lock);
    error = client->last_error != NULL ? g_error_copy(client->last_error) : NULL;
    g_mutex_unlock(&client->lock);
    return error;
}

/**
 * ami_client_get_statistics:
 * @client: a client
 * @statistics: (out caller-allocates): what it has done
 *
 * The numbers are those of about this moment, each by itself. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_get_statistics(AmiClient *client, AmiStatistics *statistics)
{
    gint64 latency;

    g_return_if_fail(AMI_IS_CLIENT(client) && statistics != NULL);

    statistics->logins = client->counters.logins;
    statistics->actions = client->counters.actions;
    statistics->responses = client->counters.responses;
    statistics->unexpected = client->counters.unexpected;
    statistics->events = client->counters.events;
    statistics->dropped = client->counters.dropped;
    statistics->timeouts = client->counters.timeouts;
    statistics->pending = client->counters.pending;
    latency = client->counters.latency;
    statistics->latency = latency < 0 ? -1 : (gdouble) latency / G_USEC_PER_SEC;
}
