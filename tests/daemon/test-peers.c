/* test-peers.c - peers that are slow, silent, huge, binary, half-closed or rude, and a process
 * without descriptors: each ends in a clear log line, and other calls never notice. */

#include "daemon/harness.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONFIGURATION                                                                              \
    "modules = ( { path = \"%HANDLERS%\"; } );\n"                                                  \
    "extensions = ( { match = \"1\"; handler = \"test.good\"; },\n"                                \
    "               { match = \"2\"; handler = \"test.gate\";\n"                                   \
    "                 settings = { gate = \"%TMP%/gate\"; }; } );\n"

#define ENVIRONMENT "agi_network: yes\nagi_extension: 1\nagi_priority: 1\n\n"

static void
assert_serves(TestDaemon *daemon)
{
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 1");

    g_assert_cmpstr(pbx_result_get_variable(result, "SERVED_BY"), ==, "good");
}

static void
send_text(int fd, const char *text, gsize length)
{
    g_assert_cmpint(send(fd, text, length, MSG_NOSIGNAL), ==, (gssize) length);
}

/* Everything that the daemon sends until it closes. */
static char *
read_all(int fd)
{
    GString *text = g_string_new(NULL);
    char piece[4096];
    gssize count;

    while ((count = recv(fd, piece, sizeof piece, 0)) > 0)
        g_string_append_len(text, piece, count);
    return g_string_free(text, FALSE);
}

static void
reset(int fd)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
}

static void
test_probe(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);

    close(test_daemon_connect(daemon));
    test_daemon_wait_log(daemon, "debug: Connection from 127.0.0.1:");
    test_daemon_wait_log(daemon, "was closed without a byte");
    reset(test_daemon_connect(daemon));
    g_assert_false(test_daemon_has_logged(daemon, "warning: "));
    assert_serves(daemon);
}

static void
test_silent(void)
{
    g_autoptr(TestDaemon) daemon =
        test_daemon_start(CONFIGURATION "timeouts = { environment = 0.1; };\n");
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = read_all(fd);

    g_assert_cmpstr(answer, ==, "failure\n");
    close(fd);
    test_daemon_wait_log(daemon, "did not say in time what the call is; it is closed");
    assert_serves(daemon);
}

/* A hundred peers that say nothing cost no worker: there is only one. */
static void
test_many_silent(void)
{
    g_autoptr(TestDaemon) daemon =
        test_daemon_start(CONFIGURATION "workers = { min = 1; max = 1; };\n"
                                        "queue = { length = 0; };\n");
    int fds[100];

    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = test_daemon_connect(daemon);
        send_text(fds[i], "agi_network: yes\n", strlen("agi_network: yes\n"));
    }
    assert_serves(daemon);
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    test_daemon_wait_log_times(daemon, "was closed before it said what the call is",
                               G_N_ELEMENTS(fds));
}

/* One byte at a time is still a call. */
static void
test_slow(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    g_autoptr(PbxResult) result =
        test_daemon_call(daemon, "extension 1\nfault split every 1 bytes\n");

    g_assert_cmpstr(pbx_result_get_variable(result, "SERVED_BY"), ==, "good");
}

static void
test_huge(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    g_autofree char *lines = g_strnfill(70000, 'a');
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = NULL;

    memcpy(lines, "agi_network: ", strlen("agi_network: "));
    send_text(fd, lines, 70000);
    answer = read_all(fd);
    close(fd);
    test_daemon_wait_log(daemon, "says more of its call than any Asterisk does; it is closed");
    assert_serves(daemon);
}

static void
test_binary(void)
{
    static const char bytes[] = "\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03\n\n";
    static const char http[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = NULL;

    send_text(fd, bytes, sizeof bytes - 1);
    answer = read_all(fd);
    g_assert_cmpstr(answer, ==, "failure\n");
    close(fd);
    test_daemon_wait_log(daemon, "is no call: ");
    fd = test_daemon_connect(daemon);
    send_text(fd, http, sizeof http - 1);
    g_free(answer);
    answer = read_all(fd);
    g_assert_cmpstr(answer, ==, "failure\n");
    close(fd);
    test_daemon_wait_log_times(daemon, "is no call: ", 2);
    assert_serves(daemon);
}

/* Half-closed behind the environment: the first command finds that nobody will answer. */
static void
test_half_closed(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = NULL;

    send_text(fd, ENVIRONMENT, strlen(ENVIRONMENT));
    shutdown(fd, SHUT_WR);
    answer = read_all(fd);
    g_assert_cmpstr(answer, ==, "ANSWER\n");
    close(fd);
    test_daemon_wait_log(daemon, "Call hung up after");
    assert_serves(daemon);
}

static void
test_reset(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    int fd = test_daemon_connect(daemon);
    char first;

    send_text(fd, ENVIRONMENT, strlen(ENVIRONMENT));
    g_assert_cmpint(recv(fd, &first, 1, MSG_PEEK), ==, 1);
    reset(fd);
    test_daemon_wait_log(daemon, "Call hung up after");
    assert_serves(daemon);
}

/* Answers every command, until the daemon closes its side. */
static void
answer_all(int fd)
{
    char piece[1024];
    gssize count;

    while ((count = recv(fd, piece, sizeof piece, 0)) > 0)
        send_text(fd, "200 result=0\n", strlen("200 result=0\n"));
}

/* Whoever stays connected after the call has been closed is let go. */
static void
test_lingering(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    int fd = test_daemon_connect(daemon);
    struct pollfd closed = {.fd = fd};

    send_text(fd, ENVIRONMENT, strlen(ENVIRONMENT));
    answer_all(fd);
    test_daemon_wait_log(daemon, "Call completed after");
    while (send(fd, "HANGUP\n", strlen("HANGUP\n"), MSG_NOSIGNAL) > 0)
        if (poll(&closed, 1, 20) > 0)
            break;
    close(fd);
    assert_serves(daemon);
}

/* The peer of a refused call that never answers what it is told. */
static void
test_deaf_to_refusal(void)
{
    static const char unknown[] = "agi_network: yes\nagi_extension: 99\n\n";
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION);
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = NULL;

    send_text(fd, unknown, strlen(unknown));
    answer = read_all(fd);
    g_assert_cmpstr(answer, ==, "SET VARIABLE \"CAPELLA_STATUS\" \"NO_ROUTE\"\n");
    close(fd);
    assert_serves(daemon);
}

/* With no descriptor left, callers are sent away at once, accept() does not spin, and when there
 * are descriptors again, calls are served. */
static void
test_no_descriptors(void)
{
    g_autoptr(TestDaemon) daemon =
        test_daemon_start_limited(CONFIGURATION "timeouts = { environment = 60; };\n", 40);
    g_autofree char *answer = NULL;
    int fds[60];

    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = test_daemon_connect(daemon);
        send_text(fds[i], "agi_network: yes\n", strlen("agi_network: yes\n"));
    }
    test_daemon_wait_log(daemon, "No file descriptor is left");
    answer = read_all(fds[G_N_ELEMENTS(fds) - 1]);
    g_assert_cmpstr(answer, ==, "failure\n");
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    test_daemon_wait_log_times(daemon, "was closed before it said what the call is", 20);
    assert_serves(daemon);
}

static void
test_too_many_connections(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION "max_connections = 3;\n");
    g_autofree char *answer = NULL;
    int fds[4];

    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = test_daemon_connect(daemon);
        send_text(fds[i], "agi_network: yes\n", strlen("agi_network: yes\n"));
    }
    test_daemon_wait_log(daemon, "refused: there are 3 already");
    answer = read_all(fds[3]);
    g_assert_cmpstr(answer, ==, "failure\n");
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    test_daemon_wait_log_times(daemon, "was closed before it said what the call is", 3);
    assert_serves(daemon);
}

static void
test_denied(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CONFIGURATION "allow = [ \"10.0.0.0/8\" ];\n");
    int fd = test_daemon_connect(daemon);
    g_autofree char *answer = read_all(fd);

    g_assert_cmpstr(answer, ==, "");
    close(fd);
    test_daemon_wait_log(daemon, "warning: Connection from 127.0.0.1:");
    test_daemon_wait_log(daemon, "denied: its network is not allowed");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/peers/probe", test_probe);
    g_test_add_func("/daemon/peers/silent", test_silent);
    g_test_add_func("/daemon/peers/many-silent", test_many_silent);
    g_test_add_func("/daemon/peers/slow", test_slow);
    g_test_add_func("/daemon/peers/huge", test_huge);
    g_test_add_func("/daemon/peers/binary", test_binary);
    g_test_add_func("/daemon/peers/half-closed", test_half_closed);
    g_test_add_func("/daemon/peers/reset", test_reset);
    g_test_add_func("/daemon/peers/lingering", test_lingering);
    g_test_add_func("/daemon/peers/deaf-to-refusal", test_deaf_to_refusal);
    g_test_add_func("/daemon/peers/no-descriptors", test_no_descriptors);
    g_test_add_func("/daemon/peers/too-many-connections", test_too_many_connections);
    g_test_add_func("/daemon/peers/denied", test_denied);
    return g_test_run();
}
