/* commands.c - a command's way from the line to its reply. */

#include "agi/quote.h"
#include "pbx/call-private.h"
#include <capella/agi/commands.h>
#include <string.h>

#define REPLY_UNKNOWN "510 Invalid or unknown command"
#define REPLY_DEAD    "511 Command Not Permitted on a dead channel or intercept routine"
#define REPLY_USAGE   "520 Invalid command syntax.  Proper usage not available."
#define USAGE_BEGIN   "520-Invalid command syntax.  Proper usage follows:"
#define USAGE_END     "520 End of proper usage."

/* As many words as Asterisk keeps of one command. */
#define WORDS_MAXIMUM 127

static const PbxCommand *const tables[] = {
    pbx_commands_call, pbx_commands_sound, pbx_commands_say, pbx_commands_data, pbx_commands_speech,
};

/* How many words of @words are the name of a command; 0: it is another one. */
static guint
match_name(const char *name, const char *const *words)
{
    g_auto(GStrv) names = g_strsplit(name, " ", -1);
    guint i = 0;

    for (; names[i] != NULL; i++) {
        if (words[i] == NULL || g_ascii_strcasecmp(names[i], words[i]) != 0)
            return 0;
    }
    return i;
}

/* The command that words begin with, NULL when there is none. */
static const PbxCommand *
find_command(const char *const *words, guint *name_length)
{
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbxCommand *command = tables[i]; command->name != NULL; command++) {
            *name_length = match_name(command->name, words);
            if (*name_length > 0)
                return command;
        }
    }
    *name_length = words[0] != NULL ? 1 : 0;
    return NULL;
}

/* Asterisk's sscanf("%d"): blanks, a sign, digits; the rest does not matter. */
gboolean
pbx_scan_integer(const char *text, gint64 *number)
{
    char *end = NULL;
    gint64 value = g_ascii_strtoll(text, &end, 10);

    if (end == text)
        return FALSE;
    *number = value;
    return TRUE;
}

static const char *
get_arguments(const PbxCommand *command)
{
    AgiCommandInfo info = {0};

    for (guint i = 0; agi_command_info(i, &info); i++) {
        if (strcmp(info.name, command->name) == 0)
            return info.arguments;
    }
    return "";
}

/* The usage text that Asterisk has when its documentation is loaded: lines, empty ones, tags. */
static void
reply_usage(PbxCall *call, const PbxCommand *command)
{
    if (!call->script->is_documented) {
        pbx_call_reply(call, "%s", REPLY_USAGE);
        return;
    }
    pbx_call_reply(call, "%s", USAGE_BEGIN);
    pbx_call_reply(call, "[Syntax]\n%s %s\n\n[Result]\n<literal>-1</literal> where it fails.\n",
                   command->name, get_arguments(command));
    pbx_call_reply(call, "%s", USAGE_END);
}

static gboolean
has_right_count(const PbxCommand *command, guint n)
{
    return n >= (guint) command->minimum && (command->maximum < 0 || n <= (guint) command->maximum);
}

/* A failure is the session's own only while the caller is there, or was gone from the start. */
static void
mark_failure(PbxCall *call)
{
    if (call->is_dead || !call->channel.is_hung_up)
        call->is_failed = TRUE;
}

/* Runs the command that call->command holds, and answers it. */
static void
run_command(PbxCall *call, const PbxCommand *command)
{
    guint skipped = call->command->name_length;
    PbxArguments arguments = {call->command->length - skipped,
                              (const char *const *) call->command->words + skipped};
    PbxOutcome outcome = PBX_USAGE;

    if (call->is_dead && (command->flags & PBX_RUNS_DEAD) == 0) {
        pbx_call_reply(call, "%s", REPLY_DEAD);
        return;
    }
    if (has_right_count(command, arguments.n))
        outcome = command->run(call, &arguments);
    if (outcome == PBX_USAGE)
        reply_usage(call, command);
    else if (outcome == PBX_FAILURE)
        mark_failure(call);
}

/* Whether a command has to run although the script has its reply. */
static gboolean
has_effect(const PbxCall *call, const PbxCommand *command)
{
    const PbxCommandLine *line = call->command;

    if (strcmp(command->name, "EXEC") == 0)
        return line->length > 1 && pbx_application_has_effect(line->words[1]);
    return (command->flags & PBX_HAS_EFFECT) != 0;
}

/* Answers with the script's bytes; what the command changes is changed all the same. */
static void
answer_from_script(PbxCall *call, const PbxCommand *command, const GString *reply)
{
    pbx_call_wait(call, 0, "", PBX_LISTEN_IDLE); /* for what happens at this very moment */
    if (command != NULL && has_effect(call, command)) {
        call->is_muted = TRUE;
        run_command(call, command);
        call->is_muted = FALSE;
    }
    if (command != NULL && (command->flags & PBX_FAILS) != 0 &&
        g_str_has_prefix(reply->str, "200 result=-1"))
        mark_failure(call);
    pbx_call_send_reply(call, reply->str, reply->len);
}

static void
run_line(PbxCall *call, const PbxCommand *command)
{
    const GString *reply = pbx_call_meet_command(call, call->command);

    pbx_call_trigger_command(call, PBX_WHEN_BEFORE);
    pbx_call_notice_hangup(call);
    if (call->is_over)
        return;
    call->is_running = TRUE;
    pbx_call_trigger_command(call, PBX_WHEN_DURING);
    if (reply != NULL)
        answer_from_script(call, command, reply);
    else if (command != NULL)
        run_command(call, command);
    else
        pbx_call_reply(call, "%s", REPLY_UNKNOWN);
    call->is_running = FALSE;
    pbx_call_fault_reply(call, PBX_PLACE_AFTER);
    pbx_call_trigger_command(call, PBX_WHEN_AFTER);
}

static void
record_exchange(PbxCall *call)
{
    PbxExchange *exchange = g_new0(PbxExchange, 1);

    exchange->command = g_strdup(call->command->text);
    exchange->name_length = call->command->name_length;
    exchange->reply = g_string_new_len(call->reply->str, (gssize) call->reply->len);
    g_ptr_array_add(call->result->exchanges, exchange);
}

/* A command from the server, without its LF. */
void
pbx_call_handle_line(PbxCall *call, const char *text)
{
    g_autofree char *copy = g_strdup(text);
    g_auto(GStrv) words = agi_split_words(text, strlen(text));
    PbxCommandLine line = {.text = copy, .words = words};
    const PbxCommand *command = find_command((const char *const *) words, &line.name_length);

    line.length = MIN(g_strv_length(words), WORDS_MAXIMUM);
    line.number = ++call->result->n_commands;
    call->command = &line;
    g_string_truncate(call->reply, 0);
    run_line(call, command);
    record_exchange(call);
    call->command = NULL;
}
