/* test-originate.c - `capella originate` from end to end, against the simulated manager interface.
 */

#include "pbx/manager.h"
#include "program.h"
#include <string.h>
#include <sysexits.h>

static void
run(ProgramRun *run, PbxManager *manager, const char *const *words)
{
    g_autofree char *host = g_strdup_printf("127.0.0.1:%u", pbx_manager_get_port(manager));
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "originate");
    for (; *words != NULL; words++)
        g_ptr_array_add(all, (gpointer) *words);
    g_ptr_array_add(all, (gpointer) "--host");
    g_ptr_array_add(all, (gpointer) host);
    g_ptr_array_add(all, NULL);
    program_run(run, (const char *const *) all->pdata);
}

static PbxManager *
start_manager(const char *script)
{
    g_autoptr(GError) error = NULL;
    PbxManager *manager = pbx_manager_new(script, 0, &error);

    g_assert_no_error(error);
    return manager;
}

/* --- What became of it --- */

#define TAKEN "answer Originate\nResponse: Success\nMessage: Originate successfully queued\n.\n"
#define EVENT "Event: OriginateResponse\nPrivilege: call,all\nChannel: PJSIP/alice-1\n"

typedef struct {
    const char *name;
    const char *script;
    const char *words[6];
    int code;
    const char *output;
    const char *errors; /* what they begin with */
} Case;

static const Case cases[] = {
    {"answered",
     TAKEN EVENT "Uniqueid: 17.1\nResponse: Success\nReason: 4\nend\n",
     {"PJSIP/alice", "default,100"},
     EX_OK,
     "PJSIP/alice answered: channel PJSIP/alice-1, unique id 17.1\n",
     ""},
    {"answered-harmful",
     TAKEN EVENT "Uniqueid: \033c\nResponse: Success\nReason: 4\nend\n",
     {"PJSIP/alice", "default,100"},
     EX_OK,
     "PJSIP/alice answered: channel PJSIP/alice-1, unique id \\x1bc\n",
     ""},
    {"busy",
     "originate * busy\n",
     {"PJSIP/alice", "default,100"},
     1,
     "",
     "capella: call to PJSIP/alice: the line is busy"},
    {"no-answer",
     "originate * no-answer\n",
     {"PJSIP/alice", "default,100", "--timeout", "0.05"},
     1,
     "",
     "capella: call to PJSIP/alice: it rang, and nobody answered"},
    {"fails",
     "originate * fails\n",
     {"PJSIP/alice", "default,100"},
     1,
     "",
     "capella: call to PJSIP/alice: there is nobody"},
    {"congestion",
     "originate * congestion\n",
     {"PJSIP/alice", "default,100"},
     1,
     "",
     "capella: call to PJSIP/alice: all lines are in use"},
    {"refused",
     "error Originate \"Extension does not exist.\"\n",
     {"PJSIP/alice", "default,100"},
     1,
     "",
     "capella: Originate: Extension does not exist."},
    {"no-permission",
     "user capella galaxy write call\n",
     {"PJSIP/alice", "default,100"},
     EX_NOPERM,
     "",
     "capella: Originate: Permission denied"},
    {"wrong-secret",
     "user capella other\n",
     {"PJSIP/alice", "default,100"},
     EX_NOPERM,
     "",
     "capella: 127.0.0.1: the login of user \"capella\" was refused"},
    {"lost",
     "fault close before Originate\n",
     {"PJSIP/alice", "default,100"},
     EX_TEMPFAIL,
     "",
     "capella: Originate: the connection was lost"},
    {"no-wait",
     "originate * busy\n",
     {"PJSIP/alice", "default,100", "--no-wait"},
     EX_OK,
     "Asterisk calls PJSIP/alice\n",
     ""},
};

static void
test_case(gconstpointer data)
{
    const Case *expected = data;
    g_autoptr(PbxManager) manager = start_manager(expected->script);
    g_auto(ProgramRun) result = {0};

    run(&result, manager, expected->words);
    g_test_message("%s", result.errors);
    g_assert_cmpstr(result.output, ==, expected->output);
    if (*expected->errors == '\0')
        g_assert_cmpstr(result.errors, ==, "");
    g_assert_true(g_str_has_prefix(result.errors, expected->errors));
    g_assert_cmpint(result.code, ==, expected->code);
}

static void
test_json(void)
{
    g_autoptr(PbxManager) manager =
        start_manager(TAKEN EVENT "ActionID: {ActionID}\nResponse: Success\nReason: 4\nend\n");
    g_auto(ProgramRun) result = {0};

    run(&result, manager, (const char *const[]){"PJSIP/alice", "default,100", "--json", NULL});
    g_assert_cmpint(result.code, ==, EX_OK);
    g_assert_true(g_str_has_prefix(result.output, "{\"Event\":\"OriginateResponse\","));
    g_assert_true(g_str_has_suffix(result.output, "\"Response\":\"Success\",\"Reason\":\"4\"}\n"));
}

/* --- What is sent --- */

typedef struct {
    const char *name;
    const char *words[16];
    const char *lines[12]; /* each of them is sent */
} SentCase;

static const SentCase sent_cases[] = {
    {"extension",
     {"PJSIP/alice", "default,100"},
     {"Channel: PJSIP/alice", "Context: default", "Exten: 100", "Priority: 1", "Timeout: 30000"}},
    {"priority", {"PJSIP/alice", "default,100,begin"}, {"Exten: 100", "Priority: begin"}},
    {"application",
     {"PJSIP/alice", "--application", "Playback", "--data", "a,b"},
     {"Application: Playback", "Data: a,b"}},
    {"all",
     {"PJSIP/alice", "default,100", "--timeout", "2.5", "--variable", "NOTE=a, \"b\" = c",
      "--variable", "EMPTY=", "--codecs", "ulaw,alaw", "--account", "42", "--early-media"},
     {"Timeout: 2500", "Variable: NOTE=\"a, \\\"b\\\" = c\"", "Variable: EMPTY=\"\"",
      "Codecs: ulaw,alaw", "Account: 42", "EarlyMedia: true"}},
    {"caller",
     {"PJSIP/alice", "default,100", "--caller", "Front desk <100>"},
     {"CallerID: \"Front desk\" <100>"}},
    {"caller-quoted",
     {"PJSIP/alice", "default,100", "--caller", "\"Front desk\" <100>"},
     {"CallerID: \"Front desk\" <100>"}},
    {"caller-number", {"PJSIP/alice", "default,100", "--caller", "+100"}, {"CallerID: <+100>"}},
};

static void
test_sent(gconstpointer data)
{
    const SentCase *expected = data;
    g_autoptr(PbxManager) manager = start_manager("");
    g_auto(ProgramRun) result = {0};
    g_autofree char *received = NULL;

    run(&result, manager, expected->words);
    g_assert_cmpstr(result.errors, ==, "");
    g_assert_cmpint(result.code, ==, EX_OK);
    received = pbx_manager_dup_received(manager);
    g_test_message("%s", received);
    for (guint i = 0; expected->lines[i] != NULL; i++) {
        g_autofree char *line = g_strdup_printf("\r\n%s\r\n", expected->lines[i]);

        g_assert_nonnull(strstr(received, line));
    }
}

/* --- What is wrong before anything is sent --- */

static const struct {
    const char *name;
    const char *words[6];
    int code;
    const char *errors;
} bad_cases[] = {
    {"nobody",
     {NULL},
     EX_USAGE,
     "capella: call whom? as in: capella originate PJSIP/alice default,100\n"},
    {"nowhere",
     {"PJSIP/alice"},
     EX_USAGE,
     "capella: where does the call go? as in: capella originate PJSIP/alice default,100\n"},
    {"no-extension",
     {"PJSIP/alice", "default"},
     EX_USAGE,
     "capella: \"default\" is no place in the dialplan: write CONTEXT,EXTENSION or "
     "CONTEXT,EXTENSION,PRIORITY\n"},
    {"both",
     {"PJSIP/alice", "a,1", "--application", "Echo"},
     EX_USAGE,
     "capella: \"a,1\" or --application, not both\n"},
    {"data-alone",
     {"PJSIP/alice", "a,1", "--data", "b"},
     EX_USAGE,
     "capella: --data means nothing without --application\n"},
    {"too-much",
     {"PJSIP/alice", "a,1", "b"},
     EX_USAGE,
     "capella: \"b\" is too much; see capella originate --help\n"},
    {"variable",
     {"PJSIP/alice", "a,1", "--variable", "A"},
     EX_USAGE,
     "capella: --variable A: write NAME=VALUE\n"},
    {"timeout",
     {"PJSIP/alice", "a,1", "--timeout", "soon"},
     EX_USAGE,
     "capella: --timeout is a number of seconds, not \"soon\"\n"},
    {"injection", {"PJSIP/alice", "a,1\r\nAction: Logoff"}, EX_DATAERR, NULL},
};

static void
test_bad(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(PbxManager) manager = start_manager("");
    g_auto(ProgramRun) result = {0};

    run(&result, manager, bad_cases[i].words);
    if (bad_cases[i].errors != NULL)
        g_assert_cmpstr(result.errors, ==, bad_cases[i].errors);
    g_assert_cmpint(result.code, ==, bad_cases[i].code);
    g_assert_cmpuint(pbx_manager_count_actions(manager, ""), ==, 0);
}

static void
test_help(void)
{
    g_auto(ProgramRun) result = {0};

    program_run(&result, (const char *const[]){"originate", "--help", NULL});
    g_assert_cmpint(result.code, ==, EX_OK);
    g_assert_nonnull(strstr(result.output, "--variable=NAME=VALUE"));
    g_assert_nonnull(strstr(result.output, "--secret-file=FILE"));
    g_assert_nonnull(strstr(result.output, "Exit codes:"));
}

static void
add(const char *kind, const char *name, gconstpointer data, GTestDataFunc function)
{
    g_autofree char *path = g_strconcat("/capella/originate/", kind, "/", name, NULL);

    g_test_add_data_func(path, data, function);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_setenv("CAPELLA_AMI_USER", "capella", TRUE);
    g_setenv("CAPELLA_AMI_SECRET", "galaxy", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        add("outcome", cases[i].name, &cases[i], test_case);
    for (gsize i = 0; i < G_N_ELEMENTS(sent_cases); i++)
        add("sent", sent_cases[i].name, &sent_cases[i], test_sent);
    for (gsize i = 0; i < G_N_ELEMENTS(bad_cases); i++)
        add("bad", bad_cases[i].name, GSIZE_TO_POINTER(i), test_bad);
    g_test_add_func("/capella/originate/json", test_json);
    g_test_add_func("/capella/originate/help", test_help);
    return g_test_run();
}
