/* settings-check.c - whether a tree of settings is what its rows say, and the fallbacks. */

#include "module/settings-node.h"

#include <math.h>
#include <string.h>

static const char *const type_names[] = {
    [SETTINGS_TEXT] = "a string",         [SETTINGS_INTEGER] = "a whole number",
    [SETTINGS_NUMBER] = "a number",       [SETTINGS_BOOLEAN] = "true or false",
    [SETTINGS_GROUP] = "a group { ... }", [SETTINGS_LIST] = "a list",
};

static const char *const kind_names[] = {
    [CAPELLA_SETTING_TEXT] = "a string in quotes",
    [CAPELLA_SETTING_INTEGER] = "a whole number",
    [CAPELLA_SETTING_NUMBER] = "a number",
    [CAPELLA_SETTING_BOOLEAN] = "true or false",
    [CAPELLA_SETTING_CHOICE] = "a string in quotes",
    [CAPELLA_SETTING_TEXTS] = "a list of strings",
    [CAPELLA_SETTING_GROUP] = "a group { ... }",
    [CAPELLA_SETTING_GROUPS] = "a list of groups ( { ... }, ... )",
    [CAPELLA_SETTING_ANY] = "anything",
};

static gboolean
type_fits(const CapellaSettings *member, CapellaSettingKind kind)
{
    switch (kind) {
    case CAPELLA_SETTING_TEXT:
    case CAPELLA_SETTING_CHOICE:
        return member->type == SETTINGS_TEXT;
    case CAPELLA_SETTING_INTEGER:
        return member->type == SETTINGS_INTEGER;
    case CAPELLA_SETTING_NUMBER:
        return member->type == SETTINGS_INTEGER || member->type == SETTINGS_NUMBER;
    case CAPELLA_SETTING_BOOLEAN:
        return member->type == SETTINGS_BOOLEAN;
    case CAPELLA_SETTING_TEXTS:
        return member->type == SETTINGS_TEXT || member->type == SETTINGS_LIST;
    case CAPELLA_SETTING_GROUP:
        return member->type == SETTINGS_GROUP;
    case CAPELLA_SETTING_GROUPS:
        return member->type == SETTINGS_LIST;
    case CAPELLA_SETTING_ANY:
        return TRUE;
    }
    return FALSE;
}

static void
check_range(const CapellaSettings *member, const CapellaSetting *row, gdouble value,
            const char *what, GPtrArray *problems)
{
    if (row->minimum == 0 && row->maximum == 0)
        return;
    if (row->maximum == 0 && value < row->minimum)
        capella_settings_add_problem(problems, member, NULL, "%sis %.15g, must be at least %.15g",
                                     what, value, row->minimum);
    else if (row->maximum != 0 && !(value >= row->minimum && value <= row->maximum))
        capella_settings_add_problem(problems, member, NULL,
                                     "%sis %.15g, must be between %.15g and %.15g", what, value,
                                     row->minimum, row->maximum);
}

static void
check_choice(const CapellaSettings *member, const CapellaSetting *row, GPtrArray *problems)
{
    g_autofree char *choices = NULL;

    if (g_strv_contains(row->choices, member->text))
        return;
    choices = g_strjoinv("\", \"", (char **) row->choices);
    capella_settings_add_problem(problems, member, NULL, "is \"%s\", must be one of \"%s\"",
                                 member->text, choices);
}

static void
check_texts(CapellaSettings *member, const CapellaSetting *row, GPtrArray *problems)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();

    if (member->type == SETTINGS_TEXT) {
        g_strv_builder_add(texts, member->text);
        member->texts = g_strv_builder_end(texts);
        return;
    }
    for (guint i = 0; i < member->members->len; i++) {
        const CapellaSettings *item = g_ptr_array_index(member->members, i);

        if (item->type == SETTINGS_TEXT)
            g_strv_builder_add(texts, item->text);
        else
            capella_settings_add_problem(problems, item, NULL, "is %s, must be a string in quotes",
                                         type_names[item->type]);
    }
    member->texts = g_strv_builder_end(texts);
    check_range(member, row, member->members->len, "the number of its entries ", problems);
}

static void
check_groups(CapellaSettings *member, const CapellaSetting *row, GPtrArray *problems)
{
    g_autoptr(GPtrArray) misfits = g_ptr_array_new();

    check_range(member, row, member->members->len, "the number of its entries ", problems);
    for (guint i = 0; i < member->members->len; i++) {
        CapellaSettings *item = g_ptr_array_index(member->members, i);

        if (item->type == SETTINGS_GROUP) {
            if (row->fields != NULL)
                capella_settings_check(item, row->fields, problems);
            continue;
        }
        capella_settings_add_problem(problems, item, NULL, "is %s, must be a group { ... }",
                                     type_names[item->type]);
        g_ptr_array_add(misfits, item);
    }
    for (guint i = 0; i < misfits->len; i++)
        g_ptr_array_remove(member->members, g_ptr_array_index(misfits, i));
}

static void
check_member(CapellaSettings *member, const CapellaSetting *row, GPtrArray *problems)
{
    if (!type_fits(member, row->kind)) {
        capella_settings_add_problem(problems, member, NULL, "is %s, must be %s",
                                     type_names[member->type], kind_names[row->kind]);
        return;
    }
    switch (row->kind) {
    case CAPELLA_SETTING_INTEGER:
    case CAPELLA_SETTING_NUMBER:
        if (!isfinite(member->number))
            capella_settings_add_problem(problems, member, NULL, "is not a number to count with");
        else
            check_range(member, row, member->number, "", problems);
        break;
    case CAPELLA_SETTING_CHOICE:
        check_choice(member, row, problems);
        break;
    case CAPELLA_SETTING_TEXTS:
        check_texts(member, row, problems);
        break;
    case CAPELLA_SETTING_GROUP:
        if (row->fields != NULL)
            capella_settings_check(member, row->fields, problems);
        break;
    case CAPELLA_SETTING_GROUPS:
        check_groups(member, row, problems);
        break;
    case CAPELLA_SETTING_TEXT:
    case CAPELLA_SETTING_BOOLEAN:
    case CAPELLA_SETTING_ANY:
        break;
    }
}

static void
add_fallback(CapellaSettings *settings, const CapellaSetting *row)
{
    CapellaSettings *member;

    if (row->fallback == NULL && (row->kind != CAPELLA_SETTING_GROUP || row->fields == NULL))
        return;

    switch (row->kind) {
    case CAPELLA_SETTING_TEXT:
    case CAPELLA_SETTING_CHOICE:
        capella_settings_add_text(settings, row->name, settings->place, row->fallback);
        break;
    case CAPELLA_SETTING_INTEGER:
        capella_settings_add_integer(settings, row->name, settings->place,
                                     g_ascii_strtoll(row->fallback, NULL, 10));
        break;
    case CAPELLA_SETTING_NUMBER:
        capella_settings_add_number(settings, row->name, settings->place,
                                    g_ascii_strtod(row->fallback, NULL));
        break;
    case CAPELLA_SETTING_BOOLEAN:
        capella_settings_add_boolean(settings, row->name, settings->place,
                                     strcmp(row->fallback, "true") == 0);
        break;
    case CAPELLA_SETTING_TEXTS:
        member = capella_settings_add_list(settings, row->name, settings->place);
        member->texts = g_strsplit(row->fallback, " ", -1);
        break;
    case CAPELLA_SETTING_GROUP:
        member = capella_settings_add_group(settings, row->name, settings->place);
        for (const CapellaSetting *field = row->fields; field->name != NULL; field++)
            add_fallback(member, field);
        break;
    case CAPELLA_SETTING_GROUPS:
    case CAPELLA_SETTING_ANY:
        break;
    }
}

static const CapellaSetting *
find_row(const CapellaSetting *rows, const char *name)
{
    for (const CapellaSetting *row = rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static char *
list_names(const CapellaSetting *rows)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    for (const CapellaSetting *row = rows; row->name != NULL; row++)
        g_strv_builder_add(names, row->name);
    list = g_strv_builder_end(names);
    return list[0] != NULL ? g_strjoinv(", ", list) : g_strdup("none");
}

/* Takes out what is wrong, so that whoever reads on meets only what fits its row. */
static void
remove_misfits(CapellaSettings *settings, const CapellaSetting *rows, const GPtrArray *misfits)
{
    for (guint i = 0; i < misfits->len; i++)
        g_ptr_array_remove(settings->members, g_ptr_array_index(misfits, i));
    for (const CapellaSetting *row = rows; row->name != NULL; row++)
        if (capella_settings_find(settings, row->name) == NULL)
            add_fallback(settings, row);
}

/* Whether a member fits; what it says in detail may still be wrong, and is taken out below it. */
static gboolean
member_fits(CapellaSettings *member, const CapellaSetting *rows, GPtrArray *problems)
{
    const CapellaSetting *row = find_row(rows, member->name);
    guint before = problems->len;

    if (row == NULL) {
        g_autofree char *names = list_names(rows);

        capella_settings_add_problem(problems, member, NULL,
                                     "there is no such setting here; known are: %s", names);
        return FALSE;
    }
    check_member(member, row, problems);
    return problems->len == before ||
           ((row->kind == CAPELLA_SETTING_GROUP || row->kind == CAPELLA_SETTING_GROUPS) &&
            type_fits(member, row->kind));
}

void
capella_settings_check(CapellaSettings *settings, const CapellaSetting *rows, GPtrArray *problems)
{
    g_autoptr(GPtrArray) misfits = g_ptr_array_new();

    for (const CapellaSetting *row = rows; row->name != NULL; row++)
        if (row->is_required && capella_settings_find(settings, row->name) == NULL)
            capella_settings_add_problem(problems, settings, row->name, "is missing (%s)",
                                         row->summary);
    for (guint i = 0; i < settings->members->len; i++) {
        CapellaSettings *member = g_ptr_array_index(settings->members, i);

        if (!member_fits(member, rows, problems))
            g_ptr_array_add(misfits, member);
    }
    remove_misfits(settings, rows, misfits);
}
