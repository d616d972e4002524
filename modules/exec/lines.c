/* lines.c - lines of bounded length from a stream that may have none. */

#include "lines.h"

#include <string.h>

void
lines_init(Lines *lines, gsize limit)
{
    *lines = (Lines){.bytes = g_string_new(NULL), .limit = limit};
}

void
lines_clear(Lines *lines)
{
    g_string_free(lines->bytes, TRUE);
}

static void
drop_taken(Lines *lines)
{
    g_string_erase(lines->bytes, 0, (gssize) lines->n_taken);
    lines->n_taken = 0;
}

/* Adds what was read. Take all lines out before more is added. */
void
lines_add(Lines *lines, const char *bytes, gsize length)
{
    drop_taken(lines);
    g_string_append_len(lines->bytes, bytes, (gssize) length);
}

/* Of a line without end yet, only so much is kept that its length is known to exceed the limit. */
static void
drop_excess(Lines *lines, gsize length)
{
    if (length <= lines->limit + 1)
        return;
    lines->n_dropped += length - lines->limit - 1;
    g_string_truncate(lines->bytes, lines->n_taken + lines->limit + 1);
}

static void
hand_out(Lines *lines, Line *line, gsize length)
{
    line->text = lines->bytes->str + lines->n_taken;
    line->length = MIN(length, lines->limit);
    line->is_cut = length > lines->limit;
    lines->n_dropped = 0;
}

/* The next whole line; FALSE where there is none. */
gboolean
lines_next(Lines *lines, Line *line)
{
    const char *start = lines->bytes->str + lines->n_taken;
    gsize rest = lines->bytes->len - lines->n_taken;
    const char *end = memchr(start, '\n', rest);

    if (end == NULL) {
        drop_excess(lines, rest);
        return FALSE;
    }
    hand_out(lines, line, (gsize) (end - start));
    lines->n_taken += (gsize) (end - start) + 1;
    return TRUE;
}

/* At the stream's end: what came behind the last LF; FALSE where nothing did. */
gboolean
lines_last(Lines *lines, Line *line)
{
    gsize rest = lines->bytes->len - lines->n_taken;

    hand_out(lines, line, rest);
    lines->n_taken += rest;
    return rest > 0;
}
