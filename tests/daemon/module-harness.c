/* module-harness.c - a capellad with one of the shipped modules. */

#include "daemon/module-harness.h"

#include <string.h>
#include <sysexits.h>

char *
test_module_get_path(const char *module)
{
    const char *top = g_getenv("G_TEST_BUILDDIR");

    g_assert_nonnull(top);
    return g_strdup_printf("%s/modules/%s/.libs/%s.so", top, module, module);
}

static char *
make_configuration(const char *module, const char *extensions)
{
    g_autofree char *path = test_module_get_path(module);

    return g_strdup_printf("modules = ( { path = \"%s\"; } );\n"
                           "extensions = ( %s );\n",
                           path, extensions);
}

char *
test_module_dup_command(const PbxResult *result, const char *name, guint i)
{
    for (guint j = 0; j < result->exchanges->len; j++) {
        const PbxExchange *exchange = g_ptr_array_index(result->exchanges, j);

        if (g_str_has_prefix(exchange->command, name) && i-- == 0)
            return g_strdup(exchange->command);
    }
    return NULL;
}

TestDaemon *
test_module_start(const char *module, const char *extensions)
{
    g_autofree char *configuration = make_configuration(module, extensions);

    return test_daemon_start(configuration);
}

void
test_module_assert_refused(const char *module, const char *extensions, const char *words)
{
    g_autofree char *configuration = make_configuration(module, extensions);
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration(configuration, &folder);
    const char *const arguments[] = {"--check", "--config", path, NULL};
    g_autofree char *output = NULL;

    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, words));
    test_remove_folder(folder);
}

static PbxResult *
check_expectations(PbxResult *result)
{
    for (guint i = 0; i < result->unmet->len; i++)
        g_test_message("Not met: %s", (const char *) g_ptr_array_index(result->unmet, i));
    g_assert_cmpuint(result->unmet->len, ==, 0);
    return result;
}

PbxResult *
test_module_call(TestDaemon *daemon, const char *script)
{
    return check_expectations(test_daemon_call(daemon, script));
}

PbxResult *
test_module_join(TestCall *call)
{
    return check_expectations(test_call_join(call));
}
