/* test-module-hello.c - the shipped module hello. */

#include "daemon/module-harness.h"

static void
test_hello(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start(
        "hello", "{ match = \"1\"; handler = \"hello\"; },\n"
                 "{ match = \"2\"; handler = \"hello\"; settings = { file = \"vm-goodbye\"; }; }");
    g_autoptr(PbxResult) plain = test_module_call(daemon, "extension 1\n"
                                                          "strict\n"
                                                          "expect ANSWER\n"
                                                          "expect STREAM FILE hello-world \"\"\n"
                                                          "expect HANGUP\n");
    g_autoptr(PbxResult) other = test_module_call(daemon, "extension 2\n"
                                                          "strict\n"
                                                          "expect ANSWER\n"
                                                          "expect STREAM FILE vm-goodbye \"\"\n"
                                                          "expect HANGUP\n");

    g_assert_true(plain->is_hung_up);
    g_assert_true(other->is_hung_up);
}

static void
test_missing_file(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("hello", "{ match = \"1\"; handler = \"hello\"; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "missing file hello-world\n"
                                                           "forbid HANGUP\n");

    g_assert_cmpstr(result->status, ==, "FAILURE");
    assert_variable(result, "CAPELLA_STATUS", "ERROR");
}

static void
test_hangup(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("hello", "{ match = \"1\"; handler = \"hello\"; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "hangup 0.5s during \"hello-world\"\n"
                                                           "forbid HANGUP\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(daemon, "Call hung up");
}

static void
test_refused(void)
{
    test_module_assert_refused("hello",
                               "{ match = \"1\"; handler = \"hello\"; settings = { file = 5; }; }",
                               "file: is a whole number, must be a string");
    test_module_assert_refused(
        "hello", "{ match = \"1\"; handler = \"hello\"; settings = { files = \"x\"; }; }",
        "known are: file");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modules/hello/calls", test_hello);
    g_test_add_func("/modules/hello/missing-file", test_missing_file);
    g_test_add_func("/modules/hello/hangup", test_hangup);
    g_test_add_func("/modules/hello/refused", test_refused);
    return g_test_run();
}
