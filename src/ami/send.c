/* send.c - sending actions from any thread, and waiting for what comes of them or not. */

#include <config.h>

#include "ami/client-private.h"

/* What can be said without bothering the home. Frees @action where it says no. */
static gboolean
check(AmiClient *client, AmiAction *action, GError **error)
{
    g_autoptr(AmiAction) owned = action;

    if (!ami_action_check(action, error))
        return FALSE;
    if (ami_client_get_state(client) != AMI_STATE_READY) {
        g_propagate_error(error, ami_client_new_unready_error(client, ami_action_get_name(action)));
        return FALSE;
    }
    g_steal_pointer(&owned);
    return TRUE;
}

static void
start(AmiClient *client, gpointer pending)
{
    ami_pending_start(client, pending);
}

/* --- Blocking --- */

static void
end_wait(gpointer data, AmiReply *reply, GError *error)
{
    AmiWait *wait = data;

    ami_wait_end(wait, reply, error);
    ami_wait_unref(wait);
}

/* Behind the home's own errors there is nothing to be said; these here are of the waiting itself.
 */
static void
prefix_own_error(GError **error, const char *name)
{
    if (error != NULL && !g_str_has_prefix((*error)->message, name))
        g_prefix_error(error, "%s: ", name);
}

/**
 * ami_client_send:
 * @client: a client
 * @action: (transfer full): what to do
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for a #GError, or %NULL
 *
 * Sends an action and waits for the answer; for a list, to its end. Asterisk may well have carried
 * out an action whose answer did not come in time or not at all: nothing is ever sent twice.
 * Blocks, and runs the client's main context where nobody else does; not to be called from a
 * callback in that context. Any other thread.
 *
 * Returns: (transfer full): the answer; %NULL with @error set to %AMI_ERROR_REFUSED,
 *   %AMI_ERROR_PERMISSION or %AMI_ERROR_UNKNOWN_ACTION as Asterisk says, %AMI_ERROR_NOT_CONNECTED
 * or %AMI_ERROR_INVALID_ARGUMENT when nothing was sent, %AMI_ERROR_DISCONNECTED, %AMI_ERROR_TIMEOUT
 *   or %AMI_ERROR_CANCELLED when what came of it is unknown
 * Since: 0.2
 */
AmiReply *
ami_client_send(AmiClient *client, AmiAction *action, GCancellable *cancellable, GError **error)
{
    g_autoptr(AmiAction) owned = action;
    g_autoptr(AmiClient) kept = NULL;
    g_autoptr(AmiWait) wait = NULL;
    g_autofree char *name = NULL;
    AmiPending *pending;
    AmiReply *reply = NULL;
    gint64 until;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && action != NULL, NULL);

    if (!ami_wait_is_possible(client, "ami_client_send_async()", error))
        return NULL;
    if (!check(client, g_steal_pointer(&owned), error))
        return NULL;
    kept = g_object_ref(client);
    name = g_strdup(ami_action_get_name(action));
    wait = ami_wait_new();
    pending = ami_pending_new(client, action, cancellable, end_wait, ami_wait_ref(wait));
    until = pending->deadline > 0 ? pending->deadline + AMI_WAIT_GRACE : 0;
    ami_inbox_post(client, start, pending, ami_pending_lose);
    if (ami_wait_run(wait, client, until, cancellable, &reply, error))
        return reply;
    prefix_own_error(error, name);
    return NULL;
}

/* --- Asynchronous --- */

static void
end_task(gpointer data, AmiReply *reply, GError *error)
{
    g_autoptr(GTask) task = data;

    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, reply, (GDestroyNotify) ami_reply_unref);
}

/**
 * ami_client_send_async:
 * @client: a client
 * @action: (transfer full): what to do
 * @cancellable: (nullable): ends it
 * @callback: called in this thread's default main context when it has ended
 * @user_data: for @callback
 *
 * Does what ami_client_send() does without blocking. Any number may be on their way. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_send_async(AmiClient *client, AmiAction *action, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = NULL;
    GError *error = NULL;

    g_return_if_fail(AMI_IS_CLIENT(client) && action != NULL);

    task = g_task_new(client, NULL, callback, user_data);
    g_task_set_source_tag(task, ami_client_send_async);
    if (!check(client, action, &error)) {
        g_task_return_error(task, error);
        return;
    }
    ami_inbox_run(client, start,
                  ami_pending_new(client, action, cancellable, end_task, g_steal_pointer(&task)),
                  ami_pending_lose);
}

/**
 * ami_client_send_finish:
 * @client: the client
 * @result: what the callback was given
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): as ami_client_send()
 * Since: 0.2
 */
AmiReply *
ami_client_send_finish(AmiClient *client, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, client), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}

/**
 * ami_action:
 * @client: a client
 * @error: return location for a #GError, or %NULL
 * @name: the name of an action
 * @...: names and values of its headers, %NULL at the end
 *
 * Sends an action and waits for the answer, as ami_client_send() does.
 *
 * |[<!-- language="C" -->
 * reply = ami_action(client, &error, "Redirect", "Channel", channel, "Context", "default",
 *                    "Exten", "100", "Priority", "1", NULL);
 * ]|
 *
 * Returns: (transfer full): as ami_client_send()
 * Since: 0.2
 */
AmiReply *
ami_action(AmiClient *client, GError **error, const char *name, ...)
{
    AmiAction *action = ami_action_new(name);
    const char *header;
    va_list arguments;

    va_start(arguments, name);
    while ((header = va_arg(arguments, const char *)) != NULL)
        ami_action_add(action, header, va_arg(arguments, const char *));
    va_end(arguments);
    return ami_client_send(client, action, NULL, error);
}
