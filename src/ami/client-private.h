/* client-private.h - the parts of a client, and which file has them.
 *
 * A client lives in one main context, its home: all below is of the home alone, unless it says
 * otherwise. Other threads leave what they want in the inbox. What waits in the home (sources,
 * GIO's callbacks) knows the client by a weak reference, takes a real one while it runs, and so
 * ends with the client. */

#pragma once

#include "ami/action-private.h"
#include "ami/parser.h"
#include "ami/reply-private.h"
#include "ami/subscriptions.h"

#include <capella/ami/client.h>
#include <stdatomic.h>

G_BEGIN_DECLS

typedef struct _AmiConnection AmiConnection;
typedef struct _AmiPending AmiPending;

/* Told once how something ended. @error: NULL when it went well. */
typedef void (*AmiDoneFunc)(gpointer data, const GError *error);

/* What the client waits for, each at most once at a time. */
typedef enum {
    AMI_TIMER_STEP,       /* connect, greeting or login takes too long */
    AMI_TIMER_RECONNECT,  /* the next attempt */
    AMI_TIMER_KEEP_ALIVE, /* nothing was received for a while */
    AMI_TIMER_OUTPUT,     /* the peer does not read */
    AMI_TIMER_ACTIONS,    /* the earliest deadline of an action */
    AMI_N_TIMERS,
} AmiTimer;

/* Where a secret comes from: one of these is set, or none. */
typedef struct {
    char *text;
    char *path;
} AmiSecretSource;

/* What may change until the client is started. Times in seconds. */
typedef struct {
    char *name;
    char *host;
    guint16 port;
    GIOStream *stream; /* instead of host and port */
    char *user;
    AmiSecretSource secret;
    gboolean is_plain_login;
    char *event_mask;
    gboolean has_tls;
    gboolean is_tls_unchecked;
    char *tls_name;
    GTlsDatabase *tls_authority;
    GTlsCertificate *tls_certificate;
    gdouble connect_timeout;
    gdouble greeting_timeout;
    gdouble login_timeout;
    gdouble action_timeout;
    gdouble keep_alive_interval;
    gdouble keep_alive_patience;
    gdouble first_delay;
    gdouble longest_delay;
    guint attempts; /* 0: for ever */
} AmiSettings;

/* Counted at home, read by any thread. */
typedef struct {
    _Atomic guint64 logins;
    _Atomic guint64 actions;
    _Atomic guint64 responses;
    _Atomic guint64 unexpected;
    _Atomic guint64 events;
    _Atomic guint64 dropped;
    _Atomic guint64 timeouts;
    _Atomic guint pending;
    _Atomic gint64 latency; /* microseconds; negative: none yet */
} AmiCounters;

/* How the last Ping of ours stands. */
typedef struct {
    gint64 received; /* when the last byte came */
    gint64 sent;     /* when the Ping was sent; 0: none is on its way */
} AmiKeepAlive;

struct _AmiClient {
    GObject parent_instance;
    GMainContext *home;
    AmiSettings settings;

    GSource *clock;
    gint64 due[AMI_N_TIMERS]; /* monotonic times; 0: never */

    /* From other threads. */
    GMutex inbox_lock; /* guards the two below it */
    GQueue inbox;
    GPtrArray *waits; /* of AmiWait: threads that may take the home over */
    GSource *inbox_source;

    /* The connection, and how it is come by. */
    GCancellable *attempt; /* of what GIO is doing for us; NULL: nothing */
    AmiConnection *connection;
    AmiDoneFunc connect_done; /* whoever called ami_client_connect() */
    gpointer connect_data;
    guint connect_serial;
    gboolean is_started;
    gboolean is_shutdown_expected;
    guint failures; /* attempts in a row */
    gdouble delay;  /* before the next attempt */
    AmiKeepAlive keep_alive;

    /* Actions on their way. */
    char id_prefix[16];
    guint64 last_id;
    GHashTable *pending;  /* id to AmiPending; those that are given up, too */
    GQueue pending_order; /* the same, oldest first */
    GSequence *deadlines; /* of AmiPending, the earliest first */
    guint n_given_up;
    guint n_blocking; /* that block the whole connection */

    AmiSubscriptions *subscriptions; /* any thread */

    /* How it stands: changed at home, read by any thread. */
    AmiCounters counters;
    _Atomic int state;
    atomic_bool is_fully_booted;
    GMutex lock; /* guards all below; the state is changed under it as well */
    GError *last_error;
    char *version;
    GPtrArray *ready_waits; /* of AmiWait */
};

/* --- client.c: states --- */

/* Emits state-changed, and wakes threads that wait for it: the last thing a function does. */
void ami_client_set_state(AmiClient *client, AmiState state);
void ami_client_set_state_silently(AmiClient *client, AmiState state);

/* Why an action cannot be sent at the moment. */
GError *ami_client_new_unready_error(AmiClient *client, const char *action);
void ami_client_set_last_error(AmiClient *client, const GError *error);
void ami_client_set_version(AmiClient *client, const char *version);

/* A weak reference on the heap, for callbacks. */
gpointer ami_client_new_weak(AmiClient *client);
AmiClient *ami_client_get_weak(gpointer weak);
void ami_client_free_weak(gpointer weak);

/* --- client-settings.c --- */

void ami_settings_init(AmiSettings *settings);
void ami_settings_clear(AmiSettings *settings);

/* --- clock.c: one source for everything that is waited for --- */

void ami_clock_start(AmiClient *client);
void ami_clock_stop(AmiClient *client);
void ami_clock_set(AmiClient *client, AmiTimer timer, gint64 due);
void ami_clock_set_after(AmiClient *client, AmiTimer timer, gdouble seconds);

/* A monotonic time so many seconds from now; 0 for 0 or less, which is never. */
gint64 ami_clock_after(gdouble seconds);

/* --- inbox.c: what other threads want of the home --- */

typedef void (*AmiPostFunc)(AmiClient *client, gpointer data);

void ami_inbox_start(AmiClient *client);
void ami_inbox_stop(AmiClient *client);

/* Any thread. @function takes @data over; @lost does instead when the client is gone before. */
void ami_inbox_post(AmiClient *client, AmiPostFunc function, gpointer data, GDestroyNotify lost);

/* The same; at once when this thread is at home, or can be. */
void ami_inbox_run(AmiClient *client, AmiPostFunc function, gpointer data, GDestroyNotify lost);

/* --- wait.c: threads that wait for the home --- */

typedef struct _AmiWait AmiWait;

/* What the home gets after a deadline, or a cancellation, to end the thing itself. Microseconds. */
#define AMI_WAIT_GRACE G_USEC_PER_SEC

AmiWait *ami_wait_new(void);
AmiWait *ami_wait_ref(AmiWait *wait);
void ami_wait_unref(AmiWait *wait);

/* Any thread; each may be NULL. (transfer full) */
void ami_wait_end(AmiWait *wait, AmiReply *reply, GError *error);

/* Blocks; the home is run meanwhile where nobody else runs it. @until: monotonic, 0 for ever.
 * %FALSE with @error set: how it ended, or %AMI_ERROR_TIMEOUT or %AMI_ERROR_CANCELLED. */
gboolean ami_wait_run(AmiWait *wait, AmiClient *client, gint64 until, GCancellable *cancellable,
                      AmiReply **reply, GError **error);

/* %FALSE with @error set when this thread is in the middle of the home's work. */
gboolean ami_wait_is_possible(AmiClient *client, const char *instead, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiWait, ami_wait_unref)

/* --- connection.c: the stream, and what is read from it --- */

struct _AmiConnection {
    guint references;
    GIOStream *stream;
    GSource *reader;
    AmiParser *parser;
    gboolean is_traced; /* somebody reads what is logged for debugging */

    /* output.c */
    GString *output;
    gsize sent;      /* of it */
    gsize tried;     /* what the stream would not take: TLS wants to be offered just that again */
    GSource *writer; /* NULL: the stream takes what comes */
    GError *broken;  /* why nothing can be sent any more */
};

/* Takes a connected stream over and begins to read. */
AmiConnection *ami_connection_new(AmiClient *client, GIOStream *stream, GError **error);
AmiConnection *ami_connection_ref(AmiConnection *connection);
void ami_connection_unref(AmiConnection *connection);
void ami_connection_close(AmiConnection *connection);

/* Whether something has come that was not read yet. */
gboolean ami_connection_is_readable(AmiConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiConnection, ami_connection_unref)

/* --- output.c: what is on its way to Asterisk --- */

/* Puts an action into the queue of the client's connection, and sends as much as goes. */
gboolean ami_output_send(AmiClient *client, const AmiAction *action, const char *id,
                         GError **error);

/* The peer has not read for too long, or cannot any more. */
void ami_output_due(AmiClient *client);

/* --- connect.c: from an address to a connection --- */

/* Begins an attempt. */
void ami_connect_begin(AmiClient *client);
void ami_connect_abandon(AmiClient *client);

/* Connecting, greeting or login took too long. */
void ami_connect_due(AmiClient *client);

/* --- tls.c --- */

/* Told how it went: with the stream to go on with, or an error. */
typedef void (*AmiTlsFunc)(gpointer data, GIOStream *stream, const GError *error);

/* Begins to speak TLS on a connected stream; %FALSE: @function is not called. */
gboolean ami_tls_begin(const AmiSettings *settings, GIOStream *stream, GCancellable *cancellable,
                       AmiTlsFunc function, gpointer data, GError **error);

/* --- login.c: from the greeting to READY --- */

void ami_login_take_greeting(AmiClient *client, const char *line);

/* Whether Asterisk speaks an older version than this. */
gboolean ami_login_is_before(AmiClient *client, guint major, guint minor);

/* --- secret.c --- */

/* A secret's bytes, wiped when they are freed. */
typedef GString AmiSecret;

AmiSecret *ami_secret_read(const AmiSecretSource *source, GError **error);
void ami_secret_free(AmiSecret *secret);
void ami_secret_source_clear(AmiSecretSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiSecret, ami_secret_free)

/* --- reconnect.c: beginning, what follows a loss, and the end --- */

/* The last thing: stops at once, without telling anybody but those who wait for something. */
void ami_client_end(AmiClient *client);

/* Logged in. */
void ami_client_be_ready(AmiClient *client);

/* The connection, or the attempt at one, has failed. */
void ami_client_lose(AmiClient *client, const GError *error);
void ami_reconnect_due(AmiClient *client);

/* --- keep-alive.c --- */

void ami_keep_alive_start(AmiClient *client);
void ami_keep_alive_due(AmiClient *client);

/* --- pending.c: the table of actions on their way --- */

/* Told once; one of the two is NULL. (transfer full) */
typedef void (*AmiPendingFunc)(gpointer data, AmiReply *reply, GError *error);

/* What is expected next. */
typedef enum {
    AMI_PHASE_RESPONSE,
    AMI_PHASE_SECOND, /* a second response, which decides */
    AMI_PHASE_LIST,   /* events, and one that completes them */
    AMI_PHASE_EVENT,  /* one event */
    AMI_PHASE_END,    /* the event that the action names, and that others see as well */
    AMI_PHASE_RAW,    /* text, and then the answer to a Ping that was sent behind it */
} AmiPhase;

struct _AmiPending {
    guint references;
    AmiAction *action;
    char *id;
    AmiPhase phase;
    AmiReply *reply;      /* NULL until something of it came */
    gint64 deadline;      /* 0: none */
    GSequenceIter *place; /* among the deadlines */
    GList link;           /* among all, oldest first */
    gboolean is_own;      /* of the client itself: not counted, sent before READY as well */
    gboolean is_given_up; /* ended; what still comes for it is thrown away */
    gboolean is_blocking;
    GCancellable *cancellable;
    gulong cancel_handler;
    AmiPendingFunc function; /* NULL once it was called */
    gpointer data;
};

/* Any thread: takes @action; the deadline counts from now. */
AmiPending *ami_pending_new(AmiClient *client, AmiAction *action, GCancellable *cancellable,
                            AmiPendingFunc function, gpointer data);

/* The same for an action of the client itself: not counted, and sent before READY as well. */
AmiPending *ami_pending_new_own(AmiAction *action, AmiPendingFunc function, gpointer data);
AmiPending *ami_pending_ref(AmiPending *pending);
void ami_pending_unref(AmiPending *pending);

/* Ends one that was not started, as the client is gone. Takes it over. */
void ami_pending_lose(gpointer pending);

/* Takes @pending over and sends it; it may have ended when this returns. */
void ami_pending_start(AmiClient *client, AmiPending *pending);

/* Ends it. (transfer full) */
void ami_pending_succeed(AmiClient *client, AmiPending *pending);
void ami_pending_fail(AmiClient *client, AmiPending *pending, GError *error);

/* The oldest that is in that phase; NULL: none. */
AmiPending *ami_pending_find_oldest(AmiClient *client, AmiPhase phase);

/* Forgets one that was given up: nothing more will come for it. */
void ami_pending_forget(AmiClient *client, AmiPending *pending);

/* Takes all out of the table, given up or not, and then ends those. @why: behind "action X: ". */
void ami_pending_take_all(AmiClient *client, GQueue *taken);
void ami_pending_fail_taken(GQueue *taken, AmiError code, const char *why);

void ami_pending_due(AmiClient *client);
AmiPending *ami_pending_find(AmiClient *client, const char *id);

/* --- answer.c: what a message means for the actions on their way --- */

void ami_answer_take(AmiClient *client, AmiMessage *message);

/* --- events.c: events that are nobody's answer --- */

void ami_events_take(AmiClient *client, AmiMessage *event);

/* Whether somebody wants events of this name, which is not NUL-terminated. */
gboolean ami_events_are_wanted(AmiClient *client, const char *name, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiPending, ami_pending_unref)

G_END_DECLS
