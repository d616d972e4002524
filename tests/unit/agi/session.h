/* session.h - a call whose Asterisk is the test itself, one packet at a time.
 *
 * The two ends are joined by a socket that keeps packets apart: what the test queues as two pieces
 * the call receives as two pieces, without any timing, and what the call sends in one go the test
 * sees as one. So a test queues the answers first, runs the command, and then looks at what was
 * sent, all in one thread. */

#pragma once

#include <capella/agi.h>

typedef struct {
    AgiCall *call;
    int peer; /* Asterisk's end; -1 when it was closed */
} Session;

Session *session_new(void);
Session *session_new_with_version(const char *version);
void session_free(Session *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Queues one packet. */
void session_queue(Session *session, const char *bytes);

/* Queues a text as two packets, or with a negative @at as packets of one byte. */
void session_queue_pieces(Session *session, const char *bytes, int at);

/* Asterisk closes its end. */
void session_close(Session *session);

/* What the call sent next, as one packet; NULL where there is nothing (more). (transfer full) */
char *session_take_sent(Session *session);

/* Passes over what the call sent next. */
void session_forget_sent(Session *session);

/* The line that was sent next, without its LF, is @line; nothing was sent. */
#define session_assert_sent(session, line)                                                         \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autofree char *sent_ = session_take_sent(session);                                       \
        g_assert_cmpstr(sent_, ==, line "\n");                                                     \
    }                                                                                              \
    G_STMT_END

#define session_assert_silent(session)                                                             \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autofree char *sent_ = session_take_sent(session);                                       \
        g_assert_cmpstr(sent_, ==, NULL);                                                          \
    }                                                                                              \
    G_STMT_END
