/* test-network.c - networks, and the peers that belong to them. */

#include "capellad/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

typedef struct {
    const char *network;
    const char *peer;
    gboolean contains;
} NetworkCase;

static const NetworkCase cases[] = {
    {"127.0.0.0/8", "127.0.0.1", TRUE},
    {"127.0.0.0/8", "127.255.3.4", TRUE},
    {"127.0.0.0/8", "128.0.0.1", FALSE},
    {"10.1.2.3", "10.1.2.3", TRUE},
    {"10.1.2.3", "10.1.2.4", FALSE},
    {"10.1.2.0/23", "10.1.3.255", TRUE},
    {"10.1.2.0/23", "10.1.4.0", FALSE},
    {"0.0.0.0/0", "192.0.2.1", TRUE},
    {"0.0.0.0/0", "2001:db8::1", FALSE},
    {"::1", "::1", TRUE},
    {"::1", "::2", FALSE},
    {"2001:db8::/33", "2001:db8:7fff::1", TRUE},
    {"2001:db8::/33", "2001:db8:8000::1", FALSE},
    {"10.0.0.0/8", "::ffff:10.9.8.7", TRUE},
    {"::/0", "::ffff:10.9.8.7", FALSE},
    {"::/0", "2001:db8::1", TRUE},
};

static void
parse_peer(const char *text, struct sockaddr_storage *peer)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *) peer;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *) peer;

    memset(peer, 0, sizeof *peer);
    if (inet_pton(AF_INET, text, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(4573);
        return;
    }
    g_assert_cmpint(inet_pton(AF_INET6, text, &ipv6->sin6_addr), ==, 1);
    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = htons(4573);
}

static void
test_contains(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) networks = g_array_new(FALSE, FALSE, sizeof(Network));
        g_autoptr(GError) error = NULL;
        struct sockaddr_storage peer;
        Network network;

        g_test_message("%s and %s", cases[i].network, cases[i].peer);
        parse_peer(cases[i].peer, &peer);
        g_assert_false(networks_contain(networks, (struct sockaddr *) &peer));
        g_assert_true(network_parse(&network, cases[i].network, &error));
        g_assert_no_error(error);
        g_array_append_val(networks, network);
        g_assert_cmpint(networks_contain(networks, (struct sockaddr *) &peer), ==,
                        cases[i].contains);
    }
}

static void
test_unix(void)
{
    g_autoptr(GArray) networks = g_array_new(FALSE, FALSE, sizeof(Network));
    struct sockaddr_un peer = {.sun_family = AF_UNIX};
    g_autofree char *name = peer_to_string((struct sockaddr *) &peer);

    g_assert_true(networks_contain(networks, (struct sockaddr *) &peer));
    g_assert_cmpstr(name, ==, "unix");
}

static void
test_errors(void)
{
    static const char *const wrong[] = {"", "localhost", "10.0.0.0/33", "10.0.0.1/8", "::1/129"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        Network network;

        g_assert_false(network_parse(&network, wrong[i], &error));
        g_assert_nonnull(error);
    }
}

static void
test_names(void)
{
    static const char *const names[][2] = {
        {"192.0.2.7", "192.0.2.7:4573"},
        {"2001:db8::7", "[2001:db8::7]:4573"},
        {"::ffff:192.0.2.7", "192.0.2.7:4573"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        struct sockaddr_storage peer;
        g_autofree char *name = NULL;

        parse_peer(names[i][0], &peer);
        name = peer_to_string((struct sockaddr *) &peer);
        g_assert_cmpstr(name, ==, names[i][1]);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capellad/network/contains", test_contains);
    g_test_add_func("/capellad/network/unix", test_unix);
    g_test_add_func("/capellad/network/errors", test_errors);
    g_test_add_func("/capellad/network/names", test_names);
    return g_test_run();
}
