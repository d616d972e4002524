/* pattern.c - extensions and patterns of extensions, matched and ordered as Asterisk's dialplan
 * does.
 *
 * A pattern is a row of positions, each a set of characters, and what follows the last of them:
 * nothing, `.` (one or more of anything) or `!` (anything, nothing too). Of two patterns the one
 * with the smaller set at the first position where they differ is tried first; of two sets of one
 * size, the one that begins with the lower character. A row that goes on beats one that ends in
 * `.`, that beats one that ends in `!`, and that one a row which just ends. Extensions that are no
 * patterns come before all patterns. */

#include "capellad/pattern.h"

#include <capella/settings.h>
#include <string.h>

typedef enum { TAIL_ONE_OR_MORE, TAIL_ANYTHING, TAIL_NOTHING } Tail;

typedef struct {
    guint8 members[32]; /* one bit a character, the lowest character in the highest bit */
    guint count;
    guint8 lowest;
} CharacterSet;

struct _Pattern {
    char *text;
    char *exact;       /* without hyphens, where this is no pattern */
    GArray *positions; /* of CharacterSet, where it is one */
    Tail tail;
};

static gboolean
set_has(const CharacterSet *set, guint8 character)
{
    return (set->members[character / 8] & (0x80 >> (character % 8))) != 0;
}

static void
set_add_range(CharacterSet *set, guint8 first, guint8 last)
{
    for (guint character = first; character <= last; character++) {
        if (set_has(set, (guint8) character))
            continue;
        if (set->count == 0 || character < set->lowest)
            set->lowest = (guint8) character;
        set->members[character / 8] |= (guint8) (0x80 >> (character % 8));
        set->count++;
    }
}

/* Reads a set from behind its bracket; returns what follows it, or NULL when it never ends. */
static const char *
set_parse(CharacterSet *set, const char *text)
{
    const char *end = strchr(text, ']');

    if (end == NULL)
        return NULL;
    while (text < end) {
        if (text + 2 < end && text[1] == '-') {
            set_add_range(set, (guint8) text[0], (guint8) text[2]);
            text += 3;
        } else {
            set_add_range(set, (guint8) text[0], (guint8) text[0]);
            text++;
        }
    }
    return end + 1;
}

static char *
without_hyphens(const char *text)
{
    GString *plain = g_string_new(NULL);

    for (; *text != '\0'; text++)
        if (*text != '-')
            g_string_append_c(plain, *text);
    return g_string_free(plain, FALSE);
}

static void
set_of_letter(CharacterSet *set, char letter)
{
    switch (letter) {
    case 'N':
    case 'n':
        set_add_range(set, '2', '9');
        break;
    case 'X':
    case 'x':
        set_add_range(set, '0', '9');
        break;
    case 'Z':
    case 'z':
        set_add_range(set, '1', '9');
        break;
    default:
        set_add_range(set, (guint8) letter, (guint8) letter);
        break;
    }
}

static gboolean
pattern_parse(Pattern *pattern, const char *text, GError **error)
{
    while (*text != '\0' && *text != '.' && *text != '!') {
        CharacterSet set = {0};

        if (*text == '-') {
            text++;
            continue;
        }
        if (*text == '[') {
            text = set_parse(&set, text + 1);
            if (text == NULL) {
                g_set_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID,
                            "pattern \"%s\" has a [ without its ]", pattern->text);
                return FALSE;
            }
        } else {
            set_of_letter(&set, *text++);
        }
        if (set.count > 0)
            g_array_append_val(pattern->positions, set);
    }
    if (*text == '\0')
        return TRUE;
    pattern->tail = *text == '.' ? TAIL_ONE_OR_MORE : TAIL_ANYTHING;
    if (text[1] == '\0')
        return TRUE;
    g_set_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID,
                "pattern \"%s\" goes on behind its \"%c\", which matches all the rest",
                pattern->text, *text);
    return FALSE;
}

/**
 * pattern_new:
 * @text: an extension, or a pattern that begins with an underscore
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): the pattern; %NULL with @error set to
 *   %CAPELLA_SETTINGS_ERROR_INVALID when @text is none
 */
Pattern *
pattern_new(const char *text, GError **error)
{
    g_autoptr(Pattern) pattern = g_new0(Pattern, 1);

    pattern->text = g_strdup(text);
    pattern->tail = TAIL_NOTHING;
    if (text[0] != '_') {
        pattern->exact = without_hyphens(text);
        return g_steal_pointer(&pattern);
    }
    pattern->positions = g_array_new(FALSE, FALSE, sizeof(CharacterSet));
    if (!pattern_parse(pattern, text + 1, error))
        return NULL;
    if (pattern->positions->len == 0 && pattern->tail == TAIL_NOTHING) {
        g_set_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID,
                    "pattern \"%s\" matches nothing", text);
        return NULL;
    }
    return g_steal_pointer(&pattern);
}

void
pattern_free(Pattern *pattern)
{
    if (pattern == NULL)
        return;
    g_clear_pointer(&pattern->positions, g_array_unref);
    g_free(pattern->exact);
    g_free(pattern->text);
    g_free(pattern);
}

const char *
pattern_get_text(const Pattern *pattern)
{
    return pattern->text;
}

gboolean
pattern_is_exact(const Pattern *pattern)
{
    return pattern->exact != NULL;
}

static const char *
skip_hyphens(const char *text)
{
    while (*text == '-')
        text++;
    return text;
}

static gboolean
exact_matches(const char *exact, const char *extension)
{
    for (;; exact++, extension++) {
        extension = skip_hyphens(extension);
        if (*exact != *extension)
            return FALSE;
        if (*exact == '\0')
            return TRUE;
    }
}

gboolean
pattern_matches(const Pattern *pattern, const char *extension)
{
    if (pattern->exact != NULL)
        return exact_matches(pattern->exact, extension);
    for (guint i = 0; i < pattern->positions->len; i++) {
        const CharacterSet *set = &g_array_index(pattern->positions, CharacterSet, i);

        extension = skip_hyphens(extension);
        if (*extension == '\0' || !set_has(set, (guint8) *extension))
            return FALSE;
        extension++;
    }
    extension = skip_hyphens(extension);
    switch (pattern->tail) {
    case TAIL_NOTHING:
        return *extension == '\0';
    case TAIL_ONE_OR_MORE:
        return *extension != '\0';
    case TAIL_ANYTHING:
        return TRUE;
    }
    return FALSE;
}

static int
set_compare(const CharacterSet *left, const CharacterSet *right)
{
    if (left->count != right->count)
        return left->count < right->count ? -1 : 1;
    if (left->lowest != right->lowest)
        return left->lowest < right->lowest ? -1 : 1;
    return memcmp(right->members, left->members, sizeof left->members);
}

int
pattern_compare(const Pattern *left, const Pattern *right)
{
    guint common;

    if (left->exact != NULL && right->exact != NULL)
        return strcmp(left->exact, right->exact);
    if (left->exact != NULL || right->exact != NULL)
        return left->exact != NULL ? -1 : 1;
    common = MIN(left->positions->len, right->positions->len);
    for (guint i = 0; i < common; i++) {
        int difference = set_compare(&g_array_index(left->positions, CharacterSet, i),
                                     &g_array_index(right->positions, CharacterSet, i));

        if (difference != 0)
            return difference;
    }
    if (left->positions->len != right->positions->len)
        return left->positions->len > right->positions->len ? -1 : 1;
    return (int) left->tail - (int) right->tail;
}
