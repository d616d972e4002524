/* test-call.c - the life of a call: beginning, hangup, time, cancel, trace, end. */

#include "agi/call-private.h"
#include "unit/agi/session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define assert_fails(code, ...)                                                                    \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autoptr(GError) error = NULL;                                                            \
        g_assert_false(__VA_ARGS__);                                                               \
        g_assert_error(error, AGI_ERROR, code);                                                    \
    }                                                                                              \
    G_STMT_END

#define assert_works(...)                                                                          \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autoptr(GError) error = NULL;                                                            \
        gboolean is_done = (__VA_ARGS__);                                                          \
        g_assert_no_error(error);                                                                  \
        g_assert_true(is_done);                                                                    \
    }                                                                                              \
    G_STMT_END

/* --- Beginning --- */

typedef struct {
    int ends[2];
} Pair;

static void
pair_open(Pair *pair)
{
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair->ends), ==, 0);
}

static void
pair_write(Pair *pair, const char *text)
{
    g_assert_cmpint(write(pair->ends[1], text, strlen(text)), ==, (ssize_t) strlen(text));
}

static void
test_new(void)
{
    Pair pair;
    AgiCall *call;

    pair_open(&pair);
    pair_write(&pair, "agi_channel: SIP/x\nagi_uniqueid: 1.2\nagi_callerid: 555\nagi_context: in\n"
                      "agi_extension: 100\nagi_arg_1: one\n\n");
    call = agi_call_new(pair.ends[0], 5, NULL);
    g_assert_nonnull(call);
    g_assert_cmpstr(agi_call_get_channel(call), ==, "SIP/x");
    g_assert_cmpstr(agi_call_get_unique_id(call), ==, "1.2");
    g_assert_cmpstr(agi_call_get_caller_id(call), ==, "555");
    g_assert_cmpstr(agi_call_get_context(call), ==, "in");
    g_assert_cmpstr(agi_call_get_extension(call), ==, "100");
    g_assert_cmpstr(agi_call_get_argument(call, 1), ==, "one");
    g_assert_true(agi_call_ref(call) == call);
    agi_call_unref(call);
    close(pair.ends[1]);
    agi_call_unref(call);
}

/* What comes behind the environment is the beginning of the conversation. */
static void
test_new_with_rest(void)
{
    Pair pair;
    g_autoptr(AgiCall) call = NULL;

    pair_open(&pair);
    pair_write(&pair, "agi_channel: SIP/x\n\nagi_spilled: over\nHANGUP\n");
    call = agi_call_new(pair.ends[0], 5, NULL);
    g_assert_nonnull(call);
    g_assert_true(agi_call_is_hung_up(call));
    close(pair.ends[1]);
}

/* One that is several times the size of the buffer to begin with, in small pieces. */
static void
test_new_long(void)
{
    Pair pair;
    g_autoptr(AgiCall) call = NULL;

    pair_open(&pair);
    for (guint i = 1; i <= 200; i++) {
        g_autofree char *line = g_strdup_printf("agi_arg_%u: %050u\n", i, i);

        pair_write(&pair, line);
    }
    pair_write(&pair, "\n");
    call = agi_call_new(pair.ends[0], 5, NULL);
    g_assert_nonnull(call);
    g_assert_cmpuint(agi_environment_get_argument_count(agi_call_get_environment(call)), ==, 200);
    close(pair.ends[1]);
}

static void
test_new_refused(void)
{
    static const struct {
        const char *bytes;
        gboolean has_end;
        AgiError code;
    } cases[] = {
        {"", TRUE, AGI_ERROR_HANGUP},
        {"agi_channel: SI", TRUE, AGI_ERROR_CONNECTION},
        {"agi_channel: SIP/x\n", FALSE, AGI_ERROR_TIMEOUT},
        {"", FALSE, AGI_ERROR_TIMEOUT},
        {"GET / HTTP/1.1\r\n\r\n", FALSE, AGI_ERROR_MALFORMED},
        {"\n", FALSE, AGI_ERROR_MALFORMED},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Pair pair;

        pair_open(&pair);
        pair_write(&pair, cases[i].bytes);
        if (cases[i].has_end)
            shutdown(pair.ends[1], SHUT_WR);
        g_assert_null(agi_call_new(pair.ends[0], 0.05, &error));
        g_assert_error(error, AGI_ERROR, (int) cases[i].code);
        close(pair.ends[1]);
    }
}

static void
test_new_endless(void)
{
    g_autofree char *line = g_strnfill(1000, 'x');
    g_autoptr(GError) error = NULL;
    Pair pair;

    pair_open(&pair);
    pair_write(&pair, "agi_a: ");
    for (guint i = 0; i < AGI_ENVIRONMENT_MAXIMUM_BYTES / 1000 + 2; i++)
        pair_write(&pair, line);
    g_assert_null(agi_call_new(pair.ends[0], 5, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_MALFORMED);
    close(pair.ends[1]);
}

/* --- Hangup --- */

static void
test_is_hung_up(void)
{
    g_autoptr(Session) session = session_new();
    struct pollfd waited = {.fd = agi_call_get_hangup_fd(session->call), .events = POLLIN};

    g_assert_false(agi_call_is_hung_up(session->call));
    g_assert_cmpint(poll(&waited, 1, 0), ==, 0);
    session_queue(session, "HANG");
    g_assert_false(agi_call_is_hung_up(session->call));
    session_queue(session, "UP\n");
    g_assert_cmpint(poll(&waited, 1, 0), ==, 1);
    g_assert_true(agi_call_is_hung_up(session->call));
    g_assert_true(agi_call_is_hung_up(session->call));
}

/* News that came together with a reply is not lost. */
static void
test_hangup_behind_reply(void)
{
    g_autoptr(Session) session = session_new();

    session_queue(session, "200 result=0\nHANGUP\n");
    assert_works(agi_answer(session->call, &error));
    g_assert_true(agi_call_is_hung_up(session->call));
    assert_fails(AGI_ERROR_HANGUP, agi_answer(session->call, &error));
    session_queue(session, "200 result=1\n");
    assert_works(agi_set_variable(session->call, "a", "b", &error));
}

static void
test_closed(void)
{
    g_autoptr(Session) session = session_new();

    session_close(session);
    g_assert_true(agi_call_is_hung_up(session->call));
    assert_fails(AGI_ERROR_HANGUP, agi_answer(session->call, &error));
    assert_fails(AGI_ERROR_HANGUP, agi_set_variable(session->call, "a", "b", &error));
}

/* Not even SIGPIPE: the same error as any hangup. */
static void
test_closed_unseen(void)
{
    Pair pair;
    g_autoptr(AgiCall) call = NULL;

    pair_open(&pair);
    pair_write(&pair, "agi_channel: SIP/x\n\n");
    call = agi_call_new(pair.ends[0], 5, NULL);
    close(pair.ends[1]);
    assert_fails(AGI_ERROR_HANGUP, agi_answer(call, &error));
    assert_fails(AGI_ERROR_HANGUP, agi_noop(call, NULL, &error));
}

static void
test_end_after_hangup(void)
{
    g_autoptr(Session) session = session_new();

    session_queue(session, "HANGUP\n");
    session_queue(session, "HANGUP\n200 resu");
    shutdown(session->peer, SHUT_WR);
    assert_fails(AGI_ERROR_HANGUP, agi_noop(session->call, NULL, &error));
}

/* A reply that was cut in two is a broken connection. */
static void
test_end_amid(void)
{
    static const char *const beginnings[] = {"2", "200 result=0", "520-Invalid\nusage\n",
                                             "100 result=0 Trying...\n"};

    for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        g_autoptr(Session) session = session_new();

        session_queue(session, beginnings[i]);
        shutdown(session->peer, SHUT_WR);
        assert_fails(AGI_ERROR_CONNECTION, agi_gosub(session->call, "a", "b", "1", NULL, &error));
        assert_fails(AGI_ERROR_HANGUP, agi_noop(session->call, NULL, &error));
    }
}

/* --- Replies that are none --- */

/* The rest of an environment is forgiven before the first reply, and only there. */
static void
test_strays(void)
{
    g_autoptr(Session) session = session_new();

    session_queue(session, "agi_spilled: over\n\nmore");
    session_queue(session, " of it\n200 result=0\n");
    assert_works(agi_answer(session->call, &error));
    session_queue(session, "agi_spilled: over\n");
    assert_fails(AGI_ERROR_MALFORMED, agi_answer(session->call, &error));
}

static void
test_endless_strays(void)
{
    g_autoptr(Session) session = session_new();

    for (guint i = 0; i < 20; i++)
        session_queue(session, "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\n");
    assert_fails(AGI_ERROR_MALFORMED, agi_answer(session->call, &error));
}

/* After nonsense the next command gets in step first. */
static void
test_in_step_after_nonsense(void)
{
    g_autoptr(Session) session = session_new();
    g_autofree char *value = NULL;

    session_queue(session, "200 result=0\n");
    assert_works(agi_answer(session->call, &error));
    session_forget_sent(session);
    session_queue(session, "nonsense\n");
    assert_fails(AGI_ERROR_MALFORMED, agi_noop(session->call, NULL, &error));
    session_queue(session, "200 result=0\n");
    session_queue(session, "HANGUP\n520-usage\nof something\n520 end\n");
    session_queue(session, "200 result=1 (capella-1)\n");
    session_queue(session, "200 result=1 (x)\n");
    assert_works(agi_get_variable(session->call, "v", &value, &error));
    g_assert_cmpstr(value, ==, "x");
    g_assert_true(agi_call_is_hung_up(session->call));
}

/* A value beyond all bounds, and behind it what the next command needs. */
static gpointer
write_huge(gpointer data)
{
    Pair *pair = data;
    g_autofree char *bytes = g_strnfill(200000, 'x');
    const char *at[] = {"200 result=1 (",
                        bytes,
                        bytes,
                        bytes,
                        bytes,
                        bytes,
                        bytes,
                        ")\n",
                        "200 result=1 (capella-1)\n",
                        "200 result=0\n"};

    for (guint i = 0; i < G_N_ELEMENTS(at); i++)
        for (gsize done = 0, length = strlen(at[i]); done < length;) {
            ssize_t n_sent = send(pair->ends[1], at[i] + done, length - done, MSG_NOSIGNAL);

            g_assert_cmpint(n_sent, >, 0);
            done += (gsize) n_sent;
        }
    return NULL;
}

static void
test_too_long(void)
{
    Pair pair;
    g_autoptr(AgiCall) call = NULL;
    GThread *thread;

    pair_open(&pair);
    pair_write(&pair, "agi_channel: SIP/x\n\n");
    call = agi_call_new(pair.ends[0], 5, NULL);
    thread = g_thread_new("asterisk", write_huge, &pair);
    assert_fails(AGI_ERROR_MALFORMED, agi_get_full_variable(call, "x", NULL, NULL, &error));
    assert_works(agi_answer(call, &error));
    g_thread_join(thread);
    close(pair.ends[1]);
}

/* --- Time --- */

/* Asterisk that answers late, or never: the command ends in time, and says which time it was. */
static void
test_command_timeout(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;
    gint64 started = g_get_monotonic_time();

    agi_call_set_command_timeout(session->call, 0.05);
    g_assert_false(agi_noop(session->call, NULL, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT);
    g_assert_nonnull(strstr(error->message, "within 0.05 seconds"));
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 50000);
    g_assert_cmpint(g_get_monotonic_time() - started, <, 1500000);
}

static void
test_deadline(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;

    g_assert_cmpfloat(agi_call_get_time_left(session->call), ==, G_MAXDOUBLE);
    g_assert_cmpint(agi_call_get_deadline(session->call), ==, 0);
    agi_call_set_deadline(session->call, 0.05);
    g_assert_cmpfloat(agi_call_get_time_left(session->call), <=, 0.05);
    g_assert_cmpint(agi_call_get_deadline(session->call), >, 0);
    g_assert_false(agi_stream_file(session->call, "long", "", NULL, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT);
    g_assert_nonnull(strstr(error->message, "time of the call"));
    g_assert_cmpfloat(agi_call_get_time_left(session->call), ==, 0);
}

/* Past the deadline nothing is sent, until there is a new one. */
static void
test_past_deadline(void)
{
    g_autoptr(Session) session = session_new();

    agi_call_set_deadline(session->call, 0);
    assert_fails(AGI_ERROR_TIMEOUT, agi_answer(session->call, &error));
    session_assert_silent(session);
    agi_call_set_deadline(session->call, -1);
    session_queue(session, "200 result=0\n");
    assert_works(agi_answer(session->call, &error));
    session_assert_sent(session, "ANSWER");
}

/* A command with a time of its own gets that on top, and one that plays has no limit. */
static void
test_natural_limits(void)
{
    g_autoptr(Session) session = session_new();
    gint64 started = g_get_monotonic_time();

    agi_call_set_command_timeout(session->call, 0.02);
    assert_fails(AGI_ERROR_TIMEOUT, agi_wait_for_digit(session->call, 0.08, NULL, &error));
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 100000);
}

typedef struct {
    Session *session;
    const char *reply;
    gint64 delay; /* microseconds */
} LateReply;

/* Answers after a while. The wait is what is tested. */
static gpointer
reply_late(gpointer data)
{
    LateReply *late = data;
    struct pollfd nothing = {.fd = -1};

    poll(&nothing, 1, (int) (late->delay / 1000));
    session_queue(late->session, late->reply);
    return NULL;
}

static void
test_no_limit(void)
{
    g_autoptr(Session) session = session_new();
    LateReply late = {session, "200 result=0 endpos=1\n", 100000};
    GThread *thread = g_thread_new("asterisk", reply_late, &late);

    agi_call_set_command_timeout(session->call, 0.01);
    assert_works(agi_stream_file(session->call, "long", "", NULL, &error));
    g_thread_join(thread);
}

/* The wait of a command goes beyond the socket's own slice of time. */
static void
test_long_wait(void)
{
    g_autoptr(Session) session = session_new();
    LateReply late = {session, "200 result=0 endpos=1\n", 2200000};
    GThread *thread = g_thread_new("asterisk", reply_late, &late);

    agi_call_set_deadline(session->call, 60);
    assert_works(agi_stream_file(session->call, "long", "", NULL, &error));
    g_thread_join(thread);
}

/* Answers as soon as the other thread is seen to wait. */
static gpointer
reply_when_waiting(gpointer data)
{
    Session *session = data;

    while (agi_call_get_waiting_time(session->call) < 0)
        g_thread_yield();
    session_queue(session, "200 result=0\n");
    return NULL;
}

static void
test_waiting_time(void)
{
    g_autoptr(Session) session = session_new();
    GThread *thread;

    g_assert_cmpfloat(agi_call_get_waiting_time(session->call), <, 0);
    thread = g_thread_new("asterisk", reply_when_waiting, session);
    assert_works(agi_answer(session->call, &error));
    g_assert_cmpfloat(agi_call_get_waiting_time(session->call), <, 0);
    g_thread_join(thread);
}

/* --- Getting back in step --- */

static void
test_resynchronize(void)
{
    g_autoptr(Session) session = session_new();
    g_autofree char *value = NULL;

    agi_call_set_command_timeout(session->call, 0.02);
    assert_fails(AGI_ERROR_TIMEOUT, agi_get_variable(session->call, "late", NULL, &error));
    session_assert_sent(session, "GET VARIABLE \"late\"");
    agi_call_set_command_timeout(session->call, 30);
    session_queue(session, "200 result=1 (too late)\n");
    session_queue(session, "200 result=1 (capella-1)\n");
    session_queue(session, "200 result=1 (right)\n");
    assert_works(agi_get_variable(session->call, "now", &value, &error));
    g_assert_cmpstr(value, ==, "right");
    session_assert_sent(session, "GET FULL VARIABLE \"capella-1\"");
    session_assert_sent(session, "GET VARIABLE \"now\"");
    session_assert_silent(session);
}

/* Asterisk found the question together with the older command: it answers that, and then nothing
 * until more comes. */
static gpointer
reply_when_pushed(gpointer data)
{
    static const char *const awaited[] = {"NOOP\n", "GET FULL VARIABLE \"capella-1\"\n",
                                          "GET FULL VARIABLE \"capella-2\"\n", "ANSWER\n"};
    static const char *const replies[] = {"", "200 result=0\n",
                                          "200 result=1 (capella-1)\n200 result=1 (capella-2)\n",
                                          "200 result=0\n"};
    Session *session = data;

    for (guint i = 0; i < G_N_ELEMENTS(awaited); i++) {
        char line[128] = "";

        g_assert_cmpint(recv(session->peer, line, sizeof line - 1, 0), >, 0);
        g_assert_cmpstr(line, ==, awaited[i]);
        session_queue(session, replies[i]);
    }
    return NULL;
}

static void
test_push(void)
{
    g_autoptr(Session) session = session_new();
    GThread *thread;

    agi_call_set_command_timeout(session->call, 0.02);
    assert_fails(AGI_ERROR_TIMEOUT, agi_noop(session->call, NULL, &error));
    agi_call_set_command_timeout(session->call, 30);
    thread = g_thread_new("asterisk", reply_when_pushed, session);
    assert_works(agi_answer(session->call, &error));
    g_thread_join(thread);
}

static void
test_resynchronize_fails(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) last_error = NULL;

    assert_works(agi_call_resynchronize(session->call, 0, &error));
    agi_call_set_command_timeout(session->call, 0.02);
    assert_fails(AGI_ERROR_TIMEOUT, agi_noop(session->call, NULL, &error));
    g_assert_false(agi_noop(session->call, NULL, &last_error));
    g_assert_error(last_error, AGI_ERROR, AGI_ERROR_TIMEOUT);
    g_assert_true(
        g_str_has_prefix(last_error->message, "an earlier command is still without its reply"));
}

/* After the call's time is up a policy can still be carried out, with new time. */
static void
test_policy_after_deadline(void)
{
    g_autoptr(Session) session = session_new();

    agi_call_set_deadline(session->call, 0.02);
    assert_fails(AGI_ERROR_TIMEOUT, agi_stream_file(session->call, "long", "", NULL, &error));
    session_assert_sent(session, "STREAM FILE \"long\" \"\"");
    agi_call_set_deadline(session->call, 5);
    session_queue(session, "200 result=1 (capella-1)\n");
    session_queue(session, "200 result=1\n");
    assert_works(agi_set_variable(session->call, "CAPELLA_STATUS", "TIMEOUT", &error));
}

/* --- Cancel --- */

static gpointer
cancel_when_waiting(gpointer data)
{
    AgiCall *call = data;

    while (agi_call_get_waiting_time(call) < 0)
        g_thread_yield();
    agi_call_cancel(call);
    agi_call_unref(call);
    return NULL;
}

static void
test_cancel(void)
{
    g_autoptr(Session) session = session_new();
    GThread *thread = g_thread_new("other", cancel_when_waiting, agi_call_ref(session->call));

    assert_fails(AGI_ERROR_CANCELLED, agi_stream_file(session->call, "long", "", NULL, &error));
    g_thread_join(thread);
    assert_fails(AGI_ERROR_CANCELLED, agi_noop(session->call, NULL, &error));
    g_assert_true(agi_call_is_hung_up(session->call));
    agi_call_cancel(session->call);
    session_assert_sent(session, "STREAM FILE \"long\" \"\"");
    session_assert_silent(session);
}

static void
test_cancel_near_deadline(void)
{
    g_autoptr(Session) session = session_new();
    GThread *thread = g_thread_new("other", cancel_when_waiting, agi_call_ref(session->call));

    agi_call_set_deadline(session->call, 1.5);
    assert_fails(AGI_ERROR_CANCELLED, agi_stream_file(session->call, "long", "", NULL, &error));
    g_thread_join(thread);
}

/* --- End --- */

static void
test_finish(void)
{
    g_autoptr(Session) session = session_new();
    char byte;

    shutdown(session->peer, SHUT_WR);
    agi_call_finish(session->call);
    g_assert_cmpint(recv(session->peer, &byte, 1, MSG_DONTWAIT), ==, 0);
    agi_call_finish(session->call);
    g_assert_cmpint(agi_call_get_hangup_fd(session->call), ==, -1);
    g_assert_true(agi_call_is_hung_up(session->call));
    assert_fails(AGI_ERROR_CONNECTION, agi_noop(session->call, NULL, &error));
    agi_call_give_up(session->call, "too late");
    agi_call_cancel(session->call);
    g_assert_cmpint(agi_call_finish_and_steal_fd(session->call), ==, -1);
}

static gpointer
say_last_word(gpointer data)
{
    Session *session = data;
    char byte;

    /* Asterisk sees the end, and then writes HANGUP without getting into trouble. */
    g_assert_cmpint(recv(session->peer, &byte, 1, 0), ==, 0);
    g_assert_cmpint(send(session->peer, "HANGUP\n", 7, MSG_NOSIGNAL), ==, 7);
    shutdown(session->peer, SHUT_WR);
    g_assert_cmpint(recv(session->peer, &byte, 1, 0), ==, 0);
    return NULL;
}

static void
test_finish_drains(void)
{
    g_autoptr(Session) session = session_new();
    GThread *thread = g_thread_new("asterisk", say_last_word, session);

    agi_call_finish(session->call);
    g_thread_join(thread);
}

/* A peer that never closes is waited for a quarter of a second, not longer. */
static void
test_finish_bounded(void)
{
    g_autoptr(Session) session = session_new();
    gint64 started = g_get_monotonic_time();

    agi_call_finish(session->call);
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 240000);
    g_assert_cmpint(g_get_monotonic_time() - started, <, 5000000);
}

static void
test_steal(void)
{
    g_autoptr(Session) session = session_new();
    int fd = agi_call_finish_and_steal_fd(session->call);
    char byte;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(recv(session->peer, &byte, 1, MSG_DONTWAIT), ==, 0);
    session_queue(session, "HANGUP\n");
    g_assert_cmpint(recv(fd, &byte, 1, MSG_DONTWAIT), ==, 1);
    close(fd);
}

static void
test_give_up(void)
{
    g_autoptr(Session) session = session_new();

    shutdown(session->peer, SHUT_WR);
    agi_call_give_up(session->call, "queue full: \"50\"\nNOOP");
    session_assert_sent(session, "failure because queue full- -50--NOOP");
    session_assert_silent(session);
}

static void
test_give_up_cancelled(void)
{
    g_autoptr(Session) session = session_new();

    agi_call_cancel(session->call);
    agi_call_give_up(session->call, "stopped");
    session_assert_sent(session, "failure because stopped");
}

/* --- Watching the wire --- */

static void
note_line(G_GNUC_UNUSED AgiCall *call, AgiDirection direction, const char *line, gsize length,
          gpointer user_data)
{
    g_string_append_printf(user_data, "%c%.*s|", direction == AGI_SENT ? '>' : '<', (int) length,
                           line);
}

static void
test_trace(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    agi_call_set_trace(session->call, note_line, seen);
    session_queue(session, "HANGUP\n520-a\nb\n520 c\n");
    g_assert_false(agi_set_variable(session->call, "a", "b", NULL));
    agi_call_set_confidential(session->call, TRUE);
    session_queue(session, "200 result=secret\n");
    g_assert_false(agi_noop(session->call, "secret", &error));
    g_assert_null(strstr(error->message, "secret"));
    agi_call_set_confidential(session->call, FALSE);
    shutdown(session->peer, SHUT_WR);
    agi_call_give_up(session->call, "bye");
    agi_call_set_trace(session->call, NULL, NULL);
    g_assert_cmpstr(seen->str, ==,
                    ">SET VARIABLE \"a\" \"b\"|<HANGUP|<520-a|<b|<520 c|>***|<***|"
                    ">failure because bye|");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/call/new", test_new);
    g_test_add_func("/agi/call/new-with-rest", test_new_with_rest);
    g_test_add_func("/agi/call/new-long", test_new_long);
    g_test_add_func("/agi/call/new-refused", test_new_refused);
    g_test_add_func("/agi/call/new-endless", test_new_endless);
    g_test_add_func("/agi/call/is-hung-up", test_is_hung_up);
    g_test_add_func("/agi/call/hangup-behind-reply", test_hangup_behind_reply);
    g_test_add_func("/agi/call/closed", test_closed);
    g_test_add_func("/agi/call/closed-unseen", test_closed_unseen);
    g_test_add_func("/agi/call/end-after-hangup", test_end_after_hangup);
    g_test_add_func("/agi/call/end-amid", test_end_amid);
    g_test_add_func("/agi/call/strays", test_strays);
    g_test_add_func("/agi/call/endless-strays", test_endless_strays);
    g_test_add_func("/agi/call/in-step-after-nonsense", test_in_step_after_nonsense);
    g_test_add_func("/agi/call/too-long", test_too_long);
    g_test_add_func("/agi/call/command-timeout", test_command_timeout);
    g_test_add_func("/agi/call/deadline", test_deadline);
    g_test_add_func("/agi/call/past-deadline", test_past_deadline);
    g_test_add_func("/agi/call/natural-limits", test_natural_limits);
    g_test_add_func("/agi/call/no-limit", test_no_limit);
    g_test_add_func("/agi/call/long-wait", test_long_wait);
    g_test_add_func("/agi/call/waiting-time", test_waiting_time);
    g_test_add_func("/agi/call/resynchronize", test_resynchronize);
    g_test_add_func("/agi/call/push", test_push);
    g_test_add_func("/agi/call/resynchronize-fails", test_resynchronize_fails);
    g_test_add_func("/agi/call/policy-after-deadline", test_policy_after_deadline);
    g_test_add_func("/agi/call/cancel", test_cancel);
    g_test_add_func("/agi/call/cancel-near-deadline", test_cancel_near_deadline);
    g_test_add_func("/agi/call/finish", test_finish);
    g_test_add_func("/agi/call/finish-drains", test_finish_drains);
    g_test_add_func("/agi/call/finish-bounded", test_finish_bounded);
    g_test_add_func("/agi/call/steal", test_steal);
    g_test_add_func("/agi/call/give-up", test_give_up);
    g_test_add_func("/agi/call/give-up-cancelled", test_give_up_cancelled);
    g_test_add_func("/agi/call/trace", test_trace);
    return g_test_run();
}
