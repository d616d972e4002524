/* peer.h - the other side of a client in tests: greets, lets in, and does to each action what the
 * test says. */

#pragma once

#include "ami/message-private.h"

#include <capella/ami/client.h>

G_BEGIN_DECLS

#define PEER_USER   "capella"
#define PEER_SECRET "galaxy"

/* A server on a port of 127.0.0.1, or of ::1, in threads of its own. */
typedef struct _Peer Peer;

/* One connection to it. */
typedef struct _PeerSession PeerSession;

/* Answers an action, in the session's thread. @id: its ActionID, or "". FALSE: as by default. */
typedef gboolean (*PeerFunc)(PeerSession *session, const char *name, const char *id,
                             AmiMessage *action, gpointer data);

Peer *peer_new(PeerFunc function, gpointer data);
Peer *peer_new_of_family(GSocketFamily family, PeerFunc function, gpointer data);
void peer_free(Peer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_free)

guint16 peer_get_port(Peer *peer);

/* For the connections to come. @banner: a line without its end; NULL: it never greets. */
void peer_set_banner(Peer *peer, const char *banner);

/* Speaks TLS with this certificate and key in one PEM file. */
void peer_set_certificate(Peer *peer, const char *path);

/* And wants one of the client that this authority has signed. */
void peer_set_tls_authority(Peer *peer, const char *path);

/* Sends text, in which each LF goes as CR LF. */
void peer_send(PeerSession *session, const char *format, ...) G_GNUC_PRINTF(2, 3);
void peer_send_bytes(PeerSession *session, const char *bytes, gsize length);

/* Ends the connection. */
void peer_close(PeerSession *session);

/* To every session, and the end of each. */
void peer_broadcast(Peer *peer, const char *text);
void peer_disconnect(Peer *peer);

/* No more connections: the port is closed. */
void peer_stop_listening(Peer *peer);

/* Waits until so many actions of a name have come since the start; counts them. */
void peer_wait_action(Peer *peer, const char *name, guint times);
guint peer_count_actions(Peer *peer, const char *name);

/* The value of a header of the last action of a name; NULL: there is none. (transfer full) */
char *peer_dup_header(Peer *peer, const char *name, const char *header);

/* How many connections there were. */
guint peer_count_sessions(Peer *peer);

/* A client of this peer that is set up and not started; times are short. */
AmiClient *peer_new_client(Peer *peer);

/* The same, logged in. */
AmiClient *peer_new_ready_client(Peer *peer);

/* Runs the default main context until a condition holds. */
#define PEER_WAIT_FOR(condition)                                                                   \
    while (!(condition))                                                                           \
    peer_turn()

void peer_turn(void);

/* The main context in a thread of its own, as a daemon's main loop. */
typedef struct _PeerLoop PeerLoop;

PeerLoop *peer_loop_new(void);
void peer_loop_free(PeerLoop *loop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeerLoop, peer_loop_free)

/* The code of the last error; -1: there is none. */
int peer_get_last_error(AmiClient *client);

/* All that is logged from now on, debugging included, as `warning: text` lines and the like;
 * warnings are no longer fatal. Once in a program, in main(); it lasts as long. */
typedef struct _PeerLog PeerLog;

PeerLog *peer_log_new(void);

/* Whether something was logged that has this text in it. */
gboolean peer_log_has(PeerLog *log, const char *text);
void peer_log_clear(PeerLog *log);

/* Asserts that nothing is on its way. */
void peer_assert_nothing_pending(AmiClient *client);

G_END_DECLS
