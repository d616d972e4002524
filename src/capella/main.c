/* main.c - capella, the command line: finds the subcommand and runs it. */

#include "config.h"

#include "capella/command.h"
#include <locale.h>
#include <string.h>

static const CapellaCommand commands[] = {
    {"ami", "Runs an action of Asterisk's manager interface, or follows its events",
     capella_ami_run},
    {"call", "Places a scripted call at a FastAGI server, with no Asterisk at hand",
     capella_call_run},
    {"commands", "Lists every AGI command", capella_commands_run},
    {"originate", "Has Asterisk place a call, and says what became of it", capella_originate_run},
};

static void
print_help(void)
{
    g_print("Usage:\n  capella COMMAND [OPTION...]\n\nCommands:\n");
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        g_print("  %-10s %s\n", commands[i].name, commands[i].summary);
    g_print("\n"
            "  capella COMMAND --help says more of each of them, capella(1) says all.\n"
            "\n"
            "Try this on a server at the default port:\n"
            "  capella call agi://127.0.0.1/1000 --press 12# --hangup-after 30\n");
}

static int
run_command(const CapellaCommand *command, int argc, char *argv[])
{
    g_autofree char *name = g_strconcat("capella ", command->name, NULL);

    g_set_prgname(name);
    return command->run(argc, argv);
}

static const CapellaCommand *
find_command(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* `capella help call` is `capella call --help`. */
static int
run_help(int argc, char *argv[])
{
    const CapellaCommand *command = argc > 1 ? find_command(argv[1]) : NULL;
    char *help[] = {argc > 1 ? argv[1] : NULL, (char[]){"--help"}, NULL};

    if (command != NULL)
        return run_command(command, 2, help);
    if (argc > 1)
        return capella_fail(EX_USAGE, "there is no command \"%s\"; see capella --help", argv[1]);
    print_help();
    return EX_OK;
}

int
main(int argc, char *argv[])
{
    const CapellaCommand *command = NULL;

    setlocale(LC_ALL, "");
    capella_set_up_log();
    if (argc < 2)
        return capella_fail(EX_USAGE, "which command? see capella --help");
    if (strcmp(argv[1], "--version") == 0) {
        g_print("capella %s\n", PACKAGE_VERSION);
        return EX_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return run_help(argc - 1, argv + 1);
    command = find_command(argv[1]);
    if (command == NULL)
        return capella_fail(EX_USAGE, "there is no command \"%s\"; see capella --help", argv[1]);
    return run_command(command, argc - 1, argv + 1);
}
