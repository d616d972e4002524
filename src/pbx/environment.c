/* environment.c - the environment block: what the PBX says of a call before the first command. */

#include "pbx/call-private.h"
#include <string.h>

/* The lines in Asterisk's order. @function: the dialplan function that shows the same. A line
 * without fallback is there only when something gives it a value. */
static const struct {
    const char *name;
    const char *fallback;
    const char *function;
} rows[] = {
    {"agi_network", "yes", NULL},
    {"agi_network_script", NULL, NULL},
    {"agi_request", NULL, NULL},
    {"agi_channel", "PJSIP/caller-00000001", NULL},
    {"agi_language", "en", "CHANNEL(language)"},
    {"agi_type", NULL, NULL},
    {"agi_uniqueid", NULL, NULL},
    {"agi_version", "22.6.0", NULL},
    {"agi_callerid", "unknown", "CALLERID(num)"},
    {"agi_calleridname", "unknown", "CALLERID(name)"},
    {"agi_callingpres", "0", NULL},
    {"agi_callingani2", "0", NULL},
    {"agi_callington", "0", NULL},
    {"agi_callingtns", "0", NULL},
    {"agi_dnid", "unknown", "CALLERID(dnid)"},
    {"agi_rdnis", "unknown", "CALLERID(rdnis)"},
    {"agi_context", "default", NULL},
    {"agi_extension", "s", NULL},
    {"agi_priority", "1", NULL},
    {"agi_enhanced", "0.0", NULL},
    {"agi_accountcode", "", "CHANNEL(accountcode)"},
    {"agi_threadid", "140301463004864", NULL},
};

static void
add(PbxCall *call, const char *name, const char *value)
{
    PbxVariable *variable = g_new0(PbxVariable, 1);

    variable->name = g_strdup(name);
    variable->value = g_strdup(value);
    g_ptr_array_add(call->result->environment, variable);
}

/* What the environment says of @name, NULL when it has no such line. */
const char *
pbx_call_get_environment(const PbxCall *call, const char *name)
{
    for (guint i = 0; i < call->result->environment->len; i++) {
        const PbxVariable *variable = g_ptr_array_index(call->result->environment, i);

        if (strcmp(variable->name, name) == 0)
            return variable->value;
    }
    return NULL;
}

/* What a line of the script, such as `variable CALLERID(num) 555`, says of a function. */
static const char *
get_script_variable(const PbxCall *call, const char *name)
{
    for (guint i = call->script->variables->len; name != NULL && i > 0; i--) {
        const PbxPair *pair = g_ptr_array_index(call->script->variables, i - 1);

        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

/* The values that follow from other things. */
static char *
make_value(const PbxCall *call, const char *name)
{
    if (strcmp(name, "agi_network_script") == 0)
        return *call->path != '\0' ? g_strdup(call->path) : NULL;
    if (strcmp(name, "agi_request") == 0)
        return g_strdup(call->url);
    if (strcmp(name, "agi_uniqueid") == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT ".1", g_get_real_time() / G_USEC_PER_SEC);
    if (strcmp(name, "agi_type") == 0) {
        const char *channel = pbx_call_get_environment(call, "agi_channel");

        return channel != NULL ? g_strndup(channel, strcspn(channel, "/")) : g_strdup("PJSIP");
    }
    return NULL;
}

static void
add_row(PbxCall *call, guint i)
{
    const char *value = pbx_script_get_environment(call->script, rows[i].name);
    g_autofree char *made = NULL;

    if (value == NULL)
        value = get_script_variable(call, rows[i].function);
    if (value == NULL)
        value = rows[i].fallback;
    if (value == NULL)
        value = made = make_value(call, rows[i].name);
    if (value == NULL)
        return;
    add(call, rows[i].name, value);
    if (rows[i].function != NULL && strcmp(value, "unknown") != 0)
        pbx_channel_set_variable(call, rows[i].function, value);
}

/* Lines that the script has and Asterisk has not. */
static void
add_unknown(PbxCall *call)
{
    for (guint i = 0; i < call->script->environment->len; i++) {
        const PbxPair *pair = g_ptr_array_index(call->script->environment, i);

        if (pbx_call_get_environment(call, pair->name) == NULL)
            add(call, pair->name, pair->value);
    }
}

/* Puts the block together, whole: what is left out of it is left out when it is sent. */
void
pbx_call_fill_environment(PbxCall *call)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        add_row(call, i);
    for (guint i = 0; i < call->script->arguments->len; i++) {
        g_autofree char *name = g_strdup_printf("agi_arg_%u", i + 1);

        add(call, name, g_ptr_array_index(call->script->arguments, i));
    }
    add_unknown(call);
}
