/* test-ami-meet.c - calls that handlers place, and that come back to them: every outcome.
 *
 * The manager interface only takes the Originate; the test itself says what became of the call, and
 * places the call that comes back, so that each order of the two can be had. */

#include "daemon/harness.h"
#include "pbx/manager.h"

#include <signal.h>
#include <string.h>

#define assert_variable(result, name, value)                                                       \
    g_assert_cmpstr(pbx_result_get_variable(result, name), ==, value)

#define QUEUED                                                                                     \
    "answer Originate\n"                                                                           \
    "  Response: Success\n"                                                                        \
    "  Message: Originate successfully queued\n"                                                   \
    "end\n"                                                                                        \
    "answer Hangup\n"                                                                              \
    "  Response: Success\n"                                                                        \
    "  Message: Channel Hungup\n"                                                                  \
    "end\n"

#define CONTEXT "meet_context = \"meeting-point\";"

typedef struct {
    PbxManager *manager;
    TestDaemon *daemon;
} Fixture;

/* Extension 1 places a call, as patient as a test; 2 has no patience with answered calls. Whatever
 * else comes would be served. */
static void
start(Fixture *fixture, const char *script, const char *settings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *configuration = NULL;

    fixture->manager = pbx_manager_new(script, 0, &error);
    g_assert_no_error(error);
    configuration = g_strdup_printf(
        "ami = ( { name = \"main\"; host = \"127.0.0.1\"; port = %u; user = \"capella\";\n"
        "  secret = \"galaxy\"; reconnect_first = 0.05; reconnect_longest = 0.05; %s } );\n"
        "modules = ( { path = \"%%AMI%%\"; }, { path = \"%%HANDLERS%%\"; } );\n"
        "extensions = ( { match = \"1\"; handler = \"ami.place\"; },\n"
        "  { match = \"2\"; handler = \"ami.place\"; settings = { timeout = 0.05; }; } );\n"
        "default = { handler = \"test.good\"; };\n",
        pbx_manager_get_port(fixture->manager), settings);
    fixture->daemon = test_daemon_start(configuration);
}

static void
stop(Fixture *fixture)
{
    test_daemon_stop(fixture->daemon);
    pbx_manager_free(fixture->manager);
}

/* A header of the Originate, once it has come so many times. */
static char *
originated(Fixture *fixture, guint times, const char *header)
{
    g_assert_true(pbx_manager_wait_action(fixture->manager, "Originate", times));
    return pbx_manager_dup_header(fixture->manager, "Originate", header);
}

/* Says what became of the call that was placed last. */
static void
respond(Fixture *fixture, const char *response, const char *reason)
{
    g_autofree char *id = originated(fixture, 1, "ActionID");

    pbx_manager_emit(fixture->manager, "OriginateResponse", "ActionID", id, "Response", response,
                     "Channel", "PJSIP/bob", "Context", "meeting-point", "Reason", reason,
                     "Uniqueid", "<unknown>", "CallerIDNum", "<unknown>", "CallerIDName",
                     "<unknown>", NULL);
}

/* The call that comes back, from the one who answered and presses 7. */
static TestCall *
come_back(Fixture *fixture, const char *name, gboolean by_script)
{
    g_autofree char *script =
        g_strdup_printf("%s %s\nchannel PJSIP/bob-00000002\npress 7\n",
                        by_script ? "extension s\nagi_network_script" : "extension", name);

    return test_daemon_begin_call(fixture->daemon, script);
}

static void
assert_met(TestCall *first, TestCall *second)
{
    g_autoptr(PbxResult) other = test_call_join(second);
    g_autoptr(PbxResult) result = test_call_join(first);

    assert_variable(result, "MET", "PJSIP/bob-00000002");
    assert_variable(result, "SERVER", "main");
    assert_variable(result, "CODE", NULL);
    assert_variable(other, "MET_BY", "1");
    g_assert_cmpstr(other->status, ==, "SUCCESS");
}

/* Both halves, in either order. */
static void
test_met(gconstpointer data)
{
    gboolean call_is_first = GPOINTER_TO_INT(data);
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    TestCall *first;
    TestCall *second;

    start(&fixture, QUEUED, CONTEXT);
    first = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    g_assert_true(g_str_has_prefix(extension, "meet-"));
    g_assert_cmpuint(strlen(extension), ==, strlen("meet-") + 32);
    if (!call_is_first)
        respond(&fixture, "Success", "4");
    second = come_back(&fixture, extension, FALSE);
    if (call_is_first) {
        test_daemon_wait_log(fixture.daemon, "met PJSIP/bob-00000002, who pressed 7");
        respond(&fixture, "Success", "4");
    }
    assert_met(first, second);
    g_assert_cmpuint(pbx_manager_count_actions(fixture.manager, "Hangup"), ==, 0);
    stop(&fixture);
}

static void
test_headers(void)
{
    Fixture fixture = {0};
    g_autofree char *channel = NULL;
    g_autofree char *context = NULL;
    g_autofree char *priority = NULL;
    g_autofree char *application = NULL;
    g_autofree char *timeout = NULL;
    TestCall *call;
    g_autoptr(PbxResult) result = NULL;

    start(&fixture, QUEUED, CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1");
    channel = originated(&fixture, 1, "Channel");
    context = originated(&fixture, 1, "Context");
    priority = originated(&fixture, 1, "Priority");
    timeout = originated(&fixture, 1, "Timeout");
    application = originated(&fixture, 1, "Application");
    g_assert_cmpstr(channel, ==, "PJSIP/bob");
    g_assert_cmpstr(context, ==, "meeting-point");
    g_assert_cmpstr(priority, ==, "1");
    g_assert_cmpstr(timeout, ==, "60000");
    g_assert_cmpstr(application, ==, NULL);
    respond(&fixture, "Failure", "5");
    result = test_call_join(call);
    stop(&fixture);
}

/* By the URL alone: the name is the path of the script. */
static void
test_agi_url(void)
{
    Fixture fixture = {0};
    g_autofree char *application = NULL;
    g_autofree char *data = NULL;
    const char *prefix = "agi://127.0.0.1:4573/";
    TestCall *first;
    TestCall *second;

    start(&fixture, QUEUED, "agi_url = \"agi://127.0.0.1:4573/\";");
    first = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    application = originated(&fixture, 1, "Application");
    data = originated(&fixture, 1, "Data");
    g_assert_cmpstr(application, ==, "AGI");
    g_assert_true(g_str_has_prefix(data, prefix));
    respond(&fixture, "Success", "4");
    second = come_back(&fixture, data + strlen(prefix), TRUE);
    assert_met(first, second);
    stop(&fixture);
}

/* Each placed call is met by its own handler. */
static void
test_two_at_once(void)
{
    Fixture fixture = {0};
    TestCall *callers[2];
    TestCall *answerers[2];
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    start(&fixture, QUEUED, CONTEXT);
    callers[0] = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    first = originated(&fixture, 1, "Exten");
    callers[1] = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    second = originated(&fixture, 2, "Exten");
    g_assert_cmpstr(first, !=, second);
    answerers[1] = come_back(&fixture, second, FALSE);
    assert_met(callers[1], answerers[1]);
    answerers[0] = come_back(&fixture, first, FALSE);
    assert_met(callers[0], answerers[0]);
    stop(&fixture);
}

/* The first half fails. */

static const struct {
    const char *name;
    const char *reason; /* of the event; NULL: refused at once */
    const char *code;
} failure_cases[] = {
    {"busy", "5", "BUSY"},
    {"no-answer", "3", "NO_ANSWER"},
    {"congestion", "8", "CALL_FAILED"},
    {"unreachable", "0", "CALL_FAILED"},
    {"refused", NULL, "REFUSED"},
};

static void
test_failure(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    Fixture fixture = {0};
    TestCall *call;
    g_autoptr(PbxResult) result = NULL;

    start(&fixture,
          failure_cases[i].reason != NULL ? QUEUED
                                          : "error Originate \"Extension does not exist.\"\n",
          CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    if (failure_cases[i].reason != NULL)
        respond(&fixture, "Failure", failure_cases[i].reason);
    result = test_call_join(call);
    assert_variable(result, "CODE", failure_cases[i].code);
    assert_variable(result, "MET", NULL);
    g_assert_cmpuint(pbx_manager_count_actions(fixture.manager, "Hangup"), ==, 0);
    stop(&fixture);
}

/* The second half fails. */

static void
assert_hung_up(Fixture *fixture)
{
    g_autofree char *id = originated(fixture, 1, "ChannelId");
    g_autofree char *channel = NULL;

    g_assert_true(pbx_manager_wait_action(fixture->manager, "Hangup", 1));
    channel = pbx_manager_dup_header(fixture->manager, "Hangup", "Channel");
    g_assert_cmpstr(channel, ==, id);
}

/* Answered, and the dialplan leads nowhere; what comes later is refused, and not served by the
 * default route. */
static void
test_no_way_back(void)
{
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(PbxResult) late = NULL;
    g_autoptr(PbxResult) other = NULL;
    TestCall *call;

    start(&fixture, QUEUED, CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 2\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    respond(&fixture, "Success", "4");
    result = test_call_join(call);
    assert_variable(result, "CODE", "TIMED_OUT");
    g_assert_nonnull(
        strstr(pbx_result_get_variable(result, "PROBLEM"),
               "the call was answered, but did not come back within 0.05 s: look at the dialplan "
               "of Asterisk main, whose context \"meeting-point\""));
    assert_hung_up(&fixture);
    late = test_call_join(come_back(&fixture, extension, FALSE));
    assert_variable(late, "CAPELLA_STATUS", "NO_ROUTE");
    assert_variable(late, "CAPELLA_ERROR", "nobody waits for this call, or not any more");
    test_daemon_wait_log(fixture.daemon, "Call refused: nobody waits for this call");
    other = test_daemon_call(fixture.daemon, "extension meet-bob");
    assert_variable(other, "SERVED_BY", "good");
    stop(&fixture);
}

/* The caller hangs up while somebody's phone rings. */
static void
test_hangup(void)
{
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(PbxResult) late = NULL;
    TestCall *call;

    start(&fixture, QUEUED, CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    test_call_hang_up(call);
    result = test_call_join(call);
    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(fixture.daemon, "handler met G_CANCELLED");
    assert_hung_up(&fixture);
    late = test_call_join(come_back(&fixture, extension, FALSE));
    assert_variable(late, "CAPELLA_STATUS", "NO_ROUTE");
    stop(&fixture);
}

/* A channel that Asterisk has not made yet is hung up a moment later. */
static void
test_hangup_too_early(void)
{
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&fixture, QUEUED "error 1st Hangup \"No such channel\"\n", CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    test_call_hang_up(call);
    result = test_call_join(call);
    g_assert_true(pbx_manager_wait_action(fixture.manager, "Hangup", 2));
    stop(&fixture);
}

static void
test_stop(void)
{
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&fixture, QUEUED, CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    test_daemon_signal(fixture.daemon, SIGTERM);
    result = test_call_join(call);
    assert_variable(result, "CODE", "CLOSED");
    assert_hung_up(&fixture);
    g_assert_true(pbx_manager_wait_action(fixture.manager, "Logoff", 1));
    g_assert_cmpint(test_daemon_wait_exit(fixture.daemon), ==, 0);
    test_daemon_free(fixture.daemon);
    pbx_manager_free(fixture.manager);
}

/* What became of the call is not known then; it is hung up as soon as it can be. */
static void
test_disconnect(void)
{
    Fixture fixture = {0};
    g_autofree char *extension = NULL;
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&fixture, QUEUED, CONTEXT);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\nspeed 1");
    extension = originated(&fixture, 1, "Exten");
    pbx_manager_disconnect(fixture.manager, FALSE);
    result = test_call_join(call);
    assert_variable(result, "CODE", "DISCONNECTED");
    assert_hung_up(&fixture);
    stop(&fixture);
}

/* The configuration does not say how calls come back. */
static void
test_not_configured(void)
{
    Fixture fixture = {0};
    g_autoptr(PbxResult) result = NULL;

    start(&fixture, QUEUED, "");
    result = test_daemon_call(fixture.daemon, "extension 1");
    assert_variable(result, "CODE", "INVALID_ARGUMENT");
    g_assert_nonnull(strstr(pbx_result_get_variable(result, "PROBLEM"), "meet_context or agi_url"));
    g_assert_cmpuint(pbx_manager_count_actions(fixture.manager, "Originate"), ==, 0);
    stop(&fixture);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/daemon/ami-meet/call-first", GINT_TO_POINTER(TRUE), test_met);
    g_test_add_data_func("/daemon/ami-meet/answer-first", GINT_TO_POINTER(FALSE), test_met);
    g_test_add_func("/daemon/ami-meet/headers", test_headers);
    g_test_add_func("/daemon/ami-meet/agi-url", test_agi_url);
    g_test_add_func("/daemon/ami-meet/two-at-once", test_two_at_once);
    for (guint i = 0; i < G_N_ELEMENTS(failure_cases); i++) {
        g_autofree char *path = g_strconcat("/daemon/ami-meet/", failure_cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_failure);
    }
    g_test_add_func("/daemon/ami-meet/no-way-back", test_no_way_back);
    g_test_add_func("/daemon/ami-meet/hangup", test_hangup);
    g_test_add_func("/daemon/ami-meet/hangup-too-early", test_hangup_too_early);
    g_test_add_func("/daemon/ami-meet/stop", test_stop);
    g_test_add_func("/daemon/ami-meet/disconnect", test_disconnect);
    g_test_add_func("/daemon/ami-meet/not-configured", test_not_configured);
    return g_test_run();
}
