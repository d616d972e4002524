/* test-error.c - classes and names of AGI errors. */

#include <capella/agi/error.h>

static void
test_is(void)
{
    g_autoptr(GError) hangup = g_error_new_literal(AGI_ERROR, AGI_ERROR_HANGUP, "gone");
    g_autoptr(GError) other = g_error_new_literal(G_FILE_ERROR, AGI_ERROR_HANGUP, "other domain");

    g_assert_true(agi_error_is(hangup, AGI_ERROR_CLASS(AGI_ERROR_HANGUP)));
    g_assert_true(agi_error_is(hangup, AGI_ERROR_CLASS_ANY));
    g_assert_false(agi_error_is(hangup, AGI_ERROR_CLASS(AGI_ERROR_USAGE)));
    g_assert_false(agi_error_is(other, AGI_ERROR_CLASS_ANY));
    g_assert_false(agi_error_is(NULL, AGI_ERROR_CLASS_ANY));
}

static void
test_names(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint code = AGI_ERROR_HANGUP; code <= AGI_ERROR_INVALID_ARGUMENT; code++)
        g_assert_true(g_hash_table_add(seen, (gpointer) agi_error_code_name((AgiError) code)));
    g_assert_false(g_hash_table_contains(seen, "UNKNOWN"));
    g_assert_cmpstr(agi_error_code_name(AGI_ERROR_HANGUP), ==, "HANGUP");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/error/is", test_is);
    g_test_add_func("/agi/error/names", test_names);
    return g_test_run();
}
