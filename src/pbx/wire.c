/* wire.c - the socket of a simulated call: lines in as Asterisk reads them, bytes out. */

#include "pbx/wire.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What stdio reads at a time, and how long a line may take to fit into the socket. */
#define READ_SIZE          4096
#define SEND_PATIENCE_MSEC 100

void
pbx_wire_init(PbxWire *wire, int fd)
{
    *wire = (PbxWire){.fd = fd, .limit = 8191, .input = g_string_new(NULL)};
}

void
pbx_wire_clear(PbxWire *wire)
{
    g_string_free(wire->input, TRUE);
    wire->input = NULL;
}

/* Waits until the socket takes more; FALSE when it did not in time. */
static gboolean
wait_for_room(const PbxWire *wire, gint64 deadline)
{
    struct pollfd pollfd = {.fd = wire->fd, .events = POLLOUT};
    gint64 left = deadline - g_get_monotonic_time();

    return left > 0 && (poll(&pollfd, 1, (int) (left / 1000) + 1) > 0 || errno == EINTR);
}

/* What does not fit within 100 ms is dropped silently, as Asterisk does. */
static void
send_piece(PbxWire *wire, const char *bytes, gsize length)
{
    gint64 deadline = g_get_monotonic_time() + SEND_PATIENCE_MSEC * 1000;

    while (length > 0) {
        gssize sent = send(wire->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent >= 0) {
            bytes += sent;
            length -= (gsize) sent;
        } else if ((errno != EAGAIN && errno != EINTR) || !wait_for_room(wire, deadline)) {
            return;
        }
    }
}

/* The bytes without the last one of each letter beyond ASCII. */
static GString *
cut_utf8(const char *bytes, gsize length)
{
    GString *cut = g_string_sized_new(length);

    for (gsize i = 0; i < length; i++) {
        gboolean is_continuation = ((guchar) bytes[i] & 0xc0) == 0x80;
        gboolean is_followed = i + 1 < length && ((guchar) bytes[i + 1] & 0xc0) == 0x80;

        if (!is_continuation || is_followed)
            g_string_append_c(cut, bytes[i]);
    }
    return cut;
}

/* Sends bytes: a line, mostly. A peer that is gone is no error: reading tells. */
void
pbx_wire_send(PbxWire *wire, const char *bytes, gsize length)
{
    g_autoptr(GString) cut = NULL;

    if (wire->is_mute)
        return;
    if (wire->cuts_utf8) {
        cut = cut_utf8(bytes, length);
        bytes = cut->str;
        length = cut->len;
    }
    if (wire->split == 0) {
        send_piece(wire, bytes, length);
        return;
    }
    for (gsize i = 0; i < length; i += wire->split) {
        send_piece(wire, bytes + i, MIN(wire->split, length - i));
        if (wire->split_pause > 0)
            g_usleep((gulong) (wire->split_pause * G_USEC_PER_SEC));
    }
}

/* Adds up to @length bytes of the input to the line; like a C string it ends at its first NUL. */
static void
move_to_line(PbxWire *wire, GString *line, gsize length)
{
    g_string_append_len(line, wire->input->str, (gssize) strnlen(wire->input->str, length));
    g_string_erase(wire->input, 0, (gssize) length);
}

/*
 * Takes a line out of what was read already, LF included. @line holds the beginning of the line
 * when the call is repeated. A line that reached the limit is a line, and the rest of it the next
 * one. A NUL hides what follows it up to the LF, which is hidden too, so that the line goes on.
 */
PbxWireStatus
pbx_wire_take_line(PbxWire *wire, GString *line)
{
    while (wire->input->len > 0) {
        gsize room = wire->limit - line->len;
        gsize available = MIN(wire->input->len, room);
        const char *end = memchr(wire->input->str, '\n', available);

        move_to_line(wire, line, end != NULL ? (gsize) (end - wire->input->str) + 1 : available);
        if (line->len >= wire->limit || (line->len > 0 && line->str[line->len - 1] == '\n'))
            return PBX_WIRE_LINE;
    }
    return PBX_WIRE_MORE;
}

/* Reads once, without blocking, and takes a line. What a closing server left unfinished counts. */
PbxWireStatus
pbx_wire_fill(PbxWire *wire, GString *line)
{
    char bytes[READ_SIZE];
    gssize length = recv(wire->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (length > 0) {
        g_string_append_len(wire->input, bytes, length);
        return pbx_wire_take_line(wire, line);
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return PBX_WIRE_MORE;
    return line->len > 0 ? PBX_WIRE_LINE : PBX_WIRE_END;
}
