/* connection.c - one connection while the acceptor has it: before it is a call, and after. */

#include "capellad/connection.h"

#include "agi/call-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE 2048

/* The longest line that is looked at in a reply to a refusal's command. */
#define REPLY_MAXIMUM 65536

Connection *
connection_new(int fd, ConnectionState state)
{
    Connection *connection = g_new0(Connection, 1);

    connection->fd = fd;
    connection->state = state;
    connection->link.data = connection;
    return connection;
}

void
connection_free(Connection *connection)
{
    if (connection == NULL)
        return;
    if (connection->fd >= 0)
        close(connection->fd);
    g_clear_pointer(&connection->asterisk, asterisk_unref);
    g_strfreev(connection->commands);
    g_free(connection->input);
    g_free(connection);
}

static void
reserve(Connection *connection)
{
    if (connection->capacity - connection->length >= READ_SIZE)
        return;
    connection->capacity = MAX(connection->capacity * 2, 2 * READ_SIZE);
    connection->input = g_realloc(connection->input, connection->capacity);
}

/* Reads what is there. */
static ConnectionProgress
receive(Connection *connection)
{
    gssize count;

    reserve(connection);
    do
        count = recv(connection->fd, connection->input + connection->length,
                     connection->capacity - connection->length, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count > 0) {
        connection->length += (gsize) count;
        return CONNECTION_READY;
    }
    if (count < 0 && errno == EAGAIN)
        return CONNECTION_WAITING;
    return CONNECTION_CLOSED;
}

ConnectionProgress
connection_read_environment(Connection *connection, gsize *block_length)
{
    for (;;) {
        ConnectionProgress progress = receive(connection);

        if (progress != CONNECTION_READY)
            return progress;
        *block_length =
            agi_environment_find_end(connection->input, connection->length, connection->scanned);
        if (*block_length > 0)
            return CONNECTION_READY;
        connection->scanned = connection->length;
        if (connection->length > AGI_ENVIRONMENT_MAXIMUM_BYTES)
            return CONNECTION_TOO_LONG;
    }
}

void
connection_send_line(Connection *connection, const char *line)
{
    g_autofree char *whole = g_strconcat(line, "\n", NULL);

    if (send(connection->fd, whole, strlen(whole), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        g_debug("A refusal could not be sent to %s: %s", connection->peer, g_strerror(errno));
}

/* Whether a line ends a reply: three digits and a blank, but not one that only says "trying". */
static gboolean
is_final_reply(const char *line, gsize length)
{
    return length >= 4 && g_ascii_isdigit(line[0]) && line[0] != '1' && g_ascii_isdigit(line[1]) &&
           g_ascii_isdigit(line[2]) && line[3] == ' ';
}

/* Takes lines out of the input until one ends a reply. */
static gboolean
take_reply(Connection *connection)
{
    gboolean is_final = FALSE;
    char *end;

    while (!is_final && (end = memchr(connection->input, '\n', connection->length)) != NULL) {
        gsize length = (gsize) (end - connection->input);

        is_final = is_final_reply(connection->input, length);
        connection->length -= length + 1;
        memmove(connection->input, end + 1, connection->length);
    }
    return is_final;
}

/* The line that makes AGISTATUS a failure leaves the place where the dialplan goes on as it is. */
static void
end_refusal(Connection *connection)
{
    if (connection->ends_as_failure)
        connection_send_line(connection, "failure");
    shutdown(connection->fd, SHUT_WR);
}

ConnectionProgress
connection_refuse(Connection *connection)
{
    if (connection->next_command == 0)
        connection_send_line(connection, connection->commands[connection->next_command++]);
    for (;;) {
        ConnectionProgress progress = receive(connection);

        if (progress != CONNECTION_READY)
            return progress;
        if (connection->length > REPLY_MAXIMUM)
            return CONNECTION_TOO_LONG;
        if (!take_reply(connection))
            continue;
        if (connection->commands[connection->next_command] == NULL) {
            end_refusal(connection);
            return CONNECTION_READY;
        }
        connection_send_line(connection, connection->commands[connection->next_command++]);
    }
}

ConnectionProgress
connection_drain(Connection *connection)
{
    ConnectionProgress progress;

    do {
        connection->length = 0;
        progress = receive(connection);
    } while (progress == CONNECTION_READY);
    return progress;
}
