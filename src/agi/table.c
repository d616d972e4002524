/* table.c - the table of AGI commands, one row each. */

#include <config.h>

#include "agi/table.h"

#include <capella/agi/commands.h>
#include <string.h>

#define QUICK     .limit = AGI_LIMIT_QUICK
#define OWN(i)    .limit = AGI_LIMIT_OWN, .limit_argument = (i)
#define UNLIMITED .limit = AGI_LIMIT_NONE
#define NEVER     .fails = AGI_FAILS_NEVER
#define ZERO      .fails = AGI_FAILS_AT_ZERO
#define MINUS_ONE .fails = AGI_FAILS_AT_MINUS_ONE
#define DEAD      .runs_when_dead = TRUE
#define VALUE     .form = AGI_FORM_VALUE
#define TEXT      .result = AGI_RESULT_TEXT
#define SINCE(v)  .since = (v)
#define HINT(h)   .hint = (h)

static const char no_file[] = "the file may be missing, or be in no format that Asterisk can play";
static const char no_speech[] = "there may be no speech object; see agi_speech_create()";

/* clang-format off */
const AgiCommandRow agi_command_table[AGI_N_COMMANDS] = {
    [AGI_COMMAND_ANSWER]              = {"ANSWER", "", QUICK, MINUS_ONE},
    [AGI_COMMAND_ASYNCAGI_BREAK]      = {"ASYNCAGI BREAK", "", SINCE("1.6.1"), QUICK, NEVER, DEAD},
    [AGI_COMMAND_CHANNEL_STATUS]      = {"CHANNEL STATUS", "[channel]", QUICK, NEVER},
    [AGI_COMMAND_CONTROL_STREAM_FILE] = {"CONTROL STREAM FILE", "file escape-digits [skip-milliseconds [forward [rewind [pause [offset-milliseconds]]]]]", UNLIMITED, MINUS_ONE, HINT(no_file)},
    [AGI_COMMAND_DATABASE_DEL]        = {"DATABASE DEL", "family key", QUICK, ZERO, DEAD, HINT("the database has an error, or there was no such key")},
    [AGI_COMMAND_DATABASE_DELTREE]    = {"DATABASE DELTREE", "family [key-tree]", QUICK, NEVER, DEAD},
    [AGI_COMMAND_DATABASE_GET]        = {"DATABASE GET", "family key", QUICK, MINUS_ONE, DEAD, VALUE},
    [AGI_COMMAND_DATABASE_PUT]        = {"DATABASE PUT", "family key value", QUICK, ZERO, DEAD, HINT("family and key may have 253 bytes together")},
    [AGI_COMMAND_EXEC]                = {"EXEC", "application [options]", UNLIMITED, NEVER, DEAD},
    [AGI_COMMAND_GET_DATA]            = {"GET DATA", "file [milliseconds-per-digit [maximum-digits]]", UNLIMITED, MINUS_ONE, TEXT, HINT(no_file)},
    [AGI_COMMAND_GET_FULL_VARIABLE]   = {"GET FULL VARIABLE", "expression [channel]", QUICK, NEVER, DEAD, VALUE},
    [AGI_COMMAND_GET_OPTION]          = {"GET OPTION", "file escape-digits [milliseconds]", UNLIMITED, MINUS_ONE, HINT(no_file)},
    [AGI_COMMAND_GET_VARIABLE]        = {"GET VARIABLE", "name", QUICK, NEVER, DEAD, VALUE},
    [AGI_COMMAND_GOSUB]               = {"GOSUB", "context extension priority [arguments]", SINCE("1.6.0"), UNLIMITED, NEVER},
    [AGI_COMMAND_HANGUP]              = {"HANGUP", "[channel]", QUICK, NEVER},
    [AGI_COMMAND_NOOP]                = {"NOOP", "[anything]", QUICK, NEVER, DEAD},
    [AGI_COMMAND_RECEIVE_CHAR]        = {"RECEIVE CHAR", "milliseconds", OWN(0), NEVER},
    [AGI_COMMAND_RECEIVE_TEXT]        = {"RECEIVE TEXT", "milliseconds", OWN(0), NEVER, VALUE},
    [AGI_COMMAND_RECORD_FILE]         = {"RECORD FILE", "file format escape-digits milliseconds [offset-samples] [BEEP] [s=silence-seconds]", OWN(3), NEVER, HINT("the format may be unknown")},
    [AGI_COMMAND_SAY_ALPHA]           = {"SAY ALPHA", "text escape-digits [case]", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_DATE]            = {"SAY DATE", "unix-time escape-digits", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_DATETIME]        = {"SAY DATETIME", "unix-time escape-digits [format [time-zone]]", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_DIGITS]          = {"SAY DIGITS", "digits escape-digits", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_NUMBER]          = {"SAY NUMBER", "number escape-digits [gender]", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_PHONETIC]        = {"SAY PHONETIC", "text escape-digits", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SAY_TIME]            = {"SAY TIME", "unix-time escape-digits", UNLIMITED, MINUS_ONE},
    [AGI_COMMAND_SEND_IMAGE]          = {"SEND IMAGE", "image", QUICK, MINUS_ONE},
    [AGI_COMMAND_SEND_TEXT]           = {"SEND TEXT", "text", QUICK, MINUS_ONE, HINT("the channel may not carry text")},
    [AGI_COMMAND_SET_AUTOHANGUP]      = {"SET AUTOHANGUP", "seconds", QUICK, NEVER},
    [AGI_COMMAND_SET_CALLERID]        = {"SET CALLERID", "caller-id", QUICK, NEVER},
    [AGI_COMMAND_SET_CONTEXT]         = {"SET CONTEXT", "context", QUICK, NEVER},
    [AGI_COMMAND_SET_EXTENSION]       = {"SET EXTENSION", "extension", QUICK, NEVER},
    [AGI_COMMAND_SET_MUSIC]           = {"SET MUSIC", "on|off [class]", QUICK, NEVER},
    [AGI_COMMAND_SET_PRIORITY]        = {"SET PRIORITY", "number|label", QUICK, NEVER},
    [AGI_COMMAND_SET_VARIABLE]        = {"SET VARIABLE", "name value", QUICK, NEVER, DEAD},
    [AGI_COMMAND_SPEECH_ACTIVATE_GRAMMAR]   = {"SPEECH ACTIVATE GRAMMAR", "name", SINCE("1.6.0"), QUICK, ZERO, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_CREATE]             = {"SPEECH CREATE", "[engine]", SINCE("1.6.0"), QUICK, ZERO, HINT("there may be no such engine, or a speech object already")},
    [AGI_COMMAND_SPEECH_DEACTIVATE_GRAMMAR] = {"SPEECH DEACTIVATE GRAMMAR", "name", SINCE("1.6.0"), QUICK, ZERO, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_DESTROY]            = {"SPEECH DESTROY", "", SINCE("1.6.0"), QUICK, ZERO, DEAD, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_LOAD_GRAMMAR]       = {"SPEECH LOAD GRAMMAR", "name path", SINCE("1.6.0"), QUICK, ZERO, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_RECOGNIZE]          = {"SPEECH RECOGNIZE", "prompt seconds [offset-samples]", SINCE("1.6.0"), UNLIMITED, ZERO, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_SET]                = {"SPEECH SET", "name value", SINCE("1.6.0"), QUICK, ZERO, HINT(no_speech)},
    [AGI_COMMAND_SPEECH_UNLOAD_GRAMMAR]     = {"SPEECH UNLOAD GRAMMAR", "name", SINCE("1.6.0"), QUICK, ZERO, DEAD, HINT(no_speech)},
    [AGI_COMMAND_STREAM_FILE]         = {"STREAM FILE", "file escape-digits [offset-samples]", UNLIMITED, MINUS_ONE, HINT(no_file)},
    [AGI_COMMAND_TDD_MODE]            = {"TDD MODE", "on|off|mate", QUICK, MINUS_ONE},
    [AGI_COMMAND_VERBOSE]             = {"VERBOSE", "message [level]", QUICK, NEVER, DEAD},
    [AGI_COMMAND_WAIT_FOR_DIGIT]      = {"WAIT FOR DIGIT", "milliseconds", OWN(0), MINUS_ONE},
};
/* clang-format on */

static gboolean
is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Whether @line begins with the words of @name, however many blanks are between them. */
static gboolean
begins_with_words(const char *line, const char *end, const char *name)
{
    while (line < end && is_blank(*line))
        line++;
    for (; *name != '\0'; name++) {
        if (line == end)
            return FALSE;
        if (*name == ' ') {
            if (!is_blank(*line))
                return FALSE;
            while (line < end && is_blank(*line))
                line++;
        } else if (g_ascii_toupper(*line++) != *name) {
            return FALSE;
        }
    }
    return line == end || is_blank(*line);
}

const AgiCommandRow *
agi_command_find(const char *line, gsize length)
{
    for (guint i = 0; i < AGI_N_COMMANDS; i++)
        if (begins_with_words(line, line + length, agi_command_table[i].name))
            return &agi_command_table[i];
    return NULL;
}

/**
 * agi_command_info:
 * @i: which command, counted from 0
 * @info: (out caller-allocated): what is known of it; the texts are constants
 *
 * One row of the table of commands, for those who list them. Any thread.
 *
 * Returns: %TRUE if there is a row @i; %FALSE behind the last
 * Since: 0.1
 */
gboolean
agi_command_info(guint i, AgiCommandInfo *info)
{
    g_return_val_if_fail(info != NULL, FALSE);

    if (i >= AGI_N_COMMANDS)
        return FALSE;
    info->name = agi_command_table[i].name;
    info->arguments = agi_command_table[i].arguments;
    info->since = agi_command_table[i].since;
    info->runs_when_dead = agi_command_table[i].runs_when_dead;
    return TRUE;
}
