/* call.h - one call on its way through the daemon, from the acceptor to its worker. */

#pragma once

#include "capellad/configuration.h"
#include "capellad/log.h"

G_BEGIN_DECLS

/**
 * Call:
 *
 * A connection whose environment has been read. Owned by one place at a time: the acceptor, the
 * queue, or a worker.
 */
typedef struct {
    guint64 id;
    int fd; /* -1 once a worker has made an AgiCall of it */
    AgiEnvironment *environment;
    char *rest; /* what came behind the environment */
    gsize rest_length;
    char *peer;
    Asterisk *asterisk; /* that it comes from; NULL: not known */
    Configuration *configuration;
    Route *route;    /* entered; NULL: none */
    gint64 accepted; /* monotonic microseconds */
    gint64 queued;
    LogCall log;
    GList link; /* of the queue */
} Call;

/* Takes the descriptor and the environment over. */
Call *call_new(guint64 id, int fd, AgiEnvironment *environment, const char *rest, gsize rest_length,
               Configuration *configuration);

/* Leaves the route and closes what is still open. */
void call_free(Call *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

G_END_DECLS
