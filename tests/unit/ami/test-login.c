/* test-login.c - from the greeting to READY, and all that can go wrong between. */

#include "peer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
assert_refused(AmiClient *client, AmiError code, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_client_connect(client, NULL, &error));
    g_assert_error(error, AMI_ERROR, (int) code);
    g_assert_nonnull(strstr(error->message, text));
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
    g_assert_cmpint(peer_get_last_error(client), ==, (int) code);
    peer_assert_nothing_pending(client);
}

static void
assert_header(Peer *peer, const char *action, const char *header, const char *expected)
{
    g_autofree char *value = peer_dup_header(peer, action, header);

    g_assert_cmpstr(value, ==, expected);
}

/* --- As it should be --- */

static void
test_challenge(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_ready_client(peer);

    assert_header(peer, "Challenge", "AuthType", "MD5");
    assert_header(peer, "Login", "AuthType", "MD5");
    assert_header(peer, "Login", "Username", PEER_USER);
    assert_header(peer, "Login", "Secret", NULL);
    assert_header(peer, "Login", "Events", NULL);
}

static void
test_plain(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_set_plain_login(client, TRUE);
    ami_client_set_event_mask(client, "call,user");
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_assert_cmpuint(peer_count_actions(peer, "Challenge"), ==, 0);
    assert_header(peer, "Login", "Secret", PEER_SECRET);
    assert_header(peer, "Login", "Key", NULL);
    assert_header(peer, "Login", "Events", "call,user");
}

/* --- Greetings --- */

typedef struct {
    const char *name;
    const char *banner;
    const char *version; /* NULL: it is none of Asterisk's */
} GreetingCase;

static const GreetingCase greeting_cases[] = {
    {"two-numbers", "Asterisk Call Manager/1.1", "1.1"},
    {"three-numbers", "Asterisk Call Manager/2.10.6", "2.10.6"},
    {"more", "Asterisk Call Manager/12.0.0-vendor (x)", "12.0.0-vendor (x)"},
    {"one-number", "Asterisk Call Manager/12", NULL},
    {"no-number", "Asterisk Call Manager/x.y", NULL},
    {"nothing-behind", "Asterisk Call Manager/", NULL},
    {"other-protocol", "SSH-2.0-OpenSSH_9.2", NULL},
    {"empty", "", NULL},
    {"bytes", "\x01\x02\xff\xfe", NULL},
    {"web", "HTTP/1.1 400 Bad Request", NULL},
};

static void
test_greeting(gconstpointer data)
{
    const GreetingCase *expected = data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autofree char *version = NULL;

    peer_set_banner(peer, expected->banner);
    if (expected->version == NULL) {
        assert_refused(client, AMI_ERROR_GREETING, "no manager interface");
        return;
    }
    g_assert_true(ami_client_connect(client, NULL, NULL));
    version = ami_client_dup_version(client);
    g_assert_cmpstr(version, ==, expected->version);
}

static void
test_long_greeting(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autofree char *banner = g_strnfill(100000, 'x');

    peer_set_banner(peer, banner);
    assert_refused(client, AMI_ERROR_GREETING, "1024 bytes");
}

static void
test_no_greeting(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    peer_set_banner(peer, NULL);
    ami_client_set_greeting_timeout(client, 0.02);
    assert_refused(client, AMI_ERROR_GREETING, "0.02 seconds");
}

/* --- Whom to connect to --- */

static void
test_unknown_host(void)
{
    g_autoptr(AmiClient) client = ami_client_new("host.invalid", 5038);

    assert_refused(client, AMI_ERROR_CONNECT, "host.invalid");
}

/* A server that does not take connections: the system answers for it until its queue is full. */
static void
test_no_answer(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fds[8];
    g_autoptr(AmiClient) client = NULL;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(bind(listener, (struct sockaddr *) &address, length), ==, 0);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    g_assert_cmpint(getsockname(listener, (struct sockaddr *) &address, &length), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (connect(fds[i], (struct sockaddr *) &address, length) != 0)
            g_assert_cmpint(errno, ==, EINPROGRESS);
    }
    client = ami_client_new("127.0.0.1", ntohs(address.sin_port));
    ami_client_set_connect_timeout(client, 0.05);
    assert_refused(client, AMI_ERROR_CONNECT, "0.05 seconds");
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    close(listener);
}

/* --- Logins that fail --- */

static void
test_wrong_secret(gconstpointer is_plain)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_set_plain_login(client, is_plain != NULL);
    ami_client_set_secret(client, "wrong");
    assert_refused(client, AMI_ERROR_LOGIN, "Authentication failed");
}

static void
test_no_user(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = ami_client_new("127.0.0.1", peer_get_port(peer));

    assert_refused(client, AMI_ERROR_LOGIN, "no user");
}

static void
test_no_secret(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = ami_client_new("127.0.0.1", peer_get_port(peer));

    ami_client_set_user(client, PEER_USER);
    assert_refused(client, AMI_ERROR_LOGIN, "no secret");
}

static void
test_secret_with_line_end(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_set_plain_login(client, TRUE);
    ami_client_set_secret(client, "a\r\nAction: Ping");
    assert_refused(client, AMI_ERROR_LOGIN, "line end");
    g_assert_cmpuint(peer_count_actions(peer, "Login"), ==, 0);
}

/* What a peer does to one action of the login. */
typedef struct {
    const char *name;
    const char *action;
    const char *answer; /* $: the ActionID; NULL: it closes; "": it says nothing */
    const char *text;   /* of the error */
} FaultCase;

static const FaultCase fault_cases[] = {
    {"challenge-refused", "Challenge",
     "Response: Error\nActionID: $\nMessage: Must specify AuthType\n\n", "Must specify AuthType"},
    {"challenge-without-one", "Challenge", "Response: Success\nActionID: $\n\n", "no challenge"},
    {"challenge-unanswered", "Challenge", "", "0.05 seconds"},
    {"closed-at-challenge", "Challenge", NULL, "closed during the login"},
    {"login-unanswered", "Login", "", "0.05 seconds"},
    {"closed-at-login", "Login", NULL, "closed during the login"},
    {"in-use", "Login", "Response: Error\nActionID: $\nMessage: Login Already In Use\n\n",
     "Login Already In Use"},
    {"answer-without-id", "Login", "Response: Error\nMessage: Authentication failed\n\n",
     "Authentication failed"},
};

static gboolean
make_fault(PeerSession *session, const char *name, const char *id, G_GNUC_UNUSED AmiMessage *action,
           gpointer data)
{
    const FaultCase *fault = data;
    g_autoptr(GString) answer = NULL;

    if (!g_str_equal(name, fault->action))
        return FALSE;
    if (fault->answer == NULL) {
        peer_close(session);
        return TRUE;
    }
    answer = g_string_new(fault->answer);
    g_string_replace(answer, "$", id, 0);
    peer_send(session, "%s", answer->str);
    return TRUE;
}

static void
test_fault(gconstpointer data)
{
    const FaultCase *fault = data;
    g_autoptr(Peer) peer = peer_new(make_fault, (gpointer) fault);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    if (g_strcmp0(fault->answer, "") == 0)
        ami_client_set_login_timeout(client, 0.05);
    assert_refused(client, AMI_ERROR_LOGIN, fault->text);
}

static void
test_connect_cancelled(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    g_cancellable_cancel(cancellable);
    g_assert_false(ami_client_connect(client, cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
}

static gpointer
cancel_when_connected(gpointer data)
{
    gpointer *both = data;

    while (peer_count_sessions(both[0]) == 0)
        g_thread_yield();
    g_cancellable_cancel(both[1]);
    return NULL;
}

static void
test_connect_cancelled_later(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    gpointer both[] = {peer, cancellable};
    GThread *thread = g_thread_new("cancel", cancel_when_connected, both);
    g_autoptr(GError) error = NULL;

    peer_set_banner(peer, NULL);
    g_assert_false(ami_client_connect(client, cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    g_assert_cmpint(ami_client_get_state(client), ==, AMI_STATE_STOPPED);
    g_thread_join(thread);
}

/* --- Secrets from files --- */

typedef struct {
    const char *name;
    const char *content; /* NULL: there is no file */
    const char *text;    /* of the error; NULL: it is the right one */
} FileCase;

static const FileCase file_cases[] = {
    {"bare", PEER_SECRET, NULL},
    {"line-feed", PEER_SECRET "\n", NULL},
    {"carriage-return", PEER_SECRET "\r\n", NULL},
    {"two-lines", PEER_SECRET "\n\n", "Authentication failed"},
    {"blank", PEER_SECRET " \n", "Authentication failed"},
    {"empty", "", "Authentication failed"},
    {"none", NULL, "No such file"},
};

static void
test_file(gconstpointer data)
{
    const FileCase *expected = data;
    g_autofree char *folder = g_dir_make_tmp("capella-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "secret", NULL);
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    if (expected->content != NULL)
        g_assert_true(g_file_set_contents(path, expected->content, -1, NULL));
    ami_client_set_secret_file(client, path);
    if (expected->text != NULL)
        assert_refused(client, AMI_ERROR_LOGIN, expected->text);
    else
        g_assert_true(ami_client_connect(client, NULL, &error));
    g_assert_no_error(error);
    g_remove(path);
    g_rmdir(folder);
}

static void
test_large_file(void)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_set_secret_file(client, "/dev/zero");
    assert_refused(client, AMI_ERROR_LOGIN, "is it the right file");
}

/* A changed file is used from the next login on. */
static void
test_changed_file(void)
{
    g_autofree char *folder = g_dir_make_tmp("capella-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "secret", NULL);
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    g_assert_true(g_file_set_contents(path, "old", -1, NULL));
    ami_client_set_secret_file(client, path);
    assert_refused(client, AMI_ERROR_LOGIN, "Authentication failed");
    g_assert_true(g_file_set_contents(path, PEER_SECRET, -1, NULL));
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_remove(path);
    g_rmdir(folder);
}

static void
test_credential(void)
{
    g_autofree char *folder = g_dir_make_tmp("capella-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "ami", NULL);
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autoptr(GError) error = NULL;

    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_assert_false(ami_client_set_secret_credential(client, "ami", &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_setenv("CREDENTIALS_DIRECTORY", folder, TRUE);
    g_assert_false(ami_client_set_secret_credential(client, "../ami", &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_true(g_file_set_contents(path, PEER_SECRET "\n", -1, NULL));
    g_assert_true(ami_client_set_secret_credential(client, "ami", NULL));
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_remove(path);
    g_rmdir(folder);
}

/* --- What is logged --- */

static void
secret_is_not_logged(PeerLog *log, gboolean is_plain)
{
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);
    g_autofree char *key = NULL;

    peer_log_clear(log);
    ami_client_set_plain_login(client, is_plain);
    g_assert_true(ami_client_connect(client, NULL, NULL));
    g_assert_true(peer_log_has(log, "Action: Login"));
    PEER_WAIT_FOR(peer_log_has(log, "Authentication accepted"));
    g_assert_true(peer_log_has(log, is_plain ? "Secret: ***" : "Key: ***"));
    g_assert_false(peer_log_has(log, PEER_SECRET));
    key = peer_dup_header(peer, "Login", "Key");
    g_assert_true(key == NULL || !peer_log_has(log, key));
    g_assert_true(peer_log_has(log, "message: pbx: logged in as capella"));
}

static void
test_key_is_not_logged(gconstpointer log)
{
    secret_is_not_logged((PeerLog *) log, FALSE);
}

static void
test_secret_is_not_logged(gconstpointer log)
{
    secret_is_not_logged((PeerLog *) log, TRUE);
}

static void
test_refusal_is_logged_once(gconstpointer data)
{
    PeerLog *log = (PeerLog *) data;
    g_autoptr(Peer) peer = peer_new(NULL, NULL);
    g_autoptr(AmiClient) client = peer_new_client(peer);

    ami_client_set_secret(client, "mistaken");
    ami_client_start(client);
    PEER_WAIT_FOR(peer_log_has(log, "warning: pbx: the login of user \"capella\" was refused"));
    peer_log_clear(log);
    PEER_WAIT_FOR(peer_count_actions(peer, "Login") >= 3);
    g_assert_false(peer_log_has(log, "warning"));
    g_assert_false(peer_log_has(log, "mistaken"));
}

static void
add_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(greeting_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/login/greeting/%s", greeting_cases[i].name);

        g_test_add_data_func(path, &greeting_cases[i], test_greeting);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/login/fault/%s", fault_cases[i].name);

        g_test_add_data_func(path, &fault_cases[i], test_fault);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(file_cases); i++) {
        g_autofree char *path = g_strdup_printf("/ami/login/file/%s", file_cases[i].name);

        g_test_add_data_func(path, &file_cases[i], test_file);
    }
}

int
main(int argc, char **argv)
{
    PeerLog *log = peer_log_new();

    g_test_init(&argc, &argv, NULL);
    add_cases();
    g_test_add_func("/ami/login/challenge", test_challenge);
    g_test_add_func("/ami/login/plain", test_plain);
    g_test_add_func("/ami/login/greeting/long", test_long_greeting);
    g_test_add_func("/ami/login/greeting/never", test_no_greeting);
    g_test_add_func("/ami/login/unknown-host", test_unknown_host);
    g_test_add_func("/ami/login/no-answer", test_no_answer);
    g_test_add_data_func("/ami/login/wrong-secret", NULL, test_wrong_secret);
    g_test_add_data_func("/ami/login/wrong-secret-plain", "plain", test_wrong_secret);
    g_test_add_func("/ami/login/no-user", test_no_user);
    g_test_add_func("/ami/login/no-secret", test_no_secret);
    g_test_add_func("/ami/login/secret-with-line-end", test_secret_with_line_end);
    g_test_add_func("/ami/login/cancelled", test_connect_cancelled);
    g_test_add_func("/ami/login/cancelled-later", test_connect_cancelled_later);
    g_test_add_func("/ami/login/file/large", test_large_file);
    g_test_add_func("/ami/login/file/changed", test_changed_file);
    g_test_add_func("/ami/login/credential", test_credential);
    g_test_add_data_func("/ami/login/log/challenge", log, test_key_is_not_logged);
    g_test_add_data_func("/ami/login/log/plain", log, test_secret_is_not_logged);
    g_test_add_data_func("/ami/login/log/refusal", log, test_refusal_is_logged_once);
    return g_test_run();
}
