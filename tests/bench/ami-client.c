/* ami-client.c - what libcapella makes of a flood of events, and how many actions it sends. */

#include "histogram.h"

#include <capella/ami.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How often the main loop is asked whether it is still there, in milliseconds. */
#define TICK 1

typedef struct {
    AmiClient *client;
    GMainLoop *loop;
    Histogram latency; /* of ticks that come late */
    gint64 tick_due;
    guint64 events;
    guint64 wanted;
    guint64 in_flight;
    guint64 sent;
    guint64 answered;
    glong early_rss; /* KiB, after a tenth of it */
    glong late_rss;
    gboolean is_over;
} Bench;

static gdouble
cpu_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (gdouble) time.tv_sec + (gdouble) time.tv_nsec / 1e9;
}

static glong
resident_kib(void)
{
    g_autofree char *text = NULL;
    const char *line;

    if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL) ||
        (line = strstr(text, "VmRSS:")) == NULL)
        return 0;
    return strtol(line + strlen("VmRSS:"), NULL, 10);
}

static void
die(const char *what, const GError *error)
{
    fprintf(stderr, "ami-client: %s: %s\n", what, error != NULL ? error->message : "?");
    exit(EXIT_FAILURE);
}

/* A timer beside the flood: how late it comes is how long everything else on the loop waits. */
static gboolean
tick(gpointer data)
{
    Bench *bench = data;
    gint64 now = g_get_monotonic_time();

    histogram_add(&bench->latency, (now - bench->tick_due) * 1000);
    bench->tick_due = now + TICK * 1000;
    return G_SOURCE_CONTINUE;
}

static void
take_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer data)
{
    Bench *bench = data;

    if (++bench->events == bench->wanted / 10)
        bench->early_rss = resident_kib();
    if (bench->events <= bench->wanted)
        return;
    bench->late_rss = resident_kib();
    bench->is_over = strcmp(ami_message_get_event(event), "FloodEnd") == 0;
    g_main_loop_quit(bench->loop);
}

static void
report_latency(const Bench *bench)
{
    printf(" loop_p99_us=%.0f loop_max_us=%.0f",
           (gdouble) histogram_get_quantile(&bench->latency, 0.99) / 1000,
           (gdouble) bench->latency.maximum / 1000);
}

static void
begin_flood(Bench *bench, const char *events)
{
    AmiAction *action = ami_action_new_with("Flood", "Events", events, NULL);

    ami_action_set_timeout(action, 0);
    ami_client_send_async(bench->client, action, NULL, NULL, NULL);
    bench->tick_due = g_get_monotonic_time() + TICK * 1000;
    g_timeout_add_full(G_PRIORITY_DEFAULT, TICK, tick, bench, NULL);
}

static void
run_events(Bench *bench, const char *events)
{
    gint64 started = g_get_monotonic_time();
    gdouble cpu = cpu_seconds();
    gdouble seconds;

    bench->wanted = g_ascii_strtoull(events, NULL, 10);
    ami_client_subscribe(bench->client, NULL, take_event, bench, NULL);
    begin_flood(bench, events);
    g_main_loop_run(bench->loop);
    seconds = (gdouble) (g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    if (!bench->is_over)
        die("the flood", NULL);
    printf("events=%" G_GUINT64_FORMAT " events_per_s=%.0f cpu_ns_per_event=%.0f", bench->wanted,
           (gdouble) bench->wanted / seconds,
           (cpu_seconds() - cpu) * 1e9 / (gdouble) bench->wanted);
    report_latency(bench);
    printf(" rss_kib=%ld grown_kib=%ld\n", bench->late_rss, bench->late_rss - bench->early_rss);
}

static void send_one(Bench *bench);

static void
take_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Bench *bench = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);

    if (reply == NULL)
        die("an action", error);
    if (++bench->answered == bench->wanted)
        g_main_loop_quit(bench->loop);
    else if (bench->sent < bench->wanted)
        send_one(bench);
}

static void
send_one(Bench *bench)
{
    bench->sent++;
    ami_client_send_async(bench->client,
                          ami_action_new_with("Setvar", "Channel", "PJSIP/alice-00000001",
                                              "Variable", "COUNT", "Value", "1", NULL),
                          NULL, take_answer, bench);
}

static void
run_actions(Bench *bench, const char *count, const char *in_flight)
{
    gint64 started = g_get_monotonic_time();
    gdouble cpu = cpu_seconds();

    bench->wanted = g_ascii_strtoull(count, NULL, 10);
    bench->in_flight = g_ascii_strtoull(in_flight, NULL, 10);
    for (guint64 i = 0; i < bench->in_flight; i++)
        send_one(bench);
    g_main_loop_run(bench->loop);
    printf("actions=%" G_GUINT64_FORMAT " in_flight=%" G_GUINT64_FORMAT
           " actions_per_s=%.0f cpu_us_per_action=%.2f\n",
           bench->wanted, bench->in_flight,
           (gdouble) bench->wanted * G_USEC_PER_SEC / (gdouble) (g_get_monotonic_time() - started),
           (cpu_seconds() - cpu) * 1e6 / (gdouble) bench->wanted);
}

/* The life of a connection is no figure. */
static GLogWriterOutput
write_warnings(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    if (level > G_LOG_LEVEL_WARNING)
        return G_LOG_WRITER_HANDLED;
    return g_log_writer_default(level, fields, n_fields, data);
}

int
main(int argc, char *argv[])
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(GError) error = NULL;
    Bench bench = {.loop = loop};

    if (argc < 4 || (strcmp(argv[2], "events") != 0 && argc != 5)) {
        fprintf(stderr, "usage: ami-client PORT events NUMBER | actions NUMBER IN-FLIGHT\n");
        return EXIT_FAILURE;
    }
    g_log_set_writer_func(write_warnings, NULL, NULL);
    client = ami_client_new("127.0.0.1", (guint16) g_ascii_strtoull(argv[1], NULL, 10));
    ami_client_set_user(client, "bench");
    ami_client_set_secret(client, "bench");
    if (!ami_client_connect(client, NULL, &error))
        die("cannot connect", error);
    bench.client = client;
    if (strcmp(argv[2], "events") == 0)
        run_events(&bench, argv[3]);
    else
        run_actions(&bench, argv[3], argv[4]);
    ami_client_stop(client);
    return EXIT_SUCCESS;
}
