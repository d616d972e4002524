/* configuration.c - Asterisk's configuration files, read from afar.
 *
 * Asterisk sends a file as headers with numbers in their names: `Category-000001: support`, and
 * behind it `Line-000001-000000: strategy=ringall`. */

#include <config.h>

#include "ami/action-private.h"
#include "ami/configuration-private.h"

#include <string.h>

struct _AmiConfig {
    AmiMessage *response; /* has the values */
    GStringChunk *names;  /* of lines */
    GArray *categories;   /* of AmiConfigCategory */
    GArray *lines;        /* of AmiConfigLine; all, in order */
};

/* --- Reading a file --- */

static AmiConfig *
config_new_empty(AmiMessage *response)
{
    AmiConfig *config = g_new0(AmiConfig, 1);

    config->response = ami_message_ref(response);
    config->names = g_string_chunk_new(1024);
    config->categories = g_array_new(FALSE, TRUE, sizeof(AmiConfigCategory));
    config->lines = g_array_new(FALSE, FALSE, sizeof(AmiConfigLine));
    return config;
}

/* Whether a header's name is @prefix and a number, which is the number of the last category. What
 * belongs to a category comes right behind it. */
static gboolean
is_of_last_category(const AmiConfig *config, const char *name, const char *prefix)
{
    char *end = NULL;
    guint64 number = g_ascii_strtoull(name + strlen(prefix), &end, 10);

    return config->categories->len > 0 && (*end == '\0' || *end == '-') &&
           number == config->categories->len - 1;
}

static AmiConfigCategory *
get_last_category(AmiConfig *config)
{
    return &g_array_index(config->categories, AmiConfigCategory, config->categories->len - 1);
}

static gboolean
take_line(AmiConfig *config, const char *name, const char *value, GError **error)
{
    const char *equals = strchr(value, '=');
    AmiConfigLine line;

    if (equals == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "the header %s of a configuration is \"%s\", and has no equals sign", name,
                    value);
        return FALSE;
    }
    line.name = g_string_chunk_insert_len(config->names, value, equals - value);
    line.value = equals + 1;
    g_array_append_val(config->lines, line);
    get_last_category(config)->n_lines++;
    return TRUE;
}

static gboolean
take_header(AmiConfig *config, const char *name, const char *value, GError **error)
{
    static const char *const prefixes[] = {"IsTemplate-", "Templates-", "Line-"};
    guint kind = 0;

    if (g_ascii_strncasecmp(name, "Category-", 9) == 0) {
        const AmiConfigCategory category = {.name = value};

        g_array_append_val(config->categories, category);
        return TRUE;
    }
    while (kind < G_N_ELEMENTS(prefixes) &&
           g_ascii_strncasecmp(name, prefixes[kind], strlen(prefixes[kind])) != 0)
        kind++;
    if (kind == G_N_ELEMENTS(prefixes))
        return TRUE;
    if (!is_of_last_category(config, name, prefixes[kind])) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_MALFORMED,
                    "the header %s of a configuration does not stand behind its category", name);
        return FALSE;
    }
    if (kind == 2)
        return take_line(config, name, value, error);
    if (kind == 1)
        get_last_category(config)->templates = value;
    else
        get_last_category(config)->is_template = TRUE;
    return TRUE;
}

/* Only when all lines are there it is known where each is. */
static void
share_lines_out(AmiConfig *config)
{
    const AmiConfigLine *line = (const AmiConfigLine *) (gpointer) config->lines->data;

    for (guint i = 0; i < config->categories->len; i++) {
        AmiConfigCategory *category = &g_array_index(config->categories, AmiConfigCategory, i);

        category->lines = line;
        line += category->n_lines;
    }
}

AmiConfig *
ami_config_new(AmiMessage *response, GError **error)
{
    g_autoptr(AmiConfig) config = config_new_empty(response);

    for (guint i = 0; i < ami_message_get_length(response); i++)
        if (!take_header(config, ami_message_get_name(response, i),
                         ami_message_get_value(response, i), error))
            return NULL;
    share_lines_out(config);
    return g_steal_pointer(&config);
}

/**
 * ami_get_config:
 * @client: a client
 * @filename: a file in Asterisk's folder of configurations, such as `queues.conf`
 * @category: (nullable): only categories of that name; %NULL: all
 * @filter: (nullable): only categories with such lines: `name=regex`, several separated by commas;
 *   and `TEMPLATES=include` for templates as well. %NULL: all that are no templates
 * @error: return location for a #GError, or %NULL
 *
 * Reads a file of Asterisk's configuration, as Asterisk reads it: includes and templates are
 * resolved, comments are gone. Action `GetConfig`, since Asterisk 1.4. Blocks as ami_client_send()
 * does.
 *
 * |[<!-- language="C" -->
 * g_autoptr(AmiConfig) config = ami_get_config(client, "queues.conf", NULL, NULL, &error);
 *
 * if (config != NULL)
 *     g_print("%s\n", ami_config_get(config, "support", "strategy"));
 * ]|
 *
 * Returns: (transfer full): the file, maybe without any category; %NULL with @error set to
 *   %AMI_ERROR_REFUSED when there is no such file, it cannot be read, or it lies elsewhere; or to
 *   another #AmiError
 * Since: 0.2
 */
AmiConfig *
ami_get_config(AmiClient *client, const char *filename, const char *category, const char *filter,
               GError **error)
{
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;
    AmiConfig *config;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && filename != NULL, NULL);

    action = ami_action_new_with("GetConfig", "Filename", filename, NULL);
    ami_action_add(action, "Category", category);
    ami_action_add(action, "Filter", filter);
    reply = ami_client_send(client, g_steal_pointer(&action), NULL, error);
    if (reply == NULL)
        return NULL;
    config = ami_config_new(ami_reply_get_response(reply), error);
    if (config == NULL)
        g_prefix_error(error, "action GetConfig, %s: ", filename);
    return config;
}

char **
ami_config_dup_categories(AmiMessage *response)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < ami_message_get_length(response); i++)
        if (g_ascii_strncasecmp(ami_message_get_name(response, i), "Category-", 9) == 0)
            g_ptr_array_add(names, g_strdup(ami_message_get_value(response, i)));
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/**
 * ami_list_categories:
 * @client: a client
 * @filename: a file in Asterisk's folder of configurations
 * @match: (nullable): only categories with such lines, as in ami_get_config(); %NULL: all
 * @error: return location for a #GError, or %NULL
 *
 * Which categories a file of Asterisk's configuration has: action `ListCategories`, since Asterisk
 * 1.6. Blocks as ami_client_send() does.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, in order, maybe none; names may
 *   repeat. %NULL with @error set to %AMI_ERROR_REFUSED when there is no such file, it cannot be
 *   read, or it lies elsewhere; or to another #AmiError
 * Since: 0.2
 */
char **
ami_list_categories(AmiClient *client, const char *filename, const char *match, GError **error)
{
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiReply) reply = NULL;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && filename != NULL, NULL);

    action = ami_action_new_with("ListCategories", "Filename", filename, NULL);
    ami_action_add(action, "Match", match);
    reply = ami_client_send(client, g_steal_pointer(&action), NULL, error);
    return reply != NULL ? ami_config_dup_categories(ami_reply_get_response(reply)) : NULL;
}

/**
 * ami_config_free:
 * @config: (transfer full): a file
 *
 * Frees it, and all that was got from it.
 *
 * Since: 0.2
 */
void
ami_config_free(AmiConfig *config)
{
    g_return_if_fail(config != NULL);

    g_array_unref(config->lines);
    g_array_unref(config->categories);
    g_string_chunk_free(config->names);
    ami_message_unref(config->response);
    g_free(config);
}

/**
 * ami_config_get_length:
 * @config: a file
 *
 * Any thread.
 *
 * Returns: how many categories it has
 * Since: 0.2
 */
guint
ami_config_get_length(const AmiConfig *config)
{
    g_return_val_if_fail(config != NULL, 0);

    return config->categories->len;
}

/**
 * ami_config_get_category:
 * @config: a file
 * @i: which category, counted from 0
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the category; %NULL behind the last
 * Since: 0.2
 */
const AmiConfigCategory *
ami_config_get_category(const AmiConfig *config, guint i)
{
    return i < ami_config_get_length(config)
               ? &g_array_index(config->categories, AmiConfigCategory, i)
               : NULL;
}

static const char *
find_line(const AmiConfigCategory *category, const char *name)
{
    for (guint i = 0; i < category->n_lines; i++)
        if (g_ascii_strcasecmp(category->lines[i].name, name) == 0)
            return category->lines[i].value;
    return NULL;
}

/**
 * ami_config_get:
 * @config: a file
 * @category: the name of a category, in any case
 * @name: the name of a line, in any case
 *
 * Looks one value up. Where names repeat it is the first; ami_config_get_category() shows all. Any
 * thread.
 *
 * Returns: (transfer none) (nullable): the value of the first line of that name in the first
 *   category of that name; %NULL where there is none
 * Since: 0.2
 */
const char *
ami_config_get(const AmiConfig *config, const char *category, const char *name)
{
    g_return_val_if_fail(config != NULL && category != NULL && name != NULL, NULL);

    for (guint i = 0; i < config->categories->len; i++) {
        const AmiConfigCategory *found = ami_config_get_category(config, i);

        if (g_ascii_strcasecmp(found->name, category) == 0)
            return find_line(found, name);
    }
    return NULL;
}
