/* thread.c - shows ThreadSanitizer the locks and counts inside GLib, which it cannot see.
 *
 * GLib is not instrumented, and it locks with futexes and atomics of its own. Without help, all
 * that our code guards with a GMutex, hands over in a GAsyncQueue or counts with references looks
 * like a race. This library is preloaded into the tests of a build with --enable-sanitizers=thread;
 * each function does what GLib's does and says which thread's work has become visible to which.
 * The same for sem_clockwait(), which the sanitizer does not know either.
 * Programs without the sanitizer, such as the shell between, have no __tsan_acquire: hence weak. */

#include <dlfcn.h>
#include <gio/gio.h>
#include <semaphore.h>
#include <time.h>

void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));
void AnnotateIgnoreWritesBegin(const char *file, int line) __attribute__((weak));
void AnnotateIgnoreWritesEnd(const char *file, int line) __attribute__((weak));

static void
acquire(const void *address)
{
    if (__tsan_acquire != NULL)
        __tsan_acquire((void *) address);
}

static void
release(const void *address)
{
    if (__tsan_release != NULL)
        __tsan_release((void *) address);
}

static void
ignore_writes(gboolean is_ignored)
{
    if (AnnotateIgnoreWritesBegin == NULL)
        return;
    if (is_ignored)
        AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    else
        AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

/* The function of GLib that the calling one stands in front of. */
#define NEXT(name) ((__typeof__(&(name))) dlsym(RTLD_NEXT, #name))

void(g_mutex_lock)(GMutex *mutex)
{
    NEXT(g_mutex_lock)(mutex);
    acquire(mutex);
}

gboolean(g_mutex_trylock)(GMutex *mutex)
{
    gboolean is_locked = NEXT(g_mutex_trylock)(mutex);

    if (is_locked)
        acquire(mutex);
    return is_locked;
}

void(g_mutex_unlock)(GMutex *mutex)
{
    release(mutex);
    NEXT(g_mutex_unlock)(mutex);
}

void(g_cond_wait)(GCond *condition, GMutex *mutex)
{
    release(mutex);
    NEXT(g_cond_wait)(condition, mutex);
    acquire(mutex);
}

gboolean(g_cond_wait_until)(GCond *condition, GMutex *mutex, gint64 end)
{
    gboolean is_signalled;

    release(mutex);
    is_signalled = NEXT(g_cond_wait_until)(condition, mutex, end);
    acquire(mutex);
    return is_signalled;
}

void(g_async_queue_push)(GAsyncQueue *queue, gpointer data)
{
    release(queue);
    NEXT(g_async_queue_push)(queue, data);
}

gpointer(g_async_queue_pop)(GAsyncQueue *queue)
{
    gpointer data = NEXT(g_async_queue_pop)(queue);

    acquire(queue);
    return data;
}

gpointer(g_async_queue_try_pop)(GAsyncQueue *queue)
{
    gpointer data = NEXT(g_async_queue_try_pop)(queue);

    acquire(queue);
    return data;
}

gpointer(g_async_queue_timeout_pop)(GAsyncQueue *queue, guint64 timeout)
{
    gpointer data = NEXT(g_async_queue_timeout_pop)(queue, timeout);

    acquire(queue);
    return data;
}

/* What a task of a pool finds is what was there when it was pushed, and whoever waits for the end
 * of the pool finds what its tasks have done. */

typedef struct {
    GFunc function;
    gpointer user_data;
} Pool;

static void
run_task(gpointer task, gpointer user_data)
{
    const Pool *pool = user_data;

    acquire(pool);
    pool->function(task, pool->user_data);
    release(pool);
}

GThreadPool *(g_thread_pool_new) (GFunc function, gpointer user_data, int max_threads,
                                  gboolean exclusive, GError **error)
{
    Pool *pool = g_new0(Pool, 1);

    pool->function = function;
    pool->user_data = user_data;
    return NEXT(g_thread_pool_new)(run_task, pool, max_threads, exclusive, error);
}

gboolean(g_thread_pool_push)(GThreadPool *pool, gpointer task, GError **error)
{
    release(pool->user_data);
    return NEXT(g_thread_pool_push)(pool, task, error);
}

/* Without waiting, its tasks may still run, and keep what they are told. */
void(g_thread_pool_free)(GThreadPool *pool, gboolean immediate, gboolean wait)
{
    Pool *data = pool->user_data;

    NEXT(g_thread_pool_free)(pool, immediate, wait);
    if (!wait)
        return;
    acquire(data);
    g_free(data);
}

/* Whoever runs a main context goes on with what the one before has done there. */

gboolean(g_main_context_acquire)(GMainContext *context)
{
    gboolean is_acquired = NEXT(g_main_context_acquire)(context);

    if (is_acquired)
        acquire(context);
    return is_acquired;
}

void(g_main_context_release)(GMainContext *context)
{
    release(context);
    NEXT(g_main_context_release)(context);
}

/* These acquire and release it inside of GLib, where it is not seen: so it is done around them. */

void(g_main_loop_run)(GMainLoop *loop)
{
    GMainContext *context = g_main_loop_get_context(loop);
    gboolean is_acquired = (g_main_context_acquire) (context);

    NEXT(g_main_loop_run)(loop);
    if (is_acquired)
        (g_main_context_release)(context);
}

gboolean(g_main_context_iteration)(GMainContext *context, gboolean may_block)
{
    GMainContext *used = context != NULL ? context : g_main_context_default();
    gboolean is_acquired = (g_main_context_acquire) (used);
    gboolean has_dispatched = NEXT(g_main_context_iteration)(context, may_block);

    if (is_acquired)
        (g_main_context_release)(used);
    return has_dispatched;
}

/* Any thread adds and removes sources; a main context locks the lists in which it keeps them, and
 * allocates and frees there. */

guint(g_source_attach)(GSource *source, GMainContext *context)
{
    guint id;

    ignore_writes(TRUE);
    id = NEXT(g_source_attach)(source, context);
    ignore_writes(FALSE);
    return id;
}

void(g_source_destroy)(GSource *source)
{
    ignore_writes(TRUE);
    NEXT(g_source_destroy)(source);
    ignore_writes(FALSE);
}

/* Who drops the last reference frees what the others have written: their release, his acquire. A
 * clear function runs inside GLib's own, so the acquire comes before, for everyone. */

void(g_atomic_rc_box_release)(gpointer box)
{
    release(box);
    acquire(box);
    NEXT(g_atomic_rc_box_release)(box);
}

void(g_atomic_rc_box_release_full)(gpointer box, GDestroyNotify clear)
{
    release(box);
    acquire(box);
    NEXT(g_atomic_rc_box_release_full)(box, clear);
}

/* Here the acquire comes after: between an early one and the count, another thread may drop its own
 * reference. Only the last does, since the others' memory may be gone by then. */
gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
    gboolean is_last;

    release(count);
    is_last = NEXT(g_atomic_ref_count_dec)(count);
    if (is_last)
        acquire(count);
    return is_last;
}

void(g_ptr_array_unref)(GPtrArray *array)
{
    release(array);
    acquire(array);
    NEXT(g_ptr_array_unref)(array);
}

void(g_object_unref)(gpointer object)
{
    release(object);
    acquire(object);
    NEXT(g_object_unref)(object);
}

/* Whoever finds the work done looks at the status himself, without a call that could be seen here.
 */

typedef struct {
    GOnce *once;
    GThreadFunc function;
    gpointer argument;
} Once;

static gpointer
run_once(gpointer data)
{
    const Once *work = data;
    gpointer result = work->function(work->argument);

    release(work->once);
    return result;
}

gpointer(g_once_impl)(GOnce *once, GThreadFunc function, gpointer argument)
{
    Once work = {once, function, argument};
    gpointer result = NEXT(g_once_impl)(once, run_once, &work);

    acquire(once);
    return result;
}

int(sem_clockwait)(sem_t *semaphore, clockid_t clock, const struct timespec *until)
{
    int code = NEXT(sem_clockwait)(semaphore, clock, until);

    if (code == 0)
        acquire(semaphore);
    return code;
}
