/* session.h - what a worker does with a call: its handler, and what follows a failure. */

#pragma once

#include "capellad/acceptor.h"
#include "capellad/workers.h"

G_BEGIN_DECLS

/* How a session ended. */
typedef enum {
    SESSION_COMPLETED,
    SESSION_HUNG_UP,
    SESSION_FAILED,
    SESSION_TIMED_OUT,
} SessionOutcome;

/* Serves one call from its first command to the half-closed connection, which it hands to the
 * acceptor. In a worker's thread; @worker may be NULL in tests. */
SessionOutcome session_run(Call *call, Worker *worker, Acceptor *acceptor, Counters *counters);

/* The conversation of a call, with the configuration's limits. Takes the call's descriptor. */
AgiCall *session_open(Call *call, const Configuration *configuration);

G_END_DECLS
