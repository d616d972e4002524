/* async-agi-call.c - our end of one call's socket.
 *
 * Commands are answered in the order in which they came. Asterisk runs them in that order too; the
 * queue of commands is for those that are answered here. A handler that writes without reading is
 * not read any more until it has taken what there is for it. */

#include <config.h>

#include "ami/async-agi-call.h"

#include "ami/async-agi-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What an action's line leaves for a command. */
#define LONGEST_COMMAND (AMI_ACTION_MAXIMUM_LINE - (sizeof "Command: " - 1))

/* Of commands that wait for their replies, before no more are read. */
#define MOST_COMMANDS 16

static const char dead_reply[] =
    "511 Command Not Permitted on a dead channel or intercept routine\n";

typedef struct {
    char *id;
    char *reply; /* NULL: it has not come yet */
} Command;

struct _AsyncCall {
    guint references;
    AmiClient *client;
    GMainContext *context;
    AsyncCallFunc closed;
    gpointer data;
    char *channel;
    int fd; /* -1: closed */
    GSource *readable;
    GSource *writable; /* while there is something to write */
    GString *input;
    gboolean is_overlong; /* the line that is being read */
    GString *output;
    GQueue commands; /* of Command, oldest first */
    guint64 n_commands;
    char *prefix; /* of the commands' ids */
    gboolean is_behind;
    gboolean is_dead;
};

/* --- Life --- */

static void
free_command(gpointer data)
{
    Command *command = data;

    g_free(command->id);
    g_free(command->reply);
    g_free(command);
}

static void
drop_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

AsyncCall *
ami_async_call_ref(AsyncCall *call)
{
    call->references++;
    return call;
}

static void
close_socket(AsyncCall *call)
{
    drop_source(&call->readable);
    drop_source(&call->writable);
    if (call->fd >= 0)
        close(call->fd);
    call->fd = -1;
}

void
ami_async_call_unref(AsyncCall *call)
{
    if (--call->references > 0)
        return;
    close_socket(call);
    g_queue_clear_full(&call->commands, free_command);
    g_string_free(call->input, TRUE);
    g_string_free(call->output, TRUE);
    g_object_unref(call->client);
    g_main_context_unref(call->context);
    g_free(call->channel);
    g_free(call->prefix);
    g_free(call);
}

void
ami_async_call_rename(AsyncCall *call, const char *channel)
{
    g_free(call->channel);
    call->channel = g_strdup(channel);
}

/* --- To the handler --- */

static void go_on(AsyncCall *call);

static gboolean
on_writable(G_GNUC_UNUSED int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
    AsyncCall *call = ami_async_call_ref(data);

    ami_async_call_write(call, "");
    go_on(call);
    ami_async_call_unref(call);
    return G_SOURCE_CONTINUE; /* unless it was destroyed */
}

static GSource *
new_source(AsyncCall *call, GIOCondition condition, GUnixFDSourceFunc function)
{
    GSource *source = g_unix_fd_source_new(call->fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(function), call, NULL);
    g_source_attach(source, call->context);
    return source;
}

/* What cannot be sent to a handler that has gone is forgotten: the end of the connection tells. */
void
ami_async_call_write(AsyncCall *call, const char *bytes)
{
    if (call->fd < 0)
        return;
    g_string_append(call->output, bytes);
    while (call->output->len > 0) {
        ssize_t length =
            send(call->fd, call->output->str, call->output->len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 && errno != EAGAIN)
            g_string_truncate(call->output, 0);
        if (length < 0)
            break;
        g_string_erase(call->output, 0, length);
    }
    if (call->output->len == 0)
        drop_source(&call->writable);
    else if (call->writable == NULL)
        call->writable = new_source(call, G_IO_OUT, on_writable);
}

/* Writes the replies that are due. */
static void
answer(AsyncCall *call)
{
    Command *command;

    while ((command = g_queue_peek_head(&call->commands)) != NULL && command->reply != NULL) {
        ami_async_call_write(call, command->reply);
        free_command(g_queue_pop_head(&call->commands));
    }
}

void
ami_async_call_hang_up(AsyncCall *call)
{
    if (call->is_dead)
        return;
    call->is_dead = TRUE;
    ami_async_call_write(call, "HANGUP\n");
    for (GList *link = call->commands.head; link != NULL; link = link->next)
        if (((Command *) link->data)->reply == NULL)
            ((Command *) link->data)->reply = g_strdup(dead_reply);
    go_on(call);
}

/* --- To Asterisk --- */

static Command *
find_command(AsyncCall *call, const char *id)
{
    for (GList *link = call->commands.head; link != NULL; link = link->next)
        if (strcmp(((Command *) link->data)->id, id) == 0)
            return link->data;
    return NULL;
}

gboolean
ami_async_call_take_result(AsyncCall *call, const char *command_id, const char *result)
{
    Command *command = find_command(call, command_id);

    if (command == NULL || command->reply != NULL)
        return command != NULL;
    command->reply = ami_async_agi_dup_reply(result, &call->is_behind);
    if (call->is_behind)
        g_warning("%s: Asterisk has cut the reply to an AGI command, because it is too long for "
                  "asynchronous AGI",
                  call->channel);
    if (command->reply == NULL)
        command->reply = g_strdup("520 The reply is lost behind another that was too long\n");
    go_on(call);
    return TRUE;
}

/* A command on its way. */
typedef struct {
    AsyncCall *call;
    char *id;
} Sent;

static void
refuse(AsyncCall *call, const char *id, const GError *error)
{
    Command *command = find_command(call, id);

    if (command == NULL || command->reply != NULL)
        return;
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT)) {
        command->reply = g_strdup_printf("520 %s\n", error->message);
        go_on(call);
        return;
    }
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_TIMEOUT))
        return; /* it may be queued, and its result come */
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_PERMISSION))
        g_warning("%s: an AGI command was not run: %s", call->channel, error->message);
    ami_async_call_hang_up(call);
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    Sent *sent = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);

    if (reply == NULL && sent->call->fd >= 0)
        refuse(sent->call, sent->id, error);
    ami_async_call_unref(sent->call);
    g_free(sent->id);
    g_free(sent);
}

static void
send_command(AsyncCall *call, const char *id, const char *line)
{
    Sent *sent = g_new0(Sent, 1);
    AmiAction *action = ami_action_new_with("AGI", "Channel", call->channel, "Command", line,
                                            "CommandID", id, NULL);

    sent->call = ami_async_call_ref(call);
    sent->id = g_strdup(id);
    ami_client_send_async(call->client, action, NULL, on_sent, sent);
}

/* --- From the handler --- */

/* The reply to a line that Asterisk cannot be given; NULL: it can. */
static char *
dup_refusal(const AsyncCall *call, const char *line, gsize length)
{
    if (call->is_dead)
        return g_strdup(dead_reply);
    if (length == 0)
        return g_strdup("510 Invalid or unknown command\n");
    if (call->is_overlong || length > LONGEST_COMMAND)
        return g_strdup_printf("520 The command is too long: asynchronous AGI carries %d bytes\n",
                               (int) LONGEST_COMMAND);
    if (memchr(line, '\0', length) != NULL || memchr(line, '\r', length) != NULL)
        return g_strdup("520 The command has a CR or NUL in it, which AMI cannot carry\n");
    return NULL;
}

static void
take_line(AsyncCall *call, const char *line, gsize length)
{
    Command *command = g_new0(Command, 1);
    g_autofree char *text = g_strndup(line, length);

    command->id = g_strdup_printf("%s-%" G_GUINT64_FORMAT, call->prefix, ++call->n_commands);
    command->reply = dup_refusal(call, line, length);
    call->is_overlong = FALSE;
    g_queue_push_tail(&call->commands, command);
    if (command->reply == NULL)
        send_command(call, command->id, text);
    answer(call);
}

/* Takes the lines that have come whole. Of one that is too long only the length matters. */
static void
take_lines(AsyncCall *call)
{
    const char *end;

    while (call->fd >= 0 && call->commands.length < MOST_COMMANDS && call->output->len == 0 &&
           (end = memchr(call->input->str, '\n', call->input->len)) != NULL) {
        gsize length = (gsize) (end - call->input->str);
        g_autofree char *line = g_memdup2(call->input->str, length + 1);

        g_string_erase(call->input, 0, (gssize) length + 1);
        take_line(call, line, length);
    }
    if (call->input->len > 2 * LONGEST_COMMAND &&
        memchr(call->input->str, '\n', call->input->len) == NULL) {
        call->is_overlong = TRUE;
        g_string_truncate(call->input, LONGEST_COMMAND);
    }
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer data);

/* Writes what is due, takes what has come, and reads on as far as there is room for what would come
 * of it. */
static void
go_on(AsyncCall *call)
{
    answer(call);
    take_lines(call);
    if (call->fd < 0)
        return;
    if (call->commands.length >= MOST_COMMANDS || call->output->len > 0)
        drop_source(&call->readable);
    else if (call->readable == NULL)
        call->readable = new_source(call, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable);
}

/* The handler has done its work. */
static void
end(AsyncCall *call)
{
    ami_async_call_close(call, TRUE);
    call->closed(call, call->data);
}

static gboolean
on_readable(int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
    AsyncCall *call = ami_async_call_ref(data);
    char bytes[4096];
    ssize_t length = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (length > 0) {
        g_string_append_len(call->input, bytes, length);
        go_on(call);
    } else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        end(call);
    }
    ami_async_call_unref(call);
    return G_SOURCE_CONTINUE; /* unless it was destroyed */
}

void
ami_async_call_close(AsyncCall *call, gboolean is_break)
{
    if (call->fd < 0)
        return;
    if (is_break && !call->is_dead) {
        g_autofree char *id = g_strdup_printf("%s-break", call->prefix);

        send_command(call, id, "ASYNCAGI BREAK");
    }
    ami_async_call_hang_up(call);
    close_socket(call);
}

AsyncCall *
ami_async_call_new(AmiClient *client, int fd, const char *channel, gboolean is_behind,
                   AsyncCallFunc closed, gpointer data)
{
    AsyncCall *call = g_new0(AsyncCall, 1);
    g_autofree char *uuid = g_uuid_string_random();

    call->references = 1;
    call->client = g_object_ref(client);
    call->context = g_main_context_ref_thread_default();
    call->fd = fd;
    call->channel = g_strdup(channel);
    call->is_behind = is_behind;
    call->closed = closed;
    call->data = data;
    call->input = g_string_new(NULL);
    call->output = g_string_new(NULL);
    call->prefix = g_strdup_printf("capella-%s", uuid);
    g_queue_init(&call->commands);
    go_on(call);
    return call;
}
