/* network.h - networks of addresses, and which of them a peer belongs to. */

#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/**
 * Network:
 *
 * A network such as `10.0.0.0/8` or `::1`.
 */
typedef struct {
    int family;
    guint8 address[16];
    guint prefix;
} Network;

gboolean network_parse(Network *network, const char *text, GError **error);

/* Whether a peer is in one of the networks. IPv4 inside IPv6 counts as IPv4; a peer on a Unix
 * socket is let in, since the socket's mode says who may connect. */
gboolean networks_contain(const GArray *networks, const struct sockaddr *peer);

/* The peer for people: `192.0.2.7:40112`, `[2001:db8::7]:40112` or `unix`. */
char *peer_to_string(const struct sockaddr *peer);

G_END_DECLS
