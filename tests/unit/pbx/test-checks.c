/* test-checks.c - answers of the script's own, and what it expects of the server. */

#include "transcript.h"
#include <string.h>

static const TranscriptCase answer_cases[] = {
    {"every", "speed instant\nanswer NOOP: 200 result=7 (mine)",
     "> NOOP\n< 200 result=7 (mine)\n> noop x\n< 200 result=7 (mine)\n> ANSWER\n"
     "< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"nth",
     "speed instant\nanswer 2nd NOOP: 200 result=2\nanswer NOOP: 200 result=9\n"
     "answer 3 NOOP: 200 result=3",
     "> NOOP\n< 200 result=9\n> NOOP\n< 200 result=2\n> NOOP\n< 200 result=3\n> NOOP\n"
     "< 200 result=9\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"with-arguments", "speed instant\nanswer GET VARIABLE X: 200 result=1 (a)",
     "> GET VARIABLE X\n< 200 result=1 (a)\n> GET VARIABLE x\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"any-word",
     "speed instant\nanswer DATABASE GET * k: 200 result=1 (a)\n"
     "answer DATABASE GET \"*\" l: 200 result=1 (b)",
     "> DATABASE GET f k\n< 200 result=1 (a)\n> DATABASE GET * l\n< 200 result=1 (b)\n"
     "> DATABASE GET f l\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"several-lines", "speed instant\nanswer NOOP: \"100 Trying\\n200 result=0\\r\\n\"",
     "> NOOP\n< 100 Trying\n< 200 result=0\r\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"none-at-all", "speed instant\nanswer NOOP: \"\"",
     "> NOOP\n@ command\n> ANSWER\n< 200 result=0\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"effects-stay", "speed instant\nanswer reply: 200 result=5\npriority 3",
     "> SET VARIABLE a 1\n< 200 result=5\n> EXEC Set b=2\n< 200 result=5\n> SET EXTENSION e\n"
     "< 200 result=5\n> EXEC Wait 100\n< 200 result=5\n> NOSUCH\n< 200 result=5\n",
     "SUCCESS", "default,e,4"},
    {"failing-answer", "speed instant\nanswer STREAM FILE: 200 result=-1 endpos=0",
     "> STREAM FILE a \"\"\n< 200 result=-1 endpos=0\n", "FAILURE", TRANSCRIPT_NEXT},
    {"minus-one-is-no-failure", "speed instant\nanswer CHANNEL STATUS: 200 result=-1",
     "> CHANNEL STATUS\n< 200 result=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
};

/* What is expected, what the server does, and what is said of it: sentences, a line each. */
static const struct {
    const char *name;
    const char *script;
    const char *conversation;
    const char *unmet;
} expectation_cases[] = {
    {"in-order", "expect ANSWER\nexpect VERBOSE",
     "> ANSWER\n< 200 result=0\n> NOOP\n"
     "< 200 result=0\n> VERBOSE x\n< 200 result=1\n",
     ""},
    {"out-of-order", "expect VERBOSE\nexpect ANSWER",
     "> ANSWER\n< 200 result=0\n> VERBOSE x\n< 200 result=1\n", "script:3: ANSWER did not come"},
    {"missing", "expect ANSWER\nexpect GET DATA \"enter pin\" *", "> ANSWER\n< 200 result=0\n",
     "script:3: GET DATA \"enter pin\" * did not come"},
    {"with-replies", "expect NOOP: 200 result=1\nexpect NOOP: 200 result=2",
     "> NOOP\n< 200 result=1\n> NOOP\n< 200 result=2\n> NOOP\n< 200 result=0\n", ""},
    {"forbidden", "forbid EXEC Dial",
     "> EXEC Wait 0\n< 200 result=0\n> EXEC Dial a\n"
     "< 200 result=-2\n",
     "script:2: command 2 must not come: EXEC Dial a"},
    {"strict", "strict\nexpect ANSWER\nexpect NOOP",
     "> ANSWER\n< 200 result=0\n> NOOP\n"
     "< 200 result=0\n",
     ""},
    {"strict-other", "strict\nexpect ANSWER\nexpect NOOP",
     "> ANSWER\n< 200 result=0\n> VERBOSE x\n< 200 result=1\n> NOOP\n< 200 result=0\n",
     "script:4: command 2 should be NOOP, and is VERBOSE x"},
    {"strict-longer", "strict\nexpect NOOP", "> NOOP x\n< 200 result=0\n",
     "script:3: command 1 should be NOOP, and is NOOP x"},
    {"strict-too-many", "strict\nexpect NOOP",
     "> NOOP\n< 200 result=0\n> NOOP\n"
     "< 200 result=0\n",
     "command 2 is one too many: NOOP"},
    {"strict-too-few", "strict\nexpect NOOP\nexpect NOOP", "> NOOP\n< 200 result=0\n",
     "script:4: NOOP did not come"},
    {"variable", "expect variable PIN 12\nexpect variable A 1\nexpect variable B 2",
     "> SET VARIABLE PIN 12\n< 200 result=1\n> SET VARIABLE B 3\n< 200 result=1\n",
     "script:3: the variable A should be \"1\", and is nothing\n"
     "script:4: the variable B should be \"2\", and is \"3\""},
    {"status", "expect status SUCCESS\nexpect status FAILURE", "> NOOP\n< 200 result=0\n",
     "script:3: AGISTATUS should be \"FAILURE\", and is \"SUCCESS\""},
    {"goto", "expect goto default,s,2\nexpect goto a,b,1", "> NOOP\n< 200 result=0\n",
     "script:3: where the dialplan goes on should be \"a,b,1\", and is \"default,s,2\""},
    {"goto-after-hangup", "hangup after NOOP\nexpect goto default,s,2",
     "> NOOP\n< 200 result=0\n< HANGUP\n",
     "script:3: where the dialplan goes on should be \"default,s,2\", and is nothing"},
    {"database", "expect database f k v\nexpect database f l v",
     "> DATABASE PUT f k v\n< 200 result=1\n",
     "script:3: the database entry f/l should be \"v\", and is nothing"},
};

static void
test_expectation(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *script = g_strconcat("speed instant\n", expectation_cases[i].script, NULL);
    g_autoptr(PbxResult) result = transcript_run(script, expectation_cases[i].conversation);
    g_autofree char *unmet = NULL;

    g_ptr_array_add(result->unmet, NULL);
    unmet = g_strjoinv("\n", (char **) result->unmet->pdata);
    g_assert_cmpstr(unmet, ==, expectation_cases[i].unmet);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/checks/answer/", answer_cases, G_N_ELEMENTS(answer_cases));
    for (gsize i = 0; i < G_N_ELEMENTS(expectation_cases); i++) {
        g_autofree char *path = g_strconcat("/pbx/checks/", expectation_cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_expectation);
    }
    return g_test_run();
}
