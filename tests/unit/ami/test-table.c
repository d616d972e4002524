/* test-table.c - the table of actions: that all are there, in order, and say what has to be said.
 */

#include "ami/table.h"

#include <capella/ami/action-info.h>
#include <string.h>

/* clang-format off */
/* What Asterisk 22 has, core and all modules. */
static const char *const asterisk_22[] = {
    "AbsoluteTimeout", "AgentLogoff", "Agents", "AGI", "AOCMessage", "Atxfer", "BlindTransfer",
    "Bridge", "BridgeDestroy", "BridgeInfo", "BridgeKick", "BridgeList", "BridgeTechnologyList",
    "BridgeTechnologySuspend", "BridgeTechnologyUnsuspend", "CancelAtxfer", "Challenge", "Command",
    "ConfbridgeKick", "ConfbridgeList", "ConfbridgeListRooms", "ConfbridgeLock", "ConfbridgeMute",
    "ConfbridgeSetSingleVideoSrc", "ConfbridgeStartRecord", "ConfbridgeStopRecord",
    "ConfbridgeUnlock", "ConfbridgeUnmute", "ControlPlayback", "CoreSettings", "CoreShowChannelMap",
    "CoreShowChannels", "CoreStatus", "CreateConfig", "DAHDIDialOffhook", "DAHDIDNDoff",
    "DAHDIDNDon", "DAHDIHangup", "DAHDIRestart", "DAHDIShowChannels", "DAHDIShowStatus",
    "DAHDITransfer", "DBDel", "DBDelTree", "DBGet", "DBGetTree", "DBPut", "DeviceStateList",
    "DialplanExtensionAdd", "DialplanExtensionRemove", "Events", "ExtensionState",
    "ExtensionStateList", "FAXSession", "FAXSessions", "FAXStats", "Filter", "GetConfig",
    "GetConfigJSON", "Getvar", "Hangup", "IAXnetstats", "IAXpeerlist", "IAXpeers", "IAXregistry",
    "JabberSend", "ListCategories", "ListCommands", "LocalOptimizeAway", "LoggerRotate", "Login",
    "Logoff", "MailboxCount", "MailboxStatus", "MeetmeList", "MeetmeListRooms", "MeetmeMute",
    "MeetmeUnmute", "MessageSend", "MixMonitor", "MixMonitorMute", "ModuleCheck", "ModuleLoad",
    "MuteAudio", "MWIDelete", "MWIGet", "MWIUpdate", "Originate", "Park", "ParkedCalls",
    "Parkinglots", "Ping", "PJSIPHangup", "PJSIPNotify", "PJSIPQualify", "PJSIPRegister",
    "PJSIPSetMaintenance", "PJSIPShowAors", "PJSIPShowAuths", "PJSIPShowContacts",
    "PJSIPShowEndpoint", "PJSIPShowEndpoints", "PJSIPShowMaintenance",
    "PJSIPShowRegistrationInboundContactStatuses", "PJSIPShowRegistrationsInbound",
    "PJSIPShowRegistrationsOutbound", "PJSIPShowResourceLists", "PJSIPShowSubscriptionsInbound",
    "PJSIPShowSubscriptionsOutbound", "PJSIPUnregister", "PlayDTMF", "PlayMF", "PresenceState",
    "PresenceStateList", "PRIDebugFileSet", "PRIDebugFileUnset", "PRIDebugSet", "PRIShowSpans",
    "QueueAdd", "QueueChangePriorityCaller", "QueueLog", "QueueMemberRingInUse", "QueuePause",
    "QueuePenalty", "QueueReload", "QueueRemove", "QueueReset", "QueueRule", "QueueStatus",
    "QueueSummary", "QueueWithdrawCaller", "Redirect", "Reload", "SendFlash", "SendText", "Setvar",
    "ShowDialPlan", "SorceryMemoryCacheExpire", "SorceryMemoryCacheExpireObject",
    "SorceryMemoryCachePopulate", "SorceryMemoryCacheStale", "SorceryMemoryCacheStaleObject",
    "Status", "StopMixMonitor", "UpdateConfig", "UserEvent", "VoicemailBoxSummary",
    "VoicemailForward", "VoicemailMove", "VoicemailRefresh", "VoicemailRemove",
    "VoicemailUsersList", "VoicemailUserStatus", "WaitEvent",};

/* What Asterisk has had, and has no longer. */
static const char *const went_away[] = {
    "AgentCallbackLogin", "ChangeMonitor", "DataGet", "IAX1peers", "Monitor", "ParkedCall",
    "PauseMonitor", "Queues", "RptLocalNodes", "RptStatus", "SetCDRUserField", "SIPnotify",
    "SIPpeers", "SIPpeerstatus", "SIPqualifypeer", "SIPshowpeer", "SIPshowregistry",
    "SKINNYdevices", "SKINNYlines", "SKINNYshowdevice", "SKINNYshowline", "StopMonitor",
    "UnParkedCall", "UnpauseMonitor", "ZapDialOffHook", "ZapDNDoff", "ZapDNDon", "ZapHangup",
    "ZapRestart", "ZapShowChannels", "ZapTransfer",
};
/* clang-format on */

static void
test_asterisk_22(void)
{
    g_assert_cmpuint(G_N_ELEMENTS(asterisk_22), ==, 154);
    for (guint i = 0; i < G_N_ELEMENTS(asterisk_22); i++) {
        const AmiActionRow *row = ami_table_find(asterisk_22[i]);

        g_test_message("%s", asterisk_22[i]);
        g_assert_nonnull(row);
        g_assert_cmpstr(row->name, ==, asterisk_22[i]);
        g_assert_null(row->until);
        g_assert_null(row->instead);
    }
}

static void
test_went_away(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(went_away); i++) {
        const AmiActionRow *row = ami_table_find(went_away[i]);

        g_test_message("%s", went_away[i]);
        g_assert_nonnull(row);
        g_assert_cmpstr(row->name, ==, went_away[i]);
        g_assert_nonnull(row->until);
    }
    g_assert_cmpuint(ami_table_length, ==, G_N_ELEMENTS(asterisk_22) + G_N_ELEMENTS(went_away));
}

/* Also the middle of the table and both ends are found, and nothing else. */
static void
test_find(void)
{
    static const char *const unknown[] = {"", "A", "Hang", "Hangups", "Hangup ", "zzz"};

    for (guint i = 0; i < ami_table_length; i++) {
        g_autofree char *upper = g_ascii_strup(ami_table_get(i)->name, -1);
        g_autofree char *lower = g_ascii_strdown(ami_table_get(i)->name, -1);

        g_assert_true(ami_table_find(upper) == ami_table_get(i));
        g_assert_true(ami_table_find(lower) == ami_table_get(i));
    }
    for (guint i = 0; i < G_N_ELEMENTS(unknown); i++)
        g_assert_null(ami_table_find(unknown[i]));
    g_assert_null(ami_table_get(ami_table_length));
}

static void
test_order(void)
{
    for (guint i = 1; i < ami_table_length; i++)
        g_assert_cmpint(g_ascii_strcasecmp(ami_table_get(i - 1)->name, ami_table_get(i)->name), <,
                        0);
}

/* An answer ends with an event where it is a list, an event, or waits for one; else it does not. */
static void
test_complete(void)
{
    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);
        gboolean has_event = row->shape == AMI_SHAPE_LIST || row->shape == AMI_SHAPE_EVENT ||
                             g_str_equal(row->name, "WaitEvent");

        g_test_message("%s", row->name);
        g_assert_true((row->complete != NULL) == has_event);
    }
}

/* No text is empty, and none has blanks that a table of text leaves behind. */
static void
assert_text(const char *text)
{
    g_assert_nonnull(text);
    g_assert_cmpint(*text, !=, '\0');
    g_assert_null(strstr(text, "  "));
    g_assert_false(g_str_has_prefix(text, " ") || g_str_has_suffix(text, " "));
}

static void
test_texts(void)
{
    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);

        g_test_message("%s", row->name);
        assert_text(row->module);
        assert_text(row->summary);
        g_assert_true(g_ascii_isupper(*row->summary) && g_str_has_suffix(row->summary, "."));
        g_assert_true(row->since == NULL || *row->since != '\0');
        g_assert_true(row->instead == NULL || row->until != NULL);
        for (const AmiHeaderRow *header = row->headers; header->name != NULL; header++) {
            assert_text(header->name);
            assert_text(header->summary);
            g_assert_false(g_str_has_suffix(header->summary, "."));
        }
    }
}

static gboolean
is_class(const char *word)
{
    static const char *const classes[] = {"system", "call",     "log",       "verbose", "command",
                                          "agent",  "user",     "config",    "dtmf",    "reporting",
                                          "cdr",    "dialplan", "originate", "agi",     "cc",
                                          "aoc",    "test",     "security",  "message", NULL};

    return g_strv_contains(classes, word);
}

static void
test_classes(void)
{
    for (guint i = 0; i < ami_table_length; i++) {
        g_auto(GStrv) words = g_strsplit(ami_table_get(i)->classes, " ", -1);

        for (guint j = 0; words[j] != NULL; j++)
            g_assert_true(is_class(words[j]));
    }
}

/* A header is said once, and one that takes variables has the name that these have. */
static void
test_headers(void)
{
    for (guint i = 0; i < ami_table_length; i++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (const AmiHeaderRow *header = ami_table_get(i)->headers; header->name != NULL;
             header++) {
            g_assert_true(g_hash_table_add(seen, g_ascii_strdown(header->name, -1)));
            if (header->kind == AMI_HEADER_VARIABLES)
                g_assert_cmpstr(header->name, ==, "Variable");
        }
    }
}

/* Only what the client does by itself has no function. */
static void
test_functions(void)
{
    static const char *const without[] = {"Challenge", "Login", "Logoff", NULL};

    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);

        g_test_message("%s", row->name);
        g_assert_true((row->function == NULL) == g_strv_contains(without, row->name));
        g_assert_true(row->function == NULL || g_str_has_prefix(row->function, "ami_"));
    }
}

/* Where a failure comes as a success, the text tells them apart. */
static void
test_failure(void)
{
    static const char *const actions[] = {"PJSIPRegister", "PJSIPUnregister", "VoicemailForward",
                                          "VoicemailMove", "VoicemailRemove", NULL};

    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);

        g_assert_true((row->failure != NULL) == g_strv_contains(actions, row->name));
        if (row->failure != NULL)
            assert_text(row->failure);
    }
}

static void
test_info(void)
{
    AmiActionInfo info;
    AmiActionHeaderInfo header;
    guint n_actions = 0;

    for (guint i = 0; ami_action_info(i, &info); i++, n_actions++) {
        const AmiActionRow *row = ami_table_get(i);
        guint j;

        g_assert_cmpstr(info.name, ==, row->name);
        g_assert_cmpstr(info.function, ==, row->function);
        g_assert_cmpstr(info.until, ==, row->until);
        g_assert_cmpstr(info.complete, ==, row->complete);
        g_assert_nonnull(info.answer);
        for (j = 0; ami_action_header_info(i, j, &header); j++) {
            g_assert_cmpstr(header.name, ==, row->headers[j].name);
            g_assert_cmpint(header.is_required, ==, row->headers[j].is_required);
            g_assert_nonnull(header.kind);
        }
        g_assert_null(row->headers[j].name);
    }
    g_assert_cmpuint(n_actions, ==, ami_table_length);
    g_assert_false(ami_action_header_info(n_actions, 0, &header));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/table/asterisk-22", test_asterisk_22);
    g_test_add_func("/ami/table/went-away", test_went_away);
    g_test_add_func("/ami/table/find", test_find);
    g_test_add_func("/ami/table/order", test_order);
    g_test_add_func("/ami/table/complete", test_complete);
    g_test_add_func("/ami/table/texts", test_texts);
    g_test_add_func("/ami/table/classes", test_classes);
    g_test_add_func("/ami/table/headers", test_headers);
    g_test_add_func("/ami/table/functions", test_functions);
    g_test_add_func("/ami/table/failure", test_failure);
    g_test_add_func("/ami/table/info", test_info);
    return g_test_run();
}
