/* log.c - where log lines go, and which call a line belongs to.
 *
 * Every g_log() line of the process passes through write_line(), whoever wrote it: the daemon,
 * libcapella, a module, or a library that a module uses. A worker thread says once which call it
 * serves, so lines need not name it. */

#include "capellad/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The one state of the process that g_log() cannot be handed as an argument; but for the level it
 * is set before there are other threads. */
static struct {
    LogTarget target;
    char *file;
    int fd;
    int level; /* GLogLevelFlags; atomic */
    gboolean level_is_fixed;
} output = {.target = LOG_TARGET_STDERR, .fd = -1, .level = G_LOG_LEVEL_MESSAGE};

static GPrivate current_call;

void
log_set_call(const LogCall *call)
{
    g_private_set(&current_call, (gpointer) call);
}

static const char *
level_name(GLogLevelFlags level)
{
    switch (level & G_LOG_LEVEL_MASK) {
    case G_LOG_LEVEL_ERROR:
    case G_LOG_LEVEL_CRITICAL:
        return "error";
    case G_LOG_LEVEL_WARNING:
        return "warning";
    case G_LOG_LEVEL_MESSAGE:
        return "message";
    case G_LOG_LEVEL_INFO:
        return "info";
    default:
        return "debug";
    }
}

gboolean
log_parse_level(const char *name, GLogLevelFlags *level)
{
    static const struct {
        const char *name;
        GLogLevelFlags level;
    } levels[] = {
        {"error", G_LOG_LEVEL_CRITICAL},  {"warning", G_LOG_LEVEL_WARNING},
        {"message", G_LOG_LEVEL_MESSAGE}, {"info", G_LOG_LEVEL_INFO},
        {"debug", G_LOG_LEVEL_DEBUG},
    };

    for (guint i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (strcmp(name, levels[i].name) == 0) {
            *level = levels[i].level;
            return TRUE;
        }
    }
    return FALSE;
}

/* Appends text that may come from a caller: in one line, and valid UTF-8. */
static void
append_text(GString *line, const char *text, gssize length)
{
    g_autofree char *valid = g_utf8_make_valid(text, length);

    for (const char *character = valid; *character != '\0'; character++) {
        if (g_ascii_iscntrl(*character))
            g_string_append_printf(line, "\\x%02x", (guchar) *character);
        else
            g_string_append_c(line, *character);
    }
}

static void
append_field(GString *line, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(line, " %s=", name);
    append_text(line, value, -1);
}

static const GLogField *
find_field(const GLogField *fields, gsize n_fields, const char *key)
{
    for (gsize i = 0; i < n_fields; i++)
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

static GString *
format_line(GLogLevelFlags level, const GLogField *fields, gsize n_fields, const LogCall *call)
{
    const GLogField *message = find_field(fields, n_fields, "MESSAGE");
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%f");
    GString *line = g_string_sized_new(256);

    g_string_append_len(line, time, (gssize) MIN(strlen(time), strlen("2026-01-01T00:00:00.000")));
    g_string_append_printf(line, " %s: ", level_name(level));
    if (message != NULL)
        append_text(line, message->value, message->length);
    if (call != NULL) {
        g_string_append_printf(line, " call=%" G_GUINT64_FORMAT, call->id);
        append_field(line, "unique_id", call->unique_id);
        append_field(line, "channel", call->channel);
        append_field(line, "extension", call->extension);
    }
    g_string_append_c(line, '\n');
    return line;
}

static void
write_all(int fd, const char *text, gsize length)
{
    while (length > 0) {
        gssize written = write(fd, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text += written;
        length -= (gsize) written;
    }
}

/* The journal takes the call's particulars as fields of their own. */
static GLogWriterOutput
write_to_journal(GLogLevelFlags level, const GLogField *fields, gsize n_fields, const LogCall *call)
{
    g_autofree GLogField *all = g_new0(GLogField, n_fields + 4);
    char id[24];
    gsize n_all = n_fields;

    memcpy(all, fields, n_fields * sizeof *fields);
    if (call != NULL) {
        g_snprintf(id, sizeof id, "%" G_GUINT64_FORMAT, call->id);
        all[n_all++] = (GLogField){"CAPELLA_CALL", id, -1};
        if (call->unique_id != NULL)
            all[n_all++] = (GLogField){"AGI_UNIQUEID", call->unique_id, -1};
        if (call->channel != NULL)
            all[n_all++] = (GLogField){"AGI_CHANNEL", call->channel, -1};
        if (call->extension != NULL)
            all[n_all++] = (GLogField){"AGI_EXTENSION", call->extension, -1};
    }
    return g_log_writer_journald(level, all, n_all, NULL);
}

static GLogWriterOutput
write_line(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
           G_GNUC_UNUSED gpointer user_data)
{
    const LogCall *call = g_private_get(&current_call);
    g_autoptr(GString) line = NULL;

    if (!log_shows(level))
        return G_LOG_WRITER_HANDLED;
    if (output.target == LOG_TARGET_JOURNAL &&
        write_to_journal(level, fields, n_fields, call) == G_LOG_WRITER_HANDLED)
        return G_LOG_WRITER_HANDLED;
    line = format_line(level, fields, n_fields, call);
    write_all(output.fd >= 0 ? output.fd : STDERR_FILENO, line->str, line->len);
    return G_LOG_WRITER_HANDLED;
}

gboolean
log_shows(GLogLevelFlags level)
{
    return (int) (level & G_LOG_LEVEL_MASK) <= g_atomic_int_get(&output.level);
}

void
log_start(void)
{
    g_log_set_writer_func(write_line, NULL, NULL);
}

void
log_set_level(GLogLevelFlags level)
{
    output.level_is_fixed = TRUE;
    g_atomic_int_set(&output.level, (int) level);
}

/* A file takes the place of the one before it under the same descriptor, so that writers need no
 * lock: each line is one write() to a file that appends. */
static gboolean
open_file(const char *file, GError **error)
{
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
                    "log file %s cannot be opened: %s", file, g_strerror(errno));
        return FALSE;
    }
    if (output.fd < 0) {
        output.fd = fd;
        return TRUE;
    }
    dup3(fd, output.fd, O_CLOEXEC);
    close(fd);
    return TRUE;
}

gboolean
log_open(const Configuration *configuration, GError **error)
{
    LogTarget target = configuration->log_target;

    if (target == LOG_TARGET_AUTO)
        target = g_log_writer_is_journald(STDERR_FILENO) ? LOG_TARGET_JOURNAL : LOG_TARGET_STDERR;
    if (target == LOG_TARGET_FILE && !open_file(configuration->log_file, error))
        return FALSE;
    output.target = target;
    g_free(output.file);
    output.file = target == LOG_TARGET_FILE ? g_strdup(configuration->log_file) : NULL;
    if (!output.level_is_fixed)
        g_atomic_int_set(&output.level, (int) configuration->log_level);
    return TRUE;
}

gboolean
log_reopen(GError **error)
{
    return output.file == NULL || open_file(output.file, error);
}
