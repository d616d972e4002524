/* call.c - a simulated call: Asterisk's part of one FastAGI session, from environment to close.
 *
 * Everything happens in one thread: the call waits in pbx_call_wait() alone, whether a command is
 * running or not, and there the caller's keys and the hangup come in. Other threads reach it
 * through an eventfd.
 */

#include "pbx/call-private.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static void
due_free(gpointer data)
{
    PbxDue *due = data;

    g_free(due->text);
    g_free(due);
}

static GHashTable *
new_texts(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * pbx_call_new:
 * @script: (transfer none): what happens in the call
 *
 * A call that has not begun.
 *
 * Returns: (transfer full): a call; free it with pbx_call_free()
 */
PbxCall *
pbx_call_new(PbxScript *script)
{
    PbxCall *call = g_new0(PbxCall, 1);

    call->script = pbx_script_ref(script);
    call->url = g_strdup("agi://localhost");
    call->path = g_strdup("");
    call->dues = g_ptr_array_new_with_free_func(due_free);
    call->asked_keys = g_string_new(NULL);
    call->asked_texts = g_ptr_array_new_with_free_func(g_free);
    call->is_fired = g_new0(gboolean, script->events->len + script->faults->len + 1);
    call->n_answered = g_new0(guint, script->answers->len + 1);
    call->reply = g_string_new(NULL);
    call->channel.variables = new_texts();
    call->channel.database = new_texts();
    call->channel.recordings = new_texts();
    call->control_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    call->control_keys = g_string_new(NULL);
    g_mutex_init(&call->mutex);
    return call;
}

/**
 * pbx_call_free:
 * @call: (transfer full): a call that is not running
 *
 * Frees a call.
 */
void
pbx_call_free(PbxCall *call)
{
    pbx_script_unref(call->script);
    g_clear_pointer(&call->result, pbx_result_free);
    g_free(call->url);
    g_free(call->path);
    g_ptr_array_unref(call->dues);
    g_string_free(call->asked_keys, TRUE);
    g_ptr_array_unref(call->asked_texts);
    g_free(call->is_fired);
    g_free(call->n_answered);
    g_free(call->text);
    g_string_free(call->reply, TRUE);
    g_hash_table_unref(call->channel.variables);
    g_hash_table_unref(call->channel.database);
    g_hash_table_unref(call->channel.recordings);
    g_clear_pointer(&call->channel.grammars, g_hash_table_unref);
    g_free(call->channel.context);
    g_free(call->channel.extension);
    if (call->control_fd >= 0)
        close(call->control_fd);
    g_string_free(call->control_keys, TRUE);
    g_mutex_clear(&call->mutex);
    g_free(call);
}

/**
 * pbx_call_set_url:
 * @call: a call that has not begun
 * @url: what stands in AGI(), for `agi_request`
 * @path: its path, without the slash in front, for `agi_network_script`; may be empty
 *
 * Says where the call goes, so that the environment tells it.
 */
void
pbx_call_set_url(PbxCall *call, const char *url, const char *path)
{
    g_free(call->url);
    g_free(call->path);
    call->url = g_strdup(url);
    call->path = g_strdup(path);
}

/**
 * pbx_call_set_observer:
 * @call: a call that has not begun
 * @observer: (nullable): is shown each line
 * @user_data: given to @observer
 *
 * Has somebody watch the call.
 */
void
pbx_call_set_observer(PbxCall *call, PbxObserverFunc observer, gpointer user_data)
{
    call->observer = observer;
    call->observer_data = user_data;
}

/* Wakes the call's thread, which then looks at what was asked of it. */
static void
control_notify(const PbxCall *call)
{
    guint64 one = 1;
    gssize written = write(call->control_fd, &one, sizeof one);

    (void) written; /* fails only when the counter is full, and then the thread is awake */
}

/**
 * pbx_call_press:
 * @call: a call, running or not
 * @keys: keys
 *
 * The caller presses keys now. Any thread.
 */
void
pbx_call_press(PbxCall *call, const char *keys)
{
    g_mutex_lock(&call->mutex);
    g_string_append(call->control_keys, keys);
    g_mutex_unlock(&call->mutex);
    control_notify(call);
}

/**
 * pbx_call_hang_up:
 * @call: a call, running or not
 *
 * The caller hangs up now. Any thread.
 */
void
pbx_call_hang_up(PbxCall *call)
{
    g_mutex_lock(&call->mutex);
    call->control_hangs_up = TRUE;
    g_mutex_unlock(&call->mutex);
    control_notify(call);
}

/**
 * pbx_call_stop:
 * @call: a call, running or not
 *
 * The PBX gives up: it closes the connection without a word. Any thread.
 */
void
pbx_call_stop(PbxCall *call)
{
    g_mutex_lock(&call->mutex);
    call->control_stops = TRUE;
    g_mutex_unlock(&call->mutex);
    control_notify(call);
}

static void
add_line(PbxCall *call, PbxDirection direction, const char *text, gsize length)
{
    PbxTranscriptLine *line = g_new0(PbxTranscriptLine, 1);

    line->time = pbx_clock_now(&call->clock);
    line->direction = direction;
    line->text = g_malloc(length + 1);
    memcpy(line->text, text, length);
    line->text[length] = '\0';
    line->length = length;
    g_ptr_array_add(call->result->lines, line);
    if (call->observer != NULL)
        call->observer(line, call->observer_data);
}

/* Something that happened beside the wire. */
void
pbx_call_note(PbxCall *call, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list list;

    va_start(list, format);
    text = g_strdup_vprintf(format, list);
    va_end(list);
    add_line(call, PBX_NOTE, text, strlen(text));
}

/* An expectation that was not met; @line of the script, or 0. */
void
pbx_call_unmet(PbxCall *call, guint line, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *place = NULL;
    va_list list;

    va_start(list, format);
    text = g_strdup_vprintf(format, list);
    va_end(list);
    if (line > 0 && call->script->name != NULL)
        place = g_strdup_printf("%s:%u: ", call->script->name, line);
    g_ptr_array_add(call->result->unmet, g_strconcat(place != NULL ? place : "", text, NULL));
}

/* Sends bytes and writes them down, a line each. */
void
pbx_call_send(PbxCall *call, const char *bytes, gsize length)
{
    if (call->is_over || call->wire.is_mute)
        return;
    pbx_wire_send(&call->wire, bytes, length);
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        gsize line = end != NULL ? (gsize) (end - bytes) : length;

        add_line(call, PBX_FROM_PBX, bytes, line);
        line = MIN(line + 1, length);
        bytes += line;
        length -= line;
    }
}

/* Answers the command that is running with a line; the LF is added. */
void
pbx_call_reply(PbxCall *call, const char *format, ...)
{
    g_autoptr(GString) text = g_string_new(NULL);
    va_list list;

    va_start(list, format);
    g_string_append_vprintf(text, format, list);
    va_end(list);
    g_string_append_c(text, '\n');
    if (!call->is_muted)
        pbx_call_send_reply(call, text->str, text->len);
}

/* The session is over: nothing is sent any more, and every wait ends at once. */
void
pbx_call_end(PbxCall *call, PbxEnding ending)
{
    if (call->is_over)
        return;
    call->is_over = TRUE;
    call->result->ending = ending;
}

static void
send_hangup_line(PbxCall *call)
{
    if (call->has_hangup_line)
        pbx_call_send(call, "HANGUP\n", strlen("HANGUP\n"));
}

/* If the channel turns out to be hung up, the session goes on dead, or ends. What is due by now
 * happens first. */
void
pbx_call_notice_hangup(PbxCall *call)
{
    pbx_call_wait(call, 0, "", PBX_LISTEN_IDLE);
    if (!call->channel.is_hung_up || call->is_hangup_noticed)
        return;
    call->is_hangup_noticed = TRUE;
    call->is_dead = TRUE;
    call->result->hangup_command = (int) call->result->exchanges->len;
    send_hangup_line(call);
    if (!call->exits_on_hangup)
        return;
    send_hangup_line(call);
    pbx_call_end(call, PBX_ENDED_BY_HANGUP);
}

static void
end_by_server(PbxCall *call)
{
    send_hangup_line(call);
    pbx_call_end(call, PBX_ENDED_BY_SERVER);
}

/* A line from the server: a command, or the word that ends the session as failed. */
static void
handle_line(PbxCall *call, GString *line)
{
    if (g_ascii_strncasecmp(line->str, "failure", strlen("failure")) == 0) {
        g_string_truncate(line, strcspn(line->str, "\n"));
        add_line(call, PBX_FROM_SERVER, line->str, line->len);
        call->is_failed = TRUE;
        send_hangup_line(call);
        pbx_call_end(call, PBX_ENDED_BY_FAILURE_LINE);
        return;
    }
    if (line->len > 0 && line->str[line->len - 1] == '\n')
        g_string_truncate(line, line->len - 1);
    add_line(call, PBX_FROM_SERVER, line->str, line->len);
    pbx_call_handle_line(call, line->str);
}

/* Reads one command, as long as it takes; like stdio, out of what was read before if there is.
 * A hangup meanwhile is noticed only behind the command, since Asterisk sits in fgets(). */
static void
read_line(PbxCall *call)
{
    g_autoptr(GString) line = g_string_new(NULL);
    PbxWireStatus status = pbx_wire_take_line(&call->wire, line);

    while (status == PBX_WIRE_MORE && !call->is_over) {
        status = pbx_wire_fill(&call->wire, line);
        if (status == PBX_WIRE_MORE)
            pbx_call_wait(call, PBX_FOR_EVER, "", PBX_LISTEN_SERVER | PBX_LISTEN_IDLE);
    }
    if (status == PBX_WIRE_LINE)
        handle_line(call, line);
    else if (status == PBX_WIRE_END)
        end_by_server(call);
}

static void
run_session(PbxCall *call)
{
    while (!call->is_over) {
        pbx_call_notice_hangup(call);
        if (pbx_call_wait(call, PBX_FOR_EVER, "", PBX_LISTEN_SERVER | PBX_LISTEN_IDLE) ==
            PBX_WAKE_BYTES)
            read_line(call);
    }
}

/* Before 22.6, 21.11 and 20.16 a command had to fit into 2 KiB. */
static gsize
get_line_limit(const char *version)
{
    static const struct {
        int major;
        int minor;
    } longer[] = {{20, 16}, {21, 11}, {22, 6}};
    int major = 0;
    int minor = 0;

    if (sscanf(version, "%d.%d", &major, &minor) < 1 || major > 22)
        return 8191;
    for (guint i = 0; i < G_N_ELEMENTS(longer); i++) {
        if (major == longer[i].major && minor >= longer[i].minor)
            return 8191;
    }
    return 2047;
}

/* What the script says of the channel before the call. */
static void
prepare_channel(PbxCall *call)
{
    const PbxScript *script = call->script;
    PbxChannel *channel = &call->channel;

    channel->context = g_strdup(pbx_call_get_environment(call, "agi_context"));
    channel->extension = g_strdup(pbx_call_get_environment(call, "agi_extension"));
    channel->priority = atoi(pbx_call_get_environment(call, "agi_priority"));
    for (guint i = 0; i < script->variables->len; i++) {
        const PbxPair *pair = g_ptr_array_index(script->variables, i);

        pbx_channel_set_variable(call, pair->name, pair->value);
    }
    for (guint i = 0; i < script->database->len; i++) {
        const PbxPair *pair = g_ptr_array_index(script->database, i);

        g_hash_table_insert(channel->database, g_strdup(pair->name), g_strdup(pair->value));
    }
    g_ptr_array_set_size(call->result->changed, 0);
    channel->is_hung_up = script->is_dead;
}

static void
prepare_session(PbxCall *call, int fd)
{
    call->clock.start = g_get_monotonic_time();
    call->clock.speed = call->script->speed;
    call->deadline = call->script->timeout > 0
                         ? call->clock.start + (gint64) (call->script->timeout * G_USEC_PER_SEC)
                         : G_MAXINT64;
    pbx_call_fill_environment(call);
    prepare_channel(call);
    pbx_wire_init(&call->wire, fd);
    call->wire.limit = get_line_limit(pbx_call_get_environment(call, "agi_version"));
    call->wire.split = call->script->split;
    call->wire.split_pause = call->script->split_pause;
    call->wire.cuts_utf8 = call->script->cuts_utf8;
    call->is_dead = call->is_hangup_noticed = call->script->is_dead;
    call->has_hangup_line = !pbx_channel_is_false(call, "AGISIGHUP");
    call->exits_on_hangup = pbx_channel_is_true(call, "AGIEXITONHANGUP");
}

static const char *
get_status(const PbxCall *call)
{
    if (call->is_failed)
        return "FAILURE";
    return call->channel.is_hung_up && !call->script->is_dead ? "HANGUP" : "SUCCESS";
}

/* Where the dialplan goes on: exactly where SET PRIORITY said, else one behind. */
static void
fill_result(PbxCall *call)
{
    PbxResult *result = call->result;
    PbxChannel *channel = &call->channel;

    result->status = get_status(call);
    result->is_hung_up = channel->is_hung_up;
    result->seconds = pbx_clock_now(&call->clock);
    result->real_seconds = (gdouble) (g_get_monotonic_time() - call->clock.start) / G_USEC_PER_SEC;
    result->context = g_strdup(channel->context);
    result->extension = g_strdup(channel->extension);
    result->priority = channel->priority + (channel->is_priority_set ? 0 : 1);
    g_hash_table_insert(channel->variables, g_strdup("AGISTATUS"), g_strdup(result->status));
    result->variables = g_hash_table_ref(channel->variables);
    result->database = g_hash_table_ref(channel->database);
    pbx_call_check_end(call);
}

/**
 * pbx_call_run:
 * @call: a call that has not begun
 * @fd: (transfer full): a connected socket
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_READ where @call has run before
 *
 * Plays Asterisk's part on a connection until the call is over, and closes it. Blocks.
 *
 * Returns: (transfer full): what became of it, or %NULL with @error set
 */
PbxResult *
pbx_call_run(PbxCall *call, int fd, GError **error)
{
    if (call->result != NULL || call->clock.start != 0) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_READ, "a call runs only once");
        close(fd);
        return NULL;
    }
    call->result = pbx_result_new();
    prepare_session(call, fd);
    pbx_call_trigger_start(call);
    pbx_call_send_environment(call);
    run_session(call);
    close(fd);
    fill_result(call);
    pbx_wire_clear(&call->wire);
    return g_steal_pointer(&call->result);
}
