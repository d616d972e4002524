/* environment.c - the block of agi_* variables that opens a session, parsed in place and kept. */

#include <config.h>

#include "agi/call-private.h"

#include <stdatomic.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *value;
} Variable;

struct _AgiEnvironment {
    atomic_uint references;
    guint length;
    char *script_path; /* a copy where the script has a query behind it, else NULL */
    char *block;       /* the wire's bytes, cut into names and values */
    Variable variables[];
};

/* Where a reader of lines stands. */
typedef struct {
    char *next;
    char *end;
} Lines;

static gboolean
is_name_byte(char byte)
{
    return g_ascii_isalnum(byte) || byte == '_';
}

/* The colon of `agi_something:`, or NULL where @line is no such line. */
static char *
find_colon(char *line)
{
    char *colon = line;

    if (strncmp(line, "agi_", strlen("agi_")) != 0)
        return NULL;
    while (is_name_byte(*colon))
        colon++;
    return *colon == ':' ? colon : NULL;
}

/* Cuts the next line off, without its line end; NULL behind the last. */
static char *
next_line(Lines *lines)
{
    char *line = lines->next;
    char *end;

    if (line >= lines->end)
        return NULL;
    end = memchr(line, '\n', (gsize) (lines->end - line));
    if (end == NULL)
        end = lines->end;
    lines->next = end + 1;
    *end = '\0';
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

/* A value that holds LF arrives as several lines: puts @line back behind the value before it. */
static void
join_to_value_before(char *line)
{
    line[-1] = '\n';
    if (line[-2] == '\0')
        line[-2] = '\r';
}

static gboolean
fill_variables(AgiEnvironment *environment, gsize length, GError **error)
{
    Lines lines = {environment->block, environment->block + length};
    char *line;

    while ((line = next_line(&lines)) != NULL && *line != '\0') {
        char *colon = find_colon(line);

        if (colon != NULL) {
            Variable *variable = &environment->variables[environment->length++];

            *colon = '\0';
            variable->name = line;
            variable->value = colon[1] == ' ' ? colon + 2 : colon + 1;
        } else if (environment->length == 0) {
            g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED,
                        "the environment does not begin with an agi_ variable; this is no "
                        "FastAGI session");
            return FALSE;
        } else {
            join_to_value_before(line);
        }
    }
    if (environment->length == 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "the environment is empty");
        return FALSE;
    }
    return TRUE;
}

/* Lines in @block, or 0 with @error set if it is not fit to be looked at. */
static guint
count_lines(const char *block, gsize length, GError **error)
{
    guint n_lines = 1;

    if (length > AGI_ENVIRONMENT_MAXIMUM_BYTES) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED,
                    "the environment is longer than %d bytes", AGI_ENVIRONMENT_MAXIMUM_BYTES);
        return 0;
    }
    if (memchr(block, '\0', length) != NULL) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "the environment holds a NUL byte");
        return 0;
    }
    for (gsize i = 0; i < length; i++)
        n_lines += block[i] == '\n';
    /* The line before the first LF was counted, the empty one at the end is none. */
    if (n_lines > AGI_ENVIRONMENT_MAXIMUM_LINES + 2) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_MALFORMED, "the environment has more than %d lines",
                    AGI_ENVIRONMENT_MAXIMUM_LINES);
        return 0;
    }
    return n_lines;
}

static void
note_script_path(AgiEnvironment *environment)
{
    const char *script = agi_environment_get_script(environment);
    const char *question = script != NULL ? strchr(script, '?') : NULL;

    if (question != NULL)
        environment->script_path = g_strndup(script, (gsize) (question - script));
}

/**
 * agi_environment_new:
 * @block: the lines as they came, not necessarily NUL-terminated
 * @length: bytes in @block
 * @error: return location for a #GError, or %NULL
 *
 * Takes apart the block that Asterisk sends before the first command. Reading ends with the empty
 * line, or with the block. A line that does not begin like `agi_something:` continues the value
 * before it, as a value with an LF in it arrives. Line ends may be LF or CR LF. Any thread.
 *
 * Returns: (transfer full): the environment; %NULL with @error set to %AGI_ERROR_MALFORMED if the
 *   block is empty, too long, holds NUL, or is no environment at all
 * Since: 0.1
 */
AgiEnvironment *
agi_environment_new(const char *block, gsize length, GError **error)
{
    g_autoptr(AgiEnvironment) environment = NULL;
    guint n_lines;

    g_return_val_if_fail(block != NULL || length == 0, NULL);

    n_lines = count_lines(length > 0 ? block : "", length, error);
    if (n_lines == 0)
        return NULL;
    environment = g_malloc0(sizeof *environment + n_lines * sizeof(Variable) + length + 1);
    atomic_init(&environment->references, 1);
    environment->block = (char *) &environment->variables[n_lines];
    if (length > 0)
        memcpy(environment->block, block, length);
    if (!fill_variables(environment, length, error))
        return NULL;
    note_script_path(environment);
    return g_steal_pointer(&environment);
}

/**
 * agi_environment_ref:
 * @environment: the environment
 *
 * Takes a reference. Any thread.
 *
 * Returns: (transfer full): @environment
 * Since: 0.1
 */
AgiEnvironment *
agi_environment_ref(AgiEnvironment *environment)
{
    g_return_val_if_fail(environment != NULL, NULL);

    atomic_fetch_add_explicit(&environment->references, 1, memory_order_relaxed);
    return environment;
}

/**
 * agi_environment_unref:
 * @environment: (transfer full): the environment
 *
 * Gives up a reference; the last one frees it. Any thread.
 *
 * Since: 0.1
 */
void
agi_environment_unref(AgiEnvironment *environment)
{
    g_return_if_fail(environment != NULL);

    if (atomic_fetch_sub_explicit(&environment->references, 1, memory_order_acq_rel) != 1)
        return;
    g_free(environment->script_path);
    g_free(environment);
}

/**
 * agi_environment_get_length:
 * @environment: the environment
 *
 * How many variables there are. Any thread.
 *
 * Returns: the number of variables
 * Since: 0.1
 */
guint
agi_environment_get_length(const AgiEnvironment *environment)
{
    g_return_val_if_fail(environment != NULL, 0);

    return environment->length;
}

/**
 * agi_environment_get_name:
 * @environment: the environment
 * @i: which variable, counted from 0 in the order of the wire
 *
 * The whole name of one variable, such as `agi_channel`. Any thread.
 *
 * Returns: (transfer none): its name
 * Since: 0.1
 */
const char *
agi_environment_get_name(const AgiEnvironment *environment, guint i)
{
    g_return_val_if_fail(environment != NULL, NULL);
    g_return_val_if_fail(i < environment->length, NULL);

    return environment->variables[i].name;
}

/**
 * agi_environment_get_value:
 * @environment: the environment
 * @i: which variable, counted from 0 in the order of the wire
 *
 * The value of one variable, as bytes: usually UTF-8, but nobody promises it. Any thread.
 *
 * Returns: (transfer none): its value
 * Since: 0.1
 */
const char *
agi_environment_get_value(const AgiEnvironment *environment, guint i)
{
    g_return_val_if_fail(environment != NULL, NULL);
    g_return_val_if_fail(i < environment->length, NULL);

    return environment->variables[i].value;
}

/**
 * agi_environment_get:
 * @environment: the environment
 * @name: a variable's name; the `agi_` in front may be left out
 *
 * One variable by its name. Where a name came twice the first one counts. Any thread.
 *
 * Returns: (transfer none) (nullable): its value as sent, or %NULL if Asterisk sent none
 * Since: 0.1
 */
const char *
agi_environment_get(const AgiEnvironment *environment, const char *name)
{
    g_return_val_if_fail(environment != NULL, NULL);
    g_return_val_if_fail(name != NULL, NULL);

    if (g_str_has_prefix(name, "agi_"))
        name += strlen("agi_");
    for (guint i = 0; i < environment->length; i++)
        if (strcmp(environment->variables[i].name + strlen("agi_"), name) == 0)
            return environment->variables[i].value;
    return NULL;
}

/* Asterisk writes "unknown" for a number or name that it does not have. */
static const char *
get_unless_unknown(const AgiEnvironment *environment, const char *name)
{
    const char *value = agi_environment_get(environment, name);

    return g_strcmp0(value, "unknown") == 0 ? NULL : value;
}

/**
 * agi_environment_get_channel:
 * @environment: the environment
 *
 * The channel's name: `agi_channel`, such as `PJSIP/alice-00000007`. Any thread.
 *
 * Returns: (transfer none) (nullable): the name
 * Since: 0.1
 */
const char *
agi_environment_get_channel(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "channel");
}

/**
 * agi_environment_get_channel_type:
 * @environment: the environment
 *
 * The channel's technology: `agi_type`, such as `PJSIP`. Any thread.
 *
 * Returns: (transfer none) (nullable): the technology
 * Since: 0.1
 */
const char *
agi_environment_get_channel_type(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "type");
}

/**
 * agi_environment_get_language:
 * @environment: the environment
 *
 * The channel's language: `agi_language`, such as `en`. Any thread.
 *
 * Returns: (transfer none) (nullable): the language, maybe empty
 * Since: 0.1
 */
const char *
agi_environment_get_language(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "language");
}

/**
 * agi_environment_get_unique_id:
 * @environment: the environment
 *
 * What tells this call from all others: `agi_uniqueid`, such as `1795433707.14`. Any thread.
 *
 * Returns: (transfer none) (nullable): the id
 * Since: 0.1
 */
const char *
agi_environment_get_unique_id(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "uniqueid");
}

/**
 * agi_environment_get_version:
 * @environment: the environment
 *
 * Asterisk's version in its own words: `agi_version`, such as `22.4.1`. Any thread.
 *
 * Returns: (transfer none) (nullable): the version; %NULL before Asterisk 1.6
 * Since: 0.1
 */
const char *
agi_environment_get_version(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "version");
}

/**
 * agi_environment_get_caller_id:
 * @environment: the environment
 *
 * The caller's number: `agi_callerid`. Any thread.
 *
 * Returns: (transfer none) (nullable): the number, or %NULL where Asterisk knows none
 * Since: 0.1
 */
const char *
agi_environment_get_caller_id(const AgiEnvironment *environment)
{
    return get_unless_unknown(environment, "callerid");
}

/**
 * agi_environment_get_caller_id_name:
 * @environment: the environment
 *
 * The caller's name: `agi_calleridname`. Any thread.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL where Asterisk knows none
 * Since: 0.1
 */
const char *
agi_environment_get_caller_id_name(const AgiEnvironment *environment)
{
    return get_unless_unknown(environment, "calleridname");
}

/**
 * agi_environment_get_dialed_number:
 * @environment: the environment
 *
 * The number that the caller dialed: `agi_dnid`. Any thread.
 *
 * Returns: (transfer none) (nullable): the number, or %NULL where Asterisk knows none
 * Since: 0.1
 */
const char *
agi_environment_get_dialed_number(const AgiEnvironment *environment)
{
    return get_unless_unknown(environment, "dnid");
}

/**
 * agi_environment_get_redirecting_number:
 * @environment: the environment
 *
 * Who redirected the call to us: `agi_rdnis`. Any thread.
 *
 * Returns: (transfer none) (nullable): the number, or %NULL where nobody did
 * Since: 0.1
 */
const char *
agi_environment_get_redirecting_number(const AgiEnvironment *environment)
{
    return get_unless_unknown(environment, "rdnis");
}

/**
 * agi_environment_get_context:
 * @environment: the environment
 *
 * The dialplan context that the call came from: `agi_context`. Any thread.
 *
 * Returns: (transfer none) (nullable): the context
 * Since: 0.1
 */
const char *
agi_environment_get_context(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "context");
}

/**
 * agi_environment_get_extension:
 * @environment: the environment
 *
 * The dialplan extension that the call came from: `agi_extension`. Any thread.
 *
 * Returns: (transfer none) (nullable): the extension
 * Since: 0.1
 */
const char *
agi_environment_get_extension(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "extension");
}

/**
 * agi_environment_get_priority:
 * @environment: the environment
 *
 * The dialplan priority that the call came from: `agi_priority`. Any thread.
 *
 * Returns: the priority, 1 or more; 0 where Asterisk sent none
 * Since: 0.1
 */
int
agi_environment_get_priority(const AgiEnvironment *environment)
{
    const char *value = agi_environment_get(environment, "priority");
    gint64 priority = value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;

    return (int) CLAMP(priority, 0, G_MAXINT);
}

/**
 * agi_environment_get_account_code:
 * @environment: the environment
 *
 * Who pays for the call: `agi_accountcode`. Any thread.
 *
 * Returns: (transfer none) (nullable): the account code, maybe empty
 * Since: 0.1
 */
const char *
agi_environment_get_account_code(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "accountcode");
}

/**
 * agi_environment_is_enhanced:
 * @environment: the environment
 *
 * Whether the program also gets the caller's audio, as `EAGI()` gives it to local programs:
 * `agi_enhanced`. Any thread.
 *
 * Returns: %TRUE if so; over the network it is always %FALSE
 * Since: 0.1
 */
gboolean
agi_environment_is_enhanced(const AgiEnvironment *environment)
{
    const char *value = agi_environment_get(environment, "enhanced");

    return value != NULL && g_ascii_strtod(value, NULL) > 0;
}

/**
 * agi_environment_get_argument_count:
 * @environment: the environment
 *
 * How many arguments `AGI()` was given behind the URL. Any thread.
 *
 * Returns: the number of arguments, empty ones included
 * Since: 0.1
 */
guint
agi_environment_get_argument_count(const AgiEnvironment *environment)
{
    guint n_arguments = 0;

    g_return_val_if_fail(environment != NULL, 0);

    while (agi_environment_get_argument(environment, n_arguments + 1) != NULL)
        n_arguments++;
    return n_arguments;
}

/**
 * agi_environment_get_argument:
 * @environment: the environment
 * @number: which argument, counted from 1 as `agi_arg_1` is
 *
 * An argument that `AGI()` was given behind the URL. Any thread.
 *
 * Returns: (transfer none) (nullable): the argument, maybe empty; %NULL where there are less
 * Since: 0.1
 */
const char *
agi_environment_get_argument(const AgiEnvironment *environment, guint number)
{
    char name[32];

    g_return_val_if_fail(environment != NULL, NULL);

    g_snprintf(name, sizeof name, "arg_%u", number);
    return agi_environment_get(environment, name);
}

/**
 * agi_environment_get_request:
 * @environment: the environment
 *
 * The URL as the dialplan has it: `agi_request`, such as `agi://pbx/greet?lang=en`. Any thread.
 *
 * Returns: (transfer none) (nullable): the URL
 * Since: 0.1
 */
const char *
agi_environment_get_request(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "request");
}

/**
 * agi_environment_get_script:
 * @environment: the environment
 *
 * What stands behind the host in the URL: `agi_network_script`, such as `greet?lang=en`. Any
 * thread.
 *
 * Returns: (transfer none) (nullable): path and query; %NULL where there is neither
 * Since: 0.1
 */
const char *
agi_environment_get_script(const AgiEnvironment *environment)
{
    return agi_environment_get(environment, "network_script");
}

/**
 * agi_environment_get_script_path:
 * @environment: the environment
 *
 * The script without its query: of `greet?lang=en`, `greet`. Any thread.
 *
 * Returns: (transfer none) (nullable): the path, as written; %NULL where there is no script
 * Since: 0.1
 */
const char *
agi_environment_get_script_path(const AgiEnvironment *environment)
{
    g_return_val_if_fail(environment != NULL, NULL);

    return environment->script_path != NULL ? environment->script_path
                                            : agi_environment_get_script(environment);
}

/**
 * agi_environment_get_script_query:
 * @environment: the environment
 *
 * The script's query: of `greet?lang=en`, `lang=en`. Any thread.
 *
 * Returns: (transfer none) (nullable): what follows the question mark, as written; %NULL without
 *   one
 * Since: 0.1
 */
const char *
agi_environment_get_script_query(const AgiEnvironment *environment)
{
    const char *script = agi_environment_get_script(environment);
    const char *question = script != NULL ? strchr(script, '?') : NULL;

    return question != NULL ? question + 1 : NULL;
}

/* `%41` becomes `A`; what is no valid escape stays as it is, and so does a plus sign. */
static char *
decode_query_value(const char *value, gsize length)
{
    char *decoded = g_uri_unescape_segment(value, value + length, NULL);

    return decoded != NULL ? decoded : g_strndup(value, length);
}

/**
 * agi_environment_dup_query_value:
 * @environment: the environment
 * @key: a key of the script's query
 *
 * The value of one key of the query, its `%` escapes decoded: of `greet?lang=en&name=Ann%20B`,
 * `name` is `Ann B`. Where a key comes twice the first one counts. Any thread.
 *
 * Returns: (transfer full) (nullable): the value, empty for a key without one; %NULL without the
 *   key
 * Since: 0.1
 */
char *
agi_environment_dup_query_value(const AgiEnvironment *environment, const char *key)
{
    const char *pair = agi_environment_get_script_query(environment);
    gsize key_length;

    g_return_val_if_fail(key != NULL, NULL);

    key_length = strlen(key);
    while (pair != NULL) {
        gsize length = strcspn(pair, "&");

        if (length >= key_length && strncmp(pair, key, key_length) == 0) {
            if (length == key_length)
                return g_strdup("");
            if (pair[key_length] == '=')
                return decode_query_value(pair + key_length + 1, length - key_length - 1);
        }
        pair = pair[length] == '&' ? pair + length + 1 : NULL;
    }
    return NULL;
}

/* The end of a line end at @at, or NULL where there is none (yet). */
static const char *
skip_line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        at++;
    return at < end && *at == '\n' ? at + 1 : NULL;
}

gsize
agi_environment_find_end(const char *block, gsize length, gsize from)
{
    const char *end = block + length;
    const char *behind;
    const char *line_end;

    if (length == 0)
        return 0;
    behind = skip_line_end(block, end);
    if (behind != NULL)
        return (gsize) (behind - block);
    /* The LF before the empty line may be two bytes behind, where that line ends in CR LF. */
    line_end = block + (from > 2 ? from - 2 : 0);
    while ((line_end = memchr(line_end, '\n', (gsize) (end - line_end))) != NULL) {
        behind = skip_line_end(++line_end, end);
        if (behind != NULL)
            return (gsize) (behind - block);
    }
    return 0;
}
