/* test-calls.c - calls reach their handlers, and what follows when a handler fails. */

#include "daemon/harness.h"

#include <signal.h>
#include <string.h>

#define MODULE "modules = ( { path = \"%HANDLERS%\"; } );\n"

#define assert_variable(result, name, value)                                                       \
    g_assert_cmpstr(pbx_result_get_variable(result, name), ==, value)

static void
test_served(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1000\"; handler = \"test.good\"; } );");
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 1000\n"
                                                           "channel PJSIP/alice-00000001\n"
                                                           "uniqueid 1795433707.14\n");
    g_autofree char *line = NULL;

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "SERVED_BY", "good");
    test_daemon_wait_log(daemon, "Call completed after");
    line = test_daemon_dup_log_line(daemon, "Call completed after");
    g_assert_nonnull(strstr(line, " call=1 unique_id=1795433707.14 "
                                  "channel=PJSIP/alice-00000001 extension=1000"));
}

typedef struct {
    const char *script;
    const char *served_by;
} RouteCase;

static const RouteCase route_cases[] = {
    {"extension 1000", "exact"},
    {"extension 10-00", "exact"},
    {"extension 1000\ncontext sales", "exact in sales"},
    {"extension 1000\nagi_network_script lookup/name?x=1", "exact by script"},
    {"extension 1234", "four digits"},
    {"extension 1234\ncontext sales", "any in sales"},
    {"extension 12345", "default"},
    {"extension s", "default"},
};

static void
test_routes(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE
        "extensions = (\n"
        "  { match = \"_1XXX\"; handler = \"test.good\"; settings = { name = \"four digits\"; }; "
        "},\n"
        "  { match = \"_1XXX\"; context = \"sales\"; handler = \"test.good\";\n"
        "    settings = { name = \"any in sales\"; }; },\n"
        "  { match = \"1000\"; script = \"lookup/*\"; handler = \"test.good\";\n"
        "    settings = { name = \"exact by script\"; }; },\n"
        "  { match = \"1000\"; context = \"sales\"; handler = \"test.good\";\n"
        "    settings = { name = \"exact in sales\"; }; },\n"
        "  { match = \"1000\"; handler = \"test.good\"; settings = { name = \"exact\"; }; }\n"
        ");\n"
        "default = { handler = \"test.good\"; settings = { name = \"default\"; }; };\n");

    for (guint i = 0; i < G_N_ELEMENTS(route_cases); i++) {
        g_autoptr(PbxResult) result = test_daemon_call(daemon, route_cases[i].script);

        assert_variable(result, "SERVED_BY", route_cases[i].served_by);
    }
}

static void
test_no_route(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1000\"; handler = \"test.good\"; } );");
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 2000");

    g_assert_cmpstr(result->status, ==, "FAILURE");
    assert_variable(result, "CAPELLA_STATUS", "NO_ROUTE");
    assert_variable(result, "CAPELLA_ERROR", "no extension of the configuration matches");
    test_daemon_wait_log(daemon, "Call refused: no extension of the configuration matches");
}

typedef struct {
    const char *policy;
    const char *status;
    const char *place; /* where the dialplan goes on */
    gboolean hangs_up;
} PolicyCase;

static const PolicyCase policy_cases[] = {
    {"continue", "FAILURE", "incoming,7,5", FALSE},
    {"hangup", NULL, NULL, TRUE},
    {"goto lost,s,3", "FAILURE", "lost,s,3", FALSE},
    {"jump 101", "FAILURE", "incoming,7,105", FALSE},
};

static void
test_policy(gconstpointer data)
{
    const PolicyCase *expected = data;
    g_autofree char *configuration = g_strconcat(
        MODULE "extensions = ( { match = \"7\"; handler = \"test.failing\"; on_error = \"",
        expected->policy, "\"; } );", NULL);
    g_autoptr(TestDaemon) daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "context incoming\n"
                                                           "extension 7\n"
                                                           "priority 4\n"
                                                           "missing file missing\n");
    g_autofree char *place =
        g_strdup_printf("%s,%s,%d", result->context, result->extension, result->priority);

    if (expected->status != NULL)
        g_assert_cmpstr(result->status, ==, expected->status);
    g_assert_cmpint(result->is_hung_up, ==, expected->hangs_up);
    assert_variable(result, "CAPELLA_STATUS", "ERROR");
    g_assert_nonnull(strstr(pbx_result_get_variable(result, "CAPELLA_ERROR"), "STREAM FILE"));
    if (expected->place != NULL)
        g_assert_cmpstr(place, ==, expected->place);
    test_daemon_wait_log(daemon, "Handler test.failing failed: ");
}

static void
test_mute(void)
{
    g_autoptr(TestDaemon) daemon =
        test_daemon_start(MODULE "extensions = ( { match = \"7\"; handler = \"test.mute\"; } );");
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 7");

    g_assert_cmpstr(result->status, ==, "FAILURE");
    assert_variable(result, "CAPELLA_ERROR", "handler test.mute returned FALSE without saying why");
}

/* A caller who hangs up is no failure, wherever it happens. */
static void
test_hangup(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1\"; handler = \"test.long\"; },\n"
               "               { match = \"2\"; handler = \"test.waiting\"; } );\n");
    g_autoptr(PbxResult) playing =
        test_daemon_call(daemon, "extension 1\nfile long 60s\nhangup during \"long\"\n");
    TestCall *call = test_daemon_begin_call(daemon, "extension 2\nspeed 1");
    g_autoptr(PbxResult) waiting = NULL;

    g_assert_cmpstr(playing->status, ==, "HANGUP");
    test_daemon_wait_log_times(daemon, "Call hung up after", 1);
    test_daemon_wait_log(daemon, "waits for an hour");
    test_call_hang_up(call);
    waiting = test_call_join(call);
    g_assert_cmpstr(waiting->status, ==, "HANGUP");
    test_daemon_wait_log_times(daemon, "Call hung up after", 2);
    test_daemon_wait_log(daemon, "woken by HANGUP");
    g_assert_false(test_daemon_has_logged(daemon, "failed: "));
}

static void
test_trace(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1\"; handler = \"test.good\"; trace = true; },\n"
               "               { match = \"2\"; handler = \"test.good\"; } );\n");
    g_autoptr(PbxResult) silent = test_daemon_call(daemon, "extension 2");
    g_autoptr(PbxResult) traced = NULL;

    test_daemon_wait_log(daemon, "Call completed after");
    g_assert_false(test_daemon_has_logged(daemon, "> ANSWER"));
    traced = test_daemon_call(daemon, "extension 1");
    test_daemon_wait_log_times(daemon, "Call completed after", 2);
    g_assert_true(test_daemon_has_logged(daemon, "message: > ANSWER call=2"));
    g_assert_true(test_daemon_has_logged(daemon, "message: < 200 result=0 call=2"));
}

/* One module several times, each instance with settings of its own. */
static void
test_instances(void)
{
    TestDaemon *daemon =
        test_daemon_start("modules = ( { path = \"%HANDLERS%\"; name = \"one\"; settings = { label "
                          "= \"first\"; }; },\n"
                          "            { path = \"%HANDLERS%\"; name = \"two\"; settings = { label "
                          "= \"second\"; }; } );\n"
                          "extensions = ( { match = \"1\"; handler = \"one.instance\"; },\n"
                          "               { match = \"2\"; handler = \"two.instance\"; } );\n");
    g_autoptr(PbxResult) first = test_daemon_call(daemon, "extension 1");
    g_autoptr(PbxResult) second = test_daemon_call(daemon, "extension 2");

    assert_variable(first, "INSTANCE", "first");
    assert_variable(second, "INSTANCE", "second");
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(test_daemon_has_logged(daemon, "instance first is unloaded"));
    g_assert_true(test_daemon_has_logged(daemon, "instance second is unloaded"));
    test_daemon_free(daemon);
}

/* One-shot waiters: served before any route, once. */
static void
test_meet(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        "modules = ( { path = \"%HANDLERS%\"; settings = { label = \"first\"; }; } );\n"
        "extensions = ( { match = \"1\"; handler = \"test.meet\";\n"
        "                 settings = { extension = \"42\"; }; },\n"
        "               { match = \"_X.\"; handler = \"test.good\"; } );\n");
    TestCall *waiting = test_daemon_begin_call(daemon, "extension 1");
    g_autoptr(PbxResult) other = NULL;
    g_autoptr(PbxResult) waited = NULL;
    g_autoptr(PbxResult) later = NULL;

    test_daemon_wait_log(daemon, "The next call to extension 42 is waited for");
    other = test_daemon_call(daemon, "extension 42");
    waited = test_call_join(waiting);
    assert_variable(other, "MET_BY", "1");
    assert_variable(waited, "MET", "42");
    assert_variable(waited, "INSTANCE", "first");
    g_assert_cmpstr(other->status, ==, "SUCCESS");
    later = test_daemon_call(daemon, "extension 42");
    assert_variable(later, "SERVED_BY", "good");
}

static void
test_meet_nobody(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(
        MODULE "extensions = ( { match = \"1\"; handler = \"test.meet\";\n"
               "                 settings = { extension = \"42\"; timeout = 0.05; }; },\n"
               "               { match = \"2\"; handler = \"test.meet\";\n"
               "                 settings = { extension = \"43\"; }; } );\n");
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 1");
    TestCall *waiting;
    g_autoptr(PbxResult) gone = NULL;

    assert_variable(result, "CAPELLA_STATUS", "ERROR");
    assert_variable(result, "CAPELLA_ERROR", "no call to extension 42 came in time");
    waiting = test_daemon_begin_call(daemon, "extension 2\nspeed 1");
    test_daemon_wait_log(daemon, "The next call to extension 43 is waited for");
    test_call_hang_up(waiting);
    gone = test_call_join(waiting);
    g_assert_cmpstr(gone->status, ==, "HANGUP");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/calls/served", test_served);
    g_test_add_func("/daemon/calls/routes", test_routes);
    g_test_add_func("/daemon/calls/no-route", test_no_route);
    for (guint i = 0; i < G_N_ELEMENTS(policy_cases); i++) {
        g_autofree char *path = g_strdup_printf("/daemon/calls/policy/%s", policy_cases[i].policy);

        g_test_add_data_func(path, &policy_cases[i], test_policy);
    }
    g_test_add_func("/daemon/calls/mute", test_mute);
    g_test_add_func("/daemon/calls/hangup", test_hangup);
    g_test_add_func("/daemon/calls/trace", test_trace);
    g_test_add_func("/daemon/calls/instances", test_instances);
    g_test_add_func("/daemon/calls/meet", test_meet);
    g_test_add_func("/daemon/calls/meet-nobody", test_meet_nobody);
    return g_test_run();
}
