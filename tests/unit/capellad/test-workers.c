/* test-workers.c - the pool grows, queues, refuses, replaces what is stuck, and shrinks. */

#include "capellad/workers.h"

#include <string.h>

/* A pool whose handlers wait at a gate until the test lets them through. */
typedef struct {
    GMutex lock;
    GCond changed;
    guint open;   /* how many may still pass */
    guint inside; /* how many wait or have passed */
    guint served;
    Workers *workers;
} Pool;

static void
serve(Call *call, G_GNUC_UNUSED Worker *worker, gpointer user_data)
{
    Pool *pool = user_data;

    g_mutex_lock(&pool->lock);
    pool->inside++;
    g_cond_broadcast(&pool->changed);
    while (pool->open == 0)
        g_cond_wait(&pool->changed, &pool->lock);
    pool->open--;
    pool->served++;
    g_free(call);
    g_cond_broadcast(&pool->changed);
    g_mutex_unlock(&pool->lock);
}

static void
pool_start(Pool *pool, guint min, guint max, guint queue)
{
    const Configuration configuration = {.workers_min = min,
                                         .workers_max = max,
                                         .workers_burst = 16,
                                         .workers_stack = 128 * 1024,
                                         .workers_idle_timeout = 0.05,
                                         .queue_length = queue,
                                         .queue_longest_wait = 0.05};

    memset(pool, 0, sizeof *pool);
    pool->workers = workers_new(&configuration, serve, pool);
}

static Call *
new_call(void)
{
    Call *call = g_new0(Call, 1);

    call->fd = -1;
    call->link.data = call;
    return call;
}

static void
open_gate(Pool *pool, guint count)
{
    g_mutex_lock(&pool->lock);
    pool->open += count;
    g_cond_broadcast(&pool->changed);
    g_mutex_unlock(&pool->lock);
}

static void
wait_for(Pool *pool, const guint *value, guint expected)
{
    g_mutex_lock(&pool->lock);
    while (*value < expected)
        g_cond_wait(&pool->changed, &pool->lock);
    g_mutex_unlock(&pool->lock);
}

/* Lets the last handlers return, and ends the pool. */
static void
pool_end(Pool *pool)
{
    while (workers_get_running(pool->workers) > 0)
        g_thread_yield();
    g_assert_true(workers_free(pool->workers));
}

static void
test_grow_and_queue(void)
{
    Pool pool;
    Call *late = new_call();

    pool_start(&pool, 0, 2, 1);
    g_assert_cmpuint(workers_get_threads(pool.workers), ==, 0);
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    wait_for(&pool, &pool.inside, 2);
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_QUEUED);
    g_assert_cmpint(workers_submit(pool.workers, late), ==, WORKERS_FULL);
    g_free(late);
    g_assert_cmpuint(workers_get_running(pool.workers), ==, 2);
    g_assert_cmpuint(workers_get_queued(pool.workers), ==, 1);
    open_gate(&pool, 3);
    wait_for(&pool, &pool.served, 3);
    pool_end(&pool);
}

static void
test_overdue(void)
{
    Pool pool;
    Call *waiting = new_call();
    gint64 due;

    pool_start(&pool, 1, 1, 4);
    g_assert_cmpint(workers_get_next_due(pool.workers), ==, G_MAXINT64);
    workers_submit(pool.workers, new_call());
    wait_for(&pool, &pool.inside, 1);
    g_assert_cmpint(workers_submit(pool.workers, waiting), ==, WORKERS_QUEUED);
    due = workers_get_next_due(pool.workers);
    g_assert_cmpint(due, ==, waiting->queued + 50000);
    g_assert_null(workers_take_overdue(pool.workers, due - 1));
    g_assert_true(workers_take_overdue(pool.workers, due) == waiting);
    g_assert_null(workers_take_overdue(pool.workers, due));
    g_free(waiting);
    open_gate(&pool, 1);
    pool_end(&pool);
    g_assert_cmpuint(pool.served, ==, 1);
}

/* Beyond the burst, calls wait although there is room, until one ends or none has begun for a
 * while. */
static void
test_burst(void)
{
    const Configuration configuration = {.workers_max = 8,
                                         .workers_burst = 2,
                                         .workers_stack = 128 * 1024,
                                         .workers_idle_timeout = 60,
                                         .queue_length = 5,
                                         .queue_longest_wait = 60};
    Pool pool = {0};
    gint64 due;

    pool.workers = workers_new(&configuration, serve, &pool);
    for (guint i = 0; i < 2; i++)
        g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_QUEUED);
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    wait_for(&pool, &pool.inside, 3);
    open_gate(&pool, 1);
    wait_for(&pool, &pool.inside, 4);
    g_assert_cmpuint(workers_get_queued(pool.workers), ==, 4);
    due = workers_get_next_due(pool.workers);
    workers_let_in(pool.workers, due - 1);
    g_assert_cmpuint(workers_get_queued(pool.workers), ==, 4);
    workers_let_in(pool.workers, due);
    wait_for(&pool, &pool.inside, 6);
    g_assert_cmpuint(workers_get_queued(pool.workers), ==, 2);
    open_gate(&pool, 7);
    wait_for(&pool, &pool.served, 8);
    pool_end(&pool);
}

static void
test_shrink(void)
{
    Pool pool;

    pool_start(&pool, 0, 8, 0);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    wait_for(&pool, &pool.inside, 5);
    g_assert_cmpuint(workers_get_threads(pool.workers), ==, 5);
    open_gate(&pool, 5);
    while (workers_get_threads(pool.workers) > 0)
        g_thread_yield();
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_STARTED);
    open_gate(&pool, 1);
    wait_for(&pool, &pool.served, 6);
    pool_end(&pool);
}

static void
mark(Worker *worker, G_GNUC_UNUSED const Call *call, G_GNUC_UNUSED AgiCall *agi,
     G_GNUC_UNUSED gpointer user_data)
{
    worker_mark_stuck(worker);
}

static void
serve_known(Call *call, Worker *worker, gpointer user_data)
{
    worker_set_agi(worker, user_data); /* anything but NULL: the call is on the wire */
    serve(call, worker, user_data);
    worker_set_agi(worker, NULL);
}

/* A stuck worker does not count, so the call that waits gets one of its own; when the stuck one
 * comes back, the pool has its old size. */
static void
test_replace_stuck(void)
{
    const Configuration configuration = {.workers_max = 1,
                                         .workers_burst = 16,
                                         .workers_stack = 128 * 1024,
                                         .workers_idle_timeout = 0.05,
                                         .queue_length = 4,
                                         .queue_longest_wait = 60};
    Pool pool = {0};

    pool.workers = workers_new(&configuration, serve_known, &pool);
    workers_submit(pool.workers, new_call());
    wait_for(&pool, &pool.inside, 1);
    g_assert_cmpint(workers_submit(pool.workers, new_call()), ==, WORKERS_QUEUED);
    workers_foreach(pool.workers, mark, NULL);
    g_assert_cmpuint(workers_get_stuck(pool.workers), ==, 1);
    wait_for(&pool, &pool.inside, 2);
    g_assert_cmpuint(workers_get_threads(pool.workers), ==, 2);
    open_gate(&pool, 2);
    wait_for(&pool, &pool.served, 2);
    while (workers_get_threads(pool.workers) > 0)
        g_thread_yield();
    g_assert_cmpuint(workers_get_stuck(pool.workers), ==, 0);
    pool_end(&pool);
}

static void
test_left_behind(void)
{
    Pool pool;

    pool_start(&pool, 0, 1, 0);
    workers_submit(pool.workers, new_call());
    wait_for(&pool, &pool.inside, 1);
    g_assert_false(workers_free(pool.workers));
    open_gate(&pool, 1);
    wait_for(&pool, &pool.served, 1);
    pool_end(&pool);
}

/* Many calls through few workers: each is served once. */
static void
test_many(void)
{
    Pool pool;
    guint count = 2000;

    pool_start(&pool, 2, 4, count);
    open_gate(&pool, count);
    for (guint i = 0; i < count; i++)
        g_assert_cmpint(workers_submit(pool.workers, new_call()), !=, WORKERS_FULL);
    wait_for(&pool, &pool.served, count);
    pool_end(&pool);
    g_assert_cmpuint(pool.served, ==, count);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capellad/workers/grow-and-queue", test_grow_and_queue);
    g_test_add_func("/capellad/workers/overdue", test_overdue);
    g_test_add_func("/capellad/workers/burst", test_burst);
    g_test_add_func("/capellad/workers/shrink", test_shrink);
    g_test_add_func("/capellad/workers/replace-stuck", test_replace_stuck);
    g_test_add_func("/capellad/workers/left-behind", test_left_behind);
    g_test_add_func("/capellad/workers/many", test_many);
    return g_test_run();
}
