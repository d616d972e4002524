/* watch.c - a thread that notices hangups and deadlines for calls whose handlers wait for something
 * else.
 *
 * There is one thread for all calls; the first call that wants to be watched starts it, and it
 * stays. It waits in epoll for sockets that become readable, once for each arrival, and looks at
 * what came without taking it away: the call's own thread will want it.
 *
 * While a command runs, what arrives is its reply, so the thread looks away and leaves a note.
 * Behind the command the call's thread reads the note and looks itself. Both write their own word
 * before they read the other's, so that at least one of the two looks.
 *
 * Watches are known to epoll by number, never by pointer, and all are touched under one mutex: an
 * event that was already on its way when its watch went is for a number that nobody has. */

#include <config.h>

#include "agi/watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_BYTES  256
#define MAX_EVENTS  16
#define WAKE_NUMBER 0

struct _AgiWatch {
    guint64 number;
    int fd;
    const _Atomic gint64 *waiting_since;
    gint64 deadline; /* guarded by the watcher's mutex */
    atomic_bool is_pending;
    GCancellable *cancellable;
};

/* The thread and what it shares with the calls. */
typedef struct {
    int epoll_fd;
    int wake_fd;
    pthread_mutex_t mutex; /* guards all below */
    GHashTable *watches;   /* by number */
    guint64 last_number;
    gint64 next_deadline; /* the earliest there is, or earlier; 0: none */
} Watcher;

/* --- Looking --- */

/* A line that is the end of HANGUP: its beginning may have been read with an earlier reply. */
static gboolean
is_hangup_line(const char *line, gsize length)
{
    static const char hangup[] = "HANGUP";

    if (length > 0 && line[length - 1] == '\r')
        length--;
    return length <= strlen(hangup) && memcmp(line, hangup + strlen(hangup) - length, length) == 0;
}

static gboolean
holds_hangup_line(const char *bytes, gsize length)
{
    const char *end = bytes + length;
    const char *line_end;

    for (; (line_end = memchr(bytes, '\n', (gsize) (end - bytes))) != NULL; bytes = line_end + 1)
        if (is_hangup_line(bytes, (gsize) (line_end - bytes)))
            return TRUE;
    return FALSE;
}

/* Whether what waits to be read from @fd says that the caller is gone. */
static gboolean
says_hangup(int fd)
{
    char bytes[LOOK_BYTES];
    ssize_t length = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

    if (length < 0)
        return errno != EAGAIN && errno != EINTR;
    return length == 0 || holds_hangup_line(bytes, (gsize) length);
}

/* --- The thread --- */

/* The cancellable of a watch that has to be told of a hangup, or NULL. */
static GCancellable *
examine(Watcher *watcher, guint64 number)
{
    AgiWatch *watch;
    GCancellable *triggered = NULL;

    pthread_mutex_lock(&watcher->mutex);
    watch = g_hash_table_lookup(watcher->watches, &number);
    if (watch != NULL) {
        atomic_store(&watch->is_pending, TRUE);
        if (atomic_load(watch->waiting_since) == 0 && says_hangup(watch->fd))
            triggered = g_object_ref(watch->cancellable);
    }
    pthread_mutex_unlock(&watcher->mutex);
    return triggered;
}

/* The cancellables of watches whose time is up, and when the next one is. */
static GPtrArray *
collect_overdue(Watcher *watcher)
{
    GPtrArray *overdue = g_ptr_array_new_with_free_func(g_object_unref);
    gint64 now = g_get_monotonic_time();
    GHashTableIter i;
    AgiWatch *watch;

    watcher->next_deadline = 0;
    g_hash_table_iter_init(&i, watcher->watches);
    while (g_hash_table_iter_next(&i, NULL, (gpointer *) &watch)) {
        if (watch->deadline != 0 && watch->deadline <= now) {
            watch->deadline = 0;
            g_ptr_array_add(overdue, g_object_ref(watch->cancellable));
        } else if (watch->deadline != 0 &&
                   (watcher->next_deadline == 0 || watch->deadline < watcher->next_deadline)) {
            watcher->next_deadline = watch->deadline;
        }
    }
    return overdue;
}

/* Triggers what is overdue and returns how long to wait, in milliseconds for epoll_wait(). */
static int
handle_deadlines(Watcher *watcher)
{
    g_autoptr(GPtrArray) overdue = NULL;
    gint64 now = g_get_monotonic_time();
    gint64 next;

    pthread_mutex_lock(&watcher->mutex);
    if (watcher->next_deadline != 0 && watcher->next_deadline <= now)
        overdue = collect_overdue(watcher);
    next = watcher->next_deadline;
    pthread_mutex_unlock(&watcher->mutex);
    for (guint i = 0; overdue != NULL && i < overdue->len; i++)
        g_cancellable_cancel(g_ptr_array_index(overdue, i));
    return next == 0 ? -1 : (int) CLAMP((next - now + 999) / 1000, 0, G_MAXINT);
}

static void
handle_event(Watcher *watcher, guint64 number)
{
    g_autoptr(GCancellable) triggered = NULL;
    guint64 count;

    if (number == WAKE_NUMBER) {
        G_GNUC_UNUSED ssize_t length = read(watcher->wake_fd, &count, sizeof count);
        return;
    }
    triggered = examine(watcher, number);
    if (triggered != NULL)
        g_cancellable_cancel(triggered);
}

static void *
watcher_run(void *data)
{
    Watcher *watcher = data;
    struct epoll_event events[MAX_EVENTS];

    for (;;) {
        int n_events = epoll_wait(watcher->epoll_fd, events, MAX_EVENTS, handle_deadlines(watcher));

        for (int i = 0; i < n_events; i++)
            handle_event(watcher, events[i].data.u64);
    }
    return NULL;
}

static void
watcher_add(Watcher *watcher, int fd, guint32 kinds, guint64 number)
{
    struct epoll_event event = {.events = kinds, .data.u64 = number};

    epoll_ctl(watcher->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* Signals are for the threads that know what to do with them. */
static void
watcher_start(Watcher *watcher)
{
    pthread_t thread;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watcher_run, watcher) == 0)
        pthread_detach(thread);
    else
        g_warning("No thread to watch for hangups: handlers learn of them at their next command");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void *
watcher_new(G_GNUC_UNUSED void *data)
{
    Watcher *watcher = g_new0(Watcher, 1);

    watcher->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    watcher->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watcher->watches = g_hash_table_new(g_int64_hash, g_int64_equal);
    watcher->last_number = WAKE_NUMBER;
    pthread_mutex_init(&watcher->mutex, NULL);
    watcher_add(watcher, watcher->wake_fd, EPOLLIN, WAKE_NUMBER);
    watcher_start(watcher);
    return watcher;
}

static Watcher *
watcher_get(void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once(&once, watcher_new, NULL);
}

static void
watcher_wake(Watcher *watcher)
{
    const guint64 one = 1;
    G_GNUC_UNUSED ssize_t length = write(watcher->wake_fd, &one, sizeof one);
}

/* --- A watch --- */

/* Has the thread wake up in time. With the mutex held. */
static void
note_deadline(Watcher *watcher, gint64 deadline)
{
    if (deadline == 0 || (watcher->next_deadline != 0 && watcher->next_deadline <= deadline))
        return;
    watcher->next_deadline = deadline;
    watcher_wake(watcher);
}

AgiWatch *
agi_watch_new(int fd, const _Atomic gint64 *waiting_since, gint64 deadline)
{
    Watcher *watcher = watcher_get();
    AgiWatch *watch = g_new0(AgiWatch, 1);

    watch->fd = fd;
    watch->waiting_since = waiting_since;
    watch->deadline = deadline;
    atomic_init(&watch->is_pending, FALSE);
    watch->cancellable = g_cancellable_new();
    pthread_mutex_lock(&watcher->mutex);
    watch->number = ++watcher->last_number;
    g_hash_table_insert(watcher->watches, &watch->number, watch);
    if (fd >= 0)
        watcher_add(watcher, fd, EPOLLIN | EPOLLRDHUP | EPOLLET, watch->number);
    note_deadline(watcher, deadline);
    pthread_mutex_unlock(&watcher->mutex);
    return watch;
}

void
agi_watch_free(AgiWatch *watch)
{
    Watcher *watcher = watcher_get();

    pthread_mutex_lock(&watcher->mutex);
    g_hash_table_remove(watcher->watches, &watch->number);
    if (watch->fd >= 0)
        epoll_ctl(watcher->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    pthread_mutex_unlock(&watcher->mutex);
    g_object_unref(watch->cancellable);
    g_free(watch);
}

GCancellable *
agi_watch_get_cancellable(const AgiWatch *watch)
{
    return watch->cancellable;
}

void
agi_watch_set_deadline(AgiWatch *watch, gint64 deadline)
{
    Watcher *watcher = watcher_get();

    pthread_mutex_lock(&watcher->mutex);
    watch->deadline = deadline;
    note_deadline(watcher, deadline);
    pthread_mutex_unlock(&watcher->mutex);
}

void
agi_watch_look_again(AgiWatch *watch)
{
    if (atomic_exchange(&watch->is_pending, FALSE) && says_hangup(watch->fd))
        g_cancellable_cancel(watch->cancellable);
}
