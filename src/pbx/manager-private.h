/* manager-private.h - the simulated manager interface from inside: its script, sessions, channels.
 */

#pragma once

#include "pbx/call.h"
#include "pbx/manager-classes.h"
#include "pbx/manager-request.h"
#include "pbx/manager.h"
#include "pbx/target.h"

G_BEGIN_DECLS

/** How long a wait of a test lasts at most, in seconds. */
#define PBX_MANAGER_PATIENCE 60

typedef struct _PbxManagerSession PbxManagerSession;
typedef struct _PbxManagerChannel PbxManagerChannel;
typedef struct _PbxManagerCall PbxManagerCall;

/* The script. */

/* @read, @write: classes. @is_single: may be logged in only once at a time. */
typedef struct {
    char *name;
    char *secret;
    guint32 read;
    guint32 write;
    gboolean is_single;
} PbxManagerUser;

/* An action that a line of the script means. @action: its name, `*` any. @conditions: headers that
 * it must have, values with * and ?. @ordinal: which of several; 0: each. */
typedef struct {
    char *action;
    GPtrArray *conditions;
    guint ordinal;
    guint n_matched;
} PbxManagerMatch;

/* A line of a message: @is_bytes: it was in quotes and is sent as it is. */
typedef struct {
    char *text;
    gsize length;
    gboolean is_bytes;
} PbxManagerText;

typedef enum {
    PBX_ANSWER_MESSAGES,
    PBX_ANSWER_LIST,
    PBX_ANSWER_ERROR,
    PBX_ANSWER_OUTPUT,
    PBX_ANSWER_NOTHING,
} PbxManagerAnswerKind;

/* @messages: arrays of PbxManagerText. @text: of an error; the name of a list's items. @complete:
 * (nullable): the event that ends a list. */
typedef struct {
    PbxManagerMatch match;
    PbxManagerAnswerKind kind;
    GPtrArray *messages;
    char *text;
    char *complete;
} PbxManagerAnswer;

typedef struct {
    PbxManagerMatch match;
    gdouble seconds;
} PbxManagerDelay;

/* When something happens; the places are those of a session. */
typedef enum { PBX_MOMENT_AT, PBX_MOMENT_EVERY, PBX_MOMENT_LOGIN, PBX_MOMENT_ACTION } PbxMomentKind;

typedef enum {
    PBX_HAPPENING_EVENT,
    PBX_HAPPENING_FLOOD,
    PBX_HAPPENING_HANGUP,
    PBX_HAPPENING_ASYNC_AGI,
} PbxHappeningKind;

/* @messages: of an event. @number, @rate: of a flood. @text: a channel; @script: of its call. */
typedef struct {
    gatomicrefcount references;
    PbxHappeningKind kind;
    PbxMomentKind moment;
    PbxManagerMatch match;
    gdouble seconds;
    GPtrArray *messages;
    guint64 number;
    guint64 rate;
    char *text;
    char *script;
    int cause;
} PbxManagerHappening;

typedef enum {
    PBX_MANAGER_FAULT_CLOSE,
    PBX_MANAGER_FAULT_RESET,
    PBX_MANAGER_FAULT_STALL,
    PBX_MANAGER_FAULT_HALF_CLOSE,
    PBX_MANAGER_FAULT_JUNK,
} PbxManagerFaultKind;

/* @is_greeting: at the greeting, else at what @match is answered with. */
typedef struct {
    PbxManagerFaultKind kind;
    PbxPlace place;
    gboolean is_greeting;
    gboolean is_over;
    PbxManagerMatch match;
    GString *junk;
} PbxManagerFault;

typedef enum {
    PBX_OUTCOME_ANSWERS,
    PBX_OUTCOME_BUSY,
    PBX_OUTCOME_NO_ANSWER,
    PBX_OUTCOME_FAILS,
    PBX_OUTCOME_CONGESTION,
} PbxOutcomeKind;

/* What becomes of an Originate to channels like @pattern. @url: (nullable): where AGI() of the
 * extension that is called goes; `agi:async` waits for commands. */
typedef struct {
    char *pattern;
    PbxOutcomeKind outcome;
    gdouble seconds;
    char *url;
} PbxManagerOutcome;

/* What the caller does in calls of channels like @pattern: lines of a call's script. */
typedef struct {
    char *pattern;
    char *script;
} PbxManagerLeg;

struct _PbxManagerChannel {
    char *name;
    char *unique_id;
    GPtrArray *headers;    /* of PbxPair: what the script says of it, such as CallerIDNum */
    GHashTable *variables; /* char * to char * */
    gint64 start;
    PbxManagerCall *call; /* the AGI session that runs on it; NULL: none */
    int cause;            /* of a hangup that the session has not noticed yet; 0: none */
};

/* An AGI session on a channel. @target: of a FastAGI one. @fd: the manager's end of an asynchronous
 * one, else -1; @call_fd: the call's own. */
struct _PbxManagerCall {
    PbxManager *manager;
    char *channel;
    PbxCall *call;
    GThread *thread;
    PbxTarget *target;
    int fd;
    int call_fd;
    GSource *source;
    GString *reply;  /* what the call has sent and nobody has taken */
    GQueue commands; /* of PbxPair: a command and its id; the first may be running */
    guint n_commands;
    gboolean has_begun;
    gboolean is_running;
    gboolean is_hung_up;
    gboolean is_over;
};

typedef struct {
    char *version;
    int major;
    int minor;
    GString *greeting; /* NULL: the usual one; empty: none */
    gboolean is_booted;
    gboolean is_strict;
    guint64 limit; /* sessions that are not logged in; 0: any number */
    gdouble login_timeout;
    gdouble write_timeout;
    gsize split;
    gdouble split_pause;

    GPtrArray *users;      /* of PbxManagerUser */
    GPtrArray *answers;    /* of PbxManagerAnswer */
    GPtrArray *delays;     /* of PbxManagerDelay */
    GPtrArray *happenings; /* of PbxManagerHappening: those at a login or an action */
    GPtrArray *due;        /* of PbxManagerHappening: read, and not yet put on the clock */
    GPtrArray *faults;     /* of PbxManagerFault */
    GPtrArray *outcomes;   /* of PbxManagerOutcome */
    GPtrArray *legs;       /* of PbxManagerLeg */
    GPtrArray *channels;   /* of PbxManagerChannel */
    GHashTable *variables; /* global ones */
    GHashTable *database;  /* "family/key" to the value */
    GTlsCertificate *certificate;
} PbxManagerScript;

/* manager-script.c */
PbxManagerScript *pbx_manager_script_new(void);
void pbx_manager_script_free(PbxManagerScript *script);
gboolean pbx_manager_script_read(PbxManagerScript *script, const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxManagerScript, pbx_manager_script_free)

void pbx_manager_happening_unref(PbxManagerHappening *happening);
gboolean pbx_manager_match(PbxManagerMatch *match, const PbxRequest *request);
void pbx_manager_match_clear(PbxManagerMatch *match);
PbxManagerChannel *pbx_manager_channel_new(const char *name, const char *unique_id);
void pbx_manager_channel_free(gpointer data);

/* Whether this claims to be at least the Asterisk whose interface has this version. */
gboolean pbx_manager_script_is_since(const PbxManagerScript *script, int major, int minor);

/**
 * PbxManagerReader:
 * @line: the words of the line
 * @script: what it fills
 * @block: (element-type utf8): the lines up to `end`, as they are; %NULL where there is no block
 * @block_line: the number of the first of them
 *
 * A line of a script, and the block below it, while they are read.
 */
typedef struct {
    PbxLine line;
    PbxManagerScript *script;
    GPtrArray *block;
    guint block_line;
} PbxManagerReader;

/* manager-directives.c */
gboolean pbx_manager_directive_has_block(const char *text);
gboolean pbx_manager_directive_read(PbxManagerReader *reader, const char *text, GError **error);

/* manager-block.c */
GPtrArray *pbx_manager_block_to_messages(const GPtrArray *block, guint number, GError **error);
GPtrArray *pbx_manager_block_to_lines(const GPtrArray *block, guint number, GError **error);
char *pbx_manager_block_to_script(const GPtrArray *block, guint number, GError **error);
void pbx_manager_text_append(GString *output, const GPtrArray *message, const PbxRequest *request,
                             const char *action_id);
const char *pbx_manager_text_find(const GPtrArray *message, const char *name);

/* The server. */
struct _PbxManager {
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    gint64 start;

    /* Of the thread alone. */
    PbxManagerScript *script;
    GSocket *socket;        /* NULL: the port cannot be had */
    GSource *accept_source; /* NULL: the port is closed */
    GPtrArray *sessions;    /* of PbxManagerSession */
    GPtrArray *calls;       /* of PbxManagerCall: all that run */
    guint64 n_channels;     /* made by Originate */

    guint16 port; /* set before the thread begins */

    GMutex mutex; /* guards what follows */
    GCond changed;
    GQueue errands; /* of what other threads wait for */
    GString *received;
    GHashTable *requests; /* lower-case name to PbxManagerCount */
    guint n_requests;
    guint n_logins;
    guint n_sessions;
};

/* How often an action came, and how the last time. */
typedef struct {
    guint n;
    PbxRequest *last;
} PbxManagerCount;

/* manager.c */
typedef void (*PbxManagerFunc)(gpointer data);

void pbx_manager_call_later(PbxManager *manager, gdouble seconds, PbxManagerFunc function,
                            gpointer data, GDestroyNotify destroy);
void pbx_manager_record_bytes(PbxManager *manager, const char *bytes, gsize length);
void pbx_manager_record_request(PbxManager *manager, PbxRequest *request);
void pbx_manager_record_login(PbxManager *manager);
void pbx_manager_update_sessions(PbxManager *manager);

struct _PbxManagerSession {
    gatomicrefcount references;
    PbxManager *manager;
    GSocketConnection *connection;
    GIOStream *stream;
    GSource *input_source;
    GSource *output_source;
    gint64 blocked_since; /* 0: the client reads */

    GString *input;
    gsize taken;         /* bytes of the input that have been read as lines */
    PbxRequest *request; /* as far as it has come */
    gboolean is_too_long;

    GString *output;
    gsize sent; /* bytes of the output that are on their way */
    GString *answer;
    GString *events; /* that wait until the action is answered */
    GQueue floods;   /* of PbxManagerFlood */

    PbxManagerUser *user; /* NULL: not logged in */
    guint32 mask;
    char *challenge;
    GPtrArray *filters; /* of PbxManagerFilter */

    PbxRequest *waiting;  /* the action that is being answered; NULL: none */
    gboolean is_deferred; /* its answer comes later, by pbx_session_finish() */
    gboolean is_waiting_for_event;
    gboolean has_logged_in; /* by the action that is being answered */
    gboolean ends;          /* with the action that is being answered */
    gboolean has_write_timer;
    gboolean is_paused; /* between two pieces of what is sent */
    gboolean is_processing;
    gboolean is_mute;
    gboolean closes; /* as soon as all is sent */
    gboolean is_closed;
};

/* manager-session.c */
void pbx_session_accept(PbxManager *manager, GSocketConnection *connection);
PbxManagerSession *pbx_session_ref(PbxManagerSession *session);
void pbx_session_unref(gpointer data);
void pbx_session_send(PbxManagerSession *session, const char *bytes, gsize length);
void pbx_session_flush(PbxManagerSession *session);
void pbx_session_end(PbxManagerSession *session);
void pbx_session_close(PbxManagerSession *session, gboolean is_reset);
void pbx_session_finish(PbxManagerSession *session);
void pbx_session_send_event(PbxManagerSession *session, guint32 classes, const char *text,
                            gsize length);
gboolean pbx_session_wants(const PbxManagerSession *session, guint32 classes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxManagerSession, pbx_session_unref)

/* manager-flood.c */
void pbx_flood_free(gpointer data);
void pbx_session_flow(PbxManagerSession *session);
void pbx_session_start_flood(PbxManagerSession *session, guint64 number, guint64 rate);

/* manager-filter.c */
void pbx_filter_free(gpointer data);
gboolean pbx_filters_pass(const GPtrArray *filters, const char *text);
const char *pbx_filter_add(GPtrArray *filters, const PbxRequest *request);

/* manager-faults.c */
void pbx_session_send_greeting(PbxManagerSession *session);
void pbx_session_send_answer(PbxManagerSession *session);

/* manager-answer.c: what an action is answered with, piece by piece. */
void pbx_answer_begin(PbxManagerSession *session, const char *response);
void pbx_answer_add(PbxManagerSession *session, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void pbx_answer_end(PbxManagerSession *session);
void pbx_answer_success(PbxManagerSession *session, const char *message);
void pbx_answer_error(PbxManagerSession *session, const char *message);
void pbx_answer_list(PbxManagerSession *session, const char *message);
void pbx_answer_item(PbxManagerSession *session, const char *event);
void pbx_answer_complete(PbxManagerSession *session, const char *event, guint n);
void pbx_answer_output(PbxManagerSession *session, const char *response, const GPtrArray *lines);

/* manager-actions.c */

/* A row: @run fills the session's answer, or sets session->is_deferred. */
typedef struct {
    const char *name;
    const char *classes;
    void (*run)(PbxManagerSession *session, const PbxRequest *request);
    const char *summary;
} PbxManagerAction;

void pbx_session_answer(PbxManagerSession *session, const PbxRequest *request);
void pbx_session_list_actions(PbxManagerSession *session);

extern const PbxManagerAction pbx_manager_actions_login[];
extern const PbxManagerAction pbx_manager_actions_core[];
extern const PbxManagerAction pbx_manager_actions_data[];
extern const PbxManagerAction pbx_manager_actions_channel[];
extern const PbxManagerAction pbx_manager_actions_originate[];
extern const PbxManagerAction pbx_manager_actions_agi[];

/* manager-channel.c */
PbxManagerChannel *pbx_manager_find_channel(const PbxManager *manager, const char *name);
const char *pbx_channel_get_header(const PbxManagerChannel *channel, const char *name,
                                   const char *fallback);
void pbx_channel_set_header(PbxManagerChannel *channel, const char *name, const char *value);
void pbx_channel_set_state(PbxManagerChannel *channel, const char *state, const char *description);
void pbx_channel_append(GString *text, const PbxManagerChannel *channel, const char *prefix);
GString *pbx_channel_event(const PbxManagerChannel *channel, const char *name);
void pbx_manager_hang_up(PbxManager *manager, PbxManagerChannel *channel, int cause);
void pbx_manager_remove_channel(PbxManager *manager, PbxManagerChannel *channel, int cause);

/* manager-call.c */
void pbx_manager_call_start(PbxManager *manager, PbxManagerChannel *channel, const char *url);
void pbx_manager_call_start_async(PbxManager *manager, PbxManagerChannel *channel,
                                  const char *text);
void pbx_manager_call_hang_up(PbxManagerCall *call);
void pbx_manager_call_free(gpointer data);
void pbx_manager_stop_calls(PbxManager *manager);

/* manager-async-agi.c */
void pbx_async_agi_watch(PbxManagerCall *call);
void pbx_async_agi_hang_up(PbxManagerCall *call);

/* manager-login.c */
void pbx_session_log_in(PbxManagerSession *session, const PbxRequest *request);

/* manager-core.c */
void pbx_session_end_wait(PbxManagerSession *session);

/* manager-events.c */
GString *pbx_event_new(const char *name);
void pbx_event_add(GString *event, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
void pbx_event_emit(PbxManager *manager, const char *name, GString *event);
void pbx_event_send_to_all(PbxManager *manager, guint32 classes, const char *text, gsize length);
void pbx_event_emit_booted(PbxManager *manager);
GPtrArray *pbx_manager_copy_sessions(const PbxManager *manager);
void pbx_event_append_booted(const PbxManager *manager, GString *output);
void pbx_manager_schedule(PbxManager *manager);
void pbx_session_happen(PbxManagerSession *session, PbxMomentKind moment, PbxRequest *request);

G_END_DECLS
