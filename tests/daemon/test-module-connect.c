/* test-module-connect.c - the shipped module connect: whom it calls, and what it says came of it.
 */

#include "daemon/ami-module-harness.h"

#include <string.h>

#define ROUTE(settings)                                                                            \
    "{ match = \"1\"; handler = \"connect\"; settings = { context = \"ivr\"; " settings " }; }"
#define BOB "channel = \"PJSIP/bob\"; "

static void
start(TestAmi *ami, const char *settings)
{
    g_autofree char *route = g_strdup_printf(ROUTE("%s"), settings);

    test_ami_start(ami, TEST_AMI_ACTIONS, "connect", "", route, "");
}

static void
assert_originated(TestAmi *ami, const char *header, const char *value)
{
    g_autofree char *found = test_ami_dup_originated(ami, 1, header);

    g_assert_cmpstr(found, ==, value);
}

/* --- What is asked for --- */

static void
test_fallbacks(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *unique_id = NULL;
    TestCall *call;

    start(&ami, BOB);
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\n");
    assert_originated(&ami, "Channel", "PJSIP/bob");
    assert_originated(&ami, "Context", "ivr");
    assert_originated(&ami, "Exten", "s");
    assert_originated(&ami, "Priority", "1");
    assert_originated(&ami, "Timeout", "30000");
    assert_originated(&ami, "CallerID", NULL);
    assert_originated(&ami, "Variable", NULL);
    unique_id = test_ami_dup_originated(&ami, 1, "ChannelId");
    test_ami_respond(&ami, 1, TRUE, "4");
    result = test_module_join(call);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "CONNECT_STATUS", "ANSWERED");
    assert_variable(result, "CONNECT_CHANNEL", "PJSIP/bob-00000002");
    assert_variable(result, "CONNECT_UNIQUEID", unique_id);
    assert_variable(result, "CONNECT_ERROR", "");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Hangup"), ==, 0);
}

static void
test_settings(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *received = NULL;
    TestCall *call;

    start(&ami, BOB "extension = \"100\"; priority = \"menu\"; ring_time = 12.5; account = \"77\";"
                    "caller_name = \"Front \\\"desk\\\"\"; codecs = \"ulaw,alaw\";"
                    "early_media = true; variables = [ \"A=1, \\\"2\\\"\", \"__B=x=y\" ];"
                    "pass_caller = true; server = \"main\";");
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\ncaller 555\n"
                                              "callername Alice\n");
    assert_originated(&ami, "Exten", "100");
    assert_originated(&ami, "Priority", "menu");
    assert_originated(&ami, "Timeout", "12500");
    assert_originated(&ami, "Account", "77");
    assert_originated(&ami, "Codecs", "ulaw,alaw");
    assert_originated(&ami, "EarlyMedia", "true");
    received = pbx_manager_dup_received(ami.manager);
    g_assert_nonnull(strstr(received, "Variable: A=\"1, \\\"2\\\"\"\r\n"));
    g_assert_nonnull(strstr(received, "Variable: __B=\"x=y\"\r\n"));
    g_assert_nonnull(strstr(received, "<555>\r\n"));
    g_assert_nonnull(strstr(received, "Front "));
    g_assert_null(strstr(received, "Alice"));
    test_ami_respond(&ami, 1, TRUE, "4");
    result = test_module_join(call);
    assert_variable(result, "CONNECT_STATUS", "ANSWERED");
}

static void
test_pass_caller(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&ami, BOB "pass_caller = true;");
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\ncaller 555\n"
                                              "callername Alice\n");
    assert_originated(&ami, "CallerID", "\"Alice\" <555>");
    test_ami_respond(&ami, 1, TRUE, "4");
    result = test_module_join(call);
}

/* --- What AGI() may name --- */

typedef struct {
    const char *name;
    const char *settings;
    const char *argument; /* NULL: none */
    const char *channel;  /* that is called; NULL: none */
} ChannelCase;

static const ChannelCase channel_cases[] = {
    {"none-allowed", BOB, "PJSIP/alice", NULL},
    {"no-argument", BOB "allowed = \"PJSIP/*\";", NULL, "PJSIP/bob"},
    {"empty-argument", BOB "allowed = \"PJSIP/*\";", "", "PJSIP/bob"},
    {"neither", "allowed = \"PJSIP/*\";", NULL, NULL},
    {"exact", "allowed = \"PJSIP/alice\";", "PJSIP/alice", "PJSIP/alice"},
    {"longer", "allowed = \"PJSIP/alice\";", "PJSIP/alice2", NULL},
    {"shorter", "allowed = \"PJSIP/alice\";", "PJSIP/alic", NULL},
    {"star", "allowed = \"PJSIP/*\";", "PJSIP/front-desk_2.a+*#", "PJSIP/front-desk_2.a+*#"},
    {"star-for-nothing", "allowed = \"PJSIP/a*\";", "PJSIP/a", "PJSIP/a"},
    {"two-stars", "allowed = \"PJSIP/*1*9\";", "PJSIP/811119", "PJSIP/811119"},
    {"two-stars-that-fail", "allowed = \"PJSIP/*1*9\";", "PJSIP/811118", NULL},
    {"question-marks", "allowed = \"PJSIP/1??\";", "PJSIP/123", "PJSIP/123"},
    {"too-few-for-question-marks", "allowed = \"PJSIP/1??\";", "PJSIP/12", NULL},
    {"second-pattern", "allowed = [ \"PJSIP/1?\", \"Local/*@phones\" ];", "Local/7@phones",
     "Local/7@phones"},
    {"other-technology", "allowed = \"PJSIP/*\";", "DAHDI/g0/0900", NULL},
    {"two-channels", "allowed = \"PJSIP/*\";", "PJSIP/1&PJSIP/0900", NULL},
    {"other-trunk", "allowed = \"PJSIP/*\";", "PJSIP/0900@trunk", NULL},
    {"other-context", "allowed = \"Local/*@phones\";", "Local/0900@outside/n@phones", NULL},
    {"question-mark-for-a-slash", "allowed = \"PJSIP?1\";", "PJSIP/1", NULL},
    {"blank", "allowed = \"PJSIP/*\";", "PJSIP/1 2", NULL},
};

static void
test_channel(gconstpointer data)
{
    const ChannelCase *expected = data;
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *script = g_strdup_printf("extension 1\nspeed 1\n%s%s%s",
                                              expected->argument != NULL ? "argument \"" : "",
                                              expected->argument != NULL ? expected->argument : "",
                                              expected->argument != NULL ? "\"\n" : "");
    TestCall *call;

    start(&ami, expected->settings);
    call = test_daemon_begin_call(ami.daemon, script);
    if (expected->channel != NULL) {
        assert_originated(&ami, "Channel", expected->channel);
        test_ami_respond(&ami, 1, TRUE, "4");
    }
    result = test_module_join(call);
    assert_variable(result, "CONNECT_STATUS",
                    expected->channel != NULL ? "ANSWERED" : "NOT_ALLOWED");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Originate"), ==,
                     expected->channel != NULL);
}

/* --- What came of it --- */

typedef struct {
    const char *name;
    const char *manager; /* more of the manager's script */
    const char *reason;  /* of the event; NULL: there is none */
    const char *status;
} OutcomeCase;

static const OutcomeCase outcome_cases[] = {
    {"busy", "", "5", "BUSY"},
    {"no-answer", "", "3", "NOANSWER"},
    {"congestion", "", "8", "FAILED"},
    {"no-such-place", "", "0", "FAILED"},
    {"refused", "error Originate \"Extension does not exist.\"\n", NULL, "REFUSED"},
    {"no-permission", "error Originate \"Permission denied\"\n", NULL, "REFUSED"},
    {"connection-lost", "fault close before Originate\n", NULL, "UNKNOWN"},
};

static void
test_outcome(gconstpointer data)
{
    const OutcomeCase *expected = data;
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&ami, BOB);
    test_ami_read(&ami, expected->manager);
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\n");
    if (expected->reason != NULL)
        test_ami_respond(&ami, 1, FALSE, expected->reason);
    result = test_module_join(call);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "CONNECT_STATUS", expected->status);
    assert_variable(result, "CONNECT_CHANNEL", "");
    g_assert_cmpstr(pbx_result_get_variable(result, "CONNECT_ERROR"), !=, "");
}

/* Without waiting, all that is known is that Asterisk has taken it. */
static void
test_started(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) started = NULL;
    g_autoptr(PbxResult) refused = NULL;

    start(&ami, BOB "wait = false;");
    started = test_module_call(ami.daemon, "extension 1\n");
    assert_variable(started, "CONNECT_STATUS", "STARTED");
    g_assert_cmpstr(pbx_result_get_variable(started, "CONNECT_UNIQUEID"), !=, "");
    test_ami_read(&ami, "error Originate \"Extension does not exist.\"\n");
    refused = test_module_call(ami.daemon, "extension 1\n");
    assert_variable(refused, "CONNECT_STATUS", "REFUSED");
}

/* --- Servers, hangups --- */

static void
test_server_away(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    start(&ami, BOB);
    pbx_manager_close(ami.manager);
    test_daemon_wait_log(ami.daemon, "main: waiting");
    result = test_module_call(ami.daemon, "extension 1\n");
    assert_variable(result, "CONNECT_STATUS", "NO_SERVER");
}

/* Which of two servers the call comes from cannot be told. */
static void
test_server_unknown(void)
{
    g_autofree char *path = test_module_get_path("connect");
    g_autofree char *configuration = g_strdup_printf(
        "ami = ( { name = \"a\"; host = \"192.0.2.1\"; user = \"u\"; secret = \"s\"; },\n"
        "  { name = \"b\"; host = \"192.0.2.2\"; user = \"u\"; secret = \"s\"; } );\n"
        "modules = ( { path = \"%s\"; } );\nextensions = ( " ROUTE(BOB) " );\n",
        path);
    g_autoptr(TestDaemon) daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n");

    assert_variable(result, "CONNECT_STATUS", "NO_SERVER");
}

/* The caller gives up: so does the handler; the call goes on, unless it shall not. */
static void
test_hangup(gconstpointer data)
{
    gboolean cancels = GPOINTER_TO_INT(data);
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    start(&ami, cancels ? BOB "cancel = true;" : BOB);
    test_ami_read(&ami, "error 1st Hangup \"No such channel\"\n");
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\n");
    assert_originated(&ami, "Channel", "PJSIP/bob");
    test_call_hang_up(call);
    result = test_module_join(call);
    assert_variable(result, "CONNECT_STATUS", "CANCELLED");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "Hangup"), ==, cancels ? 2 : 0);
    if (cancels) {
        g_autofree char *channel = pbx_manager_dup_header(ami.manager, "Hangup", "Channel");

        assert_originated(&ami, "ChannelId", channel);
    }
}

/* The daemon stops while it rings. */
static void
test_stop(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;
    TestCall *call;

    test_ami_start(&ami, TEST_AMI_ACTIONS, "connect", "", ROUTE(BOB),
                   "timeouts = { drain = 0.1; };\n");
    call = test_daemon_begin_call(ami.daemon, "extension 1\nspeed 1\n");
    assert_originated(&ami, "Channel", "PJSIP/bob");
    test_ami_clear(&ami);
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
        {ROUTE(""), "channel: is missing, and \"allowed\" lets AGI() name none either"},
        {ROUTE(BOB "server = \"x\";"), "server: there is no server \"x\" in the list ami"},
        {ROUTE(BOB "variables = \"A\";"), "variables: \"A\" is not of the form NAME=VALUE"},
        {"{ match = \"1\"; handler = \"connect\"; settings = { " BOB " }; }",
         "context: is missing"},
    };
    g_autofree char *path = test_module_get_path("connect");

    test_module_assert_refused("connect", ROUTE(BOB),
                               "does not load: needs a server in the list ami");
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        test_ami_assert_refused("connect", "", cases[i].route, cases[i].words);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modules/connect/fallbacks", test_fallbacks);
    g_test_add_func("/modules/connect/settings", test_settings);
    g_test_add_func("/modules/connect/pass-caller", test_pass_caller);
    for (guint i = 0; i < G_N_ELEMENTS(channel_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/connect/channel/", channel_cases[i].name, NULL);

        g_test_add_data_func(path, &channel_cases[i], test_channel);
    }
    for (guint i = 0; i < G_N_ELEMENTS(outcome_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/connect/outcome/", outcome_cases[i].name, NULL);

        g_test_add_data_func(path, &outcome_cases[i], test_outcome);
    }
    g_test_add_func("/modules/connect/started", test_started);
    g_test_add_func("/modules/connect/server/away", test_server_away);
    g_test_add_func("/modules/connect/server/unknown", test_server_unknown);
    g_test_add_data_func("/modules/connect/hangup/leaves", GINT_TO_POINTER(FALSE), test_hangup);
    g_test_add_data_func("/modules/connect/hangup/cancels", GINT_TO_POINTER(TRUE), test_hangup);
    g_test_add_func("/modules/connect/stop", test_stop);
    g_test_add_func("/modules/connect/refused", test_refused);
    return g_test_run();
}
