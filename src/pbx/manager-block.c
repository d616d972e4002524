/* manager-block.c - the blocks of a manager's script: messages, lines of output, calls' scripts. */

#include "pbx/manager-private.h"
#include <string.h>

static void
text_clear(gpointer data)
{
    PbxManagerText *text = data;

    g_free(text->text);
    g_free(text);
}

static GPtrArray *
new_message(void)
{
    return g_ptr_array_new_with_free_func(text_clear);
}

/* A line in quotes: exact bytes. */
static gboolean
read_bytes(const char *line, PbxManagerText *text, guint number, GError **error)
{
    g_autoptr(GArray) words = pbx_words_split_script(line, error);
    PbxWord *word = NULL;

    if (words == NULL) {
        g_prefix_error(error, "line %u: ", number);
        return FALSE;
    }
    if (words->len != 1) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "line %u: behind bytes in quotes nothing may follow", number);
        return FALSE;
    }
    word = &g_array_index(words, PbxWord, 0);
    text->text = g_steal_pointer(&word->text);
    text->length = word->length;
    text->is_bytes = TRUE;
    return TRUE;
}

/* A line of a block, without the blanks in front of it and the CR at its end. */
static gboolean
read_line(const char *line, GPtrArray *message, guint number, GError **error)
{
    PbxManagerText *text = g_new0(PbxManagerText, 1);

    g_ptr_array_add(message, text);
    if (*line == '"')
        return read_bytes(line, text, number, error);
    text->length = strlen(line);
    text->text = g_strndup(line, text->length);
    if (text->length > 0 && line[text->length - 1] == '\r')
        text->text[--text->length] = '\0';
    return TRUE;
}

static gboolean
is_separator(const char *line)
{
    return line[0] == '\0' || strcmp(line, "\r") == 0 || strcmp(line, ".") == 0 ||
           strcmp(line, ".\r") == 0;
}

/* Messages, separated by empty lines or lines with a dot; comments are left out. */
GPtrArray *
pbx_manager_block_to_messages(const GPtrArray *block, guint number, GError **error)
{
    g_autoptr(GPtrArray) messages =
        g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
    GPtrArray *message = NULL;

    for (guint i = 0; i < block->len; i++) {
        const char *line = g_ptr_array_index(block, i);

        line += strspn(line, " \t");
        if (*line == '#')
            continue;
        if (is_separator(line)) {
            message = NULL;
            continue;
        }
        if (message == NULL) {
            message = new_message();
            g_ptr_array_add(messages, message);
        }
        if (!read_line(line, message, number + i, error))
            return NULL;
    }
    return g_steal_pointer(&messages);
}

/* One array of lines, empty ones among them. */
GPtrArray *
pbx_manager_block_to_lines(const GPtrArray *block, guint number, GError **error)
{
    g_autoptr(GPtrArray) lines = new_message();

    for (guint i = 0; i < block->len; i++) {
        const char *line = g_ptr_array_index(block, i);

        if (!read_line(line + strspn(line, " \t"), lines, number + i, error))
            return NULL;
    }
    return g_steal_pointer(&lines);
}

/* The script of a call, checked; empty lines in front keep the numbers of its lines right. */
char *
pbx_manager_block_to_script(const GPtrArray *block, guint number, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(PbxScript) script = pbx_script_new();

    for (guint i = 1; i < number; i++)
        g_string_append_c(text, '\n');
    for (guint i = 0; i < block->len; i++)
        g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(block, i));
    if (!pbx_script_read_text(script, "script", text->str, error))
        return NULL;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Replaces each {Header} by what the action has there. */
static void
append_expanded(GString *output, const char *text, const PbxRequest *request)
{
    for (; *text != '\0'; text++) {
        gsize length = *text == '{' ? strcspn(text + 1, "{} ") : 0;
        g_autofree char *name = NULL;

        if (length == 0 || text[1 + length] != '}' || request == NULL) {
            g_string_append_c(output, *text);
            continue;
        }
        name = g_strndup(text + 1, length);
        g_string_append(output, pbx_request_get(request, name));
        text += length + 1;
    }
}

static gboolean
has_name(const PbxManagerText *text, const char *name)
{
    gsize length = strlen(name);

    return !text->is_bytes && g_ascii_strncasecmp(text->text, name, length) == 0 &&
           text->text[length] == ':';
}

/* The value of a header of a message, NULL where it has none. */
const char *
pbx_manager_text_find(const GPtrArray *message, const char *name)
{
    for (guint i = 0; i < message->len; i++) {
        const PbxManagerText *text = g_ptr_array_index(message, i);

        if (has_name(text, name)) {
            const char *value = text->text + strlen(name) + 1;

            return value + strspn(value, " ");
        }
    }
    return NULL;
}

/* Adds a message as it goes over the wire. The action's id comes behind the first line, unless the
 * message has its own, or `ActionID: none`. One that begins with bytes in quotes stays as it is. */
void
pbx_manager_text_append(GString *output, const GPtrArray *message, const PbxRequest *request,
                        const char *action_id)
{
    const PbxManagerText *first = g_ptr_array_index(message, 0);
    const char *own = pbx_manager_text_find(message, "ActionID");
    gboolean adds_id = own == NULL && action_id != NULL && *action_id != '\0' && !first->is_bytes;

    for (guint i = 0; i < message->len; i++) {
        const PbxManagerText *text = g_ptr_array_index(message, i);

        if (text->is_bytes) {
            g_string_append_len(output, text->text, (gssize) text->length);
            continue;
        }
        if (own != NULL && strcmp(own, "none") == 0 && has_name(text, "ActionID"))
            continue;
        append_expanded(output, text->text, request);
        g_string_append(output, "\r\n");
        if (i == 0 && adds_id)
            g_string_append_printf(output, "ActionID: %s\r\n", action_id);
    }
    if (!first->is_bytes)
        g_string_append(output, "\r\n");
}
