/* test-timed-call.c - how long a call was: from its answer, or only while bridged. */

#include "calltimer/timed-call.h"
#include "module/settings-private.h"

#include <string.h>

static const SettingsPlace here = {"a.conf", 7};

/* Moments in milliseconds: `+` enters a bridge, `-` leaves it, `.` is the end. */
typedef struct {
    const char *name;
    const char *measure;
    const char *story;
    guint32 seconds;
} StoryCase;

static const StoryCase story_cases[] = {
    {"answered/at-once", "answered", ".0", 0},
    {"answered/rounded-down", "answered", ".1499", 1},
    {"answered/rounded-up", "answered", ".1500", 2},
    {"answered/bridges-do-not-matter", "answered", "+1000 -2000 .61000", 61},
    {"answered/end-seen-before-the-answer", "answered", ".-500", 0},
    {"bridged/never", "bridged", ".61000", 0},
    {"bridged/once", "bridged", "+10000 -40000 .50000", 30},
    {"bridged/to-the-end", "bridged", "+10000 .40000", 30},
    {"bridged/twice", "bridged", "+10000 -20000 +30000 -45000 .50000", 25},
    {"bridged/entered-twice", "bridged", "+10000 +20000 -30000 .50000", 20},
    {"bridged/left-without-entering", "bridged", "-20000 .30000", 0},
    {"bridged/left-before-it-was-entered", "bridged", "+20000 -10000 .30000", 0},
    {"bridged/halves-add-up", "bridged", "+1000 -1400 +2000 -2400 .3000", 1},
};

static void
take_moment(TimedCall *timed, const char *text)
{
    gint64 moment = timed->answered + g_ascii_strtoll(text + 1, NULL, 10) * 1000;

    switch (*text) {
    case '+':
        timed_call_enter_bridge(timed, moment);
        break;
    case '-':
        timed_call_leave_bridge(timed, moment);
        break;
    default:
        timed_call_end(timed, moment);
    }
}

static void
test_story(gconstpointer data)
{
    const StoryCase *expected = data;
    const CapellaSetting rows[] = {
        {.name = "measure", .kind = CAPELLA_SETTING_CHOICE, .choices = timed_call_measures}, {0}};
    g_autoptr(CapellaSettings) settings = capella_settings_new_group(here);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) moments = g_strsplit(expected->story, " ", -1);
    TimedCall timed = {.settings = settings, .answered = 5 * G_USEC_PER_SEC};

    capella_settings_add_text(settings, "measure", here, expected->measure);
    capella_settings_check(settings, rows, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    for (guint i = 0; moments[i] != NULL; i++)
        take_moment(&timed, moments[i]);
    g_assert_cmpuint(timed.duration, ==, expected->seconds);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(story_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/timed-call/", story_cases[i].name, NULL);

        g_test_add_data_func(path, &story_cases[i], test_story);
    }
    return g_test_run();
}
