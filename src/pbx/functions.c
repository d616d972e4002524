/* functions.c - the dialplan functions that a simulated PBX has. */

#include "pbx/call-private.h"
#include <string.h>

/* As much as Asterisk's older functions can return. */
#define VALUE_MAXIMUM 4095

/* CALLERID(field) is kept among the variables under its shortest name. */
static char *
get_caller_key(const char *arguments)
{
    g_autofree char *field = g_ascii_strdown(arguments, -1);

    return g_strdup_printf("CALLERID(%s)", strcmp(field, "number") == 0 ? "num" : field);
}

static const char *
get_caller(PbxCall *call, const char *field)
{
    g_autofree char *key = get_caller_key(field);
    const char *value = g_hash_table_lookup(call->channel.variables, key);

    return value != NULL ? value : "";
}

static char *
read_callerid(PbxCall *call, const char *arguments)
{
    if (g_ascii_strcasecmp(arguments, "all") != 0)
        return g_strdup(get_caller(call, arguments));
    return g_strdup_printf("\"%s\" <%s>", get_caller(call, "name"), get_caller(call, "num"));
}

static void
put_caller(PbxCall *call, const char *field, const char *value)
{
    g_autofree char *key = get_caller_key(field);

    pbx_channel_put(call, key, value);
}

/* A text without the blanks and the quotes around it; says whether there were quotes. */
static char *
strip_quotes(char *text, gboolean *has_quotes)
{
    gsize length = 0;

    g_strstrip(text);
    length = strlen(text);
    *has_quotes = length > 1 && text[0] == '"' && text[length - 1] == '"';
    if (!*has_quotes)
        return text;
    text[length - 1] = '\0';
    return text + 1;
}

/* A number without what people write between its digits. */
static char *
shrink_number(const char *text)
{
    g_autoptr(GString) number = g_string_new(NULL);
    gboolean is_bracketed = FALSE;

    for (; *text != '\0'; text++) {
        is_bracketed = (is_bracketed || *text == '[') && *text != ']';
        if (strchr("( )", *text) == NULL && (*text != '-' || is_bracketed) &&
            (*text != '.' || text[1] == '\0'))
            g_string_append_c(number, *text);
    }
    return g_string_free(g_steal_pointer(&number), FALSE);
}

static gboolean
is_number(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789*#+") == strlen(text);
}

/* `"Name" <number>`, a number alone, or a name alone; what is not said becomes empty. */
static void
write_all(PbxCall *call, const char *value)
{
    g_autofree char *copy = g_strdup(value);
    gboolean has_quotes = FALSE;
    gboolean is_ignored = FALSE;
    char *text = strip_quotes(copy, &has_quotes);
    char *open = strrchr(text, '<');
    g_autofree char *number = NULL;

    if (open != NULL) {
        *open++ = '\0';
        open[strcspn(open, ">")] = '\0';
    }
    number = shrink_number(open != NULL ? open : text);
    if (open == NULL && !has_quotes && is_number(number))
        text = open = number;
    put_caller(call, "num", open != NULL ? number : "");
    put_caller(call, "name", text == number ? "" : strip_quotes(text, &is_ignored));
}

static void
write_callerid(PbxCall *call, const char *arguments, const char *value)
{
    if (g_ascii_strcasecmp(arguments, "all") == 0)
        write_all(call, value);
    else
        put_caller(call, arguments, value);
}

/* What CHANNEL(...) tells of the environment. */
static const struct {
    const char *item;
    const char *field;
} channel_items[] = {
    {"name", "agi_channel"},
    {"uniqueid", "agi_uniqueid"},
    {"channeltype", "agi_type"},
};

static char *
read_channel(PbxCall *call, const char *arguments)
{
    g_autofree char *key = g_strdup_printf("CHANNEL(%s)", arguments);

    for (guint i = 0; i < G_N_ELEMENTS(channel_items); i++) {
        if (g_ascii_strcasecmp(arguments, channel_items[i].item) == 0)
            return g_strdup(pbx_call_get_environment(call, channel_items[i].field));
    }
    if (g_ascii_strcasecmp(arguments, "state") == 0)
        return g_strdup(call->channel.is_up ? "Up" : "Ring");
    return g_strdup(g_hash_table_lookup(call->channel.variables, key));
}

static void
write_channel(PbxCall *call, const char *arguments, const char *value)
{
    g_autofree char *key = g_strdup_printf("CHANNEL(%s)", arguments);

    pbx_channel_put(call, key, value);
}

/* In quotes, with those and backslashes inside escaped. */
static char *
read_quote(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    g_autoptr(GString) quoted = g_string_new("\"");

    for (const char *at = arguments; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *at);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(g_steal_pointer(&quoted), FALSE);
}

static char *
read_len(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_strdup_printf("%" G_GSIZE_FORMAT, strlen(arguments));
}

static char *
read_exists(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_strdup(*arguments != '\0' ? "1" : "0");
}

static char *
read_isnull(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_strdup(*arguments == '\0' ? "1" : "0");
}

/* A condition is met when it is neither empty nor zero. */
static char *
read_if(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    g_auto(GStrv) parts = pbx_arguments_split(arguments, '?', 2);
    g_auto(GStrv) values = NULL;
    gboolean is_true = FALSE;
    guint n = 0;

    if (g_strv_length(parts) < 2)
        return NULL;
    values = pbx_arguments_split(parts[1], ':', 2);
    n = g_strv_length(values);
    g_strstrip(parts[0]);
    if (n == 0 || *parts[0] == '\0')
        return NULL;
    is_true = g_ascii_isdigit(*parts[0]) ? g_ascii_strtoll(parts[0], NULL, 10) != 0 : TRUE;
    if (!is_true && n < 2)
        return g_strdup("");
    return g_strdup(g_strstrip(values[is_true ? 0 : 1]));
}

static char *
read_toupper(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_ascii_strup(arguments, -1);
}

static char *
read_tolower(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_ascii_strdown(arguments, -1);
}

static char *
read_uriencode(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_uri_escape_bytes((const guint8 *) arguments, strlen(arguments), NULL);
}

/* What is no escape stays as it is. */
static char *
read_uridecode(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (; *arguments != '\0'; arguments++) {
        if (arguments[0] == '%' && g_ascii_isxdigit(arguments[1]) &&
            g_ascii_isxdigit(arguments[2])) {
            g_string_append_c(text, (char) (g_ascii_xdigit_value(arguments[1]) * 16 +
                                            g_ascii_xdigit_value(arguments[2])));
            arguments += 2;
        } else {
            g_string_append_c(text, *arguments);
        }
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
read_base64_encode(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    return g_base64_encode((const guchar *) arguments, strlen(arguments));
}

static char *
read_base64_decode(G_GNUC_UNUSED PbxCall *call, const char *arguments)
{
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(arguments, &length);

    return g_strndup((const char *) bytes, length);
}

/* Sets a variable in passing, and is its value. */
static char *
read_set(PbxCall *call, const char *arguments)
{
    g_autofree char *name = g_strdup(arguments);
    char *value = strchr(name, '=');

    if (value == NULL)
        return NULL;
    *value++ = '\0';
    pbx_channel_set_variable(call, g_strstrip(name), g_strstrip(value));
    return g_strdup(value);
}

static char *
read_global(PbxCall *call, const char *arguments)
{
    g_autofree char *key = g_strdup_printf("GLOBAL(%s)", arguments);
    const char *value = g_hash_table_lookup(call->channel.variables, key);

    return g_strdup(value != NULL ? value : "");
}

static void
write_global(PbxCall *call, const char *arguments, const char *value)
{
    g_autofree char *key = g_strdup_printf("GLOBAL(%s)", arguments);

    pbx_channel_put(call, key, value);
}

static char *
read_db(PbxCall *call, const char *arguments)
{
    const char *value = g_hash_table_lookup(call->channel.database, arguments);

    return g_strdup(value != NULL ? value : "");
}

static void
write_db(PbxCall *call, const char *arguments, const char *value)
{
    g_hash_table_insert(call->channel.database, g_strdup(arguments), g_strdup(value));
}

static char *
read_db_exists(PbxCall *call, const char *arguments)
{
    gboolean is_there = g_hash_table_contains(call->channel.database, arguments);

    if (is_there)
        pbx_channel_put(call, "DB_RESULT", g_hash_table_lookup(call->channel.database, arguments));
    return g_strdup(is_there ? "1" : "0");
}

/* A row: @is_long: the value has no limit of its own, and GET VARIABLE has one byte less of it. */
typedef struct {
    const char *name;
    char *(*read)(PbxCall *call, const char *arguments);
    void (*write)(PbxCall *call, const char *arguments, const char *value);
    gboolean is_long;
} Function;

static const Function functions[] = {
    {"CALLERID", read_callerid, write_callerid, FALSE},
    {"CHANNEL", read_channel, write_channel, FALSE},
    {"QUOTE", read_quote, NULL, FALSE},
    {"LEN", read_len, NULL, FALSE},
    {"EXISTS", read_exists, NULL, FALSE},
    {"ISNULL", read_isnull, NULL, FALSE},
    {"IF", read_if, NULL, FALSE},
    {"TOUPPER", read_toupper, NULL, FALSE},
    {"TOLOWER", read_tolower, NULL, FALSE},
    {"URIENCODE", read_uriencode, NULL, FALSE},
    {"URIDECODE", read_uridecode, NULL, FALSE},
    {"BASE64_ENCODE", read_base64_encode, NULL, FALSE},
    {"BASE64_DECODE", read_base64_decode, NULL, FALSE},
    {"SET", read_set, NULL, FALSE},
    {"GLOBAL", read_global, write_global, FALSE},
    {"DB", read_db, write_db, TRUE},
    {"DB_EXISTS", read_db_exists, NULL, FALSE},
};

/* Takes `NAME(ARGUMENTS)` apart; the function, or NULL when there is none of this name. */
static const Function *
find_function(const char *expression, char **arguments)
{
    gsize length = strcspn(expression, "(");
    const char *end = strrchr(expression, ')');
    const char *start = expression + length + (expression[length] == '(');

    *arguments =
        end != NULL && end >= start ? g_strndup(start, (gsize) (end - start)) : g_strdup(start);
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strlen(functions[i].name) == length &&
            strncmp(functions[i].name, expression, length) == 0)
            return &functions[i];
    }
    return NULL;
}

/*
 * What a function says: one of those above, or one that the script gave a value. @maximum: bytes
 * that GET VARIABLE has room for, 0: as many as the function can. NULL when it says nothing.
 */
char *
pbx_function_read(PbxCall *call, const char *expression, gsize maximum)
{
    g_autofree char *arguments = NULL;
    const Function *function = find_function(expression, &arguments);
    char *value = NULL;
    gsize limit = maximum > 0 ? maximum : VALUE_MAXIMUM;

    if (function == NULL)
        value = g_strdup(g_hash_table_lookup(call->channel.variables, expression));
    else
        value = function->read(call, arguments);
    if (value == NULL)
        return NULL;
    if (function != NULL && function->is_long)
        limit = maximum > 0 ? maximum - 1 : G_MAXSIZE;
    if (strlen(value) > limit)
        value[limit] = '\0';
    return value;
}

/* Writes to a function; one that cannot be written to, or is not there, takes no notice. */
void
pbx_function_write(PbxCall *call, const char *expression, const char *value)
{
    g_autofree char *arguments = NULL;
    const Function *function = find_function(expression, &arguments);

    if (function != NULL && function->write != NULL)
        function->write(call, arguments, value);
    else if (function == NULL &&
             (call->command == NULL || g_hash_table_contains(call->channel.variables, expression)))
        pbx_channel_put(call, expression, value);
}
