/* settings-private.h - building a tree of settings and checking it against its rows. */

#pragma once

#include <capella/settings.h>

G_BEGIN_DECLS

/* A place in a configuration file; the file's name has to be interned. */
typedef struct {
    const char *file;
    guint line;
} SettingsPlace;

CapellaSettings *capella_settings_new_group(SettingsPlace place);
void capella_settings_free(CapellaSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapellaSettings, capella_settings_free)

/* Members of a group, or with a NULL name, items of a list. Each returns the new member. */
CapellaSettings *capella_settings_add_text(CapellaSettings *parent, const char *name,
                                           SettingsPlace place, const char *text);
CapellaSettings *capella_settings_add_integer(CapellaSettings *parent, const char *name,
                                              SettingsPlace place, gint64 integer);
CapellaSettings *capella_settings_add_number(CapellaSettings *parent, const char *name,
                                             SettingsPlace place, gdouble number);
CapellaSettings *capella_settings_add_boolean(CapellaSettings *parent, const char *name,
                                              SettingsPlace place, gboolean boolean);
CapellaSettings *capella_settings_add_group(CapellaSettings *parent, const char *name,
                                            SettingsPlace place);
CapellaSettings *capella_settings_add_list(CapellaSettings *parent, const char *name,
                                           SettingsPlace place);

/* Moves all members of @addition into @settings: lists are joined, groups merged; anything else
 * that both have is a problem. */
void capella_settings_merge(CapellaSettings *settings, CapellaSettings *addition,
                            GPtrArray *problems);

/* Checks a group against its rows and fills in what is missing. Every problem found is added to
 * @problems, as a sentence that names file, line and setting, and is taken out of the tree: what is
 * left can be read, and checked further, in the same run. */
void capella_settings_check(CapellaSettings *settings, const CapellaSetting *rows,
                            GPtrArray *problems);

/* Adds a problem in the same form. @name may be NULL for the group itself. */
void capella_settings_add_problem(GPtrArray *problems, const CapellaSettings *settings,
                                  const char *name, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* A string before the tree is checked; NULL when there is none. */
const char *capella_settings_peek_text(const CapellaSettings *settings, const char *name);

/* Makes a text empty, and overwrites what it was. */
void capella_settings_wipe_text(CapellaSettings *settings, const char *name);

SettingsPlace capella_settings_get_place(const CapellaSettings *settings);

G_END_DECLS
