/* test-watch.c - the cancellable of a call: triggered by hangup, deadline and cancel, by no reply.
 */

#include "agi/call-private.h"
#include "unit/agi/session.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Waits for a cancellable as a long operation would. */
static void
assert_triggered(GCancellable *cancellable)
{
    GPollFD waited;

    g_assert_true(g_cancellable_make_pollfd(cancellable, &waited));
    g_assert_cmpint(g_poll(&waited, 1, 10000), ==, 1);
    g_assert_true(g_cancellable_is_cancelled(cancellable));
    g_cancellable_release_fd(cancellable);
}

static void
test_hangup(void)
{
    g_autoptr(Session) session = session_new();
    GCancellable *cancellable = agi_call_get_cancellable(session->call);

    g_assert_true(agi_call_get_cancellable(session->call) == cancellable);
    g_assert_false(g_cancellable_is_cancelled(cancellable));
    session_queue(session, "HANGUP\n");
    assert_triggered(cancellable);
    g_assert_true(agi_call_is_hung_up(session->call));
}

static void
test_hangup_before(void)
{
    g_autoptr(Session) session = session_new();

    session_queue(session, "HANGUP\n");
    g_assert_true(g_cancellable_is_cancelled(agi_call_get_cancellable(session->call)));
}

static void
test_end(void)
{
    g_autoptr(Session) session = session_new();
    GCancellable *cancellable = agi_call_get_cancellable(session->call);

    session_close(session);
    assert_triggered(cancellable);
}

/* The line comes in pieces, one of them together with a reply. */
static void
test_hangup_in_pieces(void)
{
    static const char hangup[] = "HANGUP\r\n";

    for (gsize at = 1; at < strlen(hangup); at++) {
        g_autoptr(Session) session = session_new();
        GCancellable *cancellable = agi_call_get_cancellable(session->call);
        g_autofree char *reply = g_strdup_printf("200 result=0\n%.*s", (int) at, hangup);

        session_queue(session, reply);
        g_assert_true(agi_answer(session->call, NULL));
        g_assert_false(g_cancellable_is_cancelled(cancellable));
        session_queue(session, hangup + at);
        assert_triggered(cancellable);
        g_assert_true(agi_call_is_hung_up(session->call));
    }
}

/* What comes with, or right behind, a reply is noticed with the command. */
static void
test_hangup_behind_reply(void)
{
    g_autoptr(Session) together = session_new();
    GCancellable *cancellable = agi_call_get_cancellable(together->call);

    session_queue(together, "200 result=0\nHANGUP\n");
    g_assert_true(agi_answer(together->call, NULL));
    g_assert_true(g_cancellable_is_cancelled(cancellable));
}

static gpointer
reply_and_hang_up(gpointer data)
{
    Session *session = data;
    char line[64];

    while (recv(session->peer, line, sizeof line, 0) > 0) {
        session_queue(session, "200 result=0\n");
        if (strncmp(line, "ANSWER", 6) == 0)
            break;
    }
    session_queue(session, "HANGUP\n");
    return NULL;
}

/* However the hangup falls between the commands, it is noticed; and no reply is taken for one. */
static void
test_hangup_any_time(void)
{
    for (guint round = 0; round < 200; round++) {
        g_autoptr(Session) session = session_new();
        GCancellable *cancellable = agi_call_get_cancellable(session->call);
        GThread *thread = g_thread_new("asterisk", reply_and_hang_up, session);

        for (guint i = 0; i < round % 5; i++) {
            g_assert_true(agi_noop(session->call, NULL, NULL));
            g_assert_false(g_cancellable_is_cancelled(cancellable));
        }
        g_assert_true(agi_answer(session->call, NULL));
        assert_triggered(cancellable);
        g_thread_join(thread);
    }
}

static void
test_strange_news(void)
{
    g_autoptr(Session) session = session_new();
    GCancellable *cancellable = agi_call_get_cancellable(session->call);

    session_queue(session, "HANGUPS\nnonsense\n");
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_noop(session->call, NULL, NULL));
    g_assert_false(g_cancellable_is_cancelled(cancellable));
    session_queue(session, "nonsense\nHANGUP\n");
    assert_triggered(cancellable);
}

static void
test_deadline(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(Session) patient = session_new();
    GCancellable *cancellable;

    agi_call_set_deadline(patient->call, 3600);
    g_assert_false(g_cancellable_is_cancelled(agi_call_get_cancellable(patient->call)));
    agi_call_set_deadline(session->call, 3600);
    cancellable = agi_call_get_cancellable(session->call);
    agi_call_set_deadline(session->call, 0.02);
    assert_triggered(cancellable);
    g_assert_false(agi_call_is_hung_up(session->call));
    g_assert_false(g_cancellable_is_cancelled(agi_call_get_cancellable(patient->call)));
}

static void
test_no_deadline(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(Session) other = session_new();
    GCancellable *cancellable;

    agi_call_set_deadline(session->call, 0.02);
    cancellable = agi_call_get_cancellable(session->call);
    agi_call_set_deadline(session->call, -1);
    agi_call_set_deadline(other->call, 0.05);
    assert_triggered(agi_call_get_cancellable(other->call));
    g_assert_false(g_cancellable_is_cancelled(cancellable));
}

static gpointer
cancel(gpointer data)
{
    agi_call_cancel(data);
    return NULL;
}

static void
test_cancel(void)
{
    g_autoptr(Session) session = session_new();
    GCancellable *cancellable = agi_call_get_cancellable(session->call);
    GThread *thread = g_thread_new("other", cancel, session->call);

    assert_triggered(cancellable);
    g_thread_join(thread);
    g_assert_true(g_cancellable_is_cancelled(agi_call_get_cancellable(session->call)));
}

static void
test_cancel_before(void)
{
    g_autoptr(Session) session = session_new();

    agi_call_cancel(session->call);
    g_assert_true(g_cancellable_is_cancelled(agi_call_get_cancellable(session->call)));
}

/* Sockets and their numbers come and go: what one call had is not the next one's. */
static void
test_reuse(void)
{
    for (guint round = 0; round < 200; round++) {
        g_autoptr(Session) session = session_new();
        GCancellable *cancellable = agi_call_get_cancellable(session->call);

        g_assert_false(g_cancellable_is_cancelled(cancellable));
        if (round % 2 == 0)
            session_queue(session, "HANGUP\n");
    }
}

/* A callback may end the very call that it is told of. */
static void
finish_call(G_GNUC_UNUSED GCancellable *cancellable, gpointer user_data)
{
    agi_call_cancel(user_data);
}

static void
test_callback(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GCancellable) cancellable = g_object_ref(agi_call_get_cancellable(session->call));
    gulong id = g_cancellable_connect(cancellable, G_CALLBACK(finish_call),
                                      agi_call_ref(session->call), (GDestroyNotify) agi_call_unref);

    session_queue(session, "HANGUP\n");
    assert_triggered(cancellable);
    g_cancellable_disconnect(cancellable, id);
}

static void
test_finished(void)
{
    g_autoptr(Session) session = session_new();

    session_close(session);
    agi_call_finish(session->call);
    g_assert_false(g_cancellable_is_cancelled(agi_call_get_cancellable(session->call)));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/watch/hangup", test_hangup);
    g_test_add_func("/agi/watch/hangup-before", test_hangup_before);
    g_test_add_func("/agi/watch/end", test_end);
    g_test_add_func("/agi/watch/hangup-in-pieces", test_hangup_in_pieces);
    g_test_add_func("/agi/watch/hangup-behind-reply", test_hangup_behind_reply);
    g_test_add_func("/agi/watch/hangup-any-time", test_hangup_any_time);
    g_test_add_func("/agi/watch/strange-news", test_strange_news);
    g_test_add_func("/agi/watch/deadline", test_deadline);
    g_test_add_func("/agi/watch/no-deadline", test_no_deadline);
    g_test_add_func("/agi/watch/cancel", test_cancel);
    g_test_add_func("/agi/watch/cancel-before", test_cancel_before);
    g_test_add_func("/agi/watch/reuse", test_reuse);
    g_test_add_func("/agi/watch/callback", test_callback);
    g_test_add_func("/agi/watch/finished", test_finished);
    return g_test_run();
}
