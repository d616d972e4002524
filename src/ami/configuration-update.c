/* configuration-update.c - Asterisk's configuration files, changed from afar.
 *
 * The steps of a change have numbers in their headers' names, and Asterisk stops at the first
 * number that is missing. */

#include <config.h>

#include "ami/action-private.h"
#include "ami/configuration-private.h"

/* What each step may say, in the order of the wire. */
typedef enum {
    PART_ACTION,
    PART_CATEGORY,
    PART_VARIABLE,
    PART_VALUE,
    PART_MATCH,
    PART_LINE,
    PART_OPTIONS,
    N_PARTS,
} Part;

static const char *const part_names[N_PARTS] = {
    [PART_ACTION] = "Action",  [PART_CATEGORY] = "Cat", [PART_VARIABLE] = "Var",
    [PART_VALUE] = "Value",    [PART_MATCH] = "Match",  [PART_LINE] = "Line",
    [PART_OPTIONS] = "Options"};

typedef struct {
    char *parts[N_PARTS]; /* NULL: not said */
} Step;

struct _AmiConfigUpdate {
    char *source;
    char *destination;
    char *reload; /* NULL: nothing */
    gboolean loses_context;
    GArray *steps; /* of Step */
};

static void
step_clear(gpointer data)
{
    Step *step = data;

    for (guint i = 0; i < N_PARTS; i++)
        g_free(step->parts[i]);
}

/**
 * ami_config_update_new:
 * @source: the file that is changed, in Asterisk's folder of configurations
 * @destination: the file that the result is written to, often the same. It has to exist:
 * ami_action() makes one with action `CreateConfig`
 *
 * Begins changes to a file of Asterisk's configuration.
 *
 * |[<!-- language="C" -->
 * g_autoptr(AmiConfigUpdate) update = ami_config_update_new("queues.conf", "queues.conf");
 *
 * ami_config_update_change(update, "support", "strategy", "ringall", NULL);
 * ami_config_update_append(update, "support", "member", ">PJSIP/alice");
 * ami_config_update_set_reload(update, "app_queue");
 * if (!ami_config_update_run(update, client, &error))
 *     return FALSE;
 * ]|
 *
 * Returns: (transfer full): changes, none yet
 * Since: 0.2
 */
AmiConfigUpdate *
ami_config_update_new(const char *source, const char *destination)
{
    AmiConfigUpdate *update;

    g_return_val_if_fail(source != NULL && destination != NULL, NULL);

    update = g_new0(AmiConfigUpdate, 1);
    update->source = g_strdup(source);
    update->destination = g_strdup(destination);
    update->steps = g_array_new(FALSE, TRUE, sizeof(Step));
    g_array_set_clear_func(update->steps, step_clear);
    return update;
}

/**
 * ami_config_update_free:
 * @update: (transfer full): changes
 *
 * Since: 0.2
 */
void
ami_config_update_free(AmiConfigUpdate *update)
{
    g_return_if_fail(update != NULL);

    g_array_unref(update->steps);
    g_free(update->reload);
    g_free(update->destination);
    g_free(update->source);
    g_free(update);
}

static void
add_step(AmiConfigUpdate *update, const char *const parts[N_PARTS])
{
    Step step;

    for (guint i = 0; i < N_PARTS; i++)
        step.parts[i] = g_strdup(parts[i]);
    g_array_append_val(update->steps, step);
}

/**
 * ami_config_update_add_category:
 * @update: changes
 * @category: the name of a new category
 * @options: (nullable): as Asterisk reads them, separated by commas: `allowdups`, though there is
 *   one of that name; `template`; `inherit="a,b"`; `ignoreerror`. %NULL: none
 *
 * Adds a category at the end: step `NewCat`.
 *
 * Since: 0.2
 */
void
ami_config_update_add_category(AmiConfigUpdate *update, const char *category, const char *options)
{
    g_return_if_fail(update != NULL && category != NULL);

    add_step(update,
             (const char *const[N_PARTS]){
                 [PART_ACTION] = "NewCat", [PART_CATEGORY] = category, [PART_OPTIONS] = options});
}

/**
 * ami_config_update_insert_category:
 * @update: changes
 * @category: the name of a new category
 * @before: the name of the category before which it is put
 * @options: (nullable): as in ami_config_update_add_category()
 *
 * Adds a category before another: step `NewCat` with `Match`.
 *
 * Since: 0.2
 */
void
ami_config_update_insert_category(AmiConfigUpdate *update, const char *category, const char *before,
                                  const char *options)
{
    g_return_if_fail(update != NULL && category != NULL && before != NULL);

    add_step(update, (const char *const[N_PARTS]){[PART_ACTION] = "NewCat",
                                                  [PART_CATEGORY] = category,
                                                  [PART_MATCH] = before,
                                                  [PART_OPTIONS] = options});
}

/**
 * ami_config_update_rename_category:
 * @update: changes
 * @category: the name of a category
 * @name: its new name
 *
 * Renames a category, or all of that name: step `RenameCat`.
 *
 * Since: 0.2
 */
void
ami_config_update_rename_category(AmiConfigUpdate *update, const char *category, const char *name)
{
    g_return_if_fail(update != NULL && category != NULL && name != NULL);

    add_step(update,
             (const char *const[N_PARTS]){
                 [PART_ACTION] = "RenameCat", [PART_CATEGORY] = category, [PART_VALUE] = name});
}

/**
 * ami_config_update_remove_category:
 * @update: changes
 * @category: the name of a category
 *
 * Removes a category, or all of that name: step `DelCat`.
 *
 * Since: 0.2
 */
void
ami_config_update_remove_category(AmiConfigUpdate *update, const char *category)
{
    g_return_if_fail(update != NULL && category != NULL);

    add_step(update,
             (const char *const[N_PARTS]){[PART_ACTION] = "DelCat", [PART_CATEGORY] = category});
}

/**
 * ami_config_update_empty_category:
 * @update: changes
 * @category: the name of a category
 *
 * Removes all lines of a category, or of all of that name: step `EmptyCat`, since Asterisk 1.6.
 *
 * Since: 0.2
 */
void
ami_config_update_empty_category(AmiConfigUpdate *update, const char *category)
{
    g_return_if_fail(update != NULL && category != NULL);

    add_step(update,
             (const char *const[N_PARTS]){[PART_ACTION] = "EmptyCat", [PART_CATEGORY] = category});
}

/**
 * ami_config_update_change:
 * @update: changes
 * @category: the name of a category
 * @name: the name of a line that is there
 * @value: their new value. One that begins with `>` is written behind `=>`, without that character
 * @match: (nullable): change the first line that also has this value, in any case; %NULL: the first
 *   of that name
 *
 * Gives a line of a category another value: step `Update`. That there is no such line is an error.
 *
 * Since: 0.2
 */
void
ami_config_update_change(AmiConfigUpdate *update, const char *category, const char *name,
                         const char *value, const char *match)
{
    g_return_if_fail(update != NULL && category != NULL && name != NULL && value != NULL);

    add_step(update, (const char *const[N_PARTS]){[PART_ACTION] = "Update",
                                                  [PART_CATEGORY] = category,
                                                  [PART_VARIABLE] = name,
                                                  [PART_VALUE] = value,
                                                  [PART_MATCH] = match});
}

/**
 * ami_config_update_append:
 * @update: changes
 * @category: the name of a category
 * @name: the name of a new line
 * @value: its value. One that begins with `>` is written behind `=>`, without that character
 *
 * Adds a line at the end of a category: step `Append`.
 *
 * Since: 0.2
 */
void
ami_config_update_append(AmiConfigUpdate *update, const char *category, const char *name,
                         const char *value)
{
    g_return_if_fail(update != NULL && category != NULL && name != NULL && value != NULL);

    add_step(update, (const char *const[N_PARTS]){[PART_ACTION] = "Append",
                                                  [PART_CATEGORY] = category,
                                                  [PART_VARIABLE] = name,
                                                  [PART_VALUE] = value});
}

/**
 * ami_config_update_insert:
 * @update: changes
 * @category: the name of a category
 * @name: the name of a new line
 * @value: its value. A `>` at its beginning is lost: Asterisk takes it off here, too, but writes
 * `=`
 * @line: which line it becomes, counted from 0
 *
 * Adds a line amid a category: step `Insert`, since Asterisk 1.6.
 *
 * Since: 0.2
 */
void
ami_config_update_insert(AmiConfigUpdate *update, const char *category, const char *name,
                         const char *value, guint line)
{
    g_autofree char *number = g_strdup_printf("%u", line);

    g_return_if_fail(update != NULL && category != NULL && name != NULL && value != NULL);

    add_step(update, (const char *const[N_PARTS]){[PART_ACTION] = "Insert",
                                                  [PART_CATEGORY] = category,
                                                  [PART_VARIABLE] = name,
                                                  [PART_VALUE] = value,
                                                  [PART_LINE] = number});
}

/**
 * ami_config_update_remove:
 * @update: changes
 * @category: the name of a category
 * @name: the name of lines
 * @match: (nullable): remove only lines with this value, in any case; %NULL: all of that name
 *
 * Removes lines of a category: step `Delete`. That there is no such line is an error.
 *
 * Since: 0.2
 */
void
ami_config_update_remove(AmiConfigUpdate *update, const char *category, const char *name,
                         const char *match)
{
    g_return_if_fail(update != NULL && category != NULL && name != NULL);

    add_step(update, (const char *const[N_PARTS]){[PART_ACTION] = "Delete",
                                                  [PART_CATEGORY] = category,
                                                  [PART_VARIABLE] = name,
                                                  [PART_MATCH] = match});
}

/**
 * ami_config_update_remove_line:
 * @update: changes
 * @category: the name of a category
 * @line: which line, counted from 0
 *
 * Removes one line of a category: step `Delete` with `Line`, since Asterisk 1.6.
 *
 * Since: 0.2
 */
void
ami_config_update_remove_line(AmiConfigUpdate *update, const char *category, guint line)
{
    g_autofree char *number = g_strdup_printf("%u", line);

    g_return_if_fail(update != NULL && category != NULL);

    add_step(update,
             (const char *const[N_PARTS]){
                 [PART_ACTION] = "Delete", [PART_CATEGORY] = category, [PART_LINE] = number});
}

/**
 * ami_config_update_set_options:
 * @update: changes, with one step at least
 * @options: (nullable): options of the step that was added last, as Asterisk reads them:
 *   `catfilter="type=endpoint"` tells categories of one name apart, `ignoreerror` lets what is not
 *   there be removed
 *
 * Gives the last step options, instead of those that it has. Since Asterisk 13, which finds
 * categories that are templates only by the option `catfilter="TEMPLATES=include"`.
 *
 * Since: 0.2
 */
void
ami_config_update_set_options(AmiConfigUpdate *update, const char *options)
{
    Step *step;

    g_return_if_fail(update != NULL && update->steps->len > 0);

    step = &g_array_index(update->steps, Step, update->steps->len - 1);
    g_free(step->parts[PART_OPTIONS]);
    step->parts[PART_OPTIONS] = g_strdup(options);
}

/**
 * ami_config_update_set_reload:
 * @update: changes
 * @reload: (nullable): what Asterisk loads again when the file is written: `yes` everything, or the
 *   name of a module; %NULL: nothing
 *
 * Since: 0.2
 */
void
ami_config_update_set_reload(AmiConfigUpdate *update, const char *reload)
{
    g_return_if_fail(update != NULL);

    g_free(update->reload);
    update->reload = g_strdup(reload);
}

/**
 * ami_config_update_set_keeps_context:
 * @update: changes
 * @keeps_context: whether categories keep what a template gave them when the template changes; they
 *   do unless told otherwise
 *
 * What becomes of categories that inherit from a changed template: `PreserveEffectiveContext`,
 * since Asterisk 13.
 *
 * Since: 0.2
 */
void
ami_config_update_set_keeps_context(AmiConfigUpdate *update, gboolean keeps_context)
{
    g_return_if_fail(update != NULL);

    update->loses_context = !keeps_context;
}

static guint
count_parts(const Step *step)
{
    guint n_parts = 0;

    for (guint i = 0; i < N_PARTS; i++)
        n_parts += step->parts[i] != NULL;
    return n_parts;
}

static void
add_step_headers(AmiAction *action, const Step *step, guint number)
{
    for (guint i = 0; i < N_PARTS; i++) {
        char name[32];

        if (step->parts[i] == NULL)
            continue;
        g_snprintf(name, sizeof name, "%s-%06u", part_names[i], number);
        ami_action_add(action, name, step->parts[i]);
    }
}

AmiAction *
ami_config_update_to_action(const AmiConfigUpdate *update)
{
    AmiAction *action = ami_action_new_with("UpdateConfig", "SrcFilename", update->source,
                                            "DstFilename", update->destination, NULL);
    guint n_headers = 4; /* with Action and ActionID */

    ami_action_add(action, "Reload", update->reload);
    n_headers += update->reload != NULL;
    if (update->loses_context)
        ami_action_add(action, "PreserveEffectiveContext", "no");
    n_headers += update->loses_context;
    for (guint i = 0; i < update->steps->len; i++) {
        const Step *step = &g_array_index(update->steps, Step, i);

        n_headers += count_parts(step);
        if (n_headers > AMI_ACTION_MAXIMUM_HEADERS) {
            ami_action_set_problem(action,
                                   "only %u of the %u steps fit into the %d headers that Asterisk "
                                   "takes at a time: make it several updates",
                                   i, update->steps->len, AMI_ACTION_MAXIMUM_HEADERS);
            break;
        }
        add_step_headers(action, step, i);
    }
    return action;
}

/**
 * ami_config_update_run:
 * @update: changes
 * @client: a client
 * @error: return location for a #GError, or %NULL
 *
 * Has Asterisk carry out all steps, and write the file if all of them worked: action
 * `UpdateConfig`, since Asterisk 1.4. Of a file with includes, also the included files are written.
 * The changes stay as they are, and can be carried out again. Asterisk takes some 30 steps at a
 * time. Blocks as ami_client_send() does.
 *
 * Returns: %TRUE if the file is written; %FALSE with @error set to %AMI_ERROR_INVALID_ARGUMENT when
 *   there are too many steps or one that cannot be sent, and nothing was sent; to
 *   %AMI_ERROR_REFUSED when a step failed or a file is missing, and nothing was written; or to
 *   another #AmiError
 * Since: 0.2
 */
gboolean
ami_config_update_run(AmiConfigUpdate *update, AmiClient *client, GError **error)
{
    g_autoptr(AmiReply) reply = NULL;

    g_return_val_if_fail(update != NULL && AMI_IS_CLIENT(client), FALSE);

    reply = ami_client_send(client, ami_config_update_to_action(update), NULL, error);
    if (reply == NULL)
        g_prefix_error(error, "%s: ", update->destination);
    return reply != NULL;
}
