/* commands-speech.c - the SPEECH family, with an engine that hears what the script says. */

#include "pbx/call-private.h"

#define SPEECH_TEXT_MAXIMUM 4095

static PbxOutcome
reply_whether(PbxCall *call, gboolean is_done)
{
    pbx_call_reply(call, "200 result=%d", is_done ? 1 : 0);
    return PBX_DONE;
}

static PbxOutcome
run_speech_create(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    if (!call->script->has_speech || call->channel.grammars != NULL)
        return reply_whether(call, FALSE);
    call->channel.grammars = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return reply_whether(call, TRUE);
}

static PbxOutcome
run_speech_set(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    return reply_whether(call, call->channel.grammars != NULL);
}

static PbxOutcome
run_speech_destroy(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    gboolean is_there = call->channel.grammars != NULL;

    g_clear_pointer(&call->channel.grammars, g_hash_table_unref);
    return reply_whether(call, is_there);
}

static PbxOutcome
run_speech_load_grammar(PbxCall *call, const PbxArguments *arguments)
{
    if (call->channel.grammars == NULL)
        return reply_whether(call, FALSE);
    g_hash_table_add(call->channel.grammars, g_strdup(arguments->words[0]));
    return reply_whether(call, TRUE);
}

static PbxOutcome
run_speech_unload_grammar(PbxCall *call, const PbxArguments *arguments)
{
    return reply_whether(call,
                         call->channel.grammars != NULL &&
                             g_hash_table_remove(call->channel.grammars, arguments->words[0]));
}

/* Activating and deactivating want a grammar that was loaded, or one that the engine brings. */
static PbxOutcome
run_speech_use_grammar(PbxCall *call, G_GNUC_UNUSED const PbxArguments *arguments)
{
    return reply_whether(call, call->channel.grammars != NULL);
}

static void
reply_utterance(PbxCall *call, const PbxUtterance *utterance, gint64 position)
{
    g_autofree char *text = g_strdup_printf("score0=%d text0=\"%s\" grammar0=%s", utterance->score,
                                            utterance->text, utterance->grammar);

    pbx_call_reply(call, "200 result=1 (speech) endpos=%" G_GINT64_FORMAT " results=1 %.*s",
                   position, SPEECH_TEXT_MAXIMUM, text);
}

/* The prompt, or what is left of it; a missing one plays nothing. */
static PbxWake
play_prompt(PbxCall *call, const PbxArguments *arguments, gint64 *position)
{
    gint64 offset = 0;

    if (arguments->n > 2)
        pbx_scan_integer(arguments->words[2], &offset);
    if (pbx_call_get_file_seconds(call, arguments->words[0]) < 0)
        return PBX_WAKE_TIME;
    return pbx_call_play(call, arguments->words[0], PBX_EVERY_KEY, PBX_LISTEN_NOTHING, offset,
                         position);
}

/* A caller who has something to say lets the prompt end first. */
static PbxOutcome
run_speech_recognize(PbxCall *call, const PbxArguments *arguments)
{
    PbxWake wake = PBX_WAKE_TIME;
    gint64 position = 0;
    gint64 timeout = 0;

    if (call->channel.grammars == NULL)
        return reply_whether(call, FALSE);
    pbx_scan_integer(arguments->words[1], &timeout);
    wake = play_prompt(call, arguments, &position);
    if (wake == PBX_WAKE_TIME && call->channel.next_utterance < call->script->utterances->len) {
        reply_utterance(call,
                        g_ptr_array_index(call->script->utterances, call->channel.next_utterance++),
                        position);
        return PBX_DONE;
    }
    if (wake == PBX_WAKE_TIME)
        wake = pbx_call_wait(
            call, timeout > 0 ? pbx_clock_now(&call->clock) + (gdouble) timeout : PBX_FOR_EVER,
            PBX_EVERY_KEY, PBX_LISTEN_NOTHING);
    if (wake == PBX_WAKE_KEY)
        pbx_call_reply(call, "200 result=1 (digit) digit=%c endpos=%" G_GINT64_FORMAT, call->key,
                       position);
    else
        pbx_call_reply(call, "200 result=1 (%s) endpos=%" G_GINT64_FORMAT,
                       wake == PBX_WAKE_HANGUP ? "hangup" : "timeout", position);
    return PBX_DONE;
}

/* clang-format off */
const PbxCommand pbx_commands_speech[] = {
    {"SPEECH ACTIVATE GRAMMAR", run_speech_use_grammar, 1, 1, 0},
    {"SPEECH CREATE", run_speech_create, 0, -1, PBX_HAS_EFFECT},
    {"SPEECH DEACTIVATE GRAMMAR", run_speech_use_grammar, 1, 1, 0},
    {"SPEECH DESTROY", run_speech_destroy, 0, -1, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {"SPEECH LOAD GRAMMAR", run_speech_load_grammar, 2, 2, PBX_HAS_EFFECT},
    {"SPEECH RECOGNIZE", run_speech_recognize, 2, -1, 0},
    {"SPEECH SET", run_speech_set, 2, 2, 0},
    {"SPEECH UNLOAD GRAMMAR", run_speech_unload_grammar, 1, 1, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {0},
};
/* clang-format on */
