/* answer.c - what a message means for the actions on their way.
 *
 * The header Event decides what a message is. Whether an event belongs to an action is decided by
 * what that action waits for, not by its ActionID alone: the events OriginateResponse and UserEvent
 * carry the ActionID of their action, too, and are news for everybody. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

/* The version from which on every list is marked as one. */
#define MARKED_LISTS_MAJOR 2
#define MARKED_LISTS_MINOR 7

static gboolean
is_same(const char *text, const char *other)
{
    return text != NULL && other != NULL && g_ascii_strcasecmp(text, other) == 0;
}

static AmiReply *
get_reply(AmiPending *pending)
{
    if (pending->reply == NULL)
        pending->reply = ami_reply_new();
    return pending->reply;
}

static AmiShape
get_shape(const AmiPending *pending)
{
    const AmiActionRow *row = ami_action_get_row(pending->action);

    return row != NULL ? row->shape : AMI_SHAPE_SIMPLE;
}

/* The event that completes the action's list by its name; NULL: none that we know. */
static const char *
get_complete(const AmiPending *pending)
{
    const AmiActionRow *row = ami_action_get_row(pending->action);

    return row != NULL ? row->complete : NULL;
}

/* --- The end --- */

static void
succeed(AmiClient *client, AmiPending *pending)
{
    if (pending->is_given_up)
        ami_pending_forget(client, pending);
    else
        ami_pending_succeed(client, pending);
}

static AmiError
get_code(const char *text)
{
    if (g_str_has_prefix(text, "Permission denied") || g_str_has_prefix(text, "Authentication Req"))
        return AMI_ERROR_PERMISSION;
    if (g_str_has_prefix(text, "Invalid/unknown command"))
        return AMI_ERROR_UNKNOWN_ACTION;
    return AMI_ERROR_REFUSED;
}

/* What Asterisk says against it; a command that fails says why in what it prints. */
static char *
dup_reason(const AmiMessage *response)
{
    g_autofree const char **output = ami_message_get_output(response);
    const char *text = ami_message_get(response, "Message");
    g_autofree char *printed = g_strchomp(g_strjoinv("\n", (char **) output));

    if (*printed != '\0')
        return g_steal_pointer(&printed);
    return g_strchomp(g_strdup(text != NULL ? text : ""));
}

static void
fail(AmiClient *client, AmiPending *pending, const AmiMessage *response)
{
    const char *text = ami_message_get(response, "Message");
    g_autofree char *reason = dup_reason(response);

    if (pending->is_given_up)
        ami_pending_forget(client, pending);
    else
        ami_pending_fail(client, pending,
                         g_error_new(AMI_ERROR, (int) get_code(text != NULL ? text : ""), "%s: %s",
                                     ami_action_get_name(pending->action),
                                     *reason != '\0' ? reason : "refused without a reason"));
}

/* --- Responses --- */

static gboolean
begins_list(const AmiMessage *response)
{
    return is_same(ami_message_get(response, "EventList"), "start");
}

/* Before lists were marked, a response only said that something follows. */
static gboolean
promises_list(AmiClient *client, const AmiPending *pending, const AmiMessage *response)
{
    const char *text = ami_message_get(response, "Message");
    g_autofree char *lower = NULL;

    if (get_complete(pending) == NULL ||
        !ami_login_is_before(client, MARKED_LISTS_MAJOR, MARKED_LISTS_MINOR))
        return FALSE;
    lower = g_ascii_strdown(text != NULL ? text : "", -1);
    return strstr(lower, "follow") != NULL;
}

/* What is expected behind a response that is no error; %FALSE: nothing. */
static gboolean
has_more(AmiClient *client, AmiPending *pending, const AmiMessage *response)
{
    AmiShape shape = get_shape(pending);

    if (pending->phase == AMI_PHASE_SECOND)
        return FALSE;
    if (begins_list(response))
        pending->phase = AMI_PHASE_LIST;
    else if (ami_action_get_end_event(pending->action) != NULL)
        pending->phase = AMI_PHASE_END;
    else if (promises_list(client, pending, response) ||
             (shape == AMI_SHAPE_BLOCKS && get_complete(pending) != NULL))
        pending->phase = AMI_PHASE_LIST;
    else if (shape == AMI_SHAPE_EVENT)
        pending->phase = AMI_PHASE_EVENT;
    else if (shape == AMI_SHAPE_TWICE)
        pending->phase = AMI_PHASE_SECOND;
    else
        return FALSE;
    return TRUE;
}

static gboolean
awaits_response(const AmiPending *pending)
{
    return pending->phase == AMI_PHASE_RESPONSE || pending->phase == AMI_PHASE_SECOND ||
           pending->phase == AMI_PHASE_RAW;
}

/* Some failures come as a success, and only the text tells. */
static gboolean
is_failure(const AmiPending *pending, const AmiMessage *response)
{
    const AmiActionRow *row = ami_action_get_row(pending->action);
    const char *text = ami_message_get(response, "Message");

    return row != NULL && row->failure != NULL && text != NULL &&
           g_str_has_prefix(text, row->failure);
}

static void
take_response(AmiClient *client, AmiPending *pending, AmiMessage *response)
{
    gboolean is_error =
        is_same(ami_message_get_response(response), "Error") || is_failure(pending, response);

    if (pending->is_given_up || (!is_error && !awaits_response(pending)))
        client->counters.unexpected++;
    else if (!pending->is_own)
        client->counters.responses++;
    if (is_error) {
        fail(client, pending, response);
        return;
    }
    if (!awaits_response(pending))
        return;
    if (!pending->is_given_up)
        ami_reply_set_response(get_reply(pending), response);
    if (!has_more(client, pending, response))
        succeed(client, pending);
}

/* Text that is neither response nor event belongs to the oldest action that is answered so. */
static void
take_text(AmiClient *client, AmiMessage *text)
{
    AmiPending *pending = ami_pending_find_oldest(client, AMI_PHASE_RAW);

    if (pending == NULL)
        client->counters.unexpected++;
    else if (!pending->is_given_up)
        ami_reply_add_item(get_reply(pending), text);
}

/* Old servers leave the ActionID out here and there; they answer in order. */
static void
take_no_event(AmiClient *client, AmiMessage *message)
{
    const char *id = ami_message_get_action_id(message);
    AmiPending *pending;

    if (ami_message_get_response(message) == NULL) {
        take_text(client, message);
        return;
    }
    pending = id != NULL ? ami_pending_find(client, id)
                         : ami_pending_find_oldest(client, AMI_PHASE_RESPONSE);
    if (pending == NULL)
        client->counters.unexpected++;
    else
        take_response(client, pending, message);
}

/* --- Events --- */

static gboolean
completes(const AmiPending *pending, const AmiMessage *event)
{
    const char *mark = ami_message_get(event, "EventList");

    return is_same(mark, "Complete") || is_same(mark, "cancelled") ||
           is_same(get_complete(pending), ami_message_get_event(event));
}

static gboolean
is_end(const AmiPending *pending, const AmiMessage *event)
{
    return is_same(ami_action_get_end_event(pending->action), ami_message_get_event(event));
}

static void
complete(AmiClient *client, AmiPending *pending, AmiMessage *event)
{
    if (!pending->is_given_up)
        ami_reply_set_complete(get_reply(pending), event);
    succeed(client, pending);
}

/* The function that is shown the item may stop the client, and so end the action. */
static void
take_item(AmiClient *client, AmiPending *pending, AmiMessage *event)
{
    g_autoptr(AmiPending) kept = ami_pending_ref(pending);

    if (completes(pending, event))
        complete(client, pending, event);
    else if (!pending->is_given_up && !ami_action_show_item(pending->action, event))
        ami_reply_add_item(get_reply(pending), event);
}

/* Whether the event is part of an answer, and of no interest to anybody else. Events that are for
 * everybody have a privilege that one needs to read them. */
static gboolean
take_part(AmiClient *client, AmiPending *pending, AmiMessage *event)
{
    switch (pending->phase) {
    case AMI_PHASE_LIST:
        take_item(client, pending, event);
        return TRUE;
    case AMI_PHASE_EVENT:
        if (!pending->is_given_up)
            ami_reply_add_item(get_reply(pending), event);
        succeed(client, pending);
        return TRUE;
    case AMI_PHASE_END:
        if (!is_end(pending, event))
            return FALSE;
        complete(client, pending, event);
        return ami_message_get(event, "Privilege") == NULL;
    case AMI_PHASE_RESPONSE: /* an answer that is an event alone: DataGet has no response */
        if (!is_same(get_complete(pending), ami_message_get_event(event)) &&
            !is_end(pending, event))
            return FALSE;
        complete(client, pending, event);
        return ami_message_get(event, "Privilege") == NULL;
    case AMI_PHASE_SECOND:
    case AMI_PHASE_RAW:
        break;
    }
    return FALSE;
}

/* The rest of a list whose action is forgotten. */
static gboolean
is_straggler(AmiClient *client, const char *id, const AmiMessage *event)
{
    return g_str_has_prefix(id, client->id_prefix) && ami_message_get(event, "Privilege") == NULL;
}

/* Whose answer the event may be a part of. The items of IAXpeers have no ActionID; like all items
 * they have no privilege either, and nothing else comes between the items of a list. */
static AmiPending *
find_owner(AmiClient *client, const char *id, const AmiMessage *event)
{
    if (id != NULL)
        return ami_pending_find(client, id);
    if (client->pending_order.length == 0 || ami_message_get(event, "Privilege") != NULL)
        return NULL;
    return ami_pending_find_oldest(client, AMI_PHASE_LIST);
}

static void
take_event(AmiClient *client, AmiMessage *event)
{
    AmiPending *pending;
    const char *id;

    /* Most events: news, while nothing is waited for. */
    if (client->pending_order.length == 0 && ami_message_get(event, "Privilege") != NULL) {
        ami_events_take(client, event);
        return;
    }
    id = ami_message_get_action_id(event);
    pending = find_owner(client, id, event);
    if (pending != NULL && take_part(client, pending, event))
        return;
    if (pending == NULL && id != NULL && is_straggler(client, id, event))
        client->counters.unexpected++;
    else
        ami_events_take(client, event);
}

void
ami_answer_take(AmiClient *client, AmiMessage *message)
{
    if (ami_message_is_event(message))
        take_event(client, message);
    else
        take_no_event(client, message);
}
