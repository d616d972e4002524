/* manager-events.c - events: putting them together, sending them to whoever wants them, and when.
 */

#include "pbx/manager-private.h"
#include <stdarg.h>
#include <string.h>

/* The first lines of an event. */
GString *
pbx_event_new(const char *name)
{
    g_autofree char *classes = pbx_classes_to_text(pbx_classes_of_event(name));
    GString *event = g_string_new(NULL);

    g_string_printf(event, "Event: %s\r\nPrivilege: %s\r\n", name, classes);
    return event;
}

void
pbx_event_add(GString *event, const char *name, const char *format, ...)
{
    va_list list;

    g_string_append_printf(event, "%s: ", name);
    va_start(list, format);
    g_string_append_vprintf(event, format, list);
    va_end(list);
    g_string_append(event, "\r\n");
}

/* The sessions of now, which may end while something is done to each. (transfer container) */
GPtrArray *
pbx_manager_copy_sessions(const PbxManager *manager)
{
    GPtrArray *sessions = g_ptr_array_new_with_free_func(pbx_session_unref);

    for (guint i = 0; i < manager->sessions->len; i++)
        g_ptr_array_add(sessions, pbx_session_ref(g_ptr_array_index(manager->sessions, i)));
    return sessions;
}

/* Sends a whole event to every session that wants it. */
void
pbx_event_send_to_all(PbxManager *manager, guint32 classes, const char *text, gsize length)
{
    g_autoptr(GPtrArray) sessions = pbx_manager_copy_sessions(manager);

    for (guint i = 0; i < sessions->len; i++)
        pbx_session_send_event(g_ptr_array_index(sessions, i), classes, text, length);
}

/* Ends an event, and sends it to every session that wants it. @event: (transfer full) */
void
pbx_event_emit(PbxManager *manager, const char *name, GString *event)
{
    g_string_append(event, "\r\n");
    pbx_event_send_to_all(manager, pbx_classes_of_event(name), event->str, event->len);
    g_string_free(event, TRUE);
}

/* The event that says that the PBX is up; its lines differ between versions. */
void
pbx_event_append_booted(const PbxManager *manager, GString *output)
{
    gint64 seconds = (g_get_monotonic_time() - manager->start) / G_USEC_PER_SEC;

    g_string_append(output, "Event: FullyBooted\r\nPrivilege: system,all\r\n");
    if (pbx_manager_script_is_since(manager->script, 5, 0))
        g_string_append_printf(
            output, "Uptime: %" G_GINT64_FORMAT "\r\nLastReload: %" G_GINT64_FORMAT "\r\n", seconds,
            seconds);
    g_string_append(output, "Status: Fully Booted\r\n\r\n");
}

void
pbx_event_emit_booted(PbxManager *manager)
{
    g_autoptr(GString) text = g_string_new(NULL);

    pbx_event_append_booted(manager, text);
    pbx_event_send_to_all(manager, pbx_classes_parse("system"), text->str, text->len);
}

/* The classes that a message of the script asks for: by its Privilege, else by its name. */
static guint32
find_classes(const GPtrArray *message)
{
    const char *privilege = pbx_manager_text_find(message, "Privilege");
    const char *event = pbx_manager_text_find(message, "Event");
    g_autofree char *classes = NULL;

    if (privilege == NULL)
        return event != NULL ? pbx_classes_of_event(event) : 0;
    classes = g_strdup(privilege);
    if (g_str_has_suffix(classes, ",all"))
        classes[strlen(classes) - strlen(",all")] = '\0';
    return pbx_classes_parse(classes);
}

/* One event of the script, with the line Privilege if it has none. */
static GString *
write_event(const GPtrArray *message, const PbxRequest *request)
{
    GString *text = g_string_new(NULL);
    const char *event = pbx_manager_text_find(message, "Event");

    pbx_manager_text_append(text, message, request, NULL);
    if (event != NULL && pbx_manager_text_find(message, "Privilege") == NULL &&
        g_str_has_prefix(text->str, "Event:")) {
        g_autofree char *classes = pbx_classes_to_text(pbx_classes_of_event(event));
        g_autofree char *line = g_strdup_printf("Privilege: %s\r\n", classes);

        g_string_insert(text, strcspn(text->str, "\n") + 1, line);
    }
    return text;
}

/* @session: (nullable): the one that has logged in, else all. */
static void
send_events(PbxManager *manager, PbxManagerSession *session, const GPtrArray *messages,
            const PbxRequest *request)
{
    for (guint i = 0; i < messages->len; i++) {
        const GPtrArray *message = g_ptr_array_index(messages, i);
        g_autoptr(GString) text = write_event(message, request);

        if (session != NULL)
            pbx_session_send_event(session, find_classes(message), text->str, text->len);
        else
            pbx_event_send_to_all(manager, find_classes(message), text->str, text->len);
    }
}

static void
start_floods(PbxManager *manager, PbxManagerSession *session, const PbxManagerHappening *happening)
{
    g_autoptr(GPtrArray) sessions = NULL;

    if (session != NULL) {
        pbx_session_start_flood(session, happening->number, happening->rate);
        return;
    }
    sessions = pbx_manager_copy_sessions(manager);
    for (guint i = 0; i < sessions->len; i++)
        pbx_session_start_flood(g_ptr_array_index(sessions, i), happening->number, happening->rate);
}

static void
hang_up(PbxManager *manager, const PbxManagerHappening *happening)
{
    PbxManagerChannel *channel = pbx_manager_find_channel(manager, happening->text);

    if (channel != NULL)
        pbx_manager_hang_up(manager, channel, happening->cause);
}

/* On a channel that is there, or on a new one. */
static void
start_async_agi(PbxManager *manager, const PbxManagerHappening *happening)
{
    PbxManagerChannel *channel = pbx_manager_find_channel(manager, happening->text);

    if (channel == NULL) {
        g_autofree char *id =
            g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GUINT64_FORMAT,
                            g_get_real_time() / G_USEC_PER_SEC, manager->n_channels++);

        channel = pbx_manager_channel_new(happening->text, id);
        g_ptr_array_add(manager->script->channels, channel);
        pbx_event_emit(manager, "Newchannel", pbx_channel_event(channel, "Newchannel"));
    }
    if (channel->call == NULL)
        pbx_manager_call_start_async(manager, channel, happening->script);
}

static void
happen(PbxManager *manager, PbxManagerSession *session, const PbxManagerHappening *happening,
       const PbxRequest *request)
{
    switch (happening->kind) {
    case PBX_HAPPENING_EVENT:
        send_events(manager, happening->moment == PBX_MOMENT_LOGIN ? session : NULL,
                    happening->messages, request);
        return;
    case PBX_HAPPENING_FLOOD:
        start_floods(manager, session, happening);
        return;
    case PBX_HAPPENING_HANGUP:
        hang_up(manager, happening);
        return;
    case PBX_HAPPENING_ASYNC_AGI:
        start_async_agi(manager, happening);
        return;
    }
}

/* A happening on its way. */
typedef struct {
    PbxManager *manager;
    PbxManagerSession *session;
    PbxManagerHappening *happening;
    PbxRequest *request;
} Due;

static Due *
due_new(PbxManager *manager, PbxManagerSession *session, PbxManagerHappening *happening,
        PbxRequest *request)
{
    Due *due = g_new0(Due, 1);

    g_atomic_ref_count_inc(&happening->references);
    due->manager = manager;
    due->session = session != NULL ? pbx_session_ref(session) : NULL;
    due->happening = happening;
    due->request = request != NULL ? pbx_request_ref(request) : NULL;
    return due;
}

static void
due_free(gpointer data)
{
    Due *due = data;

    g_clear_pointer(&due->session, pbx_session_unref);
    g_clear_pointer(&due->request, pbx_request_unref);
    pbx_manager_happening_unref(due->happening);
    g_free(due);
}

static void run_due(gpointer data);

static void
schedule(PbxManager *manager, PbxManagerHappening *happening)
{
    pbx_manager_call_later(manager, happening->seconds, run_due,
                           due_new(manager, NULL, happening, NULL), due_free);
}

static void
run_due(gpointer data)
{
    Due *due = data;

    if (due->session != NULL && due->session->is_closed)
        return;
    if (due->happening->moment == PBX_MOMENT_EVERY)
        schedule(due->manager, due->happening);
    happen(due->manager, due->session, due->happening, due->request);
}

/* Puts what the script has just said of times on the clock. */
void
pbx_manager_schedule(PbxManager *manager)
{
    GPtrArray *due = manager->script->due;

    for (guint i = 0; i < due->len; i++)
        schedule(manager, g_ptr_array_index(due, i));
    g_ptr_array_set_size(due, 0);
}

/* A session has come to a place: what belongs there happens, at once or after a time. */
void
pbx_session_happen(PbxManagerSession *session, PbxMomentKind moment, PbxRequest *request)
{
    GPtrArray *happenings = session->manager->script->happenings;

    for (guint i = 0; i < happenings->len; i++) {
        PbxManagerHappening *happening = g_ptr_array_index(happenings, i);

        if (happening->moment != moment)
            continue;
        if (moment == PBX_MOMENT_ACTION && !pbx_manager_match(&happening->match, request))
            continue;
        if (happening->seconds > 0)
            pbx_manager_call_later(session->manager, happening->seconds, run_due,
                                   due_new(session->manager, session, happening, request),
                                   due_free);
        else
            happen(session->manager, session, happening, request);
    }
}
