/* server-process.c - what a server under load costs: its processor time and its memory. */

#include "server-process.h"
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

/* The processor-time clock of another process: to the nanosecond, threads that have ended included,
 * where /proc/PID/stat has 10 ms and /proc/PID/schedstat the first thread alone. */
gboolean
server_process_get_clock(int pid, clockid_t *clock, GError **error)
{
    int failure = clock_getcpuclockid(pid, clock);

    if (failure == 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(failure), "process %d: %s", pid,
                g_strerror(failure));
    return FALSE;
}

gdouble
server_process_get_seconds(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (gdouble) now.tv_sec + (gdouble) now.tv_nsec / 1e9;
}

static guint64
get_kibibytes(const char *text, const char *name)
{
    const char *found = strstr(text, name);

    return found == NULL ? 0 : g_ascii_strtoull(found + strlen(name), NULL, 10);
}

/* Resident memory in KiB: all of it, and with what is shared counted in part. */
gboolean
server_process_get_memory(int pid, guint64 *rss, guint64 *pss, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/smaps_rollup", pid);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, error))
        return FALSE;
    *rss = get_kibibytes(text, "\nRss:");
    *pss = get_kibibytes(text, "\nPss:");
    return TRUE;
}
