/* module-harness.h - a capellad with one of the shipped modules. */

#pragma once

#include "daemon/harness.h"

G_BEGIN_DECLS

#define assert_variable(result, name, value)                                                       \
    g_assert_cmpstr(pbx_result_get_variable(result, name), ==, value)

/* The file of a module of the build. */
char *test_module_get_path(const char *module);

/* The words of the commands with a name that came in a call, number `i` of them; NULL: none. */
char *test_module_dup_command(const PbxResult *result, const char *name, guint i);

/* Starts capellad with one module of the build and routes to it: what `extensions` has between its
 * parentheses. */
TestDaemon *test_module_start(const char *module, const char *extensions);

/* Lets capellad check the same; it has to refuse it with these words. */
void test_module_assert_refused(const char *module, const char *extensions, const char *words);

/* Places a call by a script whose expectations have to be met. */
PbxResult *test_module_call(TestDaemon *daemon, const char *script);

/* test_call_join() for a call with expectations. */
PbxResult *test_module_join(TestCall *call);

G_END_DECLS
