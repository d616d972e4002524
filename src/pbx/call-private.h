/* call-private.h - a simulated call from inside: its clock, its channel, its commands. */

#pragma once

#include "pbx/call.h"
#include "pbx/script-private.h"
#include "pbx/wire.h"
#include <math.h>

G_BEGIN_DECLS

/** Samples of a second of sound. */
#define PBX_SAMPLE_RATE 8000

/** "Every key there is", and "for ever". */
#define PBX_EVERY_KEY "0123456789*#ABCD"
#define PBX_FOR_EVER  INFINITY

/* Time in a call: real time times the speed, or, when instant, only what commands take. */
typedef struct {
    gint64 start;
    gdouble speed; /* 0: instant */
    gdouble skipped;
} PbxClock;

gdouble pbx_clock_now(const PbxClock *clock);
void pbx_clock_skip(PbxClock *clock, gdouble time);

/* Something that will happen at a known time: a key, a hangup, a text. */
typedef struct {
    gdouble time;
    PbxEventKind kind;
    gboolean is_autohangup;
    char *text;
} PbxDue;

/* The channel and the PBX around it, as far as a call can see them. */
typedef struct {
    GHashTable *variables;
    GHashTable *database;
    GHashTable *recordings; /* file to gdouble *: what was recorded plays */
    GHashTable *grammars;   /* NULL: no speech object */
    guint next_utterance;
    char *context;
    char *extension;
    int priority;
    gboolean is_priority_set; /* whether the dialplan goes on exactly there */
    gboolean is_up;
    gboolean is_hung_up;
} PbxChannel;

/* Why a wait was over. */
typedef enum {
    PBX_WAKE_TIME,   /* the time has come */
    PBX_WAKE_KEY,    /* a key was pressed that is listened for: PbxCall.key */
    PBX_WAKE_TEXT,   /* a text came: PbxCall.text */
    PBX_WAKE_BYTES,  /* the server sent something, or closed */
    PBX_WAKE_HANGUP, /* the channel is hung up, or the call is over */
} PbxWake;

/* What a wait listens for besides the time. */
typedef enum {
    PBX_LISTEN_NOTHING = 0,
    PBX_LISTEN_SERVER = 1 << 0,
    PBX_LISTEN_TEXT = 1 << 1,
    PBX_LISTEN_IDLE = 1 << 2, /* no command is running */
    PBX_LISTEN_DEAD = 1 << 3, /* nothing but time: the channel may be hung up already */
} PbxListen;

struct _PbxCall {
    PbxScript *script;
    PbxResult *result;
    PbxClock clock;
    PbxWire wire;
    PbxChannel channel;
    char *url;
    char *path;

    /* What is going to happen. */
    GPtrArray *dues;        /* of PbxDue, soonest first */
    GString *asked_keys;    /* pressed as soon as a command listens for them */
    GPtrArray *asked_texts; /* sent as soon as a command asks for one */
    gboolean *is_fired;     /* for each event of the script, then each fault */
    char key;
    char *text;

    /* The session. */
    const PbxCommandLine *command; /* the one that is running */
    guint n_expected;              /* expectations met so far */
    guint *n_answered;             /* how often each of the script's answers has matched */
    GString *reply;                /* what the command has been answered with */
    gboolean is_muted;             /* the command runs, but its reply is another one */
    gboolean is_running;           /* a command, that is */
    gboolean is_dead;
    gboolean is_failed;
    gboolean has_hangup_line;
    gboolean exits_on_hangup;
    gboolean is_hangup_noticed;
    gboolean is_over;
    gboolean is_mismatched;
    gint64 deadline;

    PbxObserverFunc observer;
    gpointer observer_data;

    /* From other threads. */
    int control_fd;
    GMutex mutex; /* guards what follows */
    GString *control_keys;
    gboolean control_hangs_up;
    gboolean control_stops;
};

/* call.c */
void pbx_call_note(PbxCall *call, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pbx_call_send(PbxCall *call, const char *bytes, gsize length);
void pbx_call_reply(PbxCall *call, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pbx_call_end(PbxCall *call, PbxEnding ending);
void pbx_call_notice_hangup(PbxCall *call);
void pbx_call_unmet(PbxCall *call, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* wait.c */
PbxWake pbx_call_wait(PbxCall *call, gdouble until, const char *keys, PbxListen listen);
PbxWake pbx_call_play(PbxCall *call, const char *sound, const char *keys, PbxListen listen,
                      gint64 offset, gint64 *position);
PbxWake pbx_call_say(PbxCall *call, const char *sound, const char *keys);
gdouble pbx_call_get_file_seconds(PbxCall *call, const char *file);
PbxDue *pbx_call_add_due(PbxCall *call, PbxEventKind kind, gdouble time, const char *text);
void pbx_call_trigger_start(PbxCall *call);
void pbx_call_trigger_command(PbxCall *call, PbxWhen when);
void pbx_call_trigger_sound(PbxCall *call, PbxWhen when, const char *sound);
void pbx_call_set_autohangup(PbxCall *call, gdouble seconds);

/* environment.c */
void pbx_call_fill_environment(PbxCall *call);
const char *pbx_call_get_environment(const PbxCall *call, const char *name);

/* faults.c */
void pbx_call_fault_reply(PbxCall *call, PbxPlace place);
void pbx_call_send_environment(PbxCall *call);
void pbx_call_send_reply(PbxCall *call, const char *bytes, gsize length);

/* variables.c */
void pbx_channel_put(PbxCall *call, const char *name, const char *value);
void pbx_channel_set_variable(PbxCall *call, const char *name, const char *value);
char *pbx_channel_get_variable(PbxCall *call, const char *name);
char *pbx_channel_substitute(PbxCall *call, const char *text);
gboolean pbx_channel_is_true(PbxCall *call, const char *name);
gboolean pbx_channel_is_false(PbxCall *call, const char *name);

/* functions.c */
char *pbx_function_read(PbxCall *call, const char *expression, gsize maximum);
void pbx_function_write(PbxCall *call, const char *expression, const char *value);

/* arguments.c */
char **pbx_arguments_split(const char *text, char delimiter, guint maximum);

/* applications.c */
int pbx_application_run(PbxCall *call, const char *name, const char *options);
gboolean pbx_application_has_effect(const char *name);
gboolean pbx_channel_goto(PbxCall *call, const char *target);
int pbx_channel_find_priority(const PbxCall *call, const char *text);

/* commands.c */

/* What a command's function says when it has answered. */
typedef enum { PBX_DONE = 0, PBX_USAGE = 1, PBX_FAILURE = 2 } PbxOutcome;

/* Its words: the command's name is left out. */
typedef struct {
    guint n;
    const char *const *words;
} PbxArguments;

typedef PbxOutcome (*PbxCommandFunc)(PbxCall *call, const PbxArguments *arguments);

/* PBX_RUNS_DEAD: allowed after hangup. PBX_HAS_EFFECT: changes the PBX, and so runs also when the
 * script has the answer. PBX_FAILS: a result of -1 marks the session as failed. */
typedef enum {
    PBX_RUNS_DEAD = 1 << 0,
    PBX_HAS_EFFECT = 1 << 1,
    PBX_FAILS = 1 << 2,
} PbxCommandFlags;

/* A row: @minimum and @maximum of its arguments; a maximum of -1: any number. */
typedef struct {
    const char *name;
    PbxCommandFunc run;
    int minimum;
    int maximum;
    PbxCommandFlags flags;
} PbxCommand;

extern const PbxCommand pbx_commands_call[];
extern const PbxCommand pbx_commands_sound[];
extern const PbxCommand pbx_commands_say[];
extern const PbxCommand pbx_commands_data[];
extern const PbxCommand pbx_commands_speech[];

void pbx_call_handle_line(PbxCall *call, const char *text);

/* Asterisk's sscanf("%d"): leading digits count. */
gboolean pbx_scan_integer(const char *text, gint64 *number);

/* checks.c */
const GString *pbx_call_meet_command(PbxCall *call, const PbxCommandLine *command);
void pbx_call_check_end(PbxCall *call);

G_END_DECLS
