/* application.c - dialplan applications with single arguments instead of an argument list. */

#include <config.h>

#include "agi/application.h"

#include <capella/agi/commands.h>
#include <capella/agi/dialplan.h>
#include <string.h>

/* --- Argument lists --- */

/* What an argument leaves open behind it, as Asterisk counts. */
typedef struct {
    int parentheses;
    int brackets;
    gboolean is_quoted;
    gboolean is_escaped;
} Nesting;

static void
nest(Nesting *nesting, char byte)
{
    switch (byte) {
    case '(':
        nesting->parentheses++;
        break;
    case ')':
        nesting->parentheses -= nesting->parentheses > 0;
        break;
    case '[':
        nesting->brackets++;
        break;
    case ']':
        nesting->brackets -= nesting->brackets > 0;
        break;
    case '"':
        nesting->is_quoted = !nesting->is_quoted;
        break;
    case '\\':
        nesting->is_escaped = TRUE;
        break;
    }
}

static gboolean
is_open(const Nesting *nesting)
{
    return nesting->parentheses > 0 || nesting->brackets > 0 || nesting->is_quoted ||
           nesting->is_escaped;
}

gboolean
agi_application_argument_is_plain(const char *argument)
{
    Nesting nesting = {0};

    for (; *argument != '\0'; argument++) {
        if (*argument == ',' && !is_open(&nesting))
            return FALSE;
        if (nesting.is_escaped)
            nesting.is_escaped = FALSE;
        else
            nest(&nesting, *argument);
    }
    return !is_open(&nesting);
}

/* Most applications take quotes and backslashes away, a few do not. What has neither, and whose
 * commas are all in parentheses, means the same to both. */
static void
append_argument(GString *list, const char *argument)
{
    if (strpbrk(argument, "\\\"") == NULL && agi_application_argument_is_plain(argument)) {
        g_string_append(list, argument);
        return;
    }
    for (; *argument != '\0'; argument++) {
        if (strchr("\\\",()[]", *argument) != NULL)
            g_string_append_c(list, '\\');
        g_string_append_c(list, *argument);
    }
}

/**
 * agi_encode_application_arguments:
 * @arguments: (array zero-terminated=1): arguments of a dialplan application
 *
 * Joins arguments with commas, as agi_exec() wants them, so that the application takes them apart
 * again just so: commas, quotes, backslashes and stray parentheses in them are escaped. A few
 * applications, such as `Gosub` and `Set`, leave such escapes in; see agi_gosub() and
 * agi_set_variable(). Any thread.
 *
 * Returns: (transfer full): the list
 * Since: 0.1
 */
char *
agi_encode_application_arguments(const char *const *arguments)
{
    GString *list = g_string_new(NULL);

    g_return_val_if_fail(arguments != NULL, g_string_free(list, FALSE));

    for (gsize i = 0; arguments[i] != NULL; i++) {
        if (i > 0)
            g_string_append_c(list, ',');
        append_argument(list, arguments[i]);
    }
    return g_string_free(list, FALSE);
}

/* --- Running one --- */

/**
 * agi_execute:
 * @call: the call
 * @result: (out) (optional): what the application returned, as from agi_exec()
 * @error: return location for a #GError, or %NULL
 * @application: a dialplan application, such as `Dial`
 * @...: its arguments as strings; %NULL at the end
 *
 * agi_exec() with single arguments: joins them with commas, and escapes what they hold. Blocks
 * until the application is over; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * return agi_execute(call, NULL, error, "Dial", "PJSIP/bob&PJSIP/carol", "20", "tT", NULL);
 * ]|
 *
 * Returns: %TRUE if the application ran; %FALSE with @error set to %AGI_ERROR_NO_APPLICATION if
 *   there is no such application, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_execute(AgiCall *call, int *result, GError **error, const char *application, ...)
{
    g_autoptr(GPtrArray) collected = g_ptr_array_new();
    g_autofree char *list = NULL;
    const char *argument;
    va_list arguments;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(application != NULL, FALSE);

    va_start(arguments, application);
    while ((argument = va_arg(arguments, const char *)) != NULL)
        g_ptr_array_add(collected, (gpointer) argument);
    va_end(arguments);
    g_ptr_array_add(collected, NULL);
    list = agi_encode_application_arguments((const char *const *) collected->pdata);
    return agi_exec(call, application, collected->len > 1 ? list : NULL, result, error);
}

static const char *
playback_word(AgiPlaybackMode mode)
{
    switch (mode) {
    case AGI_PLAYBACK_ANSWER:
        return NULL;
    case AGI_PLAYBACK_NO_ANSWER:
        return "noanswer";
    case AGI_PLAYBACK_SKIP:
        return "skip";
    }
    g_return_val_if_reached(NULL);
}

/**
 * agi_playback:
 * @call: the call
 * @file: one sound, or several joined with `&`, without extension
 * @mode: what to do on a channel that is not answered yet: answer it, play without answering, or
 *   leave it out
 * @error: return location for a #GError, or %NULL
 *
 * Plays sounds that no key ends: the application `Playback`. Asterisk does not fail when a file is
 * missing, but sets the variable `PLAYBACKSTATUS`. Blocks until it is over; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if the application ran; %FALSE with @error set to %AGI_ERROR_HANGUP or another
 *   #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_playback(AgiCall *call, const char *file, AgiPlaybackMode mode, GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(file != NULL, FALSE);

    return agi_execute(call, NULL, error, "Playback", file, playback_word(mode), NULL);
}
