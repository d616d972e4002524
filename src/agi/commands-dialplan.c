/* commands-dialplan.c - commands that run applications and subroutines, and that say where the
 * dialplan goes on. */

#include <config.h>

#include "agi/application.h"
#include "agi/run.h"

#include <capella/agi/commands.h>
#include <string.h>

/**
 * agi_exec:
 * @call: the call
 * @application: a dialplan application, such as `Dial`
 * @options: (nullable): its whole argument list, as the dialplan has it between the parentheses;
 *   agi_encode_application_arguments() makes one of single arguments. %NULL: none
 * @result: (out) (optional): what the application returned: 0 mostly; -1 if it wants the call to
 *   end; a few return a digit
 * @error: return location for a #GError, or %NULL
 *
 * Runs a dialplan application: the AGI command `EXEC`. How the application fared it says in
 * channel variables, such as `DIALSTATUS`. Runs after a hangup as well, if the application does.
 * Blocks until it is over, which may take hours; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the application ran; %FALSE with @error set to %AGI_ERROR_NO_APPLICATION if
 *   there is no such application, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_exec(AgiCall *call, const char *application, const char *options, int *result, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(application), AGI_TEXT(options)};
    gint64 returned;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(application != NULL, FALSE);

    if (!agi_call_run_number(call, AGI_COMMAND_EXEC, arguments, options != NULL ? 2 : 1, &returned,
                             error))
        return FALSE;
    if (result != NULL)
        *result = (int) returned;
    return TRUE;
}

/* Runs GOSUB and settles its results, which say in words what happened. */
static gboolean
run_gosub(AgiCall *call, const AgiArgument *arguments, gsize n_arguments, GError **error)
{
    AgiParts reply;
    gint64 result = 0;

    if (!agi_call_run(call, AGI_COMMAND_GOSUB, arguments, n_arguments, &reply, error))
        return FALSE;
    agi_parts_get_number(&reply, &result);
    if (strstr(reply.trailing, "label") != NULL)
        return agi_set_failure_error(AGI_COMMAND_GOSUB,
                                     "there is no such context, extension or label", error);
    if (result != 0)
        return agi_call_fail(call, AGI_COMMAND_GOSUB, NULL, error);
    if (strstr(reply.trailing, "abnormal") != NULL)
        return agi_call_fail(call, AGI_COMMAND_GOSUB, "the subroutine did not end with Return",
                             error);
    return TRUE;
}

/* GOSUB takes its arguments apart at the commas, and removes nothing. */
static gboolean
check_gosub_arguments(const char *const *arguments, GError **error)
{
    for (gsize i = 0; arguments[i] != NULL; i++)
        if (!agi_application_argument_is_plain(arguments[i])) {
            g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                        "GOSUB: argument %" G_GSIZE_FORMAT
                        " of the subroutine holds a comma, or opens what it does not close, which "
                        "Asterisk cannot pass; set a variable instead",
                        i + 1);
            return FALSE;
        }
    return TRUE;
}

/**
 * agi_gosub:
 * @call: the call
 * @context: the subroutine's context
 * @extension: its extension
 * @priority: where it begins: a number or a label
 * @arguments: (nullable) (array zero-terminated=1): what it finds in `ARG1`, `ARG2`... A comma is
 *   possible in parentheses, brackets or quotes only, and these have to be closed
 * @error: return location for a #GError, or %NULL
 *
 * Runs a subroutine of the dialplan: the AGI command `GOSUB` of Asterisk 1.6. What it returns is in
 * the variable `GOSUB_RETVAL`. Blocks until it is over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it ran and returned; %FALSE with @error set to %AGI_ERROR_FAILURE if the place
 *   is not in the dialplan or the subroutine ended without `Return`, %AGI_ERROR_INVALID_ARGUMENT
 *   if an argument cannot be passed, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_gosub(AgiCall *call, const char *context, const char *extension, const char *priority,
          const char *const *arguments, GError **error)
{
    g_autofree char *list = NULL;
    AgiArgument words[] = {AGI_TEXT(context), AGI_TEXT(extension), AGI_TEXT(priority), {0}};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(context != NULL, FALSE);
    g_return_val_if_fail(extension != NULL, FALSE);
    g_return_val_if_fail(priority != NULL, FALSE);

    if (arguments == NULL || arguments[0] == NULL)
        return run_gosub(call, words, 3, error);
    if (!check_gosub_arguments(arguments, error))
        return FALSE;
    list = g_strjoinv(",", (char **) arguments);
    words[3].text = list;
    return run_gosub(call, words, 4, error);
}

static gboolean
set_place(AgiCall *call, AgiCommand command, const char *place, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(place)};

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(place != NULL, FALSE);

    return agi_call_run(call, command, arguments, G_N_ELEMENTS(arguments), NULL, error);
}

/**
 * agi_set_context:
 * @call: the call
 * @context: a context of the dialplan; Asterisk does not look whether it is there
 * @error: return location for a #GError, or %NULL
 *
 * Says in which context the dialplan goes on after the session: the AGI command `SET CONTEXT`.
 * Without agi_set_priority() behind it, it goes on at the priority after the present one;
 * agi_goto() does all of it. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_set_context(AgiCall *call, const char *context, GError **error)
{
    return set_place(call, AGI_COMMAND_SET_CONTEXT, context, error);
}

/**
 * agi_set_extension:
 * @call: the call
 * @extension: an extension of the dialplan; Asterisk does not look whether it is there
 * @error: return location for a #GError, or %NULL
 *
 * Says at which extension the dialplan goes on after the session: the AGI command `SET EXTENSION`.
 * Without agi_set_priority() behind it, it goes on at the priority after the present one;
 * agi_goto() does all of it. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_set_extension(AgiCall *call, const char *extension, GError **error)
{
    return set_place(call, AGI_COMMAND_SET_EXTENSION, extension, error);
}

/**
 * agi_set_priority:
 * @call: the call
 * @priority: a number, or a label of the present context and extension
 * @error: return location for a #GError, or %NULL
 *
 * Says at which priority the dialplan goes on after the session, exactly: the AGI command
 * `SET PRIORITY`. A label is looked up at once, so set context and extension first. Blocks; call it
 * from the thread that serves @call.
 *
 * Returns: %TRUE if the priority is set; %FALSE with @error set to %AGI_ERROR_FAILURE if there is
 *   no such label, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_set_priority(AgiCall *call, const char *priority, GError **error)
{
    g_autoptr(GError) own_error = NULL;

    if (set_place(call, AGI_COMMAND_SET_PRIORITY, priority, &own_error))
        return TRUE;
    if (agi_error_is(own_error, AGI_ERROR_CLASS(AGI_ERROR_USAGE)))
        g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE,
                    "SET PRIORITY: \"%.64s\" is no number, and no label there", priority);
    else if (own_error != NULL)
        g_propagate_error(error, g_steal_pointer(&own_error));
    return FALSE;
}
