/* parser.h - private: turns the bytes of a connection into messages. */

#pragma once

#include <capella/ami/error.h>
#include <capella/ami/message.h>

G_BEGIN_DECLS

/**
 * AmiLimits:
 * @line: bytes of a line
 * @message: bytes of a message
 * @headers: headers of a message
 *
 * The largest things that a parser takes. Beyond them what comes is %AMI_ERROR_MALFORMED.
 */
typedef struct {
    gsize line;
    gsize message;
    guint headers;
} AmiLimits;

/* Unless told otherwise. */
#define AMI_DEFAULT_LIMITS                                                                         \
    {                                                                                              \
        4 * 1024 * 1024, 16 * 1024 * 1024, 262144                                                  \
    }

/**
 * AmiParser:
 *
 * The bytes received so far, and how far they have been read. Receive into its room, say how much
 * came, then take messages out until there is none left. Belongs to one thread.
 */
typedef struct _AmiParser AmiParser;

AmiParser *ami_parser_new(void);
void ami_parser_free(AmiParser *parser);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiParser, ami_parser_free)

void ami_parser_set_limits(AmiParser *parser, const AmiLimits *limits);

/* Room for some KiB or more; then how much of it was filled. Or bytes from elsewhere, -1: all of a
 * string. */
char *ami_parser_get_room(AmiParser *parser, gsize *size);
void ami_parser_filled(AmiParser *parser, gsize length);
void ami_parser_add(AmiParser *parser, const char *bytes, gssize length);

/**
 * AmiSlice:
 * @parser: where it lies
 * @event: (nullable): where the event's name is, when the message begins with it; %NULL: look into
 *   the message
 * @event_length: bytes in @event, which is not NUL-terminated
 *
 * A whole message where it was received, good until the parser is touched again. Nothing of it has
 * been copied or looked at but its line ends; what is worth keeping is made an #AmiMessage.
 */
typedef struct {
    AmiParser *parser;
    const char *event;
    gsize event_length;
} AmiSlice;

/* The next message: %TRUE and @slice filled; %FALSE without @error: more has to come first. After
 * an error the parser is at its end. */
gboolean ami_parser_next(AmiParser *parser, AmiSlice *slice, GError **error);
AmiMessage *ami_slice_to_message(const AmiSlice *slice);

/* All of it, as it came. */
const char *ami_slice_get_text(const AmiSlice *slice, gsize *length);

/* The next line by itself, as a greeting is: (transfer full); NULL without @error: more has to come
 * first. */
char *ami_parser_next_line(AmiParser *parser, GError **error);

/* Whether a message, or a line, has begun and not ended. */
gboolean ami_parser_is_amid(const AmiParser *parser);

G_END_DECLS
