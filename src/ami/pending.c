/* pending.c - the table of actions on their way: each ends exactly once.
 *
 * An action that was given up, because its time ran out or its caller did, stays in the table
 * without a caller until its answer has come, so that the answer is known for what it is. */

#include <config.h>

#include "ami/client-private.h"
#include "ami/message-private.h"

#include <string.h>

/* Answers that may be waited for in vain; the oldest are forgotten then. */
#define MOST_GIVEN_UP 1024

/* What an Originate that does not say waits for an answer, in seconds. */
#define ORIGINATE_TIMEOUT 30

/* --- How long it may take --- */

static gboolean
is_named(const AmiAction *action, const char *name)
{
    return g_ascii_strcasecmp(ami_action_get_name(action), name) == 0;
}

static gboolean
has_shape(const AmiAction *action, AmiShape shape)
{
    const AmiActionRow *row = ami_action_get_row(action);

    return row != NULL && row->shape == shape;
}

/* Whether Asterisk does nothing else on the connection until the action is done. */
static gboolean
is_blocking(const AmiAction *action)
{
    g_autofree char *async = NULL;

    if (!is_named(action, "Originate"))
        return has_shape(action, AMI_SHAPE_BLOCKS);
    async = ami_action_dup_value(action, "Async");
    return !ami_text_is_true(async);
}

/* What a blocking action asks for in its own header, in seconds; negative: for ever. */
static gdouble
get_asked_time(const AmiAction *action)
{
    gboolean is_originate = is_named(action, "Originate");
    g_autofree char *timeout = ami_action_dup_value(action, "Timeout");

    if (timeout == NULL || *timeout == '\0')
        return is_originate ? ORIGINATE_TIMEOUT : -1;
    return is_originate ? g_ascii_strtod(timeout, NULL) / 1000 : g_ascii_strtod(timeout, NULL);
}

static gint64
get_deadline(AmiClient *client, const AmiAction *action)
{
    gdouble seconds = ami_action_get_timeout(action);
    gdouble extra = ami_action_get_extra_time(action);

    if (seconds < 0) {
        seconds = client->settings.action_timeout;
        if (extra <= 0 && is_blocking(action))
            extra = get_asked_time(action);
    }
    return seconds > 0 && extra >= 0 ? ami_clock_after(seconds + extra) : 0;
}

/* --- One of them --- */

static AmiPending *
pending_new(AmiAction *action, AmiPendingFunc function, gpointer data)
{
    AmiPending *pending = g_new0(AmiPending, 1);

    pending->references = 1;
    pending->action = action;
    pending->link.data = pending;
    pending->function = function;
    pending->data = data;
    return pending;
}

AmiPending *
ami_pending_new(AmiClient *client, AmiAction *action, GCancellable *cancellable,
                AmiPendingFunc function, gpointer data)
{
    AmiPending *pending = pending_new(action, function, data);

    pending->deadline = get_deadline(client, action);
    pending->is_blocking = is_blocking(action);
    if (cancellable != NULL)
        pending->cancellable = g_object_ref(cancellable);
    return pending;
}

AmiPending *
ami_pending_new_own(AmiAction *action, AmiPendingFunc function, gpointer data)
{
    AmiPending *pending = pending_new(action, function, data);

    pending->is_own = TRUE;
    return pending;
}

AmiPending *
ami_pending_ref(AmiPending *pending)
{
    pending->references++;
    return pending;
}

void
ami_pending_unref(AmiPending *pending)
{
    if (--pending->references > 0)
        return;
    g_clear_pointer(&pending->reply, ami_reply_unref);
    g_clear_object(&pending->cancellable);
    ami_action_free(pending->action);
    g_free(pending->id);
    g_free(pending);
}

/* --- The table --- */

static int
compare_deadlines(gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer data)
{
    gint64 first = ((const AmiPending *) a)->deadline;
    gint64 second = ((const AmiPending *) b)->deadline;

    return (first > second) - (first < second);
}

static void
add_deadline(AmiClient *client, AmiPending *pending)
{
    gint64 due = client->due[AMI_TIMER_ACTIONS];

    pending->place = g_sequence_insert_sorted(client->deadlines, pending, compare_deadlines, NULL);
    if (due == 0 || pending->deadline < due)
        ami_clock_set(client, AMI_TIMER_ACTIONS, pending->deadline);
}

static void
add(AmiClient *client, AmiPending *pending)
{
    g_hash_table_insert(client->pending, pending->id, pending);
    g_queue_push_tail_link(&client->pending_order, &pending->link);
    if (pending->deadline > 0)
        add_deadline(client, pending);
    if (pending->is_blocking)
        client->n_blocking++;
    if (!pending->is_own) {
        client->counters.actions++;
        client->counters.pending++;
    }
}

/* Asterisk goes on with other things, or has no reason any more not to. */
static void
unblock(AmiClient *client, AmiPending *pending)
{
    if (pending->is_blocking)
        client->n_blocking--;
    pending->is_blocking = FALSE;
}

static void
remove_deadline(AmiPending *pending)
{
    if (pending->place != NULL)
        g_sequence_remove(g_steal_pointer(&pending->place));
}

/* Nobody can end it any more but who calls this. */
static void
release(AmiClient *client, AmiPending *pending)
{
    if (pending->cancel_handler != 0)
        g_cancellable_disconnect(pending->cancellable, pending->cancel_handler);
    pending->cancel_handler = 0;
    if (!pending->is_own)
        client->counters.pending--;
}

/* Takes it out; the table's reference is the caller's. */
static void
take(AmiClient *client, AmiPending *pending)
{
    if (pending->is_given_up)
        client->n_given_up--;
    else
        release(client, pending);
    remove_deadline(pending);
    unblock(client, pending);
    g_hash_table_remove(client->pending, pending->id);
    g_queue_unlink(&client->pending_order, &pending->link);
}

AmiPending *
ami_pending_find(AmiClient *client, const char *id)
{
    return g_hash_table_lookup(client->pending, id);
}

AmiPending *
ami_pending_find_oldest(AmiClient *client, AmiPhase phase)
{
    for (GList *link = client->pending_order.head; link != NULL; link = link->next)
        if (((AmiPending *) link->data)->phase == phase)
            return link->data;
    return NULL;
}

/* --- The end --- */

static void
tell(AmiPending *pending, AmiReply *reply, GError *error)
{
    AmiPendingFunc function = g_steal_pointer(&pending->function);

    function(pending->data, reply, error);
}

static GError *
new_error(const AmiPending *pending, AmiError code, const char *why)
{
    return g_error_new(AMI_ERROR, (int) code, "%s: %s", ami_action_get_name(pending->action), why);
}

void
ami_pending_succeed(AmiClient *client, AmiPending *pending)
{
    AmiReply *reply = g_steal_pointer(&pending->reply);

    take(client, pending);
    tell(pending, reply != NULL ? reply : ami_reply_new(), NULL);
    ami_pending_unref(pending);
}

void
ami_pending_fail(AmiClient *client, AmiPending *pending, GError *error)
{
    take(client, pending);
    tell(pending, NULL, error);
    ami_pending_unref(pending);
}

void
ami_pending_forget(AmiClient *client, AmiPending *pending)
{
    take(client, pending);
    ami_pending_unref(pending);
}

static void
forget_oldest(AmiClient *client)
{
    for (GList *link = client->pending_order.head; link != NULL; link = link->next)
        if (((AmiPending *) link->data)->is_given_up) {
            ami_pending_forget(client, link->data);
            return;
        }
}

/* Ends it before its answer has come. One that blocks Asterisk keeps its deadline, until which it
 * does so. */
static void
give_up(AmiClient *client, AmiPending *pending, AmiError code, const char *why)
{
    if (!pending->is_blocking)
        remove_deadline(pending);
    release(client, pending);
    pending->is_given_up = TRUE;
    client->n_given_up++;
    g_clear_pointer(&pending->reply, ami_reply_unref);
    tell(pending, NULL, new_error(pending, code, why));
    if (client->n_given_up > MOST_GIVEN_UP)
        forget_oldest(client);
}

void
ami_pending_take_all(AmiClient *client, GQueue *taken)
{
    AmiPending *pending;

    while ((pending = g_queue_peek_head(&client->pending_order)) != NULL) {
        take(client, pending);
        if (pending->is_given_up)
            ami_pending_unref(pending);
        else
            g_queue_push_tail_link(taken, &pending->link);
    }
}

void
ami_pending_fail_taken(GQueue *taken, AmiError code, const char *why)
{
    GList *link;

    while ((link = g_queue_pop_head_link(taken)) != NULL) {
        AmiPending *pending = link->data;

        tell(pending, NULL, new_error(pending, code, why));
        ami_pending_unref(pending);
    }
}

static void
time_out(AmiClient *client, AmiPending *pending)
{
    g_autofree char *why = NULL;

    if (pending->phase == AMI_PHASE_END)
        why = g_strdup_printf("Asterisk has taken it, but the event %s did not come in time",
                              ami_action_get_end_event(pending->action));
    client->counters.timeouts++;
    give_up(client, pending, AMI_ERROR_TIMEOUT,
            why != NULL ? why
                        : "Asterisk did not answer in time; whether it was carried out is unknown");
}

void
ami_pending_due(AmiClient *client)
{
    gint64 now = g_get_monotonic_time();

    while (!g_sequence_is_empty(client->deadlines)) {
        AmiPending *pending = g_sequence_get(g_sequence_get_begin_iter(client->deadlines));

        if (pending->deadline > now) {
            ami_clock_set(client, AMI_TIMER_ACTIONS, pending->deadline);
            return;
        }
        remove_deadline(pending);
        unblock(client, pending);
        if (!pending->is_given_up)
            time_out(client, pending);
    }
}

/* --- Cancelling --- */

typedef struct {
    gpointer client; /* weak */
    char *id;
} Cancel;

static void
cancel_free(gpointer data, G_GNUC_UNUSED GClosure *closure)
{
    Cancel *cancel = data;

    ami_client_free_weak(cancel->client);
    g_free(cancel->id);
    g_free(cancel);
}

static void
cancel_at_home(AmiClient *client, gpointer data)
{
    g_autofree char *id = data;
    AmiPending *pending = ami_pending_find(client, id);

    if (pending != NULL && !pending->is_given_up)
        give_up(client, pending, AMI_ERROR_CANCELLED,
                "it was cancelled after it was sent; whether it is carried out is unknown");
}

/* In any thread. */
static void
on_cancelled(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
    Cancel *cancel = data;
    g_autoptr(AmiClient) client = ami_client_get_weak(cancel->client);

    if (client != NULL)
        ami_inbox_post(client, cancel_at_home, g_strdup(cancel->id), g_free);
}

static void
watch_cancellable(AmiClient *client, AmiPending *pending)
{
    Cancel *cancel;

    if (pending->cancellable == NULL)
        return;
    cancel = g_new0(Cancel, 1);
    cancel->client = ami_client_new_weak(client);
    cancel->id = g_strdup(pending->id);
    pending->cancel_handler =
        g_signal_connect_data(pending->cancellable, "cancelled", G_CALLBACK(on_cancelled), cancel,
                              cancel_free, G_CONNECT_DEFAULT);
    if (g_cancellable_is_cancelled(pending->cancellable))
        ami_inbox_post(client, cancel_at_home, g_strdup(pending->id), g_free);
}

/* --- Sending --- */

static gboolean
can_be_sent(AmiClient *client, AmiPending *pending, GError **error)
{
    if (g_cancellable_is_cancelled(pending->cancellable)) {
        g_propagate_error(
            error, new_error(pending, AMI_ERROR_CANCELLED, "it was cancelled before it was sent"));
        return FALSE;
    }
    if (client->connection == NULL ||
        (!pending->is_own && ami_client_get_state(client) != AMI_STATE_READY)) {
        g_propagate_error(
            error, ami_client_new_unready_error(client, ami_action_get_name(pending->action)));
        return FALSE;
    }
    return TRUE;
}

/* Asterisk answers in order: text that an action is answered with has ended when the answer to a
 * Ping comes that was sent right behind it. */
typedef struct {
    AmiClient *client; /* has the Ping in its table, and so is there when that ends */
    AmiPending *fenced;
} Fence;

static void
on_fence(gpointer data, AmiReply *reply, GError *error)
{
    Fence *fence = data;
    AmiPending *fenced = fence->fenced;

    if (reply != NULL && ami_pending_find(fence->client, fenced->id) == fenced) {
        if (fenced->is_given_up)
            ami_pending_forget(fence->client, fenced);
        else
            ami_pending_succeed(fence->client, fenced);
    }
    g_clear_pointer(&reply, ami_reply_unref);
    g_clear_error(&error);
    ami_pending_unref(fenced);
    g_free(fence);
}

static void
send_fence(AmiClient *client, AmiPending *pending)
{
    Fence *fence = g_new0(Fence, 1);

    fence->client = client;
    fence->fenced = ami_pending_ref(pending);
    pending->phase = AMI_PHASE_RAW;
    ami_pending_start(client, ami_pending_new_own(ami_action_new("Ping"), on_fence, fence));
}

void
ami_pending_lose(gpointer data)
{
    AmiPending *pending = data;

    tell(pending, NULL,
         new_error(pending, AMI_ERROR_NOT_CONNECTED, "nothing was sent: the client is gone"));
    ami_pending_unref(pending);
}

void
ami_pending_start(AmiClient *client, AmiPending *pending)
{
    GError *error = NULL;

    pending->id = g_strdup_printf("%s%" G_GUINT64_FORMAT, client->id_prefix, ++client->last_id);
    if (!can_be_sent(client, pending, &error) ||
        !ami_output_send(client, pending->action, pending->id, &error)) {
        tell(pending, NULL, error);
        ami_pending_unref(pending);
        return;
    }
    add(client, pending);
    watch_cancellable(client, pending);
    if (has_shape(pending->action, AMI_SHAPE_RAW))
        send_fence(client, pending);
}
