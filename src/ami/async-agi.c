/* async-agi.c - calls that speak AGI over a manager connection: AGI(agi:async).
 *
 * Each event AsyncAGIStart becomes a pair of sockets. Our end is an AsyncCall; here is what joins
 * events to it. A call is known by its channel's unique id, and by the channel's name to Asterisk
 * before 12, whose event AsyncAGI has no unique id. Once Asterisk has ended it, it is known no more
 * by either, and stays only until its handler has closed the other end: the same channel may begin
 * anew meanwhile. */

#include <config.h>

#include "ami/async-agi-call.h"
#include "ami/async-agi-text.h"

#include <capella/ami/async-agi.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _AmiAsyncAgi {
    AmiClient *client;
    AmiFilter *filter;
    AmiAsyncAgiFunc function;
    gpointer data;
    GDestroyNotify destroy;
    guint subscription;
    gulong state_handler;
    GHashTable *calls; /* every Call, which the table owns */
    GHashTable *by_id; /* those that Asterisk has not ended */
    GHashTable *by_channel;
    GPtrArray *orphans; /* channels that have lost their handler with the connection */
};

typedef struct {
    AmiAsyncAgi *owner;
    AsyncCall *end;
    char *unique_id; /* NULL: not known */
    char *channel;
} Call;

/* --- Who is there --- */

static void
free_call(gpointer data)
{
    Call *call = data;

    ami_async_call_unref(call->end);
    g_free(call->unique_id);
    g_free(call->channel);
    g_free(call);
}

static void
forget_key(GHashTable *index, const char *key, const Call *call)
{
    if (key != NULL && g_hash_table_lookup(index, key) == call)
        g_hash_table_remove(index, key);
}

/* Asterisk has ended it, or we have. */
static void
unindex(Call *call)
{
    forget_key(call->owner->by_id, call->unique_id, call);
    forget_key(call->owner->by_channel, call->channel, call);
}

static void
index_call(Call *call)
{
    if (call->unique_id != NULL)
        g_hash_table_replace(call->owner->by_id, call->unique_id, call);
    g_hash_table_replace(call->owner->by_channel, call->channel, call);
}

static Call *
find(AmiAsyncAgi *async_agi, AmiMessage *event)
{
    const char *id = ami_message_get(event, "Uniqueid");
    const char *channel = ami_message_get(event, "Channel");

    if (id != NULL)
        return g_hash_table_lookup(async_agi->by_id, id);
    return channel != NULL ? g_hash_table_lookup(async_agi->by_channel, channel) : NULL;
}

/* The handler has closed its end. */
static void
on_closed(G_GNUC_UNUSED AsyncCall *end, gpointer data)
{
    Call *call = data;

    unindex(call);
    g_hash_table_remove(call->owner->calls, call);
}

/* --- Events --- */

static void
hang_up(Call *call)
{
    unindex(call);
    ami_async_call_hang_up(call->end);
}

/* The two ends of a call, as accept() would have returned the second. */
static gboolean
make_sockets(int fds[2], const char *channel)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0)
        return TRUE;
    g_warning("%s asks for asynchronous AGI, and cannot be served: %s", channel, g_strerror(errno));
    return FALSE;
}

static void
on_start(AmiAsyncAgi *async_agi, AmiMessage *event)
{
    const char *channel = ami_message_get(event, "Channel");
    g_autofree char *environment = NULL;
    gboolean is_cut;
    int fds[2];
    Call *call;

    if (channel == NULL ||
        (async_agi->filter != NULL && !ami_filter_matches(async_agi->filter, event)) ||
        !make_sockets(fds, channel))
        return;
    call = find(async_agi, event);
    if (call != NULL)
        hang_up(call);
    environment = ami_async_agi_dup_environment(event, &is_cut);
    if (is_cut)
        g_info("%s: Asterisk has cut the environment of an asynchronous AGI", channel);
    call = g_new0(Call, 1);
    call->owner = async_agi;
    call->channel = g_strdup(channel);
    call->unique_id = g_strdup(ami_message_get(event, "Uniqueid"));
    if (call->unique_id == NULL)
        call->unique_id = ami_async_agi_dup_value(environment, "agi_uniqueid");
    call->end = ami_async_call_new(async_agi->client, fds[0], channel, is_cut, on_closed, call);
    g_hash_table_add(async_agi->calls, call);
    index_call(call);
    ami_async_call_write(call->end, environment);
    async_agi->function(fds[1], event, async_agi->data);
}

static void
on_exec(AmiAsyncAgi *async_agi, AmiMessage *event)
{
    const char *command_id = ami_message_get(event, "CommandID");
    const char *result = ami_message_get(event, "Result");
    Call *call = find(async_agi, event);

    if (call != NULL && command_id != NULL && result != NULL)
        ami_async_call_take_result(call->end, command_id, result);
}

static void
on_end(AmiAsyncAgi *async_agi, AmiMessage *event)
{
    Call *call = find(async_agi, event);

    if (call != NULL)
        hang_up(call);
}

static void
on_rename(AmiAsyncAgi *async_agi, AmiMessage *event)
{
    const char *name = ami_message_get(event, "Newname");
    Call *call = find(async_agi, event);

    if (call == NULL || name == NULL)
        return;
    unindex(call);
    g_free(call->channel);
    call->channel = g_strdup(name);
    index_call(call);
    ami_async_call_rename(call->end, name);
}

/* Asterisk before 12 has one event, which says in SubEvent what it is. */
static const struct {
    const char *name;
    const char *sub_event;
    void (*function)(AmiAsyncAgi *async_agi, AmiMessage *event);
} kinds[] = {
    {"AsyncAGIStart", NULL, on_start}, {"AsyncAGIExec", NULL, on_exec},
    {"AsyncAGIEnd", NULL, on_end},     {"AsyncAGI", "Start", on_start},
    {"AsyncAGI", "Exec", on_exec},     {"AsyncAGI", "End", on_end},
    {"Hangup", NULL, on_end},          {"Rename", NULL, on_rename},
};

static void
on_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer data)
{
    const char *name = ami_message_get_event(event);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_ascii_strcasecmp(kinds[i].name, name) != 0 ||
            (kinds[i].sub_event != NULL && !ami_message_has(event, "SubEvent", kinds[i].sub_event)))
            continue;
        kinds[i].function(data, event);
        return;
    }
}

/* --- Life --- */

static void
close_all(AmiAsyncAgi *async_agi, gboolean is_break)
{
    g_autoptr(GList) calls = g_hash_table_get_keys(async_agi->calls);

    g_hash_table_remove_all(async_agi->by_id);
    g_hash_table_remove_all(async_agi->by_channel);
    for (GList *link = calls; link != NULL; link = link->next)
        ami_async_call_close(((Call *) link->data)->end, is_break);
    g_hash_table_remove_all(async_agi->calls);
}

/* A channel can be called by its unique id as well, which no other channel has: the name may be
 * another's after a while. */
static void
orphan_all(AmiAsyncAgi *async_agi)
{
    GHashTableIter calls;
    gpointer call;

    g_hash_table_iter_init(&calls, async_agi->by_channel);
    while (g_hash_table_iter_next(&calls, NULL, &call)) {
        const char *id = ((Call *) call)->unique_id;

        g_ptr_array_add(async_agi->orphans, g_strdup(id != NULL ? id : ((Call *) call)->channel));
    }
}

/* Lets them go on in the dialplan. Those that are not there any more are refused, and that is all.
 */
static void
release_orphans(AmiAsyncAgi *async_agi)
{
    for (guint i = 0; i < async_agi->orphans->len; i++)
        ami_client_send_async(async_agi->client,
                              ami_action_new_with("AGI", "Channel",
                                                  g_ptr_array_index(async_agi->orphans, i),
                                                  "Command", "ASYNCAGI BREAK", NULL),
                              NULL, NULL, NULL);
    g_ptr_array_set_size(async_agi->orphans, 0);
}

static void
on_state_changed(G_GNUC_UNUSED AmiClient *client, int state, gpointer data)
{
    if (state == AMI_STATE_READY) {
        release_orphans(data);
        return;
    }
    orphan_all(data);
    close_all(data, FALSE);
}

/**
 * ami_async_agi_new:
 * @client: a client, started or not
 * @filter: (transfer full) (nullable): conditions on the event AsyncAGIStart; %NULL: every call
 * @function: takes the calls
 * @user_data: given to @function
 * @destroy: (nullable): frees @user_data
 *
 * Serves the calls whose dialplan has `AGI(agi:async)`. The user has to be allowed to read the
 * events of classes `agi` and `call`, and to write class `agi`. Every manager client is told of
 * each call: where several serve them, their filters must not overlap, such as by context.
 *
 * What the handler closes goes on in the dialplan, as with FastAGI. Other than there, commands and
 * replies have at most about 1000 bytes, longer ones are refused or cut; and after a hangup nothing
 * runs any more. When the connection to Asterisk is lost all calls are hung up for their handlers;
 * after the next login they go on in the dialplan. In the client's main context.
 *
 * Returns: (transfer full): the server; free it with ami_async_agi_free()
 * Since: 0.2
 */
AmiAsyncAgi *
ami_async_agi_new(AmiClient *client, AmiFilter *filter, AmiAsyncAgiFunc function,
                  gpointer user_data, GDestroyNotify destroy)
{
    AmiAsyncAgi *async_agi;
    AmiFilter *events;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && function != NULL, NULL);

    async_agi = g_new0(AmiAsyncAgi, 1);
    async_agi->client = g_object_ref(client);
    async_agi->filter = filter;
    async_agi->function = function;
    async_agi->data = user_data;
    async_agi->destroy = destroy;
    async_agi->calls = g_hash_table_new_full(NULL, NULL, free_call, NULL);
    async_agi->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    async_agi->by_channel = g_hash_table_new(g_str_hash, g_str_equal);
    async_agi->orphans = g_ptr_array_new_with_free_func(g_free);
    events = ami_filter_new("AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "AsyncAGI", "Hangup",
                            "Rename", NULL);
    async_agi->subscription = ami_client_subscribe(client, events, on_event, async_agi, NULL);
    async_agi->state_handler =
        g_signal_connect(client, "state-changed", G_CALLBACK(on_state_changed), async_agi);
    return async_agi;
}

/**
 * ami_async_agi_free:
 * @async_agi: (transfer full): a server
 *
 * Ends it: every call is hung up for its handler, and goes on in the dialplan. In the client's main
 * context.
 *
 * Since: 0.2
 */
void
ami_async_agi_free(AmiAsyncAgi *async_agi)
{
    g_return_if_fail(async_agi != NULL);

    g_signal_handler_disconnect(async_agi->client, async_agi->state_handler);
    ami_client_unsubscribe(async_agi->client, async_agi->subscription);
    close_all(async_agi, TRUE);
    g_hash_table_unref(async_agi->by_id);
    g_hash_table_unref(async_agi->by_channel);
    g_hash_table_unref(async_agi->calls);
    g_ptr_array_unref(async_agi->orphans);
    g_clear_pointer(&async_agi->filter, ami_filter_free);
    if (async_agi->destroy != NULL)
        async_agi->destroy(async_agi->data);
    g_object_unref(async_agi->client);
    g_free(async_agi);
}

/**
 * ami_async_agi_get_length:
 * @async_agi: a server
 *
 * In the client's main context.
 *
 * Returns: how many calls it carries at this moment: those whose handler has not closed its end
 * Since: 0.2
 */
guint
ami_async_agi_get_length(AmiAsyncAgi *async_agi)
{
    g_return_val_if_fail(async_agi != NULL, 0);

    return g_hash_table_size(async_agi->calls);
}
