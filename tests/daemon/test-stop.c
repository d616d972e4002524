/* test-stop.c - how the daemon ends, and the log file while it runs. */

#include "daemon/harness.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONFIGURATION                                                                              \
    "modules = ( { path = \"%HANDLERS%\"; } );\n"                                                  \
    "extensions = ( { match = \"1\"; handler = \"test.gate\";\n"                                   \
    "                 settings = { gate = \"%TMP%/gate\"; }; },\n"                                 \
    "               { match = \"2\"; handler = \"test.waiting\"; },\n"                             \
    "               { match = \"3\"; handler = \"test.meet\";\n"                                   \
    "                 settings = { extension = \"42\"; }; },\n"                                    \
    "               { match = \"4\"; handler = \"test.good\"; } );\n"

/* A call that runs may end; one that is new is told so; the port is closed. */
static void
test_drain(void)
{
    TestDaemon *daemon = test_daemon_start(CONFIGURATION);
    int probe = test_daemon_connect(daemon);
    int early = test_daemon_connect(daemon);
    gboolean has_begun = send(early, "agi_network: yes\n", 17, MSG_NOSIGNAL) == 17;
    TestCall *running = test_daemon_begin_call(daemon, "extension 1");
    g_autofree char *gate = test_daemon_get_path(daemon, "gate");
    g_autoptr(PbxResult) result = NULL;
    char answer[64] = "";

    g_assert_true(has_begun);
    close(probe);
    test_daemon_wait_log(daemon, "was closed without a byte");
    test_daemon_wait_log(daemon, "waits at ");
    test_daemon_signal(daemon, SIGTERM);
    test_daemon_wait_log(daemon, "Stopping: no new calls; 1 running and 0 waiting calls");
    g_assert_cmpint(send(early, "agi_extension: 4\n\n", 18, MSG_NOSIGNAL), ==, 18);
    g_assert_cmpint(recv(early, answer, sizeof answer - 1, 0), >, 0);
    g_assert_cmpstr(answer, ==, "SET VARIABLE \"CAPELLA_STATUS\" \"STOPPING\"\n");
    close(early);
    test_open_gate(gate);
    result = test_call_join(running);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(test_daemon_has_logged(daemon, "Stopped; 2 calls in all: 1 completed"));
    g_assert_true(test_daemon_has_logged(
        daemon, "3 connections in all: 1 closed without a byte, 0 were no calls, 0 denied"));
    g_assert_true(test_daemon_has_logged(daemon, "instance plain is unloaded"));
    test_daemon_free(daemon);
}

/* Past the time to drain, handlers see a hangup, and so does one that has met a second call. */
static void
test_cut(void)
{
    TestDaemon *daemon = test_daemon_start(CONFIGURATION "timeouts = { drain = 0.1; };\n");
    TestCall *waiting = test_daemon_begin_call(daemon, "extension 2\nspeed 1");
    g_autoptr(PbxResult) result = NULL;

    test_daemon_wait_log(daemon, "waits for an hour");
    test_daemon_signal(daemon, SIGTERM);
    test_daemon_wait_log(daemon, "The time to drain is over; 1 calls are cut");
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(test_daemon_has_logged(daemon, "woken by HANGUP"));
    g_assert_true(test_daemon_has_logged(daemon, "Call hung up after"));
    test_daemon_free(daemon);
    result = test_call_join(waiting);
    g_assert_false(pbx_result_was_set(result, "CAPELLA_STATUS"));
}

/* Who waits for a call that can't come any more is told at once. */
static void
test_waiter(void)
{
    TestDaemon *daemon = test_daemon_start(CONFIGURATION);
    TestCall *waiting = test_daemon_begin_call(daemon, "extension 3");
    g_autoptr(PbxResult) result = NULL;

    test_daemon_wait_log(daemon, "The next call to extension 42 is waited for");
    test_daemon_signal(daemon, SIGTERM);
    result = test_call_join(waiting);
    g_assert_cmpstr(pbx_result_get_variable(result, "CAPELLA_ERROR"), ==,
                    "no call to extension 42 can come any more: the daemon stops");
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    test_daemon_free(daemon);
}

static void
test_twice(void)
{
    TestDaemon *daemon = test_daemon_start(CONFIGURATION);
    TestCall *running = test_daemon_begin_call(daemon, "extension 1");
    g_autoptr(PbxResult) result = NULL;

    test_daemon_wait_log(daemon, "waits at ");
    test_daemon_signal(daemon, SIGTERM);
    test_daemon_wait_log(daemon, "Stopping");
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(test_daemon_has_logged(daemon, "Told to stop again: ending at once"));
    test_daemon_free(daemon);
    result = test_call_join(running);
}

/* A handler that never comes back does not keep the daemon. */
static void
test_left_behind(void)
{
    TestDaemon *daemon = test_daemon_start(CONFIGURATION "timeouts = { drain = 0.1; };\n");
    TestCall *running = test_daemon_begin_call(daemon, "extension 1");
    g_autoptr(PbxResult) result = NULL;

    test_daemon_wait_log(daemon, "waits at ");
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(test_daemon_has_logged(daemon, "1 handlers do not return; they are left behind"));
    test_daemon_free(daemon);
    result = test_call_join(running);
}

/* SIGUSR1 opens the log file anew, after it was moved away. */
static void
test_log_file(void)
{
    TestDaemon *daemon = test_daemon_start_silent(
        "log = { target = \"file\"; file = \"%TMP%/log\"; };\n" CONFIGURATION);
    g_autofree char *path = test_daemon_get_path(daemon, "log");
    g_autofree char *moved = test_daemon_get_path(daemon, "log.1");
    g_autofree char *old = NULL;
    g_autofree char *text = NULL;

    test_wait_file(path, " serves calls ");
    g_assert_cmpint(g_rename(path, moved), ==, 0);
    test_daemon_signal(daemon, SIGUSR1);
    test_wait_file(path, "Log file opened anew");
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(g_file_get_contents(moved, &old, NULL, NULL));
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_nonnull(strstr(old, "Listening on "));
    g_assert_null(strstr(old, "Stopped; "));
    g_assert_nonnull(strstr(text, "Stopped; "));
    test_daemon_free(daemon);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/stop/drain", test_drain);
    g_test_add_func("/daemon/stop/cut", test_cut);
    g_test_add_func("/daemon/stop/waiter", test_waiter);
    g_test_add_func("/daemon/stop/twice", test_twice);
    g_test_add_func("/daemon/stop/left-behind", test_left_behind);
    g_test_add_func("/daemon/stop/log-file", test_log_file);
    return g_test_run();
}
