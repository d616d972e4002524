/* channel-table.c - the channels of one Asterisk, as its events and lists tell.
 *
 * A list is made while events go on, and an event may overtake it on its way: the list may still
 * have a channel whose event Hangup came before, and may not have one yet whose Newchannel came. So
 * between the loss of a connection and the end of the next list
 * - a channel that any event speaks of is there, whether the list has it or not;
 * - one whose Hangup came is not, whatever the list says. */

#include <config.h>

#include "ami/channel-table.h"

#include <string.h>

/* How many channels are remembered after their end. */
#define N_REMEMBERED 500

typedef struct {
    AmiChannel *channel;
    guint epoch; /* of the last connection that confirmed it */
} Entry;

struct _AmiChannelTable {
    GPtrArray *variables;
    AmiChannelTableFunc function;
    gpointer data;
    GHashTable *by_id;   /* owns the entries */
    GHashTable *by_name; /* the same entries */
    guint epoch;
    GHashTable *ended; /* unique ids, until the list is complete; NULL: it is */
    GQueue remembered; /* of AmiChannel, the last to end last */
    GHashTable *remembered_by_id;
    GHashTable *remembered_by_name;
};

static void
free_entry(gpointer data)
{
    Entry *entry = data;

    ami_channel_unref(entry->channel);
    g_free(entry);
}

static GHashTable *
new_text_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

AmiChannelTable *
ami_channel_table_new(GPtrArray *variables, AmiChannelTableFunc function, gpointer data)
{
    AmiChannelTable *table = g_new0(AmiChannelTable, 1);

    table->variables = g_ptr_array_ref(variables);
    table->function = function;
    table->data = data;
    table->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_entry);
    table->by_name = new_text_set();
    table->ended = new_text_set();
    g_queue_init(&table->remembered);
    table->remembered_by_id = g_hash_table_new(g_str_hash, g_str_equal);
    table->remembered_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    return table;
}

void
ami_channel_table_free(AmiChannelTable *table)
{
    g_hash_table_unref(table->remembered_by_id);
    g_hash_table_unref(table->remembered_by_name);
    g_queue_clear_full(&table->remembered, (GDestroyNotify) ami_channel_unref);
    g_clear_pointer(&table->ended, g_hash_table_unref);
    g_hash_table_unref(table->by_name);
    g_hash_table_unref(table->by_id);
    g_ptr_array_unref(table->variables);
    g_free(table);
}

/* --- Those that have ended --- */

/* Their keys are the channel's own texts: the channel that a key points to is the value. */
static void
forget_key(GHashTable *index, const char *key, const AmiChannel *channel)
{
    if (key != NULL && g_hash_table_lookup(index, key) == channel)
        g_hash_table_remove(index, key);
}

static void
forget_oldest(AmiChannelTable *table)
{
    g_autoptr(AmiChannel) channel = g_queue_pop_head(&table->remembered);

    forget_key(table->remembered_by_id, ami_channel_get_unique_id(channel), channel);
    forget_key(table->remembered_by_name, ami_channel_get_name(channel), channel);
}

static void
remember(AmiChannelTable *table, AmiChannel *channel)
{
    const char *id = ami_channel_get_unique_id(channel);
    const char *name = ami_channel_get_name(channel);

    g_queue_push_tail(&table->remembered, ami_channel_ref(channel));
    if (id != NULL)
        g_hash_table_replace(table->remembered_by_id, (gpointer) id, channel);
    if (name != NULL)
        g_hash_table_replace(table->remembered_by_name, (gpointer) name, channel);
    if (table->remembered.length > N_REMEMBERED)
        forget_oldest(table);
}

/* Whether an event comes too late to bring a channel back. Of lists only those matter that were
 * made before it ended: whoever originates may choose the same id again. */
static gboolean
has_ended(AmiChannelTable *table, const char *id, gboolean is_list)
{
    if (table->ended != NULL && g_hash_table_contains(table->ended, id))
        return TRUE;
    return !is_list && g_hash_table_contains(table->remembered_by_id, id);
}

/* --- Those that are there --- */

static void
index_name(AmiChannelTable *table, Entry *entry)
{
    const char *name = ami_channel_get_name(entry->channel);

    if (name != NULL)
        g_hash_table_replace(table->by_name, g_strdup(name), entry);
}

/* When two channels swap their names, the old name may be another's by now. */
static void
unindex_name(AmiChannelTable *table, const char *name, const Entry *entry)
{
    if (name != NULL && g_hash_table_lookup(table->by_name, name) == entry)
        g_hash_table_remove(table->by_name, name);
}

static void
add(AmiChannelTable *table, const char *id, AmiMessage *event)
{
    Entry *entry = g_new0(Entry, 1);

    entry->channel = ami_channel_update(NULL, event, table->variables);
    entry->epoch = table->epoch;
    g_hash_table_replace(table->by_id, g_strdup(id), entry);
    index_name(table, entry);
    table->function(AMI_CHANNEL_ADDED, entry->channel, table->data);
}

static void
change(AmiChannelTable *table, Entry *entry, AmiMessage *event)
{
    g_autoptr(AmiChannel) before = g_steal_pointer(&entry->channel);

    entry->channel = ami_channel_update(before, event, table->variables);
    entry->epoch = table->epoch;
    if (entry->channel == before)
        return;
    if (g_strcmp0(ami_channel_get_name(before), ami_channel_get_name(entry->channel)) != 0) {
        unindex_name(table, ami_channel_get_name(before), entry);
        index_name(table, entry);
    }
    table->function(AMI_CHANNEL_CHANGED, entry->channel, table->data);
}

/* Removes an entry; @last: the channel as it was last. */
static void
end(AmiChannelTable *table, Entry *entry, AmiChannel *last)
{
    const char *id = ami_channel_get_unique_id(last);

    unindex_name(table, ami_channel_get_name(entry->channel), entry);
    remember(table, last);
    g_hash_table_remove(table->by_id, id);
    table->function(AMI_CHANNEL_REMOVED, last, table->data);
}

static void
end_doubtful(AmiChannelTable *table, Entry *entry)
{
    g_autoptr(AmiChannel) last = ami_channel_end(entry->channel);

    end(table, entry, last);
}

static void
take_hangup(AmiChannelTable *table, const char *id, Entry *entry, AmiMessage *event)
{
    g_autoptr(AmiChannel) last =
        ami_channel_update(entry != NULL ? entry->channel : NULL, event, table->variables);

    if (table->ended != NULL)
        g_hash_table_add(table->ended, g_strdup(id));
    if (entry != NULL)
        end(table, entry, last);
    else
        remember(table, last);
}

static void
take_newchannel(AmiChannelTable *table, const char *id, Entry *entry, AmiMessage *event)
{
    if (table->ended != NULL)
        g_hash_table_remove(table->ended, id);
    if (entry != NULL && entry->epoch == table->epoch) {
        change(table, entry, event);
        return;
    }
    if (entry != NULL)
        end_doubtful(table, entry);
    add(table, id, event);
}

void
ami_channel_table_take(AmiChannelTable *table, AmiMessage *event)
{
    const char *name = ami_message_get_event(event);
    const char *id = ami_message_get(event, "Uniqueid");
    Entry *entry;

    if (name == NULL || id == NULL || *id == '\0')
        return;
    entry = g_hash_table_lookup(table->by_id, id);
    if (g_ascii_strcasecmp(name, "Hangup") == 0)
        take_hangup(table, id, entry, event);
    else if (g_ascii_strcasecmp(name, "Newchannel") == 0)
        take_newchannel(table, id, entry, event);
    else if (entry != NULL)
        change(table, entry, event);
    else if (ami_message_get(event, "ChannelState") != NULL &&
             !has_ended(table, id, g_ascii_strcasecmp(name, "Status") == 0))
        add(table, id, event);
}

void
ami_channel_table_complete(AmiChannelTable *table)
{
    g_autoptr(GPtrArray) doubtful = g_ptr_array_new();
    GHashTableIter entries;
    gpointer entry;

    g_hash_table_iter_init(&entries, table->by_id);
    while (g_hash_table_iter_next(&entries, NULL, &entry))
        if (((Entry *) entry)->epoch != table->epoch)
            g_ptr_array_add(doubtful, entry);
    for (guint i = 0; i < doubtful->len; i++)
        end_doubtful(table, g_ptr_array_index(doubtful, i));
    g_clear_pointer(&table->ended, g_hash_table_unref);
}

void
ami_channel_table_lose(AmiChannelTable *table)
{
    table->epoch++;
    g_clear_pointer(&table->ended, g_hash_table_unref);
    table->ended = new_text_set();
}

AmiChannel *
ami_channel_table_find(AmiChannelTable *table, const char *text)
{
    Entry *entry = g_hash_table_lookup(table->by_id, text);

    if (entry == NULL)
        entry = g_hash_table_lookup(table->by_name, text);
    return entry != NULL ? entry->channel : NULL;
}

AmiChannel *
ami_channel_table_find_ended(AmiChannelTable *table, const char *text)
{
    AmiChannel *channel = g_hash_table_lookup(table->remembered_by_id, text);

    return channel != NULL ? channel : g_hash_table_lookup(table->remembered_by_name, text);
}

guint
ami_channel_table_get_length(AmiChannelTable *table)
{
    return g_hash_table_size(table->by_id);
}

static int
compare(gconstpointer one, gconstpointer other)
{
    const AmiChannel *const *channels[] = {one, other};

    return ami_channel_compare(*channels[0], *channels[1]);
}

GPtrArray *
ami_channel_table_get_all(AmiChannelTable *table)
{
    GPtrArray *all =
        g_ptr_array_new_full(g_hash_table_size(table->by_id), (GDestroyNotify) ami_channel_unref);
    GHashTableIter entries;
    gpointer entry;

    g_hash_table_iter_init(&entries, table->by_id);
    while (g_hash_table_iter_next(&entries, NULL, &entry))
        g_ptr_array_add(all, ami_channel_ref(((Entry *) entry)->channel));
    g_ptr_array_sort(all, compare);
    return all;
}
