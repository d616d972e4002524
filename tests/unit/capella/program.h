/* program.h - running capella, with a FastAGI server for it to call. */

#pragma once

#include <glib.h>

/* What a run of the program came to. */
typedef struct {
    int code;
    char *output;
    char *errors;
} ProgramRun;

void program_run_clear(ProgramRun *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProgramRun, program_run_clear)

/* A server in a thread of its own: it takes one call and follows a conversation, as transcript.h
 * tells. */
typedef struct {
    int fd;
    const char *conversation;
    char *url;
    GThread *thread;
} ProgramServer;

void program_server_start(ProgramServer *server, const char *conversation);
void program_server_join(ProgramServer *server);

/* Runs capella to its end; the arguments end with NULL. */
void program_run(ProgramRun *run, const char *const *arguments);

/* The same with changes of the environment: `NAME=VALUE`, or `NAME` for what is to be left out. */
void program_run_in(ProgramRun *run, const char *const *changes, const char *const *arguments);

/* The environment with those changes. (transfer full) */
char **program_make_environment(const char *const *changes);

/* Starts capella; @output is a pipe with what it says, @errors, unless it is NULL, one with what it
 * says is wrong. */
GPid program_start(const char *const *arguments, int *output, int *errors);

/* Reads until a text has come, or the end; returns what was read. (transfer full) */
char *program_read_until(int fd, const char *part);

/* Waits for the end of a program that was started; returns its exit code. */
int program_wait(GPid process);

/* A file with this text; the caller removes it. */
char *program_write_file(const char *text);
