/* ami-handlers.c - a module whose handlers command and watch Asterisks, for the daemon's tests. */

#include <capella/module.h>

#include <gio/gio.h>

typedef struct {
    CapellaDaemon *daemon;
    AmiClient *watched; /* NULL: none */
    guint subscription;
} State;

typedef struct {
    State *state;
    const CapellaSettings *settings;
} Handling;

/* The module's life: it may watch the events of one Asterisk. */

static void
show_event(AmiClient *client, AmiMessage *event, G_GNUC_UNUSED gpointer data)
{
    const char *text = ami_message_get(event, "Text");

    g_message("event %s of %s: %s", ami_message_get_event(event), ami_client_get_name(client),
              text != NULL ? text : "");
}

static gpointer
ami_load(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error)
{
    const char *name = capella_settings_get_text(settings, "watch");
    AmiClient *client = name != NULL ? capella_daemon_get_ami(daemon, name) : NULL;
    const char *event = capella_settings_get_text(settings, "event");
    State *state;

    if (name != NULL && client == NULL) {
        capella_settings_set_error(settings, "watch", error, "there is no \"%s\" in ami", name);
        return NULL;
    }
    state = g_new0(State, 1);
    state->daemon = daemon;
    if (client != NULL) {
        state->watched = g_object_ref(client);
        state->subscription =
            ami_client_subscribe(client, ami_filter_new(event, NULL), show_event, NULL, NULL);
    }
    return state;
}

static void
ami_unload(gpointer data)
{
    State *state = data;

    if (state->watched != NULL)
        ami_client_unsubscribe(state->watched, state->subscription);
    g_clear_object(&state->watched);
    g_free(state);
}

static gpointer
ami_configure(const CapellaSettings *settings, gpointer state, G_GNUC_UNUSED GError **error)
{
    Handling *handling = g_new0(Handling, 1);

    handling->state = state;
    handling->settings = settings;
    return handling;
}

static AmiClient *
find_client(const Handling *handling, AgiCall *call)
{
    const char *name = capella_settings_get_text(handling->settings, "server");

    return name != NULL ? capella_daemon_get_ami(handling->state->daemon, name)
                        : capella_daemon_get_ami_of_call(handling->state->daemon, call);
}

/* Says in channel variables how something went wrong. */
static gboolean
tell_error(AgiCall *call, const GError *problem, GError **error)
{
    const char *code = "?";

    if (problem->domain == AMI_ERROR)
        code = ami_error_code_name((AmiError) problem->code);
    else if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        code = "TIMED_OUT";
    else if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        code = "G_CANCELLED";
    else if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CLOSED))
        code = "CLOSED";
    g_message("handler met %s: %s", code, problem->message);
    return agi_set_many(call, error, "CODE", code, "PROBLEM", problem->message, NULL);
}

/* Sends one action, with the call's extension in one header, and shows a header of its answer. */
static gboolean
ask_run(AgiCall *call, gpointer data, GError **error)
{
    const Handling *handling = data;
    AmiClient *client = find_client(handling, call);
    const char *action = capella_settings_get_text(handling->settings, "action");
    const char *header = capella_settings_get_text(handling->settings, "header");
    const char *take = capella_settings_get_text(handling->settings, "take");
    g_autoptr(GError) problem = NULL;
    g_autoptr(AmiReply) reply = NULL;

    if (client == NULL)
        return agi_set_variable(call, "CODE", "NO_CLIENT", error);
    reply = ami_action(client, &problem, action, header, agi_call_get_extension(call), NULL);
    if (reply == NULL)
        return tell_error(call, problem, error);
    return agi_set_many(call, error, "ANSWER", ami_reply_get(reply, take), "SERVER",
                        ami_client_get_name(client), NULL);
}

/* The same once the Asterisk is logged in. */
static gboolean
ready_run(AgiCall *call, gpointer data, GError **error)
{
    const Handling *handling = data;
    AmiClient *client = find_client(handling, call);

    return ami_client_wait_ready(client, 60, agi_call_get_cancellable(call), error) &&
           ask_run(call, data, error);
}

/* Which Asterisk the call comes from. */
static gboolean
which_run(AgiCall *call, gpointer data, GError **error)
{
    AmiClient *client = find_client(data, call);

    return agi_set_variable(call, "SERVER", client != NULL ? ami_client_get_name(client) : "none",
                            error);
}

/* Places a call and talks to whoever answers. */

static gboolean
meet(AgiCall *call, AgiCall *other, AmiClient *client, GError **error)
{
    char digit = '\0';

    if (!agi_set_variable(other, "MET_BY", agi_call_get_extension(call), error) ||
        !agi_wait_for_digit(other, 5, &digit, error))
        return FALSE;
    g_message("met %s, who pressed %c", agi_call_get_channel(other), digit != '\0' ? digit : '-');
    return agi_set_many(call, error, "MET", agi_call_get_channel(other), "SERVER",
                        ami_client_get_name(client), NULL);
}

static gboolean
place_run(AgiCall *call, gpointer data, GError **error)
{
    const Handling *handling = data;
    AmiClient *client = find_client(handling, call);
    g_autoptr(AmiOriginate) originate =
        ami_originate_new(capella_settings_get_text(handling->settings, "channel"));
    g_autoptr(GError) problem = NULL;
    g_autoptr(AgiCall) other = NULL;

    ami_originate_set_timeout(originate, capella_settings_get_number(handling->settings, "ring"));
    if (!ami_client_wait_ready(client, 60, agi_call_get_cancellable(call), error))
        return FALSE;
    other = capella_originate_and_wait(handling->state->daemon, client, originate,
                                       capella_settings_get_number(handling->settings, "timeout"),
                                       agi_call_get_cancellable(call), &problem);
    return other != NULL ? meet(call, other, client, error) : tell_error(call, problem, error);
}

static const CapellaSetting ami_settings[] = {
    {.name = "watch", .kind = CAPELLA_SETTING_TEXT, .summary = "whose events to show"},
    {.name = "event", .kind = CAPELLA_SETTING_TEXT, .fallback = "UserEvent", .summary = "which"},
    {0},
};

static const CapellaSetting handler_settings[] = {
    {.name = "server", .kind = CAPELLA_SETTING_TEXT, .summary = "a name; else that of the call"},
    {.name = "action", .kind = CAPELLA_SETTING_TEXT, .fallback = "Ping", .summary = "to send"},
    {.name = "header", .kind = CAPELLA_SETTING_TEXT, .fallback = "Header", .summary = "of it"},
    {.name = "take", .kind = CAPELLA_SETTING_TEXT, .fallback = "Ping", .summary = "of the answer"},
    {.name = "channel", .kind = CAPELLA_SETTING_TEXT, .fallback = "PJSIP/bob", .summary = "whom"},
    {.name = "ring", .kind = CAPELLA_SETTING_NUMBER, .fallback = "60", .summary = "seconds"},
    {.name = "timeout", .kind = CAPELLA_SETTING_NUMBER, .fallback = "60", .summary = "seconds"},
    {0},
};

#define HANDLER(handler_name, text, function)                                                      \
    {                                                                                              \
        .name = (handler_name), .summary = (text), .settings = handler_settings,                   \
        .run = (function), .configure = ami_configure, .release = g_free                           \
    }

static const CapellaHandler handlers[] = {
    HANDLER("ask", "Sends an action", ask_run),
    HANDLER("ready", "Sends an action when it can", ready_run),
    HANDLER("which", "Says where the call comes from", which_run),
    HANDLER("place", "Places a call and meets it", place_run),
    {0},
};

CAPELLA_MODULE("ami", "1.0", handlers, .settings = ami_settings, .load = ami_load,
               .unload = ami_unload);
