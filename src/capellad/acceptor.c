/* acceptor.c - the thread that accepts connections and learns what they want.
 *
 * One epoll set holds the listeners and every connection that is not a worker's at the moment.
 * Connections stay in blocking mode, for the workers' sake; here each read and write says
 * MSG_DONTWAIT. Each state has its own time limit, so each state's list is in order of due times
 * and only its head need be looked at. Other threads hand in finished calls, by acceptor_drain(),
 * and new ones, by acceptor_adopt(), so the two lists of those have a lock; all else belongs to
 * this thread.
 *
 * A finished call is not watched for its end: nearly always Asterisk has closed its side before
 * the connection is looked at again, a moment later, and then one read and a close() are all that
 * it costs. */

#include "capellad/acceptor.h"

#include "agi/call-private.h"
#include "capellad/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_AT_ONCE  64
#define ACCEPTS_AT_ONCE 64
#define TICK            (G_USEC_PER_SEC)
#define REFUSE_TIMEOUT  (2 * G_USEC_PER_SEC)

/* When a finished call is looked at, and how often before it is closed all the same. */
#define DRAIN_INTERVAL (G_USEC_PER_SEC / 10)
#define DRAIN_LOOKS    5

/* How long the listeners rest when the process has no descriptor left. */
#define EXHAUSTED_PAUSE (G_USEC_PER_SEC / 10)

struct _Acceptor {
    Configuration *configuration;
    Counters *counters;
    AcceptorClient client;
    pthread_t thread;
    gboolean has_thread;
    int epoll_fd;
    int wake_fd;
    int reserve_fd; /* given up for a moment when the process has no other left */
    GPtrArray *listeners;
    gint64 paused_until; /* 0: the listeners are polled */
    gint64 environment_timeout;
    guint64 last_id;
    guint connections;     /* atomic */
    gboolean is_ending;    /* atomic */
    gboolean is_listening; /* atomic */
    GMutex handed_lock;    /* guards adopted, and the list of CONNECTION_DRAINING */
    GQueue adopted;        /* of Connection, by their links */
    GQueue lists[CONNECTION_STATES];
};

static gboolean
fail(const char *what, GError **error)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", what, g_strerror(errno));
    return FALSE;
}

static gboolean
poll_fd(Acceptor *acceptor, int fd, guint32 events, gpointer data)
{
    struct epoll_event event = {.events = events, .data.ptr = data};

    return epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* The lists. */

static void
lock_list(Acceptor *acceptor, ConnectionState state)
{
    if (state == CONNECTION_DRAINING)
        g_mutex_lock(&acceptor->handed_lock);
}

static void
unlock_list(Acceptor *acceptor, ConnectionState state)
{
    if (state == CONNECTION_DRAINING)
        g_mutex_unlock(&acceptor->handed_lock);
}

static gint64
state_timeout(const Acceptor *acceptor, ConnectionState state)
{
    switch (state) {
    case CONNECTION_READING:
        return acceptor->environment_timeout;
    case CONNECTION_REFUSING:
        return REFUSE_TIMEOUT;
    case CONNECTION_DRAINING:
        return DRAIN_INTERVAL;
    }
    return 0;
}

/* Puts a connection into the list of a state; whether it is the only one there. */
static gboolean
connection_enter(Acceptor *acceptor, Connection *connection, ConnectionState state)
{
    gboolean is_first;

    lock_list(acceptor, state);
    connection->state = state;
    connection->due = g_get_monotonic_time() + state_timeout(acceptor, state);
    g_queue_push_tail_link(&acceptor->lists[state], &connection->link);
    is_first = acceptor->lists[state].length == 1;
    unlock_list(acceptor, state);
    return is_first;
}

static void
connection_poll(Acceptor *acceptor, Connection *connection)
{
    if (connection->is_polled)
        return;
    connection->is_polled = TRUE;
    if (!poll_fd(acceptor, connection->fd, EPOLLIN | EPOLLRDHUP, connection))
        g_warning("Connection from %s cannot be watched: %s", connection->peer, g_strerror(errno));
}

static void
connection_unpoll(Acceptor *acceptor, Connection *connection)
{
    if (!connection->is_polled)
        return;
    connection->is_polled = FALSE;
    epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
}

static void
connection_leave(Acceptor *acceptor, Connection *connection)
{
    ConnectionState state = connection->state;

    lock_list(acceptor, state);
    g_queue_unlink(&acceptor->lists[state], &connection->link);
    unlock_list(acceptor, state);
}

static void
connection_end(Acceptor *acceptor, Connection *connection)
{
    connection_leave(acceptor, connection);
    connection_free(connection);
    g_atomic_int_add(&acceptor->connections, -1);
}

/* Takes the descriptor out of the acceptor's hands. */
static int
connection_release(Acceptor *acceptor, Connection *connection)
{
    int fd = connection->fd;

    connection_unpoll(acceptor, connection);
    connection->fd = -1;
    connection_end(acceptor, connection);
    return fd;
}

/* A connection that said nothing sensible. */
static void
connection_reject(Acceptor *acceptor, Connection *connection, const char *reason)
{
    counters_add(&acceptor->counters->malformed);
    g_message("Connection from %s %s; it is closed", connection->peer, reason);
    connection_send_line(connection, "failure");
    connection_end(acceptor, connection);
}

/* Reading environments. */

static void
become_call(Acceptor *acceptor, Connection *connection, gsize block_length)
{
    g_autoptr(GError) error = NULL;
    AgiEnvironment *environment = agi_environment_new(connection->input, block_length, &error);
    g_autofree char *input = NULL;
    gint64 accepted = connection->accepted;
    gsize rest_length = connection->length - block_length;
    Asterisk *asterisk;
    char *peer;
    Call *call;

    if (environment == NULL) {
        g_autofree char *reason = g_strdup_printf("is no call: %s", error->message);

        connection_reject(acceptor, connection, reason);
        return;
    }
    counters_add(&acceptor->counters->calls);
    input = g_steal_pointer(&connection->input);
    peer = g_strdup(connection->peer);
    asterisk = g_steal_pointer(&connection->asterisk);
    call = call_new(++acceptor->last_id, connection_release(acceptor, connection), environment,
                    input + block_length, rest_length, acceptor->configuration);
    call->peer = peer;
    call->asterisk = asterisk;
    call->accepted = accepted;
    acceptor->client.call(call, acceptor->client.user_data);
}

static void
connection_closed_early(Acceptor *acceptor, Connection *connection)
{
    if (connection->length == 0) {
        counters_add(&acceptor->counters->probes);
        g_debug("Connection from %s was closed without a byte", connection->peer);
    } else {
        counters_add(&acceptor->counters->malformed);
        g_message("Connection from %s was closed before it said what the call is",
                  connection->peer);
    }
    connection_end(acceptor, connection);
}

static void
continue_reading(Acceptor *acceptor, Connection *connection)
{
    gsize block_length = 0;

    switch (connection_read_environment(connection, &block_length)) {
    case CONNECTION_WAITING:
        connection_poll(acceptor, connection);
        break;
    case CONNECTION_READY:
        become_call(acceptor, connection, block_length);
        break;
    case CONNECTION_CLOSED:
        connection_closed_early(acceptor, connection);
        break;
    case CONNECTION_TOO_LONG:
        connection_reject(acceptor, connection, "says more of its call than any Asterisk does");
        break;
    }
}

/* Refusing. */

static void
continue_refusing(Acceptor *acceptor, Connection *connection)
{
    switch (connection_refuse(connection)) {
    case CONNECTION_WAITING:
        connection_poll(acceptor, connection);
        break;
    case CONNECTION_READY:
        connection_unpoll(acceptor, connection);
        connection_leave(acceptor, connection);
        connection_enter(acceptor, connection, CONNECTION_DRAINING);
        break;
    case CONNECTION_CLOSED:
    case CONNECTION_TOO_LONG:
        connection_end(acceptor, connection);
        break;
    }
}

void
acceptor_refuse(Acceptor *acceptor, Call *call, const Policy *policy, const char *status,
                const char *explanation)
{
    Connection *connection = connection_new(call->fd, CONNECTION_REFUSING);

    counters_add(&acceptor->counters->refused);
    log_set_call(&call->log);
    g_message("Call refused: %s (%s)", explanation, status);
    log_set_call(NULL);
    call->fd = -1;
    g_strlcpy(connection->peer, call->peer, sizeof connection->peer);
    connection->ends_as_failure = policy_ends_as_failure(policy);
    connection->commands = policy_get_commands(policy, call->environment, status, explanation);
    call_free(call);
    g_atomic_int_inc(&acceptor->connections);
    connection_enter(acceptor, connection, CONNECTION_REFUSING);
    continue_refusing(acceptor, connection);
}

/* Draining. */

static void
wake(Acceptor *acceptor)
{
    static const guint64 one = 1;

    if (write(acceptor->wake_fd, &one, sizeof one) < 0)
        g_debug("The acceptor is awake already: %s", g_strerror(errno));
}

/* Looks at a finished call that has fallen due. */
static void
continue_draining(Acceptor *acceptor, Connection *connection)
{
    if (connection_drain(connection) != CONNECTION_WAITING || ++connection->looks == DRAIN_LOOKS) {
        connection_end(acceptor, connection);
        return;
    }
    connection_leave(acceptor, connection);
    connection_enter(acceptor, connection, CONNECTION_DRAINING);
}

void
acceptor_drain(Acceptor *acceptor, int fd)
{
    Connection *connection = connection_new(fd, CONNECTION_DRAINING);

    g_atomic_int_inc(&acceptor->connections);
    if (connection_enter(acceptor, connection, CONNECTION_DRAINING))
        wake(acceptor);
}

static void
connection_continue(Acceptor *acceptor, Connection *connection)
{
    switch (connection->state) {
    case CONNECTION_READING:
        continue_reading(acceptor, connection);
        break;
    case CONNECTION_REFUSING:
        continue_refusing(acceptor, connection);
        break;
    case CONNECTION_DRAINING:
        break;
    }
}

/* Time limits. */

static Connection *
peek_overdue(Acceptor *acceptor, ConnectionState state, gint64 now)
{
    Connection *first;

    lock_list(acceptor, state);
    first = g_queue_peek_head(&acceptor->lists[state]);
    unlock_list(acceptor, state);
    return first != NULL && first->due <= now ? first : NULL;
}

static void
end_overdue(Acceptor *acceptor, gint64 now)
{
    Connection *connection;

    while ((connection = peek_overdue(acceptor, CONNECTION_READING, now)) != NULL)
        connection_reject(acceptor, connection, "did not say in time what the call is");
    while ((connection = peek_overdue(acceptor, CONNECTION_REFUSING, now)) != NULL)
        connection_end(acceptor, connection);
    while ((connection = peek_overdue(acceptor, CONNECTION_DRAINING, now)) != NULL)
        continue_draining(acceptor, connection);
}

static gint64
next_due(Acceptor *acceptor)
{
    gint64 due = g_get_monotonic_time() + TICK;

    for (guint state = 0; state < CONNECTION_STATES; state++) {
        const Connection *first;

        lock_list(acceptor, (ConnectionState) state);
        first = g_queue_peek_head(&acceptor->lists[state]);
        if (first != NULL)
            due = MIN(due, first->due);
        unlock_list(acceptor, (ConnectionState) state);
    }
    return acceptor->paused_until != 0 ? MIN(due, acceptor->paused_until) : due;
}

/* Accepting. */

static void
poll_listeners(Acceptor *acceptor)
{
    acceptor->paused_until = 0;
    for (guint i = 0; i < acceptor->listeners->len; i++) {
        Listener *listener = g_ptr_array_index(acceptor->listeners, i);

        if (!poll_fd(acceptor, listener_get_fd(listener), EPOLLIN, listener))
            g_warning("%s cannot be watched: %s", listener_get_name(listener), g_strerror(errno));
    }
}

static void
unpoll_listeners(Acceptor *acceptor)
{
    for (guint i = 0; i < acceptor->listeners->len; i++)
        epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_DEL,
                  listener_get_fd(g_ptr_array_index(acceptor->listeners, i)), NULL);
}

/* Without the line, Asterisk would take the end of the connection for a success. */
static void
send_away(int fd)
{
    static const char refusal[] = "failure\n";

    if (send(fd, refusal, strlen(refusal), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        g_debug("A refusal could not be sent: %s", g_strerror(errno));
    close(fd);
}

/* No descriptor is left: with the one in reserve, whoever waits is sent away at once rather than
 * left in silence, and then the listeners rest. */
static void
accept_exhausted(Acceptor *acceptor, int listener_fd)
{
    g_warning("No file descriptor is left (%s); connections are refused. Raise LimitNOFILE, or "
              "lower workers.max",
              g_strerror(errno));
    close(acceptor->reserve_fd);
    for (guint i = 0; i < ACCEPTS_AT_ONCE; i++) {
        int fd = accept4(listener_fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            break;
        counters_add(&acceptor->counters->accepted);
        counters_add(&acceptor->counters->refused);
        send_away(fd);
    }
    acceptor->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    unpoll_listeners(acceptor);
    acceptor->paused_until = g_get_monotonic_time() + EXHAUSTED_PAUSE;
}

static gboolean
has_place(Acceptor *acceptor, int fd, const char *name)
{
    guint connections = (guint) g_atomic_int_get(&acceptor->connections);

    if (connections < acceptor->configuration->max_connections)
        return TRUE;
    counters_add(&acceptor->counters->refused);
    g_warning("Connection from %s refused: there are %u already that are new, refused or ending",
              name, connections);
    send_away(fd);
    return FALSE;
}

static gboolean
admit_peer(Acceptor *acceptor, int fd, const struct sockaddr *peer, const char *name)
{
    if (!networks_contain(acceptor->configuration->allow, peer)) {
        counters_add(&acceptor->counters->denied);
        g_warning("Connection from %s denied: its network is not allowed", name);
        close(fd);
        return FALSE;
    }
    return has_place(acceptor, fd, name);
}

static Connection *
new_connection(int fd, const char *name, Asterisk *asterisk)
{
    Connection *connection = connection_new(fd, CONNECTION_READING);

    connection->accepted = g_get_monotonic_time();
    connection->asterisk = asterisk != NULL ? asterisk_ref(asterisk) : NULL;
    g_strlcpy(connection->peer, name, sizeof connection->peer);
    return connection;
}

static void
begin_reading(Acceptor *acceptor, Connection *connection)
{
    g_atomic_int_inc(&acceptor->connections);
    connection_enter(acceptor, connection, CONNECTION_READING);
    continue_reading(acceptor, connection);
}

static void
accept_connection(Acceptor *acceptor, int fd, const struct sockaddr *peer)
{
    const GPtrArray *asterisks = acceptor->configuration->asterisks;
    g_autofree char *name = peer_to_string(peer);

    counters_add(&acceptor->counters->accepted);
    if (!admit_peer(acceptor, fd, peer, name))
        return;
    begin_reading(acceptor, new_connection(fd, name, asterisks_match(asterisks, peer)));
}

static void
accept_connections(Acceptor *acceptor, const Listener *listener)
{
    for (guint i = 0; i < ACCEPTS_AT_ONCE; i++) {
        struct sockaddr_storage peer = {0};
        socklen_t length = sizeof peer;
        int fd =
            accept4(listener_get_fd(listener), (struct sockaddr *) &peer, &length, SOCK_CLOEXEC);

        if (fd >= 0)
            accept_connection(acceptor, fd, (struct sockaddr *) &peer);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            return accept_exhausted(acceptor, listener_get_fd(listener));
        else if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

/* Adopting. */

void
acceptor_adopt(Acceptor *acceptor, int fd, Asterisk *asterisk)
{
    g_autofree char *name = g_strdup_printf("Asterisk %s", asterisk_get_name(asterisk));
    Connection *connection = new_connection(fd, name, asterisk);

    g_mutex_lock(&acceptor->handed_lock);
    g_queue_push_tail_link(&acceptor->adopted, &connection->link);
    g_mutex_unlock(&acceptor->handed_lock);
    wake(acceptor);
}

static Connection *
take_adopted(Acceptor *acceptor)
{
    GList *link;

    g_mutex_lock(&acceptor->handed_lock);
    link = g_queue_pop_head_link(&acceptor->adopted);
    g_mutex_unlock(&acceptor->handed_lock);
    return link != NULL ? link->data : NULL;
}

static void
begin_adopted(Acceptor *acceptor)
{
    Connection *connection;

    while ((connection = take_adopted(acceptor)) != NULL) {
        counters_add(&acceptor->counters->accepted);
        if (has_place(acceptor, connection->fd, connection->peer)) {
            begin_reading(acceptor, connection);
            continue;
        }
        connection->fd = -1;
        connection_free(connection);
    }
}

/* The thread. */

static void
close_listeners(Acceptor *acceptor)
{
    if (acceptor->listeners->len == 0)
        return;
    unpoll_listeners(acceptor);
    g_ptr_array_set_size(acceptor->listeners, 0);
}

static void
clear_wake(Acceptor *acceptor)
{
    guint64 count;

    if (read(acceptor->wake_fd, &count, sizeof count) < 0)
        g_debug("Nothing to wake for: %s", g_strerror(errno));
}

static void
handle_event(Acceptor *acceptor, gpointer data)
{
    if (data == acceptor)
        clear_wake(acceptor);
    else if (g_ptr_array_find(acceptor->listeners, data, NULL))
        accept_connections(acceptor, data);
    else
        connection_continue(acceptor, data);
}

static int
wait_events(Acceptor *acceptor, struct epoll_event *events)
{
    gint64 now = g_get_monotonic_time();
    gint64 due = MIN(next_due(acceptor), acceptor->client.tick(acceptor->client.user_data));
    int timeout = due > now ? (int) ((due - now + 999) / 1000) : 0;

    return epoll_wait(acceptor->epoll_fd, events, EVENTS_AT_ONCE, timeout);
}

static void *
acceptor_main(void *data)
{
    Acceptor *acceptor = data;
    struct epoll_event events[EVENTS_AT_ONCE];

    pthread_setname_np(pthread_self(), "capella-accept");
    while (!g_atomic_int_get(&acceptor->is_ending)) {
        int count = wait_events(acceptor, events);
        gint64 now;

        for (int i = 0; i < count; i++)
            handle_event(acceptor, events[i].data.ptr);
        begin_adopted(acceptor);
        if (!g_atomic_int_get(&acceptor->is_listening))
            close_listeners(acceptor);
        now = g_get_monotonic_time();
        end_overdue(acceptor, now);
        if (acceptor->paused_until != 0 && acceptor->paused_until <= now)
            poll_listeners(acceptor);
    }
    return NULL;
}

void
acceptor_stop_listening(Acceptor *acceptor)
{
    g_atomic_int_set(&acceptor->is_listening, FALSE);
    wake(acceptor);
}

guint
acceptor_get_connections(Acceptor *acceptor)
{
    return (guint) g_atomic_int_get(&acceptor->connections);
}

/* Life. */

static gboolean
acceptor_open(Acceptor *acceptor, GError **error)
{
    acceptor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    acceptor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    acceptor->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (acceptor->epoll_fd < 0 || acceptor->wake_fd < 0 || acceptor->reserve_fd < 0)
        return fail("The acceptor cannot be set up", error);
    if (!poll_fd(acceptor, acceptor->wake_fd, EPOLLIN, acceptor))
        return fail("The acceptor cannot be set up", error);
    return TRUE;
}

gboolean
acceptor_start(Acceptor *acceptor, GError **error)
{
    poll_listeners(acceptor);
    errno = pthread_create(&acceptor->thread, NULL, acceptor_main, acceptor);
    if (errno != 0)
        return fail("The acceptor's thread cannot be started", error);
    acceptor->has_thread = TRUE;
    return TRUE;
}

static void
close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void
acceptor_close(Acceptor *acceptor)
{
    for (guint state = 0; state < CONNECTION_STATES; state++) {
        Connection *connection;

        while ((connection = g_queue_peek_head(&acceptor->lists[state])) != NULL)
            connection_end(acceptor, connection);
    }
    for (Connection *connection; (connection = take_adopted(acceptor)) != NULL;)
        connection_free(connection);
    close_listeners(acceptor);
    close_fd(acceptor->epoll_fd);
    close_fd(acceptor->wake_fd);
    close_fd(acceptor->reserve_fd);
    g_ptr_array_unref(acceptor->listeners);
    g_mutex_clear(&acceptor->handed_lock);
    configuration_unref(acceptor->configuration);
    g_free(acceptor);
}

Acceptor *
acceptor_new(Configuration *configuration, GPtrArray *listeners, Counters *counters,
             const AcceptorClient *client, GError **error)
{
    Acceptor *acceptor = g_new0(Acceptor, 1);

    acceptor->configuration = configuration_ref(configuration);
    acceptor->counters = counters;
    acceptor->client = *client;
    acceptor->listeners = listeners;
    acceptor->is_listening = TRUE;
    acceptor->environment_timeout = (gint64) (configuration->environment_timeout * G_USEC_PER_SEC);
    g_mutex_init(&acceptor->handed_lock);
    if (acceptor_open(acceptor, error))
        return acceptor;
    acceptor_close(acceptor);
    return NULL;
}

void
acceptor_free(Acceptor *acceptor)
{
    if (acceptor == NULL)
        return;
    g_atomic_int_set(&acceptor->is_ending, TRUE);
    wake(acceptor);
    if (acceptor->has_thread)
        pthread_join(acceptor->thread, NULL);
    acceptor_close(acceptor);
}
