/* test-commands.c - the simulated PBX knows every command that libcapella can send. */

#include "pbx/call-private.h"
#include <capella/agi/commands.h>
#include <string.h>

static const PbxCommand *const tables[] = {
    pbx_commands_call, pbx_commands_sound, pbx_commands_say, pbx_commands_data, pbx_commands_speech,
};

static const PbxCommand *
find(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbxCommand *command = tables[i]; command->name != NULL; command++) {
            if (strcmp(command->name, name) == 0)
                return command;
        }
    }
    return NULL;
}

static void
test_every_command(void)
{
    AgiCommandInfo info = {0};
    guint n = 0;

    for (guint i = 0; agi_command_info(i, &info); i++) {
        const PbxCommand *command = find(info.name);

        g_test_message("%s", info.name);
        g_assert_nonnull(command);
        g_assert_cmpint((command->flags & PBX_RUNS_DEAD) != 0, ==, info.runs_when_dead);
        n++;
    }
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbxCommand *command = tables[i]; command->name != NULL; command++)
            n--;
    }
    g_assert_cmpuint(n, ==, 0);
}

static void
test_scan_integer(void)
{
    gint64 number = 5;

    g_assert_true(pbx_scan_integer("2000.5", &number));
    g_assert_cmpint(number, ==, 2000);
    g_assert_true(pbx_scan_integer(" -7x", &number));
    g_assert_cmpint(number, ==, -7);
    g_assert_false(pbx_scan_integer("x7", &number));
    g_assert_false(pbx_scan_integer("", &number));
    g_assert_cmpint(number, ==, -7);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pbx/commands/every-command", test_every_command);
    g_test_add_func("/pbx/commands/scan-integer", test_scan_integer);
    return g_test_run();
}
