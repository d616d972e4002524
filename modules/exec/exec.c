/* exec.c - runs a classic AGI program, written for Asterisk's own machine, as the handler.
 *
 * The program finds what it would find there: the agi_* block on its standard input, replies behind
 * it, its arguments, SIGHUP when the caller hangs up. program.c is the process, relay.c the
 * conversation. */

#include "relay.h"

#include <capella/module.h>
#include <stdlib.h>
#include <string.h>

/* Tells the dialplan how the program ended. */
#define STATUS_VARIABLE "CAPELLA_EXEC_STATUS"

/* What systemd tells the daemon is not meant for its children. */
static const char *const private_variables[] = {
    "INVOCATION_ID", "JOURNAL_STREAM", "LISTEN_FDNAMES", "LISTEN_FDS",
    "LISTEN_PID",    "NOTIFY_SOCKET",  "WATCHDOG_PID",   "WATCHDOG_USEC",
};

/* The settings of a route, checked. */
typedef struct {
    ProgramSettings program;
    RelaySettings relay;
    const char *const *arguments;
    gdouble time_limit; /* seconds; 0: none */
    gboolean fail_on_exit_code;
} Route;

/* --- What the program is given --- */

/* Its own arguments, and those of AGI() behind them. The texts are borrowed. */
static GPtrArray *
make_arguments(const Route *route, const AgiEnvironment *environment)
{
    GPtrArray *arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, (gpointer) route->program.path);
    for (guint i = 0; route->arguments[i] != NULL; i++)
        g_ptr_array_add(arguments, (gpointer) route->arguments[i]);
    for (guint i = 1; i <= agi_environment_get_argument_count(environment); i++)
        g_ptr_array_add(arguments, (gpointer) agi_environment_get_argument(environment, i));
    g_ptr_array_add(arguments, NULL);
    return arguments;
}

/* What only a FastAGI server is told, or what is told anew. */
static gboolean
is_replaced(const char *name)
{
    return g_str_has_prefix(name, "agi_network") || g_str_has_prefix(name, "agi_arg_") ||
           strcmp(name, "agi_request") == 0;
}

/* The agi_* block as Asterisk gives it to a program that it starts with these arguments. */
static char *
make_greeting(const AgiEnvironment *environment, const GPtrArray *arguments)
{
    GString *greeting = g_string_new(NULL);

    g_string_append_printf(greeting, "agi_request: %s\n",
                           (const char *) g_ptr_array_index(arguments, 0));
    for (guint i = 0; i < agi_environment_get_length(environment); i++) {
        const char *name = agi_environment_get_name(environment, i);

        if (!is_replaced(name))
            g_string_append_printf(greeting, "%s: %s\n", name,
                                   agi_environment_get_value(environment, i));
    }
    for (guint i = 1; i + 1 < arguments->len; i++)
        g_string_append_printf(greeting, "agi_arg_%u: %s\n", i,
                               (const char *) g_ptr_array_index(arguments, i));
    g_string_append_c(greeting, '\n');
    return g_string_free(greeting, FALSE);
}

/* --- Running it --- */

static gboolean
run_program(AgiCall *call, const Route *route, int *status, GError **error)
{
    const AgiEnvironment *environment = agi_call_get_environment(call);
    g_autoptr(GPtrArray) arguments = make_arguments(route, environment);
    g_autofree char *greeting = make_greeting(environment, arguments);
    Program program;
    gboolean is_done;

    if (!program_start(&program, &route->program, (const char *const *) arguments->pdata, error))
        return FALSE;
    is_done = relay_run(call, &program, &route->relay, greeting, error);
    *status = program_reap(&program);
    g_debug("%s has ended: %d", route->relay.name, *status);
    return is_done;
}

/* Runs the program within its own time, if that is shorter than the call's. */
static gboolean
run_in_time(AgiCall *call, const Route *route, int *status, GError **error)
{
    gdouble left = agi_call_get_time_left(call);
    gint64 started = g_get_monotonic_time();
    gboolean is_done;

    if (route->time_limit <= 0 || route->time_limit >= left)
        return run_program(call, route, status, error);
    agi_call_set_deadline(call, route->time_limit);
    is_done = run_program(call, route, status, error);
    left -= (gdouble) (g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    agi_call_set_deadline(call, left < G_MAXDOUBLE / 2 ? MAX(left, 0) : -1);
    return is_done;
}

static void
report_status(AgiCall *call, int status)
{
    g_autofree char *text = g_strdup_printf("%d", status);
    g_autoptr(GError) reason = NULL;

    if (!agi_set_variable(call, STATUS_VARIABLE, text, &reason))
        g_debug("The channel could not be told of exit code %d: %s", status, reason->message);
}

static gboolean
exec_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    int status = -1;
    gboolean is_done = run_in_time(call, route, &status, error);

    if (status >= 0)
        report_status(call, status);
    if (!is_done || status == 0 || !route->fail_on_exit_code)
        return is_done;
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "%s ended with exit code %d",
                route->relay.name, status);
    return FALSE;
}

/* --- Its settings --- */

static gboolean
read_program(Route *route, const CapellaSettings *settings, GError **error)
{
    const char *path = capella_settings_get_text(settings, "program");
    const char *folder = capella_settings_get_text(settings, "folder");

    if (!g_path_is_absolute(path)) {
        capella_settings_set_error(settings, "program", error, "\"%s\" is no absolute path", path);
        return FALSE;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        capella_settings_set_error(settings, "program", error, "there is no file %s", path);
        return FALSE;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) {
        capella_settings_set_error(settings, "program", error,
                                   "%s is not executable for the daemon; try chmod +x", path);
        return FALSE;
    }
    if (folder != NULL && !g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        capella_settings_set_error(settings, "folder", error, "there is no folder %s", folder);
        return FALSE;
    }
    route->program.path = path;
    route->program.folder = folder;
    route->relay.name = strrchr(path, '/') + 1;
    return TRUE;
}

static gboolean
read_environment(Route *route, const CapellaSettings *settings, GError **error)
{
    const char *const *assignments = capella_settings_get_texts(settings, "environment");
    char **environment = g_get_environ();

    for (guint i = 0; i < G_N_ELEMENTS(private_variables); i++)
        environment = g_environ_unsetenv(environment, private_variables[i]);
    for (; *assignments != NULL; assignments++) {
        const char *equals = strchr(*assignments, '=');
        g_autofree char *name = NULL;

        if (equals == NULL || equals == *assignments) {
            capella_settings_set_error(settings, "environment", error,
                                       "\"%s\" is not of the form NAME=VALUE", *assignments);
            g_strfreev(environment);
            return FALSE;
        }
        name = g_strndup(*assignments, (gsize) (equals - *assignments));
        environment = g_environ_setenv(environment, name, equals + 1, TRUE);
    }
    route->program.environment = environment;
    return TRUE;
}

static void
read_conduct(Route *route, const CapellaSettings *settings)
{
    route->arguments = capella_settings_get_texts(settings, "arguments");
    route->time_limit = capella_settings_get_number(settings, "time_limit");
    route->fail_on_exit_code = capella_settings_get_boolean(settings, "fail_on_exit_code");
    route->relay.hangup_signal = capella_settings_get_boolean(settings, "hangup_signal");
    route->relay.hangup_line = capella_settings_get_boolean(settings, "hangup_line");
    route->relay.hangup_grace = capella_settings_get_number(settings, "hangup_grace");
    route->relay.kill_grace = capella_settings_get_number(settings, "kill_grace");
    route->relay.log_lines = capella_settings_get_integer(settings, "log_lines");
}

static void
exec_release(gpointer data)
{
    Route *route = data;

    g_strfreev(route->program.environment);
    g_free(route);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Route, exec_release)

static gpointer
exec_configure(const CapellaSettings *settings, gpointer state, GError **error)
{
    g_autoptr(Route) route = g_new0(Route, 1);

    route->relay.daemon = state;
    read_conduct(route, settings);
    if (!read_program(route, settings, error) || !read_environment(route, settings, error))
        return NULL;
    return g_steal_pointer(&route);
}

/* The module keeps nothing but whom to ask. */
static gpointer
exec_load(CapellaDaemon *daemon, G_GNUC_UNUSED const CapellaSettings *settings,
          G_GNUC_UNUSED GError **error)
{
    return daemon;
}

static const CapellaSetting exec_settings[] = {
    {.name = "program",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "the program to run, an absolute path"},
    {.name = "arguments",
     .kind = CAPELLA_SETTING_TEXTS,
     .summary = "its arguments; those of AGI() come behind them"},
    {.name = "folder",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the folder it runs in; by default the daemon's"},
    {.name = "environment",
     .kind = CAPELLA_SETTING_TEXTS,
     .summary = "what its environment has beyond the daemon's: NAME=VALUE"},
    {.name = "time_limit",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 31536000,
     .summary = "seconds after which it is ended; 0: none but the route's deadline"},
    {.name = "hangup_signal",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "send it SIGHUP when the caller hangs up, as Asterisk does"},
    {.name = "hangup_line",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "write it a line HANGUP when the caller hangs up, as to a FastAGI server"},
    {.name = "hangup_grace",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0,
     .maximum = 31536000,
     .summary = "seconds that it may go on after the hangup; 0: as long as it likes"},
    {.name = "kill_grace",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "2",
     .minimum = 0,
     .maximum = 3600,
     .summary = "seconds from SIGTERM to SIGKILL when it is ended"},
    {.name = "log_lines",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1000",
     .minimum = 0,
     .maximum = 1000000,
     .summary = "most lines of its standard error that are logged of one call"},
    {.name = "fail_on_exit_code",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "whether an exit code other than 0 is a failure, as in AGI()"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "exec",
     .summary = "Runs an AGI program that talks on its standard input and output",
     .settings = exec_settings,
     .run = exec_run,
     .configure = exec_configure,
     .release = exec_release},
    {0},
};

CAPELLA_MODULE("exec", "1.0", handlers, .load = exec_load);
