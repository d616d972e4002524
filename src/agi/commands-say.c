/* commands-say.c - commands that speak values: letters, digits, numbers, dates. */

#include <config.h>

#include "agi/run.h"

#include <capella/agi/commands.h>

/* What Asterisk itself uses for most languages, needed where only a time zone is given. */
#define USUAL_FORMAT "ABdY 'digits/at' IMp"

/* All of them end with a digit. An argument that is %NULL ends the list. */
static gboolean
run_say(AgiCall *call, AgiCommand command, const AgiArgument *what, const char *escape_digits,
        const char *first_option, const char *second_option, char *digit, GError **error)
{
    const AgiArgument arguments[] = {*what, AGI_TEXT(escape_digits != NULL ? escape_digits : ""),
                                     AGI_TEXT(first_option), AGI_TEXT(second_option)};
    gsize n_arguments = first_option == NULL ? 2 : second_option == NULL ? 3 : 4;
    gint64 result;

    if (!agi_call_run_number(call, command, arguments, n_arguments, &result, error))
        return FALSE;
    if (digit != NULL)
        *digit = agi_digit_of(result);
    return TRUE;
}

static gboolean
say_text(AgiCall *call, AgiCommand command, const char *text, const char *escape_digits,
         const char *option, char *digit, GError **error)
{
    const AgiArgument what = AGI_TEXT(text);

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(text != NULL, FALSE);

    return run_say(call, command, &what, escape_digits, option, NULL, digit, error);
}

static gboolean
say_number(AgiCall *call, AgiCommand command, gint64 number, const char *escape_digits,
           const char *first_option, const char *second_option, char *digit, GError **error)
{
    const AgiArgument what = AGI_NUMBER(number);

    g_return_val_if_fail(call != NULL, FALSE);

    return run_say(call, command, &what, escape_digits, first_option, second_option, digit, error);
}

static const char *
letter_case_word(AgiLetterCase letter_case)
{
    switch (letter_case) {
    case AGI_LETTER_CASE_NONE:
        return "n";
    case AGI_LETTER_CASE_ALL:
        return "a";
    case AGI_LETTER_CASE_LOWER:
        return "l";
    case AGI_LETTER_CASE_UPPER:
        return "u";
    }
    g_return_val_if_reached("n");
}

/**
 * agi_say_alpha:
 * @call: the call
 * @text: letters, digits and signs; others are left out
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Spells a text: the AGI command `SAY ALPHA`. Blocks until it is over; call it from the thread that
 * serves
 * @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_alpha(AgiCall *call, const char *text, const char *escape_digits, char *digit,
              GError **error)
{
    return say_text(call, AGI_COMMAND_SAY_ALPHA, text, escape_digits, NULL, digit, error);
}

/**
 * agi_say_alpha_full:
 * @call: the call
 * @text: letters, digits and signs; others are left out
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @letter_case: which letters are called capital or small
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Spells a text and says which letters are capital: the AGI command `SAY ALPHA` of Asterisk 12.
 * Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_alpha_full(AgiCall *call, const char *text, const char *escape_digits,
                   AgiLetterCase letter_case, char *digit, GError **error)
{
    return say_text(call, AGI_COMMAND_SAY_ALPHA, text, escape_digits, letter_case_word(letter_case),
                    digit, error);
}

/**
 * agi_say_digits:
 * @call: the call
 * @digits: `0123456789*#`; the first has to be a digit
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks digits one by one: the AGI command `SAY DIGITS`. Blocks until it is over; call it from
 * the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_digits(AgiCall *call, const char *digits, const char *escape_digits, char *digit,
               GError **error)
{
    return say_text(call, AGI_COMMAND_SAY_DIGITS, digits, escape_digits, NULL, digit, error);
}

/**
 * agi_say_number:
 * @call: the call
 * @number: the number
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a number: the AGI command `SAY NUMBER`. Blocks until it is over; call it from the thread
 * that serves
 * @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_number(AgiCall *call, gint32 number, const char *escape_digits, char *digit, GError **error)
{
    return say_number(call, AGI_COMMAND_SAY_NUMBER, number, escape_digits, NULL, NULL, digit,
                      error);
}

/**
 * agi_say_number_full:
 * @call: the call
 * @number: the number
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @gender: (nullable): a letter that the channel's language knows, such as `f`; %NULL: its default
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a number in a grammatical gender: the AGI command `SAY NUMBER`. Blocks until it is over;
 * call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_number_full(AgiCall *call, gint32 number, const char *escape_digits, const char *gender,
                    char *digit, GError **error)
{
    return say_number(call, AGI_COMMAND_SAY_NUMBER, number, escape_digits, gender, NULL, digit,
                      error);
}

/**
 * agi_say_phonetic:
 * @call: the call
 * @text: letters and digits; others are left out
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Spells a text in words such as Alpha and Bravo: the AGI command `SAY PHONETIC`. Blocks until it
 * is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_phonetic(AgiCall *call, const char *text, const char *escape_digits, char *digit,
                 GError **error)
{
    return say_text(call, AGI_COMMAND_SAY_PHONETIC, text, escape_digits, NULL, digit, error);
}

/**
 * agi_say_date:
 * @call: the call
 * @unix_time: seconds since 1970 UTC, up to 2038; spoken in the PBX's own time zone
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a date: the AGI command `SAY DATE`. Blocks until it is over; call it from the thread that
 * serves
 * @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_date(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
             GError **error)
{
    return say_number(call, AGI_COMMAND_SAY_DATE, unix_time, escape_digits, NULL, NULL, digit,
                      error);
}

/**
 * agi_say_time:
 * @call: the call
 * @unix_time: seconds since 1970 UTC, up to 2038; spoken in the PBX's own time zone
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a time of day: the AGI command `SAY TIME`. Blocks until it is over; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_time(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
             GError **error)
{
    return say_number(call, AGI_COMMAND_SAY_TIME, unix_time, escape_digits, NULL, NULL, digit,
                      error);
}

/**
 * agi_say_datetime:
 * @call: the call
 * @unix_time: seconds since 1970 UTC; spoken in the PBX's own time zone
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a date and a time of day in the usual form of the channel's language: the AGI command
 * `SAY DATETIME`. Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_datetime(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
                 GError **error)
{
    return say_number(call, AGI_COMMAND_SAY_DATETIME, unix_time, escape_digits, NULL, NULL, digit,
                      error);
}

/**
 * agi_say_datetime_full:
 * @call: the call
 * @unix_time: seconds since 1970 UTC
 * @escape_digits: (nullable): the keys that end it, of `0123456789*#ABCD`; empty or %NULL: none
 * @format: (nullable): what to say, in the letters of voicemail.conf, such as `ABdY 'digits/at'
 * IMp`; %NULL: the usual form of the channel's language
 * @time_zone: (nullable): a zone such as `Europe/Berlin`; %NULL: the PBX's own
 * @digit: (out) (optional): the key that ended it, or '\0' where it was spoken to its end
 * @error: return location for a #GError, or %NULL
 *
 * Speaks a date and a time of day in a form and time zone of one's own: the AGI command
 * `SAY DATETIME`. Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was spoken; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_say_datetime_full(AgiCall *call, gint64 unix_time, const char *escape_digits,
                      const char *format, const char *time_zone, char *digit, GError **error)
{
    if (format == NULL && time_zone != NULL)
        format = USUAL_FORMAT;
    return say_number(call, AGI_COMMAND_SAY_DATETIME, unix_time, escape_digits, format, time_zone,
                      digit, error);
}
