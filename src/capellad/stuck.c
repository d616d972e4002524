/* stuck.c - handlers that ignore their deadline: found, named with their stack, and replaced.
 *
 * A thread is asked for its stack by a signal, whose handler writes the addresses into one buffer
 * that only one asker uses at a time. */

#include "capellad/stuck.h"

#include "agi/call-private.h"

#include <errno.h>
#include <execinfo.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRAMES            48
#define ANSWER_TIMEOUT_MS 200

/* What a signal handler can reach: it has no user data. */
static struct {
    gpointer frames[FRAMES];
    int count;
    sem_t answered;
} stack;

static int
stack_signal(void)
{
    return SIGRTMIN + 5;
}

static void
write_stack(G_GNUC_UNUSED int signal_number)
{
    int saved = errno;

    stack.count = backtrace(stack.frames, FRAMES);
    sem_post(&stack.answered);
    errno = saved;
}

void
stuck_start(void)
{
    struct sigaction action = {.sa_handler = write_stack, .sa_flags = SA_RESTART};

    /* The first call loads what backtrace() needs, which a signal handler must not. */
    backtrace(stack.frames, FRAMES);
    sem_init(&stack.answered, 0, 0);
    sigaction(stack_signal(), &action, NULL);
}

static gboolean
wait_answer(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ANSWER_TIMEOUT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    while (sem_timedwait(&stack.answered, &until) < 0)
        if (errno != EINTR)
            return FALSE;
    return TRUE;
}

static void
log_stack(pid_t thread)
{
    g_autofree char **symbols = NULL;

    while (sem_trywait(&stack.answered) == 0)
        continue;
    if (tgkill(getpid(), thread, stack_signal()) != 0 || !wait_answer()) {
        g_warning("Its stack cannot be seen: the thread does not answer");
        return;
    }
    symbols = backtrace_symbols(stack.frames, stack.count);
    for (int i = 1; symbols != NULL && i < stack.count; i++)
        g_warning("  stack %d: %s", i, symbols[i]);
}

/* What is told of a stuck handler, kept so that it can be told without the pool's lock: the
 * configuration and the environment keep the call's texts. */
typedef struct {
    pid_t thread;
    gdouble late;
    Configuration *configuration;
    AgiEnvironment *environment;
    const Route *route;
    LogCall log;
} Report;

static void
report_free(Report *report)
{
    agi_environment_unref(report->environment);
    configuration_unref(report->configuration);
    g_free(report);
}

typedef struct {
    gint64 now;
    gint64 patience;
    GPtrArray *reports;
} Check;

static void
check_worker(Worker *worker, const Call *call, AgiCall *agi, gpointer user_data)
{
    const Check *check = user_data;
    gint64 deadline = agi_call_get_deadline(agi);
    Report *report;

    if (deadline == 0 || check->now < deadline + check->patience || worker_is_stuck(worker))
        return;
    report = g_new0(Report, 1);
    report->thread = worker_get_thread(worker);
    report->late = (gdouble) (check->now - deadline) / G_USEC_PER_SEC;
    report->configuration = configuration_ref(call->configuration);
    report->environment = agi_environment_ref(call->environment);
    report->route = call->route;
    report->log = call->log;
    g_ptr_array_add(check->reports, report);
    worker_mark_stuck(worker);
}

void
stuck_check(Workers *workers, gdouble seconds, Counters *counters)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func((GDestroyNotify) report_free);
    Check check = {.now = g_get_monotonic_time(),
                   .patience = (gint64) (seconds * G_USEC_PER_SEC),
                   .reports = reports};

    workers_foreach(workers, check_worker, &check);
    for (guint i = 0; i < reports->len; i++) {
        const Report *report = g_ptr_array_index(reports, i);

        counters_add(&counters->stuck);
        log_set_call(&report->log);
        g_warning("Handler %s is stuck: %.1f s past its deadline it has not returned; its worker "
                  "is replaced",
                  report->route->handler_name, report->late);
        log_stack(report->thread);
        log_set_call(NULL);
    }
}
