/* test-main.c - the command line itself: subcommands, help, version. */

#include "program.h"
#include <capella/agi/commands.h>
#include <string.h>
#include <sysexits.h>

static const struct {
    const char *name;
    const char *arguments[4];
    int code;
    const char *output; /* a part of it, NULL: there is none */
    const char *errors;
} cases[] = {
    {"nothing", {NULL}, EX_USAGE, NULL, "capella: which command? see capella --help\n"},
    {"unknown",
     {"dance"},
     EX_USAGE,
     NULL,
     "capella: there is no command \"dance\"; see capella --help\n"},
    {"version", {"--version"}, EX_OK, "capella 0.", NULL},
    {"help", {"--help"}, EX_OK, "\n  call       Places a scripted call", NULL},
    {"help-word", {"help"}, EX_OK, "\n  commands   Lists every AGI command\n", NULL},
    {"help-for-a-command",
     {"help", "commands"},
     EX_OK,
     "capella commands - list every AGI command",
     NULL},
    {"help-for-nothing",
     {"help", "dance"},
     EX_USAGE,
     NULL,
     "capella: there is no command \"dance\"; see capella --help\n"},
    {"commands-too-much", {"commands", "x"}, EX_USAGE, NULL, "capella: \"x\" is too much"},
};

static void
check_part(const char *text, const char *part)
{
    if (part == NULL)
        g_assert_cmpstr(text, ==, "");
    else
        g_assert_nonnull(strstr(text, part));
}

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_auto(ProgramRun) run = {0};

    program_run(&run, cases[i].arguments);
    g_assert_cmpint(run.code, ==, cases[i].code);
    check_part(run.output, cases[i].output);
    check_part(run.errors, cases[i].errors);
}

/* A line for each command of the table. */
static void
test_commands(void)
{
    g_auto(ProgramRun) run = {0};
    AgiCommandInfo info = {0};

    program_run(&run, (const char *const[]){"commands", NULL});
    g_assert_cmpint(run.code, ==, EX_OK);
    for (guint i = 0; agi_command_info(i, &info); i++) {
        g_autofree char *line = g_strdup_printf("\n%-26s %-6s %-5s %s", info.name,
                                                info.since != NULL ? info.since : "-",
                                                info.runs_when_dead ? "yes" : "no", info.arguments);

        g_assert_nonnull(strstr(run.output, g_strchomp(line)));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/capella/main/", cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    g_test_add_func("/capella/main/commands", test_commands);
    return g_test_run();
}
