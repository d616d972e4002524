/* ami-floor.c - what reading a flood of events costs at the least: recv(), and memchr() for line
 * ends. */

#include <config.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_SIZE = 64 * 1024 };

static double
now(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int
connect_to(const char *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((in_port_t) strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) != 0)
        die("cannot connect to 127.0.0.1");
    return fd;
}

static size_t
count_lines(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    const char *newline;
    size_t lines = 0;

    while ((newline = memchr(bytes, '\n', (size_t) (end - bytes))) != NULL) {
        lines++;
        bytes = newline + 1;
    }
    return lines;
}

/* Reads until the last event; its lines are all that tells it, so that nothing more is looked for.
 */
static size_t
read_flood(int fd)
{
    static const char end[] = "Event: FloodEnd\r\nPrivilege: user,all\r\n\r\n";
    static char buffer[BUFFER_SIZE];
    size_t lines = 0;
    ssize_t got;

    while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0) {
        lines += count_lines(buffer, (size_t) got);
        if ((size_t) got >= sizeof end - 1 &&
            memcmp(buffer + got - (sizeof end - 1), end, sizeof end - 1) == 0)
            return lines;
    }
    fprintf(stderr, "the flood ended too soon\n");
    exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
    char action[128];
    int fd = argc == 3 ? connect_to(argv[1]) : -1;
    long events = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    double started = now(CLOCK_MONOTONIC);
    size_t lines;

    if (fd < 0 || events <= 0) {
        fprintf(stderr, "usage: ami-floor PORT EVENTS\n");
        return EXIT_FAILURE;
    }
    snprintf(action, sizeof action, "Action: Flood\r\nEvents: %ld\r\nActionID: 1\r\n\r\n", events);
    if (send(fd, action, strlen(action), 0) < 0)
        die("cannot send");
    lines = read_flood(fd);
    printf("events=%ld lines=%zu events_per_s=%.0f cpu_ns_per_event=%.0f\n", events, lines,
           (double) events / (now(CLOCK_MONOTONIC) - started),
           now(CLOCK_PROCESS_CPUTIME_ID) * 1e9 / (double) events);
    close(fd);
    return EXIT_SUCCESS;
}
