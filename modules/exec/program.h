/* program.h - another program as a child process: its pipes, its process group, its end. */

#pragma once

#include <glib.h>
#include <sys/types.h>

/**
 * ProgramSettings:
 * @path: the program, absolute
 * @folder: (nullable): where it runs; %NULL: where the daemon does
 * @environment: its whole environment, NAME=VALUE each
 *
 * How a program is started. Immutable, so any thread may start programs by it.
 */
typedef struct {
    const char *path;
    const char *folder;
    char **environment;
} ProgramSettings;

/**
 * Program:
 * @pid: its process, which leads a process group of its own
 * @pid_fd: becomes readable when it has exited; -1 where the kernel has none to give, so that
 *   program_has_exited() has to be asked now and then
 * @streams: our ends of its standard input, output and error; -1 where closed. They never block
 *
 * A program that runs. Used by one thread.
 */
typedef struct {
    pid_t pid;
    int pid_fd;
    int streams[3];
} Program;

gboolean program_start(Program *program, const ProgramSettings *settings,
                       const char *const *arguments, GError **error);
void program_close(Program *program, int stream);
gssize program_write(Program *program, const char *bytes, gsize length);
void program_signal(const Program *program, int signal_number);
void program_signal_group(const Program *program, int signal_number);
gboolean program_has_exited(const Program *program);
int program_reap(Program *program);
