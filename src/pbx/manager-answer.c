/* manager-answer.c - what an action is answered with, put together piece by piece. */

#include "pbx/manager-private.h"
#include <stdarg.h>
#include <string.h>

static void
add_action_id(PbxManagerSession *session)
{
    const char *id = pbx_request_get(session->waiting, "ActionID");

    if (*id != '\0')
        pbx_answer_add(session, "ActionID", "%s", id);
}

/* The first lines of a response. */
void
pbx_answer_begin(PbxManagerSession *session, const char *response)
{
    pbx_answer_add(session, "Response", "%s", response);
    add_action_id(session);
}

void
pbx_answer_add(PbxManagerSession *session, const char *name, const char *format, ...)
{
    va_list list;

    g_string_append_printf(session->answer, "%s: ", name);
    va_start(list, format);
    g_string_append_vprintf(session->answer, format, list);
    va_end(list);
    g_string_append(session->answer, "\r\n");
}

void
pbx_answer_end(PbxManagerSession *session)
{
    g_string_append(session->answer, "\r\n");
}

static void
answer(PbxManagerSession *session, const char *response, const char *message)
{
    pbx_answer_begin(session, response);
    if (message != NULL)
        pbx_answer_add(session, "Message", "%s", message);
    pbx_answer_end(session);
}

/* A response that is nothing but a message; @message: NULL: not even that. */
void
pbx_answer_success(PbxManagerSession *session, const char *message)
{
    answer(session, "Success", message);
}

void
pbx_answer_error(PbxManagerSession *session, const char *message)
{
    answer(session, "Error", message);
}

/* Before Asterisk 13 only some lists had marks, and before 1.6 none. */
static gboolean
has_marks(const PbxManagerSession *session)
{
    static const char *const early[] = {"CoreShowChannels", "SIPpeers", "IAXpeers"};
    const PbxManagerScript *script = session->manager->script;
    const char *action = pbx_request_get_action(session->waiting);

    if (pbx_manager_script_is_since(script, 2, 6))
        return TRUE;
    if (!pbx_manager_script_is_since(script, 1, 1))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(early); i++) {
        if (g_ascii_strcasecmp(action, early[i]) == 0)
            return TRUE;
    }
    return g_ascii_strncasecmp(action, "Meetme", strlen("Meetme")) == 0 ||
           g_ascii_strncasecmp(action, "Confbridge", strlen("Confbridge")) == 0;
}

/* The response in front of a list. */
void
pbx_answer_list(PbxManagerSession *session, const char *message)
{
    pbx_answer_begin(session, "Success");
    if (has_marks(session))
        pbx_answer_add(session, "EventList", "start");
    pbx_answer_add(session, "Message", "%s", message);
    pbx_answer_end(session);
}

/* The first lines of an event of the list. */
void
pbx_answer_item(PbxManagerSession *session, const char *event)
{
    pbx_answer_add(session, "Event", "%s", event);
    add_action_id(session);
}

/* The first lines of the event that ends a list; pbx_answer_end() ends it. */
void
pbx_answer_complete(PbxManagerSession *session, const char *event, guint n)
{
    pbx_answer_item(session, event);
    if (!has_marks(session))
        return;
    pbx_answer_add(session, "EventList", "Complete");
    pbx_answer_add(session, "ListItems", "%u", n);
}

/* What a command of the command line printed, as this version sends it. */
void
pbx_answer_output(PbxManagerSession *session, const char *response, const GPtrArray *lines)
{
    gboolean is_old = !pbx_manager_script_is_since(session->manager->script, 3, 0);

    if (is_old) {
        pbx_answer_add(session, "Response", "Follows");
        pbx_answer_add(session, "Privilege", "Command");
        add_action_id(session);
    } else {
        pbx_answer_begin(session, response);
        pbx_answer_add(session, "Message", "Command output follows");
    }
    for (guint i = 0; i < lines->len; i++) {
        const PbxManagerText *line = g_ptr_array_index(lines, i);

        g_string_append(session->answer, is_old ? "" : "Output: ");
        g_string_append_len(session->answer, line->text, (gssize) line->length);
        g_string_append(session->answer, is_old ? "\n" : "\r\n");
    }
    if (is_old)
        g_string_append(session->answer, "--END COMMAND--\r\n");
    else if (lines->len == 0)
        pbx_answer_add(session, "Output", "%s", "");
    pbx_answer_end(session);
}
