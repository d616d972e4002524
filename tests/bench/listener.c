/* listener.c - what both floors begin with: a listening socket on loopback, and their port. */

#include "listener.h"
#include <config.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* As many descriptors as the system allows; root may ask for more than the hard limit. */
static void
raise_descriptor_limit(void)
{
    struct rlimit limit = {.rlim_cur = 65536, .rlim_max = 65536};

    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        perror("RLIMIT_NOFILE");
}

static void
say_port(int fd)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    if (getsockname(fd, (struct sockaddr *) &address, &length) == 0)
        printf("%u\n", (unsigned int) ntohs(address.sin_port));
    fflush(stdout);
}

/* Listens on 127.0.0.1, on the port that the command line gives (0, the default: any that is free),
 * with further @flags for socket(), and prints the port once calls may come. */
int
listener_open(int argc, char *argv[], int flags)
{
    const int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(argc > 1 ? (in_port_t) strtoul(argv[1], NULL, 10) : 0),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    raise_descriptor_limit();
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, SOMAXCONN) != 0) {
        perror("cannot listen on 127.0.0.1");
        exit(EXIT_FAILURE);
    }
    say_port(fd);
    return fd;
}
