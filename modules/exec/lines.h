/* lines.h - takes a stream of bytes apart into lines of bounded length. */

#pragma once

#include <glib.h>

/**
 * Lines:
 * @bytes: what has come and was not handed out
 * @limit: longest line, in bytes
 * @n_taken: bytes at the front that the last line took
 * @n_dropped: bytes of the present line beyond the limit, which are gone
 *
 * A stream of lines that never holds more than one line beside what was just added.
 */
typedef struct {
    GString *bytes;
    gsize limit;
    gsize n_taken;
    gsize n_dropped;
} Lines;

/**
 * Line:
 * @text: its bytes, without LF; not NUL-terminated
 * @length: how many
 * @is_cut: whether it was longer than the limit, so that its end is missing
 *
 * One line, good until the next use of its stream.
 */
typedef struct {
    const char *text;
    gsize length;
    gboolean is_cut;
} Line;

void lines_init(Lines *lines, gsize limit);
void lines_clear(Lines *lines);
void lines_add(Lines *lines, const char *bytes, gsize length);
gboolean lines_next(Lines *lines, Line *line);
gboolean lines_last(Lines *lines, Line *line);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lines, lines_clear)
