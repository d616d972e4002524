/* test-module-exec.c - the shipped module exec: AGI programs of every kind of behaviour. */

#include "daemon/module-harness.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* A program, the file that it may write to ($OUT), and the daemon that runs it. */
typedef struct {
    char *folder;
    char *output;
    TestDaemon *daemon;
} Fixture;

/* What most programs begin with; ask sends a command and keeps the reply. */
#define SH "#!/bin/sh\n"
#define AGI                                                                                        \
    SH "while read -r line && [ -n \"$line\" ]; do :; done\n"                                      \
       "ask() { echo \"$*\"; read -r reply; echo \"$reply\" >>\"$OUT\"; }\n"

static char *
make_extension(const char *folder, const char *settings)
{
    return g_strdup_printf("{ match = \"1\"; handler = \"exec\"; settings = {\n"
                           "  program = \"%s/program\"; environment = \"OUT=%s/out\"; %s }; }",
                           folder, folder, settings);
}

static void
fixture_init(Fixture *fixture, const char *settings, const char *program)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *extension = NULL;
    g_autofree char *path = NULL;

    fixture->folder = g_dir_make_tmp("capella-exec-XXXXXX", &error);
    g_assert_no_error(error);
    test_write_file(fixture->folder, "program", program);
    path = g_build_filename(fixture->folder, "program", NULL);
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
    fixture->output = g_build_filename(fixture->folder, "out", NULL);
    extension = make_extension(fixture->folder, settings);
    fixture->daemon = test_module_start("exec", extension);
}

static void
fixture_clear(Fixture *fixture)
{
    g_clear_pointer(&fixture->daemon, test_daemon_stop);
    test_remove_folder(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static char *
dup_output(const Fixture *fixture)
{
    char *text = NULL;

    return g_file_get_contents(fixture->output, &text, NULL, NULL) ? text : g_strdup("");
}

/* --- Many kinds of programs --- */

typedef struct {
    const char *name;
    const char *settings;
    const char *program;
    const char *call; /* script of the caller */
    const char *status;
    const char *exit_code; /* NULL: not told */
    const char *output;    /* (nullable): what the program wrote */
    const char *log;       /* (nullable): has to be logged */
} ExecCase;

static const ExecCase exec_cases[] = {
    {"well-behaved", "",
     AGI "ask ANSWER\n"
         "ask 'GET VARIABLE \"TARIFF\"'\n"
         "ask 'STREAM FILE \"hello-world\" \"\"'\n"
         "ask SET VARIABLE SERVED yes\n",
     "variable TARIFF \"gold (12)\"\n"
     "strict\n"
     "expect ANSWER\n"
     "expect GET VARIABLE TARIFF\n"
     "expect STREAM FILE hello-world \"\"\n"
     "expect SET VARIABLE SERVED yes\n"
     "expect SET VARIABLE CAPELLA_EXEC_STATUS 0\n",
     "SUCCESS", "0",
     "200 result=0\n200 result=1 (gold (12))\n200 result=0 endpos=8000\n200 result=1\n", NULL},
    {"says-nothing", "", SH "exit 0\n", "", "SUCCESS", "0", NULL, NULL},
    {"ignores-its-input", "", SH "exec <&-\necho ANSWER\nexit 0\n", "expect ANSWER\n", "SUCCESS",
     "0", NULL, NULL},

    /* Replies as they come. */
    {"usage-block", "", AGI "ask SAY DIGITS\nread -r a\necho \"$a\" >>\"$OUT\"\nask NOOP\n",
     "answer SAY DIGITS: \"520-Invalid command syntax.\\nusage\\n520 End of proper usage.\\n\"\n",
     "SUCCESS", "0", "520-Invalid command syntax.\nusage\n520 End of proper usage.\n", NULL},
    {"value-in-lines", "", AGI "ask GET VARIABLE NOTE\nread -r a\necho \"$a\" >>\"$OUT\"\n",
     "answer GET VARIABLE: \"200 result=1 (one\\ntwo)\\n\"\n", "SUCCESS", "0",
     "200 result=1 (one\ntwo)\n", NULL},
    {"interim-reply", "", AGI "ask GOSUB sub s 1\nread -r a\necho \"$a\" >>\"$OUT\"\n",
     "subroutine sub,s,1\n", "SUCCESS", "0",
     "100 result=0 Trying...\n200 result=0 Gosub complete\n", NULL},
    {"unknown-command", "", AGI "ask WALTZ\n", "", "SUCCESS", "0",
     "510 Invalid or unknown command\n", NULL},
    {"application", "", AGI "ask EXEC NoOp hello\nask EXEC NoSuch\n", "", "SUCCESS", "0",
     "200 result=0\n200 result=-2\n", NULL},

    /* Lines that Asterisk could not take, and such that it can just take. */
    {"nul", "", AGI "printf 'NOOP a\\000b\\n'; read -r a; echo \"$a\" >\"$OUT\"\nask NOOP\n",
     "expect NOOP\n", "SUCCESS", "0", "510 Invalid or unknown command\n200 result=0\n",
     "holds LF or NUL"},
    {"over-long", "", AGI "ask \"NOOP $(head -c 8186 /dev/zero | tr '\\0' x)\"\nask NOOP\n",
     "version 22.7.0\nexpect NOOP\n", "SUCCESS", "0",
     "510 Invalid or unknown command\n200 result=0\n", "8191 bytes"},
    {"far-too-long", "", AGI "ask \"NOOP $(head -c 500000 /dev/zero | tr '\\0' x)\"\nask NOOP\n",
     "version 22.7.0\nexpect NOOP\n", "SUCCESS", "0",
     "510 Invalid or unknown command\n200 result=0\n", "8191 bytes"},
    {"just-fits", "", AGI "ask \"NOOP $(head -c 8185 /dev/zero | tr '\\0' x)\"\n",
     "version 22.7.0\nexpect NOOP *\n", "SUCCESS", "0", "200 result=0\n", NULL},
    {"too-long-for-an-old-one", "",
     AGI "ask \"NOOP $(head -c 2042 /dev/zero | tr '\\0' x)\"\n"
         "ask \"NOOP $(head -c 2041 /dev/zero | tr '\\0' x)\"\n",
     "version 20.1.0\nexpect NOOP *\n", "SUCCESS", "0",
     "510 Invalid or unknown command\n200 result=0\n", "2047 bytes"},
    {"many-words", "", AGI "ask \"NOOP $(seq -s ' ' 126)\"\nask \"NOOP $(seq -s ' ' 127)\"\n", "",
     "SUCCESS", "0", "200 result=0\n510 Invalid or unknown command\n", "more than 127 words"},
    {"no-last-line-end", "", AGI "ask ANSWER\nprintf 'SET VARIABLE LAST one'\n",
     "expect ANSWER\nexpect SET VARIABLE LAST one\n", "SUCCESS", "0", "200 result=0\n", NULL},
    {"endless-line", "", SH "head -c 3000000 /dev/zero | tr '\\0' x\nsleep 60\n", "", "FAILURE",
     "143", NULL, "wrote more than 1048576 bytes without the end of a line"},

    /* Ends of every kind. */
    {"exit-code", "", AGI "exit 3\n", "expect variable CAPELLA_STATUS ERROR\n", "FAILURE", "3",
     NULL, "program ended with exit code 3"},
    {"exit-code-that-does-not-matter", "fail_on_exit_code = false;", AGI "exit 3\n", "", "SUCCESS",
     "3", NULL, NULL},
    {"crash", "", AGI "kill -SEGV $$\n", "expect variable CAPELLA_STATUS ERROR\n", "FAILURE", "139",
     NULL, "program ended with exit code 139"},
    {"crash-after-commands", "", AGI "ask ANSWER\necho 'SET VARIABLE A 1'\nkill -KILL $$\n",
     "expect ANSWER\nexpect SET VARIABLE A 1\n", "FAILURE", "137", NULL, NULL},
    {"exits-with-a-command-on-its-way", "", AGI "echo 'STREAM FILE \"long\" \"\"'\nexit 0\n",
     "file long 1000s\nexpect STREAM FILE long *\n", "SUCCESS", "0", NULL, NULL},
    {"never-reads-replies", "",
     AGI "i=0; while [ $i -lt 500 ]; do echo GET VARIABLE LONG; i=$((i + 1)); done\n",
     "variable LONG \"0123456789012345678901234567890123456789012345678901234567890123456789012345"
     "67890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
     "89012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
     "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
     "23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
     "45678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345"
     "67890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
     "8901234567890123456789012345678901234567890123456789012345678901234567890123456789\"\n",
     "SUCCESS", "0", NULL, NULL},
    {"closes-output-early", "",
     AGI "ask ANSWER\nexec >&-\nread -r a\necho end >>\"$OUT\"\nexit 0\n",
     "expect ANSWER\nhangup at 0.5s\nexpect SET VARIABLE CAPELLA_EXEC_STATUS 129\n", "HANGUP",
     "129", "200 result=0\n", NULL},
    {"closes-all-and-goes-on", "",
     AGI "exec <&- >&- 2>&-\nhead -c 100000 /dev/zero | wc -c >>\"$OUT\"\nexit 0\n", "", "SUCCESS",
     "0", "100000\n", NULL},
    {"gives-up", "kill_grace = 60.0;",
     SH "trap 'echo hup >>\"$OUT\"; exit 0' HUP\necho 'failure: no database'\nread -r a\n"
        "while :; do sleep 0.01; done\n",
     "expect variable CAPELLA_STATUS ERROR\n", "FAILURE", "0", "hup\n",
     "program says: failure: no database"},
    {"gives-up-and-stays", "kill_grace = 0.2;",
     SH "trap '' HUP\ntrap 'echo term >>\"$OUT\"; exit 5' TERM\necho FAILURE\n"
        "while :; do sleep 0.01; done\n",
     "", "FAILURE", "5", "term\n", NULL},
    {"no-interpreter", "", "#!/no/such/interpreter\n", "expect variable CAPELLA_STATUS ERROR\n",
     "FAILURE", NULL, NULL, "cannot start"},
    {"no-program-at-all", "", "this is neither a script nor a binary\n",
     "expect variable CAPELLA_STATUS ERROR\n", "FAILURE", NULL, NULL, "Exec format error"},

    /* Its time. */
    {"hangs", "time_limit = 0.3;", AGI "sleep 1000\n",
     "expect variable CAPELLA_STATUS TIMEOUT\nexpect variable CAPELLA_EXEC_STATUS 143\n", "FAILURE",
     "143", NULL, "program: its time is up"},
    {"hangs-and-ignores-the-end", "time_limit = 0.2; kill_grace = 0.2;",
     AGI "trap '' TERM\nwhile :; do sleep 0.01; done\n", "expect variable CAPELLA_STATUS TIMEOUT\n",
     "FAILURE", "137", NULL, NULL},
    {"ends-well-when-its-time-is-up", "time_limit = 0.2; kill_grace = 60.0;",
     AGI "trap 'echo term >>\"$OUT\"; echo last words >&2; exit 9' TERM\n"
         "while :; do sleep 0.01; done\n",
     "expect variable CAPELLA_STATUS TIMEOUT\n", "FAILURE", "9", "term\n", "program: last words"},
    {"time-is-up-in-a-command", "time_limit = 0.3;", AGI "ask 'WAIT FOR DIGIT 60000'\n",
     "speed 1\nexpect variable CAPELLA_STATUS TIMEOUT\n", "FAILURE", "143", NULL,
     "program: WAIT FOR DIGIT: the time of the call is up"},
    {"in-time", "time_limit = 60.0;", AGI "ask ANSWER\n", "expect ANSWER\n", "SUCCESS", "0",
     "200 result=0\n", NULL},

    /* Its standard error. */
    {"log", "", SH "echo 'first line' >&2\nprintf 'second \\000 line' >&2\n", "", "SUCCESS", "0",
     NULL, "program: second   line call=1"},
    {"log-of-long-lines", "",
     SH "head -c 100000 /dev/zero | tr '\\0' x >&2\necho >&2\necho next >&2\n", "", "SUCCESS", "0",
     NULL, "xxx... call=1"},
    {"log-floods", "log_lines = 5;", SH "seq 1 50000 | sed 's/^/flood /' >&2\n", "", "SUCCESS", "0",
     NULL, "program: further lines are not logged"},
    {"log-off", "log_lines = 0;", SH "echo secret >&2\n", "", "SUCCESS", "0", NULL,
     "program: further lines are not logged"},

    /* Hangup. */
    {"hangup-signal", "",
     AGI "trap 'echo hup >>\"$OUT\"; exit 0' HUP\nask ANSWER\n"
         "while :; do sleep 0.01; done\n",
     "hangup after ANSWER\n", "HANGUP", "0", "200 result=0\nhup\n", NULL},
    {"hangup-kills", "", AGI "ask ANSWER\nread -r a\n", "hangup after ANSWER\n", "HANGUP", "129",
     "200 result=0\n", NULL},
    {"hangup-line", "hangup_signal = false; hangup_line = true;",
     AGI "ask ANSWER\nread -r a\necho \"$a\" >>\"$OUT\"\nask NOOP\n", "hangup after ANSWER\n",
     "HANGUP", "0", "200 result=0\nHANGUP\n200 result=0\n", NULL},
    {"hangup-untold", "hangup_signal = false; hangup_grace = 0.3;",
     AGI "ask ANSWER\nread -r a\necho \"$a\" >>\"$OUT\"\n", "hangup after ANSWER\n", "HANGUP",
     "143", "200 result=0\n", "program is ended: it still ran 0.3 s after the hangup"},
    {"hangup-ignored", "hangup_grace = 0.2; kill_grace = 0.2;",
     AGI "trap '' HUP TERM\nask ANSWER\nwhile :; do sleep 0.01; done\n", "hangup after ANSWER\n",
     "HANGUP", "137", "200 result=0\n", "program is ended: it still ran 0.2 s after the hangup"},
    {"hangup-in-a-command", "",
     AGI "trap 'exit 0' HUP\nask 'STREAM FILE \"long\" \"\"'\nread -r a\n",
     "file long 1000s\nhangup 3s during \"long\"\n", "HANGUP", "0", "200 result=-1 endpos=24000\n",
     NULL},
    {"hangup-before-a-reply", "hangup_signal = false;", AGI "ask NOOP\nask NOOP again\n",
     "fault hangup before NOOP\n", "HANGUP", "0", "200 result=0\n200 result=0\n", NULL},
    {"dead-channel", "",
     AGI "trap 'gone=1' HUP\nask ANSWER\nwhile [ -z \"$gone\" ]; do sleep 0.01; done\n"
         "ask SET VARIABLE BILLED yes\nask 'STREAM FILE \"x\" \"\"'\n",
     "hangup after ANSWER\nexpect SET VARIABLE BILLED yes\n", "HANGUP", "0",
     "200 result=0\n200 result=1\n"
     "511 Command Not Permitted on a dead channel or intercept routine\n",
     NULL},
    {"dead-from-the-start", "", AGI "ask SET VARIABLE A 1\n", "dead\n", "SUCCESS", "0",
     "200 result=1\n", NULL},
    {"hangup-untold-by-asterisk", "hangup_grace = 0.1;",
     AGI "ask ANSWER\nask 'STREAM FILE \"x\" \"\"'\n",
     "variable AGISIGHUP no\nhangup after ANSWER\n", "HANGUP", "0",
     "200 result=0\n511 Command Not Permitted on a dead channel or intercept routine\n", NULL},
    {"exit-on-hangup", "", AGI "trap '' HUP\nask ANSWER\ncat >/dev/null\necho end >>\"$OUT\"\n",
     "variable AGIEXITONHANGUP yes\nhangup after ANSWER\n", "HANGUP", NULL, "200 result=0\nend\n",
     NULL},
    {"connection-reset", "", AGI "trap '' HUP\nask ANSWER\ncat >/dev/null\necho end >>\"$OUT\"\n",
     "fault reset after ANSWER\n", NULL, NULL, "200 result=0\nend\n", NULL},
    {"connection-ends-in-a-reply", "",
     AGI "trap '' HUP TERM\necho ANSWER\ncat >/dev/null\necho end >>\"$OUT\"\n",
     "fault close inside ANSWER\n", NULL, NULL, "end\n", NULL},
};

static void
test_exec(gconstpointer data)
{
    const ExecCase *expected = data;
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *script = g_strconcat("extension 1\n", expected->call, NULL);
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *output = NULL;

    fixture_init(&fixture, expected->settings, expected->program);
    result = test_module_call(fixture.daemon, script);
    test_daemon_wait_log(fixture.daemon, " s call=1 ");
    output = dup_output(&fixture);
    if (expected->status != NULL)
        g_assert_cmpstr(result->status, ==, expected->status);
    assert_variable(result, "CAPELLA_EXEC_STATUS", expected->exit_code);
    if (expected->output != NULL)
        g_assert_cmpstr(output, ==, expected->output);
    if (expected->log != NULL)
        test_daemon_wait_log(fixture.daemon, expected->log);
}

/* --- What the program is given --- */

static void
test_environment_block(void)
{
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *expected = NULL;
    g_autofree char *output = NULL;

    fixture_init(&fixture, "arguments = [ \"--fast\", \"\" ];",
                 SH
                 "while IFS= read -r line && [ -n \"$line\" ]; do echo \"$line\"; done >\"$OUT\"\n"
                 "for i; do echo \"<$i>\"; done >>\"$OUT\"\n");
    pbx_result_free(test_module_call(fixture.daemon, "extension 1\n"
                                                     "agi_network_script billing?x=1\n"
                                                     "callername \"Ann \\\"A\\\" Smith\"\n"
                                                     "argument \"two words\"\n"
                                                     "argument \"\"\n"
                                                     "argument \"$(id) `id` ; *\"\n"));
    output = dup_output(&fixture);
    expected = g_strdup_printf("agi_request: %s/program\nagi_channel: ", fixture.folder);
    g_assert_true(g_str_has_prefix(output, expected));
    g_assert_null(strstr(output, "agi_network"));
    g_assert_nonnull(strstr(output, "\nagi_calleridname: Ann \"A\" Smith\n"));
    g_assert_nonnull(strstr(output, "\nagi_enhanced: 0.0\n"));
    g_assert_true(g_str_has_suffix(output, "\nagi_arg_1: --fast\n"
                                           "agi_arg_2: \n"
                                           "agi_arg_3: two words\n"
                                           "agi_arg_4: \n"
                                           "agi_arg_5: $(id) `id` ; *\n"
                                           "<--fast>\n<>\n<two words>\n<>\n<$(id) `id` ; *>\n"));
}

/* Its environment, its folder, its descriptors and its signals. */
static void
test_surroundings(void)
{
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *output = NULL;

    g_setenv("INVOCATION_ID", "0123456789abcdef", TRUE);
    g_setenv("COLOUR", "red", TRUE);
    g_setenv("SHAPE", "round", TRUE);
    fixture_init(&fixture, "folder = \"/usr\";",
                 SH "pwd -P >\"$OUT\"\n"
                    "echo \"$COLOUR $SHAPE [$INVOCATION_ID]\" >>\"$OUT\"\n"
                    "ls -l /proc/$$/fd >\"$OUT.fds\"\n"
                    "grep -c 'socket:\\|anon_inode' \"$OUT.fds\" >>\"$OUT\"\n"
                    "grep -c 'pipe:' \"$OUT.fds\" >>\"$OUT\"\n"
                    "read -r pid name state parent group rest </proc/$$/stat\n"
                    "[ \"$group\" = $$ ] && echo leader >>\"$OUT\"\n"
                    "exec grep -cE '^Sig(Blk|Ign):.*0000000$' /proc/self/status >>\"$OUT\"\n");
    pbx_result_free(test_module_call(fixture.daemon, "extension 1\n"));
    output = dup_output(&fixture);
    g_assert_cmpstr(output, ==, "/usr\nred round []\n0\n3\nleader\n2\n");
}

static void
test_own_environment(void)
{
    g_autoptr(TestDaemon) daemon = NULL;
    g_autoptr(PbxResult) result = NULL;

    g_setenv("COLOUR", "red", TRUE);
    daemon = test_module_start(
        "exec", "{ match = \"1\"; handler = \"exec\"; settings = {\n"
                "  program = \"/bin/sh\";\n"
                "  arguments = [ \"-c\", \"echo SET VARIABLE SEEN $COLOUR$SIZE\" ];\n"
                "  environment = [ \"COLOUR=blue\", \"SIZE=x=y\" ]; }; }");
    result = test_module_call(daemon, "extension 1\n");
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "SEEN", "bluex=y");
}

/* --- Processes --- */

/* Whether a process is there and is no zombie. */
static gboolean
is_running(int pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *stat = NULL;
    const char *state;

    if (!g_file_get_contents(path, &stat, NULL, NULL))
        return FALSE;
    state = strrchr(stat, ')') + 2;
    return *state != 'Z' && *state != 'X';
}

/* A signal that ends a process is sent before the process is gone. */
static void
assert_ends(int pid)
{
    gint64 until = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    while (is_running(pid) && g_get_monotonic_time() < until)
        g_thread_yield();
    g_assert_false(is_running(pid));
}

static char *
dup_children(TestDaemon *daemon)
{
    g_autofree char *tasks = g_strdup_printf("/proc/%d/task", (int) test_daemon_get_pid(daemon));
    g_autoptr(GDir) folder = g_dir_open(tasks, 0, NULL);
    GString *all = g_string_new(NULL);
    const char *task;

    while (folder != NULL && (task = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(tasks, task, "children", NULL);
        g_autofree char *children = NULL;

        if (g_file_get_contents(path, &children, NULL, NULL))
            g_string_append(all, children);
    }
    return g_string_free(all, FALSE);
}

/* Neither processes nor zombies are left. */
static void
assert_no_children(TestDaemon *daemon)
{
    g_autofree char *children = dup_children(daemon);

    g_assert_cmpstr(children, ==, "");
}

static void
test_children_left_alone(void)
{
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *output = NULL;
    g_autoptr(PbxResult) result = NULL;
    int child;

    fixture_init(&fixture, "", AGI "sleep 1000 & echo $! >>\"$OUT\"\nexit 0\n");
    result = test_module_call(fixture.daemon, "extension 1\n");
    output = dup_output(&fixture);
    child = atoi(output);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_true(is_running(child));
    assert_no_children(fixture.daemon);
    kill(child, SIGKILL);
}

static void
test_children_ended_with_it(void)
{
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *output = NULL;
    g_autoptr(PbxResult) result = NULL;

    fixture_init(&fixture, "time_limit = 0.3; kill_grace = 0.3;",
                 SH "(trap '' TERM; while :; do sleep 0.01; done) & echo $! >>\"$OUT\"\nwait\n");
    result = test_module_call(fixture.daemon, "extension 1\n");
    output = dup_output(&fixture);
    assert_variable(result, "CAPELLA_EXEC_STATUS", "143");
    g_assert_cmpint(atoi(output), >, 0);
    assert_ends(atoi(output));
    assert_no_children(fixture.daemon);
}

#define CALLERS 20

static void
test_many_at_once(void)
{
    g_auto(Fixture) fixture = {NULL};
    TestCall *calls[CALLERS];

    fixture_init(&fixture, "",
                 SH "while read -r line && [ -n \"$line\" ]; do\n"
                    "  case $line in agi_callerid:*) caller=${line#*: };; esac\ndone\n"
                    "i=0; while [ $i -lt 20 ]; do echo \"SET VARIABLE V$i $caller\"\n"
                    "  read -r reply; echo noise >&2; i=$((i + 1)); done\n");
    for (int i = 0; i < CALLERS; i++) {
        g_autofree char *script = g_strdup_printf("extension 1\ncaller %d\n"
                                                  "expect variable V0 %d\n"
                                                  "expect variable V19 %d\n"
                                                  "expect variable CAPELLA_EXEC_STATUS 0\n",
                                                  i + 100, i + 100, i + 100);

        calls[i] = test_daemon_begin_call(fixture.daemon, script);
    }
    for (int i = 0; i < CALLERS; i++)
        pbx_result_free(test_module_join(calls[i]));
    test_daemon_wait_log_times(fixture.daemon, "Call completed", CALLERS);
    assert_no_children(fixture.daemon);
}

/* A daemon that stops does not wait for a program beyond its drain. */
static void
test_daemon_stops(void)
{
    g_auto(Fixture) fixture = {NULL};
    g_autofree char *module = test_module_get_path("exec");
    g_autofree char *configuration = NULL;
    TestCall *call;
    g_autoptr(PbxResult) result = NULL;
    g_autofree char *output = NULL;

    fixture_init(&fixture, "",
                 AGI "trap '' HUP TERM\necho $$ >>\"$OUT\"\nask ANSWER\n"
                     "while :; do sleep 0.01; done\n");
    test_daemon_stop(g_steal_pointer(&fixture.daemon));
    configuration = g_strdup_printf(
        "timeouts = { drain = 0.2; };\n"
        "modules = ( { path = \"%s\"; } );\n"
        "extensions = ( { match = \"1\"; handler = \"exec\"; settings = { kill_grace = 0.2;\n"
        "  program = \"%s/program\"; environment = \"OUT=%s\"; }; } );\n",
        module, fixture.folder, fixture.output);
    fixture.daemon = test_daemon_start(configuration);
    call = test_daemon_begin_call(fixture.daemon, "extension 1\n");
    test_wait_file(fixture.output, "200 result=0\n");
    test_daemon_stop(g_steal_pointer(&fixture.daemon));
    result = test_call_join(call);
    output = dup_output(&fixture);
    assert_ends(atoi(output));
}

/* The deadline of the route ends a program as its own time limit does. */
static void
test_deadline(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start(
        "exec",
        "{ match = \"1\"; handler = \"exec\"; deadline = 0.3; on_timeout = \"goto lost,s,1\";\n"
        "  settings = { program = \"/bin/sleep\"; arguments = \"1000\";\n"
        "               time_limit = 1000.0; }; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\nexpect goto lost,s,1\n");

    assert_variable(result, "CAPELLA_STATUS", "TIMEOUT");
    test_daemon_wait_log(daemon, "sleep: its time is up");
    g_assert_false(test_daemon_has_logged(daemon, "is stuck"));
    assert_no_children(daemon);
}

/* --- Other languages, as people write them --- */

static const char perl_program[] =
    "#!/usr/bin/perl\n"
    "use strict; use warnings; $| = 1;\n"
    "my %agi;\n"
    "while (<STDIN>) { chomp; last if $_ eq ''; $agi{$1} = $2 if /^agi_(\\w+):\\s+(.*)$/; }\n"
    "sub command { print \"@_\\n\"; my $reply = <STDIN>; chomp $reply; return $reply; }\n"
    "command('ANSWER');\n"
    "command('GET DATA', 'beep', 5000, 4) =~ /result=(\\d+)/ or die;\n"
    "command('SET VARIABLE', 'PRESSED', \"\\\"$1 at $agi{extension}\\\"\");\n"
    "warn \"done\";\n";

static const char python_program[] =
    "#!/usr/bin/env python3\n"
    "import re, sys\n"
    "environment = {}\n"
    "for line in iter(sys.stdin.readline, '\\n'):\n"
    "    name, value = line.rstrip('\\n').split(': ', 1)\n"
    "    environment[name] = value\n"
    "def command(text):\n"
    "    print(text, flush=True)\n"
    "    return sys.stdin.readline()\n"
    "command('ANSWER')\n"
    "digits = re.search(r'result=(\\d+)', command('GET DATA beep 5000 4')).group(1)\n"
    "command('SET VARIABLE PRESSED \"%s at %s\"' % (digits, environment['agi_extension']))\n"
    "print('done', file=sys.stderr)\n";

static void
test_language(const char *interpreter, const char *program)
{
    g_autofree char *path = g_find_program_in_path(interpreter);
    g_auto(Fixture) fixture = {NULL};
    g_autoptr(PbxResult) result = NULL;

    if (path == NULL) {
        g_test_skip("no such interpreter on this machine");
        return;
    }
    fixture_init(&fixture, "", program);
    result = test_module_call(fixture.daemon, "extension 1\npress 4711\n");
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    assert_variable(result, "PRESSED", "4711 at 1");
    test_daemon_wait_log(fixture.daemon, "program: done");
}

static void
test_perl(void)
{
    test_language("perl", perl_program);
}

static void
test_python(void)
{
    test_language("python3", python_program);
}

/* --- Settings that are wrong --- */

static void
test_refused(void)
{
#define EXEC(settings) "{ match = \"1\"; handler = \"exec\"; settings = { " settings " }; }"
    test_module_assert_refused("exec", EXEC(""), "program: is missing");
    test_module_assert_refused("exec", EXEC("program = \"bin/sh\";"),
                               "program: \"bin/sh\" is no absolute path");
    test_module_assert_refused("exec", EXEC("program = \"/no/such/file\";"),
                               "program: there is no file /no/such/file");
    test_module_assert_refused("exec", EXEC("program = \"/etc\";"), "program: there is no file");
    test_module_assert_refused("exec", EXEC("program = \"/etc/passwd\";"), "is not executable");
    test_module_assert_refused("exec", EXEC("program = \"/bin/sh\"; folder = \"/no/such\";"),
                               "folder: there is no folder /no/such");
    test_module_assert_refused("exec", EXEC("program = \"/bin/sh\"; environment = [ \"A\" ];"),
                               "environment: \"A\" is not of the form NAME=VALUE");
    test_module_assert_refused("exec", EXEC("program = \"/bin/sh\"; environment = \"=A\";"),
                               "environment: \"=A\" is not of the form NAME=VALUE");
    test_module_assert_refused("exec", EXEC("program = \"/bin/sh\"; time_limit = -1.0;"),
                               "time_limit: is -1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(exec_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/exec/", exec_cases[i].name, NULL);

        g_test_add_data_func(path, &exec_cases[i], test_exec);
    }
    g_test_add_func("/modules/exec/given/environment-block", test_environment_block);
    g_test_add_func("/modules/exec/given/surroundings", test_surroundings);
    g_test_add_func("/modules/exec/given/environment", test_own_environment);
    g_test_add_func("/modules/exec/children/left-alone", test_children_left_alone);
    g_test_add_func("/modules/exec/children/ended-with-it", test_children_ended_with_it);
    g_test_add_func("/modules/exec/many-at-once", test_many_at_once);
    g_test_add_func("/modules/exec/daemon-stops", test_daemon_stops);
    g_test_add_func("/modules/exec/deadline", test_deadline);
    g_test_add_func("/modules/exec/language/perl", test_perl);
    g_test_add_func("/modules/exec/language/python", test_python);
    g_test_add_func("/modules/exec/refused", test_refused);
    return g_test_run();
}
