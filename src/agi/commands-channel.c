/* commands-channel.c - commands for the channel as such, and for Asterisk's log. */

#include <config.h>

#include "agi/run.h"

#include <capella/agi/commands.h>

/* A command without arguments whose result says no more than that it ran. */
static gboolean
run_plain(AgiCall *call, AgiCommand command, GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);

    return agi_call_run(call, command, NULL, 0, NULL, error);
}

/* A command with one text. */
static gboolean
run_text(AgiCall *call, AgiCommand command, const char *text, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(text)};

    return agi_call_run(call, command, arguments, text != NULL ? 1 : 0, NULL, error);
}

/**
 * agi_answer:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 *
 * Answers the call: the AGI command `ANSWER`. Does nothing to a call that is answered already.
 * Blocks; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * return agi_answer(call, error) && agi_stream_file(call, "hello-world", "", NULL, error) &&
 *        agi_hangup(call, error);
 * ]|
 *
 * Returns: %TRUE if the call is answered; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_answer(AgiCall *call, GError **error)
{
    return run_plain(call, AGI_COMMAND_ANSWER, error);
}

/**
 * agi_hangup:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 *
 * Hangs up the call: the AGI command `HANGUP`. Afterwards commands that need a living channel fail
 * with %AGI_ERROR_HANGUP; a second agi_hangup() is one of these. Blocks; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if the call was hung up; %FALSE with @error set to %AGI_ERROR_HANGUP if the
 *   caller was faster, or another #AgiError
 * Since: 0.1
 */
gboolean
agi_hangup(AgiCall *call, GError **error)
{
    return run_plain(call, AGI_COMMAND_HANGUP, error);
}

/**
 * agi_hangup_channel:
 * @call: the call
 * @channel: the name of another channel, such as `PJSIP/alice-00000007`
 * @found: (out) (optional): whether there was such a channel
 * @error: return location for a #GError, or %NULL
 *
 * Hangs up another channel: the AGI command `HANGUP` with an argument. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_hangup_channel(AgiCall *call, const char *channel, gboolean *found, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(channel)};
    gint64 result;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(channel != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_HANGUP, arguments, G_N_ELEMENTS(arguments), &result,
                             error))
        return FALSE;
    if (found != NULL)
        *found = result == 1;
    return TRUE;
}

/**
 * agi_channel_status:
 * @call: the call
 * @channel: (nullable): a channel's name; %NULL: the one of @call
 * @status: (out) (optional): how much of it is there; %AGI_CHANNEL_NOT_FOUND is an answer as well
 * @error: return location for a #GError, or %NULL
 *
 * Asks for the state of a channel: the AGI command `CHANNEL STATUS`. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if there is an answer; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_channel_status(AgiCall *call, const char *channel, AgiChannelStatus *status, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(channel)};
    gint64 result;

    g_return_val_if_fail(call != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_CHANNEL_STATUS, arguments, channel != NULL ? 1 : 0,
                             &result, error))
        return FALSE;
    if (status != NULL)
        *status = (AgiChannelStatus) result;
    return TRUE;
}

/**
 * agi_set_autohangup:
 * @call: the call
 * @seconds: from now on, in seconds; zero or less takes the limit away
 * @error: return location for a #GError, or %NULL
 *
 * Has Asterisk hang up the call after a time, whatever it is doing then: the AGI command
 * `SET AUTOHANGUP`. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the limit is set; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if not
 * Since: 0.1
 */
gboolean
agi_set_autohangup(AgiCall *call, gdouble seconds, GError **error)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_return_val_if_fail(call != NULL, FALSE);

    g_ascii_formatd(text, sizeof text, "%.3f", seconds > 0 ? seconds : 0);
    return run_text(call, AGI_COMMAND_SET_AUTOHANGUP, text, error);
}

/**
 * agi_set_callerid:
 * @call: the call
 * @caller_id: a number, or `"Name" <number>`; Asterisk uses the first 255 bytes
 * @error: return location for a #GError, or %NULL
 *
 * Changes who the caller seems to be: the AGI command `SET CALLERID`. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_set_callerid(AgiCall *call, const char *caller_id, GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(caller_id != NULL, FALSE);

    return run_text(call, AGI_COMMAND_SET_CALLERID, caller_id, error);
}

/**
 * agi_set_music:
 * @call: the call
 * @on: whether to play music from now on
 * @music_class: (nullable): which music, by the name of its class; %NULL: the channel's own
 * @error: return location for a #GError, or %NULL
 *
 * Starts or stops music on hold: the AGI command `SET MUSIC`. It plays while the handler works on
 * something else. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_set_music(AgiCall *call, gboolean on, const char *music_class, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(on ? "on" : "off"), AGI_TEXT(music_class)};

    g_return_val_if_fail(call != NULL, FALSE);

    return agi_call_run(call, AGI_COMMAND_SET_MUSIC, arguments, music_class != NULL ? 2 : 1, NULL,
                        error);
}

static const char *
tdd_word(AgiTddMode mode)
{
    switch (mode) {
    case AGI_TDD_OFF:
        return "off";
    case AGI_TDD_ON:
        return "on";
    case AGI_TDD_MATE:
        return "mate";
    }
    g_return_val_if_reached("off");
}

/**
 * agi_tdd_mode:
 * @call: the call
 * @mode: what to switch to
 * @capable: (out) (optional): whether the channel can do this; only DAHDI ones can
 * @error: return location for a #GError, or %NULL
 *
 * Switches a text telephone's mode: the AGI command `TDD MODE`. Blocks; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_tdd_mode(AgiCall *call, AgiTddMode mode, gboolean *capable, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(tdd_word(mode))};
    gint64 result;

    g_return_val_if_fail(call != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_TDD_MODE, arguments, G_N_ELEMENTS(arguments),
                             &result, error))
        return FALSE;
    if (capable != NULL)
        *capable = result == 1;
    return TRUE;
}

/**
 * agi_asyncagi_break:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 *
 * Ends asynchronous AGI: the AGI command `ASYNCAGI BREAK` of Asterisk 1.6.1. On a connection of its
 * own, as here, Asterisk answers and does nothing. Blocks; call it from the thread that serves
 * @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to an #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_asyncagi_break(AgiCall *call, GError **error)
{
    return run_plain(call, AGI_COMMAND_ASYNCAGI_BREAK, error);
}

/**
 * agi_noop:
 * @call: the call
 * @message: (nullable): a text that Asterisk ignores, but shows in its trace; %NULL: none
 * @error: return location for a #GError, or %NULL
 *
 * Does nothing: the AGI command `NOOP`. Tells that the other side is still there. Runs after a
 * hangup as well. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if Asterisk answered; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_noop(AgiCall *call, const char *message, GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);

    return run_text(call, AGI_COMMAND_NOOP, message, error);
}

/**
 * agi_verbose:
 * @call: the call
 * @message: what to say
 * @level: from which verbosity on it is shown, 1 to 4; 0: always
 * @error: return location for a #GError, or %NULL
 *
 * Writes a line to Asterisk's log and console: the AGI command `VERBOSE`. Runs after a hangup as
 * well. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to an #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_verbose(AgiCall *call, const char *message, int level, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(message), AGI_NUMBER(level)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(message != NULL, FALSE);

    return agi_call_run(call, AGI_COMMAND_VERBOSE, arguments, G_N_ELEMENTS(arguments), NULL, error);
}
