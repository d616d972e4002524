/* test-call.c - `capella call` from end to end: what it shows, what it says, how it exits. */

#include "program.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* An environment of a few lines that are the same each time. */
static const char few_lines[] =
    "speed instant\nchannel X/1\nwithout agi_request\nwithout agi_uniqueid\nwithout agi_version\n"
    "without agi_callingpres\nwithout agi_callingani2\nwithout agi_callington\n"
    "without agi_callingtns\nwithout agi_dnid\nwithout agi_rdnis\nwithout agi_priority\n"
    "without agi_enhanced\nwithout agi_accountcode\nwithout agi_threadid\n";

static const char short_call[] = "> ANSWER\n< 200 result=0\n> GET DATA \"enter-pin\"\n"
                                 "< 200 result=12\n> SET VARIABLE PIN \"1\\\"2\"\n"
                                 "< 200 result=1\n";

static const char short_call_shown[] = "   0.000 < agi_network: yes\n"
                                       "   0.000 < agi_network_script: 1000\n"
                                       "   0.000 < agi_channel: X/1\n"
                                       "   0.000 < agi_language: en\n"
                                       "   0.000 < agi_type: X\n"
                                       "   0.000 < agi_callerid: 555\n"
                                       "   0.000 < agi_calleridname: J\\xc3rg\n"
                                       "   0.000 < agi_context: default\n"
                                       "   0.000 < agi_extension: 1000\n"
                                       "   0.000 <\n"
                                       "   0.000 > ANSWER\n"
                                       "   0.000 < 200 result=0\n"
                                       "   0.000 > GET DATA \"enter-pin\"\n"
                                       "   0.100 * the caller presses 1\n"
                                       "   0.200 * the caller presses 2\n"
                                       "   0.300 * the caller presses #\n"
                                       "   0.300 < 200 result=12\n"
                                       "   0.300 > SET VARIABLE PIN \"1\\\"2\"\n"
                                       "   0.300 < 200 result=1\n"
                                       "   0.300 < HANGUP\n"
                                       "\n"
                                       "The server ended the call: AGISTATUS is SUCCESS.\n"
                                       "  duration:   0.300 s, 3 commands\n"
                                       "  dialplan:   goes on at default,1000,2\n"
                                       "  variables:  PIN=1\"2\n";

static void
test_shown(void)
{
    g_autofree char *path = program_write_file(few_lines);
    g_auto(ProgramRun) run = {0};
    ProgramServer server = {0};

    program_server_start(&server, short_call);
    program_run(&run, (const char *const[]){"call", server.url, "--script", path, "--press", "12#",
                                            "--var", "CALLERID(num)=555", "--var",
                                            "CALLERID(name)=J\xc3rg", NULL});
    program_server_join(&server);
    g_assert_cmpstr(run.errors, ==, "");
    g_assert_cmpstr(run.output, ==, short_call_shown);
    g_assert_cmpint(run.code, ==, EX_OK);
    g_unlink(path);
}

/* What the caller does, what the server says, how it exits, and a part of what is said of it. */
static const struct {
    const char *name;
    const char *options[8];
    const char *script;
    const char *conversation;
    int code;
    const char *said;
} call_cases[] = {
    {"success",
     {"--speed", "instant"},
     NULL,
     "> NOOP\n< 200 result=0\n",
     EX_OK,
     "AGISTATUS is SUCCESS.\n  duration:   0.000 s, 1 command\n"},
    {"failure",
     {"--speed", "instant"},
     "missing file a",
     "> STREAM FILE a \"\"\n"
     "< 200 result=-1 endpos=0\n",
     1,
     "AGISTATUS is FAILURE."},
    {"refused-by-the-server",
     {"--speed", "instant"},
     NULL,
     "> failure: full\n",
     1,
     "The server refused the call: AGISTATUS is FAILURE."},
    {"failure-expected",
     {"--speed", "instant"},
     "missing file a\nexpect status FAILURE",
     "> STREAM FILE a \"\"\n< 200 result=-1 endpos=0\n",
     EX_OK,
     "AGISTATUS is FAILURE."},
    {"unmet",
     {"--speed", "instant"},
     "expect ANSWER",
     "> NOOP\n< 200 result=0\n",
     2,
     "  not met:    "},
    {"hangup",
     {"--speed", "instant", "--hangup-after", "150"},
     NULL,
     "> WAIT FOR DIGIT -1\n< 200 result=-1\n< HANGUP\n",
     EX_OK,
     "AGISTATUS is HANGUP.\n  duration:   150.000 s, 1 command\n"
     "  dialplan:   ends, since the channel is hung up\n"},
    {"lost-keys",
     {"--speed", "instant"},
     "press 1 at 0s\npress #",
     "> WAIT FOR DIGIT 5000\n< 200 result=35\n",
     EX_OK,
     "  keys:       nobody took 1\n"},
    {"places",
     {"--extension", "5", "--context", "in", "--caller", "7", "--speed", "100"},
     NULL,
     "> EXEC Wait 5\n< 200 result=0\n",
     EX_OK,
     "  dialplan:   goes on at in,5,2\n"},
    {"timeout",
     {"--timeout", "0.05"},
     NULL,
     "> NOOP\n< 200 result=0\n. end\n= close\n",
     2,
     "The PBX gave up: AGISTATUS is SUCCESS."},
    {"quiet", {"--quiet", "--speed", "instant"}, NULL, "> NOOP\n< 200 result=0\n", EX_OK, NULL},
    {"quiet-about-the-good-only",
     {"--quiet", "--speed", "instant"},
     "expect ANSWER",
     "> NOOP\n< 200 result=0\n",
     2,
     "The server ended the call: AGISTATUS is SUCCESS.\n"},
    {"colour",
     {"--color=always", "--speed", "instant"},
     NULL,
     "> NOOP\n< 200 result=0\n",
     EX_OK,
     "\033[1;36m> NOOP\033[0m\n"},
};

static void
test_call(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_autofree char *path =
        program_write_file(call_cases[i].script != NULL ? call_cases[i].script : "");
    g_auto(ProgramRun) run = {0};
    ProgramServer server = {0};

    program_server_start(&server, call_cases[i].conversation);
    g_ptr_array_add(arguments, (gpointer) "call");
    g_ptr_array_add(arguments, server.url);
    for (guint n = 0; n < G_N_ELEMENTS(call_cases[i].options); n++) {
        if (call_cases[i].options[n] != NULL)
            g_ptr_array_add(arguments, (gpointer) call_cases[i].options[n]);
    }
    g_ptr_array_add(arguments, (gpointer) "--script");
    g_ptr_array_add(arguments, path);
    g_ptr_array_add(arguments, NULL);
    program_run(&run, (const char *const *) arguments->pdata);
    program_server_join(&server);
    g_test_message("%s", run.output);
    g_assert_cmpstr(run.errors, ==, "");
    g_assert_cmpint(run.code, ==, call_cases[i].code);
    if (call_cases[i].said == NULL)
        g_assert_cmpstr(run.output, ==, "");
    else
        g_assert_nonnull(strstr(run.output, call_cases[i].said));
    g_unlink(path);
}

/* Arguments that come to no call, the exit code, and a part of what is said of them. */
static const struct {
    const char *name;
    const char *arguments[8];
    int code;
    const char *said;
} error_cases[] = {
    {"no-place", {"call"}, EX_USAGE, "capella: call where?"},
    {"two-places", {"call", "agi://a/", "b"}, EX_USAGE, "capella: \"b\" is too much"},
    {"wrong-place", {"call", "http://a/"}, EX_USAGE, "it begins with agi://"},
    {"wrong-option", {"call", "agi://a/", "--frobnicate"}, EX_USAGE, "see capella call --help"},
    {"wrong-colour",
     {"call", "agi://a/", "--color", "blue"},
     EX_USAGE,
     "--color is auto, always or never, not \"blue\""},
    {"wrong-variable", {"call", "agi://a/", "--var", "X"}, EX_DATAERR, "--var X: write NAME=VALUE"},
    {"wrong-keys",
     {"call", "agi://a/", "--press", "xyz"},
     EX_DATAERR,
     "--press: press: \"xyz\" cannot be pressed"},
    {"wrong-hangup",
     {"call", "agi://a/", "--hangup-after", "soon"},
     EX_DATAERR,
     "--hangup-after: hangup: \"soon\" is no time"},
    {"wrong-speed",
     {"call", "agi://a/", "--speed", "fast"},
     EX_DATAERR,
     "--speed: speed: \"fast\" is no speed"},
    {"no-script",
     {"call", "agi://a/", "--script", "/nosuch"},
     EX_NOINPUT,
     "capella: the script cannot be read: "},
    {"no-record",
     {"call", "agi://a/", "--replay", "/nosuch"},
     EX_NOINPUT,
     "capella: the script cannot be read: "},
    {"unknown-host",
     {"call", "agi://nosuch.invalid/"},
     EX_NOHOST,
     "the host \"nosuch.invalid\" is unknown"},
    {"nobody-there",
     {"call", "unix:/nosuch/socket"},
     EX_UNAVAILABLE,
     "cannot connect to /nosuch/socket"},
};

static void
test_error(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_auto(ProgramRun) run = {0};

    program_run(&run, error_cases[i].arguments);
    g_test_message("%s", run.errors);
    g_assert_cmpint(run.code, ==, error_cases[i].code);
    g_assert_nonnull(strstr(run.errors, error_cases[i].said));
    g_assert_cmpstr(run.output, ==, "");
}

static void
test_wrong_script(void)
{
    g_autofree char *path = program_write_file("bad\nextension 5\nworse\n");
    g_autofree char *said = g_strdup_printf("capella: %s:1: \"bad\" is nothing that a script can "
                                            "say\n%s:3: \"worse\" is nothing that a script can "
                                            "say\n",
                                            path, path);
    g_auto(ProgramRun) run = {0};

    program_run(&run, (const char *const[]){"call", "agi://a/", "--script", path, NULL});
    g_assert_cmpstr(run.errors, ==, said);
    g_assert_cmpint(run.code, ==, EX_DATAERR);
    g_unlink(path);
}

/* Calls, with a file to record to or to replay, and returns the exit code. */
static int
call_with_file(const char *option, const char *path, const char *conversation)
{
    g_auto(ProgramRun) run = {0};
    ProgramServer server = {0};
    g_autofree char *place = NULL;

    program_server_start(&server, conversation);
    place = g_strconcat(server.url, ",one,two", NULL);
    program_run(&run,
                (const char *const[]){"call", place, option, path, "--speed", "instant", NULL});
    program_server_join(&server);
    g_test_message("%s", run.output);
    return run.code;
}

static void
test_record(void)
{
    g_autofree char *path = program_write_file("");
    g_autofree char *script = NULL;

    g_assert_cmpint(call_with_file("--record", path, "> GET VARIABLE X\n< 200 result=0\n"), ==,
                    EX_OK);
    g_assert_true(g_file_get_contents(path, &script, NULL, NULL));
    g_assert_nonnull(strstr(script, "expect GET VARIABLE \"X\": \"200 result=0\\n\"\n"));
    g_assert_nonnull(strstr(script, "argument \"one\"\nargument \"two\"\nexpect "));
    g_assert_cmpint(call_with_file("--replay", path, "> GET VARIABLE X\n< 200 result=0\n"), ==,
                    EX_OK);
    g_assert_cmpint(call_with_file("--replay", path, "> GET VARIABLE Y\n< 200 result=0\n"), ==, 2);
    g_assert_cmpint(call_with_file("--record", "/nosuch/file", "> NOOP\n< 200 result=0\n"), ==,
                    EX_CANTCREAT);
    g_unlink(path);
}

/* Reads what the program says up to a line with @part in it. */
static void
read_up_to(int output, const char *part)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char byte = '\0';

    while (strstr(line->str, part) == NULL || byte != '\n') {
        if (byte == '\n')
            g_string_truncate(line, 0);
        g_assert_cmpint(read(output, &byte, 1), ==, 1);
        g_string_append_c(line, byte);
    }
}

static void
read_to_end(int output)
{
    char bytes[4096];

    while (read(output, bytes, sizeof bytes) > 0)
        continue;
}

/* What Ctrl-C does to a call that waits for the server, once or twice. */
static void
interrupt(const char *conversation, guint times, int code)
{
    ProgramServer server = {0};
    GPid process = 0;
    int output = -1;

    program_server_start(&server, conversation);
    process = program_start((const char *const[]){"call", server.url, NULL}, &output, NULL);
    read_up_to(output, "< 200 result=0");
    kill(process, SIGINT);
    if (times > 1) {
        read_up_to(output, "< HANGUP");
        kill(process, SIGINT);
    }
    read_to_end(output);
    program_server_join(&server);
    g_assert_cmpint(program_wait(process), ==, code);
    close(output);
}

static void
test_interrupt(void)
{
    interrupt("> NOOP\n< 200 result=0\n< HANGUP\n", 1, EX_OK);
    interrupt("> NOOP\n< 200 result=0\n< HANGUP\n. end\n= close\n", 2, 2);
}

static void
test_help(void)
{
    g_auto(ProgramRun) run = {0};

    program_run(&run, (const char *const[]){"call", "--help", NULL});
    g_assert_cmpint(run.code, ==, EX_OK);
    g_assert_nonnull(strstr(run.output, "capella call [OPTION"));
    g_assert_nonnull(strstr(run.output, "--hangup-after=SECONDS"));
    g_assert_nonnull(strstr(run.output, "Exit codes:"));
}

static void
test_directives(void)
{
    g_auto(ProgramRun) run = {0};

    program_run(&run, (const char *const[]){"call", "--directives", NULL});
    g_assert_cmpint(run.code, ==, EX_OK);
    g_assert_nonnull(strstr(run.output, "speed NUMBER | instant\n        How fast time passes"));
}

static void
add_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(call_cases); i++) {
        g_autofree char *path = g_strconcat("/capella/call/", call_cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_call);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(error_cases); i++) {
        g_autofree char *path = g_strconcat("/capella/call/error/", error_cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_error);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_test_add_func("/capella/call/shown", test_shown);
    add_cases();
    g_test_add_func("/capella/call/error/wrong-script", test_wrong_script);
    g_test_add_func("/capella/call/record", test_record);
    g_test_add_func("/capella/call/interrupt", test_interrupt);
    g_test_add_func("/capella/call/help", test_help);
    g_test_add_func("/capella/call/directives", test_directives);
    return g_test_run();
}
