/* commands-text.c - commands that exchange text and pictures with channels that carry them. */

#include <config.h>

#include "agi/run.h"

#include <capella/agi/commands.h>

/**
 * agi_receive_char:
 * @call: the call
 * @timeout: how long to wait, in seconds; zero: not at all; negative: for ever
 * @character: (out) (optional): the byte received, or '\0'
 * @timed_out: (out) (optional): whether none came, be it that the channel carries no text
 * @error: return location for a #GError, or %NULL
 *
 * Waits for one character of text: the AGI command `RECEIVE CHAR`. Asterisk reports a caller who
 * typed nothing and one who hung up alike; the library asks a second time to tell them apart.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_receive_char(AgiCall *call, gdouble timeout, char *character, gboolean *timed_out,
                 GError **error)
{
    const AgiArgument arguments[] = {AGI_SECONDS(timeout)};
    gint64 result;

    g_return_val_if_fail(call != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_RECEIVE_CHAR, arguments, G_N_ELEMENTS(arguments),
                             &result, error))
        return FALSE;
    if (result < 0 && !agi_call_check_alive(call, AGI_COMMAND_RECEIVE_CHAR, error))
        return FALSE;
    if (character != NULL)
        *character = result > 0 ? (char) result : '\0';
    if (timed_out != NULL)
        *timed_out = result <= 0;
    return TRUE;
}

/**
 * agi_receive_text:
 * @call: the call
 * @timeout: how long to wait, in seconds; zero: not at all; negative: for ever
 * @text: (out) (optional) (transfer full) (nullable): the text received; %NULL where none came, be
 *   it that the channel carries no text
 * @error: return location for a #GError, or %NULL
 *
 * Waits for a text: the AGI command `RECEIVE TEXT`. Asterisk reports a caller who wrote nothing and
 * one who hung up alike; the library asks a second time to tell them apart. Blocks; call it from
 * the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_receive_text(AgiCall *call, gdouble timeout, char **text, GError **error)
{
    const AgiArgument arguments[] = {AGI_SECONDS(timeout)};
    g_autofree char *received = NULL;
    gint64 result = 0;
    AgiParts reply;

    g_return_val_if_fail(call != NULL, FALSE);

    if (!agi_call_run(call, AGI_COMMAND_RECEIVE_TEXT, arguments, G_N_ELEMENTS(arguments), &reply,
                      error))
        return FALSE;
    agi_parts_get_number(&reply, &result);
    received = result > 0 ? agi_parts_dup_value(&reply) : NULL;
    if (result < 0 && !agi_call_check_alive(call, AGI_COMMAND_RECEIVE_TEXT, error))
        return FALSE;
    if (text != NULL)
        *text = g_steal_pointer(&received);
    return TRUE;
}

static gboolean
send_item(AgiCall *call, AgiCommand command, const char *item, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(item)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(item != NULL, FALSE);

    return agi_call_run(call, command, arguments, G_N_ELEMENTS(arguments), NULL, error);
}

/**
 * agi_send_image:
 * @call: the call
 * @image: the picture's name on the PBX, without extension
 * @error: return location for a #GError, or %NULL
 *
 * Sends a picture: the AGI command `SEND IMAGE`. A channel that carries no pictures ignores it.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_send_image(AgiCall *call, const char *image, GError **error)
{
    return send_item(call, AGI_COMMAND_SEND_IMAGE, image, error);
}

/**
 * agi_send_text:
 * @call: the call
 * @text: the text
 * @error: return location for a #GError, or %NULL
 *
 * Sends a text to the caller: the AGI command `SEND TEXT`. Blocks; call it from the thread that
 * serves @call.
 *
 * Returns: %TRUE if it was sent; %FALSE with @error set to %AGI_ERROR_FAILURE if the channel
 *   carries no text, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_send_text(AgiCall *call, const char *text, GError **error)
{
    return send_item(call, AGI_COMMAND_SEND_TEXT, text, error);
}
