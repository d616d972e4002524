/* login.c - from the greeting to READY: the version, and who we are. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

static const char greeting[] = "Asterisk Call Manager/";

static void G_GNUC_PRINTF(3, 4) fail(AmiClient *client, AmiError code, const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    va_list arguments;

    va_start(arguments, format);
    error = g_error_new_valist(AMI_ERROR, (int) code, format, arguments);
    va_end(arguments);
    g_prefix_error(&error, "%s: ", client->settings.name);
    ami_client_lose(client, error);
}

/* --- The login --- */

/* Asterisk says the same whatever is wrong with user, secret or address. */
static void
fail_refused(AmiClient *client, const GError *error)
{
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_DISCONNECTED))
        return;
    fail(client, AMI_ERROR_LOGIN,
         "the login of user \"%s\" was refused: %s: compare user, secret and permitted addresses "
         "with manager.conf",
         client->settings.user, error->message);
}

static void
on_login(gpointer data, AmiReply *reply, GError *error)
{
    AmiClient *client = data;
    g_autoptr(AmiReply) owned_reply = reply;
    g_autoptr(GError) owned_error = error;

    if (error != NULL)
        fail_refused(client, error);
    else
        ami_client_be_ready(client);
}

static void
send_own(AmiClient *client, AmiAction *action, AmiPendingFunc function)
{
    ami_pending_start(client, ami_pending_new_own(action, function, client));
}

static AmiAction *
new_login(AmiClient *client)
{
    AmiAction *action = ami_action_new_with("Login", "Username", client->settings.user, NULL);

    if (client->settings.event_mask != NULL)
        ami_action_add(action, "Events", client->settings.event_mask);
    return action;
}

/* An action that cannot be sent, such as with a secret that has a line end in it. */
static void
send_login(AmiClient *client, AmiAction *action)
{
    g_autoptr(GError) error = NULL;

    if (ami_action_check(action, &error)) {
        send_own(client, action, on_login);
        return;
    }
    ami_action_free(action);
    fail(client, AMI_ERROR_LOGIN, "the login cannot be sent: %s", error->message);
}

static void
login_plainly(AmiClient *client, AmiSecret *secret)
{
    AmiAction *action = new_login(client);

    if (strlen(secret->str) < secret->len)
        ami_action_set_problem(action, "the secret has a NUL in it");
    ami_action_add_secret(action, "Secret", secret->str);
    send_login(client, action);
}

/* --- By challenge --- */

static void
login_by_key(AmiClient *client, const char *challenge, AmiSecret *secret)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_MD5);
    AmiAction *action = new_login(client);

    g_checksum_update(checksum, (const guchar *) challenge, -1);
    g_checksum_update(checksum, (const guchar *) secret->str, (gssize) secret->len);
    ami_action_add(action, "AuthType", "MD5");
    ami_action_add_secret(action, "Key", g_checksum_get_string(checksum));
    send_login(client, action);
}

/* The secret is read when it is wanted, and wiped right after. */
static AmiSecret *
read_secret(AmiClient *client)
{
    g_autoptr(GError) error = NULL;
    AmiSecret *secret = ami_secret_read(&client->settings.secret, &error);

    if (secret == NULL)
        fail(client, AMI_ERROR_LOGIN, "%s", error->message);
    return secret;
}

static void
on_challenge(gpointer data, AmiReply *reply, GError *error)
{
    AmiClient *client = data;
    g_autoptr(AmiReply) owned_reply = reply;
    g_autoptr(GError) owned_error = error;
    g_autoptr(AmiSecret) secret = NULL;
    const char *challenge;

    if (error != NULL) {
        fail_refused(client, error);
        return;
    }
    challenge = ami_reply_get(reply, "Challenge");
    if (challenge == NULL) {
        fail(client, AMI_ERROR_LOGIN, "Asterisk gave no challenge for the login");
        return;
    }
    secret = read_secret(client);
    if (secret != NULL)
        login_by_key(client, challenge, secret);
}

static void
begin(AmiClient *client)
{
    g_autoptr(AmiSecret) secret = NULL;

    if (client->settings.user == NULL) {
        fail(client, AMI_ERROR_LOGIN, "no user was given for the login");
        return;
    }
    if (!client->settings.is_plain_login) {
        send_own(client, ami_action_new_with("Challenge", "AuthType", "MD5", NULL), on_challenge);
        return;
    }
    secret = read_secret(client);
    if (secret != NULL)
        login_plainly(client, secret);
}

/* --- The greeting --- */

/* Two numbers or more with dots between them; what follows does not matter. */
static gboolean
is_version(const char *text)
{
    gsize major = strspn(text, "0123456789");

    return major > 0 && text[major] == '.' && g_ascii_isdigit(text[major + 1]);
}

void
ami_login_take_greeting(AmiClient *client, const char *line)
{
    const char *version = line + strlen(greeting);

    if (!g_str_has_prefix(line, greeting) || !is_version(version)) {
        g_autofree char *start = g_strndup(line, 60);
        g_autofree char *text = g_strescape(start, NULL);

        fail(client, AMI_ERROR_GREETING,
             "who answers is no manager interface of an Asterisk: it greets with \"%s\"", text);
        return;
    }
    ami_client_set_version(client, version);
    ami_clock_set_after(client, AMI_TIMER_STEP, client->settings.login_timeout);
    ami_client_set_state(client, AMI_STATE_LOGIN);
    if (client->connection != NULL && ami_client_get_state(client) == AMI_STATE_LOGIN)
        begin(client);
}

gboolean
ami_login_is_before(AmiClient *client, guint major, guint minor)
{
    g_autofree char *version = ami_client_dup_version(client);
    char *end = NULL;
    guint64 first;

    if (version == NULL)
        return FALSE;
    first = g_ascii_strtoull(version, &end, 10);
    return first < major || (first == major && g_ascii_strtoull(end + 1, NULL, 10) < minor);
}
