/* test-module-calltimer.c - the shipped module calltimer: from the account number to the call back.
 */

#include "daemon/ami-module-harness.h"

#include <signal.h>
#include <string.h>

/* The call that is timed, and what the server says of channels. */
#define ALICE "channel PJSIP/alice-00000001\nuniqueid 17.1\ncaller 1234\n"
#define ALICE_HAS                                                                                  \
    "list Status Status StatusComplete\n  Channel: PJSIP/alice-00000001\n"                         \
    "  Uniqueid: 17.1\n  BridgeID:\nend\n"
#define NOBODY "list Status Status StatusComplete\nend\n"
#define SCRIPT TEST_AMI_ACTIONS ALICE_HAS

/* Without it, each test would wait for two seconds. */
#define SOON "channel = \"PJSIP/{number}\"; delay = 0.0; wait = 0.0; pause = 0.01; "

#define ROUTE(settings) "{ match = \"1\"; handler = \"calltimer\"; settings = { " settings " }; }"

/* What the one who is called back hears of account 4711. */
#define HEARS(seconds, unit)                                                                       \
    "strict\nexpect SAY DIGITS 4711 \"\"\nexpect SAY NUMBER " seconds " \"\"\n"                    \
    "expect STREAM FILE " unit " \"\"\nexpect HANGUP\n"

static void
start(TestAmi *ami, const char *settings)
{
    g_autofree char *route = g_strdup_printf(ROUTE("%s"), settings);

    test_ami_start(ami, SCRIPT, "calltimer", "", route, "");
}

/* Calls, enters the account number 4711, and goes on with the call. */
static void
begin_timed_call(TestAmi *ami)
{
    g_autoptr(PbxResult) result =
        test_module_call(ami->daemon, "extension 1\n" ALICE "press 4711#\n");

    assert_variable(result, "CALLTIMER_STATUS", "WATCHED");
    assert_variable(result, "ACCOUNT", "4711");
}

static void
end_call(TestAmi *ami, const char *unique_id)
{
    pbx_manager_emit(ami->manager, "Hangup", "Channel", "PJSIP/alice-00000001", "Uniqueid",
                     unique_id, "Cause", "16", NULL);
}

/* --- The whole of it --- */

static void
test_told(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *channel = NULL;
    g_autofree char *timeout = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    end_call(&ami, "17.3");
    test_daemon_wait_log(ami.daemon, "17.1");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Originate"), ==, 0);
    end_call(&ami, "17.1");
    channel = test_ami_dup_originated(&ami, 1, "Channel");
    timeout = test_ami_dup_originated(&ami, 1, "Timeout");
    g_assert_cmpstr(channel, ==, "PJSIP/1234");
    g_assert_cmpstr(timeout, ==, "30000");
    test_ami_respond(&ami, 1, TRUE, "4");
    result = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
    test_daemon_wait_log(ami.daemon, "PJSIP/1234 was told that account 4711 used 0 s");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "1 calls were timed: 1 callers told, 0 not reached, 0 calls "
                                     "too short, 0 unfinished; 0 were refused");
}

static void
test_settings(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) first = NULL;
    g_autoptr(PbxResult) second = NULL;
    g_autofree char *channel = NULL;
    g_autofree char *timeout = NULL;
    g_autofree char *caller = NULL;

    start(&ami, "prompt = \"agent-user\"; timeout = 2.5; minimum = 3; maximum = 6; attempts = 2;"
                "invalid = \"pm-invalid-option\"; variable = \"WHO\"; dial = \"PJSIP/55,60\";"
                "measure = \"bridged\"; server = \"main\"; channel = \"{device}/{number}\";"
                "allowed = [ \"9*\", \"12?4\" ]; caller_name = \"Bill\"; caller_number = \"100\";"
                "ring_time = 12.5; delay = 0.01; wait = 0.01; intro = \"i\"; used = \"u\";"
                "second = \"s\"; seconds = \"ss\"; gender = \"f\"; goodbye = \"g\";");
    first = test_module_call(ami.daemon, "extension 1\n" ALICE "application Dial\nstrict\n"
                                         "expect ANSWER\n"
                                         "expect GET DATA agent-user 2500 6: 200 result=12\n"
                                         "expect STREAM FILE pm-invalid-option \"\"\n"
                                         "expect GET DATA agent-user 2500 6: 200 result=4711\n"
                                         "expect EXEC MSet *\n"
                                         "expect EXEC Dial PJSIP/55,60\n"
                                         "expect variable WHO 4711\n");
    end_call(&ami, "17.1");
    channel = test_ami_dup_originated(&ami, 1, "Channel");
    timeout = test_ami_dup_originated(&ami, 1, "Timeout");
    caller = test_ami_dup_originated(&ami, 1, "CallerID");
    g_assert_cmpstr(channel, ==, "PJSIP/alice/1234");
    g_assert_cmpstr(timeout, ==, "12500");
    g_assert_cmpstr(caller, ==, "\"Bill\" <100>");
    second = test_module_join(test_ami_come_back(
        &ami, 1,
        "strict\nexpect STREAM FILE i \"\"\nexpect SAY DIGITS 4711 \"\"\n"
        "expect STREAM FILE u \"\"\nexpect SAY NUMBER 0 \"\" f\nexpect STREAM FILE ss \"\"\n"
        "expect STREAM FILE g \"\"\nexpect HANGUP\n"));
}

/* --- What the dialplan is told --- */

typedef struct {
    const char *name;
    const char *settings;
    const char *manager; /* more of the manager's script */
    const char *call;
    const char *status;
    const char *account;
} StatusCase;

static const StatusCase status_cases[] = {
    {"silence", SOON "attempts = 2;", "",
     "strict\nexpect ANSWER\nexpect GET DATA beep 5000\nexpect GET DATA beep 5000\n"
     "expect EXEC MSet *\n",
     "NO_ACCOUNT", ""},
    {"no-digits", SOON "attempts = 1; dial = \"PJSIP/55\";", "", "press *12#\nforbid EXEC Dial\n",
     "NO_ACCOUNT", ""},
    {"unknown-caller", SOON, "", "caller unknown\npress 1#\n", "NO_NUMBER", "1"},
    {"caller-that-would-dial-elsewhere", SOON, "", "caller 1@outside\npress 1#\n", "NO_NUMBER",
     "1"},
    {"caller-that-would-dial-two", SOON, "", "caller 1&PJSIP/2\npress 1#\n", "NO_NUMBER", "1"},
    {"caller-is-not-needed", "channel = \"{device}\";", "", "caller 1@outside\npress 1#\n",
     "WATCHED", "1"},
    {"not-allowed", SOON "allowed = \"1?\"; dial = \"PJSIP/55\";", "",
     "press 1#\nforbid EXEC Dial\n", "NOT_ALLOWED", "1"},
    {"allowed", SOON "allowed = [ \"1?\", \"12*\" ];", "", "press 1#\n", "WATCHED", "1"},
    {"wrong-server", SOON "dial = \"PJSIP/55\";", "error Status \"No such channel\"\n",
     "press 1#\nforbid EXEC Dial\n", "NO_SERVER", "1"},
    {"server-may-not-be-asked", SOON, "error Status \"Permission denied\"\n", "press 1#\n",
     "WATCHED", "1"},
};

static void
test_status(gconstpointer data)
{
    const StatusCase *expected = data;
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *call = g_strconcat("extension 1\n" ALICE, expected->call, NULL);

    start(&ami, expected->settings);
    test_ami_read(&ami, expected->manager);
    result = test_module_call(ami.daemon, call);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "CALLTIMER_STATUS", expected->status);
    assert_variable(result, "ACCOUNT", expected->account);
}

/* There are two places, and a call that is called back still has one. */
static void
test_full(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) refused = NULL;
    g_autoptr(PbxResult) told = NULL;
    g_autoptr(PbxResult) taken = NULL;

    test_ami_start(&ami, SCRIPT, "calltimer", "max_calls = 2;", ROUTE(SOON), "");
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    g_assert_true(pbx_manager_wait_action(ami.manager, "Originate", 1));
    begin_timed_call(&ami);
    refused = test_module_call(ami.daemon, "extension 1\n" ALICE "uniqueid 17.9\npress 1#\n");
    assert_variable(refused, "CALLTIMER_STATUS", "FULL");
    test_daemon_wait_log(ami.daemon, "there are 2 already");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
    test_daemon_wait_log(ami.daemon, "was told");
    taken = test_module_call(ami.daemon, "extension 1\n" ALICE "uniqueid 17.9\npress 1#\n");
    assert_variable(taken, "CALLTIMER_STATUS", "WATCHED");
}

/* --- Hangups at awkward moments --- */

static void
test_hangup_while_asked(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    start(&ami, SOON);
    result = test_module_call(ami.daemon, "extension 1\n" ALICE "press 47\n"
                                          "hangup 1s during GET DATA\n");
    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(ami.daemon, "Call hung up");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Status"), <=, 1);
}

/* The account number counts though nobody listens any more. */
static void
test_hangup_after_account(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    result = test_module_call(ami.daemon, "extension 1\n" ALICE "press 4711#\n"
                                          "hangup after GET DATA\n");
    end_call(&ami, "17.1");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
}

/* One who hangs up while being told has been reached. */
static void
test_hangup_while_told(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    told = test_module_join(test_ami_come_back(&ami, 1, "hangup after SAY DIGITS\n"));
    test_daemon_wait_log(ami.daemon, "hung up while being told that account 4711 used 0 s");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "1 callers told, 0 not reached");
}

/* --- Tries --- */

typedef struct {
    const char *name;
    const char *reason; /* NULL: Asterisk does not take it */
    guint tries;
    const char *log;
} FailureCase;

static const FailureCase failure_cases[] = {
    {"busy", "5", 3, "could not be told that account 4711 used 0 s: "},
    {"no-answer", "3", 3, "could not be told"},
    {"congestion", "8", 3, "could not be told"},
    {"no-such-place", "0", 3, "could not be told"},
    {"refused", NULL, 1, "Extension does not exist"},
};

static void
test_failure(gconstpointer data)
{
    const FailureCase *expected = data;
    g_auto(TestAmi) ami = {0};

    start(&ami, SOON "tries = 3;");
    if (expected->reason == NULL)
        test_ami_read(&ami, "error Originate \"Extension does not exist.\"\n");
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    for (guint i = 1; i <= expected->tries && expected->reason != NULL; i++)
        test_ami_respond(&ami, i, FALSE, expected->reason);
    test_daemon_wait_log(ami.daemon, expected->log);
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Originate"), ==, expected->tries);
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Hangup"), ==, 0);
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "0 callers told, 1 not reached");
}

static void
test_second_try(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    test_ami_respond(&ami, 1, FALSE, "5");
    test_daemon_wait_log(ami.daemon, "try 1 of 5; the next one in 0.01 s");
    told = test_module_join(test_ami_come_back(&ami, 2, HEARS("0", "seconds")));
    test_daemon_wait_log(ami.daemon, "was told");
}

/* The connection breaks in the middle of a reply: nobody knows what was heard. */
static void
test_broken(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) broken = NULL;
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    broken = test_call_join(test_ami_come_back(&ami, 1, "fault reset inside SAY NUMBER\n"));
    test_daemon_wait_log(ami.daemon, "try 1 of 5");
    told = test_module_join(test_ami_come_back(&ami, 2, HEARS("0", "seconds")));
}

/* With one thread, the second caller's turn comes when the first one was told. */
static void
test_one_at_a_time(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) second = NULL;
    g_autoptr(PbxResult) first_told = NULL;
    g_autoptr(PbxResult) second_told = NULL;

    test_ami_start(&ami, SCRIPT, "calltimer", "max_callbacks = 1;", ROUTE(SOON), "");
    begin_timed_call(&ami);
    second = test_module_call(ami.daemon, "extension 1\n" ALICE "uniqueid 17.5\npress 4711#\n");
    end_call(&ami, "17.1");
    end_call(&ami, "17.5");
    test_daemon_wait_log_times(ami.daemon, "is called back", 2);
    first_told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
    second_told = test_module_join(test_ami_come_back(&ami, 2, HEARS("0", "seconds")));
    test_daemon_wait_log_times(ami.daemon, "was told", 2);
}

/* --- How long it was --- */

/* The account number is entered a second and a half after the answer, in real time. */
#define SLOWLY "extension 1\n" ALICE "speed 1\npress 4711# 1.5s during GET DATA\n"

static void
test_answered(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *line = NULL;

    start(&ami, SOON "shortest = 1;");
    result = test_module_call(ami.daemon, SLOWLY);
    end_call(&ami, "17.1");
    g_assert_true(pbx_manager_wait_action(ami.manager, "Originate", 1));
    line = test_daemon_dup_log_line(ami.daemon, "has ended, account 4711 used ");
    g_assert_nonnull(line);
}

static void
test_bridged(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    start(&ami, SOON "measure = \"bridged\"; shortest = 1;");
    result = test_module_call(ami.daemon, SLOWLY);
    pbx_manager_emit(ami.manager, "BridgeEnter", "BridgeUniqueid", "b", "Uniqueid", "17.1", NULL);
    pbx_manager_emit(ami.manager, "BridgeLeave", "BridgeUniqueid", "b", "Uniqueid", "17.1", NULL);
    end_call(&ami, "17.1");
    test_daemon_wait_log(ami.daemon, "took 0 s, account 4711; too short to call back for");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "0 not reached, 1 calls too short, 0 unfinished");
}

/* A call that enters a second account number is put down to that one. */
static void
test_twice(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    result = test_module_call(ami.daemon, "extension 1\n" ALICE "press 1#\n");
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
    end_call(&ami, "17.1");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "2 calls were timed: 1 callers told, 0 not reached");
}

/* --- Servers that come and go --- */

/* A call that is gone when the server is back has ended. */
static void
test_missed(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    test_ami_read(&ami, NOBODY);
    pbx_manager_disconnect(ami.manager, TRUE);
    test_daemon_wait_log(ami.daemon, "The end of PJSIP/alice-00000001 (unique id 17.1) was missed");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
}

/* One that is still there goes on. */
static void
test_survived(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    pbx_manager_disconnect(ami.manager, FALSE);
    g_assert_true(pbx_manager_wait_logins(ami.manager, 2));
    g_assert_true(pbx_manager_wait_action(ami.manager, "Status", 2));
    end_call(&ami, "17.1");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
    g_assert_false(test_daemon_has_logged(ami.daemon, "was missed"));
}

/* A call that comes while the server is away is watched all the same. */
static void
test_server_away(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) told = NULL;

    start(&ami, SOON);
    pbx_manager_close(ami.manager);
    test_daemon_wait_log(ami.daemon, "main: waiting");
    begin_timed_call(&ami);
    test_ami_read(&ami, NOBODY);
    g_assert_true(pbx_manager_open(ami.manager, &error));
    g_assert_no_error(error);
    test_daemon_wait_log(ami.daemon, "was missed");
    told = test_module_join(test_ami_come_back(&ami, 1, HEARS("0", "seconds")));
}

/* The server is away when the call is to be placed: that is a try that failed. */
static void
test_server_away_later(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) told = NULL;

    start(&ami, "channel = \"{device}\"; delay = 0.0; wait = 0.0; pause = 0.1; tries = 1000;");
    begin_timed_call(&ami);
    test_ami_read(&ami, "fault close before Originate\n");
    end_call(&ami, "17.1");
    test_daemon_wait_log(ami.daemon, "try 1 of 1000");
    told = test_module_join(test_ami_come_back(&ami, 2, HEARS("0", "seconds")));
}

/* What ends on another server, though it has the same unique id, is another call. */
static void
test_two_servers(void)
{
    g_auto(TestAmi) other = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *path = test_module_get_path("calltimer");
    g_autoptr(PbxManager) manager = pbx_manager_new(SCRIPT, 0, &error);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *configuration = NULL;
    g_autoptr(PbxResult) told = NULL;

    other.manager = pbx_manager_new(SCRIPT, 0, &error);
    first = test_ami_make_entry("first", manager);
    second = test_ami_make_entry("second", other.manager);
    configuration = g_strdup_printf("ami = ( %s, %s );\nmodules = ( { path = \"%s\"; } );\n"
                                    "extensions = ( " ROUTE(SOON "server = \"second\";") " );\n",
                                    first, second, path);
    other.daemon = test_daemon_start(configuration);
    test_daemon_wait_log(other.daemon, "first: ready");
    test_daemon_wait_log(other.daemon, "second: ready");
    begin_timed_call(&other);
    pbx_manager_emit(manager, "Hangup", "Uniqueid", "17.1", NULL);
    end_call(&other, "17.1");
    told = test_module_join(test_ami_come_back(&other, 1, HEARS("0", "seconds")));
    g_assert_cmpuint(pbx_manager_count_actions(manager, "Originate"), ==, 0);
    g_assert_cmpuint(pbx_manager_count_actions(manager, "Status"), ==, 0);
}

/* --- The daemon stops --- */

static void
test_stop_while_watched(void)
{
    g_auto(TestAmi) ami = {0};

    start(&ami, SOON);
    begin_timed_call(&ami);
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "1 timed calls still go on");
    test_daemon_wait_log(ami.daemon, "0 not reached, 0 calls too short, 1 unfinished");
}

static void
test_stop_while_waiting(void)
{
    g_auto(TestAmi) ami = {0};

    start(&ami, "channel = \"{device}\"; delay = 3600.0;");
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    test_daemon_wait_log(ami.daemon, "is called back");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon,
                         "could not be told that account 4711 used 0 s: the module is unloaded");
}

/* What rings is hung up. */
static void
test_stop_while_ringing(void)
{
    g_auto(TestAmi) ami = {0};
    g_autofree char *channel = NULL;
    g_autofree char *hung_up = NULL;

    start(&ami, SOON);
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    channel = test_ami_dup_originated(&ami, 1, "ChannelId");
    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "could not be told that account 4711 used 0 s");
    g_assert_true(pbx_manager_wait_action(ami.manager, "Hangup", 1));
    hung_up = pbx_manager_dup_header(ami.manager, "Hangup", "Channel");
    g_assert_cmpstr(hung_up, ==, channel);
}

/* What is said may be said to its end, but no longer than the time to drain. */
static void
test_stop_while_told(void)
{
    g_auto(TestAmi) ami = {0};
    TestCall *call;
    g_autoptr(PbxResult) result = NULL;

    test_ami_start(&ami, SCRIPT, "calltimer", "", ROUTE(SOON), "timeouts = { drain = 0.1; };\n");
    begin_timed_call(&ami);
    end_call(&ami, "17.1");
    call = test_ami_come_back(&ami, 1, "speed 1\nsaying 1h\ntimeout 0\n");
    test_ami_respond(&ami, 1, TRUE, "4");

    test_daemon_signal(ami.daemon, SIGTERM);
    test_daemon_wait_log(ami.daemon, "could not be told that account 4711 used 0 s");
    test_call_hang_up(call);
    result = test_call_join(call);
}

/* --- Configurations --- */

static void
test_refused(void)
{
    static const struct {
        const char *route;
        const char *words;
    } cases[] = {
        {ROUTE(""), "channel: is missing"},
        {ROUTE(SOON "server = \"x\";"), "server: there is no server \"x\" in the list ami"},
        {ROUTE(SOON "minimum = 5; maximum = 4;"), "minimum: must not exceed maximum, which is 4"},
        {ROUTE(SOON "measure = \"x\";"), "measure: is \"x\""},
        {ROUTE(SOON "tries = 0;"), "tries: is 0"},
    };

    test_module_assert_refused("calltimer", ROUTE(SOON),
                               "does not load: needs a server in the list ami");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        test_ami_assert_refused("calltimer", "", cases[i].route, cases[i].words);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modules/calltimer/told", test_told);
    g_test_add_func("/modules/calltimer/settings", test_settings);
    for (guint i = 0; i < G_N_ELEMENTS(status_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/calltimer/status/", status_cases[i].name, NULL);

        g_test_add_data_func(path, &status_cases[i], test_status);
    }
    g_test_add_func("/modules/calltimer/full", test_full);
    g_test_add_func("/modules/calltimer/hangup/while-asked", test_hangup_while_asked);
    g_test_add_func("/modules/calltimer/hangup/after-account", test_hangup_after_account);
    g_test_add_func("/modules/calltimer/hangup/while-told", test_hangup_while_told);
    for (guint i = 0; i < G_N_ELEMENTS(failure_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/calltimer/failure/", failure_cases[i].name, NULL);

        g_test_add_data_func(path, &failure_cases[i], test_failure);
    }
    g_test_add_func("/modules/calltimer/second-try", test_second_try);
    g_test_add_func("/modules/calltimer/broken", test_broken);
    g_test_add_func("/modules/calltimer/one-at-a-time", test_one_at_a_time);
    g_test_add_func("/modules/calltimer/answered", test_answered);
    g_test_add_func("/modules/calltimer/bridged", test_bridged);
    g_test_add_func("/modules/calltimer/twice", test_twice);
    g_test_add_func("/modules/calltimer/server/missed", test_missed);
    g_test_add_func("/modules/calltimer/server/survived", test_survived);
    g_test_add_func("/modules/calltimer/server/away", test_server_away);
    g_test_add_func("/modules/calltimer/server/away-later", test_server_away_later);
    g_test_add_func("/modules/calltimer/server/two", test_two_servers);
    g_test_add_func("/modules/calltimer/stop/while-watched", test_stop_while_watched);
    g_test_add_func("/modules/calltimer/stop/while-waiting", test_stop_while_waiting);
    g_test_add_func("/modules/calltimer/stop/while-ringing", test_stop_while_ringing);
    g_test_add_func("/modules/calltimer/stop/while-told", test_stop_while_told);
    g_test_add_func("/modules/calltimer/refused", test_refused);
    return g_test_run();
}
