/* test-module-exhaustion.c - the shipped module exhaustion: counts, alarms, and what it tells. */

#include "daemon/ami-module-harness.h"

#include <signal.h>
#include <string.h>

#define CHANNEL(name, id) "  Channel: " name "\n  Uniqueid: " id "\n  ChannelState: 6\n"
#define NOBODY            "list Status Status StatusComplete\nend\n"
#define ONE               "list Status Status StatusComplete\n" CHANNEL("DAHDI/i1/1-1", "1.1") "end\n"
#define TWO                                                                                        \
    "list Status Status StatusComplete\n" CHANNEL("DAHDI/i1/1-1", "1.1") "\n" CHANNEL(             \
        "DAHDI/i1/2-1", "1.2") "end\n"

#define PRI(more)  "groups = ( { name = \"pri\"; channels = \"DAHDI/i1/*\"; " more " } );"
#define TELLS      "user_event = \"Exhaustion\"; database = \"exhaustion\"; "
#define STATE      "{ match = \"1\"; handler = \"exhaustion.state\"; }"
#define ROUTE(set) "{ match = \"1\"; handler = \"exhaustion.state\"; settings = { " set " }; }"

static void
add_channel(TestAmi *ami, const char *name, const char *unique_id)
{
    pbx_manager_emit(ami->manager, "Newchannel", "Channel", name, "ChannelState", "0", "Uniqueid",
                     unique_id, NULL);
}

static void
remove_channel(TestAmi *ami, const char *unique_id)
{
    pbx_manager_emit(ami->manager, "Hangup", "Uniqueid", unique_id, "Cause", "16", NULL);
}

/* Asks until the group has so many channels: what was sent takes a moment to arrive. */
static PbxResult *
ask_until_used(TestAmi *ami, const char *used)
{
    for (;;) {
        PbxResult *result = test_module_call(ami->daemon, "extension 1\n");

        if (g_strcmp0(pbx_result_get_variable(result, "EXHAUSTION_PRI_USED"), used) == 0)
            return result;
        pbx_result_free(result);
    }
}

static void
assert_told(TestAmi *ami, guint times, const char *state, const char *free)
{
    g_autofree char *told = NULL;
    g_autofree char *told_free = NULL;
    g_autofree char *value = NULL;

    g_assert_true(pbx_manager_wait_action(ami->manager, "DBPut", times));
    told = pbx_manager_dup_header(ami->manager, "UserEvent", "State");
    told_free = pbx_manager_dup_header(ami->manager, "UserEvent", "Free");
    value = pbx_manager_dup_header(ami->manager, "DBPut", "Val");
    g_assert_cmpstr(told, ==, state);
    g_assert_cmpstr(told_free, ==, free);
    g_assert_cmpstr(value, ==, state);
    g_assert_cmpuint(pbx_manager_count_actions(ami->manager, "UserEvent"), ==, times);
}

/* --- Alarms --- */

/* One alarm when it gets low, one all-clear when the other mark is reached, nothing between. */
static void
test_alarm(void)
{
    g_auto(TestAmi) ami = {0};
    g_autofree char *headers = NULL;
    g_autoptr(PbxResult) at_mark = NULL;
    g_autoptr(PbxResult) between = NULL;

    test_ami_start(&ami, NOBODY, "exhaustion", TELLS PRI("size = 4; low = 2; clear = 3;"), STATE,
                   "");
    assert_told(&ami, 1, "CLEAR", "4");
    add_channel(&ami, "DAHDI/i1/1-1", "1.1");
    add_channel(&ami, "DAHDI/i2/1-1", "2.1");
    add_channel(&ami, "DAHDI/i1/2-1", "1.2");
    at_mark = ask_until_used(&ami, "2");
    assert_variable(at_mark, "EXHAUSTION_PRI_STATE", "CLEAR");
    add_channel(&ami, "DAHDI/i1/3-1", "1.3");
    test_daemon_wait_log(ami.daemon, "warning: Group pri on server main: only 1 of 4 channels are "
                                     "free, 3 in use");
    assert_told(&ami, 2, "LOW", "1");
    remove_channel(&ami, "1.1");
    between = ask_until_used(&ami, "2");
    assert_variable(between, "EXHAUSTION_PRI_STATE", "LOW");
    assert_variable(between, "EXHAUSTION_PRI_PEAK", "3");
    add_channel(&ami, "DAHDI/i1/4-1", "1.4");
    remove_channel(&ami, "1.4");
    remove_channel(&ami, "1.2");
    test_daemon_wait_log(ami.daemon, "Group pri on server main: all clear, 3 of 4 channels are "
                                     "free");
    assert_told(&ami, 3, "CLEAR", "3");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "DBPut"), ==, 3);
}

static void
test_headers(void)
{
    g_auto(TestAmi) ami = {0};
    static const char *const expected[][2] = {
        {"UserEvent", "Exhaustion"},
        {"Group", "pri"},
        {"State", "LOW"},
        {"Used", "2"},
        {"Size", "2"},
        {"Free", "0"},
        {"Peak", "2"},
    };
    g_autofree char *family = NULL;
    g_autofree char *key = NULL;

    test_ami_start(&ami, TWO, "exhaustion", TELLS PRI("size = 2;"), STATE, "");
    assert_told(&ami, 1, "LOW", "0");
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *value = pbx_manager_dup_header(ami.manager, "UserEvent", expected[i][0]);

        g_assert_cmpstr(value, ==, expected[i][1]);
    }
    family = pbx_manager_dup_header(ami.manager, "DBPut", "Family");
    key = pbx_manager_dup_header(ami.manager, "DBPut", "Key");
    g_assert_cmpstr(family, ==, "exhaustion");
    g_assert_cmpstr(key, ==, "pri");
}

/* Nothing is sent that was not asked for; a refusal is a warning, and no more. */
static void
test_not_told(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    test_ami_start(&ami, TWO, "exhaustion", PRI("size = 2;"), STATE, "");
    test_daemon_wait_log(ami.daemon, "only 0 of 2 channels are free");
    result = ask_until_used(&ami, "2");
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "UserEvent"), ==, 0);
    g_assert_cmpuint(pbx_manager_count_actions(ami.manager, "DBPut"), ==, 0);
}

static void
test_may_not_tell(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    test_ami_start(&ami,
                   TWO "error UserEvent \"Permission denied\"\nerror DBPut \"Permission denied\"\n",
                   "exhaustion", TELLS PRI("size = 2;"), STATE, "");
    test_daemon_wait_log(ami.daemon, "UserEvent Exhaustion of group pri could not be sent");
    test_daemon_wait_log(ami.daemon, "state of group pri could not be put into the database");
    result = ask_until_used(&ami, "2");
    assert_variable(result, "EXHAUSTION_PRI_STATE", "LOW");
}

/* --- What belongs to a group --- */

/* A channel that is renamed changes its group; one may belong to two; more than there can be is
 * no less than none. */
static void
test_groups(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) first = NULL;
    g_autoptr(PbxResult) second = NULL;

    test_ami_start(
        &ami, ONE, "exhaustion",
        "groups = ( { name = \"pri\"; channels = [ \"DAHDI/i1/*\", \"X/?\" ]; size = 1; },"
        "{ name = \"All\"; channels = \"*\"; size = 10; } );",
        STATE, "");
    add_channel(&ami, "X/1", "1.2");
    add_channel(&ami, "X/22", "1.3");
    first = ask_until_used(&ami, "2");
    assert_variable(first, "EXHAUSTION_PRI_SIZE", "1");
    assert_variable(first, "EXHAUSTION_PRI_FREE", "0");
    pbx_manager_emit(ami.manager, "Rename", "Channel", "X/22", "Newname", "X/3", "Uniqueid", "1.3",
                     NULL);
    second = ask_until_used(&ami, "3");
    assert_variable(second, "EXHAUSTION_ALL_USED", "3");
    assert_variable(second, "EXHAUSTION_ALL_FREE", "7");
    assert_variable(second, "EXHAUSTION_ALL_STATE", "CLEAR");
    assert_variable(second, "EXHAUSTION_ALL_PEAK", "3");
}

/* --- Servers that come and go --- */

/* After a restart there are no channels any more, and all is clear. */
static void
test_restart(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) before = NULL;
    g_autoptr(PbxResult) after = NULL;

    test_ami_start(&ami, TWO, "exhaustion", TELLS PRI("size = 2;"), STATE, "");
    assert_told(&ami, 1, "LOW", "0");
    test_ami_read(&ami, NOBODY);
    pbx_manager_disconnect(ami.manager, TRUE);
    test_daemon_wait_log(ami.daemon, "all clear, 2 of 2 channels are free");
    assert_told(&ami, 2, "CLEAR", "2");
    after = ask_until_used(&ami, "0");
    assert_variable(after, "EXHAUSTION_PRI_PEAK", "2");
}

/* A reconnect that changes nothing gives no second alarm. */
static void
test_reconnect(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) result = NULL;

    test_ami_start(&ami, TWO, "exhaustion", TELLS PRI("size = 2;"), STATE, "");
    assert_told(&ami, 1, "LOW", "0");
    pbx_manager_disconnect(ami.manager, FALSE);
    g_assert_true(pbx_manager_wait_action(ami.manager, "Status", 2));
    test_ami_read(&ami, NOBODY);
    pbx_manager_disconnect(ami.manager, FALSE);
    assert_told(&ami, 2, "CLEAR", "2");
}

/* While the server is away, nobody knows. */
static void
test_away(void)
{
    g_auto(TestAmi) ami = {0};
    g_autoptr(PbxResult) known = NULL;
    g_autoptr(PbxResult) unknown = NULL;

    test_ami_start(&ami, ONE, "exhaustion", PRI("size = 2;"),
                   ROUTE("speak = true; unknown = \"sorry\";"), "");
    known = ask_until_used(&ami, "1");
    assert_variable(known, "EXHAUSTION_PRI_STATE", "CLEAR");
    pbx_manager_close(ami.manager);
    test_daemon_wait_log(ami.daemon, "main: waiting");
    unknown = test_module_call(ami.daemon, "extension 1\nexpect ANSWER\n"
                                           "expect STREAM FILE sorry \"\"\nforbid SAY NUMBER\n");
    assert_variable(unknown, "EXHAUSTION_PRI_STATE", "UNKNOWN");
}

/* Each group looks at its own server. */
static void
test_two_servers(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = test_module_get_path("exhaustion");
    g_autoptr(PbxManager) first = pbx_manager_new(TWO, 0, &error);
    g_autoptr(PbxManager) second = pbx_manager_new(ONE, 0, &error);
    g_autofree char *first_entry = test_ami_make_entry("first", first);
    g_autofree char *second_entry = test_ami_make_entry("second", second);
    g_autofree char *configuration = g_strdup_printf(
        "ami = ( %s, %s );\n"
        "modules = ( { path = \"%s\"; settings = { groups = (\n"
        "  { name = \"a\"; channels = \"*\"; size = 2; },\n"
        "  { name = \"b\"; channels = \"*\"; size = 1; server = \"second\"; } ); }; } );\n"
        "extensions = ( " STATE " );\n",
        first_entry, second_entry, path);
    g_autoptr(TestDaemon) daemon = test_daemon_start(configuration);
    g_autoptr(PbxResult) result = NULL;

    test_daemon_wait_log(daemon, "Group a on server first: only 0 of 2 channels");
    test_daemon_wait_log(daemon, "Group b on server second: only 0 of 1 channels");
    result = test_module_call(daemon, "extension 1\n");
    assert_variable(result, "EXHAUSTION_A_USED", "2");
    assert_variable(result, "EXHAUSTION_B_USED", "1");
}

/* --- Asking --- */

typedef struct {
    const char *name;
    const char *settings;
    const char *script;
    const char *status;
    const char *pri; /* the number of free lines; NULL: not told */
    const char *all;
} AskCase;

static const AskCase ask_cases[] = {
    {"all", "", "forbid ANSWER\n", "SUCCESS", "2", "9"},
    {"by-setting", "group = \"PRI\";", "argument all\n", "SUCCESS", "2", NULL},
    {"by-argument", "", "argument all\n", "SUCCESS", NULL, "9"},
    {"unknown", "", "argument x\n", "FAILURE", NULL, NULL},
    {"spoken", "group = \"pri\"; speak = true;",
     "expect ANSWER\nexpect SAY NUMBER 2 \"\"\nforbid STREAM FILE\n", "SUCCESS", "2", NULL},
    {"spoken-with-all",
     "speak = true; before = \"b\"; line = \"l\"; lines = \"ls\"; gender = \"f\";",
     "expect STREAM FILE b \"\"\nexpect SAY NUMBER 2 \"\" f\nexpect STREAM FILE ls \"\"\n"
     "expect STREAM FILE b \"\"\nexpect SAY NUMBER 9 \"\" f\nexpect STREAM FILE ls \"\"\n",
     "SUCCESS", "2", "9"},
    {"spoken-one", "group = \"one\"; speak = true; line = \"l\"; lines = \"ls\";",
     "expect SAY NUMBER 1 \"\"\nexpect STREAM FILE l \"\"\n", "SUCCESS", NULL, NULL},
    {"hangup", "speak = true;", "hangup during SAY NUMBER\n", "HANGUP", "2", NULL},
};

static void
test_ask(gconstpointer data)
{
    const AskCase *expected = data;
    g_auto(TestAmi) ami = {0};
    g_autofree char *route = g_strdup_printf(ROUTE("%s"), expected->settings);
    g_autofree char *script = g_strconcat("extension 1\n", expected->script, NULL);
    g_autoptr(PbxResult) result = NULL;

    test_ami_start(&ami, ONE, "exhaustion",
                   "groups = ( { name = \"pri\"; channels = \"DAHDI/*\"; size = 3; },"
                   "{ name = \"all\"; channels = \"*\"; size = 10; },"
                   "{ name = \"one\"; channels = \"*\"; size = 2; } );",
                   route, "");
    test_daemon_wait_log(ami.daemon, "Group one on server main: 1 of 2 channels are free");
    result = test_module_call(ami.daemon, script);
    g_assert_cmpstr(result->status, ==, expected->status);
    assert_variable(result, "EXHAUSTION_PRI_FREE", expected->pri);
    assert_variable(result, "EXHAUSTION_ALL_FREE", expected->all);
}

/* --- The daemon stops --- */

/* What could not be said any more is left. */
static void
test_stop(void)
{
    g_auto(TestAmi) ami = {0};

    test_ami_start(&ami, TWO "ignore UserEvent\n", "exhaustion", TELLS PRI("size = 2;"), STATE, "");
    g_assert_true(pbx_manager_wait_action(ami.manager, "UserEvent", 1));
}

/* --- Configurations --- */

static void
test_refused(void)
{
    static const struct {
        const char *settings;
        const char *route;
        const char *words;
    } cases[] = {
        {"", STATE, "groups: is missing"},
        {PRI(""), STATE, "size: is missing"},
        {PRI("size = 2; low = 3;"), STATE, "low: must not exceed size, which is 2"},
        {PRI("size = 4; low = 3; clear = 2;"), STATE, "clear: is 2, must be from low, which is 3"},
        {PRI("size = 4; low = 3; clear = 5;"), STATE, "to size, which is 4"},
        {PRI("size = 4; server = \"x\";"), STATE, "server: there is no server \"x\""},
        {"groups = ( { name = \"a b\"; channels = \"*\"; size = 1; } );", STATE,
         "name: \"a b\" must be of letters, digits and _"},
        {"groups = ( { name = \"a\"; channels = \"*\"; size = 1; },"
         "{ name = \"A\"; channels = \"*\"; size = 1; } );",
         STATE, "name: \"A\" is the name of another group too"},
        {PRI("size = 4;"), ROUTE("group = \"x\";"), "group: there is no group \"x\""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        test_ami_assert_refused("exhaustion", cases[i].settings, cases[i].route, cases[i].words);
}

static void
test_no_server(void)
{
    g_autofree char *path = test_module_get_path("exhaustion");
    g_autofree char *text = g_strdup_printf("modules = ( { path = \"%s\"; settings = { %s }; } );\n"
                                            "extensions = ( " STATE " );\n",
                                            path, PRI("size = 1;"));

    test_ami_assert_configuration_refused(text, "does not load: needs a server in the list ami");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modules/exhaustion/alarm", test_alarm);
    g_test_add_func("/modules/exhaustion/headers", test_headers);
    g_test_add_func("/modules/exhaustion/not-told", test_not_told);
    g_test_add_func("/modules/exhaustion/may-not-tell", test_may_not_tell);
    g_test_add_func("/modules/exhaustion/groups", test_groups);
    g_test_add_func("/modules/exhaustion/server/restart", test_restart);
    g_test_add_func("/modules/exhaustion/server/reconnect", test_reconnect);
    g_test_add_func("/modules/exhaustion/server/away", test_away);
    g_test_add_func("/modules/exhaustion/server/two", test_two_servers);
    for (guint i = 0; i < G_N_ELEMENTS(ask_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/exhaustion/ask/", ask_cases[i].name, NULL);

        g_test_add_data_func(path, &ask_cases[i], test_ask);
    }
    g_test_add_func("/modules/exhaustion/stop", test_stop);
    g_test_add_func("/modules/exhaustion/refused", test_refused);
    g_test_add_func("/modules/exhaustion/no-server", test_no_server);
    return g_test_run();
}
