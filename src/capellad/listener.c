/* listener.c - sockets on which Asterisk's connections arrive. */

#include "capellad/listener.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct _Listener {
    int fd;
    char *name;
    char *path; /* of a Unix socket, to be removed at the end */
};

typedef struct addrinfo AddressList;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressList, freeaddrinfo)

static gboolean
fail(const char *what, const char *name, GError **error)
{
    int code = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "%s %s: %s", what, name,
                g_strerror(code));
    return FALSE;
}

static void
set_option(int fd, int level, int option, int value)
{
    if (setsockopt(fd, level, option, &value, sizeof value) < 0)
        g_info("Socket option %d cannot be set: %s", option, g_strerror(errno));
}

static gboolean
start_listening(Listener *listener, const struct sockaddr *address, socklen_t length, int backlog,
                GError **error)
{
    if (bind(listener->fd, address, length) < 0)
        return fail("cannot listen on", listener->name, error);
    if (listen(listener->fd, backlog > 0 ? backlog : SOMAXCONN) < 0)
        return fail("cannot listen on", listener->name, error);
    return TRUE;
}

/* TCP. */

/* What every accepted connection inherits: commands leave at once, and a peer that has died
 * without a word is found within two minutes. */
static void
set_connection_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 60000);
}

/* The kernel hands a connection over with its first bytes, or when it has said nothing for a
 * second, so that for most calls the first read finds the environment. */
static void
set_listener_options(int fd)
{
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
}

static void
name_tcp(Listener *listener)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;

    if (getsockname(listener->fd, (struct sockaddr *) &address, &length) < 0)
        return;
    g_free(listener->name);
    listener->name = peer_to_string((struct sockaddr *) &address);
}

static AddressList *
resolve(const ListenerSettings *settings, GError **error)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    const char *address = strcmp(settings->address, "*") == 0 ? "::" : settings->address;
    g_autofree char *port = g_strdup_printf("%u", settings->port);
    AddressList *list = NULL;
    int code = getaddrinfo(address, port, &hints, &list);

    if (code != 0)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "cannot listen on %s: it must be a numeric address, or * for all: %s",
                    settings->address, gai_strerror(code));
    return code == 0 ? list : NULL;
}

static gboolean
open_tcp(Listener *listener, const ListenerSettings *settings, GError **error)
{
    g_autoptr(AddressList) list = resolve(settings, error);

    if (list == NULL)
        return FALSE;
    listener->name = g_strdup_printf("%s port %u", settings->address, settings->port);
    listener->fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->fd < 0)
        return fail("cannot listen on", listener->name, error);
    set_listener_options(listener->fd);
    set_connection_options(listener->fd);
    if (list->ai_family == AF_INET6)
        set_option(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, strcmp(settings->address, "*") != 0);
    if (!start_listening(listener, list->ai_addr, list->ai_addrlen, settings->backlog, error))
        return FALSE;
    name_tcp(listener);
    return TRUE;
}

/* Unix sockets. */

/* Removes a socket that an earlier daemon left behind, but never one that is in use. */
static gboolean
remove_stale(const struct sockaddr_un *address, GError **error)
{
    struct stat status;
    int fd;
    int result;

    if (lstat(address->sun_path, &status) < 0)
        return TRUE;
    if (!S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        return fail("there is something else at", address->sun_path, error);
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    result = fd < 0 ? -1 : connect(fd, (const struct sockaddr *) address, sizeof *address);
    if (fd >= 0)
        close(fd);
    if (result == 0) {
        errno = EADDRINUSE;
        return fail("another server listens on", address->sun_path, error);
    }
    return g_unlink(address->sun_path) == 0 || fail("cannot remove", address->sun_path, error);
}

static gboolean
open_unix(Listener *listener, const ListenerSettings *settings, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    mode_t old_mask;
    gboolean listens;

    listener->name = g_strdup(settings->path);
    if (g_strlcpy(address.sun_path, settings->path, sizeof address.sun_path) >=
        sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return fail("cannot listen on", settings->path, error);
    }
    if (!remove_stale(&address, error))
        return FALSE;
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->fd < 0)
        return fail("cannot listen on", settings->path, error);
    old_mask = umask(~settings->mode & 0777);
    listens = start_listening(listener, (const struct sockaddr *) &address, sizeof address,
                              settings->backlog, error);
    umask(old_mask);
    if (listens)
        listener->path = g_strdup(settings->path);
    return listens;
}

Listener *
listener_open(const ListenerSettings *settings, GError **error)
{
    g_autoptr(Listener) listener = g_new0(Listener, 1);

    listener->fd = -1;
    if (!(settings->path != NULL ? open_unix(listener, settings, error)
                                 : open_tcp(listener, settings, error)))
        return NULL;
    return g_steal_pointer(&listener);
}

void
listener_close(Listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->path != NULL)
        g_unlink(listener->path);
    g_free(listener->path);
    g_free(listener->name);
    g_free(listener);
}

int
listener_get_fd(const Listener *listener)
{
    return listener->fd;
}

const char *
listener_get_name(const Listener *listener)
{
    return listener->name;
}
