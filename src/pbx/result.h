/* result.h - what became of a simulated call. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PbxEnding:
 * @PBX_ENDED_BY_SERVER: the server closed the connection, as it should
 * @PBX_ENDED_BY_FAILURE_LINE: the server sent a line that begins with `failure`
 * @PBX_ENDED_BY_HANGUP: the channel hung up, and AGIEXITONHANGUP was set
 * @PBX_ENDED_BY_FAULT: the script had the PBX close the connection
 * @PBX_ENDED_BY_TIMEOUT: the call took longer than the script allows
 * @PBX_ENDED_BY_STOP: pbx_call_stop() was called
 *
 * What ended a call.
 */
typedef enum {
    PBX_ENDED_BY_SERVER,
    PBX_ENDED_BY_FAILURE_LINE,
    PBX_ENDED_BY_HANGUP,
    PBX_ENDED_BY_FAULT,
    PBX_ENDED_BY_TIMEOUT,
    PBX_ENDED_BY_STOP,
} PbxEnding;

/**
 * PbxDirection:
 * @PBX_FROM_PBX: what the PBX sent: the environment, replies, HANGUP
 * @PBX_FROM_SERVER: what the server sent: commands
 * @PBX_NOTE: what happened besides: keys, hangup
 *
 * Whose a line of a transcript is.
 */
typedef enum { PBX_FROM_PBX, PBX_FROM_SERVER, PBX_NOTE } PbxDirection;

/**
 * PbxTranscriptLine:
 * @time: seconds since the call began, as time passes in the call
 * @direction: whose it is
 * @text: the line, without its LF; a NUL byte is added behind it
 * @length: bytes in @text
 *
 * One line of a transcript.
 */
typedef struct {
    gdouble time;
    PbxDirection direction;
    char *text;
    gsize length;
} PbxTranscriptLine;

/**
 * PbxExchange:
 * @command: the command as it came, without its LF
 * @name_length: how many of its words are its name
 * @reply: every byte it was answered with; none when it was cut short
 *
 * A command and what became of it.
 */
typedef struct {
    char *command;
    guint name_length;
    GString *reply;
} PbxExchange;

/**
 * PbxVariable:
 * @name: its name
 * @value: its value
 *
 * A variable of the channel, or of the environment.
 */
typedef struct {
    char *name;
    char *value;
} PbxVariable;

/**
 * PbxResult:
 * @status: what the dialplan finds in AGISTATUS: SUCCESS, FAILURE or HANGUP
 * @ending: what ended the call
 * @seconds: how long it took, as time passed in the call
 * @real_seconds: how long it took in fact
 * @n_commands: commands that came
 * @is_hung_up: whether the channel is hung up, so that the dialplan does not go on
 * @hangup_command: after how many commands HANGUP was sent; -1: it was not
 * @is_hangup_inside: whether the caller hung up while the last of them was running
 * @context: where the dialplan goes on
 * @extension: where the dialplan goes on
 * @priority: where the dialplan goes on
 * @environment: (element-type PbxVariable): what was sent of it, in order
 * @variables: (element-type utf8 utf8): every variable of the channel
 * @changed: (element-type utf8): the names of those that the server set, in order
 * @database: (element-type utf8 utf8): "family/key" and the value
 * @lost_keys: keys pressed that no command took
 * @unmet: (element-type utf8): what was expected and did not come, a sentence each
 * @lines: (element-type PbxTranscriptLine): everything, in order
 * @exchanges: (element-type PbxExchange): the commands with their replies
 *
 * What became of a call.
 */
typedef struct {
    const char *status;
    PbxEnding ending;
    gdouble seconds;
    gdouble real_seconds;
    guint n_commands;
    gboolean is_hung_up;
    int hangup_command;
    gboolean is_hangup_inside;
    char *context;
    char *extension;
    int priority;
    GPtrArray *environment;
    GHashTable *variables;
    GPtrArray *changed;
    GHashTable *database;
    GString *lost_keys;
    GPtrArray *unmet;
    GPtrArray *lines;
    GPtrArray *exchanges;
} PbxResult;

PbxResult *pbx_result_new(void);
void pbx_result_free(PbxResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxResult, pbx_result_free)

const char *pbx_result_get_variable(const PbxResult *result, const char *name);
gboolean pbx_result_was_set(const PbxResult *result, const char *name);
char *pbx_result_dup_conversation(const PbxResult *result);
char *pbx_result_dup_script(const PbxResult *result);

G_END_DECLS
