/* ask.c - a question on the terminal whose answer is not shown.
 *
 * While the echo is off no signal may end us, or the terminal would be left without one. So those
 * that people send are held back and watched: when one comes, the echo is put back, and then the
 * signal does what it does. */

#include "capella/ask.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* Longer than anything that Asterisk could be sent. */
#define LONGEST 1024

/* A terminal with the echo off, and what has to be put back. */
typedef struct {
    int fd;
    int signals;
    struct termios modes;
    sigset_t mask;
} Terminal;

static gboolean
terminal_open(Terminal *terminal)
{
    struct termios silent;
    sigset_t watched;

    terminal->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal->fd < 0)
        return FALSE;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGQUIT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    sigaddset(&watched, SIGTSTP);
    sigprocmask(SIG_BLOCK, &watched, &terminal->mask);
    terminal->signals = signalfd(-1, &watched, SFD_CLOEXEC);
    tcgetattr(terminal->fd, &terminal->modes);
    silent = terminal->modes;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr(terminal->fd, TCSAFLUSH, &silent);
    return TRUE;
}

/* A signal that was held back comes now. */
static void
terminal_close(Terminal *terminal)
{
    tcsetattr(terminal->fd, TCSAFLUSH, &terminal->modes);
    close(terminal->fd);
    close(terminal->signals);
    sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
}

static void
say(const Terminal *terminal, const char *text)
{
    gsize length = strlen(text);
    gssize written = 0;

    for (; length > 0 && written >= 0; length -= (gsize) written, text += written)
        written = write(terminal->fd, text, length);
}

/* One line; -1 when a signal came first. */
static gssize
read_line(const Terminal *terminal, char *line)
{
    struct pollfd sources[] = {{.fd = terminal->fd, .events = POLLIN},
                               {.fd = terminal->signals, .events = POLLIN}};

    while (poll(sources, G_N_ELEMENTS(sources), -1) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return sources[1].revents != 0 ? -1 : read(terminal->fd, line, LONGEST);
}

char *
capella_ask_secret(const char *question)
{
    Terminal terminal;
    char line[LONGEST];
    char *secret = NULL;
    gssize length;

    if (!terminal_open(&terminal))
        return NULL;
    say(&terminal, question);
    length = read_line(&terminal, line);
    say(&terminal, "\n");
    terminal_close(&terminal);
    if (length > 1 && line[length - 1] == '\n')
        secret = g_strndup(line, (gsize) length - 1);
    explicit_bzero(line, sizeof line);
    return secret;
}

void
capella_secret_free(char *secret)
{
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
}
