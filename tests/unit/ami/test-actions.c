/* test-actions.c - the functions made from the table: what each sends, and what it gives back. */

#include "ami/table.h"
#include "unit/ami/action-calls.h"
#include "unit/ami/peer.h"

#include <string.h>

/* --- The peer: keeps what comes, and answers in the shape that the action's row tells --- */

/* As the command line prints, and no message. */
static const char raw_text[] = "one line\nanother: one\n\r\n";

typedef struct {
    Peer *peer;
    AmiClient *client;
    GMutex lock;         /* guards the rest */
    char *received;      /* header lines of the last action, without its ActionID, sorted */
    guint n_actions;     /* that are not the client's own */
    const char *message; /* of the responses to come; NULL: none */
} Fixture;

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static char *
join_sorted(GPtrArray *lines)
{
    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **) lines->pdata);
}

static void
keep(Fixture *fixture, AmiMessage *action)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < ami_message_get_length(action); i++)
        if (!g_str_equal(ami_message_get_name(action, i), "ActionID"))
            g_ptr_array_add(lines, g_strdup_printf("%s: %s", ami_message_get_name(action, i),
                                                   ami_message_get_value(action, i)));
    g_free(fixture->received);
    fixture->received = join_sorted(lines);
    fixture->n_actions++;
}

/* One piece for each answer: several small ones would wait for each other on the way. */
static void
answer(PeerSession *session, const AmiActionRow *row, const char *id, const char *message)
{
    const char *event = row->complete;
    gboolean has_id = !g_str_equal(row->name, "IAXpeers"); /* whose items have none */

    switch (row->shape) {
    case AMI_SHAPE_SIMPLE:
        peer_send(session, "Response: Success\nActionID: %s\nMessage: %s\n\n", id, message);
        return;
    case AMI_SHAPE_LIST:
        if (g_str_equal(row->name, "DataGet")) /* has no response, and no marks */
            peer_send(session, "Event: %s\nActionID: %s\n0-a.b: 1\n\n", event, id);
        else
            peer_send(session,
                      "Response: Success\nActionID: %s\nEventList: start\n\n"
                      "Event: Item\n%s%s\n\n"
                      "Event: %s\nActionID: %s\nEventList: Complete\nListItems: 1\n\n",
                      id, has_id ? "ActionID: " : "Of: ", has_id ? id : "peers", event, id);
        return;
    case AMI_SHAPE_EVENT:
    case AMI_SHAPE_BLOCKS:
        peer_send(session,
                  "Response: Success\nActionID: %s\n\n"
                  "Event: %s\nActionID: %s\n\n",
                  id, event, id);
        return;
    case AMI_SHAPE_TWICE:
        peer_send(session,
                  "Response: Success\nActionID: %s\nMessage: first\n\n"
                  "Response: Success\nActionID: %s\nMessage: second\n\n",
                  id, id);
        return;
    case AMI_SHAPE_RAW:
        peer_send_bytes(session, raw_text, strlen(raw_text));
        return;
    }
}

static gboolean
on_action(PeerSession *session, const char *name, const char *id, AmiMessage *action, gpointer data)
{
    static const char *const own[] = {"Challenge", "Login", "Logoff", "Ping", NULL};
    Fixture *fixture = data;

    if (g_strv_contains(own, name))
        return FALSE;
    g_mutex_lock(&fixture->lock);
    keep(fixture, action);
    answer(session, ami_table_find(name), id, fixture->message);
    g_mutex_unlock(&fixture->lock);
    return TRUE;
}

static void
set_up(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_mutex_init(&fixture->lock);
    fixture->message = "Fine";
    fixture->peer = peer_new(on_action, fixture);
    fixture->client = peer_new_ready_client(fixture->peer);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    peer_assert_nothing_pending(fixture->client);
    ami_client_stop(fixture->client);
    g_clear_object(&fixture->client);
    peer_free(fixture->peer);
    g_free(fixture->received);
    g_mutex_clear(&fixture->lock);
}

static char *
dup_received(Fixture *fixture)
{
    char *text;

    g_mutex_lock(&fixture->lock);
    text = g_strdup(fixture->received);
    g_mutex_unlock(&fixture->lock);
    return text;
}

/* --- Every function, against the table --- */

/* Where Asterisk knows other words than true and false. */
static const struct {
    const char *action;
    const char *yes;
    const char *no;
} words[] = {
    {"MuteAudio", "on", "off"},
    {"PJSIPSetMaintenance", "on", "off"},
    {"QueueReload", "yes", "no"},
};

static const char *
boolean_in_words(const char *action, gboolean value)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i].action, action))
            return value ? words[i].yes : words[i].no;
    return value ? "true" : "false";
}

static void
expect_header(GPtrArray *lines, const AmiActionRow *row, const AmiHeaderRow *header,
              gboolean is_full)
{
    const char *value = NULL;

    switch (header->kind) {
    case AMI_HEADER_TEXT:
        g_ptr_array_add(lines, g_strdup_printf("%s: x-%s", header->name, header->name));
        return;
    case AMI_HEADER_VARIABLES:
        g_ptr_array_add(lines, g_strdup("Variable: A=\"1,2\""));
        g_ptr_array_add(lines, g_strdup("Variable: B=\"\""));
        return;
    case AMI_HEADER_INTEGER:
        value = "7";
        break;
    case AMI_HEADER_SECONDS:
        value = "1.500";
        break;
    case AMI_HEADER_MILLISECONDS:
        value = "1500";
        break;
    case AMI_HEADER_BOOLEAN:
        value = boolean_in_words(row->name, is_full);
        break;
    }
    g_ptr_array_add(lines, g_strdup_printf("%s: %s", header->name, value));
}

/* What has to come of a call. */
static char *
expect(const AmiActionRow *row, gboolean is_full, gboolean has_more)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(lines, g_strdup_printf("Action: %s", row->name));
    for (const AmiHeaderRow *header = row->headers; header->name != NULL; header++)
        if (header->is_required || is_full)
            expect_header(lines, row, header, is_full);
    if (is_full && has_more)
        g_ptr_array_add(lines, g_strdup("X-More: x-X-More"));
    return join_sorted(lines);
}

static void
test_call(Fixture *fixture, const ActionCall *call, gboolean is_full)
{
    const AmiActionRow *row = ami_table_find(call->name);
    g_autofree char *expected = expect(row, is_full, call->has_more);
    g_autofree char *received = NULL;
    g_autoptr(GError) error = NULL;

    g_test_message("%s, %s", row->function, is_full ? "all arguments" : "what is required");
    g_assert_true(call->run(fixture->client, is_full, &error));
    g_assert_no_error(error);
    received = dup_received(fixture);
    g_assert_cmpstr(received, ==, expected);
}

static void
test_every_function(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    guint n_calls = 0;

    for (const ActionCall *call = action_calls; call->name != NULL; call++, n_calls += 2) {
        test_call(fixture, call, TRUE);
        test_call(fixture, call, FALSE);
    }
    g_assert_cmpuint(fixture->n_actions, ==, n_calls);
}

/* An action without a call is one that is written by hand, or the client's own. */
static void
test_all_are_there(void)
{
    static const char *const by_hand[] = {
        "Challenge",  "Command",   "DBGet",         "Events",         "ExtensionState",
        "Filter",     "GetConfig", "Getvar",        "ListCategories", "ListCommands",
        "Login",      "Logoff",    "MailboxCount",  "MailboxStatus",  "Originate",
        "ParkedCall", "Ping",      "PresenceState", "UnParkedCall",   "UpdateConfig",
        NULL};
    const ActionCall *call = action_calls;

    for (guint i = 0; i < ami_table_length; i++) {
        const char *name = ami_table_get(i)->name;

        if (call->name != NULL && g_str_equal(call->name, name))
            call++;
        else
            g_assert_true(g_strv_contains(by_hand, name));
    }
    g_assert_null(call->name);
}

/* --- By hand: what is easily done wrong, word for word --- */

typedef struct {
    const char *name;
    const char *wire; /* sorted */
    gboolean (*run)(AmiClient *client, GError **error);
} WireCase;

#define SIMPLE(name, ...)                                                                          \
    static gboolean name(AmiClient *client, GError **error)                                        \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
#define WITH_REPLY(name, ...)                                                                      \
    static gboolean name(AmiClient *client, GError **error)                                        \
    {                                                                                              \
        g_autoptr(AmiReply) reply = __VA_ARGS__;                                                   \
        return reply != NULL;                                                                      \
    }

SIMPLE(absolute_timeout, ami_absolute_timeout(client, "SIP/a-1", 2.5, error))
SIMPLE(agent_logoff, ami_agent_logoff(client, "1001", TRUE, error))
WITH_REPLY(agents, ami_agents(client, error))
SIMPLE(change_monitor, ami_change_monitor(client, "SIP/a-1", "call", error))
SIMPLE(db_del, ami_db_del(client, "prefs", "colour", error))
SIMPLE(db_del_tree, ami_db_del_tree(client, "prefs", NULL, error))
SIMPLE(db_put, ami_db_put(client, "prefs", "colour", "blue: or red", error))
SIMPLE(hangup, ami_hangup(client, "SIP/a-1", 16, error))
SIMPLE(hangup_plainly, ami_hangup(client, "SIP/a-1", -1, error))
SIMPLE(meetme_mute, ami_meetme_mute(client, "600", "2", error))
SIMPLE(meetme_unmute, ami_meetme_unmute(client, "600", "2", error))
SIMPLE(monitor, ami_monitor(client, "SIP/a-1", "call", "wav", TRUE, error))
SIMPLE(stop_monitor, ami_stop_monitor(client, "SIP/a-1", error))
SIMPLE(pause_monitor, ami_pause_monitor(client, "SIP/a-1", error))
SIMPLE(unpause_monitor, ami_unpause_monitor(client, "SIP/a-1", error))
SIMPLE(park, ami_park(client, "SIP/a-1", "SIP/b-2", NULL, 45, NULL, NULL, error))
WITH_REPLY(parked_calls, ami_parked_calls(client, NULL, error))
SIMPLE(play_dtmf, ami_play_dtmf(client, "SIP/a-1", "#", 0.25, FALSE, error))
SIMPLE(queue_add, ami_queue_add(client, "support", "SIP/a", 0, FALSE, "Ann", NULL, NULL, error))
SIMPLE(queue_log, ami_queue_log(client, "support", "NOTE", "1.2", NULL, "late", error))
SIMPLE(queue_pause, ami_queue_pause(client, "SIP/a", TRUE, NULL, "lunch", error))
SIMPLE(queue_unpause, ami_queue_pause(client, "SIP/a", FALSE, "support", NULL, error))
SIMPLE(queue_penalty, ami_queue_penalty(client, "SIP/a", 3, "support", error))
SIMPLE(queue_remove, ami_queue_remove(client, "support", "SIP/a", error))
WITH_REPLY(queues, ami_queues(client, error))
WITH_REPLY(queue_status, ami_queue_status(client, NULL, NULL, error))
SIMPLE(redirect,
       ami_redirect(client, "SIP/a-1", "default", "100", "1", "SIP/b-2", NULL, NULL, NULL, error))
SIMPLE(set_cdr_user_field, ami_set_cdr_user_field(client, "SIP/a-1", "paid", TRUE, error))
SIMPLE(setvar, ami_setvar(client, "SIP/a-1", "A", "1,\"2\\", error))
WITH_REPLY(sip_peers, ami_sip_peers(client, error))
WITH_REPLY(sip_show_peer, ami_sip_show_peer(client, "alice", error))
WITH_REPLY(status, ami_status(client, NULL, NULL, FALSE, error))
SIMPLE(user_event, ami_user_event(client, "Alarm",
                                  (const char *const[]){"Door", "2", "Door", "3", NULL}, error))
WITH_REPLY(wait_event, ami_wait_event(client, 3, error))
SIMPLE(dahdi_dnd_off, ami_dahdi_dnd_off(client, "1", error))
SIMPLE(dahdi_dnd_on, ami_dahdi_dnd_on(client, "1", error))
SIMPLE(dahdi_dial_offhook, ami_dahdi_dial_offhook(client, "1", "555", error))
SIMPLE(dahdi_hangup, ami_dahdi_hangup(client, "1", error))
SIMPLE(dahdi_restart, ami_dahdi_restart(client, error))
WITH_REPLY(dahdi_show_channels, ami_dahdi_show_channels(client, NULL, error))
SIMPLE(dahdi_transfer, ami_dahdi_transfer(client, "1", error))
SIMPLE(mute_audio, ami_mute_audio(client, "SIP/a-1", "in", FALSE, error))
SIMPLE(queue_reload, ami_queue_reload(client, NULL, TRUE, FALSE, FALSE, error))
SIMPLE(pjsip_notify,
       ami_pjsip_notify(client, "alice", NULL,
                        (const char *const[]){"Event=a=b,\"c\"", "Content=", NULL}, NULL, error))

static const WireCase wire_cases[] = {
    {"absolute-timeout", "Action: AbsoluteTimeout\nChannel: SIP/a-1\nTimeout: 2.500",
     absolute_timeout},
    {"agent-logoff", "Action: AgentLogoff\nAgent: 1001\nSoft: true", agent_logoff},
    {"agents", "Action: Agents", agents},
    {"change-monitor", "Action: ChangeMonitor\nChannel: SIP/a-1\nFile: call", change_monitor},
    {"db-del", "Action: DBDel\nFamily: prefs\nKey: colour", db_del},
    {"db-del-tree", "Action: DBDelTree\nFamily: prefs", db_del_tree},
    {"db-put", "Action: DBPut\nFamily: prefs\nKey: colour\nVal: blue: or red", db_put},
    {"hangup", "Action: Hangup\nCause: 16\nChannel: SIP/a-1", hangup},
    {"hangup-plainly", "Action: Hangup\nChannel: SIP/a-1", hangup_plainly},
    {"meetme-mute", "Action: MeetmeMute\nMeetme: 600\nUsernum: 2", meetme_mute},
    {"meetme-unmute", "Action: MeetmeUnmute\nMeetme: 600\nUsernum: 2", meetme_unmute},
    {"monitor", "Action: Monitor\nChannel: SIP/a-1\nFile: call\nFormat: wav\nMix: true", monitor},
    {"stop-monitor", "Action: StopMonitor\nChannel: SIP/a-1", stop_monitor},
    {"pause-monitor", "Action: PauseMonitor\nChannel: SIP/a-1", pause_monitor},
    {"unpause-monitor", "Action: UnpauseMonitor\nChannel: SIP/a-1", unpause_monitor},
    {"park", "Action: Park\nChannel2: SIP/b-2\nChannel: SIP/a-1\nTimeout: 45000", park},
    {"parked-calls", "Action: ParkedCalls", parked_calls},
    {"play-dtmf", "Action: PlayDTMF\nChannel: SIP/a-1\nDigit: #\nDuration: 250", play_dtmf},
    {"queue-add", "Action: QueueAdd\nInterface: SIP/a\nMemberName: Ann\nPenalty: 0\nQueue: support",
     queue_add},
    {"queue-log", "Action: QueueLog\nEvent: NOTE\nMessage: late\nQueue: support\nUniqueid: 1.2",
     queue_log},
    {"queue-pause", "Action: QueuePause\nInterface: SIP/a\nPaused: true\nReason: lunch",
     queue_pause},
    {"queue-unpause", "Action: QueuePause\nInterface: SIP/a\nPaused: false\nQueue: support",
     queue_unpause},
    {"queue-penalty", "Action: QueuePenalty\nInterface: SIP/a\nPenalty: 3\nQueue: support",
     queue_penalty},
    {"queue-remove", "Action: QueueRemove\nInterface: SIP/a\nQueue: support", queue_remove},
    {"queues", "Action: Queues", queues},
    {"queue-status", "Action: QueueStatus", queue_status},
    {"redirect",
     "Action: Redirect\nChannel: SIP/a-1\nContext: default\nExten: 100\n"
     "ExtraChannel: SIP/b-2\nPriority: 1",
     redirect},
    {"set-cdr-user-field",
     "Action: SetCDRUserField\nAppend: true\nChannel: SIP/a-1\nUserField: paid",
     set_cdr_user_field},
    {"setvar", "Action: Setvar\nChannel: SIP/a-1\nValue: 1,\"2\\\nVariable: A", setvar},
    {"sip-peers", "Action: SIPpeers", sip_peers},
    {"sip-show-peer", "Action: SIPshowpeer\nPeer: alice", sip_show_peer},
    {"status", "Action: Status", status},
    {"user-event", "Action: UserEvent\nDoor: 2\nDoor: 3\nUserEvent: Alarm", user_event},
    {"wait-event", "Action: WaitEvent\nTimeout: 3.000", wait_event},
    {"dahdi-dnd-off", "Action: DAHDIDNDoff\nDAHDIChannel: 1", dahdi_dnd_off},
    {"dahdi-dnd-on", "Action: DAHDIDNDon\nDAHDIChannel: 1", dahdi_dnd_on},
    {"dahdi-dial-offhook", "Action: DAHDIDialOffhook\nDAHDIChannel: 1\nNumber: 555",
     dahdi_dial_offhook},
    {"dahdi-hangup", "Action: DAHDIHangup\nDAHDIChannel: 1", dahdi_hangup},
    {"dahdi-restart", "Action: DAHDIRestart", dahdi_restart},
    {"dahdi-show-channels", "Action: DAHDIShowChannels", dahdi_show_channels},
    {"dahdi-transfer", "Action: DAHDITransfer\nDAHDIChannel: 1", dahdi_transfer},
    {"mute-audio", "Action: MuteAudio\nChannel: SIP/a-1\nDirection: in\nState: off", mute_audio},
    {"queue-reload", "Action: QueueReload\nMembers: yes", queue_reload},
    {"pjsip-notify",
     "Action: PJSIPNotify\nEndpoint: alice\nVariable: Content=\"\"\n"
     "Variable: Event=\"a=b,\\\"c\\\"\"",
     pjsip_notify},
};

static void
test_wire(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(wire_cases); i++) {
        g_autofree char *received = NULL;
        g_autoptr(GError) error = NULL;

        g_test_message("%s", wire_cases[i].name);
        g_assert_true(wire_cases[i].run(fixture->client, &error));
        g_assert_no_error(error);
        received = dup_received(fixture);
        g_assert_cmpstr(received, ==, wire_cases[i].wire);
    }
}

/* --- Refused before anything is sent --- */

SIMPLE(without_channel, ami_hangup(client, NULL, -1, error))
WITH_REPLY(without_endpoint, ami_pjsip_show_endpoint(client, NULL, error))
SIMPLE(no_time, ami_absolute_timeout(client, "SIP/a-1", -1, error))
SIMPLE(line_end, ami_setvar(client, NULL, "A", "1\r\nAction: Logoff", error))
SIMPLE(half_a_pair, ami_user_event(client, "Alarm", (const char *const[]){"Door", NULL}, error))
SIMPLE(own_header,
       ami_user_event(client, "Alarm", (const char *const[]){"ActionID", "1", NULL}, error))
SIMPLE(no_variable, ami_send_message(client, "pjsip:alice", NULL, NULL,
                                     (const char *const[]){"A", NULL}, NULL, error))

static const struct {
    const char *name;
    gboolean (*run)(AmiClient *client, GError **error);
    const char *message;
} refused_cases[] = {
    {"without-channel", without_channel, "action Hangup needs the header Channel: the channel"},
    {"without-endpoint", without_endpoint, "action PJSIPShowEndpoint needs the header Endpoint"},
    {"no-time", no_time, "action AbsoluteTimeout: Timeout is no time"},
    {"line-end", line_end, "action Setvar: the value of Value has a line end in it"},
    {"half-a-pair", half_a_pair, "action UserEvent: the header Door has no value behind it"},
    {"own-header", own_header, "action UserEvent: the header ActionID is for the client to set"},
    {"no-variable", no_variable,
     "action MessageSend: the variable \"A\" is not of the form NAME=value"},
};

static void
test_refused(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(refused_cases); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", refused_cases[i].name);
        g_assert_false(refused_cases[i].run(fixture->client, &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
        g_assert_nonnull(strstr(error->message, refused_cases[i].message));
    }
    g_assert_cmpuint(fixture->n_actions, ==, 0);
}

/* Each header that the table calls required is missed where it is the only one that is not there.
 */
static void
test_required(void)
{
    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);

        for (const AmiHeaderRow *missing = row->headers; missing->name != NULL; missing++) {
            g_autoptr(AmiAction) action = ami_action_new(row->name);
            g_autofree char *words_of_it = g_strdup_printf("needs the header %s:", missing->name);
            g_autoptr(GError) error = NULL;

            for (const AmiHeaderRow *header = row->headers; header->name != NULL; header++)
                if (header != missing)
                    ami_action_add(action, header->name, "1");
            g_assert_true(ami_action_check(action, &error) != missing->is_required);
            g_assert_true(!missing->is_required || strstr(error->message, words_of_it) != NULL);
        }
    }
}

/* --- What they give back --- */

static void
assert_event(AmiMessage *event, const char *name)
{
    g_assert_nonnull(event);
    g_assert_cmpstr(ami_message_get_event(event), ==, name);
}

static void
test_replies(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) list = ami_queue_status(fixture->client, NULL, NULL, &error);
    g_autoptr(AmiReply) event = ami_fax_stats(fixture->client, &error);
    g_autoptr(AmiReply) second = ami_jabber_send(fixture->client, "a", "b", "c", &error);
    g_autoptr(AmiReply) waited = ami_wait_event(fixture->client, 1, &error);
    g_autoptr(AmiReply) tree = ami_data_get(fixture->client, "/a", NULL, NULL, &error);
    g_autoptr(AmiReply) peers = ami_iax_peers(fixture->client, &error);
    g_autoptr(AmiReply) text = ami_queues(fixture->client, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(ami_reply_get_length(list), ==, 1);
    assert_event(ami_reply_get_item(list, 0), "Item");
    assert_event(ami_reply_get_complete(list), "QueueStatusComplete");
    assert_event(ami_reply_get_item(event, 0), "FAXStats");
    g_assert_cmpstr(ami_reply_get(second, "Message"), ==, "second");
    assert_event(ami_reply_get_complete(waited), "WaitEventComplete");
    assert_event(ami_reply_get_complete(tree), "DataGet Tree");
    g_assert_null(ami_reply_get_response(tree));
    /* Its items have no ActionID. */
    g_assert_cmpuint(ami_reply_get_length(peers), ==, 1);
    assert_event(ami_reply_get_item(peers, 0), "Item");
    g_assert_null(ami_reply_get_response(text));
    g_assert_cmpuint(ami_reply_get_length(text), >, 0);
}

/* Some failures come as a success. */
static void
test_failure(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < ami_table_length; i++) {
        const AmiActionRow *row = ami_table_get(i);
        const ActionCall *call = action_calls;
        g_autoptr(GError) error = NULL;

        if (row->failure == NULL)
            continue;
        while (!g_str_equal(call->name, row->name))
            call++;
        g_mutex_lock(&fixture->lock);
        fixture->message = row->failure;
        g_mutex_unlock(&fixture->lock);
        g_assert_false(call->run(fixture->client, TRUE, &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_REFUSED);
        g_assert_nonnull(strstr(error->message, row->failure));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/ami/actions/every-function", Fixture, NULL, set_up, test_every_function,
               tear_down);
    g_test_add_func("/ami/actions/all-are-there", test_all_are_there);
    g_test_add("/ami/actions/wire", Fixture, NULL, set_up, test_wire, tear_down);
    g_test_add("/ami/actions/refused", Fixture, NULL, set_up, test_refused, tear_down);
    g_test_add_func("/ami/actions/required", test_required);
    g_test_add("/ami/actions/replies", Fixture, NULL, set_up, test_replies, tear_down);
    g_test_add("/ami/actions/failure", Fixture, NULL, set_up, test_failure, tear_down);
    return g_test_run();
}
