/* secret.c - the secret of a login: where it comes from, and that nothing of it is left behind. */

#include <config.h>

#include "ami/client-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Longer than a line that Asterisk reads: the buffer never grows, and so leaves no copies behind.
 */
#define LARGEST_SECRET 1023

void
ami_secret_free(AmiSecret *secret)
{
    explicit_bzero(secret->str, secret->allocated_len);
    g_string_free(secret, TRUE);
}

void
ami_secret_source_clear(AmiSecretSource *source)
{
    if (source->text != NULL)
        explicit_bzero(source->text, strlen(source->text));
    g_clear_pointer(&source->text, g_free);
    g_clear_pointer(&source->path, g_free);
}

/* One line end at the end of a file is the editor's. */
static void
cut_line_end(AmiSecret *secret)
{
    if (secret->len > 0 && secret->str[secret->len - 1] == '\n')
        g_string_truncate(secret, secret->len - 1);
    if (secret->len > 0 && secret->str[secret->len - 1] == '\r')
        g_string_truncate(secret, secret->len - 1);
}

static gboolean
read_all(int fd, AmiSecret *secret)
{
    gssize length = 1;

    while (length > 0 && secret->len < LARGEST_SECRET + 1) {
        length = read(fd, secret->str + secret->len, LARGEST_SECRET + 1 - secret->len);
        if (length < 0 && errno == EINTR)
            length = 1;
        else if (length > 0)
            secret->len += (gsize) length;
    }
    secret->str[secret->len] = '\0';
    return length >= 0;
}

static GString *
read_file(const char *path, GError **error)
{
    g_autoptr(AmiSecret) secret = g_string_sized_new(LARGEST_SECRET + 2);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean is_read = fd >= 0 && read_all(fd, secret);
    int problem = errno;

    if (fd >= 0)
        close(fd);
    if (!is_read) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_LOGIN, "cannot read the secret from %s: %s", path,
                    g_strerror(problem));
        return NULL;
    }
    if (secret->len > LARGEST_SECRET) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_LOGIN,
                    "the secret in %s has more than %d bytes: is it the right file?", path,
                    LARGEST_SECRET);
        return NULL;
    }
    cut_line_end(secret);
    return g_steal_pointer(&secret);
}

AmiSecret *
ami_secret_read(const AmiSecretSource *source, GError **error)
{
    GString *secret;

    if (source->path != NULL)
        return read_file(source->path, error);
    if (source->text == NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_LOGIN,
                    "no secret was given for the login: set one, or a file that has it");
        return NULL;
    }
    secret = g_string_sized_new(strlen(source->text) + 1);
    g_string_append(secret, source->text);
    return secret;
}
