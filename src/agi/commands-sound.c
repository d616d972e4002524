/* commands-sound.c - commands that play, record and listen for keys. */

#include <config.h>

#include "agi/run.h"

#include <capella/agi/commands.h>
#include <math.h>

/* Asterisk collects the digits of GET DATA in a buffer of 1,024 bytes. */
#define MAXIMUM_DIGITS 1023

static const char *
or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* A command that ends with a digit and the place where it stopped; where Asterisk does not tell,
 * that is @fallback. */
static gboolean
run_playing(AgiCall *call, AgiCommand command, const AgiArgument *arguments, gsize n_arguments,
            char *digit, gint64 *end_position, gint64 fallback, GError **error)
{
    AgiParts reply;
    gint64 result = 0;

    if (!agi_call_run(call, command, arguments, n_arguments, &reply, error))
        return FALSE;
    agi_parts_get_number(&reply, &result);
    if (digit != NULL)
        *digit = agi_digit_of(result);
    if (end_position != NULL)
        *end_position = agi_parts_get_trailing_number(&reply, "endpos", fallback);
    return TRUE;
}

/**
 * agi_stream_file:
 * @call: the call
 * @file: the sound's name, without extension; relative to Asterisk's sounds, or absolute
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was played to its end
 * @error: return location for a #GError, or %NULL
 *
 * Plays a sound: the AGI command `STREAM FILE`. Blocks until it is over; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if it was played; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no
 *   such file, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_stream_file(AgiCall *call, const char *file, const char *escape_digits, char *digit,
                GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(file), AGI_TEXT(or_empty(escape_digits))};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);

    return run_playing(call, AGI_COMMAND_STREAM_FILE, arguments, G_N_ELEMENTS(arguments), digit,
                       NULL, 0, error);
}

/**
 * agi_stream_file_full:
 * @call: the call
 * @file: the sound's name, without extension; relative to Asterisk's sounds, or absolute
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @offset: where to begin, in samples
 * @digit: (out) (optional): the key that ended it, or '\0' where it was played to its end
 * @end_position: (out) (optional): where it ended, in samples
 * @error: return location for a #GError, or %NULL
 *
 * agi_stream_file() that can begin in the middle and tells where it ended, as one needs to go on
 * later. Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was played; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no
 *   such file, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_stream_file_full(AgiCall *call, const char *file, const char *escape_digits, gint64 offset,
                     char *digit, gint64 *end_position, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(file), AGI_TEXT(or_empty(escape_digits)),
                                     AGI_NUMBER(offset)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);

    return run_playing(call, AGI_COMMAND_STREAM_FILE, arguments, G_N_ELEMENTS(arguments), digit,
                       end_position, 0, error);
}

/* A key as a word of its own; an empty one stands for Asterisk's default. */
typedef char KeyWord[2];

static gint64
signed_milliseconds(gdouble seconds)
{
    return seconds < 0 ? -agi_milliseconds(-seconds) : agi_milliseconds(seconds);
}

/**
 * agi_control_stream_file:
 * @call: the call
 * @file: the sound's name, without extension; with `:end` behind it, it begins at its end
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @options: (nullable): keys to wind and pause with, and where to begin; %NULL: the defaults
 * @digit: (out) (optional): the key that ended it, or '\0' where it was played to its end
 * @end_position: (out) (optional): where it ended, in seconds; negative where it was played to its
 *   end, or where Asterisk does not tell (before 12)
 * @error: return location for a #GError, or %NULL
 *
 * Plays a sound in which the caller can wind and pause: the AGI command `CONTROL STREAM FILE`.
 * Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was played; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no
 *   such file, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_control_stream_file(AgiCall *call, const char *file, const char *escape_digits,
                        const AgiControlOptions *options, char *digit, gdouble *end_position,
                        GError **error)
{
    static const AgiControlOptions defaults = {0};
    const AgiControlOptions *chosen = options != NULL ? options : &defaults;
    const KeyWord forward = {chosen->forward};
    const KeyWord rewind = {chosen->rewind};
    const KeyWord pause = {chosen->pause};
    const AgiArgument arguments[] = {
        AGI_TEXT(file),
        AGI_TEXT(or_empty(escape_digits)),
        AGI_NUMBER(chosen->skip > 0 ? agi_milliseconds(chosen->skip) : 3000),
        AGI_TEXT(forward),
        AGI_TEXT(rewind),
        AGI_TEXT(pause),
        AGI_NUMBER(signed_milliseconds(chosen->offset)),
    };
    gsize n_arguments = options == NULL        ? 2
                        : options->offset != 0 ? G_N_ELEMENTS(arguments)
                                               : G_N_ELEMENTS(arguments) - 1;
    gint64 milliseconds;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);

    if (!run_playing(call, AGI_COMMAND_CONTROL_STREAM_FILE, arguments, n_arguments, digit,
                     &milliseconds, -1, error))
        return FALSE;
    if (end_position != NULL)
        *end_position = milliseconds < 0 ? -1 : (gdouble) milliseconds / 1000;
    return TRUE;
}

/**
 * agi_get_data:
 * @call: the call
 * @file: the prompt's name, without extension
 * @timeout: how long to wait for each digit, in seconds; zero: Asterisk's 6 seconds for the first
 *   and 2 between; negative: for ever
 * @maximum_digits: end after so many, 1 to 1,023; zero: Asterisk's 1,024
 * @digits: (out) (optional) (transfer full): what was pressed, without the `#` that ends it; maybe
 *   empty, never %NULL
 * @timed_out: (out) (optional): whether the time ended it
 * @error: return location for a #GError, or %NULL
 *
 * Plays a prompt and collects digits: the AGI command `GET DATA`. The first key ends the prompt.
 * Blocks until it is over; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * g_autofree char *pin = NULL;
 * gboolean timed_out;
 *
 * if (!agi_get_data(call, "enter-pin", 5, 4, &pin, &timed_out, error))
 *     return FALSE;
 * ]|
 *
 * Returns: %TRUE if the command ran, silence included; %FALSE with @error set to
 *   %AGI_ERROR_FAILURE if there is no such file, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_get_data(AgiCall *call, const char *file, gdouble timeout, guint maximum_digits, char **digits,
             gboolean *timed_out, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(file), AGI_SECONDS(timeout),
                                     AGI_NUMBER(maximum_digits)};
    AgiParts reply;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);
    g_return_val_if_fail(maximum_digits <= MAXIMUM_DIGITS, FALSE);

    if (!agi_call_run(call, AGI_COMMAND_GET_DATA, arguments, maximum_digits > 0 ? 3 : 2, &reply,
                      error))
        return FALSE;
    if (digits != NULL)
        *digits = g_strndup(reply.result, reply.result_length);
    if (timed_out != NULL)
        *timed_out = agi_parts_value_is(&reply, "timeout");
    return TRUE;
}

/**
 * agi_get_option:
 * @call: the call
 * @file: the prompt's name, without extension
 * @escape_digits: (nullable): the keys that count, of `0123456789*#ABCD`; empty or %NULL: none
 * @timeout: how long to wait behind the prompt, in seconds; zero or less: the channel's own digit
 *   time-out, mostly 5 seconds
 * @digit: (out) (optional): the key pressed; '\0' for none, or one that does not count
 * @end_position: (out) (optional): where the prompt ended, in samples
 * @error: return location for a #GError, or %NULL
 *
 * Plays a prompt and waits for one key: the AGI command `GET OPTION`. Blocks until it is over; call
 * it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran, silence included; %FALSE with @error set to
 *   %AGI_ERROR_FAILURE if there is no such file, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_get_option(AgiCall *call, const char *file, const char *escape_digits, gdouble timeout,
               char *digit, gint64 *end_position, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(file), AGI_TEXT(or_empty(escape_digits)),
                                     AGI_SECONDS(timeout)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);

    return run_playing(call, AGI_COMMAND_GET_OPTION, arguments, timeout > 0 ? 3 : 2, digit,
                       end_position, 0, error);
}

/**
 * agi_wait_for_digit:
 * @call: the call
 * @timeout: how long to wait, in seconds; negative: for ever
 * @digit: (out) (optional): the key pressed, or '\0' when the time ran out
 * @error: return location for a #GError, or %NULL
 *
 * Waits for the caller to press one key: the AGI command `WAIT FOR DIGIT`. Silence is an answer,
 * not an error. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_wait_for_digit(AgiCall *call, gdouble timeout, char *digit, GError **error)
{
    const AgiArgument arguments[] = {AGI_SECONDS(timeout)};

    g_return_val_if_fail(call != NULL, FALSE);

    return run_playing(call, AGI_COMMAND_WAIT_FOR_DIGIT, arguments, G_N_ELEMENTS(arguments), digit,
                       NULL, 0, error);
}

/* Fills @arguments, of which there can be 7, and returns how many there are. */
static gsize
fill_record_arguments(AgiArgument *arguments, const AgiRecordOptions *options, char *silence,
                      gsize silence_size)
{
    gsize n_arguments = 0;

    arguments[n_arguments++].number =
        options->timeout > 0 ? agi_milliseconds(options->timeout) : -1;
    if (options->offset > 0)
        arguments[n_arguments++].number = options->offset;
    if (options->beep)
        arguments[n_arguments++].text = "BEEP";
    if (options->silence > 0) {
        g_snprintf(silence, silence_size, "s=%d",
                   (int) fmin(fmax(round(options->silence), 1), G_MAXINT / 1000));
        arguments[n_arguments++].text = silence;
    }
    return n_arguments;
}

/* Why a recording ended, from the word in parentheses. FALSE where it is a failure. */
static gboolean
read_recording(const AgiParts *reply, AgiRecording *recording)
{
    gint64 result = 0;

    agi_parts_get_number(reply, &result);
    *recording = (AgiRecording){
        .end_position = agi_parts_get_trailing_number(reply, "endpos", 0),
    };
    if (agi_parts_value_is(reply, "timeout")) {
        recording->end = AGI_RECORDING_TIMEOUT;
    } else if (agi_parts_value_is(reply, "hangup")) {
        recording->end = AGI_RECORDING_HANGUP;
    } else {
        recording->end = AGI_RECORDING_DIGIT;
        recording->digit = agi_digit_of(result);
        return recording->digit != '\0';
    }
    return TRUE;
}

/**
 * agi_record_file:
 * @call: the call
 * @file: the name of the file to make on the PBX, without extension
 * @format: its format and extension, such as `wav`
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @options: (nullable): how to record; %NULL: without beep, until a key or the hangup
 * @recording: (out caller-allocated) (optional): what became of it
 * @error: return location for a #GError, or %NULL
 *
 * Records the caller: the AGI command `RECORD FILE`. A caller who hangs up ends the recording, and
 * what was said until then is kept: that is a result here, and the next command fails with
 * %AGI_ERROR_HANGUP. Silence is measured on what the channel sends; one that sends nothing at all
 * never gets there, so set a time. Blocks until it is over; call it from the thread that serves
 * @call.
 *
 * Returns: %TRUE if it was recorded; %FALSE with @error set to %AGI_ERROR_FAILURE if the file
 *   cannot be written or the format is unknown, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_record_file(AgiCall *call, const char *file, const char *format, const char *escape_digits,
                const AgiRecordOptions *options, AgiRecording *recording, GError **error)
{
    static const AgiRecordOptions defaults = {0};
    AgiArgument arguments[7] = {AGI_TEXT(file), AGI_TEXT(format),
                                AGI_TEXT(or_empty(escape_digits))};
    char silence[32];
    gsize n_arguments;
    AgiParts reply;
    AgiRecording made;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);
    g_return_val_if_fail(format != NULL, FALSE);

    n_arguments = 3 + fill_record_arguments(arguments + 3, options != NULL ? options : &defaults,
                                            silence, sizeof silence);
    if (!agi_call_run(call, AGI_COMMAND_RECORD_FILE, arguments, n_arguments, &reply, error))
        return FALSE;
    if (agi_parts_value_is(&reply, "writefile"))
        return agi_set_failure_error(AGI_COMMAND_RECORD_FILE, "the file cannot be written", error);
    if (!read_recording(&reply, &made))
        return agi_call_fail(call, AGI_COMMAND_RECORD_FILE,
                             agi_command_table[AGI_COMMAND_RECORD_FILE].hint, error);
    if (made.end == AGI_RECORDING_HANGUP)
        agi_call_note_hangup(call);
    if (recording != NULL)
        *recording = made;
    return TRUE;
}
