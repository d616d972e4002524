/* test-target.c - places to call, and connecting to them. */

#include "pbx/target.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const struct {
    const char *text;
    const char *host;
    const char *port;
    const char *path;
    const char *extension;
} good_cases[] = {
    {"agi://127.0.0.1/1000", "127.0.0.1", "4573", "1000", "1000"},
    {"AGI://host", "host", "4573", "", "s"},
    {"agi://host/", "host", "4573", "", "s"},
    {"agi://host:99/a/b?x=1&y=a/b", "host", "99", "a/b?x=1&y=a/b", "b"},
    {"hagi://host/x/", "host", "4573", "x/", "s"},
    {"agi://[::1]:99/x", "::1", "99", "x", "x"},
    {"agi://[2001:db8::1]", "2001:db8::1", "4573", "", "s"},
    {"agi://2001:db8::1/x", "2001:db8::1", "4573", "x", "x"},
    {"unix:/run/capella.sock", NULL, NULL, "", "s"},
};

static const struct {
    const char *text;
    const char *complaint;
} bad_cases[] = {
    {"", "it begins with agi://"},
    {"127.0.0.1", "it begins with agi://"},
    {"http://host/", "it begins with agi://"},
    {"agi://", "the host is missing"},
    {"agi:///x", "the host is missing"},
    {"agi://host:/x", "a port is a number from 1 to 65535"},
    {"agi://host:0/x", "a port is a number from 1 to 65535"},
    {"agi://host:65536/x", "a port is a number from 1 to 65535"},
    {"agi://host:http/x", "a port is a number from 1 to 65535"},
    {"agi://[::1/x", "an IPv6 address looks like [::1]"},
    {"agi://[::1]x", "an IPv6 address looks like [::1]"},
    {"agi://[]/", "the host is missing"},
    {"unix:", "the socket's path is missing"},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good_cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbxTarget) target = pbx_target_new(good_cases[i].text, &error);
        g_autofree char *extension = NULL;

        g_assert_no_error(error);
        extension = pbx_target_dup_extension(target);
        g_assert_cmpstr(target->url, ==, good_cases[i].text);
        g_assert_cmpstr(target->host, ==, good_cases[i].host);
        g_assert_cmpstr(target->port, ==, good_cases[i].port);
        g_assert_cmpstr(target->path, ==, good_cases[i].path);
        g_assert_cmpstr(extension, ==, good_cases[i].extension);
        g_assert_null(target->arguments[0]);
    }
}

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad_cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbxTarget) target = pbx_target_new(bad_cases[i].text, &error);

        g_assert_null(target);
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
        g_assert_nonnull(strstr(error->message, bad_cases[i].complaint));
    }
}

static void
test_arguments(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxTarget) target = pbx_target_new("agi://host/x,one,,three", &error);

    g_assert_no_error(error);
    g_assert_cmpstr(target->url, ==, "agi://host/x");
    g_assert_cmpuint(g_strv_length(target->arguments), ==, 3);
    g_assert_cmpstr(target->arguments[1], ==, "");
    g_assert_cmpstr(target->arguments[2], ==, "three");
}

/* A socket that listens on a loopback address; -1 where there is none of this family. */
static int
listen_on(int family, guint16 *port)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr *address =
        family == AF_INET6 ? (struct sockaddr *) &v6 : (struct sockaddr *) &v4;
    socklen_t length = family == AF_INET6 ? sizeof v6 : sizeof v4;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && bind(fd, address, length) != 0) {
        close(fd);
        return -1;
    }
    if (fd < 0)
        return -1;
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, address, &length), ==, 0);
    *port = ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port);
    return fd;
}

static int
connect_to(const char *text, GError **error)
{
    g_autoptr(PbxTarget) target = pbx_target_new(text, error);

    g_assert_nonnull(target);
    return pbx_target_connect(target, error);
}

static void
test_connect(gconstpointer data)
{
    int family = GPOINTER_TO_INT(data);
    guint16 port = 0;
    int listener = listen_on(family, &port);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    int fd = -1;

    if (listener < 0) {
        g_test_skip("this machine has no such loopback address");
        return;
    }
    text = g_strdup_printf("agi://%s:%u/x", family == AF_INET6 ? "[::1]" : "127.0.0.1", port);
    fd = connect_to(text, &error);
    g_assert_no_error(error);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    close(listener);
}

static void
test_refused(void)
{
    guint16 port = 0;
    int listener = listen_on(AF_INET, &port);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("agi://127.0.0.1:%u/x", port);

    close(listener);
    g_assert_cmpint(connect_to(text, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
    g_assert_nonnull(strstr(error->message, "does a FastAGI server listen there?"));
}

static void
test_unknown_host(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(connect_to("agi://nosuch.invalid/x", &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "the host \"nosuch.invalid\" is unknown"));
}

static void
test_unix(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("capella-XXXXXX", &error);
    g_autofree char *path = g_build_filename(folder, "socket", NULL);
    g_autofree char *text = g_strconcat("unix:", path, NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = -1;

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(connect_to(text, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_cmpint(bind(listener, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(listener, 1), ==, 0);
    fd = connect_to(text, &error);
    g_assert_no_error(error);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    close(listener);
    g_unlink(path);
    g_rmdir(folder);
}

static void
test_long_unix(void)
{
    g_autofree char *path = g_strnfill(200, 'x');
    g_autofree char *text = g_strconcat("unix:/", path, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(connect_to(text, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pbx/target/good", test_good);
    g_test_add_func("/pbx/target/bad", test_bad);
    g_test_add_func("/pbx/target/arguments", test_arguments);
    g_test_add_data_func("/pbx/target/ipv4", GINT_TO_POINTER(AF_INET), test_connect);
    g_test_add_data_func("/pbx/target/ipv6", GINT_TO_POINTER(AF_INET6), test_connect);
    g_test_add_func("/pbx/target/refused", test_refused);
    g_test_add_func("/pbx/target/unknown-host", test_unknown_host);
    g_test_add_func("/pbx/target/unix", test_unix);
    g_test_add_func("/pbx/target/long-unix", test_long_unix);
    return g_test_run();
}
