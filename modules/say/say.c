/* say.c - speaks the date and the time: now, or as the speaking clock does, at the tone. */

#include <capella/module.h>
#include <math.h>

#define ATTEMPTS 3

typedef enum { SAY_DATETIME, SAY_DATE, SAY_TIME } What;

static const char *const whats[] = {
    [SAY_DATETIME] = "datetime", [SAY_DATE] = "date", [SAY_TIME] = "time", NULL};

static gdouble
get_time(void)
{
    return (gdouble) g_get_real_time() / G_USEC_PER_SEC;
}

/* Plays the file that a setting names, if it names one. */
static gboolean
play(AgiCall *call, const CapellaSettings *settings, const char *name, GError **error)
{
    const char *file = capella_settings_get_text(settings, name);

    return file == NULL || agi_stream_file(call, file, "", NULL, error);
}

static gboolean
say_datetime(AgiCall *call, const CapellaSettings *settings, gdouble moment, GError **error)
{
    return agi_say_datetime_full(call, (gint64) moment, "",
                                 capella_settings_get_text(settings, "format"),
                                 capella_settings_get_text(settings, "time_zone"), NULL, error);
}

/* --- now --- */

static gboolean
say_now(AgiCall *call, const CapellaSettings *settings, GError **error)
{
    gdouble now = get_time();

    switch ((What) capella_settings_get_choice(settings, "what", whats)) {
    case SAY_DATETIME:
        return say_datetime(call, settings, now, error);
    case SAY_DATE:
        return agi_say_date(call, (gint64) now, "", NULL, error);
    case SAY_TIME:
        return agi_say_time(call, (gint64) now, "", NULL, error);
    }
    g_return_val_if_reached(FALSE);
}

static gboolean
now_run(AgiCall *call, gpointer data, GError **error)
{
    const CapellaSettings *settings = data;
    gint64 repeat = capella_settings_get_integer(settings, "repeat");

    if (!agi_answer(call, error) || !play(call, settings, "announce", error))
        return FALSE;
    for (gint64 i = 0; i < repeat; i++) {
        if (i > 0 && !agi_wait(call, capella_settings_get_number(settings, "wait"), error))
            return FALSE;
        if (!say_now(call, settings, error))
            return FALSE;
    }
    return TRUE;
}

/* Only SAY DATETIME takes a form and a zone. */
static gpointer
now_configure(const CapellaSettings *settings, G_GNUC_UNUSED gpointer state, GError **error)
{
    static const char *const names[] = {"format", "time_zone"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!capella_settings_has(settings, names[i]) ||
            capella_settings_get_choice(settings, "what", whats) == SAY_DATETIME)
            continue;
        capella_settings_set_error(settings, names[i], error,
                                   "works only with what = \"datetime\"; a format such as \"ABdY\" "
                                   "has it say the date alone, and \"IMp\" the time");
        return NULL;
    }
    return (gpointer) settings;
}

/* --- tone --- */

/* Says a time that is still to come, and returns when it will be so. */
static gboolean
say_ahead(AgiCall *call, const CapellaSettings *settings, gdouble *moment, GError **error)
{
    gdouble ahead = capella_settings_get_number(settings, "ahead");
    gdouble lead = capella_settings_get_number(settings, "lead");

    for (int i = 0; i < ATTEMPTS; i++) {
        *moment = ceil(get_time() + ahead);
        if (!say_datetime(call, settings, *moment, error))
            return FALSE;
        if (get_time() <= *moment - lead)
            return TRUE;
    }
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE,
                "saying the time takes longer than the %g s of \"ahead\"; set it higher", ahead);
    return FALSE;
}

static gboolean
tone_run(AgiCall *call, gpointer data, GError **error)
{
    const CapellaSettings *settings = data;
    gdouble lead = capella_settings_get_number(settings, "lead");
    gdouble moment;

    return agi_answer(call, error) && play(call, settings, "announce", error) &&
           say_ahead(call, settings, &moment, error) &&
           agi_wait(call, moment - lead - get_time(), error) &&
           play(call, settings, "tone", error) && play(call, settings, "thanks", error);
}

static gpointer
tone_configure(const CapellaSettings *settings, G_GNUC_UNUSED gpointer state, GError **error)
{
    gdouble ahead = capella_settings_get_number(settings, "ahead");

    if (capella_settings_get_number(settings, "lead") < ahead)
        return (gpointer) settings;
    capella_settings_set_error(settings, "lead", error, "must be less than ahead, which is %g",
                               ahead);
    return NULL;
}

/* --- The module --- */

static const CapellaSetting now_settings[] = {
    {.name = "announce", .kind = CAPELLA_SETTING_TEXT, .summary = "a sound file to play before"},
    {.name = "what",
     .kind = CAPELLA_SETTING_CHOICE,
     .fallback = "datetime",
     .choices = whats,
     .summary = "what to say"},
    {.name = "format",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "how to say it, in the letters of Asterisk's voicemail.conf"},
    {.name = "time_zone",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a zone such as Europe/Berlin; by default the PBX's own"},
    {.name = "repeat",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1",
     .minimum = 1,
     .maximum = 1000,
     .summary = "how often to say it"},
    {.name = "wait",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "1",
     .minimum = 0,
     .maximum = 3600,
     .summary = "seconds between two times"},
    {0},
};

static const CapellaSetting tone_settings[] = {
    {.name = "announce",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play before, such as at-tone-time-exactly"},
    {.name = "ahead",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "10",
     .minimum = 0.1,
     .maximum = 3600,
     .summary = "seconds from now to the time that is said; saying it has to fit in"},
    {.name = "lead",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "0.05",
     .minimum = 0,
     .maximum = 10,
     .summary = "seconds by which the tone is begun early, for the way to the caller"},
    {.name = "format",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "HMS",
     .summary = "how to say it, in the letters of Asterisk's voicemail.conf"},
    {.name = "time_zone",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a zone such as Europe/Berlin; by default the PBX's own"},
    {.name = "tone",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "beep",
     .summary = "the sound file of the tone"},
    {.name = "thanks",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play behind the tone, such as auth-thankyou"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "now",
     .summary = "Says the date, the time or both, once or more often",
     .settings = now_settings,
     .run = now_run,
     .configure = now_configure},
    {.name = "tone",
     .summary = "Says what the time will be at the tone, and sounds the tone at that time",
     .settings = tone_settings,
     .run = tone_run,
     .configure = tone_configure},
    {0},
};

CAPELLA_MODULE("say", "1.0", handlers);
