/* connection.c - the socket of a call, read and written against deadlines.
 *
 * An exchange costs one send() and one recv() on a blocking socket. Time-outs take no further
 * system call: the socket's own receive time-out is set once, to a short slice. While a deadline is
 * further off than the slice, a plain recv() is safe; if it comes back empty-handed, or the
 * deadline is near, poll() waits for the exact rest. Sending never blocks in practice, since there
 * is one short command on its way at a time; where it would, poll() waits as well. */

#include <config.h>

#include "agi/connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define SLICE_SECONDS 2

void
agi_connection_init(AgiConnection *connection, int fd)
{
    const struct timeval slice = {.tv_sec = SLICE_SECONDS};

    pthread_mutex_init(&connection->mutex, NULL);
    connection->fd = fd;
    atomic_init(&connection->is_cancelled, FALSE);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice);
}

void
agi_connection_clear(AgiConnection *connection)
{
    pthread_mutex_destroy(&connection->mutex);
}

/* Milliseconds from @now to @deadline for poll(), rounded up. */
static int
milliseconds_until(gint64 deadline, gint64 now)
{
    return (int) CLAMP((deadline - now + 999) / 1000, 0, G_MAXINT);
}

/* Waits until the socket can be read, or written if @event is POLLOUT. One that the other side has
 * closed can be read, and not be written. */
static AgiIo
wait_for(int fd, short event, gint64 deadline)
{
    struct pollfd waited = {.fd = fd, .events = (short) (event | POLLRDHUP)};

    for (;;) {
        gint64 now = deadline > 0 ? g_get_monotonic_time() : 0;
        int n_ready;

        if (deadline > 0 && now >= deadline)
            return AGI_IO_TIMEOUT;
        n_ready = poll(&waited, 1, deadline > 0 ? milliseconds_until(deadline, now) : -1);
        if (n_ready > 0)
            return event == POLLOUT && (waited.revents & POLLOUT) == 0 ? AGI_IO_END : AGI_IO_DONE;
        if (n_ready < 0 && errno != EINTR)
            return AGI_IO_FAILED;
    }
}

/* What a failed send() or recv() means. */
static AgiIo
io_of_errno(void)
{
    return errno == EPIPE || errno == ECONNRESET ? AGI_IO_END : AGI_IO_FAILED;
}

static gboolean
has_to_wait(void)
{
    return errno == EAGAIN;
}

AgiIo
agi_connection_write(AgiConnection *connection, const char *bytes, gsize length, gint64 deadline)
{
    while (length > 0) {
        ssize_t n_sent = send(connection->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n_sent >= 0) {
            bytes += n_sent;
            length -= (gsize) n_sent;
        } else if (has_to_wait()) {
            AgiIo io = wait_for(connection->fd, POLLOUT, deadline);

            if (atomic_load(&connection->is_cancelled))
                return AGI_IO_CANCELLED;
            if (io != AGI_IO_DONE)
                return io;
        } else if (errno != EINTR) {
            return io_of_errno();
        }
    }
    return AGI_IO_DONE;
}

/* One recv(): AGI_IO_TIMEOUT where it has to be tried again. */
static AgiIo
receive(AgiConnection *connection, char *buffer, gsize size, int flags, gsize *length)
{
    ssize_t n_received = recv(connection->fd, buffer, size, flags);

    if (n_received > 0) {
        *length = (gsize) n_received;
        return AGI_IO_DONE;
    }
    if (n_received < 0 && (has_to_wait() || errno == EINTR))
        return AGI_IO_TIMEOUT;
    if (atomic_load(&connection->is_cancelled))
        return AGI_IO_CANCELLED;
    return n_received == 0 ? AGI_IO_END : io_of_errno();
}

AgiIo
agi_connection_read(AgiConnection *connection, char *buffer, gsize size, gint64 deadline,
                    gint64 now, gsize *length)
{
    AgiIo io = AGI_IO_TIMEOUT;

    if (deadline == 0 || deadline - now > SLICE_SECONDS * G_USEC_PER_SEC)
        io = receive(connection, buffer, size, 0, length);
    while (io == AGI_IO_TIMEOUT) {
        io = wait_for(connection->fd, POLLIN, deadline);
        if (io != AGI_IO_DONE)
            return io;
        io = receive(connection, buffer, size, MSG_DONTWAIT, length);
    }
    return io;
}

AgiIo
agi_connection_look(AgiConnection *connection, char *buffer, gsize size, gsize *length)
{
    return receive(connection, buffer, size, MSG_DONTWAIT, length);
}

void
agi_connection_cancel(AgiConnection *connection)
{
    pthread_mutex_lock(&connection->mutex);
    atomic_store(&connection->is_cancelled, TRUE);
    if (connection->fd >= 0)
        shutdown(connection->fd, SHUT_RD);
    pthread_mutex_unlock(&connection->mutex);
}

void
agi_connection_disconnect(AgiConnection *connection)
{
    pthread_mutex_lock(&connection->mutex);
    if (connection->fd >= 0)
        shutdown(connection->fd, SHUT_RDWR);
    pthread_mutex_unlock(&connection->mutex);
}

int
agi_connection_steal(AgiConnection *connection)
{
    int fd = connection->fd;

    pthread_mutex_lock(&connection->mutex);
    connection->fd = -1;
    pthread_mutex_unlock(&connection->mutex);
    if (fd >= 0)
        shutdown(fd, SHUT_WR);
    return fd;
}

void
agi_drain_and_close(int fd, gdouble seconds)
{
    gint64 deadline = g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);
    char bytes[256];
    ssize_t n_received = 1;

    while (n_received != 0 && wait_for(fd, POLLIN, deadline) == AGI_IO_DONE) {
        n_received = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n_received < 0 && !has_to_wait() && errno != EINTR)
            break;
    }
    close(fd);
}
