/* test-async-agi.c - calls that speak AGI over a manager connection, served as FastAGI is. */

#include "pbx/manager.h"
#include "peer.h"

#include <capella/agi.h>
#include <capella/ami/async-agi.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHANNEL "Channel: Local/a-1\nUniqueid: 1.1\nContext: default\nExten: 300\nPriority: 2\n"
#define ENVIRONMENT                                                                                \
    "agi_request%3A%20async%0Aagi_channel%3A%20Local%2Fa-1%0Aagi_uniqueid%3A%201.1%0A"             \
    "agi_callerid%3A%20555%0Aagi_extension%3A%20300%0A"
#define START     "Event: AsyncAGIStart\n" CHANNEL "Env: " ENVIRONMENT "%0A\n\n"
#define START_CUT "Event: AsyncAGIStart\n" CHANNEL "Env: " ENVIRONMENT "agi_enhan\n\n"
#define OLD_START                                                                                  \
    "Event: AsyncAGI\nSubEvent: Start\nChannel: Local/a-1\nEnv: " ENVIRONMENT "%0A\n\n"
#define END "Event: AsyncAGIEnd\n" CHANNEL "\n"

#define DEAD "511 Command Not Permitted on a dead channel or intercept routine\n"

/* How the peer answers actions AGI. Constant while it runs. */
typedef struct {
    gboolean is_old;     /* Asterisk before 12 */
    gboolean is_refused; /* no such channel */
    gboolean is_forbidden;
    gboolean is_silent; /* queues the command, and no more */
} Answer;

static const Answer refused = {.is_refused = TRUE};
static const Answer forbidden = {.is_forbidden = TRUE};
static const Answer silent = {.is_silent = TRUE};

/* What an Asterisk says, encoded as it does. */
static const char *const results[][2] = {
    {"ANSWER", "200%20result%3D0%0A"},
    {"GET DATA \"vm-password\" 4000 4", "200%20result%3D1234%0A"},
    {"GET VARIABLE \"NAME\"", "200%20result%3D1%20(a%25b%20%C3%BC)%0A"},
    {"ASYNCAGI BREAK", "200%20result%3D0%0A"},
    {"NOOP", "200%20result%3D0%0A"},
};

static const char *
find_result(const char *command)
{
    for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
        if (strcmp(results[i][0], command) == 0)
            return results[i][1];
    return "510%20Invalid%20or%20unknown%20command%0A";
}

static gboolean
answer_agi(PeerSession *session, const char *name, const char *id, AmiMessage *action,
           gpointer data)
{
    const Answer *answer = data;
    const char *command = ami_message_get(action, "Command");

    if (strcmp(name, "AGI") != 0)
        return FALSE;
    if (answer->is_refused || answer->is_forbidden) {
        peer_send(session, "Response: Error\nActionID: %s\nMessage: %s\n\n", id,
                  answer->is_refused ? "Channel Local/a-1 does not exist." : "Permission denied");
        return TRUE;
    }
    peer_send(session, "Response: Success\nActionID: %s\nMessage: Added AGI command to queue\n\n",
              id);
    if (answer->is_silent)
        return TRUE;
    peer_send(session, "Event: %s\n%sChannel: Local/a-1\n%sCommandId: %s\nResult: %s\n\n",
              answer->is_old ? "AsyncAGI" : "AsyncAGIExec",
              answer->is_old ? "SubEvent: Exec\n" : "", answer->is_old ? "" : "Uniqueid: 1.1\n",
              ami_message_get(action, "CommandID"), find_result(command));
    return TRUE;
}

typedef struct {
    Answer answer;
    Peer *peer;
    AmiClient *client;
    AmiAsyncAgi *async_agi;
    int fd; /* of the last call; -1: none, or taken */
    guint n_calls;
} Fixture;

static void
take_call(int fd, AmiMessage *start, gpointer data)
{
    Fixture *fixture = data;

    g_assert_cmpstr(ami_message_get(start, "Channel"), ==, "Local/a-1");
    if (fixture->fd >= 0)
        close(fixture->fd);
    fixture->fd = fd;
    fixture->n_calls++;
}

/* @data: (nullable): an #Answer. */
static void
set_up(Fixture *fixture, gconstpointer data)
{
    if (data != NULL)
        fixture->answer = *(const Answer *) data;
    fixture->fd = -1;
    fixture->peer = peer_new(answer_agi, &fixture->answer);
    fixture->client = peer_new_ready_client(fixture->peer);
    fixture->async_agi = ami_async_agi_new(fixture->client, NULL, take_call, fixture, NULL);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    if (fixture->fd >= 0)
        close(fixture->fd);
    g_clear_pointer(&fixture->async_agi, ami_async_agi_free);
    g_object_unref(fixture->client);
    peer_free(fixture->peer);
}

static void
start_call(Fixture *fixture, const char *event)
{
    guint before = fixture->n_calls;

    peer_broadcast(fixture->peer, event);
    PEER_WAIT_FOR(fixture->n_calls > before);
}

/* Reads from our end until it has so much; the main context runs meanwhile. */
static void
assert_read(Fixture *fixture, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (text->len < strlen(expected)) {
        char bytes[256];
        ssize_t length =
            recv(fixture->fd, bytes, MIN(sizeof bytes, strlen(expected) - text->len), MSG_DONTWAIT);

        g_assert_cmpint(length, !=, 0);
        if (length > 0)
            g_string_append_len(text, bytes, length);
        else
            peer_turn();
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
assert_end(Fixture *fixture)
{
    char byte;
    ssize_t length;

    while ((length = recv(fixture->fd, &byte, 1, MSG_DONTWAIT)) < 0)
        peer_turn();
    g_assert_cmpint(length, ==, 0);
}

static void
write_bytes(Fixture *fixture, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t written = send(fixture->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

        g_assert_true(written > 0 || errno == EAGAIN);
        if (written < 0) {
            peer_turn();
            continue;
        }
        bytes += written;
        length -= (gsize) written;
    }
}

static void
write_text(Fixture *fixture, const char *text)
{
    write_bytes(fixture, text, strlen(text));
}

/* Reads the environment, up to its end. */
static void
begin_call(Fixture *fixture)
{
    start_call(fixture, START);
    assert_read(fixture, "agi_request: async\nagi_channel: Local/a-1\nagi_uniqueid: 1.1\n"
                         "agi_callerid: 555\nagi_extension: 300\n\n");
}

/* --- The same handler as for FastAGI --- */

typedef struct {
    int fd;
    int is_done;
} Served;

static gpointer
serve(gpointer data)
{
    Served *served = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AgiCall) call = agi_call_new(served->fd, 60, &error);
    g_autofree char *digits = NULL;
    g_autofree char *name = NULL;

    g_assert_no_error(error);
    g_assert_cmpstr(agi_call_get_channel(call), ==, "Local/a-1");
    g_assert_cmpstr(agi_call_get_caller_id(call), ==, "555");
    g_assert_cmpstr(agi_call_get_extension(call), ==, "300");
    g_assert_true(agi_answer(call, &error));
    g_assert_true(agi_get_data(call, "vm-password", 4, 4, &digits, NULL, &error));
    g_assert_cmpstr(digits, ==, "1234");
    g_assert_true(agi_get_variable(call, "NAME", &name, &error));
    g_assert_cmpstr(name, ==, "a%b \xc3\xbc");
    g_assert_false(agi_noop(call, "a\nb", &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    agi_call_finish(call);
    g_atomic_int_set(&served->is_done, TRUE);
    return NULL;
}

typedef struct {
    const char *name;
    const char *start;
    Answer answer;
} ServeCase;

static const ServeCase serve_cases[] = {
    {"serve", START, {0}},
    {"serve-cut", START_CUT, {0}},
    {"serve-old", OLD_START, {.is_old = TRUE}},
};

static void
test_serve(gconstpointer data)
{
    const ServeCase *row = data;
    Fixture fixture = {0};
    Served served = {0};
    GThread *thread;
    g_autofree char *last = NULL;

    set_up(&fixture, &row->answer);
    start_call(&fixture, row->start);
    g_assert_cmpuint(ami_async_agi_get_length(fixture.async_agi), ==, 1);
    served.fd = g_steal_fd(&fixture.fd);
    thread = g_thread_new("serve", serve, &served);
    PEER_WAIT_FOR(ami_async_agi_get_length(fixture.async_agi) == 0);
    g_thread_join(thread);
    peer_wait_action(fixture.peer, "AGI", 4);
    last = peer_dup_header(fixture.peer, "AGI", "Command");
    g_assert_cmpstr(last, ==, "ASYNCAGI BREAK");
    tear_down(&fixture, NULL);
}

/* --- Against the simulated PBX --- */

static gpointer
serve_simulated(gpointer data)
{
    Served *served = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AgiCall) call = agi_call_new(served->fd, 60, &error);
    g_autofree char *digits = NULL;
    g_autofree char *value = NULL;

    g_assert_no_error(error);
    g_assert_cmpstr(agi_call_get_channel(call), ==, "PJSIP/x-1");
    g_assert_true(agi_answer(call, &error));
    g_assert_true(agi_get_data(call, "vm-password", 4, 2, &digits, NULL, &error));
    g_assert_cmpstr(digits, ==, "57");
    g_assert_true(agi_set_variable(call, "A", "x \"y\" %41", &error));
    g_assert_true(agi_get_variable(call, "A", &value, &error));
    g_assert_cmpstr(value, ==, "x \"y\" %41");
    agi_call_finish(call);
    return NULL;
}

static void
take_simulated(int fd, G_GNUC_UNUSED AmiMessage *start, gpointer data)
{
    ((Served *) data)->fd = fd;
}

static void
test_simulated(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxManager) manager =
        pbx_manager_new("user capella galaxy\nchannel PJSIP/x-1 1.1\n"
                        "asyncagi PJSIP/x-1 after Ping\nspeed instant\npress 57\nend",
                        0, &error);
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(AmiAsyncAgi) async_agi = NULL;
    g_autoptr(AmiReply) reply = NULL;
    Served served = {.fd = -1};
    GThread *thread;

    g_assert_no_error(error);
    client = ami_client_new("127.0.0.1", pbx_manager_get_port(manager));
    ami_client_set_user(client, "capella");
    ami_client_set_secret(client, "galaxy");
    async_agi = ami_async_agi_new(client, NULL, take_simulated, &served, NULL);
    g_assert_true(ami_client_connect(client, NULL, &error));
    reply = ami_action(client, &error, "Ping", NULL);
    g_assert_no_error(error);
    PEER_WAIT_FOR(served.fd >= 0);
    thread = g_thread_new("serve", serve_simulated, &served);
    PEER_WAIT_FOR(ami_async_agi_get_length(async_agi) == 0);
    g_thread_join(thread);
    PEER_WAIT_FOR(pbx_manager_count_actions(manager, "AGI") == 5);
}

/* --- The end of a call in Asterisk --- */

static const char *const ends[] = {
    END,
    "Event: Hangup\n" CHANNEL "Cause: 16\n\n",
    "Event: AsyncAGI\nSubEvent: End\nChannel: Local/a-1\n\n",
};

static void
test_end(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        Fixture fixture = {0};

        set_up(&fixture, &silent);
        begin_call(&fixture);
        write_text(&fixture, "NOOP\nNOOP\n");
        PEER_WAIT_FOR(peer_count_actions(fixture.peer, "AGI") == 2);
        peer_broadcast(fixture.peer, ends[i]);
        assert_read(&fixture, "HANGUP\n" DEAD DEAD);
        peer_broadcast(fixture.peer, ends[0]);
        write_text(&fixture, "NOOP\n");
        assert_read(&fixture, DEAD);
        g_assert_cmpuint(ami_async_agi_get_length(fixture.async_agi), ==, 1);
        close(g_steal_fd(&fixture.fd));
        PEER_WAIT_FOR(ami_async_agi_get_length(fixture.async_agi) == 0);
        tear_down(&fixture, NULL);
    }
}

static void
test_refused(gconstpointer data)
{
    Fixture fixture = {0};

    set_up(&fixture, data);
    begin_call(&fixture);
    write_text(&fixture, "ANSWER\n");
    assert_read(&fixture, "HANGUP\n" DEAD);
    write_text(&fixture, "ANSWER\n");
    assert_read(&fixture, DEAD);
    peer_wait_action(fixture.peer, "AGI", 1);
    g_assert_cmpuint(peer_count_actions(fixture.peer, "AGI"), ==, 1);
    tear_down(&fixture, NULL);
}

/* The channel begins anew, while the handler of its first call is still there. */
static void
test_again(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    int first;

    begin_call(fixture);
    first = g_steal_fd(&fixture->fd);
    peer_broadcast(fixture->peer, END);
    begin_call(fixture);
    g_assert_cmpuint(ami_async_agi_get_length(fixture->async_agi), ==, 2);
    close(first);
    PEER_WAIT_FOR(ami_async_agi_get_length(fixture->async_agi) == 1);
    g_assert_cmpuint(peer_count_actions(fixture->peer, "AGI"), ==, 0);
    write_text(fixture, "NOOP\n");
    assert_read(fixture, "200 result=0\n");
}

/* --- Commands --- */

static void
test_rename(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *channel = NULL;

    begin_call(fixture);
    peer_broadcast(fixture->peer,
                   "Event: Rename\nChannel: Local/a-1\nNewname: Local/b-1\nUniqueid: 1.1\n\n"
                   "Event: Rename\nChannel: Local/c-1\nNewname: Local/d-1\nUniqueid: 1.9\n\n");
    write_text(fixture, "NOOP\n");
    assert_read(fixture, "200 result=0\n");
    peer_wait_action(fixture->peer, "AGI", 1);
    channel = peer_dup_header(fixture->peer, "AGI", "Channel");
    g_assert_cmpstr(channel, ==, "Local/b-1");
}

#define LONGEST 1013

/* What Asterisk cannot be given is answered here, in its turn. */
static void
test_not_sent(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GString) lines = g_string_new("ANSWER\n");

    for (guint i = 0; i < LONGEST; i++)
        g_string_append_c(lines, 'x');
    g_string_append(lines, "\n");
    for (guint i = 0; i < LONGEST + 1; i++)
        g_string_append_c(lines, 'x');
    g_string_append(lines, "\n\nA\rB\n");
    g_string_append_len(lines, "A\0B\n", 4);
    for (guint i = 0; i < 100000; i++)
        g_string_append_c(lines, 'x');
    g_string_append(lines, "\nNOOP\n");
    begin_call(fixture);
    write_bytes(fixture, lines->str, lines->len);
    assert_read(fixture, "200 result=0\n"
                         "510 Invalid or unknown command\n"
                         "520 The command is too long: asynchronous AGI carries 1013 bytes\n"
                         "510 Invalid or unknown command\n"
                         "520 The command has a CR or NUL in it, which AMI cannot carry\n"
                         "520 The command has a CR or NUL in it, which AMI cannot carry\n"
                         "520 The command is too long: asynchronous AGI carries 1013 bytes\n"
                         "200 result=0\n");
    peer_wait_action(fixture->peer, "AGI", 3);
    g_assert_cmpuint(peer_count_actions(fixture->peer, "AGI"), ==, 3);
}

/* A reply that Asterisk has cut, and what it left of it in front of the next. */
static void
test_cut_reply(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GString) expected = g_string_new("200 result=1 (");
    char *ids[2];
    g_autofree char *events = NULL;

    while (expected->len < 1024)
        g_string_append_c(expected, 'v');
    begin_call(fixture);
    for (guint i = 0; i < 2; i++) {
        write_text(fixture, "NOOP\n");
        PEER_WAIT_FOR(peer_count_actions(fixture->peer, "AGI") == i + 1);
        ids[i] = peer_dup_header(fixture->peer, "AGI", "CommandID");
    }
    g_assert_cmpstr(ids[0], !=, ids[1]);
    events = g_strdup_printf("Event: AsyncAGIExec\n" CHANNEL "CommandId: other\nResult: x\n\n"
                             "Event: AsyncAGIExec\n" CHANNEL "Result: x\n\n"
                             "Event: AsyncAGIExec\n" CHANNEL "CommandId: %s\nResult: %s\n\n"
                             "Event: AsyncAGIExec\n" CHANNEL "CommandId: %s\n"
                             "Result: vv)%%0A200 result=2%%0A\n\n",
                             ids[0], expected->str, ids[1]);
    peer_broadcast(fixture->peer, events);
    g_string_append(expected, ")\n200 result=2\n");
    assert_read(fixture, expected->str);
    g_free(ids[0]);
    g_free(ids[1]);
}

/* A handler that writes without reading is not read any more, and nothing is lost. */
static void
test_flood(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    static const char reply[] = "510 Invalid or unknown command\n";
    gsize n_lines = 0;
    guint n_stalls = 0;

    begin_call(fixture);
    while (n_stalls < 20) {
        ssize_t length = send(fixture->fd, "\n\n\n\n\n\n\n\n", 8, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (length > 0) {
            n_lines += (gsize) length;
            continue;
        }
        g_assert_cmpint(errno, ==, EAGAIN);
        n_stalls++;
        peer_turn();
    }
    for (gsize i = 0; i < n_lines; i++)
        assert_read(fixture, reply);
}

/* --- The end of our side --- */

/* What Asterisk has not ended by itself goes on in its dialplan after the next login. */
static void
test_disconnect(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *command = NULL;
    g_autofree char *channel = NULL;

    start_call(fixture, "Event: AsyncAGIStart\nChannel: Local/a-1\nUniqueid: 1.7\n\n");
    peer_broadcast(fixture->peer, "Event: AsyncAGIEnd\nChannel: Local/a-1\nUniqueid: 1.7\n\n");
    begin_call(fixture);
    peer_disconnect(fixture->peer);
    assert_read(fixture, "HANGUP\n");
    assert_end(fixture);
    g_assert_cmpuint(ami_async_agi_get_length(fixture->async_agi), ==, 0);
    PEER_WAIT_FOR(ami_client_get_state(fixture->client) == AMI_STATE_READY);
    peer_wait_action(fixture->peer, "AGI", 1);
    command = peer_dup_header(fixture->peer, "AGI", "Command");
    channel = peer_dup_header(fixture->peer, "AGI", "Channel");
    g_assert_cmpstr(command, ==, "ASYNCAGI BREAK");
    g_assert_cmpstr(channel, ==, "1.1");
    begin_call(fixture);
    g_assert_cmpuint(peer_count_actions(fixture->peer, "AGI"), ==, 1);
}

static void
test_free(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *command = NULL;

    begin_call(fixture);
    g_clear_pointer(&fixture->async_agi, ami_async_agi_free);
    assert_read(fixture, "HANGUP\n");
    assert_end(fixture);
    PEER_WAIT_FOR(peer_count_actions(fixture->peer, "AGI") == 1);
    command = peer_dup_header(fixture->peer, "AGI", "Command");
    g_assert_cmpstr(command, ==, "ASYNCAGI BREAK");
}

static void
count_call(gpointer data)
{
    (*(guint *) data)++;
}

static void
test_filter(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    AmiFilter *filter = ami_filter_new(NULL, NULL);
    g_autoptr(AmiAsyncAgi) other = NULL;
    Fixture mine = {.fd = -1};
    guint n_freed = 0;

    ami_filter_add_header(filter, "Context", "other");
    other = ami_async_agi_new(fixture->client, filter, take_call, &mine, NULL);
    begin_call(fixture);
    g_assert_cmpuint(mine.n_calls, ==, 0);
    peer_broadcast(fixture->peer, "Event: AsyncAGIStart\nChannel: Local/a-1\nUniqueid: 1.2\n"
                                  "Context: other\n\n");
    PEER_WAIT_FOR(mine.n_calls == 1);
    close(mine.fd);
    g_clear_pointer(&other, ami_async_agi_free);
    other = ami_async_agi_new(fixture->client, NULL, take_call, &n_freed, count_call);
    g_clear_pointer(&other, ami_async_agi_free);
    g_assert_cmpuint(n_freed, ==, 1);
}

/* Warnings are what some of these are about. */
static GLogWriterOutput
drop_warnings(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
              G_GNUC_UNUSED gpointer data)
{
    if ((level & G_LOG_LEVEL_WARNING) != 0)
        return G_LOG_WRITER_HANDLED;
    return g_log_writer_default(level, fields, n_fields, NULL);
}

#define ADD(name, answer, function)                                                                \
    g_test_add("/ami/async-agi/" name, Fixture, answer, set_up, function, tear_down)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(drop_warnings, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(serve_cases); i++) {
        g_autofree char *path = g_strconcat("/ami/async-agi/", serve_cases[i].name, NULL);

        g_test_add_data_func(path, &serve_cases[i], test_serve);
    }
    g_test_add_func("/ami/async-agi/simulated", test_simulated);
    g_test_add_func("/ami/async-agi/end", test_end);
    g_test_add_data_func("/ami/async-agi/refused", &refused, test_refused);
    g_test_add_data_func("/ami/async-agi/forbidden", &forbidden, test_refused);
    ADD("again", NULL, test_again);
    ADD("rename", NULL, test_rename);
    ADD("not-sent", NULL, test_not_sent);
    ADD("cut-reply", &silent, test_cut_reply);
    ADD("flood", NULL, test_flood);
    ADD("disconnect", NULL, test_disconnect);
    ADD("free", NULL, test_free);
    ADD("filter", NULL, test_filter);
    return g_test_run();
}
