/* commands-call.c - the commands about the channel, the dialplan and the PBX's log. */

#include "pbx/call-private.h"
#include <stdlib.h>
#include <string.h>

static PbxOutcome
run_answer(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    if (call->channel.is_hung_up) {
        pbx_call_reply(call, "200 result=-1");
        return PBX_FAILURE;
    }
    call->channel.is_up = TRUE;
    pbx_call_reply(call, "200 result=0");
    return PBX_DONE;
}

/* Commands that are answered alike and change nothing that a server could see. */
static PbxOutcome
run_nothing(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    pbx_call_reply(call, "200 result=0");
    return PBX_DONE;
}

static PbxOutcome
run_verbose(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

static gboolean
is_own_channel(const PbxCall *call, const char *name)
{
    const char *own = pbx_call_get_environment(call, "agi_channel");

    return own != NULL && g_ascii_strcasecmp(own, name) == 0;
}

/* A call that was not answered rings; every other channel is up. */
static PbxOutcome
run_channel_status(PbxCall *call, const PbxArguments *arguments)
{
    if (arguments->n == 0 || is_own_channel(call, arguments->words[0]))
        pbx_call_reply(call, "200 result=%d", call->channel.is_up ? 6 : 4);
    else if (g_hash_table_contains(call->script->neighbours, arguments->words[0]))
        pbx_call_reply(call, "200 result=6");
    else
        pbx_call_reply(call, "200 result=-1");
    return PBX_DONE;
}

static PbxOutcome
run_hangup(PbxCall *call, const PbxArguments *arguments)
{
    gboolean is_own = arguments->n == 0 || is_own_channel(call, arguments->words[0]);

    if (!is_own && !g_hash_table_contains(call->script->neighbours, arguments->words[0])) {
        pbx_call_reply(call, "200 result=-1");
        return PBX_DONE;
    }
    if (is_own)
        call->channel.is_hung_up = TRUE;
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

static PbxOutcome
run_set_autohangup(PbxCall *call, const PbxArguments *arguments)
{
    char *end = NULL;
    gdouble seconds = g_ascii_strtod(arguments->words[0], &end);

    if (end == arguments->words[0])
        return PBX_USAGE;
    pbx_call_set_autohangup(call, seconds);
    pbx_call_reply(call, "200 result=0");
    return PBX_DONE;
}

/* `"Name" <number>`, or a number alone, or a name alone. */
static PbxOutcome
run_set_callerid(PbxCall *call, const PbxArguments *arguments)
{
    if (arguments->n > 0) {
        g_autofree char *value = g_strndup(arguments->words[0], 255);

        pbx_channel_set_variable(call, "CALLERID(all)", value);
    }
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

static PbxOutcome
run_set_context(PbxCall *call, const PbxArguments *arguments)
{
    g_free(call->channel.context);
    call->channel.context = g_strndup(arguments->words[0], 79);
    return run_nothing(call, arguments);
}

static PbxOutcome
run_set_extension(PbxCall *call, const PbxArguments *arguments)
{
    g_free(call->channel.extension);
    call->channel.extension = g_strndup(arguments->words[0], 79);
    return run_nothing(call, arguments);
}

static PbxOutcome
run_set_priority(PbxCall *call, const PbxArguments *arguments)
{
    int priority = pbx_channel_find_priority(call, arguments->words[0]);

    if (priority < 0)
        return PBX_USAGE;
    call->channel.priority = priority;
    call->channel.is_priority_set = TRUE;
    return run_nothing(call, arguments);
}

/* The application's result is the handler's status too, as it is in Asterisk. */
static PbxOutcome
run_exec(PbxCall *call, const PbxArguments *arguments)
{
    const char *options = arguments->n > 1 ? arguments->words[1] : "";
    g_autofree char *substituted = NULL;
    int result = 0;

    if (pbx_channel_is_true(call, "AGIEXECFULL"))
        options = substituted = pbx_channel_substitute(call, options);
    result = pbx_application_run(call, arguments->words[0], options);
    pbx_call_reply(call, "200 result=%d", result);
    return result == 1 ? PBX_USAGE : result == 2 ? PBX_FAILURE : PBX_DONE;
}

static const PbxSubroutine *
find_subroutine(const PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *target =
        g_strdup_printf("%s,%s,%s", arguments->words[0], arguments->words[1], arguments->words[2]);

    for (guint i = 0; i < call->script->subroutines->len; i++) {
        const PbxSubroutine *subroutine = g_ptr_array_index(call->script->subroutines, i);

        if (strcmp(subroutine->target, target) == 0)
            return subroutine;
    }
    return NULL;
}

static PbxOutcome
run_gosub(PbxCall *call, const PbxArguments *arguments)
{
    const PbxSubroutine *subroutine = find_subroutine(call, arguments);

    if (subroutine == NULL) {
        pbx_call_reply(call, "200 result=-1 Gosub label not found");
        return PBX_FAILURE;
    }
    pbx_call_reply(call, "100 result=0 Trying...");
    pbx_call_wait(call, pbx_clock_now(&call->clock) + subroutine->seconds, "", PBX_LISTEN_NOTHING);
    pbx_channel_put(call, "GOSUB_RETVAL", subroutine->leaves ? "" : subroutine->value);
    pbx_call_reply(call, "200 result=0 Gosub complete%s",
                   subroutine->leaves || call->channel.is_hung_up ? " (abnormal exit)" : "");
    return PBX_DONE;
}

/* clang-format off */
const PbxCommand pbx_commands_call[] = {
    {"ANSWER", run_answer, 0, -1, PBX_HAS_EFFECT | PBX_FAILS},
    {"ASYNCAGI BREAK", run_nothing, 0, -1, PBX_RUNS_DEAD},
    {"CHANNEL STATUS", run_channel_status, 0, 1, 0},
    {"EXEC", run_exec, 1, -1, PBX_RUNS_DEAD},
    {"GOSUB", run_gosub, 3, 4, PBX_FAILS},
    {"HANGUP", run_hangup, 0, 1, PBX_HAS_EFFECT},
    {"NOOP", run_nothing, 0, -1, PBX_RUNS_DEAD},
    {"SET AUTOHANGUP", run_set_autohangup, 1, 1, PBX_HAS_EFFECT},
    {"SET CALLERID", run_set_callerid, 0, -1, PBX_HAS_EFFECT},
    {"SET CONTEXT", run_set_context, 1, 1, PBX_HAS_EFFECT},
    {"SET EXTENSION", run_set_extension, 1, 1, PBX_HAS_EFFECT},
    {"SET MUSIC", run_nothing, 1, -1, 0},
    {"SET PRIORITY", run_set_priority, 1, 1, PBX_HAS_EFFECT},
    {"TDD MODE", run_nothing, 1, 1, 0},
    {"VERBOSE", run_verbose, 1, -1, PBX_RUNS_DEAD},
    {0},
};
/* clang-format on */
