/* test-ami.c - `capella ami` from end to end, against the simulated manager interface. */

#include "pbx/manager.h"
#include "program.h"
#include <capella/ami/action-info.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

/* LeakSanitizer comes to grief over the threads in which GIO speaks TLS, as the manager does here,
 * before it has looked for leaks. Valgrind does not. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
    return TRUE;
}
#include <termios.h>
#include <unistd.h>

/* Two users, and an answer of each kind. */
static const char usual_script[] = "user capella galaxy\n"
                                   "user reader reader read call write user\n"
                                   "user blind blind read user\n"
                                   "answer Ping\n"
                                   "Response: Success\n"
                                   "Ping: Pong\n"
                                   "Timestamp: 17.5\n"
                                   "end\n"
                                   "list Parkinglots Parkinglot ParkinglotsComplete\n"
                                   "Name: default\n"
                                   "StartSpace: 701\n"
                                   "Note: \033[2J\n"
                                   "\n"
                                   "Name: other\n"
                                   "StartSpace: 801\n"
                                   "end\n"
                                   "output \"core show uptime\"\n"
                                   "System uptime: 6 minutes\n"
                                   "Last reload: \033c\n"
                                   "end\n"
                                   "error Hangup Channel=none \"No such channel\"\n"
                                   "answer CoreStatus\n"
                                   "Response: Success\n"
                                   "Variable: A=1\n"
                                   "Variable: B=\"2\"\n"
                                   "CoreStartupTime: 10:00\n"
                                   "end\n";

static PbxManager *
start_manager(const char *script)
{
    g_autoptr(GError) error = NULL;
    PbxManager *manager = pbx_manager_new(script, 0, &error);

    g_assert_no_error(error);
    return manager;
}

/* The words, and where the manager is. (transfer container) */
static const char **
make_words(const char *const *words, const char *host)
{
    GPtrArray *all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "ami");
    for (; *words != NULL; words++)
        g_ptr_array_add(all, (gpointer) *words);
    g_ptr_array_add(all, (gpointer) "--host");
    g_ptr_array_add(all, (gpointer) host);
    g_ptr_array_add(all, NULL);
    return (const char **) g_ptr_array_free(all, FALSE);
}

static char *
make_host(PbxManager *manager)
{
    return g_strdup_printf("127.0.0.1:%u", pbx_manager_get_port(manager));
}

/* LeakSanitizer breaks down where GIO's TLS has made threads. */
static void
run(ProgramRun *run, PbxManager *manager, const char *const *words)
{
    static const char *const no_changes[] = {NULL};
    static const char *const no_leaks[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    g_autofree char *host = make_host(manager);
    g_autofree const char **all = make_words(words, host);

    program_run_in(run, g_strv_contains(all, "--tls") ? no_leaks : no_changes, all);
}

/* --- Answers --- */

typedef struct {
    const char *name;
    const char *words[8];
    int code;
    const char *output;
    const char *errors;
} Case;

static const Case cases[] = {
    {"block", {"Ping"}, EX_OK, "Response:  Success\nPing:      Pong\nTimestamp: 17.5\n", ""},
    {"any-case", {"pING"}, EX_OK, "Response:  Success\nPing:      Pong\nTimestamp: 17.5\n", ""},
    {"colored",
     {"Ping", "--color", "always"},
     EX_OK,
     "\033[36mResponse\033[0m:  Success\n\033[36mPing\033[0m:      Pong\n"
     "\033[36mTimestamp\033[0m: 17.5\n",
     ""},
    {"blocks",
     {"Parkinglots"},
     EX_OK,
     "Event:      Parkinglot\nName:       default\nStartSpace: 701\nNote:       \\x1b[2J\n\n"
     "Event:      Parkinglot\nName:       other\nStartSpace: 801\n\n"
     "ListItems: 2\n",
     ""},
    {"table",
     {"Parkinglots", "--table"},
     EX_OK,
     "Name     StartSpace  Note\n"
     "default  701         \\x1b[2J\n"
     "other    801\n"
     "\n"
     "ListItems: 2\n",
     ""},
    {"command",
     {"Command", "core", "show", "uptime"},
     EX_OK,
     "System uptime: 6 minutes\nLast reload: \\x1bc\n",
     ""},
    {"command-as-a-header",
     {"Command", "Command=core show uptime"},
     EX_OK,
     "System uptime: 6 minutes\nLast reload: \\x1bc\n",
     ""},
    {"refused", {"Hangup", "Channel=none"}, 1, "", "capella: Hangup: No such channel\n"},
    {"json",
     {"CoreStatus", "--json"},
     EX_OK,
     "{\n"
     "  \"response\" : {\n"
     "    \"Response\" : \"Success\",\n"
     "    \"ActionID\" : \"ID\",\n"
     "    \"Variable\" : [\n"
     "      \"A=1\",\n"
     "      \"B=\\\"2\\\"\"\n"
     "    ],\n"
     "    \"CoreStartupTime\" : \"10:00\"\n"
     "  },\n"
     "  \"items\" : [],\n"
     "  \"complete\" : null\n"
     "}\n",
     ""},
    {"json-list",
     {"Parkinglots", "--json"},
     EX_OK,
     "{\n"
     "  \"response\" : {\n"
     "    \"Response\" : \"Success\",\n"
     "    \"ActionID\" : \"ID\",\n"
     "    \"EventList\" : \"start\",\n"
     "    \"Message\" : \"List will follow\"\n"
     "  },\n"
     "  \"items\" : [\n"
     "    {\n"
     "      \"Event\" : \"Parkinglot\",\n"
     "      \"ActionID\" : \"ID\",\n"
     "      \"Name\" : \"default\",\n"
     "      \"StartSpace\" : \"701\",\n"
     "      \"Note\" : \"\\u001b[2J\"\n"
     "    },\n"
     "    {\n"
     "      \"Event\" : \"Parkinglot\",\n"
     "      \"ActionID\" : \"ID\",\n"
     "      \"Name\" : \"other\",\n"
     "      \"StartSpace\" : \"801\"\n"
     "    }\n"
     "  ],\n"
     "  \"complete\" : {\n"
     "    \"Event\" : \"ParkinglotsComplete\",\n"
     "    \"ActionID\" : \"ID\",\n"
     "    \"EventList\" : \"Complete\",\n"
     "    \"ListItems\" : \"2\"\n"
     "  }\n"
     "}\n",
     ""},
};

/* Ids of actions differ from run to run. */
static char *
hide_ids(const char *text)
{
    g_autoptr(GRegex) id = g_regex_new("(\"ActionID\" : \")[^\"]*", 0, 0, NULL);

    return g_regex_replace(id, text, -1, 0, "\\1ID", 0, NULL);
}

static void
test_case(gconstpointer data)
{
    const Case *expected = data;
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_auto(ProgramRun) result = {0};
    g_autofree char *output = NULL;

    run(&result, manager, expected->words);
    output = hide_ids(result.output);
    g_assert_cmpstr(result.errors, ==, expected->errors);
    g_assert_cmpstr(output, ==, expected->output);
    g_assert_cmpint(result.code, ==, expected->code);
}

/* What goes over the wire is what was written. */
static void
test_sent(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_auto(ProgramRun) result = {0};
    g_autofree char *received = NULL;

    run(&result, manager,
        (const char *const[]){"UserEvent", "UserEvent=Door", "Open=a=b, c", "Variable=A=1,B=2",
                              "Empty=", "Open=again", NULL});
    g_assert_cmpstr(result.errors, ==, "");
    g_assert_cmpint(result.code, ==, EX_OK);
    received = pbx_manager_dup_received(manager);
    g_assert_nonnull(strstr(received, "Action: UserEvent\r\nUserEvent: Door\r\nOpen: a=b, c\r\n"
                                      "Variable: A=1,B=2\r\nEmpty: \r\nOpen: again\r\n"));
    g_assert_nonnull(strstr(received, "Events: off\r\n"));
    g_assert_null(strstr(received, "galaxy"));
}

/* --- What is wrong before anything is sent --- */

static const Case bad_cases[] = {
    {"nothing",
     {NULL},
     EX_USAGE,
     "",
     "capella: which action? as in: capella ami Ping; capella ami --list lists all of them\n"},
    {"unknown",
     {"CoreShowChanels"},
     EX_USAGE,
     "",
     "capella: there is no action \"CoreShowChanels\"; did you mean CoreShowChannels?\n"
     "capella: if your Asterisk does have it, --unlisted sends it all the same\n"},
    {"unknown-part",
     {"queue"},
     EX_USAGE,
     "",
     "capella: there is no action \"queue\"; did you mean QueueAdd, QueueChangePriorityCaller, "
     "QueueLog?\n"
     "capella: if your Asterisk does have it, --unlisted sends it all the same\n"},
    {"unknown-gone",
     {"sippeer"},
     EX_USAGE,
     "",
     "capella: there is no action \"sippeer\"; did you mean SIPpeers?\n"
     "capella: if your Asterisk does have it, --unlisted sends it all the same\n"},
    {"unknown-far",
     {"xyzzy"},
     EX_USAGE,
     "",
     "capella: there is no action \"xyzzy\"; capella ami --list lists them\n"
     "capella: if your Asterisk does have it, --unlisted sends it all the same\n"},
    {"missing",
     {"redirect", "Channel=a", "exten=1"},
     EX_DATAERR,
     "",
     "capella: Redirect needs Context, Priority; see capella ami help Redirect\n"},
    {"missing-command",
     {"Command"},
     EX_DATAERR,
     "",
     "capella: Command needs Command; see capella ami help Command\n"},
    {"no-header",
     {"Ping", "now"},
     EX_DATAERR,
     "",
     "capella: \"now\" is no header: write Header=Value, as in Channel=PJSIP/alice\n"},
    {"no-name",
     {"Ping", "=now"},
     EX_DATAERR,
     "",
     "capella: \"=now\" is no header: write Header=Value, as in Channel=PJSIP/alice\n"},
    {"login",
     {"Login", "Username=a"},
     EX_USAGE,
     "",
     "capella: capella logs in by itself: see --user\n"},
    {"json-and-table",
     {"Ping", "--json", "--table"},
     EX_USAGE,
     "",
     "capella: --json or --table, not both\n"},
    {"color",
     {"Ping", "--color", "red"},
     EX_USAGE,
     "",
     "capella: --color is auto, always or never, not \"red\"\n"},
    {"timeout",
     {"Ping", "--timeout", "0"},
     EX_USAGE,
     "",
     "capella: --timeout is a number of seconds, not \"0\"\n"},
    {"filter",
     {"Ping", "--filter", "a"},
     EX_USAGE,
     "",
     "capella: --filter, --count and --short are for capella ami events\n"},
    {"events-table",
     {"events", "--table"},
     EX_USAGE,
     "",
     "capella: --table, --list and --unlisted mean nothing to capella ami events\n"},
    {"events-count",
     {"events", "--count", "-1"},
     EX_USAGE,
     "",
     "capella: --count is a number of events, not -1\n"},
    {"events-word",
     {"events", "Hangup"},
     EX_USAGE,
     "",
     "capella: \"Hangup\" is too much; --filter says which events\n"},
    {"server-and-host",
     {"Ping", "--server", "a"},
     EX_USAGE,
     "",
     "capella: --server and --config say all of an Asterisk: leave --host, --user and the like "
     "out\n"},
    {"port",
     {"Ping", "--port", "70000"},
     EX_USAGE,
     "",
     "capella: --port is a number from 1 to 65535, not 70000\n"},
    {"tls",
     {"Ping", "--tls-name", "a"},
     EX_USAGE,
     "",
     "capella: --tls-authority and --tls-name mean nothing without --tls\n"},
    {"secret-file",
     {"Ping", "--secret-file", "/nowhere"},
     EX_NOINPUT,
     "",
     "capella: cannot read the secret from /nowhere: No such file or directory\n"},
    {"authority", {"Ping", "--tls", "--tls-authority", "/nowhere"}, EX_NOINPUT, "", NULL},
    {"help-unknown",
     {"help", "Pong"},
     EX_USAGE,
     "",
     "capella: there is no action \"Pong\"; did you mean Ping?\n"},
    {"list-nothing",
     {"--list", "xyzzy"},
     1,
     "",
     "capella: no action has \"xyzzy\" in its name or summary\n"},
};

static void
test_bad(gconstpointer data)
{
    const Case *expected = data;
    g_autofree const char **words = make_words(expected->words, "127.0.0.1:1");
    g_auto(ProgramRun) result = {0};

    program_run(&result, words);
    if (expected->errors != NULL)
        g_assert_cmpstr(result.errors, ==, expected->errors);
    g_assert_cmpstr(result.output, ==, expected->output);
    g_assert_cmpint(result.code, ==, expected->code);
}

/* A value that would be a second header: nothing of it goes out. */
static void
test_injection(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_auto(ProgramRun) result = {0};

    run(&result, manager, (const char *const[]){"Ping", "A=b\r\nAction: Logoff", NULL});
    g_assert_cmpint(result.code, ==, EX_DATAERR);
    g_assert_nonnull(strstr(result.errors, "line end"));
    g_assert_cmpuint(pbx_manager_count_actions(manager, ""), ==, 0);
}

/* --- The way in --- */

typedef struct {
    const char *name;
    const char *script;
    const char *words[6];
    int code;
    const char *errors; /* what they begin with; %u is the port */
    const char *advice; /* what they have besides */
} WayCase;

static const WayCase way_cases[] = {
    {"wrong-secret", "user capella other\n", {"Ping"}, EX_NOPERM, "capella: ", "manager.conf"},
    {"unknown-user", "user a b\n", {"Ping"}, EX_NOPERM, "capella: ", "manager.conf"},
    {"no-permission",
     "user capella galaxy write user\n",
     {"Hangup", "Channel=a"},
     EX_NOPERM,
     "capella: Hangup",
     "capella: Hangup needs one of these classes there: system call\n"},
    {"no-such-action",
     "error SIPpeers \"Invalid/unknown command: SIPpeers.\"\n",
     {"SIPpeers"},
     1,
     "capella: ",
     "capella: Asterisk has it up to 20; instead: PJSIPShowEndpoints\n"},
    {"module-missing",
     "error MeetmeListRooms \"Invalid/unknown command: MeetmeListRooms.\"\n",
     {"MeetmeListRooms"},
     1,
     "capella: ",
     "capella: it comes with Asterisk from 10, where the module app_meetme is loaded\n"},
    {"unlisted", "", {"Dance", "--unlisted"}, 1, "capella: ", "Dance"},
    {"silent",
     "greeting none\n",
     {"Ping", "--timeout", "3"},
     EX_PROTOCOL,
     "capella: ",
     "--tls speaks TLS"},
    {"no-manager", "greeting \"SSH-2.0\\r\\n\"\n", {"Ping"}, EX_PROTOCOL, "capella: ", "SSH-2.0"},
    {"no-answer",
     "ignore Ping\n",
     {"Ping", "--timeout", "3"},
     EX_TEMPFAIL,
     "capella: ",
     "--timeout says how long to wait"},
    {"lost", "fault close before Ping\n", {"Ping"}, EX_TEMPFAIL, "capella: ", "Ping"},
    {"no-tls", "", {"Ping", "--tls"}, EX_PROTOCOL, "capella: ", "--tls-authority"},
};

static void
test_way(gconstpointer data)
{
    const WayCase *expected = data;
    g_autoptr(PbxManager) manager = start_manager(expected->script);
    g_auto(ProgramRun) result = {0};

    run(&result, manager, expected->words);
    g_test_message("%s", result.errors);
    g_assert_cmpint(result.code, ==, expected->code);
    g_assert_cmpstr(result.output, ==, "");
    g_assert_true(g_str_has_prefix(result.errors, expected->errors));
    g_assert_nonnull(strstr(result.errors, expected->advice));
    g_assert_null(strstr(result.errors, "galaxy"));
}

static void
test_nobody(void)
{
    g_autoptr(PbxManager) manager = start_manager("");
    g_auto(ProgramRun) result = {0};

    pbx_manager_close(manager);
    run(&result, manager, (const char *const[]){"Ping", NULL});
    g_test_message("%s", result.errors);
    g_assert_cmpint(result.code, ==, EX_UNAVAILABLE);
    g_assert_nonnull(strstr(result.errors, "manager.conf"));
}

/* --- TLS --- */

static const struct {
    const char *name;
    const char *certificate; /* of the server */
    const char *expected;    /* --tls-name; NULL: the host */
    int code;
    const char *errors; /* a part of them */
} tls_cases[] = {
    {"right", "server.pem", NULL, EX_OK, ""},
    {"pinned-name", "other.pem", "other.example", EX_OK, ""},
    {"other-name", "other.pem", NULL, EX_PROTOCOL, "--tls-authority and --tls-name say which"},
    {"expired", "expired.pem", NULL, EX_PROTOCOL, "it has expired"},
};

static char *
find_certificate(const char *name)
{
    return g_test_build_filename(G_TEST_DIST, "unit", "ami", "tls", name, NULL);
}

static void
test_tls(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *certificate = find_certificate(tls_cases[i].certificate);
    g_autofree char *authority = find_certificate("authority.pem");
    g_autofree char *script = g_strdup_printf("tls \"%s\" \"%s\"\n", certificate, certificate);
    const char *expected = tls_cases[i].expected;
    g_autoptr(PbxManager) manager = NULL;
    g_auto(ProgramRun) result = {0};

    if (!g_tls_backend_supports_tls(g_tls_backend_get_default())) {
        g_test_skip("GIO has no TLS here");
        return;
    }
    manager = start_manager(script);
    run(&result, manager,
        (const char *const[]){"Ping", "--tls", "--tls-authority", authority,
                              expected != NULL ? "--tls-name" : NULL, expected, NULL});
    g_test_message("%s", result.errors);
    g_assert_cmpint(result.code, ==, tls_cases[i].code);
    g_assert_nonnull(strstr(result.errors, tls_cases[i].errors));
    g_assert_nonnull(strstr(result.output, result.code == EX_OK ? "Pong" : ""));
}

/* --- Who we are --- */

static const char *const nobody[] = {"CAPELLA_AMI_USER", "CAPELLA_AMI_SECRET", NULL};

static char *
write_configuration(PbxManager *manager, const char *secret)
{
    g_autofree char *text = g_strdup_printf(
        "ami = ( { name = \"first\"; host = \"127.0.0.1\"; port = %u; user = \"capella\";\n"
        "          secret = \"%s\"; },\n"
        "        { name = \"second\"; host = \"127.0.0.1\"; port = %u; user = \"reader\";\n"
        "          secret = \"reader\"; } );\n",
        pbx_manager_get_port(manager), secret, pbx_manager_get_port(manager));
    char *path = program_write_file(text);

    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
    return path;
}

static void
check_user(PbxManager *manager, const ProgramRun *result, const char *user)
{
    g_autofree char *seen = pbx_manager_dup_header(manager, "Login", "Username");

    g_assert_cmpstr(result->errors, ==, "");
    g_assert_cmpint(result->code, ==, EX_OK);
    g_assert_cmpstr(seen, ==, user);
}

/* An entry by its name, and the first one. */
static void
test_server(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_autofree char *path = write_configuration(manager, "galaxy");
    g_auto(ProgramRun) second = {0};
    g_auto(ProgramRun) first = {0};
    g_auto(ProgramRun) none = {0};

    program_run(&second,
                (const char *const[]){"ami", "Ping", "--config", path, "--server", "second", NULL});
    check_user(manager, &second, "reader");
    program_run(&first, (const char *const[]){"ami", "Ping", "--config", path, NULL});
    check_user(manager, &first, "capella");
    program_run(&none,
                (const char *const[]){"ami", "Ping", "--config", path, "--server", "third", NULL});
    g_assert_cmpint(none.code, ==, EX_CONFIG);
    g_assert_nonnull(strstr(none.errors, "\"third\""));
    g_unlink(path);
}

/* The user's own file, when nothing else is said. */
static void
test_own_file(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_autofree char *path = write_configuration(manager, "galaxy");
    g_autofree char *folder = g_build_filename(g_getenv("XDG_CONFIG_HOME"), "capella", NULL);
    g_autofree char *own = g_build_filename(folder, "ami.conf", NULL);
    g_auto(ProgramRun) first = {0};
    g_auto(ProgramRun) second = {0};

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_cmpint(g_rename(path, own), ==, 0);
    program_run_in(&first, nobody, (const char *const[]){"ami", "Ping", NULL});
    check_user(manager, &first, "capella");
    program_run_in(&second, nobody,
                   (const char *const[]){"ami", "Ping", "--server", "second", NULL});
    check_user(manager, &second, "reader");
    g_unlink(own);
    g_rmdir(folder);
}

/* The environment, and a file, which comes first. */
static void
test_environment(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_autofree char *host = make_host(manager);
    g_autofree char *there = g_strconcat("CAPELLA_AMI_HOST=", host, NULL);
    g_autofree char *path = program_write_file("reader\n");
    g_auto(ProgramRun) variables = {0};
    g_auto(ProgramRun) file = {0};

    program_run_in(&variables, (const char *const[]){there, NULL},
                   (const char *const[]){"ami", "Ping", NULL});
    check_user(manager, &variables, "capella");
    program_run_in(
        &file, (const char *const[]){there, NULL},
        (const char *const[]){"ami", "Ping", "--user", "reader", "--secret-file", path, NULL});
    check_user(manager, &file, "reader");
    g_unlink(path);
}

static void
test_nobody_named(void)
{
    g_auto(ProgramRun) user = {0};
    g_auto(ProgramRun) server = {0};

    program_run_in(&user, nobody, (const char *const[]){"ami", "Ping", NULL});
    g_assert_cmpint(user.code, ==, EX_USAGE);
    g_assert_true(g_str_has_prefix(user.errors, "capella: whom to log in as? --user names"));
    program_run_in(&server, nobody,
                   (const char *const[]){"ami", "Ping", "--config", "/nowhere", NULL});
    g_assert_cmpint(server.code, ==, EX_CONFIG);
    g_assert_cmpstr(server.errors, ==, "capella: there is no file /nowhere\n");
}

/* --- The secret, asked for on a terminal --- */

static GPid
start_on_terminal(const char *host, int *terminal)
{
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "capella", NULL);
    g_auto(GStrv) environment =
        program_make_environment((const char *const[]){"CAPELLA_AMI_SECRET", NULL});
    GPid process = forkpty(terminal, NULL, NULL, NULL);

    if (process == 0) {
        execle(program, program, "ami", "Ping", "--host", host, (char *) NULL, environment);
        _exit(127);
    }
    return process;
}

static void
test_asked(void)
{
    g_autoptr(PbxManager) manager = start_manager(usual_script);
    g_autofree char *host = make_host(manager);
    g_autofree char *question = NULL;
    g_autofree char *answer = NULL;
    int terminal = -1;
    GPid process = start_on_terminal(host, &terminal);

    question = program_read_until(terminal, "127.0.0.1: ");
    g_assert_cmpstr(question, ==, "Secret of capella at 127.0.0.1: ");
    g_assert_cmpint(write(terminal, "galaxy\n", 7), ==, 7);
    answer = program_read_until(terminal, "17.5\r\n");
    g_assert_nonnull(strstr(answer, "Pong"));
    g_assert_null(strstr(answer, "galaxy"));
    g_assert_cmpint(program_wait(process), ==, EX_OK);
    close(terminal);
}

/* Ctrl-C while the secret is asked for puts the echo back. */
static void
test_asked_interrupt(void)
{
    g_autofree char *question = NULL;
    struct termios modes;
    int terminal = -1;
    int status = 0;
    GPid process = start_on_terminal("127.0.0.1", &terminal);

    question = program_read_until(terminal, ": ");
    g_assert_cmpint(tcgetattr(terminal, &modes), ==, 0);
    g_assert_cmpint(modes.c_lflag & ECHO, ==, 0);
    g_assert_cmpint(write(terminal, "\003", 1), ==, 1);
    g_assert_cmpint(waitpid(process, &status, 0), ==, process);
    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGINT);
    g_assert_cmpint(tcgetattr(terminal, &modes), ==, 0);
    g_assert_cmpint(modes.c_lflag & ECHO, !=, 0);
    close(terminal);
}

/* --- The manual --- */

static void
test_list(void)
{
    g_auto(ProgramRun) all = {0};
    AmiActionInfo info;
    guint n_lines = 0;

    program_run(&all, (const char *const[]){"ami", "--list", NULL});
    g_assert_cmpint(all.code, ==, EX_OK);
    g_assert_true(g_str_has_prefix(all.output, "ACTION "));
    for (guint i = 0; ami_action_info(i, &info); i++, n_lines++) {
        g_autofree char *beginning = g_strdup_printf("\n%s ", info.name);
        g_autofree char *end = g_strdup_printf(" %s\n", info.summary);
        const char *line = strstr(all.output, beginning);

        g_assert_nonnull(line);
        line = strstr(line, end);
        g_assert_nonnull(line);
        g_assert_null(memchr(strstr(all.output, beginning) + 1, '\n',
                             (gsize) (line - strstr(all.output, beginning) - 1)));
    }
    for (const char *end = all.output; *end != '\0'; end++)
        n_lines -= *end == '\n';
    g_assert_cmpuint(n_lines + 1, ==, 0);
}

static void
test_list_word(void)
{
    g_auto(ProgramRun) some = {0};

    program_run(&some, (const char *const[]){"ami", "--list", "SIPpeer", NULL});
    g_assert_cmpint(some.code, ==, EX_OK);
    g_assert_cmpstr(
        some.output, ==,
        "ACTION         SINCE   UNTIL  SUMMARY\n"
        "SIPpeers       1.2     20     Lists the peers of the old SIP channel: an event "
        "`PeerEntry` for each.\n"
        "SIPpeerstatus  11      20     Lists whether peers of the old SIP channel can be "
        "reached: an event `PeerStatus` for each.\n");
}

static const char *const topics[][4] = {
    {"help", "redirect", NULL}, {"--help", "Redirect", NULL}, {"Redirect", "--help", NULL}};

static void
test_described(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(topics); i++) {
        g_auto(ProgramRun) result = {0};

        program_run(&result, (const char *const[]){"ami", topics[i][0], topics[i][1], NULL});
        g_assert_cmpint(result.code, ==, EX_OK);
        g_assert_true(g_str_has_prefix(result.output, "Redirect\n  Sends a channel"));
        g_assert_nonnull(strstr(result.output, "\n  * Channel        text          the channel\n"));
        g_assert_nonnull(strstr(result.output, "\n    ExtraChannel   text "));
        g_assert_nonnull(strstr(result.output, "\nPermission:  write = call\n"));
        g_assert_true(g_str_has_suffix(
            result.output,
            "\n  capella ami Redirect Channel=... Context=... Exten=... Priority=...\n"));
    }
}

static void
test_help(void)
{
    static const char *const words[] = {"--help", "help"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_auto(ProgramRun) result = {0};

        program_run(&result, (const char *const[]){"ami", words[i], NULL});
        g_assert_cmpint(result.code, ==, EX_OK);
        g_assert_nonnull(strstr(result.output, "capella ami [OPTION"));
        g_assert_nonnull(strstr(result.output, "--secret-file=FILE"));
        g_assert_nonnull(strstr(result.output, "--filter="));
        g_assert_nonnull(strstr(result.output, "Exit codes:"));
        g_assert_null(strstr(result.output, "--secret="));
    }
}

/* --- Events --- */

/* A run of `capella ami events` that goes on. */
typedef struct {
    PbxManager *manager;
    char *host;
    GPid process;
    int output;
    int errors;
} Following;

static void
start_following(Following *following, const char *script, const char *const *words)
{
    g_autofree const char **all = NULL;

    following->manager = start_manager(script);
    following->host = make_host(following->manager);
    all = make_words(words, following->host);
    following->process = program_start(all, &following->output, &following->errors);
    g_assert_true(pbx_manager_wait_logins(following->manager, 1));
}

static void
end_following(Following *following, int code)
{
    g_assert_cmpint(program_wait(following->process), ==, code);
    close(following->output);
    close(following->errors);
    pbx_manager_free(following->manager);
    g_free(following->host);
}

/* What was said but for the time, of which only the form is known. */
static void
check_shown(const char *shown, const char *expected)
{
    g_autoptr(GRegex) times =
        g_regex_new("(^|\n)[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3} ", 0, 0, NULL);
    g_autofree char *timeless = g_regex_replace(times, shown, -1, 0, "\\1TIME ", 0, NULL);

    g_assert_cmpstr(timeless, ==, expected);
}

static void
emit_harmful(PbxManager *manager)
{
    pbx_manager_emit(manager, "Newchannel", "Channel", "PJSIP/a-1", "CallerIDName",
                     "\033]0;x\007J\xf6rg \xc2\x9b"
                     "1m",
                     NULL);
}

/* Escape sequences and bytes that are no UTF-8 are shown, and Ctrl-C is a good end. */
static void
test_events_block(void)
{
    Following following = {0};
    g_autofree char *shown = NULL;

    start_following(&following, "",
                    (const char *const[]){"events", "--filter", "Newchannel", NULL});
    emit_harmful(following.manager);
    shown = program_read_until(following.output, "\n\n");
    check_shown(shown, "TIME Newchannel\n"
                       "  Privilege:    call,all\n"
                       "  Channel:      PJSIP/a-1\n"
                       "  CallerIDName: \\x1b]0;x\\x07J\\xf6rg \\xc2\\x9b1m\n\n");
    kill(following.process, SIGINT);
    end_following(&following, EX_OK);
}

static void
test_events_short(void)
{
    Following following = {0};
    g_autofree char *shown = NULL;

    start_following(
        &following, "",
        (const char *const[]){"events", "--short", "--count", "1", "-f", "Channel=PJSIP/*", NULL});
    pbx_manager_emit(following.manager, "Newchannel", "Channel", "Local/b", NULL);
    emit_harmful(following.manager);
    shown = program_read_until(following.output, "\n");
    check_shown(shown, "TIME Newchannel           Channel=PJSIP/a-1 "
                       "CallerIDName=\"\\x1b]0;x\\x07J\\xf6rg \\xc2\\x9b1m\"\n");
    end_following(&following, EX_OK);
}

static void
test_events_json(void)
{
    Following following = {0};
    g_autoptr(GRegex) time = g_regex_new("^{\"received\":\"[-0-9]{10}T[0-9:]{8}\\.[0-9]{6}"
                                         "[-+][0-9:]{5}\",",
                                         0, 0, NULL);
    g_autofree char *shown = NULL;
    g_autofree char *timeless = NULL;

    start_following(&following, "",
                    (const char *const[]){"events", "--json", "-n", "1", "-f", "Newchannel", NULL});
    emit_harmful(following.manager);
    shown = program_read_until(following.output, "\n");
    timeless = g_regex_replace(time, shown, -1, 0, "{", 0, NULL);
    g_assert_cmpstr(timeless, ==,
                    "{\"Event\":\"Newchannel\",\"Privilege\":\"call,all\","
                    "\"Channel\":\"PJSIP/a-1\",\"CallerIDName\":\"\\u001b]0;x\\u0007J\xef\xbf\xbd"
                    "rg \\u009b1m\"}\n");
    end_following(&following, EX_OK);
}

/* A restart of Asterisk: what comes after it is shown as well, and what happened is said. */
static void
test_events_reconnect(void)
{
    Following following = {0};
    g_autofree char *first = NULL;
    g_autofree char *lost = NULL;
    g_autofree char *back = NULL;
    g_autofree char *second = NULL;

    start_following(&following, "",
                    (const char *const[]){"events", "--short", "--filter", "UserEvent", NULL});
    pbx_manager_emit(following.manager, "UserEvent", "UserEvent", "One", NULL);
    first = program_read_until(following.output, "One\n");
    pbx_manager_disconnect(following.manager, TRUE);
    lost = program_read_until(following.errors, "trying again\n");
    g_assert_true(g_str_has_prefix(lost, "capella: lost the connection: "));
    back = program_read_until(following.errors, "\n");
    g_assert_true(g_str_has_prefix(back, "capella: connected again to 127.0.0.1:"));
    pbx_manager_emit(following.manager, "UserEvent", "UserEvent", "Two", NULL);
    second = program_read_until(following.output, "\n");
    check_shown(second, "TIME UserEvent            UserEvent=Two\n");
    kill(following.process, SIGTERM);
    end_following(&following, EX_OK);
}

/* The reader of the pipe goes away, as head(1) does. */
static void
test_events_reader_gone(void)
{
    Following following = {0};

    start_following(&following, "event every 10ms\nEvent: UserEvent\nPrivilege: user,all\nend\n",
                    (const char *const[]){"events", "--filter", "UserEvent", NULL});
    close(following.output);
    following.output = open("/dev/null", O_RDONLY);
    end_following(&following, EX_OK);
}

static void
test_events_bad_filter(void)
{
    g_auto(ProgramRun) result = {0};

    program_run(&result, (const char *const[]){"ami", "events", "--filter", "=a", NULL});
    g_assert_cmpint(result.code, ==, EX_USAGE);
    g_assert_true(g_str_has_prefix(result.errors, "capella: --filter: "));
}

/* --- All of them --- */

static void
add(const char *kind, const char *name, gconstpointer data, GTestDataFunc function)
{
    g_autofree char *path = g_strconcat("/capella/ami/", kind, "/", name, NULL);

    g_test_add_data_func(path, data, function);
}

static void
add_tables(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        add("answer", cases[i].name, &cases[i], test_case);
    for (gsize i = 0; i < G_N_ELEMENTS(bad_cases); i++)
        add("bad", bad_cases[i].name, &bad_cases[i], test_bad);
    for (gsize i = 0; i < G_N_ELEMENTS(way_cases); i++)
        add("way", way_cases[i].name, &way_cases[i], test_way);
    for (gsize i = 0; i < G_N_ELEMENTS(tls_cases); i++)
        add("tls", tls_cases[i].name, GSIZE_TO_POINTER(i), test_tls);
}

/* An environment in which nothing of the user's is found. */
static char *
set_environment(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("capella-ami-XXXXXX", &error);

    g_assert_no_error(error);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_setenv("XDG_CONFIG_HOME", folder, TRUE);
    g_setenv("CAPELLA_AMI_USER", "capella", TRUE);
    g_setenv("CAPELLA_AMI_SECRET", "galaxy", TRUE);
    g_unsetenv("CAPELLA_AMI_HOST");
    g_unsetenv("NO_COLOR");
    return folder;
}

int
main(int argc, char *argv[])
{
    g_autofree char *folder = NULL;
    int code;

    g_test_init(&argc, &argv, NULL);
    folder = set_environment();
    add_tables();
    g_test_add_func("/capella/ami/sent", test_sent);
    g_test_add_func("/capella/ami/injection", test_injection);
    g_test_add_func("/capella/ami/way/nobody", test_nobody);
    g_test_add_func("/capella/ami/server", test_server);
    g_test_add_func("/capella/ami/own-file", test_own_file);
    g_test_add_func("/capella/ami/environment", test_environment);
    g_test_add_func("/capella/ami/nobody-named", test_nobody_named);
    g_test_add_func("/capella/ami/asked", test_asked);
    g_test_add_func("/capella/ami/asked-interrupt", test_asked_interrupt);
    g_test_add_func("/capella/ami/list", test_list);
    g_test_add_func("/capella/ami/list-word", test_list_word);
    g_test_add_func("/capella/ami/described", test_described);
    g_test_add_func("/capella/ami/help", test_help);
    g_test_add_func("/capella/ami/events/block", test_events_block);
    g_test_add_func("/capella/ami/events/short", test_events_short);
    g_test_add_func("/capella/ami/events/json", test_events_json);
    g_test_add_func("/capella/ami/events/reconnect", test_events_reconnect);
    g_test_add_func("/capella/ami/events/reader-gone", test_events_reader_gone);
    g_test_add_func("/capella/ami/events/bad-filter", test_events_bad_filter);
    code = g_test_run();
    g_rmdir(folder);
    return code;
}
