/* events.c - events that are no answer: for the subscribers, and two for the client itself. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

static void
on_fully_booted(AmiClient *client)
{
    atomic_store(&client->is_fully_booted, TRUE);
    g_debug("%s: Asterisk is fully booted", client->settings.name);
}

/* The end of the connection follows, and is no surprise. */
static void
on_shutdown(AmiClient *client)
{
    client->is_shutdown_expected = TRUE;
    g_message("%s: Asterisk says that it is about to shut down", client->settings.name);
}

typedef struct {
    const char *name;
    void (*function)(AmiClient *client);
} OwnEvent;

static const OwnEvent own_events[] = {
    {"FullyBooted", on_fully_booted},
    {"Shutdown", on_shutdown},
};

static const OwnEvent *
find_own(const char *name, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(own_events); i++)
        if (strlen(own_events[i].name) == length &&
            g_ascii_strncasecmp(own_events[i].name, name, length) == 0)
            return &own_events[i];
    return NULL;
}

gboolean
ami_events_are_wanted(AmiClient *client, const char *name, gsize length)
{
    return find_own(name, length) != NULL ||
           ami_subscriptions_want(client->subscriptions, name, length);
}

void
ami_events_take(AmiClient *client, AmiMessage *event)
{
    const char *name = ami_message_get_event(event);
    const OwnEvent *own = find_own(name, strlen(name));

    client->counters.events++;
    if (own != NULL)
        own->function(client);
    ami_subscriptions_dispatch(client->subscriptions, client, event, name);
}
