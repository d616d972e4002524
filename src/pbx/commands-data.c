/* commands-data.c - the commands about variables and the PBX's database. */

#include "pbx/call-private.h"
#include <string.h>

/* As much of a value as GET VARIABLE has room for. */
#define VARIABLE_MAXIMUM 1023

/* The longest `/family/key` that the database takes. */
#define KEY_MAXIMUM 255

static PbxOutcome
run_get_variable(PbxCall *call, const PbxArguments *arguments)
{
    const char *name = arguments->words[0];
    g_autofree char *value = NULL;

    if (g_str_has_suffix(name, ")"))
        value = pbx_function_read(call, name, VARIABLE_MAXIMUM);
    else
        value = pbx_channel_get_variable(call, name);
    if (value == NULL)
        pbx_call_reply(call, "200 result=0");
    else
        pbx_call_reply(call, "200 result=1 (%.*s)", VARIABLE_MAXIMUM, value);
    return PBX_DONE;
}

static gboolean
is_own_channel(const PbxCall *call, const char *name)
{
    const char *own = pbx_call_get_environment(call, "agi_channel");

    return own != NULL && g_ascii_strcasecmp(own, name) == 0;
}

/* Channels beside the call's own have no variables here. */
static PbxOutcome
run_get_full_variable(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *value = NULL;

    if (arguments->n == 1 || is_own_channel(call, arguments->words[1])) {
        value = pbx_channel_substitute(call, arguments->words[0]);
        pbx_call_reply(call, "200 result=1 (%s)", value);
    } else if (g_hash_table_contains(call->script->neighbours, arguments->words[1])) {
        pbx_call_reply(call, "200 result=1 ()");
    } else {
        pbx_call_reply(call, "200 result=0");
    }
    return PBX_DONE;
}

static PbxOutcome
run_set_variable(PbxCall *call, const PbxArguments *arguments)
{
    pbx_channel_set_variable(call, arguments->words[0], arguments->words[1]);
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

static char *
get_key(const PbxArguments *arguments)
{
    return g_strdup_printf("%s/%s", arguments->words[0], arguments->words[1]);
}

static PbxOutcome
run_database_get(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *key = get_key(arguments);
    const char *value = g_hash_table_lookup(call->channel.database, key);

    if (value == NULL)
        pbx_call_reply(call, "200 result=0");
    else
        pbx_call_reply(call, "200 result=1 (%s)", value);
    return PBX_DONE;
}

static PbxOutcome
run_database_put(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *key = get_key(arguments);

    if (strlen(key) + 1 > KEY_MAXIMUM) {
        pbx_call_reply(call, "200 result=0");
        return PBX_DONE;
    }
    g_hash_table_insert(call->channel.database, g_strdup(key), g_strdup(arguments->words[2]));
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

/* It is no error that the key was not there. */
static PbxOutcome
run_database_del(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *key = get_key(arguments);

    g_hash_table_remove(call->channel.database, key);
    pbx_call_reply(call, "200 result=1");
    return PBX_DONE;
}

static gboolean
is_below(gpointer key, G_GNUC_UNUSED gpointer value, gpointer user_data)
{
    const char *prefix = user_data;

    return g_str_has_prefix(key, prefix) && (((const char *) key)[strlen(prefix)] == '/' ||
                                             ((const char *) key)[strlen(prefix)] == '\0');
}

/* 0 says that something was deleted, 1 that nothing was: so it is since 1.6.0. */
static PbxOutcome
run_database_deltree(PbxCall *call, const PbxArguments *arguments)
{
    g_autofree char *prefix = arguments->n > 1 ? get_key(arguments) : g_strdup(arguments->words[0]);
    guint n = g_hash_table_foreach_remove(call->channel.database, is_below, prefix);

    pbx_call_reply(call, "200 result=%d", n > 0 ? 0 : 1);
    return PBX_DONE;
}

/* clang-format off */
const PbxCommand pbx_commands_data[] = {
    {"DATABASE DEL", run_database_del, 2, 2, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {"DATABASE DELTREE", run_database_deltree, 1, 2, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {"DATABASE GET", run_database_get, 2, 2, PBX_RUNS_DEAD},
    {"DATABASE PUT", run_database_put, 3, 3, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {"GET FULL VARIABLE", run_get_full_variable, 1, 2, PBX_RUNS_DEAD},
    {"GET VARIABLE", run_get_variable, 1, 1, PBX_RUNS_DEAD},
    {"SET VARIABLE", run_set_variable, 2, 2, PBX_RUNS_DEAD | PBX_HAS_EFFECT},
    {0},
};
/* clang-format on */
