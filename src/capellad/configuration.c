/* configuration.c - the daemon's configuration: read, checked whole, and never changed again. */

#include "capellad/configuration.h"

#include "module/ami-settings.h"
#include "module/config-file.h"

#include <string.h>

/* The rows: every setting there is, but for those of routes and modules. */

static const CapellaSetting listener_rows[] = {
    {.name = "address",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the address to listen on: IPv4, IPv6, or * for all"},
    {.name = "port",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "4573",
     .minimum = 0,
     .maximum = 65535,
     .summary = "the TCP port; 0 lets the system choose one"},
    {.name = "path", .kind = CAPELLA_SETTING_TEXT, .summary = "a Unix socket, instead of address"},
    {.name = "mode",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "0660",
     .summary = "who may use the Unix socket, as for chmod"},
    {.name = "backlog",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 65535,
     .summary = "connections that the kernel keeps before they are accepted; 0: as many as it can"},
    {0},
};

static const CapellaSetting workers_rows[] = {
    {.name = "min",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "4",
     .minimum = 0,
     .maximum = 65536,
     .summary = "worker threads that stay when there is nothing to do"},
    {.name = "max",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "256",
     .minimum = 1,
     .maximum = 65536,
     .summary = "most worker threads, and so most calls served at once"},
    {.name = "burst",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 65536,
     .summary = "calls begun at once, while more of them wait for some milliseconds, so that few "
                "threads serve many short calls; 0: sixteen for each processor"},
    {.name = "batch",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "whether workers leave a busy processor to whoever has it: more calls under load, "
                "and commands that go out some milliseconds later beside other busy programs"},
    {.name = "stack_kib",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "256",
     .minimum = 64,
     .maximum = 65536,
     .summary = "stack of a worker thread, in KiB"},
    {.name = "idle_timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0.1,
     .maximum = 86400,
     .summary = "seconds after which a worker above min that has nothing to do ends"},
    {0},
};

static const CapellaSetting queue_rows[] = {
    {.name = "length",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1024",
     .minimum = 0,
     .maximum = 1000000,
     .summary = "calls that may wait for a worker"},
    {.name = "longest_wait",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "2",
     .minimum = 0.01,
     .maximum = 3600,
     .summary = "seconds that a call waits before it is refused"},
    {0},
};

static const CapellaSetting timeouts_rows[] = {
    {.name = "environment",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "5",
     .minimum = 0.01,
     .maximum = 3600,
     .summary = "seconds for Asterisk to say what the call is"},
    {.name = "command",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0.01,
     .maximum = 86400,
     .summary = "seconds for a command that neither plays nor waits nor dials"},
    {.name = "call",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 31536000,
     .summary = "seconds for a call whose route has no deadline; 0: no limit"},
    {.name = "stuck",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "5",
     .minimum = 0.01,
     .maximum = 86400,
     .summary = "seconds past its deadline after which a handler counts as stuck"},
    {.name = "drain",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0,
     .maximum = 86400,
     .summary = "seconds for running calls to end when the daemon stops"},
    {0},
};

static const char *const log_targets[] = {"auto", "journal", "stderr", "file", NULL};
static const char *const log_levels[] = {"error", "warning", "message", "info", "debug", NULL};

static const CapellaSetting log_rows[] = {
    {.name = "target",
     .kind = CAPELLA_SETTING_CHOICE,
     .fallback = "auto",
     .choices = log_targets,
     .summary = "where to; auto: the journal under systemd, else stderr"},
    {.name = "file", .kind = CAPELLA_SETTING_TEXT, .summary = "the file of target \"file\""},
    {.name = "level",
     .kind = CAPELLA_SETTING_CHOICE,
     .fallback = "message",
     .choices = log_levels,
     .summary = "least important lines that are logged"},
    {.name = "trace",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "log every line of the wire of every call"},
    {0},
};

static const CapellaSetting rows[] = {
    {.name = "listeners",
     .kind = CAPELLA_SETTING_GROUPS,
     .is_required = TRUE,
     .fields = listener_rows,
     .minimum = 1,
     .maximum = 64,
     .summary = "where Asterisk connects"},
    {.name = "allow",
     .kind = CAPELLA_SETTING_TEXTS,
     .fallback = "127.0.0.0/8 ::1",
     .summary = "networks that may connect"},
    {.name = "max_connections",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "20000",
     .minimum = 1,
     .maximum = 1000000,
     .summary = "connections that may at once be new, refused or ending"},
    {.name = "workers",
     .kind = CAPELLA_SETTING_GROUP,
     .fields = workers_rows,
     .summary = "the threads that serve calls"},
    {.name = "queue",
     .kind = CAPELLA_SETTING_GROUP,
     .fields = queue_rows,
     .summary = "calls that wait for a worker"},
    {.name = "timeouts",
     .kind = CAPELLA_SETTING_GROUP,
     .fields = timeouts_rows,
     .summary = "how long things may take"},
    {.name = "log", .kind = CAPELLA_SETTING_GROUP, .fields = log_rows, .summary = "the log"},
    {.name = "ami",
     .kind = CAPELLA_SETTING_GROUPS,
     .fields = ami_settings_rows,
     .summary = "the Asterisks to log in to"},
    {.name = "modules_folder",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = CAPELLA_MODULE_FOLDER,
     .summary = "where modules are looked for"},
    {.name = "modules",
     .kind = CAPELLA_SETTING_GROUPS,
     .fields = module_rows,
     .summary = "the modules to load"},
    {.name = "extensions",
     .kind = CAPELLA_SETTING_GROUPS,
     .fields = route_rows,
     .summary = "which handler serves which call"},
    {.name = "default",
     .kind = CAPELLA_SETTING_GROUP,
     .summary = "the handler of calls that no extension matches"},
    {.name = "include_folder",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a folder whose *.conf files are read too, in the order of their names"},
    {0},
};

static void
listener_settings_free(ListenerSettings *listener)
{
    g_free(listener->address);
    g_free(listener->path);
    g_free(listener);
}

/* Reading what the rows alone can't check. */

static void
read_listener(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    ListenerSettings *listener = g_new0(ListenerSettings, 1);
    const char *mode_text = capella_settings_get_text(settings, "mode");
    guint64 mode;

    g_ptr_array_add(configuration->listeners, listener);
    listener->address = g_strdup(capella_settings_get_text(settings, "address"));
    listener->path = g_strdup(capella_settings_get_text(settings, "path"));
    listener->port = (guint16) capella_settings_get_integer(settings, "port");
    listener->backlog = (int) capella_settings_get_integer(settings, "backlog");
    if ((listener->address != NULL) == (listener->path != NULL))
        capella_settings_add_problem(
            problems, settings, NULL,
            "needs either an address, for TCP, or a path, for a Unix socket");
    if (!g_ascii_string_to_unsigned(mode_text, 8, 0, 0777, &mode, NULL))
        capella_settings_add_problem(problems, settings, "mode",
                                     "is \"%s\", must be octal as \"0660\"", mode_text);
    else
        listener->mode = (guint) mode;
}

static void
read_listeners(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    for (guint i = 0; i < capella_settings_get_count(settings, "listeners"); i++)
        read_listener(configuration, capella_settings_get_item(settings, "listeners", i), problems);
}

static void
read_allow(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *const *texts = capella_settings_get_texts(settings, "allow");

    for (; *texts != NULL; texts++) {
        g_autoptr(GError) error = NULL;
        Network network = {0};

        if (network_parse(&network, *texts, &error))
            g_array_append_val(configuration->allow, network);
        else
            capella_settings_add_problem(problems, settings, "allow", "%s", error->message);
    }
}

static void
read_workers(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    const CapellaSettings *workers = capella_settings_get_group(settings, "workers");
    const CapellaSettings *queue = capella_settings_get_group(settings, "queue");

    configuration->workers_min = (guint) capella_settings_get_integer(workers, "min");
    configuration->workers_max = (guint) capella_settings_get_integer(workers, "max");
    configuration->workers_burst = (guint) capella_settings_get_integer(workers, "burst");
    configuration->workers_batch = capella_settings_get_boolean(workers, "batch");
    if (configuration->workers_burst == 0)
        configuration->workers_burst = 16 * g_get_num_processors();
    configuration->workers_stack =
        (gsize) capella_settings_get_integer(workers, "stack_kib") * 1024;
    configuration->workers_idle_timeout = capella_settings_get_number(workers, "idle_timeout");
    configuration->queue_length = (guint) capella_settings_get_integer(queue, "length");
    configuration->queue_longest_wait = capella_settings_get_number(queue, "longest_wait");
    configuration->max_connections =
        (guint) capella_settings_get_integer(settings, "max_connections");
    if (configuration->workers_min > configuration->workers_max)
        capella_settings_add_problem(problems, workers, "min", "is %u, more than max, which is %u",
                                     configuration->workers_min, configuration->workers_max);
}

static void
read_timeouts(Configuration *configuration, const CapellaSettings *settings)
{
    const CapellaSettings *timeouts = capella_settings_get_group(settings, "timeouts");

    configuration->environment_timeout = capella_settings_get_number(timeouts, "environment");
    configuration->command_timeout = capella_settings_get_number(timeouts, "command");
    configuration->call_timeout = capella_settings_get_number(timeouts, "call");
    configuration->stuck_timeout = capella_settings_get_number(timeouts, "stuck");
    configuration->drain_timeout = capella_settings_get_number(timeouts, "drain");
}

static void
read_log(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    static const GLogLevelFlags levels[] = {G_LOG_LEVEL_CRITICAL, G_LOG_LEVEL_WARNING,
                                            G_LOG_LEVEL_MESSAGE, G_LOG_LEVEL_INFO,
                                            G_LOG_LEVEL_DEBUG};
    const CapellaSettings *log = capella_settings_get_group(settings, "log");

    configuration->log_target = (LogTarget) capella_settings_get_choice(log, "target", log_targets);
    configuration->log_file = g_strdup(capella_settings_get_text(log, "file"));
    configuration->log_level = levels[capella_settings_get_choice(log, "level", log_levels)];
    configuration->trace = capella_settings_get_boolean(log, "trace");
    if (configuration->log_target == LOG_TARGET_FILE && configuration->log_file == NULL)
        capella_settings_add_problem(problems, log, "file", "is missing, and target is \"file\"");
}

/* Whether all of them could be loaded. */
static gboolean
read_modules(Configuration *configuration, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *folder = capella_settings_get_text(settings, "modules_folder");
    gboolean all_loaded = TRUE;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < capella_settings_get_count(settings, "modules"); i++) {
        CapellaSettings *item =
            (CapellaSettings *) capella_settings_get_item(settings, "modules", i);
        Module *module = module_new(item, folder, &configuration->daemon, problems);

        if (module == NULL) {
            all_loaded = FALSE;
            continue;
        }
        g_ptr_array_add(configuration->modules, module);
        if (!g_hash_table_add(names, (gpointer) module_get_name(module)))
            capella_settings_add_problem(
                problems, item, "name",
                "\"%s\" is the name of another module too; give this one a name "
                "of its own",
                module_get_name(module));
    }
    return all_loaded;
}

/* Loading. */

static void
check_rows(CapellaSettings *settings, GPtrArray *problems)
{
    CapellaSettings *fallback_route;

    capella_settings_check(settings, rows, problems);
    fallback_route = (CapellaSettings *) capella_settings_get_group(settings, "default");
    if (fallback_route != NULL)
        capella_settings_check(fallback_route, default_route_rows, problems);
}

Configuration *
configuration_load(const char *path, const CapellaDaemon *daemon, GPtrArray *problems)
{
    g_autoptr(Configuration) configuration = g_atomic_rc_box_new0(Configuration);
    CapellaSettings *settings = config_file_read_all(path, problems);
    gboolean all_loaded;

    configuration->settings = settings;
    configuration->listeners =
        g_ptr_array_new_with_free_func((GDestroyNotify) listener_settings_free);
    configuration->allow = g_array_new(FALSE, FALSE, sizeof(Network));
    configuration->modules = g_ptr_array_new_with_free_func((GDestroyNotify) module_free);
    if (settings == NULL)
        return NULL;
    check_rows(settings, problems);
    read_listeners(configuration, settings, problems);
    read_allow(configuration, settings, problems);
    read_workers(configuration, settings, problems);
    read_timeouts(configuration, settings);
    read_log(configuration, settings, problems);
    configuration->asterisks = asterisks_new(settings, problems);
    configuration->daemon = *daemon;
    configuration->daemon.asterisks = configuration->asterisks;
    all_loaded = read_modules(configuration, settings, problems);
    configuration->routes = routes_new(settings, configuration->modules, all_loaded, problems);
    return problems->len == 0 ? g_steal_pointer(&configuration) : NULL;
}

Configuration *
configuration_ref(Configuration *configuration)
{
    return g_atomic_rc_box_acquire(configuration);
}

static void
configuration_clear(gpointer data)
{
    Configuration *configuration = data;

    g_clear_pointer(&configuration->routes, routes_free);
    g_clear_pointer(&configuration->modules, g_ptr_array_unref);
    g_clear_pointer(&configuration->asterisks, g_ptr_array_unref);
    g_clear_pointer(&configuration->settings, capella_settings_free);
    g_clear_pointer(&configuration->allow, g_array_unref);
    g_clear_pointer(&configuration->listeners, g_ptr_array_unref);
    g_clear_pointer(&configuration->log_file, g_free);
}

void
configuration_unref(Configuration *configuration)
{
    g_atomic_rc_box_release_full(configuration, configuration_clear);
}
