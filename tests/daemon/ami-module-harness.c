/* ami-module-harness.c - a capellad with a shipped module that commands and watches an Asterisk. */

#include "daemon/ami-module-harness.h"

#include <string.h>
#include <sysexits.h>

char *
test_ami_make_entry(const char *name, PbxManager *manager)
{
    return g_strdup_printf("{ name = \"%s\"; host = \"127.0.0.1\"; port = %u; user = \"capella\";\n"
                           "  secret = \"galaxy\"; meet_context = \"meeting-point\";\n"
                           "  reconnect_first = 0.02; reconnect_longest = 0.02; }",
                           name, pbx_manager_get_port(manager));
}

void
test_ami_start(TestAmi *ami, const char *script, const char *module, const char *settings,
               const char *extensions, const char *more)
{
    g_autofree char *path = test_module_get_path(module);
    g_autoptr(GError) error = NULL;
    g_autofree char *entry = NULL;
    g_autofree char *configuration = NULL;

    ami->manager = pbx_manager_new(script, 0, &error);
    g_assert_no_error(error);
    entry = test_ami_make_entry("main", ami->manager);
    configuration = g_strdup_printf("ami = ( %s );\n"
                                    "modules = ( { path = \"%s\"; settings = { %s }; } );\n"
                                    "extensions = ( %s );\n%s",
                                    entry, path, settings, extensions, more);
    ami->daemon = test_daemon_start(configuration);
    test_daemon_wait_log(ami->daemon, "main: ready");
}

void
test_ami_clear(TestAmi *ami)
{
    g_clear_pointer(&ami->daemon, test_daemon_stop);
    g_clear_pointer(&ami->manager, pbx_manager_free);
}

void
test_ami_assert_configuration_refused(const char *configuration, const char *words)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration(configuration, &folder);
    const char *const arguments[] = {"--check", "--config", path, NULL};
    g_autofree char *output = NULL;

    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, words));
    test_remove_folder(folder);
}

void
test_ami_assert_refused(const char *module, const char *settings, const char *extensions,
                        const char *words)
{
    g_autofree char *path = test_module_get_path(module);
    g_autofree char *configuration = g_strdup_printf(
        "ami = ( { name = \"main\"; host = \"127.0.0.1\"; user = \"u\"; secret = \"s\"; } );\n"
        "modules = ( { path = \"%s\"; settings = { %s }; } );\n"
        "extensions = ( %s );\n",
        path, settings, extensions);

    test_ami_assert_configuration_refused(configuration, words);
}

void
test_ami_read(TestAmi *ami, const char *script)
{
    g_autoptr(GError) error = NULL;

    pbx_manager_read(ami->manager, script, &error);
    g_assert_no_error(error);
}

char *
test_ami_dup_originated(TestAmi *ami, guint times, const char *header)
{
    g_assert_true(pbx_manager_wait_action(ami->manager, "Originate", times));
    g_assert_cmpuint(pbx_manager_count_actions(ami->manager, "Originate"), ==, times);
    return pbx_manager_dup_header(ami->manager, "Originate", header);
}

void
test_ami_respond(TestAmi *ami, guint times, gboolean is_answered, const char *reason)
{
    g_autofree char *id = test_ami_dup_originated(ami, times, "ActionID");
    g_autofree char *channel = test_ami_dup_originated(ami, times, "Channel");
    g_autofree char *name = g_strconcat(channel, is_answered ? "-00000002" : "", NULL);

    pbx_manager_emit(ami->manager, "OriginateResponse", "ActionID", id, "Response",
                     is_answered ? "Success" : "Failure", "Channel", name, "Reason", reason,
                     "Uniqueid", "17.2", NULL);
}

TestCall *
test_ami_come_back(TestAmi *ami, guint times, const char *script)
{
    g_autofree char *extension = test_ami_dup_originated(ami, times, "Exten");
    g_autofree char *text = g_strdup_printf("extension %s\n%s", extension, script);

    return test_daemon_begin_call(ami->daemon, text);
}
