/* ami-peer.c - plays Asterisk's part of AMI for the benchmarks: answers everything, floods on
 * demand.
 *
 * One client after the other, blocking. `Action: Flood` with `Events: N` sends so many events, as
 * fast as the socket takes them, out of a block that was made before; then event FloodEnd. */

#include <config.h>

#include "ami-peer-events.h"
#include "listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_SIZE = 64 * 1024 };

static int
send_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0)
            return 0;
        bytes += sent;
        length -= (size_t) sent;
    }
    return 1;
}

/* The value of a header of the action that lies in @text; 0: there is none. */
static size_t
find_value(const char *text, const char *header, const char **value)
{
    const char *found = strstr(text, header);

    if (found == NULL)
        return 0;
    *value = found + strlen(header);
    return strcspn(*value, "\r\n");
}

static int
flood(int fd, const EventBlock *block, long events)
{
    static const char end[] = "Event: FloodEnd\r\nPrivilege: user,all\r\n\r\n";

    for (; events >= block->events; events -= block->events)
        if (!send_all(fd, block->bytes, block->length))
            return 0;
    return send_all(fd, block->bytes, block->ends[events]) && send_all(fd, end, sizeof end - 1);
}

static int
answer(int fd, const char *action, const EventBlock *block)
{
    const char *id = "";
    const char *events = NULL;
    int id_length = (int) find_value(action, "ActionID: ", &id);
    char response[512];
    int length = snprintf(response, sizeof response,
                          "Response: Success\r\nActionID: %.*s\r\nChallenge: 1\r\n"
                          "Message: Fine\r\n\r\n",
                          id_length, id);

    if (!send_all(fd, response, (size_t) length))
        return 0;
    if (find_value(action, "Events: ", &events) > 0 && strstr(action, "Action: Flood") != NULL)
        return flood(fd, block, strtol(events, NULL, 10));
    return 1;
}

/* Answers what is complete in @input, and says how much that was; -1: the client is gone. */
static long
answer_all(int fd, char *input, const EventBlock *block)
{
    char *action = input;
    char *end;

    while ((end = strstr(action, "\r\n\r\n")) != NULL) {
        end[2] = '\0';
        if (!answer(fd, action, block))
            return -1;
        action = end + 4;
    }
    return action - input;
}

static void
serve(int fd, const EventBlock *block)
{
    static const char greeting[] = "Asterisk Call Manager/11.0.0\r\n";
    static char input[INPUT_SIZE];
    size_t length = 0;
    ssize_t got;

    if (!send_all(fd, greeting, sizeof greeting - 1))
        return;
    while ((got = recv(fd, input + length, sizeof input - 1 - length, 0)) > 0) {
        long answered;

        length += (size_t) got;
        input[length] = '\0';
        answered = answer_all(fd, input, block);
        if (answered < 0)
            return;
        length -= (size_t) answered;
        memmove(input, input + answered, length);
    }
}

int
main(int argc, char *argv[])
{
    int listener = listener_open(argc, argv, 0);
    EventBlock *block = event_block_new();

    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            break;
        serve(fd, block);
        close(fd);
    }
    event_block_free(block);
    perror("cannot accept");
    return EXIT_FAILURE;
}
