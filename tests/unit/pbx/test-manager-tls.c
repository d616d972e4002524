/* test-manager-tls.c - the simulated manager interface over TLS. */

#include "manager-client.h"
#include <string.h>

/* LeakSanitizer comes to grief over the threads in which GIO speaks TLS, before it has looked for
 * leaks. Valgrind does not. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
    return TRUE;
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
    g_autoptr(GSocketConnection) connection = NULL;
    g_autoptr(GIOStream) stream = NULL;
    char byte = '\0';

    g_socket_client_set_enable_proxy(client, FALSE);
    connection = g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, &error);
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
    g_autofree char *file =
        g_test_build_filename(G_TEST_DIST, "unit", "ami", "tls", "server.pem", NULL);
    g_autofree char *script = NULL;
    g_autoptr(PbxManager) manager = NULL;

    if (!g_tls_backend_supports_tls(g_tls_backend_get_default())) {
        g_test_skip("GIO has no TLS here; install glib-networking");
        return;
    }
    script = g_strdup_printf("tls \"%s\" \"%s\"", file, file);
    manager = manager_start(script);
    talk(pbx_manager_get_port(manager));
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
