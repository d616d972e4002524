/* test-module-say.c - the shipped module say: the time now, and the time at the tone. */

#include "daemon/module-harness.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *settings;
    const char *script;
} NowCase;

static const NowCase now_cases[] = {
    {"datetime", "", "expect ANSWER\nexpect SAY DATETIME * \"\"\n"},
    {"date", "what = \"date\";", "expect ANSWER\nexpect SAY DATE * \"\"\n"},
    {"time", "what = \"time\";", "expect ANSWER\nexpect SAY TIME * \"\"\n"},
    {"format", "format = \"ABdY 'digits/at' IMp\";",
     "expect ANSWER\nexpect SAY DATETIME * \"\" \"ABdY 'digits/at' IMp\"\n"},
    {"format-and-zone", "format = \"HM\"; time_zone = \"Europe/Berlin\";",
     "expect ANSWER\nexpect SAY DATETIME * \"\" HM Europe/Berlin\n"},
    {"zone", "time_zone = \"Europe/Berlin\";",
     "expect ANSWER\nexpect SAY DATETIME * \"\" * Europe/Berlin\n"},
    {"announce", "announce = \"hello-world\";",
     "expect ANSWER\nexpect STREAM FILE hello-world \"\"\nexpect SAY DATETIME * \"\"\n"},
    {"repeat", "repeat = 3; wait = 0.01; what = \"time\"; announce = \"hello-world\";",
     "expect ANSWER\nexpect STREAM FILE hello-world \"\"\nexpect SAY TIME * \"\"\n"
     "expect SAY TIME * \"\"\nexpect SAY TIME * \"\"\n"},
};

static gint64
get_moment(const PbxResult *result, const char *command, guint i)
{
    g_autofree char *line = test_module_dup_command(result, command, i);

    g_assert_nonnull(line);
    return g_ascii_strtoll(line + strlen(command), NULL, 10);
}

static gdouble
get_time(void)
{
    return (gdouble) g_get_real_time() / G_USEC_PER_SEC;
}

static void
test_now(gconstpointer data)
{
    const NowCase *expected = data;
    g_autofree char *extension = g_strdup_printf(
        "{ match = \"1\"; handler = \"say.now\"; settings = { %s }; }", expected->settings);
    g_autofree char *script = g_strconcat("extension 1\nstrict\n", expected->script, NULL);
    g_autoptr(TestDaemon) daemon = test_module_start("say", extension);
    g_autoptr(PbxResult) result = NULL;
    gdouble before = get_time();
    const char *command = strstr(script, "SAY DATETIME ") != NULL ? "SAY DATETIME "
                          : strstr(script, "SAY DATE ") != NULL   ? "SAY DATE "
                                                                  : "SAY TIME ";

    result = test_module_call(daemon, script);
    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpint(get_moment(result, command, 0), >=, (gint64) before);
    g_assert_cmpint(get_moment(result, command, 0), <=, (gint64) get_time());
}

/* Each time that is said is the time of then. */
static void
test_repeat_takes_time(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start(
        "say", "{ match = \"1\"; handler = \"say.now\"; settings = { repeat = 2; wait = 1.0; }; }");
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n");
    gint64 first = get_moment(result, "SAY DATETIME ", 0);
    gint64 second = get_moment(result, "SAY DATETIME ", 1);

    g_assert_cmpint(second, >, first);
    g_assert_cmpfloat(result->real_seconds, >=, 1.0);
}

static void
test_hangup_while_waiting(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("say", "{ match = \"1\"; handler = \"say.now\";\n"
                                 "  settings = { repeat = 2; wait = 3600.0; }; }");
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nhangup after SAY DATETIME\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
    test_daemon_wait_log(daemon, "Call hung up");
}

#define TONE(settings) "{ match = \"1\"; handler = \"say.tone\"; settings = { " settings " }; }"

/* The tone comes at the moment that was said, but for the lead. */
static void
test_tone(void)
{
    g_autoptr(TestDaemon) daemon =
        test_module_start("say", TONE("announce = \"at-tone-time-exactly\"; ahead = 0.3;"
                                      "lead = 0.1; format = \"IMSp\"; time_zone = \"Asia/Tokyo\";"
                                      "tone = \"ping\"; thanks = \"auth-thankyou\";"));
    gdouble before = get_time();
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\n"
                                 "strict\n"
                                 "expect ANSWER\n"
                                 "expect STREAM FILE at-tone-time-exactly \"\"\n"
                                 "expect SAY DATETIME * \"\" IMSp Asia/Tokyo\n"
                                 "expect STREAM FILE ping \"\"\n"
                                 "expect STREAM FILE auth-thankyou \"\"\n");
    gdouble moment = (gdouble) get_moment(result, "SAY DATETIME ", 0);

    g_assert_cmpstr(result->status, ==, "SUCCESS");
    g_assert_cmpfloat(moment, >=, before + 0.3);
    g_assert_cmpfloat(get_time(), >=, moment - 0.1);
}

static void
test_tone_fallbacks(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("say", TONE("ahead = 0.2;"));
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "strict\n"
                                                           "expect ANSWER\n"
                                                           "expect SAY DATETIME * \"\" HMS\n"
                                                           "expect STREAM FILE beep \"\"\n");

    g_assert_cmpstr(result->status, ==, "SUCCESS");
}

/* A tone that would come too late is not sounded. */
static void
test_tone_too_late(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("say", TONE("ahead = 0.1; lead = 0.05;"));
    g_autoptr(PbxResult) result = test_module_call(daemon, "extension 1\n"
                                                           "speed 1\n"
                                                           "saying 0.2s\n"
                                                           "forbid STREAM FILE\n"
                                                           "expect SAY DATETIME * \"\" HMS\n"
                                                           "expect SAY DATETIME * \"\" HMS\n"
                                                           "expect SAY DATETIME * \"\" HMS\n");

    g_assert_cmpstr(result->status, ==, "FAILURE");
    g_assert_nonnull(strstr(pbx_result_get_variable(result, "CAPELLA_ERROR"), "\"ahead\""));
}

static void
test_tone_hangup(void)
{
    g_autoptr(TestDaemon) daemon = test_module_start("say", TONE("ahead = 3600.0;"));
    g_autoptr(PbxResult) result =
        test_module_call(daemon, "extension 1\nhangup after SAY DATETIME\nforbid STREAM FILE\n");

    g_assert_cmpstr(result->status, ==, "HANGUP");
}

static void
test_refused(void)
{
#define NOW(settings) "{ match = \"1\"; handler = \"say.now\"; settings = { " settings " }; }"
    test_module_assert_refused("say", NOW("what = \"weather\";"), "must be one of \"datetime\"");
    test_module_assert_refused("say", NOW("what = \"date\"; format = \"HM\";"),
                               "format: works only with what = \"datetime\"");
    test_module_assert_refused("say", NOW("what = \"time\"; time_zone = \"UTC\";"),
                               "time_zone: works only with what = \"datetime\"");
    test_module_assert_refused("say", NOW("repeat = 0;"), "repeat: is 0");
    test_module_assert_refused("say", NOW("wait = -1.0;"), "wait: is -1");
    test_module_assert_refused("say", TONE("ahead = 1.0; lead = 2.0;"),
                               "lead: must be less than ahead, which is 1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(now_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/say/now/", now_cases[i].name, NULL);

        g_test_add_data_func(path, &now_cases[i], test_now);
    }
    g_test_add_func("/modules/say/now/repeat-takes-time", test_repeat_takes_time);
    g_test_add_func("/modules/say/now/hangup-while-waiting", test_hangup_while_waiting);
    g_test_add_func("/modules/say/tone/all-settings", test_tone);
    g_test_add_func("/modules/say/tone/fallbacks", test_tone_fallbacks);
    g_test_add_func("/modules/say/tone/too-late", test_tone_too_late);
    g_test_add_func("/modules/say/tone/hangup", test_tone_hangup);
    g_test_add_func("/modules/say/refused", test_refused);
    return g_test_run();
}
