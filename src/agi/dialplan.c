/* dialplan.c - short decisions: read some variables, set some, wait, go somewhere. */

#include <config.h>

#include "agi/batch.h"

#include <capella/agi/commands.h>
#include <capella/agi/dialplan.h>
#include <poll.h>
#include <string.h>

/* --- Many variables --- */

static gboolean
read_one(AgiCall *call, const char *name, char **value, GError **error)
{
    if (!agi_get_variable(call, name, value, error))
        return FALSE;
    if (*value == NULL)
        *value = g_strdup("");
    return TRUE;
}

/* Reads the names that a batch can carry, and sets the rest of @values one by one. */
static gboolean
read_variables(AgiCall *call, const char *const *names, gsize n, char **values, GError **error)
{
    g_autofree const char **batch = g_new(const char *, n + 1);
    g_autofree char **read = g_new0(char *, n + 1);
    gsize n_batch = 0;

    for (gsize i = 0; i < n; i++)
        if (agi_batch_can_read(names[i]))
            batch[n_batch++] = names[i];
    if (!agi_batch_read(call, batch, n_batch, read, error))
        return FALSE;
    for (gsize i = 0, next = 0; i < n; i++)
        if (agi_batch_can_read(names[i]))
            values[i] = read[next++];
    for (gsize i = 0; i < n; i++)
        if (values[i] == NULL && !read_one(call, names[i], &values[i], error))
            return FALSE;
    return TRUE;
}

static void
free_values(char **values, gsize n)
{
    for (gsize i = 0; i < n; i++)
        g_free(values[i]);
    g_free(values);
}

/* The values as an array that has NULL behind them, or NULL with @error set. */
static char **
read_array(AgiCall *call, const char *const *names, gsize n, GError **error)
{
    char **values = g_new0(char *, n + 1);

    for (gsize i = 0; i < n; i++)
        if (!agi_check_variable_name(names[i], error)) {
            g_free(values);
            return NULL;
        }
    if (read_variables(call, names, n, values, error))
        return values;
    free_values(values, n);
    return NULL;
}

/**
 * agi_get_variables:
 * @call: the call
 * @names: (array zero-terminated=1): variables and functions
 * @values: (out) (transfer full) (array zero-terminated=1): their values, in the same order; to be
 *   freed with g_strfreev()
 * @error: return location for a #GError, or %NULL
 *
 * Reads many variables at once: one `GET FULL VARIABLE` carries what fits a line. Names that it
 * cannot carry, with substitutions or strange characters in them, are read one by one. As in the
 * dialplan, a variable that is not set is empty; agi_get_variable() tells the two apart. Runs after
 * a hangup as well. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if all were read; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_get_variables(AgiCall *call, const char *const *names, char ***values, GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(names != NULL, FALSE);
    g_return_val_if_fail(values != NULL, FALSE);

    *values = read_array(call, names, g_strv_length((char **) names), error);
    return *values != NULL;
}

/* The names, and behind each of them a place for its value, of variable arguments. */
static void
collect_places(const char *name, va_list arguments, GPtrArray *names, GPtrArray *places)
{
    for (; name != NULL; name = va_arg(arguments, const char *)) {
        g_ptr_array_add(names, (gpointer) name);
        g_ptr_array_add(places, va_arg(arguments, gpointer));
    }
    g_ptr_array_add(names, NULL);
}

/**
 * agi_get_many:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 * @name: a variable or function
 * @...: where to put its value, a `char **` (transfer full); then more names, each with such a
 *   place; %NULL at the end
 *
 * agi_get_variables() for names that are known when the program is written. On failure no place is
 * touched.
 *
 * |[<!-- language="C" -->
 * g_autofree char *customer = NULL;
 * g_autofree char *number = NULL;
 *
 * if (!agi_get_many(call, error, "CUSTOMER", &customer, "CALLERID(num)", &number, NULL))
 *     return FALSE;
 * ]|
 *
 * Returns: %TRUE if all were read; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_get_many(AgiCall *call, GError **error, const char *name, ...)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GPtrArray) places = g_ptr_array_new();
    g_autofree char **values = NULL;
    va_list arguments;

    g_return_val_if_fail(call != NULL, FALSE);

    va_start(arguments, name);
    collect_places(name, arguments, names, places);
    va_end(arguments);
    values = read_array(call, (const char *const *) names->pdata, places->len, error);
    if (values == NULL)
        return FALSE;
    for (guint i = 0; i < places->len; i++)
        *(char **) g_ptr_array_index(places, i) = values[i];
    return TRUE;
}

/**
 * agi_set_variables:
 * @call: the call
 * @names: (array zero-terminated=1): variables and functions
 * @values: (array zero-terminated=1): their new values, in the same order
 * @error: return location for a #GError, or %NULL
 *
 * Sets many variables at once, in order: one `EXEC MSet` carries what fits a line, up to 23 of
 * them. What is too long for that, or has to do without MSet, is set one by one. Every value
 * arrives byte for byte. Asterisk does not say when it could not set one, as with a function that
 * only reads. Runs after a hangup as well. Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if all were set; %FALSE with @error set to %AGI_ERROR_INVALID_ARGUMENT if one
 *   holds a line break, and then none is set, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_set_variables(AgiCall *call, const char *const *names, const char *const *values,
                  GError **error)
{
    gsize n;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(names != NULL, FALSE);
    g_return_val_if_fail(values != NULL, FALSE);

    n = g_strv_length((char **) names);
    g_return_val_if_fail(g_strv_length((char **) values) >= n, FALSE);
    return agi_batch_write(call, names, values, n, error);
}

/**
 * agi_set_many:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 * @name: a variable or function
 * @...: its value; then more names and values; %NULL at the end
 *
 * agi_set_variables() for names that are known when the program is written.
 *
 * |[<!-- language="C" -->
 * return agi_set_many(call, error, "CUSTOMER", customer, "CALLERID(name)", name, NULL) &&
 *        agi_goto(call, "sales", customer, "1", error);
 * ]|
 *
 * Returns: %TRUE if all were set; %FALSE with @error set to an #AgiError if not
 * Since: 0.1
 */
gboolean
agi_set_many(AgiCall *call, GError **error, const char *name, ...)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    va_list arguments;

    g_return_val_if_fail(call != NULL, FALSE);

    va_start(arguments, name);
    collect_places(name, arguments, names, values);
    va_end(arguments);
    return agi_batch_write(call, (const char *const *) names->pdata,
                           (const char *const *) values->pdata, values->len, error);
}

/* --- Going somewhere --- */

/* Whether Goto takes @part as it is: nothing that separates, is substituted, or means another place
 * to it. */
static gboolean
is_plain_part(const char *part)
{
    return *part != '\0' && strpbrk(part, ",$\\\"") == NULL && strcmp(part, "BYEXTENSION") != 0;
}

/* A number or a label, and no number with something behind or in front. */
static gboolean
is_plain_priority(const char *priority)
{
    return is_plain_part(priority) &&
           (strspn(priority, "0123456789") == strlen(priority) || g_ascii_isalpha(*priority));
}

static gboolean
set_place(AgiCall *call, const char *context, const char *extension, const char *priority,
          GError **error)
{
    if (context != NULL && !agi_set_context(call, context, error))
        return FALSE;
    if (extension != NULL && !agi_set_extension(call, extension, error))
        return FALSE;
    return agi_set_priority(call, priority, error);
}

/* All in one exchange; where the place is not there, nothing changes. */
static gboolean
run_goto(AgiCall *call, const char *context, const char *extension, const char *priority,
         GError **error)
{
    g_autofree char *place = g_strconcat(context != NULL ? context : "", context != NULL ? "," : "",
                                         extension, ",", priority, NULL);
    const AgiArgument arguments[] = {AGI_TEXT("Goto"), AGI_TEXT(place)};
    AgiParts reply;
    gint64 result = 0;

    if (!agi_call_run_quick(call, AGI_COMMAND_EXEC, arguments, G_N_ELEMENTS(arguments), NULL,
                            &reply, error))
        return FALSE;
    agi_parts_get_number(&reply, &result);
    if (result == 0)
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "the dialplan has no place \"%.128s\"", place);
    return FALSE;
}

/**
 * agi_goto:
 * @call: the call
 * @context: (nullable): a context of the dialplan; %NULL: the present one
 * @extension: (nullable): an extension; %NULL: the present one
 * @priority: (nullable): a number, or a label there; %NULL: 1
 * @error: return location for a #GError, or %NULL
 *
 * Has the dialplan go on at a place of its own after the session: the application `Goto`, or the
 * AGI commands `SET CONTEXT`, `SET EXTENSION` and `SET PRIORITY` for places that it cannot express.
 * A label is looked up at once, a number only when the dialplan goes on. The last agi_goto()
 * counts. The session goes on; end it, or return from the handler. Blocks; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if the place is set; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no
 *   such label, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_goto(AgiCall *call, const char *context, const char *extension, const char *priority,
         GError **error)
{
    g_return_val_if_fail(call != NULL, FALSE);

    if (priority == NULL)
        priority = "1";
    /* A dead channel would run Goto, to no effect. */
    if (!call->is_hung_up && extension != NULL && is_plain_part(extension) &&
        (context == NULL || is_plain_part(context)) && is_plain_priority(priority))
        return run_goto(call, context, extension, priority, error);
    return set_place(call, context, extension, priority, error);
}

/**
 * agi_jump_on_error:
 * @call: the call
 * @difference: how far to jump from the priority that `AGI()` stands at, such as 101
 * @classes: sets of codes, made with AGI_ERROR_CLASS() and joined with `|`: for which errors
 * @error: (inout): what went wrong
 *
 * Turns a failure into a jump in the dialplan: where @error is one of @classes it is cleared, and
 * the dialplan goes on @difference priorities after `AGI()`, once the session is over. Other errors
 * stay as they are. Blocks; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * if (!serve(call, error))
 *     return agi_jump_on_error(call, 101, AGI_ERROR_CLASS(AGI_ERROR_FAILURE), error);
 * ]|
 *
 * Returns: %TRUE if the jump is set and @error cleared; %FALSE with @error as it was, or set to
 *   what kept the jump from being set
 * Since: 0.1
 */
gboolean
agi_jump_on_error(AgiCall *call, int difference, AgiErrorClass classes, GError **error)
{
    const AgiEnvironment *environment;
    char priority[16];

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(error != NULL && *error != NULL, FALSE);

    if (!agi_error_is(*error, classes))
        return FALSE;
    g_clear_error(error);
    environment = agi_call_get_environment(call);
    g_snprintf(priority, sizeof priority, "%d",
               agi_environment_get_priority(environment) + difference);
    return agi_goto(call, agi_environment_get_context(environment),
                    agi_environment_get_extension(environment), priority, error);
}

/* --- Waiting --- */

/* What ends a wait early, or the wait itself: FALSE with @error set for the first. */
static gboolean
check_wait(AgiCall *call, GError **error)
{
    if (atomic_load(&call->connection.is_cancelled)) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_CANCELLED, "wait: the call was cancelled");
        return FALSE;
    }
    if (agi_call_is_hung_up(call)) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_HANGUP, "wait: the caller has hung up");
        return FALSE;
    }
    if (agi_call_get_time_left(call) <= 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT, "wait: the time of the call is up");
        return FALSE;
    }
    return TRUE;
}

/**
 * agi_wait:
 * @call: the call
 * @seconds: how long, in seconds
 * @error: return location for a #GError, or %NULL
 *
 * Waits, while Asterisk does nothing: the caller hears silence, or what agi_set_music() plays. Ends
 * at once when the caller hangs up, when the call is cancelled or when its time is up. Blocks; call
 * it from the thread that serves @call.
 *
 * Returns: %TRUE if the time has passed; %FALSE with @error set to %AGI_ERROR_HANGUP,
 *   %AGI_ERROR_CANCELLED or %AGI_ERROR_TIMEOUT
 * Since: 0.1
 */
gboolean
agi_wait(AgiCall *call, gdouble seconds, GError **error)
{
    gint64 end;
    gdouble rest;

    g_return_val_if_fail(call != NULL, FALSE);

    end = g_get_monotonic_time() + (gint64) (CLAMP(seconds, 0, G_MAXINT) * G_USEC_PER_SEC);
    while (check_wait(call, error)) {
        struct pollfd waited = {.fd = call->connection.fd, .events = POLLIN};

        rest = (gdouble) (end - g_get_monotonic_time()) / G_USEC_PER_SEC;
        if (rest <= 0)
            return TRUE;
        rest = MIN(rest, agi_call_get_time_left(call));
        poll(&waited, 1, (int) MIN(rest * 1000 + 1, G_MAXINT));
    }
    return FALSE;
}
