/* server.c - a client that is logged in to a simulated manager interface. */

#include "server.h"

void
server_begin(Server *server, const char *script)
{
    g_autoptr(GError) error = NULL;

    /* Before there are threads: ThreadSanitizer does not see how GLib guards its making. */
    g_main_context_default();
    server->manager = pbx_manager_new(script, 0, &error);
    g_assert_no_error(error);
    server->client = ami_client_new("127.0.0.1", pbx_manager_get_port(server->manager));
    ami_client_set_user(server->client, "capella");
    ami_client_set_secret(server->client, "galaxy");
    ami_client_connect(server->client, NULL, &error);
    g_assert_no_error(error);
}

/* Nothing may be left of what was sent. */
void
server_end(Server *server)
{
    AmiStatistics statistics;

    ami_client_get_statistics(server->client, &statistics);
    g_assert_cmpuint(statistics.pending, ==, 0);
    ami_client_stop(server->client);
    g_clear_object(&server->client);
    g_clear_pointer(&server->manager, pbx_manager_free);
}

void
server_run_until(const gboolean *flag)
{
    while (!*flag)
        g_main_context_iteration(NULL, TRUE);
}
