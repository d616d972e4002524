/* test-commands-call.c - the channel, the dialplan, and applications. */

#include "transcript.h"

static const TranscriptCase channel_cases[] = {
    {"answer", "speed instant",
     "> CHANNEL STATUS\n< 200 result=4\n> ANSWER\n< 200 result=0\n> answer\n< 200 result=0\n"
     "> CHANNEL STATUS\n< 200 result=6\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"status-of-others", "speed instant\nneighbour X/2\nchannel X/1",
     "> CHANNEL STATUS X/1\n< 200 result=4\n> CHANNEL STATUS X/2\n< 200 result=6\n"
     "> CHANNEL STATUS X/3\n< 200 result=-1\n"
     "> CHANNEL STATUS a b\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup-of-others", "speed instant\nneighbour X/2",
     "> HANGUP X/2\n< 200 result=1\n> HANGUP X/3\n< 200 result=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup-by-name", "speed instant\nchannel X/1", "> HANGUP X/1\n< 200 result=1\n< HANGUP\n",
     "HANGUP", NULL},
    {"no-effect", "speed instant",
     "> NOOP a b c\n< 200 result=0\n> VERBOSE hello 3\n< 200 result=1\n> SET MUSIC on\n"
     "< 200 result=0\n> SET MUSIC off default\n< 200 result=0\n> TDD MODE on\n< 200 result=0\n"
     "> ASYNCAGI BREAK\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"usage", "speed instant",
     "> VERBOSE\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SET MUSIC\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> TDD MODE\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SET AUTOHANGUP soon\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> GOSUB a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> EXEC\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"dead", "speed instant\nhangup at 0s",
     "< HANGUP\n> NOOP\n< 200 result=0\n> VERBOSE x\n< 200 result=1\n> SET VARIABLE a 1\n"
     "< 200 result=1\n> GET FULL VARIABLE ${a}\n< 200 result=1 (1)\n> DATABASE PUT f k v\n"
     "< 200 result=1\n> EXEC NoOp\n< 200 result=0\n> EXEC Wait 5\n< 200 result=0\n"
     "> EXEC Playback a\n< 200 result=0\n> GET VARIABLE PLAYBACKSTATUS\n< 200 result=1 (FAILED)\n> "
     "EXEC Answer\n< 200 result=-1\n"
     "> SET PRIORITY 5\n< 511 Command Not Permitted on a dead channel or intercept routine\n",
     "HANGUP", NULL},
};

static const TranscriptCase place_cases[] = {
    {"priority", "speed instant", "> SET PRIORITY 5\n< 200 result=0\n", "SUCCESS", "default,s,5"},
    {"priority-with-junk", "speed instant", "> SET PRIORITY 5x\n< 200 result=0\n", "SUCCESS",
     "default,s,5"},
    {"label", "speed instant\nlabel here 9", "> SET PRIORITY here\n< 200 result=0\n", "SUCCESS",
     "default,s,9"},
    {"no-such-label", "speed instant",
     "> SET PRIORITY here\n< 520 Invalid command syntax.  Proper usage not available.\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"context-and-extension", "speed instant\npriority 3",
     "> SET CONTEXT c\n< 200 result=0\n> SET EXTENSION e\n< 200 result=0\n", "SUCCESS", "c,e,4"},
    {"all-three", "speed instant",
     "> SET CONTEXT c\n< 200 result=0\n> SET EXTENSION e\n< 200 result=0\n> SET PRIORITY 1\n"
     "< 200 result=0\n",
     "SUCCESS", "c,e,1"},
    {"goto", "speed instant", "> EXEC Goto c,e,7\n< 200 result=0\n", "SUCCESS", "c,e,7"},
    {"goto-extension", "speed instant", "> EXEC Goto e,7\n< 200 result=0\n", "SUCCESS",
     "default,e,7"},
    {"goto-label", "speed instant\nlabel here 9", "> EXEC Goto c,e,here\n< 200 result=0\n",
     "SUCCESS", "c,e,9"},
    {"goto-no-such-label", "speed instant", "> EXEC Goto c,e,here\n< 200 result=-1\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"goto-nowhere", "speed instant", "> EXEC Goto\n< 200 result=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase application_cases[] = {
    {"unknown", "speed instant", "> EXEC NoSuch a\n< 200 result=-2\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"set", "speed instant",
     "> EXEC Set \"a=b=c d\"\n< 200 result=0\n> GET VARIABLE a\n< 200 result=1 (b=c d)\n"
     "> EXEC Set a\n< 200 result=0\n> GET VARIABLE a\n< 200 result=1 (b=c d)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"further-words-are-ignored", "speed instant",
     "> EXEC Set a=1 b=2\n< 200 result=0\n> GET VARIABLE b\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"mset", "speed instant",
     "> EXEC MSet \"va=one,vb=two words,vc=\"\n< 200 result=0\n> GET VARIABLE va\n"
     "< 200 result=1 (one)\n> GET VARIABLE vb\n< 200 result=1 (two words)\n"
     "> GET VARIABLE vc\n< 200 result=1 ()\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-quotes", "speed instant",
     "> EXEC MSet \"va=\\\"x,y\\\",vb=z\"\n< 200 result=0\n> GET VARIABLE va\n"
     "< 200 result=1 (x,y)\n> GET VARIABLE vb\n< 200 result=1 (z)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-backslash", "speed instant",
     "> EXEC MSet va=p\\\\,q,vb=r\n< 200 result=0\n> GET VARIABLE va\n< 200 result=1 (p,q)\n"
     "> GET VARIABLE vb\n< 200 result=1 (r)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-loses", "speed instant",
     "> EXEC MSet \"vc=with \\\"quotes\\\",vd=a\\\\b\"\n< 200 result=0\n> GET VARIABLE vc\n"
     "< 200 result=1 (with quotes)\n> GET VARIABLE vd\n< 200 result=1 (ab)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-parentheses", "speed instant\ncaller 1",
     "> EXEC MSet \"CALLERID(name)=Ann,a=f(1,2),b=[3,4],c=5\"\n< 200 result=0\n"
     "> GET VARIABLE CALLERID(name)\n< 200 result=1 (Ann)\n> GET VARIABLE a\n"
     "< 200 result=1 (f(1,2))\n> GET VARIABLE b\n< 200 result=1 ([3,4])\n> GET VARIABLE c\n"
     "< 200 result=1 (5)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-names-are-split-twice", "speed instant",
     "> EXEC MSet \"a\\\\\\\\\\\\=b=c\"\n< 200 result=0\n> GET VARIABLE a=b\n"
     "< 200 result=1 (c)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"mset-without-value", "speed instant",
     "> EXEC MSet a,b=2\n< 200 result=0\n> GET VARIABLE a\n< 200 result=0\n> GET VARIABLE b\n"
     "< 200 result=1 (2)\n> EXEC MSet\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"substituted", "speed instant\nvariable AGIEXECFULL yes\nvariable x 5",
     "> EXEC Set a=${x}\n< 200 result=0\n> GET VARIABLE a\n< 200 result=1 (5)\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"not-substituted", "speed instant\nvariable x 5",
     "> EXEC Set a=${x}\n< 200 result=0\n> GET VARIABLE a\n< 200 result=1 (${x})\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"playback", "speed instant\nmissing file no",
     "> EXEC Playback a&b\n< 200 result=0\n> GET VARIABLE PLAYBACKSTATUS\n"
     "< 200 result=1 (SUCCESS)\n> CHANNEL STATUS\n< 200 result=6\n> EXEC Playback no\n"
     "< 200 result=0\n> GET VARIABLE PLAYBACKSTATUS\n< 200 result=1 (FAILED)\n"
     "> EXEC Playback\n< 200 result=-1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"playback-options", "speed instant",
     "> EXEC Playback a,skip\n< 200 result=0\n> EXEC Playback a,noanswer\n< 200 result=0\n"
     "> CHANNEL STATUS\n< 200 result=4\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"playback-hangup", "speed instant\nhangup 0.5s into 1 commands",
     "> EXEC Playback a\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"wait-hangup", "speed instant\nhangup 0.5s into 1 commands",
     "> EXEC Wait 1\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"hangup", "speed instant", "> EXEC Hangup\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"answer", "speed instant",
     "> EXEC Answer\n< 200 result=0\n> CHANNEL STATUS\n< 200 result=6\n> EXEC verbose x\n"
     "< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"of-the-script",
     "speed instant\napplication Dial takes 20s returns 0\n"
     "application Background returns 49\n",
     "> EXEC Dial PJSIP/a,20\n< 200 result=0\n> EXEC background a\n< 200 result=49\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"returns-one", "speed instant\napplication Odd returns 1",
     "> EXEC Odd\n< 200 result=1\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"returns-two", "speed instant\napplication Odd returns 2", "> EXEC Odd\n< 200 result=2\n",
     "FAILURE", TRANSCRIPT_NEXT},
};

/* Applications take the time that the script says. */
static void
test_time(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\napplication Dial takes 20s",
                       "> EXEC Dial a\n< 200 result=0\n> EXEC Wait 1.5\n< 200 result=0\n");

    g_assert_cmpfloat_with_epsilon(result->seconds, 21.5, 0.001);
}

/* What MSet takes apart at most: from the 99th pair on, all is one. */
static void
test_many_pairs(void)
{
    g_autoptr(GString) conversation = g_string_new("> EXEC MSet \"");
    g_autoptr(PbxResult) result = NULL;

    for (guint i = 1; i <= 100; i++)
        g_string_append_printf(conversation, "%sv%u=%u", i > 1 ? "," : "", i, i);
    g_string_append(conversation, "\"\n< 200 result=0\n");
    result = transcript_run("speed instant", conversation->str);
    g_assert_cmpstr(pbx_result_get_variable(result, "v98"), ==, "98");
    g_assert_cmpstr(pbx_result_get_variable(result, "v99"), ==, "99,v100=100");
    g_assert_false(pbx_result_was_set(result, "v100"));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/commands-call/channel/", channel_cases, G_N_ELEMENTS(channel_cases));
    transcript_add("/pbx/commands-call/place/", place_cases, G_N_ELEMENTS(place_cases));
    transcript_add("/pbx/commands-call/application/", application_cases,
                   G_N_ELEMENTS(application_cases));
    g_test_add_func("/pbx/commands-call/time", test_time);
    g_test_add_func("/pbx/commands-call/many-pairs", test_many_pairs);
    return g_test_run();
}
