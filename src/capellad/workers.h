/* workers.h - the pool of threads that serve calls, and the queue in front of it. */

#pragma once

#include "capellad/call.h"

#include <sys/types.h>

G_BEGIN_DECLS

/**
 * Workers:
 *
 * Threads that each serve one call at a time. The pool grows on demand up to its limit and
 * shrinks when it has nothing to do; the worker that was last busy is the next to be. Any thread.
 */
typedef struct _Workers Workers;

/**
 * Worker:
 *
 * One thread of the pool.
 */
typedef struct _Worker Worker;

typedef void (*WorkersServeFunc)(Call *call, Worker *worker, gpointer user_data);
typedef void (*WorkersRunningFunc)(Worker *worker, const Call *call, AgiCall *agi,
                                   gpointer user_data);

/* What became of a call that was handed in. */
typedef enum {
    WORKERS_STARTED, /* a worker has it */
    WORKERS_QUEUED,  /* it waits */
    WORKERS_FULL,    /* no worker and no place; the call stays with whoever handed it in */
} WorkersAnswer;

Workers *workers_new(const Configuration *configuration, WorkersServeFunc serve,
                     gpointer user_data);

/* Ends the idle threads; FALSE when some still serve calls, and then nothing is freed. */
gboolean workers_free(Workers *workers);

WorkersAnswer workers_submit(Workers *workers, Call *call);

/* Takes out the call that has waited longest, if it has waited for too long at @now. */
Call *workers_take_overdue(Workers *workers, gint64 now);

/* Begins some of the calls that wait, when none has begun of itself for a while. */
void workers_let_in(Workers *workers, gint64 now);

/* When there is something to do for the calls that wait, monotonic microseconds; G_MAXINT64: none
 * waits. */
gint64 workers_get_next_due(Workers *workers);

guint workers_get_running(Workers *workers);
guint workers_get_queued(Workers *workers);
guint workers_get_threads(Workers *workers);
guint workers_get_stuck(Workers *workers);

/* Looks at every running call, under the pool's lock. */
void workers_foreach(Workers *workers, WorkersRunningFunc function, gpointer user_data);

/* Says what the worker's call is on the wire, or that it is over. By the worker's thread. */
void worker_set_agi(Worker *worker, AgiCall *agi);

/* Counts a worker as lost until its handler returns, and puts another in its place. From
 * workers_foreach(). */
void worker_mark_stuck(Worker *worker);
gboolean worker_is_stuck(const Worker *worker);
pid_t worker_get_thread(const Worker *worker);

G_END_DECLS
