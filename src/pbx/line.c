/* line.c - the pieces that lines of a script are made of: words, times, places, moments. */

#include "pbx/script-private.h"
#include <string.h>

const PbxWord *
pbx_line_peek(const PbxLine *line)
{
    return line->next < line->words->len ? &g_array_index(line->words, PbxWord, line->next) : NULL;
}

/* The next word; @what names it for the error when there is none. */
const PbxWord *
pbx_line_take(PbxLine *line, const char *what, GError **error)
{
    const PbxWord *word = pbx_line_peek(line);

    if (word == NULL)
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, "%s is missing", what);
    else
        line->next++;
    return word;
}

/* Whether the next word is the unquoted @word; if so it is taken. */
gboolean
pbx_line_accept(PbxLine *line, const char *word)
{
    const PbxWord *next = pbx_line_peek(line);

    if (next == NULL || next->is_quoted || strcmp(next->text, word) != 0)
        return FALSE;
    line->next++;
    return TRUE;
}

/* Takes the words of @name off the line, if it begins with them. */
gboolean
pbx_line_accept_words(PbxLine *line, const char *name)
{
    g_auto(GStrv) words = g_strsplit(name, " ", -1);
    guint start = line->next;

    for (guint i = 0; words[i] != NULL; i++) {
        if (!pbx_line_accept(line, words[i])) {
            line->next = start;
            return FALSE;
        }
    }
    return TRUE;
}

/* Units of time, longest name first where one ends in another. */
static const struct {
    const char *suffix;
    gdouble seconds;
} units[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"", 1}};

/* A time such as `1.5s`, `200ms`, `2m` or, in seconds, `3`. */
gboolean
pbx_line_parse_seconds(const char *text, gdouble *seconds)
{
    char *end = NULL;
    gdouble number = 0;

    if (!g_ascii_isdigit(text[0]) && text[0] != '.')
        return FALSE;
    number = g_ascii_strtod(text, &end);
    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        if (end != text && strcmp(end, units[i].suffix) == 0) {
            *seconds = number * units[i].seconds;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
pbx_line_take_seconds(PbxLine *line, gdouble *seconds, GError **error)
{
    const PbxWord *word = pbx_line_take(line, "a time such as 1.5s", error);

    if (word == NULL)
        return FALSE;
    if (!pbx_line_parse_seconds(word->text, seconds)) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is no time; write 1.5s, 200ms or 2m", word->text);
        return FALSE;
    }
    return TRUE;
}

/* A whole number from 0 to @maximum. */
gboolean
pbx_line_take_number(PbxLine *line, const char *what, guint64 maximum, guint64 *number,
                     GError **error)
{
    const PbxWord *word = pbx_line_take(line, what, error);

    if (word == NULL)
        return FALSE;
    if (!g_ascii_string_to_unsigned(word->text, 10, 0, maximum, number, NULL)) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "%s is a whole number up to %" G_GUINT64_FORMAT ", not \"%s\"", what, maximum,
                    word->text);
        return FALSE;
    }
    return TRUE;
}

/* A whole number, with or without a minus. */
gboolean
pbx_line_take_integer(PbxLine *line, const char *what, int *number, GError **error)
{
    const PbxWord *word = pbx_line_take(line, what, error);
    gint64 value = 0;

    if (word == NULL)
        return FALSE;
    if (!g_ascii_string_to_signed(word->text, 10, G_MININT, G_MAXINT, &value, NULL)) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "%s is a whole number, not \"%s\"", what, word->text);
        return FALSE;
    }
    *number = (int) value;
    return TRUE;
}

/* `2nd`, `3`: which of several. */
gboolean
pbx_line_take_ordinal(PbxLine *line, guint *ordinal)
{
    const PbxWord *word = pbx_line_peek(line);
    char *end = NULL;
    guint64 number = 0;

    if (word == NULL || word->is_quoted || !g_ascii_isdigit(word->text[0]))
        return FALSE;
    number = g_ascii_strtoull(word->text, &end, 10);
    if (*end != '\0' && strcmp(end, "st") != 0 && strcmp(end, "nd") != 0 &&
        strcmp(end, "rd") != 0 && strcmp(end, "th") != 0)
        return FALSE;
    if (number == 0 || number > G_MAXUINT)
        return FALSE;
    *ordinal = (guint) number;
    line->next++;
    return TRUE;
}

static gboolean
take_count(PbxLine *line, PbxMatch *match, GError **error)
{
    guint64 count = 0;

    if (!pbx_line_take_number(line, "the number of commands", G_MAXUINT, &count, error))
        return FALSE;
    if (!pbx_line_accept(line, "commands") && !pbx_line_accept(line, "command")) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "behind %" G_GUINT64_FORMAT " the word \"commands\" is missing", count);
        return FALSE;
    }
    match->kind = PBX_MATCH_COUNT;
    match->count = (guint) count;
    return TRUE;
}

static void
word_clear(gpointer data)
{
    PbxWord *word = data;

    g_free(word->text);
}

/* The rest of the line, as the beginning of a command. */
static void
take_command(PbxLine *line, PbxMatch *match)
{
    match->kind = PBX_MATCH_COMMAND;
    match->words = g_array_new(FALSE, FALSE, sizeof(PbxWord));
    g_array_set_clear_func(match->words, word_clear);
    for (; line->next < line->words->len; line->next++) {
        const PbxWord *word = &g_array_index(line->words, PbxWord, line->next);
        PbxWord copy = {g_memdup2(word->text, word->length + 1), word->length, word->is_quoted};

        g_array_append_val(match->words, copy);
    }
}

/* A sound in quotes, `N commands`, `reply` for any command, or a command's first words, in front
 * of which `command` may stand: it must where the first one is in quotes or is none. */
gboolean
pbx_line_take_match(PbxLine *line, PbxMatch *match, GError **error)
{
    const PbxWord *word = pbx_line_peek(line);

    if (word == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "a command, or a sound in quotes, is missing");
        return FALSE;
    }
    if (pbx_line_accept(line, "command")) {
        take_command(line, match);
        return TRUE;
    }
    if (word->is_quoted) {
        match->kind = PBX_MATCH_SOUND;
        match->sound = g_strdup(word->text);
        line->next++;
        return TRUE;
    }
    if (g_ascii_isdigit(word->text[0]))
        return take_count(line, match, error);
    if (pbx_line_accept(line, "reply"))
        match->kind = PBX_MATCH_ANY;
    else
        take_command(line, match);
    return TRUE;
}

/* The words that a moment may begin with; @delay where no time was written. */
static const struct {
    const char *word;
    PbxWhen when;
    gdouble delay;
} moments[] = {
    {"before", PBX_WHEN_BEFORE, 0},
    {"during", PBX_WHEN_DURING, PBX_DEFAULT_PACE},
    {"into", PBX_WHEN_DURING, PBX_DEFAULT_PACE},
    {"after", PBX_WHEN_AFTER, 0},
};

static gboolean
take_place(PbxLine *line, gboolean has_delay, PbxMoment *moment, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(moments); i++) {
        if (!pbx_line_accept(line, moments[i].word))
            continue;
        moment->when = moments[i].when;
        moment->is_asked = !has_delay && moments[i].when != PBX_WHEN_DURING;
        if (!has_delay)
            moment->delay = moments[i].delay;
        return pbx_line_take_match(line, &moment->match, error);
    }
    g_set_error(
        error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
        "when? write \"at TIME\", or \"before\", \"during\" or \"after\" and a command or a "
        "sound in quotes");
    return FALSE;
}

/* `at TIME`, or `[TIME] before|during|into|after` and a place; nothing: when asked. */
gboolean
pbx_line_take_moment(PbxLine *line, PbxMoment *moment, GError **error)
{
    const PbxWord *word = pbx_line_peek(line);
    gboolean has_delay = FALSE;

    if (word == NULL) {
        moment->when = PBX_WHEN_ASKED;
        moment->is_asked = TRUE;
        return TRUE;
    }
    if (pbx_line_accept(line, "at")) {
        moment->when = PBX_WHEN_AT;
        return pbx_line_take_seconds(line, &moment->delay, error);
    }
    if (!word->is_quoted && g_ascii_isdigit(word->text[0])) {
        if (!pbx_line_take_seconds(line, &moment->delay, error))
            return FALSE;
        has_delay = TRUE;
    }
    return take_place(line, has_delay, moment, error);
}

/* Where the first colon stands that is outside quotes and followed by a blank or the end. */
static const char *
find_colon(const char *text)
{
    gboolean is_in_quotes = FALSE;

    for (const char *at = text; *at != '\0'; at++) {
        if (is_in_quotes && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            is_in_quotes = !is_in_quotes;
        else if (!is_in_quotes && *at == ':' && (at[1] == '\0' || g_ascii_isspace(at[1])))
            return at;
    }
    return NULL;
}

/* The line up to its colon; @rest is set to what stands behind, NULL when there is no colon. */
char *
pbx_line_split_rest(const char *text, const char **rest)
{
    const char *colon = find_colon(text);

    *rest = NULL;
    if (colon == NULL)
        return g_strdup(text);
    *rest = colon + 1 + strspn(colon + 1, " \t");
    return g_strndup(text, (gsize) (colon - text));
}
