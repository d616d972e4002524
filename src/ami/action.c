/* action.c - an action on its way to Asterisk: a name and headers.
 *
 * An action is kept as the text that goes over the wire, and nothing comes into that text but by
 * append_header(), which refuses what could end a header or begin another. */

#include <config.h>

#include "ami/action-private.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* What an ActionID line takes away from the headers that may be added. */
#define MAXIMUM_OWN_HEADERS (AMI_ACTION_MAXIMUM_HEADERS - 1)

struct _AmiAction {
    char *name;
    const AmiActionRow *row;
    GString *text; /* lines that end with CR LF */
    guint n_headers;
    GError *problem; /* the first; NULL: none */
    GPtrArray *secrets;
    gdouble timeout;
    gdouble extra_time;
    char *end_event; /* NULL: the response, or its list, is the end */
    AmiItemFunc item_func;
    gpointer item_data;
    GDestroyNotify item_destroy;
};

/* --- Headers --- */

void
ami_action_set_problem(AmiAction *action, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    if (action->problem != NULL)
        return;
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(&action->problem, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT, "action %s: %s",
                action->name, text);
}

/* A name begins a line and ends with the first colon: it has printable bytes and no blank at its
 * beginning or end. */
static gboolean
is_header_name(const char *name)
{
    for (const char *byte = name; *byte != '\0'; byte++)
        if (*byte == ':' || !g_ascii_isprint(*byte))
            return FALSE;
    return *name != '\0' && *name != ' ' && name[strlen(name) - 1] != ' ';
}

/* The text grows by copying, and what it leaves behind would not be wiped: so it is made anew. */
static void
reserve(AmiAction *action, gsize length)
{
    GString *larger;

    if (action->text->len + length < action->text->allocated_len)
        return;
    larger = g_string_sized_new(2 * action->text->allocated_len + length);
    g_string_append_len(larger, action->text->str, (gssize) action->text->len);
    explicit_bzero(action->text->str, action->text->len);
    g_string_free(action->text, TRUE);
    action->text = larger;
}

static void
append_header(AmiAction *action, const char *name, const char *value)
{
    gsize length = strlen(name) + 2 + strlen(value);

    if (!is_header_name(name))
        ami_action_set_problem(action, "\"%s\" is no name for a header", name);
    else if (strpbrk(value, "\r\n") != NULL)
        ami_action_set_problem(
            action, "the value of %s has a line end in it, and would begin a header of its own",
            name);
    else if (length > AMI_ACTION_MAXIMUM_LINE)
        ami_action_set_problem(action,
                               "the value of %s is too long: the line would have %" G_GSIZE_FORMAT
                               " bytes, and Asterisk reads %d",
                               name, length, AMI_ACTION_MAXIMUM_LINE);
    else if (action->n_headers >= MAXIMUM_OWN_HEADERS)
        ami_action_set_problem(action, "there are more than %d headers", MAXIMUM_OWN_HEADERS);
    if (action->problem != NULL)
        return;
    reserve(action, length + 2);
    g_string_append(action->text, name);
    g_string_append(action->text, ": ");
    g_string_append(action->text, value);
    g_string_append(action->text, "\r\n");
    action->n_headers++;
}

/**
 * ami_action_new:
 * @name: the name of an action, such as `Hangup`
 *
 * Begins an action. It may be one that this library has never heard of.
 *
 * Returns: (transfer full): the action
 * Since: 0.2
 */
AmiAction *
ami_action_new(const char *name)
{
    AmiAction *action;

    g_return_val_if_fail(name != NULL, NULL);

    action = g_new0(AmiAction, 1);
    action->name = g_strdup(name);
    action->row = ami_table_find(name);
    action->text = g_string_sized_new(256);
    action->secrets = g_ptr_array_new_with_free_func(g_free);
    action->timeout = -1;
    if (*name == '\0')
        ami_action_set_problem(action, "it has no name");
    append_header(action, "Action", name);
    return action;
}

/**
 * ami_action_new_with:
 * @name: the name of an action
 * @header: the name of its first header, followed by the value, then further names and values, and
 *   %NULL at the end. A %NULL value would end the list: leave the header out instead
 * @...: see @header
 *
 * Begins an action with headers.
 *
 * |[<!-- language="C" -->
 * action = ami_action_new_with("Hangup", "Channel", channel, "Cause", "16", NULL);
 * ]|
 *
 * Returns: (transfer full): the action
 * Since: 0.2
 */
AmiAction *
ami_action_new_with(const char *name, const char *header, ...)
{
    AmiAction *action = ami_action_new(name);
    va_list arguments;

    va_start(arguments, header);
    for (; header != NULL; header = va_arg(arguments, const char *))
        ami_action_add(action, header, va_arg(arguments, const char *));
    va_end(arguments);
    return action;
}

/**
 * ami_action_free:
 * @action: (transfer full): an action that is not to be sent
 *
 * Frees it and wipes its memory, in which there may be secrets.
 *
 * Since: 0.2
 */
void
ami_action_free(AmiAction *action)
{
    g_return_if_fail(action != NULL);

    if (action->item_destroy != NULL)
        action->item_destroy(action->item_data);
    explicit_bzero(action->text->str, action->text->len);
    g_string_free(action->text, TRUE);
    g_ptr_array_unref(action->secrets);
    g_clear_error(&action->problem);
    g_free(action->end_event);
    g_free(action->name);
    g_free(action);
}

/**
 * ami_action_get_name:
 * @action: an action
 *
 * Returns: (transfer none): its name, as given
 * Since: 0.2
 */
const char *
ami_action_get_name(const AmiAction *action)
{
    g_return_val_if_fail(action != NULL, NULL);

    return action->name;
}

/**
 * ami_action_add:
 * @action: an action
 * @name: the name of a header
 * @value: (nullable): its value; %NULL leaves the header out
 *
 * Adds a header, behind those that are there, also of the same name. What cannot be sent makes the
 * whole action one that is refused; ami_action_check() tells.
 *
 * Since: 0.2
 */
void
ami_action_add(AmiAction *action, const char *name, const char *value)
{
    g_return_if_fail(action != NULL && name != NULL);

    if (g_ascii_strcasecmp(name, "Action") == 0 || g_ascii_strcasecmp(name, "ActionID") == 0)
        ami_action_set_problem(action, "the header %s is for the client to set", name);
    else if (value != NULL)
        append_header(action, name, value);
}

void
ami_action_add_secret(AmiAction *action, const char *name, const char *value)
{
    ami_action_add(action, name, value);
    g_ptr_array_add(action->secrets, g_strdup_printf("%s: ", name));
}

/**
 * ami_action_add_integer:
 * @action: an action
 * @name: the name of a header
 * @value: a number
 *
 * Adds a header, as ami_action_add() does.
 *
 * Since: 0.2
 */
void
ami_action_add_integer(AmiAction *action, const char *name, gint64 value)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, value);
    ami_action_add(action, name, text);
}

/**
 * ami_action_add_boolean:
 * @action: an action
 * @name: the name of a header
 * @value: whether it is `true` or `false`
 *
 * Adds a header, as ami_action_add() does.
 *
 * Since: 0.2
 */
void
ami_action_add_boolean(AmiAction *action, const char *name, gboolean value)
{
    ami_action_add(action, name, value ? "true" : "false");
}

/**
 * ami_action_add_seconds:
 * @action: an action
 * @name: the name of a header that Asterisk takes in seconds, with fractions
 * @seconds: a time in seconds; negative or not a number is refused
 *
 * Adds a header, as ami_action_add() does.
 *
 * Since: 0.2
 */
void
ami_action_add_seconds(AmiAction *action, const char *name, gdouble seconds)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_return_if_fail(action != NULL && name != NULL);

    if (!isfinite(seconds) || seconds < 0)
        ami_action_set_problem(action, "%s is no time", name);
    else
        ami_action_add(action, name, g_ascii_formatd(text, sizeof text, "%.3f", seconds));
}

/**
 * ami_action_add_milliseconds:
 * @action: an action
 * @name: the name of a header that Asterisk takes in milliseconds
 * @seconds: a time in seconds; negative or not a number is refused
 *
 * Adds a header, as ami_action_add() does. What is not nothing is at least one millisecond.
 *
 * Since: 0.2
 */
void
ami_action_add_milliseconds(AmiAction *action, const char *name, gdouble seconds)
{
    g_return_if_fail(action != NULL && name != NULL);

    if (!isfinite(seconds) || seconds < 0 || seconds > G_MAXINT / 1000.0)
        ami_action_set_problem(action, "%s is no time that Asterisk can count in milliseconds",
                               name);
    else
        ami_action_add_integer(action, name, (gint64) ceil(seconds * 1000));
}

/**
 * ami_action_add_variable:
 * @action: an action
 * @name: the name of a channel variable
 * @value: its value
 *
 * Adds a header `Variable`. Asterisk splits and unquotes these as it does arguments in the
 * dialplan; here they are quoted so that commas, quotes and backslashes arrive as they are.
 *
 * Since: 0.2
 */
void
ami_action_add_variable(AmiAction *action, const char *name, const char *value)
{
    g_autoptr(GString) text = NULL;

    g_return_if_fail(action != NULL && name != NULL && value != NULL);

    if (*name == '\0' || strpbrk(name, "=,\"\\ \t") != NULL) {
        ami_action_set_problem(action, "\"%s\" is no name for a variable", name);
        return;
    }
    text = g_string_new(name);
    g_string_append(text, "=\"");
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *value);
    }
    g_string_append_c(text, '"');
    append_header(action, "Variable", text->str);
}

void
ami_action_add_pairs(AmiAction *action, const char *const *pairs)
{
    for (; pairs != NULL && pairs[0] != NULL; pairs += 2) {
        if (pairs[1] == NULL) {
            ami_action_set_problem(action, "the header %s has no value behind it", pairs[0]);
            return;
        }
        ami_action_add(action, pairs[0], pairs[1]);
    }
}

void
ami_action_add_variables(AmiAction *action, const char *const *variables)
{
    for (; variables != NULL && *variables != NULL; variables++) {
        const char *equals = strchr(*variables, '=');
        g_autofree char *name = NULL;

        if (equals == NULL) {
            ami_action_set_problem(action, "the variable \"%s\" is not of the form NAME=value",
                                   *variables);
            return;
        }
        name = g_strndup(*variables, (gsize) (equals - *variables));
        ami_action_add_variable(action, name, equals + 1);
    }
}

/* --- How it is run --- */

/**
 * ami_action_set_timeout:
 * @action: an action
 * @seconds: how long its answer may take, lists to their end; 0: for ever; negative: as the client
 *   has it for all actions
 *
 * Since: 0.2
 */
void
ami_action_set_timeout(AmiAction *action, gdouble seconds)
{
    g_return_if_fail(action != NULL);

    action->timeout = seconds;
}

/**
 * ami_action_set_item_func:
 * @action: an action that is answered with a list
 * @function: is shown each event of the list
 * @user_data: for @function
 * @destroy: (nullable): frees @user_data when the action has ended
 *
 * Has the events of a list handed out one by one as they come, instead of collecting them in the
 * reply: for lists that are large. @function runs in the client's main context.
 *
 * Since: 0.2
 */
void
ami_action_set_item_func(AmiAction *action, AmiItemFunc function, gpointer user_data,
                         GDestroyNotify destroy)
{
    g_return_if_fail(action != NULL && function != NULL && action->item_func == NULL);

    action->item_func = function;
    action->item_data = user_data;
    action->item_destroy = destroy;
}

gdouble
ami_action_get_timeout(const AmiAction *action)
{
    return action->timeout;
}

void
ami_action_set_extra_time(AmiAction *action, gdouble seconds)
{
    action->extra_time = seconds;
}

gdouble
ami_action_get_extra_time(const AmiAction *action)
{
    return action->extra_time;
}

void
ami_action_set_end_event(AmiAction *action, const char *event)
{
    g_free(action->end_event);
    action->end_event = g_strdup(event);
}

const char *
ami_action_get_end_event(const AmiAction *action)
{
    return action->end_event;
}

gboolean
ami_action_show_item(const AmiAction *action, AmiMessage *item)
{
    if (action->item_func != NULL)
        action->item_func(item, action->item_data);
    return action->item_func != NULL;
}

const AmiActionRow *
ami_action_get_row(const AmiAction *action)
{
    return action->row;
}

/* --- As text --- */

/* Where the value of a header is; NULL: there is no such header. */
static const char *
find_value(const AmiAction *action, const char *name, gsize *length)
{
    gsize name_length = strlen(name);

    for (const char *line = action->text->str; *line != '\0'; line = strchr(line, '\n') + 1)
        if (g_ascii_strncasecmp(line, name, name_length) == 0 && line[name_length] == ':') {
            line += name_length + 2;
            *length = strcspn(line, "\r");
            return line;
        }
    return NULL;
}

char *
ami_action_dup_value(const AmiAction *action, const char *name)
{
    gsize length = 0;
    const char *value = find_value(action, name, &length);

    return value != NULL ? g_strndup(value, length) : NULL;
}

/**
 * ami_action_check:
 * @action: an action
 * @error: return location for a #GError, or %NULL
 *
 * Whether the action can be sent: what was added can be carried by the wire, and what Asterisk
 * requires, as far as the table of actions knows, is there. Sending checks it as well.
 *
 * Returns: %TRUE if it can; %FALSE with @error set to %AMI_ERROR_INVALID_ARGUMENT
 * Since: 0.2
 */
gboolean
ami_action_check(const AmiAction *action, GError **error)
{
    gsize length;

    g_return_val_if_fail(action != NULL, FALSE);

    if (action->problem != NULL) {
        g_propagate_error(error, g_error_copy(action->problem));
        return FALSE;
    }
    if (action->row == NULL)
        return TRUE;
    for (const AmiHeaderRow *row = action->row->headers; row->name != NULL; row++)
        if (row->is_required && find_value(action, row->name, &length) == NULL) {
            g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                        "action %s needs the header %s: %s", action->name, row->name, row->summary);
            return FALSE;
        }
    return TRUE;
}

void
ami_action_append_to(const AmiAction *action, const char *action_id, GString *output)
{
    g_string_append_len(output, action->text->str, (gssize) action->text->len);
    g_string_append(output, "ActionID: ");
    g_string_append(output, action_id);
    g_string_append(output, "\r\n\r\n");
}

static gboolean
is_secret(const AmiAction *action, const char *line)
{
    for (guint i = 0; i < action->secrets->len; i++)
        if (g_str_has_prefix(line, g_ptr_array_index(action->secrets, i)))
            return TRUE;
    return FALSE;
}

/**
 * ami_action_to_string:
 * @action: an action
 *
 * Returns: (transfer full): its headers, one a line, each ended by LF; secrets are shown as `***`
 * Since: 0.2
 */
char *
ami_action_to_string(const AmiAction *action)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_return_val_if_fail(action != NULL, NULL);

    for (const char *line = action->text->str; *line != '\0'; line = strchr(line, '\n') + 1) {
        gsize length = strcspn(line, "\r");

        if (is_secret(action, line))
            length = (gsize) (strchr(line, ':') - line) + 2;
        g_string_append_len(text, line, (gssize) length);
        g_string_append(text, is_secret(action, line) ? "***\n" : "\n");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
