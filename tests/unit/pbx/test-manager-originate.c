/* test-manager-originate.c - what becomes of an Originate, with FastAGI and asynchronous AGI. */

#include "manager-client.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ASYNC                                                                                      \
    "> Action: Originate\n> Channel: PJSIP/alice\n> Context: outgoing\n> Exten: 12\n"              \
    "> Priority: 1\n> CallerID: \"Front desk\" <100>\n> Variable: NOTE=\"a, \\\"b\\\" and c\"\n"   \
    "> Async: true\n> ActionID: h-7\n>\n< Response: Success\n< ActionID: h-7\n"                    \
    "< Message: Originate successfully queued\n<\n"

#define FAILED(REASON)                                                                             \
    "% Event: OriginateResponse\n< Privilege: call,all\n< ActionID: h-7\n< Response: Failure\n"    \
    "< Channel: PJSIP/alice\n< Context: outgoing\n< Exten: 12\n< Reason: " REASON "\n"             \
    "< Uniqueid: <unknown>\n< CallerIDNum: 100\n< CallerIDName: Front desk\n<\n"

#define SYNC "> Action: Originate\n> Channel: PJSIP/alice\n> Application: Wait\n> ActionID: s\n>\n"

static const ManagerCase cases[] = {
    {"answers", "",
     "@ login\n" ASYNC "< Event: Newchannel\n< Privilege: call,all\n"
     "< Channel: PJSIP/alice-00000000\n< ChannelState: 0\n< ChannelStateDesc: Down\n"
     "< CallerIDNum: 100\n< CallerIDName: Front desk\n% Context: outgoing\n< Exten: 12\n"
     "% \n< Event: DialBegin\n< Privilege: call,all\n< DestChannel: PJSIP/alice-00000000\n"
     "% DialString: alice\n<\n< Event: Newstate\n% ChannelStateDesc: Ringing\n% Event: Newstate\n"
     "% ChannelStateDesc: Up\n% Event: DialEnd\n% DialStatus: ANSWER\n<\n"
     "< Event: OriginateResponse\n< Privilege: call,all\n< ActionID: h-7\n< Response: Success\n"
     "< Channel: PJSIP/alice-00000000\n< Context: outgoing\n< Exten: 12\n< Reason: 4\n"
     "~ Uniqueid: *.0\n< CallerIDNum: 100\n< CallerIDName: Front desk\n<\n> Action: Getvar\n"
     "> Channel: PJSIP/alice-00000000\n> Variable: NOTE\n>\n< Response: Success\n"
     "< Variable: NOTE\n< Value: a, \"b\" and c\n<\n> Action: Hangup\n"
     "> Channel: PJSIP/alice-00000000\n>\n% Event: Hangup\n% Cause: 16\n"},
    {"busy", "originate PJSIP/* busy",
     "@ login\n" ASYNC "% DialStatus: BUSY\n" FAILED("5") "< Event: Hangup\n% Cause: 17\n"
                                                          "< Cause-txt: User busy\n<"},
    {"congestion", "originate PJSIP/* congestion", "@ login\n" ASYNC FAILED("8")},
    {"no-answer", "originate PJSIP/* no-answer after 10ms", "@ login\n" ASYNC FAILED("3")},
    {"no-answer-in-its-own-time", "originate PJSIP/* no-answer",
     "@ login\n> Action: Originate\n> Channel: PJSIP/bob\n> Application: Wait\n> Timeout: 20\n"
     "> Async: 1\n>\n% Event: OriginateResponse\n~ *\n< Response: Failure\n< Channel: PJSIP/bob\n"
     "< Application: Wait\n< Data: \n< Reason: 3\n"},
    {"fails", "originate PJSIP/* fails",
     "@ login\n" ASYNC "< Event: OriginateResponse\n% Reason: 0\n< Uniqueid: <unknown>"},
    {"last-line-counts", "originate * busy\noriginate PJSIP/a* fails",
     "@ login\n" ASYNC FAILED("0")},
    {"synchronous", "",
     "@ login\n> Action: Events\n> EventMask: off\n>\n% \n" SYNC
     "< Response: Success\n< ActionID: s\n< Message: Originate successfully queued\n<"},
    {"synchronous-failure", "originate * busy",
     "@ login\n" SYNC "< Response: Error\n< ActionID: s\n< Message: Originate failed\n<\n"
     "< Event: Newchannel"},
    {"wanted-id", "",
     "@ login\n> Action: Originate\n> Channel: Local/1@x\n> Application: Wait\n> Data: 5\n"
     "> ChannelId: mine.1\n> Async: true\n>\n% Event: Newchannel\n~ *\n"
     "< Channel: Local/1@x-00000000;1\n% Uniqueid: mine.1\n% Event: OriginateResponse\n~ *\n"
     "< Response: Success\n~ *\n< Application: Wait\n< Data: 5\n< Reason: 4\n< Uniqueid: mine.1\n"},
    {"refusals", "user capella galaxy write originate",
     "@ login\n> Action: Originate\n>\n< Response: Error\n< Message: Channel not specified\n<\n"
     "> Action: Originate\n> Channel: PJSIP\n>\n< Response: Error\n< Message: Invalid channel\n<\n"
     "> Action: Originate\n> Channel: PJSIP/a\n>\n< Response: Error\n"
     "< Message: Originate with 'Exten' requires 'Context' and 'Priority'\n<\n"
     "> Action: Originate\n> Channel: PJSIP/a\n> Application: System\n>\n< Response: Error\n"
     "< Message: Originate Access Forbidden: app or data blacklisted\n<\n> Action: Originate\n"
     "> Channel: PJSIP/a\n> Application: Playback\n> Data: FILE\n>\n< Response: Error\n"
     "< Message: Originate Access Forbidden: app or data blacklisted\n<"},
    {"async-agi", "originate PJSIP/* answers agi async\ncall PJSIP/*\nspeed instant\npress 5\nend",
     "@ login\n> Action: Events\n> EventMask: agi,call\n>\n% \n" ASYNC
     "% Event: AsyncAGIStart\n< Privilege: agi,all\n< Channel: PJSIP/alice-00000000\n"
     "% Exten: 12\n~ *\n~ *\n~ *\n~ Env: "
     "agi_request%3A%20async%0Aagi_channel%3A%20PJSIP%2F*%0A%0A\n"
     "<\n> Action: AGI\n> Channel: PJSIP/alice-00000000\n> Command: WAIT FOR DIGIT 1000\n"
     "> CommandID: c1\n> ActionID: 1\n>\n< Response: Success\n< ActionID: 1\n"
     "< Message: Added AGI command to queue\n<\n< Event: AGIExecStart\n% CommandId: 1\n"
     "< Command: WAIT FOR DIGIT 1000\n<\n< Event: AGIExecEnd\n% CommandId: 1\n"
     "< Command: WAIT FOR DIGIT 1000\n< ResultCode: 200\n< Result: Success\n<\n"
     "< Event: AsyncAGIExec\n% Result: 200%20result%3D53%0A\n< CommandId: c1\n<\n"
     "> Action: AGI\n> Channel: PJSIP/alice-00000000\n> Command: ASYNCAGI BREAK\n>\n"
     "% Event: AsyncAGIExec\n% Result: 200%20result%3D0%0A\n<\n< Event: AsyncAGIEnd\n"
     "% Event: SoftHangupRequest\n% Event: Hangup\n% Cause: 16\n"},
    {"async-agi-usage", "asyncagi PJSIP/x-1 after Ping\ndocumented\nend",
     "@ login\n> Action: Ping\n>\n% Event: Newchannel\n% Event: AsyncAGIStart\n% \n> Action: AGI\n"
     "> Channel: PJSIP/x-1\n> Command: SAY DIGITS\n>\n% Event: AsyncAGIExec\n% Priority: 1\n~ *\n~ "
     "*\n~ Result: 520-*%0A520%20*%0A\n<"},
    {"async-agi-hangup", "channel PJSIP/x-1 1.1\nasyncagi PJSIP/x-1 after Ping\nend",
     "@ login\n> Action: Events\n> EventMask: agi,call\n>\n% \n> Action: Ping\n>\n"
     "% Event: AsyncAGIStart\n% \n> Action: AGI\n> Channel: PJSIP/x-1\n"
     "> Command: WAIT FOR DIGIT -1\n>\n% Event: AGIExecStart\n% \n> Action: Hangup\n"
     "> Channel: 1.1\n> Cause: 21\n>\n< Response: Success\n~ *\n<\n< Event: SoftHangupRequest\n"
     "% \n< Event: AGIExecEnd\n% Result: Failure\n<\n< Event: AsyncAGIExec\n"
     "% Result: 200%20result%3D-1%0A\n<\n< Event: AsyncAGIEnd\n% \n< Event: Hangup\n% Cause: 21\n"
     "< Cause-txt: Call Rejected\n<"},
    {"async-agi-11", "version 1.3\nchannel SIP/x-1 1.1\nasyncagi SIP/x-1 after Ping\nend",
     "< Asterisk Call Manager/1.3\n> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n"
     "% Status: Fully Booted\n<\n> Action: Ping\n>\n% Ping: Pong\n~ *\n<\n< Event: AsyncAGI\n"
     "< Privilege: agi,all\n< SubEvent: Start\n< Channel: SIP/x-1\n~ Env: agi_request*\n<\n"
     "> Action: AGI\n> Channel: SIP/x-1\n> Command: ASYNCAGI BREAK\n> CommandID: c\n>\n"
     "< Response: Success\n~ *\n<\n< Event: AsyncAGI\n< Privilege: agi,all\n< SubEvent: Exec\n"
     "< Channel: SIP/x-1\n< Result: 200%20result%3D0%0A\n< CommandId: c\n<\n"
     "< Event: AsyncAGI\n~ *\n< SubEvent: End\n< Channel: SIP/x-1\n<"},
    {"async-agi-errors", "channel PJSIP/x-1 1.1",
     "@ login\n> Action: AGI\n> Channel: PJSIP/x-1\n>\n< Response: Error\n"
     "< Message: Both, Channel and Command are *required*\n<\n> Action: AGI\n> Channel: nobody\n"
     "> Command: x\n>\n< Response: Error\n< Message: Channel nobody does not exist.\n<\n"
     "> Action: AGI\n> Channel: PJSIP/x-1\n> Command: x\n>\n< Response: Error\n"
     "< Message: Failed to add AGI command to channel PJSIP/x-1 queue\n<"},
};

/* A FastAGI server for one call, in a thread of its own. */
typedef struct {
    int fd;
    guint16 port;
    char *environment;
} Server;

/* Reads up to a text. */
static char *
read_up_to(int fd, const char *end)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char byte = '\0';

    while (!g_str_has_suffix(text->str, end)) {
        g_assert_cmpint(recv(fd, &byte, 1, 0), ==, 1);
        g_string_append_c(text, byte);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gpointer
run_server(gpointer data)
{
    Server *server = data;
    int fd = accept(server->fd, NULL, NULL);
    g_autofree char *reply = NULL;

    g_assert_cmpint(fd, >=, 0);
    server->environment = read_up_to(fd, "\n\n");
    manager_send(fd, "GET VARIABLE NOTE\n");
    reply = read_up_to(fd, "\n");
    g_assert_cmpstr(reply, ==, "200 result=1 (a b)\n");
    close(fd);
    return NULL;
}

static void
server_listen(Server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(server->fd, (struct sockaddr *) &address, length), ==, 0);
    g_assert_cmpint(listen(server->fd, 1), ==, 0);
    g_assert_cmpint(getsockname(server->fd, (struct sockaddr *) &address, &length), ==, 0);
    server->port = ntohs(address.sin_port);
}

static void
want_line_of(const char *environment, const char *line)
{
    if (strstr(environment, line) == NULL)
        g_error("%s is not in %s", line, environment);
}

/* An answered call comes to the server that the script names, with all that Originate said. */
static void
test_fast_agi(gconstpointer data)
{
    gboolean is_application = data != NULL;
    Server server = {0};
    g_autoptr(PbxManager) manager = NULL;
    g_autofree char *script = NULL;
    g_autofree char *action = NULL;
    GThread *thread = NULL;
    int fd = -1;

    server_listen(&server);
    script = g_strdup_printf("originate * answers agi 127.0.0.1:%d/meet", server.port);
    action = is_application
                 ? g_strdup_printf("> Application: AGI\n> Data: agi://127.0.0.1:%d/meet,one\n",
                                   server.port)
                 : g_strdup("> Context: in\n> Exten: 77\n> Priority: 3\n");
    manager = manager_start(is_application ? "" : script);
    thread = g_thread_new("server", run_server, &server);
    fd = manager_connect(manager);
    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> Action: Originate\n"
                   "> Channel: PJSIP/a\n> Async: true\n> ChannelId: wanted.1\n"
                   "> CallerID: 100\n> Account: acc\n> Variable: __NOTE=a b");
    manager_follow(manager, fd, action);
    manager_follow(manager, fd,
                   ">\n% Event: OriginateResponse\n% Reason: 4\n% Event: Hangup\n% Cause: 16\n");
    g_thread_join(thread);
    want_line_of(server.environment, "agi_network_script: meet\n");
    want_line_of(server.environment, "agi_channel: PJSIP/a-00000000\n");
    want_line_of(server.environment, "agi_uniqueid: wanted.1\n");
    want_line_of(server.environment, "agi_callerid: 100\n");
    want_line_of(server.environment, "agi_accountcode: acc\n");
    want_line_of(server.environment, is_application ? "agi_arg_1: one\n" : "agi_extension: 77\n");
    g_free(server.environment);
    close(server.fd);
    close(fd);
}

/* A server that nobody is at: the call ends. */
static void
test_no_server(void)
{
    g_autoptr(PbxManager) manager = manager_start("originate * answers agi 127.0.0.1:1");
    int fd = manager_connect(manager);

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n" ASYNC
                   "% Event: OriginateResponse\n% Event: Hangup\n% Cause: 16\n");
    close(fd);
}

/* The client goes while it waits for the end of a call; the call goes on. */
static void
test_gone_amid(void)
{
    g_autoptr(PbxManager) manager =
        manager_start("originate PJSIP/alice answers after 100ms\ndelay Ping 100ms");
    int first = manager_connect(manager);
    int second = manager_connect(manager);
    int third = manager_connect(manager);

    manager_follow(manager, first,
                   "< Asterisk Call Manager/11.0.0\n@ login\n" SYNC "@ action Originate 1");
    manager_follow(manager, second,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> Action: Ping\n>\n@ action Ping 1");
    manager_follow(manager, third, "< Asterisk Call Manager/11.0.0\n@ login");
    close(first);
    close(second);
    manager_follow(manager, third,
                   "% Event: DialEnd\n% DialStatus: ANSWER\n<\n> Action: Ping\n>\n"
                   "< Response: Success");
    close(third);
}

/* The manager ends while calls run. */
static void
test_end_amid(void)
{
    g_autoptr(PbxManager) manager = manager_start("originate * answers agi async");
    int fd = manager_connect(manager);

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n" ASYNC
                   "% Event: AsyncAGIStart\n% \n> Action: AGI\n> Channel: PJSIP/alice-00000000\n"
                   "> Command: WAIT FOR DIGIT -1\n>\n% Event: AGIExecStart\n% ");
    close(fd);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-originate", cases, G_N_ELEMENTS(cases));
    g_test_add_data_func("/pbx/manager-originate/fast-agi-extension", NULL, test_fast_agi);
    g_test_add_data_func("/pbx/manager-originate/fast-agi-application", "", test_fast_agi);
    g_test_add_func("/pbx/manager-originate/no-server", test_no_server);
    g_test_add_func("/pbx/manager-originate/gone-amid", test_gone_amid);
    g_test_add_func("/pbx/manager-originate/end-amid", test_end_amid);
    return g_test_run();
}
