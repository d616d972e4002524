/* settings.h - configuration as a checked tree: rows that describe it, and readers for it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CapellaSettingKind:
 * @CAPELLA_SETTING_TEXT: a string
 * @CAPELLA_SETTING_INTEGER: a whole number
 * @CAPELLA_SETTING_NUMBER: a number, such as a time in seconds
 * @CAPELLA_SETTING_BOOLEAN: true or false
 * @CAPELLA_SETTING_CHOICE: one of the row's words
 * @CAPELLA_SETTING_TEXTS: a list of strings; one string alone is a list of one
 * @CAPELLA_SETTING_GROUP: a group, described by the row's fields
 * @CAPELLA_SETTING_GROUPS: a list of groups, each described by the row's fields
 * @CAPELLA_SETTING_ANY: anything; whoever reads it checks it
 *
 * What a setting may hold.
 */
typedef enum {
    CAPELLA_SETTING_TEXT = 1,
    CAPELLA_SETTING_INTEGER,
    CAPELLA_SETTING_NUMBER,
    CAPELLA_SETTING_BOOLEAN,
    CAPELLA_SETTING_CHOICE,
    CAPELLA_SETTING_TEXTS,
    CAPELLA_SETTING_GROUP,
    CAPELLA_SETTING_GROUPS,
    CAPELLA_SETTING_ANY,
} CapellaSettingKind;

/**
 * CapellaSetting:
 * @name: as in the configuration
 * @kind: what it may hold
 * @is_required: whether it has to be there
 * @fallback: (nullable): its value when it is not there, as text; for a list, words with blanks
 *   between; %NULL: none
 * @minimum: smallest number, or least length of a list
 * @maximum: largest number, or length of a list; 0 with a @minimum of 0: no limit
 * @choices: (nullable): the words of a %CAPELLA_SETTING_CHOICE, %NULL at the end
 * @fields: (nullable): what a group holds, ended by a row without name
 * @summary: one line for people
 *
 * One row: a setting that may stand in a group.
 */
typedef struct _CapellaSetting CapellaSetting;

struct _CapellaSetting {
    const char *name;
    CapellaSettingKind kind;
    gboolean is_required;
    const char *fallback;
    gdouble minimum;
    gdouble maximum;
    const char *const *choices;
    const CapellaSetting *fields;
    const char *summary;
};

/**
 * CapellaSettings:
 *
 * A group of the configuration, already checked against its rows and with the fallbacks filled
 * in. Immutable; any thread may read it. What the readers return belongs to the group.
 */
typedef struct _CapellaSettings CapellaSettings;

gboolean capella_settings_has(const CapellaSettings *settings, const char *name);
const char *capella_settings_get_text(const CapellaSettings *settings, const char *name);
gint64 capella_settings_get_integer(const CapellaSettings *settings, const char *name);
gdouble capella_settings_get_number(const CapellaSettings *settings, const char *name);
gboolean capella_settings_get_boolean(const CapellaSettings *settings, const char *name);
guint capella_settings_get_choice(const CapellaSettings *settings, const char *name,
                                  const char *const *choices);
const char *const *capella_settings_get_texts(const CapellaSettings *settings, const char *name);
const CapellaSettings *capella_settings_get_group(const CapellaSettings *settings,
                                                  const char *name);
guint capella_settings_get_count(const CapellaSettings *settings, const char *name);
const CapellaSettings *capella_settings_get_item(const CapellaSettings *settings, const char *name,
                                                 guint i);

/* The members of a group whose names nobody knows beforehand. */
guint capella_settings_get_length(const CapellaSettings *settings);
const char *capella_settings_get_name(const CapellaSettings *settings, guint i);

/* Errors that name file, line and setting. */

/**
 * CAPELLA_SETTINGS_ERROR:
 *
 * Error domain of wrong settings.
 */
#define CAPELLA_SETTINGS_ERROR (capella_settings_error_quark())

GQuark capella_settings_error_quark(void);

/**
 * CapellaSettingsError:
 * @CAPELLA_SETTINGS_ERROR_SYNTAX: the file cannot be read or parsed
 * @CAPELLA_SETTINGS_ERROR_INVALID: it can, but what it says is wrong
 */
typedef enum {
    CAPELLA_SETTINGS_ERROR_SYNTAX,
    CAPELLA_SETTINGS_ERROR_INVALID,
} CapellaSettingsError;

void capella_settings_set_error(const CapellaSettings *settings, const char *name, GError **error,
                                const char *format, ...) G_GNUC_PRINTF(4, 5);

G_END_DECLS
