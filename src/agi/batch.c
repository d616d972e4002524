/* batch.c - several variables in one exchange.
 *
 * Reading: `GET FULL VARIABLE "${a}R,${b}R,${c}R."`, where R is a random word made for this one
 * line. No value can hold it, so the reply comes apart without doubt, whatever the values are:
 * line breaks, parentheses, text that looks like a reply.
 *
 * Writing: `EXEC MSet "a=1,b=2"`. MSet takes its argument apart twice, so that what a value must
 * not show to it has a backslash in front. It never says that it failed, and neither does
 * `SET VARIABLE`. */

#include <config.h>

#include "agi/batch.h"

#include "agi/quote.h"

#include <string.h>
#include <sys/random.h>

/* What every version of MSet takes. */
#define MAXIMUM_PAIRS 23
#define RANDOM_BYTES  16

gboolean
agi_check_variable_name(const char *name, GError **error)
{
    if (*name != '\0')
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT, "a variable needs a name");
    return FALSE;
}

/* --- Reading --- */

/* Whether @arguments is `(...)` with balanced parentheses, closed by the last byte and no earlier,
 * and nothing that `${}` would look into. */
static gboolean
is_plain_argument_list(const char *arguments)
{
    int depth = 0;

    for (; *arguments != '\0'; arguments++) {
        if (strchr("${}", *arguments) != NULL || g_ascii_iscntrl(*arguments))
            return FALSE;
        if (*arguments == '(')
            depth++;
        else if (*arguments == ')' && --depth == 0)
            return arguments[1] == '\0';
    }
    return FALSE;
}

gboolean
agi_batch_can_read(const char *name)
{
    const char *end = name;

    while (g_ascii_isalnum(*end) || *end == '_')
        end++;
    return end > name && (*end == '\0' || (*end == '(' && is_plain_argument_list(end)));
}

typedef char Separator[2 * RANDOM_BYTES + 2];

static void
fill_separator(Separator separator)
{
    guint8 bytes[RANDOM_BYTES];

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        for (gsize i = 0; i < sizeof bytes; i++)
            bytes[i] = (guint8) g_random_int_range(0, 256);
    for (gsize i = 0; i < sizeof bytes; i++)
        g_snprintf(separator + 2 * i, 3, "%02x", bytes[i]);
}

/* Bytes that asking for @name takes on the wire. */
static gsize
question_length(const char *name)
{
    gsize length = strlen("${}") + 2 * RANDOM_BYTES + 1;

    for (; *name != '\0'; name++)
        length += *name == '"' || *name == '\\' ? 2 : 1;
    return length;
}

/* How many of the variables fit one line; one at least. */
static gsize
count_questions(const AgiCall *call, const char *const *names, gsize n)
{
    gsize room = agi_line_get_limit(call) - strlen("GET FULL VARIABLE \"\"");
    gsize length = question_length(names[0]);
    gsize count = 1;

    while (count < n && (length += question_length(names[count])) <= room)
        count++;
    return count;
}

/* Takes the values apart: each ends with the separator and a comma, the last with a dot. */
static gboolean
split_values(const AgiParts *reply, const char *separator, gsize n, char **values)
{
    const char *at = reply->value;
    const char *end = at + reply->value_length;
    gsize separator_length = strlen(separator);

    for (gsize i = 0; i < n; i++) {
        const char *found = memmem(at, (gsize) (end - at), separator, separator_length);

        if (found == NULL || found[separator_length] != (i + 1 < n ? ',' : '.'))
            return FALSE;
        values[i] = g_strndup(at, (gsize) (found - at));
        at = found + separator_length + 1;
    }
    return at == end;
}

static void
clear_values(char **values, gsize n)
{
    for (gsize i = 0; i < n; i++)
        g_clear_pointer(&values[i], g_free);
}

static gboolean
read_line(AgiCall *call, const char *const *names, gsize n, char **values, GError **error)
{
    g_autoptr(GString) expression = g_string_sized_new(n * 64);
    Separator separator;
    Separator terminator;
    AgiArgument argument = {0};
    AgiParts reply;

    fill_separator(separator);
    g_snprintf(terminator, sizeof terminator, "%s.", separator);
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(expression, "${%s}%s%c", names[i], separator, i + 1 < n ? ',' : '.');
    argument.text = expression->str;
    if (!agi_call_run_quick(call, AGI_COMMAND_GET_FULL_VARIABLE, &argument, 1, terminator, &reply,
                            error))
        return FALSE;
    if (reply.value != NULL && split_values(&reply, separator, n, values))
        return TRUE;
    clear_values(values, n);
    g_set_error(
        error, AGI_ERROR, AGI_ERROR_MALFORMED,
        "GET FULL VARIABLE: the reply does not hold the %" G_GSIZE_FORMAT " values asked for", n);
    return FALSE;
}

gboolean
agi_batch_read(AgiCall *call, const char *const *names, gsize n, char **values, GError **error)
{
    for (gsize done = 0, count; done < n; done += count) {
        count = count_questions(call, names + done, n - done);
        if (!read_line(call, names + done, count, values + done, error)) {
            clear_values(values, done);
            return FALSE;
        }
    }
    return TRUE;
}

/* --- Writing --- */

static void
append_escaped(GString *line, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (strchr(special, *text) != NULL)
            g_string_append_c(line, '\\');
        g_string_append_c(line, *text);
    }
}

/* `name=value` as MSet understands it. A name goes through a second hand, which wants it escaped
 * as well. */
static void
append_pair(GString *line, const char *name, const char *value)
{
    static const char special[] = "\\,()[]\"{";
    g_autoptr(GString) escaped_name = g_string_sized_new(64);

    append_escaped(escaped_name, name, "\\=()[]\"");
    append_escaped(line, escaped_name->str, special);
    g_string_append_c(line, '=');
    append_escaped(line, value, special);
}

static gboolean
check_pair(const char *name, const char *value, GError **error)
{
    if (!agi_check_variable_name(name, error))
        return FALSE;
    if (strpbrk(name, "\r\n") == NULL && strpbrk(value, "\r\n") == NULL)
        return TRUE;
    g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                "variable \"%.64s\": name or value holds a line break (CR or LF), which AGI cannot "
                "carry",
                name);
    return FALSE;
}

static gboolean
write_one(AgiCall *call, const char *name, const char *value, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT(name), AGI_TEXT(value)};

    return agi_call_run(call, AGI_COMMAND_SET_VARIABLE, arguments, G_N_ELEMENTS(arguments), NULL,
                        error);
}

static gboolean
write_one_by_one(AgiCall *call, const char *const *names, const char *const *values, gsize n,
                 GError **error)
{
    for (gsize i = 0; i < n; i++)
        if (!write_one(call, names[i], values[i], error))
            return FALSE;
    return TRUE;
}

/* Bytes of @text once it is an AGI argument, without the quotes around it. */
static gsize
quoted_length(const GString *text)
{
    gsize length = text->len;

    for (gsize i = 0; i < text->len; i++)
        length += text->str[i] == '"' || text->str[i] == '\\';
    return length;
}

/* Fills @pairs with as many as fit one line and returns how many; 0 where not even one does. */
static gsize
collect_pairs(const AgiCall *call, const char *const *names, const char *const *values, gsize n,
              GString *pairs)
{
    gsize room = agi_line_get_limit(call) - strlen("EXEC \"MSet\" \"\"");
    gsize count;

    g_string_truncate(pairs, 0);
    for (count = 0; count < MIN(n, MAXIMUM_PAIRS); count++) {
        gsize before = pairs->len;

        if (count > 0)
            g_string_append_c(pairs, ',');
        append_pair(pairs, names[count], values[count]);
        if (quoted_length(pairs) > room) {
            g_string_truncate(pairs, before);
            break;
        }
    }
    return count;
}

static gboolean
write_pairs(AgiCall *call, const GString *pairs, GError **error)
{
    const AgiArgument arguments[] = {AGI_TEXT("MSet"), AGI_TEXT(pairs->str)};

    return agi_call_run_quick(call, AGI_COMMAND_EXEC, arguments, G_N_ELEMENTS(arguments), NULL,
                              NULL, error);
}

/* MSet separates with commas, and takes backslashes as described, from Asterisk 10 on. */
static gboolean
has_mset(const AgiCall *call)
{
    const char *version = agi_environment_get_version(call->environment);

    return version != NULL && !g_str_has_prefix(version, "1.") && !call->has_no_mset;
}

/* Writes what fits one line and counts it in @done. */
static gboolean
write_some(AgiCall *call, const char *const *names, const char *const *values, gsize n,
           GString *pairs, gsize *done, GError **error)
{
    g_autoptr(GError) own_error = NULL;
    gsize count = n > 1 && has_mset(call) ? collect_pairs(call, names, values, n, pairs) : 0;

    *done += MAX(count, 1);
    if (count <= 1)
        return write_one(call, names[0], values[0], error);
    if (write_pairs(call, pairs, &own_error))
        return TRUE;
    if (agi_error_is(own_error, AGI_ERROR_CLASS(AGI_ERROR_NO_APPLICATION))) {
        call->has_no_mset = TRUE;
        return write_one_by_one(call, names, values, count, error);
    }
    g_propagate_error(error, g_steal_pointer(&own_error));
    return FALSE;
}

gboolean
agi_batch_write(AgiCall *call, const char *const *names, const char *const *values, gsize n,
                GError **error)
{
    g_autoptr(GString) pairs = g_string_sized_new(512);

    for (gsize i = 0; i < n; i++)
        if (!check_pair(names[i], values[i], error))
            return FALSE;
    for (gsize done = 0; done < n;)
        if (!write_some(call, names + done, values + done, n - done, pairs, &done, error))
            return FALSE;
    return TRUE;
}
