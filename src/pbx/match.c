/* match.c - what a line of a script points at: a command, a sound, the n-th command. */

#include "pbx/script-private.h"
#include <string.h>

static gboolean
word_matches(const PbxWord *wanted, const char *word, gboolean has_no_case)
{
    if (!wanted->is_quoted && strcmp(wanted->text, "*") == 0)
        return TRUE;
    if (has_no_case)
        return g_ascii_strcasecmp(wanted->text, word) == 0;
    return strcmp(wanted->text, word) == 0;
}

static gboolean
words_match(const GArray *wanted, const PbxCommandLine *command, gboolean is_whole)
{
    if (wanted->len > command->length || (is_whole && wanted->len != command->length))
        return FALSE;
    for (guint i = 0; i < wanted->len; i++) {
        if (!word_matches(&g_array_index(wanted, PbxWord, i), command->words[i],
                          i < command->name_length))
            return FALSE;
    }
    return TRUE;
}

/* Whether @command is meant; @is_whole: also that it has no further words. */
gboolean
pbx_match_command(const PbxMatch *match, const PbxCommandLine *command, gboolean is_whole)
{
    switch (match->kind) {
    case PBX_MATCH_ANY:
        return TRUE;
    case PBX_MATCH_COUNT:
        return match->count == command->number;
    case PBX_MATCH_SOUND:
        return FALSE;
    case PBX_MATCH_COMMAND:
        return words_match(match->words, command, is_whole);
    }
    return FALSE;
}

gboolean
pbx_match_sound(const PbxMatch *match, const char *sound)
{
    return match->kind == PBX_MATCH_SOUND && strcmp(match->sound, sound) == 0;
}

/* The match as a script writes it. */
char *
pbx_match_to_text(const PbxMatch *match)
{
    g_autoptr(GString) text = g_string_new(NULL);

    switch (match->kind) {
    case PBX_MATCH_ANY:
        return g_strdup("reply");
    case PBX_MATCH_COUNT:
        return g_strdup_printf("%u commands", match->count);
    case PBX_MATCH_SOUND:
        return g_strdup_printf("\"%s\"", match->sound);
    case PBX_MATCH_COMMAND:
        break;
    }
    for (guint i = 0; i < match->words->len; i++) {
        const PbxWord *word = &g_array_index(match->words, PbxWord, i);

        if (i > 0)
            g_string_append_c(text, ' ');
        if (word->is_quoted)
            pbx_words_append_quoted(text, word->text, word->length);
        else
            g_string_append(text, word->text);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

void
pbx_match_clear(PbxMatch *match)
{
    g_clear_pointer(&match->sound, g_free);
    g_clear_pointer(&match->words, g_array_unref);
}
