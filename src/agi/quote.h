/* quote.h - private: AGI's own quoting of arguments, and the way back. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends @argument as one word, in quotes. FALSE if it holds CR or LF; @line is then spoilt. */
gboolean agi_quote(GString *line, const char *argument);

/* The words that Asterisk makes of a command line, NULL at the end. (transfer full) */
char **agi_split_words(const char *line, gsize length);

G_END_DECLS
