/* test-program.c - children with pipes: how they start, are told things, and end. */

#include "exec/program.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether this kernel knows no pidfd_open(), as older ones and some containers. */
static gboolean lacks_pidfd;

/* Stands before the C library's. */
int
pidfd_open(pid_t pid, unsigned int flags)
{
    if (!lacks_pidfd)
        return (int) syscall(SYS_pidfd_open, pid, flags);
    errno = ENOSYS;
    return -1;
}

static void
start(Program *program, const char *script)
{
    char *environment[] = {(char *) "COLOUR=red", NULL};
    const ProgramSettings settings = {.path = "/bin/sh", .environment = environment};
    const char *const arguments[] = {"sh", "-c", script, NULL};
    g_autoptr(GError) error = NULL;

    g_assert_true(program_start(program, &settings, arguments, &error));
    g_assert_no_error(error);
    g_assert_cmpint(program->pid, >, 0);
    g_assert_cmpint(program->pid_fd < 0, ==, lacks_pidfd);
}

/* Waits until a descriptor can be read, or says that it ends. */
static void
wait_for(int fd)
{
    struct pollfd waited = {.fd = fd, .events = POLLIN};

    while (poll(&waited, 1, -1) < 0)
        g_assert_cmpint(errno, ==, EINTR);
}

/* All that a stream has to say. */
static char *
read_all(const Program *program, int stream)
{
    GString *all = g_string_new(NULL);
    char bytes[64];
    ssize_t n_read;

    do {
        wait_for(program->streams[stream]);
        n_read = read(program->streams[stream], bytes, sizeof bytes);
        g_string_append_len(all, bytes, MAX(n_read, 0));
    } while (n_read > 0);
    return g_string_free(all, FALSE);
}

/* Whether a program has ended once all its outputs have. */
static int
wait_and_reap(Program *program)
{
    g_autofree char *output = read_all(program, STDOUT_FILENO);
    g_autofree char *errors = read_all(program, STDERR_FILENO);

    if (program->pid_fd >= 0)
        wait_for(program->pid_fd);
    while (!program_has_exited(program))
        g_thread_yield();
    g_assert_true(program_has_exited(program));
    return program_reap(program);
}

static guint
count_descriptors(void)
{
    g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
    guint count = 0;

    g_assert_nonnull(folder);
    while (g_dir_read_name(folder) != NULL)
        count++;
    return count;
}

typedef struct {
    const char *name;
    const char *script;
    int exit_code;
} EndCase;

static const EndCase end_cases[] = {
    {"well", "exit 0", 0},
    {"with-a-code", "exit 7", 7},
    {"by-a-signal", "kill -KILL $$", 128 + SIGKILL},
    {"by-pipe", "kill -PIPE $$", 128 + SIGPIPE},
};

static void
test_end(gconstpointer data)
{
    const EndCase *expected = data;
    guint before = count_descriptors();
    Program program;

    for (int i = 0; i < 2; i++) {
        lacks_pidfd = i == 1;
        start(&program, expected->script);
        g_assert_cmpint(wait_and_reap(&program), ==, expected->exit_code);
        g_assert_cmpuint(count_descriptors(), ==, before);
    }
    lacks_pidfd = FALSE;
}

static void
test_streams(void)
{
    g_autofree char *output = NULL;
    g_autofree char *errors = NULL;
    Program program;

    start(&program, "read -r line; echo \"<$line> $COLOUR [$HOME]\"; echo oh >&2");
    g_assert_false(program_has_exited(&program));
    g_assert_cmpint(program_write(&program, "hello\n", 6), ==, 6);
    output = read_all(&program, STDOUT_FILENO);
    errors = read_all(&program, STDERR_FILENO);
    g_assert_cmpstr(output, ==, "<hello> red []\n");
    g_assert_cmpstr(errors, ==, "oh\n");
    g_assert_cmpint(wait_and_reap(&program), ==, 0);
}

/* Neither a signal now nor one that waits. */
static void
test_broken_pipe(void)
{
    g_autofree char *output = NULL;
    sigset_t pending;
    Program program;

    start(&program, "exec <&-; echo closed; exec >&- 2>&-; while :; do sleep 0.01; done");
    output = read_all(&program, STDOUT_FILENO);
    g_assert_cmpstr(output, ==, "closed\n");
    g_assert_cmpint(program_write(&program, "hello\n", 6), ==, -1);
    g_assert_cmpint(errno, ==, EPIPE);
    sigpending(&pending);
    g_assert_false(sigismember(&pending, SIGPIPE));
    program_signal_group(&program, SIGTERM);
    g_assert_cmpint(wait_and_reap(&program), ==, 128 + SIGTERM);
}

static void
test_full_pipe(void)
{
    g_autofree char *bytes = g_malloc0(1024 * 1024);
    Program program;

    start(&program, "while :; do sleep 0.01; done");
    g_assert_cmpint(program_write(&program, bytes, 1024 * 1024), <, 1024 * 1024);
    g_assert_cmpint(program_write(&program, bytes, 1024 * 1024), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    program_signal(&program, SIGKILL);
    g_assert_cmpint(wait_and_reap(&program), ==, 128 + SIGKILL);
}

static void
test_signals(void)
{
    g_autofree char *output = NULL;
    Program program;

    start(&program, "trap 'echo hup' HUP; trap 'wait; exit 3' TERM\n"
                    "(trap 'echo child; exit' TERM; echo up; while :; do sleep 0.01; done) &\n"
                    "while :; do sleep 0.01; done");
    wait_for(program.streams[STDOUT_FILENO]);
    program_signal(&program, SIGHUP);
    program_signal_group(&program, SIGTERM);
    output = read_all(&program, STDOUT_FILENO);
    g_assert_nonnull(strstr(output, "up\n"));
    g_assert_nonnull(strstr(output, "child\n"));
    g_assert_cmpint(wait_and_reap(&program), ==, 3);
}

typedef struct {
    const char *name;
    const char *path;
    const char *folder;
    int code;
    const char *words;
} FailureCase;

static const FailureCase failure_cases[] = {
    {"no-file", "/no/such/program", NULL, G_IO_ERROR_NOT_FOUND, "cannot start /no/such/program: "},
    {"not-executable", "/etc/passwd", NULL, G_IO_ERROR_PERMISSION_DENIED,
     "cannot start /etc/passwd: "},
    {"no-folder", "/bin/sh", "/no/such/folder", G_IO_ERROR_NOT_FOUND, "cannot start /bin/sh: "},
};

static void
test_failure(gconstpointer data)
{
    const FailureCase *expected = data;
    char *environment[] = {NULL};
    const ProgramSettings settings = {
        .path = expected->path, .folder = expected->folder, .environment = environment};
    const char *const arguments[] = {expected->path, NULL};
    g_autoptr(GError) error = NULL;
    guint before = count_descriptors();
    Program program;

    g_assert_false(program_start(&program, &settings, arguments, &error));
    g_assert_error(error, G_IO_ERROR, expected->code);
    g_assert_true(g_str_has_prefix(error->message, expected->words));
    g_assert_cmpuint(count_descriptors(), ==, before);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(end_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/exec/program/end/", end_cases[i].name, NULL);

        g_test_add_data_func(path, &end_cases[i], test_end);
    }
    for (guint i = 0; i < G_N_ELEMENTS(failure_cases); i++) {
        g_autofree char *path =
            g_strconcat("/modules/exec/program/failure/", failure_cases[i].name, NULL);

        g_test_add_data_func(path, &failure_cases[i], test_failure);
    }
    g_test_add_func("/modules/exec/program/streams", test_streams);
    g_test_add_func("/modules/exec/program/broken-pipe", test_broken_pipe);
    g_test_add_func("/modules/exec/program/full-pipe", test_full_pipe);
    g_test_add_func("/modules/exec/program/signals", test_signals);
    return g_test_run();
}
