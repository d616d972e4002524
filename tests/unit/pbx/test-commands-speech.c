/* test-commands-speech.c - the SPEECH family, with and without an engine. */

#include "transcript.h"

static const TranscriptCase cases[] = {
    {"no-engine", "speed instant",
     "> SPEECH CREATE\n< 200 result=0\n> SPEECH SET a b\n< 200 result=0\n"
     "> SPEECH LOAD GRAMMAR g p\n< 200 result=0\n> SPEECH ACTIVATE GRAMMAR g\n< 200 result=0\n"
     "> SPEECH DEACTIVATE GRAMMAR g\n< 200 result=0\n> SPEECH UNLOAD GRAMMAR g\n< 200 result=0\n"
     "> SPEECH RECOGNIZE p 5\n< 200 result=0\n> SPEECH DESTROY\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"life", "speed instant\nspeech",
     "> SPEECH CREATE lumenvox\n< 200 result=1\n> SPEECH CREATE\n< 200 result=0\n"
     "> SPEECH SET a b\n< 200 result=1\n> SPEECH LOAD GRAMMAR g p\n< 200 result=1\n"
     "> SPEECH ACTIVATE GRAMMAR g\n< 200 result=1\n> SPEECH DEACTIVATE GRAMMAR g\n"
     "< 200 result=1\n> SPEECH UNLOAD GRAMMAR g\n< 200 result=1\n> SPEECH UNLOAD GRAMMAR g\n"
     "< 200 result=0\n> SPEECH DESTROY\n< 200 result=1\n> SPEECH DESTROY\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"recognized",
     "speed instant\nfile p 2s\nspeak \"yes please\" score 870 grammar yesno\nspeak no",
     "> SPEECH CREATE\n< 200 result=1\n> SPEECH RECOGNIZE p 5\n"
     "< 200 result=1 (speech) endpos=16000 results=1 score0=870 text0=\"yes please\" "
     "grammar0=yesno\n> SPEECH RECOGNIZE p 5 8000\n"
     "< 200 result=1 (speech) endpos=16000 results=1 score0=1000 text0=\"no\" "
     "grammar0=default\n> SPEECH RECOGNIZE p 5\n< 200 result=1 (timeout) endpos=16000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"key", "speed instant\nspeech\nfile p 2s\npress 5 1s into 2 commands",
     "> SPEECH CREATE\n< 200 result=1\n> SPEECH RECOGNIZE p 5\n"
     "< 200 result=1 (digit) digit=5 endpos=8000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup", "speed instant\nspeech\nmissing file p\nhangup 1s into 2 commands",
     "> SPEECH CREATE\n< 200 result=1\n> SPEECH RECOGNIZE p 0\n"
     "< 200 result=1 (hangup) endpos=0\n< HANGUP\n> SPEECH DESTROY\n< 200 result=1\n",
     "HANGUP", NULL},
    {"usage", "speed instant\nspeech",
     "> SPEECH SET a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SPEECH LOAD GRAMMAR a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SPEECH RECOGNIZE a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SPEECH\n< 510 Invalid or unknown command\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/commands-speech/", cases, G_N_ELEMENTS(cases));
    return g_test_run();
}
