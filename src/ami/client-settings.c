/* client-settings.c - what can be set of a client before it is started. */

#include <config.h>

#include "ami/client-private.h"

#include <string.h>

void
ami_settings_init(AmiSettings *settings)
{
    settings->connect_timeout = 10;
    settings->greeting_timeout = 10;
    settings->login_timeout = 10;
    settings->action_timeout = 10;
    settings->keep_alive_interval = 15;
    settings->keep_alive_patience = 10;
    settings->first_delay = 0.5;
    settings->longest_delay = 30;
}

void
ami_settings_clear(AmiSettings *settings)
{
    ami_secret_source_clear(&settings->secret);
    g_clear_object(&settings->stream);
    g_clear_object(&settings->tls_authority);
    g_clear_object(&settings->tls_certificate);
    g_free(settings->name);
    g_free(settings->host);
    g_free(settings->user);
    g_free(settings->event_mask);
    g_free(settings->tls_name);
}

/* Whether it may be changed: from the home, and before it is started. */
static gboolean
is_open(AmiClient *client)
{
    g_return_val_if_fail(AMI_IS_CLIENT(client), FALSE);
    g_return_val_if_fail(!client->is_started, FALSE);

    return TRUE;
}

static void
set_text(char **field, const char *text)
{
    char *copy = g_strdup(text);

    g_free(*field);
    *field = copy;
}

/* --- Who it is, and how it logs in --- */

/**
 * ami_client_set_name:
 * @client: a client that is not started
 * @name: a short name for logs and errors; the host by default
 *
 * Since: 0.2
 */
void
ami_client_set_name(AmiClient *client, const char *name)
{
    g_return_if_fail(name != NULL);

    if (is_open(client))
        set_text(&client->settings.name, name);
}

/**
 * ami_client_set_user:
 * @client: a client that is not started
 * @user: the user, a category of Asterisk's `manager.conf`
 *
 * Since: 0.2
 */
void
ami_client_set_user(AmiClient *client, const char *user)
{
    if (is_open(client))
        set_text(&client->settings.user, user);
}

/**
 * ami_client_set_secret:
 * @client: a client that is not started
 * @secret: the user's secret
 *
 * Keeps a copy, which is wiped when the client is freed.
 *
 * Since: 0.2
 */
void
ami_client_set_secret(AmiClient *client, const char *secret)
{
    if (!is_open(client))
        return;
    ami_secret_source_clear(&client->settings.secret);
    client->settings.secret.text = g_strdup(secret);
}

/**
 * ami_client_set_secret_file:
 * @client: a client that is not started
 * @path: a file whose content is the user's secret
 *
 * The file is read at each login, so that a changed secret is used from the next one on, and what
 * was read is wiped at once. One line end at its end is not part of the secret.
 *
 * Since: 0.2
 */
void
ami_client_set_secret_file(AmiClient *client, const char *path)
{
    if (!is_open(client))
        return;
    ami_secret_source_clear(&client->settings.secret);
    client->settings.secret.path = g_strdup(path);
}

/**
 * ami_client_set_secret_credential:
 * @client: a client that is not started
 * @name: the name of a credential, as in `LoadCredential=` of a systemd unit
 * @error: return location for a #GError, or %NULL
 *
 * Takes the secret from a credential that systemd passes to this service, as from a file.
 *
 * Returns: %TRUE if systemd passes credentials; %FALSE with @error set to
 *   %AMI_ERROR_INVALID_ARGUMENT if it does not, or @name is no name
 * Since: 0.2
 */
gboolean
ami_client_set_secret_credential(AmiClient *client, const char *name, GError **error)
{
    const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
    g_autofree char *path = NULL;

    g_return_val_if_fail(name != NULL, FALSE);

    if (folder == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "no credentials are passed to this program, \"%s\" neither: it has to run as "
                    "a systemd service with LoadCredential=%s:PATH",
                    name, name);
        return FALSE;
    }
    if (*name == '\0' || strchr(name, '/') != NULL || g_str_equal(name, "..") ||
        g_str_equal(name, ".")) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "\"%s\" is no name for a credential", name);
        return FALSE;
    }
    path = g_build_filename(folder, name, NULL);
    ami_client_set_secret_file(client, path);
    return TRUE;
}

/**
 * ami_client_set_plain_login:
 * @client: a client that is not started
 * @is_plain: whether the secret is sent as it is; by default it is only proved, by MD5 challenge
 *
 * Plain is for Asterisks without MD5, behind TLS. MD5 protects the secret, not the connection.
 *
 * Since: 0.2
 */
void
ami_client_set_plain_login(AmiClient *client, gboolean is_plain)
{
    if (is_open(client))
        client->settings.is_plain_login = is_plain;
}

/**
 * ami_client_set_event_mask:
 * @client: a client that is not started
 * @mask: (nullable): classes of events, such as `call,user`; `off` for none, `on` or %NULL for all
 *   that the user may read
 *
 * Which events Asterisk sends. It knows no single events here, only classes.
 *
 * Since: 0.2
 */
void
ami_client_set_event_mask(AmiClient *client, const char *mask)
{
    if (is_open(client))
        set_text(&client->settings.event_mask, mask);
}

/* --- TLS --- */

/**
 * ami_client_set_tls:
 * @client: a client that is not started
 * @has_tls: whether it speaks TLS; Asterisk has a port of its own for that, %AMI_DEFAULT_TLS_PORT
 *
 * The certificate has to be signed by an authority that this system trusts, and made out to the
 * host. Needs GLib's TLS, on Debian the package glib-networking.
 *
 * Since: 0.2
 */
void
ami_client_set_tls(AmiClient *client, gboolean has_tls)
{
    if (is_open(client))
        client->settings.has_tls = has_tls;
}

/**
 * ami_client_set_tls_authority:
 * @client: a client that is not started
 * @path: a PEM file with the certificates of authorities to trust instead of the system's; for a
 *   self-signed certificate, that one
 * @error: return location for a #GError, or %NULL
 *
 * Returns: %TRUE if it was read; %FALSE with @error set to %AMI_ERROR_TLS
 * Since: 0.2
 */
gboolean
ami_client_set_tls_authority(AmiClient *client, const char *path, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(GTlsDatabase) database = NULL;
    g_autofree char *absolute = NULL;

    g_return_val_if_fail(path != NULL, FALSE);

    absolute = g_canonicalize_filename(path, NULL);
    database = g_tls_file_database_new(absolute, &local);
    if (database == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_TLS,
                    "cannot read certificates of authorities from %s: %s", path, local->message);
        return FALSE;
    }
    if (is_open(client))
        g_set_object(&client->settings.tls_authority, database);
    return TRUE;
}

/**
 * ami_client_set_tls_certificate:
 * @client: a client that is not started
 * @certificate_path: a PEM file with this client's own certificate
 * @key_path: a PEM file with its private key
 * @error: return location for a #GError, or %NULL
 *
 * Shows a certificate to a server that asks for one. Asterisk does not; what stands before it may.
 *
 * Returns: %TRUE if both were read; %FALSE with @error set to %AMI_ERROR_TLS
 * Since: 0.2
 */
gboolean
ami_client_set_tls_certificate(AmiClient *client, const char *certificate_path,
                               const char *key_path, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(GTlsCertificate) certificate = NULL;

    g_return_val_if_fail(certificate_path != NULL && key_path != NULL, FALSE);

    certificate = g_tls_certificate_new_from_files(certificate_path, key_path, &local);
    if (certificate == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_TLS,
                    "cannot read the certificate %s and its key %s: %s", certificate_path, key_path,
                    local->message);
        return FALSE;
    }
    if (is_open(client))
        g_set_object(&client->settings.tls_certificate, certificate);
    return TRUE;
}

/**
 * ami_client_set_tls_name:
 * @client: a client that is not started
 * @name: (nullable): whom the certificate has to be made out to; %NULL: the host
 *
 * Since: 0.2
 */
void
ami_client_set_tls_name(AmiClient *client, const char *name)
{
    if (is_open(client))
        set_text(&client->settings.tls_name, name);
}

/**
 * ami_client_set_tls_unchecked:
 * @client: a client that is not started
 * @is_unchecked: whether any certificate will do, for trying things out: whoever answers gets the
 *   login
 *
 * Since: 0.2
 */
void
ami_client_set_tls_unchecked(AmiClient *client, gboolean is_unchecked)
{
    if (is_open(client))
        client->settings.is_tls_unchecked = is_unchecked;
}

/* --- Times --- */

/**
 * ami_client_set_connect_timeout:
 * @client: a client that is not started
 * @seconds: how long connecting may take, TLS included; 10 by default, 0: for ever
 *
 * Since: 0.2
 */
void
ami_client_set_connect_timeout(AmiClient *client, gdouble seconds)
{
    if (is_open(client))
        client->settings.connect_timeout = seconds;
}

/**
 * ami_client_set_greeting_timeout:
 * @client: a client that is not started
 * @seconds: how long Asterisk may take to greet; 10 by default, 0: for ever
 *
 * Since: 0.2
 */
void
ami_client_set_greeting_timeout(AmiClient *client, gdouble seconds)
{
    if (is_open(client))
        client->settings.greeting_timeout = seconds;
}

/**
 * ami_client_set_login_timeout:
 * @client: a client that is not started
 * @seconds: how long the login may take; 10 by default, 0: for ever. Asterisk refuses one after a
 *   second
 *
 * Since: 0.2
 */
void
ami_client_set_login_timeout(AmiClient *client, gdouble seconds)
{
    if (is_open(client))
        client->settings.login_timeout = seconds;
}

/**
 * ami_client_set_action_timeout:
 * @client: a client that is not started
 * @seconds: how long the answer to an action may take, a list to its end, where the action itself
 *   does not say; 10 by default, 0: for ever
 *
 * Actions that make Asterisk wait, such as `WaitEvent` and an `Originate` without `Async`, have the
 * time that they ask for on top.
 *
 * Since: 0.2
 */
void
ami_client_set_action_timeout(AmiClient *client, gdouble seconds)
{
    if (is_open(client))
        client->settings.action_timeout = seconds;
}

/**
 * ami_client_set_keep_alive:
 * @client: a client that is not started
 * @interval: after how many seconds without anything from Asterisk it is asked for a sign of life;
 *   15 by default, 0: never
 * @patience: how many seconds it then has until the connection counts as dead; 10 by default
 *
 * @patience also is how long Asterisk may leave what we send unread.
 *
 * Since: 0.2
 */
void
ami_client_set_keep_alive(AmiClient *client, gdouble interval, gdouble patience)
{
    g_return_if_fail(patience > 0);

    if (!is_open(client))
        return;
    client->settings.keep_alive_interval = interval;
    client->settings.keep_alive_patience = patience;
}

/**
 * ami_client_set_reconnect:
 * @client: a client that is not started
 * @first_delay: how many seconds after a loss the first attempt comes; 0.5 by default
 * @longest_delay: what this grows to, twice as long each time; 30 by default. Also what follows a
 *   refused login
 * @attempts: after how many failures in a row it gives up; 0, the default: never
 *
 * Each delay is made up to a quarter shorter or longer at random, that many clients of one Asterisk
 * do not come back all at once.
 *
 * Since: 0.2
 */
void
ami_client_set_reconnect(AmiClient *client, gdouble first_delay, gdouble longest_delay,
                         guint attempts)
{
    g_return_if_fail(first_delay > 0 && longest_delay >= first_delay);

    if (!is_open(client))
        return;
    client->settings.first_delay = first_delay;
    client->settings.longest_delay = longest_delay;
    client->settings.attempts = attempts;
}
