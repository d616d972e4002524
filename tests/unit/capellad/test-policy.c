/* test-policy.c - what follows a failure: how it is written, and the commands that carry it out. */

#include "capellad/policy.h"

#include <capella/settings.h>
#include <string.h>

static const char environment_block[] = "agi_extension: 1000\nagi_priority: 4\n\n";

typedef struct {
    const char *text;
    const char *commands;
} PolicyCase;

#define SET_BOTH                                                                                   \
    "SET VARIABLE \"CAPELLA_STATUS\" \"ERROR\"\n"                                                  \
    "SET VARIABLE \"CAPELLA_ERROR\" \"no \\\"way\\\" out\""

static const PolicyCase cases[] = {
    {"continue", SET_BOTH},
    {"hangup", SET_BOTH "\nHANGUP"},
    {"goto fallback, s , lost",
     SET_BOTH "\nSET CONTEXT \"fallback\"\nSET EXTENSION \"s\"\nSET PRIORITY \"lost\""},
    {"jump 101", SET_BOTH "\nSET PRIORITY \"105\""},
    {"jump -9", SET_BOTH "\nSET PRIORITY \"1\""},
};

static AgiEnvironment *
new_environment(void)
{
    g_autoptr(GError) error = NULL;
    AgiEnvironment *environment =
        agi_environment_new(environment_block, strlen(environment_block), &error);

    g_assert_no_error(error);
    return environment;
}

static void
test_commands(void)
{
    g_autoptr(AgiEnvironment) environment = new_environment();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Policy) policy = {0};
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) commands = NULL;
        g_autofree char *joined = NULL;

        g_assert_true(policy_parse(&policy, cases[i].text, &error));
        g_assert_no_error(error);
        commands = policy_get_commands(&policy, environment, "ERROR", "no \"way\" out");
        joined = g_strjoinv("\n", commands);
        g_assert_cmpstr(joined, ==, cases[i].commands);
    }
}

/* An explanation can hold anything, and still it is one word of one line. */
static void
test_explanation(void)
{
    g_autoptr(AgiEnvironment) environment = new_environment();
    g_auto(Policy) policy = {0};
    g_autofree char *longest = g_strnfill(100000, 'x');
    g_auto(GStrv) broken = policy_get_commands(&policy, environment, "ERROR", "a\r\nHANGUP\nb");
    g_auto(GStrv) cut = policy_get_commands(&policy, environment, "ERROR", longest);

    g_assert_cmpstr(broken[1], ==, "SET VARIABLE \"CAPELLA_ERROR\" \"a  HANGUP b\"");
    g_assert_cmpuint(strlen(cut[1]), <, 2046);
    g_assert_null(cut[2]);
}

static void
test_errors(void)
{
    static const char *const wrong[] = {"",          "Continue",   "goto",        "goto a,b",
                                        "goto a,,1", "goto ,b,1",  "jump",        "jump x",
                                        "jump 1e9",  "hangup now", "goto a,b,c,d"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_auto(Policy) policy = {0};
        g_autoptr(GError) error = NULL;

        g_test_message("%s", wrong[i]);
        g_assert_false(policy_parse(&policy, wrong[i], &error));
        g_assert_nonnull(error);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capellad/policy/commands", test_commands);
    g_test_add_func("/capellad/policy/explanation", test_explanation);
    g_test_add_func("/capellad/policy/errors", test_errors);
    return g_test_run();
}
