/* test-manager-script.c - the lines of a manager's script: right ones, wrong ones, the manual. */

#include "manager-client.h"
#include <string.h>

/* Lines that are right; each directive is among them. */
static const char *const right[] = {
    "version 1.0",
    "greeting none",
    "greeting \"x\\r\\n\"",
    "user a b read call,system write all once",
    "booting",
    "boot",
    "strict",
    "limit 50",
    "login timeout 30",
    "write timeout 100ms",
    "channel PJSIP/a-1 1.1 CallerIDNum=100 Variable=A=1",
    "variable A 1",
    "database a b c",
    "answer Ping\nend",
    "list Agents Agents\nend",
    "output \"core show uptime\"\nend",
    "error Ping no",
    "ignore *",
    "delay Ping 1s",
    "event every 1h\nEvent: x\nend",
    "event 1s after login\nend",
    "flood 10 events rate 5 at 1h",
    "hangup PJSIP/a-1 cause 17 after Ping",
    "asyncagi PJSIP/a-1 after Ping\npress 5\nend",
    "originate PJSIP/* answers after 2s agi 127.0.0.1:4573",
    "originate * no-answer",
    "call PJSIP/*\nspeed instant\nend",
    "fault split every 3 bytes 10ms",
    "fault close before greeting",
    "fault reset inside Ping",
    "fault stall after 2nd Ping ActionID=x",
    "fault half-close before Login",
    "fault junk \"x\" after Login",
    "# a comment",
    "",
};

static const struct {
    const char *name;
    const char *script;
    const char *message;
} wrong[] = {
    {"unknown", "\nsing", "script:2: \"sing\" is nothing that a manager's script can say"},
    {"too-much", "strict now",
     "script:1: strict: \"now\" is too much; a value with blanks goes into quotes"},
    {"no-end", "strict\nanswer Ping\nResponse: Success",
     "script:2: the line \"end\" is missing behind what belongs to it"},
    {"quotes-in-a-block", "answer Ping\nResponse: Success\n\"x\nend",
     "script:1: answer: line 3: a quote is not closed"},
    {"two-words-in-a-block", "answer Ping\n\"x\" y\nend",
     "script:1: answer: line 2: behind bytes in quotes nothing may follow"},
    {"call-script", "strict\ncall PJSIP/*\nspeed instant\njump\nend",
     "script:2: call: script:4: \"jump\" is nothing that a script can say"},
    {"no-time", "delay Ping", "script:1: delay: a time such as 1.5s is missing"},
    {"no-moment", "flood 3 events now",
     "script:1: flood: when? write \"at TIME\", \"every TIME\", \"after login\" or \"after "
     "ACTION\""},
    {"too-often", "event every 0s\nend", "script:1: event: every 1ms is the most that can be done"},
    {"no-place", "fault close near Ping",
     "script:1: fault close: where? write \"before\", \"inside\" or \"after\", then \"greeting\" "
     "or an action"},
    {"no-outcome", "originate PJSIP/* sings",
     "script:1: originate: what becomes of it? answers, busy, no-answer, fails or congestion"},
    {"version", "version new", "script:1: version: a version is like 11.0.0"},
    {"user", "user a b c",
     "script:1: user: behind the secret there may be: read CLASSES, write CLASSES, once"},
    {"all-at-once", "sing\nstrict\ndance",
     "script:1: \"sing\" is nothing that a manager's script can say\n"
     "script:3: \"dance\" is nothing that a manager's script can say"},
};

static void
test_right(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(right); i++)
        pbx_manager_free(manager_start(right[i]));
}

static void
test_wrong(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(PbxManager) manager = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) later = NULL;

    g_assert_null(pbx_manager_new(wrong[i].script, 0, &error));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    g_assert_cmpstr(error->message, ==, wrong[i].message);
    manager = manager_start("");
    g_assert_false(pbx_manager_read(manager, wrong[i].script, &later));
    g_assert_error(later, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
}

static gboolean
is_among_right(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(right); i++) {
        if (g_str_has_prefix(right[i], name))
            return TRUE;
    }
    return FALSE;
}

static void
test_every_directive(void)
{
    PbxDirectiveInfo info = {0};

    for (guint i = 0; pbx_manager_directive_info(i, &info); i++) {
        if (strcmp(info.name, "tls") != 0 && !is_among_right(info.name))
            g_error("no line of this test begins with %s", info.name);
    }
}

/* The manual writes quotes as \(dq, and ends each summary with a full stop. */
static char *
make_item(const PbxDirectiveInfo *info)
{
    g_autoptr(GString) item = g_string_new(NULL);

    g_string_printf(item, "\n.It Li \"%s%s%s\"\n%s.\n", info->name,
                    *info->arguments != '\0' ? " " : "", info->arguments, info->summary);
    return g_string_free(g_steal_pointer(&item), FALSE);
}

static void
test_manual(void)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "..", "doc", "capella.1", NULL);
    g_autofree char *manual = NULL;
    g_autoptr(GError) error = NULL;
    PbxDirectiveInfo info = {0};

    g_file_get_contents(path, &manual, NULL, &error);
    g_assert_no_error(error);
    for (guint i = 0; pbx_manager_directive_info(i, &info); i++) {
        g_autofree char *item = make_item(&info);

        if (strstr(manual, item) == NULL)
            g_error("capella(1) lacks:%s", item);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pbx/manager-script/right", test_right);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strdup_printf("/pbx/manager-script/wrong/%s", wrong[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_wrong);
    }
    g_test_add_func("/pbx/manager-script/every-directive", test_every_directive);
    g_test_add_func("/pbx/manager-script/manual", test_manual);
    return g_test_run();
}
