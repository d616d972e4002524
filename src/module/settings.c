/* settings.c - the tree of settings: how it is built, merged and read. */

#include "module/settings-node.h"

#include <string.h>

/* clang-format off */
G_DEFINE_QUARK(capella-settings-error-quark, capella_settings_error)
/* clang-format on */

static CapellaSettings *
settings_new(SettingsType type, const char *name, SettingsPlace place)
{
    CapellaSettings *settings = g_new0(CapellaSettings, 1);

    settings->type = type;
    settings->name = g_strdup(name);
    settings->place = place;
    if (type == SETTINGS_GROUP || type == SETTINGS_LIST)
        settings->members = g_ptr_array_new_with_free_func((GDestroyNotify) capella_settings_free);
    return settings;
}

CapellaSettings *
capella_settings_new_group(SettingsPlace place)
{
    return settings_new(SETTINGS_GROUP, NULL, place);
}

/* Any text may be a secret. */
static void
wipe_text(CapellaSettings *settings)
{
    if (settings->text != NULL)
        explicit_bzero(settings->text, strlen(settings->text));
}

void
capella_settings_free(CapellaSettings *settings)
{
    if (settings == NULL)
        return;
    g_clear_pointer(&settings->members, g_ptr_array_unref);
    wipe_text(settings);
    g_strfreev(settings->texts);
    g_free(settings->text);
    g_free(settings->name);
    g_free(settings);
}

static void
settings_adopt(CapellaSettings *parent, CapellaSettings *member)
{
    member->parent = parent;
    g_ptr_array_add(parent->members, member);
}

static CapellaSettings *
settings_add(CapellaSettings *parent, SettingsType type, const char *name, SettingsPlace place)
{
    CapellaSettings *member = settings_new(type, name, place);

    settings_adopt(parent, member);
    return member;
}

CapellaSettings *
capella_settings_add_text(CapellaSettings *parent, const char *name, SettingsPlace place,
                          const char *text)
{
    CapellaSettings *member = settings_add(parent, SETTINGS_TEXT, name, place);

    member->text = g_strdup(text);
    return member;
}

CapellaSettings *
capella_settings_add_integer(CapellaSettings *parent, const char *name, SettingsPlace place,
                             gint64 integer)
{
    CapellaSettings *member = settings_add(parent, SETTINGS_INTEGER, name, place);

    member->integer = integer;
    member->number = (gdouble) integer;
    return member;
}

CapellaSettings *
capella_settings_add_number(CapellaSettings *parent, const char *name, SettingsPlace place,
                            gdouble number)
{
    CapellaSettings *member = settings_add(parent, SETTINGS_NUMBER, name, place);

    member->number = number;
    return member;
}

CapellaSettings *
capella_settings_add_boolean(CapellaSettings *parent, const char *name, SettingsPlace place,
                             gboolean boolean)
{
    CapellaSettings *member = settings_add(parent, SETTINGS_BOOLEAN, name, place);

    member->integer = boolean;
    return member;
}

CapellaSettings *
capella_settings_add_group(CapellaSettings *parent, const char *name, SettingsPlace place)
{
    return settings_add(parent, SETTINGS_GROUP, name, place);
}

CapellaSettings *
capella_settings_add_list(CapellaSettings *parent, const char *name, SettingsPlace place)
{
    return settings_add(parent, SETTINGS_LIST, name, place);
}

SettingsPlace
capella_settings_get_place(const CapellaSettings *settings)
{
    return settings->place;
}

CapellaSettings *
capella_settings_find(const CapellaSettings *settings, const char *name)
{
    for (guint i = 0; i < settings->members->len; i++) {
        CapellaSettings *member = g_ptr_array_index(settings->members, i);

        if (g_strcmp0(member->name, name) == 0)
            return member;
    }
    return NULL;
}

const char *
capella_settings_peek_text(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = capella_settings_find(settings, name);

    return member != NULL && member->type == SETTINGS_TEXT ? member->text : NULL;
}

void
capella_settings_wipe_text(CapellaSettings *settings, const char *name)
{
    CapellaSettings *member = capella_settings_find(settings, name);

    if (member != NULL)
        wipe_text(member);
}

/* Merging. */

void
capella_settings_merge(CapellaSettings *settings, CapellaSettings *addition, GPtrArray *problems)
{
    while (addition->members->len > 0) {
        CapellaSettings *member = g_ptr_array_steal_index(addition->members, 0);
        CapellaSettings *old =
            settings->type == SETTINGS_GROUP ? capella_settings_find(settings, member->name) : NULL;

        if (old == NULL) {
            settings_adopt(settings, member);
            continue;
        }
        if (old->type == member->type && old->members != NULL)
            capella_settings_merge(old, member, problems);
        else
            capella_settings_add_problem(problems, member, NULL,
                                         "is already set in %s:%u; leave one out", old->place.file,
                                         old->place.line);
        capella_settings_free(member);
    }
}

/* What people are told. */

static void
append_path(GString *path, const CapellaSettings *settings)
{
    const CapellaSettings *parent = settings->parent;
    guint i = 0;

    if (parent == NULL)
        return;
    append_path(path, parent);
    if (parent->type == SETTINGS_LIST) {
        g_ptr_array_find(parent->members, settings, &i);
        g_string_append_printf(path, "[%u]", i + 1);
        return;
    }
    if (path->len > 0)
        g_string_append_c(path, '.');
    g_string_append(path, settings->name);
}

static char *
describe(const CapellaSettings *settings, const char *name, const char *problem)
{
    const CapellaSettings *member = name != NULL && settings->type == SETTINGS_GROUP
                                        ? capella_settings_find(settings, name)
                                        : NULL;
    SettingsPlace place = member != NULL ? member->place : settings->place;
    g_autoptr(GString) path = g_string_new(NULL);

    append_path(path, settings);
    if (name != NULL)
        g_string_append_printf(path, "%s%s", path->len > 0 ? "." : "", name);
    if (path->len == 0)
        return g_strdup_printf("%s:%u: %s", place.file, place.line, problem);
    return g_strdup_printf("%s:%u: %s: %s", place.file, place.line, path->str, problem);
}

void
capella_settings_add_problem(GPtrArray *problems, const CapellaSettings *settings, const char *name,
                             const char *format, ...)
{
    g_autofree char *problem = NULL;
    va_list arguments;

    va_start(arguments, format);
    problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(problems, describe(settings, name, problem));
}

/**
 * capella_settings_set_error:
 * @settings: a group
 * @name: (nullable): the setting that is wrong, %NULL: the group as a whole
 * @error: return location for a #GError, or %NULL
 * @format: what is wrong with it and what to do, without a full stop
 * @...: for @format
 *
 * Sets %CAPELLA_SETTINGS_ERROR_INVALID with a message that begins with file, line and setting. For
 * `configure` and `load` functions of modules. Any thread.
 */
void
capella_settings_set_error(const CapellaSettings *settings, const char *name, GError **error,
                           const char *format, ...)
{
    g_autofree char *problem = NULL;
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    message = describe(settings, name, problem);
    g_set_error_literal(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID, message);
}

/* Readers. */

static const CapellaSettings *
settings_require(const CapellaSettings *settings, const char *name, SettingsType type)
{
    const CapellaSettings *member = capella_settings_find(settings, name);

    if (member == NULL)
        return NULL;
    g_return_val_if_fail(member->type == type, NULL);
    return member;
}

/**
 * capella_settings_has:
 * @settings: a group
 * @name: a setting
 *
 * Returns: whether @name is set, or has a fallback
 */
gboolean
capella_settings_has(const CapellaSettings *settings, const char *name)
{
    return capella_settings_find(settings, name) != NULL;
}

/**
 * capella_settings_get_text:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_TEXT or %CAPELLA_SETTING_CHOICE
 *
 * Returns: (transfer none) (nullable): its text, %NULL where it is not set and has no fallback
 */
const char *
capella_settings_get_text(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = settings_require(settings, name, SETTINGS_TEXT);

    return member != NULL ? member->text : NULL;
}

/**
 * capella_settings_get_integer:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_INTEGER
 *
 * Returns: its value, 0 where it is not set and has no fallback
 */
gint64
capella_settings_get_integer(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = settings_require(settings, name, SETTINGS_INTEGER);

    return member != NULL ? member->integer : 0;
}

/**
 * capella_settings_get_number:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_NUMBER
 *
 * Returns: its value, for times in seconds; 0 where it is not set and has no fallback
 */
gdouble
capella_settings_get_number(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = capella_settings_find(settings, name);

    if (member == NULL)
        return 0;
    g_return_val_if_fail(member->type == SETTINGS_NUMBER || member->type == SETTINGS_INTEGER, 0);
    return member->number;
}

/**
 * capella_settings_get_boolean:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_BOOLEAN
 *
 * Returns: its value, %FALSE where it is not set and has no fallback
 */
gboolean
capella_settings_get_boolean(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = settings_require(settings, name, SETTINGS_BOOLEAN);

    return member != NULL && member->integer != 0;
}

/**
 * capella_settings_get_choice:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_CHOICE
 * @choices: the words of its row
 *
 * Returns: the position of its word in @choices, 0 where it is not set and has no fallback
 */
guint
capella_settings_get_choice(const CapellaSettings *settings, const char *name,
                            const char *const *choices)
{
    const char *word = capella_settings_get_text(settings, name);

    for (guint i = 0; word != NULL && choices[i] != NULL; i++)
        if (strcmp(choices[i], word) == 0)
            return i;
    return 0;
}

/**
 * capella_settings_get_texts:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_TEXTS
 *
 * Returns: (transfer none) (array zero-terminated=1): its strings, none where it is not set and
 *   has no fallback
 */
const char *const *
capella_settings_get_texts(const CapellaSettings *settings, const char *name)
{
    static const char *const none[] = {NULL};
    const CapellaSettings *member = capella_settings_find(settings, name);

    if (member == NULL)
        return none;
    g_return_val_if_fail(member->texts != NULL, none);
    return (const char *const *) member->texts;
}

/**
 * capella_settings_get_group:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_GROUP
 *
 * Returns: (transfer none) (nullable): the group; %NULL where it is not there and its row has no
 *   fields
 */
const CapellaSettings *
capella_settings_get_group(const CapellaSettings *settings, const char *name)
{
    return settings_require(settings, name, SETTINGS_GROUP);
}

/**
 * capella_settings_get_count:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_GROUPS
 *
 * Returns: how many groups the list holds
 */
guint
capella_settings_get_count(const CapellaSettings *settings, const char *name)
{
    const CapellaSettings *member = settings_require(settings, name, SETTINGS_LIST);

    return member != NULL ? member->members->len : 0;
}

/**
 * capella_settings_get_item:
 * @settings: a group
 * @name: a setting of kind %CAPELLA_SETTING_GROUPS
 * @i: less than capella_settings_get_count()
 *
 * Returns: (transfer none): group @i of the list
 */
const CapellaSettings *
capella_settings_get_item(const CapellaSettings *settings, const char *name, guint i)
{
    const CapellaSettings *member = settings_require(settings, name, SETTINGS_LIST);

    g_return_val_if_fail(member != NULL && i < member->members->len, NULL);
    return g_ptr_array_index(member->members, i);
}

/**
 * capella_settings_get_length:
 * @settings: a group
 *
 * Returns: how many settings it holds, fallbacks included
 */
guint
capella_settings_get_length(const CapellaSettings *settings)
{
    return settings->members->len;
}

/**
 * capella_settings_get_name:
 * @settings: a group
 * @i: less than capella_settings_get_length()
 *
 * Returns: (transfer none): the name of setting @i
 */
const char *
capella_settings_get_name(const CapellaSettings *settings, guint i)
{
    const CapellaSettings *member;

    g_return_val_if_fail(i < settings->members->len, NULL);
    member = g_ptr_array_index(settings->members, i);
    return member->name;
}
