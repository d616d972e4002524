/* program.c - starts, signals and buries a child process, from any thread of any process.
 *
 * Nothing of ours runs between fork and exec: posix_spawn() does it all. What the child must not
 * have is closed there as well, also descriptors that some library opened without O_CLOEXEC. */

#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Both ends of each stream while the child is made. */
typedef struct {
    int ours[3];
    int theirs[3];
} Ends;

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void
ends_close(Ends *ends)
{
    for (int i = 0; i < 3; i++) {
        close_fd(&ends->ours[i]);
        close_fd(&ends->theirs[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ends, ends_close)

static gboolean
set_error(GError **error, const char *what, const ProgramSettings *settings, int number)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number), "%s %s: %s", what, settings->path,
                g_strerror(number));
    return FALSE;
}

/* A daemon that was started without standard streams must not get its pipes there: the child's own
 * streams are put over them. */
static gboolean
keep_clear_of_standard_streams(int *fd)
{
    int higher;

    if (*fd > STDERR_FILENO)
        return TRUE;
    higher = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (higher < 0)
        return FALSE;
    close(*fd);
    *fd = higher;
    return TRUE;
}

static gboolean
open_pipe(Ends *ends, int stream)
{
    int fds[2];
    gboolean is_input = stream == STDIN_FILENO;

    if (pipe2(fds, O_CLOEXEC) != 0)
        return FALSE;
    ends->ours[stream] = fds[is_input ? 1 : 0];
    ends->theirs[stream] = fds[is_input ? 0 : 1];
    return keep_clear_of_standard_streams(&ends->ours[stream]) &&
           keep_clear_of_standard_streams(&ends->theirs[stream]) &&
           fcntl(ends->ours[stream], F_SETFL, O_NONBLOCK) == 0;
}

static int
set_file_actions(posix_spawn_file_actions_t *actions, const ProgramSettings *settings,
                 const Ends *ends)
{
    int number = 0;

    for (int i = 0; i < 3 && number == 0; i++)
        number = posix_spawn_file_actions_adddup2(actions, ends->theirs[i], i);
    if (number == 0)
        number = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    if (number == 0 && settings->folder != NULL)
        number = posix_spawn_file_actions_addchdir_np(actions, settings->folder);
    return number;
}

/* A process group of its own, no signal blocked, none ignored. */
static void
set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK);
}

static int
spawn(pid_t *pid, const ProgramSettings *settings, const char *const *arguments, const Ends *ends)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int number;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    set_attributes(&attributes);
    number = set_file_actions(&actions, settings, ends);
    if (number == 0)
        number = posix_spawn(pid, settings->path, &actions, &attributes, (char **) arguments,
                             settings->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

/* Starts a program; @arguments are its argv, the name first. */
gboolean
program_start(Program *program, const ProgramSettings *settings, const char *const *arguments,
              GError **error)
{
    g_auto(Ends) ends = {{-1, -1, -1}, {-1, -1, -1}};
    int number;

    for (int i = 0; i < 3; i++)
        if (!open_pipe(&ends, i))
            return set_error(error, "no pipe for", settings, errno);
    number = spawn(&program->pid, settings, arguments, &ends);
    if (number != 0)
        return set_error(error, "cannot start", settings, number);
    program->pid_fd = pidfd_open(program->pid, 0);
    for (int i = 0; i < 3; i++) {
        program->streams[i] = ends.ours[i];
        ends.ours[i] = -1;
    }
    return TRUE;
}

/* Closes our end of a stream. A second call does nothing. */
void
program_close(Program *program, int stream)
{
    close_fd(&program->streams[stream]);
}

/* write() to its standard input, where EPIPE comes without a SIGPIPE for the process. */
gssize
program_write(Program *program, const char *bytes, gsize length)
{
    const struct timespec at_once = {0};
    sigset_t pipe_signal, before;
    gssize n_written;
    int saved_errno;

    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    n_written = write(program->streams[STDIN_FILENO], bytes, length);
    saved_errno = errno;
    if (n_written < 0 && saved_errno == EPIPE)
        sigtimedwait(&pipe_signal, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved_errno;
    return n_written;
}

/* Its number cannot be another's as long as it is not reaped. */
void
program_signal(const Program *program, int signal_number)
{
    kill(program->pid, signal_number);
}

void
program_signal_group(const Program *program, int signal_number)
{
    kill(-program->pid, signal_number);
}

/* Whether it has come to its end, or is no child of ours any more. It stays to be reaped. */
gboolean
program_has_exited(const Program *program)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t) program->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == program->pid;
}

/* Waits for its end, takes its exit code and closes all that is left of it. As shells do, a program
 * that a signal ended has an exit code of 128 and the signal's number. */
int
program_reap(Program *program)
{
    siginfo_t info = {0};

    for (int i = 0; i < 3; i++)
        program_close(program, i);
    close_fd(&program->pid_fd);
    while (waitid(P_PID, (id_t) program->pid, &info, WEXITED) != 0 && errno == EINTR)
        continue;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
