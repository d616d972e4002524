/* manager-classes.c - the classes that permissions and events of the manager interface have. */

#include "pbx/manager-classes.h"
#include "pbx/manager-request.h"
#include <string.h>

/* In the order in which Asterisk names them. */
static const struct {
    const char *name;
    guint32 bit;
} classes[] = {
    {"system", 1 << 0},     {"call", 1 << 1},      {"log", 1 << 2},      {"verbose", 1 << 3},
    {"command", 1 << 4},    {"agent", 1 << 5},     {"user", 1 << 6},     {"config", 1 << 7},
    {"dtmf", 1 << 8},       {"reporting", 1 << 9}, {"cdr", 1 << 10},     {"dialplan", 1 << 11},
    {"originate", 1 << 12}, {"agi", 1 << 13},      {"cc", 1 << 15},      {"aoc", 1 << 16},
    {"test", 1 << 17},      {"security", 1 << 18}, {"message", 1 << 30},
};

/* Events whose class is not call, one class a row, names between blanks. */
static const struct {
    const char *classes;
    const char *events;
} events[] = {
    {"system", " Alarm AlarmClear ContactStatus DNDState DeadlockStart FullyBooted Load LogChannel "
               "PJSIPMaintenanceStatus PeerStatus Registry Reload Shutdown SpanAlarm "
               "SpanAlarmClear Unload "},
    {"agent", " AgentCalled AgentComplete AgentConnect AgentDump AgentLogin AgentLogoff "
              "AgentRingNoAnswer QueueCallerAbandon QueueCallerJoin QueueCallerLeave "
              "QueueMemberAdded QueueMemberPause QueueMemberPenalty QueueMemberRemoved "
              "QueueMemberRinginuse QueueMemberStatus "},
    {"dialplan", " HangupHandlerPop HangupHandlerPush HangupHandlerRun Newexten VarSet "},
    {"dtmf", " DTMFBegin DTMFEnd "},
    {"user", " UserEvent "},
    {"system,user", " VoicemailPasswordChange "},
    {"cdr", " Cdr "},
    {"agi", " AGIExec AGIExecStart AGIExecEnd AsyncAGI AsyncAGIStart AsyncAGIExec AsyncAGIEnd "},
    {"reporting", " RTCPReceived RTCPSent "},
    {"aoc", " AOC-D AOC-E AOC-S "},
    {"cc", " CCAvailable CCCallerRecalling CCCallerStartMonitoring CCCallerStopMonitoring "
           "CCFailure CCMonitorFailed CCOfferTimerStart CCRecallComplete CCRequestAcknowledged "
           "CCRequested "},
    {"security", " AuthMethodNotAllowed ChallengeResponseFailed ChallengeSent FailedACL "
                 "InvalidAccountID InvalidPassword InvalidTransport LoadAverageLimit MemoryLimit "
                 "RequestBadFormat RequestNotAllowed RequestNotSupported SessionLimit "
                 "SuccessfulAuth UnexpectedAddress "},
};

static guint32
find_class(const char *name)
{
    if (strcmp(name, "all") == 0)
        return PBX_CLASSES_ALL;
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strcmp(name, classes[i].name) == 0)
            return classes[i].bit;
    }
    return 0;
}

guint32
pbx_classes_parse(const char *names)
{
    g_auto(GStrv) words = g_strsplit_set(names, ", ", -1);
    guint32 found = 0;

    for (guint i = 0; words[i] != NULL; i++)
        found |= find_class(words[i]);
    return found;
}

guint32
pbx_classes_parse_mask(const char *mask, guint32 fallback)
{
    if (*mask == '\0')
        return fallback;
    if (strspn(mask, "0123456789") == strlen(mask))
        return (guint32) g_ascii_strtoull(mask, NULL, 10);
    if (pbx_text_is_false(mask))
        return 0;
    return pbx_text_is_true(mask) ? PBX_CLASSES_ALL : pbx_classes_parse(mask);
}

char *
pbx_classes_to_text(guint32 bits)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        if ((bits & classes[i].bit) != 0)
            g_string_append_printf(text, "%s,", classes[i].name);
    }
    g_string_append(text, text->len > 0 ? "all" : "<none>");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

guint32
pbx_classes_of_event(const char *name)
{
    g_autofree char *wanted = g_strdup_printf(" %s ", name);

    for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
        if (strstr(events[i].events, wanted) != NULL)
            return pbx_classes_parse(events[i].classes);
    }
    return pbx_classes_parse("call");
}
