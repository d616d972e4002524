/* test-commands-sound.c - playing, recording, and waiting for keys or texts. */

#include "transcript.h"

static const TranscriptCase stream_cases[] = {
    {"to-the-end", "speed instant\nfile a 2.5s",
     "> STREAM FILE a \"\"\n< 200 result=0 endpos=20000\n> GET VARIABLE PLAYBACKSTATUS\n"
     "< 200 result=1 (SUCCESS)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"key", "speed instant\nfile a 2.5s\npress 1 1s into 1 commands",
     "> STREAM FILE a 12\n< 200 result=49 endpos=8000\n> GET VARIABLE PLAYBACKSTATUS\n"
     "< 200 result=1 (FAILED)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"key-on-a-frame", "speed instant\nfile a 2.5s\npress * 1.015s into 1 commands",
     "> STREAM FILE a *#\n< 200 result=42 endpos=8000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"other-key", "speed instant\nfile a 2.5s\npress 3 1s into 1 commands",
     "> STREAM FILE a 12\n< 200 result=0 endpos=20000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"offset", "speed instant\nfile a 2.5s\npress 1 1s into 1 commands",
     "> STREAM FILE a 1 4000\n< 200 result=49 endpos=12000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"offset-past-the-end", "speed instant\nfile a 2.5s",
     "> STREAM FILE a \"\" 99999\n< 200 result=0 endpos=20000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"usage", "speed instant",
     "> STREAM FILE a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> STREAM FILE a b c\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> STREAM FILE a \"\" 12x\n< 200 result=0 endpos=8000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"default-length", "speed instant\nfile * 3s",
     "> STREAM FILE a \"\"\n< 200 result=0 endpos=24000\n", "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase control_cases[] = {
    {"to-the-end", "speed instant\nfile a 5s",
     "> CONTROL STREAM FILE a 1\n< 200 result=0 endpos=-1\n> GET VARIABLE CPLAYBACKSTATUS\n"
     "< 200 result=1 (SUCCESS)\n> GET VARIABLE CPLAYBACKOFFSET\n< 200 result=1 (-1)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"stopped", "speed instant\nfile a 5s\npress 1 2s into 1 commands",
     "> CONTROL STREAM FILE a 1\n< 200 result=49 endpos=2000\n> GET VARIABLE CPLAYBACKSTATUS\n"
     "< 200 result=1 (USERSTOPPED)\n> GET VARIABLE CPLAYBACKSTOPKEY\n< 200 result=1 (1)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"forward", "speed instant\nfile a 10s\npress # 1s into 1 commands\npress 1 2s into 1 commands",
     "> CONTROL STREAM FILE a 1\n< 200 result=49 endpos=5000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"forward-past-the-end", "speed instant\nfile a 3s\npress # 1s into 1 commands",
     "> CONTROL STREAM FILE a 1\n< 200 result=0 endpos=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"rewind", "speed instant\nfile a 10s\npress 7 4s into 1 commands\npress 1 5s into 1 commands",
     "> CONTROL STREAM FILE a 1 2000 9 7\n< 200 result=49 endpos=3000\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"rewind-past-the-beginning",
     "speed instant\nfile a 10s\npress * 2s into 2 commands\npress 1 3s into 2 commands",
     "> CONTROL STREAM FILE a 1 \"\" # *\n"
     "< 520 Invalid command syntax.  Proper usage not available.\n"
     "> CONTROL STREAM FILE a 1 3000 \"\" \"\"\n< 200 result=49 endpos=1000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"pause",
     "speed instant\nfile a 5s\npress 0 1s into 1 commands\npress 0 10s into 1 commands\npress 1 "
     "12s into 1 commands",
     "> CONTROL STREAM FILE a 1 3000 # * 0\n< 200 result=49 endpos=3000\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"stopped-while-paused",
     "speed instant\nfile a 5s\npress 0 1s into 1 commands\npress 1 10s into 1 commands",
     "> CONTROL STREAM FILE a 1 3000 # * 0\n< 200 result=49 endpos=1000\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"offset", "speed instant\nfile a 5s\npress 1 1s into 1 commands",
     "> CONTROL STREAM FILE a 1 3000 # * \"\" 1500\n< 200 result=49 endpos=2500\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"offset-from-the-end", "speed instant\nfile a 5s\npress 1 1s into 1 commands",
     "> CONTROL STREAM FILE a 1 3000 # * \"\" -2000\n< 200 result=49 endpos=4000\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"from-the-end", "speed instant\nfile a 5s",
     "> CONTROL STREAM FILE a:end 1\n< 200 result=0 endpos=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"missing", "speed instant\nmissing file a",
     "> CONTROL STREAM FILE a 1\n< 200 result=-1 endpos=-1\n> GET VARIABLE CPLAYBACKSTATUS\n"
     "< 200 result=1 (ERROR)\n",
     "FAILURE", TRANSCRIPT_NEXT},
    {"hangup", "speed instant\nfile a 5s\nhangup 2s into 1 commands",
     "> CONTROL STREAM FILE a 1\n< 200 result=-1 endpos=2000\n< HANGUP\n", "HANGUP", NULL},
};

static const TranscriptCase data_cases[] = {
    {"hash", "speed instant\npress 12# 0.3s into 1 commands", "> GET DATA p\n< 200 result=12\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"hash-alone", "speed instant\npress #", "> GET DATA p\n< 200 result=\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"nothing", "speed instant", "> GET DATA p\n< 200 result= (timeout)\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"maximum", "speed instant\npress 12345",
     "> GET DATA p 5000 3\n< 200 result=123\n> GET DATA p 5000 2\n< 200 result=45\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"letters", "speed instant\npress 1*A", "> GET DATA p 100\n< 200 result=1*A (timeout)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"first-timeout-is-six", "speed instant\npress 1 6.9s into 1 commands",
     "> GET DATA p\n< 200 result=1 (timeout)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"too-late-for-the-first", "speed instant\npress 1 7.1s into 1 commands",
     "> GET DATA p\n< 200 result= (timeout)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"further-timeout-is-two",
     "speed instant\npress 1 1s into 1 commands\npress 2 2.9s into 1 commands\npress 3 5s into 1 "
     "commands",
     "> GET DATA p\n< 200 result=12 (timeout)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"timeout-is-for-each",
     "speed instant\npress 1 3.9s into 1 commands\npress 2 6.8s into 1 commands",
     "> GET DATA p 3000\n< 200 result=12 (timeout)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"no-limit", "speed instant\npress 1# 10m into 1 commands", "> GET DATA p -1\n< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"no-prompt", "speed instant\npress 1# 3s into 1 commands", "> GET DATA \"\"\n< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"junk-for-numbers", "speed instant\npress 12", "> GET DATA p x 2y\n< 200 result=12\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"missing-file", "speed instant\nmissing file p", "> GET DATA p\n< 200 result=-1\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"hangup", "speed instant\npress 1 0.2s into 1 commands\nhangup 2s into 1 commands",
     "> GET DATA p\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
};

static const TranscriptCase option_cases[] = {
    {"while-playing", "speed instant\npress 2 0.5s into 1 commands",
     "> GET OPTION p 12\n< 200 result=50 endpos=4000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"afterwards", "speed instant\npress 2 3s into 1 commands",
     "> GET OPTION p 12\n< 200 result=50 endpos=8000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"wrong-key-afterwards", "speed instant\npress 3 3s into 1 commands",
     "> GET OPTION p 12\n< 200 result=0 endpos=8000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"five-seconds", "speed instant\npress 2 6.1s into 1 commands",
     "> GET OPTION p 12\n< 200 result=0 endpos=8000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"own-timeout", "speed instant\npress 2 6.1s into 1 commands",
     "> GET OPTION p 12 6000\n< 200 result=50 endpos=8000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"missing-file", "speed instant\nmissing file p",
     "> GET OPTION p 12\n< 200 result=-1 endpos=0\n", "FAILURE", TRANSCRIPT_NEXT},
    {"hangup-while-playing", "speed instant\nhangup 0.5s into 1 commands",
     "> GET OPTION p 12\n< 200 result=-1 endpos=4000\n< HANGUP\n", "HANGUP", NULL},
    {"hangup-afterwards", "speed instant\nhangup 3s into 1 commands",
     "> GET OPTION p 12\n< 200 result=0 endpos=8000\n< HANGUP\n", "HANGUP", NULL},
};

static const TranscriptCase digit_cases[] = {
    {"key", "speed instant\npress *", "> WAIT FOR DIGIT 1000\n< 200 result=42\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"nothing", "speed instant", "> WAIT FOR DIGIT 1000\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"for-ever", "speed instant\npress 9 1h into 1 commands",
     "> WAIT FOR DIGIT -1\n< 200 result=57\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup", "speed instant\nhangup 0.5s into 1 commands",
     "> WAIT FOR DIGIT 1000\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"usage", "speed instant",
     "> WAIT FOR DIGIT x\n< 520 Invalid command syntax.  Proper usage not available.\n", "SUCCESS",
     TRANSCRIPT_NEXT},
};

static const TranscriptCase record_cases[] = {
    {"time", "speed instant",
     "> RECORD FILE r wav # 3000\n< 200 result=0 (timeout) endpos=24000\n"
     "> STREAM FILE r \"\"\n< 200 result=0 endpos=24000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"key", "speed instant\npress # 2s into 1 commands",
     "> RECORD FILE r wav # -1\n< 200 result=35 (dtmf) endpos=14400\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"other-key", "speed instant\npress 1 1s into 1 commands\npress # 2s into 1 commands",
     "> RECORD FILE r wav # -1\n< 200 result=35 (dtmf) endpos=14400\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"silence", "speed instant",
     "> RECORD FILE r wav # 10000 s=3\n< 200 result=6980 (timeout) endpos=8160\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"silence-without-limit", "speed instant",
     "> RECORD FILE r wav # -1 0 BEEP s=2\n< 200 result=99980 (timeout) endpos=8160\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"offset", "speed instant",
     "> RECORD FILE r wav # 1000 8000\n< 200 result=0 (timeout) endpos=16000\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"beep-takes-time", "speed instant\nfile beep 0.5s\npress # 1.5s into 1 commands",
     "> RECORD FILE r wav # 5000 BEEP\n< 200 result=35 (dtmf) endpos=6400\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"key-in-the-beep", "speed instant\nfile beep 0.5s\npress # 0.2s into 1 commands",
     "> RECORD FILE r wav # 5000 160 BEEP\n< 200 result=35 (randomerror) endpos=160\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"no-beep-file", "speed instant\nmissing file beep",
     "> RECORD FILE r wav # 5000 BEEP\n< 200 result=-1 (randomerror) endpos=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"hangup", "speed instant\nhangup 2s into 1 commands",
     "> RECORD FILE r wav # 5000\n< 200 result=-1 (hangup) endpos=16000\n< HANGUP\n", "HANGUP",
     NULL},
    {"unknown-format", "speed instant",
     "> RECORD FILE r nosuch # 5000\n< 200 result=-1 (writefile)\n> RECORD FILE r WAV # 0\n"
     "< 200 result=0 (timeout) endpos=0\n",
     "FAILURE", TRANSCRIPT_NEXT},
    {"cannot-write", "speed instant\nmissing file r",
     "> RECORD FILE r wav # 5000\n< 200 result=-1 (writefile)\n", "FAILURE", TRANSCRIPT_NEXT},
    {"usage", "speed instant",
     "> RECORD FILE r wav # soon\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> RECORD FILE r wav #\n< 520 Invalid command syntax.  Proper usage not available.\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase text_cases[] = {
    {"character", "speed instant\ntext hello", "> RECEIVE CHAR 3000\n< 200 result=104\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"empty-character", "speed instant\ntext \"\" 1s into 1 commands",
     "> RECEIVE CHAR 3000\n< 200 result=0 (timeout)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"no-character", "speed instant", "> RECEIVE CHAR 3000\n< 200 result=-1 (hangup)\n", "FAILURE",
     TRANSCRIPT_NEXT},
    {"text", "speed instant\ntext \"hello (you)\" 2s into 1 commands",
     "> RECEIVE TEXT 3000\n< 200 result=1 (hello (you))\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"late-text", "speed instant\ntext hello 1s into 2 commands",
     "> RECEIVE TEXT 3000\n< 200 result=-1\n> RECEIVE TEXT -1\n< 200 result=1 (hello)\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"at-once", "speed instant", "> RECEIVE TEXT 0\n< 200 result=-1\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup", "speed instant\nhangup 1s into 1 commands",
     "> RECEIVE TEXT -1\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"send", "speed instant",
     "> SEND TEXT \"a b\"\n< 200 result=0\n> SEND IMAGE i\n"
     "< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"send-without-text", "speed instant\nno text",
     "> SEND TEXT \"\"\n< 200 result=0\n> SEND TEXT a\n< 200 result=-1\n", "FAILURE",
     TRANSCRIPT_NEXT},
};

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/commands-sound/stream-file/", stream_cases, G_N_ELEMENTS(stream_cases));
    transcript_add("/pbx/commands-sound/control-stream-file/", control_cases,
                   G_N_ELEMENTS(control_cases));
    transcript_add("/pbx/commands-sound/get-data/", data_cases, G_N_ELEMENTS(data_cases));
    transcript_add("/pbx/commands-sound/get-option/", option_cases, G_N_ELEMENTS(option_cases));
    transcript_add("/pbx/commands-sound/wait-for-digit/", digit_cases, G_N_ELEMENTS(digit_cases));
    transcript_add("/pbx/commands-sound/record-file/", record_cases, G_N_ELEMENTS(record_cases));
    transcript_add("/pbx/commands-sound/text/", text_cases, G_N_ELEMENTS(text_cases));
    return g_test_run();
}
