/* test-module-digits.c - the shipped module digits. */

#include "daemon/module-harness.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *settings;
    const char *script;
    const char *digits; /* in the variable NUMBER */
} ReadCase;

#define NUMBER "variable = \"NUMBER\"; "

static const ReadCase read_cases[] = {
    {"fallbacks", NUMBER,
     "press 123#\n"
     "expect ANSWER\n"
     "expect GET DATA beep 5000\n"
     "expect SET VARIABLE NUMBER 123\n"
     "expect SAY DIGITS 123 \"\"\n",
     "123"},
    {"maximum", NUMBER "prompt = \"vm-password\"; timeout = 2.5; maximum = 4;",
     "press 1234\n"
     "expect ANSWER\n"
     "expect GET DATA vm-password 2500 4\n"
     "expect SET VARIABLE NUMBER 1234\n"
     "expect SAY DIGITS 1234 \"\"\n",
     "1234"},
    {"star-first", NUMBER,
     "press *12#\n"
     "expect ANSWER\n"
     "expect GET DATA beep 5000\n"
     "expect SET VARIABLE NUMBER *12\n"
     "expect SAY ALPHA *12 \"\"\n",
     "*12"},
    {"not-repeated", NUMBER "repeat = false;",
     "press 1#\n"
     "expect ANSWER\n"
     "expect GET DATA beep 5000\n"
     "expect SET VARIABLE NUMBER 1\n",
     "1"},
    {"silence", NUMBER,
     "expect ANSWER\n"
     "expect GET DATA beep 5000\n"
     "expect GET DATA beep 5000\n"
     "expect GET DATA beep 5000\n"
     "expect SET VARIABLE NUMBER \"\"\n",
     ""},
    {"second-attempt", NUMBER "attempts = 2; minimum = 3; invalid = \"pm-invalid-option\";",
     "expect ANSWER\n"
     "expect GET DATA beep 5000: 200 result=12\n"
     "expect STREAM FILE pm-invalid-option \"\"\n"
     "expect GET DATA beep 5000: 200 result=123\n"
     "expect SET VARIABLE NUMBER 123\n"
     "expect SAY DIGITS 123 \"\"\n",
     "123"},
    {"too-short", NUMBER "attempts = 1; minimum = 3;",
     "expect ANSWER\n"
     "expect GET DATA beep 5000: 200 result=12\n"
     "expect SET VARIABLE NUMBER \"\"\n",
     ""},
    {"none-wanted", NUMBER "minimum = 0;",
     "press #\n"
     "expect ANSWER\n"
     "expect GET DATA beep 5000\n"
     "expect SET VARIABLE NUMBER \"\"\n",
     ""},
};

static void
test_read(gconstpointer data)
{
    const ReadCase *expected = data;
    g_autofree char *extension = g_strdup_printf(
        "{ match = \"1\"; handler = \"digits.read\"; settings = { %s }; }", expected->settings);
    g_autofree char *script = g_strconcat("extension 1\nstrict\n", expected->script, NULL);
    g_autoptr(TestDaemon) daemon = test_module_start("digits", extension);
    g_autoptr(PbxResult) result = test_module_call(daemon, script);

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "NUMBER", expected->digits);
}

static void
test_usual_variable(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("digits", "{ match = \"1\"; handler = \"digits.read\"; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\npress 77#\n");

    assert_variable(result, "DIGITS", "77");
}

/* With the trace on, what is confidential is seen nowhere in the log. */
static void
test_confidential(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("digits", "{ match = \"1\"; handler = \"digits.read\"; trace = true;\n"
                                    "  settings = { confidential = true; }; },\n"
                                    "{ match = \"2\"; handler = \"digits.read\"; trace = true; }");
    g_autoptr(PbxResult) hidden = test_module_call(daemon, "extension 1\npress 8642#\n");
    g_autoptr(PbxResult) seen = test_module_call(daemon, "extension 2\npress 7531#\n");

    assert_variable(hidden, "DIGITS", "8642");
    assert_variable(seen, "DIGITS", "7531");
    test_daemon_wait_log(daemon, "SAY DIGITS \"7531\"");
    g_assert_true(test_daemon_has_logged(daemon, "***"));
    g_assert_false(test_daemon_has_logged(daemon, "8642"));
}

static void
test_hangup(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("digits", "{ match = \"1\"; handler = \"digits.read\"; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "press 12\n"
                                                           "hangup 3s during GET DATA\n"
                                                           "forbid SET VARIABLE DIGITS *\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(daemon, "Call hung up");
}

#define CALLERS 20

static gint64
get_number(PbxResult *result)
{
    g_autofree char *command = test_module_dup_command(result, "SAY NUMBER ", 0);

    g_assert_nonnull(command);
    return g_ascii_strtoll(command + strlen("SAY NUMBER "), NULL, 10);
}

/* Each of many callers at once hears a number of its own. */
static void
test_count(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("digits", "{ match = \"1\"; handler = \"digits.count\";\n"
                                    "  settings = { wait = 0.05; }; },\n"
                                    "{ match = \"2\"; handler = \"digits.read\"; }");
    g_autoptr(PbxResult) reader = test_module_call(daemon, "extension 2\npress 1#\n");
    TestCall *calls[CALLERS];
    gboolean has_come[CALLERS + 2] = {FALSE};

    for (guint i = 0; i < CALLERS; i++)
        calls[i] = test_daemon_begin_call(daemon, "extension 1\nstrict\nexpect ANSWER\n"
                                                  "expect SAY NUMBER * \"\"\n");
    for (guint i = 0; i < CALLERS; i++) {
        g_autoptr(PbxResult) result = test_module_join(calls[i]);
        gint64 number = get_number(result);

        g_assert_cmpint(number, >=, 2);
        g_assert_cmpint(number, <=, CALLERS + 1);
        g_assert_false(has_come[number]);
        has_come[number] = TRUE;
    }
}

/* Two instances of the module count apart. */
static void
test_instances(void)
{
    g_autofree char *path = test_module_get_path("digits");
    g_autofree char *configuration = g_strdup_printf(
        "modules = ( { path = \"%s\"; }, { path = \"%s\"; name = \"other\"; } );\n"
        "extensions = (\n"
        "  { match = \"1\"; handler = \"digits.count\"; settings = { wait = 0; }; },\n"
        "  { match = \"2\"; handler = \"other.count\"; settings = { wait = 0; }; }\n"
        ");\n",
        path, path);
    g_autoptr(TestDaemon) daemon = test_daemon_start(configuration);
    static const char *const scripts[] = {
        "extension 1\nexpect SAY NUMBER 1 \"\"\n", "extension 1\nexpect SAY NUMBER 2 \"\"\n",
        "extension 2\nexpect SAY NUMBER 1 \"\"\n", "extension 1\nexpect SAY NUMBER 3 \"\"\n"};

    for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autoptr(PbxResult) result = test_module_call(daemon, scripts[i]);

        g_assert_cmpstr(result->status, ==, "SUCCESS");
    }
}

static void
test_count_hangup(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("digits", "{ match = \"1\"; handler = \"digits.count\";\n"
                                    "  settings = { wait = 3600.0; }; }");
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nhangup after ANSWER\nforbid SAY NUMBER\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
}

static void
test_refused(void)
{
#define READ(settings) "{ match = \"1\"; handler = \"digits.read\"; settings = { " settings " }; }"
    test_module_assert_refused("digits", READ("minimum = 5; maximum = 4;"),
                               "minimum: must not exceed maximum, which is 4");
    test_module_assert_refused("digits", READ("maximum = 1024;"), "maximum: is 1024");
    test_module_assert_refused("digits", READ("timeout = 0.0;"), "timeout: is 0");
    test_module_assert_refused("digits", READ("attempts = 0;"), "attempts: is 0");
    test_module_assert_refused("digits", "{ match = \"1\"; handler = \"digits\"; }",
                               "digits.read, digits.count");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(read_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/digits/read/", read_cases[i].name, NULL);

        g_test_add_data_func(path, &read_cases[i], test_read);
    }
    g_test_add_func("/modules/digits/read/usual-variable", test_usual_variable);
    g_test_add_func("/modules/digits/read/confidential", test_confidential);
    g_test_add_func("/modules/digits/read/hangup", test_hangup);
    g_test_add_func("/modules/digits/count/many-at-once", test_count);
    g_test_add_func("/modules/digits/count/instances", test_instances);
    g_test_add_func("/modules/digits/count/hangup", test_count_hangup);
    g_test_add_func("/modules/digits/refused", test_refused);
    return g_test_run();
}
