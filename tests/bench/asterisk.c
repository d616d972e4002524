/* asterisk.c - Asterisk's part of a call: the environment block and the answers to commands. */

#include "asterisk.h"
#include <stdio.h>
#include <string.h>

/* Digits of a call's number: fixed, so that they can be written over. */
enum { NUMBER_DIGITS = 8 };

/* What Asterisk 22 sends for a call from a SIP telephone, with two arguments. */
/* clang-format off */
static const char environment_template[] =
    "agi_network: yes\n"
    "agi_network_script: %s\n"
    "agi_request: %s\n"
    "agi_channel: PJSIP/alice-00000000\n"
    "agi_language: en\n"
    "agi_type: PJSIP\n"
    "agi_uniqueid: 1795433707.00000000\n"
    "agi_version: 22.6.0\n"
    "agi_callerid: 5551234\n"
    "agi_calleridname: Alice Example\n"
    "agi_callingpres: 0\n"
    "agi_callingani2: 0\n"
    "agi_callington: 0\n"
    "agi_callingtns: 0\n"
    "agi_dnid: 1000\n"
    "agi_rdnis: unknown\n"
    "agi_context: from-phones\n"
    "agi_extension: %s\n"
    "agi_priority: 2\n"
    "agi_enhanced: 0.0\n"
    "agi_accountcode: \n"
    "agi_threadid: 140301463004864\n"
    "agi_arg_1: bench\n"
    "agi_arg_2: 2\n"
    "\n";
/* clang-format on */

/* Cuts the block into about equal numbers of lines; 0 segments: each line by itself. */
static void
cut_into_segments(AsteriskEnvironment *environment, guint segments)
{
    guint lines = 0, line = 0, pieces;

    for (const char *at = environment->block; *at != '\0'; at++)
        lines += *at == '\n';
    pieces = segments == 0 ? lines : MIN(segments, lines);
    for (gsize i = 0; i < environment->length; i++) {
        if (environment->block[i] != '\n')
            continue;
        line++;
        if (line * pieces / lines > (line - 1) * pieces / lines) {
            gsize end = i + 1;

            g_array_append_val(environment->ends, end);
        }
    }
}

static gsize
find_number(const AsteriskEnvironment *environment, const char *before)
{
    const char *found = strstr(environment->block, before);

    g_assert(found != NULL);
    return (gsize) (found - environment->block) + strlen(before);
}

/* The environment of calls to @url with its path @script, which is the extension, too; sent in so
 * many @segments, or line by line where they are 0. */
AsteriskEnvironment *
asterisk_environment_new(const char *url, const char *script, guint segments)
{
    AsteriskEnvironment *environment = g_new0(AsteriskEnvironment, 1);

    environment->block = g_strdup_printf(environment_template, script, url, script);
    environment->length = strlen(environment->block);
    environment->ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    environment->channel_number = find_number(environment, "PJSIP/alice-");
    environment->unique_number = find_number(environment, "agi_uniqueid: 1795433707.");
    cut_into_segments(environment, segments);
    return environment;
}

/* Gives the next call a channel name and a unique id of its own. */
void
asterisk_environment_set_number(AsteriskEnvironment *environment, guint number)
{
    char *channel = environment->block + environment->channel_number + NUMBER_DIGITS;
    char *unique = environment->block + environment->unique_number + NUMBER_DIGITS;

    for (guint i = 0, rest = number; i < NUMBER_DIGITS; i++, rest /= 10)
        *--channel = *--unique = (char) ('0' + rest % 10);
}

void
asterisk_environment_free(AsteriskEnvironment *environment)
{
    g_array_unref(environment->ends);
    g_free(environment->block);
    g_free(environment);
}

/* What every variable holds. */
static const char variable_value[] = "5551234";

/* Behind the closing brace of a `${` that has begun before @at. */
static const char *
skip_substitution(const char *at, const char *end)
{
    int depth = 1;

    for (; at < end && depth > 0; at++)
        depth += (*at == '{') - (*at == '}');
    return at;
}

/* The text between @at and @end without its quotes and with values for its `${...}`, as dialplan
 * text is understood. */
static void
append_expression(GString *reply, const char *at, const char *end)
{
    while (at < end) {
        if (end - at > 2 && at[0] == '$' && at[1] == '{') {
            g_string_append(reply, variable_value);
            at = skip_substitution(at + 2, end);
        } else if (*at == '"') {
            at++;
        } else {
            at += *at == '\\' && at + 1 < end;
            g_string_append_c(reply, *at++);
        }
    }
}

static void
answer_full_variable(const char *expression, gsize length, GString *reply)
{
    g_string_assign(reply, "200 result=1 (");
    append_expression(reply, expression, expression + length);
    g_string_append(reply, ")\n");
}

typedef struct {
    const char *prefix;
    AsteriskAnswer answer;
    const char *reply;
} Row;

/* clang-format off */
static const Row rows[] = {
    {"GET VARIABLE ",  ASTERISK_ANSWERED, "200 result=1 (5551234)\n"},
    {"SET VARIABLE ",  ASTERISK_ANSWERED, "200 result=1\n"},
    {"ANSWER",         ASTERISK_ANSWERED, "200 result=0\n"},
    {"STREAM FILE ",   ASTERISK_ANSWERED, "200 result=0 endpos=8000\n"},
    {"GET DATA ",      ASTERISK_ANSWERED, "200 result=1234\n"},
    {"SAY ",           ASTERISK_ANSWERED, "200 result=0\n"},
    {"VERBOSE ",       ASTERISK_ANSWERED, "200 result=1\n"},
    {"EXEC ",          ASTERISK_ANSWERED, "200 result=0\n"},
    {"NOOP",           ASTERISK_ANSWERED, "200 result=0\n"},
    {"SET ",           ASTERISK_ANSWERED, "200 result=0\n"},
    {"HANGUP",         ASTERISK_HUNG_UP,  "200 result=1\n"},
    {"failure",        ASTERISK_FAILED,   ""},
};
/* clang-format on */

/* Puts into @reply what Asterisk answers to @command, which comes without its LF: by the command's
 * first words alone, as if all went well and every variable had a value. */
AsteriskAnswer
asterisk_answer(const char *command, gsize length, GString *reply)
{
    static const char full_variable[] = "GET FULL VARIABLE ";
    const gsize skipped = sizeof full_variable - 1;

    if (length > skipped && memcmp(command, full_variable, skipped) == 0) {
        answer_full_variable(command + skipped, length - skipped, reply);
        return ASTERISK_ANSWERED;
    }
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize prefix_length = strlen(rows[i].prefix);

        if (length >= prefix_length && memcmp(command, rows[i].prefix, prefix_length) == 0) {
            g_string_assign(reply, rows[i].reply);
            return rows[i].answer;
        }
    }
    g_string_assign(reply, "510 Invalid or unknown command\n");
    return ASTERISK_ANSWERED;
}
