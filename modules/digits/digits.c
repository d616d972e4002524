/* digits.c - asks for digits and repeats them; counts its calls, to show what a module can keep. */

#include <capella/module.h>
#include <stdatomic.h>
#include <string.h>

/* An instance of the module. Any thread. */
typedef struct {
    atomic_uint calls;
} Digits;

/* A route to one of its handlers. */
typedef struct {
    Digits *digits;
    const CapellaSettings *settings;
} Route;

static guint
count_call(const Route *route)
{
    return atomic_fetch_add(&route->digits->calls, 1) + 1;
}

/* --- read --- */

/* Asks until there are digits enough, at most so often as the settings allow. What came at last is
 * returned, if only an empty text. */
static gboolean
ask(AgiCall *call, const CapellaSettings *settings, char **digits, GError **error)
{
    const char *invalid = capella_settings_get_text(settings, "invalid");
    gint64 attempts = capella_settings_get_integer(settings, "attempts");
    gsize minimum = (gsize) capella_settings_get_integer(settings, "minimum");

    for (gint64 i = 0; i < attempts; i++) {
        g_clear_pointer(digits, g_free);
        if (!agi_get_data(call, capella_settings_get_text(settings, "prompt"),
                          capella_settings_get_number(settings, "timeout"),
                          (guint) capella_settings_get_integer(settings, "maximum"), digits, NULL,
                          error))
            return FALSE;
        if (strlen(*digits) >= minimum)
            return TRUE;
        if (invalid != NULL && !agi_stream_file(call, invalid, "", NULL, error))
            return FALSE;
    }
    g_clear_pointer(digits, g_free);
    *digits = g_strdup("");
    return TRUE;
}

/* SAY DIGITS takes no text that begins with a star. */
static gboolean
repeat(AgiCall *call, const char *digits, GError **error)
{
    if (g_ascii_isdigit(*digits))
        return agi_say_digits(call, digits, "", NULL, error);
    return *digits == '\0' || agi_say_alpha(call, digits, "", NULL, error);
}

static gboolean
read_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    const CapellaSettings *settings = route->settings;
    g_autofree char *digits = NULL;

    count_call(route);
    agi_call_set_confidential(call, capella_settings_get_boolean(settings, "confidential"));
    if (!agi_answer(call, error) || !ask(call, settings, &digits, error) ||
        !agi_set_variable(call, capella_settings_get_text(settings, "variable"), digits, error))
        return FALSE;
    return !capella_settings_get_boolean(settings, "repeat") || repeat(call, digits, error);
}

/* --- count --- */

static gboolean
count_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    guint calls = count_call(route);

    return agi_answer(call, error) &&
           agi_wait(call, capella_settings_get_number(route->settings, "wait"), error) &&
           agi_say_number(call, (gint32) MIN(calls, G_MAXINT32), "", NULL, error);
}

/* --- The module --- */

static gpointer
digits_configure(const CapellaSettings *settings, gpointer state, G_GNUC_UNUSED GError **error)
{
    Route *route = g_new0(Route, 1);

    route->digits = state;
    route->settings = settings;
    return route;
}

/* GET DATA takes what is too short for us, so a minimum beyond its maximum can never be met. */
static gpointer
read_configure(const CapellaSettings *settings, gpointer state, GError **error)
{
    gint64 maximum = capella_settings_get_integer(settings, "maximum");

    if (maximum == 0 || capella_settings_get_integer(settings, "minimum") <= maximum)
        return digits_configure(settings, state, error);
    capella_settings_set_error(settings, "minimum", error,
                               "must not exceed maximum, which is %" G_GINT64_FORMAT, maximum);
    return NULL;
}

static gpointer
digits_load(G_GNUC_UNUSED CapellaDaemon *daemon, G_GNUC_UNUSED const CapellaSettings *settings,
            G_GNUC_UNUSED GError **error)
{
    return g_new0(Digits, 1);
}

static const CapellaSetting read_settings[] = {
    {.name = "prompt",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "beep",
     .summary = "the sound file that asks for the digits"},
    {.name = "timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "5",
     .minimum = 0.1,
     .maximum = 3600,
     .summary = "seconds to wait for each digit"},
    {.name = "minimum",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1",
     .minimum = 0,
     .maximum = 1023,
     .summary = "fewer digits are not taken, and asked for again"},
    {.name = "maximum",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 1023,
     .summary = "so many are enough; 0: until # or the time is up"},
    {.name = "attempts",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "3",
     .minimum = 1,
     .maximum = 100,
     .summary = "how often to ask"},
    {.name = "invalid",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play when there were too few"},
    {.name = "variable",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "DIGITS",
     .summary = "the channel variable that gets them; empty when there were none"},
    {.name = "repeat",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "repeat them to the caller"},
    {.name = "confidential",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "keep them out of the log, as a PIN should be"},
    {0},
};

static const CapellaSetting count_settings[] = {
    {.name = "wait",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "2",
     .minimum = 0,
     .maximum = 3600,
     .summary = "seconds between answering and speaking"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "read",
     .summary = "Asks for digits, puts them into a channel variable and repeats them",
     .settings = read_settings,
     .run = read_run,
     .configure = read_configure,
     .release = g_free},
    {.name = "count",
     .summary = "Says how many calls this instance of the module has had",
     .settings = count_settings,
     .run = count_run,
     .configure = digits_configure,
     .release = g_free},
    {0},
};

CAPELLA_MODULE("digits", "1.0", handlers, .load = digits_load, .unload = g_free);
