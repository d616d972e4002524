/* applications.c - the applications that EXEC finds in a simulated PBX. */

#include "pbx/call-private.h"
#include <stdlib.h>
#include <string.h>

/* As many pairs as MSet takes apart. */
#define MSET_MAXIMUM 99

/* Lets time pass: 0, or -1 when the caller hangs up meanwhile. With a caller who is gone already it
 * passes all the same. */
static int
spend(PbxCall *call, gdouble seconds)
{
    PbxWake wake = pbx_call_wait(call, pbx_clock_now(&call->clock) + MAX(seconds, 0), "",
                                 call->is_dead ? PBX_LISTEN_DEAD : PBX_LISTEN_NOTHING);

    return wake == PBX_WAKE_HANGUP ? -1 : 0;
}

static int
run_nothing(G_GNUC_UNUSED PbxCall *call, G_GNUC_UNUSED const char *options)
{
    return 0;
}

static int
run_answer(PbxCall *call, G_GNUC_UNUSED const char *options)
{
    if (call->channel.is_hung_up)
        return -1;
    call->channel.is_up = TRUE;
    return 0;
}

static int
run_hangup(PbxCall *call, G_GNUC_UNUSED const char *options)
{
    call->channel.is_hung_up = TRUE;
    return -1;
}

static int
run_set(PbxCall *call, const char *options)
{
    g_autofree char *name = g_strndup(options, strcspn(options, "="));

    if (options[strlen(name)] == '=')
        pbx_channel_set_variable(call, name, options + strlen(name) + 1);
    return 0;
}

/* Each pair is taken apart twice, the name with it: so it is in Asterisk. */
static int
run_mset(PbxCall *call, const char *options)
{
    g_auto(GStrv) pairs = pbx_arguments_split(options, ',', MSET_MAXIMUM);

    for (guint i = 0; pairs[i] != NULL; i++) {
        g_auto(GStrv) pair = pbx_arguments_split(pairs[i], '=', 2);

        if (g_strv_length(pair) == 2)
            pbx_channel_set_variable(call, pair[0], pair[1]);
    }
    return 0;
}

static int
run_wait(PbxCall *call, const char *options)
{
    return spend(call, g_ascii_strtod(options, NULL));
}

static int
run_goto(PbxCall *call, const char *options)
{
    return pbx_channel_goto(call, options) ? 0 : -1;
}

/* Plays `a&b` one after the other: FALSE when the caller hung up. */
static gboolean
play_files(PbxCall *call, const char *list, const char **status)
{
    g_auto(GStrv) files = g_strsplit(list, "&", -1);
    gint64 position = 0;

    for (guint i = 0; files[i] != NULL; i++) {
        if (call->is_dead || pbx_call_get_file_seconds(call, files[i]) < 0)
            *status = "FAILED";
        else if (pbx_call_play(call, files[i], "", PBX_LISTEN_NOTHING, 0, &position) ==
                 PBX_WAKE_HANGUP)
            return FALSE;
    }
    return TRUE;
}

/* `FILES[,OPTIONS]`: answers, unless told not to. A missing file is only noted. */
static int
run_playback(PbxCall *call, const char *text)
{
    g_auto(GStrv) arguments = pbx_arguments_split(text, ',', 2);
    const char *options = arguments[0] != NULL && arguments[1] != NULL ? arguments[1] : "";
    gboolean skips = strstr(options, "skip") != NULL && !call->channel.is_up;
    const char *status = "SUCCESS";

    if (arguments[0] == NULL)
        return -1;
    if (!skips && strstr(options, "noanswer") == NULL)
        call->channel.is_up = TRUE;
    if (!skips && !play_files(call, arguments[0], &status))
        return -1;
    pbx_channel_put(call, "PLAYBACKSTATUS", status);
    return 0;
}

/* A row: @has_effect: changes the channel without taking time. */
static const struct {
    const char *name;
    int (*run)(PbxCall *call, const char *options);
    gboolean has_effect;
} applications[] = {
    {"Answer", run_answer, TRUE}, {"Goto", run_goto, TRUE},
    {"Hangup", run_hangup, TRUE}, {"MSet", run_mset, TRUE},
    {"NoOp", run_nothing, FALSE}, {"Playback", run_playback, FALSE},
    {"Set", run_set, TRUE},       {"Verbose", run_nothing, FALSE},
    {"Wait", run_wait, FALSE},
};

/* An application that the script has comes before one of ours. -2: there is none. */
int
pbx_application_run(PbxCall *call, const char *name, const char *options)
{
    for (guint i = 0; i < call->script->applications->len; i++) {
        const PbxApplication *application = g_ptr_array_index(call->script->applications, i);

        if (g_ascii_strcasecmp(application->name, name) == 0)
            return spend(call, application->seconds) < 0 ? -1 : application->result;
    }
    for (guint i = 0; i < G_N_ELEMENTS(applications); i++) {
        if (g_ascii_strcasecmp(applications[i].name, name) == 0)
            return applications[i].run(call, options);
    }
    return -2;
}

gboolean
pbx_application_has_effect(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(applications); i++) {
        if (g_ascii_strcasecmp(applications[i].name, name) == 0)
            return applications[i].has_effect;
    }
    return FALSE;
}

/* A priority by number or by label; -1: there is no such label. */
int
pbx_channel_find_priority(const PbxCall *call, const char *text)
{
    gint64 number = 0;

    if (pbx_scan_integer(text, &number))
        return (int) CLAMP(number, 0, G_MAXINT);
    for (guint i = 0; i < call->script->labels->len; i++) {
        const PbxPair *pair = g_ptr_array_index(call->script->labels, i);

        if (strcmp(pair->name, text) == 0)
            return atoi(pair->value);
    }
    return -1;
}

/* `[[CONTEXT,]EXTENSION,]PRIORITY`: where the dialplan goes on. Nothing changes on failure. */
gboolean
pbx_channel_goto(PbxCall *call, const char *target)
{
    g_auto(GStrv) parts = g_strsplit(target, ",", 3);
    guint n = g_strv_length(parts);
    int priority = n > 0 ? pbx_channel_find_priority(call, parts[n - 1]) : -1;

    if (priority < 0)
        return FALSE;
    if (n > 1) {
        g_free(call->channel.extension);
        call->channel.extension = g_strdup(parts[n - 2]);
    }
    if (n > 2) {
        g_free(call->channel.context);
        call->channel.context = g_strdup(parts[0]);
    }
    call->channel.priority = priority;
    call->channel.is_priority_set = TRUE;
    return TRUE;
}
