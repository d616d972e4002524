/* load.c - the load generator: places FastAGI calls at a server on loopback and measures it. */

#include "caller.h"
#include "server-process.h"
#include <arpa/inet.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { DEFAULT_PORT = 4573, DESCRIPTORS = 65536, MAXIMUM_CALLS = 30000 };

/* Seconds: how long running calls may take to end, and held ones to get there. */
#define PATIENCE    20.0
#define NANOSECONDS 1e9

typedef struct {
    char *url;
    int at_once;
    int in_all;
    gdouble seconds;
    gdouble warm_up;
    int segments;
    int sources;
    int expected;
    int pid;
    gboolean no_hangup_lines;
    char *hold;
} Options;

typedef struct {
    gint64 wall;
    gdouble server;
    gdouble own;
} Moment;

typedef struct {
    Options options;
    Caller *caller;
    clockid_t server_clock;
} Load;

static gdouble
get_own_seconds(void)
{
    return server_process_get_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static Moment
take_moment(const Load *load)
{
    return (Moment){
        .wall = caller_now(),
        .server = load->options.pid == 0 ? 0 : server_process_get_seconds(load->server_clock),
        .own = get_own_seconds(),
    };
}

static void
print_histogram(const char *name, const Histogram *histogram)
{
    printf(" %s_p50_us=%.1f %s_p99_us=%.1f %s_max_us=%.1f", name,
           (gdouble) histogram_get_quantile(histogram, 0.5) / 1e3, name,
           (gdouble) histogram_get_quantile(histogram, 0.99) / 1e3, name,
           (gdouble) histogram->maximum / 1e3);
}

/* One line of name=value pairs, for people and for awk. */
static void
print_results(const Load *load, const CallerCounts *counts, const Moment *begin, const Moment *end)
{
    gdouble seconds = (gdouble) (end->wall - begin->wall) / NANOSECONDS;
    gdouble calls = (gdouble) MAX(counts->calls, 1);

    printf("calls=%" G_GUINT64_FORMAT " seconds=%.3f calls_per_s=%.0f commands_per_s=%.0f",
           counts->calls, seconds, (gdouble) counts->calls / seconds,
           (gdouble) counts->commands / seconds);
    print_histogram("turn_around", &counts->turn_around);
    print_histogram("first", &counts->first_command);
    printf(" connect_max_us=%.1f", (gdouble) counts->connect.maximum / 1e3);
    printf(" failures=%" G_GUINT64_FORMAT " refusals=%" G_GUINT64_FORMAT
           " resets=%" G_GUINT64_FORMAT " bytes_per_call=%.1f load_busy=%.2f",
           counts->failures, counts->refusals, counts->resets, (gdouble) counts->bytes / calls,
           (end->own - begin->own) / seconds);
    if (load->options.pid != 0)
        printf(" server_busy=%.2f server_s_per_1000=%.4f", (end->server - begin->server) / seconds,
               (end->server - begin->server) / calls * 1000);
    printf("\n");
}

static gboolean
run_for(Load *load, gdouble seconds, GError **error)
{
    gint64 end = caller_now() + (gint64) (seconds * NANOSECONDS);

    while (caller_now() < end)
        if (!caller_step(load->caller, error))
            return FALSE;
    return TRUE;
}

/* Opens no more calls and waits for those under way; those that do not end are failures. */
static gboolean
run_to_end(Load *load, guint64 in_all, GError **error)
{
    CallerCounts *counts = caller_get_counts(load->caller);
    guint64 commands = counts->commands;
    gint64 last_progress = caller_now();

    caller_set_target(load->caller, in_all == 0 ? 0 : (guint) load->options.at_once, in_all);
    do {
        if (!caller_step(load->caller, error))
            return FALSE;
        if (counts->commands != commands) {
            commands = counts->commands;
            last_progress = caller_now();
        }
        if ((gdouble) (caller_now() - last_progress) > PATIENCE * NANOSECONDS) {
            counts->failures += caller_get_open(load->caller);
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "%u calls did not end: no command for %.0f seconds",
                        caller_get_open(load->caller), PATIENCE);
            return FALSE;
        }
    } while (!caller_is_done(load->caller));
    return TRUE;
}

/* A number of calls, measured from the first to the last. */
static gboolean
measure_count(Load *load, GError **error)
{
    Moment begin = take_moment(load), end;
    gboolean is_done = run_to_end(load, (guint64) load->options.in_all, error);

    end = take_moment(load);
    print_results(load, caller_get_counts(load->caller), &begin, &end);
    return is_done;
}

/* Some seconds out of a steady stream of calls. */
static gboolean
measure_time(Load *load, GError **error)
{
    g_autofree CallerCounts *counts = NULL;
    Moment begin, end;

    caller_set_target(load->caller, (guint) load->options.at_once, G_MAXUINT64);
    if (!run_for(load, load->options.warm_up, error))
        return FALSE;
    memset(caller_get_counts(load->caller), 0, sizeof(CallerCounts));
    begin = take_moment(load);
    if (!run_for(load, load->options.seconds, error))
        return FALSE;
    end = take_moment(load);
    counts = g_memdup2(caller_get_counts(load->caller), sizeof *counts);
    print_results(load, counts, &begin, &end);
    return run_to_end(load, 0, error);
}

static gboolean
hold(Load *load, guint number, GError **error)
{
    gint64 end = caller_now() + (gint64) (PATIENCE * NANOSECONDS);

    caller_set_target(load->caller, number, G_MAXUINT64);
    while (caller_get_held(load->caller) < number) {
        if (!caller_step(load->caller, error))
            return FALSE;
        if (caller_now() > end) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "of %u calls to hold only %u got to a first command", number,
                        caller_get_held(load->caller));
            return FALSE;
        }
    }
    return TRUE;
}

/* Holds ever more calls and says what each has cost since there was none. */
static gboolean
measure_memory(Load *load, GError **error)
{
    g_auto(GStrv) levels = g_strsplit(load->options.hold, ",", -1);
    guint64 rss_before, pss_before, rss, pss;

    if (!server_process_get_memory(load->options.pid, &rss_before, &pss_before, error))
        return FALSE;
    caller_set_hold(load->caller, TRUE);
    for (guint i = 0; levels[i] != NULL; i++) {
        guint number = (guint) g_ascii_strtoull(levels[i], NULL, 10);

        if (!hold(load, number, error) ||
            !server_process_get_memory(load->options.pid, &rss, &pss, error))
            return FALSE;
        printf("held=%u rss_kib=%" G_GUINT64_FORMAT " pss_kib=%" G_GUINT64_FORMAT
               " rss_kib_per_call=%.2f pss_kib_per_call=%.2f\n",
               number, rss, pss, ((gdouble) rss - (gdouble) rss_before) / number,
               ((gdouble) pss - (gdouble) pss_before) / number);
    }
    caller_set_target(load->caller, 0, 0);
    caller_set_hold(load->caller, FALSE);
    return run_to_end(load, 0, error);
}

/* As many descriptors as calls may need; root may ask for more than the hard limit. */
static void
raise_descriptor_limit(void)
{
    struct rlimit limit = {.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS};

    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* agi://127.x.y.z[:PORT]/SCRIPT. Other hosts are not for us to load. */
static gboolean
parse_url(const char *url, struct sockaddr_in *server, char **script, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, error);
    int port;

    if (uri == NULL)
        return FALSE;
    port = g_uri_get_port(uri);
    server->sin_family = AF_INET;
    server->sin_port = htons((in_port_t) (port == -1 ? DEFAULT_PORT : port));
    if (g_uri_get_host(uri) == NULL ||
        inet_pton(AF_INET, g_uri_get_host(uri), &server->sin_addr) != 1 ||
        ntohl(server->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "“%s” is not on this machine: say agi://127.0.0.1:PORT/SCRIPT", url);
        return FALSE;
    }
    *script = g_strdup(g_uri_get_path(uri)[0] == '/' ? g_uri_get_path(uri) + 1 : "");
    return TRUE;
}

static gboolean
check_options(const Options *options, GError **error)
{
    const char *wrong = NULL;

    if (options->at_once < 1 || options->at_once > MAXIMUM_CALLS)
        wrong = "--at-once takes 1 to 30000";
    else if (options->hold != NULL && options->pid == 0)
        wrong = "--hold needs --pid, the server's process";
    else if (options->segments < 0 || options->in_all < 0 || options->expected < 0)
        wrong = "negative numbers make no sense here";
    else if (options->sources < 1 || options->sources > 254)
        wrong = "--sources takes 1 to 254";
    else if (options->seconds <= 0 || options->warm_up < 0)
        wrong = "times are positive";
    if (wrong != NULL)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, wrong);
    return wrong == NULL;
}

static gboolean
parse_options(Options *options, int *argc, char ***argv, GError **error)
{
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"at-once", 'n', 0, G_OPTION_ARG_INT, &options->at_once, "Keep N calls open (default 64)", "N"},
        {"count", 'c', 0, G_OPTION_ARG_INT, &options->in_all, "Place N calls, instead of some seconds of them", "N"},
        {"time", 't', 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Measure for so many seconds (default 2)", "SECONDS"},
        {"warm-up", 'w', 0, G_OPTION_ARG_DOUBLE, &options->warm_up, "Before that, so many uncounted ones (default 0.3)", "SECONDS"},
        {"segments", 's', 0, G_OPTION_ARG_INT, &options->segments, "Send the environment in N pieces; 0, the default, is line by line, as Asterisk does", "N"},
        {"no-hangup-lines", 0, 0, G_OPTION_ARG_NONE, &options->no_hangup_lines, "Leave out the HANGUP lines that Asterisk sends behind HANGUP and at the end", NULL},
        {"sources", 0, 0, G_OPTION_ARG_INT, &options->sources, "Call from N loopback addresses in turn (default 1)", "N"},
        {"expect", 'e', 0, G_OPTION_ARG_INT, &options->expected, "A call with another number of commands failed", "N"},
        {"pid", 'p', 0, G_OPTION_ARG_INT, &options->pid, "The server's process, to measure what it costs", "PID"},
        {"hold", 'H', 0, G_OPTION_ARG_STRING, &options->hold, "Hold so many calls in mid-command, in steps such as 1000,10000, and measure the server's memory", "NUMBERS"},
        {NULL},
    };
    /* clang-format on */
    g_autoptr(GOptionContext) context = g_option_context_new("agi://127.0.0.1:PORT/SCRIPT");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc != 2) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                            "say where to call: agi://127.0.0.1:PORT/SCRIPT");
        return FALSE;
    }
    options->url = (*argv)[1];
    return check_options(options, error);
}

static guint
get_most_calls(const Options *options)
{
    g_auto(GStrv) levels = g_strsplit(options->hold == NULL ? "" : options->hold, ",", -1);
    guint most = (guint) options->at_once;

    for (guint i = 0; levels[i] != NULL; i++)
        most = MAX(most, (guint) g_ascii_strtoull(levels[i], NULL, 10));
    return MIN(most, MAXIMUM_CALLS);
}

static gboolean
measure(Load *load, GError **error)
{
    if (load->options.hold != NULL)
        return measure_memory(load, error);
    return load->options.in_all > 0 ? measure_count(load, error) : measure_time(load, error);
}

static gboolean
check_counts(const CallerCounts *counts, GError **error)
{
    if (counts->failures == 0 && counts->refusals == 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                "%" G_GUINT64_FORMAT " calls failed, %" G_GUINT64_FORMAT " were refused",
                counts->failures, counts->refusals);
    return FALSE;
}

static gboolean
run(Load *load, GError **error)
{
    const Options *options = &load->options;
    g_autoptr(AsteriskEnvironment) environment = NULL;
    g_autoptr(Caller) caller = NULL;
    g_autofree char *script = NULL;
    CallerOptions caller_options = {.sources = (guint) options->sources,
                                    .has_hangup_lines = !options->no_hangup_lines,
                                    .expected_commands = (guint) options->expected};

    if (!parse_url(options->url, &caller_options.server, &script, error) ||
        (options->pid != 0 && !server_process_get_clock(options->pid, &load->server_clock, error)))
        return FALSE;
    environment = asterisk_environment_new(options->url, script, (guint) options->segments);
    caller_options.environment = environment;
    load->caller = caller = caller_new(&caller_options, get_most_calls(options));
    return measure(load, error) && check_counts(caller_get_counts(caller), error);
}

int
main(int argc, char *argv[])
{
    Load load = {.options = {.at_once = 64, .seconds = 2, .warm_up = 0.3, .sources = 1}};
    g_autoptr(GError) error = NULL;
    gboolean is_good;

    raise_descriptor_limit();
    is_good = parse_options(&load.options, &argc, &argv, &error) && run(&load, &error);
    if (!is_good)
        fprintf(stderr, "load: %s\n", error->message);
    g_free(load.options.hold);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
