/* test-manager-session.c - one connection: lines and their limits, order, faults, slow clients. */

#include "manager-client.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PING      "> Action: Ping\n>\n"
#define PONG      "< Response: Success\n< Ping: Pong\n~ Timestamp: *\n<\n"
#define MISSING   "< Response: Error\n< Message: Missing action in request\n<\n"
#define ERROR(ID) "< Response: Error\n< ActionID: " ID "\n"

static const ManagerCase cases[] = {
    {"bare-lf", "", "@ login\n>> Action: Ping\\n\\n\n" PONG},
    {"mixed-ends", "", "@ login\n>> Action: Ping\\nX: y\\r\\n\\n\n" PONG},
    {"empty-line", "", "@ login\n>\n" MISSING},
    {"empty-action", "",
     "@ login\n> Action:\n> ActionID: 1\n>\n" ERROR("1") "< Message: Missing "
                                                         "action in request\n<"},
    {"second-action-counts", "", "@ login\n> Action:\n> Action: Ping\n>\n" PONG},
    {"no-blank-behind-the-colon", "", "@ login\n> action:PING\n>\n" PONG},
    {"blank-before-the-colon", "", "@ login\n> Action : Ping\n>\n" MISSING},
    {"blank-before-the-name", "", "@ login\n>  Action: Ping\n>\n" MISSING},
    {"trailing-blank-belongs-to-the-value", "",
     "@ login\n> Action: Ping \n>\n< Response: Error\n~ Message: Invalid/unknown command: Ping . "
     "Use Action: ListCommands to show available commands.\n<"},
    {"first-id-counts", "",
     "@ login\n> Action: Nothing\n> ActionID: 1\n> ActionID: 2\n>\n" ERROR("1") "~ Message: *\n<"},
    {"line-without-colon", "", "@ login\n> Action: Ping\n> hello\n>\n" PONG},
    {"cr-inside-a-value", "",
     "@ login\n>> Action: Ping\\r\\nActionID: a\\rb\\r\\n\\r\\n\n<< Response: "
     "Success\\r\\nActionID: "
     "a\\rb\\r\\nPing"},
    {"nul-ends-a-line", "",
     "@ login\n> Action: Ping\n" PING "< Response: Success\n< Ping: Pong\n"
     "~ Timestamp: *\n<"},
    {"pipelined", "", "@ login\n" PING PING PING PONG PONG PONG},
    {"user-event-copies-all-headers", "",
     "@ login\n> Action: UserEvent\n> UserEvent: Alarm\n> Door:2\n> ActionID: 2\n> odd\n>\n"
     "< Response: Success\n< ActionID: 2\n< Message: Event Sent\n<\n< Event: UserEvent\n"
     "< Privilege: user,all\n< UserEvent: Alarm\n< Door:2\n< ActionID: 2\n< odd\n<"},
    {"fault-close-before-greeting", "fault close before greeting", ". end"},
    {"fault-half-a-greeting", "fault stall inside greeting", "<< Asterisk Call "},
    {"fault-close-inside", "fault close inside Ping",
     "@ login\n" PING "<< Response: Success\\r\\n"},
    {"fault-close-after-login", "fault close after Login", "@ login\n. end"},
    {"fault-reset", "fault reset before Ping", "@ login\n" PING ". reset"},
    {"fault-half-close", "fault half-close before Ping", "@ login\n" PING ". end"},
    {"fault-junk", "fault junk \"\\x00\\xff\\n\" after Ping",
     "@ login\n> Action: Events\n> EventMask: off\n>\n~ *\n~ *\n<\n" PING PONG PING "<< \\0"},
    {"fault-once", "fault junk \"x: y\\r\\n\" before Ping",
     "@ login\n" PING "< x: y\n" PONG PING PONG},
    {"fault-of-the-second", "fault junk \"x: y\\r\\n\" before 2nd Ping",
     "@ login\n" PING PONG PING "< x: y\n" PONG},
    {"fault-of-one-id", "fault junk \"x: y\\r\\n\" before Ping ActionID=b*",
     "@ login\n" PING PONG "> Action: Ping\n> ActionID: bc\n>\n< x: y\n< Response: Success\n"
     "< ActionID: bc\n~ *\n~ *\n<"},
    {"fault-split", "fault split every 3 bytes 1ms", "@ login\n" PING PONG},
    {"greeting-none", "greeting none", "@ login"},
    {"greeting-bytes", "greeting \"HTTP/1.1 400\\r\\n\"", "< HTTP/1.1 400\n@ login"},
};

static int
start_session(PbxManager *manager)
{
    int fd = manager_connect(manager);

    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    return fd;
}

/* Lines of 1021 to 1025 bytes: a longer one is an error, one of 1023 bytes draws a second. */
static void
test_long_lines(void)
{
    static const struct {
        gsize length;
        const char *answer;
    } rows[] = {
        {1022, "< Response: Success\n< ActionID: 1\n< Ping: Pong\n~ Timestamp: *\n<"},
        {1023,
         "< Response: Error\n< ActionID: 1\n< Message: Failed to parse message: line too long\n<\n"
         "< Response: Error\n< Message: Missing action in request\n<"},
        {1024,
         "< Response: Error\n< ActionID: 1\n< Message: Failed to parse message: line too long\n<"},
        {100000,
         "< Response: Error\n< ActionID: 1\n< Message: Failed to parse message: line too long\n<"},
    };
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = start_session(manager);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new("Action: Ping\r\nActionID: 1\r\nX: ");

        for (gsize n = strlen("X: "); n < rows[i].length; n++)
            g_string_append_c(text, 'x');
        g_string_append(text, "\r\n\r\n");
        manager_send(fd, text->str);
        manager_follow(manager, fd, rows[i].answer);
    }
    manager_follow(manager, fd, PING PONG);
    close(fd);
}

/* 128 headers are taken, one more is not. */
static void
test_many_headers(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = start_session(manager);

    for (guint n = 128; n <= 129; n++) {
        g_autoptr(GString) text = g_string_new("Action: Ping\r\n");

        for (guint i = 1; i < n; i++)
            g_string_append(text, "X: y\r\n");
        g_string_append(text, "\r\n");
        manager_send(fd, text->str);
        manager_follow(manager, fd,
                       n == 128 ? PONG
                                : "< Response: Error\n< Message: Too many lines in message or "
                                  "allocation failure\n<");
    }
    manager_follow(manager, fd, PING PONG);
    close(fd);
}

/* A client that does not read is cut off in the middle of something. */
static void
test_slow_client(void)
{
    g_autoptr(PbxManager) manager =
        manager_start("write timeout 100ms\nflood 1000000 events after Ping");
    int fd = start_session(manager);
    g_autofree char *bytes = g_malloc(1 << 20);
    gssize n = 1;

    manager_follow(manager, fd, PING);
    while (pbx_manager_get_sessions(manager) > 0)
        g_thread_yield();
    while (n > 0)
        n = recv(fd, bytes, 1 << 20, 0);
    g_assert_cmpint(n, ==, 0);
    close(fd);
}

/* Events that come while an action is answered wait for it, and a delay lets everything wait. */
static void
test_delay(void)
{
    g_autoptr(PbxManager) manager = manager_start("delay Ping ActionID=slow 300ms");
    int fd = start_session(manager);

    manager_follow(manager, fd, "> Action: Ping\n> ActionID: slow\n>\n" PING "@ action Ping 1");
    pbx_manager_emit(manager, "PeerStatus", "Peer", "PJSIP/a", NULL);
    manager_follow(manager, fd,
                   "< Response: Success\n< ActionID: slow\n~ *\n~ *\n<\n< Event: PeerStatus\n"
                   "< Privilege: system,all\n< Peer: PJSIP/a\n<\n" PONG);
    close(fd);
}

/* A stalled session says nothing, but hears. */
static void
test_stall(void)
{
    g_autoptr(PbxManager) manager = manager_start("fault stall before Ping");
    int fd = start_session(manager);
    char byte = '\0';

    manager_follow(manager, fd, PING PING "@ action Ping 2");
    pbx_manager_emit(manager, "Reload", "Status", "0", NULL);
    g_assert_cmpint(recv(fd, &byte, 1, MSG_DONTWAIT), ==, -1);
    g_assert_cmpuint(pbx_manager_get_sessions(manager), ==, 1);
    close(fd);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-session", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/manager-session/long-lines", test_long_lines);
    g_test_add_func("/pbx/manager-session/many-headers", test_many_headers);
    g_test_add_func("/pbx/manager-session/slow-client", test_slow_client);
    g_test_add_func("/pbx/manager-session/delay", test_delay);
    g_test_add_func("/pbx/manager-session/stall", test_stall);
    return g_test_run();
}
