/* test-ami.c - the daemon and the manager interface: logins, actions and events of handlers, and
 * calls that they place. */

#include "daemon/harness.h"
#include "pbx/manager.h"

#include <signal.h>
#include <string.h>

#define MODULE "modules = ( { path = \"%%AMI%%\"; settings = { watch = \"main\"; }; } );\n"

#define assert_variable(result, name, value)                                                       \
    g_assert_cmpstr(pbx_result_get_variable(result, name), ==, value)

static const char getvar_script[] = "answer Getvar\n"
                                    "  Response: Success\n"
                                    "  Variable: {Variable}\n"
                                    "  Value: of {Variable}\n"
                                    "end\n";

#define ASK                                                                                        \
    "settings = { action = \"Getvar\"; header = \"Variable\"; take = \"Value\"; server = "         \
    "\"main\"; "                                                                                   \
    "};"

static PbxManager *
start_manager(const char *script)
{
    g_autoptr(GError) error = NULL;
    PbxManager *manager = pbx_manager_new(script, 0, &error);

    g_assert_no_error(error);
    return manager;
}

/* An entry of `ami` that is quick to come back. */
static char *
make_entry(PbxManager *manager, const char *name, const char *more)
{
    return g_strdup_printf("{ name = \"%s\"; host = \"127.0.0.1\"; port = %u; user = \"capella\";\n"
                           "  secret = \"galaxy\"; reconnect_first = 0.05; "
                           "reconnect_longest = 0.05; %s }",
                           name, pbx_manager_get_port(manager), more);
}

/* A daemon with one Asterisk, `main`. */
static TestDaemon *
start_daemon(PbxManager *manager, const char *more, const char *extensions)
{
    g_autofree char *entry = make_entry(manager, "main", more);
    g_autofree char *configuration =
        g_strdup_printf("ami = ( %s );\n" MODULE "extensions = ( %s );\n", entry, extensions);

    return test_daemon_start(configuration);
}

/* Logins. */

static void
test_login(void)
{
    PbxManager *manager = start_manager("");
    TestDaemon *daemon = start_daemon(manager, "", "");

    g_assert_true(pbx_manager_wait_logins(manager, 1));
    test_daemon_wait_log(daemon, "message: main: logged in as capella");
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_true(pbx_manager_wait_action(manager, "Logoff", 1));
    test_daemon_free(daemon);
    pbx_manager_free(manager);
}

/* The secret is nowhere in the log, at the level that shows the wire; calls are served all the
 * same. */
static void
test_secret(gconstpointer data)
{
    gboolean is_refused = GPOINTER_TO_INT(data);
    PbxManager *manager = start_manager(is_refused ? "user capella sesame-4711\n" : "");
    TestDaemon *daemon =
        start_daemon(manager, "plain = true;", "{ match = \"1\"; handler = \"ami.which\"; }");
    g_autoptr(PbxResult) result = NULL;

    if (is_refused) {
        g_assert_true(pbx_manager_wait_action(manager, "Login", 1));
        test_daemon_wait_log(daemon, "warning: main: ");
    } else {
        g_assert_true(pbx_manager_wait_logins(manager, 1));
        test_daemon_wait_log(daemon, "main: logged in as capella");
    }
    result = test_daemon_call(daemon, "extension 1");
    assert_variable(result, "SERVER", "main");
    g_assert_false(test_daemon_has_logged(daemon, "galaxy"));
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* An Asterisk that is not there when the daemon starts, and comes later. */
static void
test_late(void)
{
    PbxManager *manager = start_manager(getvar_script);
    TestDaemon *daemon;
    g_autoptr(PbxResult) without = NULL;
    g_autoptr(PbxResult) with = NULL;
    g_autoptr(GError) error = NULL;

    pbx_manager_close(manager);
    daemon = start_daemon(manager, "",
                          "{ match = \"1\"; handler = \"ami.ask\"; " ASK " },\n"
                          "{ match = \"2\"; handler = \"ami.ready\"; " ASK " }");
    test_daemon_wait_log(daemon, "message: main: cannot connect to 127.0.0.1");
    without = test_daemon_call(daemon, "extension 1");
    assert_variable(without, "CODE", "NOT_CONNECTED");
    g_assert_true(pbx_manager_open(manager, &error));
    g_assert_no_error(error);
    with = test_daemon_call(daemon, "extension 2");
    assert_variable(with, "ANSWER", "of 2");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* Several. */

static void
test_several(void)
{
    PbxManager *first = start_manager("answer Ping\n  Response: Success\n  Ping: first\nend\n");
    PbxManager *second = start_manager("answer Ping\n  Response: Success\n  Ping: second\nend\n");
    g_autofree char *first_entry = make_entry(first, "one", "addresses = \"10.0.0.0/8\";");
    g_autofree char *second_entry = make_entry(second, "two", "addresses = \"127.0.0.0/8\";");
    g_autofree char *configuration = g_strdup_printf(
        "ami = ( %s, %s );\n"
        "modules = ( { path = \"%%AMI%%\"; } );\n"
        "extensions = ( { match = \"1\"; handler = \"ami.which\"; },\n"
        "  { match = \"2\"; handler = \"ami.ready\"; },\n"
        "  { match = \"3\"; handler = \"ami.ready\"; settings = { server = \"one\"; }; },\n"
        "  { match = \"4\"; handler = \"ami.ask\"; settings = { server = \"three\"; }; } );\n",
        first_entry, second_entry);
    TestDaemon *daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) which = test_daemon_call(daemon, "extension 1");
    g_autoptr(PbxResult) own = test_daemon_call(daemon, "extension 2");
    g_autoptr(PbxResult) named = test_daemon_call(daemon, "extension 3");
    g_autoptr(PbxResult) unknown = test_daemon_call(daemon, "extension 4");

    assert_variable(which, "SERVER", "two");
    assert_variable(own, "ANSWER", "second");
    assert_variable(own, "SERVER", "two");
    assert_variable(named, "ANSWER", "first");
    assert_variable(unknown, "CODE", "NO_CLIENT");
    test_daemon_stop(daemon);
    pbx_manager_free(first);
    pbx_manager_free(second);
}

/* A call whose address is nobody's. */
static void
test_nobody(void)
{
    PbxManager *manager = start_manager("");
    g_autofree char *first = make_entry(manager, "one", "addresses = \"10.0.0.0/8\";");
    g_autofree char *second = make_entry(manager, "two", "addresses = \"10.0.0.0/8\";");
    g_autofree char *configuration =
        g_strdup_printf("ami = ( %s, %s );\n"
                        "modules = ( { path = \"%%AMI%%\"; } );\n"
                        "extensions = ( { match = \"1\"; handler = \"ami.which\"; } );\n",
                        first, second);
    TestDaemon *daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) which = test_daemon_call(daemon, "extension 1");

    assert_variable(which, "SERVER", "none");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* A host that is a name: whatever it stands for. */
static void
test_host_name(void)
{
    PbxManager *manager = start_manager("");
    g_autofree char *first = make_entry(manager, "one", "addresses = \"10.0.0.0/8\";");
    g_autofree char *configuration =
        g_strdup_printf("ami = ( %s, { name = \"two\"; host = \"localhost\"; port = %u; user = "
                        "\"capella\"; secret = \"galaxy\"; } );\n"
                        "modules = ( { path = \"%%AMI%%\"; } );\n"
                        "extensions = ( { match = \"1\"; handler = \"ami.which\"; } );\n",
                        first, pbx_manager_get_port(manager));
    TestDaemon *daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) which = NULL;

    test_daemon_wait_log(daemon, "Asterisk two: its addresses are known");
    which = test_daemon_call(daemon, "extension 1");
    assert_variable(which, "SERVER", "two");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* Actions and events. */

static void
test_eight_at_once(void)
{
    PbxManager *manager = start_manager(getvar_script);
    TestDaemon *daemon =
        start_daemon(manager, "", "{ match = \"_X\"; handler = \"ami.ready\"; " ASK " }");
    TestCall *calls[8];

    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_autofree char *script = g_strdup_printf("extension %u", i);

        calls[i] = test_daemon_begin_call(daemon, script);
    }
    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_autoptr(PbxResult) result = test_call_join(calls[i]);
        g_autofree char *answer = g_strdup_printf("of %u", i);

        assert_variable(result, "ANSWER", answer);
    }
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* What `load` has subscribed to comes, and comes again after a restart. */
static void
test_events(void)
{
    PbxManager *manager = start_manager("");
    TestDaemon *daemon = start_daemon(manager, "", "");

    g_assert_true(pbx_manager_wait_logins(manager, 1));
    pbx_manager_emit(manager, "UserEvent", "UserEvent", "Alarm", "Text", "before", NULL);
    test_daemon_wait_log(daemon, "event UserEvent of main: before");
    pbx_manager_disconnect(manager, TRUE);
    g_assert_true(pbx_manager_wait_logins(manager, 2));
    pbx_manager_emit(manager, "UserEvent", "UserEvent", "Alarm", "Text", "after", NULL);
    test_daemon_wait_log(daemon, "event UserEvent of main: after");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* An action that is on its way when Asterisk restarts ends, and the next one works. */
static void
test_restart(void)
{
    g_autofree char *script = g_strconcat(getvar_script, "ignore 1st Getvar\n", NULL);
    PbxManager *manager = start_manager(script);
    TestDaemon *daemon =
        start_daemon(manager, "", "{ match = \"_X\"; handler = \"ami.ready\"; " ASK " }");
    TestCall *call = test_daemon_begin_call(daemon, "extension 1");
    g_autoptr(PbxResult) amid = NULL;
    g_autoptr(PbxResult) after = NULL;

    g_assert_true(pbx_manager_wait_action(manager, "Getvar", 1));
    pbx_manager_disconnect(manager, TRUE);
    amid = test_call_join(call);
    assert_variable(amid, "CODE", "DISCONNECTED");
    g_assert_true(pbx_manager_wait_logins(manager, 2));
    after = test_daemon_call(daemon, "extension 2");
    assert_variable(after, "ANSWER", "of 2");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* Calls are served while events pour in, and so are their actions. */
static void
test_flood(void)
{
    g_autofree char *script = g_strconcat("flood 1000000 events\n", getvar_script, NULL);
    PbxManager *manager = start_manager(script);
    TestDaemon *daemon =
        start_daemon(manager, "", "{ match = \"_X\"; handler = \"ami.ready\"; " ASK " }");

    g_assert_true(pbx_manager_wait_logins(manager, 1));
    for (guint i = 0; i < 10; i++) {
        g_autofree char *call = g_strdup_printf("extension %u", i);
        g_autofree char *answer = g_strdup_printf("of %u", i);
        g_autoptr(PbxResult) result = test_daemon_call(daemon, call);

        assert_variable(result, "ANSWER", answer);
    }
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* Asynchronous AGI. */

#define ASYNC "async_agi = true;"

static const char agi_script[] = "answer AGI\n"
                                 "  Response: Success\n"
                                 "  Message: Added AGI command to queue\n"
                                 "end\n";

/* A channel's AGI(agi:async) at an extension. */
static void
begin_async(PbxManager *manager, const char *channel, const char *extension)
{
    g_autofree char *environment =
        g_strdup_printf("agi_request: async\nagi_channel: %s\nagi_uniqueid: %s.1\n"
                        "agi_context: default\nagi_extension: %s\nagi_priority: 1\n\n",
                        channel, channel, extension);
    g_autofree char *encoded = g_uri_escape_string(environment, NULL, FALSE);
    g_autofree char *id = g_strconcat(channel, ".1", NULL);

    pbx_manager_emit(manager, "AsyncAGIStart", "Channel", channel, "Uniqueid", id, "Env", encoded,
                     NULL);
}

/* Answers the command that comes as the n-th, which has to be this one. */
static void
answer_async(PbxManager *manager, const char *channel, guint n, const char *command,
             const char *result)
{
    g_autofree char *id = g_strconcat(channel, ".1", NULL);
    g_autofree char *encoded = g_uri_escape_string(result, NULL, FALSE);
    g_autofree char *sent = NULL;
    g_autofree char *on = NULL;
    g_autofree char *command_id = NULL;

    g_assert_true(pbx_manager_wait_action(manager, "AGI", n));
    sent = pbx_manager_dup_header(manager, "AGI", "Command");
    on = pbx_manager_dup_header(manager, "AGI", "Channel");
    command_id = pbx_manager_dup_header(manager, "AGI", "CommandID");
    g_assert_cmpstr(sent, ==, command);
    g_assert_cmpstr(on, ==, channel);
    pbx_manager_emit(manager, "AsyncAGIExec", "Channel", channel, "Uniqueid", id, "CommandID",
                     command_id, "Result", encoded, NULL);
}

/* The same extension and handler serve FastAGI and asynchronous AGI. Of two Asterisks, a call over
 * the manager connection is on the one that this is of, whatever `allow` and `addresses` say. */
static void
test_async_agi(void)
{
    PbxManager *manager = start_manager(agi_script);
    g_autofree char *first = make_entry(manager, "one", "addresses = \"127.0.0.0/8\";");
    g_autofree char *second = make_entry(manager, "two", "addresses = \"10.0.0.0/8\"; " ASYNC);
    g_autofree char *configuration =
        g_strdup_printf("ami = ( %s, %s );\n"
                        "modules = ( { path = \"%%AMI%%\"; } );\n"
                        "extensions = ( { match = \"1\"; handler = \"ami.which\"; } );\n",
                        first, second);
    TestDaemon *daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) result = NULL;

    g_assert_true(pbx_manager_wait_logins(manager, 2));
    test_daemon_wait_log(daemon, "two: logged in as capella");
    result = test_daemon_call(daemon, "extension 1");
    assert_variable(result, "SERVER", "one");
    begin_async(manager, "PJSIP/async-1", "1");
    answer_async(manager, "PJSIP/async-1", 1, "SET VARIABLE \"SERVER\" \"two\"", "200 result=1\n");
    answer_async(manager, "PJSIP/async-1", 2, "ASYNCAGI BREAK", "200 result=0\n");
    test_daemon_wait_log(daemon, "Call from Asterisk two to handler ami.which begins");
    test_daemon_wait_log_times(daemon, "Call completed after", 2);
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* What nobody serves is told so, as with FastAGI. */
static void
test_async_agi_refused(void)
{
    PbxManager *manager = start_manager(agi_script);
    TestDaemon *daemon = start_daemon(manager, ASYNC, "");

    test_daemon_wait_log(daemon, "main: logged in as capella");
    begin_async(manager, "PJSIP/async-1", "99");
    answer_async(manager, "PJSIP/async-1", 1, "SET VARIABLE \"CAPELLA_STATUS\" \"NO_ROUTE\"",
                 "200 result=1\n");
    test_daemon_wait_log(daemon, "Call refused: no extension of the configuration matches");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

/* A hangup in the middle of the conversation. */
static void
test_async_agi_hangup(void)
{
    PbxManager *manager = start_manager(agi_script);
    TestDaemon *daemon =
        start_daemon(manager, ASYNC, "{ match = \"1\"; handler = \"ami.which\"; }");

    test_daemon_wait_log(daemon, "main: logged in as capella");
    begin_async(manager, "PJSIP/async-1", "1");
    g_assert_true(pbx_manager_wait_action(manager, "AGI", 1));
    pbx_manager_emit(manager, "Hangup", "Channel", "PJSIP/async-1", "Uniqueid", "PJSIP/async-1.1",
                     "Cause", "16", NULL);
    test_daemon_wait_log(daemon, "Call hung up after");
    test_daemon_stop(daemon);
    pbx_manager_free(manager);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/ami/login", test_login);
    g_test_add_data_func("/daemon/ami/secret/refused", GINT_TO_POINTER(TRUE), test_secret);
    g_test_add_data_func("/daemon/ami/secret/taken", GINT_TO_POINTER(FALSE), test_secret);
    g_test_add_func("/daemon/ami/late", test_late);
    g_test_add_func("/daemon/ami/several", test_several);
    g_test_add_func("/daemon/ami/nobody", test_nobody);
    g_test_add_func("/daemon/ami/host-name", test_host_name);
    g_test_add_func("/daemon/ami/eight-at-once", test_eight_at_once);
    g_test_add_func("/daemon/ami/events", test_events);
    g_test_add_func("/daemon/ami/restart", test_restart);
    g_test_add_func("/daemon/ami/flood", test_flood);
    g_test_add_func("/daemon/ami/async-agi/served", test_async_agi);
    g_test_add_func("/daemon/ami/async-agi/refused", test_async_agi_refused);
    g_test_add_func("/daemon/ami/async-agi/hangup", test_async_agi_hangup);
    return g_test_run();
}
