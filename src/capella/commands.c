/* commands.c - `capella commands`: the AGI commands, one a line. */

#include "capella/command.h"
#include <capella/agi/commands.h>

static void
print_row(const char *name, const char *since, const char *dead, const char *arguments)
{
    g_autofree char *row = g_strdup_printf("%-26s %-6s %-5s %s", name, since, dead, arguments);

    g_print("%s\n", g_strchomp(row));
}

int
capella_commands_run(int argc, char *argv[])
{
    g_autoptr(GOptionContext) context = g_option_context_new("- list every AGI command");
    AgiCommandInfo info = {0};
    int code = EX_OK;

    g_option_context_set_description(
        context, "Each line: the command, the Asterisk that has it first (- for every one),\n"
                 "whether it runs after a hangup, and its arguments.\n");
    if (!capella_parse_options(context, &argc, &argv, &code))
        return code;
    if (argc > 1)
        return capella_fail(EX_USAGE, "\"%s\" is too much; see capella commands --help", argv[1]);
    print_row("COMMAND", "SINCE", "DEAD", "ARGUMENTS");
    for (guint i = 0; agi_command_info(i, &info); i++)
        print_row(info.name, info.since != NULL ? info.since : "-",
                  info.runs_when_dead ? "yes" : "no", info.arguments);
    return EX_OK;
}
