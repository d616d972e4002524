/* test-sentence.c - how long a call was, spoken: plurals, zeroes, missing files, hangups. */

#include "calltimer/sentence.h"
#include "module/settings-private.h"
#include "unit/agi/session.h"

#include <string.h>

static const SettingsPlace here = {"a.conf", 7};

/* The usual ones of the module, and those that have no fallback. */
static const CapellaSetting rows[] = {
    {.name = "intro", .kind = CAPELLA_SETTING_TEXT},
    {.name = "used", .kind = CAPELLA_SETTING_TEXT},
    {.name = "minute", .kind = CAPELLA_SETTING_TEXT, .fallback = "minute"},
    {.name = "minutes", .kind = CAPELLA_SETTING_TEXT, .fallback = "minutes"},
    {.name = "and", .kind = CAPELLA_SETTING_TEXT, .fallback = "vm-and"},
    {.name = "second", .kind = CAPELLA_SETTING_TEXT, .fallback = "second"},
    {.name = "seconds", .kind = CAPELLA_SETTING_TEXT, .fallback = "seconds"},
    {.name = "gender", .kind = CAPELLA_SETTING_TEXT},
    {.name = "goodbye", .kind = CAPELLA_SETTING_TEXT},
    {0},
};

static CapellaSettings *
make_settings(const char *const *texts)
{
    CapellaSettings *settings = capella_settings_new_group(here);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

    for (; *texts != NULL; texts += 2)
        capella_settings_add_text(settings, texts[0], here, texts[1]);
    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    return settings;
}

/* Says it to a listener who answers each command so, then the usual way: what was said. */
static char *
say(guint32 duration, const char *const *texts, const char *const *replies, GError **error)
{
    g_autoptr(CapellaSettings) settings = make_settings(texts);
    g_autoptr(Session) session = session_new();
    const TimedCall timed = {
        .settings = settings, .account = (char *) "4711", .duration = duration};
    GString *said = g_string_new(NULL);
    char *line;

    for (; *replies != NULL; replies++)
        session_queue(session, *replies);
    for (guint i = 0; i < 10; i++)
        session_queue(session, "200 result=0\n");
    sentence_say(session->call, &timed, error);
    while ((line = session_take_sent(session)) != NULL) {
        g_string_append(said, line);
        g_free(line);
    }
    return g_string_free(said, FALSE);
}

static const char *const nothing[] = {NULL};

/* --- Durations --- */

#define ACCOUNT         "SAY DIGITS \"4711\" \"\"\n"
#define NUMBER(n, file) "SAY NUMBER " n " \"\"\nSTREAM FILE \"" file "\" \"\"\n"
#define AND             "STREAM FILE \"vm-and\" \"\"\n"

typedef struct {
    const char *name;
    guint32 duration;
    const char *said;
} DurationCase;

static const DurationCase duration_cases[] = {
    {"nothing", 0, ACCOUNT NUMBER("0", "seconds")},
    {"one-second", 1, ACCOUNT NUMBER("1", "second")},
    {"seconds", 59, ACCOUNT NUMBER("59", "seconds")},
    {"one-minute", 60, ACCOUNT NUMBER("1", "minute")},
    {"one-of-each", 61, ACCOUNT NUMBER("1", "minute") AND NUMBER("1", "second")},
    {"one-minute-and-seconds", 62, ACCOUNT NUMBER("1", "minute") AND NUMBER("2", "seconds")},
    {"minutes", 120, ACCOUNT NUMBER("2", "minutes")},
    {"minutes-and-one-second", 181, ACCOUNT NUMBER("3", "minutes") AND NUMBER("1", "second")},
    {"minutes-and-seconds", 754, ACCOUNT NUMBER("12", "minutes") AND NUMBER("34", "seconds")},
    {"hours", 7325, ACCOUNT NUMBER("122", "minutes") AND NUMBER("5", "seconds")},
    {"as-long-as-can-be", G_MAXUINT32,
     ACCOUNT NUMBER("71582788", "minutes") AND NUMBER("15", "seconds")},
};

static void
test_duration(gconstpointer data)
{
    const DurationCase *expected = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *said = say(expected->duration, nothing, nothing, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(said, ==, expected->said);
}

/* --- Settings --- */

static void
test_all_files(void)
{
    static const char *const texts[] = {
        "intro",  "i", "used",    "u",  "minute", "m", "minutes", "ms", "and", "a",
        "second", "s", "seconds", "ss", "gender", "f", "goodbye", "g",  NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *said = say(62, texts, nothing, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(said, ==,
                    "STREAM FILE \"i\" \"\"\n"
                    "SAY DIGITS \"4711\" \"\"\n"
                    "STREAM FILE \"u\" \"\"\n"
                    "SAY NUMBER 1 \"\" \"f\"\n"
                    "STREAM FILE \"m\" \"\"\n"
                    "STREAM FILE \"a\" \"\"\n"
                    "SAY NUMBER 2 \"\" \"f\"\n"
                    "STREAM FILE \"ss\" \"\"\n"
                    "STREAM FILE \"g\" \"\"\n");
}

/* --- Trouble --- */

/* Counts warnings of a missing file. */
static GLogWriterOutput
count_warning(G_GNUC_UNUSED GLogLevelFlags level, const GLogField *fields, gsize n_fields,
              gpointer data)
{
    guint *times = data;

    for (gsize i = 0; i < n_fields; i++)
        if (strcmp(fields[i].key, "MESSAGE") == 0 &&
            strstr(fields[i].value, "sound file \"minute\" of setting minute") != NULL)
            (*times)++;
    return G_LOG_WRITER_HANDLED;
}

/* What cannot be played is left out, and said in the log. The call is asked whether it lives. */
static void
test_missing_file(gconstpointer data)
{
    static const char *const replies[] = {"200 result=0\n", "200 result=0\n",
                                          "200 result=-1 endpos=0\n", "200 result=6\n", NULL};
    const guint *warnings = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *said = say(61, nothing, replies, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(*warnings, ==, 1);
    g_assert_nonnull(strstr(said, NUMBER("1", "second")));
}

static void
test_hangup(void)
{
    static const char *const replies[] = {"200 result=0\n", "HANGUP\n",
                                          "511 Command Not "
                                          "Permitted on a dead channel or intercept routine\n",
                                          NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *said = say(61, nothing, replies, &error);

    g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
    g_assert_null(strstr(said, "second"));
}

int
main(int argc, char **argv)
{
    guint warnings = 0;

    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(count_warning, &warnings, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(duration_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/sentence/duration/", duration_cases[i].name, NULL);

        g_test_add_data_func(path, &duration_cases[i], test_duration);
    }
    g_test_add_func("/modules/sentence/all-files", test_all_files);
    g_test_add_data_func("/modules/sentence/missing-file", &warnings, test_missing_file);
    g_test_add_func("/modules/sentence/hangup", test_hangup);
    return g_test_run();
}
