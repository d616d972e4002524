/* commands-variable.c - commands for channel variables and for the Asterisk database. */

#include <config.h>

#include "agi/batch.h"

#include <capella/agi/commands.h>
#include <string.h>

/* GET VARIABLE cuts values here without a word, those of some functions a byte earlier. */
#define CUT_BYTES 1022

/* A command that answers with a value, or with 0 where there is none. */
static gboolean
run_value(AgiCall *call, AgiCommand command, const AgiArgument *arguments, gsize n_arguments,
          char **value, GError **error)
{
    AgiParts reply;

    if (!agi_call_run(call, command, arguments, n_arguments, &reply, error))
        return FALSE;
    *value = agi_parts_dup_value(&reply);
    return TRUE;
}

/**
 * agi_get_variable:
 * @call: the call
 * @name: a variable, or a function such as `CALLERID(num)`
 * @value: (out) (optional) (transfer full) (nullable): its value, empty where it is set but empty;
 *   %NULL where it is not set
 * @error: return location for a #GError, or %NULL
 *
 * Reads a channel variable: the AGI command `GET VARIABLE`. Asterisk cuts the answer at 1,023
 * bytes; where that may have happened the library reads the value once more, with
 * `GET FULL VARIABLE`. Runs after a hangup as well. Blocks; call it from the thread that serves
 * @call.
 *
 * Returns: %TRUE if there is an answer; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_get_variable(AgiCall *call, const char *name, char **value, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(name)};
    g_autofree char *read = NULL;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(name != NULL, FALSE);

    if (!agi_check_variable_name(name, error) ||
        !run_value(call, AGI_COMMAND_GET_VARIABLE, arguments, G_N_ELEMENTS(arguments), &read,
                   error))
        return FALSE;
    if (read != NULL && strlen(read) >= CUT_BYTES && agi_batch_can_read(name)) {
        g_clear_pointer(&read, g_free);
        if (!agi_batch_read(call, &name, 1, &read, error))
            return FALSE;
    }
    if (value != NULL)
        *value = g_steal_pointer(&read);
    return TRUE;
}

/**
 * agi_get_full_variable:
 * @call: the call
 * @expression: a text in which Asterisk replaces `${...}` and `$[...]`, such as
 *   `${CHANNEL} of ${CALLERID(num)}`; variables that are not set give nothing
 * @channel: (nullable): the name of another channel to look at; %NULL: the one of @call
 * @value: (out) (optional) (transfer full) (nullable): the text; %NULL where there is no such
 *   channel
 * @error: return location for a #GError, or %NULL
 *
 * Has Asterisk evaluate an expression of the dialplan: the AGI command `GET FULL VARIABLE`. Runs
 * after a hangup as well. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if there is an answer; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_get_full_variable(AgiCall *call, const char *expression, const char *channel, char **value,
                      GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(expression), AGI_TEXT(channel)};
    g_autofree char *read = NULL;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(expression != NULL, FALSE);

    if (!run_value(call, AGI_COMMAND_GET_FULL_VARIABLE, arguments, channel != NULL ? 2 : 1, &read,
                   error))
        return FALSE;
    if (value != NULL)
        *value = g_steal_pointer(&read);
    return TRUE;
}

/**
 * agi_set_variable:
 * @call: the call
 * @name: a variable, or a function such as `CALLERID(name)`; with `_` or `__` in front channels
 *   made by this one inherit it
 * @value: its new value
 * @error: return location for a #GError, or %NULL
 *
 * Sets a channel variable: the AGI command `SET VARIABLE`. Asterisk does not say when it could
 * not, as with a function that only reads. Runs after a hangup as well. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_INVALID_ARGUMENT if the
 *   value is too long for Asterisk or holds a line break, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_set_variable(AgiCall *call, const char *name, const char *value, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(name), AGI_TEXT(value)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(name != NULL, FALSE);
    g_return_val_if_fail(value != NULL, FALSE);

    return agi_check_variable_name(name, error) &&
           agi_call_run(call, AGI_COMMAND_SET_VARIABLE, arguments, G_N_ELEMENTS(arguments), NULL,
                        error);
}

/**
 * agi_database_get:
 * @call: the call
 * @family: the family
 * @key: the key
 * @value: (out) (optional) (transfer full) (nullable): its value; %NULL where there is no such key
 * @error: return location for a #GError, or %NULL
 *
 * Reads from the Asterisk database: the AGI command `DATABASE GET`. Runs after a hangup as well.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if there is an answer; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_database_get(AgiCall *call, const char *family, const char *key, char **value, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(family), AGI_TEXT(key)};
    g_autofree char *read = NULL;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(family != NULL, FALSE);
    g_return_val_if_fail(key != NULL, FALSE);

    if (!run_value(call, AGI_COMMAND_DATABASE_GET, arguments, G_N_ELEMENTS(arguments), &read,
                   error))
        return FALSE;
    if (value != NULL)
        *value = g_steal_pointer(&read);
    return TRUE;
}

/**
 * agi_database_put:
 * @call: the call
 * @family: the family
 * @key: the key; family and key have 253 bytes together
 * @value: its new value
 * @error: return location for a #GError, or %NULL
 *
 * Writes to the Asterisk database: the AGI command `DATABASE PUT`. Runs after a hangup as well.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it was written; %FALSE with @error set to %AGI_ERROR_FAILURE if Asterisk could
 *   not, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_database_put(AgiCall *call, const char *family, const char *key, const char *value,
                 GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(family), AGI_TEXT(key), AGI_TEXT(value)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(family != NULL, FALSE);
    g_return_val_if_fail(key != NULL, FALSE);
    g_return_val_if_fail(value != NULL, FALSE);

    return agi_call_run(call, AGI_COMMAND_DATABASE_PUT, arguments, G_N_ELEMENTS(arguments), NULL,
                        error);
}

/**
 * agi_database_del:
 * @call: the call
 * @family: the family
 * @key: the key
 * @error: return location for a #GError, or %NULL
 *
 * Deletes a key from the Asterisk database: the AGI command `DATABASE DEL`. A key that is not there
 * is deleted with success, from Asterisk 10 on. Runs after a hangup as well. Blocks; call it from
 * the thread that serves @call.
 *
 * Returns: %TRUE if the key is gone; %FALSE with @error set to %AGI_ERROR_FAILURE if Asterisk
 *   could not delete it, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_database_del(AgiCall *call, const char *family, const char *key, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(family), AGI_TEXT(key)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(family != NULL, FALSE);
    g_return_val_if_fail(key != NULL, FALSE);

    return agi_call_run(call, AGI_COMMAND_DATABASE_DEL, arguments, G_N_ELEMENTS(arguments), NULL,
                        error);
}

/**
 * agi_database_deltree:
 * @call: the call
 * @family: the family
 * @key_tree: (nullable): only the keys below this one; %NULL: the whole family
 * @deleted: (out) (optional): whether there was something to delete
 * @error: return location for a #GError, or %NULL
 *
 * Deletes a part of the Asterisk database: the AGI command `DATABASE DELTREE`. On the wire its
 * results mean the opposite of what one expects; here they do not. (Before Asterisk 1.6 @deleted
 * cannot be told and is always %FALSE.) Runs after a hangup as well. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to an #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_database_deltree(AgiCall *call, const char *family, const char *key_tree, gboolean *deleted,
                     GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(family), AGI_TEXT(key_tree)};
    gint64 result;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(family != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_DATABASE_DELTREE, arguments,
                             key_tree != NULL ? 2 : 1, &result, error))
        return FALSE;
    if (deleted != NULL)
        *deleted = result == 0;
    return TRUE;
}
