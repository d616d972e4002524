/* result.c - what became of a simulated call, and the ways to read it. */

#include "pbx/result.h"
#include "agi/quote.h"
#include "pbx/words.h"
#include <string.h>

static void
line_free(gpointer data)
{
    PbxTranscriptLine *line = data;

    g_free(line->text);
    g_free(line);
}

static void
exchange_free(gpointer data)
{
    PbxExchange *exchange = data;

    g_free(exchange->command);
    g_string_free(exchange->reply, TRUE);
    g_free(exchange);
}

static void
variable_free(gpointer data)
{
    PbxVariable *variable = data;

    g_free(variable->name);
    g_free(variable->value);
    g_free(variable);
}

PbxResult *
pbx_result_new(void)
{
    PbxResult *result = g_new0(PbxResult, 1);

    result->status = "SUCCESS";
    result->hangup_command = -1;
    result->environment = g_ptr_array_new_with_free_func(variable_free);
    result->changed = g_ptr_array_new_with_free_func(g_free);
    result->lost_keys = g_string_new(NULL);
    result->unmet = g_ptr_array_new_with_free_func(g_free);
    result->lines = g_ptr_array_new_with_free_func(line_free);
    result->exchanges = g_ptr_array_new_with_free_func(exchange_free);
    return result;
}

/**
 * pbx_result_free:
 * @result: (transfer full): a result
 *
 * Frees a result and everything in it.
 */
void
pbx_result_free(PbxResult *result)
{
    g_free(result->context);
    g_free(result->extension);
    g_ptr_array_unref(result->environment);
    g_clear_pointer(&result->variables, g_hash_table_unref);
    g_clear_pointer(&result->database, g_hash_table_unref);
    g_ptr_array_unref(result->changed);
    g_string_free(result->lost_keys, TRUE);
    g_ptr_array_unref(result->unmet);
    g_ptr_array_unref(result->lines);
    g_ptr_array_unref(result->exchanges);
    g_free(result);
}

/**
 * pbx_result_get_variable:
 * @result: a result
 * @name: a channel variable
 *
 * Returns: (transfer none) (nullable): its value when the call was over, %NULL if it had none
 */
const char *
pbx_result_get_variable(const PbxResult *result, const char *name)
{
    return g_hash_table_lookup(result->variables, name);
}

/**
 * pbx_result_was_set:
 * @result: a result
 * @name: a channel variable
 *
 * Returns: %TRUE if the server set it in this call
 */
gboolean
pbx_result_was_set(const PbxResult *result, const char *name)
{
    return g_ptr_array_find_with_equal_func(result->changed, name, g_str_equal, NULL);
}

/**
 * pbx_result_dup_conversation:
 * @result: a result
 *
 * The commands and replies without the environment: a line each, commands behind `> `, replies
 * behind `< `.
 *
 * Returns: (transfer full): the text
 */
char *
pbx_result_dup_conversation(const PbxResult *result)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean is_environment = TRUE;

    for (guint i = 0; i < result->lines->len; i++) {
        const PbxTranscriptLine *line = g_ptr_array_index(result->lines, i);

        if (line->direction == PBX_NOTE)
            continue;
        if (!is_environment || line->direction == PBX_FROM_SERVER)
            g_string_append_printf(text, "%c %s\n", line->direction == PBX_FROM_SERVER ? '>' : '<',
                                   line->text);
        if (line->length == 0 || line->direction == PBX_FROM_SERVER)
            is_environment = FALSE;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* `agi_request` and what goes with it follow from where the server is, and are not recorded. */
static void
append_environment(GString *script, const PbxResult *result)
{
    for (guint i = 0; i < result->environment->len; i++) {
        const PbxVariable *variable = g_ptr_array_index(result->environment, i);

        if (g_str_has_prefix(variable->name, "agi_network") ||
            strcmp(variable->name, "agi_request") == 0)
            continue;
        if (g_str_has_prefix(variable->name, "agi_arg_"))
            g_string_append(script, "argument ");
        else
            g_string_append_printf(script, "%s ", variable->name);
        pbx_words_append_quoted(script, variable->value, strlen(variable->value));
        g_string_append_c(script, '\n');
    }
}

/* Whether all of a command's name can stand without quotes. */
static gboolean
has_plain_name(char **words, guint name_length)
{
    for (guint i = 0; i < name_length; i++) {
        if (*words[i] == '\0' || strspn(words[i], G_CSET_A_2_Z G_CSET_a_2_z) != strlen(words[i]))
            return FALSE;
    }
    return name_length > 0;
}

/* The command's words, so that any bytes in them survive. */
static void
append_command(GString *script, const PbxExchange *exchange)
{
    g_auto(GStrv) words = agi_split_words(exchange->command, strlen(exchange->command));
    gboolean is_plain = has_plain_name(words, exchange->name_length);

    if (!is_plain)
        g_string_append(script, " command");
    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree char *name = g_ascii_strup(words[i], -1);

        g_string_append_c(script, ' ');
        if (is_plain && i < exchange->name_length)
            g_string_append(script, name);
        else
            pbx_words_append_quoted(script, words[i], strlen(words[i]));
    }
}

static void
append_exchange(GString *script, const PbxExchange *exchange)
{
    g_string_append(script, "expect");
    append_command(script, exchange);
    g_string_append(script, ": ");
    pbx_words_append_quoted(script, exchange->reply->str, exchange->reply->len);
    g_string_append_c(script, '\n');
}

static void
append_end(GString *script, const PbxResult *result)
{
    if (result->hangup_command == 0)
        g_string_append(script, "hangup at 0s\n");
    else if (result->hangup_command > 0)
        g_string_append_printf(script, "hangup %s %d commands\n",
                               result->is_hangup_inside ? "0s into" : "after",
                               result->hangup_command);
    g_string_append_printf(script, "expect status %s\n", result->status);
    if (result->is_hung_up)
        return;
    g_string_append(script, "expect goto ");
    g_string_append_printf(script, "\"%s,%s,%d\"\n", result->context, result->extension,
                           result->priority);
}

/**
 * pbx_result_dup_script:
 * @result: a result
 *
 * The call as a script that plays it again: the same environment, each command expected in its
 * place and answered with the same bytes, the same end.
 *
 * Returns: (transfer full): the script's text
 */
char *
pbx_result_dup_script(const PbxResult *result)
{
    g_autoptr(GString) script = g_string_new("# A recorded call.\nspeed instant\nstrict\n");

    append_environment(script, result);
    for (guint i = 0; i < result->exchanges->len; i++)
        append_exchange(script, g_ptr_array_index(result->exchanges, i));
    append_end(script, result);
    return g_string_free(g_steal_pointer(&script), FALSE);
}
