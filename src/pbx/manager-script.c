/* manager-script.c - the script of a simulated manager interface: what it holds, and its reading.
 */

#include "pbx/manager-private.h"
#include <string.h>

static void
user_free(gpointer data)
{
    PbxManagerUser *user = data;

    g_free(user->name);
    g_free(user->secret);
    g_free(user);
}

void
pbx_manager_match_clear(PbxManagerMatch *match)
{
    g_clear_pointer(&match->action, g_free);
    g_clear_pointer(&match->conditions, g_ptr_array_unref);
}

static void
answer_free(gpointer data)
{
    PbxManagerAnswer *answer = data;

    pbx_manager_match_clear(&answer->match);
    g_clear_pointer(&answer->messages, g_ptr_array_unref);
    g_free(answer->text);
    g_free(answer->complete);
    g_free(answer);
}

static void
delay_free(gpointer data)
{
    PbxManagerDelay *delay = data;

    pbx_manager_match_clear(&delay->match);
    g_free(delay);
}

void
pbx_manager_happening_unref(PbxManagerHappening *happening)
{
    if (!g_atomic_ref_count_dec(&happening->references))
        return;
    pbx_manager_match_clear(&happening->match);
    g_clear_pointer(&happening->messages, g_ptr_array_unref);
    g_free(happening->text);
    g_free(happening->script);
    g_free(happening);
}

static void
fault_free(gpointer data)
{
    PbxManagerFault *fault = data;

    pbx_manager_match_clear(&fault->match);
    if (fault->junk != NULL)
        g_string_free(fault->junk, TRUE);
    g_free(fault);
}

static void
outcome_free(gpointer data)
{
    PbxManagerOutcome *outcome = data;

    g_free(outcome->pattern);
    g_free(outcome->url);
    g_free(outcome);
}

static void
leg_free(gpointer data)
{
    PbxManagerLeg *leg = data;

    g_free(leg->pattern);
    g_free(leg->script);
    g_free(leg);
}

static GHashTable *
new_texts(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

PbxManagerChannel *
pbx_manager_channel_new(const char *name, const char *unique_id)
{
    PbxManagerChannel *channel = g_new0(PbxManagerChannel, 1);

    channel->name = g_strdup(name);
    channel->unique_id = g_strdup(unique_id);
    channel->headers = g_ptr_array_new_with_free_func(pbx_pair_free);
    channel->variables = new_texts();
    channel->start = g_get_monotonic_time();
    return channel;
}

void
pbx_manager_channel_free(gpointer data)
{
    PbxManagerChannel *channel = data;

    g_free(channel->name);
    g_free(channel->unique_id);
    g_ptr_array_unref(channel->headers);
    g_hash_table_unref(channel->variables);
    g_free(channel);
}

/* Every list of a script, and what frees its elements. */
static const struct {
    gsize offset;
    GDestroyNotify destroy;
} lists[] = {
    {G_STRUCT_OFFSET(PbxManagerScript, users), user_free},
    {G_STRUCT_OFFSET(PbxManagerScript, answers), answer_free},
    {G_STRUCT_OFFSET(PbxManagerScript, delays), delay_free},
    {G_STRUCT_OFFSET(PbxManagerScript, happenings), (GDestroyNotify) pbx_manager_happening_unref},
    {G_STRUCT_OFFSET(PbxManagerScript, due), (GDestroyNotify) pbx_manager_happening_unref},
    {G_STRUCT_OFFSET(PbxManagerScript, faults), fault_free},
    {G_STRUCT_OFFSET(PbxManagerScript, outcomes), outcome_free},
    {G_STRUCT_OFFSET(PbxManagerScript, legs), leg_free},
    {G_STRUCT_OFFSET(PbxManagerScript, channels), pbx_manager_channel_free},
};

static GPtrArray **
script_list(PbxManagerScript *script, guint i)
{
    return (GPtrArray **) (gpointer) ((char *) script + lists[i].offset);
}

PbxManagerScript *
pbx_manager_script_new(void)
{
    PbxManagerScript *script = g_new0(PbxManagerScript, 1);

    script->version = g_strdup("11.0.0");
    script->major = 11;
    script->is_booted = TRUE;
    script->login_timeout = 30;
    script->write_timeout = PBX_MANAGER_PATIENCE;
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        *script_list(script, i) = g_ptr_array_new_with_free_func(lists[i].destroy);
    script->variables = new_texts();
    script->database = new_texts();
    return script;
}

void
pbx_manager_script_free(PbxManagerScript *script)
{
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(*script_list(script, i));
    g_hash_table_unref(script->variables);
    g_hash_table_unref(script->database);
    g_clear_object(&script->certificate);
    if (script->greeting != NULL)
        g_string_free(script->greeting, TRUE);
    g_free(script->version);
    g_free(script);
}

gboolean
pbx_manager_script_is_since(const PbxManagerScript *script, int major, int minor)
{
    return script->major > major || (script->major == major && script->minor >= minor);
}

static gboolean
meets_conditions(const PbxManagerMatch *match, const PbxRequest *request)
{
    for (guint i = 0; i < match->conditions->len; i++) {
        const PbxPair *condition = g_ptr_array_index(match->conditions, i);

        if (!g_pattern_match_simple(condition->value, pbx_request_get(request, condition->name)))
            return FALSE;
    }
    return TRUE;
}

/* Whether a line means this action; counts those that it could mean. */
gboolean
pbx_manager_match(PbxManagerMatch *match, const PbxRequest *request)
{
    if (strcmp(match->action, "*") != 0 &&
        g_ascii_strcasecmp(match->action, pbx_request_get_action(request)) != 0)
        return FALSE;
    if (!meets_conditions(match, request))
        return FALSE;
    match->n_matched++;
    return match->ordinal == 0 || match->ordinal == match->n_matched;
}

/* Takes the lines below a directive up to `end`. */
static gboolean
take_block(PbxManagerReader *reader, char **lines, guint *i, GError **error)
{
    reader->block = g_ptr_array_new();
    reader->block_line = *i + 1;
    for (; lines[*i] != NULL; (*i)++) {
        g_autofree char *stripped = g_strstrip(g_strdup(lines[*i]));

        if (strcmp(stripped, "end") == 0) {
            (*i)++;
            return TRUE;
        }
        g_ptr_array_add(reader->block, lines[*i]);
    }
    g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                "the line \"end\" is missing behind what belongs to it");
    return FALSE;
}

/* Reads the line at @i, and its block; @i is moved behind them. */
static gboolean
read_at(PbxManagerScript *script, char **lines, guint *i, GError **error)
{
    PbxManagerReader reader = {.script = script, .line = {.number = *i + 1}};
    const char *text = lines[*i] + strspn(lines[*i], " \t");
    gboolean is_read = TRUE;

    (*i)++;
    if (*text == '\0' || *text == '#' || *text == '\r')
        return TRUE;
    if (pbx_manager_directive_has_block(text))
        is_read = take_block(&reader, lines, i, error);
    is_read = is_read && pbx_manager_directive_read(&reader, text, error);
    g_clear_pointer(&reader.block, g_ptr_array_unref);
    return is_read;
}

/* Adds what @text says. An error names every wrong line, one in each line of its message; the
 * right ones have been added all the same. */
gboolean
pbx_manager_script_read(PbxManagerScript *script, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) complaints = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL;) {
        g_autoptr(GError) cause = NULL;
        guint number = i + 1;

        if (read_at(script, lines, &i, &cause))
            continue;
        g_string_append_printf(complaints, "%sscript:%u: %s", complaints->len > 0 ? "\n" : "",
                               number, cause->message);
    }
    if (complaints->len == 0)
        return TRUE;
    g_set_error_literal(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, complaints->str);
    return FALSE;
}
