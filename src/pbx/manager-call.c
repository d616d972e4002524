/* manager-call.c - the AGI sessions that run on channels of a simulated manager interface.
 *
 * Each is a call of its own in a thread of its own. FastAGI ones connect to their server; an
 * asynchronous one is held at the other end by the manager, over a pair of sockets. When a call is
 * over, its thread tells the manager's.
 */

#include "pbx/call.h"
#include "pbx/manager-private.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
add(PbxScript *script, const char *directive, const char *value)
{
    if (value != NULL && *value != '\0')
        pbx_script_add(script, NULL, directive, value, NULL);
}

/* The number and the name of a channel's caller, where they are known. */
static const char *
get_known(const PbxManagerChannel *channel, const char *name)
{
    const char *value = pbx_channel_get_header(channel, name, "");

    return strcmp(value, "<unknown>") != 0 ? value : "";
}

/* What the environment of a call says of its channel. */
static void
describe_channel(PbxScript *script, const PbxManagerChannel *channel)
{
    GHashTableIter iterator;
    gpointer name = NULL;
    gpointer value = NULL;

    add(script, "channel", channel->name);
    add(script, "uniqueid", channel->unique_id);
    add(script, "language", pbx_channel_get_header(channel, "Language", ""));
    add(script, "caller", get_known(channel, "CallerIDNum"));
    add(script, "callername", get_known(channel, "CallerIDName"));
    add(script, "account", pbx_channel_get_header(channel, "AccountCode", ""));
    add(script, "context", pbx_channel_get_header(channel, "Context", ""));
    add(script, "extension", pbx_channel_get_header(channel, "Exten", ""));
    add(script, "priority", pbx_channel_get_header(channel, "Priority", ""));
    g_hash_table_iter_init(&iterator, channel->variables);
    while (g_hash_table_iter_next(&iterator, &name, &value))
        pbx_script_add(script, NULL, "variable", name, value, NULL);
}

static const char *
find_leg(const PbxManager *manager, const char *channel)
{
    const GPtrArray *legs = manager->script->legs;

    for (guint i = legs->len; i > 0; i--) {
        const PbxManagerLeg *leg = g_ptr_array_index(legs, i - 1);

        if (g_pattern_match_simple(leg->pattern, channel))
            return leg->script;
    }
    return "";
}

void
pbx_manager_call_free(gpointer data)
{
    PbxManagerCall *call = data;

    g_clear_pointer(&call->thread, g_thread_join);
    g_clear_pointer(&call->target, pbx_target_free);
    pbx_call_free(call->call);
    if (call->fd >= 0)
        close(call->fd);
    if (call->source != NULL) {
        g_source_destroy(call->source);
        g_source_unref(call->source);
    }
    g_string_free(call->reply, TRUE);
    g_queue_clear_full(&call->commands, pbx_pair_free);
    g_free(call->channel);
    g_free(call);
}

/* The call on a channel is over: an application's channel simply goes, a dialplan's that has come
 * to its end is hung up. */
static void
leave_channel(PbxManager *manager, PbxManagerChannel *channel)
{
    gboolean is_application = *pbx_channel_get_header(channel, "Application", "") != '\0';

    channel->call = NULL;
    if (channel->cause == 0 && !is_application)
        pbx_manager_hang_up(manager, channel, 16);
    else
        pbx_manager_remove_channel(manager, channel, channel->cause != 0 ? channel->cause : 16);
}

/* The call's thread has come to its end. */
static gboolean
handle_end(gpointer data)
{
    PbxManagerCall *call = data;
    PbxManager *manager = call->manager;
    PbxManagerChannel *channel = pbx_manager_find_channel(manager, call->channel);

    if (channel != NULL && channel->call == call)
        leave_channel(manager, channel);
    g_ptr_array_remove(manager->calls, call);
    return G_SOURCE_REMOVE;
}

static gpointer
run_call(gpointer data)
{
    PbxManagerCall *call = data;
    PbxManager *manager = call->manager;
    g_autoptr(GSource) source = g_idle_source_new();
    int fd = call->target != NULL ? pbx_target_connect(call->target, NULL) : call->call_fd;

    if (fd >= 0)
        pbx_result_free(pbx_call_run(call->call, fd, NULL));
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, handle_end, call, NULL);
    g_source_attach(source, manager->context);
    return NULL;
}

/* Puts a call together: what the channel says, then what @text and the script say. */
static PbxManagerCall *
call_new(PbxManager *manager, PbxManagerChannel *channel, const char *text, PbxScript *script)
{
    PbxManagerCall *call = g_new0(PbxManagerCall, 1);

    describe_channel(script, channel);
    pbx_script_read_text(script, "script", text != NULL ? text : find_leg(manager, channel->name),
                         NULL);
    call->manager = manager;
    call->channel = g_strdup(channel->name);
    call->call = pbx_call_new(script);
    call->reply = g_string_new(NULL);
    call->fd = call->call_fd = -1;
    g_queue_init(&call->commands);
    g_ptr_array_add(manager->calls, call);
    channel->call = call;
    return call;
}

static void
start(PbxManagerCall *call)
{
    call->thread = g_thread_new("pbx-manager-call", run_call, call);
}

/* A FastAGI session, as AGI() begins it; @url: what stands in there. */
void
pbx_manager_call_start(PbxManager *manager, PbxManagerChannel *channel, const char *url)
{
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autoptr(PbxTarget) target = pbx_target_new(url, NULL);
    PbxManagerCall *call = NULL;

    if (target == NULL) {
        pbx_manager_hang_up(manager, channel, 16);
        return;
    }
    for (guint i = 0; target->arguments[i] != NULL; i++)
        add(script, "argument", target->arguments[i]);
    call = call_new(manager, channel, NULL, script);
    pbx_call_set_url(call->call, target->url, target->path);
    call->target = g_steal_pointer(&target);
    start(call);
}

/* An asynchronous one. @text: (nullable): a script of its own. */
void
pbx_manager_call_start_async(PbxManager *manager, PbxManagerChannel *channel, const char *text)
{
    g_autoptr(PbxScript) script = pbx_script_new();
    PbxManagerCall *call = NULL;
    int fds[2] = {-1, -1};

    pbx_script_add(script, NULL, "without", "agi_network", NULL);
    pbx_script_add(script, NULL, "without", "agi_network_script", NULL);
    pbx_script_add(script, NULL, "variable", "AGISIGHUP", "no", NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return;
    call = call_new(manager, channel, text, script);
    pbx_call_set_url(call->call, "async", "");
    call->fd = fds[0];
    call->call_fd = fds[1];
    pbx_async_agi_watch(call);
    start(call);
}

void
pbx_manager_call_hang_up(PbxManagerCall *call)
{
    pbx_call_hang_up(call->call);
    if (call->fd >= 0)
        pbx_async_agi_hang_up(call);
}

/* Ends every call, and waits for their threads. */
void
pbx_manager_stop_calls(PbxManager *manager)
{
    for (guint i = 0; i < manager->calls->len; i++) {
        PbxManagerCall *call = g_ptr_array_index(manager->calls, i);

        pbx_call_stop(call->call);
    }
    g_ptr_array_set_size(manager->calls, 0);
}
