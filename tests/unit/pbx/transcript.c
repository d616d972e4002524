/* transcript.c - a server that follows a written conversation, for tests of the simulated PBX. */

#include "transcript.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The server's side of the socket pair, and what it has to say. */
typedef struct {
    int fd;
    const char *conversation;
    gboolean wants_hangup;
    GString *held;
    GMutex mutex; /* guards n_begun */
    GCond changed;
    guint n_begun;
    guint n_sent;
} Server;

/* A line without its LF; NULL at the end of the stream. */
static char *
read_line(int fd)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char byte = '\0';

    while (read(fd, &byte, 1) == 1) {
        if (byte == '\n')
            return g_string_free(g_steal_pointer(&line), FALSE);
        g_string_append_c(line, byte);
    }
    return line->len > 0 ? g_string_free(g_steal_pointer(&line), FALSE) : NULL;
}

static void
skip_environment(int fd)
{
    for (;;) {
        g_autofree char *line = read_line(fd);

        g_assert_nonnull(line);
        if (*line == '\0')
            return;
    }
}

static void
send_held(Server *server)
{
    g_assert_cmpint(send(server->fd, server->held->str, server->held->len, MSG_NOSIGNAL), ==,
                    (gssize) server->held->len);
    g_string_truncate(server->held, 0);
}

static void
wait_for_command(Server *server)
{
    g_mutex_lock(&server->mutex);
    while (server->n_begun < server->n_sent)
        g_cond_wait(&server->changed, &server->mutex);
    g_mutex_unlock(&server->mutex);
}

static void
follow_word(Server *server, const char *word)
{
    const struct linger linger = {.l_onoff = 1};

    if (strcmp(word, "half") == 0) {
        shutdown(server->fd, SHUT_WR);
        return;
    }
    if (strcmp(word, "reset") == 0)
        setsockopt(server->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(server->fd);
    server->fd = -1;
}

static void
expect_line(Server *server, const char *expected)
{
    g_autofree char *line = read_line(server->fd);

    g_assert_cmpstr(line, ==, expected);
}

static void
follow_line(Server *server, const char *line)
{
    const char *rest = line + MIN(strlen(line), 2);

    switch (line[0]) {
    case '>':
    case '+':
        g_string_append_printf(server->held, "%s\n", rest);
        server->n_sent++;
        if (line[0] == '>')
            send_held(server);
        return;
    case '<':
        expect_line(server, rest);
        return;
    case '.':
        expect_line(server, NULL);
        return;
    case '@':
        wait_for_command(server);
        return;
    case '=':
        follow_word(server, rest);
        return;
    default:
        g_assert_not_reached();
    }
}

static gpointer
serve(gpointer data)
{
    Server *server = data;
    g_auto(GStrv) lines = g_strsplit(server->conversation, "\n", -1);

    if (!g_str_has_prefix(server->conversation, "< agi_"))
        skip_environment(server->fd);
    for (guint i = 0; lines[i] != NULL && server->fd >= 0; i++) {
        if (*lines[i] != '\0')
            follow_line(server, lines[i]);
    }
    if (server->fd < 0)
        return NULL;
    shutdown(server->fd, SHUT_WR);
    if (server->wants_hangup) {
        expect_line(server, "HANGUP");
        expect_line(server, NULL);
    }
    close(server->fd);
    return NULL;
}

void
transcript_serve(int fd, const char *conversation)
{
    g_autoptr(GString) held = g_string_new(NULL);
    Server server = {.fd = fd, .conversation = conversation, .wants_hangup = TRUE, .held = held};

    serve(&server);
}

static void
count_command(const PbxTranscriptLine *line, gpointer data)
{
    Server *server = data;

    if (line->direction != PBX_FROM_SERVER)
        return;
    g_mutex_lock(&server->mutex);
    server->n_begun++;
    g_cond_signal(&server->changed);
    g_mutex_unlock(&server->mutex);
}

static PbxResult *
run(const char *script_text, const char *conversation, gboolean wants_hangup)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new_from_text(script_text, &error);
    g_autoptr(PbxCall) call = NULL;
    PbxResult *result = NULL;
    Server server = {.conversation = conversation, .wants_hangup = wants_hangup};
    GThread *thread = NULL;
    int fds[2] = {-1, -1};

    g_assert_no_error(error);
    call = pbx_call_new(script);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    server.fd = fds[0];
    server.held = g_string_new(NULL);
    g_mutex_init(&server.mutex);
    g_cond_init(&server.changed);
    pbx_call_set_observer(call, count_command, &server);
    thread = g_thread_new("server", serve, &server);
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    g_thread_join(thread);
    g_string_free(server.held, TRUE);
    g_mutex_clear(&server.mutex);
    g_cond_clear(&server.changed);
    return result;
}

PbxResult *
transcript_run(const char *script_text, const char *conversation)
{
    return run(script_text, conversation, TRUE);
}

PbxResult *
transcript_run_to_end(const char *script_text, const char *conversation)
{
    return run(script_text, conversation, FALSE);
}

static void
test_case(gconstpointer data)
{
    const TranscriptCase *expected = data;
    g_autoptr(PbxResult) result = transcript_run(expected->script, expected->conversation);
    g_autofree char *place =
        g_strdup_printf("%s,%s,%d", result->context, result->extension, result->priority);

    g_assert_cmpstr(result->status, ==, expected->status);
    g_assert_cmpstr(pbx_result_get_variable(result, "AGISTATUS"), ==, expected->status);
    g_assert_cmpint(result->is_hung_up, ==, expected->place == NULL);
    if (expected->place != NULL)
        g_assert_cmpstr(place, ==, expected->place);
    g_assert_cmpuint(result->unmet->len, ==, 0);
}

void
transcript_add(const char *path, const TranscriptCase *cases, gsize n_cases)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_autofree char *name = g_strconcat(path, cases[i].name, NULL);

        g_test_add_data_func(name, &cases[i], test_case);
    }
}
