/* connection.h - one connection while the acceptor has it: before it is a call, and after. */

#pragma once

#include "capellad/asterisks.h"

G_BEGIN_DECLS

typedef enum {
    CONNECTION_READING,  /* its environment is on the way */
    CONNECTION_REFUSING, /* it is being told why it can't be served */
    CONNECTION_DRAINING, /* it is half closed, and read to its end */
} ConnectionState;

#define CONNECTION_STATES 3

/**
 * Connection:
 *
 * A socket that is never waited for. Belongs to the acceptor.
 */
typedef struct {
    ConnectionState state;
    int fd;
    gboolean is_polled;
    gint64 accepted; /* monotonic microseconds */
    gint64 due;
    GList link; /* of the state's list, which is in order of due */
    char peer[64];
    Asterisk *asterisk; /* that it comes from; NULL: not known */
    char *input;        /* of the environment, or of a reply, so far */
    gsize length;
    gsize capacity;
    gsize scanned;   /* how far the end of the environment has been looked for */
    char **commands; /* of a refusal */
    guint next_command;
    gboolean ends_as_failure;
    guint looks; /* how often it has been looked at while it drains */
} Connection;

typedef enum {
    CONNECTION_WAITING, /* for more to read */
    CONNECTION_READY,   /* what was waited for is there */
    CONNECTION_CLOSED,  /* by the peer */
    CONNECTION_TOO_LONG,
} ConnectionProgress;

Connection *connection_new(int fd, ConnectionState state);
void connection_free(Connection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_free)

/* Reads until the environment is complete; @block_length says then how long it is, and what else
 * is in the input came behind it. */
ConnectionProgress connection_read_environment(Connection *connection, gsize *block_length);

/* Sends the refusal's commands one by one, each after the reply to the one before, and last, where
 * it is to end so, a line that makes AGISTATUS a failure. %CONNECTION_READY when all has been said.
 */
ConnectionProgress connection_refuse(Connection *connection);

/* Reads to the end of the connection. */
ConnectionProgress connection_drain(Connection *connection);

/* Sends one line without waiting; what the socket can't take at once is lost. */
void connection_send_line(Connection *connection, const char *line);

G_END_DECLS
