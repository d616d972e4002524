/* test-originate.c - calls are placed as they were put together, and end exactly once. */

#include "ami/action-private.h"
#include "ami/originate-private.h"
#include "server.h"

#include <string.h>

/* --- The action --- */

/* Its headers; the id that is made up shows as `*`. */
static char *
get_headers(const AmiOriginate *originate)
{
    g_autoptr(AmiAction) action = ami_originate_to_action(originate);
    g_autofree char *text = ami_action_to_string(action);
    g_autoptr(GRegex) random = g_regex_new("capella-[0-9a-f-]{36}", 0, 0, NULL);
    g_autoptr(GError) error = NULL;

    ami_action_check(action, &error);
    g_assert_no_error(error);
    return g_regex_replace_literal(random, text, -1, 0, "*", 0, NULL);
}

static void
test_extension(void)
{
    g_autoptr(AmiOriginate) originate = ami_originate_new("PJSIP/alice");
    g_autofree char *headers = NULL;

    ami_originate_set_extension(originate, "ivr", "s", NULL);
    headers = get_headers(originate);
    g_assert_cmpstr(headers, ==,
                    "Action: Originate\nChannel: PJSIP/alice\nContext: ivr\nExten: s\nPriority: 1\n"
                    "Timeout: 30000\nAsync: true\nChannelId: *\n");
}

static void
set_all(AmiOriginate *originate)
{
    ami_originate_set_application(originate, "Playback", "hello,world");
    ami_originate_set_timeout(originate, 12.5);
    ami_originate_set_caller_id(originate, "Front desk", "100");
    ami_originate_set_account(originate, "42");
    ami_originate_set_codecs(originate, "ulaw,alaw");
    ami_originate_set_early_media(originate, TRUE);
    ami_originate_set_channel_id(originate, "id-1", "id-2");
    ami_originate_set_pre_dial_gosub(originate, "prepare,s,1(a)");
    ami_originate_add_variable(originate, "NOTE", "a, \"b\" and \\c");
    ami_originate_add_variable(originate, "__CALLERID(pres)", "");
}

static const char all_headers[] =
    "Action: Originate\nChannel: Local/1@a\nApplication: Playback\nData: hello,world\n"
    "Timeout: 12500\nCallerID: \"Front desk\" <100>\nAccount: 42\nCodecs: ulaw,alaw\n"
    "EarlyMedia: true\nAsync: true\nChannelId: id-1\nOtherChannelId: id-2\n"
    "PreDialGoSub: prepare,s,1(a)\nVariable: NOTE=\"a, \\\"b\\\" and \\\\c\"\n"
    "Variable: __CALLERID(pres)=\"\"\n";

static void
test_all(void)
{
    AmiOriginate *original = ami_originate_new("Local/1@a");
    g_autoptr(AmiOriginate) copy = NULL;
    g_autofree char *headers = NULL;
    g_autofree char *copied_headers = NULL;

    set_all(original);
    headers = get_headers(original);
    g_assert_cmpstr(headers, ==, all_headers);
    copy = ami_originate_copy(original);
    ami_originate_free(original);
    copied_headers = get_headers(copy);
    g_assert_cmpstr(copied_headers, ==, all_headers);
}

/* Each time it is placed, the channel gets another id. */
static void
test_channel_id(void)
{
    g_autoptr(AmiOriginate) originate = ami_originate_new("PJSIP/alice");
    g_autoptr(AmiAction) first = NULL;
    g_autoptr(AmiAction) second = NULL;
    g_autofree char *first_id = NULL;
    g_autofree char *second_id = NULL;

    ami_originate_set_extension(originate, "ivr", "s", "begin");
    first = ami_originate_to_action(originate);
    second = ami_originate_to_action(originate);
    first_id = ami_action_dup_value(first, "ChannelId");
    second_id = ami_action_dup_value(second, "ChannelId");
    g_assert_cmpstr(first_id, !=, second_id);
}

static const struct {
    const char *name;
    const char *number;
    const char *header;
} caller_cases[] = {
    {"Front desk", "100", "\"Front desk\" <100>"},
    {NULL, "100", "<100>"},
    {"Front desk", NULL, "\"Front desk\" <>"},
    {"Front desk", "", "\"Front desk\" <>"},
    {"O\"Brien", "1", "\"O\\\"Brien\" <1>"},
    {"back\\slash\\", "1", "\"back\\\\slash\\\\\" <1>"},
    {"A <b> \"<2>", "1", "\"A <b> \\\"<2>\" <1>"},
    {"J\303\274rgen", "+49 30", "\"J\303\274rgen\" <+49 30>"},
    {NULL, NULL, NULL},
    {"", "", NULL},
};

static void
test_caller_id(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(caller_cases); i++) {
        g_autoptr(AmiOriginate) originate = ami_originate_new("PJSIP/alice");
        g_autoptr(AmiAction) action = NULL;
        g_autofree char *header = NULL;

        ami_originate_set_extension(originate, "ivr", "s", NULL);
        ami_originate_set_caller_id(originate, caller_cases[i].name, caller_cases[i].number);
        action = ami_originate_to_action(originate);
        g_assert_true(ami_action_check(action, NULL));
        header = ami_action_dup_value(action, "CallerID");
        g_assert_cmpstr(header, ==, caller_cases[i].header);
    }
}

typedef struct {
    const char *name;
    const char *channel;
    const char *context;
    const char *extension;
    const char *application;
    gdouble timeout;
    const char *caller_name;
    const char *caller_number;
    guint id_length;
    const char *part; /* of the message; NULL: it can be placed */
} RefusedCase;

static const RefusedCase refused_cases[] = {
    {"nothing-wrong", "PJSIP/a", "ivr", "s", NULL, 30, "a", "1", 149, NULL},
    {"no-technology", "alice", "ivr", "s", NULL, 30, NULL, NULL, 0, "has no technology"},
    {"no-place", "PJSIP/a", NULL, NULL, NULL, 30, NULL, NULL, 0, "neither an extension nor"},
    {"empty-application", "PJSIP/a", NULL, NULL, "", 30, NULL, NULL, 0, "neither an extension nor"},
    {"two-places", "PJSIP/a", "ivr", "s", "Echo", 30, NULL, NULL, 0, "both an extension and"},
    {"empty-context", "PJSIP/a", "", "s", NULL, 30, NULL, NULL, 0, "the context or the extension"},
    {"no-time", "PJSIP/a", "ivr", "s", NULL, 0, NULL, NULL, 0, "may ring for 0 seconds"},
    {"negative-time", "PJSIP/a", "ivr", "s", NULL, -1, NULL, NULL, 0, "Timeout is no time"},
    {"endless-time", "PJSIP/a", "ivr", "s", NULL, 1e300, NULL, NULL, 0, "Timeout is no time"},
    {"long-id", "PJSIP/a", "ivr", "s", NULL, 30, NULL, NULL, 150, "longer than 149 bytes"},
    {"number-with-bracket", "PJSIP/a", "ivr", "s", NULL, 30, NULL, "1>", 0, "bracket or quote"},
    {"injection", "PJSIP/a\r\n\r\nAction: Logoff", "ivr", "s", NULL, 30, NULL, NULL, 0,
     "has a line end in it"},
    {"injection-by-name", "PJSIP/a", "ivr", "s", NULL, 30, "a\r\nApplication: System", NULL, 0,
     "has a line end in it"},
};

static void
test_refused(gconstpointer data)
{
    const RefusedCase *expected = data;
    g_autofree char *id = g_strnfill(expected->id_length, 'x');
    g_autoptr(AmiOriginate) originate = ami_originate_new(expected->channel);
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(GError) error = NULL;

    ami_originate_set_extension(originate, expected->context, expected->extension, NULL);
    ami_originate_set_application(originate, expected->application, NULL);
    ami_originate_set_timeout(originate, expected->timeout);
    ami_originate_set_caller_id(originate, expected->caller_name, expected->caller_number);
    ami_originate_set_channel_id(originate, NULL, *id != '\0' ? id : NULL);
    action = ami_originate_to_action(originate);
    if (expected->part == NULL) {
        g_assert_true(ami_action_check(action, NULL));
        return;
    }
    g_assert_false(ami_action_check(action, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, expected->part));
}

static void
test_too_long(void)
{
    g_autofree char *long_text = g_strnfill(255, 'x');
    g_autofree char *channel = g_strconcat("PJSIP/", long_text, NULL);
    g_autoptr(AmiOriginate) far = ami_originate_new(channel);
    g_autoptr(AmiOriginate) named = ami_originate_new("PJSIP/a");
    g_autoptr(AmiAction) far_action = NULL;
    g_autoptr(AmiAction) named_action = NULL;
    g_autoptr(GError) error = NULL;

    ami_originate_set_extension(far, "ivr", "s", NULL);
    far_action = ami_originate_to_action(far);
    g_assert_false(ami_action_check(far_action, &error));
    g_assert_nonnull(strstr(error->message, "the channel is longer than 255 bytes"));
    g_clear_error(&error);
    ami_originate_set_extension(named, "ivr", "s", NULL);
    ami_originate_set_caller_id(named, long_text, "1");
    named_action = ami_originate_to_action(named);
    g_assert_false(ami_action_check(named_action, &error));
    g_assert_nonnull(strstr(error->message, "name and number are longer than 255 bytes"));
}

/* --- What Asterisk says of it --- */

static const struct {
    const char *response;
    int reason;
    int code; /* -1: none */
    const char *part;
} event_cases[] = {
    {"Success", 4, -1, NULL},
    {"Success", 0, -1, NULL},
    {"Failure", 0, AMI_ERROR_CALL_FAILED, "there is nobody to be called at that place"},
    {"Failure", 1, AMI_ERROR_CALL_FAILED, "it was hung up (reason 1)"},
    {"Failure", 3, AMI_ERROR_NO_ANSWER, "it rang, and nobody answered in time"},
    {"Failure", 5, AMI_ERROR_BUSY, "call to PJSIP/alice: the line is busy (reason 5)"},
    {"Failure", 8, AMI_ERROR_CALL_FAILED, "all lines are in use"},
    {"Failure", 4, AMI_ERROR_CALL_FAILED, "a reason that Asterisk numbers 4"},
    {"Failure", 99, AMI_ERROR_CALL_FAILED, "a reason that Asterisk numbers 99"},
};

static void
test_event(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(event_cases); i++) {
        g_autofree char *text = g_strdup_printf("Event: OriginateResponse\r\nResponse: %s\r\n"
                                                "Channel: PJSIP/alice\r\nReason: %d\r\n",
                                                event_cases[i].response, event_cases[i].reason);
        g_autoptr(AmiMessage) event = ami_message_new(text, strlen(text), NULL);
        g_autoptr(GError) error = NULL;

        if (event_cases[i].code < 0) {
            g_assert_true(ami_originate_check_event(event, &error));
            g_assert_no_error(error);
            continue;
        }
        g_assert_false(ami_originate_check_event(event, &error));
        g_assert_error(error, AMI_ERROR, event_cases[i].code);
        g_assert_nonnull(strstr(error->message, event_cases[i].part));
    }
}

/* --- Placing it --- */

#define TAKEN "Response: Success\nMessage: Originate successfully queued\n.\n"
#define EVENT "Event: OriginateResponse\nPrivilege: call,all\nChannel: PJSIP/alice-1\n"

typedef struct {
    const char *name;
    const char *script;
    int code; /* of the error; -1: none */
    const char *part;
} PlaceCase;

static const PlaceCase place_cases[] = {
    {"answered",
     "answer Originate Async=true\n" TAKEN EVENT "Response: Success\nReason: 4\n"
     "Uniqueid: {ChannelId}\nend\n",
     -1, NULL},
    {"busy", "answer Originate\n" TAKEN EVENT "Response: Failure\nReason: 5\nend\n", AMI_ERROR_BUSY,
     "the line is busy"},
    {"no-answer", "answer Originate\n" TAKEN EVENT "Response: Failure\nReason: 3\nend\n",
     AMI_ERROR_NO_ANSWER, "nobody answered"},
    {"congestion", "answer Originate\n" TAKEN EVENT "Response: Failure\nReason: 8\nend\n",
     AMI_ERROR_CALL_FAILED, "all lines"},
    {"event-first",
     "answer Originate\n" EVENT "Response: Success\nReason: 4\nUniqueid: {ChannelId}\n.\n"
     "Response: Success\nMessage: Originate successfully queued\nend\n",
     -1, NULL},
    {"somebody-elses",
     "answer Originate\n" TAKEN EVENT "ActionID: other\nResponse: Failure\nReason: 5\n.\n" EVENT
     "ActionID: none\nResponse: Failure\nReason: 8\n.\n" EVENT
     "Response: Success\nReason: 4\nUniqueid: {ChannelId}\nend\n",
     -1, NULL},
    {"other-events-between",
     "answer Originate\n" TAKEN
     "Event: UserEvent\nPrivilege: user,all\nUserEvent: x\nResponse: Error\n.\n" EVENT
     "Response: Success\nReason: 4\nUniqueid: {ChannelId}\nend\n",
     -1, NULL},
    {"later",
     "answer Originate\nResponse: Success\nMessage: Originate successfully queued\nend\n"
     "event 20ms after Originate\n" EVENT
     "ActionID: {ActionID}\nResponse: Success\nReason: 4\nUniqueid: {ChannelId}\nend\n",
     -1, NULL},
    {"refused", "error Originate \"Extension does not exist.\"\n", AMI_ERROR_REFUSED,
     "Extension does not exist."},
    {"no-permission", "user capella galaxy write call\n", AMI_ERROR_PERMISSION, ""},
    {"disconnect-before-response", "fault close before Originate\n", AMI_ERROR_DISCONNECTED, ""},
    {"disconnect-between",
     "answer Originate\nResponse: Success\nMessage: Originate successfully queued\nend\n"
     "fault close after Originate\n",
     AMI_ERROR_DISCONNECTED, ""},
};

static AmiOriginate *
new_call(gdouble timeout)
{
    AmiOriginate *originate = ami_originate_new("PJSIP/alice");

    ami_originate_set_extension(originate, "ivr", "s", NULL);
    ami_originate_set_timeout(originate, timeout);
    return originate;
}

static void
check_end(const PlaceCase *expected, Server *server, AmiMessage *event, const GError *error)
{
    g_autofree char *id = NULL;

    if (expected->code >= 0) {
        g_assert_error(error, AMI_ERROR, expected->code);
        g_assert_nonnull(strstr(error->message, expected->part));
        g_assert_null(event);
        return;
    }
    g_assert_no_error(error);
    id = pbx_manager_dup_header(server->manager, "Originate", "ChannelId");
    g_assert_cmpstr(ami_message_get(event, "Uniqueid"), ==, id);
}

static void
test_place(gconstpointer data)
{
    const PlaceCase *expected = data;
    g_autoptr(AmiOriginate) originate = new_call(30);
    g_autoptr(AmiMessage) event = NULL;
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server, expected->script);
    event = ami_originate(server.client, originate, NULL, &error);
    check_end(expected, &server, event, error);
    server_end(&server);
}

/* How an asynchronous call ended, and how often. */
typedef struct {
    guint times;
    gboolean is_over;
    AmiMessage *event;
    GError *error;
} End;

static void
on_end(GObject *client, GAsyncResult *result, gpointer data)
{
    End *end = data;

    end->times++;
    end->is_over = TRUE;
    end->event = ami_originate_finish(AMI_CLIENT(client), result, &end->error);
}

static void
end_clear(End *end)
{
    g_assert_cmpuint(end->times, ==, 1);
    g_clear_pointer(&end->event, ami_message_unref);
    g_clear_error(&end->error);
}

static void
test_async(gconstpointer data)
{
    const PlaceCase *expected = data;
    AmiOriginate *originate = new_call(30);
    End end = {0};
    Server server;

    server_begin(&server, expected->script);
    ami_originate_async(server.client, originate, NULL, on_end, &end);
    ami_originate_free(originate);
    server_run_until(&end.is_over);
    check_end(expected, &server, end.event, end.error);
    server_end(&server);
    end_clear(&end);
}

/* Two at a time, of which the second is over first. */
static void
test_two(void)
{
    g_autoptr(AmiOriginate) originate = new_call(30);
    End first = {0};
    End second = {0};
    Server server;

    server_begin(&server, "answer Originate\nResponse: Success\nend\n"
                          "event after 2nd Originate\n" EVENT
                          "ActionID: {ActionID}\nResponse: Failure\nReason: 5\nend\n");
    ami_originate_async(server.client, originate, NULL, on_end, &first);
    ami_originate_async(server.client, originate, NULL, on_end, &second);
    server_run_until(&second.is_over);
    g_assert_error(second.error, AMI_ERROR, AMI_ERROR_BUSY);
    g_assert_cmpuint(first.times, ==, 0);
    pbx_manager_disconnect(server.manager, FALSE);
    server_run_until(&first.is_over);
    g_assert_error(first.error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    server_end(&server);
    end_clear(&first);
    end_clear(&second);
}

static void
test_cancel(void)
{
    g_autoptr(AmiOriginate) originate = new_call(30);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(AmiReply) reply = NULL;
    End end = {0};
    Server server;

    server_begin(&server, "answer Originate\nResponse: Success\nend\n"
                          "answer Late\nResponse: Success\nend\n");
    ami_originate_async(server.client, originate, cancellable, on_end, &end);
    /* Behind it: by then the response to Originate has come. */
    reply = ami_action(server.client, NULL, "Late", NULL);
    g_assert_nonnull(reply);
    g_assert_cmpuint(end.times, ==, 0);
    g_cancellable_cancel(cancellable);
    server_run_until(&end.is_over);
    g_assert_error(end.error, AMI_ERROR, AMI_ERROR_CANCELLED);
    server_end(&server);
    end_clear(&end);
}

typedef struct {
    PbxManager *manager;
    GCancellable *cancellable;
} Canceller;

static gpointer
cancel_when_sent(gpointer data)
{
    Canceller *canceller = data;

    g_assert_true(pbx_manager_wait_action(canceller->manager, "Originate", 1));
    g_cancellable_cancel(canceller->cancellable);
    return NULL;
}

static void
test_cancel_blocking(void)
{
    g_autoptr(AmiOriginate) originate = new_call(30);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    Canceller canceller;
    GThread *thread;
    Server server;

    server_begin(&server, "answer Originate\nResponse: Success\nend\n");
    canceller = (Canceller){server.manager, cancellable};
    thread = g_thread_new("cancel", cancel_when_sent, &canceller);
    g_assert_null(ami_originate(server.client, originate, cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_thread_join(thread);
    server_end(&server);
}

/* The event does not come: as long as it may ring, and an action's time on top. */
static void
test_no_event(void)
{
    g_autoptr(AmiOriginate) originate = new_call(0.1);
    g_autoptr(GError) error = NULL;
    gint64 begin;
    Server server;

    server_begin(&server, "answer Originate\nResponse: Success\nend\n");
    ami_client_stop(server.client);
    ami_client_set_action_timeout(server.client, 0.2);
    ami_client_connect(server.client, NULL, &error);
    g_assert_no_error(error);
    begin = g_get_monotonic_time();
    g_assert_null(ami_originate(server.client, originate, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_assert_cmpint(g_get_monotonic_time() - begin, >=, 300000);
    g_assert_nonnull(strstr(error->message, "the event OriginateResponse did not come in time; "
                                            "it never comes when the event mask"));
    server_end(&server);
}

/* Not even the response comes: then the event's classes have nothing to do with it. */
static void
test_no_response(void)
{
    g_autoptr(AmiOriginate) originate = new_call(0.1);
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server, "ignore Originate\n");
    ami_client_stop(server.client);
    ami_client_set_action_timeout(server.client, 0.2);
    ami_client_connect(server.client, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(ami_originate(server.client, originate, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    g_assert_null(strstr(error->message, "OriginateResponse"));
    server_end(&server);
}

/* What is wrong is found before anything is sent. */
static void
test_not_sent(void)
{
    g_autoptr(AmiOriginate) originate = ami_originate_new("alice");
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server, "");
    ami_originate_set_extension(originate, "ivr", "s", NULL);
    g_assert_null(ami_originate(server.client, originate, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(ami_originate_start(server.client, originate, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_cmpuint(pbx_manager_count_actions(server.manager, "Originate"), ==, 0);
    server_end(&server);
}

/* Without waiting: the response is enough. */
static void
test_start(void)
{
    g_autoptr(AmiOriginate) originate = new_call(30);
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server, "answer 1st Originate\nResponse: Success\nend\n"
                          "error 2nd Originate \"Extension does not exist.\"\n");
    g_assert_true(ami_originate_start(server.client, originate, &error));
    g_assert_no_error(error);
    g_assert_false(ami_originate_start(server.client, originate, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_REFUSED);
    server_end(&server);
}

static void
add_place_cases(const char *folder, GTestDataFunc function)
{
    for (gsize i = 0; i < G_N_ELEMENTS(place_cases); i++) {
        g_autofree char *path =
            g_strconcat("/ami/originate/", folder, "/", place_cases[i].name, NULL);

        g_test_add_data_func(path, &place_cases[i], function);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(refused_cases); i++) {
        g_autofree char *path = g_strconcat("/ami/originate/refused/", refused_cases[i].name, NULL);

        g_test_add_data_func(path, &refused_cases[i], test_refused);
    }
    g_test_add_func("/ami/originate/extension", test_extension);
    g_test_add_func("/ami/originate/all", test_all);
    g_test_add_func("/ami/originate/channel-id", test_channel_id);
    g_test_add_func("/ami/originate/caller-id", test_caller_id);
    g_test_add_func("/ami/originate/too-long", test_too_long);
    g_test_add_func("/ami/originate/event", test_event);
    add_place_cases("place", test_place);
    add_place_cases("async", test_async);
    g_test_add_func("/ami/originate/two", test_two);
    g_test_add_func("/ami/originate/cancel", test_cancel);
    g_test_add_func("/ami/originate/cancel-blocking", test_cancel_blocking);
    g_test_add_func("/ami/originate/no-event", test_no_event);
    g_test_add_func("/ami/originate/no-response", test_no_response);
    g_test_add_func("/ami/originate/not-sent", test_not_sent);
    g_test_add_func("/ami/originate/start", test_start);
    return g_test_run();
}
