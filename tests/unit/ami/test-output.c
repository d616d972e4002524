/* test-output.c - what is sent while the other side does not read. */

#include "peer.h"

#include "ami/parser.h"

#include <string.h>
#include <sys/socket.h>

/* Two ends of a socket: one for the client, and one that plays Asterisk's part by hand. */
typedef struct {
    GSocketConnection *far;
    AmiClient *client;
} Pair;

static void
write_far(Pair *pair, const char *text)
{
    GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(pair->far));

    g_assert_true(g_output_stream_write_all(output, text, strlen(text), NULL, NULL, NULL));
}

static GSocketConnection *
connect_fd(int fd)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, NULL);

    g_assert_nonnull(socket);
    return g_socket_connection_factory_create_connection(socket);
}

/* Logged in: the ActionID may be left out where only one action is on its way. */
static void
pair_init(Pair *pair, gdouble patience)
{
    g_autoptr(GSocketConnection) near = NULL;
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    near = connect_fd(fds[0]);
    pair->far = connect_fd(fds[1]);
    pair->client = ami_client_new_for_stream(G_IO_STREAM(near));
    ami_client_set_user(pair->client, PEER_USER);
    ami_client_set_secret(pair->client, PEER_SECRET);
    ami_client_set_keep_alive(pair->client, 0, patience);
    ami_client_start(pair->client);
    write_far(pair, "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nChallenge: 1\r\n\r\n"
                    "Response: Success\r\n\r\n");
    PEER_WAIT_FOR(ami_client_get_state(pair->client) == AMI_STATE_READY);
}

static void
pair_clear(Pair *pair)
{
    g_clear_object(&pair->far);
    g_clear_object(&pair->client);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static AmiAction *
new_large_action(void)
{
    g_autofree char *value = g_strnfill(1000, 'x');
    AmiAction *action = ami_action_new("Large");

    for (guint i = 0; i < 100; i++)
        ami_action_add(action, "Header", value);
    ami_action_set_timeout(action, 0);
    return action;
}

typedef struct {
    guint n_ended;
    guint n_unsent;
    guint n_succeeded;
} Tally;

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    Tally *tally = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);

    tally->n_ended++;
    tally->n_succeeded += reply != NULL;
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED))
        tally->n_unsent++;
}

static void
send_large(Pair *pair, Tally *tally, guint times)
{
    for (guint i = 0; i < times; i++)
        ami_client_send_async(pair->client, new_large_action(), NULL, on_sent, tally);
}

/* --- The cases --- */

static void
test_stalled_peer(void)
{
    g_auto(Pair) pair = {0};
    Tally tally = {0};

    pair_init(&pair, 0.05);
    send_large(&pair, &tally, 10);
    PEER_WAIT_FOR(tally.n_ended == 10);
    g_assert_cmpuint(tally.n_unsent, ==, 0);
    g_assert_cmpuint(tally.n_succeeded, ==, 0);
    g_assert_cmpint(peer_get_last_error(pair.client), ==, AMI_ERROR_DISCONNECTED);
    peer_assert_nothing_pending(pair.client);
}

static void
test_full_queue(void)
{
    g_auto(Pair) pair = {0};
    Tally tally = {0};

    pair_init(&pair, 3600);
    send_large(&pair, &tally, 60);
    PEER_WAIT_FOR(tally.n_ended > 0);
    PEER_WAIT_FOR(tally.n_ended == tally.n_unsent);
    g_assert_cmpuint(tally.n_unsent, >, 10);
    g_assert_cmpuint(tally.n_unsent, <, 20);
    ami_client_stop(pair.client);
    PEER_WAIT_FOR(tally.n_ended == 60);
}

/* Reads slowly, and then answers all. */
static gpointer
read_and_answer(gpointer data)
{
    Pair *pair = data;
    g_autoptr(AmiParser) parser = ami_parser_new();
    GInputStream *input = g_io_stream_get_input_stream(G_IO_STREAM(pair->far));
    AmiSlice slice;
    gssize length;
    char bytes[4096];

    while ((length = g_input_stream_read(input, bytes, sizeof bytes, NULL, NULL)) > 0) {
        ami_parser_add(parser, bytes, length);
        while (ami_parser_next(parser, &slice, NULL)) {
            g_autoptr(AmiMessage) action = ami_slice_to_message(&slice);
            g_autofree char *answer = g_strdup_printf("Response: Success\r\nActionID: %s\r\n\r\n",
                                                      ami_message_get_action_id(action));

            if (!ami_message_has(action, "Action", "Large"))
                continue;
            g_assert_cmpuint(ami_message_get_length(action), ==, 102);
            write_far(pair, answer);
        }
    }
    return NULL;
}

static void
test_slow_peer(void)
{
    g_auto(Pair) pair = {0};
    Tally tally = {0};
    GThread *thread;

    pair_init(&pair, 3600);
    send_large(&pair, &tally, 30);
    thread = g_thread_new("slow", read_and_answer, &pair);
    PEER_WAIT_FOR(tally.n_succeeded == 30);
    ami_client_stop(pair.client);
    g_thread_join(thread);
}

static void
test_broken(void)
{
    g_auto(Pair) pair = {0};
    Tally tally = {0};

    pair_init(&pair, 3600);
    g_assert_true(g_socket_shutdown(g_socket_connection_get_socket(pair.far), TRUE, FALSE, NULL));
    send_large(&pair, &tally, 1);
    PEER_WAIT_FOR(tally.n_ended == 1);
    g_assert_cmpuint(tally.n_unsent, ==, 0);
    g_assert_cmpint(ami_client_get_state(pair.client), ==, AMI_STATE_STOPPED);
    g_assert_cmpint(peer_get_last_error(pair.client), ==, AMI_ERROR_DISCONNECTED);
}

int
main(int argc, char **argv)
{
    peer_log_new();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/output/stalled-peer", test_stalled_peer);
    g_test_add_func("/ami/output/full-queue", test_full_queue);
    g_test_add_func("/ami/output/slow-peer", test_slow_peer);
    g_test_add_func("/ami/output/broken", test_broken);
    return g_test_run();
}
