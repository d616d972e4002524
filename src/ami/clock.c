/* clock.c - everything that a client waits for in time, on one source of its main context. */

#include <config.h>

#include "ami/client-private.h"

typedef void (*TimerFunc)(AmiClient *client);

static const TimerFunc functions[AMI_N_TIMERS] = {
    [AMI_TIMER_STEP] = ami_connect_due,          [AMI_TIMER_RECONNECT] = ami_reconnect_due,
    [AMI_TIMER_KEEP_ALIVE] = ami_keep_alive_due, [AMI_TIMER_OUTPUT] = ami_output_due,
    [AMI_TIMER_ACTIONS] = ami_pending_due,
};

static gint64
get_earliest(const AmiClient *client)
{
    gint64 earliest = -1;

    for (int i = 0; i < AMI_N_TIMERS; i++)
        if (client->due[i] > 0 && (earliest < 0 || client->due[i] < earliest))
            earliest = client->due[i];
    return earliest;
}

static void
run_due(AmiClient *client)
{
    gint64 now = g_get_monotonic_time();

    for (int i = 0; i < AMI_N_TIMERS; i++)
        if (client->due[i] > 0 && client->due[i] <= now) {
            client->due[i] = 0;
            functions[i](client);
        }
}

static gboolean
clock_dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, gpointer data)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(data);

    if (client == NULL)
        return G_SOURCE_REMOVE;
    run_due(client);
    g_source_set_ready_time(source, get_earliest(client));
    return G_SOURCE_CONTINUE;
}

void
ami_clock_start(AmiClient *client)
{
    static GSourceFuncs source_functions = {NULL, NULL, clock_dispatch, NULL, NULL, NULL};

    client->clock = g_source_new(&source_functions, sizeof(GSource));
    g_source_set_callback(client->clock, NULL, ami_client_new_weak(client), ami_client_free_weak);
    g_source_set_static_name(client->clock, "AmiClient's clock");
    g_source_attach(client->clock, client->home);
}

void
ami_clock_stop(AmiClient *client)
{
    g_source_destroy(client->clock);
    g_clear_pointer(&client->clock, g_source_unref);
}

/* The source may be ready too early, after something was put off: it finds nothing due then. That
 * spares setting it with each action. */
void
ami_clock_set(AmiClient *client, AmiTimer timer, gint64 due)
{
    gint64 ready = g_source_get_ready_time(client->clock);

    client->due[timer] = due;
    if (due > 0 && (ready < 0 || due < ready))
        g_source_set_ready_time(client->clock, due);
}

void
ami_clock_set_after(AmiClient *client, AmiTimer timer, gdouble seconds)
{
    ami_clock_set(client, timer, ami_clock_after(seconds));
}

/* No one waits longer than a century, and a time that is too large for the clock is for ever. */
gint64
ami_clock_after(gdouble seconds)
{
    const gdouble longest = 100.0 * 365 * 24 * 3600;

    if (!(seconds > 0) || seconds > longest)
        return 0;
    return g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);
}
