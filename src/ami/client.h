/* client.h - one connection to the manager interface of an Asterisk. */

#pragma once

#include <capella/ami/action.h>
#include <capella/ami/error.h>
#include <capella/ami/event-queue.h>
#include <capella/ami/filter.h>
#include <capella/ami/message.h>
#include <capella/ami/reply.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/** The ports that Asterisk listens on by default. */
#define AMI_DEFAULT_PORT     5038
#define AMI_DEFAULT_TLS_PORT 5039

/**
 * AmiState:
 * @AMI_STATE_STOPPED: not started, stopped, or given up
 * @AMI_STATE_CONNECTING: on the way to a connection
 * @AMI_STATE_GREETING: connected; Asterisk has not greeted yet
 * @AMI_STATE_LOGIN: logging in
 * @AMI_STATE_READY: logged in: actions can be sent, events come
 * @AMI_STATE_WAITING: lost or refused; the next attempt comes after a while
 *
 * Where a client stands.
 */
typedef enum {
    AMI_STATE_STOPPED,
    AMI_STATE_CONNECTING,
    AMI_STATE_GREETING,
    AMI_STATE_LOGIN,
    AMI_STATE_READY,
    AMI_STATE_WAITING,
} AmiState;

const char *ami_state_get_name(AmiState state);

/**
 * AmiClient:
 *
 * One named Asterisk: connects, logs in, sends actions, hands out events, and connects again when
 * the connection is lost. All of its work is done in the main context that was the thread's default
 * when it was made; there the signal `state-changed` (#AmiState) is emitted and the setters below
 * are called, before it is started. Any thread may send actions, subscribe, and ask how it stands.
 */
#define AMI_TYPE_CLIENT (ami_client_get_type())
G_DECLARE_FINAL_TYPE(AmiClient, ami_client, AMI, CLIENT, GObject)

AmiClient *ami_client_new(const char *host, guint16 port);
AmiClient *ami_client_new_for_stream(GIOStream *stream);

/* Who it is, and how it logs in. */
void ami_client_set_name(AmiClient *client, const char *name);
void ami_client_set_user(AmiClient *client, const char *user);
void ami_client_set_secret(AmiClient *client, const char *secret);
void ami_client_set_secret_file(AmiClient *client, const char *path);
gboolean ami_client_set_secret_credential(AmiClient *client, const char *name, GError **error);
void ami_client_set_plain_login(AmiClient *client, gboolean is_plain);
void ami_client_set_event_mask(AmiClient *client, const char *mask);

/* TLS from the first byte; the certificate is checked unless told otherwise. */
void ami_client_set_tls(AmiClient *client, gboolean has_tls);
gboolean ami_client_set_tls_authority(AmiClient *client, const char *path, GError **error);
gboolean ami_client_set_tls_certificate(AmiClient *client, const char *certificate_path,
                                        const char *key_path, GError **error);
void ami_client_set_tls_name(AmiClient *client, const char *name);
void ami_client_set_tls_unchecked(AmiClient *client, gboolean is_unchecked);

/* How long things may take, in seconds. */
void ami_client_set_connect_timeout(AmiClient *client, gdouble seconds);
void ami_client_set_greeting_timeout(AmiClient *client, gdouble seconds);
void ami_client_set_login_timeout(AmiClient *client, gdouble seconds);
void ami_client_set_action_timeout(AmiClient *client, gdouble seconds);
void ami_client_set_keep_alive(AmiClient *client, gdouble interval, gdouble patience);
void ami_client_set_reconnect(AmiClient *client, gdouble first_delay, gdouble longest_delay,
                              guint attempts);

/* Beginning and ending. */
void ami_client_start(AmiClient *client);
gboolean ami_client_connect(AmiClient *client, GCancellable *cancellable, GError **error);
void ami_client_connect_async(AmiClient *client, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean ami_client_connect_finish(AmiClient *client, GAsyncResult *result, GError **error);
gboolean ami_client_wait_ready(AmiClient *client, gdouble timeout, GCancellable *cancellable,
                               GError **error);
void ami_client_stop(AmiClient *client);

/* How it stands. Any thread. */

/**
 * AmiStatistics:
 * @logins: successful logins
 * @actions: actions sent
 * @responses: responses to them
 * @unexpected: responses that nobody waits for (any more)
 * @events: events received, list items not counted
 * @dropped: events that subscribers' queues had no room for
 * @timeouts: actions whose answer did not come in time
 * @pending: actions on their way at this moment
 * @latency: seconds that the last Ping took; negative: none yet
 *
 * What a client has done since it was made.
 */
typedef struct {
    guint64 logins;
    guint64 actions;
    guint64 responses;
    guint64 unexpected;
    guint64 events;
    guint64 dropped;
    guint64 timeouts;
    guint pending;
    gdouble latency;
} AmiStatistics;

AmiState ami_client_get_state(AmiClient *client);
const char *ami_client_get_name(AmiClient *client);
const char *ami_client_get_host(AmiClient *client);
guint16 ami_client_get_port(AmiClient *client);
char *ami_client_dup_version(AmiClient *client);
gboolean ami_client_is_fully_booted(AmiClient *client);
GError *ami_client_dup_last_error(AmiClient *client);
void ami_client_get_statistics(AmiClient *client, AmiStatistics *statistics);

/* Actions. Each takes the action over and ends exactly once. Any thread. */
AmiReply *ami_client_send(AmiClient *client, AmiAction *action, GCancellable *cancellable,
                          GError **error);
void ami_client_send_async(AmiClient *client, AmiAction *action, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
AmiReply *ami_client_send_finish(AmiClient *client, GAsyncResult *result, GError **error);

/* An action by its name, with headers as pairs of names and values, NULL at the end. */
AmiReply *ami_action(AmiClient *client, GError **error, const char *name,
                     ...) G_GNUC_NULL_TERMINATED;

/* Events. */

/**
 * AmiEventFunc:
 * @client: the client
 * @event: the event, good for the time of the function unless it takes a reference
 * @user_data: as given to ami_client_subscribe()
 *
 * Is shown each event that a subscription wants.
 */
typedef void (*AmiEventFunc)(AmiClient *client, AmiMessage *event, gpointer user_data);

guint ami_client_subscribe(AmiClient *client, AmiFilter *filter, AmiEventFunc function,
                           gpointer user_data, GDestroyNotify destroy);
void ami_client_unsubscribe(AmiClient *client, guint id);
AmiEventQueue *ami_client_subscribe_queue(AmiClient *client, AmiFilter *filter, guint length);

G_END_DECLS
