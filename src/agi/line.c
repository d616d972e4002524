/* line.c - the line of a command, written into a buffer that the call keeps. */

#include <config.h>

#include "agi/line.h"

#include "agi/quote.h"

#include <stdio.h>
#include <string.h>

#define USUAL_BYTES 256

/* The first Asterisk of each line of versions that reads 8 KiB instead of 2 KiB. */
static gboolean
reads_long_lines(guint64 major, guint64 minor)
{
    switch (major) {
    case 20:
        return minor >= 16;
    case 21:
        return minor >= 11;
    case 22:
        return minor >= 6;
    default:
        return major >= 23;
    }
}

/* Versions read `22.6.1`, `certified/20.7-cert3`, `GIT-22-a1b2c3`, `20.6.0~dfsg`. What cannot be
 * made out gets the shorter limit, which is right for all. */
gsize
agi_line_get_limit(const AgiCall *call)
{
    const char *version = agi_environment_get_version(call->environment);
    guint64 major;
    char *end;

    if (version != NULL)
        version += strcspn(version, "0123456789");
    if (version == NULL || *version == '\0')
        return 2046;
    major = g_ascii_strtoull(version, &end, 10);
    return reads_long_lines(major, *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0) ? 8190
                                                                                          : 2046;
}

gboolean
agi_line_check_length(const AgiCall *call, const char *name, GError **error)
{
    if (call->line->len <= 2046 || call->line->len <= agi_line_get_limit(call))
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                "%.64s: the command line has %" G_GSIZE_FORMAT
                " bytes, and this Asterisk reads no more than %" G_GSIZE_FORMAT,
                name, call->line->len, agi_line_get_limit(call));
    return FALSE;
}

void
agi_line_init(AgiCall *call)
{
    g_free(call->line_text.str);
    call->line_text = (GString){.str = g_malloc(USUAL_BYTES), .allocated_len = USUAL_BYTES};
    call->line_text.str[0] = '\0';
    call->line = &call->line_text;
}

void
agi_line_begin(AgiCall *call, const char *name)
{
    if (call->line->allocated_len > 16 * USUAL_BYTES)
        agi_line_init(call);
    g_string_assign(call->line, name);
}

gboolean
agi_line_append_text(AgiCall *call, const char *name, gsize i, const char *text, GError **error)
{
    g_string_append_c(call->line, ' ');
    if (agi_quote(call->line, text))
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                "%.64s: argument %" G_GSIZE_FORMAT
                " holds a line break (CR or LF), which AGI cannot carry",
                name, i + 1);
    return FALSE;
}

static void
append_number(AgiCall *call, gint64 number)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, " %" G_GINT64_FORMAT, number);

    g_string_append_len(call->line, digits, length);
}

gboolean
agi_line_write(AgiCall *call, const char *name, const AgiArgument *arguments, gsize n_arguments,
               GError **error)
{
    agi_line_begin(call, name);
    for (gsize i = 0; i < n_arguments; i++)
        if (arguments[i].text == NULL)
            append_number(call, arguments[i].number);
        else if (!agi_line_append_text(call, name, i, arguments[i].text, error))
            return FALSE;
    return agi_line_check_length(call, name, error);
}
