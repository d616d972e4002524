/* script.c - the script of a simulated call: what it holds, and how text becomes it. */

#include "pbx/script-private.h"
#include <stdarg.h>
#include <string.h>

/* clang-format off */
G_DEFINE_QUARK(pbx-script-error-quark, pbx_script_error)
/* clang-format on */

static void
pair_free(gpointer data)
{
    PbxPair *pair = data;

    g_free(pair->name);
    g_free(pair->value);
    g_free(pair);
}

static void
subroutine_free(gpointer data)
{
    PbxSubroutine *subroutine = data;

    g_free(subroutine->target);
    g_free(subroutine->value);
    g_free(subroutine);
}

static void
application_free(gpointer data)
{
    PbxApplication *application = data;

    g_free(application->name);
    g_free(application);
}

static void
utterance_free(gpointer data)
{
    PbxUtterance *utterance = data;

    g_free(utterance->text);
    g_free(utterance->grammar);
    g_free(utterance);
}

static void
event_free(gpointer data)
{
    PbxEvent *event = data;

    g_free(event->text);
    pbx_match_clear(&event->moment.match);
    g_free(event);
}

static void
expectation_free(gpointer data)
{
    PbxExpectation *expectation = data;

    pbx_match_clear(&expectation->match);
    if (expectation->reply != NULL)
        g_string_free(expectation->reply, TRUE);
    g_free(expectation);
}

static void
check_free(gpointer data)
{
    PbxCheck *check = data;

    g_free(check->name);
    g_free(check->value);
    g_free(check);
}

static void
fault_free(gpointer data)
{
    PbxFault *fault = data;

    pbx_match_clear(&fault->match);
    if (fault->junk != NULL)
        g_string_free(fault->junk, TRUE);
    g_free(fault);
}

/* Every list of a script, and what frees its elements. */
static const struct {
    gsize offset;
    GDestroyNotify destroy;
} lists[] = {
    {G_STRUCT_OFFSET(PbxScript, environment), pair_free},
    {G_STRUCT_OFFSET(PbxScript, without), g_free},
    {G_STRUCT_OFFSET(PbxScript, arguments), g_free},
    {G_STRUCT_OFFSET(PbxScript, variables), pair_free},
    {G_STRUCT_OFFSET(PbxScript, database), pair_free},
    {G_STRUCT_OFFSET(PbxScript, labels), pair_free},
    {G_STRUCT_OFFSET(PbxScript, subroutines), subroutine_free},
    {G_STRUCT_OFFSET(PbxScript, applications), application_free},
    {G_STRUCT_OFFSET(PbxScript, utterances), utterance_free},
    {G_STRUCT_OFFSET(PbxScript, events), event_free},
    {G_STRUCT_OFFSET(PbxScript, answers), expectation_free},
    {G_STRUCT_OFFSET(PbxScript, expectations), expectation_free},
    {G_STRUCT_OFFSET(PbxScript, forbidden), expectation_free},
    {G_STRUCT_OFFSET(PbxScript, checks), check_free},
    {G_STRUCT_OFFSET(PbxScript, faults), fault_free},
};

static GPtrArray **
script_list(PbxScript *script, guint i)
{
    return (GPtrArray **) (gpointer) ((char *) script + lists[i].offset);
}

/**
 * pbx_script_new:
 *
 * A call in which nobody does anything: the caller listens and waits for the end.
 *
 * Returns: (transfer full): a script; give it up with pbx_script_unref()
 */
PbxScript *
pbx_script_new(void)
{
    PbxScript *script = g_new0(PbxScript, 1);

    g_atomic_ref_count_init(&script->references);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        *script_list(script, i) = g_ptr_array_new_with_free_func(lists[i].destroy);
    script->neighbours = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    script->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    script->file_seconds = PBX_DEFAULT_FILE_SECONDS;
    script->say_seconds = PBX_DEFAULT_SAY_SECONDS;
    script->speed = 1;
    script->pace = PBX_DEFAULT_PACE;
    script->timeout = PBX_DEFAULT_TIMEOUT;
    return script;
}

/**
 * pbx_script_ref:
 * @script: a script
 *
 * Takes part in owning @script. Any thread.
 *
 * Returns: (transfer full): @script
 */
PbxScript *
pbx_script_ref(PbxScript *script)
{
    g_atomic_ref_count_inc(&script->references);
    return script;
}

/**
 * pbx_script_unref:
 * @script: (transfer full): a script
 *
 * Gives up a part in owning @script. Any thread.
 */
void
pbx_script_unref(PbxScript *script)
{
    if (!g_atomic_ref_count_dec(&script->references))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(*script_list(script, i));
    g_hash_table_unref(script->neighbours);
    g_hash_table_unref(script->files);
    g_free(script->name);
    g_free(script);
}

/* One line of a text; what is wrong with it is added to @complaints. */
static void
read_line(PbxScript *script, const char *name, const char *line, guint number, GString *complaints)
{
    g_autoptr(GError) error = NULL;
    const char *text = line + strspn(line, " \t");

    if (*text == '\0' || *text == '#' || *text == '\r')
        return;
    if (pbx_directive_read_line(script, text, number, &error))
        return;
    if (complaints->len > 0)
        g_string_append_c(complaints, '\n');
    g_string_append_printf(complaints, "%s:%u: %s", name, number, error->message);
}

/**
 * pbx_script_read_text:
 * @script: a script
 * @name: what the text is called in errors
 * @text: lines
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX
 *
 * Adds what @text says to @script. An error names every wrong line, one in each line of its
 * message; the right ones have been added all the same.
 *
 * Returns: %TRUE if every line was right; %FALSE with @error set if not
 */
gboolean
pbx_script_read_text(PbxScript *script, const char *name, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) complaints = g_string_new(NULL);

    g_free(script->name);
    script->name = g_strdup(name);
    for (guint i = 0; lines[i] != NULL; i++)
        read_line(script, name, lines[i], i + 1, complaints);
    if (complaints->len == 0)
        return TRUE;
    g_set_error_literal(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, complaints->str);
    return FALSE;
}

/**
 * pbx_script_new_from_text:
 * @text: lines
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX
 *
 * A script out of a text that stands in a program.
 *
 * Returns: (transfer full): a script, or %NULL with @error set
 */
PbxScript *
pbx_script_new_from_text(const char *text, GError **error)
{
    g_autoptr(PbxScript) script = pbx_script_new();

    if (!pbx_script_read_text(script, "script", text, error))
        return NULL;
    return g_steal_pointer(&script);
}

/**
 * pbx_script_read_file:
 * @script: a script
 * @path: a file
 * @error: return location for a #GError: any #PbxScriptError
 *
 * Adds what a file says to @script, as pbx_script_read_text() does.
 *
 * Returns: %TRUE if every line was right; %FALSE with @error set if not
 */
gboolean
pbx_script_read_file(PbxScript *script, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, &cause)) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_READ, "the script cannot be read: %s",
                    cause->message);
        return FALSE;
    }
    if (strlen(text) != length) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "%s: this is no script: it holds a NUL byte", path);
        return FALSE;
    }
    return pbx_script_read_text(script, path, text, error);
}

/**
 * pbx_script_add:
 * @script: a script
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX
 * @...: the words of one line, %NULL at the end
 *
 * Adds one line of a script, given word by word, so that nothing needs quoting. A line with a
 * reply in it goes through pbx_script_read_text().
 *
 * Returns: %TRUE if it was right; %FALSE with @error set if not
 */
gboolean
pbx_script_add(PbxScript *script, GError **error, ...)
{
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(PbxWord));
    va_list list;

    va_start(list, error);
    for (const char *text = va_arg(list, char *); text != NULL; text = va_arg(list, char *)) {
        PbxWord word = {(char *) text, strlen(text), FALSE};

        g_array_append_val(words, word);
    }
    va_end(list);
    return pbx_directive_read_words(script, words, error);
}

/* The value that the script gives an agi_* variable, NULL when it says nothing of it. */
const char *
pbx_script_get_environment(const PbxScript *script, const char *name)
{
    for (guint i = script->environment->len; i > 0; i--) {
        const PbxPair *pair = g_ptr_array_index(script->environment, i - 1);

        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

/**
 * pbx_script_has_environment:
 * @script: a script
 * @name: an `agi_*` variable
 *
 * Whether the script itself gives it a value.
 *
 * Returns: %TRUE if it does
 */
gboolean
pbx_script_has_environment(const PbxScript *script, const char *name)
{
    return pbx_script_get_environment(script, name) != NULL;
}

/**
 * pbx_script_expects_status:
 * @script: a script
 *
 * Whether it says what AGISTATUS must be, so that FAILURE may be what is wanted.
 *
 * Returns: %TRUE if it does
 */
gboolean
pbx_script_expects_status(const PbxScript *script)
{
    for (guint i = 0; i < script->checks->len; i++) {
        const PbxCheck *check = g_ptr_array_index(script->checks, i);

        if (check->kind == PBX_CHECK_STATUS)
            return TRUE;
    }
    return FALSE;
}

/* How long a file plays, negative when it is missing. */
gdouble
pbx_script_get_file_seconds(const PbxScript *script, const char *name)
{
    const gdouble *seconds = g_hash_table_lookup(script->files, name);

    return seconds != NULL ? *seconds : script->file_seconds;
}

/* How long one spoken item takes: as said of its file, else what each takes. */
gdouble
pbx_script_get_say_seconds(const PbxScript *script, const char *name)
{
    const gdouble *seconds = g_hash_table_lookup(script->files, name);

    return seconds != NULL && *seconds >= 0 ? *seconds : script->say_seconds;
}
