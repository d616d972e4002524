/* commands-sound.c - the commands that play, record, and wait for keys or texts. */

#include "pbx/call-private.h"
#include <string.h>

#define FIRST_DIGIT_SECONDS   6.0
#define FURTHER_DIGIT_SECONDS 2.0
#define OPTION_SECONDS        5.0

/* Samples that are cut off a recording when a key ends it. */
#define DIGIT_REWIND_SAMPLES 1600

/* What is left of Asterisk's own longest wait when a recording without limit ends. */
#define ENDLESS_LEFTOVER_MSEC 99980

/* Asterisk's atoi(): no digits are 0. */
static int
scan_or_zero(const char *text)
{
    gint64 number = 0;

    pbx_scan_integer(text, &number);
    return (int) CLAMP(number, G_MININT, G_MAXINT);
}

/* When a wait of so many milliseconds is over; below zero: never. */
static gdouble
get_end(const PbxCall *call, gint64 milliseconds)
{
    return milliseconds < 0 ? PBX_FOR_EVER
                            : pbx_clock_now(&call->clock) + (gdouble) milliseconds / 1000;
}

/* A wake as the number that Asterisk's functions return. */
static int
get_result(const PbxCall *call, PbxWake wake)
{
    return wake == PBX_WAKE_KEY ? call->key : wake == PBX_WAKE_HANGUP ? -1 : 0;
}

static PbxOutcome
get_outcome(int result)
{
    return result >= 0 ? PBX_DONE : PBX_FAILURE;
}

/* Cut short by the server, it has no reply. */
static PbxOutcome
run_stream_file(PbxCall *call, const PbxArguments *arguments)
{
    gint64 position = 0;
    PbxWake wake = PBX_WAKE_TIME;
    int result = 0;

    if (arguments->n > 2 && !pbx_scan_integer(arguments->words[2], &position))
        return PBX_USAGE;
    if (pbx_call_get_file_seconds(call, arguments->words[0]) < 0) {
        pbx_call_reply(call, "200 result=-1 endpos=%" G_GINT64_FORMAT, position);
        return PBX_FAILURE;
    }
    wake = pbx_call_play(call, arguments->words[0], arguments->words[1], PBX_LISTEN_SERVER,
                         position, &position);
    if (wake == PBX_WAKE_BYTES)
        return PBX_DONE;
    result = get_result(call, wake);
    pbx_call_reply(call, "200 result=%d endpos=%" G_GINT64_FORMAT, result, position);
    pbx_channel_put(call, "PLAYBACKSTATUS", result != 0 ? "FAILED" : "SUCCESS");
    return get_outcome(result);
}

/* What a caller can do while a file plays under control. */
typedef struct {
    const char *forward;
    const char *rewind;
    const char *pause;
    const char *stop;
    gint64 skip;     /* ms */
    gint64 position; /* ms */
    gint64 length;   /* ms */
} Control;

static const char *
get_key_word(const PbxArguments *arguments, guint i, const char *fallback)
{
    return arguments->n > i && *arguments->words[i] != '\0' ? arguments->words[i] : fallback;
}

static gboolean
parse_control(const PbxArguments *arguments, Control *control)
{
    control->stop = arguments->words[1];
    control->skip = 3000;
    control->forward = get_key_word(arguments, 3, "#");
    control->rewind = get_key_word(arguments, 4, "*");
    control->pause = get_key_word(arguments, 5, "");
    return (arguments->n <= 2 || pbx_scan_integer(arguments->words[2], &control->skip)) &&
           (arguments->n <= 6 || pbx_scan_integer(arguments->words[6], &control->position));
}

/* Until the pause key comes again, or a key that stops. */
static int
run_pause(PbxCall *call, const Control *control)
{
    g_autofree char *keys = g_strconcat(control->pause, control->stop, NULL);
    PbxWake wake = pbx_call_wait(call, PBX_FOR_EVER, keys, PBX_LISTEN_NOTHING);

    if (wake == PBX_WAKE_KEY && strchr(control->pause, call->key) != NULL)
        return 0;
    return get_result(call, wake);
}

/* Plays on from where the last key left off: TRUE when it goes on after this key, too. */
static gboolean
run_control_step(PbxCall *call, Control *control, const char *keys, int *result)
{
    gdouble start = pbx_clock_now(&call->clock);
    gdouble left = (gdouble) (control->length - control->position) / 1000;
    PbxWake wake = pbx_call_wait(call, start + left, keys, PBX_LISTEN_NOTHING);

    control->position += (gint64) ((pbx_clock_now(&call->clock) - start) * 1000 + 1e-6);
    *result = get_result(call, wake);
    if (wake != PBX_WAKE_KEY)
        return FALSE;
    if (strchr(control->forward, call->key) != NULL)
        control->position = MIN(control->position + control->skip, control->length);
    else if (strchr(control->rewind, call->key) != NULL)
        control->position = MAX(control->position - control->skip, 0);
    else if (strchr(control->pause, call->key) != NULL)
        *result = run_pause(call, control);
    else
        return FALSE;
    return *result == call->key ? strchr(control->stop, call->key) == NULL : *result == 0;
}

static void
set_control_variables(PbxCall *call, const Control *control, int result, gint64 position)
{
    g_autofree char *offset = g_strdup_printf("%" G_GINT64_FORMAT, position);
    const char key[] = {(char) result, '\0'};

    if (result > 0 && strchr(control->stop, result) != NULL) {
        pbx_channel_put(call, "CPLAYBACKSTATUS", "USERSTOPPED");
        pbx_channel_put(call, "CPLAYBACKSTOPKEY", key);
    } else {
        pbx_channel_put(call, "CPLAYBACKSTATUS", result < 0 ? "ERROR" : "SUCCESS");
    }
    pbx_channel_put(call, "CPLAYBACKOFFSET", offset);
}

/* `file:end` begins at the end, a negative offset counts from there; @file is cut accordingly. */
static void
place_control(PbxCall *call, char *file, Control *control)
{
    char *end = g_str_has_suffix(file, ":end") ? strrchr(file, ':') : NULL;

    if (end != NULL)
        *end = '\0';
    control->length = (gint64) (pbx_call_get_file_seconds(call, file) * 1000);
    if (end != NULL || control->position < 0)
        control->position += control->length;
    control->position = CLAMP(control->position, 0, MAX(control->length, 0));
}

static PbxOutcome
run_control_stream_file(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *file = g_strdup(arguments->words[0]);
    g_autofree char *keys = NULL;
    Control control = {0};
    gint64 position = -1;
    int result = -1;

    if (!parse_control(arguments, &control))
        return PBX_USAGE;
    keys = g_strconcat(control.forward, control.rewind, control.pause, control.stop, NULL);
    place_control(call, file, &control);
    if (control.length >= 0) {
        pbx_call_trigger_sound(call, PBX_WHEN_BEFORE, file);
        pbx_call_trigger_sound(call, PBX_WHEN_DURING, file);
        while (run_control_step(call, &control, keys, &result))
            continue;
        pbx_call_trigger_sound(call, PBX_WHEN_AFTER, file);
        position = result != 0 ? control.position : -1;
    }
    set_control_variables(call, &control, result, position);
    pbx_call_reply(call, "200 result=%d endpos=%" G_GINT64_FORMAT, result, position);
    return get_outcome(result);
}

/* What GET DATA collects, and how it ended. */
typedef struct {
    GString *digits;
    gint64 maximum;
    gboolean is_cut;     /* by the server */
    gboolean has_failed; /* by hangup */
    gboolean is_timeout;
} Collection;

/* One key: TRUE when there may be more. */
static gboolean
collect(PbxCall *call, Collection *collection, PbxWake wake)
{
    collection->is_cut = wake == PBX_WAKE_BYTES;
    collection->has_failed = wake == PBX_WAKE_HANGUP;
    collection->is_timeout = wake == PBX_WAKE_TIME;
    if (wake != PBX_WAKE_KEY || call->key == '#')
        return FALSE;
    g_string_append_c(collection->digits, call->key);
    return (gint64) collection->digits->len < collection->maximum;
}

/* The wait for a key, the prompt before the first one included. */
static PbxWake
wait_for_first(PbxCall *call, const char *file, gint64 timeout)
{
    PbxWake wake = PBX_WAKE_TIME;
    gint64 position = 0;

    if (*file != '\0')
        wake = pbx_call_play(call, file, PBX_EVERY_KEY, PBX_LISTEN_SERVER, 0, &position);
    if (wake != PBX_WAKE_TIME)
        return wake;
    return pbx_call_wait(call,
                         timeout != 0 ? get_end(call, timeout)
                                      : pbx_clock_now(&call->clock) + FIRST_DIGIT_SECONDS,
                         PBX_EVERY_KEY, PBX_LISTEN_SERVER);
}

static PbxWake
wait_for_further(PbxCall *call, gint64 timeout)
{
    return pbx_call_wait(call,
                         timeout != 0 ? get_end(call, timeout)
                                      : pbx_clock_now(&call->clock) + FURTHER_DIGIT_SECONDS,
                         PBX_EVERY_KEY, PBX_LISTEN_SERVER);
}

static PbxOutcome
run_get_data(PbxCall *call, const PbxArguments *arguments)
{
    const char *file = arguments->words[0];
    gint64 timeout = arguments->n > 1 ? scan_or_zero(arguments->words[1]) : 0;
    g_autoptr(GString) digits = g_string_new(NULL);
    Collection collection = {.digits = digits, .maximum = 1024};

    if (arguments->n > 2)
        collection.maximum = scan_or_zero(arguments->words[2]);
    if ((*file != '\0' && pbx_call_get_file_seconds(call, file) < 0) || call->channel.is_hung_up ||
        collection.maximum == 0) {
        pbx_call_reply(call, "200 result=-1");
        return PBX_DONE;
    }
    if (collect(call, &collection, wait_for_first(call, file, timeout))) {
        while (collect(call, &collection, wait_for_further(call, timeout)))
            continue;
    }
    if (collection.has_failed)
        pbx_call_reply(call, "200 result=-1");
    else if (!collection.is_cut)
        pbx_call_reply(call, "200 result=%s%s", digits->str,
                       collection.is_timeout ? " (timeout)" : "");
    return PBX_DONE;
}

/* The wait behind the file: any key ends it, and so does the server; hangup counts as nothing. */
static int
wait_for_option(PbxCall *call, const PbxArguments *arguments)
{
    gint64 timeout =
        arguments->n > 2 ? scan_or_zero(arguments->words[2]) : (gint64) (OPTION_SECONDS * 1000);
    PbxWake wake = pbx_call_wait(call, get_end(call, timeout), PBX_EVERY_KEY, PBX_LISTEN_SERVER);

    return wake == PBX_WAKE_KEY && strchr(arguments->words[1], call->key) != NULL ? call->key : 0;
}

static PbxOutcome
run_get_option(PbxCall *call, const PbxArguments *arguments)
{
    gint64 position = 0;
    PbxWake wake = PBX_WAKE_TIME;
    int result = 0;

    if (pbx_call_get_file_seconds(call, arguments->words[0]) < 0) {
        pbx_call_reply(call, "200 result=-1 endpos=0");
        return PBX_FAILURE;
    }
    wake = pbx_call_play(call, arguments->words[0], arguments->words[1], PBX_LISTEN_SERVER, 0,
                         &position);
    if (wake == PBX_WAKE_BYTES)
        return PBX_DONE;
    result = get_result(call, wake);
    if (result == 0)
        result = wait_for_option(call, arguments);
    pbx_call_reply(call, "200 result=%d endpos=%" G_GINT64_FORMAT, result, position);
    return get_outcome(result);
}

static PbxOutcome
run_wait_for_digit(PbxCall *call, const PbxArguments *arguments)
{
    gint64 timeout = 0;
    PbxWake wake = PBX_WAKE_TIME;
    int result = 0;

    if (!pbx_scan_integer(arguments->words[0], &timeout))
        return PBX_USAGE;
    wake = pbx_call_wait(call, get_end(call, timeout), PBX_EVERY_KEY, PBX_LISTEN_SERVER);
    result = wake == PBX_WAKE_BYTES ? 1 : get_result(call, wake);
    pbx_call_reply(call, "200 result=%d", result);
    return get_outcome(result);
}

/* How RECORD FILE was asked to record. */
typedef struct {
    const char *file;
    const char *keys;
    gint64 timeout; /* ms */
    gint64 silence; /* ms; 0: does not matter */
    gint64 offset;  /* samples */
    gboolean beeps;
} Recording;

/* The first of the optional words with an "s" in it is the silence word, such as it is. */
static gint64
parse_silence(const PbxArguments *arguments)
{
    for (guint i = 4; i < MIN(arguments->n, 7); i++) {
        const char *word = strchr(arguments->words[i], 's');

        if (word != NULL)
            return g_str_has_prefix(word, "s=") ? MAX(scan_or_zero(word + 2), 0) * 1000 : 0;
    }
    return 0;
}

static gboolean
parse_recording(const PbxArguments *arguments, Recording *recording)
{
    gboolean has_offset = FALSE;

    recording->file = arguments->words[0];
    recording->keys = arguments->words[2];
    recording->silence = parse_silence(arguments);
    if (arguments->n > 4)
        has_offset = pbx_scan_integer(arguments->words[4], &recording->offset);
    recording->beeps =
        (arguments->n > 4 && !has_offset && !g_str_has_prefix(arguments->words[4], "s=")) ||
        (arguments->n > 5 && !g_str_has_prefix(arguments->words[5], "s="));
    return pbx_scan_integer(arguments->words[3], &recording->timeout);
}

/* The formats that a usual Asterisk can write. */
static const char *const formats[] = {
    "wav",     "wav49",  "wav16", "gsm",   "ulaw",    "ul",      "mu",      "pcm",     "alaw",
    "al",      "sln",    "slin",  "sln12", "sln16",   "sln24",   "sln32",   "sln44",   "sln48",
    "sln96",   "sln192", "raw",   "g722",  "g723",    "g723sf",  "g729",    "ilbc",    "siren7",
    "siren14", "au",     "vox",   "g719",  "g726-16", "g726-24", "g726-32", "g726-40", NULL,
};

static gboolean
can_write(PbxCall *call, const char *file, const char *format)
{
    g_autofree char *name = g_ascii_strdown(format, -1);

    return g_strv_contains(formats, name) && pbx_call_get_file_seconds(call, file) >= 0;
}

/* What was recorded plays from now on, and is as long as it is. */
static void
keep_recording(PbxCall *call, const char *file, gint64 samples)
{
    g_hash_table_insert(call->channel.recordings, g_strdup(file),
                        g_strdup_printf("%g", (gdouble) samples / PBX_SAMPLE_RATE));
}

/* The caller of a script is silent, so the silence begins with the recording. */
static gint64
get_recording_msec(const Recording *recording)
{
    gint64 timeout = recording->timeout < 0 ? G_MAXINT64 : recording->timeout;

    return recording->silence > 0 ? MIN(timeout, recording->silence + 20) : timeout;
}

static void
reply_recording_end(PbxCall *call, const Recording *recording, gint64 msec, gint64 samples)
{
    gint64 leftover = recording->timeout < 0 ? ENDLESS_LEFTOVER_MSEC : recording->timeout - msec;

    if (recording->silence > 0 && msec > recording->silence)
        samples = MAX(samples - (recording->silence - 1000) * PBX_SAMPLE_RATE / 1000, 0);
    keep_recording(call, recording->file, samples);
    pbx_call_reply(call, "200 result=%" G_GINT64_FORMAT " (timeout) endpos=%" G_GINT64_FORMAT,
                   leftover, samples);
}

static PbxOutcome
record(PbxCall *call, const Recording *recording)
{
    gint64 msec = get_recording_msec(recording);
    gdouble start = pbx_clock_now(&call->clock);
    PbxWake wake = pbx_call_wait(call, get_end(call, msec == G_MAXINT64 ? -1 : msec),
                                 recording->keys, PBX_LISTEN_NOTHING);
    gint64 frames = (gint64) ((pbx_clock_now(&call->clock) - start) * 50 + 1e-6);
    gint64 samples = recording->offset + frames * (PBX_SAMPLE_RATE / 50);

    if (wake == PBX_WAKE_TIME) {
        reply_recording_end(call, recording, msec, samples);
        return PBX_DONE;
    }
    if (wake == PBX_WAKE_KEY)
        samples = MAX(samples - DIGIT_REWIND_SAMPLES, 0);
    keep_recording(call, recording->file, samples);
    if (wake == PBX_WAKE_KEY)
        pbx_call_reply(call, "200 result=%d (dtmf) endpos=%" G_GINT64_FORMAT, call->key, samples);
    else
        pbx_call_reply(call, "200 result=-1 (hangup) endpos=%" G_GINT64_FORMAT, samples);
    return wake == PBX_WAKE_KEY ? PBX_DONE : PBX_FAILURE;
}

/* The beep before the recording: 0 when it was heard to its end. */
static int
beep(PbxCall *call, const Recording *recording)
{
    gint64 position = 0;

    if (call->channel.is_hung_up)
        return -1;
    if (!recording->beeps)
        return 0;
    if (pbx_call_get_file_seconds(call, "beep") < 0)
        return -1;
    return get_result(
        call, pbx_call_play(call, "beep", recording->keys, PBX_LISTEN_NOTHING, 0, &position));
}

static PbxOutcome
run_record_file(PbxCall *call, const PbxArguments *arguments)
{
    Recording recording = {0};
    int result = 0;

    if (!parse_recording(arguments, &recording))
        return PBX_USAGE;
    result = beep(call, &recording);
    if (result != 0) {
        pbx_call_reply(call, "200 result=%d (randomerror) endpos=%" G_GINT64_FORMAT, result,
                       recording.offset);
        return PBX_DONE;
    }
    if (!can_write(call, recording.file, arguments->words[1])) {
        pbx_call_reply(call, "200 result=-1 (writefile)");
        return PBX_FAILURE;
    }
    return record(call, &recording);
}

static PbxWake
wait_for_text(PbxCall *call, const PbxArguments *arguments)
{
    return pbx_call_wait(call, get_end(call, scan_or_zero(arguments->words[0])), "",
                         PBX_LISTEN_TEXT);
}

static PbxOutcome
run_receive_char(PbxCall *call, const PbxArguments *arguments)
{
    if (wait_for_text(call, arguments) != PBX_WAKE_TEXT) {
        pbx_call_reply(call, "200 result=-1 (hangup)");
        return PBX_FAILURE;
    }
    pbx_call_reply(call, *call->text == '\0' ? "200 result=%d (timeout)" : "200 result=%d",
                   (guchar) *call->text);
    return PBX_DONE;
}

static PbxOutcome
run_receive_text(PbxCall *call, const PbxArguments *arguments)
{
    if (wait_for_text(call, arguments) == PBX_WAKE_TEXT)
        pbx_call_reply(call, "200 result=1 (%s)", call->text);
    else
        pbx_call_reply(call, "200 result=-1");
    return PBX_DONE;
}

static PbxOutcome
run_send_text(PbxCall *call, const PbxArguments *arguments)
{
    gboolean fails =
        call->channel.is_hung_up || (call->script->lacks_text && *arguments->words[0] != '\0');

    pbx_call_reply(call, "200 result=%d", fails ? -1 : 0);
    return fails ? PBX_FAILURE : PBX_DONE;
}

static PbxOutcome
run_send_image(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    pbx_call_reply(call, "200 result=%d", call->channel.is_hung_up ? -1 : 0);
    return call->channel.is_hung_up ? PBX_FAILURE : PBX_DONE;
}

/* clang-format off */
const PbxCommand pbx_commands_sound[] = {
    {"CONTROL STREAM FILE", run_control_stream_file, 2, 7, PBX_FAILS},
    {"GET DATA", run_get_data, 1, -1, 0},
    {"GET OPTION", run_get_option, 2, 3, PBX_FAILS},
    {"RECEIVE CHAR", run_receive_char, 1, 1, PBX_FAILS},
    {"RECEIVE TEXT", run_receive_text, 1, 1, 0},
    {"RECORD FILE", run_record_file, 4, -1, PBX_FAILS},
    {"SEND IMAGE", run_send_image, 1, 1, PBX_FAILS},
    {"SEND TEXT", run_send_text, 1, 1, PBX_FAILS},
    {"STREAM FILE", run_stream_file, 2, 3, PBX_FAILS},
    {"WAIT FOR DIGIT", run_wait_for_digit, 1, 1, PBX_FAILS},
    {0},
};
/* clang-format on */
