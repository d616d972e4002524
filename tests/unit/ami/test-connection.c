/* test-connection.c - what is no AMI ends a connection, and nothing more; floods do not. */

#include "peer.h"

#include <string.h>

/* --- Bad input --- */

/* Bytes in place of an answer, many times over. */
typedef struct {
    const char *name;
    const char *start;
    const char *repeated;
    guint times;
    const char *text; /* of the error */
} BadCase;

static const BadCase bad_cases[] = {
    {"line-of-100-megabytes", "Event: A\r\nX: ", "0123456789", 10 * 1000 * 1000, "a line has more"},
    {"line-without-colon", "", "0123456789", 10 * 1000 * 1000, "a line has more"},
    {"headers-without-end", "Event: A\r\n", "Header: value\r\n", 300000,
     "more than 262144 headers"},
    {"message-without-end", "Event: A\r\n",
     "Header: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n", 250000,
     "a message has more"},
};

static void
send_bad(PeerSession *session, const BadCase *bad)
{
    g_autoptr(GString) block = g_string_new(bad->start);
    const guint times = 1000;

    for (guint sent = 0; sent < bad->times; sent += times) {
        for (guint i = 0; i < times; i++)
            g_string_append(block, bad->repeated);
        peer_send_bytes(session, block->str, block->len);
        g_string_truncate(block, 0);
    }
}

static gboolean
answer_badly(PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
             G_GNUC_UNUSED AmiMessage *action, gpointer data)
{
    if (!g_str_equal(name, "Status"))
        return FALSE;
    send_bad(session, data);
    return TRUE;
}

static void
note_error(AmiClient *client, int state, gpointer data)
{
    GError **error = data;

    if (state == AMI_STATE_WAITING)
        *error = ami_client_dup_last_error(client);
}

static void
test_bad(gconstpointer data)
{
    const BadCase *bad = data;
    g_autoptr(Peer) peer = peer_new(answer_badly, (gpointer) bad);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) reason = NULL;

    g_signal_connect(client, "state-changed", G_CALLBACK(note_error), &reason);
    g_assert_null(ami_action(client, &error, "Status", NULL));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_DISCONNECTED);
    g_assert_error(reason, AMI_ERROR, AMI_ERROR_MALFORMED);
    g_assert_nonnull(strstr(reason->message, bad->text));
    peer_assert_nothing_pending(client);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
}

/* Garbage in lines is text that nobody asked for, and no reason to part. */
static gboolean
answer_with_garbage(PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
                    G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    static const char garbage[] = "\0\xff\xfe:\r\n\r\n:\r\n\r\n\r\n\r\n: :\r\n\r\nEvent\r\n\r\n"
                                  "Event:\r\n\r\nResponse:\r\n\r\nActionID: x\r\n\r\n";

    if (g_str_equal(name, "Status"))
        peer_send_bytes(session, garbage, sizeof garbage - 1);
    return FALSE;
}

static void
test_garbage(void)
{
    g_autoptr(Peer) peer = peer_new(answer_with_garbage, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(AmiReply) reply = ami_action(client, NULL, "Status", NULL);
    g_autoptr(AmiReply) second = ami_action(client, NULL, "Ping", NULL);

    g_assert_nonnull(reply);
    g_assert_nonnull(second);
    g_assert_cmpint(peer_get_last_error(client), ==, -1);
}

/* --- Pieces --- */

/* Each byte by itself. */
static gboolean
answer_in_pieces(PeerSession *session, const char *name, const char *id,
                 G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    g_autofree char *answer = NULL;

    if (!g_str_equal(name, "Status"))
        return FALSE;
    answer = g_strdup_printf("Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n"
                             "Event: Status\r\nActionID: %s\r\n\r\n"
                             "Event: StatusComplete\r\nActionID: %s\r\nEventList: Complete\r\n\r\n",
                             id, id, id);
    for (const char *byte = answer; *byte != '\0'; byte++)
        peer_send_bytes(session, byte, 1);
    return TRUE;
}

static void
test_pieces(void)
{
    g_autoptr(Peer) peer = peer_new(answer_in_pieces, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(AmiReply) reply = ami_action(client, NULL, "Status", NULL);

    g_assert_nonnull(reply);
    g_assert_cmpuint(ami_reply_get_length(reply), ==, 1);
}

/* --- Floods --- */

#define FLOOD_EVENTS 100000

static gboolean
flood(PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
      G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    g_autoptr(GString) block = g_string_new("");

    if (!g_str_equal(name, "Flood"))
        return FALSE;
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(block,
                               "Event: Newstate\r\nPrivilege: call,all\r\nChannel: SIP/a-%u\r\n"
                               "ChannelState: 6\r\nUniqueid: 1.%u\r\n\r\n",
                               i, i);
    for (guint i = 0; i < FLOOD_EVENTS / 1000; i++)
        peer_send_bytes(session, block->str, block->len);
    return FALSE;
}

static void
count_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer count)
{
    g_assert_cmpuint(ami_message_get_length(event), >, 0);
    (*(guint *) count)++;
}

static void
test_flood(gconstpointer filter)
{
    g_autoptr(Peer) peer = peer_new(flood, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(AmiReply) reply = NULL;
    guint count = 0;
    AmiStatistics statistics;

    PEER_WAIT_FOR(ami_client_is_fully_booted(client));
    ami_client_subscribe(client, ami_filter_new(filter, NULL), count_event, &count, NULL);
    reply = ami_action(client, NULL, "Flood", NULL);
    g_assert_nonnull(reply);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.events, ==, FLOOD_EVENTS + 1);
    g_assert_cmpuint(count, ==, g_strcmp0(filter, "Other") == 0 ? 0 : FLOOD_EVENTS);
}

/* A timer of the same context goes on all the while. */
static gboolean
count_turn(gpointer count)
{
    (*(guint *) count)++;
    return G_SOURCE_CONTINUE;
}

static void
test_flood_leaves_room(void)
{
    g_autoptr(Peer) peer = peer_new(flood, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);
    g_autoptr(AmiReply) reply = NULL;
    guint count = 0;
    guint turns = 0;
    guint id = g_idle_add_full(G_PRIORITY_DEFAULT, count_turn, &turns, NULL);

    ami_client_subscribe(client, NULL, count_event, &count, NULL);
    reply = ami_action(client, NULL, "Flood", NULL);
    g_assert_nonnull(reply);
    g_assert_cmpuint(turns, >, 100);
    g_source_remove(id);
}

/* --- Streams --- */

static void
test_stream_that_cannot_be_polled(void)
{
    g_autoptr(GInputStream) memory = g_memory_input_stream_new();
    g_autoptr(GInputStream) input = g_buffered_input_stream_new(memory);
    g_autoptr(GOutputStream) output = g_memory_output_stream_new_resizable();
    g_autoptr(GIOStream) stream = g_simple_io_stream_new(input, output);
    g_autoptr(AmiClient) client = ami_client_new_for_stream(stream);
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CONNECT);
    g_clear_error(&error);
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CONNECT);
    g_assert_nonnull(strstr(error->message, "has been used"));
}

int
main(int argc, char **argv)
{
    peer_log_new();
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/connection/bad/%s", bad_cases[i].name);

        g_test_add_data_func(path, &bad_cases[i], test_bad);
    }
    g_test_add_func("/ami/connection/garbage", test_garbage);
    g_test_add_func("/ami/connection/pieces", test_pieces);
    g_test_add_data_func("/ami/connection/flood/all", NULL, test_flood);
    g_test_add_data_func("/ami/connection/flood/named", "newstate", test_flood);
    g_test_add_data_func("/ami/connection/flood/unwanted", "Other", test_flood);
    g_test_add_func("/ami/connection/flood/leaves-room", test_flood_leaves_room);
    g_test_add_func("/ami/connection/stream", test_stream_that_cannot_be_polled);
    return g_test_run();
}
