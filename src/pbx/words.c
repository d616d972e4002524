/* words.c - lines taken apart into words: Asterisk's way for commands, the script's way for
 * scripts. */

#include "pbx/words.h"
#include "pbx/script.h"
#include <string.h>

static void
word_clear(gpointer data)
{
    PbxWord *word = data;

    g_free(word->text);
}

static gboolean
read_hexadecimal(const char **at, char *byte, GError **error)
{
    if (!g_ascii_isxdigit((*at)[0]) || !g_ascii_isxdigit((*at)[1])) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\\x wants two hexadecimal digits, as in \\x0a");
        return FALSE;
    }
    *byte = (char) (g_ascii_xdigit_value((*at)[0]) * 16 + g_ascii_xdigit_value((*at)[1]));
    *at += 2;
    return TRUE;
}

/* What stands behind a backslash in quotes. */
static gboolean
read_escape(const char **at, char *byte, GError **error)
{
    char letter = **at;

    if (letter == '\0') {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, "a quote is not closed");
        return FALSE;
    }
    (*at)++;
    switch (letter) {
    case 'n':
        *byte = '\n';
        return TRUE;
    case 'r':
        *byte = '\r';
        return TRUE;
    case 't':
        *byte = '\t';
        return TRUE;
    case 'x':
        return read_hexadecimal(at, byte, error);
    case '"':
    case '\\':
        *byte = letter;
        return TRUE;
    default:
        g_set_error(
            error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
            "\"\\%c\" stands for nothing; in quotes there are \\\" \\\\ \\n \\r \\t and \\xHH",
            letter);
        return FALSE;
    }
}

static gboolean
read_quoted(const char **at, GString *text, GError **error)
{
    (*at)++;
    while (**at != '"') {
        char byte = **at;

        if (byte == '\0') {
            g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, "a quote is not closed");
            return FALSE;
        }
        (*at)++;
        if (byte == '\\' && !read_escape(at, &byte, error))
            return FALSE;
        g_string_append_c(text, byte);
    }
    (*at)++;
    return TRUE;
}

static gboolean
read_word(const char **at, GArray *words, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    PbxWord word = {.is_quoted = **at == '"'};

    if (word.is_quoted) {
        if (!read_quoted(at, text, error))
            return FALSE;
        if (**at != '\0' && !g_ascii_isspace(**at)) {
            g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                        "a blank is missing behind \"%s\"", text->str);
            return FALSE;
        }
    } else {
        gsize length = strcspn(*at, " \t\r\n");

        g_string_append_len(text, *at, (gssize) length);
        *at += length;
    }
    word.length = text->len;
    word.text = g_string_free(g_steal_pointer(&text), FALSE);
    g_array_append_val(words, word);
    return TRUE;
}

/**
 * pbx_words_split_script:
 * @line: a line of a script
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX
 *
 * Takes a line of a script apart. Words are separated by blanks; in quotes there may be blanks,
 * and `\"`, `\\`, `\n`, `\r`, `\t` and `\xHH`.
 *
 * Returns: (transfer full) (element-type PbxWord): the words, or %NULL with @error set
 */
GArray *
pbx_words_split_script(const char *line, GError **error)
{
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(PbxWord));

    g_array_set_clear_func(words, word_clear);
    for (const char *at = line; *at != '\0';) {
        if (g_ascii_isspace(*at))
            at++;
        else if (!read_word(&at, words, error))
            return NULL;
    }
    return g_steal_pointer(&words);
}

/**
 * pbx_words_append_quoted:
 * @line: what to add to
 * @text: the word
 * @length: bytes in @text
 *
 * Adds a word in quotes, so that pbx_words_split_script() reads the same bytes.
 */
void
pbx_words_append_quoted(GString *line, const char *text, gsize length)
{
    g_string_append_c(line, '"');
    for (gsize i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '"' || byte == '\\')
            g_string_append_printf(line, "\\%c", byte);
        else if (byte == '\n')
            g_string_append(line, "\\n");
        else if ((guchar) byte < 0x20 || byte == 0x7f)
            g_string_append_printf(line, "\\x%02x", (guchar) byte);
        else
            g_string_append_c(line, byte);
    }
    g_string_append_c(line, '"');
}
