/* arguments.c - the argument strings of applications and functions, taken apart as Asterisk does.
 */

#include "pbx/call-private.h"
#include <string.h>

/* What protects a delimiter. It is not forgotten at the end of an argument. */
typedef struct {
    char delimiter;
    int parentheses;
    int brackets;
    gboolean is_in_quotes;
} Splitter;

static void
count_pair(int *depth, gboolean opens, gboolean closes)
{
    if (opens)
        (*depth)++;
    else if (closes && *depth > 0)
        (*depth)--;
}

/* Reads one argument up to its delimiter or the end; quotes and backslashes are left out. */
static char *
read_argument(Splitter *splitter, const char **at, gboolean *has_ended)
{
    g_autoptr(GString) argument = g_string_new(NULL);

    *has_ended = FALSE;
    for (; **at != '\0'; (*at)++) {
        char byte = **at;

        if (byte == splitter->delimiter && splitter->parentheses == 0 && splitter->brackets == 0 &&
            !splitter->is_in_quotes) {
            (*at)++;
            return g_string_free(g_steal_pointer(&argument), FALSE);
        }
        count_pair(&splitter->parentheses, byte == '(', byte == ')');
        count_pair(&splitter->brackets, byte == '[', byte == ']');
        if (byte == '"') {
            splitter->is_in_quotes = !splitter->is_in_quotes;
            continue;
        }
        if (byte == '\\' && *++(*at) == '\0')
            break;
        g_string_append_c(argument, **at);
    }
    *has_ended = TRUE;
    return g_string_free(g_steal_pointer(&argument), FALSE);
}

/*
 * Splits @text into at most @maximum arguments. Quotes and backslashes protect and vanish,
 * parentheses and brackets protect and stay; what is left for the last one stays as it is.
 */
char **
pbx_arguments_split(const char *text, char delimiter, guint maximum)
{
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    Splitter splitter = {.delimiter = delimiter};
    gboolean has_ended = *text == '\0';
    guint n = 0;

    for (; !has_ended && n + 1 < maximum && *text != '\0'; n++) {
        g_autofree char *argument = read_argument(&splitter, &text, &has_ended);

        g_strv_builder_add(arguments, argument);
    }
    if (!has_ended)
        g_strv_builder_add(arguments, text);
    return g_strv_builder_end(arguments);
}
