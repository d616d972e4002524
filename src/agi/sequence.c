/* sequence.c - a list of steps built at run time and run one after the other on a call. */

#include <config.h>

#include <capella/agi/sequence.h>

typedef struct {
    AgiStepFunc run;
    gpointer user_data;
    GDestroyNotify destroy;
} Step;

struct _AgiSequence {
    GPtrArray *steps;
};

static void
step_free(gpointer data)
{
    Step *step = data;

    if (step->destroy != NULL)
        step->destroy(step->user_data);
    g_free(step);
}

/**
 * agi_sequence_new:
 *
 * Makes a sequence without steps. Any thread.
 *
 * Returns: (transfer full): the sequence
 * Since: 0.1
 */
AgiSequence *
agi_sequence_new(void)
{
    AgiSequence *sequence = g_new0(AgiSequence, 1);

    sequence->steps = g_ptr_array_new_with_free_func(step_free);
    return sequence;
}

/**
 * agi_sequence_free:
 * @sequence: (transfer full): the sequence
 *
 * Frees a sequence and its steps. Any thread.
 *
 * Since: 0.1
 */
void
agi_sequence_free(AgiSequence *sequence)
{
    g_return_if_fail(sequence != NULL);

    g_ptr_array_unref(sequence->steps);
    g_free(sequence);
}

/**
 * agi_sequence_append:
 * @sequence: the sequence
 * @step: what to do
 * @user_data: for @step
 * @destroy: (nullable): frees @user_data when the sequence is freed
 *
 * Adds a step at the end. One thread at a time.
 *
 * Since: 0.1
 */
void
agi_sequence_append(AgiSequence *sequence, AgiStepFunc step, gpointer user_data,
                    GDestroyNotify destroy)
{
    Step *added;

    g_return_if_fail(sequence != NULL);
    g_return_if_fail(step != NULL);

    added = g_new0(Step, 1);
    added->run = step;
    added->user_data = user_data;
    added->destroy = destroy;
    g_ptr_array_add(sequence->steps, added);
}

/* A command as a step: its words. */
static gboolean
run_command(AgiCall *call, char **result, gpointer user_data, GError **error)
{
    GPtrArray *words = user_data;
    AgiReply reply;

    if (!agi_command_array(call, &reply, error, g_ptr_array_index(words, 0),
                           (const char *const *) words->pdata + 1, words->len - 1))
        return FALSE;
    if (result != NULL)
        *result = g_strdup(reply.value != NULL ? reply.value : reply.result);
    return TRUE;
}

/**
 * agi_sequence_append_command:
 * @sequence: the sequence
 * @command: a command's words, such as `"STREAM FILE"`
 * @...: its arguments as strings; %NULL at the end
 *
 * Adds a step that runs agi_command(). What it finds out is the value of the reply, or the result
 * where the reply has no value. One thread at a time.
 *
 * |[<!-- language="C" -->
 * agi_sequence_append_command(sequence, "STREAM FILE", "welcome", "", NULL);
 * ]|
 *
 * Since: 0.1
 */
void
agi_sequence_append_command(AgiSequence *sequence, const char *command, ...)
{
    GPtrArray *words;
    const char *word = command;
    va_list arguments;

    g_return_if_fail(sequence != NULL);
    g_return_if_fail(command != NULL);

    words = g_ptr_array_new_with_free_func(g_free);
    va_start(arguments, command);
    for (; word != NULL; word = va_arg(arguments, const char *))
        g_ptr_array_add(words, g_strdup(word));
    va_end(arguments);
    agi_sequence_append(sequence, run_command, words, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * agi_sequence_get_length:
 * @sequence: the sequence
 *
 * How many steps there are. One thread at a time.
 *
 * Returns: the number of steps
 * Since: 0.1
 */
guint
agi_sequence_get_length(const AgiSequence *sequence)
{
    g_return_val_if_fail(sequence != NULL, 0);

    return sequence->steps->len;
}

/**
 * agi_sequence_run:
 * @sequence: the sequence
 * @call: the call to run it on
 * @results: (out) (optional) (transfer full) (element-type utf8): what the steps found out, in
 *   order, %NULL for those that had nothing to say; on failure, of those that came before
 * @error: return location for a #GError, or %NULL
 *
 * Runs the steps one after the other until one fails. A second run does everything again. Blocks;
 * call it from the thread that serves @call.
 *
 * Returns: %TRUE if every step worked; %FALSE with @error set by the one that did not
 * Since: 0.1
 */
gboolean
agi_sequence_run(AgiSequence *sequence, AgiCall *call, GPtrArray **results, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    gboolean is_done = TRUE;

    g_return_val_if_fail(sequence != NULL, FALSE);
    g_return_val_if_fail(call != NULL, FALSE);

    for (guint i = 0; is_done && i < sequence->steps->len; i++) {
        const Step *step = g_ptr_array_index(sequence->steps, i);
        char *result = NULL;

        is_done = step->run(call, &result, step->user_data, error);
        if (is_done)
            g_ptr_array_add(found, result);
        else
            g_free(result);
    }
    if (results != NULL)
        *results = g_steal_pointer(&found);
    return is_done;
}
