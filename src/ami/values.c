/* values.c - actions whose answer is a value: variables, the database, commands, states. */

#include <config.h>

#include "ami/client-private.h"
#include "ami/event-queue-private.h"
#include "ami/message-private.h"

#include <capella/ami/values.h>
#include <string.h>

/* The first AMI in which every release knows MatchCriteria: the one of Asterisk 23. */
#define MATCH_CRITERIA_SINCE 12

/* --- What all have in common --- */

static AmiReply *
run(AmiClient *client, AmiAction *action, GError **error)
{
    return ami_client_send(client, action, NULL, error);
}

/* A header of the response that has to be there. */
static const char *
get_header(const AmiReply *reply, const char *action, const char *name, GError **error)
{
    const char *value = ami_reply_get(reply, name);

    if (value == NULL)
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "action %s: the response has no header %s", action, name);
    return value;
}

static gboolean
get_number(const AmiReply *reply, const char *action, const char *name, gint64 *number,
           GError **error)
{
    if (get_header(reply, action, name, error) == NULL)
        return FALSE;
    *number = ami_message_get_integer(ami_reply_get_response(reply), name, G_MININT64);
    if (*number != G_MININT64)
        return TRUE;
    g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                "action %s: the header %s of the response is \"%s\", and no number", action, name,
                ami_reply_get(reply, name));
    return FALSE;
}

static void
give_text(char **place, const char *text)
{
    if (place != NULL)
        *place = g_strdup(text);
}

/* --- Variables and the database --- */

/* Asterisk 1.2 says so of a variable that is not set; later ones say nothing. */
static gboolean
is_unset(AmiClient *client, const char *value)
{
    g_autofree char *version = ami_client_dup_version(client);

    return strcmp(value, "(null)") == 0 && g_strcmp0(version, "1.0") == 0;
}

/**
 * ami_getvar:
 * @client: a client
 * @channel: (nullable): the name of a channel, or its unique id; %NULL for global variables
 * @variable: the name of a variable, or a function with its arguments, such as `CALLERID(num)`
 * @value: (out) (transfer full) (optional): its value; empty where it is not set
 * @error: return location for a #GError, or %NULL
 *
 * Reads a channel's or a global variable, or what a function of the dialplan gives: action
 * `Getvar`.
 *
 * Asterisk does not tell a variable that is not set, or a function that does not exist, from one
 * that is empty, and cuts the value at 1023 bytes. Functions whose names have `SHELL` or `EVAL` in
 * them need write permission for class system. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if it was read; %FALSE with @error set to %AMI_ERROR_REFUSED (`No such channel`)
 *   or another #AmiError if not
 * Since: 0.2
 */
gboolean
ami_getvar(AmiClient *client, const char *channel, const char *variable, char **value,
           GError **error)
{
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;
    const char *text;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && variable != NULL, FALSE);

    action = ami_action_new_with("Getvar", "Variable", variable, NULL);
    ami_action_add(action, "Channel", channel);
    reply = run(client, g_steal_pointer(&action), error);
    text = reply != NULL ? get_header(reply, "Getvar", "Value", error) : NULL;
    if (text == NULL)
        return FALSE;
    if (is_unset(client, text))
        give_text(value, "");
    else if (value != NULL)
        *value = ami_message_dup_long_value(ami_reply_get_response(reply), "Value");
    return TRUE;
}

/* Asterisk 1.4 sends no more than the event DBGetResponse, which then ends the action; all others
 * send a list. */
static AmiMessage *
find_entry(const AmiReply *reply)
{
    AmiMessage *complete = ami_reply_get_complete(reply);

    for (guint i = 0; i < ami_reply_get_length(reply); i++)
        if (ami_message_get(ami_reply_get_item(reply, i), "Val") != NULL)
            return ami_reply_get_item(reply, i);
    return complete != NULL && ami_message_get(complete, "Val") != NULL ? complete : NULL;
}

static gboolean
is_not_found(const GError *error)
{
    return g_error_matches(error, AMI_ERROR, AMI_ERROR_REFUSED) &&
           strstr(error->message, "Database entry not found") != NULL;
}

/**
 * ami_db_get:
 * @client: a client
 * @family: a family of keys
 * @key: a key in it
 * @value: (out) (transfer full) (nullable) (optional): its value; %NULL when there is no such key
 * @error: return location for a #GError, or %NULL
 *
 * Reads from Asterisk's database: action `DBGet`. A key that is not there is no error. Blocks as
 * ami_client_send() does.
 *
 * Returns: %TRUE if the database was asked; %FALSE with @error set to an #AmiError if not
 * Since: 0.2
 */
gboolean
ami_db_get(AmiClient *client, const char *family, const char *key, char **value, GError **error)
{
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;
    g_autoptr(GError) local = NULL;
    AmiMessage *entry = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && family != NULL && key != NULL, FALSE);

    action = ami_action_new_with("DBGet", "Family", family, "Key", key, NULL);
    ami_action_set_end_event(action, "DBGetResponse");
    reply = run(client, g_steal_pointer(&action), &local);
    if (reply != NULL)
        entry = find_entry(reply);
    else if (!is_not_found(local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (value != NULL)
        *value = entry != NULL ? ami_message_dup_long_value(entry, "Val") : NULL;
    return TRUE;
}

/* --- Commands --- */

/**
 * ami_command:
 * @client: a client
 * @command: a command of Asterisk's command line, such as `core show uptime`
 * @error: return location for a #GError, or %NULL
 *
 * Runs a command as if it were typed at Asterisk's command line: action `Command`. Until Asterisk
 * 13 a command that fails, or that does not exist, is not told from one that succeeds. Blocks as
 * ami_client_send() does.
 *
 * |[<!-- language="C" -->
 * g_auto(GStrv) lines = ami_command(client, "core show uptime", &error);
 * ]|
 *
 * Returns: (transfer full) (array zero-terminated=1): the lines it prints, maybe none; %NULL with
 *   @error set to %AMI_ERROR_REFUSED, whose message has what the command printed, or to another
 *   #AmiError
 * Since: 0.2
 */
char **
ami_command(AmiClient *client, const char *command, GError **error)
{
    g_autoptr(AmiReply) reply = NULL;
    g_autofree const char **lines = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && command != NULL, NULL);

    reply = run(client, ami_action_new_with("Command", "Command", command, NULL), error);
    if (reply == NULL)
        return NULL;
    lines = ami_message_get_output(ami_reply_get_response(reply));
    /* Nothing printed comes as one empty line. */
    if (lines[0] != NULL && *lines[0] == '\0' && lines[1] == NULL)
        lines[0] = NULL;
    return g_strdupv((char **) lines);
}

/**
 * ami_ping:
 * @client: a client
 * @seconds: (out) (optional): how long the answer took, in seconds
 * @error: return location for a #GError, or %NULL
 *
 * Asks Asterisk for a sign of life: action `Ping`. The client does the same by itself now and then.
 * Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if Asterisk answered; %FALSE with @error set to an #AmiError if not
 * Since: 0.2
 */
gboolean
ami_ping(AmiClient *client, gdouble *seconds, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(AmiReply) reply = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);

    reply = run(client, ami_action_new("Ping"), error);
    if (reply != NULL && seconds != NULL)
        *seconds = (gdouble) (g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
    return reply != NULL;
}

/**
 * ami_list_commands:
 * @client: a client
 * @error: return location for a #GError, or %NULL
 *
 * Which actions there are on this Asterisk that the client's user may run: action `ListCommands`.
 * Blocks as ami_client_send() does.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, as Asterisk sorts them; %NULL
 *   with @error set to an #AmiError
 * Since: 0.2
 */
char **
ami_list_commands(AmiClient *client, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(AmiReply) reply = NULL;
    AmiMessage *response;

    g_return_val_if_fail(AMI_IS_CLIENT(client), NULL);

    reply = run(client, ami_action_new("ListCommands"), error);
    if (reply == NULL)
        return NULL;
    response = ami_reply_get_response(reply);
    for (guint i = 0; i < ami_message_get_length(response); i++)
        if (strstr(ami_message_get_value(response, i), "(Priv: ") != NULL)
            g_ptr_array_add(names, g_strdup(ami_message_get_name(response, i)));
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* --- Mailboxes --- */

/**
 * ami_mailbox_count:
 * @client: a client
 * @mailbox: a mailbox, such as `100@default`
 * @n_urgent: (out) (optional): how many urgent messages it has; none before Asterisk 1.6
 * @n_new: (out) (optional): how many other new messages
 * @n_old: (out) (optional): how many old ones
 * @error: return location for a #GError, or %NULL
 *
 * Counts a mailbox's messages: action `MailboxCount`. Asterisk does not tell a mailbox that does
 * not exist from an empty one. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if they were counted; %FALSE with @error set to an #AmiError if not
 * Since: 0.2
 */
gboolean
ami_mailbox_count(AmiClient *client, const char *mailbox, guint *n_urgent, guint *n_new,
                  guint *n_old, GError **error)
{
    static const char name[] = "MailboxCount";
    g_autoptr(AmiReply) reply = NULL;
    gint64 urgent_count = 0;
    gint64 new_count = 0;
    gint64 old_count = 0;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && mailbox != NULL, FALSE);

    reply = run(client, ami_action_new_with(name, "Mailbox", mailbox, NULL), error);
    if (reply == NULL || !get_number(reply, name, "NewMessages", &new_count, error) ||
        !get_number(reply, name, "OldMessages", &old_count, error))
        return FALSE;
    urgent_count = ami_message_get_integer(ami_reply_get_response(reply), "UrgMessages", 0);
    if (n_urgent != NULL)
        *n_urgent = (guint) CLAMP(urgent_count, 0, G_MAXUINT);
    if (n_new != NULL)
        *n_new = (guint) CLAMP(new_count, 0, G_MAXUINT);
    if (n_old != NULL)
        *n_old = (guint) CLAMP(old_count, 0, G_MAXUINT);
    return TRUE;
}

/**
 * ami_mailbox_status:
 * @client: a client
 * @mailbox: a mailbox, such as `100@default`, or several, separated by commas
 * @is_waiting: (out) (optional): whether a new message waits in one of them
 * @error: return location for a #GError, or %NULL
 *
 * Looks for new messages: action `MailboxStatus`. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if Asterisk looked; %FALSE with @error set to an #AmiError if not
 * Since: 0.2
 */
gboolean
ami_mailbox_status(AmiClient *client, const char *mailbox, gboolean *is_waiting, GError **error)
{
    static const char name[] = "MailboxStatus";
    g_autoptr(AmiReply) reply = NULL;
    gint64 count = 0;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && mailbox != NULL, FALSE);

    reply = run(client, ami_action_new_with(name, "Mailbox", mailbox, NULL), error);
    if (reply == NULL || !get_number(reply, name, "Waiting", &count, error))
        return FALSE;
    if (is_waiting != NULL)
        *is_waiting = count > 0;
    return TRUE;
}

/* --- States --- */

/**
 * ami_extension_state:
 * @client: a client
 * @extension: an extension that has a hint
 * @context: (nullable): its context; %NULL: `default`
 * @status: (out) (optional): how it stands: an #AmiExtensionStatus, or bits of several
 * @text: (out) (transfer full) (nullable) (optional): the same in Asterisk's words, such as
 *   `InUse&Ringing`; %NULL before Asterisk 13
 * @hint: (out) (transfer full) (nullable) (optional): its hint: the devices, separated by `&`
 * @error: return location for a #GError, or %NULL
 *
 * What the devices behind an extension are up to: action `ExtensionState`. An extension that does
 * not exist is %AMI_EXTENSION_UNKNOWN, and no error. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if Asterisk told; %FALSE with @error set to an #AmiError if not
 * Since: 0.2
 */
gboolean
ami_extension_state(AmiClient *client, const char *extension, const char *context, int *status,
                    char **text, char **hint, GError **error)
{
    static const char name[] = "ExtensionState";
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;
    gint64 number;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && extension != NULL, FALSE);

    action = ami_action_new_with(name, "Exten", extension, NULL);
    ami_action_add(action, "Context", context);
    reply = run(client, g_steal_pointer(&action), error);
    if (reply == NULL || !get_number(reply, name, "Status", &number, error))
        return FALSE;
    if (status != NULL)
        *status = (int) CLAMP(number, G_MININT, G_MAXINT);
    give_text(text, ami_reply_get(reply, "StatusText"));
    give_text(hint, ami_reply_get(reply, "Hint"));
    return TRUE;
}

/**
 * ami_device_state:
 * @client: a client
 * @device: a device, such as `PJSIP/alice` or `Custom:lamp1`
 * @state: (out) (transfer full) (optional): `NOT_INUSE`, `INUSE`, `BUSY`, `INVALID`, `UNAVAILABLE`,
 *   `RINGING`, `RINGINUSE`, `ONHOLD` or `UNKNOWN`
 * @error: return location for a #GError, or %NULL
 *
 * What a device is up to: the function `DEVICE_STATE` of the dialplan, for which there is no
 * action. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if Asterisk told; %FALSE with @error set to %AMI_ERROR_REFUSED when its module
 *   func_devstate is not loaded, or to another #AmiError
 * Since: 0.2
 */
gboolean
ami_device_state(AmiClient *client, const char *device, char **state, GError **error)
{
    g_autofree char *function = NULL;
    g_autofree char *value = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && device != NULL, FALSE);

    function = g_strdup_printf("DEVICE_STATE(%s)", device);
    if (!ami_getvar(client, NULL, function, &value, error)) {
        g_prefix_error(error, "state of device \"%s\": ", device);
        return FALSE;
    }
    if (*value == '\0') {
        g_set_error(error, AMI_ERROR, AMI_ERROR_REFUSED,
                    "state of device \"%s\": Asterisk knows no function DEVICE_STATE; load its "
                    "module func_devstate",
                    device);
        return FALSE;
    }
    if (state != NULL)
        *state = g_steal_pointer(&value);
    return TRUE;
}

/**
 * ami_presence_state:
 * @client: a client
 * @provider: a provider of presence states, such as `CustomPresence:lamp1`
 * @state: (out) (transfer full) (optional): `not_set`, `unavailable`, `available`, `away`, `xa`,
 *   `chat` or `dnd`
 * @subtype: (out) (transfer full) (nullable) (optional): more about it; %NULL: nothing
 * @message: (out) (transfer full) (nullable) (optional): what the person says; %NULL: nothing
 * @error: return location for a #GError, or %NULL
 *
 * What a person is up to: action `PresenceState`, since Asterisk 11. Blocks as ami_client_send()
 * does.
 *
 * Returns: %TRUE if Asterisk told; %FALSE with @error set to %AMI_ERROR_REFUSED when there is no
 *   such provider, or to another #AmiError
 * Since: 0.2
 */
gboolean
ami_presence_state(AmiClient *client, const char *provider, char **state, char **subtype,
                   char **message, GError **error)
{
    static const char name[] = "PresenceState";
    g_autofree const char **messages = NULL;
    g_autoptr(AmiReply) reply = NULL;
    const char *text;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && provider != NULL, FALSE);

    reply = run(client, ami_action_new_with(name, "Provider", provider, NULL), error);
    if (reply == NULL || get_header(reply, name, "State", error) == NULL)
        return FALSE;
    /* Old versions have it only in Message, behind the response's own. */
    messages = ami_message_get_all(ami_reply_get_response(reply), "Message");
    text = ami_reply_get(reply, "PresenceMessage");
    if (text == NULL && messages[0] != NULL)
        text = messages[1];
    give_text(state, ami_reply_get(reply, "State"));
    give_text(subtype, ami_reply_get(reply, "Subtype"));
    give_text(message, text);
    return TRUE;
}

/* --- Events --- */

/* Words that Asterisk takes for no events at all. */
static gboolean
is_off(const char *mask)
{
    static const char *const words[] = {"off", "no", "false", "n", "f", "none"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(mask, words[i]) == 0)
            return TRUE;
    return strspn(mask, "0") == strlen(mask);
}

/* Asterisk 1.4 says so in `Response`, all others in a header of its own. */
static gboolean
says_off(const AmiReply *reply)
{
    const char *events = ami_reply_get(reply, "Events");

    return g_strcmp0(events, "Off") == 0 ||
           g_strcmp0(ami_reply_get(reply, "Response"), "Events Off") == 0;
}

/**
 * ami_events_set_mask:
 * @client: a client
 * @mask: classes of events, separated by commas, such as `call,user`; or `on`, or `off`. A number
 *   is taken for a mask of bits: `1` is class system, and not `on`
 * @error: return location for a #GError, or %NULL
 *
 * Has Asterisk send events of other classes from now on: action `Events`. It lasts until the
 * connection ends: when the client connects again, what ami_client_set_event_mask() was told holds
 * again. Classes that do not exist, or that the user may not read, are left out silently where
 * others remain. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if the mask is set; %FALSE with @error set to %AMI_ERROR_INVALID_ARGUMENT when it
 *   is empty, to %AMI_ERROR_REFUSED when nothing of it remains and no events come now, or to
 *   another #AmiError
 * Since: 0.2
 */
gboolean
ami_events_set_mask(AmiClient *client, const char *mask, GError **error)
{
    g_autoptr(AmiReply) reply = NULL;
    g_autoptr(GString) classes = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && mask != NULL, FALSE);

    /* Asterisk reads neither blanks nor capitals: such a class would be none, without a word. */
    classes = g_string_new(mask);
    g_string_replace(classes, " ", "", 0);
    g_string_ascii_down(classes);
    if (classes->len == 0) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "an empty mask of events: say \"off\" for none, or \"on\" for all");
        return FALSE;
    }
    reply = run(client, ami_action_new_with("Events", "EventMask", classes->str, NULL), error);
    if (reply == NULL)
        return FALSE;
    if (is_off(classes->str) || !says_off(reply))
        return TRUE;
    g_set_error(error, AMI_ERROR, AMI_ERROR_REFUSED,
                "no events come with the mask \"%s\": there are no such classes, or the user may "
                "not read them",
                mask);
    return FALSE;
}

/* Names that Asterisk splits criteria at, or that a regular expression would read otherwise. */
static gboolean
is_plain_name(const char *name)
{
    for (const char *byte = name; *byte != '\0'; byte++)
        if (!g_ascii_isalnum(*byte) && *byte != '-' && *byte != '_')
            return FALSE;
    return *name != '\0';
}

static void
append_pattern(GString *expression, const char *pattern)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '*')
            g_string_append(expression, "[^[:cntrl:]]*");
        else if (*pattern == '?')
            g_string_append(expression, "[^[:cntrl:]]");
        else {
            if (strchr("\\^$.|()[]{}+", *pattern) != NULL)
                g_string_append_c(expression, '\\');
            g_string_append_c(expression, *pattern);
        }
    }
}

/* An extended regular expression over the event as it goes over the wire, whose line ends are
 * control characters. */
static void
add_expression(AmiAction *action, gboolean is_exclusion, const char *event, const char *header,
               const char *pattern)
{
    g_autoptr(GString) expression = g_string_new(is_exclusion ? "!" : "");

    if (event != NULL)
        g_string_append_printf(expression, "^Event: %s[[:cntrl:]]", event);
    if (event != NULL && header != NULL)
        g_string_append(expression, "(.*[[:cntrl:]])?");
    else if (header != NULL)
        g_string_append(expression, "(^|[[:cntrl:]])");
    if (header != NULL) {
        g_string_append_printf(expression, "%s: ", header);
        append_pattern(expression, pattern);
        g_string_append(expression, "[[:cntrl:]]");
    }
    ami_action_add(action, "Filter", expression->str);
}

/* The same for an Asterisk that knows criteria, which are quicker to match. */
static void
add_criteria(AmiAction *action, gboolean is_exclusion, const char *event, const char *header,
             const char *pattern)
{
    g_autoptr(GString) criteria = g_string_new(NULL);
    g_autoptr(GString) expression = g_string_new("^");

    g_string_printf(criteria, "action(%s)", is_exclusion ? "exclude" : "include");
    if (event != NULL)
        g_string_append_printf(criteria, ",name(%s)", event);
    if (header != NULL)
        g_string_append_printf(criteria, ",header(%s),method(regex)", header);
    ami_action_add(action, "MatchCriteria", criteria->str);
    if (header == NULL)
        return;
    append_pattern(expression, pattern);
    g_string_append_c(expression, '$');
    ami_action_add(action, "Filter", expression->str);
}

static gboolean
has_criteria(AmiClient *client)
{
    g_autofree char *version = ami_client_dup_version(client);

    return version != NULL && g_ascii_strtoull(version, NULL, 10) >= MATCH_CRITERIA_SINCE;
}

/**
 * ami_add_event_filter:
 * @client: a client
 * @is_exclusion: whether such events are not to come; else they are to come, and no others
 * @event: (nullable): the name of an event, as Asterisk writes it; %NULL: any
 * @header: (nullable): the name of a header, as Asterisk writes it; %NULL: any
 * @pattern: (nullable): what the header's value has to be like, with `*` and `?` for anything; only
 *   with @header
 * @error: return location for a #GError, or %NULL
 *
 * Has Asterisk itself sort events out, so that they need not come over the wire: action `Filter`,
 * since Asterisk 10. Filters add up: an event comes when it matches one that includes, if there are
 * such, and none that excludes. They last until the connection ends, and cannot be taken back.
 * Responses and lists come all the same. But what waits for an event, as ami_originate() does for
 * `OriginateResponse`, waits in vain when it is filtered out. Blocks as ami_client_send()
 * does.
 *
 * Returns: %TRUE if the filter is in place; %FALSE with @error set to %AMI_ERROR_INVALID_ARGUMENT
 *   when there is nothing to go by, or a name that is none, or to another #AmiError
 * Since: 0.2
 */
gboolean
ami_add_event_filter(AmiClient *client, gboolean is_exclusion, const char *event,
                     const char *header, const char *pattern, GError **error)
{
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);
    g_return_val_if_fail((header == NULL) == (pattern == NULL), FALSE);

    action = ami_action_new_with("Filter", "Operation", "Add", NULL);
    if (event == NULL && header == NULL)
        ami_action_set_problem(action, "neither an event nor a header to go by");
    else if (event != NULL && !is_plain_name(event))
        ami_action_set_problem(action, "\"%s\" is no name for an event", event);
    else if (header != NULL && !is_plain_name(header))
        ami_action_set_problem(action, "\"%s\" is no name for a header", header);
    else if (has_criteria(client))
        add_criteria(action, is_exclusion, event, header, pattern);
    else
        add_expression(action, is_exclusion, event, header, pattern);
    reply = run(client, g_steal_pointer(&action), error);
    return reply != NULL;
}

/* In whatever thread brings the event, or cancels. */
static void
end_wait(gpointer wait)
{
    ami_wait_end(wait, NULL, NULL);
}

static void
cancel_wait(G_GNUC_UNUSED GCancellable *cancellable, gpointer wait)
{
    end_wait(wait);
}

/* Where nobody runs the client's main context, this thread does. */
static gboolean
run_wait(AmiWait *wait, AmiClient *client, gdouble timeout, GCancellable *cancellable,
         GError **error)
{
    gint64 until = timeout < 0 ? 0 : g_get_monotonic_time() + (gint64) (timeout * G_USEC_PER_SEC);
    gulong handler = 0;
    gboolean has_ended;

    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(cancel_wait), wait, NULL);
    has_ended = ami_wait_run(wait, client, until, cancellable, NULL, error);
    g_cancellable_disconnect(cancellable, handler);
    if (!has_ended)
        g_prefix_error(error, "no event came: ");
    return has_ended;
}

/**
 * ami_wait_for_event:
 * @client: a client
 * @filter: (transfer full): which event is waited for
 * @timeout: how long to wait, in seconds; negative waits for ever
 * @cancellable: (nullable): ends the wait when it is cancelled
 * @error: return location for a #GError, or %NULL
 *
 * Waits for the next event that meets a filter, also while the connection is lost and found again.
 * What came before the call does not count: to wait for what an action brings about, take a queue
 * with ami_client_subscribe_queue() before the action is sent. Blocks as ami_client_send() does.
 *
 * Returns: (transfer full): the event; %NULL with @error set to %AMI_ERROR_TIMEOUT when none came
 *   in time, or to %AMI_ERROR_CANCELLED
 * Since: 0.2
 */
AmiMessage *
ami_wait_for_event(AmiClient *client, AmiFilter *filter, gdouble timeout, GCancellable *cancellable,
                   GError **error)
{
    g_autoptr(AmiFilter) owned = filter;
    g_autoptr(AmiWait) wait = NULL;
    g_autoptr(AmiEventQueue) queue = NULL; /* freed before the wait that it notifies */
    AmiMessage *event;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && filter != NULL, NULL);

    if (!ami_wait_is_possible(client, "ami_client_subscribe()", error))
        return NULL;
    wait = ami_wait_new();
    queue = ami_client_subscribe_queue(client, g_steal_pointer(&owned), 1);
    ami_event_queue_set_notify(queue, end_wait, wait);
    if (!run_wait(wait, client, timeout, cancellable, error))
        return NULL;
    event = ami_event_queue_try_pop(queue);
    if (event == NULL)
        g_set_error(error, AMI_ERROR, AMI_ERROR_CANCELLED, "waiting for an event was cancelled");
    return event;
}
