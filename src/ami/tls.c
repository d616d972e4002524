/* tls.c - speaks TLS on a connected stream, and tells in words what is wrong with a certificate. */

#include <config.h>

#include "ami/client-private.h"

typedef struct {
    AmiTlsFunc function;
    gpointer data;
    char *name;     /* of the client */
    char *expected; /* whom the certificate has to be made out to */
} Handshake;

static void
handshake_free(Handshake *handshake)
{
    g_free(handshake->name);
    g_free(handshake->expected);
    g_free(handshake);
}

/* --- What is wrong --- */

typedef struct {
    GTlsCertificateFlags flag;
    const char *text;
} Problem;

static const Problem problems[] = {
    {G_TLS_CERTIFICATE_UNKNOWN_CA, "it is signed by an authority that is not trusted here"},
    {G_TLS_CERTIFICATE_BAD_IDENTITY, "it is made out to another name"},
    {G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet"},
    {G_TLS_CERTIFICATE_EXPIRED, "it has expired"},
    {G_TLS_CERTIFICATE_REVOKED, "it was revoked"},
    {G_TLS_CERTIFICATE_INSECURE, "it is too weak"},
};

static char *
describe(GTlsCertificateFlags flags)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(problems); i++)
        if ((flags & problems[i].flag) != 0)
            g_ptr_array_add(texts, (gpointer) problems[i].text);
    if (texts->len == 0)
        g_ptr_array_add(texts, (gpointer) "it is not valid");
    g_ptr_array_add(texts, NULL);
    return g_strjoinv(", ", (char **) texts->pdata);
}

static GError *
new_error(const Handshake *handshake, GTlsConnection *tls, const GError *error)
{
    g_autofree char *text = NULL;

    if (!g_error_matches(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
        return g_error_new(AMI_ERROR, AMI_ERROR_TLS,
                           "%s: TLS failed: %s: is it the port on which Asterisk speaks TLS "
                           "(tlsbindaddr in manager.conf)?",
                           handshake->name, error->message);
    text = describe(g_tls_connection_get_peer_certificate_errors(tls));
    return g_error_new(AMI_ERROR, AMI_ERROR_TLS, "%s: the certificate for %s is refused: %s",
                       handshake->name, handshake->expected, text);
}

/* --- The handshake --- */

static void
on_handshake(GObject *source, GAsyncResult *result, gpointer data)
{
    Handshake *handshake = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) problem = NULL;

    if (!g_tls_connection_handshake_finish(G_TLS_CONNECTION(source), result, &error))
        problem = new_error(handshake, G_TLS_CONNECTION(source), error);
    handshake->function(handshake->data, G_IO_STREAM(source), problem);
    handshake_free(handshake);
}

static gboolean
accept_any(G_GNUC_UNUSED GTlsConnection *tls, G_GNUC_UNUSED GTlsCertificate *certificate,
           G_GNUC_UNUSED GTlsCertificateFlags errors, G_GNUC_UNUSED gpointer data)
{
    return TRUE;
}

static GIOStream *
new_connection(const AmiSettings *settings, const char *expected, GIOStream *stream, GError **error)
{
    g_autoptr(GSocketConnectable) identity = g_network_address_new(expected, settings->port);
    g_autoptr(GIOStream) tls = g_tls_client_connection_new(stream, identity, error);

    if (tls == NULL)
        return NULL;
    g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(tls), FALSE);
    if (settings->tls_authority != NULL)
        g_tls_connection_set_database(G_TLS_CONNECTION(tls), settings->tls_authority);
    if (settings->tls_certificate != NULL)
        g_tls_connection_set_certificate(G_TLS_CONNECTION(tls), settings->tls_certificate);
    if (settings->is_tls_unchecked) {
        g_warning("%s: the certificate is not checked: whoever answers gets the login",
                  settings->name);
        g_signal_connect(tls, "accept-certificate", G_CALLBACK(accept_any), NULL);
    }
    return g_steal_pointer(&tls);
}

gboolean
ami_tls_begin(const AmiSettings *settings, GIOStream *stream, GCancellable *cancellable,
              AmiTlsFunc function, gpointer data, GError **error)
{
    const char *expected = settings->tls_name != NULL ? settings->tls_name : settings->host;
    g_autoptr(GError) local = NULL;
    g_autoptr(GIOStream) tls = new_connection(settings, expected, stream, &local);
    Handshake *handshake;

    if (tls == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_TLS,
                    "%s: TLS cannot be begun: %s: is glib-networking installed?", settings->name,
                    local->message);
        return FALSE;
    }
    handshake = g_new0(Handshake, 1);
    handshake->function = function;
    handshake->data = data;
    handshake->name = g_strdup(settings->name);
    handshake->expected = g_strdup(expected);
    g_tls_connection_handshake_async(G_TLS_CONNECTION(tls), G_PRIORITY_DEFAULT, cancellable,
                                     on_handshake, handshake);
    return TRUE;
}
