/* quote.c - AGI's own quoting of arguments, and the tokenizer that takes it away again. */

#include <config.h>

#include "agi/quote.h"

gboolean
agi_quote(GString *line, const char *argument)
{
    g_string_append_c(line, '"');
    for (; *argument != '\0'; argument++) {
        if (*argument == '\n' || *argument == '\r')
            return FALSE;
        if (*argument == '"' || *argument == '\\')
            g_string_append_c(line, '\\');
        g_string_append_c(line, *argument);
    }
    g_string_append_c(line, '"');
    return TRUE;
}

typedef struct {
    GPtrArray *words;
    GString *word;
    gboolean is_in_word;
    gboolean is_quoted;
    gboolean is_escaped;
} Splitter;

static void
end_word(Splitter *splitter)
{
    if (!splitter->is_in_word)
        return;
    g_ptr_array_add(splitter->words, g_strndup(splitter->word->str, splitter->word->len));
    g_string_truncate(splitter->word, 0);
    splitter->is_in_word = FALSE;
}

static void
take_byte(Splitter *splitter, char byte)
{
    if (splitter->is_escaped) {
        splitter->is_escaped = FALSE;
    } else if (byte == '\\') {
        splitter->is_escaped = TRUE;
        return;
    } else if (byte == '"') {
        splitter->is_quoted = !splitter->is_quoted;
        splitter->is_in_word = splitter->is_in_word || splitter->is_quoted;
        return;
    } else if ((byte == ' ' || byte == '\t') && !splitter->is_quoted) {
        end_word(splitter);
        return;
    }
    splitter->is_in_word = TRUE;
    g_string_append_c(splitter->word, byte);
}

char **
agi_split_words(const char *line, gsize length)
{
    g_autoptr(GString) word = g_string_new(NULL);
    Splitter splitter = {.words = g_ptr_array_new(), .word = word};

    for (gsize i = 0; i < length; i++)
        take_byte(&splitter, line[i]);
    end_word(&splitter);
    g_ptr_array_add(splitter.words, NULL);
    return (char **) g_ptr_array_free(splitter.words, FALSE);
}
