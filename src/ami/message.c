/* message.c - one message of the wire: a response, an event, or what a client sent.
 *
 * A message is one block of memory: this structure, where each line begins and ends, and the text
 * as it came, in which a NUL was written behind each line. Most headers are never asked for, so
 * nothing else is done beforehand: a look-up compares the beginnings of lines. Names by their
 * number, which need a NUL of their own, are copied for the first one who asks. */

#include <config.h>

#include "ami/message-private.h"
#include "ami/parser.h"

#include <string.h>

struct _AmiMessage {
    gatomicrefcount references;
    guint n_lines;
    guint first_output; /* from here on lines are what a command printed */
    int event;          /* which line says that this is an event; -1: none */
    char *text;
    char **names; /* atomic; NULL until somebody asked */
    AmiLine lines[];
};

static const char output_name[] = "Output";

/* --- Building --- */

/* The wire knows no NUL, and our strings end at one. */
static void
replace_nuls(char *text, gsize length)
{
    char *nul = text;

    while ((nul = memchr(nul, '\0', length - (gsize) (nul - text))) != NULL)
        *nul = '?';
}

/* The value of line @i when it is a header of that name; else NULL. */
static const char *
match_line(const AmiMessage *message, guint i, const char *name, gsize length)
{
    const AmiLine *line = &message->lines[i];
    const char *text = message->text + line->offset;

    if (i >= message->first_output)
        return length == sizeof output_name - 1 && g_ascii_strcasecmp(name, output_name) == 0
                   ? text
                   : NULL;
    if (line->length <= length || text[length] != ':' ||
        (memcmp(text, name, length) != 0 && g_ascii_strncasecmp(text, name, length) != 0))
        return NULL;
    return text + length + (text[length + 1] == ' ' ? 2 : 1);
}

/* Asterisk begins an event with Event and a response with Response; either may have the other one
 * further down, such as OriginateResponse, or a variable whose value has line ends in it. */
static int
find_event(const AmiMessage *message)
{
    if (message->n_lines > 0 && strncmp(message->text + message->lines[0].offset, "Event:", 6) == 0)
        return 0;
    if (match_line(message, 0, "Response", 8) != NULL)
        return -1;
    for (guint i = 0; i < MIN(message->n_lines, message->first_output); i++)
        if ((message->text[message->lines[i].offset] | 0x20) == 'e' &&
            match_line(message, i, "Event", 5) != NULL)
            return (int) i;
    return -1;
}

AmiMessage *
ami_message_new_from_lines(const char *bytes, gsize length, const AmiLine *lines, guint n_lines,
                           guint first_output)
{
    gsize lines_size = n_lines * sizeof(AmiLine);
    AmiMessage *message = g_malloc(sizeof(AmiMessage) + lines_size + length + 1);

    g_atomic_ref_count_init(&message->references);
    message->n_lines = n_lines;
    message->first_output = first_output;
    message->names = NULL;
    message->text = (char *) message->lines + lines_size;
    memcpy(message->lines, lines, lines_size);
    memcpy(message->text, bytes, length);
    replace_nuls(message->text, length);
    message->text[length] = '\0';
    for (guint i = 0; i < n_lines; i++)
        message->text[lines[i].offset + lines[i].length] = '\0';
    message->event = find_event(message);
    return message;
}

/**
 * ami_message_new:
 * @text: `Name: value` lines, each ended by LF or CR LF; not NUL-terminated. An empty line at the
 *   end may be there or not
 * @length: bytes in @text
 * @error: return location for a #GError, or %NULL
 *
 * Makes a message out of its text, for tests and for messages that were written down.
 *
 * Returns: (transfer full): the message; %NULL with @error set to %AMI_ERROR_MALFORMED when the
 *   text is not one message
 * Since: 0.2
 */
AmiMessage *
ami_message_new(const char *text, gsize length, GError **error)
{
    g_autoptr(AmiParser) parser = ami_parser_new();
    g_autoptr(GError) local = NULL;
    AmiSlice slice;

    ami_parser_add(parser, text, length);
    if (!ami_parser_next(parser, &slice, &local) && local == NULL) {
        ami_parser_add(parser, length > 0 && text[length - 1] == '\n' ? "\r\n" : "\r\n\r\n", -1);
        if (ami_parser_next(parser, &slice, &local))
            return ami_slice_to_message(&slice);
    } else if (local == NULL) {
        return ami_slice_to_message(&slice);
    }
    if (local == NULL)
        g_set_error(&local, AMI_ERROR, AMI_ERROR_MALFORMED, "the text holds no message");
    g_propagate_error(error, g_steal_pointer(&local));
    return NULL;
}

AmiMessage *
ami_message_ref(AmiMessage *message)
{
    g_return_val_if_fail(message != NULL, NULL);

    g_atomic_ref_count_inc(&message->references);
    return message;
}

void
ami_message_unref(AmiMessage *message)
{
    g_return_if_fail(message != NULL);

    if (!g_atomic_ref_count_dec(&message->references))
        return;
    g_free(message->names);
    g_free(message);
}

/* --- Reading --- */

/* How long the name of line @i is; 0: it has none. */
static gsize
get_name_length(const AmiMessage *message, guint i)
{
    const char *text = message->text + message->lines[i].offset;
    const char *colon = i < message->first_output ? strchr(text, ':') : NULL;

    return colon != NULL ? (gsize) (colon - text) : 0;
}

/* All names in one block of memory: pointers, and then the strings. */
static char **
new_names(const AmiMessage *message)
{
    gsize size = message->n_lines * (sizeof(char *) + 1) + sizeof output_name;
    char **names;
    char *room;

    for (guint i = 0; i < message->n_lines; i++)
        size += get_name_length(message, i);
    names = g_malloc(size);
    room = (char *) (names + message->n_lines);
    for (guint i = 0; i < message->n_lines; i++) {
        gsize length = get_name_length(message, i);

        names[i] = room;
        memcpy(room, message->text + message->lines[i].offset, length);
        room[length] = '\0';
        room += length + 1;
    }
    memcpy(room, output_name, sizeof output_name);
    for (guint i = message->first_output; i < message->n_lines; i++)
        names[i] = room;
    return names;
}

/* Threads may ask at the same time for the first time: then the names of one are taken. */
static char **
get_names(const AmiMessage *message)
{
    char ***place = &((AmiMessage *) message)->names;
    char **names = g_atomic_pointer_get(place);

    if (names != NULL)
        return names;
    names = new_names(message);
    if (g_atomic_pointer_compare_and_exchange(place, NULL, names))
        return names;
    g_free(names);
    return g_atomic_pointer_get(place);
}

/**
 * ami_message_get_length:
 * @message: a message
 *
 * Any thread.
 *
 * Returns: how many headers there are
 * Since: 0.2
 */
guint
ami_message_get_length(const AmiMessage *message)
{
    g_return_val_if_fail(message != NULL, 0);

    return message->n_lines;
}

/**
 * ami_message_get_name:
 * @message: a message
 * @i: which header, counted from 0
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its name as it came; empty for a line without a colon; %NULL
 *   behind the last
 * Since: 0.2
 */
const char *
ami_message_get_name(const AmiMessage *message, guint i)
{
    g_return_val_if_fail(message != NULL, NULL);

    return i < message->n_lines ? get_names(message)[i] : NULL;
}

/**
 * ami_message_get_value:
 * @message: a message
 * @i: which header, counted from 0
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its value, which may be empty; %NULL behind the last
 * Since: 0.2
 */
const char *
ami_message_get_value(const AmiMessage *message, guint i)
{
    gsize length;

    g_return_val_if_fail(message != NULL, NULL);

    if (i >= message->n_lines)
        return NULL;
    length = get_name_length(message, i);
    return length > 0 ? match_line(message, i, message->text + message->lines[i].offset, length)
                      : message->text + message->lines[i].offset;
}

/**
 * ami_message_get:
 * @message: a message
 * @name: the name of a header, in any case
 *
 * The first header of that name. Any thread.
 *
 * Returns: (transfer none) (nullable): its value, which may be empty; %NULL when there is none
 * Since: 0.2
 */
const char *
ami_message_get(const AmiMessage *message, const char *name)
{
    gsize length;

    g_return_val_if_fail(message != NULL && name != NULL, NULL);

    length = strlen(name);
    for (guint i = 0; i < message->n_lines; i++) {
        const char *value = match_line(message, i, name, length);

        if (value != NULL)
            return value;
    }
    return NULL;
}

/* How many bytes of line ends, and of empty lines, stood before line @i. A CR is no longer told
 * from an LF there. */
static gsize
count_line_ends(const AmiMessage *message, guint i)
{
    const AmiLine *previous = &message->lines[i - 1];

    return message->lines[i].offset - previous->offset - previous->length;
}

char *
ami_message_dup_long_value(const AmiMessage *message, const char *name)
{
    g_autoptr(GString) text = NULL;
    gboolean has_action_id = FALSE;
    const char *value = NULL;
    guint last = message->n_lines;
    guint i;

    for (i = 0; i < last && (value = match_line(message, i, name, strlen(name))) == NULL; i++)
        has_action_id |= match_line(message, i, "ActionID", 8) != NULL;
    if (value == NULL)
        return NULL;
    if (!has_action_id && match_line(message, last - 1, "ActionID", 8) != NULL)
        last--;
    text = g_string_new(value);
    while (++i < last) {
        for (gsize ends = count_line_ends(message, i); ends > 0; ends--)
            g_string_append_c(text, '\n');
        g_string_append(text, message->text + message->lines[i].offset);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/**
 * ami_message_get_all:
 * @message: a message
 * @name: the name of headers, in any case
 *
 * Every header of that name. Any thread.
 *
 * Returns: (transfer container) (array zero-terminated=1): their values, in order; free the array
 *   with g_free()
 * Since: 0.2
 */
const char **
ami_message_get_all(const AmiMessage *message, const char *name)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    gsize length;

    g_return_val_if_fail(message != NULL && name != NULL, NULL);

    length = strlen(name);
    for (guint i = 0; i < message->n_lines; i++) {
        const char *value = match_line(message, i, name, length);

        if (value != NULL)
            g_ptr_array_add(values, (gpointer) value);
    }
    g_ptr_array_add(values, NULL);
    return (const char **) g_ptr_array_free(g_steal_pointer(&values), FALSE);
}

/**
 * ami_message_get_pair:
 * @message: a message
 * @name: the name of headers, in any case
 * @key: what stands before the equals sign of the value
 *
 * Looks a value up among headers such as `ChanVariable: LANG=en`. Any thread.
 *
 * Returns: (transfer none) (nullable): what stands behind the equals sign; %NULL when there is none
 * Since: 0.2
 */
const char *
ami_message_get_pair(const AmiMessage *message, const char *name, const char *key)
{
    gsize length;
    gsize key_length;

    g_return_val_if_fail(message != NULL && name != NULL && key != NULL, NULL);

    length = strlen(name);
    key_length = strlen(key);
    for (guint i = 0; i < message->n_lines; i++) {
        const char *value = match_line(message, i, name, length);

        if (value != NULL && strncmp(value, key, key_length) == 0 && value[key_length] == '=')
            return value + key_length + 1;
    }
    return NULL;
}

/**
 * ami_message_get_integer:
 * @message: a message
 * @name: the name of a header, in any case
 * @fallback: what is returned when there is no such header, or no number in it
 *
 * Any thread.
 *
 * Returns: the number that the value begins with
 * Since: 0.2
 */
gint64
ami_message_get_integer(const AmiMessage *message, const char *name, gint64 fallback)
{
    const char *value = ami_message_get(message, name);
    char *end = NULL;
    gint64 number;

    if (value == NULL)
        return fallback;
    number = g_ascii_strtoll(value, &end, 10);
    return end != value ? number : fallback;
}

gboolean
ami_text_is_true(const char *text)
{
    static const char *const truths[] = {"yes", "true", "y", "t", "1", "on"};

    for (gsize i = 0; text != NULL && i < G_N_ELEMENTS(truths); i++)
        if (g_ascii_strcasecmp(text, truths[i]) == 0)
            return TRUE;
    return FALSE;
}

/**
 * ami_message_get_boolean:
 * @message: a message
 * @name: the name of a header, in any case
 *
 * Any thread.
 *
 * Returns: whether the value is what Asterisk takes for true: `yes`, `true`, `y`, `t`, `1` or `on`
 * Since: 0.2
 */
gboolean
ami_message_get_boolean(const AmiMessage *message, const char *name)
{
    return ami_text_is_true(ami_message_get(message, name));
}

/**
 * ami_message_has:
 * @message: a message
 * @name: the name of a header, in any case
 * @value: a value, exactly
 *
 * Any thread.
 *
 * Returns: whether one of the headers of that name has that value
 * Since: 0.2
 */
gboolean
ami_message_has(const AmiMessage *message, const char *name, const char *value)
{
    gsize length;

    g_return_val_if_fail(message != NULL && name != NULL && value != NULL, FALSE);

    length = strlen(name);
    for (guint i = 0; i < message->n_lines; i++) {
        const char *found = match_line(message, i, name, length);

        if (found != NULL && strcmp(found, value) == 0)
            return TRUE;
    }
    return FALSE;
}

/* --- What it is --- */

/**
 * ami_message_is_event:
 * @message: a message
 *
 * A message that has a header `Event`, and does not begin with `Response`, is an event, whatever
 * else is in it. Any thread.
 *
 * Returns: whether it is an event
 * Since: 0.2
 */
gboolean
ami_message_is_event(const AmiMessage *message)
{
    g_return_val_if_fail(message != NULL, FALSE);

    return message->event >= 0;
}

/**
 * ami_message_get_event:
 * @message: a message
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the event's name; %NULL when it is none
 * Since: 0.2
 */
const char *
ami_message_get_event(const AmiMessage *message)
{
    g_return_val_if_fail(message != NULL, NULL);

    return message->event >= 0 ? match_line(message, (guint) message->event, "Event", 5) : NULL;
}

/**
 * ami_message_get_response:
 * @message: a message
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): what it says in `Response`, when it is a response; %NULL for
 *   an event, also one that has such a header
 * Since: 0.2
 */
const char *
ami_message_get_response(const AmiMessage *message)
{
    g_return_val_if_fail(message != NULL, NULL);

    return message->event >= 0 ? NULL : ami_message_get(message, "Response");
}

/**
 * ami_message_get_action_id:
 * @message: a message
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the id of the action that it belongs to
 * Since: 0.2
 */
const char *
ami_message_get_action_id(const AmiMessage *message)
{
    return ami_message_get(message, "ActionID");
}

/**
 * ami_message_get_output:
 * @message: the response to action `Command`
 *
 * The lines that a command of Asterisk's command line printed: of the old form, text up to
 * `--END COMMAND--`, as of the new one, headers `Output`. Any thread.
 *
 * Returns: (transfer container) (array zero-terminated=1): the lines; free the array with g_free()
 * Since: 0.2
 */
const char **
ami_message_get_output(const AmiMessage *message)
{
    return ami_message_get_all(message, output_name);
}

/**
 * ami_message_to_string:
 * @message: a message
 *
 * Any thread.
 *
 * Returns: (transfer full): its headers, one a line, each ended by LF
 * Since: 0.2
 */
char *
ami_message_to_string(const AmiMessage *message)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_return_val_if_fail(message != NULL, NULL);

    for (guint i = 0; i < message->n_lines; i++) {
        const char *name = ami_message_get_name(message, i);

        if (*name != '\0')
            g_string_append_printf(text, "%s: ", name);
        g_string_append_printf(text, "%s\n", ami_message_get_value(message, i));
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
