/* floor-epoll.c - a FastAGI server as a single event loop, and no library at all. */

#include <config.h>

#include "listener.h"
#include "scripts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256 };

/* One call. The environment may come in pieces and is gathered; of a reply only its end matters. */
typedef struct {
    int fd;
    size_t length;
    char *environment;
    const char *const *next;
} Call;

static void
call_end(Call *call)
{
    close(call->fd);
    free(call->environment);
    free(call);
}

/* Says the next command. 0: the script is over, or the peer is gone. */
static int
call_speak(Call *call)
{
    const char *command = *call->next;

    if (command == NULL || send(call->fd, command, strlen(command), MSG_NOSIGNAL) < 0)
        return 0;
    call->next++;
    return 1;
}

/* Takes a piece of the environment; behind its empty line begins the script. */
static int
call_take_environment(Call *call, const char *bytes, size_t length)
{
    const Script *script;

    if (length > ENVIRONMENT_SIZE - call->length)
        return 0;
    memcpy(call->environment + call->length, bytes, length);
    call->length += length;
    if (call->length < 2 || memcmp(call->environment + call->length - 2, "\n\n", 2) != 0)
        return 1;
    script = script_of_environment(call->environment, call->length);
    free(call->environment);
    call->environment = NULL;
    if (script == NULL)
        return 0;
    call->next = script->commands;
    return call_speak(call);
}

/* Takes what came. 0: the call is over. */
static int
call_hear(Call *call)
{
    char bytes[ENVIRONMENT_SIZE];
    ssize_t got = recv(call->fd, bytes, sizeof bytes, 0);

    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0)
        return 0;
    if (call->next == NULL)
        return call_take_environment(call, bytes, (size_t) got);
    return memchr(bytes, '\n', (size_t) got) == NULL || call_speak(call);
}

static void
call_begin(int loop, int fd)
{
    Call *call = calloc(1, sizeof *call);
    char *environment = malloc(ENVIRONMENT_SIZE);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = call};

    if (call == NULL || environment == NULL || epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("no room for a call");
        close(fd);
        free(environment);
        free(call);
        return;
    }
    call->fd = fd;
    call->environment = environment;
}

static void
accept_calls(int loop, int listener)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
        call_begin(loop, fd);
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        perror("cannot accept");
        exit(EXIT_FAILURE);
    }
}

int
main(int argc, char *argv[])
{
    int listener = listener_open(argc, argv, SOCK_NONBLOCK);
    int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.ptr = NULL}};

    epoll_ctl(loop, EPOLL_CTL_ADD, listener, events);
    for (;;) {
        int count = epoll_wait(loop, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                accept_calls(loop, listener);
            else if (!call_hear(events[i].data.ptr))
                call_end(events[i].data.ptr);
        }
    }
}
