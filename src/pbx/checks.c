/* checks.c - what the script expects of the server: commands in order, others never, the end. */

#include "pbx/call-private.h"
#include <string.h>

static const PbxExpectation *
get_next_expectation(const PbxCall *call)
{
    const GPtrArray *expectations = call->script->expectations;

    return call->n_expected < expectations->len ? g_ptr_array_index(expectations, call->n_expected)
                                                : NULL;
}

/* A strict script stops comparing at the first command that is another one. */
static void
complain(PbxCall *call, const PbxExpectation *expectation, const PbxCommandLine *command)
{
    g_autofree char *wanted = NULL;

    call->is_mismatched = TRUE;
    if (expectation == NULL) {
        pbx_call_unmet(call, 0, "command %u is one too many: %s", command->number, command->text);
        return;
    }
    wanted = pbx_match_to_text(&expectation->match);
    pbx_call_unmet(call, expectation->line, "command %u should be %s, and is %s", command->number,
                   wanted, command->text);
}

static const GString *
meet_expectation(PbxCall *call, const PbxCommandLine *command)
{
    const PbxExpectation *next = get_next_expectation(call);
    gboolean is_strict = call->script->is_strict;

    if (next != NULL && !call->is_mismatched &&
        pbx_match_command(&next->match, command, is_strict)) {
        call->n_expected++;
        return next->reply;
    }
    if (is_strict && !call->is_mismatched)
        complain(call, next, command);
    return NULL;
}

static void
check_forbidden(PbxCall *call, const PbxCommandLine *command)
{
    for (guint i = 0; i < call->script->forbidden->len; i++) {
        const PbxExpectation *forbidden = g_ptr_array_index(call->script->forbidden, i);

        if (pbx_match_command(&forbidden->match, command, FALSE))
            pbx_call_unmet(call, forbidden->line, "command %u must not come: %s", command->number,
                           command->text);
    }
}

/* The answer that the script has for a command: the n-th before the one for each. */
static const GString *
find_answer(PbxCall *call, const PbxCommandLine *command)
{
    const GString *each = NULL;
    const GString *exact = NULL;

    for (guint i = 0; i < call->script->answers->len; i++) {
        const PbxExpectation *answer = g_ptr_array_index(call->script->answers, i);

        if (!pbx_match_command(&answer->match, command, FALSE))
            continue;
        call->n_answered[i]++;
        if (answer->ordinal == call->n_answered[i] && exact == NULL)
            exact = answer->reply;
        else if (answer->ordinal == 0 && each == NULL)
            each = answer->reply;
    }
    return exact != NULL ? exact : each;
}

/* Holds a command against the script; returns the reply that the script has for it, or NULL. */
const GString *
pbx_call_meet_command(PbxCall *call, const PbxCommandLine *command)
{
    const GString *reply = meet_expectation(call, command);
    const GString *answer = find_answer(call, command);

    check_forbidden(call, command);
    return reply != NULL ? reply : answer;
}

static const char *
get_actual(const PbxCall *call, const PbxCheck *check, char **place)
{
    switch (check->kind) {
    case PBX_CHECK_VARIABLE:
        return g_hash_table_lookup(call->channel.variables, check->name);
    case PBX_CHECK_DATABASE:
        return g_hash_table_lookup(call->channel.database, check->name);
    case PBX_CHECK_STATUS:
        return call->result->status;
    case PBX_CHECK_GOTO:
        *place = g_strdup_printf("%s,%s,%d", call->result->context, call->result->extension,
                                 call->result->priority);
        return call->result->is_hung_up ? NULL : *place;
    }
    return NULL;
}

/* What a check is about, for the sentence that says that it failed. */
static const char *
get_subject(PbxCheckKind kind)
{
    switch (kind) {
    case PBX_CHECK_VARIABLE:
        return "the variable ";
    case PBX_CHECK_DATABASE:
        return "the database entry ";
    case PBX_CHECK_STATUS:
        return "AGISTATUS";
    case PBX_CHECK_GOTO:
        return "where the dialplan goes on";
    }
    return "";
}

static void
run_check(PbxCall *call, const PbxCheck *check)
{
    g_autofree char *place = NULL;
    const char *actual = get_actual(call, check, &place);

    if (actual == NULL)
        pbx_call_unmet(call, check->line, "%s%s should be \"%s\", and is nothing",
                       get_subject(check->kind), check->name, check->value);
    else if (strcmp(actual, check->value) != 0)
        pbx_call_unmet(call, check->line, "%s%s should be \"%s\", and is \"%s\"",
                       get_subject(check->kind), check->name, check->value, actual);
}

static void
check_expectations_left(PbxCall *call)
{
    for (guint i = call->n_expected; i < call->script->expectations->len; i++) {
        const PbxExpectation *expectation = g_ptr_array_index(call->script->expectations, i);
        g_autofree char *wanted = pbx_match_to_text(&expectation->match);

        pbx_call_unmet(call, expectation->line, "%s did not come", wanted);
    }
}

/* What can only be said when the call is over. */
void
pbx_call_check_end(PbxCall *call)
{
    if (call->result->ending == PBX_ENDED_BY_TIMEOUT)
        pbx_call_unmet(call, 0, "the call was not over after %g s", call->script->timeout);
    if (!call->is_mismatched)
        check_expectations_left(call);
    for (guint i = 0; i < call->script->checks->len; i++)
        run_check(call, g_ptr_array_index(call->script->checks, i));
}
