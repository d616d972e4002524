/* program.c - running capella, with a FastAGI server for it to call. */

#include "program.h"
#include "transcript.h"
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

void
program_run_clear(ProgramRun *run)
{
    g_clear_pointer(&run->output, g_free);
    g_clear_pointer(&run->errors, g_free);
}

static gpointer
serve(gpointer data)
{
    ProgramServer *server = data;
    int fd = accept(server->fd, NULL, NULL);

    g_assert_cmpint(fd, >=, 0);
    transcript_serve(fd, server->conversation);
    return NULL;
}

void
program_server_start(ProgramServer *server, const char *conversation)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;

    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(server->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(server->fd, 5), ==, 0);
    g_assert_cmpint(getsockname(server->fd, (struct sockaddr *) &address, &length), ==, 0);
    server->conversation = conversation;
    server->url = g_strdup_printf("agi://127.0.0.1:%u/1000", ntohs(address.sin_port));
    server->thread = g_thread_new("server", serve, server);
}

void
program_server_join(ProgramServer *server)
{
    shutdown(server->fd, SHUT_RDWR); /* a program that never came does not leave us waiting */
    g_thread_join(server->thread);
    close(server->fd);
    g_free(server->url);
}

GSubprocess *
program_start(const char *const *arguments)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "capella", NULL);
    g_autoptr(GError) error = NULL;
    GSubprocess *process = NULL;

    g_ptr_array_add(words, program);
    for (guint i = 0; arguments[i] != NULL; i++)
        g_ptr_array_add(words, (gpointer) arguments[i]);
    g_ptr_array_add(words, NULL);
    process =
        g_subprocess_newv((const char *const *) words->pdata,
                          G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
    g_assert_no_error(error);
    return process;
}

void
program_run(ProgramRun *run, const char *const *arguments)
{
    g_autoptr(GSubprocess) process = program_start(arguments);
    g_autoptr(GError) error = NULL;

    g_subprocess_communicate_utf8(process, NULL, NULL, &run->output, &run->errors, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_if_exited(process));
    run->code = g_subprocess_get_exit_status(process);
}

char *
program_write_file(const char *text)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("capella-XXXXXX", &path, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, &error));
    return path;
}
