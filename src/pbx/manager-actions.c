/* manager-actions.c - an action's way to its answer: the script's, a built-in one, or an error. */

#include "ami/table.h"
#include "pbx/manager-private.h"
#include <string.h>

/** Bytes of an error about an action that is unknown. */
#define MESSAGE_MAXIMUM 511

static const PbxManagerAction *const tables[] = {
    pbx_manager_actions_login,   pbx_manager_actions_core,      pbx_manager_actions_data,
    pbx_manager_actions_channel, pbx_manager_actions_originate, pbx_manager_actions_agi,
};

static const PbxManagerAction *
find_action(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbxManagerAction *action = tables[i]; action->name != NULL; action++) {
            if (g_ascii_strcasecmp(action->name, name) == 0)
                return action;
        }
    }
    return NULL;
}

/* The script's answer: of several that match, the one that was read last. */
static PbxManagerAnswer *
find_answer(PbxManagerSession *session, const PbxRequest *request)
{
    GPtrArray *answers = session->manager->script->answers;
    PbxManagerAnswer *found = NULL;

    for (guint i = 0; i < answers->len; i++) {
        PbxManagerAnswer *answer = g_ptr_array_index(answers, i);

        if (pbx_manager_match(&answer->match, request))
            found = answer;
    }
    return found;
}

/* The messages of the script; a login that they grant is one. */
static void
answer_messages(PbxManagerSession *session, const PbxRequest *request, const GPtrArray *messages)
{
    const char *action = pbx_request_get_action(request);

    for (guint i = 0; i < messages->len; i++) {
        const GPtrArray *message = g_ptr_array_index(messages, i);
        const char *response = pbx_manager_text_find(message, "Response");

        pbx_manager_text_append(session->answer, message, request,
                                pbx_request_get(request, "ActionID"));
        if (session->user == NULL && g_ascii_strcasecmp(action, "Login") == 0 &&
            g_strcmp0(response, "Success") == 0)
            pbx_session_log_in(session, request);
        if (g_strcmp0(response, "Goodbye") == 0)
            session->ends = TRUE;
    }
}

static char *
make_complete_name(const PbxManagerAnswer *answer, const PbxRequest *request)
{
    const char *action = pbx_request_get_action(request);
    const AmiActionRow *row = ami_table_find(action);

    if (answer->complete != NULL)
        return g_strdup(answer->complete);
    if (row != NULL && row->complete != NULL)
        return g_strdup(row->complete);
    return g_strdup_printf("%sComplete", action);
}

/* One event of a list; the script may leave its name out. */
static void
append_item(PbxManagerSession *session, const PbxRequest *request, const char *event,
            const GPtrArray *message)
{
    const char *id = pbx_request_get(request, "ActionID");

    if (pbx_manager_text_find(message, "Event") == NULL) {
        pbx_answer_item(session, event);
        id = NULL;
    }
    pbx_manager_text_append(session->answer, message, request, id);
}

static void
answer_list(PbxManagerSession *session, const PbxRequest *request, const PbxManagerAnswer *answer)
{
    g_autofree char *complete = make_complete_name(answer, request);

    pbx_answer_list(session, "List will follow");
    for (guint i = 0; i < answer->messages->len; i++)
        append_item(session, request, answer->text, g_ptr_array_index(answer->messages, i));
    pbx_answer_complete(session, complete, answer->messages->len);
    pbx_answer_end(session);
}

static void
answer_from_script(PbxManagerSession *session, const PbxRequest *request,
                   const PbxManagerAnswer *answer)
{
    switch (answer->kind) {
    case PBX_ANSWER_MESSAGES:
        answer_messages(session, request, answer->messages);
        return;
    case PBX_ANSWER_LIST:
        answer_list(session, request, answer);
        return;
    case PBX_ANSWER_ERROR:
        pbx_answer_error(session, answer->text);
        session->ends = g_ascii_strcasecmp(pbx_request_get_action(request), "Login") == 0;
        return;
    case PBX_ANSWER_OUTPUT:
        pbx_answer_output(session, "Success", answer->messages);
        return;
    case PBX_ANSWER_NOTHING:
        return;
    }
}

/* An action that Asterisk has and this has not: it succeeds, and a list is empty. */
static void
answer_by_table(PbxManagerSession *session, const AmiActionRow *row)
{
    if (row->shape != AMI_SHAPE_LIST) {
        pbx_answer_success(session, "Success");
        return;
    }
    pbx_answer_list(session, "List will follow");
    pbx_answer_complete(session, row->complete, 0);
    pbx_answer_end(session);
}

static void
answer_unknown(PbxManagerSession *session, const char *name)
{
    g_autofree char *message = NULL;

    if (!pbx_manager_script_is_since(session->manager->script, 1, 1)) {
        pbx_answer_error(session, "Invalid/unknown command");
        return;
    }
    message = g_strdup_printf("Invalid/unknown command: %s. Use Action: ListCommands to show "
                              "available commands.",
                              name);
    if (strlen(message) > MESSAGE_MAXIMUM)
        message[MESSAGE_MAXIMUM] = '\0';
    pbx_answer_error(session, message);
}

static gboolean
needs_login(const char *name)
{
    return g_ascii_strcasecmp(name, "Login") != 0 && g_ascii_strcasecmp(name, "Logoff") != 0 &&
           g_ascii_strcasecmp(name, "Challenge") != 0;
}

/* What keeps the client from an action, or NULL. */
static const char *
find_refusal(const PbxManagerSession *session, const char *name, const char *classes)
{
    guint32 needed = pbx_classes_parse(classes);

    if (*name == '\0')
        return "Missing action in request";
    if (session->user == NULL && needs_login(name))
        return pbx_manager_script_is_since(session->manager->script, 1, 1)
                   ? "Permission denied"
                   : "Authentication Required";
    if (session->user != NULL && needed != 0 && (session->user->write & needed) == 0)
        return "Permission denied";
    return NULL;
}

/* Fills the answer to an action, or defers it. */
void
pbx_session_answer(PbxManagerSession *session, const PbxRequest *request)
{
    const char *name = pbx_request_get_action(request);
    const PbxManagerAction *action = find_action(name);
    const AmiActionRow *row = ami_table_find(name);
    const char *classes = row != NULL ? row->classes : action != NULL ? action->classes : "";
    const char *refusal = find_refusal(session, name, classes);
    const PbxManagerAnswer *answer = NULL;

    if (refusal != NULL) {
        pbx_answer_error(session, refusal);
        return;
    }
    answer = find_answer(session, request);
    if (answer != NULL)
        answer_from_script(session, request, answer);
    else if (action != NULL)
        action->run(session, request);
    else if (row != NULL)
        answer_by_table(session, row);
    else
        answer_unknown(session, name);
}

static void
list_action(PbxManagerSession *session, const char *name, const char *classes, const char *summary)
{
    guint32 needed = pbx_classes_parse(classes);
    g_autofree char *text = pbx_classes_to_text(needed);

    if (needed == 0 || (session->user->write & needed) != 0)
        pbx_answer_add(session, name, "%s  (Priv: %s)", summary, text);
}

/* Every action that the user may run, those of the table and the script's own. */
void
pbx_session_list_actions(PbxManagerSession *session)
{
    for (guint i = 0; ami_table_get(i) != NULL; i++) {
        const AmiActionRow *row = ami_table_get(i);

        if (row->until == NULL)
            list_action(session, row->name, row->classes, row->summary);
    }
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbxManagerAction *action = tables[i]; action->name != NULL; action++) {
            if (ami_table_find(action->name) == NULL)
                list_action(session, action->name, action->classes, action->summary);
        }
    }
}
