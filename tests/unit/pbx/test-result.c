/* test-result.c - a recorded call can be played again, and says when it went another way. */

#include "transcript.h"
#include <string.h>

/* Calls with all that is hard to write down. */
static const struct {
    const char *name;
    const char *script;
    const char *conversation;
} cases[] = {
    {"plain", "caller 555\nargument \"a \\\"b\\\"\"\nargument \"\"\npress 12#",
     "> ANSWER\n< 200 result=0\n> stream file \"hello-world\" \"\"\n< 200 result=0 endpos=8000\n"
     "> GET DATA enter-pin 5000 4\n< 200 result=12\n> SET VARIABLE PIN 12\n< 200 result=1\n"
     "> SET PRIORITY 7\n< 200 result=0\n"},
    {"bytes", "variable X \"one\\ntwo \\x01 \\\"q\\\" \\\\ \xc3\xbc \xff\"",
     "> GET VARIABLE \"X\"\n< 200 result=1 (one\n< two \x01 \"q\" \\ \xc3\xbc \xff)\n"
     "> GET VARIABLE \"nosuch: thing\"\n< 200 result=0\n> \"ver\\bose\" \"a \\\"b\\\" \\\\\"\n"
     "< 200 result=1\n"},
    {"several-lines", "documented\nsubroutine a,b,1",
     "> SAY DIGITS\n< 520-Invalid command syntax.  Proper usage follows:\n< [Syntax]\n"
     "< SAY DIGITS digits escape-digits\n< \n< [Result]\n"
     "< <literal>-1</literal> where it fails.\n< \n< 520 End of proper usage.\n"
     "> GOSUB a b 1\n< 100 result=0 Trying...\n< 200 result=0 Gosub complete\n"},
    {"odd-commands", "",
     "> \n< 510 Invalid or unknown command\n> FROB-NICATE 5\n"
     "< 510 Invalid or unknown command\n> \"\" \"\"\n"
     "< 510 Invalid or unknown command\n> 12 commands\n"
     "< 510 Invalid or unknown command\n> reply x\n"
     "< 510 Invalid or unknown command\n> variable a b\n"
     "< 510 Invalid or unknown command\n"},
    {"hangup", "hangup during \"long\"",
     "> STREAM FILE long \"\"\n< 200 result=-1 endpos=800\n< HANGUP\n> NOOP\n< 200 result=0\n"},
    {"hangup-at-once", "hangup at 0s", "< HANGUP\n> NOOP\n< 200 result=0\n"},
    {"hangup-by-command", "", "> HANGUP\n< 200 result=1\n< HANGUP\n> NOOP\n< 200 result=0\n"},
    {"failure", "missing file no", "> STREAM FILE no \"\"\n< 200 result=-1 endpos=0\n"},
    {"failure-line", "", "> failure\n"},
};

/* The script that plays the @i-th case again. */
static char *
record(gsize i)
{
    g_autofree char *script = g_strconcat("speed instant\n", cases[i].script, NULL);
    g_autoptr(PbxResult) result = transcript_run(script, cases[i].conversation);

    return pbx_result_dup_script(result);
}

static void
test_replay(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *script = record(i);
    g_autofree char *again = NULL;
    g_autoptr(PbxResult) result = NULL;

    g_test_message("%s", script);
    result = transcript_run(script, cases[i].conversation);
    if (result->unmet->len > 0)
        g_test_message("%s", (char *) g_ptr_array_index(result->unmet, 0));
    g_assert_cmpuint(result->unmet->len, ==, 0);
    again = pbx_result_dup_script(result);
    g_assert_cmpstr(again, ==, script);
}

/* A server that has changed its mind is found out. */
static void
test_changed(void)
{
    g_autofree char *script = record(0);
    g_autoptr(PbxResult) result =
        transcript_run(script, "> ANSWER\n< 200 result=0\n> STREAM FILE goodbye \"\"\n"
                               "< 200 result=0 endpos=8000\n");

    g_assert_cmpuint(result->unmet->len, ==, 2);
    g_assert_nonnull(strstr(g_ptr_array_index(result->unmet, 0),
                            "command 2 should be STREAM FILE \"hello-world\" \"\", and is "
                            "STREAM FILE goodbye \"\""));
    g_assert_nonnull(strstr(g_ptr_array_index(result->unmet, 1), "where the dialplan goes on"));
}

static void
test_variables(void)
{
    g_autoptr(PbxResult) result = transcript_run(
        "speed instant\nvariable a 1", "> SET VARIABLE b 2\n< 200 result=1\n> SET VARIABLE __c 3\n"
                                       "< 200 result=1\n> SET VARIABLE b 4\n< 200 result=1\n");

    g_assert_cmpstr(pbx_result_get_variable(result, "a"), ==, "1");
    g_assert_cmpstr(pbx_result_get_variable(result, "b"), ==, "4");
    g_assert_null(pbx_result_get_variable(result, "d"));
    g_assert_false(pbx_result_was_set(result, "a"));
    g_assert_true(pbx_result_was_set(result, "c"));
    g_assert_cmpuint(result->changed->len, ==, 2);
}

static void
test_conversation(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant", "> NOOP\n< 200 result=0\n> ANSWER\n< 200 result=0\n");
    g_autofree char *conversation = pbx_result_dup_conversation(result);

    g_assert_cmpstr(conversation, ==,
                    "> NOOP\n< 200 result=0\n> ANSWER\n< 200 result=0\n< HANGUP\n");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/pbx/result/replay/", cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_replay);
    }
    g_test_add_func("/pbx/result/changed", test_changed);
    g_test_add_func("/pbx/result/variables", test_variables);
    g_test_add_func("/pbx/result/conversation", test_conversation);
    return g_test_run();
}
