/* table.h - private: the table of AGI commands, one row each. */

#pragma once

#include "agi/reply.h"

G_BEGIN_DECLS

/* In the order of the table, which is the alphabet's. */
typedef enum {
    AGI_COMMAND_ANSWER,
    AGI_COMMAND_ASYNCAGI_BREAK,
    AGI_COMMAND_CHANNEL_STATUS,
    AGI_COMMAND_CONTROL_STREAM_FILE,
    AGI_COMMAND_DATABASE_DEL,
    AGI_COMMAND_DATABASE_DELTREE,
    AGI_COMMAND_DATABASE_GET,
    AGI_COMMAND_DATABASE_PUT,
    AGI_COMMAND_EXEC,
    AGI_COMMAND_GET_DATA,
    AGI_COMMAND_GET_FULL_VARIABLE,
    AGI_COMMAND_GET_OPTION,
    AGI_COMMAND_GET_VARIABLE,
    AGI_COMMAND_GOSUB,
    AGI_COMMAND_HANGUP,
    AGI_COMMAND_NOOP,
    AGI_COMMAND_RECEIVE_CHAR,
    AGI_COMMAND_RECEIVE_TEXT,
    AGI_COMMAND_RECORD_FILE,
    AGI_COMMAND_SAY_ALPHA,
    AGI_COMMAND_SAY_DATE,
    AGI_COMMAND_SAY_DATETIME,
    AGI_COMMAND_SAY_DIGITS,
    AGI_COMMAND_SAY_NUMBER,
    AGI_COMMAND_SAY_PHONETIC,
    AGI_COMMAND_SAY_TIME,
    AGI_COMMAND_SEND_IMAGE,
    AGI_COMMAND_SEND_TEXT,
    AGI_COMMAND_SET_AUTOHANGUP,
    AGI_COMMAND_SET_CALLERID,
    AGI_COMMAND_SET_CONTEXT,
    AGI_COMMAND_SET_EXTENSION,
    AGI_COMMAND_SET_MUSIC,
    AGI_COMMAND_SET_PRIORITY,
    AGI_COMMAND_SET_VARIABLE,
    AGI_COMMAND_SPEECH_ACTIVATE_GRAMMAR,
    AGI_COMMAND_SPEECH_CREATE,
    AGI_COMMAND_SPEECH_DEACTIVATE_GRAMMAR,
    AGI_COMMAND_SPEECH_DESTROY,
    AGI_COMMAND_SPEECH_LOAD_GRAMMAR,
    AGI_COMMAND_SPEECH_RECOGNIZE,
    AGI_COMMAND_SPEECH_SET,
    AGI_COMMAND_SPEECH_UNLOAD_GRAMMAR,
    AGI_COMMAND_STREAM_FILE,
    AGI_COMMAND_TDD_MODE,
    AGI_COMMAND_VERBOSE,
    AGI_COMMAND_WAIT_FOR_DIGIT,
    AGI_N_COMMANDS
} AgiCommand;

/* How long a command may take by its nature. */
typedef enum {
    AGI_LIMIT_QUICK, /* Asterisk answers at once */
    AGI_LIMIT_NONE,  /* plays, dials or runs something: nobody knows */
    AGI_LIMIT_OWN,   /* one of its arguments says, in milliseconds; negative: no limit */
} AgiLimit;

/* Which results mean that a command failed. */
typedef enum {
    AGI_FAILS_NEVER,   /* every result is an answer, or is for the command's function to judge */
    AGI_FAILS_AT_ZERO, /* 0; and -1 as below */
    AGI_FAILS_AT_MINUS_ONE, /* -1: it failed, or the caller hung up */
} AgiFails;

/* What stands behind `result=`. */
typedef enum {
    AGI_RESULT_NUMBER,
    AGI_RESULT_TEXT,
} AgiResult;

typedef struct {
    const char *name;
    const char *arguments; /* for people */
    const char *since;     /* first version of Asterisk that has it; NULL: all */
    gboolean runs_when_dead;
    AgiLimit limit;
    guint8 limit_argument; /* for AGI_LIMIT_OWN: which argument, counted from 0 */
    AgiFails fails;
    AgiResult result;
    AgiForm form;
    const char *hint; /* why it mostly fails */
} AgiCommandRow;

extern const AgiCommandRow agi_command_table[AGI_N_COMMANDS];

/* The row of a command line that begins with a command's words; NULL for a command that is not in
 * the table. */
const AgiCommandRow *agi_command_find(const char *line, gsize length);

G_END_DECLS
