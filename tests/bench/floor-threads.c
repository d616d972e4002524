/* floor-threads.c - the plainest FastAGI server: a thread per connection, and no library at all. */

#include <config.h>

#include "listener.h"
#include "scripts.h"
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024, REPLY_SIZE = 1024 };

/* Reads the environment and says which script it asks for; NULL: none, or the peer is gone. */
static const Script *
read_environment(int fd)
{
    char block[ENVIRONMENT_SIZE];
    size_t length = 0;

    while (length < sizeof block) {
        ssize_t got = recv(fd, block + length, sizeof block - length, 0);

        if (got <= 0)
            return NULL;
        length += (size_t) got;
        if (length >= 2 && memcmp(block + length - 2, "\n\n", 2) == 0)
            return script_of_environment(block, length);
    }
    return NULL;
}

/* Waits for the end of a reply's line. */
static int
read_reply(int fd)
{
    char reply[REPLY_SIZE];
    ssize_t got;

    do
        got = recv(fd, reply, sizeof reply, 0);
    while (got > 0 && memchr(reply, '\n', (size_t) got) == NULL);
    return got > 0;
}

static void *
serve(void *data)
{
    int fd = (int) (intptr_t) data;
    const Script *script = read_environment(fd);

    for (size_t i = 0; script != NULL && script->commands[i] != NULL; i++) {
        const char *command = script->commands[i];

        if (send(fd, command, strlen(command), MSG_NOSIGNAL) < 0 || !read_reply(fd))
            break;
    }
    close(fd);
    return NULL;
}

static void
start_thread(int fd, const pthread_attr_t *attributes)
{
    pthread_t thread;
    int failure = pthread_create(&thread, attributes, serve, (void *) (intptr_t) fd);

    if (failure != 0) {
        fprintf(stderr, "no thread for a call: %s\n", strerror(failure));
        close(fd);
    }
}

int
main(int argc, char *argv[])
{
    int listener = listener_open(argc, argv, 0);
    pthread_attr_t attributes;

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0)
            start_thread(fd, &attributes);
        else if (errno != EINTR && errno != ECONNABORTED)
            break;
    }
    perror("cannot accept");
    return EXIT_FAILURE;
}
