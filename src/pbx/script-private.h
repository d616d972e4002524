/* script-private.h - what a script holds, for its readers and for the call that runs by it. */

#pragma once

#include "pbx/script.h"
#include "pbx/words.h"

G_BEGIN_DECLS

/**
 * PbxMatchKind:
 * @PBX_MATCH_ANY: every command
 * @PBX_MATCH_COUNT: the command with a number, counted from 1
 * @PBX_MATCH_SOUND: a sound, by its file's name
 * @PBX_MATCH_COMMAND: commands that begin with certain words
 *
 * What a line of a script points at.
 */
typedef enum {
    PBX_MATCH_ANY,
    PBX_MATCH_COUNT,
    PBX_MATCH_SOUND,
    PBX_MATCH_COMMAND,
} PbxMatchKind;

/** @words: (element-type PbxWord): of a command; a bare `*` stands for any word. */
typedef struct {
    PbxMatchKind kind;
    guint count;
    char *sound;
    GArray *words;
} PbxMatch;

gboolean pbx_match_command(const PbxMatch *match, const PbxCommandLine *command, gboolean is_whole);
gboolean pbx_match_sound(const PbxMatch *match, const char *sound);
char *pbx_match_to_text(const PbxMatch *match);

/* When something happens: at a time, when a listener asks for it, or @delay seconds from a place.
 */
typedef enum {
    PBX_WHEN_ASKED,
    PBX_WHEN_AT,
    PBX_WHEN_BEFORE,
    PBX_WHEN_DURING,
    PBX_WHEN_AFTER,
} PbxWhen;

/* @is_asked: keys and texts wait from then on until a command listens for them. */
typedef struct {
    PbxWhen when;
    gdouble delay;
    gboolean is_asked;
    PbxMatch match;
} PbxMoment;

typedef enum { PBX_EVENT_PRESS, PBX_EVENT_HANGUP, PBX_EVENT_TEXT } PbxEventKind;

/* @text: keys, or a text that the caller sends. */
typedef struct {
    PbxEventKind kind;
    char *text;
    PbxMoment moment;
} PbxEvent;

/* @reply: (nullable): the bytes to answer with. @ordinal: which match of several; 0: each. */
typedef struct {
    PbxMatch match;
    guint ordinal;
    GString *reply;
    guint line;
} PbxExpectation;

typedef enum {
    PBX_CHECK_VARIABLE,
    PBX_CHECK_STATUS,
    PBX_CHECK_GOTO,
    PBX_CHECK_DATABASE,
} PbxCheckKind;

/* Something that must be so when the call is over. */
typedef struct {
    PbxCheckKind kind;
    char *name;
    char *value;
    guint line;
} PbxCheck;

typedef enum {
    PBX_FAULT_HANGUP,
    PBX_FAULT_CLOSE,
    PBX_FAULT_RESET,
    PBX_FAULT_STALL,
    PBX_FAULT_HALF_CLOSE,
    PBX_FAULT_JUNK,
} PbxFaultKind;

typedef enum { PBX_PLACE_BEFORE, PBX_PLACE_INSIDE, PBX_PLACE_AFTER } PbxPlace;

/* Something that no PBX should do: @is_environment: at the environment block, else at a reply. */
typedef struct {
    PbxFaultKind kind;
    PbxPlace place;
    gboolean is_environment;
    PbxMatch match;
    GString *junk;
} PbxFault;

typedef struct {
    char *name;
    char *value;
} PbxPair;

/* @leaves: whether it ends without Return. */
typedef struct {
    char *target;
    char *value;
    gdouble seconds;
    gboolean leaves;
} PbxSubroutine;

typedef struct {
    char *name;
    int result;
    gdouble seconds;
} PbxApplication;

typedef struct {
    char *text;
    int score;
    char *grammar;
} PbxUtterance;

/** The length of a file that the script says nothing of, and of each thing said, in seconds. */
#define PBX_DEFAULT_FILE_SECONDS 1.0
#define PBX_DEFAULT_SAY_SECONDS  0.5

/** Real seconds that a call may take unless the script says otherwise. */
#define PBX_DEFAULT_TIMEOUT 300.0

/** Seconds between two keys of one press, and from a listener's question to the first key. */
#define PBX_DEFAULT_PACE 0.1

struct _PbxScript {
    gatomicrefcount references;

    GPtrArray *environment;  /* of PbxPair: agi_* values that the script sets */
    GPtrArray *without;      /* of char *: names that are not sent */
    GPtrArray *arguments;    /* of char * */
    GPtrArray *variables;    /* of PbxPair */
    GPtrArray *database;     /* of PbxPair, the name being "family/key" */
    GPtrArray *labels;       /* of PbxPair: a label and its priority */
    GPtrArray *subroutines;  /* of PbxSubroutine */
    GPtrArray *applications; /* of PbxApplication */
    GPtrArray *utterances;   /* of PbxUtterance */
    GHashTable *neighbours;  /* char * to itself: channels beside the call's own */
    GHashTable *files;       /* char * to gdouble *: length in seconds, negative when missing */
    gdouble file_seconds;
    gdouble say_seconds;

    GPtrArray *events;       /* of PbxEvent */
    GPtrArray *answers;      /* of PbxExpectation with a reply */
    GPtrArray *expectations; /* of PbxExpectation, in order */
    GPtrArray *forbidden;    /* of PbxExpectation */
    GPtrArray *checks;       /* of PbxCheck */
    GPtrArray *faults;       /* of PbxFault */

    gsize split;         /* bytes in each piece that is sent; 0: all at once */
    gdouble split_pause; /* real seconds between two pieces */
    gboolean cuts_utf8;
    gboolean is_strict;
    gboolean is_documented;
    gboolean is_dead;
    gboolean has_speech;
    gboolean lacks_text;
    gdouble speed; /* 0: instant */
    gdouble pace;
    gdouble timeout;
    char *name; /* of the file, for messages */
};

const char *pbx_script_get_environment(const PbxScript *script, const char *name);
gdouble pbx_script_get_file_seconds(const PbxScript *script, const char *name);
gdouble pbx_script_get_say_seconds(const PbxScript *script, const char *name);

/**
 * PbxLine:
 * @script: what it fills
 * @words: (element-type PbxWord): the line
 * @next: the word to read next
 * @number: the line's number
 * @rest: (nullable): what stands behind the first `: `, in lines that have one
 *
 * A line of a script while it is read.
 */
typedef struct {
    PbxScript *script;
    GArray *words;
    guint next;
    guint number;
    const char *rest;
} PbxLine;

gboolean pbx_directive_read_line(PbxScript *script, const char *text, guint number, GError **error);
gboolean pbx_directive_read_words(PbxScript *script, GArray *words, GError **error);

/* Pieces of lines. */
const PbxWord *pbx_line_peek(const PbxLine *line);
const PbxWord *pbx_line_take(PbxLine *line, const char *what, GError **error);
gboolean pbx_line_accept(PbxLine *line, const char *word);
gboolean pbx_line_accept_words(PbxLine *line, const char *name);
gboolean pbx_line_take_ordinal(PbxLine *line, guint *ordinal);
gboolean pbx_line_take_seconds(PbxLine *line, gdouble *seconds, GError **error);
gboolean pbx_line_take_number(PbxLine *line, const char *what, guint64 maximum, guint64 *number,
                              GError **error);
gboolean pbx_line_take_integer(PbxLine *line, const char *what, int *number, GError **error);
gboolean pbx_line_take_match(PbxLine *line, PbxMatch *match, GError **error);
gboolean pbx_line_take_moment(PbxLine *line, PbxMoment *moment, GError **error);
gboolean pbx_line_parse_seconds(const char *text, gdouble *seconds);
char *pbx_line_split_rest(const char *text, const char **rest);

void pbx_match_clear(PbxMatch *match);

G_END_DECLS
