/* session.c - what a worker does with a call: its handler, and what follows a failure. */

#include "capellad/session.h"

#include "agi/call-private.h"

#include <string.h>

/* How long a failed call may take to be told what follows, in seconds. */
#define POLICY_TIMEOUT 2.0

static void
trace_line(G_GNUC_UNUSED AgiCall *agi, AgiDirection direction, const char *line, gsize length,
           G_GNUC_UNUSED gpointer user_data)
{
    g_message("%s %.*s", direction == AGI_SENT ? ">" : "<", (int) length, line);
}

AgiCall *
session_open(Call *call, const Configuration *configuration)
{
    const Route *route = call->route;
    gdouble deadline =
        route != NULL && route->deadline > 0 ? route->deadline : configuration->call_timeout;
    AgiCall *agi = agi_call_new_with_environment(call->fd, agi_environment_ref(call->environment),
                                                 call->rest, call->rest_length);

    call->fd = -1;
    if (call->asterisk != NULL)
        agi_call_set_origin(agi, asterisk_ref(call->asterisk), (GDestroyNotify) asterisk_unref);
    agi_call_set_command_timeout(agi, configuration->command_timeout);
    if (deadline > 0)
        agi_call_set_deadline(agi, deadline);
    if (configuration->trace || (route != NULL && route->trace))
        agi_call_set_trace(agi, trace_line, NULL);
    return agi;
}

/* Failure. */

/* Tells Asterisk what follows, as far as it still listens. */
static gboolean
send_policy(Call *call, AgiCall *agi, const Policy *policy, const char *status,
            const char *explanation, GError **error)
{
    g_auto(GStrv) commands = policy_get_commands(policy, call->environment, status, explanation);
    g_autoptr(GString) replies = g_string_new(NULL);

    agi_call_set_deadline(agi, POLICY_TIMEOUT);
    for (char **command = commands; *command != NULL; command++)
        if (!agi_call_forward(agi, *command, strlen(*command), replies, error))
            return FALSE;
    return TRUE;
}

static void
follow_policy(Call *call, AgiCall *agi, const Policy *policy, const char *status,
              const char *explanation)
{
    g_autoptr(GError) error = NULL;

    if (!send_policy(call, agi, policy, status, explanation, &error))
        g_message("The dialplan could not be told of the failure: %s", error->message);
    if (policy_ends_as_failure(policy))
        agi_call_give_up(agi, status);
}

/* Whatever a handler fails with once the caller is gone, it is the hangup that ended it. */
static SessionOutcome
classify(AgiCall *agi, const GError *error)
{
    if (agi_error_is(error, AGI_ERROR_CLASS(AGI_ERROR_HANGUP)) || agi_call_is_hung_up(agi))
        return SESSION_HUNG_UP;
    if (agi_error_is(error, AGI_ERROR_CLASS(AGI_ERROR_TIMEOUT)))
        return SESSION_TIMED_OUT;
    return SESSION_FAILED;
}

static SessionOutcome
handle_failure(Call *call, AgiCall *agi, const GError *error)
{
    const Route *route = call->route;
    SessionOutcome outcome = classify(agi, error);

    switch (outcome) {
    case SESSION_COMPLETED:
    case SESSION_HUNG_UP:
        break;
    case SESSION_FAILED:
        g_warning("Handler %s failed: %s", route->handler_name, error->message);
        follow_policy(call, agi, &route->on_error, "ERROR", error->message);
        break;
    case SESSION_TIMED_OUT:
        g_warning("Handler %s ran out of time: %s", route->handler_name, error->message);
        follow_policy(call, agi, &route->on_timeout, "TIMEOUT", error->message);
        break;
    }
    return outcome;
}

/* The handler. */

static SessionOutcome
run_handler(Call *call, AgiCall *agi)
{
    const Route *route = call->route;
    g_autoptr(GError) error = NULL;

    if (route->handler->run(agi, route->settings, &error))
        return SESSION_COMPLETED;
    if (error == NULL)
        g_set_error(&error, AGI_ERROR, AGI_ERROR_FAILURE,
                    "handler %s returned FALSE without saying why", route->handler_name);
    return handle_failure(call, agi, error);
}

static void
count(Counters *counters, SessionOutcome outcome)
{
    switch (outcome) {
    case SESSION_COMPLETED:
        counters_add(&counters->completed);
        break;
    case SESSION_HUNG_UP:
        counters_add(&counters->hung_up);
        break;
    case SESSION_FAILED:
        counters_add(&counters->failed);
        break;
    case SESSION_TIMED_OUT:
        counters_add(&counters->timed_out);
        break;
    }
}

static const char *
outcome_name(SessionOutcome outcome)
{
    switch (outcome) {
    case SESSION_COMPLETED:
        return "completed";
    case SESSION_HUNG_UP:
        return "hung up";
    case SESSION_FAILED:
        return "failed";
    case SESSION_TIMED_OUT:
        return "timed out";
    }
    return "?";
}

SessionOutcome
session_run(Call *call, Worker *worker, Acceptor *acceptor, Counters *counters)
{
    gint64 started = g_get_monotonic_time();
    g_autoptr(AgiCall) agi = session_open(call, call->configuration);
    SessionOutcome outcome;
    int fd;

    log_set_call(&call->log);
    if (worker != NULL)
        worker_set_agi(worker, agi);
    if (log_shows(G_LOG_LEVEL_INFO))
        g_info("Call from %s to handler %s begins", call->peer, call->route->handler_name);
    outcome = run_handler(call, agi);
    if (worker != NULL)
        worker_set_agi(worker, NULL);
    count(counters, outcome);
    if (log_shows(G_LOG_LEVEL_INFO))
        g_info("Call %s after %.3f s", outcome_name(outcome),
               (gdouble) (g_get_monotonic_time() - started) / G_USEC_PER_SEC);
    log_set_call(NULL);
    fd = agi_call_finish_and_steal_fd(agi);
    if (fd >= 0)
        acceptor_drain(acceptor, fd);
    return outcome;
}
