/* callbacks.c - calls people back and tells them how long their call was. */

#include "callbacks.h"

#include "sentence.h"

/* Longest time from the answer to the call that comes to us, and for all that is said, in seconds.
 */
#define LONGEST_WAY      15
#define LONGEST_SENTENCE 300

struct _Callbacks {
    CapellaDaemon *daemon;
    Tally *tally;
    GCancellable *cancellable;
    GThreadPool *pool;
    GThread *clerk;
    GMutex lock; /* guards what follows */
    GCond wake;
    GSequence *waiting; /* of TimedCall, by the time of the next try */
    gboolean is_closed;
};

/* --- Giving up --- */

static void
give_up(TimedCall *timed, const char *reason)
{
    g_warning("The caller of %s could not be told that account %s used %u s: %s", timed->channel,
              timed->account, timed->duration, reason);
    g_atomic_int_inc(&timed->tally->given_up);
    timed_call_free(timed);
}

/* --- Between tries --- */

static int
compare_due(gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer user_data)
{
    gint64 first = ((const TimedCall *) a)->due;
    gint64 second = ((const TimedCall *) b)->due;

    return (first > second) - (first < second);
}

/* Lets a call wait for its next try. */
static void
wait_for_try(Callbacks *callbacks, TimedCall *timed, gdouble seconds)
{
    gboolean is_closed;

    timed->due = g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);
    g_mutex_lock(&callbacks->lock);
    is_closed = callbacks->is_closed;
    if (!is_closed) {
        g_sequence_insert_sorted(callbacks->waiting, timed, compare_due, NULL);
        g_cond_signal(&callbacks->wake);
    }
    g_mutex_unlock(&callbacks->lock);
    if (is_closed)
        give_up(timed, "the module is unloaded");
}

/* The clerk: hands calls to the pool when they are due. */
static gpointer
run_clerk(gpointer data)
{
    Callbacks *callbacks = data;

    g_mutex_lock(&callbacks->lock);
    while (!callbacks->is_closed) {
        GSequenceIter *first = g_sequence_get_begin_iter(callbacks->waiting);
        TimedCall *timed = g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);

        if (timed == NULL) {
            g_cond_wait(&callbacks->wake, &callbacks->lock);
        } else if (timed->due > g_get_monotonic_time()) {
            g_cond_wait_until(&callbacks->wake, &callbacks->lock, timed->due);
        } else {
            g_sequence_remove(first);
            g_thread_pool_push(callbacks->pool, timed, NULL);
        }
    }
    g_mutex_unlock(&callbacks->lock);
    return NULL;
}

/* --- Tries --- */

/* Whether another try may have better luck. Asterisk says no to the same question again; a call
 * that was answered, and did not come to us, would only ring for nothing once more. */
static gboolean
is_worth_another(const GError *error)
{
    static const AmiError lost_causes[] = {AMI_ERROR_REFUSED, AMI_ERROR_PERMISSION,
                                           AMI_ERROR_UNKNOWN_ACTION, AMI_ERROR_INVALID_ARGUMENT};

    for (guint i = 0; i < G_N_ELEMENTS(lost_causes); i++)
        if (g_error_matches(error, AMI_ERROR, (int) lost_causes[i]))
            return FALSE;
    return error->domain == AMI_ERROR || error->domain == AGI_ERROR;
}

static void
fail_try(Callbacks *callbacks, TimedCall *timed, const GError *error)
{
    gint64 tries = capella_settings_get_integer(timed->settings, "tries");
    gdouble pause = capella_settings_get_number(timed->settings, "pause");

    if (g_cancellable_is_cancelled(callbacks->cancellable) ||
        capella_daemon_is_stopping(callbacks->daemon) || !is_worth_another(error) ||
        timed->tries >= tries) {
        give_up(timed, error->message);
        return;
    }
    g_message("Call-back to %s failed, try %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
              "; the next one in %g s: %s",
              timed->target, timed->tries, tries, pause, error->message);
    wait_for_try(callbacks, timed, pause);
}

static AmiOriginate *
make_originate(const TimedCall *timed)
{
    const CapellaSettings *settings = timed->settings;
    AmiOriginate *originate = ami_originate_new(timed->target);

    ami_originate_set_timeout(originate, capella_settings_get_number(settings, "ring_time"));
    ami_originate_set_caller_id(originate, capella_settings_get_text(settings, "caller_name"),
                                capella_settings_get_text(settings, "caller_number"));
    return originate;
}

/* What the listener hears. */
static gboolean
talk(const TimedCall *timed, AgiCall *call, GError **error)
{
    agi_call_set_deadline(call, LONGEST_SENTENCE);
    return agi_wait(call, capella_settings_get_number(timed->settings, "wait"), error) &&
           sentence_say(call, timed, error) && agi_hangup(call, error);
}

static void
cancel_call(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    agi_call_cancel(data);
}

/* One who hangs up before the end has been reached all the same. A daemon that stops cuts calls,
 * which looks alike. */
static gboolean
tell(Callbacks *callbacks, const TimedCall *timed, AgiCall *call, GError **error)
{
    gulong handler =
        g_cancellable_connect(callbacks->cancellable, G_CALLBACK(cancel_call), call, NULL);
    g_autoptr(GError) problem = NULL;
    gboolean is_told = talk(timed, call, &problem);

    g_cancellable_disconnect(callbacks->cancellable, handler);
    if (!is_told && (!g_error_matches(problem, AGI_ERROR, AGI_ERROR_HANGUP) ||
                     capella_daemon_is_stopping(callbacks->daemon))) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    g_message("%s %s account %s used %u s", timed->target,
              is_told ? "was told that" : "hung up while being told that", timed->account,
              timed->duration);
    return TRUE;
}

static gboolean
call_back(Callbacks *callbacks, const TimedCall *timed, GError **error)
{
    g_autoptr(AmiOriginate) originate = make_originate(timed);
    g_autoptr(AgiCall) call = capella_originate_and_wait(
        callbacks->daemon, timed->client, originate, LONGEST_WAY, callbacks->cancellable, error);

    return call != NULL && tell(callbacks, timed, call, error);
}

static void
run_try(gpointer data, gpointer user_data)
{
    TimedCall *timed = data;
    Callbacks *callbacks = user_data;
    g_autoptr(GError) error = NULL;

    g_mutex_lock(&callbacks->lock);
    timed->tries++;
    g_mutex_unlock(&callbacks->lock);
    if (g_cancellable_is_cancelled(callbacks->cancellable)) {
        give_up(timed, "the module is unloaded");
        return;
    }
    if (!call_back(callbacks, timed, &error)) {
        fail_try(callbacks, timed, error);
        return;
    }
    g_atomic_int_inc(&callbacks->tally->told);
    timed_call_free(timed);
}

/* --- All of them --- */

Callbacks *
callbacks_new(CapellaDaemon *daemon, Tally *tally, guint threads)
{
    Callbacks *callbacks = g_new0(Callbacks, 1);

    callbacks->daemon = daemon;
    callbacks->tally = tally;
    callbacks->cancellable = g_cancellable_new();
    callbacks->pool = g_thread_pool_new(run_try, callbacks, (int) threads, FALSE, NULL);
    callbacks->waiting = g_sequence_new(NULL);
    g_mutex_init(&callbacks->lock);
    g_cond_init(&callbacks->wake);
    callbacks->clerk = g_thread_new("calltimer-clerk", run_clerk, callbacks);
    return callbacks;
}

static void
give_up_one(gpointer data, G_GNUC_UNUSED gpointer user_data)
{
    give_up(data, "the module is unloaded");
}

void
callbacks_free(Callbacks *callbacks)
{
    g_mutex_lock(&callbacks->lock);
    callbacks->is_closed = TRUE;
    g_cond_signal(&callbacks->wake);
    g_mutex_unlock(&callbacks->lock);
    g_thread_join(callbacks->clerk);
    g_cancellable_cancel(callbacks->cancellable);
    g_thread_pool_free(callbacks->pool, FALSE, TRUE);
    g_sequence_foreach(callbacks->waiting, give_up_one, NULL);
    g_sequence_free(callbacks->waiting);
    g_object_unref(callbacks->cancellable);
    g_mutex_clear(&callbacks->lock);
    g_cond_clear(&callbacks->wake);
    g_free(callbacks);
}

void
callbacks_add(Callbacks *callbacks, TimedCall *timed)
{
    gint64 shortest = capella_settings_get_integer(timed->settings, "shortest");

    if (timed->duration < shortest) {
        g_message("%s took %u s, account %s; too short to call back for", timed->channel,
                  timed->duration, timed->account);
        g_atomic_int_inc(&timed->tally->skipped);
        timed_call_free(timed);
        return;
    }
    g_message("%s has ended, account %s used %u s; %s is called back", timed->channel,
              timed->account, timed->duration, timed->target);
    wait_for_try(callbacks, timed, capella_settings_get_number(timed->settings, "delay"));
}
