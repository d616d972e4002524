/* manager-originate.c - the action Originate: what becomes of it, by the script, step by step. */

#include "pbx/manager-private.h"
#include <stdio.h>
#include <string.h>

/** How long Asterisk rings when the action does not say, in milliseconds. */
#define TIMEOUT_MSEC 30000

/* How the dialling ends: what the script calls it, and what events say. */
static const struct {
    const char *dial_status;
    int reason;
    int cause;
} endings[] = {
    [PBX_OUTCOME_ANSWERS] = {"ANSWER", 4, 16},        [PBX_OUTCOME_BUSY] = {"BUSY", 5, 17},
    [PBX_OUTCOME_NO_ANSWER] = {"NOANSWER", 3, 19},    [PBX_OUTCOME_FAILS] = {NULL, 0, 0},
    [PBX_OUTCOME_CONGESTION] = {"CONGESTION", 8, 34},
};

/* An Originate on its way. @session: (nullable): it waits for the end. */
typedef struct {
    PbxManager *manager;
    PbxManagerSession *session;
    PbxRequest *request;
    PbxOutcomeKind outcome;
    char *url;
    char *channel; /* its name; NULL: there is none */
} Attempt;

static void
attempt_free(gpointer data)
{
    Attempt *attempt = data;

    g_clear_pointer(&attempt->session, pbx_session_unref);
    pbx_request_unref(attempt->request);
    g_free(attempt->url);
    g_free(attempt->channel);
    g_free(attempt);
}

static const char *
get(const Attempt *attempt, const char *name)
{
    return pbx_request_get(attempt->request, name);
}

static const PbxManagerOutcome *
find_outcome(const PbxManager *manager, const char *channel)
{
    const GPtrArray *outcomes = manager->script->outcomes;

    for (guint i = outcomes->len; i > 0; i--) {
        const PbxManagerOutcome *outcome = g_ptr_array_index(outcomes, i - 1);

        if (g_pattern_match_simple(outcome->pattern, channel))
            return outcome;
    }
    return NULL;
}

/* `"Name" <number>`, `Name <number>` or a number alone. */
static void
split_caller_id(const char *text, char **name, char **number)
{
    const char *start = strchr(text, '<');

    if (start == NULL) {
        *name = g_strdup("");
        *number = g_strdup(text);
        return;
    }
    *name = g_strstrip(g_strndup(text, (gsize) (start - text)));
    if (**name == '"') {
        memmove(*name, *name + 1, strlen(*name));
        (*name)[strcspn(*name, "\"")] = '\0';
    }
    *number = g_strndup(start + 1, strcspn(start + 1, ">"));
}

static void
set_known(PbxManagerChannel *channel, const char *name, const char *value)
{
    if (*value != '\0')
        pbx_channel_set_header(channel, name, value);
}

static void
set_headers(PbxManagerChannel *channel, const Attempt *attempt)
{
    g_autoptr(GPtrArray) variables = pbx_request_get_variables(attempt->request);
    g_autofree char *name = NULL;
    g_autofree char *number = NULL;

    split_caller_id(get(attempt, "CallerID"), &name, &number);
    set_known(channel, "CallerIDNum", number);
    set_known(channel, "CallerIDName", name);
    set_known(channel, "ConnectedLineNum", number);
    set_known(channel, "ConnectedLineName", name);
    set_known(channel, "AccountCode", get(attempt, "Account"));
    set_known(channel, "Context", get(attempt, "Context"));
    set_known(channel, "Exten", get(attempt, "Exten"));
    set_known(channel, "Priority", get(attempt, "Priority"));
    set_known(channel, "Application", get(attempt, "Application"));
    set_known(channel, "Data", get(attempt, "Data"));
    set_known(channel, "ApplicationData", get(attempt, "Data"));
    for (guint i = 0; i < variables->len; i++) {
        const PbxPair *pair = g_ptr_array_index(variables, i);
        const char *bare = pair->name + strspn(pair->name, "_");

        g_hash_table_insert(channel->variables, g_strdup(bare), g_strdup(pair->value));
    }
}

/* The channel that is called, not answered yet. */
static PbxManagerChannel *
add_channel(Attempt *attempt)
{
    PbxManager *manager = attempt->manager;
    guint64 number = manager->n_channels++;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GUINT64_FORMAT,
                                          g_get_real_time() / G_USEC_PER_SEC, number);
    g_autofree char *name =
        g_strdup_printf("%s-%08" G_GINT64_MODIFIER "x%s", get(attempt, "Channel"), number,
                        g_str_has_prefix(get(attempt, "Channel"), "Local/") ? ";1" : "");
    const char *wanted = get(attempt, "ChannelId");
    PbxManagerChannel *channel = pbx_manager_channel_new(name, *wanted != '\0' ? wanted : id);

    set_headers(channel, attempt);
    pbx_channel_set_state(channel, "0", "Down");
    attempt->channel = g_strdup(name);
    g_ptr_array_add(manager->script->channels, channel);
    pbx_event_emit(manager, "Newchannel", pbx_channel_event(channel, "Newchannel"));
    return channel;
}

static void
emit_dial(const Attempt *attempt, const PbxManagerChannel *channel, const char *name,
          const char *header, const char *value)
{
    GString *event = pbx_event_new(name);

    pbx_channel_append(event, channel, "Dest");
    pbx_event_add(event, header, "%s", value);
    pbx_event_emit(attempt->manager, name, event);
}

static void
emit_state(const Attempt *attempt, PbxManagerChannel *channel, const char *state,
           const char *description)
{
    pbx_channel_set_state(channel, state, description);
    pbx_event_emit(attempt->manager, "Newstate", pbx_channel_event(channel, "Newstate"));
}

/* What the event at the end says of where the call goes. */
static void
add_destination(GString *event, const Attempt *attempt)
{
    if (*get(attempt, "Application") != '\0') {
        pbx_event_add(event, "Application", "%s", get(attempt, "Application"));
        pbx_event_add(event, "Data", "%s", get(attempt, "Data"));
    } else {
        pbx_event_add(event, "Context", "%s", get(attempt, "Context"));
        pbx_event_add(event, "Exten", "%s", get(attempt, "Exten"));
    }
}

static const char *
get_unique_id(const Attempt *attempt, const PbxManagerChannel *channel)
{
    if (channel != NULL && attempt->outcome == PBX_OUTCOME_ANSWERS)
        return channel->unique_id;
    return *get(attempt, "ChannelId") != '\0' ? get(attempt, "ChannelId") : "<unknown>";
}

static void
emit_response(const Attempt *attempt, const PbxManagerChannel *channel)
{
    GString *event = pbx_event_new("OriginateResponse");
    gboolean is_answered = attempt->outcome == PBX_OUTCOME_ANSWERS;
    g_autofree char *name = NULL;
    g_autofree char *number = NULL;

    split_caller_id(get(attempt, "CallerID"), &name, &number);
    if (*get(attempt, "ActionID") != '\0')
        pbx_event_add(event, "ActionID", "%s", get(attempt, "ActionID"));
    pbx_event_add(event, "Response", "%s", is_answered ? "Success" : "Failure");
    pbx_event_add(event, "Channel", "%s", is_answered ? attempt->channel : get(attempt, "Channel"));
    add_destination(event, attempt);
    pbx_event_add(event, "Reason", "%d", endings[attempt->outcome].reason);
    pbx_event_add(event, "Uniqueid", "%s", get_unique_id(attempt, channel));
    pbx_event_add(event, "CallerIDNum", "%s", *number != '\0' ? number : "<unknown>");
    pbx_event_add(event, "CallerIDName", "%s", *name != '\0' ? name : "<unknown>");
    pbx_event_emit(attempt->manager, "OriginateResponse", event);
}

/* The answer to whoever waits for the end, or the event for all. */
static void
say_how_it_ended(const Attempt *attempt, const PbxManagerChannel *channel)
{
    PbxManagerSession *session = attempt->session;

    if (session == NULL) {
        emit_response(attempt, channel);
        return;
    }
    if (session->is_closed)
        return;
    if (attempt->outcome == PBX_OUTCOME_ANSWERS)
        pbx_answer_success(session, "Originate successfully queued");
    else
        pbx_answer_error(session, "Originate failed");
    pbx_session_finish(session);
}

/* The dialplan, or the application, takes over; what this does not know leaves the channel up. */
static void
go_on(const Attempt *attempt, PbxManagerChannel *channel)
{
    const char *application = get(attempt, "Application");
    gboolean is_agi = g_ascii_strcasecmp(application, "AGI") == 0;
    const char *url = is_agi ? get(attempt, "Data") : *application == '\0' ? attempt->url : NULL;

    if (url == NULL)
        return;
    if (strcmp(url, "agi:async") == 0)
        pbx_manager_call_start_async(attempt->manager, channel, NULL);
    else
        pbx_manager_call_start(attempt->manager, channel, url);
}

/* The dialling is over. */
static void
finish(gpointer data)
{
    Attempt *attempt = data;
    PbxManagerChannel *channel = attempt->channel != NULL
                                     ? pbx_manager_find_channel(attempt->manager, attempt->channel)
                                     : NULL;

    if (channel == NULL && attempt->outcome != PBX_OUTCOME_FAILS) {
        attempt->outcome = PBX_OUTCOME_FAILS; /* somebody has hung up */
        say_how_it_ended(attempt, NULL);
        return;
    }
    if (attempt->outcome == PBX_OUTCOME_ANSWERS)
        emit_state(attempt, channel, "6", "Up");
    if (channel != NULL)
        emit_dial(attempt, channel, "DialEnd", "DialStatus", endings[attempt->outcome].dial_status);
    say_how_it_ended(attempt, channel);
    if (attempt->outcome == PBX_OUTCOME_ANSWERS)
        go_on(attempt, channel);
    else if (channel != NULL)
        pbx_manager_remove_channel(attempt->manager, channel, endings[attempt->outcome].cause);
}

/* Dials, and comes back when that has ended. */
static void
begin(gpointer data)
{
    const Attempt *given = data;
    const PbxManagerOutcome *outcome = find_outcome(given->manager, get(given, "Channel"));
    Attempt *attempt = g_new0(Attempt, 1);
    gdouble seconds = outcome != NULL ? outcome->seconds : 0;

    attempt->manager = given->manager;
    attempt->session = given->session != NULL ? pbx_session_ref(given->session) : NULL;
    attempt->request = pbx_request_ref(given->request);
    attempt->outcome = outcome != NULL ? outcome->outcome : PBX_OUTCOME_ANSWERS;
    attempt->url = g_strdup(outcome != NULL ? outcome->url : NULL);
    if (seconds < 0) {
        const char *timeout = get(attempt, "Timeout");

        seconds = attempt->outcome != PBX_OUTCOME_NO_ANSWER
                      ? 0
                      : (*timeout != '\0' ? g_ascii_strtod(timeout, NULL) : TIMEOUT_MSEC) / 1000;
    }
    if (attempt->outcome != PBX_OUTCOME_FAILS) {
        PbxManagerChannel *channel = add_channel(attempt);
        const char *resource = strchr(get(attempt, "Channel"), '/') + 1;

        emit_dial(attempt, channel, "DialBegin", "DialString", resource);
        if (attempt->outcome != PBX_OUTCOME_CONGESTION && attempt->outcome != PBX_OUTCOME_BUSY)
            emit_state(attempt, channel, "5", "Ringing");
    }
    pbx_manager_call_later(attempt->manager, seconds, finish, attempt, attempt_free);
}

/* Applications, and parts of data, that a user without class system may not originate to. */
static gboolean
is_forbidden(const PbxManagerSession *session, const PbxRequest *request)
{
    static const char *const applications[] = {"agi",        "dbdeltree", "exec",   "externalivr",
                                               "mixmonitor", "originate", "reload", "system"};
    static const char *const data[] = {"CURL", "DB", "EVAL", "FILE", "ODBC", "REALTIME", "SHELL"};
    g_autofree char *application = g_ascii_strdown(pbx_request_get(request, "Application"), -1);

    if ((session->user->write & pbx_classes_parse("system")) != 0 || *application == '\0')
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(applications); i++) {
        if (strstr(application, applications[i]) != NULL)
            return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(data); i++) {
        if (strstr(pbx_request_get(request, "Data"), data[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* What is wrong with the action, or NULL. */
static const char *
find_problem(const PbxManagerSession *session, const PbxRequest *request)
{
    const char *channel = pbx_request_get(request, "Channel");
    const char *priority = pbx_request_get(request, "Priority");
    const char *timeout = pbx_request_get(request, "Timeout");

    if (*channel == '\0')
        return "Channel not specified";
    if (*priority != '\0' && g_ascii_isalpha(*priority) &&
        *pbx_request_get(request, "Exten") == '\0')
        return "Invalid priority";
    if (*timeout != '\0' && !g_ascii_isdigit(*timeout))
        return "Invalid timeout";
    if (strchr(channel, '/') == NULL)
        return "Invalid channel";
    if (is_forbidden(session, request))
        return "Originate Access Forbidden: app or data blacklisted";
    if (*pbx_request_get(request, "Application") == '\0' &&
        (*pbx_request_get(request, "Exten") == '\0' ||
         *pbx_request_get(request, "Context") == '\0' || *priority == '\0'))
        return "Originate with 'Exten' requires 'Context' and 'Priority'";
    return NULL;
}

static void
run_originate(PbxManagerSession *session, const PbxRequest *request)
{
    const char *problem = find_problem(session, request);
    Attempt *attempt = NULL;

    if (problem != NULL) {
        pbx_answer_error(session, problem);
        return;
    }
    attempt = g_new0(Attempt, 1);
    attempt->manager = session->manager;
    attempt->request = pbx_request_ref(session->waiting);
    if (pbx_request_is_true(request, "Async")) {
        pbx_answer_success(session, "Originate successfully queued");
    } else {
        attempt->session = pbx_session_ref(session);
        session->is_deferred = TRUE;
    }
    pbx_manager_call_later(session->manager, 0, begin, attempt, attempt_free);
}

const PbxManagerAction pbx_manager_actions_originate[] = {
    {"Originate", "originate", run_originate, "Originate a call."},
    {NULL, NULL, NULL, NULL},
};
