/* manager-core.c - the actions of the manager interface itself, and those about the whole PBX. */

#include "pbx/manager-private.h"
#include <string.h>

static void
run_ping(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    const PbxManagerScript *script = session->manager->script;
    gint64 now = g_get_real_time();

    if (!pbx_manager_script_is_since(script, 1, 1)) {
        pbx_answer_begin(session, "Pong");
        pbx_answer_end(session);
        return;
    }
    pbx_answer_begin(session, "Success");
    pbx_answer_add(session, "Ping", "Pong");
    if (pbx_manager_script_is_since(script, 1, 2))
        pbx_answer_add(session, "Timestamp", "%" G_GINT64_FORMAT ".%06d", now / G_USEC_PER_SEC,
                       (int) (now % G_USEC_PER_SEC));
    pbx_answer_end(session);
}

static void
run_events(PbxManagerSession *session, const PbxRequest *request)
{
    const char *mask = pbx_request_get(request, "EventMask");
    gboolean is_on = FALSE;

    if (*mask == '\0') {
        pbx_answer_error(session, "Invalid event mask");
        return;
    }
    session->mask = pbx_classes_parse_mask(mask, 0);
    is_on = session->mask != 0;
    if (!pbx_manager_script_is_since(session->manager->script, 1, 1)) {
        pbx_answer_begin(session, is_on ? "Events On" : "Events Off");
    } else {
        pbx_answer_begin(session, "Success");
        pbx_answer_add(session, "Events", "%s", is_on ? "On" : "Off");
    }
    pbx_answer_end(session);
}

static void
run_filter(PbxManagerSession *session, const PbxRequest *request)
{
    const char *problem = pbx_filter_add(session->filters, request);

    if (problem != NULL)
        pbx_answer_error(session, problem);
    else
        pbx_answer_success(session, "Success");
}

static void
run_list_commands(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    pbx_answer_begin(session, "Success");
    pbx_session_list_actions(session);
    pbx_answer_end(session);
}

/* Raises the event with every line but the action's own, its ActionID among them. */
static void
run_user_event(PbxManagerSession *session, const PbxRequest *request)
{
    const char *name = pbx_request_get(request, "UserEvent");
    GString *event = pbx_event_new("UserEvent");

    pbx_event_add(event, "UserEvent", "%s", name);
    for (guint i = 0; i < request->headers->len; i++) {
        const PbxPair *header = g_ptr_array_index(request->headers, i);

        if (g_ascii_strcasecmp(header->name, "Action") != 0 &&
            g_ascii_strcasecmp(header->name, "UserEvent") != 0)
            g_string_append_printf(event, "%s\r\n",
                                   (const char *) g_ptr_array_index(request->lines, i));
    }
    pbx_answer_success(session, "Event Sent");
    pbx_event_emit(session->manager, "UserEvent", event);
}

/* Commands are the script's; this is one that it does not know. */
static void
run_command(PbxManagerSession *session, const PbxRequest *request)
{
    const char *command = pbx_request_get(request, "Command");
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_autofree char *text = NULL;
    PbxManagerText line = {0};

    if (*command == '\0') {
        pbx_answer_error(session, "No command provided");
        return;
    }
    text = g_strdup_printf("No such command '%s' (type 'core show help %s' for other possible "
                           "commands)",
                           command, command);
    line.text = text;
    line.length = strlen(text);
    g_ptr_array_add(lines, &line);
    pbx_answer_output(session, "Error", lines);
}

/* The event that the client waits for has come, or its time is up, or it says something. */
void
pbx_session_end_wait(PbxManagerSession *session)
{
    session->is_waiting_for_event = FALSE;
    pbx_answer_success(session, "Waiting for Event completed.");
    g_string_append_len(session->answer, session->events->str, (gssize) session->events->len);
    g_string_truncate(session->events, 0);
    pbx_answer_item(session, "WaitEventComplete");
    pbx_answer_end(session);
    pbx_session_finish(session);
}

/* A wait with its time. */
typedef struct {
    PbxManagerSession *session;
    PbxRequest *request;
} Wait;

static void
wait_free(gpointer data)
{
    Wait *wait = data;

    pbx_session_unref(wait->session);
    pbx_request_unref(wait->request);
    g_free(wait);
}

static void
end_wait_in_time(gpointer data)
{
    Wait *wait = data;

    if (wait->session->is_waiting_for_event && wait->session->waiting == wait->request)
        pbx_session_end_wait(wait->session);
}

static void
run_wait_event(PbxManagerSession *session, const PbxRequest *request)
{
    const char *text = pbx_request_get(request, "Timeout");
    gint64 seconds = *text != '\0' ? g_ascii_strtoll(text, NULL, 10) : -1;
    Wait *wait = NULL;

    session->is_deferred = TRUE;
    session->is_waiting_for_event = TRUE;
    if (session->input->len > session->taken) {
        pbx_session_end_wait(session);
        return;
    }
    if (seconds < 0)
        return;
    wait = g_new0(Wait, 1);
    wait->session = pbx_session_ref(session);
    wait->request = pbx_request_ref(session->waiting);
    pbx_manager_call_later(session->manager, (gdouble) seconds, end_wait_in_time, wait, wait_free);
    (void) request;
}

static char *
format_start(const PbxManagerSession *session, const char *format)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autoptr(GDateTime) start =
        g_date_time_add(now, session->manager->start - g_get_monotonic_time());

    return g_date_time_format(start, format);
}

static void
run_core_status(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    g_autofree char *date = format_start(session, "%F");
    g_autofree char *time = format_start(session, "%T");

    pbx_answer_begin(session, "Success");
    pbx_answer_add(session, "CoreStartupDate", "%s", date);
    pbx_answer_add(session, "CoreStartupTime", "%s", time);
    pbx_answer_add(session, "CoreReloadDate", "%s", date);
    pbx_answer_add(session, "CoreReloadTime", "%s", time);
    pbx_answer_add(session, "CoreCurrentCalls", "%u", session->manager->script->channels->len);
    pbx_answer_add(session, "CoreProcessedCalls", "%" G_GUINT64_FORMAT,
                   session->manager->n_channels);
    pbx_answer_end(session);
}

static void
run_core_settings(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    pbx_answer_begin(session, "Success");
    pbx_answer_add(session, "AMIversion", "%s", session->manager->script->version);
    pbx_answer_add(session, "AsteriskVersion", "22.6.0");
    pbx_answer_add(session, "SystemName", "%s", "");
    pbx_answer_add(session, "CoreMaxCalls", "0");
    pbx_answer_add(session, "CoreMaxLoadAvg", "0.000000");
    pbx_answer_add(session, "CoreRunUser", "%s", "");
    pbx_answer_add(session, "CoreRunGroup", "%s", "");
    pbx_answer_add(session, "CoreMaxFilehandles", "0");
    pbx_answer_add(session, "CoreRealTimeEnabled", "No");
    pbx_answer_add(session, "CoreCDRenabled", "No");
    pbx_answer_add(session, "CoreHTTPenabled", "No");
    pbx_answer_add(session, "SoundsSearchCustomDir", "No");
    pbx_answer_end(session);
}

const PbxManagerAction pbx_manager_actions_core[] = {
    {"Command", "command", run_command, "Execute Asterisk CLI Command."},
    {"CoreSettings", "system,reporting", run_core_settings,
     "Show PBX core settings (version etc)."},
    {"CoreStatus", "system,reporting", run_core_status, "Show PBX core status variables."},
    {"Events", "", run_events, "Control Event Flow."},
    {"Filter", "system", run_filter, "Dynamically add filters for the current manager session."},
    {"ListCommands", "", run_list_commands, "List available manager commands."},
    {"Ping", "", run_ping, "Keepalive command."},
    {"UserEvent", "user", run_user_event, "Send an arbitrary event."},
    {"WaitEvent", "", run_wait_event, "Wait for an event to occur."},
    {NULL, NULL, NULL, NULL},
};
