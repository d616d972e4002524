/* test-manager-tls.c - the simulated manager interface over TLS. */

#include "manager-client.h"
#include <string.h>

/* Of nobody, and good for a hundred years. */
static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmzCCAUGgAwIBAgIUcBB01Q3WcJewn2fsBYn8vv/nfUgwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTExMTIwMFoYDzIxMjYxMTAx\n"
    "MTExMjAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAQy2RZPA+6vaQngn+RuAvFGlIhILVWDNdvLfp5+//MMt6wXfCza0St/\n"
    "CIZCGzEXmgWslKaZH+omYmBFvRG1V7MAo28wbTAdBgNVHQ4EFgQUjKyUoDrhCdih\n"
    "qTtCbTfyCHIKzkkwHwYDVR0jBBgwFoAUjKyUoDrhCdihqTtCbTfyCHIKzkkwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
    "zj0EAwIDSAAwRQIgb+lUImFJidAa2m9233wgLCcFHZo67hwLEhDzmwbyjNQCIQDV\n"
    "e150AtSLv2fbK03eHGrWeOTsh7vs6T7JbHbuDFenkQ==\n"
    "-----END CERTIFICATE-----\n";
static const char key[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDSzPyOsODUFbBd6m\n"
                          "24JA/KikVQvcZlU/yQQe3w7T27uhRANCAAQy2RZPA+6vaQngn+RuAvFGlIhILVWD\n"
                          "NdvLfp5+//MMt6wXfCza0St/CIZCGzEXmgWslKaZH+omYmBFvRG1V7MA\n"
                          "-----END PRIVATE KEY-----\n";

/* A certificate and a key in files, for one test. */
typedef struct {
    char *folder;
    char *certificate;
    char *key;
} Files;

static void
files_write(Files *files)
{
    g_autoptr(GError) error = NULL;

    files->folder = g_dir_make_tmp("capella-XXXXXX", &error);
    g_assert_no_error(error);
    files->certificate = g_build_filename(files->folder, "certificate.pem", NULL);
    files->key = g_build_filename(files->folder, "key.pem", NULL);
    g_file_set_contents(files->certificate, certificate, -1, &error);
    g_assert_no_error(error);
    g_file_set_contents(files->key, key, -1, &error);
    g_assert_no_error(error);
}

static void
files_remove(Files *files)
{
    g_autoptr(GFile) folder = g_file_new_for_path(files->folder);
    g_autoptr(GFile) first = g_file_new_for_path(files->certificate);
    g_autoptr(GFile) second = g_file_new_for_path(files->key);

    g_assert_true(g_file_delete(first, NULL, NULL));
    g_assert_true(g_file_delete(second, NULL, NULL));
    g_assert_true(g_file_delete(folder, NULL, NULL));
    g_free(files->folder);
    g_free(files->certificate);
    g_free(files->key);
}

static gboolean
accept_any(G_GNUC_UNUSED GTlsConnection *connection, G_GNUC_UNUSED GTlsCertificate *peer,
           G_GNUC_UNUSED GTlsCertificateFlags errors, G_GNUC_UNUSED gpointer data)
{
    return TRUE;
}

static void
want(GIOStream *stream, const char *wanted)
{
    g_autofree char *bytes = g_malloc0(strlen(wanted) + 1);
    g_autoptr(GError) error = NULL;

    g_input_stream_read_all(g_io_stream_get_input_stream(stream), bytes, strlen(wanted), NULL, NULL,
                            &error);
    g_assert_no_error(error);
    g_assert_cmpstr(bytes, ==, wanted);
}

/* The greeting and an answer come through; the end is a clean one. */
static void
talk(guint16 port)
{
    static const char action[] = "Action: Logoff\r\n\r\n";
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, &error);
    g_autoptr(GIOStream) stream = NULL;
    char byte = '\0';

    g_assert_no_error(error);
    stream = g_tls_client_connection_new(G_IO_STREAM(connection), NULL, &error);
    g_assert_no_error(error);
    g_signal_connect(stream, "accept-certificate", G_CALLBACK(accept_any), NULL);
    want(stream, "Asterisk Call Manager/11.0.0\r\n");
    g_output_stream_write_all(g_io_stream_get_output_stream(stream), action, strlen(action), NULL,
                              NULL, &error);
    g_assert_no_error(error);
    want(stream, "Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n");
    g_assert_cmpint(
        g_input_stream_read(g_io_stream_get_input_stream(stream), &byte, 1, NULL, &error), ==, 0);
    g_assert_no_error(error);
}

static void
test_session(void)
{
    Files files = {0};
    g_autofree char *script = NULL;
    g_autoptr(PbxManager) manager = NULL;

    if (!g_tls_backend_supports_tls(g_tls_backend_get_default())) {
        g_test_skip("GIO has no TLS here; install glib-networking");
        return;
    }
    files_write(&files);
    script = g_strdup_printf("tls \"%s\" \"%s\"", files.certificate, files.key);
    manager = manager_start(script);
    talk(pbx_manager_get_port(manager));
    files_remove(&files);
}

static void
test_missing_file(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(pbx_manager_new("tls /nowhere/a.pem /nowhere/b.pem", 0, &error));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    g_assert_true(g_str_has_prefix(error->message, "script:1: tls: "));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pbx/manager-tls/session", test_session);
    g_test_add_func("/pbx/manager-tls/missing-file", test_missing_file);
    return g_test_run();
}
