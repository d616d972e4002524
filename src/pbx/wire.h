/* wire.h - the socket of a simulated call: lines in as Asterisk reads them, bytes out. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PbxWire:
 * @fd: the socket, which somebody else closes
 * @limit: the longest command, with its LF
 * @split: bytes in each piece that is sent; 0: all at once
 * @split_pause: seconds between two pieces
 * @cuts_utf8: whether letters beyond ASCII lose their last byte
 * @is_mute: whether nothing is sent any more
 * @input: bytes that were read and belong to no line yet
 *
 * A socket with Asterisk's habits. Used by one thread.
 */
typedef struct {
    int fd;
    gsize limit;
    gsize split;
    gdouble split_pause;
    gboolean cuts_utf8;
    gboolean is_mute;
    GString *input;
} PbxWire;

/**
 * PbxWireStatus:
 * @PBX_WIRE_LINE: there is a line
 * @PBX_WIRE_MORE: there is none yet
 * @PBX_WIRE_END: the server has closed, and everything was read
 */
typedef enum { PBX_WIRE_LINE, PBX_WIRE_MORE, PBX_WIRE_END } PbxWireStatus;

void pbx_wire_init(PbxWire *wire, int fd);
void pbx_wire_clear(PbxWire *wire);
void pbx_wire_send(PbxWire *wire, const char *bytes, gsize length);
PbxWireStatus pbx_wire_take_line(PbxWire *wire, GString *line);
PbxWireStatus pbx_wire_fill(PbxWire *wire, GString *line);

G_END_DECLS
