/* program.c - running capella, with a FastAGI server for it to call. */

#include "program.h"
#include "transcript.h"
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

/* The command line: the program and its arguments. (transfer container) */
static GPtrArray *
make_command_line(const char *const *arguments)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(words, g_test_build_filename(G_TEST_BUILT, "capella", NULL));
    for (guint i = 0; arguments[i] != NULL; i++)
        g_ptr_array_add(words, g_strdup(arguments[i]));
    g_ptr_array_add(words, NULL);
    return words;
}

void
program_run(ProgramRun *run, const char *const *arguments)
{
    program_run_in(run, NULL, arguments);
}

char **
program_make_environment(const char *const *changes)
{
    char **environment = g_get_environ();

    for (guint i = 0; changes != NULL && changes[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(changes[i], "=", 2);

        environment = parts[1] != NULL ? g_environ_setenv(environment, parts[0], parts[1], TRUE)
                                       : g_environ_unsetenv(environment, parts[0]);
    }
    return environment;
}

void
program_run_in(ProgramRun *run, const char *const *changes, const char *const *arguments)
{
    g_auto(GStrv) environment = program_make_environment(changes);
    g_autoptr(GPtrArray) words = make_command_line(arguments);
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_sync(NULL, (char **) words->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL,
                 &run->output, &run->errors, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    run->code = WEXITSTATUS(status);
}

GPid
program_start(const char *const *arguments, int *output, int *errors)
{
    g_autoptr(GPtrArray) words = make_command_line(arguments);
    g_autoptr(GError) error = NULL;
    GPid process = 0;

    g_spawn_async_with_pipes(NULL, (char **) words->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                             NULL, &process, NULL, output, errors, &error);
    g_assert_no_error(error);
    return process;
}

int
program_wait(GPid process)
{
    int status = 0;

    g_assert_cmpint(waitpid(process, &status, 0), ==, process);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

char *
program_read_until(int fd, const char *part)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char byte;

    while (strstr(text->str, part) == NULL && read(fd, &byte, 1) == 1)
        g_string_append_c(text, byte);
    return g_string_free(g_steal_pointer(&text), FALSE);
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
