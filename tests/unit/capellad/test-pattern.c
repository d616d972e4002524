/* test-pattern.c - patterns of extensions match, and are ordered, as in Asterisk's dialplan. */

#include "capellad/pattern.h"

#include <capella/settings.h>
#include <string.h>

typedef struct {
    const char *pattern;
    const char *extension;
    gboolean matches;
} MatchCase;

static const MatchCase match_cases[] = {
    {"1000", "1000", TRUE},
    {"1000", "100", FALSE},
    {"1000", "10000", FALSE},
    {"s", "s", TRUE},
    {"X00", "100", FALSE},
    {"555-1234", "5551234", TRUE},
    {"5551234", "555-1234", TRUE},
    {"_X.", "1", FALSE},
    {"_X.", "12", TRUE},
    {"_X.", "123456", TRUE},
    {"_X.", "*12", FALSE},
    {"_X!", "1", TRUE},
    {"_X!", "", FALSE},
    {"_.", "s", TRUE},
    {"_.", "", FALSE},
    {"_!", "", TRUE},
    {"_NXX", "200", TRUE},
    {"_NXX", "199", FALSE},
    {"_NXX", "2000", FALSE},
    {"_nxx", "999", TRUE},
    {"_Z", "0", FALSE},
    {"_Z", "1", TRUE},
    {"_[2-5]!", "4", TRUE},
    {"_[2-5]!", "612", FALSE},
    {"_[13-5a]", "4", TRUE},
    {"_[13-5a]", "a", TRUE},
    {"_[13-5a]", "2", FALSE},
    {"_[1-]", "-", FALSE},
    {"_[]1", "1", TRUE},
    {"_NXX-XXXX", "2345678", TRUE},
    {"_NXX-XXXX", "234-5678", TRUE},
    {"_*X", "*7", TRUE},
    {"_5XX", "500", TRUE},
    {"_5XX", "600", FALSE},
    {"_+X.", "+4930", TRUE},
};

static void
test_match(gconstpointer data)
{
    const MatchCase *expected = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Pattern) pattern = pattern_new(expected->pattern, &error);

    g_assert_no_error(error);
    g_assert_cmpint(pattern_matches(pattern, expected->extension), ==, expected->matches);
}

/* In the order in which Asterisk 22 tries them: what its command "dialplan show" printed of a
 * context that holds them all. */
static const char *const ordered[] = {
    "1000",      "2000",   "_*X",      "_1XXX",   "_2000",     "_2[3-4]XX", "_2[3-5]XX",
    "_2[4-6]XX", "_2NXX",  "_2XXX",    "_2XX.",   "_2XX!",     "_2XX",      "_2.",
    "_2!",       "_[12]X", "_[2-5]XX", "_[2-5]!", "_NXX-XXXX", "_N",        "_ZXX",
    "_Z.",       "_XXX",   "_X.",      "_X!",     "_X",        "_.",        "_!",
};

static void
test_order(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(ordered); i++) {
        g_autoptr(Pattern) left = pattern_new(ordered[i], NULL);

        for (guint j = 0; j < G_N_ELEMENTS(ordered); j++) {
            g_autoptr(Pattern) right = pattern_new(ordered[j], NULL);
            int order = pattern_compare(left, right);

            g_test_message("%s against %s", ordered[i], ordered[j]);
            g_assert_cmpint((order > 0) - (order < 0), ==, (i > j) - (i < j));
        }
    }
}

/* Different words for the same. */
static void
test_equal(void)
{
    static const char *const same[][2] = {
        {"_X.", "_[0-9]."},   {"_nXx", "_NXX"}, {"_N-X", "_NX"},     {"5-5", "55"},
        {"_[321]", "_[1-3]"}, {"_[]X", "_X"},   {"_[112]", "_[12]"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autoptr(Pattern) left = pattern_new(same[i][0], NULL);
        g_autoptr(Pattern) right = pattern_new(same[i][1], NULL);

        g_assert_cmpint(pattern_compare(left, right), ==, 0);
    }
}

static void
test_errors(void)
{
    static const char *const wrong[] = {"_[12", "_X.1", "_!X", "_", "_-"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Pattern) pattern = pattern_new(wrong[i], &error);

        g_assert_null(pattern);
        g_assert_error(error, CAPELLA_SETTINGS_ERROR, CAPELLA_SETTINGS_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, wrong[i]));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(match_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/capellad/pattern/match/%u-%s", i, match_cases[i].pattern);

        g_test_add_data_func(path, &match_cases[i], test_match);
    }
    g_test_add_func("/capellad/pattern/order", test_order);
    g_test_add_func("/capellad/pattern/equal", test_equal);
    g_test_add_func("/capellad/pattern/errors", test_errors);
    return g_test_run();
}
