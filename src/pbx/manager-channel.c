/* manager-channel.c - channels: what lists and events say of them, their variables, their end. */

#include "pbx/manager-private.h"
#include <string.h>

/* What every event says of a channel, in order; the script's headers come before the fallback. A
 * row without fallback is the unique id. */
static const struct {
    const char *name;
    const char *fallback;
} snapshot[] = {
    {"ChannelState", "6"},
    {"ChannelStateDesc", "Up"},
    {"CallerIDNum", "<unknown>"},
    {"CallerIDName", "<unknown>"},
    {"ConnectedLineNum", "<unknown>"},
    {"ConnectedLineName", "<unknown>"},
    {"Language", "en"},
    {"AccountCode", ""},
    {"Context", "default"},
    {"Exten", "s"},
    {"Priority", "1"},
    {"Uniqueid", NULL},
    {"Linkedid", NULL},
};

/* What the two lists add to that. */
typedef struct {
    const char *name;
    const char *fallback;
} Row;

static const Row status_rows[] = {
    {"DNID", ""},
    {"EffectiveConnectedLineNum", "<unknown>"},
    {"EffectiveConnectedLineName", "<unknown>"},
    {"TimeToHangup", "0"},
    {"BridgeID", ""},
    {"Application", ""},
    {"Data", ""},
    {"Nativeformats", "(ulaw)"},
    {"Readformat", "ulaw"},
    {"Readtrans", ""},
    {"Writeformat", "ulaw"},
    {"Writetrans", ""},
    {"Callgroup", "0"},
    {"Pickupgroup", "0"},
};

static const Row show_rows[] = {
    {"Application", ""},
    {"ApplicationData", ""},
};

/* What the script, or what has happened since, says of a channel. */
const char *
pbx_channel_get_header(const PbxManagerChannel *channel, const char *name, const char *fallback)
{
    for (guint i = channel->headers->len; i > 0; i--) {
        const PbxPair *pair = g_ptr_array_index(channel->headers, i - 1);

        if (g_ascii_strcasecmp(pair->name, name) == 0)
            return pair->value;
    }
    return fallback;
}

void
pbx_channel_set_header(PbxManagerChannel *channel, const char *name, const char *value)
{
    for (guint i = 0; i < channel->headers->len; i++) {
        PbxPair *pair = g_ptr_array_index(channel->headers, i);

        if (g_ascii_strcasecmp(pair->name, name) != 0)
            continue;
        g_free(pair->value);
        pair->value = g_strdup(value);
        return;
    }
    g_ptr_array_add(channel->headers, pbx_pair_new(name, value));
}

void
pbx_channel_set_state(PbxManagerChannel *channel, const char *state, const char *description)
{
    pbx_channel_set_header(channel, "ChannelState", state);
    pbx_channel_set_header(channel, "ChannelStateDesc", description);
}

/* Adds what every event says of a channel; @prefix: such as Dest. */
void
pbx_channel_append(GString *text, const PbxManagerChannel *channel, const char *prefix)
{
    g_string_append_printf(text, "%sChannel: %s\r\n", prefix, channel->name);
    for (guint i = 0; i < G_N_ELEMENTS(snapshot); i++) {
        const char *fallback =
            snapshot[i].fallback != NULL ? snapshot[i].fallback : channel->unique_id;

        g_string_append_printf(text, "%s%s: %s\r\n", prefix, snapshot[i].name,
                               pbx_channel_get_header(channel, snapshot[i].name, fallback));
    }
}

/* An event about a channel, as far as it is the same for all. */
GString *
pbx_channel_event(const PbxManagerChannel *channel, const char *name)
{
    GString *event = pbx_event_new(name);

    pbx_channel_append(event, channel, "");
    return event;
}

/* By name, whatever its case, or by unique id. */
PbxManagerChannel *
pbx_manager_find_channel(const PbxManager *manager, const char *name)
{
    const GPtrArray *channels = manager->script->channels;

    for (guint i = 0; i < channels->len; i++) {
        PbxManagerChannel *channel = g_ptr_array_index(channels, i);

        if (g_ascii_strcasecmp(channel->name, name) == 0 || strcmp(channel->unique_id, name) == 0)
            return channel;
    }
    return NULL;
}

/* The channel that an action names; NULL, and an error as the answer, when there is none. */
static PbxManagerChannel *
take_channel(PbxManagerSession *session, const PbxRequest *request)
{
    PbxManagerChannel *channel =
        pbx_manager_find_channel(session->manager, pbx_request_get(request, "Channel"));

    if (channel == NULL)
        pbx_answer_error(session, "No such channel");
    return channel;
}

static void
add_rows(PbxManagerSession *session, const PbxManagerChannel *channel, const Row *rows, guint n)
{
    for (guint i = 0; i < n; i++)
        pbx_answer_add(session, rows[i].name, "%s",
                       pbx_channel_get_header(channel, rows[i].name, rows[i].fallback));
}

static int
get_seconds(const PbxManagerChannel *channel)
{
    return (int) ((g_get_monotonic_time() - channel->start) / G_USEC_PER_SEC);
}

static void
add_variables(PbxManagerSession *session, const PbxManagerChannel *channel, const char *names)
{
    g_auto(GStrv) words = g_strsplit(names, ",", -1);

    for (guint i = 0; words[i] != NULL; i++) {
        const char *value = g_hash_table_lookup(channel->variables, words[i]);

        pbx_answer_add(session, "Variable", "%s=%s", words[i], value != NULL ? value : "(null)");
    }
}

static void
add_status(PbxManagerSession *session, const PbxManagerChannel *channel, const PbxRequest *request)
{
    g_autofree char *type = g_strndup(channel->name, strcspn(channel->name, "/"));

    pbx_answer_add(session, "Event", "Status");
    pbx_answer_add(session, "Privilege", "Call");
    pbx_channel_append(session->answer, channel, "");
    pbx_answer_add(session, "Type", "%s", type);
    add_rows(session, channel, status_rows, G_N_ELEMENTS(status_rows));
    pbx_answer_add(session, "Seconds", "%d", get_seconds(channel));
    add_variables(session, channel, pbx_request_get(request, "Variables"));
    if (*pbx_request_get(request, "ActionID") != '\0')
        pbx_answer_add(session, "ActionID", "%s", pbx_request_get(request, "ActionID"));
    pbx_answer_end(session);
}

static void
run_status(PbxManagerSession *session, const PbxRequest *request)
{
    const GPtrArray *channels = session->manager->script->channels;
    gboolean is_one = *pbx_request_get(request, "Channel") != '\0';
    const PbxManagerChannel *one = is_one ? take_channel(session, request) : NULL;
    guint n = is_one ? 1 : channels->len;

    if (is_one && one == NULL)
        return;
    pbx_answer_list(session, "Channel status will follow");
    for (guint i = 0; i < n; i++)
        add_status(session, is_one ? one : g_ptr_array_index(channels, i), request);
    pbx_answer_complete(session, "StatusComplete", n);
    pbx_answer_add(session, "Items", "%u", n);
    pbx_answer_end(session);
}

static void
run_show_channels(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    const GPtrArray *channels = session->manager->script->channels;

    pbx_answer_list(session, "Channels will follow");
    for (guint i = 0; i < channels->len; i++) {
        const PbxManagerChannel *channel = g_ptr_array_index(channels, i);
        int seconds = get_seconds(channel);

        pbx_answer_item(session, "CoreShowChannel");
        pbx_channel_append(session->answer, channel, "");
        add_rows(session, channel, show_rows, G_N_ELEMENTS(show_rows));
        pbx_answer_add(session, "Duration", "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60,
                       seconds % 60);
        pbx_answer_add(session, "BridgeId", "%s", pbx_channel_get_header(channel, "BridgeID", ""));
        pbx_answer_end(session);
    }
    pbx_answer_complete(session, "CoreShowChannelsComplete", channels->len);
    pbx_answer_end(session);
}

/* Functions of the dialplan that are another name of something known here. */
static const char *
find_function(const PbxManager *manager, const PbxManagerChannel *channel, const char *name)
{
    g_autofree char *inner = NULL;

    if (channel != NULL && strcmp(name, "CALLERID(num)") == 0)
        return pbx_channel_get_header(channel, "CallerIDNum", "");
    if (channel != NULL && strcmp(name, "CALLERID(name)") == 0)
        return pbx_channel_get_header(channel, "CallerIDName", "");
    if (!g_str_has_suffix(name, ")"))
        return NULL;
    inner = g_strdup(strchr(name, '(') != NULL ? strchr(name, '(') + 1 : "");
    inner[MAX(strlen(inner), 1) - 1] = '\0';
    if (g_str_has_prefix(name, "DB("))
        return g_hash_table_lookup(manager->script->database, inner);
    if (g_str_has_prefix(name, "GLOBAL("))
        return g_hash_table_lookup(manager->script->variables, inner);
    return NULL;
}

static const char *
find_variable(const PbxManager *manager, const PbxManagerChannel *channel, const char *name)
{
    const char *value = channel != NULL ? g_hash_table_lookup(channel->variables, name) : NULL;

    if (value == NULL)
        value = g_hash_table_lookup(manager->script->variables, name);
    if (value == NULL)
        value = find_function(manager, channel, name);
    return value != NULL ? value : "";
}

/* The first Asterisks had the ActionID at the end. */
static void
answer_variable(PbxManagerSession *session, const char *name, const char *value)
{
    gboolean is_old = !pbx_manager_script_is_since(session->manager->script, 1, 1);
    const char *id = pbx_request_get(session->waiting, "ActionID");

    if (is_old)
        pbx_answer_add(session, "Response", "Success");
    else
        pbx_answer_begin(session, "Success");
    pbx_answer_add(session, "Variable", "%s", name);
    pbx_answer_add(session, "Value", "%s", value);
    if (is_old && *id != '\0')
        pbx_answer_add(session, "ActionID", "%s", id);
    pbx_answer_end(session);
}

static void
run_get_variable(PbxManagerSession *session, const PbxRequest *request)
{
    const char *name = pbx_request_get(request, "Variable");
    gboolean is_global = *pbx_request_get(request, "Channel") == '\0';
    const PbxManagerChannel *channel = NULL;

    if (*name == '\0') {
        pbx_answer_error(session, "No variable specified");
        return;
    }
    if (!is_global) {
        channel = take_channel(session, request);
        if (channel == NULL)
            return;
    }
    answer_variable(session, name, find_variable(session->manager, channel, name));
}

/* Sets a variable and says so; @channel: (nullable): none is global. */
static void
set_variable(PbxManager *manager, PbxManagerChannel *channel, const char *name, const char *value)
{
    GHashTable *variables = channel != NULL ? channel->variables : manager->script->variables;
    GString *event = channel != NULL ? pbx_channel_event(channel, "VarSet") : NULL;

    if (event == NULL) {
        event = pbx_event_new("VarSet");
        pbx_event_add(event, "Channel", "none");
        pbx_event_add(event, "Uniqueid", "none");
    }
    g_hash_table_insert(variables, g_strdup(name), g_strdup(value));
    pbx_event_add(event, "Variable", "%s", name);
    pbx_event_add(event, "Value", "%s", value);
    pbx_event_emit(manager, "VarSet", event);
}

static void
run_set_variable(PbxManagerSession *session, const PbxRequest *request)
{
    const char *name = pbx_request_get(request, "Variable");
    gboolean is_global = *pbx_request_get(request, "Channel") == '\0';
    PbxManagerChannel *channel = NULL;

    if (*name == '\0') {
        pbx_answer_error(session, "No variable specified");
        return;
    }
    if (!is_global) {
        channel = take_channel(session, request);
        if (channel == NULL)
            return;
    }
    pbx_answer_success(session, "Variable Set");
    set_variable(session->manager, channel, name, pbx_request_get(request, "Value"));
}

static const char *
get_cause_text(int cause)
{
    static const struct {
        int cause;
        const char *text;
    } causes[] = {
        {1, "Unallocated (unassigned) number"},
        {16, "Normal Clearing"},
        {17, "User busy"},
        {18, "No user responding"},
        {19, "User alerting, no answer"},
        {21, "Call Rejected"},
        {34, "Circuit/channel congestion"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(causes); i++) {
        if (causes[i].cause == cause)
            return causes[i].text;
    }
    return "Unknown";
}

/* The channel is gone: an event says so, and it is freed. */
void
pbx_manager_remove_channel(PbxManager *manager, PbxManagerChannel *channel, int cause)
{
    GString *event = pbx_channel_event(channel, "Hangup");

    pbx_event_add(event, "Cause", "%d", cause);
    pbx_event_add(event, "Cause-txt", "%s", get_cause_text(cause));
    g_ptr_array_remove(manager->script->channels, channel);
    pbx_event_emit(manager, "Hangup", event);
}

/* Somebody hangs up: at once, or as soon as the AGI session on the channel has noticed. */
void
pbx_manager_hang_up(PbxManager *manager, PbxManagerChannel *channel, int cause)
{
    GString *event = pbx_channel_event(channel, "SoftHangupRequest");

    pbx_event_add(event, "Cause", "%d", cause);
    pbx_event_emit(manager, "SoftHangupRequest", event);
    channel->cause = cause;
    if (channel->call != NULL)
        pbx_manager_call_hang_up(channel->call);
    else
        pbx_manager_remove_channel(manager, channel, cause);
}

static void
run_hangup(PbxManagerSession *session, const PbxRequest *request)
{
    const char *cause = pbx_request_get(request, "Cause");
    PbxManagerChannel *channel = NULL;

    if (*pbx_request_get(request, "Channel") == '\0') {
        pbx_answer_error(session, "No channel specified");
        return;
    }
    channel = take_channel(session, request);
    if (channel == NULL)
        return;
    pbx_answer_success(session, "Channel Hungup");
    pbx_manager_hang_up(session->manager, channel,
                        *cause != '\0' ? (int) g_ascii_strtoll(cause, NULL, 10) : 16);
}

const PbxManagerAction pbx_manager_actions_channel[] = {
    {"CoreShowChannels", "system,reporting", run_show_channels, "List currently active channels."},
    {"Getvar", "call,reporting", run_get_variable, "Gets a channel variable or function value."},
    {"Hangup", "system,call", run_hangup, "Hangup channel."},
    {"Setvar", "call", run_set_variable, "Sets a channel variable or function value."},
    {"Status", "system,call,reporting", run_status, "List channel status."},
    {NULL, NULL, NULL, NULL},
};
