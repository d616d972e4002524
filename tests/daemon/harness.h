/* harness.h - a real capellad in a process of its own, with calls placed by the simulated PBX. */

#pragma once

#include "pbx/call.h"

G_BEGIN_DECLS

/**
 * TestDaemon:
 *
 * A running capellad and all that it has logged. Any thread.
 */
typedef struct _TestDaemon TestDaemon;

/* Starts capellad with a configuration. Where it has no `listeners`, it gets one on a free port of
 * 127.0.0.1; `%TMP%` stands for the daemon's own folder, `%HANDLERS%` and `%AMI%` for the test
 * modules. */
TestDaemon *test_daemon_start(const char *configuration);

/* The same with so many file descriptors at the most. */
TestDaemon *test_daemon_start_limited(const char *configuration, guint descriptors);

/* The same for a configuration whose log goes elsewhere: it is not known when it serves, nor where
 * it listens. */
TestDaemon *test_daemon_start_silent(const char *configuration);

/* SIGTERM; waits for the end, which has to be in good order; the log is gone afterwards. */
void test_daemon_stop(TestDaemon *daemon);

/* The end as it comes: the exit code, or minus the signal. */
int test_daemon_wait_exit(TestDaemon *daemon);
void test_daemon_free(TestDaemon *daemon);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestDaemon, test_daemon_stop)

void test_daemon_signal(TestDaemon *daemon, int signal_number);
GPid test_daemon_get_pid(TestDaemon *daemon);
const char *test_daemon_get_folder(TestDaemon *daemon);
char *test_daemon_get_path(TestDaemon *daemon, const char *name);

/* The first listener. */
guint16 test_daemon_get_port(TestDaemon *daemon);
int test_daemon_connect(TestDaemon *daemon);

/* One call by a script of the simulated PBX, in this thread; or in one of its own, for
 * test_call_join(). Files play in no time unless the script has a speed of its own. */
PbxResult *test_daemon_call(TestDaemon *daemon, const char *script);

typedef struct _TestCall TestCall;

TestCall *test_daemon_begin_call(TestDaemon *daemon, const char *script);
void test_call_hang_up(TestCall *call);
PbxResult *test_call_join(TestCall *call);

/* The log: waits until a text has come so many times, and looks without waiting. */
void test_daemon_wait_log(TestDaemon *daemon, const char *text);
void test_daemon_wait_log_times(TestDaemon *daemon, const char *text, guint times);
gboolean test_daemon_has_logged(TestDaemon *daemon, const char *text);
char *test_daemon_dup_log_line(TestDaemon *daemon, const char *text);

/* Runs capellad with arguments until it ends: its exit code, and what it wrote to both outputs. */
int test_run_capellad(const char *const *arguments, char **output);

/* A configuration in a folder of its own; free with test_remove_folder(). */
char *test_write_configuration(const char *configuration, char **folder);
void test_write_file(const char *folder, const char *name, const char *text);

/* Waits until a file is there and has a text in it. */
void test_wait_file(const char *path, const char *text);
void test_remove_folder(const char *folder);

/* A gate at which a handler of the test module waits until it is opened. */
void test_open_gate(const char *path);

G_END_DECLS
