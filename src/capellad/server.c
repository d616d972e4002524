/* server.c - the daemon as a whole: what it owns, how a call goes through it, and how it stops.
 *
 * A call comes in at the acceptor, which reads its environment and passes it to route_call()
 * below: to a handler that waits for it, else by its route to a worker or into the queue, else
 * back to the acceptor, to be refused in words. The worker runs session_run() and hands the
 * connection back to the acceptor, which sees it to its end. */

#include "capellad/server.h"

#include "agi/call-private.h"
#include "capellad/acceptor.h"
#include "capellad/meeting.h"
#include "capellad/notify.h"
#include "capellad/session.h"
#include "capellad/stuck.h"
#include "capellad/waiters.h"
#include "capellad/workers.h"

/* How long cut calls have to come back before they are left behind, in seconds. */
#define CUT_PATIENCE 3.0

/* How often in a row all has to be found at its end before the server stops: between two looks the
 * main loop comes round, and what the last handlers have left to it, such as hanging up a call that
 * they had placed, is sent before the Asterisks are left. */
#define QUIET_LOOKS 3

struct _Server {
    CapellaDaemon daemon; /* what configurations copy for their modules */
    Configuration *configuration;
    Counters counters;
    Acceptor *acceptor;
    Workers *workers;
    Waiters *waiters;
    GMutex joined_lock;   /* guards joined */
    GPtrArray *joined;    /* of AgiCall: those that waiters took */
    gboolean is_stopping; /* atomic */
    guint check_timer;
    guint stop_timer;
    gint64 cut_at;
    gint64 leave_at;
    guint quiet_looks;
    ServerStoppedFunc stopped;
    gpointer stopped_data;
};

/* A call's way. */

static const Policy continue_policy = {.kind = POLICY_CONTINUE};

static void
refuse(Server *server, Call *call, const char *status, const char *explanation)
{
    const Policy *policy = call->route != NULL ? &call->route->on_overload : &continue_policy;

    acceptor_refuse(server->acceptor, call, policy, status, explanation);
}

/* To a worker. From here on the call is no longer ours, unless there was no place for it. */
static void
submit_call(Server *server, Call *call)
{
    guint64 id = call->id;

    switch (workers_submit(server->workers, call)) {
    case WORKERS_STARTED:
        break;
    case WORKERS_QUEUED:
        g_debug("Call waits for a worker call=%" G_GUINT64_FORMAT, id);
        break;
    case WORKERS_FULL:
        refuse(server, call, "OVERLOAD", "all workers are busy and the queue is full");
        break;
    }
}

static void
route_call(Call *call, gpointer user_data)
{
    Server *server = user_data;
    Route *route;

    if (waiters_offer(server->waiters, call))
        return;
    if (meeting_was_placed(call->environment))
        return refuse(server, call, "NO_ROUTE", "nobody waits for this call, or not any more");
    if (g_atomic_int_get(&server->is_stopping))
        return refuse(server, call, "STOPPING", "the daemon stops and takes no new calls");
    route = routes_find(call->configuration->routes, call->environment);
    if (route == NULL)
        return refuse(server, call, "NO_ROUTE", "no extension of the configuration matches");
    if (!route_enter(route)) {
        acceptor_refuse(server->acceptor, call, &route->on_overload, "ROUTE_FULL",
                        "the route serves as many calls as its max_calls allows");
        return;
    }
    call->route = route;
    submit_call(server, call);
}

/* Sees to the calls that wait for a worker. */
static gint64
tend_queue(gpointer user_data)
{
    Server *server = user_data;
    gint64 now = g_get_monotonic_time();
    Call *call;

    workers_let_in(server->workers, now);
    while ((call = workers_take_overdue(server->workers, now)) != NULL)
        refuse(server, call, "QUEUE_TIMEOUT", "no worker was free for as long as calls may wait");
    return workers_get_next_due(server->workers);
}

static void
serve_call(Call *call, Worker *worker, gpointer user_data)
{
    Server *server = user_data;

    session_run(call, worker, server->acceptor, &server->counters);
    call_free(call);
}

/* What modules may ask. */

/* Calls that a handler has met are known here only so that they can be cut: they belong to the
 * handler, and leave when they end. */
static void
forget_joined(AgiCall *agi, gpointer user_data)
{
    Server *server = user_data;

    g_mutex_lock(&server->joined_lock);
    g_ptr_array_remove_fast(server->joined, agi);
    g_mutex_unlock(&server->joined_lock);
}

static guint
count_joined(Server *server)
{
    guint length;

    g_mutex_lock(&server->joined_lock);
    length = server->joined->len;
    g_mutex_unlock(&server->joined_lock);
    return length;
}

static void
remember_joined(Server *server, AgiCall *agi)
{
    g_mutex_lock(&server->joined_lock);
    g_ptr_array_add(server->joined, agi);
    g_mutex_unlock(&server->joined_lock);
    agi_call_set_end_notify(agi, forget_joined, server);
}

/* What a handler gets of a call that it has waited for. */
static AgiCall *
join(Server *server, Call *call)
{
    AgiCall *agi = session_open(call, call->configuration);

    remember_joined(server, agi);
    return agi;
}

static gboolean
is_stopping(CapellaDaemon *daemon)
{
    Server *server = daemon->owner;

    return g_atomic_int_get(&server->is_stopping);
}

static AgiCall *
wait_for_call(CapellaDaemon *daemon, const char *extension, gdouble timeout,
              GCancellable *cancellable, GError **error)
{
    Server *server = daemon->owner;
    g_autoptr(Call) call = waiters_wait(server->waiters, extension, timeout, cancellable, error);

    return call != NULL ? join(server, call) : NULL;
}

static AmiClient *
get_ami(CapellaDaemon *daemon, const char *name)
{
    const Asterisk *asterisk = asterisks_find(daemon->asterisks, name);

    return asterisk != NULL ? asterisk_get_client(asterisk) : NULL;
}

static AmiClient *
get_ami_of_call(G_GNUC_UNUSED CapellaDaemon *daemon, AgiCall *call)
{
    const Asterisk *asterisk = agi_call_get_origin(call);

    return asterisk != NULL ? asterisk_get_client(asterisk) : NULL;
}

/* The entry that says where a call placed by @client comes back. */
static Asterisk *
find_meeting_place(const CapellaDaemon *daemon, AmiClient *client, GError **error)
{
    Asterisk *asterisk = client != NULL ? asterisks_find_client(daemon->asterisks, client)
                                        : asterisks_find(daemon->asterisks, NULL);

    if (asterisk == NULL)
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "there is no such entry of ami in the configuration, so no call is placed");
    else if (asterisk_get_meet_context(asterisk) != NULL || asterisk_get_agi_url(asterisk) != NULL)
        return asterisk;
    else
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "the configuration does not say how calls come back from Asterisk %s; set "
                    "meet_context or agi_url in its entry of ami",
                    asterisk_get_name(asterisk));
    return NULL;
}

static AgiCall *
originate_and_wait(CapellaDaemon *daemon, AmiClient *client, const AmiOriginate *originate,
                   gdouble timeout, GCancellable *cancellable, GError **error)
{
    Server *server = daemon->owner;
    Asterisk *asterisk = find_meeting_place(daemon, client, error);
    g_autoptr(Call) call = NULL;

    if (asterisk == NULL)
        return NULL;
    if (is_stopping(daemon)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                    "no call is placed any more: the daemon stops");
        return NULL;
    }
    call = meeting_hold(server->waiters, asterisk, originate, timeout, cancellable, error);
    return call != NULL ? join(server, call) : NULL;
}

Server *
server_new(void)
{
    Server *server = g_new0(Server, 1);

    server->daemon.wait_for_call = wait_for_call;
    server->daemon.is_stopping = is_stopping;
    server->daemon.get_ami = get_ami;
    server->daemon.get_ami_of_call = get_ami_of_call;
    server->daemon.originate_and_wait = originate_and_wait;
    server->daemon.owner = server;
    server->waiters = waiters_new();
    server->joined = g_ptr_array_new();
    g_mutex_init(&server->joined_lock);
    return server;
}

const CapellaDaemon *
server_get_daemon(Server *server)
{
    return &server->daemon;
}

/* Start. */

static gboolean
check_stuck(gpointer user_data)
{
    Server *server = user_data;

    stuck_check(server->workers, server->configuration->stuck_timeout, &server->counters);
    return G_SOURCE_CONTINUE;
}

/* A call that comes over a manager connection. */
static void
adopt_call(Asterisk *asterisk, int fd, gpointer user_data)
{
    Server *server = user_data;

    acceptor_adopt(server->acceptor, fd, asterisk);
}

static GPtrArray *
open_listeners(const Configuration *configuration, GError **error)
{
    g_autoptr(GPtrArray) listeners =
        g_ptr_array_new_with_free_func((GDestroyNotify) listener_close);

    for (guint i = 0; i < configuration->listeners->len; i++) {
        Listener *listener = listener_open(g_ptr_array_index(configuration->listeners, i), error);

        if (listener == NULL)
            return NULL;
        g_ptr_array_add(listeners, listener);
    }
    for (guint i = 0; i < listeners->len; i++)
        g_message("Listening on %s", listener_get_name(g_ptr_array_index(listeners, i)));
    return g_steal_pointer(&listeners);
}

gboolean
server_start(Server *server, Configuration *configuration, GError **error)
{
    const AcceptorClient client = {route_call, tend_queue, server};
    GPtrArray *listeners = open_listeners(configuration, error);

    if (listeners == NULL)
        return FALSE;
    stuck_start();
    server->configuration = configuration_ref(configuration);
    server->workers = workers_new(configuration, serve_call, server);
    server->acceptor = acceptor_new(configuration, listeners, &server->counters, &client, error);
    if (server->acceptor == NULL || !acceptor_start(server->acceptor, error))
        return FALSE;
    for (guint i = 0; i < configuration->asterisks->len; i++)
        asterisk_start(g_ptr_array_index(configuration->asterisks, i), adopt_call, server);
    server->check_timer =
        g_timeout_add((guint) (MIN(configuration->stuck_timeout, 1.0) * 1000), check_stuck, server);
    return TRUE;
}

/* Stop. */

static void
cut_call(G_GNUC_UNUSED Worker *worker, G_GNUC_UNUSED const Call *call, AgiCall *agi,
         G_GNUC_UNUSED gpointer user_data)
{
    agi_call_disconnect(agi);
}

static void
cut_calls(Server *server)
{
    workers_foreach(server->workers, cut_call, NULL);
    g_mutex_lock(&server->joined_lock);
    for (guint i = 0; i < server->joined->len; i++)
        agi_call_disconnect(g_ptr_array_index(server->joined, i));
    g_mutex_unlock(&server->joined_lock);
}

static void
finish_stop(Server *server)
{
    const Counters *counters = &server->counters;

    server->stop_timer = 0;
    for (guint i = 0; i < server->configuration->asterisks->len; i++)
        asterisk_stop(g_ptr_array_index(server->configuration->asterisks, i));
    g_message("Stopped; %u calls in all: %u completed, %u hung up, %u failed, %u timed out, "
              "%u refused",
              counters_get(&counters->calls), counters_get(&counters->completed),
              counters_get(&counters->hung_up), counters_get(&counters->failed),
              counters_get(&counters->timed_out), counters_get(&counters->refused));
    g_message("%u connections in all: %u closed without a byte, %u were no calls, %u denied",
              counters_get(&counters->accepted), counters_get(&counters->probes),
              counters_get(&counters->malformed), counters_get(&counters->denied));
    server->stopped(server->stopped_data);
}

static gboolean
continue_stop(gpointer user_data)
{
    Server *server = user_data;
    guint left = workers_get_running(server->workers) + workers_get_queued(server->workers);
    guint joined = count_joined(server);
    gint64 now = g_get_monotonic_time();

    if (left == 0 && joined == 0 && acceptor_get_connections(server->acceptor) == 0) {
        if (++server->quiet_looks < QUIET_LOOKS)
            return G_SOURCE_CONTINUE;
        finish_stop(server);
        return G_SOURCE_REMOVE;
    }
    server->quiet_looks = 0;
    if (now >= server->leave_at) {
        g_warning("%u handlers do not return; they are left behind", MAX(left, joined));
        finish_stop(server);
        return G_SOURCE_REMOVE;
    }
    if (now >= server->cut_at && left + joined > 0) {
        g_message("The time to drain is over; %u calls are cut", left + joined);
        server->cut_at = G_MAXINT64;
        cut_calls(server);
    }
    return G_SOURCE_CONTINUE;
}

void
server_stop(Server *server, ServerStoppedFunc stopped, gpointer user_data)
{
    gdouble drain = server->configuration->drain_timeout;
    gint64 now = g_get_monotonic_time();

    if (server->stop_timer != 0)
        return;
    g_atomic_int_set(&server->is_stopping, TRUE);
    acceptor_stop_listening(server->acceptor);
    g_message("Stopping: no new calls; %u running and %u waiting calls have %g s to end",
              workers_get_running(server->workers), workers_get_queued(server->workers), drain);
    notify_stopping();
    waiters_close(server->waiters);
    server->stopped = stopped;
    server->stopped_data = user_data;
    server->cut_at = now + (gint64) (drain * G_USEC_PER_SEC);
    server->leave_at = server->cut_at + (gint64) (CUT_PATIENCE * G_USEC_PER_SEC);
    server->stop_timer = g_timeout_add(20, continue_stop, server);
}

/* When handlers have been left behind, all that they may still use is left with them: the process
 * is about to end. Modules may have threads of their own until they are unloaded, with the
 * configuration, so what those may ask for goes after it. */
void
server_free(Server *server)
{
    if (server == NULL)
        return;
    g_clear_handle_id(&server->check_timer, g_source_remove);
    g_clear_handle_id(&server->stop_timer, g_source_remove);
    g_clear_pointer(&server->acceptor, acceptor_free);
    if ((server->workers != NULL && !workers_free(server->workers)) || count_joined(server) > 0)
        return;
    if (server->configuration != NULL)
        configuration_unref(server->configuration);
    waiters_free(server->waiters);
    g_ptr_array_unref(server->joined);
    g_mutex_clear(&server->joined_lock);
    g_free(server);
}
