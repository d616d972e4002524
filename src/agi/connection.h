/* connection.h - private: the socket of a call, read and written against deadlines. */

#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* How reading or writing went. */
typedef enum {
    AGI_IO_DONE,
    AGI_IO_END,       /* the other side has closed, or reset, the connection */
    AGI_IO_TIMEOUT,   /* the deadline has passed */
    AGI_IO_CANCELLED, /* agi_connection_cancel() was called */
    AGI_IO_FAILED,    /* the network failed; errno tells */
} AgiIo;

/* Belongs to one thread, but for agi_connection_cancel(). */
typedef struct {
    pthread_mutex_t mutex; /* guards the change of @fd against a cancel from another thread */
    int fd;                /* -1: closed */
    atomic_bool is_cancelled;
} AgiConnection;

/* Deadlines are in monotonic microseconds; 0: none. So is @now, which the caller has mostly taken a
 * moment ago. */
void agi_connection_init(AgiConnection *connection, int fd);
void agi_connection_clear(AgiConnection *connection);
AgiIo agi_connection_write(AgiConnection *connection, const char *bytes, gsize length,
                           gint64 deadline);
AgiIo agi_connection_read(AgiConnection *connection, char *buffer, gsize size, gint64 deadline,
                          gint64 now, gsize *length);

/* As agi_connection_read(), but what is not there already is AGI_IO_TIMEOUT. */
AgiIo agi_connection_look(AgiConnection *connection, char *buffer, gsize size, gsize *length);

/* Ends a read that blocks, now and for good. Any thread. */
void agi_connection_cancel(AgiConnection *connection);

/* Cuts the connection; the next read or write finds its end. Any thread. */
void agi_connection_disconnect(AgiConnection *connection);

/* Tells the other side that nothing more comes, and hands the socket out; -1 if it was. */
int agi_connection_steal(AgiConnection *connection);

/* Reads a half-closed socket until the other side has closed as well, but no longer than @seconds,
 * and closes it. */
void agi_drain_and_close(int fd, gdouble seconds);

G_END_DECLS
