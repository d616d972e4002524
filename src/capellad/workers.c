/* workers.c - the pool of threads that serve calls, and the queue in front of it.
 *
 * One lock guards the pool; it is held for a few list operations, once when a call is handed over
 * and once when it ends, and never across I/O or a handler. Each idle worker sleeps on a semaphore
 * of its own, without the lock, so handing over a call wakes just the thread that gets it, and
 * that one runs at once. It is the one that was busy last: its stack is still in the cache, and
 * those at the other end of the list grow old and end.
 *
 * Many short calls at once are served fastest by few threads, whose memory stays in the cache. So
 * only some calls are begun at once; the others wait in the queue, although there may be idle
 * workers. Whenever a call ends the next one begins; and when for some milliseconds none has,
 * since handlers wait for callers rather than for the processor, a good many are let in together:
 * ten thousand long calls are begun within a tenth of a second. */

#include "capellad/workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How long no call has begun before some are let in, in microseconds. */
#define LET_IN_INTERVAL 5000

struct _Worker {
    Workers *pool;
    pthread_t thread;
    pid_t thread_id; /* as the kernel counts threads */
    sem_t wake;      /* posted when a call is handed over, or the pool ends */
    Call *call;      /* handed over, or being served */
    GMutex agi_lock; /* guards agi */
    AgiCall *agi;    /* of the call being served */
    gboolean is_stuck;
    GList all_link;
    GList idle_link;
};

struct _Workers {
    WorkersServeFunc serve;
    gpointer user_data;
    guint min;
    guint max;
    gsize stack;
    gboolean is_batch;
    gint64 idle_timeout; /* microseconds */
    guint burst;         /* calls begun at once */
    guint queue_length;
    gint64 longest_wait; /* microseconds */

    GMutex lock; /* guards all below, and the workers' fields */
    GCond ended;
    Worker *last_ended; /* not joined yet */
    GQueue all;
    GQueue idle;
    GQueue queue;
    gint64 last_begun; /* when a call last left the queue, monotonic microseconds */
    guint threads;     /* as all, and those being started */
    guint running;     /* calls that a worker has, or is being given */
    guint stuck;
    gboolean is_stopping;
};

static void *worker_main(void *data);

static Worker *
worker_new(Workers *workers, Call *call)
{
    Worker *worker = g_new0(Worker, 1);

    worker->pool = workers;
    worker->call = call;
    worker->all_link.data = worker;
    worker->idle_link.data = worker;
    sem_init(&worker->wake, 0, 0);
    g_mutex_init(&worker->agi_lock);
    return worker;
}

static void
worker_free(Worker *worker)
{
    g_mutex_clear(&worker->agi_lock);
    sem_destroy(&worker->wake);
    g_free(worker);
}

/* Starts a thread, with its first call if there is one; it has been counted already. */
static gboolean
start_worker(Workers *workers, Call *call)
{
    Worker *worker = worker_new(workers, call);
    pthread_attr_t attributes;
    pthread_t thread;
    int code;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, workers->stack);
    code = pthread_create(&thread, &attributes, worker_main, worker);
    pthread_attr_destroy(&attributes);
    if (code == 0)
        return TRUE;
    g_warning("A worker thread cannot be started: %s; raise the limit on tasks or lower "
              "workers.max",
              g_strerror(code));
    worker_free(worker);
    return FALSE;
}

static gboolean
may_grow(const Workers *workers)
{
    return workers->threads - workers->stuck < workers->max;
}

/* Counts and starts one more worker with a call; called with the lock held, which is let go
 * meanwhile. */
static gboolean
grow(Workers *workers, Call *call)
{
    guint running = call != NULL ? 1 : 0;
    gboolean has_started;

    workers->threads++;
    workers->running += running;
    g_mutex_unlock(&workers->lock);
    has_started = start_worker(workers, call);
    g_mutex_lock(&workers->lock);
    if (!has_started) {
        workers->threads--;
        workers->running -= running;
    }
    return has_started;
}

/* Gives a call to an idle worker, which has to be woken, or to a new one; FALSE when there can be
 * none. With the lock held. */
static gboolean
begin(Workers *workers, Call *call, Worker **to_wake)
{
    GList *idle = g_queue_pop_head_link(&workers->idle);

    if (idle == NULL)
        return may_grow(workers) && grow(workers, call);
    *to_wake = idle->data;
    (*to_wake)->call = call;
    workers->running++;
    return TRUE;
}

static void
wake(Worker *worker)
{
    if (worker != NULL)
        sem_post(&worker->wake);
}

static gboolean
should_wait(const Workers *workers)
{
    return workers->running - workers->stuck >= workers->burst &&
           workers->queue.length < workers->queue_length;
}

static WorkersAnswer
enqueue(Workers *workers, Call *call)
{
    if (workers->threads == 0 || workers->queue.length >= workers->queue_length)
        return WORKERS_FULL;
    call->queued = g_get_monotonic_time();
    if (workers->queue.length == 0)
        workers->last_begun = call->queued;
    g_queue_push_tail_link(&workers->queue, &call->link);
    return WORKERS_QUEUED;
}

WorkersAnswer
workers_submit(Workers *workers, Call *call)
{
    WorkersAnswer answer = WORKERS_STARTED;
    Worker *worker = NULL;

    g_mutex_lock(&workers->lock);
    if (should_wait(workers) || !begin(workers, call, &worker))
        answer = enqueue(workers, call);
    g_mutex_unlock(&workers->lock);
    wake(worker);
    return answer;
}

/* Begins the first call of the queue. */
static gboolean
let_in_one(Workers *workers)
{
    Worker *worker = NULL;
    gboolean has_begun = FALSE;
    GList *first;

    g_mutex_lock(&workers->lock);
    first = g_queue_pop_head_link(&workers->queue);
    if (first != NULL) {
        has_begun = begin(workers, first->data, &worker);
        if (!has_begun)
            g_queue_push_head_link(&workers->queue, first);
    }
    g_mutex_unlock(&workers->lock);
    wake(worker);
    return has_begun;
}

/* How many calls to let in at @now; none while calls still begin by themselves. */
static guint
count_to_let_in(Workers *workers, gint64 now)
{
    guint count = 0;

    g_mutex_lock(&workers->lock);
    if (workers->queue.length > 0 && now - workers->last_begun >= LET_IN_INTERVAL) {
        workers->last_begun = now;
        count = MAX(workers->burst, workers->running / 2);
    }
    g_mutex_unlock(&workers->lock);
    return count;
}

void
workers_let_in(Workers *workers, gint64 now)
{
    for (guint left = count_to_let_in(workers, now); left > 0; left--)
        if (!let_in_one(workers))
            break;
}

/* The worker's side. */

typedef enum { NEXT_CALL, NEXT_SLEEP, NEXT_END } Next;

/* What a worker without a call does; with the lock held. */
static Next
choose_next(Worker *worker)
{
    Workers *workers = worker->pool;
    GList *queued;

    if (workers->threads - workers->stuck > workers->max)
        return NEXT_END;
    queued = g_queue_pop_head_link(&workers->queue);
    if (queued != NULL) {
        worker->call = queued->data;
        workers->running++;
        workers->last_begun = g_get_monotonic_time();
        return NEXT_CALL;
    }
    if (workers->is_stopping)
        return NEXT_END;
    g_queue_push_head_link(&workers->idle, &worker->idle_link);
    return NEXT_SLEEP;
}

/* What an idle worker does that was woken without a call, or slept for too long. A call may have
 * been handed over in the last moment; then its wake-up is on the way, and is taken here. */
static Next
leave_idle(Worker *worker, gboolean is_woken)
{
    Workers *workers = worker->pool;
    Next next = NEXT_SLEEP;

    g_mutex_lock(&workers->lock);
    if (worker->call != NULL) {
        next = NEXT_CALL;
    } else if (workers->is_stopping || (!is_woken && workers->threads > workers->min)) {
        g_queue_unlink(&workers->idle, &worker->idle_link);
        next = NEXT_END;
    }
    g_mutex_unlock(&workers->lock);
    while (next == NEXT_CALL && sem_wait(&worker->wake) < 0)
        continue;
    return next;
}

static Next
sleep_idle(Worker *worker)
{
    gint64 until = g_get_monotonic_time() + worker->pool->idle_timeout;
    const struct timespec time = {.tv_sec = until / G_USEC_PER_SEC,
                                  .tv_nsec = until % G_USEC_PER_SEC * 1000};

    while (sem_clockwait(&worker->wake, CLOCK_MONOTONIC, &time) < 0)
        if (errno == ETIMEDOUT)
            return leave_idle(worker, FALSE);
    return worker->call != NULL ? NEXT_CALL : leave_idle(worker, TRUE);
}

static Next
serve_call(Worker *worker)
{
    Workers *workers = worker->pool;
    Next next;

    workers->serve(worker->call, worker, workers->user_data);
    g_mutex_lock(&workers->lock);
    worker->call = NULL;
    workers->running--;
    if (worker->is_stuck) {
        worker->is_stuck = FALSE;
        workers->stuck--;
    }
    next = choose_next(worker);
    g_mutex_unlock(&workers->lock);
    return next;
}

/* Threads that ended are joined one by the next, and the last by workers_free(). */
static void
join_worker(Worker *worker)
{
    if (worker == NULL)
        return;
    pthread_join(worker->thread, NULL);
    worker_free(worker);
}

/* A worker that wakes up does not push another one off its processor: that one is about to wait
 * for Asterisk anyway, and a switch less for each command is an eighth of all the time. */
static void
set_batch(void)
{
    const struct sched_param parameters = {0};
    int code = pthread_setschedparam(pthread_self(), SCHED_BATCH, &parameters);

    if (code != 0)
        g_info("Workers cannot be scheduled as batch: %s", g_strerror(code));
}

static Next
begin_worker(Worker *worker)
{
    Workers *workers = worker->pool;
    Next next;

    pthread_setname_np(pthread_self(), "capella-worker");
    if (workers->is_batch)
        set_batch();
    g_mutex_lock(&workers->lock);
    worker->thread = pthread_self();
    worker->thread_id = gettid();
    g_queue_push_tail_link(&workers->all, &worker->all_link);
    next = worker->call != NULL ? NEXT_CALL : choose_next(worker);
    g_mutex_unlock(&workers->lock);
    return next;
}

static void
end_worker(Worker *worker)
{
    Workers *workers = worker->pool;
    Worker *ended_before;

    g_mutex_lock(&workers->lock);
    g_queue_unlink(&workers->all, &worker->all_link);
    ended_before = workers->last_ended;
    workers->last_ended = worker;
    workers->threads--;
    g_cond_signal(&workers->ended);
    g_mutex_unlock(&workers->lock);
    join_worker(ended_before);
}

static void *
worker_main(void *data)
{
    Worker *worker = data;
    Next next = begin_worker(worker);

    while (next != NEXT_END)
        next = next == NEXT_CALL ? serve_call(worker) : sleep_idle(worker);
    end_worker(worker);
    return NULL;
}

void
worker_set_agi(Worker *worker, AgiCall *agi)
{
    g_mutex_lock(&worker->agi_lock);
    worker->agi = agi;
    g_mutex_unlock(&worker->agi_lock);
}

/* Calls that wait. */

/* Whether a worker could have the first call. */
static gboolean
has_room(const Workers *workers)
{
    return workers->idle.length > 0 || may_grow(workers);
}

gint64
workers_get_next_due(Workers *workers)
{
    gint64 due = G_MAXINT64;
    const Call *first;

    g_mutex_lock(&workers->lock);
    first = g_queue_peek_head(&workers->queue);
    if (first != NULL)
        due = first->queued + workers->longest_wait;
    if (first != NULL && has_room(workers))
        due = MIN(due, workers->last_begun + LET_IN_INTERVAL);
    g_mutex_unlock(&workers->lock);
    return due;
}

Call *
workers_take_overdue(Workers *workers, gint64 now)
{
    Call *first;

    g_mutex_lock(&workers->lock);
    first = g_queue_peek_head(&workers->queue);
    if (first != NULL && first->queued + workers->longest_wait <= now)
        g_queue_unlink(&workers->queue, &first->link);
    else
        first = NULL;
    g_mutex_unlock(&workers->lock);
    return first;
}

/* Looking at the pool. */

static guint
read_count(Workers *workers, const guint *count)
{
    guint value;

    g_mutex_lock(&workers->lock);
    value = *count;
    g_mutex_unlock(&workers->lock);
    return value;
}

guint
workers_get_running(Workers *workers)
{
    return read_count(workers, &workers->running);
}

guint
workers_get_queued(Workers *workers)
{
    return read_count(workers, &workers->queue.length);
}

guint
workers_get_threads(Workers *workers)
{
    return read_count(workers, &workers->threads);
}

guint
workers_get_stuck(Workers *workers)
{
    return read_count(workers, &workers->stuck);
}

void
workers_foreach(Workers *workers, WorkersRunningFunc function, gpointer user_data)
{
    g_mutex_lock(&workers->lock);
    for (GList *link = workers->all.head; link != NULL; link = link->next) {
        Worker *worker = link->data;

        g_mutex_lock(&worker->agi_lock);
        if (worker->agi != NULL)
            function(worker, worker->call, worker->agi, user_data);
        g_mutex_unlock(&worker->agi_lock);
    }
    g_mutex_unlock(&workers->lock);
}

void
worker_mark_stuck(Worker *worker)
{
    Workers *workers = worker->pool;
    GList *queued;

    worker->is_stuck = TRUE;
    workers->stuck++;
    if (!may_grow(workers))
        return;
    queued = g_queue_pop_head_link(&workers->queue);
    if (queued == NULL)
        return;
    workers->threads++;
    workers->running++;
    if (start_worker(workers, queued->data))
        return;
    workers->threads--;
    workers->running--;
    g_queue_push_head_link(&workers->queue, queued);
}

gboolean
worker_is_stuck(const Worker *worker)
{
    return worker->is_stuck;
}

pid_t
worker_get_thread(const Worker *worker)
{
    return worker->thread_id;
}

/* Life. */

Workers *
workers_new(const Configuration *configuration, WorkersServeFunc serve, gpointer user_data)
{
    Workers *workers = g_new0(Workers, 1);

    workers->serve = serve;
    workers->user_data = user_data;
    workers->min = configuration->workers_min;
    workers->max = configuration->workers_max;
    workers->stack = configuration->workers_stack;
    workers->is_batch = configuration->workers_batch;
    workers->idle_timeout = (gint64) (configuration->workers_idle_timeout * G_USEC_PER_SEC);
    workers->burst = configuration->workers_burst;
    workers->queue_length = configuration->queue_length;
    workers->longest_wait = (gint64) (configuration->queue_longest_wait * G_USEC_PER_SEC);
    g_mutex_init(&workers->lock);
    g_cond_init(&workers->ended);
    g_mutex_lock(&workers->lock);
    while (workers->threads < workers->min && grow(workers, NULL))
        continue;
    g_mutex_unlock(&workers->lock);
    return workers;
}

static void
wake_idle(Workers *workers)
{
    for (GList *link = workers->idle.head; link != NULL; link = link->next)
        sem_post(&((Worker *) link->data)->wake);
}

gboolean
workers_free(Workers *workers)
{
    GList *queued;

    g_mutex_lock(&workers->lock);
    workers->is_stopping = TRUE;
    while ((queued = g_queue_pop_head_link(&workers->queue)) != NULL)
        call_free(queued->data);
    wake_idle(workers);
    while (workers->threads > workers->running)
        g_cond_wait(&workers->ended, &workers->lock);
    if (workers->running > 0) {
        g_mutex_unlock(&workers->lock);
        return FALSE;
    }
    g_mutex_unlock(&workers->lock);
    join_worker(workers->last_ended);
    g_cond_clear(&workers->ended);
    g_mutex_clear(&workers->lock);
    g_free(workers);
    return TRUE;
}
