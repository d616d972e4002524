/* test-values.c - actions give the values that Asterisk answers with, of any version. */

#include "server.h"

#include <capella/ami/values.h>
#include <string.h>

/* --- Variables and the database --- */

typedef struct {
    const char *name;
    const char *script;
    const char *channel;  /* or family */
    const char *variable; /* or key */
    const char *value;
    int code; /* of the error; -1: none */
} ValueCase;

static const ValueCase variable_cases[] = {
    {"channel",
     "answer Getvar Channel=PJSIP/a-1 Variable=LANG\nResponse: Success\nVariable: LANG\n"
     "Value: en\nend\n",
     "PJSIP/a-1", "LANG", "en", -1},
    {"global", "answer Getvar Channel= Variable=LANG\nResponse: Success\nValue: de\nend\n", NULL,
     "LANG", "de", -1},
    {"function",
     "answer Getvar Variable=CALLERID(num)\nResponse: Success\nVariable: CALLERID(num)\n"
     "Value: 100\nend\n",
     "PJSIP/a-1", "CALLERID(num)", "100", -1},
    {"unset", "answer Getvar\nResponse: Success\nVariable: X\nValue: \nend\n", NULL, "X", "", -1},
    {"unset-1.2", "version 1.0\nanswer Getvar\nResponse: Success\nValue: (null)\nend\n", NULL, "X",
     "", -1},
    {"null", "answer Getvar\nResponse: Success\nValue: (null)\nend\n", NULL, "X", "(null)", -1},
    {"named-like-a-header", "answer Getvar\nResponse: Success\nVariable: Response\nValue: 7\nend\n",
     NULL, "Response", "7", -1},
    {"asterisk-1.4",
     "version 1.0\nanswer Getvar\nResponse: Success\nVariable: X\nValue: 1\n"
     "ActionID: {ActionID}\nend\n",
     NULL, "X", "1", -1},
    {"line-ends",
     "answer Getvar\nResponse: Success\nVariable: X\n\"Value: one\\n\\ntwo: 2\\r\\n\"\nend\n", NULL,
     "X", "one\n\ntwo: 2", -1},
    {"odd-bytes", "answer Getvar\nResponse: Success\nValue:  a:b, \"c\" \\ \377 \nend\n", NULL, "X",
     " a:b, \"c\" \\ \377 ", -1},
    {"refused", "error Getvar \"No such channel\"\n", "PJSIP/b-1", "X", NULL, AMI_ERROR_REFUSED},
    {"no-value", "answer Getvar\nResponse: Success\nVariable: X\nend\n", NULL, "X", NULL,
     AMI_ERROR_MALFORMED},
    {"injection", "", NULL, "X\r\n\r\nAction: Logoff", NULL, AMI_ERROR_INVALID_ARGUMENT},
};

static const ValueCase database_cases[] = {
    {"list", "database prefs colour blue\n", "prefs", "colour", "blue", -1},
    {"no-key", "", "prefs", "colour", NULL, -1},
    {"action-id",
     "answer DBGet\nResponse: Success\nEventList: start\nMessage: Result will follow\n.\n"
     "Event: DBGetResponse\nActionID: somebody-else\nVal: red\n.\n"
     "Event: DBGetResponse\nFamily: prefs\nKey: colour\nVal: blue\n.\n"
     "Event: DBGetComplete\nEventList: Complete\nListItems: 1\nend\n",
     "prefs", "colour", "blue", -1},
    {"asterisk-1.4",
     "version 1.0\nanswer DBGet\nResponse: Success\nMessage: Result will follow\n.\n"
     "Event: DBGetResponse\nFamily: prefs\nKey: colour\nVal: blue\nend\n",
     "prefs", "colour", "blue", -1},
    {"asterisk-11",
     "version 1.3\nanswer DBGet\nResponse: Success\nMessage: Result will follow\n.\n"
     "Event: DBGetResponse\nFamily: prefs\nKey: colour\nVal: blue\n.\n"
     "Event: DBGetComplete\nend\n",
     "prefs", "colour", "blue", -1},
    {"line-ends",
     "answer DBGet\nResponse: Success\nEventList: start\n.\n"
     "Event: DBGetResponse\n\"Val: one\\ntwo\\r\\n\"\nActionID: {ActionID}\n.\n"
     "Event: DBGetComplete\nEventList: Complete\nend\n",
     "prefs", "colour", "one\ntwo", -1},
    {"empty-list",
     "answer DBGet\nResponse: Success\nEventList: start\n.\n"
     "Event: DBGetComplete\nEventList: Complete\nListItems: 0\nend\n",
     "prefs", "colour", NULL, -1},
    {"refused", "error DBGet \"No family specified.\"\n", "", "colour", NULL, AMI_ERROR_REFUSED},
    {"no-permission", "user capella galaxy write call\n", "prefs", "colour", NULL,
     AMI_ERROR_PERMISSION},
};

static void
check_value(const ValueCase *expected, gboolean has_it, const char *value, const GError *error)
{
    if (expected->code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, AMI_ERROR, expected->code);
    g_assert_cmpint(has_it, ==, expected->code < 0);
    g_assert_cmpstr(value, ==, expected->value);
}

static void
test_getvar(gconstpointer data)
{
    const ValueCase *expected = data;
    g_autofree char *value = NULL;
    g_autoptr(GError) error = NULL;
    gboolean has_it;
    Server server;

    server_begin(&server, expected->script);
    has_it = ami_getvar(server.client, expected->channel, expected->variable, &value, &error);
    check_value(expected, has_it, value, error);
    server_end(&server);
}

static void
test_db_get(gconstpointer data)
{
    const ValueCase *expected = data;
    g_autofree char *value = NULL;
    g_autoptr(GError) error = NULL;
    gboolean has_it;
    Server server;

    server_begin(&server, expected->script);
    has_it = ami_db_get(server.client, expected->channel, expected->variable, &value, &error);
    check_value(expected, has_it, value, error);
    server_end(&server);
}

static void
test_disconnect(void)
{
    g_autofree char *value = NULL;
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server, "database prefs colour blue\nfault close inside DBGet\n");
    g_assert_false(ami_db_get(server.client, "prefs", "colour", &value, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    g_assert_null(value);
    server_end(&server);
}

/* --- Commands --- */

typedef struct {
    const char *name;
    const char *script;
    const char *lines; /* joined by | */
    int code;          /* of the error; -1: none */
    const char *part;  /* of its message */
} CommandCase;

static const CommandCase command_cases[] = {
    {"asterisk-22", "output \"core show uptime\"\nSystem uptime: 6 minutes\n\n  a: b\nend\n",
     "System uptime: 6 minutes||a: b", -1, NULL},
    {"asterisk-13",
     "version 2.10\noutput \"core show uptime\"\nSystem uptime: 6 minutes\n\nlast\nend\n",
     "System uptime: 6 minutes||last", -1, NULL},
    {"no-output", "output \"core show uptime\"\nend\n", "", -1, NULL},
    {"no-output-13", "version 2.10\noutput \"core show uptime\"\nend\n", "", -1, NULL},
    {"failed",
     "answer Command\nResponse: Error\nMessage: Command output follows\n"
     "Output: No such command 'core show uptime'\nOutput: Try help\nend\n",
     NULL, AMI_ERROR_REFUSED, "No such command 'core show uptime'\nTry help"},
    {"refused", "error Command \"Command blacklisted\"\n", NULL, AMI_ERROR_REFUSED,
     "Command blacklisted"},
};

static void
test_command(gconstpointer data)
{
    const CommandCase *expected = data;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) lines = NULL;
    g_autofree char *joined = NULL;
    Server server;

    server_begin(&server, expected->script);
    lines = ami_command(server.client, "core show uptime", &error);
    joined = lines != NULL ? g_strjoinv("|", lines) : NULL;
    g_assert_cmpstr(joined, ==, expected->lines);
    if (expected->code < 0) {
        g_assert_no_error(error);
    } else {
        g_assert_error(error, AMI_ERROR, expected->code);
        g_assert_nonnull(strstr(error->message, expected->part));
    }
    server_end(&server);
}

/* Asterisk 1.4 answers `Response: Pong`. */
static void
test_ping(void)
{
    static const char *const versions[] = {"version 1.0\n", "version 1.1\n", ""};

    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autoptr(GError) error = NULL;
        gdouble seconds = -1;
        Server server;

        server_begin(&server, versions[i]);
        g_assert_true(ami_ping(server.client, &seconds, &error));
        g_assert_no_error(error);
        g_assert_cmpfloat(seconds, >=, 0);
        g_assert_cmpfloat(seconds, <, 60);
        server_end(&server);
    }
}

static void
test_list_commands(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) names = NULL;
    g_autofree char *joined = NULL;
    Server server;

    server_begin(&server, "answer ListCommands\nResponse: Success\n"
                          "Events: Control Event Flow.  (Priv: <none>)\n"
                          "Message: Odd but possible.  (Priv: system,all)\n"
                          "Ping: Keepalive command.  (Priv: <none>)\nend\n");
    names = ami_list_commands(server.client, &error);
    g_assert_no_error(error);
    joined = g_strjoinv(",", names);
    g_assert_cmpstr(joined, ==, "Events,Message,Ping");
    server_end(&server);
}

/* --- Mailboxes --- */

static const struct {
    const char *script;
    int n_urgent; /* -1: an error */
    int n_new;
    int n_old;
} mailbox_cases[] = {
    {"answer MailboxCount\nResponse: Success\nMessage: Mailbox Message Count\n"
     "Mailbox: {Mailbox}\nUrgMessages: 1\nNewMessages: 2\nOldMessages: 3\nend\n",
     1, 2, 3},
    {"answer MailboxCount\nResponse: Success\nNewMessages: 2\nOldMessages: 3\nend\n", 0, 2, 3},
    {"answer MailboxCount\nResponse: Success\nNewMessages: 2\nend\n", -1, 0, 0},
    {"answer MailboxCount\nResponse: Success\nNewMessages: x\nOldMessages: 3\nend\n", -1, 0, 0},
};

static void
test_mailbox_count(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mailbox_cases); i++) {
        g_autoptr(GError) error = NULL;
        guint n_urgent = 0;
        guint n_new = 0;
        guint n_old = 0;
        gboolean is_counted;
        Server server;

        server_begin(&server, mailbox_cases[i].script);
        is_counted =
            ami_mailbox_count(server.client, "100@default", &n_urgent, &n_new, &n_old, &error);
        g_assert_cmpint(is_counted, ==, mailbox_cases[i].n_urgent >= 0);
        if (is_counted) {
            g_assert_no_error(error);
            g_assert_cmpuint(n_urgent, ==, (guint) mailbox_cases[i].n_urgent);
            g_assert_cmpuint(n_new, ==, (guint) mailbox_cases[i].n_new);
            g_assert_cmpuint(n_old, ==, (guint) mailbox_cases[i].n_old);
        } else {
            g_assert_error(error, AMI_ERROR, AMI_ERROR_MALFORMED);
        }
        server_end(&server);
    }
}

static void
test_mailbox_status(void)
{
    g_autoptr(GError) error = NULL;
    gboolean is_waiting = FALSE;
    Server server;

    server_begin(&server, "answer MailboxStatus Mailbox=100@default\nResponse: Success\n"
                          "Mailbox: 100@default\nWaiting: 1\nend\n"
                          "answer MailboxStatus Mailbox=101@default\nResponse: Success\n"
                          "Mailbox: 101@default\nWaiting: 0\nend\n");
    g_assert_true(ami_mailbox_status(server.client, "100@default", &is_waiting, &error));
    g_assert_no_error(error);
    g_assert_true(is_waiting);
    g_assert_true(ami_mailbox_status(server.client, "101@default", &is_waiting, &error));
    g_assert_false(is_waiting);
    server_end(&server);
}

/* --- States --- */

static void
test_extension_state(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *hint = NULL;
    g_autofree char *no_text = NULL;
    int status = 0;
    Server server;

    server_begin(&server,
                 "answer ExtensionState Exten=100 Context=office\nResponse: Success\n"
                 "Message: Extension Status\nExten: 100\nContext: office\n"
                 "Hint: PJSIP/alice&PJSIP/bob\nStatus: 9\nStatusText: InUse&Ringing\nend\n"
                 "answer ExtensionState Exten=101 Context=\nResponse: Success\nStatus: -1\n"
                 "end\n");
    g_assert_true(
        ami_extension_state(server.client, "100", "office", &status, &text, &hint, &error));
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, AMI_EXTENSION_IN_USE | AMI_EXTENSION_RINGING);
    g_assert_cmpstr(text, ==, "InUse&Ringing");
    g_assert_cmpstr(hint, ==, "PJSIP/alice&PJSIP/bob");
    ami_extension_state(server.client, "101", NULL, &status, &no_text, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, AMI_EXTENSION_UNKNOWN);
    g_assert_null(no_text);
    server_end(&server);
}

static void
test_device_state(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *state = NULL;
    g_autofree char *none = NULL;
    Server server;

    server_begin(&server, "answer Getvar\nResponse: Success\nValue: \nend\n"
                          "answer Getvar Variable=DEVICE_STATE(Custom:lamp1)\nResponse: Success\n"
                          "Value: INUSE\nend\n");
    g_assert_true(ami_device_state(server.client, "Custom:lamp1", &state, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(state, ==, "INUSE");
    g_assert_false(ami_device_state(server.client, "Custom:lamp2", &none, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "func_devstate"));
    server_end(&server);
}

/* Message may be there twice: the response's own, and the person's. */
static const struct {
    const char *headers;
    const char *state;
    const char *subtype;
    const char *message;
} presence_cases[] = {
    {"Message: Presence State\nState: dnd\nSubtype: lunch\nMessage: back at two\n"
     "PresenceMessage: back at two\n",
     "dnd", "lunch", "back at two"},
    {"Message: Presence State\nState: dnd\nMessage: back at two\n", "dnd", NULL, "back at two"},
    {"Message: Presence State\nState: away\nPresenceMessage: gone\n", "away", NULL, "gone"},
    {"Message: Presence State\nState: available\n", "available", NULL, NULL},
};

static void
test_presence_state(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(presence_cases); i++) {
        g_autofree char *script = g_strdup_printf(
            "answer PresenceState\nResponse: Success\n%send\n", presence_cases[i].headers);
        g_autoptr(GError) error = NULL;
        g_autofree char *state = NULL;
        g_autofree char *subtype = NULL;
        g_autofree char *message = NULL;
        Server server;

        server_begin(&server, script);
        g_assert_true(ami_presence_state(server.client, "CustomPresence:a", &state, &subtype,
                                         &message, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(state, ==, presence_cases[i].state);
        g_assert_cmpstr(subtype, ==, presence_cases[i].subtype);
        g_assert_cmpstr(message, ==, presence_cases[i].message);
        server_end(&server);
    }
}

/* --- Events --- */

static const struct {
    const char *answer; /* the rest of the script */
    const char *mask;
    const char *sent; /* NULL: nothing */
    int code;         /* of the error; -1: none */
} mask_cases[] = {
    {"Response: Success\nEvents: On", "Call, user", "call,user", -1},
    {"Response: Events On", "on", "on", -1},
    {"Response: Success\nEvents: Off", "off", "off", -1},
    {"Response: Success\nEvents: Off", "0", "0", -1},
    {"Response: Events Off", "off", "off", -1},
    {"Response: Success\nEvents: Off", "cal", "cal", AMI_ERROR_REFUSED},
    {"Response: Events Off", "cal", "cal", AMI_ERROR_REFUSED},
    {"Response: Success", " ", NULL, AMI_ERROR_INVALID_ARGUMENT},
};

static void
test_mask(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mask_cases); i++) {
        g_autofree char *script = g_strdup_printf("answer Events\n%s\nend\n", mask_cases[i].answer);
        g_autoptr(GError) error = NULL;
        g_autofree char *mask = NULL;
        gboolean is_set;
        Server server;

        server_begin(&server, script);
        is_set = ami_events_set_mask(server.client, mask_cases[i].mask, &error);
        g_assert_cmpint(is_set, ==, mask_cases[i].code < 0);
        if (is_set)
            g_assert_no_error(error);
        else
            g_assert_error(error, AMI_ERROR, mask_cases[i].code);
        mask = pbx_manager_dup_header(server.manager, "Events", "EventMask");
        g_assert_cmpstr(mask, ==, mask_cases[i].sent);
        server_end(&server);
    }
}

typedef struct {
    const char *name;
    const char *version;
    gboolean is_exclusion;
    const char *event;
    const char *header;
    const char *pattern;
    const char *criteria;
    const char *filter;
} FilterCase;

static const FilterCase filter_cases[] = {
    {"event", "11.0.0", FALSE, "Hangup", NULL, NULL, NULL, "^Event: Hangup[[:cntrl:]]"},
    {"not-event", "11.0.0", TRUE, "VarSet", NULL, NULL, NULL, "!^Event: VarSet[[:cntrl:]]"},
    {"header", "1.2", FALSE, NULL, "Channel", "PJSIP/a?b*", NULL,
     "(^|[[:cntrl:]])Channel: PJSIP/a[^[:cntrl:]]b[^[:cntrl:]]*[[:cntrl:]]"},
    {"both", "11.0.0", TRUE, "VarSet", "Variable", "A.(b)", NULL,
     "!^Event: VarSet[[:cntrl:]](.*[[:cntrl:]])?Variable: A\\.\\(b\\)[[:cntrl:]]"},
    {"criteria-event", "12.0.0", FALSE, "Hangup", NULL, NULL, "action(include),name(Hangup)", NULL},
    {"criteria-both", "12.0.0", TRUE, "VarSet", "Variable", "A.*",
     "action(exclude),name(VarSet),header(Variable),method(regex)", "^A\\.[^[:cntrl:]]*$"},
};

static void
test_filter(gconstpointer data)
{
    const FilterCase *expected = data;
    g_autofree char *script = g_strdup_printf(
        "version %s\nanswer Filter Operation=Add\nResponse: Success\nend\n", expected->version);
    g_autoptr(GError) error = NULL;
    g_autofree char *criteria = NULL;
    g_autofree char *filter = NULL;
    Server server;

    server_begin(&server, script);
    g_assert_true(ami_add_event_filter(server.client, expected->is_exclusion, expected->event,
                                       expected->header, expected->pattern, &error));
    g_assert_no_error(error);
    criteria = pbx_manager_dup_header(server.manager, "Filter", "MatchCriteria");
    filter = pbx_manager_dup_header(server.manager, "Filter", "Filter");
    g_assert_cmpstr(criteria != NULL ? criteria : "", ==,
                    expected->criteria != NULL ? expected->criteria : "");
    g_assert_cmpstr(filter != NULL ? filter : "", ==,
                    expected->filter != NULL ? expected->filter : "");
    server_end(&server);
}

static const struct {
    const char *event;
    const char *header;
} bad_filters[] = {
    {NULL, NULL}, {"Hangup)", NULL}, {"", NULL}, {NULL, "a:b"}, {"Hang up", "Channel"},
};

static void
test_bad_filters(void)
{
    Server server;

    server_begin(&server, "");
    for (gsize i = 0; i < G_N_ELEMENTS(bad_filters); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(ami_add_event_filter(server.client, FALSE, bad_filters[i].event,
                                            bad_filters[i].header,
                                            bad_filters[i].header != NULL ? "*" : NULL, &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    }
    g_assert_cmpuint(pbx_manager_count_actions(server.manager, "Filter"), ==, 0);
    server_end(&server);
}

static void
test_wait_for_event(void)
{
    g_autoptr(AmiFilter) none = ami_filter_new("Hangup", NULL);
    AmiFilter *filter = ami_filter_new("UserEvent", NULL);
    g_autoptr(AmiMessage) event = NULL;
    g_autoptr(GError) error = NULL;
    Server server;

    server_begin(&server,
                 "event every 10ms\nEvent: UserEvent\nPrivilege: user,all\n"
                 "UserEvent: Alarm\nDoor: 1\n.\n"
                 "Event: UserEvent\nPrivilege: user,all\nUserEvent: Alarm\nDoor: 2\nend\n");
    ami_filter_add_header(filter, "Door", "2");
    event = ami_wait_for_event(server.client, filter, 60, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ami_message_get(event, "Door"), ==, "2");
    g_assert_null(ami_wait_for_event(server.client, g_steal_pointer(&none), 0.01, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    server_end(&server);
}

/* While another thread runs the main context, as the daemon's does. */
static gpointer
run_loop(gpointer loop)
{
    g_main_loop_run(loop);
    return NULL;
}

static gboolean
quit_loop(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static void
test_wait_beside_loop(void)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(AmiMessage) event = NULL;
    g_autoptr(GError) error = NULL;
    GThread *thread;
    Server server;

    server_begin(&server, "event every 10ms\nEvent: UserEvent\nPrivilege: user,all\n"
                          "UserEvent: Alarm\nend\n");
    thread = g_thread_new("loop", run_loop, loop);
    event = ami_wait_for_event(server.client, ami_filter_new("UserEvent", NULL), 60, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ami_message_get(event, "UserEvent"), ==, "Alarm");
    g_idle_add(quit_loop, loop);
    g_thread_join(thread);
    server_end(&server);
}

static gpointer
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return NULL;
}

static void
test_wait_cancelled(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    GThread *thread;
    Server server;

    server_begin(&server, "");
    thread = g_thread_new("cancel", cancel, cancellable);
    g_assert_null(
        ami_wait_for_event(server.client, ami_filter_new("Hangup", NULL), -1, cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_thread_join(thread);
    server_end(&server);
}

#define ADD_CASES(folder, cases, function)                                                         \
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strconcat("/ami/values/" folder "/", cases[i].name, NULL);       \
                                                                                                   \
        g_test_add_data_func(path, &cases[i], function);                                           \
    }

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD_CASES("getvar", variable_cases, test_getvar)
    ADD_CASES("db-get", database_cases, test_db_get)
    ADD_CASES("command", command_cases, test_command)
    ADD_CASES("filter", filter_cases, test_filter)
    g_test_add_func("/ami/values/disconnect", test_disconnect);
    g_test_add_func("/ami/values/ping", test_ping);
    g_test_add_func("/ami/values/list-commands", test_list_commands);
    g_test_add_func("/ami/values/mailbox-count", test_mailbox_count);
    g_test_add_func("/ami/values/mailbox-status", test_mailbox_status);
    g_test_add_func("/ami/values/extension-state", test_extension_state);
    g_test_add_func("/ami/values/device-state", test_device_state);
    g_test_add_func("/ami/values/presence-state", test_presence_state);
    g_test_add_func("/ami/values/mask", test_mask);
    g_test_add_func("/ami/values/bad-filters", test_bad_filters);
    g_test_add_func("/ami/values/wait-for-event", test_wait_for_event);
    g_test_add_func("/ami/values/wait-beside-loop", test_wait_beside_loop);
    g_test_add_func("/ami/values/wait-cancelled", test_wait_cancelled);
    return g_test_run();
}
