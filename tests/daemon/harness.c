/* harness.c - a real capellad in a process of its own, with calls placed by the simulated PBX. */

#include "daemon/harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longest time for anything to happen that a test waits for, in seconds. */
#define PATIENCE 60

struct _TestDaemon {
    GSubprocess *process;
    char *folder;
    GThread *reader;
    guint16 port;
    GMutex lock; /* guards log and has_ended */
    GCond changed;
    GString *log;
    gboolean has_ended;
};

/* Folders and files. */

static char *
top_build_path(const char *name)
{
    const char *top = g_getenv("G_TEST_BUILDDIR");

    g_assert_nonnull(top);
    return g_build_filename(top, name, NULL);
}

void
test_write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;

    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *member = g_build_filename(path, name, NULL);

        remove_tree(member);
    }
    g_remove(path);
}

void
test_remove_folder(const char *folder)
{
    remove_tree(folder);
}

static char *
fill_in(const char *configuration, const char *folder)
{
    g_autofree char *handlers = top_build_path(".libs/test-handlers.so");
    g_autofree char *ami = top_build_path(".libs/test-ami-handlers.so");
    g_autoptr(GString) text = g_string_new(NULL);

    if (strstr(configuration, "listeners") == NULL)
        g_string_append(text, "listeners = ( { address = \"127.0.0.1\"; port = 0; } );\n");
    g_string_append(text, configuration);
    g_string_replace(text, "%TMP%", folder, 0);
    g_string_replace(text, "%HANDLERS%", handlers, 0);
    g_string_replace(text, "%AMI%", ami, 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
test_write_configuration(const char *configuration, char **folder)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    *folder = g_dir_make_tmp("capella-test-XXXXXX", &error);
    g_assert_no_error(error);
    text = fill_in(configuration, *folder);
    test_write_file(*folder, "capellad.conf", text);
    return g_build_filename(*folder, "capellad.conf", NULL);
}

static gboolean
file_has(const char *path, const char *text)
{
    g_autofree char *contents = NULL;

    return g_file_get_contents(path, &contents, NULL, NULL) && strstr(contents, text) != NULL;
}

static void
look_again(G_GNUC_UNUSED GFileMonitor *monitor, G_GNUC_UNUSED GFile *file,
           G_GNUC_UNUSED GFile *other, G_GNUC_UNUSED GFileMonitorEvent event, gpointer user_data)
{
    *(gboolean *) user_data = TRUE;
}

void
test_wait_file(const char *path, const char *text)
{
    g_autofree char *name = g_path_get_dirname(path);
    g_autoptr(GFile) folder = g_file_new_for_path(name);
    g_autoptr(GFileMonitor) monitor =
        g_file_monitor_directory(folder, G_FILE_MONITOR_NONE, NULL, NULL);
    gboolean has_changed = FALSE;

    g_signal_connect(monitor, "changed", G_CALLBACK(look_again), &has_changed);
    while (!file_has(path, text)) {
        while (!has_changed)
            g_main_context_iteration(NULL, TRUE);
        has_changed = FALSE;
    }
}

/* The log. */

static gpointer
read_log(gpointer data)
{
    TestDaemon *daemon = data;
    GInputStream *stream = g_subprocess_get_stderr_pipe(daemon->process);
    char piece[4096];
    gssize count;

    while ((count = g_input_stream_read(stream, piece, sizeof piece, NULL, NULL)) > 0) {
        if (g_test_verbose())
            fwrite(piece, 1, (size_t) count, stderr);
        g_mutex_lock(&daemon->lock);
        g_string_append_len(daemon->log, piece, count);
        g_cond_broadcast(&daemon->changed);
        g_mutex_unlock(&daemon->lock);
    }
    g_mutex_lock(&daemon->lock);
    daemon->has_ended = TRUE;
    g_cond_broadcast(&daemon->changed);
    g_mutex_unlock(&daemon->lock);
    return NULL;
}

static guint
count_text(const char *log, const char *text)
{
    guint count = 0;

    while ((log = strstr(log, text)) != NULL) {
        log += strlen(text);
        count++;
    }
    return count;
}

void
test_daemon_wait_log_times(TestDaemon *daemon, const char *text, guint times)
{
    gint64 until = g_get_monotonic_time() + PATIENCE * G_USEC_PER_SEC;
    gboolean has_come = FALSE;

    g_mutex_lock(&daemon->lock);
    while (!(has_come = count_text(daemon->log->str, text) >= times) && !daemon->has_ended)
        if (!g_cond_wait_until(&daemon->changed, &daemon->lock, until))
            break;
    if (!has_come)
        g_test_message("\"%s\" did not come %u times in this log:\n%s", text, times,
                       daemon->log->str);
    g_mutex_unlock(&daemon->lock);
    g_assert_true(has_come);
}

void
test_daemon_wait_log(TestDaemon *daemon, const char *text)
{
    test_daemon_wait_log_times(daemon, text, 1);
}

gboolean
test_daemon_has_logged(TestDaemon *daemon, const char *text)
{
    gboolean has_come;

    g_mutex_lock(&daemon->lock);
    has_come = strstr(daemon->log->str, text) != NULL;
    g_mutex_unlock(&daemon->lock);
    return has_come;
}

char *
test_daemon_dup_log_line(TestDaemon *daemon, const char *text)
{
    g_auto(GStrv) lines = NULL;
    char *found = NULL;

    g_mutex_lock(&daemon->lock);
    lines = g_strsplit(daemon->log->str, "\n", -1);
    g_mutex_unlock(&daemon->lock);
    for (char **line = lines; *line != NULL && found == NULL; line++)
        if (strstr(*line, text) != NULL)
            found = g_strdup(*line);
    return found;
}

/* Start and end. */

/* In the child: it does not outlive a test that fails, and has what descriptors it may have. */
static void
prepare_child(gpointer data)
{
    const struct rlimit limit = {GPOINTER_TO_UINT(data), GPOINTER_TO_UINT(data)};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (limit.rlim_cur > 0)
        setrlimit(RLIMIT_NOFILE, &limit);
}

static void
find_port(TestDaemon *daemon)
{
    g_autofree char *line = test_daemon_dup_log_line(daemon, "Listening on ");
    const char *colon = strrchr(line, ':');

    daemon->port = (guint16) g_ascii_strtoull(colon + 1, NULL, 10);
}

static TestDaemon *
start(const char *configuration, guint descriptors)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *program = top_build_path("capellad");
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    TestDaemon *daemon = g_new0(TestDaemon, 1);

    path = test_write_configuration(configuration, &daemon->folder);
    g_mutex_init(&daemon->lock);
    g_cond_init(&daemon->changed);
    daemon->log = g_string_new(NULL);
    g_subprocess_launcher_set_child_setup(launcher, prepare_child, GUINT_TO_POINTER(descriptors),
                                          NULL);
    daemon->process = g_subprocess_launcher_spawn(launcher, &error, program, "--config", path,
                                                  "--log-level", "debug", NULL);
    g_assert_no_error(error);
    daemon->reader = g_thread_new("log", read_log, daemon);
    return daemon;
}

TestDaemon *
test_daemon_start_silent(const char *configuration)
{
    return start(configuration, 0);
}

TestDaemon *
test_daemon_start_limited(const char *configuration, guint descriptors)
{
    TestDaemon *daemon = start(configuration, descriptors);

    test_daemon_wait_log(daemon, " serves calls ");
    find_port(daemon);
    return daemon;
}

TestDaemon *
test_daemon_start(const char *configuration)
{
    return test_daemon_start_limited(configuration, 0);
}

int
test_daemon_wait_exit(TestDaemon *daemon)
{
    g_autoptr(GError) error = NULL;
    int result;

    g_subprocess_wait(daemon->process, NULL, &error);
    g_assert_no_error(error);
    g_clear_pointer(&daemon->reader, g_thread_join);
    if (g_subprocess_get_if_exited(daemon->process))
        result = g_subprocess_get_exit_status(daemon->process);
    else
        result = -g_subprocess_get_term_sig(daemon->process);
    if (result != 0)
        g_test_message("capellad ended with %d and this log:\n%s", result, daemon->log->str);
    return result;
}

void
test_daemon_free(TestDaemon *daemon)
{
    remove_tree(daemon->folder);
    g_clear_pointer(&daemon->reader, g_thread_join);
    g_object_unref(daemon->process);
    g_string_free(daemon->log, TRUE);
    g_cond_clear(&daemon->changed);
    g_mutex_clear(&daemon->lock);
    g_free(daemon->folder);
    g_free(daemon);
}

void
test_daemon_stop(TestDaemon *daemon)
{
    test_daemon_signal(daemon, SIGTERM);
    g_assert_cmpint(test_daemon_wait_exit(daemon), ==, 0);
    test_daemon_free(daemon);
}

void
test_daemon_signal(TestDaemon *daemon, int signal_number)
{
    g_subprocess_send_signal(daemon->process, signal_number);
}

GPid
test_daemon_get_pid(TestDaemon *daemon)
{
    return (GPid) g_ascii_strtoll(g_subprocess_get_identifier(daemon->process), NULL, 10);
}

const char *
test_daemon_get_folder(TestDaemon *daemon)
{
    return daemon->folder;
}

char *
test_daemon_get_path(TestDaemon *daemon, const char *name)
{
    return g_build_filename(daemon->folder, name, NULL);
}

guint16
test_daemon_get_port(TestDaemon *daemon)
{
    return daemon->port;
}

int
test_daemon_connect(TestDaemon *daemon)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(daemon->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(connect(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    return fd;
}

/* Calls. */

struct _TestCall {
    GThread *thread;
    PbxCall *call;
    int fd;
};

static PbxCall *
new_call(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new();

    if (strstr(text, "speed ") == NULL) {
        pbx_script_read_text(script, "harness", "speed instant\n", &error);
        g_assert_no_error(error);
    }
    pbx_script_read_text(script, "test", text, &error);
    g_assert_no_error(error);
    return pbx_call_new(script);
}

static gpointer
run_call(gpointer data)
{
    TestCall *call = data;
    g_autoptr(GError) error = NULL;
    PbxResult *result = pbx_call_run(call->call, call->fd, &error);

    g_assert_no_error(error);
    return result;
}

TestCall *
test_daemon_begin_call(TestDaemon *daemon, const char *script)
{
    TestCall *call = g_new0(TestCall, 1);

    call->call = new_call(script);
    call->fd = test_daemon_connect(daemon);
    call->thread = g_thread_new("call", run_call, call);
    return call;
}

void
test_call_hang_up(TestCall *call)
{
    pbx_call_hang_up(call->call);
}

PbxResult *
test_call_join(TestCall *call)
{
    PbxResult *result = g_thread_join(call->thread);
    g_autofree char *conversation = pbx_result_dup_conversation(result);

    g_test_message("The call went so:\n%s", conversation);
    pbx_call_free(call->call);
    g_free(call);
    return result;
}

PbxResult *
test_daemon_call(TestDaemon *daemon, const char *script)
{
    return test_call_join(test_daemon_begin_call(daemon, script));
}

/* Other things. */

int
test_run_capellad(const char *const *arguments, char **output)
{
    g_autofree char *program = top_build_path("capellad");
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_ptr_array_add(command, program);
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add(command, (gpointer) *arguments);
    g_ptr_array_add(command, NULL);
    g_spawn_sync(NULL, (char **) command->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err,
                 &status, &error);
    g_assert_no_error(error);
    *output = g_strconcat(out, err, NULL);
    g_test_message("capellad said:\n%s", *output);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void
test_open_gate(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
}
