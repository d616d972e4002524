/* policy.c - what follows when a call cannot be served, or its handler failed. */

#include "capellad/policy.h"

#include "agi/quote.h"

#include <capella/settings.h>
#include <string.h>

/* The longest explanation that is put into CAPELLA_ERROR, in bytes. */
#define EXPLANATION_MAXIMUM 500

static gboolean
parse_jump(Policy *policy, const char *text, GError **error)
{
    gint64 jump;

    if (!g_ascii_string_to_signed(text, 10, -10000, 10000, &jump, error))
        return FALSE;
    policy->kind = POLICY_JUMP;
    policy->jump = (int) jump;
    return TRUE;
}

static gboolean
parse_goto(Policy *policy, const char *text, GError **error)
{
    g_auto(GStrv) target = g_strsplit(text, ",", -1);

    for (guint i = 0; i < g_strv_length(target); i++)
        g_strstrip(target[i]);
    if (g_strv_length(target) != 3 || *target[0] == '\0' || *target[1] == '\0' ||
        *target[2] == '\0') {
        g_set_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID,
                    "\"goto\" needs CONTEXT,EXTENSION,PRIORITY, not \"%s\"", text);
        return FALSE;
    }
    policy->kind = POLICY_GOTO;
    policy->target = g_steal_pointer(&target);
    return TRUE;
}

gboolean
policy_parse(Policy *policy, const char *text, GError **error)
{
    memset(policy, 0, sizeof *policy);
    if (strcmp(text, "continue") == 0)
        return TRUE;
    if (strcmp(text, "hangup") == 0) {
        policy->kind = POLICY_HANGUP;
        return TRUE;
    }
    if (g_str_has_prefix(text, "goto "))
        return parse_goto(policy, text + strlen("goto "), error);
    if (g_str_has_prefix(text, "jump "))
        return parse_jump(policy, text + strlen("jump "), error);
    g_set_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID,
                "is \"%s\", must be \"continue\", \"hangup\", \"goto CONTEXT,EXTENSION,PRIORITY\" "
                "or \"jump N\"",
                text);
    return FALSE;
}

void
policy_clear(Policy *policy)
{
    g_clear_pointer(&policy->target, g_strfreev);
}

gboolean
policy_ends_as_failure(const Policy *policy)
{
    return policy->kind != POLICY_HANGUP;
}

/* One command with quoted arguments. What the wire cannot carry becomes a blank, so that an
 * explanation always arrives. */
static void
add_command(GStrvBuilder *commands, const char *command, ...)
{
    g_autoptr(GString) line = g_string_new(command);
    const char *argument;
    va_list arguments;

    va_start(arguments, command);
    while ((argument = va_arg(arguments, const char *)) != NULL) {
        g_autofree char *printable = g_strndup(argument, EXPLANATION_MAXIMUM);

        g_strdelimit(printable, "\r\n", ' ');
        g_string_append_c(line, ' ');
        agi_quote(line, printable);
    }
    va_end(arguments);
    g_strv_builder_add(commands, line->str);
}

static void
add_jump(GStrvBuilder *commands, const Policy *policy, const AgiEnvironment *environment)
{
    int priority = agi_environment_get_priority(environment) + policy->jump;
    g_autofree char *text = g_strdup_printf("%d", MAX(priority, 1));

    add_command(commands, "SET PRIORITY", text, NULL);
}

char **
policy_get_commands(const Policy *policy, const AgiEnvironment *environment, const char *status,
                    const char *explanation)
{
    g_autoptr(GStrvBuilder) commands = g_strv_builder_new();

    add_command(commands, "SET VARIABLE", "CAPELLA_STATUS", status, NULL);
    add_command(commands, "SET VARIABLE", "CAPELLA_ERROR", explanation, NULL);
    switch (policy->kind) {
    case POLICY_CONTINUE:
        break;
    case POLICY_HANGUP:
        add_command(commands, "HANGUP", NULL);
        break;
    case POLICY_GOTO:
        add_command(commands, "SET CONTEXT", policy->target[0], NULL);
        add_command(commands, "SET EXTENSION", policy->target[1], NULL);
        add_command(commands, "SET PRIORITY", policy->target[2], NULL);
        break;
    case POLICY_JUMP:
        add_jump(commands, policy, environment);
        break;
    }
    return g_strv_builder_end(commands);
}
