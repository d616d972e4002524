/* test-words.c - commands in words, and lines of programs that speak AGI themselves. */

#include "agi/call-private.h"
#include "unit/agi/session.h"

#include <string.h>

/* --- agi_command() --- */

static void
test_reply(void)
{
    g_autoptr(Session) session = session_new();
    AgiReply reply;

    session_queue(session, "200 result=1 (a (b)) endpos=5\n");
    g_assert_true(agi_command(session->call, &reply, NULL, "FOO BAR", "x y", "", NULL));
    session_assert_sent(session, "FOO BAR \"x y\" \"\"");
    g_assert_cmpint(reply.code, ==, 200);
    g_assert_cmpstr(reply.result, ==, "1");
    g_assert_cmpstr(reply.value, ==, "a (b)");
    g_assert_cmpstr(reply.trailing, ==, "endpos=5");
    g_assert_cmpstr(reply.text, ==, "200 result=1 (a (b)) endpos=5");
}

/* The texts stay when the call looks for a hangup, and serve as arguments of the next command. */
static void
test_reply_stays(void)
{
    g_autoptr(Session) session = session_new();
    AgiReply reply;

    session_queue(session, "200 result=1 (some value)\nHANG");
    g_assert_true(agi_command(session->call, &reply, NULL, "GET VARIABLE", "x", NULL));
    session_queue(session, "UP\n");
    g_assert_true(agi_call_is_hung_up(session->call));
    g_assert_cmpstr(reply.value, ==, "some value");
    session_forget_sent(session);
    session_queue(session, "200 result=1\n");
    g_assert_true(agi_command(session->call, &reply, NULL, "SET VARIABLE", "y", reply.value, NULL));
    session_assert_sent(session, "SET VARIABLE \"y\" \"some value\"");
    g_assert_cmpstr(reply.value, ==, NULL);
    g_assert_cmpstr(reply.trailing, ==, "");
}

/* Known commands are judged as their functions do it, others are not. */
static void
test_judged(void)
{
    static const struct {
        const char *command;
        const char *replies[2];
        int code; /* -1: none */
        const char *result;
    } cases[] = {
        {"STREAM FILE", {"200 result=-1 endpos=0\n", "200 result=6\n"}, AGI_ERROR_FAILURE, NULL},
        {"stream   file",
         {"200 result=-1 endpos=0\n", "HANGUP\n511 Dead\n"},
         AGI_ERROR_HANGUP,
         NULL},
        {"stream file x", {"200 result=-1 endpos=0\n", "200 result=6\n"}, AGI_ERROR_FAILURE, NULL},
        {"STREAM FILES", {"200 result=-1\n"}, -1, "-1"},
        {"MY COMMAND", {"200 result=-1\n"}, -1, "-1"},
        {"MY COMMAND", {"200 result=abc\n"}, -1, "abc"},
        {"MY COMMAND", {"202 result=0\n"}, -1, "0"},
        {"MY COMMAND", {"510 Invalid\n"}, AGI_ERROR_UNKNOWN_COMMAND, NULL},
        {"EXEC", {"200 result=-2\n"}, AGI_ERROR_NO_APPLICATION, NULL},
        {"EXEC", {"200 result=1\n", "520 usage\n"}, -1, "1"},
        {"EXEC", {"200 result=-1\n", "200 result=6\n"}, -1, "-1"},
        {"EXEC", {"200 result=-1\n", "511 Dead\n"}, AGI_ERROR_HANGUP, NULL},
        {"EXEC", {"200 result=-1\n", "510 Strange\n"}, AGI_ERROR_UNKNOWN_COMMAND, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GError) error = NULL;
        AgiReply reply;

        session_queue(session, cases[i].replies[0]);
        if (cases[i].replies[1] != NULL)
            session_queue(session, cases[i].replies[1]);
        if (cases[i].code >= 0) {
            g_assert_false(agi_command(session->call, &reply, &error, cases[i].command, "a", NULL));
            g_assert_error(error, AGI_ERROR, cases[i].code);
        } else {
            g_assert_true(agi_command(session->call, &reply, &error, cases[i].command, "a", NULL));
            g_assert_cmpstr(reply.result, ==, cases[i].result);
        }
    }
}

/* What cannot be sent is refused before a byte is written. */
static void
test_refused(void)
{
    static const struct {
        const char *command;
        const char *argument;
        const char *word;
    } cases[] = {
        {"NOOP", "a\nHANGUP", "argument 1"}, {"NOOP", "a\r", "argument 1"},
        {"NOOP\nHANGUP", "a", "no command"}, {"", "a", "no command"},
        {"  ", "a", "no command"},           {"Failure because", "a", "no command"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GError) error = NULL;

        g_assert_false(
            agi_command(session->call, NULL, &error, cases[i].command, cases[i].argument, NULL));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
        g_assert_nonnull(strstr(error->message, cases[i].word));
        session_assert_silent(session);
        session_queue(session, "200 result=0\n");
        g_assert_true(agi_noop(session->call, NULL, NULL));
    }
}

static void
test_refused_argument(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(agi_set_variable(session->call, "v", "a\nb", &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "SET VARIABLE: argument 2"));
    g_clear_error(&error);
    g_assert_false(agi_set_variable(session->call, "", "a", &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(agi_get_variable(session->call, "", NULL, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    session_assert_silent(session);
}

static void
test_words(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;
    const char *arguments[127];

    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++)
        arguments[i] = "x";
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_command_array(session->call, NULL, &error, "NOOP", arguments, 126));
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_command_array(session->call, NULL, &error, "A B", arguments, 125));
    g_assert_false(agi_command_array(session->call, NULL, &error, "NOOP", arguments, 127));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(agi_command_array(session->call, NULL, &error, "A B", arguments, 126));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
}

/* The longest line, by version: as many bytes pass, and one more does not. */
static void
test_line_limit(void)
{
    static const struct {
        const char *version;
        gsize limit;
    } cases[] = {
        {"22.6.1", 8190},
        {"22.6.0", 8190},
        {"22.5.9", 2046},
        {"22", 2046},
        {"20.16.0", 8190},
        {"20.15.2", 2046},
        {"20.16.0~dfsg+~cs6", 8190},
        {"21.11.0", 8190},
        {"21.10.0", 2046},
        {"23.0.0", 8190},
        {"24.1", 8190},
        {"19.99.0", 2046},
        {"18.20.0", 2046},
        {"1.8.32.3", 2046},
        {"certified/20.7-cert3", 2046},
        {"certified/22.8-cert1", 8190},
        {"18.9-cert5", 2046},
        {"GIT-22-a1b2c3d", 2046},
        {"GIT-23-a1b2c3d", 8190},
        {"GIT-master-abcdef", 2046},
        {"SVN-branch", 2046},
        {"", 2046},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new_with_version(cases[i].version);
        g_autoptr(GError) error = NULL;
        g_autofree char *fits = g_strnfill(cases[i].limit - strlen("NOOP \"\""), 'x');
        g_autofree char *longer = g_strconcat(fits, "x", NULL);
        g_autofree char *sent = NULL;

        session_queue(session, "200 result=0\n");
        g_assert_true(agi_noop(session->call, fits, &error));
        sent = session_take_sent(session);
        g_assert_cmpuint(strlen(sent), ==, cases[i].limit + 1);
        g_assert_false(agi_noop(session->call, longer, &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
        session_assert_silent(session);
    }
}

/* A command's own time counts in words too. */
static void
test_own_time(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;
    gint64 started = g_get_monotonic_time();

    agi_call_set_command_timeout(session->call, 0.01);
    g_assert_false(agi_command(session->call, NULL, &error, "WAIT FOR DIGIT", "60", NULL));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT);
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 70000);
}

/* --- agi_call_forward() --- */

static void
test_forward(void)
{
    static const struct {
        const char *line;
        const char *stream;
        const char *replies;
    } cases[] = {
        {"ANSWER", "200 result=0\n", "200 result=0\n"},
        {"FOO", "510 Invalid or unknown command\n", "510 Invalid or unknown command\n"},
        {"", "510 Invalid or unknown command\n", "510 Invalid or unknown command\n"},
        {"STREAM FILE x \"\"", "200 result=-1 endpos=0\n", "200 result=-1 endpos=0\n"},
        {"STREAM FILE x \"\"", "HANGUP\n511 Dead\n", "HANGUP\n511 Dead\n"},
        {"SAY DIGITS", "520-Usage\nof it\n520 End\n", "520-Usage\nof it\n520 End\n"},
        {"GOSUB a b 1", "100 result=0 Trying...\n200 result=0 Gosub complete\n",
         "100 result=0 Trying...\n200 result=0 Gosub complete\n"},
        {"EXEC Foo", "200 result=1\n520 Usage\n", "200 result=1\n520 Usage\n"},
        {"get variable x", "200 result=1 (a\nb\nc)\n", "200 result=1 (a\nb\nc)\n"},
        {"MINE", "200 result=1 (a) x\n", "200 result=1 (a) x\n"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int at = -1; at < (int) strlen(cases[i].stream); at++) {
            g_autoptr(Session) session = session_new();
            g_autoptr(GString) replies = g_string_new(NULL);
            g_autoptr(GError) error = NULL;
            g_autofree char *exact = g_memdup2(cases[i].line, strlen(cases[i].line));
            g_autofree char *sent = NULL;
            g_autofree char *line = g_strconcat(cases[i].line, "\n", NULL);

            session_queue_pieces(session, cases[i].stream, at);
            g_assert_true(
                agi_call_forward(session->call, exact, strlen(cases[i].line), replies, &error));
            g_assert_no_error(error);
            g_assert_cmpstr(replies->str, ==, cases[i].replies);
            sent = session_take_sent(session);
            g_assert_cmpstr(sent, ==, line);
            session_assert_silent(session);
        }
    }
}

static void
test_forward_refused(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GString) replies = g_string_new(NULL);
    g_autoptr(GString) words = g_string_new("NOOP");
    g_autofree char *long_line = g_strnfill(8191, 'x');
    const struct {
        const char *line;
        gsize length;
    } cases[] = {
        {"NOOP\nHANGUP", 11},
        {"NOOP \0x", 7},
        {long_line, 8191},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(
            agi_call_forward(session->call, cases[i].line, cases[i].length, replies, &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    }
    for (guint i = 0; i < 127; i++)
        g_string_append(words, " x");
    g_assert_false(agi_call_forward(session->call, words->str, words->len, replies, NULL));
    session_assert_silent(session);
    g_assert_cmpstr(replies->str, ==, "");
}

/* A program sees HANGUP once, where it came, and goes on on the dead channel. */
static void
test_forward_hangup(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GString) replies = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    session_queue(session, "200 result=0\nHANGUP\n");
    g_assert_true(agi_call_forward(session->call, "NOOP", 4, replies, NULL));
    session_queue(session, "511 Dead\n");
    g_assert_true(agi_call_forward(session->call, "ANSWER", 6, replies, NULL));
    session_queue(session, "511 Dead\n");
    g_assert_true(agi_call_forward(session->call, "ANSWER", 6, replies, NULL));
    g_assert_cmpstr(replies->str, ==, "200 result=0\nHANGUP\n511 Dead\n511 Dead\n");
    session_close(session);
    g_assert_false(agi_call_forward(session->call, "NOOP", 4, replies, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
}

/* --- The table --- */

static void
test_info(void)
{
    AgiCommandInfo info;
    AgiCommandInfo before = {.name = ""};
    guint n_commands = 0;

    for (; agi_command_info(n_commands, &info); n_commands++) {
        g_assert_cmpstr(info.name, >, before.name);
        g_assert_nonnull(info.arguments);
        before = info;
    }
    g_assert_cmpuint(n_commands, ==, 47);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/words/reply", test_reply);
    g_test_add_func("/agi/words/reply-stays", test_reply_stays);
    g_test_add_func("/agi/words/judged", test_judged);
    g_test_add_func("/agi/words/refused", test_refused);
    g_test_add_func("/agi/words/refused-argument", test_refused_argument);
    g_test_add_func("/agi/words/words", test_words);
    g_test_add_func("/agi/words/line-limit", test_line_limit);
    g_test_add_func("/agi/words/own-time", test_own_time);
    g_test_add_func("/agi/words/forward", test_forward);
    g_test_add_func("/agi/words/forward-refused", test_forward_refused);
    g_test_add_func("/agi/words/forward-hangup", test_forward_hangup);
    g_test_add_func("/agi/words/info", test_info);
    return g_test_run();
}
