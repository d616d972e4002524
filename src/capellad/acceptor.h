/* acceptor.h - the thread that accepts connections and learns what they want. */

#pragma once

#include "capellad/call.h"
#include "capellad/counters.h"
#include "capellad/listener.h"

G_BEGIN_DECLS

/**
 * Acceptor:
 *
 * One thread that accepts every connection at once, reads its environment without ever blocking,
 * and hands it on as a #Call; that tells those who can't be served why; and that sees finished
 * calls to their end. So a peer that is slow, silent or rude costs no worker.
 */
typedef struct _Acceptor Acceptor;

/* Takes a call whose environment is complete. In the acceptor's thread. */
typedef void (*AcceptorCallFunc)(Call *call, gpointer user_data);

/* Does what has fallen due, and says when to ask again (monotonic microseconds). Likewise. */
typedef gint64 (*AcceptorTickFunc)(gpointer user_data);

typedef struct {
    AcceptorCallFunc call;
    AcceptorTickFunc tick;
    gpointer user_data;
} AcceptorClient;

/* @listeners: (element-type Listener) (transfer full). */
Acceptor *acceptor_new(Configuration *configuration, GPtrArray *listeners, Counters *counters,
                       const AcceptorClient *client, GError **error);

/* Begins to accept. */
gboolean acceptor_start(Acceptor *acceptor, GError **error);

void acceptor_free(Acceptor *acceptor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Acceptor, acceptor_free)

/* Closes the listeners, for good. Any thread. */
void acceptor_stop_listening(Acceptor *acceptor);

/* How many connections are new, being refused, or ending. Any thread. */
guint acceptor_get_connections(Acceptor *acceptor);

/* Tells a call that it can't be served: sets CAPELLA_STATUS to @status and CAPELLA_ERROR to
 * @explanation, does what @policy says, and closes. Takes the call. In the acceptor's thread. */
void acceptor_refuse(Acceptor *acceptor, Call *call, const Policy *policy, const char *status,
                     const char *explanation);

/* Takes a connection that was not accepted by a listener: that of a call which comes over the
 * manager connection of @asterisk. Who may connect plays no part. Any thread. */
void acceptor_adopt(Acceptor *acceptor, int fd, Asterisk *asterisk);

/* Reads a half-closed connection to its end, so that Asterisk's last line meets no broken pipe.
 * Takes the descriptor. Any thread. */
void acceptor_drain(Acceptor *acceptor, int fd);

G_END_DECLS
