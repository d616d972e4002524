/* test-manager.c - the simulated manager interface as a whole: the functions of its header. */

#include "manager-client.h"
#include <string.h>
#include <unistd.h>

static const ManagerCase cases[] = {
    {"login", "", "@ login"},
    {"wrong-secret", "",
     "> Action: Login\n> Username: capella\n> Secret: galaxies\n> ActionID: 1\n>\n"
     "< Response: Error\n< ActionID: 1\n< Message: Authentication failed\n<\n. end"},
    {"ping", "",
     "@ login\n> Action: Ping\n> ActionID: 7\n>\n< Response: Success\n< ActionID: 7\n"
     "< Ping: Pong\n~ Timestamp: *.*\n<"},
    {"logoff", "",
     "@ login\n> Action: Logoff\n>\n< Response: Goodbye\n< Message: Thanks for all the fish.\n<\n"
     ". end"},
};

/* Waits, counts, and what came. */
static void
test_record(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    g_autofree char *header = NULL;
    g_autofree char *none = NULL;
    g_autofree char *received = NULL;
    int fd = manager_connect(manager);

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> action: ping\n"
                   "> ActionID: 3\n>\n~ Response: *");
    g_assert_true(pbx_manager_wait_logins(manager, 1));
    g_assert_true(pbx_manager_wait_action(manager, "Ping", 1));
    g_assert_cmpuint(pbx_manager_count_actions(manager, "PING"), ==, 1);
    g_assert_cmpuint(pbx_manager_count_actions(manager, "Logoff"), ==, 0);
    g_assert_cmpuint(pbx_manager_count_actions(manager, ""), ==, 2);
    g_assert_cmpuint(pbx_manager_get_sessions(manager), ==, 1);
    header = pbx_manager_dup_header(manager, "Ping", "actionid");
    g_assert_cmpstr(header, ==, "3");
    none = pbx_manager_dup_header(manager, "Ping", "Nothing");
    g_assert_null(none);
    received = pbx_manager_dup_received(manager);
    g_assert_cmpstr(received, ==,
                    "Action: Login\r\nUsername: capella\r\nSecret: galaxy\r\n\r\n"
                    "action: ping\r\nActionID: 3\r\n\r\n");
    close(fd);
}

/* A closed port refuses connections, until it is opened. */
static void
test_close(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnection) connection = NULL;
    g_autoptr(GError) refused = NULL;
    g_autoptr(GError) error = NULL;
    guint16 port = pbx_manager_get_port(manager);
    int fd = manager_connect(manager);

    g_socket_client_set_enable_proxy(client, FALSE);
    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    pbx_manager_close(manager);
    manager_follow(manager, fd, ". end");
    close(fd);
    connection = g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, &refused);
    g_assert_null(connection);
    g_assert_error(refused, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
    g_assert_true(pbx_manager_open(manager, &error));
    g_assert_no_error(error);
    g_assert_true(pbx_manager_open(manager, &error));
    g_assert_cmpuint(pbx_manager_get_port(manager), ==, port);
    fd = manager_connect(manager);
    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    close(fd);
}

/* A port that somebody else has. */
static void
test_port_in_use(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    g_autoptr(GError) error = NULL;

    g_assert_null(pbx_manager_new("", pbx_manager_get_port(manager), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/manager/record", test_record);
    g_test_add_func("/pbx/manager/close", test_close);
    g_test_add_func("/pbx/manager/port-in-use", test_port_in_use);
    return g_test_run();
}
