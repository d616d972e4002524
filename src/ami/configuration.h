/* configuration.h - Asterisk's configuration files, read and changed from afar. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/** One line of a category: `name = value`. */
typedef struct {
    const char *name;
    const char *value;
} AmiConfigLine;

/**
 * AmiConfigCategory:
 * @name: what stands in brackets
 * @is_template: whether it is one
 * @templates: (nullable): what it inherits from, as written
 * @n_lines: how many lines it has
 * @lines: the lines, in order; names may repeat
 *
 * One category of a file.
 */
typedef struct {
    const char *name;
    gboolean is_template;
    const char *templates;
    guint n_lines;
    const AmiConfigLine *lines;
} AmiConfigCategory;

/**
 * AmiConfig:
 *
 * A file of Asterisk's configuration, as Asterisk reads it. Immutable; any thread may read it.
 */
typedef struct _AmiConfig AmiConfig;

AmiConfig *ami_get_config(AmiClient *client, const char *filename, const char *category,
                          const char *filter, GError **error);
char **ami_list_categories(AmiClient *client, const char *filename, const char *match,
                           GError **error);
void ami_config_free(AmiConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiConfig, ami_config_free)

/* In the order of the file; names may repeat. */
guint ami_config_get_length(const AmiConfig *config);
const AmiConfigCategory *ami_config_get_category(const AmiConfig *config, guint i);

/* The first line of that name in the first category of that name; NULL where there is none. */
const char *ami_config_get(const AmiConfig *config, const char *category, const char *name);

/**
 * AmiConfigUpdate:
 *
 * Changes to a file, carried out together or not at all. Belongs to one thread.
 */
typedef struct _AmiConfigUpdate AmiConfigUpdate;

AmiConfigUpdate *ami_config_update_new(const char *source, const char *destination);
void ami_config_update_free(AmiConfigUpdate *update);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiConfigUpdate, ami_config_update_free)

/* The steps, in order. @match: (nullable): only lines with this value. @options: (nullable): as in
 * `allowdups,template,inherit="a,b"`. A value that begins with `>` makes an object: `name =>
 * value`.
 */
void ami_config_update_add_category(AmiConfigUpdate *update, const char *category,
                                    const char *options);
void ami_config_update_insert_category(AmiConfigUpdate *update, const char *category,
                                       const char *before, const char *options);
void ami_config_update_rename_category(AmiConfigUpdate *update, const char *category,
                                       const char *name);
void ami_config_update_remove_category(AmiConfigUpdate *update, const char *category);
void ami_config_update_empty_category(AmiConfigUpdate *update, const char *category);
void ami_config_update_change(AmiConfigUpdate *update, const char *category, const char *name,
                              const char *value, const char *match);
void ami_config_update_append(AmiConfigUpdate *update, const char *category, const char *name,
                              const char *value);
void ami_config_update_insert(AmiConfigUpdate *update, const char *category, const char *name,
                              const char *value, guint line);
void ami_config_update_remove(AmiConfigUpdate *update, const char *category, const char *name,
                              const char *match);
void ami_config_update_remove_line(AmiConfigUpdate *update, const char *category, guint line);

/* Options of the step that was added last. */
void ami_config_update_set_options(AmiConfigUpdate *update, const char *options);

/* What is reloaded afterwards: NULL nothing, "yes" everything, else a module. */
void ami_config_update_set_reload(AmiConfigUpdate *update, const char *reload);

/* Whether categories keep what a template gave them when it changes: they do by default. */
void ami_config_update_set_keeps_context(AmiConfigUpdate *update, gboolean keeps_context);

gboolean ami_config_update_run(AmiConfigUpdate *update, AmiClient *client, GError **error);

G_END_DECLS
