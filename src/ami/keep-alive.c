/* keep-alive.c - a peer that says nothing is asked for a sign of life, and dropped if it gives
 * none.
 *
 * Any byte that comes is a sign of life: the answer to the Ping may stand behind many events. */

#include <config.h>

#include "ami/client-private.h"

/* When the silence will have lasted for so long. */
static gint64
get_due(AmiClient *client, gdouble seconds)
{
    return client->keep_alive.received + (gint64) (seconds * G_USEC_PER_SEC);
}

static void
on_pong(gpointer data, AmiReply *reply, GError *error)
{
    AmiClient *client = data;

    if (reply != NULL) {
        client->counters.latency = g_get_monotonic_time() - client->keep_alive.sent;
        ami_clock_set(client, AMI_TIMER_KEEP_ALIVE,
                      get_due(client, client->settings.keep_alive_interval));
        ami_reply_unref(reply);
    }
    client->keep_alive.sent = 0;
    g_clear_error(&error);
}

static void
ask(AmiClient *client, gint64 now)
{
    client->keep_alive.sent = now;
    ami_pending_start(client, ami_pending_new_own(ami_action_new("Ping"), on_pong, client));
    ami_clock_set_after(client, AMI_TIMER_KEEP_ALIVE, client->settings.keep_alive_patience);
}

static void
give_up(AmiClient *client)
{
    g_autoptr(GError) error =
        g_error_new(AMI_ERROR, AMI_ERROR_DISCONNECTED,
                    "%s: Asterisk gives no sign of life: nothing came for %g seconds after a Ping",
                    client->settings.name, client->settings.keep_alive_patience);

    ami_client_lose(client, error);
}

void
ami_keep_alive_start(AmiClient *client)
{
    client->keep_alive.received = g_get_monotonic_time();
    client->keep_alive.sent = 0;
    if (client->settings.keep_alive_interval > 0)
        ami_clock_set(client, AMI_TIMER_KEEP_ALIVE,
                      get_due(client, client->settings.keep_alive_interval));
}

/* While an action of ours blocks the connection, silence means nothing. And what has come while
 * this thread was busy is not read yet, but has come. */
void
ami_keep_alive_due(AmiClient *client)
{
    const AmiSettings *settings = &client->settings;
    gint64 now = g_get_monotonic_time();
    gint64 due = get_due(client, settings->keep_alive_interval);

    if (client->connection == NULL || ami_client_get_state(client) != AMI_STATE_READY)
        return;
    if (client->n_blocking > 0 || ami_connection_is_readable(client->connection))
        ami_clock_set_after(client, AMI_TIMER_KEEP_ALIVE, settings->keep_alive_patience);
    else if (client->keep_alive.sent > client->keep_alive.received)
        give_up(client);
    else if (due > now)
        ami_clock_set(client, AMI_TIMER_KEEP_ALIVE, due);
    else
        ask(client, now);
}
