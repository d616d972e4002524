/* message-private.h - building messages out of lines. */

#pragma once

#include <capella/ami/message.h>

G_BEGIN_DECLS

/* A line of the wire, without its end. */
typedef struct {
    guint32 offset;
    guint32 length;
} AmiLine;

/* A message out of @n_lines lines of @bytes, which are @length bytes and are copied once. The lines
 * from @first_output on are what a command printed, and become headers `Output`. */
AmiMessage *ami_message_new_from_lines(const char *bytes, gsize length, const AmiLine *lines,
                                       guint n_lines, guint first_output);

/* Whether a text is what Asterisk takes for true. NULL is not. */
gboolean ami_text_is_true(const char *text);

/* The value of the first header of a name, and all lines behind it but an ActionID: Asterisk sends
 * some values with their line ends. Each byte of a line end comes back as an LF. Only for messages
 * in which no other header follows. NULL: there is no such header. (transfer full) */
char *ami_message_dup_long_value(const AmiMessage *message, const char *name);

G_END_DECLS
