/* commands-speech.c - commands that recognize speech, with Asterisk's res_speech and an engine. */

#include <config.h>

#include "agi/run.h"

#include <capella/agi/commands.h>
#include <string.h>

/* A command with up to two texts. */
static gboolean
run_speech(AgiCall *call, AgiCommand command, const char *first, const char *second, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(first), AGI_TEXT(second)};
    gsize n_arguments = first == NULL ? 0 : second == NULL ? 1 : 2;

    g_return_val_if_fail(call != NULL, FALSE);

    return agi_call_run(call, command, arguments, n_arguments, NULL, error);
}

/**
 * agi_speech_create:
 * @call: the call
 * @engine: (nullable): an engine's name; %NULL: the first that Asterisk has
 * @error: return location for a #GError, or %NULL
 *
 * Makes the call's speech object: the AGI command `SPEECH CREATE`. Blocks; call it from the thread
 * that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no such
 *   engine, or a speech object already, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_create(AgiCall *call, const char *engine, GError **error)
{
    return run_speech(call, AGI_COMMAND_SPEECH_CREATE, engine, NULL, error);
}

/**
 * agi_speech_set:
 * @call: the call
 * @name: a setting of the engine
 * @value: its value
 * @error: return location for a #GError, or %NULL
 *
 * Changes a setting of the speech engine: the AGI command `SPEECH SET`. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no speech
 *   object, or no such setting, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_set(AgiCall *call, const char *name, const char *value, GError **error)
{
    g_return_val_if_fail(name != NULL, FALSE);
    g_return_val_if_fail(value != NULL, FALSE);

    return run_speech(call, AGI_COMMAND_SPEECH_SET, name, value, error);
}

/**
 * agi_speech_destroy:
 * @call: the call
 * @error: return location for a #GError, or %NULL
 *
 * Frees the call's speech object: the AGI command `SPEECH DESTROY`. Runs after a hangup as well.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no speech
 *   object, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_destroy(AgiCall *call, GError **error)
{
    return run_speech(call, AGI_COMMAND_SPEECH_DESTROY, NULL, NULL, error);
}

/**
 * agi_speech_load_grammar:
 * @call: the call
 * @name: what to call it
 * @path: its file on the PBX
 * @error: return location for a #GError, or %NULL
 *
 * Loads a grammar: the AGI command `SPEECH LOAD GRAMMAR`. Blocks; call it from the thread that
 * serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if it cannot be
 *   loaded, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_load_grammar(AgiCall *call, const char *name, const char *path, GError **error)
{
    g_return_val_if_fail(name != NULL, FALSE);
    g_return_val_if_fail(path != NULL, FALSE);

    return run_speech(call, AGI_COMMAND_SPEECH_LOAD_GRAMMAR, name, path, error);
}

/**
 * agi_speech_unload_grammar:
 * @call: the call
 * @name: the grammar
 * @error: return location for a #GError, or %NULL
 *
 * Unloads a grammar: the AGI command `SPEECH UNLOAD GRAMMAR`. Runs after a hangup as well. Blocks;
 * call it from the thread that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no such
 *   grammar, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_unload_grammar(AgiCall *call, const char *name, GError **error)
{
    g_return_val_if_fail(name != NULL, FALSE);

    return run_speech(call, AGI_COMMAND_SPEECH_UNLOAD_GRAMMAR, name, NULL, error);
}

/**
 * agi_speech_activate_grammar:
 * @call: the call
 * @name: the grammar
 * @error: return location for a #GError, or %NULL
 *
 * Has agi_speech_recognize() listen for a grammar: the AGI command `SPEECH ACTIVATE GRAMMAR`.
 * Blocks; call it from the thread that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no such
 *   grammar, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_activate_grammar(AgiCall *call, const char *name, GError **error)
{
    g_return_val_if_fail(name != NULL, FALSE);

    return run_speech(call, AGI_COMMAND_SPEECH_ACTIVATE_GRAMMAR, name, NULL, error);
}

/**
 * agi_speech_deactivate_grammar:
 * @call: the call
 * @name: the grammar
 * @error: return location for a #GError, or %NULL
 *
 * Has agi_speech_recognize() forget a grammar: the AGI command `SPEECH DEACTIVATE GRAMMAR`. Blocks;
 * call it from the thread that serves @call.
 *
 * Returns: %TRUE if it worked; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no such
 *   grammar, or to another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_deactivate_grammar(AgiCall *call, const char *name, GError **error)
{
    g_return_val_if_fail(name != NULL, FALSE);

    return run_speech(call, AGI_COMMAND_SPEECH_DEACTIVATE_GRAMMAR, name, NULL, error);
}

static void
result_free(gpointer data)
{
    AgiSpeechResult *result = data;

    g_free(result->text);
    g_free(result->grammar);
    g_free(result);
}

/**
 * agi_speech_free:
 * @speech: (transfer full): what agi_speech_recognize() heard
 *
 * Frees it. Any thread.
 *
 * Since: 0.1
 */
void
agi_speech_free(AgiSpeech *speech)
{
    g_return_if_fail(speech != NULL);

    g_ptr_array_unref(speech->results);
    g_free(speech);
}

/* The text behind `keyI="` up to the quote before the next field; nothing in it is escaped. */
static char *
dup_field(const char *trailing, const char *key, guint i, const char *next_key)
{
    g_autofree char *start = g_strdup_printf("%s%u=\"", key, i);
    g_autofree char *stop = g_strdup_printf("\" %s%u=", next_key, i);
    const char *text = strstr(trailing, start);
    const char *end;

    if (text == NULL)
        return g_strdup("");
    text += strlen(start);
    end = strstr(text, stop);
    return g_strndup(text, end != NULL ? (gsize) (end - text) : strcspn(text, "\""));
}

static AgiSpeechResult *
read_result(const AgiParts *reply, guint i)
{
    AgiSpeechResult *result = g_new0(AgiSpeechResult, 1);
    g_autofree char *score = g_strdup_printf("score%u", i);
    g_autofree char *grammar_key = g_strdup_printf("grammar%u", i);
    const char *grammar = strstr(reply->trailing, grammar_key);

    result->score = (int) agi_parts_get_trailing_number(reply, score, 0);
    result->text = dup_field(reply->trailing, "text", i, "grammar");
    if (grammar != NULL && g_str_has_prefix(grammar + strlen(grammar_key), "="))
        grammar += strlen(grammar_key) + 1;
    else
        grammar = "";
    result->grammar = g_strndup(grammar, strcspn(grammar, " "));
    return result;
}

static AgiSpeech *
read_speech(const AgiParts *reply)
{
    AgiSpeech *speech = g_new0(AgiSpeech, 1);
    gint64 n_results;

    speech->results = g_ptr_array_new_with_free_func(result_free);
    speech->end_position = agi_parts_get_trailing_number(reply, "endpos", 0);
    if (agi_parts_value_is(reply, "digit")) {
        const char *digit = strstr(reply->trailing, "digit=");

        speech->end = AGI_SPEECH_DIGIT;
        speech->digit = digit != NULL ? digit[strlen("digit=")] : '\0';
        return speech;
    }
    speech->end = agi_parts_value_is(reply, "speech") ? AGI_SPEECH_RECOGNIZED : AGI_SPEECH_TIMEOUT;
    n_results = agi_parts_get_trailing_number(reply, "results", 0);
    for (guint i = 0; i < CLAMP(n_results, 0, 256); i++)
        g_ptr_array_add(speech->results, read_result(reply, i));
    return speech;
}

/**
 * agi_speech_recognize:
 * @call: the call
 * @prompt: the prompt's name, without extension; speech and keys end it
 * @timeout: how long to listen behind the prompt, in seconds (Asterisk counts whole ones)
 * @offset: where to begin in the prompt, in samples
 * @speech: (out) (optional) (transfer full): what was heard
 * @error: return location for a #GError, or %NULL
 *
 * Plays a prompt and listens for speech or one key: the AGI command `SPEECH RECOGNIZE`. Needs
 * agi_speech_create() and an active grammar. Silence is an answer, not an error. Blocks until it is
 * over; call it from the thread that serves @call.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to %AGI_ERROR_FAILURE if there is no
 *   speech object, %AGI_ERROR_HANGUP or another #AgiError
 * Since: 0.1
 */
gboolean
agi_speech_recognize(AgiCall *call, const char *prompt, gdouble timeout, gint64 offset,
                     AgiSpeech **speech, GError **error)
{
    const AgiArgument arguments[] = {
        AGI_TEXT(prompt), AGI_NUMBER((agi_milliseconds(timeout) + 999) / 1000), AGI_NUMBER(offset)};
    AgiParts reply;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(prompt != NULL, FALSE);

    if (!agi_call_run(call, AGI_COMMAND_SPEECH_RECOGNIZE, arguments, G_N_ELEMENTS(arguments),
                      &reply, error))
        return FALSE;
    if (agi_parts_value_is(&reply, "hangup")) {
        agi_call_note_hangup(call);
        return agi_call_fail(call, AGI_COMMAND_SPEECH_RECOGNIZE, NULL, error);
    }
    if (speech != NULL)
        *speech = read_speech(&reply);
    return TRUE;
}
