/* main.c - capellad: reads the command line, starts the server, and obeys signals. */

#include "capellad/log.h"
#include "capellad/notify.h"
#include "capellad/server.h"
#include "config.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
    char *configuration;
    char *log_level;
    gboolean check;
    gboolean foreground;
    gboolean version;
} Options;

typedef struct {
    Server *server;
    GMainLoop *loop;
    gboolean is_stopping;
} Daemon;

static const char description[] =
    "Signals:\n"
    "  SIGTERM, SIGINT   stop: no new calls, running ones may end; a second one ends at once\n"
    "  SIGUSR1           open the log file anew, after it was rotated\n"
    "\n"
    "Exit codes: 0 stopped as asked; 64 wrong command line; 69 cannot listen; 78 wrong\n"
    "configuration.\n"
    "\n"
    "See capellad(8) and capellad.conf(5).";

static gboolean
parse_options(Options *options, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->configuration,
         "Configuration file (default: " CAPELLA_CONFIGURATION_FILE ")", "FILE"},
        {"check", 0, 0, G_OPTION_ARG_NONE, &options->check,
         "Check the configuration and its modules, say what is wrong, and end", NULL},
        {"foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground,
         "Log to stderr, whatever the configuration says", NULL},
        {"log-level", 'l', 0, G_OPTION_ARG_STRING, &options->log_level,
         "Least important lines to log: error, warning, message, info or debug", "LEVEL"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "Show the version and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- serve FastAGI calls");
    g_autoptr(GError) error = NULL;
    GLogLevelFlags level;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, description);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        fprintf(stderr, "capellad: %s; try capellad --help\n", error->message);
        return FALSE;
    }
    if (*argc > 1) {
        fprintf(stderr, "capellad: \"%s\" is no option; try capellad --help\n", (*argv)[1]);
        return FALSE;
    }
    if (options->log_level == NULL)
        return TRUE;
    if (!log_parse_level(options->log_level, &level)) {
        fprintf(stderr,
                "capellad: \"%s\" is no level; there are error, warning, message, info, debug\n",
                options->log_level);
        return FALSE;
    }
    log_set_level(level);
    return TRUE;
}

static void
options_clear(Options *options)
{
    g_free(options->configuration);
    g_free(options->log_level);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* The configuration. */

static Configuration *
load(const char *path, Server *server, GPtrArray *problems)
{
    return configuration_load(path, server_get_daemon(server), problems);
}

static void
report_problems(const char *path, const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++)
        g_critical("%s", (const char *) g_ptr_array_index(problems, i));
    g_critical("%s: %u %s; nothing was started", path, problems->len,
               problems->len == 1 ? "problem" : "problems");
}

static int
check(const char *path, Server *server)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Configuration) configuration = load(path, server, problems);

    for (guint i = 0; i < problems->len; i++)
        fprintf(stderr, "%s\n", (const char *) g_ptr_array_index(problems, i));
    if (configuration == NULL) {
        fprintf(stderr, "%s: %u %s\n", path, problems->len,
                problems->len == 1 ? "problem" : "problems");
        return EX_CONFIG;
    }
    printf("%s: good; %u modules, %u routes\n", path, configuration->modules->len,
           routes_get_length(configuration->routes));
    return EX_OK;
}

/* Signals. */

static void
on_stopped(gpointer user_data)
{
    Daemon *daemon = user_data;

    g_main_loop_quit(daemon->loop);
}

static gboolean
on_terminate(gpointer user_data)
{
    Daemon *daemon = user_data;

    if (daemon->is_stopping) {
        g_warning("Told to stop again: ending at once");
        _exit(EX_OK);
    }
    daemon->is_stopping = TRUE;
    server_stop(daemon->server, on_stopped, daemon);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_reopen(G_GNUC_UNUSED gpointer user_data)
{
    g_autoptr(GError) error = NULL;

    if (log_reopen(&error))
        g_message("Log file opened anew");
    else
        g_warning("%s; the old one stays in use", error->message);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup_signal(G_GNUC_UNUSED gpointer user_data)
{
    g_message("SIGHUP has no effect in this version; restart to take up a new configuration");
    return G_SOURCE_CONTINUE;
}

static int
run(Daemon *daemon, const char *path, const Options *options)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Configuration) configuration = load(path, daemon->server, problems);
    g_autoptr(GError) error = NULL;

    if (configuration == NULL) {
        report_problems(path, problems);
        return EX_CONFIG;
    }
    if (options->foreground)
        configuration->log_target = LOG_TARGET_STDERR;
    if (!log_open(configuration, &error) || !server_start(daemon->server, configuration, &error)) {
        g_critical("%s", error->message);
        return EX_UNAVAILABLE;
    }
    g_unix_signal_add(SIGTERM, on_terminate, daemon);
    g_unix_signal_add(SIGINT, on_terminate, daemon);
    g_unix_signal_add(SIGUSR1, on_reopen, NULL);
    g_unix_signal_add(SIGHUP, on_hangup_signal, NULL);
    g_message("capellad " PACKAGE_VERSION " serves calls with %u modules and %u routes",
              configuration->modules->len, routes_get_length(configuration->routes));
    notify_ready();
    g_main_loop_run(daemon->loop);
    return EX_OK;
}

/* A pool of memory for each processor is plenty; the library would make eight, and hold on to what
 * a busy hour left in them. */
static void
limit_arenas(void)
{
    mallopt(M_ARENA_MAX, (int) g_get_num_processors());
}

int
main(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    g_autoptr(Server) server = NULL;
    g_autoptr(GMainLoop) loop = NULL;
    Daemon daemon = {0};
    const char *path;

    setlocale(LC_ALL, "");
    limit_arenas();
    log_start();
    if (!parse_options(&options, &argc, &argv))
        return EX_USAGE;
    if (options.version) {
        printf("capellad %s\n", PACKAGE_VERSION);
        return EX_OK;
    }
    path = options.configuration != NULL ? options.configuration : CAPELLA_CONFIGURATION_FILE;
    server = server_new();
    if (options.check)
        return check(path, server);
    /* From before the first handler can run: a thread that waits for an Asterisk may run a main
     * context that is nobody's. */
    g_main_context_acquire(NULL);
    loop = g_main_loop_new(NULL, FALSE);
    daemon.server = server;
    daemon.loop = loop;
    return run(&daemon, path, &options);
}
