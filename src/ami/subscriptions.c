/* subscriptions.c - who wants which events, and how these get there.
 *
 * Subscriptions are found by the event's name, in lists that are never changed but replaced:
 * whoever hands an event out holds on to the list that there was, and callbacks may subscribe and
 * unsubscribe as they like, themselves as well. A subscription is freed when the last such list is,
 * and only then is its data destroyed.
 *
 * Events for another main context, or for a thread, go through a queue of a fixed length. */

#include <config.h>

#include "ami/subscriptions.h"

#include "ami/client-private.h"
#include "ami/event-queue-private.h"
#include "ami/filter-private.h"

#include <string.h>

/* Events that may wait for another main context, and how many of them one turn of it takes. */
#define CONTEXT_QUEUE_LENGTH 1024
#define EVENTS_A_TURN        64

typedef struct {
    gatomicrefcount references;
    guint id;
    AmiFilter *filter; /* NULL: all events */
    atomic_bool is_over;

    /* Whoever is called back. */
    AmiEventFunc function; /* NULL: nobody, a thread takes events out of the queue */
    gpointer data;
    GDestroyNotify destroy;

    /* On the way to another context or a thread; NULL where the home calls back itself. */
    AmiEventQueue *queue;
    GMainContext *context; /* the other one, which must not go before its source */
    GSource *source;
    atomic_bool is_ready;
} Subscription;

/* A name of events in any case; not NUL-terminated. */
typedef struct {
    const char *text;
    gsize length;
} Name;

/* Subscriptions that want the same events: the list is replaced, never changed. */
typedef struct {
    Name name;
    GPtrArray *list;
} Entry;

struct _AmiSubscriptions {
    GMutex lock; /* guards all below */
    guint last_id;
    GHashTable *by_id;
    GHashTable *by_name; /* of Entry, by its name */
    Entry all;           /* those who want events of any name */
    atomic_bool has_all; /* whether there are any, without the lock */
};

/* --- One of them --- */

static Subscription *
subscription_ref(Subscription *subscription)
{
    g_atomic_ref_count_inc(&subscription->references);
    return subscription;
}

static void
subscription_unref(gpointer data)
{
    Subscription *subscription = data;

    if (!g_atomic_ref_count_dec(&subscription->references))
        return;
    if (subscription->destroy != NULL)
        subscription->destroy(subscription->data);
    g_clear_pointer(&subscription->filter, ami_filter_free);
    g_clear_pointer(&subscription->queue, ami_event_queue_unref);
    g_clear_pointer(&subscription->source, g_source_unref);
    g_clear_pointer(&subscription->context, g_main_context_unref);
    g_free(subscription);
}

static Subscription *
subscription_new(AmiFilter *filter)
{
    Subscription *subscription = g_new0(Subscription, 1);

    g_atomic_ref_count_init(&subscription->references);
    subscription->filter = filter;
    return subscription;
}

/* --- Another main context --- */

/* Its callback's data is a reference to the subscription, which goes when the source is destroyed,
 * and not before it has run to its end. */
typedef struct {
    GSource source;
    gpointer client; /* weak */
} Delivery;

static void
be_ready(Subscription *subscription)
{
    if (!atomic_exchange(&subscription->is_ready, TRUE))
        g_source_set_ready_time(subscription->source, 0);
}

static void
hand_out(AmiClient *client, Subscription *subscription)
{
    for (guint i = 0; i < EVENTS_A_TURN && !atomic_load(&subscription->is_over); i++) {
        g_autoptr(AmiMessage) event = ami_event_queue_try_pop(subscription->queue);

        if (event == NULL)
            return;
        subscription->function(client, event, subscription->data);
    }
    be_ready(subscription);
}

static gboolean
delivery_dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, gpointer data)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(((Delivery *) source)->client);
    Subscription *subscription = data;

    if (client == NULL)
        return G_SOURCE_REMOVE;
    g_source_set_ready_time(source, -1);
    atomic_store(&subscription->is_ready, FALSE);
    hand_out(client, subscription);
    return G_SOURCE_CONTINUE;
}

static void
delivery_finalize(GSource *source)
{
    ami_client_free_weak(((Delivery *) source)->client);
}

static void
attach_delivery(Subscription *subscription, AmiClient *client, GMainContext *context)
{
    static GSourceFuncs functions = {NULL, NULL, delivery_dispatch, delivery_finalize, NULL, NULL};
    GSource *source = g_source_new(&functions, sizeof(Delivery));

    ((Delivery *) source)->client = ami_client_new_weak(client);
    g_source_set_static_name(source, "AmiClient's events");
    g_source_set_callback(source, NULL, subscription_ref(subscription), subscription_unref);
    subscription->source = source;
    subscription->context = g_main_context_ref(context);
    subscription->queue = ami_event_queue_new(CONTEXT_QUEUE_LENGTH, NULL, NULL);
    g_source_attach(source, context);
}

/* --- Handing out --- */

static void
enqueue(AmiClient *client, Subscription *subscription, AmiMessage *event)
{
    if (!ami_event_queue_push(subscription->queue, event))
        client->counters.dropped++;
    else if (subscription->source != NULL)
        be_ready(subscription);
}

static void
deliver(AmiClient *client, Subscription *subscription, AmiMessage *event)
{
    if (atomic_load(&subscription->is_over) ||
        (subscription->filter != NULL && !ami_filter_matches(subscription->filter, event)))
        return;
    if (subscription->queue != NULL)
        enqueue(client, subscription, event);
    else
        subscription->function(client, event, subscription->data);
}

static void
deliver_to_list(AmiClient *client, GPtrArray *list, AmiMessage *event)
{
    for (guint i = 0; list != NULL && i < list->len; i++)
        deliver(client, g_ptr_array_index(list, i), event);
    g_clear_pointer(&list, g_ptr_array_unref);
}

static guint
hash_name(gconstpointer key)
{
    const Name *name = key;
    guint hash = 5381;

    for (gsize i = 0; i < name->length; i++)
        hash = hash * 33 + (guchar) g_ascii_tolower(name->text[i]);
    return hash;
}

static gboolean
equal_names(gconstpointer a, gconstpointer b)
{
    const Name *first = a;
    const Name *second = b;

    return first->length == second->length &&
           g_ascii_strncasecmp(first->text, second->text, first->length) == 0;
}

/* With the lock. */
static GPtrArray *
ref_list(const Entry *entry)
{
    return entry != NULL && entry->list != NULL ? g_ptr_array_ref(entry->list) : NULL;
}

gboolean
ami_subscriptions_want(AmiSubscriptions *subscriptions, const char *name, gsize length)
{
    const Name key = {name, length};
    gboolean is_wanted;

    if (atomic_load(&subscriptions->has_all))
        return TRUE;
    g_mutex_lock(&subscriptions->lock);
    is_wanted = g_hash_table_contains(subscriptions->by_name, &key);
    g_mutex_unlock(&subscriptions->lock);
    return is_wanted;
}

void
ami_subscriptions_dispatch(AmiSubscriptions *subscriptions, AmiClient *client, AmiMessage *event,
                           const char *name)
{
    const Name key = {name, strlen(name)};
    GPtrArray *named;
    GPtrArray *all;

    g_mutex_lock(&subscriptions->lock);
    named = g_hash_table_size(subscriptions->by_name) > 0
                ? ref_list(g_hash_table_lookup(subscriptions->by_name, &key))
                : NULL;
    all = ref_list(&subscriptions->all);
    g_mutex_unlock(&subscriptions->lock);
    deliver_to_list(client, named, event);
    deliver_to_list(client, all, event);
}

/* --- The lists --- */

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    g_clear_pointer(&entry->list, g_ptr_array_unref);
    g_free((char *) entry->name.text);
    g_free(entry);
}

/* The list with @added, or without @removed; NULL when nobody is left. */
static GPtrArray *
new_list(GPtrArray *old, Subscription *added, const Subscription *removed)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(subscription_unref);

    for (guint i = 0; old != NULL && i < old->len; i++)
        if (g_ptr_array_index(old, i) != removed)
            g_ptr_array_add(list, subscription_ref(g_ptr_array_index(old, i)));
    if (added != NULL)
        g_ptr_array_add(list, subscription_ref(added));
    return list->len > 0 ? g_steal_pointer(&list) : NULL;
}

/* With the lock. The old list goes to @garbage, as freeing it may call back. */
static void
replace_list(Entry *entry, GPtrArray *list, GPtrArray *garbage)
{
    if (entry->list != NULL)
        g_ptr_array_add(garbage, entry->list);
    entry->list = list;
}

static void
replace_all(AmiSubscriptions *subscriptions, GPtrArray *list, GPtrArray *garbage)
{
    replace_list(&subscriptions->all, list, garbage);
    atomic_store(&subscriptions->has_all, list != NULL);
}

static Entry *
find_entry(AmiSubscriptions *subscriptions, const char *name)
{
    const Name key = {name, strlen(name)};
    Entry *entry = g_hash_table_lookup(subscriptions->by_name, &key);

    if (entry != NULL)
        return entry;
    entry = g_new0(Entry, 1);
    entry->name.text = g_strdup(name);
    entry->name.length = key.length;
    g_hash_table_insert(subscriptions->by_name, &entry->name, entry);
    return entry;
}

static gboolean
has_name_before(const char *const *names, gsize i)
{
    for (gsize j = 0; j < i; j++)
        if (g_ascii_strcasecmp(names[j], names[i]) == 0)
            return TRUE;
    return FALSE;
}

static const char *const *
get_names(const Subscription *subscription)
{
    static const char *const none[] = {NULL};

    return subscription->filter != NULL ? ami_filter_get_events(subscription->filter) : none;
}

static void
add_to_lists(AmiSubscriptions *subscriptions, Subscription *subscription, GPtrArray *garbage)
{
    const char *const *names = get_names(subscription);

    if (names[0] == NULL)
        replace_all(subscriptions, new_list(subscriptions->all.list, subscription, NULL), garbage);
    for (gsize i = 0; names[i] != NULL; i++)
        if (!has_name_before(names, i)) {
            Entry *entry = find_entry(subscriptions, names[i]);

            replace_list(entry, new_list(entry->list, subscription, NULL), garbage);
        }
}

static void
remove_from_lists(AmiSubscriptions *subscriptions, Subscription *subscription, GPtrArray *garbage)
{
    const char *const *names = get_names(subscription);

    if (names[0] == NULL)
        replace_all(subscriptions, new_list(subscriptions->all.list, NULL, subscription), garbage);
    for (gsize i = 0; names[i] != NULL; i++)
        if (!has_name_before(names, i)) {
            Entry *entry = find_entry(subscriptions, names[i]);

            replace_list(entry, new_list(entry->list, NULL, subscription), garbage);
            if (entry->list == NULL)
                g_hash_table_remove(subscriptions->by_name, &entry->name);
        }
}

/* --- Beginning and ending --- */

static guint
add(AmiSubscriptions *subscriptions, Subscription *subscription)
{
    g_autoptr(GPtrArray) garbage =
        g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
    guint id;

    g_mutex_lock(&subscriptions->lock);
    id = subscription->id = ++subscriptions->last_id;
    g_hash_table_insert(subscriptions->by_id, GUINT_TO_POINTER(id), subscription);
    add_to_lists(subscriptions, subscription, garbage);
    g_mutex_unlock(&subscriptions->lock);
    return id;
}

/* Without the lock: this may be the last that holds on to the subscription. */
static void
end(Subscription *subscription)
{
    atomic_store(&subscription->is_over, TRUE);
    if (subscription->source != NULL)
        g_source_destroy(subscription->source);
    subscription_unref(subscription);
}

static gboolean
remove_by_id(AmiSubscriptions *subscriptions, guint id)
{
    g_autoptr(GPtrArray) garbage =
        g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
    Subscription *subscription;

    g_mutex_lock(&subscriptions->lock);
    subscription = g_hash_table_lookup(subscriptions->by_id, GUINT_TO_POINTER(id));
    g_hash_table_remove(subscriptions->by_id, GUINT_TO_POINTER(id));
    if (subscription != NULL)
        remove_from_lists(subscriptions, subscription, garbage);
    g_mutex_unlock(&subscriptions->lock);
    if (subscription != NULL)
        end(subscription);
    return subscription != NULL;
}

AmiSubscriptions *
ami_subscriptions_new(void)
{
    AmiSubscriptions *subscriptions = g_new0(AmiSubscriptions, 1);

    g_mutex_init(&subscriptions->lock);
    subscriptions->by_id = g_hash_table_new(NULL, NULL);
    subscriptions->by_name = g_hash_table_new_full(hash_name, equal_names, NULL, entry_free);
    return subscriptions;
}

void
ami_subscriptions_free(AmiSubscriptions *subscriptions)
{
    g_autoptr(GList) ids = g_hash_table_get_keys(subscriptions->by_id);

    for (GList *link = ids; link != NULL; link = link->next)
        remove_by_id(subscriptions, GPOINTER_TO_UINT(link->data));
    g_hash_table_unref(subscriptions->by_id);
    g_hash_table_unref(subscriptions->by_name);
    g_mutex_clear(&subscriptions->lock);
    g_free(subscriptions);
}

/* --- For everybody --- */

/**
 * ami_client_subscribe:
 * @client: a client
 * @filter: (transfer full) (nullable): which events; %NULL for all
 * @function: is shown each event that @filter lets through
 * @user_data: for @function
 * @destroy: (nullable): frees @user_data after the last call
 *
 * Follows events. @function runs in this thread's default main context. Where that is the client's,
 * it is called for each event as it comes, and must be quick: responses and all other events wait
 * for it. Another context takes its events out of a queue; what comes while 1024 wait is dropped,
 * counted and logged. A thread that runs no main context wants ami_client_subscribe_queue()
 * instead.
 *
 * Subscriptions outlive connections. Events of Asterisk between two connections are lost. The
 * events of a list that answers an action come with its reply, and not here. Subscribing and
 * unsubscribing is safe inside of @function, too. Any thread.
 *
 * Returns: the subscription's id, for ami_client_unsubscribe()
 * Since: 0.2
 */
guint
ami_client_subscribe(AmiClient *client, AmiFilter *filter, AmiEventFunc function,
                     gpointer user_data, GDestroyNotify destroy)
{
    g_autoptr(GMainContext) context = NULL;
    Subscription *subscription;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && function != NULL, 0);

    context = g_main_context_ref_thread_default();
    subscription = subscription_new(filter);
    subscription->function = function;
    subscription->data = user_data;
    subscription->destroy = destroy;
    if (context != client->home)
        attach_delivery(subscription, client, context);
    return add(client->subscriptions, subscription);
}

/**
 * ami_client_unsubscribe:
 * @client: a client
 * @id: what ami_client_subscribe() has returned
 *
 * Ends a subscription. In the thread that its function runs in, the function is not called any more
 * when this returns; elsewhere it may be in the middle of its last call. Its data is freed after
 * that. An @id that is no longer known is ignored. Any thread.
 *
 * Since: 0.2
 */
void
ami_client_unsubscribe(AmiClient *client, guint id)
{
    g_return_if_fail(AMI_IS_CLIENT(client));

    remove_by_id(client->subscriptions, id);
}

typedef struct {
    gpointer client; /* weak */
    guint id;
} Release;

static void
release_queue(gpointer data)
{
    Release *release = data;
    g_autoptr(AmiClient) client = ami_client_get_weak(release->client);

    if (client != NULL)
        ami_client_unsubscribe(client, release->id);
    ami_client_free_weak(release->client);
    g_free(release);
}

/**
 * ami_client_subscribe_queue:
 * @client: a client
 * @filter: (transfer full) (nullable): which events; %NULL for all
 * @length: how many events may wait; what comes while they do is dropped, counted and logged
 *
 * Follows events in a thread that takes them one by one, such as a handler's. Any thread.
 *
 * Returns: (transfer full): the queue; ami_event_queue_free() ends the subscription
 * Since: 0.2
 */
AmiEventQueue *
ami_client_subscribe_queue(AmiClient *client, AmiFilter *filter, guint length)
{
    Subscription *subscription;
    AmiEventQueue *queue;
    Release *release;

    g_return_val_if_fail(AMI_IS_CLIENT(client) && length > 0, NULL);

    release = g_new0(Release, 1);
    release->client = ami_client_new_weak(client);
    queue = ami_event_queue_new(length, release_queue, release);
    subscription = subscription_new(filter);
    subscription->queue = ami_event_queue_ref(queue);
    release->id = add(client->subscriptions, subscription);
    return queue;
}
