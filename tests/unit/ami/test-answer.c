/* test-answer.c - what Asterisks of all ages answer, and what becomes of it. */

#include "peer.h"

#include <string.h>

#define NO_ERROR (-1)

/* A conversation: @answer is what the action is answered with, $ stands for its ActionID. Expected
 * are an error, or what the reply has; which events subscribers see; and how many responses nobody
 * waited for. */
typedef struct {
    const char *name;
    const char *banner; /* NULL: of Asterisk 22 */
    const char *action;
    const char *headers[8]; /* names and values */
    const char *answer;
    int error;
    const char *message; /* of the error, or header Message of the response; NULL: any */
    guint n_items;
    const char *complete; /* NULL: none */
    const char *events;   /* names, each with a blank behind it */
    guint unexpected;
} AnswerCase;

static const AnswerCase answer_cases[] = {
    {"success", .action = "Hangup", .headers = {"Channel", "a"},
     .answer = "Response: Success\nActionID: $\nMessage: Channel Hungup\n\n", .error = NO_ERROR,
     .message = "Channel Hungup"},
    {"refused", .action = "Hangup", .headers = {"Channel", "a"},
     .answer = "Response: Error\nActionID: $\nMessage: No such channel\n\n",
     .error = AMI_ERROR_REFUSED, .message = "Hangup: No such channel"},
    {"refused-with-a-line-feed", .action = "Bridge", .headers = {"Channel1", "a", "Channel2", "b"},
     .answer = "Response: Error\nActionID: $\nMessage: Channel1 does not exist\r\n\n\n",
     .error = AMI_ERROR_REFUSED, .message = "Bridge: Channel1 does not exist"},
    {"refused-without-a-word", .action = "Ping", .answer = "Response: Error\nActionID: $\n\n",
     .error = AMI_ERROR_REFUSED},
    {"no-permission", .action = "Reload",
     .answer = "Response: Error\nActionID: $\nMessage: Permission denied\n\n",
     .error = AMI_ERROR_PERMISSION, .message = "Reload: Permission denied"},
    {"no-permission-1.4", .banner = "Asterisk Call Manager/1.0", .action = "Reload",
     .answer = "Response: Error\nActionID: $\nMessage: Authentication Required\n\n",
     .error = AMI_ERROR_PERMISSION},
    {"unknown-action", .action = "PJSIPShowAors",
     .answer = "Response: Error\nActionID: $\nMessage: Invalid/unknown command: PJSIPShowAors. Use "
               "Action: ListCommands to show available commands.\n\n",
     .error = AMI_ERROR_UNKNOWN_ACTION},
    {"list", .action = "CoreShowChannels",
     .answer =
         "Response: Success\nActionID: $\nEventList: start\nMessage: Channels will follow\n\n"
         "Event: CoreShowChannel\nActionID: $\nChannel: a\n\n"
         "Event: CoreShowChannel\nActionID: $\nChannel: b\n\n"
         "Event: CoreShowChannelsComplete\nActionID: $\nEventList: Complete\nListItems: 2\n\n",
     .error = NO_ERROR, .message = "Channels will follow", .n_items = 2,
     .complete = "CoreShowChannelsComplete"},
    {"list-with-a-capital", .action = "FAXSessions",
     .answer = "Response: Success\nActionID: $\nEventList: Start\n\n"
               "Event: FAXSessionsComplete\nActionID: $\neventlist: complete\n\n",
     .error = NO_ERROR, .complete = "FAXSessionsComplete"},
    {"list-of-an-unknown-action", .action = "SomebodysOwnList",
     .answer = "Response: Success\nActionID: $\nEventList: start\n\n"
               "Event: Own\nActionID: $\n\n"
               "Event: OwnEnd\nActionID: $\nEventList: Complete\n\n",
     .error = NO_ERROR, .n_items = 1, .complete = "OwnEnd"},
    {"list-cancelled", .action = "Status",
     .answer = "Response: Success\nActionID: $\nEventList: start\n\n"
               "Event: StatusComplete\nActionID: $\nEventList: cancelled\n\n",
     .error = NO_ERROR, .complete = "StatusComplete"},
    {"no-list-where-there-might-be-one", .action = "VoicemailUsersList",
     .answer = "Response: Success\nActionID: $\nMessage: There are no voicemail users currently "
               "defined.\n\n",
     .error = NO_ERROR, .n_items = 0},
    {"error-in-the-middle-of-a-list", .action = "PJSIPShowEndpoint", .headers = {"Endpoint", "a"},
     .answer = "Response: Success\nActionID: $\nEventList: start\n\n"
               "Event: EndpointDetail\nActionID: $\n\n"
               "Response: Error\nActionID: $\nMessage: Unable to retrieve endpoint a\r\n\n\n",
     .error = AMI_ERROR_REFUSED, .message = "PJSIPShowEndpoint: Unable to retrieve endpoint a"},
    {"list-whose-events-are-named-like-others", .action = "ParkedCalls",
     .answer = "Event: ParkedCall\nPrivilege: call,all\n\n"
               "Response: Success\nActionID: $\nEventList: start\n\n"
               "Event: ParkedCall\nActionID: $\n\n"
               "Event: ParkedCallsComplete\nActionID: $\nEventList: Complete\n\n",
     .error = NO_ERROR, .n_items = 1, .complete = "ParkedCallsComplete", .events = "ParkedCall "},
    {"list-of-1.4", .banner = "Asterisk Call Manager/1.0", .action = "QueueStatus",
     .answer = "Response: Success\nActionID: $\nMessage: Queue status will follow\n\n"
               "Event: QueueParams\nActionID: $\n\nEvent: QueueMember\nActionID: $\n\n"
               "Event: QueueStatusComplete\nActionID: $\n\n",
     .error = NO_ERROR, .n_items = 2, .complete = "QueueStatusComplete"},
    {"list-of-12", .banner = "Asterisk Call Manager/2.5.0", .action = "Status",
     .answer = "Response: Success\nActionID: $\nMessage: Channel status will follow\n\n"
               "Event: Status\nPrivilege: Call\nActionID: $\n\n"
               "Event: StatusComplete\nActionID: $\nItems: 1\n\n",
     .error = NO_ERROR, .n_items = 1, .complete = "StatusComplete"},
    {"no-list-of-11", .banner = "Asterisk Call Manager/1.3", .action = "VoicemailUsersList",
     .answer = "Response: Success\nActionID: $\nMessage: There are no voicemail users currently "
               "defined.\n\n",
     .error = NO_ERROR},
    {"event-with-a-response", .action = "Originate",
     .headers = {"Channel", "SIP/a", "Application", "Echo", "Async", "true"},
     .answer = "Event: OriginateResponse\nPrivilege: call,all\nActionID: $\nResponse: Failure\n\n"
               "Response: Success\nActionID: $\nMessage: Originate successfully queued\n\n"
               "Event: OriginateResponse\nPrivilege: call,all\nActionID: $\nResponse: Success\n\n",
     .error = NO_ERROR, .message = "Originate successfully queued",
     .events = "OriginateResponse OriginateResponse "},
    {"own-user-event", .action = "UserEvent", .headers = {"UserEvent", "Alarm"},
     .answer = "Event: UserEvent\nPrivilege: user,all\nUserEvent: Alarm\nActionID: $\n\n"
               "Response: Success\nActionID: $\nMessage: Event Sent\n\n"
               "Event: UserEvent\nPrivilege: user,all\nUserEvent: Alarm\nActionID: $\n\n",
     .error = NO_ERROR, .events = "UserEvent UserEvent "},
    {"response-then-event", .action = "FAXSession", .headers = {"SessionNumber", "1"},
     .answer = "Response: Success\nActionID: $\nMessage: FAXSession event will follow\n\n"
               "Event: DeviceStateChange\nPrivilege: call,all\n\n"
               "Event: FAXSession\nActionID: $\nSessionNumber: 1\n\n",
     .error = NO_ERROR, .n_items = 1, .events = "DeviceStateChange "},
    {"two-responses", .action = "JabberSend",
     .headers = {"Jabber", "a", "JID", "b", "ScreenName", "b@c", "Message", "Hello"},
     .answer = "Response: Success\nActionID: $\nMessage: Attempting to send Jabber Message\n\n"
               "Response: Success\nActionID: $\n\n",
     .error = NO_ERROR},
    {"two-responses-of-which-the-second-refuses", .action = "JabberSend",
     .headers = {"Jabber", "a", "JID", "b", "ScreenName", "b@c", "Message", "Hello"},
     .answer = "Response: Success\nActionID: $\nMessage: Attempting to send Jabber Message\n\n"
               "Response: Error\nActionID: $\nMessage: Could not find Sender\n\n",
     .error = AMI_ERROR_REFUSED, .message = "JabberSend: Could not find Sender"},
    {"three-errors", .action = "ModuleLoad", .headers = {"LoadType", "x"},
     .answer = "Response: Error\nActionID: $\nMessage: Need module name\n\n"
               "Response: Error\nActionID: $\nMessage: Incomplete ModuleLoad action.\n\n"
               "Response: Error\nActionID: $\nMessage: Nothing done\n\n",
     .error = AMI_ERROR_REFUSED, .message = "ModuleLoad: Need module name", .unexpected = 2},
    {"text", .action = "IAXnetstats", .answer = "IAX2/a-1  20 -1 0\nIAX2/b-2  30 -1 0\n\n",
     .error = NO_ERROR, .n_items = 1},
    {"text-in-parts", .banner = "Asterisk Call Manager/1.1", .action = "Queues",
     .answer = "support  has 0 calls\n   No Members\n\nsales  has 0 calls\n\n\n", .error = NO_ERROR,
     .n_items = 2},
    {"no-text", .action = "IAXnetstats", .answer = "\n", .error = NO_ERROR},
    {"text-that-is-refused", .action = "IAXnetstats",
     .answer = "Response: Error\nActionID: $\nMessage: Permission denied\n\n",
     .error = AMI_ERROR_PERMISSION},
    {"events-that-were-waited-for", .action = "WaitEvent", .headers = {"Timeout", "1"},
     .answer = "Response: Success\nActionID: $\nMessage: Waiting for Event completed.\n\n"
               "Event: Newchannel\nPrivilege: call,all\n\n"
               "Event: WaitEventComplete\nActionID: $\n\n",
     .error = NO_ERROR, .complete = "WaitEventComplete", .events = "Newchannel "},
    {"no-action-id", .banner = "Asterisk Call Manager/1.0", .action = "Getvar",
     .headers = {"Variable", "X"}, .answer = "Response: Success\nVariable: X\nValue: 1\n\n",
     .error = NO_ERROR},
    {"goodbye", .action = "Ping", .answer = "Response: Goodbye\nActionID: $\n\n", NO_ERROR},
    {"pong", .action = "Ping", .answer = "Response: Pong\nActionID: $\n\n", NO_ERROR},
    {"events-on", .action = "Ping", .answer = "Response: Events On\nActionID: $\n\n", NO_ERROR},
    {"command-of-13", .banner = "Asterisk Call Manager/2.10.6", .action = "Command",
     .headers = {"Command", "core show uptime"},
     .answer = "Response: Follows\nPrivilege: Command\nActionID: $\nSystem uptime: 1\n\n"
               "Event: no\n--END COMMAND--\n\n",
     .error = NO_ERROR},
    {"twice-the-same-response", .action = "Ping",
     .answer = "Response: Success\nActionID: $\n\nResponse: Success\nActionID: $\n\n",
     .error = NO_ERROR, .unexpected = 1},
    {"response-to-nobody", .action = "Ping",
     .answer = "Response: Success\nActionID: nobody\n\nResponse: Error\nActionID: \n\n"
               "Response: Success\nActionID: $\n\n",
     .error = NO_ERROR, .unexpected = 2},
    {"text-for-nobody", .action = "Ping",
     .answer = "Mere text\n\nResponse: Success\nActionID: $\n\n", .error = NO_ERROR,
     .unexpected = 1},
    {"second-success-in-a-list", .action = "Status",
     .answer = "Response: Success\nActionID: $\nEventList: start\n\n"
               "Response: Success\nActionID: $\n\n"
               "Event: StatusComplete\nActionID: $\nEventList: Complete\n\n",
     .error = NO_ERROR, .complete = "StatusComplete", .unexpected = 1},
    {"rest-of-a-list", .action = "Status",
     .answer = "Response: Success\nActionID: $\n\n"
               "Event: StatusComplete\nActionID: $\n\n",
     .error = NO_ERROR, .unexpected = 1},
};

/* Answers the case's action as it says, and all others as usual. */
static gboolean
on_action(PeerSession *session, const char *name, const char *id, G_GNUC_UNUSED AmiMessage *action,
          gpointer data)
{
    const AnswerCase *expected = data;
    g_autoptr(GString) answer = NULL;

    if (!g_str_equal(name, expected->action))
        return FALSE;
    answer = g_string_new(expected->answer);
    g_string_replace(answer, "$", id, 0);
    peer_send(session, "%s", answer->str);
    return TRUE;
}

static void
on_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer events)
{
    if (g_str_equal(ami_message_get_event(event), "FullyBooted"))
        return;
    g_string_append_printf(events, "%s ", ami_message_get_event(event));
}

static void
assert_reply(const AnswerCase *expected, AmiReply *reply)
{
    AmiMessage *complete = ami_reply_get_complete(reply);

    if (expected->message != NULL)
        g_assert_cmpstr(ami_reply_get(reply, "Message"), ==, expected->message);
    g_assert_cmpuint(ami_reply_get_length(reply), ==, expected->n_items);
    g_assert_cmpstr(complete != NULL ? ami_message_get_event(complete) : NULL, ==,
                    expected->complete);
}

static void
assert_error(const AnswerCase *expected, const GError *error)
{
    g_assert_error(error, AMI_ERROR, expected->error);
    if (expected->message != NULL)
        g_assert_cmpstr(error->message, ==, expected->message);
}

/* What stands behind the answer has been read when another action is answered. */
static void
settle(AmiClient *client)
{
    g_autoptr(AmiReply) reply = ami_action(client, NULL, "Settle", NULL);

    g_assert_nonnull(reply);
}

static AmiReply *
send_case(AmiClient *client, const AnswerCase *expected, GError **error)
{
    AmiAction *action = ami_action_new(expected->action);

    for (gsize i = 0; i < G_N_ELEMENTS(expected->headers) && expected->headers[i] != NULL; i += 2)
        ami_action_add(action, expected->headers[i], expected->headers[i + 1]);
    return ami_client_send(client, action, NULL, error);
}

static void
test_answer(gconstpointer data)
{
    const AnswerCase *expected = data;
    g_autoptr(Peer) peer = peer_new(on_action, (gpointer) expected);
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(GString) events = g_string_new("");
    g_autoptr(AmiReply) reply = NULL;
    g_autoptr(GError) error = NULL;
    AmiStatistics statistics;

    if (expected->banner != NULL)
        peer_set_banner(peer, expected->banner);
    client = peer_new_ready_client(peer);
    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    ami_client_subscribe(client, NULL, on_event, events, NULL);
    reply = send_case(client, expected, &error);
    if (expected->error == NO_ERROR) {
        g_assert_no_error(error);
        assert_reply(expected, reply);
    } else {
        assert_error(expected, error);
    }
    settle(client);
    g_assert_cmpstr(events->str, ==, expected->events != NULL ? expected->events : "");
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.unexpected, ==, expected->unexpected);
    g_assert_cmpuint(statistics.pending, ==, 0);
}

/* --- Lists one by one --- */

static const AnswerCase shown_list = {
    .action = "Status",
    .answer = "Response: Success\nActionID: $\nEventList: start\n\n"
              "Event: Status\nActionID: $\nChannel: a\n\n"
              "Event: Status\nActionID: $\nChannel: b\n\n"
              "Event: StatusComplete\nActionID: $\nEventList: Complete\n\n",
};

static void
on_item(AmiMessage *item, gpointer channels)
{
    g_string_append(channels, ami_message_get(item, "Channel"));
}

static void
test_shown_list(void)
{
    g_autoptr(Peer) peer = peer_new(on_action, (gpointer) &shown_list);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GString) channels = g_string_new("");
    g_autoptr(AmiReply) reply = NULL;
    AmiAction *action = ami_action_new("Status");

    ami_action_set_item_func(action, on_item, channels, NULL);
    reply = ami_client_send(client, action, NULL, NULL);
    g_assert_nonnull(reply);
    g_assert_cmpstr(channels->str, ==, "ab");
    g_assert_cmpuint(ami_reply_get_length(reply), ==, 0);
    g_assert_nonnull(ami_reply_get_complete(reply));
}

/* An item may end the action that it belongs to. */
static void
stop_client(G_GNUC_UNUSED AmiMessage *item, gpointer client)
{
    ami_client_stop(client);
}

static void
test_item_that_stops(void)
{
    g_autoptr(Peer) peer = peer_new(on_action, (gpointer) &shown_list);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;
    AmiAction *action = ami_action_new("Status");

    ami_action_set_item_func(action, stop_client, client, NULL);
    g_assert_null(ami_client_send(client, action, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    peer_assert_nothing_pending(client);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(answer_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/answer/%s", answer_cases[i].name);

        g_test_add_data_func(path, &answer_cases[i], test_answer);
    }
    g_test_add_func("/ami/answer/shown-list", test_shown_list);
    g_test_add_func("/ami/answer/item-that-stops", test_item_that_stops);
    return g_test_run();
}
