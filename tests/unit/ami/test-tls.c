/* test-tls.c - TLS, and certificates that are not the ones expected. */

#include "peer.h"

#include <string.h>

/* LeakSanitizer comes to grief over the threads in which GIO speaks TLS, before it has looked for
 * leaks. Valgrind does not. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
    return TRUE;
}

static char *
find(const char *name)
{
    return g_test_build_filename(G_TEST_DIST, "unit", "ami", "tls", name, NULL);
}

static void
set_authority(AmiClient *client, const char *name)
{
    g_autofree char *path = find(name);
    g_autoptr(GError) error = NULL;

    g_assert_true(ami_client_set_tls_authority(client, path, &error));
    g_assert_no_error(error);
}

static Peer *
new_peer(const char *certificate)
{
    g_autofree char *path = find(certificate);
    Peer *peer = peer_new(NULL, NULL);

    peer_set_certificate(peer, path);
    return peer;
}

static AmiClient *
new_client(Peer *peer)
{
    AmiClient *client = peer_new_client(peer);

    ami_client_set_tls(client, TRUE);
    return client;
}

/* --- Certificates --- */

typedef struct {
    const char *name;
    const char *certificate; /* of the server */
    const char *authority;   /* that the client trusts; NULL: the system's */
    const char *expected;    /* name in the certificate; NULL: the host */
    const char *text;        /* of the error; NULL: it is right */
} CertificateCase;

static const CertificateCase certificate_cases[] = {
    {"right", "server.pem", "authority.pem", NULL, NULL},
    {"right-name", "server.pem", "authority.pem", "localhost", NULL},
    {"pinned-name", "other.pem", "authority.pem", "other.example", NULL},
    {"pinned-certificate", "server.pem", "server.pem", NULL, NULL},
    {"other-name", "other.pem", "authority.pem", NULL, "made out to another name"},
    {"not-the-pinned-name", "server.pem", "authority.pem", "other.example",
     "for other.example is refused: it is made out to another name"},
    {"other-authority", "server.pem", "stranger.pem", NULL, "authority that is not trusted"},
    {"system", "server.pem", NULL, NULL, "authority that is not trusted"},
    {"expired", "expired.pem", "authority.pem", NULL, "it has expired"},
    {"expired-and-other-name", "expired.pem", "authority.pem", "other.example",
     "it is made out to another name, it has expired"},
};

static void
test_certificate(gconstpointer data)
{
    const CertificateCase *expected = data;
    g_autoptr(Peer) peer = new_peer(expected->certificate);
    g_autoptr(AmiClient) client = new_client(peer);
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;

    if (expected->authority != NULL)
        set_authority(client, expected->authority);
    ami_client_set_tls_name(client, expected->expected);
    if (expected->text != NULL) {
        g_assert_false(ami_client_connect(client, NULL, &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_TLS);
        g_assert_nonnull(strstr(error->message, expected->text));
        g_assert_cmpuint(peer_count_actions(peer, "Challenge"), ==, 0);
        return;
    }
    g_assert_true(ami_client_connect(client, NULL, &error));
    g_assert_no_error(error);
    reply = ami_action(client, &error, "Ping", NULL);
    g_assert_no_error(error);
}

static void
test_unchecked(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = new_peer("expired.pem");
    g_autoptr(AmiClient) client = new_client(peer);

    ami_client_set_tls_unchecked(client, TRUE);
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_assert_true(peer_log_has(log, "warning: pbx: the certificate is not checked"));
}

/* --- No TLS --- */

static void
test_plain_server(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_client(peer);
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TLS);
}

static void
test_silent_server(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = new_client(peer);
    g_autoptr(GError) error = NULL;

    peer_set_banner(peer, NULL);
    ami_client_set_connect_timeout(client, 0.05);
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CONNECT);
}

static void
test_plain_client(void)
{
    g_autoptr(Peer) peer = new_peer("server.pem");
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    ami_client_set_greeting_timeout(client, 0.05);
    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_GREETING);
}

/* --- The client's certificate --- */

/* With TLS 1.3 the other end looks at our certificate after the handshake, and its connection may
 * be gone before it has said what it thinks of it. */
static void
assert_refused(const GError *error)
{
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_GREETING))
        g_assert_nonnull(strstr(error->message, "another certificate of ours"));
    else
        g_assert_error(error, AMI_ERROR, AMI_ERROR_TLS);
}

static void
test_client_certificate(void)
{
    g_autofree char *path = find("client.pem");
    g_autofree char *authority = find("authority.pem");
    g_autoptr(Peer) peer = new_peer("server.pem");
    g_autoptr(AmiClient) with = new_client(peer);
    g_autoptr(AmiClient) without = new_client(peer);
    g_autoptr(GError) error = NULL;

    peer_set_tls_authority(peer, authority);
    set_authority(with, "authority.pem");
    set_authority(without, "authority.pem");
    g_assert_true(ami_client_set_tls_certificate(with, path, path, &error));
    g_assert_true(ami_client_connect(with, NULL, &error));
    g_assert_no_error(error);
    g_assert_false(ami_client_connect(without, NULL, &error));
    assert_refused(error);
}

static void
test_files(void)
{
    g_autoptr(AmiClient) client = ami_client_new("127.0.0.1", AMI_DEFAULT_TLS_PORT);
    g_autofree char *path = find("make.sh");
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_client_set_tls_authority(client, "/no/such/file", &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TLS);
    g_assert_nonnull(strstr(error->message, "/no/such/file"));
    g_clear_error(&error);
    g_assert_false(ami_client_set_tls_certificate(client, path, path, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_TLS);
    g_assert_nonnull(strstr(error->message, "make.sh"));
}

/* --- Traffic --- */

#define FLOOD_EVENTS 20000

static gboolean
flood(PeerSession *session, const char *name, G_GNUC_UNUSED const char *id,
      G_GNUC_UNUSED AmiMessage *action, G_GNUC_UNUSED gpointer data)
{
    if (!g_str_equal(name, "Flood"))
        return FALSE;
    for (guint i = 0; i < FLOOD_EVENTS; i++)
        peer_send(session, "Event: Newstate\nChannel: SIP/a-%u\n\n", i);
    return FALSE;
}

static void
test_flood(void)
{
    g_autofree char *path = find("server.pem");
    g_autoptr(Peer) peer = peer_new(flood, NULL);
    g_autoptr(AmiClient) client = new_client(peer);
    g_autoptr(AmiReply) reply = NULL;
    AmiStatistics statistics;

    peer_set_certificate(peer, path);
    set_authority(client, "authority.pem");
    g_assert_true(ami_client_connect(client, NULL, NULL));
    reply = ami_action(client, NULL, "Flood", NULL);
    g_assert_nonnull(reply);
    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.events, ==, FLOOD_EVENTS + 1);
}

/* More than the connection takes at once, while the other side sends as well. */
static void
on_sent(GObject *source, GAsyncResult *result, gpointer n_succeeded)
{
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, NULL);

    *(guint *) n_succeeded += reply != NULL;
}

static void
test_large_actions(void)
{
    g_autoptr(Peer) peer = new_peer("server.pem");
    g_autoptr(AmiClient) client = new_client(peer);
    g_autofree char *value = g_strnfill(1000, 'x');
    guint n_succeeded = 0;

    set_authority(client, "authority.pem");
    g_assert_true(ami_client_connect(client, NULL, NULL));
    for (guint i = 0; i < 35; i++) {
        AmiAction *action = ami_action_new("Large");

        for (guint j = 0; j < 100; j++)
            ami_action_add(action, "Header", value);
        ami_client_send_async(client, action, NULL, on_sent, &n_succeeded);
    }
    PEER_WAIT_FOR(n_succeeded == 35);
}

static void
test_reconnect(void)
{
    g_autoptr(Peer) peer = new_peer("server.pem");
    g_autoptr(AmiClient) client = new_client(peer);

    set_authority(client, "authority.pem");
    g_assert_true(ami_client_connect(client, NULL, NULL));
    peer_disconnect(peer);
    PEER_WAIT_FOR(ami_client_get_state(client) == AMI_STATE_WAITING);
    g_assert_cmpint(peer_get_last_error(client), ==, AMI_ERROR_DISCONNECTED);
    g_assert_true(ami_client_wait_ready(client, -1, NULL, NULL));
}

static void
add_functions(PeerLog *log)
{
    for (gsize i = 0; i < G_N_ELEMENTS(certificate_cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/ami/tls/certificate/%s", certificate_cases[i].name);

        g_test_add_data_func(path, &certificate_cases[i], test_certificate);
    }
    g_test_add_data_func("/ami/tls/certificate/unchecked", log, test_unchecked);
    g_test_add_func("/ami/tls/plain-server", test_plain_server);
    g_test_add_func("/ami/tls/silent-server", test_silent_server);
    g_test_add_func("/ami/tls/plain-client", test_plain_client);
    g_test_add_func("/ami/tls/client-certificate", test_client_certificate);
    g_test_add_func("/ami/tls/files", test_files);
    g_test_add_func("/ami/tls/flood", test_flood);
    g_test_add_func("/ami/tls/large-actions", test_large_actions);
    g_test_add_func("/ami/tls/reconnect", test_reconnect);
}

static void
test_no_tls(void)
{
    g_test_skip("this GLib knows no TLS: glib-networking is not installed");
}

int
main(int argc, char **argv)
{
    PeerLog *log = peer_log_new();

    g_test_init(&argc, &argv, NULL);
    if (g_tls_backend_supports_tls(g_tls_backend_get_default()))
        add_functions(log);
    else
        g_test_add_func("/ami/tls/none", test_no_tls);
    return g_test_run();
}
