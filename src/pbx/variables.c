/* variables.c - channel variables, and the substitution of ${...} in texts. */

#include "pbx/call-private.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A variable's name without the underscores that say who inherits it. */
static const char *
strip_inheritance(const char *name)
{
    return name + (g_str_has_prefix(name, "__") ? 2 : g_str_has_prefix(name, "_") ? 1 : 0);
}

/* Sets a variable for the PBX itself. */
void
pbx_channel_put(PbxCall *call, const char *name, const char *value)
{
    g_hash_table_insert(call->channel.variables, g_strdup(strip_inheritance(name)),
                        g_strdup(value));
}

/* Sets a variable for the server, or writes to a function where @name ends in a parenthesis. */
void
pbx_channel_set_variable(PbxCall *call, const char *name, const char *value)
{
    const char *bare = strip_inheritance(name);

    if (*name == '\0')
        return;
    if (!g_ptr_array_find_with_equal_func(call->result->changed, bare, g_str_equal, NULL))
        g_ptr_array_add(call->result->changed, g_strdup(bare));
    if (g_str_has_suffix(name, ")"))
        pbx_function_write(call, name, value);
    else
        pbx_channel_put(call, name, value);
}

/* The variables that every channel has. */
static char *
get_predefined(const PbxCall *call, const char *name)
{
    if (strcmp(name, "EXTEN") == 0)
        return g_strdup(call->channel.extension);
    if (strcmp(name, "CONTEXT") == 0)
        return g_strdup(call->channel.context);
    if (strcmp(name, "PRIORITY") == 0)
        return g_strdup_printf("%d", call->channel.priority);
    if (strcmp(name, "CHANNEL") == 0)
        return g_strdup(pbx_call_get_environment(call, "agi_channel"));
    if (strcmp(name, "UNIQUEID") == 0)
        return g_strdup(pbx_call_get_environment(call, "agi_uniqueid"));
    if (strcmp(name, "EPOCH") == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() / G_USEC_PER_SEC);
    if (strcmp(name, "HANGUPCAUSE") == 0)
        return g_strdup(call->channel.is_hung_up ? "16" : "0");
    return NULL;
}

/* A variable's value, the channel's before the global one, NULL when it is not set. Functions are
 * none of its business. */
char *
pbx_channel_get_variable(PbxCall *call, const char *name)
{
    char *value = get_predefined(call, name);
    g_autofree char *global = g_strdup_printf("GLOBAL(%s)", name);

    if (value == NULL)
        value = g_strdup(g_hash_table_lookup(call->channel.variables, name));
    if (value == NULL)
        value = g_strdup(g_hash_table_lookup(call->channel.variables, global));
    return value;
}

static gboolean
is_one_of(PbxCall *call, const char *name, const char *const *words)
{
    g_autofree char *value = pbx_channel_get_variable(call, name);

    for (guint i = 0; value != NULL && words[i] != NULL; i++) {
        if (g_ascii_strcasecmp(value, words[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pbx_channel_is_true(PbxCall *call, const char *name)
{
    return is_one_of(call, name, (const char *const[]){"yes", "true", "y", "t", "1", "on", NULL});
}

gboolean
pbx_channel_is_false(PbxCall *call, const char *name)
{
    return is_one_of(call, name, (const char *const[]){"no", "false", "n", "f", "0", "off", NULL});
}

/* What `:OFFSET[:LENGTH]` behind a name leaves of a value; negative numbers count from the end. */
static void
take_substring(GString *value, int offset, int length)
{
    gssize size = (gssize) value->len;

    if (offset < 0)
        offset = (int) MAX(size + offset, 0);
    g_string_erase(value, 0, MIN(offset, size));
    size = (gssize) value->len;
    if (length < 0)
        g_string_truncate(value, (gsize) MAX(size + length, 0));
    else
        g_string_truncate(value, (gsize) MIN(length, size));
}

/* Cuts `:OFFSET[:LENGTH]` off a name; @is_function: whether there are parentheses in it. */
static void
parse_name(char *name, int *offset, int *length, gboolean *is_function)
{
    int depth = 0;

    *offset = 0;
    *length = INT_MAX;
    *is_function = FALSE;
    for (; *name != '\0'; name++) {
        *is_function |= *name == '(';
        depth += (*name == '(') - (*name == ')');
        if (*name == ':' && depth == 0) {
            *name = '\0';
            if (sscanf(name + 1, "%30d:%30d", offset, length) < 1)
                *offset = 0;
            return;
        }
    }
}

/* Adds the value of what stands between the braces. */
static void
append_value(PbxCall *call, GString *text, char *name)
{
    g_autofree char *value = NULL;
    g_autoptr(GString) part = NULL;
    gboolean is_function = FALSE;
    int offset = 0;
    int length = 0;

    parse_name(name, &offset, &length, &is_function);
    value = is_function ? pbx_function_read(call, name, 0) : pbx_channel_get_variable(call, name);
    if (value == NULL)
        return;
    part = g_string_new(value);
    take_substring(part, offset, length);
    g_string_append_len(text, part->str, (gssize) part->len);
}

/* The length of what stands in braces, up to the one that closes them or to the end. */
static gsize
find_closing_brace(const char *text)
{
    int depth = 1;
    gsize i = 0;

    for (; text[i] != '\0'; i++) {
        depth += (text[i] == '{') - (text[i] == '}');
        if (depth == 0)
            break;
    }
    return i;
}

/*
 * Replaces each ${NAME}, ${NAME:OFFSET:LENGTH} and ${FUNCTION(ARGUMENTS)}, from the inside out,
 * as Asterisk does with a line of its dialplan. Unknown ones leave nothing. Expressions, $[...],
 * are left as they are.
 */
char *
pbx_channel_substitute(PbxCall *call, const char *text)
{
    g_autoptr(GString) result = g_string_new(NULL);

    while (*text != '\0') {
        gsize plain = strcspn(text, "$");
        g_autofree char *inner = NULL;
        g_autofree char *name = NULL;

        g_string_append_len(result, text, (gssize) plain);
        text += plain;
        if (text[0] != '$')
            break;
        if (text[1] != '{') {
            g_string_append_c(result, *text++);
            continue;
        }
        text += 2;
        inner = g_strndup(text, find_closing_brace(text));
        text += strlen(inner);
        text += *text == '}';
        name = strstr(inner, "${") != NULL ? pbx_channel_substitute(call, inner) : g_strdup(inner);
        append_value(call, result, name);
    }
    return g_string_free(g_steal_pointer(&result), FALSE);
}
