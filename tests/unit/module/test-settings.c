/* test-settings.c - building, merging, checking and reading a tree of settings. */

#include "module/settings-private.h"

#include <math.h>

static const SettingsPlace here = {"a.conf", 7};

static CapellaSettings *
new_group(void)
{
    SettingsPlace top = {"a.conf", 1};

    return capella_settings_new_group(top);
}

static GPtrArray *
new_problems(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static const char *const colours[] = {"red", "green", NULL};

static const CapellaSetting inner_rows[] = {
    {.name = "depth", .kind = CAPELLA_SETTING_INTEGER, .fallback = "3"},
    {.name = "label", .kind = CAPELLA_SETTING_TEXT, .is_required = TRUE, .summary = "a name"},
    {0},
};

static const CapellaSetting group_rows[] = {
    {.name = "wait", .kind = CAPELLA_SETTING_NUMBER, .fallback = "0.5"},
    {0},
};

static const CapellaSetting rows[] = {
    {.name = "text", .kind = CAPELLA_SETTING_TEXT, .fallback = "hello"},
    {.name = "count", .kind = CAPELLA_SETTING_INTEGER, .fallback = "4", .minimum = 1, .maximum = 9},
    {.name = "least", .kind = CAPELLA_SETTING_INTEGER, .minimum = 10},
    {.name = "number", .kind = CAPELLA_SETTING_NUMBER, .fallback = "1.5"},
    {.name = "flag", .kind = CAPELLA_SETTING_BOOLEAN, .fallback = "true"},
    {.name = "colour", .kind = CAPELLA_SETTING_CHOICE, .fallback = "green", .choices = colours},
    {.name = "words", .kind = CAPELLA_SETTING_TEXTS, .fallback = "a b"},
    {.name = "group", .kind = CAPELLA_SETTING_GROUP, .fields = group_rows},
    {.name = "items", .kind = CAPELLA_SETTING_GROUPS, .fields = inner_rows, .maximum = 2},
    {.name = "free", .kind = CAPELLA_SETTING_ANY},
    {0},
};

static void
test_fallbacks(void)
{
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GPtrArray) problems = new_problems();
    const char *const *words;

    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    g_assert_cmpstr(capella_settings_get_text(settings, "text"), ==, "hello");
    g_assert_cmpint(capella_settings_get_integer(settings, "count"), ==, 4);
    g_assert_cmpfloat(capella_settings_get_number(settings, "number"), ==, 1.5);
    g_assert_true(capella_settings_get_boolean(settings, "flag"));
    g_assert_cmpuint(capella_settings_get_choice(settings, "colour", colours), ==, 1);
    words = capella_settings_get_texts(settings, "words");
    g_assert_cmpstr(words[0], ==, "a");
    g_assert_cmpstr(words[1], ==, "b");
    g_assert_null(words[2]);
    g_assert_cmpfloat(
        capella_settings_get_number(capella_settings_get_group(settings, "group"), "wait"), ==,
        0.5);
    g_assert_false(capella_settings_has(settings, "least"));
    g_assert_cmpint(capella_settings_get_integer(settings, "least"), ==, 0);
    g_assert_cmpuint(capella_settings_get_count(settings, "items"), ==, 0);
    g_assert_cmpuint(g_strv_length((char **) capella_settings_get_texts(settings, "free")), ==, 0);
}

static void
test_values(void)
{
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GPtrArray) problems = new_problems();
    CapellaSettings *items = capella_settings_add_list(settings, "items", here);
    CapellaSettings *item = capella_settings_add_group(items, NULL, here);

    capella_settings_add_text(item, "label", here, "first");
    capella_settings_add_integer(settings, "number", here, 2);
    capella_settings_add_text(settings, "words", here, "alone");
    capella_settings_add_boolean(settings, "flag", here, FALSE);
    capella_settings_add_text(settings, "colour", here, "red");
    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    g_assert_cmpfloat(capella_settings_get_number(settings, "number"), ==, 2);
    g_assert_cmpstr(capella_settings_get_texts(settings, "words")[0], ==, "alone");
    g_assert_false(capella_settings_get_boolean(settings, "flag"));
    g_assert_cmpuint(capella_settings_get_choice(settings, "colour", colours), ==, 0);
    g_assert_cmpuint(capella_settings_get_count(settings, "items"), ==, 1);
    g_assert_cmpint(
        capella_settings_get_integer(capella_settings_get_item(settings, "items", 0), "depth"), ==,
        3);
    g_assert_cmpstr(capella_settings_get_name(item, 0), ==, "label");
    g_assert_cmpuint(capella_settings_get_length(item), ==, 2);
}

static void
add_wrong_scalars(CapellaSettings *settings)
{
    capella_settings_add_integer(settings, "text", here, 1);
    capella_settings_add_integer(settings, "count", here, 10);
    capella_settings_add_integer(settings, "least", here, 9);
    capella_settings_add_text(settings, "flag", here, "yes");
    capella_settings_add_text(settings, "colour", here, "blue");
    capella_settings_add_number(settings, "number", here, (gdouble) INFINITY);
    capella_settings_add_integer(settings, "colours", here, 1);
}

/* Everything wrong is told in one go, with its place and its path. */
static void
test_problems(void)
{
    static const char *const expected[] = {
        "a.conf:7: text: is a whole number, must be a string in quotes",
        "a.conf:7: count: is 10, must be between 1 and 9",
        "a.conf:7: least: is 9, must be at least 10",
        "a.conf:7: flag: is a string, must be true or false",
        "a.conf:7: colour: is \"blue\", must be one of \"red\", \"green\"",
        "a.conf:7: number: is not a number to count with",
        "a.conf:7: colours: there is no such setting here; known are: text, count, least, number, "
        "flag, colour, words, group, items, free",
        "a.conf:7: items[1].label: is missing (a name)",
        "a.conf:7: items[1].depth: is a string, must be a whole number",
        "a.conf:7: items[2]: is a whole number, must be a group { ... }",
        "a.conf:7: words[1]: is a whole number, must be a string in quotes",
    };
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GPtrArray) problems = new_problems();
    CapellaSettings *items;
    CapellaSettings *words;

    add_wrong_scalars(settings);
    items = capella_settings_add_list(settings, "items", here);
    capella_settings_add_text(capella_settings_add_group(items, NULL, here), "depth", here, "x");
    capella_settings_add_integer(items, NULL, here, 1);
    words = capella_settings_add_list(settings, "words", here);
    capella_settings_add_integer(words, NULL, here, 1);
    capella_settings_check(settings, rows, problems);
    for (guint i = 0; i < G_N_ELEMENTS(expected) && i < problems->len; i++)
        g_assert_cmpstr(g_ptr_array_index(problems, i), ==, expected[i]);
    g_assert_cmpuint(problems->len, ==, G_N_ELEMENTS(expected));
}

/* What was wrong is gone afterwards, so that reading on is safe. */
static void
test_misfits_removed(void)
{
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GPtrArray) problems = new_problems();

    add_wrong_scalars(settings);
    capella_settings_check(settings, rows, problems);
    g_assert_cmpstr(capella_settings_get_text(settings, "text"), ==, "hello");
    g_assert_cmpint(capella_settings_get_integer(settings, "count"), ==, 4);
    g_assert_false(capella_settings_has(settings, "least"));
    g_assert_false(capella_settings_has(settings, "colours"));
    g_assert_cmpuint(capella_settings_get_choice(settings, "colour", colours), ==, 1);
}

static void
test_too_many(void)
{
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GPtrArray) problems = new_problems();
    CapellaSettings *items = capella_settings_add_list(settings, "items", here);

    for (guint i = 0; i < 3; i++)
        capella_settings_add_text(capella_settings_add_group(items, NULL, here), "label", here,
                                  "x");
    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(problems->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(problems, 0), ==,
                    "a.conf:7: items: the number of its entries is 3, must be between 0 and 2");
}

static void
test_merge(void)
{
    SettingsPlace there = {"b.conf", 3};
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(CapellaSettings) addition = new_group();
    g_autoptr(GPtrArray) problems = new_problems();
    CapellaSettings *list = capella_settings_add_list(settings, "items", here);

    capella_settings_add_text(capella_settings_add_group(list, NULL, here), "label", here, "one");
    capella_settings_add_integer(settings, "count", here, 1);
    capella_settings_add_number(capella_settings_add_group(settings, "group", here), "wait", here,
                                2);
    list = capella_settings_add_list(addition, "items", there);
    capella_settings_add_text(capella_settings_add_group(list, NULL, there), "label", there, "two");
    capella_settings_add_integer(addition, "count", there, 2);
    capella_settings_add_text(addition, "text", there, "new");
    capella_settings_add_number(capella_settings_add_group(addition, "group", there), "wait", there,
                                3);
    capella_settings_merge(settings, addition, problems);
    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(capella_settings_get_count(settings, "items"), ==, 2);
    g_assert_cmpstr(
        capella_settings_get_text(capella_settings_get_item(settings, "items", 1), "label"), ==,
        "two");
    g_assert_cmpstr(capella_settings_get_text(settings, "text"), ==, "new");
    g_assert_cmpuint(problems->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(problems, 0), ==,
                    "b.conf:3: count: is already set in a.conf:7; leave one out");
    g_assert_cmpstr(g_ptr_array_index(problems, 1), ==,
                    "b.conf:3: group.wait: is already set in a.conf:7; leave one out");
}

static void
test_set_error(void)
{
    g_autoptr(CapellaSettings) settings = new_group();
    g_autoptr(GError) error = NULL;

    capella_settings_add_text(settings, "text", here, "x");
    capella_settings_set_error(settings, "text", &error, "is %s", "odd");
    g_assert_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, "a.conf:7: text: is odd");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/module/settings/fallbacks", test_fallbacks);
    g_test_add_func("/module/settings/values", test_values);
    g_test_add_func("/module/settings/problems", test_problems);
    g_test_add_func("/module/settings/misfits-removed", test_misfits_removed);
    g_test_add_func("/module/settings/too-many", test_too_many);
    g_test_add_func("/module/settings/merge", test_merge);
    g_test_add_func("/module/settings/set-error", test_set_error);
    return g_test_run();
}
