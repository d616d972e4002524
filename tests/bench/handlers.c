/* handlers.c - the calls that make bench measures, as handlers: what scripts.c says, byte for byte.
 */

#include <capella/module.h>

/* An interactive call: eight commands. */
static gboolean
ivr8_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    g_autofree char *number = NULL;
    g_autofree char *digits = NULL;

    return agi_answer(call, error) && agi_get_variable(call, "CALLERID(num)", &number, error) &&
           agi_set_variable(call, "BENCH_STEP", "greeting", error) &&
           agi_stream_file(call, "welcome", "", NULL, error) &&
           agi_get_data(call, "enter-number", 5, 4, &digits, NULL, error) &&
           agi_say_digits(call, digits, "", NULL, error) &&
           agi_verbose(call, "number 1234", 3, error) && agi_hangup(call, error);
}

/* The shortest call that does something: two commands. */
static gboolean
hello2_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    return agi_answer(call, error) && agi_hangup(call, error);
}

static const char *const names_read[] = {
    "BENCH_READ_1", "BENCH_READ_2", "BENCH_READ_3", "BENCH_READ_4",
    "BENCH_READ_5", "BENCH_READ_6", NULL,
};

static const char *const names_written[] = {
    "BENCH_WRITE_1",
    "BENCH_WRITE_2",
    "BENCH_WRITE_3",
    "BENCH_WRITE_4",
    "BENCH_WRITE_5",
    "BENCH_WRITE_6",
    "BENCH_WRITE_7",
    "BENCH_WRITE_8",
    "BENCH_WRITE_9",
    "BENCH_WRITE_10",
    NULL,
};

static const char *const values_written[] = {
    "value-1", "value-2", "value-3", "value-4",  "value-5", "value-6",
    "value-7", "value-8", "value-9", "value-10", NULL,
};

/* A decision: six variables read, ten set, one by one. */
static gboolean
decide16_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    for (guint i = 0; names_read[i] != NULL; i++) {
        g_autofree char *value = NULL;

        if (!agi_get_variable(call, names_read[i], &value, error))
            return FALSE;
    }
    for (guint i = 0; names_written[i] != NULL; i++)
        if (!agi_set_variable(call, names_written[i], values_written[i], error))
            return FALSE;
    return TRUE;
}

/* The same decision in as few exchanges as can be. */
static gboolean
decide16_many_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    g_auto(GStrv) values = NULL;

    return agi_get_variables(call, names_read, &values, error) &&
           agi_set_variables(call, names_written, values_written, error);
}

static const CapellaHandler handlers[] = {
    {.name = "ivr8", .summary = "Eight commands of an interactive call", .run = ivr8_run},
    {.name = "hello2", .summary = "Answers and hangs up", .run = hello2_run},
    {.name = "decide16", .summary = "Reads 6 and sets 10 variables", .run = decide16_run},
    {.name = "decide16-many", .summary = "Likewise, many at once", .run = decide16_many_run},
    {0},
};

CAPELLA_MODULE("bench", "1.0", handlers);
