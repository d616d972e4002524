/* test-configuration.c - what capellad says of configurations and modules that are wrong, of its
 * command line, and where it listens. */

#include "daemon/harness.h"

#include <elf.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

/* Leaves the log lines out: they begin with the time. */
static void
remove_log_lines(GString *text)
{
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);

    g_string_truncate(text, 0);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0' && strstr(*line, " message: ") == NULL)
            g_string_append_printf(text, "%s\n", *line);
}

/* What `capellad --check` says of a configuration, with the names of folders taken out. */
static int
check(const char *configuration, char **output)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration(configuration, &folder);
    g_autofree char *within = g_strconcat(folder, "/", NULL);
    const char *const arguments[] = {"--check", "--config", path, NULL};
    g_autoptr(GString) text = NULL;
    int code;

    code = test_run_capellad(arguments, output);
    text = g_string_new(*output);
    g_string_replace(text, within, "", 0);
    remove_log_lines(text);
    g_free(*output);
    *output = g_string_free(g_steal_pointer(&text), FALSE);
    test_remove_folder(folder);
    return code;
}

static void
assert_check(const char *configuration, int code, const char *expected)
{
    g_autofree char *output = NULL;

    g_assert_cmpint(check(configuration, &output), ==, code);
    g_assert_cmpstr(output, ==, expected);
}

#define LISTEN "listeners = ( { address = \"127.0.0.1\"; port = 0; } );\n"

static void
test_good(void)
{
    assert_check(LISTEN "modules = ( { path = \"%HANDLERS%\"; } );\n"
                        "extensions = ( { match = \"_X.\"; handler = \"test.good\"; } );\n"
                        "default = { handler = \"test.good\"; };\n",
                 EX_OK, "capellad.conf: good; 1 modules, 2 routes\n");
}

/* Syntax, rows, ranges, routes and modules: all in one run, each with its line. */
static void
test_all_at_once(void)
{
    assert_check(
        "listeners = ( { address = \"127.0.0.1\"; path = \"/x\"; } );\n"
        "allow = [ \"10.0.0.0/33\" ];\n"
        "workers = { min = 9; max = 4; stack = 1; };\n"
        "queue = { length = -1; longest_wait = \"long\"; };\n"
        "colour = \"blue\";\n"
        "log = { level = \"loud\"; target = \"file\"; };\n"
        "modules = ( { path = \"%HANDLERS%\"; } );\n"
        "extensions = (\n"
        "  { match = \"_X.\"; handler = \"test.good\"; },\n"
        "  { match = \"_[0-9].\"; handler = \"test.good\"; },\n"
        "  { match = \"_[12\"; handler = \"test.good\"; },\n"
        "  { match = \"1\"; handler = \"test.nothing\"; },\n"
        "  { handler = \"test.good\"; },\n"
        "  { match = \"2\"; handler = \"test.gate\"; },\n"
        "  { match = \"3\"; handler = \"test.good\"; on_error = \"panic\"; },\n"
        "  { match = \"4\"; handler = \"test.meet\";\n"
        "    settings = { extension = \"refuse\"; }; }\n"
        ");\n",
        EX_CONFIG,
        "capellad.conf:3: workers.stack: there is no such setting here; known are: min, "
        "max, burst, batch, stack_kib, idle_timeout\n"
        "capellad.conf:4: queue.length: is -1, must be between 0 and 1000000\n"
        "capellad.conf:4: queue.longest_wait: is a string, must be a number\n"
        "capellad.conf:5: colour: there is no such setting here; known are: listeners, "
        "allow, max_connections, workers, queue, timeouts, log, ami, modules_folder, modules, "
        "extensions, default, include_folder\n"
        "capellad.conf:6: log.level: is \"loud\", must be one of \"error\", "
        "\"warning\", \"message\", \"info\", \"debug\"\n"
        "capellad.conf:13: extensions[5].match: is missing (an extension, or a pattern "
        "such as \"_NXX.\")\n"
        "capellad.conf:1: listeners[1]: needs either an address, for TCP, or a path, for a "
        "Unix socket\n"
        "capellad.conf:2: allow: \"10.0.0.0/33\" is no network: the number behind / must "
        "be between 0 and 32\n"
        "capellad.conf:3: workers.min: is 9, more than max, which is 4\n"
        "capellad.conf:6: log.file: is missing, and target is \"file\"\n"
        "capellad.conf:11: extensions[3].match: pattern \"_[12\" has a [ without its ]\n"
        "capellad.conf:12: extensions[4].handler: no loaded module has \"test.nothing\"; "
        "there are: test.good, test.failing, test.mute, test.gate, test.long, "
        "test.waiting, test.instance, test.meet\n"
        "capellad.conf:14: extensions[6].settings.gate: is missing (a path)\n"
        "capellad.conf:15: extensions[7].on_error: is \"panic\", must be \"continue\", "
        "\"hangup\", \"goto CONTEXT,EXTENSION,PRIORITY\" or \"jump N\"\n"
        "capellad.conf:17: extensions[8].settings.extension: is refused by the handler\n"
        "capellad.conf:10: extensions: \"_[0-9].\" can never be reached, since \"_X.\" in "
        "capellad.conf:9 matches the same calls; leave one out\n"
        "capellad.conf: 16 problems\n");
}

typedef struct {
    const char *name;
    const char *configuration;
    const char *problem;
} ProblemCase;

static const ProblemCase problem_cases[] = {
    {"syntax", LISTEN "workers = { min 4; };\n", "capellad.conf:2: syntax error\n"},
    {"no-listeners", "listeners = ( );\n",
     "capellad.conf:1: listeners: the number of its entries is 0, must be between 1 and 64\n"},
    {"include-folder", LISTEN "include_folder = \"nowhere\";\n", "No such file or directory"},
    {"module-without-path", LISTEN "modules = ( { name = \"x\"; } );\n",
     "capellad.conf:2: modules[1].path: is missing ("},
    {"module-not-there", LISTEN "modules = ( { path = \"/nowhere/x.so\"; } );\n",
     "capellad.conf:2: modules[1].path: module /nowhere/x.so cannot be opened: No such file or "
     "directory\n"},
    {"module-twice",
     LISTEN "modules = ( { path = \"%HANDLERS%\"; },\n { path = \"%HANDLERS%\"; } );",
     "capellad.conf:3: modules[2].name: \"test\" is the name of another module too"},
    {"module-settings", LISTEN "modules = ( { path = \"%HANDLERS%\";\n settings = { x = 1; }; } );",
     "capellad.conf:3: modules[1].settings.x: there is no such setting here; known are: label\n"},
    {"module-refuses",
     LISTEN "modules = ( { path = \"%HANDLERS%\";\n settings = { label = \"refuse\"; }; } );",
     "capellad.conf:3: modules[1].settings.label: is refused by the module itself\n"},
};

static void
test_problem(gconstpointer data)
{
    const ProblemCase *expected = data;
    g_autofree char *output = NULL;

    g_assert_cmpint(check(expected->configuration, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, expected->problem));
    g_assert_true(g_str_has_suffix(output, "capellad.conf: 1 problem\n"));
}

/* Modules that do not fit. */

typedef struct {
    const char *name; /* of the file in .libs */
    const char *problem;
} ModuleCase;

static const ModuleCase module_cases[] = {
    {"test-broken-none", "has no symbol \"capella_module\"; end the module with CAPELLA_MODULE()"},
    {"test-broken-function", "has a symbol \"capella_module\" that is not data"},
    {"test-broken-small", "has a symbol \"capella_module\" that is no descriptor"},
    {"test-broken-abi", "was built for module interface 2, and this daemon has 1; rebuild it"},
    {"test-broken-size", "has a descriptor of "},
    {"test-broken-handler-size", "has handlers of "},
    {"test-broken-handlers", "has a descriptor without a name or without handlers"},
    {"test-broken-symbol", "needs \"weather_forecast\", which nothing provides"},
};

static void
assert_module_problem(const char *path, const char *problem)
{
    g_autofree char *configuration =
        g_strdup_printf(LISTEN "modules = ( { path = \"%s\"; } );\n"
                               "extensions = ( { match = \"1\"; handler = \"broken\"; } );\n",
                        path);
    g_autofree char *begin = g_strdup_printf("capellad.conf:2: modules[1].path: module %s ", path);
    g_autofree char *output = NULL;

    g_assert_cmpint(check(configuration, &output), ==, EX_CONFIG);
    g_assert_true(g_str_has_prefix(output, begin));
    g_assert_nonnull(strstr(output, problem));
    g_assert_nonnull(strstr(output, ": 1 problem\n"));
}

static void
test_module(gconstpointer data)
{
    const ModuleCase *expected = data;
    g_autofree char *path =
        g_strdup_printf("%s/.libs/%s.so", g_getenv("G_TEST_BUILDDIR"), expected->name);

    assert_module_problem(path, expected->problem);
}

static void
test_module_no_library(void)
{
    g_autofree char *folder = g_dir_make_tmp("capella-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "text.so", NULL);
    g_autofree char *foreign = g_build_filename(folder, "foreign.so", NULL);
    g_autofree char *handlers =
        g_build_filename(g_getenv("G_TEST_BUILDDIR"), ".libs", "test-handlers.so", NULL);
    g_autofree char *bytes = NULL;
    gsize length;

    test_write_file(folder, "text.so",
                    "this is a text of more than sixty-four bytes, so that it "
                    "could hold a header\n");
    assert_module_problem(path, "is no shared library; build it with cc -shared -fPIC");
    g_assert_true(g_file_get_contents(handlers, &bytes, &length, NULL));
    ((Elf64_Ehdr *) (gpointer) bytes)->e_machine = EM_S390;
    g_assert_true(g_file_set_contents(foreign, bytes, (gssize) length, NULL));
    assert_module_problem(foreign, "is built for another processor");
    test_remove_folder(folder);
}

/* A daemon whose configuration is wrong does not start, and says why in its log. */
static void
test_does_not_start(void)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration("colour = 1;\n", &folder);
    const char *const arguments[] = {"--config", path, NULL};
    g_autofree char *output = NULL;

    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, "error: "));
    g_assert_nonnull(strstr(output, "capellad.conf:2: colour: there is no such setting here"));
    g_assert_nonnull(strstr(output, "1 problem; nothing was started"));
    test_remove_folder(folder);
}

/* Several files. */

static void
test_files(void)
{
    g_autofree char *folder = NULL;
    g_autofree char *path =
        test_write_configuration(LISTEN "modules = ( { path = \"%HANDLERS%\"; } );\n"
                                        "@include \"more.conf\"\n"
                                        "include_folder = \"conf.d\";\n",
                                 &folder);
    g_autofree char *more = g_build_filename(folder, "conf.d", NULL);
    const char *const arguments[] = {"--check", "--config", path, NULL};
    g_autofree char *output = NULL;

    g_mkdir(more, 0700);
    test_write_file(folder, "more.conf", "workers = { max = 8; };\n");
    test_write_file(more, "10-first.conf",
                    "extensions = ( { match = \"1\"; handler = \"test.good\"; } );\n");
    test_write_file(more, "20-second.conf",
                    "extensions = ( { match = \"2\"; handler = \"test.good\"; } );\n");
    test_write_file(more, "ignored.txt", "nonsense");
    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_OK);
    g_assert_nonnull(strstr(output, "1 modules, 2 routes"));
    test_write_file(more, "30-third.conf",
                    "workers = { max = 9; };\n"
                    "extensions = ( { match = \"1\"; handler = \"test.good\"; } );\n");
    g_free(output);
    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, "/conf.d/30-third.conf:1: workers.max: is already set in "));
    g_assert_nonnull(strstr(output, "/conf.d/30-third.conf:2: extensions: \"1\" can never be "
                                    "reached, since \"1\" in "));
    g_assert_nonnull(strstr(output, "/conf.d/10-first.conf:1 matches the same calls"));
    test_remove_folder(folder);
}

/* The command line. */

static void
test_command_line(void)
{
    const char *const version[] = {"--version", NULL};
    const char *const help[] = {"--help", NULL};
    const char *const unknown[] = {"--colour", NULL};
    const char *const level[] = {"--log-level", "loud", NULL};
    const char *const word[] = {"start", NULL};
    const char *const missing[] = {"--check", "--config", "/nowhere/capellad.conf", NULL};
    g_autofree char *output = NULL;

    g_assert_cmpint(test_run_capellad(version, &output), ==, EX_OK);
    g_assert_true(g_str_has_prefix(output, "capellad 0."));
    g_free(output);
    g_assert_cmpint(test_run_capellad(help, &output), ==, EX_OK);
    g_assert_nonnull(strstr(output, "--check"));
    g_assert_nonnull(strstr(output, "SIGTERM"));
    g_free(output);
    g_assert_cmpint(test_run_capellad(unknown, &output), ==, EX_USAGE);
    g_free(output);
    g_assert_cmpint(test_run_capellad(level, &output), ==, EX_USAGE);
    g_free(output);
    g_assert_cmpint(test_run_capellad(word, &output), ==, EX_USAGE);
    g_assert_cmpstr(output, ==, "capellad: \"start\" is no option; try capellad --help\n");
    g_free(output);
    g_assert_cmpint(test_run_capellad(missing, &output), ==, EX_CONFIG);
    g_assert_nonnull(
        strstr(output, "/nowhere/capellad.conf: cannot be read: No such file or directory"));
}

/* Listeners. */

#define CALLS                                                                                      \
    "modules = ( { path = \"%HANDLERS%\"; } );\n"                                                  \
    "extensions = ( { match = \"1\"; handler = \"test.good\"; } );\n"

static void
assert_served_on(const struct sockaddr *address, socklen_t length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script =
        pbx_script_new_from_text("extension 1\nspeed instant\nexpect status SUCCESS\n", &error);
    g_autoptr(PbxCall) call = NULL;
    g_autoptr(PbxResult) result = NULL;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_no_error(error);
    g_assert_cmpint(connect(fd, address, length), ==, 0);
    call = pbx_call_new(script);
    result = pbx_call_run(call, fd, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(result->unmet->len, ==, 0);
}

static void
test_unix(void)
{
    TestDaemon *daemon = test_daemon_start_silent(
        "listeners = ( { path = \"%TMP%/socket\"; mode = \"0600\"; } );\n" CALLS);
    g_autofree char *path = test_daemon_get_path(daemon, "socket");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;

    test_daemon_wait_log(daemon, " serves calls ");
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    assert_served_on((struct sockaddr *) &address, sizeof address);
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    test_daemon_free(daemon);
}

/* A socket that a killed daemon left behind is no obstacle; one in use, or a file, is. */
static void
test_unix_stale(void)
{
    TestDaemon *killed =
        test_daemon_start_silent("listeners = ( { path = \"%TMP%/socket\"; } );\n" CALLS);
    g_autofree char *path = test_daemon_get_path(killed, "socket");
    g_autofree char *configuration =
        g_strconcat("listeners = ( { path = \"", path, "\"; } );\n" CALLS, NULL);
    g_autofree char *folder = NULL;
    g_autofree char *file = test_write_configuration(configuration, &folder);
    const char *const arguments[] = {"--config", file, NULL};
    g_autofree char *output = NULL;
    TestDaemon *daemon;

    test_daemon_wait_log(killed, " serves calls ");
    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_UNAVAILABLE);
    g_assert_nonnull(strstr(output, "another server listens on "));
    test_daemon_signal(killed, SIGKILL);
    g_assert_cmpint(test_daemon_wait_exit(killed), ==, -SIGKILL);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    daemon = test_daemon_start_silent(configuration);
    test_daemon_wait_log(daemon, " serves calls ");
    test_daemon_stop(daemon);
    g_assert_true(g_file_set_contents(path, "a file", -1, NULL));
    g_free(output);
    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_UNAVAILABLE);
    g_assert_nonnull(strstr(output, "there is something else at "));
    test_daemon_free(killed);
    test_remove_folder(folder);
}

static void
test_several_listeners(void)
{
    g_autoptr(TestDaemon) daemon =
        test_daemon_start("listeners = ( { address = \"127.0.0.1\"; port = 0; },\n"
                          "              { address = \"::1\"; port = 0; backlog = 5; } );\n" CALLS);
    g_autofree char *line = test_daemon_dup_log_line(daemon, "Listening on [::1]:");
    g_autoptr(PbxResult) result = test_daemon_call(daemon, "extension 1");
    struct sockaddr_in6 address = {.sin6_family = AF_INET6};

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_nonnull(line);
    address.sin6_addr.s6_addr[15] = 1;
    address.sin6_port = GUINT16_TO_BE((guint16) g_ascii_strtoull(strrchr(line, ':') + 1, NULL, 10));
    assert_served_on((struct sockaddr *) &address, sizeof address);
}

static void
test_port_in_use(void)
{
    g_autoptr(TestDaemon) daemon = test_daemon_start(CALLS);
    g_autofree char *port = g_strdup_printf("%u", test_daemon_get_port(daemon));
    g_autofree char *configuration = g_strconcat(
        "listeners = ( { address = \"127.0.0.1\"; port = ", port, "; } );\n" CALLS, NULL);
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration(configuration, &folder);
    const char *const arguments[] = {"--config", path, NULL};
    g_autofree char *output = NULL;

    g_assert_cmpint(test_run_capellad(arguments, &output), ==, EX_UNAVAILABLE);
    g_assert_nonnull(strstr(output, "cannot listen on 127.0.0.1 port "));
    g_assert_nonnull(strstr(output, "Address already in use"));
    test_remove_folder(folder);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/configuration/good", test_good);
    g_test_add_func("/daemon/configuration/all-at-once", test_all_at_once);
    for (guint i = 0; i < G_N_ELEMENTS(problem_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/daemon/configuration/problem/%s", problem_cases[i].name);

        g_test_add_data_func(path, &problem_cases[i], test_problem);
    }
    for (guint i = 0; i < G_N_ELEMENTS(module_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/daemon/configuration/module/%s", module_cases[i].name);

        g_test_add_data_func(path, &module_cases[i], test_module);
    }
    g_test_add_func("/daemon/configuration/module/no-library", test_module_no_library);
    g_test_add_func("/daemon/configuration/does-not-start", test_does_not_start);
    g_test_add_func("/daemon/configuration/files", test_files);
    g_test_add_func("/daemon/configuration/command-line", test_command_line);
    g_test_add_func("/daemon/listeners/unix", test_unix);
    g_test_add_func("/daemon/listeners/unix-stale", test_unix_stale);
    g_test_add_func("/daemon/listeners/several", test_several_listeners);
    g_test_add_func("/daemon/listeners/port-in-use", test_port_in_use);
    return g_test_run();
}
