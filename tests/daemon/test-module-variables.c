/* test-module-variables.c - the shipped module variables. */

#include "daemon/module-harness.h"

#include <string.h>

#define DUMP(settings)                                                                             \
    "{ match = \"1\"; handler = \"variables.dump\"; settings = { " settings " }; }"
#define SET(settings) "{ match = \"1\"; handler = \"variables.set\"; settings = { " settings " }; }"

static void
test_dump(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start(
        "variables", DUMP("names = [ \"TARIFF\", \"CALLERID(num)\", \"NONE\" ];"));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\n"
                                 "caller 5551234\n"
                                 "argument \"first one\"\n"
                                 "variable TARIFF \"gold, with \\\"extras\\\"\"\n"
                                 "expect GET FULL VARIABLE *\n");

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpuint(result->n_commands, ==, 1);
    test_daemon_wait_log(daemon, "agi_callerid: 5551234 call=1");
    test_daemon_wait_log(daemon, "agi_arg_1: first one call=1");
    test_daemon_wait_log(daemon, "TARIFF=gold, with \"extras\" call=1");
    test_daemon_wait_log(daemon, "CALLERID(num)=5551234 call=1");
    test_daemon_wait_log(daemon, "NONE= call=1");
}

static void
test_dump_fallbacks(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("variables", DUMP(""));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nchannel PJSIP/alice-00000001\n");

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpuint(result->n_commands, ==, 1);
    test_daemon_wait_log(daemon, "CHANNEL=PJSIP/alice-00000001");
    test_daemon_wait_log(daemon, "EXTEN=1");
}

/* Whatever is in a line of the environment cannot forge a line of the log. */
static void
test_dump_one_line_each(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("variables", DUMP("names = \"TARIFF\";"));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nanswer GET FULL VARIABLE: 200 result=0\n"
                                 "callername \"a\x1b[31mb\"\n");

    test_daemon_wait_log(daemon, "agi_calleridname: a\\x1b[31mb");
    g_assert_false(test_daemon_has_logged(daemon, "\x1b"));
}

static void
test_dump_hangup(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("variables", DUMP("names = \"TARIFF\";"));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nvariable TARIFF gold\nhangup at 0s\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(daemon, "TARIFF=gold");
}

static void
test_set(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start(
        "variables",
        SET("variables = [ \"CALLERID(name)=Ann \\\"A\\\" Smith\", \"__QUEUE=sales,2\","
            "              \"EMPTY=\", \"FORMULA=a=b\\\\c\" ];"
            "goto = \"queues,s,start\";"));
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "label start 7\n"
                                                           "expect EXEC MSet *\n"
                                                           "expect GET FULL VARIABLE *\n"
                                                           "expect goto queues,s,7\n");

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "CALLERID(name)", "Ann \"A\" Smith");
    assert_variable(result, "QUEUE", "sales,2");
    assert_variable(result, "EMPTY", "");
    assert_variable(result, "FORMULA", "a=b\\c");
    test_daemon_wait_log(daemon, "__QUEUE is set to \"sales,2\"");
    g_assert_false(test_daemon_has_logged(daemon, " warning: "));
}

/* Asterisk never says that a variable was not set. */
static void
test_set_in_vain(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("variables", SET("variables = \"CHANNEL(name)=PJSIP/other\";"));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nchannel PJSIP/alice-00000001\n");

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    test_daemon_wait_log(daemon, "warning: CHANNEL(name) was set to \"PJSIP/other\" and is "
                                 "\"PJSIP/alice-00000001\"");
}

static void
test_set_unverified(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("variables", SET("variables = [ \"A=1\", \"B=2\" ]; verify = false;"));
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "forbid GET VARIABLE\n"
                                                           "forbid GET FULL VARIABLE\n");

    assert_variable(result, "A", "1");
    assert_variable(result, "B", "2");
}

static void
test_no_such_label(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("variables", SET("variables = \"A=1\"; goto = \"queues,s,nowhere\";"));
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n");

    g_assert_cmpstr(result->status, ==, "FAILURE");
    assert_variable(result, "CAPELLA_STATUS", "ERROR");
}

static void
test_refused(void)
{
    test_module_assert_refused("variables", SET(""), "variables: is missing");
    test_module_assert_refused("variables", SET("variables = [ \"A=1\", \"B\" ];"),
                               "variables: \"B\" is not of the form NAME=VALUE");
    test_module_assert_refused("variables", SET("variables = \"=1\";"),
                               "variables: \"=1\" is not of the form NAME=VALUE");
    test_module_assert_refused("variables", SET("variables = \"A=1\"; goto = \"queues,s\";"),
                               "goto: is \"queues,s\", must be CONTEXT,EXTENSION,PRIORITY");
    test_module_assert_refused("variables", SET("variables = \"A=1\"; goto = \"queues,,1\";"),
                               "goto: is \"queues,,1\"");
    test_module_assert_refused("variables", DUMP("names = [ 1, 2 ];"), "must be a string");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modules/variables/dump/names", test_dump);
    g_test_add_func("/modules/variables/dump/fallbacks", test_dump_fallbacks);
    g_test_add_func("/modules/variables/dump/one-line-each", test_dump_one_line_each);
    g_test_add_func("/modules/variables/dump/hangup", test_dump_hangup);
    g_test_add_func("/modules/variables/set/all", test_set);
    g_test_add_func("/modules/variables/set/in-vain", test_set_in_vain);
    g_test_add_func("/modules/variables/set/unverified", test_set_unverified);
    g_test_add_func("/modules/variables/set/no-such-label", test_no_such_label);
    g_test_add_func("/modules/variables/refused", test_refused);
    return g_test_run();
}
