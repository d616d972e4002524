/* manager-client.c - a client of the simulated manager interface that follows a written
 * conversation. */

#include "manager-client.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOGIN                                                                                      \
    "> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n< Response: Success\n"             \
    "< Message: Authentication accepted\n<\n< Event: FullyBooted\n< Privilege: system,all\n"       \
    "~ Uptime: *\n~ LastReload: *\n< Status: Fully Booted\n<\n"

PbxManager *
manager_start(const char *script)
{
    g_autoptr(GError) error = NULL;
    PbxManager *manager = pbx_manager_new(script, 0, &error);

    g_assert_no_error(error);
    g_assert_nonnull(manager);
    return manager;
}

int
manager_connect(PbxManager *manager)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(pbx_manager_get_port(manager)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval timeout = {.tv_sec = 60};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), ==, 0);
    g_assert_cmpint(connect(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    return fd;
}

static void
send_bytes(int fd, const char *bytes, gsize length)
{
    while (length > 0) {
        gssize n = send(fd, bytes, length, MSG_NOSIGNAL);

        g_assert_cmpint(n, >, 0);
        bytes += n;
        length -= (gsize) n;
    }
}

void
manager_send(int fd, const char *text)
{
    send_bytes(fd, text, strlen(text));
}

char *
manager_read_line(int fd)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char byte = '\0';

    while (byte != '\n') {
        gssize n = recv(fd, &byte, 1, 0);

        if (n != 1)
            g_test_message("after \"%s\": %s", line->str, n == 0 ? "end" : g_strerror(errno));
        g_assert_cmpint(n, ==, 1);
        g_string_append_c(line, byte);
    }
    g_assert_true(g_str_has_suffix(line->str, "\r\n"));
    g_string_truncate(line, line->len - 2);
    return g_string_free(g_steal_pointer(&line), FALSE);
}

static void
want_line(int fd, const char *wanted, gboolean is_pattern)
{
    g_autofree char *line = manager_read_line(fd);

    if (!is_pattern)
        g_assert_cmpstr(line, ==, wanted);
    else if (!g_pattern_match_simple(wanted, line))
        g_error("\"%s\" is not like \"%s\"", line, wanted);
}

static void
skip_to_line(int fd, const char *wanted)
{
    for (;;) {
        g_autofree char *line = manager_read_line(fd);

        if (strcmp(line, wanted) == 0)
            return;
    }
}

static void
want_bytes(int fd, const char *escaped)
{
    g_autofree char *wanted = g_strcompress(escaped);
    gsize length = strlen(wanted);
    g_autofree char *bytes = g_malloc0(length + 1);

    for (gsize n = 0; n < length;) {
        gssize received = recv(fd, bytes + n, length - n, 0);

        g_assert_cmpint(received, >, 0);
        n += (gsize) received;
    }
    g_assert_cmpstr(bytes, ==, wanted);
}

static void
want_end(int fd, gboolean is_reset)
{
    char byte = '\0';
    gssize n = recv(fd, &byte, 1, 0);

    if (is_reset) {
        g_assert_cmpint(n, ==, -1);
        g_assert_cmpint(errno, ==, ECONNRESET);
    } else {
        g_assert_cmpint(n, ==, 0);
    }
}

static void
run_command(PbxManager *manager, int fd, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = g_strsplit(command, " ", 3);

    if (strcmp(words[0], "login") == 0) {
        manager_follow(manager, fd, LOGIN);
    } else if (strcmp(words[0], "action") == 0) {
        guint times = (guint) g_ascii_strtoull(words[2], NULL, 10);

        g_assert_true(pbx_manager_wait_action(manager, words[1], times));
    } else {
        g_autofree char *lines = g_strcompress(command + strlen("read "));

        g_assert_cmpstr(words[0], ==, "read");
        pbx_manager_read(manager, lines, &error);
        g_assert_no_error(error);
    }
}

static void
follow_line(PbxManager *manager, int fd, const char *line)
{
    const char *text = line + 1 + (line[1] == line[0]);
    g_autofree char *bytes = NULL;

    text += *text == ' ';
    switch (line[0]) {
    case '>':
        bytes = line[1] == '>' ? g_strcompress(text) : g_strconcat(text, "\r\n", NULL);
        manager_send(fd, bytes);
        return;
    case '<':
        if (line[1] == '<')
            want_bytes(fd, text);
        else
            want_line(fd, text, FALSE);
        return;
    case '~':
        want_line(fd, text, TRUE);
        return;
    case '%':
        skip_to_line(fd, text);
        return;
    case '.':
        want_end(fd, strcmp(text, "reset") == 0);
        return;
    case '@':
        run_command(manager, fd, text);
        return;
    default:
        g_error("\"%s\" is no line of a conversation", line);
    }
}

void
manager_follow(PbxManager *manager, int fd, const char *conversation)
{
    g_auto(GStrv) lines = g_strsplit(conversation, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        if (*lines[i] != '\0')
            follow_line(manager, fd, lines[i]);
    }
}

/* The greeting is part of the conversation only where the script says something of it. */
static void
test_case(gconstpointer data)
{
    const ManagerCase *expected = data;
    g_autoptr(PbxManager) manager = manager_start(expected->script);
    int fd = manager_connect(manager);

    if (strstr(expected->script, "greeting") == NULL && strstr(expected->script, "version") == NULL)
        manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0");
    manager_follow(manager, fd, expected->conversation);
    close(fd);
}

void
manager_add(const char *path, const ManagerCase *cases, gsize n_cases)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_autofree char *name = g_strdup_printf("%s/%s", path, cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
}
