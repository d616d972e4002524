/* wait.c - threads that wait until something has ended in a client's main context.
 *
 * While another thread runs that context, such as the daemon's main loop, the waiting thread
 * sleeps. In a program that runs no loop, the waiting thread runs the context itself; of several,
 * one does so, and when it has what it wanted it wakes the others, that one of them goes on. */

#include <config.h>

#include "ami/client-private.h"

/* How often a sleeping thread looks whether the loop that it relied on has ended: nobody tells. */
#define LOOK_INTERVAL (G_USEC_PER_SEC / 10)

struct _AmiWait {
    gatomicrefcount references;
    GMutex lock; /* guards all below */
    GCond wake;
    gboolean is_done;
    AmiReply *reply;
    GError *error;
};

AmiWait *
ami_wait_new(void)
{
    AmiWait *wait = g_new0(AmiWait, 1);

    g_atomic_ref_count_init(&wait->references);
    g_mutex_init(&wait->lock);
    g_cond_init(&wait->wake);
    return wait;
}

AmiWait *
ami_wait_ref(AmiWait *wait)
{
    g_atomic_ref_count_inc(&wait->references);
    return wait;
}

void
ami_wait_unref(AmiWait *wait)
{
    if (!g_atomic_ref_count_dec(&wait->references))
        return;
    g_clear_pointer(&wait->reply, ami_reply_unref);
    g_clear_error(&wait->error);
    g_cond_clear(&wait->wake);
    g_mutex_clear(&wait->lock);
    g_free(wait);
}

void
ami_wait_end(AmiWait *wait, AmiReply *reply, GError *error)
{
    g_mutex_lock(&wait->lock);
    wait->is_done = TRUE;
    wait->reply = reply;
    wait->error = error;
    g_cond_signal(&wait->wake);
    g_mutex_unlock(&wait->lock);
}

static gboolean
is_done(AmiWait *wait)
{
    gboolean done;

    g_mutex_lock(&wait->lock);
    done = wait->is_done;
    g_mutex_unlock(&wait->lock);
    return done;
}

/* --- Running the home --- */

static gboolean
do_nothing(G_GNUC_UNUSED gpointer data)
{
    return G_SOURCE_CONTINUE;
}

/* Has the context turn once at that time, so that whoever runs it can look at the clock. */
static GSource *
attach_alarm(GMainContext *context, gint64 until)
{
    GSource *source = g_timeout_source_new(G_MAXUINT);

    g_source_set_callback(source, do_nothing, NULL, NULL);
    g_source_set_ready_time(source, until);
    g_source_attach(source, context);
    return source;
}

static void
wake_others(AmiClient *client)
{
    g_mutex_lock(&client->inbox_lock);
    for (guint i = 0; i < client->waits->len; i++) {
        AmiWait *wait = g_ptr_array_index(client->waits, i);

        g_mutex_lock(&wait->lock);
        g_cond_signal(&wait->wake);
        g_mutex_unlock(&wait->lock);
    }
    g_mutex_unlock(&client->inbox_lock);
}

/* Until it is done, or the time has come, or it was cancelled. The context is ours. */
static void
run_home(AmiWait *wait, AmiClient *client, gint64 until, GCancellable *cancellable)
{
    GSource *alarm = attach_alarm(client->home, until);

    g_main_context_push_thread_default(client->home);
    while (!is_done(wait) && g_get_monotonic_time() < until &&
           !g_cancellable_is_cancelled(cancellable))
        g_main_context_iteration(client->home, TRUE);
    g_main_context_pop_thread_default(client->home);
    g_source_destroy(alarm);
    g_source_unref(alarm);
}

/* --- Waiting --- */

typedef struct {
    AmiWait *wait;
    AmiClient *client;
} Cancelled;

static void
wake_one(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Cancelled *cancelled = data;

    g_mutex_lock(&cancelled->wait->lock);
    g_cond_signal(&cancelled->wait->wake);
    g_mutex_unlock(&cancelled->wait->lock);
    g_main_context_wakeup(cancelled->client->home);
}

static void
sleep_until(AmiWait *wait, gint64 until)
{
    g_mutex_lock(&wait->lock);
    if (!wait->is_done)
        g_cond_wait_until(&wait->wake, &wait->lock, until);
    g_mutex_unlock(&wait->lock);
}

/* Once cancelled, the home has the grace to end it; then we go without. */
static gint64
shorten(gint64 until, gboolean *was_cancelled, GCancellable *cancellable)
{
    if (*was_cancelled || !g_cancellable_is_cancelled(cancellable))
        return until;
    *was_cancelled = TRUE;
    return MIN(until, g_get_monotonic_time() + AMI_WAIT_GRACE);
}

static gboolean
wait_for(AmiWait *wait, AmiClient *client, gint64 until, GCancellable *cancellable)
{
    gboolean was_cancelled = FALSE;

    for (;;) {
        gint64 now = g_get_monotonic_time();

        until = shorten(until, &was_cancelled, cancellable);
        if (is_done(wait))
            return TRUE;
        if (now >= until)
            return FALSE;
        if (g_main_context_acquire(client->home)) {
            run_home(wait, client, until, was_cancelled ? NULL : cancellable);
            g_main_context_release(client->home);
            wake_others(client);
        } else {
            sleep_until(wait, MIN(until, now + LOOK_INTERVAL));
        }
    }
}

static void
enlist(AmiClient *client, AmiWait *wait, gboolean is_waiting)
{
    g_mutex_lock(&client->inbox_lock);
    if (is_waiting)
        g_ptr_array_add(client->waits, wait);
    else
        g_ptr_array_remove_fast(client->waits, wait);
    g_mutex_unlock(&client->inbox_lock);
}

/* What came of it; the time ran out when nothing did. */
static gboolean
take_result(AmiWait *wait, GCancellable *cancellable, AmiReply **reply, GError **error)
{
    g_autoptr(GError) problem = NULL;

    g_mutex_lock(&wait->lock);
    if (wait->is_done)
        problem = g_steal_pointer(&wait->error);
    else if (g_cancellable_is_cancelled(cancellable))
        g_set_error(&problem, AMI_ERROR, AMI_ERROR_CANCELLED, "it was cancelled");
    else
        g_set_error(&problem, AMI_ERROR, AMI_ERROR_TIMEOUT, "the time ran out");
    if (problem == NULL && reply != NULL)
        *reply = g_steal_pointer(&wait->reply);
    g_mutex_unlock(&wait->lock);
    if (problem == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

gboolean
ami_wait_run(AmiWait *wait, AmiClient *client, gint64 until, GCancellable *cancellable,
             AmiReply **reply, GError **error)
{
    Cancelled cancelled = {wait, client};
    gulong handler = 0;

    enlist(client, wait, TRUE);
    if (cancellable != NULL)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_one), &cancelled, NULL);
    wait_for(wait, client, until > 0 ? until : G_MAXINT64, cancellable);
    g_cancellable_disconnect(cancellable, handler);
    enlist(client, wait, FALSE);
    return take_result(wait, cancellable, reply, error);
}

gboolean
ami_wait_is_possible(AmiClient *client, const char *instead, GError **error)
{
    if (!g_main_context_is_owner(client->home))
        return TRUE;
    g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                "this thread runs the client's main context at the moment, and would wait for "
                "itself: use %s there",
                instead);
    return FALSE;
}
