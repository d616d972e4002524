/* test-call.c - whole sessions with the simulated PBX, as Asterisk 22 holds them. */

#include "transcript.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const TranscriptCase cases[] = {
    {"environment",
     "speed instant\n"
     "channel PJSIP/alice-00000007\nuniqueid 1795433707.14\nversion 22.4.1\n"
     "caller 5551234\ncallername \"Ann \\\"A\\\" Smith\"\ndialed 100\ncontext incoming\n"
     "extension 100\npriority 2\nargument one\nargument \"\"\nagi_later \"a: b\"\n"
     "without agi_request\nwithout agi_network",
     "< agi_channel: PJSIP/alice-00000007\n"
     "< agi_language: en\n< agi_type: PJSIP\n< agi_uniqueid: 1795433707.14\n"
     "< agi_version: 22.4.1\n< agi_callerid: 5551234\n< agi_calleridname: Ann \"A\" Smith\n"
     "< agi_callingpres: 0\n< agi_callingani2: 0\n< agi_callington: 0\n< agi_callingtns: 0\n"
     "< agi_dnid: 100\n< agi_rdnis: unknown\n< agi_context: incoming\n< agi_extension: 100\n"
     "< agi_priority: 2\n< agi_enhanced: 0.0\n< agi_accountcode: \n"
     "< agi_threadid: 140301463004864\n< agi_arg_1: one\n< agi_arg_2: \n< agi_later: a: b\n< \n",
     "SUCCESS", "incoming,100,3"},
    {"small-session",
     "speed instant\ncaller 5551234\nlabel pinok 7\nfile welcome 2.16s\n"
     "press 12 during \"enter-pin\"",
     "> ANSWER\n< 200 result=0\n"
     "> STREAM FILE \"welcome\" \"12\"\n< 200 result=0 endpos=17280\n"
     "> GET DATA \"enter-pin\" 5000 4\n< 200 result=12 (timeout)\n"
     "> SET VARIABLE \"PIN\" \"12\"\n< 200 result=1\n"
     "> GET VARIABLE \"CALLERID(num)\"\n< 200 result=1 (5551234)\n"
     "> SET PRIORITY \"pinok\"\n< 200 result=0\n",
     "SUCCESS", "default,s,7"},
    {"usage-in-a-line", "speed instant",
     "> SAY DIGITS\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> NOOP\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"usage-in-a-block", "speed instant\ndocumented",
     "> SAY DIGITS\n< 520-Invalid command syntax.  Proper usage follows:\n"
     "< [Syntax]\n< SAY DIGITS digits escape-digits\n< \n< [Result]\n"
     "< <literal>-1</literal> where it fails.\n< \n< 520 End of proper usage.\n"
     "> NOOP\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup-in-a-command",
     "speed instant\nfile long-announcement 10s\nhangup 1.5s into STREAM FILE",
     "> STREAM FILE \"long-announcement\" \"\"\n< 200 result=-1 endpos=12000\n< HANGUP\n"
     "> STREAM FILE \"beep\" \"\"\n"
     "< 511 Command Not Permitted on a dead channel or intercept routine\n"
     "> SET VARIABLE \"REASON\" \"gone\"\n< 200 result=1\n",
     "HANGUP", NULL},
    {"hangup-between-commands", "speed instant\nhangup before GET VARIABLE",
     "> GET VARIABLE \"X\"\n< HANGUP\n< 200 result=0\n", "HANGUP", NULL},
    {"hangup-when-idle", "speed instant\nhangup after ANSWER",
     "> ANSWER\n< 200 result=0\n< HANGUP\n", "HANGUP", NULL},
    {"hangup-by-command", "speed instant",
     "> HANGUP\n< 200 result=1\n< HANGUP\n> NOOP\n< 200 result=0\n", "HANGUP", NULL},
    {"dead-from-the-start", "speed instant\ndead",
     "> ANSWER\n< 511 Command Not Permitted on a dead channel or intercept routine\n"
     "> GET VARIABLE EXTEN\n< 200 result=1 (s)\n",
     "SUCCESS", NULL},
    {"quoting", "speed instant",
     "> SET VARIABLE \"v\" \"a \\\"q\\\" \\\\ b\"\n< 200 result=1\n"
     "> GET VARIABLE \"v\"\n< 200 result=1 (a \"q\" \\ b)\n"
     "> SET CALLERID \"\\\"Ann\\\" <5551234>\"\n< 200 result=1\n"
     "> GET VARIABLE CALLERID(name)\n< 200 result=1 (Ann)\n"
     "> get variable callerid(num)\n< 200 result=0\n"
     "> get variable \"CALLERID(all)\"\n< 200 result=1 (\"Ann\" <5551234>)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"value-over-lines", "speed instant\nvariable NOTES \"one\\ntwo\\n\\nthree\"",
     "> GET VARIABLE \"NOTES\"\n< 200 result=1 (one\n< two\n< \n< three)\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"subroutine", "speed instant\nsubroutine sub-lookup,s,1 takes 1s returns found",
     "> GOSUB \"sub-lookup\" \"s\" \"1\" \"4711\"\n< 100 result=0 Trying...\n"
     "< 200 result=0 Gosub complete\n> GET VARIABLE \"GOSUB_RETVAL\"\n< 200 result=1 (found)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"subroutine-that-leaves", "speed instant\nsubroutine a,s,1 leaves",
     "> GOSUB a s 1\n< 100 result=0 Trying...\n< 200 result=0 Gosub complete (abnormal exit)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"subroutine-missing", "speed instant",
     "> GOSUB a s 1\n< 200 result=-1 Gosub label not found\n", "FAILURE", TRANSCRIPT_NEXT},
    {"cut-playback", "file long 1h",
     "> STREAM FILE \"long\" \"\"\n@ command\n> NOOP\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"cut-collection", "file long 1h", "> GET DATA \"long\"\n@ command\n> NOOP\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"cut-option-while-playing", "file long 1h",
     "> GET OPTION \"long\" 1\n@ command\n> NOOP\n< 200 result=0\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"cut-option-while-waiting", "file short 0s",
     "> GET OPTION \"short\" 1 3600000\n@ command\n> NOOP\n"
     "< 200 result=0 endpos=0\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"cut-wait", "", "> WAIT FOR DIGIT -1\n@ command\n> NOOP\n< 200 result=1\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"closing-cuts-a-wait", "", "> WAIT FOR DIGIT -1\n@ command\n= half\n< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"saying-is-not-cut", "saying 0.01s",
     "> SAY DIGITS 12345 \"\"\n@ command\n> NOOP\n< 200 result=0\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"another-extension", "speed instant", "> SET EXTENSION 5\n< 200 result=0\n", "SUCCESS",
     "default,5,2"},
    {"failure-line", "speed instant", "> Failure, for no reason\n", "FAILURE", TRANSCRIPT_NEXT},
    {"unknown-commands", "speed instant",
     "> FROBNICATE\n< 510 Invalid or unknown command\n> \n< 510 Invalid or unknown command\n"
     "> GET\n< 510 Invalid or unknown command\n> ANSWER\r\n< 510 Invalid or unknown command\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"failing-command", "speed instant\nmissing file nosuch",
     "> STREAM FILE nosuch \"\" 80\n< 200 result=-1 endpos=80\n> NOOP\n< 200 result=0\n", "FAILURE",
     TRANSCRIPT_NEXT},
    {"autohangup", "speed instant\nfile long 1000s",
     "> SET AUTOHANGUP 250\n< 200 result=0\n> STREAM FILE long \"\"\n"
     "< 200 result=-1 endpos=2000000\n< HANGUP\n",
     "HANGUP", NULL},
    {"autohangup-off", "speed instant\nfile long 1000s",
     "> SET AUTOHANGUP 250\n< 200 result=0\n> SET AUTOHANGUP 0\n< 200 result=0\n"
     "> STREAM FILE long \"\"\n< 200 result=0 endpos=8000000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

/* AGISIGHUP=no: not a single HANGUP line. */
static void
test_no_hangup_line(void)
{
    g_autoptr(PbxResult) result =
        transcript_run_to_end("speed instant\nvariable AGISIGHUP no\nhangup before NOOP",
                              "> NOOP\n< 200 result=0\n= half\n");
    g_autofree char *conversation = pbx_result_dup_conversation(result);

    g_assert_cmpstr(result->status, ==, "HANGUP");
    g_assert_null(strstr(conversation, "HANGUP"));
}

/* AGIEXITONHANGUP: HANGUP twice, and the connection is closed. */
static void
test_exit_on_hangup(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\nvariable AGIEXITONHANGUP yes\nhangup after NOOP",
                       "> NOOP\n< 200 result=0\n< HANGUP\n");

    g_assert_cmpint(result->ending, ==, PBX_ENDED_BY_HANGUP);
    g_assert_cmpstr(result->status, ==, "HANGUP");
}

/* Of two commands in one piece the second is seen when more bytes come. */
static void
test_pipelined(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant", "+ NOOP\n> ANSWER\n< 200 result=0\n> GET VARIABLE X\n"
                                        "< 200 result=0\n< 200 result=0\n");

    g_assert_cmpuint(result->n_commands, ==, 3);
}

static char *
make_line(gsize length)
{
    g_autofree char *value = g_strnfill(length - strlen("SET VARIABLE v "), 'x');

    return g_strconcat("SET VARIABLE v ", value, NULL);
}

/* Lines up to the limit are run; from there on they are cut, and the rest is a command too. */
static void
check_limit(const char *version, gsize limit)
{
    g_autofree char *script = g_strdup_printf("speed instant\nversion %s", version);
    g_autofree char *longest = make_line(limit);
    g_autofree char *longer = make_line(limit + 1);
    g_autofree char *conversation =
        g_strdup_printf("> %s\n< 200 result=1\n> %s\n< 200 result=1\n> NOOP\n"
                        "< 510 Invalid or unknown command\n< 200 result=0\n",
                        longest, longer);
    g_autoptr(PbxResult) result = transcript_run(script, conversation);

    g_assert_cmpuint(strlen(pbx_result_get_variable(result, "v")), ==,
                     limit + 1 - strlen("SET VARIABLE v "));
}

static void
test_limits(void)
{
    check_limit("22.6.0", 8190);
    check_limit("20.16.1", 8190);
    check_limit("23.0.0", 8190);
    check_limit("22.5.2", 2046);
    check_limit("18.9-cert5", 2046);
}

/* Bytes behind the last LF are a command when the server ends its side. */
static void
test_unfinished_line(void)
{
    int fds[2] = {-1, -1};
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autoptr(PbxCall) call = pbx_call_new(script);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) result = NULL;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    g_assert_cmpint(write(fds[0], "SET EXTENSION 7", 15), ==, 15);
    shutdown(fds[0], SHUT_WR);
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    g_assert_cmpstr(result->extension, ==, "7");
    close(fds[0]);
}

/* A NUL hides the rest of its line, and glues the next one on. */
static void
test_nul(void)
{
    int fds[2] = {-1, -1};
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autoptr(PbxCall) call = pbx_call_new(script);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) result = NULL;
    const char bytes[] = "SET EXTENSION 7\0junk\n8\n";

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    g_assert_cmpint(write(fds[0], bytes, sizeof bytes - 1), ==, sizeof bytes - 1);
    shutdown(fds[0], SHUT_WR);
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    g_assert_cmpstr(result->extension, ==, "78");
    close(fds[0]);
}

static void
test_timeout(void)
{
    g_autoptr(PbxResult) result =
        transcript_run_to_end("timeout 0.05s", "> NOOP\n< 200 result=0\n. end\n");

    g_assert_cmpint(result->ending, ==, PBX_ENDED_BY_TIMEOUT);
    g_assert_cmpuint(result->unmet->len, ==, 1);
}

static void
test_once(void)
{
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autoptr(PbxCall) call = pbx_call_new(script);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) result = NULL;
    int fds[2] = {-1, -1};

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    close(fds[0]);
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    g_assert_null(pbx_call_run(call, fds[1], &error));
    g_assert_nonnull(error);
    close(fds[0]);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/call/", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/call/no-hangup-line", test_no_hangup_line);
    g_test_add_func("/pbx/call/exit-on-hangup", test_exit_on_hangup);
    g_test_add_func("/pbx/call/pipelined", test_pipelined);
    g_test_add_func("/pbx/call/limits", test_limits);
    g_test_add_func("/pbx/call/unfinished-line", test_unfinished_line);
    g_test_add_func("/pbx/call/nul", test_nul);
    g_test_add_func("/pbx/call/timeout", test_timeout);
    g_test_add_func("/pbx/call/once", test_once);
    return g_test_run();
}
