/* connect.c - has Asterisk call somebody and lead the answered call into the dialplan. */

#include <capella/ami.h>
#include <capella/module.h>
#include <string.h>

/* What the wildcards of `allowed` stand for, beside digits and letters. All that has a meaning of
 * its own in a dial string (@ / & , and others) has to stand in the pattern itself. */
#define PLAIN_MARKS "+*#_.-"

/* How often a channel is hung up that may not be there yet, and after how many microseconds. */
#define HANG_UP_ATTEMPTS 4
#define HANG_UP_INTERVAL 100000

/* What is told to the dialplan. */
#define STATUS_VARIABLE    "CONNECT_STATUS"
#define CHANNEL_VARIABLE   "CONNECT_CHANNEL"
#define UNIQUE_ID_VARIABLE "CONNECT_UNIQUEID"
#define ERROR_VARIABLE     "CONNECT_ERROR"

/* The settings of a route, taken apart. The lists are of the same length. */
typedef struct {
    CapellaDaemon *daemon;
    const CapellaSettings *settings;
    char **names;
    char **values;
} Route;

/* What became of a call. */
typedef struct {
    const char *status;
    char *channel;
    char *unique_id;
    char *problem;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_free(outcome->channel);
    g_free(outcome->unique_id);
    g_free(outcome->problem);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

/* --- Whom to call --- */

static gboolean
is_plain(char character)
{
    return g_ascii_isalnum(character) ||
           (character != '\0' && strchr(PLAIN_MARKS, character) != NULL);
}

/* Whether a text is like a pattern, in which * stands for any number of plain characters and ? for
 * one. */
static gboolean
matches(const char *pattern, const char *text)
{
    const char *star = NULL;  /* the last * that was met */
    const char *retry = NULL; /* where what follows it may begin at the earliest */

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            retry = text;
        } else if (*pattern == '?' ? is_plain(*text) : *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL && is_plain(*retry)) {
            pattern = star + 1;
            text = ++retry;
        } else {
            return FALSE;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static gboolean
is_allowed(const CapellaSettings *settings, const char *channel)
{
    const char *const *allowed = capella_settings_get_texts(settings, "allowed");

    for (; *allowed != NULL; allowed++)
        if (matches(*allowed, channel))
            return TRUE;
    return FALSE;
}

/* The channel to call: the first argument of AGI(), where those are allowed, else that of the
 * settings; NULL: none that may be called. */
static const char *
find_channel(const Route *route, AgiCall *call, Outcome *outcome)
{
    const char *argument = agi_call_get_argument(call, 1);

    if (argument == NULL || *argument == '\0')
        argument = NULL;
    if (argument != NULL && !is_allowed(route->settings, argument)) {
        outcome->status = "NOT_ALLOWED";
        outcome->problem =
            g_strdup_printf("\"%s\" is not like any pattern of \"allowed\"", argument);
        return NULL;
    }
    if (argument == NULL && !capella_settings_has(route->settings, "channel")) {
        outcome->status = "NOT_ALLOWED";
        outcome->problem = g_strdup("AGI() names no channel to call, nor does \"channel\"");
        return NULL;
    }
    return argument != NULL ? argument : capella_settings_get_text(route->settings, "channel");
}

static AmiClient *
find_server(const Route *route, AgiCall *call)
{
    const char *name = capella_settings_get_text(route->settings, "server");

    if (name != NULL)
        return capella_daemon_get_ami(route->daemon, name);
    return capella_daemon_get_ami_of_call(route->daemon, call);
}

/* --- Calling --- */

static void
set_caller(AmiOriginate *originate, const CapellaSettings *settings, AgiCall *call)
{
    const AgiEnvironment *environment = agi_call_get_environment(call);
    const char *name = capella_settings_get_text(settings, "caller_name");
    const char *number = capella_settings_get_text(settings, "caller_number");

    if (capella_settings_get_boolean(settings, "pass_caller")) {
        if (name == NULL)
            name = agi_environment_get_caller_id_name(environment);
        if (number == NULL)
            number = agi_environment_get_caller_id(environment);
    }
    if (name != NULL || number != NULL)
        ami_originate_set_caller_id(originate, name, number);
}

static AmiOriginate *
make_originate(const Route *route, AgiCall *call, const char *channel, const char *channel_id)
{
    const CapellaSettings *settings = route->settings;
    AmiOriginate *originate = ami_originate_new(channel);

    ami_originate_set_extension(originate, capella_settings_get_text(settings, "context"),
                                capella_settings_get_text(settings, "extension"),
                                capella_settings_get_text(settings, "priority"));
    ami_originate_set_timeout(originate, capella_settings_get_number(settings, "ring_time"));
    ami_originate_set_account(originate, capella_settings_get_text(settings, "account"));
    ami_originate_set_codecs(originate, capella_settings_get_text(settings, "codecs"));
    ami_originate_set_early_media(originate, capella_settings_get_boolean(settings, "early_media"));
    ami_originate_set_channel_id(originate, channel_id, NULL);
    set_caller(originate, settings, call);
    for (guint i = 0; route->names[i] != NULL; i++)
        ami_originate_add_variable(originate, route->names[i], route->values[i]);
    return originate;
}

/* A word for what went wrong. */
static const char *
name_failure(const GError *error)
{
    static const struct {
        AmiError code;
        const char *status;
    } words[] = {
        {AMI_ERROR_NO_ANSWER, "NOANSWER"},      {AMI_ERROR_BUSY, "BUSY"},
        {AMI_ERROR_REFUSED, "REFUSED"},         {AMI_ERROR_PERMISSION, "REFUSED"},
        {AMI_ERROR_UNKNOWN_ACTION, "REFUSED"},  {AMI_ERROR_INVALID_ARGUMENT, "REFUSED"},
        {AMI_ERROR_NOT_CONNECTED, "NO_SERVER"}, {AMI_ERROR_DISCONNECTED, "UNKNOWN"},
        {AMI_ERROR_TIMEOUT, "UNKNOWN"},         {AMI_ERROR_CANCELLED, "CANCELLED"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_error_matches(error, AMI_ERROR, (int) words[i].code))
            return words[i].status;
    return "FAILED";
}

/* The caller is gone, so nobody waits for the other one any more. Asterisk may not have made its
 * channel yet. */
static void
hang_up(AmiClient *client, const char *channel_id)
{
    for (guint i = 0; i < HANG_UP_ATTEMPTS; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(AmiReply) reply =
            ami_action(client, &error, "Hangup", "Channel", channel_id, NULL);

        if (reply != NULL)
            return;
        g_info("The call that nobody waits for could not be hung up: %s", error->message);
        if (!g_error_matches(error, AMI_ERROR, AMI_ERROR_REFUSED))
            return;
        g_usleep(HANG_UP_INTERVAL << i);
    }
}

static void
take_failure(Outcome *outcome, const GError *error)
{
    outcome->status = name_failure(error);
    outcome->problem = g_strdup(error->message);
}

/* Only has the call taken by Asterisk. */
static void
start_call(AmiClient *client, const AmiOriginate *originate, Outcome *outcome)
{
    g_autoptr(GError) error = NULL;

    if (ami_originate_start(client, originate, &error))
        outcome->status = "STARTED";
    else
        take_failure(outcome, error);
}

static void
place_call(const Route *route, AgiCall *call, AmiClient *client, const char *channel,
           Outcome *outcome)
{
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *channel_id = g_strconcat("connect-", unique, NULL);
    g_autoptr(AmiOriginate) originate = make_originate(route, call, channel, channel_id);
    g_autoptr(AmiMessage) response = NULL;
    g_autoptr(GError) error = NULL;

    outcome->unique_id = g_strdup(channel_id);
    if (!capella_settings_get_boolean(route->settings, "wait")) {
        start_call(client, originate, outcome);
        return;
    }
    response = ami_originate(client, originate, agi_call_get_cancellable(call), &error);
    if (response != NULL) {
        outcome->status = "ANSWERED";
        outcome->channel = g_strdup(ami_message_get(response, "Channel"));
        return;
    }
    take_failure(outcome, error);
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_CANCELLED) &&
        capella_settings_get_boolean(route->settings, "cancel"))
        hang_up(client, channel_id);
}

static gboolean
report(AgiCall *call, const Outcome *outcome, GError **error)
{
    g_autofree char *problem = g_strdup(outcome->problem != NULL ? outcome->problem : "");

    g_strdelimit(problem, "\r\n", ' ');
    return agi_set_many(call, error, STATUS_VARIABLE, outcome->status, CHANNEL_VARIABLE,
                        outcome->channel != NULL ? outcome->channel : "", UNIQUE_ID_VARIABLE,
                        outcome->unique_id != NULL ? outcome->unique_id : "", ERROR_VARIABLE,
                        problem, NULL);
}

static gboolean
connect_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    g_auto(Outcome) outcome = {0};
    const char *channel = find_channel(route, call, &outcome);
    AmiClient *client = channel != NULL ? find_server(route, call) : NULL;

    if (client != NULL) {
        place_call(route, call, client, channel, &outcome);
    } else if (channel != NULL) {
        outcome.status = "NO_SERVER";
        outcome.problem = g_strdup("which server the call comes from is not known; set \"server\", "
                                   "or \"addresses\" of the servers in the list ami");
    }
    if (outcome.problem != NULL)
        g_message("No call to %s: %s: %s", channel != NULL ? channel : "anybody", outcome.status,
                  outcome.problem);
    else
        g_message("Call to %s: %s", channel, outcome.status);
    return report(call, &outcome, error);
}

/* --- The module --- */

static gboolean
read_variables(Route *route, const CapellaSettings *settings, GError **error)
{
    const char *const *assignments = capella_settings_get_texts(settings, "variables");
    guint length = g_strv_length((char **) assignments);

    route->names = g_new0(char *, length + 1);
    route->values = g_new0(char *, length + 1);
    for (guint i = 0; i < length; i++) {
        const char *equals = strchr(assignments[i], '=');

        if (equals == NULL || equals == assignments[i]) {
            capella_settings_set_error(settings, "variables", error,
                                       "\"%s\" is not of the form NAME=VALUE", assignments[i]);
            return FALSE;
        }
        route->names[i] = g_strndup(assignments[i], (gsize) (equals - assignments[i]));
        route->values[i] = g_strdup(equals + 1);
    }
    return TRUE;
}

static gboolean
check_settings(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error)
{
    const char *server = capella_settings_get_text(settings, "server");

    if (server != NULL && capella_daemon_get_ami(daemon, server) == NULL) {
        capella_settings_set_error(settings, "server", error,
                                   "there is no server \"%s\" in the list ami", server);
        return FALSE;
    }
    if (!capella_settings_has(settings, "channel") &&
        *capella_settings_get_texts(settings, "allowed") == NULL) {
        capella_settings_set_error(settings, "channel", error,
                                   "is missing, and \"allowed\" lets AGI() name none either; set "
                                   "one of them");
        return FALSE;
    }
    return TRUE;
}

static void
connect_release(gpointer data)
{
    Route *route = data;

    g_strfreev(route->names);
    g_strfreev(route->values);
    g_free(route);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Route, connect_release)

static gpointer
connect_configure(const CapellaSettings *settings, gpointer state, GError **error)
{
    g_autoptr(Route) route = g_new0(Route, 1);

    route->daemon = state;
    route->settings = settings;
    if (!check_settings(route->daemon, settings, error) || !read_variables(route, settings, error))
        return NULL;
    return g_steal_pointer(&route);
}

/* The module keeps nothing but whom to ask. */
static gpointer
connect_load(CapellaDaemon *daemon, G_GNUC_UNUSED const CapellaSettings *settings, GError **error)
{
    if (capella_daemon_get_ami(daemon, NULL) != NULL)
        return daemon;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "needs a server in the list ami, and there is none");
    return NULL;
}

static const CapellaSetting connect_settings[] = {
    {.name = "channel",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "whom to call, as in PJSIP/alice; not needed where AGI() says it"},
    {.name = "allowed",
     .kind = CAPELLA_SETTING_TEXTS,
     .summary = "which channels AGI() may name, with * and ?; none unless set"},
    {.name = "context",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "the dialplan context that the answered call goes to"},
    {.name = "extension",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "s",
     .summary = "the extension there"},
    {.name = "priority",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "1",
     .summary = "the priority there, a number or a label"},
    {.name = "wait",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "wait until the call is answered or has failed"},
    {.name = "cancel",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "hang the call up when the caller hangs up before it is answered"},
    {.name = "ring_time",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0.1,
     .maximum = 3600,
     .summary = "seconds to let it ring"},
    {.name = "caller_name", .kind = CAPELLA_SETTING_TEXT, .summary = "who is seen to call"},
    {.name = "caller_number", .kind = CAPELLA_SETTING_TEXT, .summary = "and with which number"},
    {.name = "pass_caller",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "otherwise show the name and number of the call that AGI() runs on"},
    {.name = "account", .kind = CAPELLA_SETTING_TEXT, .summary = "the account code of the call"},
    {.name = "codecs",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "which codecs it may have, with commas between"},
    {.name = "early_media",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "take early media for an answer"},
    {.name = "variables",
     .kind = CAPELLA_SETTING_TEXTS,
     .summary = "channel variables of the call: NAME=VALUE, taken literally"},
    {.name = "server",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the server that places the call; by default the one that AGI() runs on"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "connect",
     .summary = "Calls somebody, and leads the answered call into the dialplan",
     .settings = connect_settings,
     .run = connect_run,
     .configure = connect_configure,
     .release = connect_release},
    {0},
};

CAPELLA_MODULE("connect", "1.0", handlers, .load = connect_load);
