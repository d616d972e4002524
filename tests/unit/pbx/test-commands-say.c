/* test-commands-say.c - spoken values take their time, and keys cut them short. */

#include "transcript.h"

static const TranscriptCase cases[] = {
    {"digits", "speed instant", "> SAY DIGITS 12*#-3 \"\"\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"digits-key", "speed instant\npress 9 0.7s into 1 commands",
     "> SAY DIGITS 123 789\n< 200 result=57\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"digits-wrong", "speed instant",
     "> SAY DIGITS abc \"\"\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"digits-hangup", "speed instant\nhangup 0.7s into 1 commands",
     "> SAY DIGITS 123 789\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"number", "speed instant\npress 1 during \"digits/hundred\"",
     "> SAY NUMBER -1234567 1\n< 200 result=49\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"number-wrong", "speed instant",
     "> SAY NUMBER x \"\"\n< 520 Invalid command syntax.  Proper usage not available.\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"number-zero", "speed instant\npress 1 during \"digits/0\"",
     "> SAY NUMBER 0 1 f\n< 200 result=49\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"number-tens", "speed instant\npress 1 during \"digits/40\"\npress 2 during \"digits/2\"",
     "> SAY NUMBER 42 2\n< 200 result=50\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"alpha", "speed instant\npress 1 during \"letters/b\"",
     "> SAY ALPHA aB1? 1\n< 200 result=49\n> SAY ALPHA ab \"\" upper\n< 200 result=0\n"
     "> SAY ALPHA ab \"\" x\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"phonetic", "speed instant\npress 1 during \"phonetic/b_p\"",
     "> SAY PHONETIC ab 1\n< 200 result=49\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"date", "speed instant\npress 1 during \"digits/mon-9\"",
     "> SAY DATE 1000000000 \"\"\n< 200 result=0\n> SAY DATE 1003000000.5 1\n"
     "< 200 result=49\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"time", "speed instant\npress 1 during \"digits/p-m\"\npress 2 during \"digits/oclock\"",
     "> SAY TIME 1000000000 1\n< 200 result=0\n> SAY TIME 43200 2\n< 200 result=50\n"
     "> SAY TIME 43260 1\n< 200 result=49\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"datetime", "speed instant\npress 1 during \"digits/at\"",
     "> SAY DATETIME 0 1 \"ABdY\" UTC\n< 200 result=49\n"
     "> SAY DATETIME x 1\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SAY DATE x 1\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SAY TIME x 1\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

/* Each sound takes what `saying` or `file` says. */
static void
test_time(void)
{
    g_autoptr(PbxResult) result = transcript_run("speed instant\nsaying 0.2s\nfile digits/7 3s",
                                                 "> SAY DIGITS 1274 \"\"\n< 200 result=0\n");

    g_assert_cmpfloat_with_epsilon(result->seconds, 3.6, 0.001);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/commands-say/", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/commands-say/seconds", test_time);
    return g_test_run();
}
