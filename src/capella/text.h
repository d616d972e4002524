/* text.h - texts of others on our terminal: made harmless, measured, cut. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAPELLA_COLOR_NAME  "\033[36m"
#define CAPELLA_COLOR_TITLE "\033[1m"
#define CAPELLA_COLOR_DIM   "\033[2m"
#define CAPELLA_COLOR_GOOD  "\033[32m"
#define CAPELLA_COLOR_BAD   "\033[1;31m"
#define CAPELLA_COLOR_END   "\033[0m"

/* What --color says; FALSE for what it cannot be. NULL is auto. */
gboolean capella_parse_color(const char *text, gboolean *has_color);

/* How many cells a line of standard output has; 0 where that is no terminal. */
guint capella_get_terminal_width(void);

/* The bytes as a terminal may see them: what is no text is written as \xHH. (transfer full) */
char *capella_text_make_printable(const char *bytes, gssize length);

/* The same for a text of several lines: line ends and tabs stay. (transfer full) */
char *capella_text_make_lines_printable(const char *text);

/* Cells that a printable text takes on a terminal. */
guint capella_text_get_width(const char *text);

/* Appends a printable text and fills up with blanks to so many cells; a longer one is cut. */
void capella_text_append_cell(GString *line, const char *text, guint width);

/* Cuts a printable text from @start on to so many cells, with an ellipsis; 0 leaves it whole. */
void capella_text_cut(GString *line, gsize start, guint width);

/* Appends words, broken into lines of so many cells; @used: what the first line has already,
 * @indent: what the others begin with. */
void capella_text_append_wrapped(GString *lines, const char *words, guint indent, guint used,
                                 guint width);

G_END_DECLS
