/* originate.c - calls that Asterisk is told to place.
 *
 * Asterisk is always told to place a call on its own (`Async: true`): otherwise nothing else would
 * happen on the connection until somebody answers. Its response then says only that the call is on
 * its way; what becomes of it says the event OriginateResponse, which ends the action. */

#include <config.h>

#include "ami/action-private.h"
#include "ami/originate-private.h"

#include <math.h>
#include <string.h>

/* Bytes that Asterisk does not cut off. */
#define MAXIMUM_CHANNEL    255
#define MAXIMUM_CALLER_ID  255
#define MAXIMUM_CHANNEL_ID 149

/* What Asterisk takes when nothing is said, in seconds. */
#define DEFAULT_TIMEOUT 30

static const char end_event[] = "OriginateResponse";

struct _AmiOriginate {
    char *channel;
    char *context; /* NULL: an application */
    char *extension;
    char *priority;
    char *application; /* NULL: an extension */
    char *data;
    gdouble timeout;
    char *caller_name;
    char *caller_number;
    char *account;
    char *codecs;
    gboolean has_early_media;
    char *channel_id; /* NULL: a new one each time */
    char *other_channel_id;
    char *pre_dial_gosub;
    GPtrArray *variables; /* names and values in turn */
};

/* --- Putting it together --- */

/**
 * ami_originate_new:
 * @channel: whom to call: a technology and what it dials, such as `PJSIP/alice`, or
 *   `Local/100@default`
 *
 * Begins a call that Asterisk is to place.
 *
 * |[<!-- language="C" -->
 * g_autoptr(AmiOriginate) originate = ami_originate_new("PJSIP/alice");
 * g_autoptr(AmiMessage) answered = NULL;
 *
 * ami_originate_set_extension(originate, "ivr", "s", NULL);
 * ami_originate_set_caller_id(originate, "Front desk", "100");
 * ami_originate_set_timeout(originate, 15);
 * answered = ami_originate(client, originate, NULL, &error);
 * ]|
 *
 * Returns: (transfer full): the call, not placed yet
 * Since: 0.2
 */
AmiOriginate *
ami_originate_new(const char *channel)
{
    AmiOriginate *originate;

    g_return_val_if_fail(channel != NULL, NULL);

    originate = g_new0(AmiOriginate, 1);
    originate->channel = g_strdup(channel);
    originate->timeout = DEFAULT_TIMEOUT;
    originate->variables = g_ptr_array_new_with_free_func(g_free);
    return originate;
}

/**
 * ami_originate_copy:
 * @originate: a call
 *
 * Returns: (transfer full): one like it
 * Since: 0.2
 */
AmiOriginate *
ami_originate_copy(const AmiOriginate *originate)
{
    AmiOriginate *copy;

    g_return_val_if_fail(originate != NULL, NULL);

    copy = ami_originate_new(originate->channel);
    ami_originate_set_extension(copy, originate->context, originate->extension,
                                originate->priority);
    ami_originate_set_application(copy, originate->application, originate->data);
    ami_originate_set_timeout(copy, originate->timeout);
    ami_originate_set_caller_id(copy, originate->caller_name, originate->caller_number);
    ami_originate_set_account(copy, originate->account);
    ami_originate_set_codecs(copy, originate->codecs);
    ami_originate_set_early_media(copy, originate->has_early_media);
    ami_originate_set_channel_id(copy, originate->channel_id, originate->other_channel_id);
    ami_originate_set_pre_dial_gosub(copy, originate->pre_dial_gosub);
    for (guint i = 0; i < originate->variables->len; i += 2)
        ami_originate_add_variable(copy, g_ptr_array_index(originate->variables, i),
                                   g_ptr_array_index(originate->variables, i + 1));
    return copy;
}

/**
 * ami_originate_free:
 * @originate: (transfer full): a call
 *
 * Frees it. Calls that were placed go on.
 *
 * Since: 0.2
 */
void
ami_originate_free(AmiOriginate *originate)
{
    g_return_if_fail(originate != NULL);

    g_free(originate->channel);
    g_free(originate->context);
    g_free(originate->extension);
    g_free(originate->priority);
    g_free(originate->application);
    g_free(originate->data);
    g_free(originate->caller_name);
    g_free(originate->caller_number);
    g_free(originate->account);
    g_free(originate->codecs);
    g_free(originate->channel_id);
    g_free(originate->other_channel_id);
    g_free(originate->pre_dial_gosub);
    g_ptr_array_unref(originate->variables);
    g_free(originate);
}

static void
set_text(char **place, const char *text)
{
    char *copy = g_strdup(text);

    g_free(*place);
    *place = copy;
}

/**
 * ami_originate_set_extension:
 * @originate: a call
 * @context: (nullable): a context of the dialplan; %NULL, and no @extension: none
 * @extension: (nullable): an extension in it
 * @priority: (nullable): a priority or a label there; %NULL: 1
 *
 * Where the one who answers goes: a place in the dialplan. A call has this, or an application.
 *
 * Since: 0.2
 */
void
ami_originate_set_extension(AmiOriginate *originate, const char *context, const char *extension,
                            const char *priority)
{
    g_return_if_fail(originate != NULL && (context == NULL) == (extension == NULL));

    set_text(&originate->context, context);
    set_text(&originate->extension, extension);
    set_text(&originate->priority, priority);
}

/**
 * ami_originate_set_application:
 * @originate: a call
 * @application: (nullable): an application of the dialplan, such as `Playback`; %NULL: none
 * @data: (nullable): its arguments, such as `hello-world`; %NULL: none
 *
 * What the one who answers gets: one application, and then the call ends. A call has this, or an
 * extension. Asterisk wants write permission for class system for some applications, such as
 * `System`, and for arguments with certain words in them, `DB` and `FILE` among them.
 *
 * Since: 0.2
 */
void
ami_originate_set_application(AmiOriginate *originate, const char *application, const char *data)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->application, application);
    set_text(&originate->data, data);
}

/**
 * ami_originate_set_timeout:
 * @originate: a call
 * @seconds: how long it may ring, in seconds; 30 unless told otherwise
 *
 * Since: 0.2
 */
void
ami_originate_set_timeout(AmiOriginate *originate, gdouble seconds)
{
    g_return_if_fail(originate != NULL);

    originate->timeout = seconds;
}

/**
 * ami_originate_set_caller_id:
 * @originate: a call
 * @name: (nullable): the caller's name; may have any characters but line ends
 * @number: (nullable): the caller's number; without `<`, `>` and quotes
 *
 * Who is shown to the one who is called.
 *
 * Since: 0.2
 */
void
ami_originate_set_caller_id(AmiOriginate *originate, const char *name, const char *number)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->caller_name, name);
    set_text(&originate->caller_number, number);
}

/**
 * ami_originate_set_account:
 * @originate: a call
 * @account: (nullable): the account that the call is put down to; %NULL: none
 *
 * Since: 0.2
 */
void
ami_originate_set_account(AmiOriginate *originate, const char *account)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->account, account);
}

/**
 * ami_originate_set_codecs:
 * @originate: a call
 * @codecs: (nullable): names of codecs, separated by commas; %NULL: slin, as Asterisk has it
 *
 * Since: 0.2
 */
void
ami_originate_set_codecs(AmiOriginate *originate, const char *codecs)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->codecs, codecs);
}

/**
 * ami_originate_set_early_media:
 * @originate: a call
 * @has_early_media: whether the call counts as answered as soon as sound can be heard; only with an
 *   extension
 *
 * Since: 0.2
 */
void
ami_originate_set_early_media(AmiOriginate *originate, gboolean has_early_media)
{
    g_return_if_fail(originate != NULL);

    originate->has_early_media = has_early_media;
}

/**
 * ami_originate_set_channel_id:
 * @originate: a call
 * @channel_id: (nullable): the unique id that the channel gets, at most 149 bytes; %NULL: one that
 *   is made up each time the call is placed
 * @other_channel_id: (nullable): that of the other half of a channel `Local`; %NULL: Asterisk makes
 *   it out of @channel_id
 *
 * Which unique ids the channels get, since Asterisk 12. With ids that are given, the same call can
 * be placed again only when the channels are gone.
 *
 * Since: 0.2
 */
void
ami_originate_set_channel_id(AmiOriginate *originate, const char *channel_id,
                             const char *other_channel_id)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->channel_id, channel_id);
    set_text(&originate->other_channel_id, other_channel_id);
}

/**
 * ami_originate_set_pre_dial_gosub:
 * @originate: a call
 * @place: (nullable): what is run on the new channel before it is dialled:
 *   `context,extension,priority(arguments)`; %NULL: nothing
 *
 * Asterisk 22 reads it, and uses it only for calls that block the connection, which this library
 * does not place.
 *
 * Since: 0.2
 */
void
ami_originate_set_pre_dial_gosub(AmiOriginate *originate, const char *place)
{
    g_return_if_fail(originate != NULL);

    set_text(&originate->pre_dial_gosub, place);
}

/**
 * ami_originate_add_variable:
 * @originate: a call
 * @name: the name of a channel variable, with `_` or `__` in front to be inherited, or a function
 *   such as `CALLERID(pres)`
 * @value: its value, any but line ends
 *
 * Sets a variable on the new channel.
 *
 * Since: 0.2
 */
void
ami_originate_add_variable(AmiOriginate *originate, const char *name, const char *value)
{
    g_return_if_fail(originate != NULL && name != NULL && value != NULL);

    g_ptr_array_add(originate->variables, g_strdup(name));
    g_ptr_array_add(originate->variables, g_strdup(value));
}

/* --- The action --- */

static gboolean
is_empty(const char *text)
{
    return text == NULL || *text == '\0';
}

static gboolean
is_id_too_long(const char *id)
{
    return id != NULL && strlen(id) > MAXIMUM_CHANNEL_ID;
}

/* What Asterisk would refuse, cut off, or misunderstand. */
static void
check(const AmiOriginate *originate, AmiAction *action)
{
    if (strchr(originate->channel, '/') == NULL)
        ami_action_set_problem(action, "channel \"%s\" has no technology, as in PJSIP/alice",
                               originate->channel);
    if (strlen(originate->channel) > MAXIMUM_CHANNEL)
        ami_action_set_problem(action, "the channel is longer than %d bytes", MAXIMUM_CHANNEL);
    if (is_empty(originate->extension) && is_empty(originate->application))
        ami_action_set_problem(action, "neither an extension nor an application is set: the one "
                                       "who answers would get nothing");
    if (originate->extension != NULL && originate->application != NULL)
        ami_action_set_problem(action, "both an extension and an application are set");
    if (originate->extension != NULL &&
        (is_empty(originate->context) || is_empty(originate->extension)))
        ami_action_set_problem(action, "the context or the extension is empty");
    if (originate->timeout == 0)
        ami_action_set_problem(action, "a call that may ring for 0 seconds is over at once");
    if (is_id_too_long(originate->channel_id) || is_id_too_long(originate->other_channel_id))
        ami_action_set_problem(action, "a channel's id is longer than %d bytes",
                               MAXIMUM_CHANNEL_ID);
    if (originate->caller_number != NULL && strpbrk(originate->caller_number, "<>\"") != NULL)
        ami_action_set_problem(action, "the caller's number \"%s\" has a bracket or quote in it",
                               originate->caller_number);
}

/* Asterisk takes what stands behind the last `<` for the number, and backslashes off. */
static void
add_caller_id(const AmiOriginate *originate, AmiAction *action)
{
    g_autoptr(GString) text = NULL;
    const char *name = originate->caller_name;

    if (is_empty(name) && is_empty(originate->caller_number))
        return;
    text = g_string_new(NULL);
    if (!is_empty(name)) {
        g_string_append_c(text, '"');
        for (; *name != '\0'; name++) {
            if (*name == '"' || *name == '\\')
                g_string_append_c(text, '\\');
            g_string_append_c(text, *name);
        }
        g_string_append(text, "\" ");
    }
    g_string_append_printf(text, "<%s>",
                           originate->caller_number != NULL ? originate->caller_number : "");
    if (text->len > MAXIMUM_CALLER_ID)
        ami_action_set_problem(action, "the caller's name and number are longer than %d bytes",
                               MAXIMUM_CALLER_ID);
    ami_action_add(action, "CallerID", text->str);
}

static void
add_channel_ids(const AmiOriginate *originate, AmiAction *action)
{
    g_autofree char *random = g_uuid_string_random();
    g_autofree char *channel_id = g_strconcat("capella-", random, NULL);

    ami_action_add(action, "ChannelId",
                   originate->channel_id != NULL ? originate->channel_id : channel_id);
    ami_action_add(action, "OtherChannelId", originate->other_channel_id);
}

/**
 * ami_originate_to_action:
 * @originate: a call
 *
 * The action `Originate`, with `Async: true`. Sent with ami_client_send() it ends with the
 * response, which says only that Asterisk has taken it. What is wrong with the call makes the
 * action one that is refused: ami_action_check() tells.
 *
 * Returns: (transfer full): the action
 * Since: 0.2
 */
AmiAction *
ami_originate_to_action(const AmiOriginate *originate)
{
    AmiAction *action;

    g_return_val_if_fail(originate != NULL, NULL);

    action = ami_action_new_with("Originate", "Channel", originate->channel, NULL);
    check(originate, action);
    ami_action_add(action, "Context", originate->context);
    ami_action_add(action, "Exten", originate->extension);
    if (originate->extension != NULL)
        ami_action_add(action, "Priority", originate->priority != NULL ? originate->priority : "1");
    ami_action_add(action, "Application", originate->application);
    ami_action_add(action, "Data", originate->data);
    ami_action_add_milliseconds(action, "Timeout", originate->timeout);
    add_caller_id(originate, action);
    ami_action_add(action, "Account", originate->account);
    ami_action_add(action, "Codecs", originate->codecs);
    if (originate->has_early_media)
        ami_action_add_boolean(action, "EarlyMedia", TRUE);
    ami_action_add_boolean(action, "Async", TRUE);
    add_channel_ids(originate, action);
    ami_action_add(action, "PreDialGoSub", originate->pre_dial_gosub);
    for (guint i = 0; i < originate->variables->len; i += 2)
        ami_action_add_variable(action, g_ptr_array_index(originate->variables, i),
                                g_ptr_array_index(originate->variables, i + 1));
    return action;
}

/* --- What becomes of it --- */

static const struct {
    int reason;
    AmiError code;
    const char *words;
} reasons[] = {
    {0, AMI_ERROR_CALL_FAILED, "there is nobody to be called at that place, or they hung up"},
    {1, AMI_ERROR_CALL_FAILED, "it was hung up"},
    {3, AMI_ERROR_NO_ANSWER, "it rang, and nobody answered in time"},
    {5, AMI_ERROR_BUSY, "the line is busy"},
    {8, AMI_ERROR_CALL_FAILED, "all lines are in use, or it cannot be reached"},
};

gboolean
ami_originate_check_event(AmiMessage *event, GError **error)
{
    gint64 reason = ami_message_get_integer(event, "Reason", -1);
    const char *channel = ami_message_get(event, "Channel");

    if (ami_message_has(event, "Response", "Success"))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (reasons[i].reason == reason) {
            g_set_error(error, AMI_ERROR, (int) reasons[i].code, "call to %s: %s (reason %d)",
                        channel != NULL ? channel : "?", reasons[i].words, reasons[i].reason);
            return FALSE;
        }
    g_set_error(error, AMI_ERROR, AMI_ERROR_CALL_FAILED,
                "call to %s: it failed, for a reason that Asterisk numbers %" G_GINT64_FORMAT,
                channel != NULL ? channel : "?", reason);
    return FALSE;
}

static AmiAction *
new_waiting_action(const AmiOriginate *originate)
{
    AmiAction *action = ami_originate_to_action(originate);

    ami_action_set_end_event(action, end_event);
    if (isfinite(originate->timeout) && originate->timeout > 0)
        ami_action_set_extra_time(action, originate->timeout);
    return action;
}

/* An event that does not come may be one that this user never gets. */
static void
explain_timeout(GError **error)
{
    g_autofree char *said = NULL;

    if (!g_error_matches(*error, AMI_ERROR, AMI_ERROR_TIMEOUT) ||
        strstr((*error)->message, end_event) == NULL)
        return;
    said = g_strdup((*error)->message);
    g_clear_error(error);
    g_set_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT,
                "%s; it never comes when the event mask, a filter, or the user's read permission "
                "leaves class call out",
                said);
}

/* Takes the reply over; @error is never NULL. */
static AmiMessage *
finish(AmiReply *taken, GError **error)
{
    g_autoptr(AmiReply) reply = taken;
    AmiMessage *event;

    if (reply == NULL) {
        explain_timeout(error);
        return NULL;
    }
    event = ami_reply_get_complete(reply);
    if (event == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "action Originate: it ended without an event %s", end_event);
        return NULL;
    }
    return ami_originate_check_event(event, error) ? ami_message_ref(event) : NULL;
}

/**
 * ami_originate:
 * @client: a client
 * @originate: a call
 * @cancellable: (nullable): ends the wait when it is cancelled; the call goes on
 * @error: return location for a #GError, or %NULL
 *
 * Places a call, and waits until it is answered or has failed: action `Originate`, and the event
 * `OriginateResponse`, for which the client's event mask and the user's read permission have to
 * have class call. Waits at most as long as the call may ring, and as an action's answer may take
 * on top. Blocks as ami_client_send() does.
 *
 * By the time it returns the call may have gone far in the dialplan, or be over.
 *
 * Returns: (transfer full): the event, which has `Channel` and `Uniqueid` of the answered call;
 *   %NULL with @error set to %AMI_ERROR_NO_ANSWER, %AMI_ERROR_BUSY or %AMI_ERROR_CALL_FAILED when
 *   the call failed, %AMI_ERROR_REFUSED when Asterisk did not place it, for example because the
 *   extension does not exist, %AMI_ERROR_INVALID_ARGUMENT when it cannot be placed at all,
 *   %AMI_ERROR_DISCONNECTED when the connection was lost, or another #AmiError
 * Since: 0.2
 */
AmiMessage *
ami_originate(AmiClient *client, const AmiOriginate *originate, GCancellable *cancellable,
              GError **error)
{
    g_autoptr(GError) local = NULL;
    AmiMessage *event;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && originate != NULL, NULL);

    event =
        finish(ami_client_send(client, new_waiting_action(originate), cancellable, &local), &local);
    if (event == NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return event;
}

static void
end_task(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    g_autoptr(GError) local = NULL;
    AmiMessage *event = finish(ami_client_send_finish(AMI_CLIENT(source), result, &local), &local);

    if (event != NULL)
        g_task_return_pointer(task, event, (GDestroyNotify) ami_message_unref);
    else
        g_task_return_error(task, g_steal_pointer(&local));
}

/**
 * ami_originate_async:
 * @client: a client
 * @originate: a call; it is not needed any more when this returns
 * @cancellable: (nullable): ends the wait when it is cancelled; the call goes on
 * @callback: is called in the thread's default main context when it is answered or has failed
 * @user_data: for @callback
 *
 * Places a call as ami_originate() does, without blocking. Any thread that runs a main context.
 *
 * Since: 0.2
 */
void
ami_originate_async(AmiClient *client, const AmiOriginate *originate, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task;

    g_return_if_fail(AMI_IS_CLIENT(client) && originate != NULL);

    task = g_task_new(client, cancellable, callback, user_data);
    g_task_set_source_tag(task, ami_originate_async);
    g_task_set_check_cancellable(task, FALSE); /* the client sees to it, with an error of its own */
    ami_client_send_async(client, new_waiting_action(originate), cancellable, end_task, task);
}

/**
 * ami_originate_finish:
 * @client: a client
 * @result: what the callback of ami_originate_async() was given
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): as ami_originate() does
 * Since: 0.2
 */
AmiMessage *
ami_originate_finish(AmiClient *client, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, client), NULL);

    return g_task_propagate_pointer(G_TASK(result), error);
}

/**
 * ami_originate_start:
 * @client: a client
 * @originate: a call
 * @error: return location for a #GError, or %NULL
 *
 * Places a call, and waits only until Asterisk has taken it. Blocks as ami_client_send()
 * does.
 *
 * Returns: %TRUE if Asterisk has; what becomes of the call stays unknown. %FALSE with @error set as
 *   by ami_originate() if not
 * Since: 0.2
 */
gboolean
ami_originate_start(AmiClient *client, const AmiOriginate *originate, GError **error)
{
    g_autoptr(AmiReply) reply = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && originate != NULL, FALSE);

    reply = ami_client_send(client, ami_originate_to_action(originate), NULL, error);
    return reply != NULL;
}
