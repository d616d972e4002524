/* line.h - private: the line of a command, written into a buffer that the call keeps. */

#pragma once

#include "agi/call-struct.h"

G_BEGIN_DECLS

/* One argument of a command: a text, sent in quotes, or a number. */
typedef struct {
    const char *text; /* NULL: the number */
    gint64 number;
} AgiArgument;

/* Makes an empty line of the usual size, in place of the one there is. */
void agi_line_init(AgiCall *call);

/* Writes a whole line. @name is the command's words, and stands in front of error messages. */
gboolean agi_line_write(AgiCall *call, const char *name, const AgiArgument *arguments,
                        gsize n_arguments, GError **error);

/* Or word by word: begins anew (without keeping the memory of a huge line before it), adds argument
 * @i, and looks whether Asterisk reads so much. */
void agi_line_begin(AgiCall *call, const char *name);
gboolean agi_line_append_text(AgiCall *call, const char *name, gsize i, const char *text,
                              GError **error);
gboolean agi_line_check_length(const AgiCall *call, const char *name, GError **error);

/* Bytes before the LF that the Asterisk of this call reads as one command. */
gsize agi_line_get_limit(const AgiCall *call);

G_END_DECLS
