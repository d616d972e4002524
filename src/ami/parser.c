/* parser.c - turns the bytes of a connection into messages.
 *
 * The parser owns one buffer, in which messages are found where they were received. A message is
 * whole when its last line is: until then only the line ends found so far are remembered, so that
 * each byte is looked at once, however it was cut up on its way.
 *
 * Lines end with LF; a CR before it is taken off. A message ends with an empty line of CR LF, and
 * where it has no CR at all, of LF; empty lines before a message are nothing. The answer to a
 * command, in Asterisk 13 and before, is `Response: Follows` and then text in which anything may
 * stand, until `--END COMMAND--` and an empty line. */

#include <config.h>

#include "ami/parser.h"

#include "ami/message-private.h"

#include <string.h>

/* What a buffer begins with, what is free in it before each reading, and what it may keep. */
#define BUFFER_SIZE    (256 * 1024)
#define ROOM_SIZE      (16 * 1024)
#define BUFFER_LARGEST (1024 * 1024)

static const char event_header[] = "Event: ";
static const char end_of_command[] = "--END COMMAND--";

struct _AmiParser {
    AmiLimits limits;
    char *bytes;
    gsize capacity;
    gsize start;    /* of the message */
    gsize end;      /* of what was received */
    gsize line;     /* where the line begins that has no end yet */
    gsize scanned;  /* how far its end was looked for */
    AmiLine *lines; /* with offsets from start; no GArray, which would cost a call for each */
    guint n_lines;
    guint lines_capacity;
    gboolean has_cr;
    gboolean is_command;   /* Response: Follows */
    gboolean is_at_marker; /* and the last line had the end of it */
    gboolean is_done;      /* the lines are those of a message that was handed out */
};

AmiParser *
ami_parser_new(void)
{
    static const AmiLimits limits = AMI_DEFAULT_LIMITS;
    AmiParser *parser = g_new0(AmiParser, 1);

    parser->limits = limits;
    parser->capacity = BUFFER_SIZE;
    parser->bytes = g_malloc(parser->capacity);
    parser->lines_capacity = 64;
    parser->lines = g_new(AmiLine, parser->lines_capacity);
    return parser;
}

void
ami_parser_free(AmiParser *parser)
{
    g_free(parser->lines);
    g_free(parser->bytes);
    g_free(parser);
}

void
ami_parser_set_limits(AmiParser *parser, const AmiLimits *limits)
{
    parser->limits = *limits;
}

/* --- Receiving --- */

/* Forgets the message that was handed out last. */
static void
forget_message(AmiParser *parser)
{
    if (!parser->is_done)
        return;
    parser->n_lines = 0;
    parser->start = parser->line;
    parser->has_cr = FALSE;
    parser->is_command = FALSE;
    parser->is_at_marker = FALSE;
    parser->is_done = FALSE;
}

/* Moves what is not read yet to the front. */
static void
compact(AmiParser *parser)
{
    gsize start = parser->start;

    if (start == 0)
        return;
    memmove(parser->bytes, parser->bytes + start, parser->end - start);
    parser->start = 0;
    parser->end -= start;
    parser->line -= start;
    parser->scanned -= start;
}

static void
resize(AmiParser *parser, gsize capacity)
{
    parser->bytes = g_realloc(parser->bytes, capacity);
    parser->capacity = capacity;
}

char *
ami_parser_get_room(AmiParser *parser, gsize *size)
{
    forget_message(parser);
    if (parser->capacity - parser->end < ROOM_SIZE || parser->start == parser->end)
        compact(parser);
    if (parser->end == 0 && parser->capacity > BUFFER_LARGEST)
        resize(parser, BUFFER_SIZE);
    if (parser->capacity - parser->end < ROOM_SIZE)
        resize(parser, parser->capacity * 2);
    *size = parser->capacity - parser->end;
    return parser->bytes + parser->end;
}

void
ami_parser_filled(AmiParser *parser, gsize length)
{
    parser->end += length;
}

void
ami_parser_add(AmiParser *parser, const char *bytes, gssize length)
{
    gsize left = length < 0 ? strlen(bytes) : (gsize) length;

    while (left > 0) {
        gsize size;
        char *room = ami_parser_get_room(parser, &size);

        size = MIN(size, left);
        memcpy(room, bytes, size);
        ami_parser_filled(parser, size);
        bytes += size;
        left -= size;
    }
}

/* --- Lines --- */

/* The next line that has an end: %FALSE when more has to come, or with @error when it is too long.
 * @has_cr: whether CR LF ends it. */
static gboolean
next_line(AmiParser *parser, AmiLine *line, gboolean *has_cr, GError **error)
{
    char *start = parser->bytes + parser->line;
    char *newline = memchr(parser->bytes + parser->scanned, '\n', parser->end - parser->scanned);
    gsize length =
        (newline != NULL ? (gsize) (newline - parser->bytes) : parser->end) - parser->line;

    if (length > parser->limits.line) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "a line has more than %" G_GSIZE_FORMAT " bytes", parser->limits.line);
        return FALSE;
    }
    if (newline == NULL) {
        parser->scanned = parser->end;
        return FALSE;
    }
    *has_cr = length > 0 && start[length - 1] == '\r';
    line->offset = (guint32) (parser->line - parser->start);
    line->length = (guint32) (*has_cr ? length - 1 : length);
    parser->line += length + 1;
    parser->scanned = parser->line;
    return TRUE;
}

char *
ami_parser_next_line(AmiParser *parser, GError **error)
{
    AmiLine line;
    gboolean has_cr;
    char *text;

    forget_message(parser);
    if (!next_line(parser, &line, &has_cr, error))
        return NULL;
    text = g_strndup(parser->bytes + parser->start + line.offset, line.length);
    parser->start = parser->line;
    return text;
}

/* --- Messages --- */

static gboolean
begins_with(const char *text, gsize length, const char *prefix)
{
    gsize prefix_length = strlen(prefix);

    return length >= prefix_length && g_ascii_strncasecmp(text, prefix, prefix_length) == 0;
}

static gboolean
ends_with_marker(const char *text, gsize length)
{
    const gsize marker_length = sizeof end_of_command - 1;

    return length >= marker_length &&
           memcmp(text + length - marker_length, end_of_command, marker_length) == 0;
}

static gboolean
is_at_limit(const AmiParser *parser, GError **error)
{
    if (parser->n_lines > parser->limits.headers) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED, "a message has more than %u headers",
                    parser->limits.headers);
        return TRUE;
    }
    if (parser->line - parser->start > parser->limits.message) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "a message has more than %" G_GSIZE_FORMAT " bytes", parser->limits.message);
        return TRUE;
    }
    return FALSE;
}

static void
append_line(AmiParser *parser, const AmiLine *line)
{
    if (parser->n_lines == parser->lines_capacity) {
        parser->lines_capacity *= 2;
        parser->lines = g_renew(AmiLine, parser->lines, parser->lines_capacity);
    }
    parser->lines[parser->n_lines++] = *line;
}

/* Takes a line into the message, and says whether it completes it. */
static gboolean
add_line(AmiParser *parser, const AmiLine *line, gboolean has_cr)
{
    const char *text = parser->bytes + parser->start + line->offset;
    gboolean is_end = line->length == 0 && (has_cr || !parser->has_cr);

    if (parser->n_lines == 0) {
        if (line->length == 0) {
            parser->start = parser->line;
            return FALSE;
        }
        parser->is_command = begins_with(text, line->length, "Response: Follows");
    } else if (parser->is_command ? is_end && parser->is_at_marker : is_end) {
        return TRUE;
    }
    parser->is_at_marker = parser->is_command && has_cr && ends_with_marker(text, line->length);
    parser->has_cr = parser->has_cr || has_cr;
    if (line->length > 0 || parser->is_command)
        append_line(parser, line);
    return FALSE;
}

/* The usual case, where the time goes: further lines of a message that is no command's output, each
 * ended by CR LF. Stops before the first that is anything else, or has no end yet. */
static void
take_usual_lines(AmiParser *parser)
{
    const char *start = parser->bytes + parser->start;
    const char *line = parser->bytes + parser->line;
    const char *end = parser->bytes + parser->end;
    guint n_lines = parser->n_lines;

    while (n_lines < parser->lines_capacity) {
        const char *newline = memchr(line, '\n', (gsize) (end - line));
        gsize length = newline != NULL ? (gsize) (newline - line) : 0;

        if (length <= 1 || newline[-1] != '\r' || length > parser->limits.line)
            break;
        parser->lines[n_lines].offset = (guint32) (line - start);
        parser->lines[n_lines].length = (guint32) (length - 1);
        n_lines++;
        line = newline + 1;
    }
    parser->n_lines = n_lines;
    parser->line = parser->scanned = (gsize) (line - parser->bytes);
}

static void
fill_slice(AmiParser *parser, AmiSlice *slice)
{
    const AmiLine *first = &parser->lines[0];
    const char *text = parser->bytes + parser->start + first->offset;

    slice->parser = parser;
    slice->event = NULL;
    slice->event_length = 0;
    if (first->length >= sizeof event_header - 1 &&
        memcmp(text, event_header, sizeof event_header - 1) == 0) {
        slice->event = text + sizeof event_header - 1;
        slice->event_length = first->length - (sizeof event_header - 1);
    }
}

gboolean
ami_parser_next(AmiParser *parser, AmiSlice *slice, GError **error)
{
    g_autoptr(GError) local = NULL;
    AmiLine line;
    gboolean has_cr;

    forget_message(parser);
    while (next_line(parser, &line, &has_cr, &local)) {
        if (add_line(parser, &line, has_cr)) {
            parser->is_done = TRUE;
            fill_slice(parser, slice);
            return TRUE;
        }
        if (parser->n_lines > 0 && !parser->is_command && has_cr)
            take_usual_lines(parser);
        if (is_at_limit(parser, &local))
            break;
    }
    if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* Which line is the first of what a command printed. */
static guint
find_output(const AmiParser *parser)
{
    static const char *const headers[] = {"Response:", "Privilege:", "ActionID:"};
    guint i;

    for (i = 0; i < MIN(parser->n_lines, G_N_ELEMENTS(headers)); i++) {
        const AmiLine *line = &parser->lines[i];
        const char *text = parser->bytes + parser->start + line->offset;
        gboolean is_header = FALSE;

        for (gsize j = 0; j < G_N_ELEMENTS(headers); j++)
            is_header = is_header || begins_with(text, line->length, headers[j]);
        if (!is_header)
            break;
    }
    return i;
}

/* Cuts the mark off the last line of a command's output. */
static void
cut_marker(AmiParser *parser)
{
    AmiLine *last = &parser->lines[parser->n_lines - 1];

    last->length -= (guint32) sizeof end_of_command - 1;
    if (last->length == 0)
        parser->n_lines--;
}

AmiMessage *
ami_slice_to_message(const AmiSlice *slice)
{
    AmiParser *parser = slice->parser;
    guint first_output = G_MAXUINT;

    if (parser->is_at_marker) {
        cut_marker(parser);
        parser->is_at_marker = FALSE;
    }
    if (parser->is_command)
        first_output = find_output(parser);
    return ami_message_new_from_lines(parser->bytes + parser->start, parser->line - parser->start,
                                      parser->lines, parser->n_lines, first_output);
}

const char *
ami_slice_get_text(const AmiSlice *slice, gsize *length)
{
    const AmiParser *parser = slice->parser;

    *length = parser->line - parser->start;
    return parser->bytes + parser->start;
}

gboolean
ami_parser_is_amid(const AmiParser *parser)
{
    return parser->is_done ? parser->line < parser->end : parser->start < parser->end;
}
