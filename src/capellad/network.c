/* network.c - networks of addresses, and which of them a peer belongs to. */

#include "capellad/network.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

gboolean
network_parse(Network *network, const char *text, GError **error)
{
    g_autoptr(GInetAddressMask) mask = NULL;
    const char *slash = strchr(text, '/');
    guint bits = strchr(text, ':') != NULL ? 128 : 32;
    GInetAddress *address;

    if (slash != NULL && !g_ascii_string_to_unsigned(slash + 1, 10, 0, bits, NULL, NULL)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "\"%s\" is no network: the number behind / must be between 0 and %u", text,
                    bits);
        return FALSE;
    }
    mask = g_inet_address_mask_new_from_string(text, error);
    if (mask == NULL)
        return FALSE;
    address = g_inet_address_mask_get_address(mask);
    network->family =
        g_inet_address_mask_get_family(mask) == G_SOCKET_FAMILY_IPV6 ? AF_INET6 : AF_INET;
    network->prefix = g_inet_address_mask_get_length(mask);
    memcpy(network->address, g_inet_address_to_bytes(address),
           g_inet_address_get_native_size(address));
    return TRUE;
}

static gboolean
network_contains(const Network *network, int family, const guint8 *address)
{
    guint bytes = network->prefix / 8;
    guint bits = network->prefix % 8;

    if (network->family != family || memcmp(network->address, address, bytes) != 0)
        return FALSE;
    return bits == 0 || ((network->address[bytes] ^ address[bytes]) >> (8 - bits)) == 0;
}

static const guint8 *
peer_address(const struct sockaddr *peer, int *family)
{
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *) (const void *) peer;

    *family = peer->sa_family;
    if (*family == AF_INET)
        return (const guint8 *) &((const struct sockaddr_in *) (const void *) peer)->sin_addr;
    if (!IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr))
        return ipv6->sin6_addr.s6_addr;
    *family = AF_INET;
    return ipv6->sin6_addr.s6_addr + 12;
}

gboolean
networks_contain(const GArray *networks, const struct sockaddr *peer)
{
    const guint8 *address;
    int family;

    if (peer->sa_family != AF_INET && peer->sa_family != AF_INET6)
        return TRUE;
    address = peer_address(peer, &family);
    for (guint i = 0; i < networks->len; i++)
        if (network_contains(&g_array_index(networks, Network, i), family, address))
            return TRUE;
    return FALSE;
}

char *
peer_to_string(const struct sockaddr *peer)
{
    char text[INET6_ADDRSTRLEN];
    const guint8 *address;
    guint16 port;
    int family;

    if (peer->sa_family != AF_INET && peer->sa_family != AF_INET6)
        return g_strdup("unix");
    address = peer_address(peer, &family);
    port = g_ntohs(((const struct sockaddr_in *) (const void *) peer)->sin_port);
    if (inet_ntop(family, address, text, sizeof text) == NULL)
        return g_strdup("unknown");
    return g_strdup_printf(family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
}
