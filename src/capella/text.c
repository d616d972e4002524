/* text.c - texts of others on our terminal: made harmless, measured, cut. */

#include "capella/text.h"
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char ellipsis[] = "\xe2\x80\xa6";

gboolean
capella_parse_color(const char *text, gboolean *has_color)
{
    *has_color = FALSE;
    if (text == NULL || strcmp(text, "auto") == 0)
        *has_color = isatty(STDOUT_FILENO) && g_strcmp0(g_getenv("TERM"), "dumb") != 0 &&
                     g_getenv("NO_COLOR") == NULL;
    else if (strcmp(text, "always") == 0)
        *has_color = TRUE;
    else if (strcmp(text, "never") != 0)
        return FALSE;
    return TRUE;
}

guint
capella_get_terminal_width(void)
{
    struct winsize size = {0};

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

char *
capella_text_make_printable(const char *bytes, gssize length)
{
    gsize left = length < 0 ? strlen(bytes) : (gsize) length;
    g_autoptr(GString) text = g_string_sized_new(left);

    while (left > 0) {
        gunichar letter = g_utf8_get_char_validated(bytes, (gssize) left);
        gsize size = 1;

        if (letter == (gunichar) -1 || letter == (gunichar) -2 || !g_unichar_isprint(letter)) {
            g_string_append_printf(text, "\\x%02x", (guchar) *bytes);
        } else {
            size = (gsize) (g_utf8_next_char(bytes) - bytes);
            g_string_append_len(text, bytes, (gssize) size);
        }
        bytes += size;
        left -= size;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
capella_text_make_lines_printable(const char *text)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    while (*text != '\0') {
        gsize length = strcspn(text, "\n\t");
        gsize layout = strspn(text + length, "\n\t");
        g_autofree char *part = capella_text_make_printable(text, (gssize) length);

        g_string_append(lines, part);
        g_string_append_len(lines, text + length, (gssize) layout);
        text += length + layout;
    }
    return g_string_free(g_steal_pointer(&lines), FALSE);
}

static guint
get_letter_width(gunichar letter)
{
    if (g_unichar_iszerowidth(letter))
        return 0;
    return g_unichar_iswide(letter) ? 2 : 1;
}

guint
capella_text_get_width(const char *text)
{
    guint width = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text))
        width += get_letter_width(g_utf8_get_char(text));
    return width;
}

/* The part of a text that has room in so many cells, one of them kept for the ellipsis. */
static gsize
find_cut(const char *text, guint width)
{
    const char *end = text;
    guint used = 0;

    for (; *end != '\0'; end = g_utf8_next_char(end)) {
        used += get_letter_width(g_utf8_get_char(end));
        if (used + 1 > width)
            break;
    }
    return (gsize) (end - text);
}

void
capella_text_cut(GString *line, gsize start, guint width)
{
    if (width == 0 || capella_text_get_width(line->str + start) <= width)
        return;
    g_string_truncate(line, start + find_cut(line->str + start, width));
    g_string_append(line, ellipsis);
}

void
capella_text_append_cell(GString *line, const char *text, guint width)
{
    gsize start = line->len;

    g_string_append(line, text);
    capella_text_cut(line, start, width);
    for (guint used = capella_text_get_width(line->str + start); used < width; used++)
        g_string_append_c(line, ' ');
}

void
capella_text_append_wrapped(GString *lines, const char *words, guint indent, guint used,
                            guint width)
{
    g_auto(GStrv) parts = g_strsplit(words, " ", -1);

    for (guint i = 0; parts[i] != NULL; i++) {
        guint length = capella_text_get_width(parts[i]);

        if (i > 0 && used + 1 + length > width) {
            g_string_append_printf(lines, "\n%*s", (int) indent, "");
            used = indent;
        } else if (i > 0) {
            g_string_append_c(lines, ' ');
            used++;
        }
        g_string_append(lines, parts[i]);
        used += length;
    }
}
