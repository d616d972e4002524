/* target.c - where a simulated call goes: agi://, hagi:// or unix:, and connecting to it. */

#include "pbx/target.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *const schemes[] = {"agi://", "hagi://"};

/* What follows the scheme; NULL when it is another one. */
static const char *
skip_scheme(const char *text)
{
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_ascii_strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
            return text + strlen(schemes[i]);
    }
    return NULL;
}

static gboolean
fail(GError **error, const char *text, const char *reason)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "\"%s\" is no place to call: %s",
                text, reason);
    return FALSE;
}

/* `[ADDRESS]:PORT`; what follows the bracket is the port. */
static gboolean
parse_bracket(PbxTarget *target, const char *place, GError **error)
{
    const char *end = strchr(place, ']');

    if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return fail(error, place, "an IPv6 address looks like [::1] or [::1]:4573");
    target->host = g_strndup(place + 1, (gsize) (end - place - 1));
    target->port = g_strdup(end[1] == ':' ? end + 2 : PBX_DEFAULT_PORT);
    return TRUE;
}

/* `HOST[:PORT]`; two colons and more belong to an IPv6 address. */
static gboolean
parse_place(PbxTarget *target, const char *place, GError **error)
{
    const char *colon = strchr(place, ':');
    guint64 port = 0;

    if (place[0] == '[') {
        if (!parse_bracket(target, place, error))
            return FALSE;
    } else if (colon == NULL || strchr(colon + 1, ':') != NULL) {
        target->host = g_strdup(place);
        target->port = g_strdup(PBX_DEFAULT_PORT);
    } else {
        target->host = g_strndup(place, (gsize) (colon - place));
        target->port = g_strdup(colon + 1);
    }
    if (*target->host == '\0')
        return fail(error, target->url, "the host is missing");
    if (!g_ascii_string_to_unsigned(target->port, 10, 1, 65535, &port, NULL))
        return fail(error, target->url, "a port is a number from 1 to 65535");
    return TRUE;
}

static gboolean
parse_url(PbxTarget *target, GError **error)
{
    const char *rest = skip_scheme(target->url);
    g_autofree char *place = NULL;
    gsize length = 0;

    if (g_str_has_prefix(target->url, "unix:")) {
        target->socket = g_strdup(target->url + strlen("unix:"));
        target->path = g_strdup("");
        return *target->socket != '\0' || fail(error, target->url, "the socket's path is missing");
    }
    if (rest == NULL)
        return fail(error, target->url,
                    "it begins with agi://, hagi:// or unix:, as agi://127.0.0.1/1000 does");
    length = strcspn(rest, "/");
    place = g_strndup(rest, length);
    target->path = g_strdup(rest[length] == '/' ? rest + length + 1 : "");
    return parse_place(target, place, error);
}

/**
 * pbx_target_new:
 * @text: `agi://HOST[:PORT][/PATH][,ARGUMENT...]`, the same with `hagi://`, or
 *   `unix:SOCKET[,ARGUMENT...]`
 * @error: return location for a #GError: %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Reads what stands in AGI(). `hagi://` is taken for `agi://`: nothing is looked up by SRV.
 *
 * Returns: (transfer full): the place, or %NULL with @error set
 */
PbxTarget *
pbx_target_new(const char *text, GError **error)
{
    g_autoptr(PbxTarget) target = g_new0(PbxTarget, 1);
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    target->url = g_strdup(parts[0] != NULL ? parts[0] : "");
    target->arguments = g_strdupv(parts[0] != NULL ? parts + 1 : parts);
    if (!parse_url(target, error))
        return NULL;
    return g_steal_pointer(&target);
}

/**
 * pbx_target_free:
 * @target: (transfer full): a place
 *
 * Frees a place.
 */
void
pbx_target_free(PbxTarget *target)
{
    g_free(target->url);
    g_free(target->host);
    g_free(target->port);
    g_free(target->socket);
    g_free(target->path);
    g_strfreev(target->arguments);
    g_free(target);
}

/**
 * pbx_target_dup_extension:
 * @target: a place
 *
 * The last part of the path without its query, which names the extension that is called.
 *
 * Returns: (transfer full): the extension, `s` when the path has none
 */
char *
pbx_target_dup_extension(const PbxTarget *target)
{
    g_autofree char *path = g_strndup(target->path, strcspn(target->path, "?"));
    const char *slash = strrchr(path, '/');
    const char *last = slash != NULL ? slash + 1 : path;

    return g_strdup(*last != '\0' ? last : "s");
}

/* Waits for the end of a connect() that was begun: 0, or an errno. */
static int
finish_connect(int fd)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLOUT};
    socklen_t length = sizeof(int);
    int result = 0;

    if (poll(&pollfd, 1, (int) (PBX_CONNECT_TIMEOUT * 1000)) <= 0)
        return ETIMEDOUT;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &length) != 0)
        return errno;
    return result;
}

/* A socket that is connected, or -1 with errno set. */
static int
connect_address(const struct sockaddr *address, socklen_t length)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = 0;

    if (fd < 0)
        return -1;
    if (connect(fd, address, length) != 0)
        result = errno == EINPROGRESS ? finish_connect(fd) : errno;
    if (result == 0)
        return fd;
    close(fd);
    errno = result;
    return -1;
}

static void
set_connect_error(GError **error, const char *place, int code)
{
    if (code == ETIMEDOUT)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                    "%s does not answer: nothing came back within %g s", place,
                    PBX_CONNECT_TIMEOUT);
    else
        g_set_error(error, G_IO_ERROR, (int) g_io_error_from_errno(code),
                    "cannot connect to %s: %s%s", place, g_strerror(code),
                    code == ECONNREFUSED ? "; does a FastAGI server listen there?" : "");
}

static int
connect_unix(const PbxTarget *target, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    if (strlen(target->socket) >= sizeof address.sun_path) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "the path of the socket \"%s\" is longer than %zu bytes", target->socket,
                    sizeof address.sun_path - 1);
        return -1;
    }
    g_strlcpy(address.sun_path, target->socket, sizeof address.sun_path);
    fd = connect_address((const struct sockaddr *) &address, sizeof address);
    if (fd < 0)
        set_connect_error(error, target->socket, errno);
    return fd;
}

static int
connect_each(const struct addrinfo *addresses, const char *place, GError **error)
{
    int code = 0;

    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next) {
        int fd = connect_address(address->ai_addr, address->ai_addrlen);

        if (fd >= 0)
            return fd;
        code = errno;
    }
    set_connect_error(error, place, code);
    return -1;
}

/**
 * pbx_target_connect:
 * @target: a place
 * @error: return location for a #GError of the domain %G_IO_ERROR: %G_IO_ERROR_HOST_NOT_FOUND,
 *   %G_IO_ERROR_CONNECTION_REFUSED, %G_IO_ERROR_TIMED_OUT and others
 *
 * Connects, trying each address of the host for two seconds as Asterisk does. Blocks.
 *
 * Returns: a connected socket, which the caller closes; -1 with @error set
 */
int
pbx_target_connect(const PbxTarget *target, GError **error)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    g_autofree char *place = NULL;
    int code = 0;
    int fd = -1;

    if (target->socket != NULL)
        return connect_unix(target, error);
    place = strchr(target->host, ':') != NULL
                ? g_strdup_printf("[%s]:%s", target->host, target->port)
                : g_strdup_printf("%s:%s", target->host, target->port);
    code = getaddrinfo(target->host, target->port, &hints, &addresses);
    if (code != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "the host \"%s\" is unknown: %s",
                    target->host, gai_strerror(code));
        return -1;
    }
    fd = connect_each(addresses, place, error);
    freeaddrinfo(addresses);
    return fd;
}
