/* session.c - a call whose Asterisk is the test itself, one packet at a time. */

#include "unit/agi/session.h"

#include "agi/call-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

Session *
session_new(void)
{
    return session_new_with_version("22.6.1");
}

Session *
session_new_with_version(const char *version)
{
    g_autofree char *block =
        g_strdup_printf("agi_network: yes\nagi_channel: PJSIP/alice-00000007\n"
                        "agi_uniqueid: 1795433707.14\nagi_version: %s\nagi_callerid: 5551234\n"
                        "agi_context: incoming\nagi_extension: 100\nagi_priority: 2\n\n",
                        version);
    g_autoptr(AgiEnvironment) environment = agi_environment_new(block, strlen(block), NULL);
    Session *session = g_new0(Session, 1);
    int ends[2];

    g_assert_nonnull(environment);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
    session->call = agi_call_new_with_environment(ends[0], g_steal_pointer(&environment), NULL, 0);
    session->peer = ends[1];
    return session;
}

void
session_free(Session *session)
{
    /* First, so that the end of the call does not wait for Asterisk's last word. */
    session_close(session);
    agi_call_unref(session->call);
    g_free(session);
}

static void
queue_packet(Session *session, const char *bytes, gsize length)
{
    if (length > 0)
        g_assert_cmpint(send(session->peer, bytes, length, MSG_NOSIGNAL), ==, (ssize_t) length);
}

void
session_queue(Session *session, const char *bytes)
{
    queue_packet(session, bytes, strlen(bytes));
}

void
session_queue_pieces(Session *session, const char *bytes, int at)
{
    gsize length = strlen(bytes);

    if (at >= 0) {
        queue_packet(session, bytes, MIN((gsize) at, length));
        queue_packet(session, bytes + MIN((gsize) at, length), length - MIN((gsize) at, length));
        return;
    }
    for (gsize i = 0; i < length; i++)
        queue_packet(session, bytes + i, 1);
}

void
session_close(Session *session)
{
    if (session->peer >= 0)
        close(session->peer);
    session->peer = -1;
}

char *
session_take_sent(Session *session)
{
    char bytes[16384];
    ssize_t length = recv(session->peer, bytes, sizeof bytes, MSG_DONTWAIT);

    if (length <= 0) {
        g_assert_true(length == 0 || errno == EAGAIN);
        return NULL;
    }
    return g_strndup(bytes, (gsize) length);
}

void
session_forget_sent(Session *session)
{
    g_autofree char *sent = session_take_sent(session);

    g_assert_nonnull(sent);
}
