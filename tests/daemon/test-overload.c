/* test-overload.c - a full pool, a full queue, a full route; deadlines, and handlers that ignore
 * them. */

#include "daemon/harness.h"

#include <string.h>

#define MODULE "modules = ( { path = \"%HANDLERS%\"; } );\n"
#define GATE   "{ match = \"1\"; handler = \"test.gate\"; settings = { gate = \"%TMP%/gate\"; }; }"

#define assert_variable(result, name, value)                                                       \
    g_assert_cmpstr(pbx_result_get_variable(result, name), ==, value)

static TestCall *
fill_the_gate(TestDaemon *daemon, guint times)
{
    TestCall *call = test_daemon_begin_call(daemon, "extension 1");

    test_daemon_wait_log_times(daemon, "waits at ", times);
    return call;
}

static void
open_the_gate(TestDaemon *daemon, TestCall *call)
{
    g_autofree char *gate = test_daemon_get_path(daemon, "gate");
    g_autoptr(PbxResult) result = NULL;

    test_open_gate(gate);
    result = test_call_join(call);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
}

static void
test_full(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "workers = { min = 0; max = 1; };\nqueue = { length = 0; };\n"
               "extensions = ( " GATE ",\n"
               "  { match = \"2\"; handler = \"test.good\"; },\n"
               "  { match = \"3\"; handler = \"test.good\"; on_overload = \"goto busy,s,2\"; },\n"
               "  { match = \"4\"; handler = \"test.good\"; on_overload = \"hangup\"; } );\n");
    TestCall *call = fill_the_gate(daemon, 1);
    g_autoptr(PbxResult) refused = test_daemon_call(daemon, "extension 2");
    g_autoptr(PbxResult) sent_on = test_daemon_call(daemon, "extension 3");
    g_autoptr(PbxResult) hung_up = test_daemon_call(daemon, "extension 4");

    g_assert_cmpstr(refused->status, ==, "FAILURE");
    assert_variable(refused, "CAPELLA_STATUS", "OVERLOAD");
    assert_variable(refused, "CAPELLA_ERROR", "all workers are busy and the queue is full");
    g_assert_cmpstr(sent_on->context, ==, "busy");
    g_assert_cmpint(sent_on->priority, ==, 2);
    assert_variable(sent_on, "CAPELLA_STATUS", "OVERLOAD");
    g_assert_true(hung_up->is_hung_up);
    open_the_gate(daemon, call);
}

static void
test_queue(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "workers = { min = 1; max = 1; };\nqueue = { length = 5; longest_wait = 60; };\n"
               "extensions = ( " GATE ", { match = \"2\"; handler = \"test.good\"; } );\n");
    TestCall *call = fill_the_gate(daemon, 1);
    TestCall *waiting[5];

    for (guint i = 0; i < G_N_ELEMENTS(waiting); i++) {
        waiting[i] = test_daemon_begin_call(daemon, "extension 2");
        test_daemon_wait_log_times(daemon, "Call waits for a worker", i + 1);
    }
    open_the_gate(daemon, call);
    for (guint i = 0; i < G_N_ELEMENTS(waiting); i++) {
        g_autoptr(PbxResult) result = test_call_join(waiting[i]);

        assert_variable(result, "SERVED_BY", "good");
    }
}

static void
test_queue_timeout(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "workers = { min = 1; max = 1; };\nqueue = { length = 5; longest_wait = 0.1; };\n"
               "extensions = ( " GATE ", { match = \"2\"; handler = \"test.good\"; } );\n");
    TestCall *call = fill_the_gate(daemon, 1);
    g_autoptr(PbxResult) refused = test_daemon_call(daemon, "extension 2");

    g_assert_cmpstr(refused->status, ==, "FAILURE");
    assert_variable(refused, "CAPELLA_STATUS", "QUEUE_TIMEOUT");
    open_the_gate(daemon, call);
}

/* A route's own limit leaves the other routes alone. */
static void
test_max_calls(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1\"; handler = \"test.gate\"; max_calls = 1;\n"
               "                 settings = { gate = \"%TMP%/gate\"; };\n"
               "                 on_overload = \"jump 10\"; },\n"
               "               { match = \"2\"; handler = \"test.good\"; } );\n");
    TestCall *call = fill_the_gate(daemon, 1);
    g_autoptr(PbxResult) refused = test_daemon_call(daemon, "extension 1\npriority 3");
    g_autoptr(PbxResult) other = test_daemon_call(daemon, "extension 2");

    assert_variable(refused, "CAPELLA_STATUS", "ROUTE_FULL");
    g_assert_cmpint(refused->priority, ==, 13);
    assert_variable(other, "SERVED_BY", "good");
    open_the_gate(daemon, call);
    call = fill_the_gate(daemon, 2);
    open_the_gate(daemon, call);
}

/* A handler past its deadline sees a time-out, and the policy follows. */
static void
test_deadline(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1\"; handler = \"test.long\"; deadline = 0.2;\n"
               "                 on_timeout = \"goto late,s,1\"; } );\n");
    g_autoptr(PbxResult) result =
        test_daemon_call(daemon, "extension 1\nspeed 1\nfile long 600s\n");

    assert_variable(result, "CAPELLA_STATUS", "TIMEOUT");
    g_assert_cmpstr(result->context, ==, "late");
    test_daemon_wait_log(daemon, "Handler test.long ran out of time: ");
    test_daemon_wait_log(daemon, "Call timed out after");
}

/* One that ignores it is named, with its stack, and replaced: the only worker there may be is
 * stuck, and the next call is served all the same. */
static void
test_stuck(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "workers = { min = 0; max = 1; };\ntimeouts = { stuck = 0.1; };\n"
               "extensions = ( { match = \"1\"; handler = \"test.gate\"; deadline = 0.1;\n"
               "                 settings = { gate = \"%TMP%/gate\"; }; },\n"
               "               { match = \"2\"; handler = \"test.good\"; } );\n");
    TestCall *call = fill_the_gate(daemon, 1);
    g_autofree char *gate = test_daemon_get_path(daemon, "gate");
    g_autoptr(PbxResult) other = NULL;
    g_autoptr(PbxResult) stuck = NULL;
    g_autofree char *line = NULL;

    test_daemon_wait_log(daemon, "Handler test.gate is stuck: ");
    /* ThreadSanitizer holds signals back from a thread that waits, so there is no stack to see. */
#ifndef __SANITIZE_THREAD__
    test_daemon_wait_log(daemon, "test-handlers.so");
#endif
    line = test_daemon_dup_log_line(daemon, "is stuck");
    g_assert_nonnull(strstr(line, "extension=1"));
    other = test_daemon_call(daemon, "extension 2");
    assert_variable(other, "SERVED_BY", "good");
    test_open_gate(gate);
    stuck = test_call_join(call);
    assert_variable(stuck, "CAPELLA_STATUS", "TIMEOUT");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/overload/full", test_full);
    g_test_add_func("/daemon/overload/queue", test_queue);
    g_test_add_func("/daemon/overload/queue-timeout", test_queue_timeout);
    g_test_add_func("/daemon/overload/max-calls", test_max_calls);
    g_test_add_func("/daemon/overload/deadline", test_deadline);
    g_test_add_func("/daemon/overload/stuck", test_stuck);
    return g_test_run();
}
