/* reconnect.c - beginning and ending, and what follows when a connection or an attempt is lost. */

#include <config.h>

#include "ami/client-private.h"

/* --- Ends of things --- */

/* Tells whoever called ami_client_connect(). */
static void
end_connect(AmiClient *client, const GError *error)
{
    AmiDoneFunc done = g_steal_pointer(&client->connect_done);

    if (done != NULL)
        done(g_steal_pointer(&client->connect_data), error);
}

static void
drop(AmiClient *client)
{
    g_autoptr(AmiConnection) connection = g_steal_pointer(&client->connection);

    ami_connect_abandon(client);
    ami_clock_set(client, AMI_TIMER_STEP, 0);
    ami_clock_set(client, AMI_TIMER_RECONNECT, 0);
    ami_clock_set(client, AMI_TIMER_KEEP_ALIVE, 0);
    ami_clock_set(client, AMI_TIMER_OUTPUT, 0);
    atomic_store(&client->is_fully_booted, FALSE);
    if (connection != NULL)
        ami_connection_close(connection);
}

/* --- What follows a failure --- */

/* The delay before the next attempt: twice as long each time. */
static gdouble
take_delay(AmiClient *client, const GError *error)
{
    const AmiSettings *settings = &client->settings;
    gdouble delay = client->delay;

    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_LOGIN))
        delay = settings->longest_delay;
    client->delay = MIN(2 * client->delay, settings->longest_delay);
    return delay * g_random_double_range(0.75, 1.25);
}

static gboolean
is_final(AmiClient *client)
{
    const AmiSettings *settings = &client->settings;

    return client->connect_done != NULL || settings->host[0] == '\0' ||
           (settings->attempts > 0 && client->failures >= settings->attempts);
}

/* What an operator has to do something about is a warning, and is said once, not at each attempt.
 */
static void
report(AmiClient *client, const GError *error, gboolean was_ready)
{
    g_autoptr(GError) last_error = ami_client_dup_last_error(client);
    gboolean is_known = last_error != NULL && g_str_equal(last_error->message, error->message);

    if (client->connect_done != NULL || is_known)
        g_debug("%s", error->message);
    else if (was_ready || error->code == AMI_ERROR_CONNECT)
        g_message("%s", error->message);
    else
        g_warning("%s", error->message);
}

static AmiState
plan_next(AmiClient *client, const GError *error)
{
    if (is_final(client)) {
        if (client->connect_done == NULL && client->settings.attempts > 0)
            g_warning("%s: given up after %u attempts", client->settings.name, client->failures);
        client->is_started = FALSE;
        return AMI_STATE_STOPPED;
    }
    ami_clock_set_after(client, AMI_TIMER_RECONNECT, take_delay(client, error));
    return AMI_STATE_WAITING;
}

/* First all is put in order, and only then is anybody told, who may stop or start the client. */
void
ami_client_lose(AmiClient *client, const GError *error)
{
    g_autoptr(GError) kept = g_error_copy(error);
    gboolean was_ready = ami_client_get_state(client) == AMI_STATE_READY;
    GQueue taken = G_QUEUE_INIT;
    AmiDoneFunc done;
    gpointer data;
    AmiState next;

    drop(client);
    ami_pending_take_all(client, &taken);
    if (!was_ready)
        client->failures++;
    report(client, kept, was_ready);
    ami_client_set_last_error(client, kept);
    next = plan_next(client, kept);
    done = g_steal_pointer(&client->connect_done);
    data = g_steal_pointer(&client->connect_data);
    ami_client_set_state(client, next);
    ami_pending_fail_taken(&taken, AMI_ERROR_DISCONNECTED,
                           "the connection was lost before the answer came; whether it was carried "
                           "out is unknown");
    if (done != NULL)
        done(data, kept);
}

void
ami_reconnect_due(AmiClient *client)
{
    if (client->is_started && client->connection == NULL && client->attempt == NULL)
        ami_connect_begin(client);
}

void
ami_client_be_ready(AmiClient *client)
{
    g_autofree char *version = ami_client_dup_version(client);
    AmiDoneFunc done = g_steal_pointer(&client->connect_done);
    gpointer data = g_steal_pointer(&client->connect_data);

    client->failures = 0;
    client->delay = client->settings.first_delay;
    client->is_shutdown_expected = FALSE;
    client->counters.logins++;
    ami_clock_set(client, AMI_TIMER_STEP, 0);
    ami_client_set_last_error(client, NULL);
    ami_keep_alive_start(client);
    g_message("%s: logged in as %s, manager interface %s", client->settings.name,
              client->settings.user, version);
    ami_client_set_state(client, AMI_STATE_READY);
    if (done != NULL)
        done(data, NULL);
}

/* --- Starting --- */

static void
begin(AmiClient *client)
{
    client->is_started = TRUE;
    client->failures = 0;
    client->delay = client->settings.first_delay;
    ami_connect_begin(client);
}

static void
start_at_home(AmiClient *client, G_GNUC_UNUSED gpointer data)
{
    if (!client->is_started)
        begin(client);
}

/**
 * ami_client_start:
 * @client: a client
 *
 * Connects and logs in, and does so again after each loss and failure, until ami_client_stop(), or
 * until the attempts of ami_client_set_reconnect() are used up. Returns at once; the signal
 * state-changed tells how it goes. A second call does nothing. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_start(AmiClient *client)
{
    g_return_if_fail(AMI_IS_CLIENT(client));

    ami_inbox_run(client, start_at_home, NULL, NULL);
}

/* --- Connecting once --- */

typedef struct {
    AmiDoneFunc done;
    gpointer data;
    guint serial;
    GCancellable *cancellable;
    gulong handler;
    gpointer client; /* weak */
} Connect;

static Connect *
connect_new(AmiClient *client, GCancellable *cancellable, AmiDoneFunc done, gpointer data)
{
    Connect *connect = g_new0(Connect, 1);

    connect->done = done;
    connect->data = data;
    connect->client = ami_client_new_weak(client);
    if (cancellable != NULL)
        connect->cancellable = g_object_ref(cancellable);
    return connect;
}

static void
on_connect_done(gpointer data, const GError *error)
{
    Connect *connect = data;

    if (connect->handler != 0)
        g_cancellable_disconnect(connect->cancellable, connect->handler);
    connect->done(connect->data, error);
    ami_client_free_weak(connect->client);
    g_clear_object(&connect->cancellable);
    g_free(connect);
}

/* It may have ended, and another begun, since it was cancelled. */
static void
cancel_at_home(AmiClient *client, gpointer data)
{
    g_autoptr(GError) error = NULL;

    if (client->connect_done == NULL || client->connect_serial != GPOINTER_TO_UINT(data))
        return;
    error = g_error_new(AMI_ERROR, AMI_ERROR_CANCELLED, "%s: connecting was cancelled",
                        client->settings.name);
    ami_client_lose(client, error);
}

/* In any thread. */
static void
on_connect_cancelled(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Connect *connect = data;
    g_autoptr(AmiClient) client = ami_client_get_weak(connect->client);

    if (client != NULL)
        ami_inbox_post(client, cancel_at_home, GUINT_TO_POINTER(connect->serial), NULL);
}

static void
watch_cancellable(AmiClient *client, Connect *connect)
{
    connect->serial = ++client->connect_serial;
    if (connect->cancellable == NULL)
        return;
    connect->handler = g_signal_connect(connect->cancellable, "cancelled",
                                        G_CALLBACK(on_connect_cancelled), connect);
    if (g_cancellable_is_cancelled(connect->cancellable))
        on_connect_cancelled(connect->cancellable, connect);
}

static void
connect_at_home(AmiClient *client, gpointer data)
{
    Connect *connect = data;
    g_autoptr(GError) error = NULL;

    if (client->is_started)
        error = g_error_new(AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                            "%s: it is started already: use ami_client_wait_ready()",
                            client->settings.name);
    else if (g_cancellable_is_cancelled(connect->cancellable))
        error = g_error_new(AMI_ERROR, AMI_ERROR_CANCELLED, "%s: connecting was cancelled",
                            client->settings.name);
    if (error != NULL) {
        on_connect_done(connect, error);
        return;
    }
    client->connect_done = on_connect_done;
    client->connect_data = connect;
    watch_cancellable(client, connect);
    begin(client);
}

static void
lose_connect(gpointer data)
{
    g_autoptr(GError) error =
        g_error_new(AMI_ERROR, AMI_ERROR_CANCELLED, "connecting was not begun: the client is gone");

    on_connect_done(data, error);
}

static void
end_wait(gpointer data, const GError *error)
{
    AmiWait *wait = data;

    ami_wait_end(wait, NULL, error != NULL ? g_error_copy(error) : NULL);
    ami_wait_unref(wait);
}

/**
 * ami_client_connect:
 * @client: a client that is not started
 * @cancellable: (nullable): ends it from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Connects and logs in, once: where it fails the client is stopped again. After that it reconnects
 * by itself, as after ami_client_start(). Blocks, and runs the client's main context where nobody
 * else does; not to be called from a callback in that context. Any other thread.
 *
 * Returns: %TRUE if it is logged in; %FALSE with @error set to %AMI_ERROR_CONNECT, %AMI_ERROR_TLS,
 *   %AMI_ERROR_GREETING, %AMI_ERROR_LOGIN, %AMI_ERROR_CANCELLED, or %AMI_ERROR_INVALID_ARGUMENT
 *   where it is started already
 * Since: 0.2
 */
gboolean
ami_client_connect(AmiClient *client, GCancellable *cancellable, GError **error)
{
    g_autoptr(AmiClient) kept = NULL;
    g_autoptr(AmiWait) wait = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);

    if (!ami_wait_is_possible(client, "ami_client_connect_async()", error))
        return FALSE;
    kept = g_object_ref(client);
    wait = ami_wait_new();
    ami_inbox_post(client, connect_at_home,
                   connect_new(client, cancellable, end_wait, ami_wait_ref(wait)), lose_connect);
    return ami_wait_run(wait, client, 0, cancellable, NULL, error);
}

static void
end_task(gpointer data, const GError *error)
{
    g_autoptr(GTask) task = data;

    if (error != NULL)
        g_task_return_error(task, g_error_copy(error));
    else
        g_task_return_boolean(task, TRUE);
}

/**
 * ami_client_connect_async:
 * @client: a client that is not started
 * @cancellable: (nullable): ends it
 * @callback: called in this thread's default main context when it has ended
 * @user_data: for @callback
 *
 * Does what ami_client_connect() does without blocking. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_connect_async(AmiClient *client, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
    GTask *task;

    g_return_if_fail(AMI_IS_CLIENT(client));

    task = g_task_new(client, NULL, callback, user_data);
    g_task_set_source_tag(task, ami_client_connect_async);
    ami_inbox_run(client, connect_at_home, connect_new(client, cancellable, end_task, task),
                  lose_connect);
}

/**
 * ami_client_connect_finish:
 * @client: the client
 * @result: what the callback was given
 * @error: return location for a #GError, or %NULL
 *
 * Returns: as ami_client_connect()
 * Since: 0.2
 */
gboolean
ami_client_connect_finish(AmiClient *client, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, client), FALSE);

    return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- Stopping --- */

static void
end(AmiClient *client, GQueue *taken)
{
    drop(client);
    client->is_started = FALSE;
    ami_pending_take_all(client, taken);
}

static void
fail_stopped(AmiClient *client, GQueue *taken)
{
    g_autoptr(GError) error = g_error_new(AMI_ERROR, AMI_ERROR_CANCELLED,
                                          "%s: the client was stopped", client->settings.name);

    ami_pending_fail_taken(taken, AMI_ERROR_DISCONNECTED,
                           "the client was stopped; whether it is carried out is unknown");
    end_connect(client, error);
}

static void
log_off(AmiClient *client)
{
    g_autoptr(AmiAction) action = ami_action_new("Logoff");

    ami_output_send(client, action, "logoff", NULL);
}

static void
stop_at_home(AmiClient *client, G_GNUC_UNUSED gpointer data)
{
    GQueue taken = G_QUEUE_INIT;

    if (!client->is_started)
        return;
    if (ami_client_get_state(client) == AMI_STATE_READY) {
        log_off(client);
        g_message("%s: logged off", client->settings.name);
    }
    end(client, &taken);
    ami_client_set_last_error(client, NULL);
    ami_client_set_state(client, AMI_STATE_STOPPED);
    fail_stopped(client, &taken);
}

/**
 * ami_client_stop:
 * @client: a client
 *
 * Logs off and closes the connection; actions on their way end with %AMI_ERROR_DISCONNECTED, and it
 * does not connect again until it is started. Subscriptions stay. In the client's main context it
 * is stopped when this returns; from another thread soon after. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_stop(AmiClient *client)
{
    g_return_if_fail(AMI_IS_CLIENT(client));

    ami_inbox_run(client, stop_at_home, NULL, NULL);
}

void
ami_client_end(AmiClient *client)
{
    GQueue taken = G_QUEUE_INIT;

    if (ami_client_get_state(client) == AMI_STATE_READY)
        log_off(client);
    end(client, &taken);
    ami_client_set_state_silently(client, AMI_STATE_STOPPED);
    fail_stopped(client, &taken);
}
