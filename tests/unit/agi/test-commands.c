/* test-commands.c - each command: its line, its reply in pieces, and every way it can go wrong. */

#include "agi/call-private.h"
#include "agi/table.h"
#include "unit/agi/session.h"

#include <string.h>

/* Runs a command and writes down what it found out. */
typedef gboolean (*RunFunc)(AgiCall *call, GString *found, GError **error);

typedef struct {
    AgiCommand command;
    const char *name;
    RunFunc run;
    const char *line;
    const char *reply;
    const char *found;        /* NULL: the command fails */
    int code;                 /* an AgiError */
    const char *second_reply; /* to the question whether the channel lives, where it is asked */
} Case;

#define FOUND(...) g_string_append_printf(found, __VA_ARGS__)
#define PLAIN(name, ...)                                                                           \
    static gboolean name(AgiCall *call, G_GNUC_UNUSED GString *found, GError **error)              \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
/* A command that ends with a digit. */
#define DIGIT(name, ...)                                                                           \
    static gboolean name(AgiCall *call, GString *found, GError **error)                            \
    {                                                                                              \
        char digit = '?';                                                                          \
        if (!(__VA_ARGS__))                                                                        \
            return FALSE;                                                                          \
        FOUND("digit=%d", digit);                                                                  \
        return TRUE;                                                                               \
    }
/* A command with a value. */
#define VALUE(name, ...)                                                                           \
    static gboolean name(AgiCall *call, GString *found, GError **error)                            \
    {                                                                                              \
        g_autofree char *value = g_strdup("?");                                                    \
        g_clear_pointer(&value, g_free);                                                           \
        if (!(__VA_ARGS__))                                                                        \
            return FALSE;                                                                          \
        if (value == NULL)                                                                         \
            FOUND("none");                                                                         \
        else                                                                                       \
            FOUND("\"%s\"", value);                                                                \
        return TRUE;                                                                               \
    }
/* A command with a yes or no. */
#define FLAG(name, ...)                                                                            \
    static gboolean name(AgiCall *call, GString *found, GError **error)                            \
    {                                                                                              \
        gboolean flag = -1;                                                                        \
        if (!(__VA_ARGS__))                                                                        \
            return FALSE;                                                                          \
        FOUND("%s", flag == TRUE ? "yes" : flag == FALSE ? "no" : "?");                            \
        return TRUE;                                                                               \
    }

PLAIN(run_answer, agi_answer(call, error))
PLAIN(run_asyncagi_break, agi_asyncagi_break(call, error))
PLAIN(run_hangup, agi_hangup(call, error))
FLAG(run_hangup_channel, agi_hangup_channel(call, "SIP/\"x\"", &flag, error))
PLAIN(run_set_autohangup, agi_set_autohangup(call, 12.5, error))
PLAIN(run_set_autohangup_off, agi_set_autohangup(call, -1, error))
PLAIN(run_set_callerid, agi_set_callerid(call, "\"Ann\" <5551234>", error))
PLAIN(run_set_music_on, agi_set_music(call, TRUE, "jazz", error))
PLAIN(run_set_music_off, agi_set_music(call, FALSE, NULL, error))
FLAG(run_tdd_on, agi_tdd_mode(call, AGI_TDD_ON, &flag, error))
FLAG(run_tdd_off, agi_tdd_mode(call, AGI_TDD_OFF, &flag, error))
FLAG(run_tdd_mate, agi_tdd_mode(call, AGI_TDD_MATE, &flag, error))
PLAIN(run_noop, agi_noop(call, NULL, error))
PLAIN(run_noop_text, agi_noop(call, "still there?", error))
PLAIN(run_verbose, agi_verbose(call, "hello", 3, error))

static gboolean
run_channel_status(AgiCall *call, GString *found, GError **error)
{
    AgiChannelStatus status;

    if (!agi_channel_status(call, NULL, &status, error))
        return FALSE;
    FOUND("status=%d", status);
    return TRUE;
}

static gboolean
run_channel_status_of(AgiCall *call, GString *found, GError **error)
{
    AgiChannelStatus status;

    if (!agi_channel_status(call, "SIP/x", &status, error))
        return FALSE;
    FOUND("status=%d", status);
    return TRUE;
}

DIGIT(run_stream_file, agi_stream_file(call, "hello", "12", &digit, error))
PLAIN(run_stream_file_plain, agi_stream_file(call, "hello", NULL, NULL, error))

static gboolean
run_stream_file_full(AgiCall *call, GString *found, GError **error)
{
    char digit = '?';
    gint64 end_position = -1;

    if (!agi_stream_file_full(call, "hello", "#", 8000, &digit, &end_position, error))
        return FALSE;
    FOUND("digit=%d end=%" G_GINT64_FORMAT, digit, end_position);
    return TRUE;
}

static gboolean
control_stream_file(AgiCall *call, const AgiControlOptions *options, GString *found, GError **error)
{
    char digit = '?';
    gdouble end_position = 0;

    if (!agi_control_stream_file(call, "hello", "", options, &digit, &end_position, error))
        return FALSE;
    FOUND("digit=%d end=%g", digit, end_position);
    return TRUE;
}

static gboolean
run_control_stream_file(AgiCall *call, GString *found, GError **error)
{
    return control_stream_file(call, NULL, found, error);
}

static gboolean
run_control_stream_file_keys(AgiCall *call, GString *found, GError **error)
{
    const AgiControlOptions options = {.skip = 5, .forward = '6', .rewind = '4', .pause = '5'};

    return control_stream_file(call, &options, found, error);
}

static gboolean
run_control_stream_file_offset(AgiCall *call, GString *found, GError **error)
{
    const AgiControlOptions options = {.offset = -1.5};

    return control_stream_file(call, &options, found, error);
}

static gboolean
get_data(AgiCall *call, gdouble timeout, guint maximum_digits, GString *found, GError **error)
{
    g_autofree char *digits = NULL;
    gboolean timed_out = -1;

    if (!agi_get_data(call, "pin", timeout, maximum_digits, &digits, &timed_out, error))
        return FALSE;
    FOUND("\"%s\"%s", digits, timed_out ? " timeout" : "");
    return TRUE;
}

PLAIN(run_get_data, get_data(call, 5, 4, found, error))
PLAIN(run_get_data_default, get_data(call, 0, 0, found, error))
PLAIN(run_get_data_for_ever, get_data(call, -1, 0, found, error))

static gboolean
get_option(AgiCall *call, gdouble timeout, GString *found, GError **error)
{
    char digit = '?';
    gint64 end_position = -1;

    if (!agi_get_option(call, "menu", "123", timeout, &digit, &end_position, error))
        return FALSE;
    FOUND("digit=%d end=%" G_GINT64_FORMAT, digit, end_position);
    return TRUE;
}

PLAIN(run_get_option, get_option(call, 2.5, found, error))
PLAIN(run_get_option_default, get_option(call, 0, found, error))
DIGIT(run_wait_for_digit, agi_wait_for_digit(call, 2, &digit, error))
DIGIT(run_wait_for_digit_for_ever, agi_wait_for_digit(call, -3, &digit, error))
DIGIT(run_wait_for_digit_short, agi_wait_for_digit(call, 0.0001, &digit, error))

static gboolean
record_file(AgiCall *call, const AgiRecordOptions *options, GString *found, GError **error)
{
    static const char *const ends[] = {"digit", "timeout", "hangup"};
    AgiRecording recording;

    if (!agi_record_file(call, "memo", "wav", "#", options, &recording, error))
        return FALSE;
    FOUND("%s digit=%d end=%" G_GINT64_FORMAT, ends[recording.end], recording.digit,
          recording.end_position);
    return TRUE;
}

PLAIN(run_record_file, record_file(call, NULL, found, error))

static gboolean
run_record_file_options(AgiCall *call, GString *found, GError **error)
{
    const AgiRecordOptions options = {.timeout = 60, .silence = 3, .offset = 800, .beep = TRUE};

    return record_file(call, &options, found, error);
}

static gboolean
run_record_file_silence(AgiCall *call, GString *found, GError **error)
{
    const AgiRecordOptions options = {.timeout = 60, .silence = 0.2};

    return record_file(call, &options, found, error);
}

DIGIT(run_say_alpha, agi_say_alpha(call, "a b", "1", &digit, error))
DIGIT(run_say_alpha_all, agi_say_alpha_full(call, "Ab", "", AGI_LETTER_CASE_ALL, &digit, error))
DIGIT(run_say_alpha_none, agi_say_alpha_full(call, "Ab", "", AGI_LETTER_CASE_NONE, &digit, error))
DIGIT(run_say_alpha_lower, agi_say_alpha_full(call, "Ab", "", AGI_LETTER_CASE_LOWER, &digit, error))
DIGIT(run_say_alpha_upper, agi_say_alpha_full(call, "Ab", "", AGI_LETTER_CASE_UPPER, &digit, error))
DIGIT(run_say_digits, agi_say_digits(call, "12*#", NULL, &digit, error))
DIGIT(run_say_number, agi_say_number(call, -42, "", &digit, error))
DIGIT(run_say_number_gender, agi_say_number_full(call, 1, "", "f", &digit, error))
DIGIT(run_say_number_no_gender, agi_say_number_full(call, 1, "", NULL, &digit, error))
DIGIT(run_say_phonetic, agi_say_phonetic(call, "ab", "", &digit, error))
DIGIT(run_say_date, agi_say_date(call, 1795433707, "", &digit, error))
DIGIT(run_say_time, agi_say_time(call, 1795433707, "", &digit, error))
DIGIT(run_say_datetime, agi_say_datetime(call, G_GINT64_CONSTANT(4795433707), "", &digit, error))
DIGIT(run_say_datetime_format, agi_say_datetime_full(call, 1, "", "A dB", NULL, &digit, error))
DIGIT(run_say_datetime_zone, agi_say_datetime_full(call, 1, "", "HM", "Asia/Tokyo", &digit, error))
DIGIT(run_say_datetime_zone_only, agi_say_datetime_full(call, 1, "", NULL, "UTC", &digit, error))

static gboolean
run_receive_char(AgiCall *call, GString *found, GError **error)
{
    char character = '?';
    gboolean timed_out = -1;

    if (!agi_receive_char(call, 3, &character, &timed_out, error))
        return FALSE;
    FOUND("%d%s", (guchar) character, timed_out ? " timeout" : "");
    return TRUE;
}

VALUE(run_receive_text, agi_receive_text(call, 3, &value, error))
PLAIN(run_send_image, agi_send_image(call, "logo", error))
PLAIN(run_send_text, agi_send_text(call, "two words", error))
VALUE(run_get_variable, agi_get_variable(call, "CALLERID(num)", &value, error))
VALUE(run_get_full_variable, agi_get_full_variable(call, "${A} \"b\"", NULL, &value, error))
VALUE(run_get_full_variable_of, agi_get_full_variable(call, "${A}", "SIP/x", &value, error))
PLAIN(run_set_variable, agi_set_variable(call, "v", "a \"q\" \\ b", error))
VALUE(run_database_get, agi_database_get(call, "fam", "a key", &value, error))
PLAIN(run_database_put, agi_database_put(call, "fam", "key", "", error))
PLAIN(run_database_del, agi_database_del(call, "fam", "key", error))
FLAG(run_database_deltree, agi_database_deltree(call, "fam", NULL, &flag, error))
FLAG(run_database_deltree_below, agi_database_deltree(call, "fam", "key", &flag, error))

static gboolean
run_exec(AgiCall *call, GString *found, GError **error)
{
    int result = 99;

    if (!agi_exec(call, "Dial", "PJSIP/bob&PJSIP/carol,20,tT", &result, error))
        return FALSE;
    FOUND("result=%d", result);
    return TRUE;
}

PLAIN(run_exec_plain, agi_exec(call, "Answer", NULL, NULL, error))
PLAIN(run_gosub, agi_gosub(call, "sub", "s", "1", NULL, error))

static gboolean
run_gosub_arguments(AgiCall *call, G_GNUC_UNUSED GString *found, GError **error)
{
    const char *const arguments[] = {"4711", "two words", NULL};

    return agi_gosub(call, "sub", "s", "label", arguments, error);
}

PLAIN(run_set_context, agi_set_context(call, "sales", error))
PLAIN(run_set_extension, agi_set_extension(call, "s", error))
PLAIN(run_set_priority, agi_set_priority(call, "pinok", error))
PLAIN(run_speech_create, agi_speech_create(call, NULL, error))
PLAIN(run_speech_create_engine, agi_speech_create(call, "vosk", error))
PLAIN(run_speech_set, agi_speech_set(call, "name", "value", error))
PLAIN(run_speech_destroy, agi_speech_destroy(call, error))
PLAIN(run_speech_load, agi_speech_load_grammar(call, "yesno", "/g/yesno", error))
PLAIN(run_speech_unload, agi_speech_unload_grammar(call, "yesno", error))
PLAIN(run_speech_activate, agi_speech_activate_grammar(call, "yesno", error))
PLAIN(run_speech_deactivate, agi_speech_deactivate_grammar(call, "yesno", error))

static gboolean
run_speech_recognize(AgiCall *call, GString *found, GError **error)
{
    static const char *const ends[] = {"recognized", "digit", "timeout"};
    g_autoptr(AgiSpeech) speech = NULL;

    if (!agi_speech_recognize(call, "ask", 4.2, 0, &speech, error))
        return FALSE;
    FOUND("%s digit=%d end=%" G_GINT64_FORMAT, ends[speech->end], speech->digit,
          speech->end_position);
    for (guint i = 0; i < speech->results->len; i++) {
        const AgiSpeechResult *result = g_ptr_array_index(speech->results, i);

        FOUND(" %d/%s/%s", result->score, result->text, result->grammar);
    }
    return TRUE;
}

/* clang-format off */
#define ALIVE "200 result=6\n"
#define FAILS(code_) .found = NULL, .code = (code_)

static const Case cases[] = {
    {AGI_COMMAND_ANSWER, "answer", run_answer, "ANSWER", "200 result=0\n", ""},
    {AGI_COMMAND_ANSWER, "answer/fails", run_answer, "ANSWER", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_ASYNCAGI_BREAK, "asyncagi-break", run_asyncagi_break, "ASYNCAGI BREAK", "200 result=0\n", ""},
    {AGI_COMMAND_CHANNEL_STATUS, "channel-status", run_channel_status, "CHANNEL STATUS", "200 result=6\n", "status=6"},
    {AGI_COMMAND_CHANNEL_STATUS, "channel-status/other", run_channel_status_of, "CHANNEL STATUS \"SIP/x\"", "200 result=-1\n", "status=-1"},
    {AGI_COMMAND_HANGUP, "hangup", run_hangup, "HANGUP", "200 result=1\n", ""},
    {AGI_COMMAND_HANGUP, "hangup/other", run_hangup_channel, "HANGUP \"SIP/\\\"x\\\"\"", "200 result=1\n", "yes"},
    {AGI_COMMAND_HANGUP, "hangup/nobody", run_hangup_channel, "HANGUP \"SIP/\\\"x\\\"\"", "200 result=-1\n", "no"},
    {AGI_COMMAND_SET_AUTOHANGUP, "set-autohangup", run_set_autohangup, "SET AUTOHANGUP \"12.500\"", "200 result=0\n", ""},
    {AGI_COMMAND_SET_AUTOHANGUP, "set-autohangup/off", run_set_autohangup_off, "SET AUTOHANGUP \"0.000\"", "200 result=0\n", ""},
    {AGI_COMMAND_SET_CALLERID, "set-callerid", run_set_callerid, "SET CALLERID \"\\\"Ann\\\" <5551234>\"", "200 result=1\n", ""},
    {AGI_COMMAND_SET_MUSIC, "set-music/on", run_set_music_on, "SET MUSIC \"on\" \"jazz\"", "200 result=0\n", ""},
    {AGI_COMMAND_SET_MUSIC, "set-music/off", run_set_music_off, "SET MUSIC \"off\"", "200 result=0\n", ""},
    {AGI_COMMAND_TDD_MODE, "tdd-mode/on", run_tdd_on, "TDD MODE \"on\"", "200 result=1\n", "yes"},
    {AGI_COMMAND_TDD_MODE, "tdd-mode/off", run_tdd_off, "TDD MODE \"off\"", "200 result=0\n", "no"},
    {AGI_COMMAND_TDD_MODE, "tdd-mode/mate", run_tdd_mate, "TDD MODE \"mate\"", "200 result=1\n", "yes"},
    {AGI_COMMAND_NOOP, "noop", run_noop, "NOOP", "200 result=0\n", ""},
    {AGI_COMMAND_NOOP, "noop/text", run_noop_text, "NOOP \"still there?\"", "200 result=0\n", ""},
    {AGI_COMMAND_VERBOSE, "verbose", run_verbose, "VERBOSE \"hello\" 3", "200 result=1\n", ""},

    {AGI_COMMAND_STREAM_FILE, "stream-file", run_stream_file, "STREAM FILE \"hello\" \"12\"", "200 result=50 endpos=17280\n", "digit=50"},
    {AGI_COMMAND_STREAM_FILE, "stream-file/to-its-end", run_stream_file, "STREAM FILE \"hello\" \"12\"", "200 result=0 endpos=17280\n", "digit=0"},
    {AGI_COMMAND_STREAM_FILE, "stream-file/plain", run_stream_file_plain, "STREAM FILE \"hello\" \"\"", "200 result=0 endpos=17280\n", ""},
    {AGI_COMMAND_STREAM_FILE, "stream-file/missing", run_stream_file, "STREAM FILE \"hello\" \"12\"", "200 result=-1 endpos=0\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_STREAM_FILE, "stream-file/full", run_stream_file_full, "STREAM FILE \"hello\" \"#\" 8000", "200 result=35 endpos=8000\n", "digit=35 end=8000"},
    {AGI_COMMAND_CONTROL_STREAM_FILE, "control-stream-file", run_control_stream_file, "CONTROL STREAM FILE \"hello\" \"\"", "200 result=0 endpos=-1\n", "digit=0 end=-1"},
    {AGI_COMMAND_CONTROL_STREAM_FILE, "control-stream-file/old", run_control_stream_file, "CONTROL STREAM FILE \"hello\" \"\"", "200 result=51\n", "digit=51 end=-1"},
    {AGI_COMMAND_CONTROL_STREAM_FILE, "control-stream-file/keys", run_control_stream_file_keys, "CONTROL STREAM FILE \"hello\" \"\" 5000 \"6\" \"4\" \"5\"", "200 result=49 endpos=2340\n", "digit=49 end=2.34"},
    {AGI_COMMAND_CONTROL_STREAM_FILE, "control-stream-file/offset", run_control_stream_file_offset, "CONTROL STREAM FILE \"hello\" \"\" 3000 \"\" \"\" \"\" -1500", "200 result=0 endpos=10\n", "digit=0 end=0.01"},
    {AGI_COMMAND_CONTROL_STREAM_FILE, "control-stream-file/missing", run_control_stream_file, "CONTROL STREAM FILE \"hello\" \"\"", "200 result=-1 endpos=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_GET_DATA, "get-data", run_get_data, "GET DATA \"pin\" 5000 4", "200 result=12*4\n", "\"12*4\""},
    {AGI_COMMAND_GET_DATA, "get-data/timeout", run_get_data, "GET DATA \"pin\" 5000 4", "200 result=12 (timeout)\n", "\"12\" timeout"},
    {AGI_COMMAND_GET_DATA, "get-data/nothing", run_get_data_default, "GET DATA \"pin\" 0", "200 result= (timeout)\n", "\"\" timeout"},
    {AGI_COMMAND_GET_DATA, "get-data/hash", run_get_data_for_ever, "GET DATA \"pin\" -1", "200 result=\n", "\"\""},
    {AGI_COMMAND_GET_DATA, "get-data/missing", run_get_data, "GET DATA \"pin\" 5000 4", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_GET_OPTION, "get-option", run_get_option, "GET OPTION \"menu\" \"123\" 2500", "200 result=51 endpos=160\n", "digit=51 end=160"},
    {AGI_COMMAND_GET_OPTION, "get-option/nothing", run_get_option_default, "GET OPTION \"menu\" \"123\"", "200 result=0 endpos=0\n", "digit=0 end=0"},
    {AGI_COMMAND_GET_OPTION, "get-option/missing", run_get_option, "GET OPTION \"menu\" \"123\" 2500", "200 result=-1 endpos=0\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_WAIT_FOR_DIGIT, "wait-for-digit", run_wait_for_digit, "WAIT FOR DIGIT 2000", "200 result=42\n", "digit=42"},
    {AGI_COMMAND_WAIT_FOR_DIGIT, "wait-for-digit/timeout", run_wait_for_digit_short, "WAIT FOR DIGIT 1", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_WAIT_FOR_DIGIT, "wait-for-digit/for-ever", run_wait_for_digit_for_ever, "WAIT FOR DIGIT -1", "200 result=48\n", "digit=48"},
    {AGI_COMMAND_WAIT_FOR_DIGIT, "wait-for-digit/fails", run_wait_for_digit, "WAIT FOR DIGIT 2000", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_RECORD_FILE, "record-file", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=35 (dtmf) endpos=24000\n", "digit digit=35 end=24000"},
    {AGI_COMMAND_RECORD_FILE, "record-file/timeout", run_record_file_options, "RECORD FILE \"memo\" \"wav\" \"#\" 60000 800 \"BEEP\" \"s=3\"", "200 result=7406 (timeout) endpos=480000\n", "timeout digit=0 end=480000"},
    {AGI_COMMAND_RECORD_FILE, "record-file/silence", run_record_file_silence, "RECORD FILE \"memo\" \"wav\" \"#\" 60000 \"s=1\"", "200 result=0 (timeout) endpos=1\n", "timeout digit=0 end=1"},
    {AGI_COMMAND_RECORD_FILE, "record-file/hangup", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=-1 (hangup) endpos=8000\n", "hangup digit=0 end=8000"},
    {AGI_COMMAND_RECORD_FILE, "record-file/key-in-beep", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=35 (randomerror) endpos=0\n", "digit digit=35 end=0"},
    {AGI_COMMAND_RECORD_FILE, "record-file/random-error", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=-1 (randomerror) endpos=0\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_RECORD_FILE, "record-file/wait-error", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=-1 (waitfor) endpos=0\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_RECORD_FILE, "record-file/write-error", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=-1 (writefile)\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_RECORD_FILE, "record-file/no-silence-detection", run_record_file, "RECORD FILE \"memo\" \"wav\" \"#\" -1", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},

    {AGI_COMMAND_SAY_ALPHA, "say-alpha", run_say_alpha, "SAY ALPHA \"a b\" \"1\"", "200 result=49\n", "digit=49"},
    {AGI_COMMAND_SAY_ALPHA, "say-alpha/all", run_say_alpha_all, "SAY ALPHA \"Ab\" \"\" \"a\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_ALPHA, "say-alpha/none", run_say_alpha_none, "SAY ALPHA \"Ab\" \"\" \"n\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_ALPHA, "say-alpha/lower", run_say_alpha_lower, "SAY ALPHA \"Ab\" \"\" \"l\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_ALPHA, "say-alpha/upper", run_say_alpha_upper, "SAY ALPHA \"Ab\" \"\" \"u\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DIGITS, "say-digits", run_say_digits, "SAY DIGITS \"12*#\" \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DIGITS, "say-digits/fails", run_say_digits, "SAY DIGITS \"12*#\" \"\"", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_SAY_NUMBER, "say-number", run_say_number, "SAY NUMBER -42 \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_NUMBER, "say-number/gender", run_say_number_gender, "SAY NUMBER 1 \"\" \"f\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_NUMBER, "say-number/no-gender", run_say_number_no_gender, "SAY NUMBER 1 \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_PHONETIC, "say-phonetic", run_say_phonetic, "SAY PHONETIC \"ab\" \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DATE, "say-date", run_say_date, "SAY DATE 1795433707 \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_TIME, "say-time", run_say_time, "SAY TIME 1795433707 \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DATETIME, "say-datetime", run_say_datetime, "SAY DATETIME 4795433707 \"\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DATETIME, "say-datetime/format", run_say_datetime_format, "SAY DATETIME 1 \"\" \"A dB\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DATETIME, "say-datetime/zone", run_say_datetime_zone, "SAY DATETIME 1 \"\" \"HM\" \"Asia/Tokyo\"", "200 result=0\n", "digit=0"},
    {AGI_COMMAND_SAY_DATETIME, "say-datetime/zone-only", run_say_datetime_zone_only, "SAY DATETIME 1 \"\" \"ABdY 'digits/at' IMp\" \"UTC\"", "200 result=0\n", "digit=0"},

    {AGI_COMMAND_RECEIVE_CHAR, "receive-char", run_receive_char, "RECEIVE CHAR 3000", "200 result=233\n", "233"},
    {AGI_COMMAND_RECEIVE_CHAR, "receive-char/timeout", run_receive_char, "RECEIVE CHAR 3000", "200 result=-1 (hangup)\n", "0 timeout", 0, ALIVE},
    {AGI_COMMAND_RECEIVE_CHAR, "receive-char/empty", run_receive_char, "RECEIVE CHAR 3000", "200 result=0 (timeout)\n", "0 timeout"},
    {AGI_COMMAND_RECEIVE_TEXT, "receive-text", run_receive_text, "RECEIVE TEXT 3000", "200 result=1 (a (b) c)\n", "\"a (b) c\""},
    {AGI_COMMAND_RECEIVE_TEXT, "receive-text/lines", run_receive_text, "RECEIVE TEXT 3000", "200 result=1 (one\ntwo\n\nthree)\n", "\"one\ntwo\n\nthree\""},
    {AGI_COMMAND_RECEIVE_TEXT, "receive-text/timeout", run_receive_text, "RECEIVE TEXT 3000", "200 result=-1\n", "none", 0, ALIVE},
    {AGI_COMMAND_SEND_IMAGE, "send-image", run_send_image, "SEND IMAGE \"logo\"", "200 result=0\n", ""},
    {AGI_COMMAND_SEND_TEXT, "send-text", run_send_text, "SEND TEXT \"two words\"", "200 result=0\n", ""},
    {AGI_COMMAND_SEND_TEXT, "send-text/fails", run_send_text, "SEND TEXT \"two words\"", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},

    {AGI_COMMAND_GET_VARIABLE, "get-variable", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=1 (5551234)\n", "\"5551234\""},
    {AGI_COMMAND_GET_VARIABLE, "get-variable/not-set", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=0\n", "none"},
    {AGI_COMMAND_GET_VARIABLE, "get-variable/empty", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=1 ()\n", "\"\""},
    {AGI_COMMAND_GET_VARIABLE, "get-variable/parentheses", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=1 (a) (\"b\" )c)\n", "\"a) (\"b\" )c\""},
    {AGI_COMMAND_GET_VARIABLE, "get-variable/lines", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=1 (one\r\ntwo (x) y\n200 result=0\n)\n", "\"one\r\ntwo (x) y\n200 result=0\n\""},
    {AGI_COMMAND_GET_VARIABLE, "get-variable/bytes", run_get_variable, "GET VARIABLE \"CALLERID(num)\"", "200 result=1 (caf\xc3\xa9 \xff\xfe)\n", "\"caf\xc3\xa9 \xff\xfe\""},
    {AGI_COMMAND_GET_FULL_VARIABLE, "get-full-variable", run_get_full_variable, "GET FULL VARIABLE \"${A} \\\"b\\\"\"", "200 result=1 (x \"b\")\n", "\"x \"b\"\""},
    {AGI_COMMAND_GET_FULL_VARIABLE, "get-full-variable/no-channel", run_get_full_variable_of, "GET FULL VARIABLE \"${A}\" \"SIP/x\"", "200 result=0\n", "none"},
    {AGI_COMMAND_SET_VARIABLE, "set-variable", run_set_variable, "SET VARIABLE \"v\" \"a \\\"q\\\" \\\\ b\"", "200 result=1\n", ""},
    {AGI_COMMAND_DATABASE_GET, "database-get", run_database_get, "DATABASE GET \"fam\" \"a key\"", "200 result=1 (v)\n", "\"v\""},
    {AGI_COMMAND_DATABASE_GET, "database-get/not-there", run_database_get, "DATABASE GET \"fam\" \"a key\"", "200 result=0\n", "none"},
    {AGI_COMMAND_DATABASE_GET, "database-get/fails", run_database_get, "DATABASE GET \"fam\" \"a key\"", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_DATABASE_PUT, "database-put", run_database_put, "DATABASE PUT \"fam\" \"key\" \"\"", "200 result=1\n", ""},
    {AGI_COMMAND_DATABASE_PUT, "database-put/fails", run_database_put, "DATABASE PUT \"fam\" \"key\" \"\"", "200 result=0\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_DATABASE_PUT, "database-put/strange", run_database_put, "DATABASE PUT \"fam\" \"key\" \"\"", "200 result=-1\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_DATABASE_DEL, "database-del/fails", run_database_del, "DATABASE DEL \"fam\" \"key\"", "200 result=0\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_DATABASE_DEL, "database-del", run_database_del, "DATABASE DEL \"fam\" \"key\"", "200 result=1\n", ""},
    {AGI_COMMAND_DATABASE_DELTREE, "database-deltree", run_database_deltree, "DATABASE DELTREE \"fam\"", "200 result=0\n", "yes"},
    {AGI_COMMAND_DATABASE_DELTREE, "database-deltree/nothing", run_database_deltree_below, "DATABASE DELTREE \"fam\" \"key\"", "200 result=1\n", "no"},

    {AGI_COMMAND_EXEC, "exec", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=0\n", "result=0"},
    {AGI_COMMAND_EXEC, "exec/plain", run_exec_plain, "EXEC \"Answer\"", "200 result=0\n", ""},
    {AGI_COMMAND_EXEC, "exec/digit", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=49\n", "result=49"},
    {AGI_COMMAND_EXEC, "exec/no-application", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=-2\n", FAILS(AGI_ERROR_NO_APPLICATION)},
    {AGI_COMMAND_EXEC, "exec/one", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=1\n520 Invalid command syntax.  Proper usage not available.\n", "result=1"},
    {AGI_COMMAND_EXEC, "exec/one-with-usage", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=1\n520-Invalid command syntax.  Proper usage follows:\nusage\n520 End of proper usage.\n", "result=1"},
    {AGI_COMMAND_EXEC, "exec/minus-one", run_exec, "EXEC \"Dial\" \"PJSIP/bob&PJSIP/carol,20,tT\"", "200 result=-1\n", "result=-1", 0, ALIVE},
    {AGI_COMMAND_GOSUB, "gosub", run_gosub, "GOSUB \"sub\" \"s\" \"1\"", "100 result=0 Trying...\n200 result=0 Gosub complete\n", ""},
    {AGI_COMMAND_GOSUB, "gosub/arguments", run_gosub_arguments, "GOSUB \"sub\" \"s\" \"label\" \"4711,two words\"", "100 result=0 Trying...\n200 result=0 Gosub complete\n", ""},
    {AGI_COMMAND_GOSUB, "gosub/no-return", run_gosub, "GOSUB \"sub\" \"s\" \"1\"", "100 result=0 Trying...\n200 result=0 Gosub complete (abnormal exit)\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_GOSUB, "gosub/no-label", run_gosub, "GOSUB \"sub\" \"s\" \"1\"", "200 result=-1 Gosub label not found\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_GOSUB, "gosub/fails", run_gosub, "GOSUB \"sub\" \"s\" \"1\"", "200 result=7 Gosub failed\n", FAILS(AGI_ERROR_FAILURE), ALIVE},
    {AGI_COMMAND_GOSUB, "gosub/no-memory", run_gosub, "GOSUB \"sub\" \"s\" \"1\"", "503 result=-2 Memory allocation failure\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_SET_CONTEXT, "set-context", run_set_context, "SET CONTEXT \"sales\"", "200 result=0\n", ""},
    {AGI_COMMAND_SET_EXTENSION, "set-extension", run_set_extension, "SET EXTENSION \"s\"", "200 result=0\n", ""},
    {AGI_COMMAND_SET_PRIORITY, "set-priority", run_set_priority, "SET PRIORITY \"pinok\"", "200 result=0\n", ""},

    {AGI_COMMAND_SPEECH_CREATE, "speech-create", run_speech_create, "SPEECH CREATE", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_CREATE, "speech-create/engine", run_speech_create_engine, "SPEECH CREATE \"vosk\"", "200 result=0\n", FAILS(AGI_ERROR_FAILURE)},
    {AGI_COMMAND_SPEECH_SET, "speech-set", run_speech_set, "SPEECH SET \"name\" \"value\"", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_DESTROY, "speech-destroy", run_speech_destroy, "SPEECH DESTROY", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_LOAD_GRAMMAR, "speech-load-grammar", run_speech_load, "SPEECH LOAD GRAMMAR \"yesno\" \"/g/yesno\"", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_UNLOAD_GRAMMAR, "speech-unload-grammar", run_speech_unload, "SPEECH UNLOAD GRAMMAR \"yesno\"", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_ACTIVATE_GRAMMAR, "speech-activate-grammar", run_speech_activate, "SPEECH ACTIVATE GRAMMAR \"yesno\"", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_DEACTIVATE_GRAMMAR, "speech-deactivate-grammar", run_speech_deactivate, "SPEECH DEACTIVATE GRAMMAR \"yesno\"", "200 result=1\n", ""},
    {AGI_COMMAND_SPEECH_RECOGNIZE, "speech-recognize", run_speech_recognize, "SPEECH RECOGNIZE \"ask\" 5 0", "200 result=1 (speech) endpos=800 results=2 score0=900 text0=\"say \"yes\" (please)\" grammar0=yesno score1=10 text1=\"no\" grammar1=yesno\n", "recognized digit=0 end=800 900/say \"yes\" (please)/yesno 10/no/yesno"},
    {AGI_COMMAND_SPEECH_RECOGNIZE, "speech-recognize/digit", run_speech_recognize, "SPEECH RECOGNIZE \"ask\" 5 0", "200 result=1 (digit) digit=5 endpos=20\n", "digit digit=53 end=20"},
    {AGI_COMMAND_SPEECH_RECOGNIZE, "speech-recognize/timeout", run_speech_recognize, "SPEECH RECOGNIZE \"ask\" 5 0", "200 result=1 (timeout) endpos=20\n", "timeout digit=0 end=20"},
    {AGI_COMMAND_SPEECH_RECOGNIZE, "speech-recognize/hangup", run_speech_recognize, "SPEECH RECOGNIZE \"ask\" 5 0", "200 result=1 (hangup) endpos=20\n", FAILS(AGI_ERROR_HANGUP)},
    {AGI_COMMAND_SPEECH_RECOGNIZE, "speech-recognize/fails", run_speech_recognize, "SPEECH RECOGNIZE \"ask\" 5 0", "200 result=0\n", FAILS(AGI_ERROR_FAILURE)},
};
/* clang-format on */

/* Runs the command of a case, and compares its line and what it found out. */
static void
run_and_compare(const Case *expected, Session *session)
{
    g_autoptr(GString) found = g_string_new(NULL);
    g_autofree char *sent = NULL;
    g_autofree char *line = g_strconcat(expected->line, "\n", NULL);
    g_autoptr(GError) error = NULL;
    gboolean is_done = expected->run(session->call, found, &error);

    sent = session_take_sent(session);
    g_assert_cmpstr(sent, ==, line);
    if (expected->found != NULL) {
        g_assert_no_error(error);
        g_assert_true(is_done);
        g_assert_cmpstr(found->str, ==, expected->found);
    } else {
        g_assert_false(is_done);
        g_assert_error(error, AGI_ERROR, expected->code);
    }
    if (expected->second_reply != NULL)
        session_assert_sent(session, "CHANNEL STATUS");
    session_assert_silent(session);
}

/* The reply at once, byte by byte, and in two pieces cut at each place. */
static void
test_reply(gconstpointer data)
{
    const Case *expected = data;

    for (int at = -1; at <= (int) strlen(expected->reply); at++) {
        g_autoptr(Session) session = session_new();

        session_queue_pieces(session, expected->reply, at);
        if (expected->second_reply != NULL)
            session_queue(session, expected->second_reply);
        run_and_compare(expected, session);
    }
}

/* With HANGUP in front of the reply a success stays one, and what may be a hangup is one. */
static void
test_hangup_before_reply(gconstpointer data)
{
    const Case *expected = data;
    g_autoptr(Session) session = session_new();
    g_autoptr(GString) found = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    int code = expected->second_reply != NULL ? (int) AGI_ERROR_HANGUP : expected->code;

    session_queue(session, "HANGUP\n");
    session_queue(session, expected->reply);
    if (expected->second_reply != NULL || expected->found == NULL) {
        g_assert_false(expected->run(session->call, found, &error));
        g_assert_error(error, AGI_ERROR, code);
    } else {
        g_assert_true(expected->run(session->call, found, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(found->str, ==, expected->found);
    }
    g_assert_true(agi_call_is_hung_up(session->call));
}

/* On a dead channel what cannot run fails without a round trip, and the rest runs. */
static void
test_dead_channel(gconstpointer data)
{
    const Case *expected = data;
    g_autoptr(Session) session = session_new();
    g_autoptr(GString) found = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    session_queue(session, "HANGUP\n");
    g_assert_true(agi_call_is_hung_up(session->call));
    if (!agi_command_table[expected->command].runs_when_dead) {
        g_assert_false(expected->run(session->call, found, &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
        session_assert_silent(session);
    } else if (expected->second_reply == NULL) {
        session_queue(session, expected->reply);
        run_and_compare(expected, session);
    }
}

/* Whatever is refused is an error that names the command. */
static void
test_refusal(gconstpointer data)
{
    static const struct {
        const char *reply;
        int code;
    } refusals[] = {
        {"510 Invalid or unknown command\n", AGI_ERROR_UNKNOWN_COMMAND},
        {"511 Command Not Permitted on a dead channel or intercept routine\n", AGI_ERROR_HANGUP},
        {"520 Invalid command syntax.  Proper usage not available.\n", AGI_ERROR_USAGE},
        {"599 Who knows\n", AGI_ERROR_FAILURE},
        {"200 no idea\n", AGI_ERROR_MALFORMED},
        {"What?\n", AGI_ERROR_MALFORMED},
    };
    const Case *expected = data;

    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GString) found = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        int code = refusals[i].code;

        if (code == AGI_ERROR_USAGE && expected->command == AGI_COMMAND_SET_PRIORITY)
            code = AGI_ERROR_FAILURE;

        /* The first reply of a session, since before it lines that are none are forgiven. */
        session_queue(session, "200 result=0\n");
        g_assert_true(agi_noop(session->call, NULL, NULL));
        session_queue(session, refusals[i].reply);
        g_assert_false(expected->run(session->call, found, &error));
        g_assert_error(error, AGI_ERROR, code);
        g_assert_true(g_str_has_prefix(error->message, agi_command_table[expected->command].name));
    }
}

/* The connection that ends before the reply is a hangup, and one that cuts it is broken. */
static void
test_end(gconstpointer data)
{
    const Case *expected = data;
    gsize first_line = strcspn(expected->reply, "\n");

    for (gsize length = 0; length <= first_line; length++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GString) found = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *begun = g_strndup(expected->reply, length);

        session_queue(session, begun);
        session_close(session);
        g_assert_false(expected->run(session->call, found, &error));
        if (length == 0)
            g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
        g_clear_error(&error);
        g_assert_false(expected->run(session->call, found, &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
    }
}

static void
test_every_command(void)
{
    gboolean is_covered[AGI_N_COMMANDS] = {FALSE};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        is_covered[cases[i].command] = TRUE;
    for (guint i = 0; i < AGI_N_COMMANDS; i++)
        if (!is_covered[i])
            g_error("%s has no case", agi_command_table[i].name);
}

static void
add_case(const Case *added)
{
    static const struct {
        const char *name;
        GTestDataFunc run;
    } tests[] = {
        {"reply", test_reply},       {"hangup", test_hangup_before_reply},
        {"dead", test_dead_channel}, {"refusal", test_refusal},
        {"end", test_end},
    };

    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/agi/commands/%s/%s", tests[i].name, added->name);

        g_test_add_data_func(path, added, tests[i].run);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/commands/every-command", test_every_command);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        add_case(&cases[i]);
    return g_test_run();
}
