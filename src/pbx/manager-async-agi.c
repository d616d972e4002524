/* manager-async-agi.c - asynchronous AGI: commands come as actions, and replies go as events. */

#include "pbx/manager-private.h"
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** As many bytes as Asterisk's events have of an encoded text. */
#define ENCODED_MAXIMUM 2047

static char *
encode(const char *text)
{
    char *encoded = g_uri_escape_string(text, NULL, FALSE);

    if (strlen(encoded) > ENCODED_MAXIMUM)
        encoded[ENCODED_MAXIMUM] = '\0';
    return encoded;
}

/* The beginning of an event: its name differs between versions. NULL when the channel is gone. */
static GString *
new_event(const PbxManagerCall *call, const char *kind)
{
    const PbxManagerChannel *channel = pbx_manager_find_channel(call->manager, call->channel);
    gboolean is_new = pbx_manager_script_is_since(call->manager->script, 2, 0);
    g_autofree char *name = g_strdup_printf("AsyncAGI%s", is_new ? kind : "");
    GString *event = NULL;

    if (channel == NULL)
        return NULL;
    if (is_new)
        return pbx_channel_event(channel, name);
    event = pbx_event_new(name);
    pbx_event_add(event, "SubEvent", "%s", kind);
    pbx_event_add(event, "Channel", "%s", channel->name);
    return event;
}

static void
emit(const PbxManagerCall *call, const char *kind, const char *name, const char *text,
     const char *command_id)
{
    GString *event = new_event(call, kind);
    g_autofree char *encoded = encode(text);

    if (event == NULL)
        return;
    if (name != NULL)
        pbx_event_add(event, name, "%s", encoded);
    if (*command_id != '\0')
        pbx_event_add(event, "CommandId", "%s", command_id);
    pbx_event_emit(call->manager, "AsyncAGI", event);
}

static const char *
get_result_word(const char *reply)
{
    if (g_str_has_prefix(reply, "200 result=-1"))
        return "Failure";
    if (g_str_has_prefix(reply, "200"))
        return "Success";
    if (g_str_has_prefix(reply, "510"))
        return "Invalid or unknown command";
    if (g_str_has_prefix(reply, "511"))
        return "Command Not Permitted on a dead channel";
    return "Usage";
}

/* The events that every AGI command raises, since Asterisk 12. @reply: NULL: at its beginning. */
static void
emit_command(const PbxManagerCall *call, const char *command, const char *reply)
{
    const char *name = reply == NULL ? "AGIExecStart" : "AGIExecEnd";
    const PbxManagerChannel *channel = pbx_manager_find_channel(call->manager, call->channel);
    GString *event = NULL;

    if (channel == NULL || !pbx_manager_script_is_since(call->manager->script, 2, 0))
        return;
    event = pbx_channel_event(channel, name);
    pbx_event_add(event, "CommandId", "%u", call->n_commands);
    pbx_event_add(event, "Command", "%s", command);
    if (reply != NULL) {
        pbx_event_add(event, "ResultCode", "%.3s", reply);
        pbx_event_add(event, "Result", "%s", get_result_word(reply));
    }
    pbx_event_emit(call->manager, name, event);
}

/* The session is over: the call's own end follows, since the server has closed. */
static void
end_session(PbxManagerCall *call)
{
    if (call->is_over)
        return;
    call->is_over = TRUE;
    if (call->has_begun)
        emit(call, "End", NULL, "", "");
    shutdown(call->fd, SHUT_WR);
}

/* Sends the command that is first in the queue, if none is running. */
static void
run_next(PbxManagerCall *call)
{
    const PbxPair *command = g_queue_peek_head(&call->commands);
    g_autofree char *line = NULL;

    if (command == NULL || call->is_running || !call->has_begun || call->is_over)
        return;
    if (call->is_hung_up) {
        end_session(call);
        return;
    }
    call->is_running = TRUE;
    call->n_commands++;
    emit_command(call, command->name, NULL);
    line = g_strdup_printf("%s\n", command->name);
    if (send(call->fd, line, strlen(line), MSG_NOSIGNAL) < 0)
        end_session(call);
}

/* Where a reply ends; 0: it is not whole. A usage text has several lines. */
static gsize
find_reply_end(const GString *reply)
{
    const char *end = NULL;

    if (g_str_has_prefix(reply->str, "520-"))
        end = strstr(reply->str, "\n520 ");
    end = strchr(end != NULL ? end + 1 : reply->str, '\n');
    if (end == NULL ||
        (g_str_has_prefix(reply->str, "520-") && strstr(reply->str, "\n520 ") == NULL))
        return 0;
    return (gsize) (end - reply->str) + 1;
}

static void
handle_reply(PbxManagerCall *call, const char *reply)
{
    PbxPair *command = g_queue_pop_head(&call->commands);
    gboolean is_break = FALSE;

    if (command == NULL)
        return;
    call->is_running = FALSE;
    emit_command(call, command->name, reply);
    emit(call, "Exec", "Result", reply, command->value);
    is_break = g_ascii_strncasecmp(command->name, "ASYNCAGI BREAK", strlen("ASYNCAGI BREAK")) == 0;
    pbx_pair_free(command);
    if (is_break || call->is_hung_up)
        end_session(call);
}

/* Takes the environment, then replies, out of what the call has sent. */
static void
handle_text(PbxManagerCall *call)
{
    const char *end = call->has_begun ? NULL : strstr(call->reply->str, "\n\n");
    gsize length = call->has_begun ? find_reply_end(call->reply)
                   : end != NULL   ? (gsize) (end - call->reply->str) + 2
                                   : 0;
    g_autofree char *text = NULL;

    if (length == 0)
        return;
    text = g_strndup(call->reply->str, length);
    g_string_erase(call->reply, 0, (gssize) length);
    if (call->has_begun) {
        handle_reply(call, text);
    } else {
        call->has_begun = TRUE;
        emit(call, "Start", "Env", text, "");
        if (call->is_hung_up)
            end_session(call);
    }
    run_next(call);
    handle_text(call);
}

static gboolean
handle_readable(int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
    PbxManagerCall *call = data;
    char bytes[4096];
    gssize n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (n <= 0) {
        end_session(call);
        return G_SOURCE_REMOVE;
    }
    g_string_append_len(call->reply, bytes, n);
    handle_text(call);
    return G_SOURCE_CONTINUE;
}

/* Listens to what the call says. */
void
pbx_async_agi_watch(PbxManagerCall *call)
{
    call->source = g_unix_fd_source_new(call->fd, G_IO_IN | G_IO_HUP);
    g_source_set_callback(call->source, G_SOURCE_FUNC(handle_readable), call, NULL);
    g_source_attach(call->source, call->manager->context);
}

/* The channel is hung up: the command that runs ends, then the session. */
void
pbx_async_agi_hang_up(PbxManagerCall *call)
{
    call->is_hung_up = TRUE;
    if (call->has_begun && !call->is_running)
        end_session(call);
}

static void
run_agi(PbxManagerSession *session, const PbxRequest *request)
{
    const char *name = pbx_request_get(request, "Channel");
    const char *command = pbx_request_get(request, "Command");
    const PbxManagerChannel *channel = pbx_manager_find_channel(session->manager, name);
    PbxManagerCall *call = channel != NULL ? channel->call : NULL;
    g_autofree char *problem = NULL;

    if (*name == '\0' || *command == '\0') {
        pbx_answer_error(session, "Both, Channel and Command are *required*");
        return;
    }
    if (channel == NULL)
        problem = g_strdup_printf("Channel %s does not exist.", name);
    else if (call == NULL || call->fd < 0 || call->is_over)
        problem = g_strdup_printf("Failed to add AGI command to channel %s queue", name);
    if (problem != NULL) {
        pbx_answer_error(session, problem);
        return;
    }
    pbx_answer_success(session, "Added AGI command to queue");
    g_queue_push_tail(&call->commands,
                      pbx_pair_new(command, pbx_request_get(request, "CommandID")));
    run_next(call);
}

const PbxManagerAction pbx_manager_actions_agi[] = {
    {"AGI", "agi", run_agi, "Add an AGI command to execute by Async AGI."},
    {NULL, NULL, NULL, NULL},
};
