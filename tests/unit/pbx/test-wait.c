/* test-wait.c - when keys are pressed and calls hung up, and how time passes meanwhile. */

#include "transcript.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const TranscriptCase cases[] = {
    {"asked-one-by-one", "speed instant\npress 1\npress 2",
     "> WAIT FOR DIGIT 1000\n< 200 result=49\n> WAIT FOR DIGIT 1000\n< 200 result=50\n"
     "> WAIT FOR DIGIT 1000\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"asked-for-this-key-only", "speed instant\npress 5",
     "> STREAM FILE a 12\n< 200 result=0 endpos=8000\n> STREAM FILE b 5\n"
     "< 200 result=53 endpos=800\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"asked-after-a-command", "speed instant\npress 5 after ANSWER",
     "> WAIT FOR DIGIT 1000\n< 200 result=0\n> ANSWER\n< 200 result=0\n> WAIT FOR DIGIT 1000\n"
     "< 200 result=53\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"asked-after-a-sound", "speed instant\nfile p 3s\npress 12# after \"p\"",
     "> GET DATA p\n< 200 result=12\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"asked-after-so-many", "speed instant\npress 5 after 2 commands",
     "> WAIT FOR DIGIT 1000\n< 200 result=0\n> WAIT FOR DIGIT 1000\n< 200 result=0\n"
     "> WAIT FOR DIGIT 1000\n< 200 result=53\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"during-a-sound", "speed instant\nfile menu 3s\npress 5 during \"menu\"",
     "> STREAM FILE menu 5\n< 200 result=53 endpos=800\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"into-a-sound", "speed instant\nfile menu 3s\npress 5 1.5s into \"menu\"",
     "> STREAM FILE menu 5\n< 200 result=53 endpos=12000\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"into-a-command", "speed instant\nfile menu 3s\npress 5 1.5s into STREAM FILE menu 5",
     "> STREAM FILE menu \"\"\n< 200 result=0 endpos=24000\n> stream file menu 5\n"
     "< 200 result=53 endpos=12000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"once-only", "speed instant\npress 5 during \"a\"",
     "> STREAM FILE a 5\n< 200 result=53 endpos=800\n> STREAM FILE a 5\n"
     "< 200 result=0 endpos=8000\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"hangup-after-a-while", "speed instant\nfile a 1s\nhangup 50s after \"a\"",
     "> STREAM FILE a \"\"\n< 200 result=0 endpos=8000\n> WAIT FOR DIGIT 1000\n< 200 result=0\n"
     "> WAIT FOR DIGIT 50000\n< 200 result=-1\n< HANGUP\n",
     "HANGUP", NULL},
    {"hangup-during", "speed instant\nhangup during \"a\"",
     "> STREAM FILE a \"\"\n< 200 result=-1 endpos=800\n< HANGUP\n", "HANGUP", NULL},
    {"keys-after-hangup-are-nobody's",
     "speed instant\nhangup 1s into 1 commands\npress 1 2s into 1 commands",
     "> WAIT FOR DIGIT 5000\n< 200 result=-1\n< HANGUP\n", "HANGUP", NULL},
    {"faster", "speed 1000\nfile a 10s\npress 1 5s into WAIT FOR DIGIT",
     "> STREAM FILE a \"\"\n< 200 result=0 endpos=80000\n> WAIT FOR DIGIT 60000\n"
     "< 200 result=49\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

/* Keys that no command takes are kept count of. */
static void
test_lost(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\npress 12 0.2s into 1 commands\npress 3 0.5s into 1 commands",
                       "> STREAM FILE a 2\n< 200 result=50 endpos=2400\n"
                       "> SAY DIGITS 1 \"\"\n< 200 result=0\n");

    g_assert_cmpstr(result->lost_keys->str, ==, "13");
}

/* The keys of one press follow each other at the pace of the script. */
static void
test_pace(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\npace 0.5s\npress 123 1s into GET DATA",
                       "> GET DATA \"\" 60000 3\n< 200 result=123\n");

    g_assert_cmpfloat_with_epsilon(result->seconds, 2, 0.001);
}

/* An instant call takes no time, and its clock says what it would have taken. */
static void
test_instant(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\nfile a 1h", "> STREAM FILE a \"\"\n"
                                                   "< 200 result=0 endpos=28800000\n");

    g_assert_cmpfloat_with_epsilon(result->seconds, 3600, 0.001);
    g_assert_cmpfloat(result->real_seconds, <, 60);
}

/* A call at real speed takes the time that it says. */
static void
test_real(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("file a 0.2s", "> STREAM FILE a \"\"\n< 200 result=0 endpos=1600\n");

    g_assert_cmpfloat(result->seconds, >=, 0.2);
    g_assert_cmpfloat(result->real_seconds, >=, 0.2);
}

/* Between commands an instant call waits in real time for what is going to happen. */
static void
test_idle(void)
{
    g_autoptr(PbxResult) result =
        transcript_run("speed instant\nhangup at 0.05s", "< HANGUP\n> NOOP\n< 200 result=0\n");

    g_assert_cmpfloat_with_epsilon(result->seconds, 0.05, 0.001);
    g_assert_cmpfloat(result->real_seconds, >=, 0.05);
}

/* What another thread does to a call, as soon as a command is waiting: it has taken a key then. */
typedef struct {
    PbxCall *call;
    void (*act)(PbxCall *call);
    GThread *thread;
} Meddler;

static gpointer
meddle(gpointer data)
{
    Meddler *meddler = data;

    meddler->act(meddler->call);
    return NULL;
}

/* Starts the meddler when the script's key is pressed. */
static void
watch(const PbxTranscriptLine *line, gpointer data)
{
    Meddler *meddler = data;

    if (strcmp(line->text, "the caller presses 1") == 0)
        meddler->thread = g_thread_new("meddler", meddle, meddler);
}

static void
press(PbxCall *call)
{
    pbx_call_press(call, "7");
}

static const struct {
    const char *name;
    void (*act)(PbxCall *call);
    const char *reply; /* NULL: none */
    PbxEnding ending;
    gboolean is_hung_up;
} meddler_cases[] = {
    {"press", press, "200 result=17\n", PBX_ENDED_BY_SERVER, FALSE},
    {"hang-up", pbx_call_hang_up, "200 result=-1\n", PBX_ENDED_BY_SERVER, TRUE},
    {"stop", pbx_call_stop, NULL, PBX_ENDED_BY_STOP, FALSE},
};

/* A server that sends one command and reads until it has a reply, or the end. */
static gpointer
ask(gpointer data)
{
    int fd = GPOINTER_TO_INT(data);
    const char command[] = "GET DATA \"\" -1 2\n";
    GString *bytes = g_string_new(NULL);
    char byte = '\0';

    g_assert_cmpint(write(fd, command, strlen(command)), ==, (gssize) strlen(command));
    while ((strstr(bytes->str, "200 result=") == NULL || byte != '\n') && read(fd, &byte, 1) == 1)
        g_string_append_c(bytes, byte);
    close(fd);
    return bytes;
}

static void
test_meddler(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(PbxScript) script = pbx_script_new_from_text("press 1", NULL);
    PbxCall *call = pbx_call_new(script);
    Meddler meddler = {.call = call, .act = meddler_cases[i].act};
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) bytes = NULL;
    const char *reply = NULL;
    GThread *server = NULL;
    int fds[2] = {-1, -1};

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    server = g_thread_new("server", ask, GINT_TO_POINTER(fds[0]));
    pbx_call_set_observer(call, watch, &meddler);
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    bytes = g_thread_join(server);
    g_thread_join(meddler.thread);
    reply = strstr(bytes->str, "200 result=");
    g_assert_cmpstr(reply, ==, meddler_cases[i].reply);
    g_assert_cmpint(result->ending, ==, meddler_cases[i].ending);
    g_assert_cmpint(result->is_hung_up, ==, meddler_cases[i].is_hung_up);
    pbx_call_free(call);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/wait/", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/wait/lost", test_lost);
    g_test_add_func("/pbx/wait/pace", test_pace);
    g_test_add_func("/pbx/wait/instant", test_instant);
    g_test_add_func("/pbx/wait/real", test_real);
    g_test_add_func("/pbx/wait/idle", test_idle);
    for (gsize i = 0; i < G_N_ELEMENTS(meddler_cases); i++) {
        g_autofree char *path = g_strconcat("/pbx/wait/other-thread/", meddler_cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_meddler);
    }
    return g_test_run();
}
