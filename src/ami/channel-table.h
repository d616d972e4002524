/* channel-table.h - private: the channels of one Asterisk, as its events and lists tell. */

#pragma once

#include "ami/channel-private.h"

G_BEGIN_DECLS

/**
 * AmiChannelTable:
 *
 * Channels by unique id and by name, and the last few hundred that have ended. What was in the
 * table when the connection was lost is doubtful until a list or an event of the next connection
 * confirms it; the list's end removes what is still doubtful. Its owner locks it.
 */
typedef struct _AmiChannelTable AmiChannelTable;

/* Is told of each change, and must not touch the table. */
typedef void (*AmiChannelTableFunc)(AmiChange change, AmiChannel *channel, gpointer data);

AmiChannelTable *ami_channel_table_new(GPtrArray *variables, AmiChannelTableFunc function,
                                       gpointer data);
void ami_channel_table_free(AmiChannelTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiChannelTable, ami_channel_table_free)

/* What a connection brings: events as they come, and the events Status of a list; then the end of
 * the list; and at last its loss. */
void ami_channel_table_take(AmiChannelTable *table, AmiMessage *event);
void ami_channel_table_complete(AmiChannelTable *table);
void ami_channel_table_lose(AmiChannelTable *table);

/* By unique id or name. (transfer none) (nullable) */
AmiChannel *ami_channel_table_find(AmiChannelTable *table, const char *text);
AmiChannel *ami_channel_table_find_ended(AmiChannelTable *table, const char *text);

guint ami_channel_table_get_length(AmiChannelTable *table);

/* (transfer full): all of them, oldest first. */
GPtrArray *ami_channel_table_get_all(AmiChannelTable *table);

G_END_DECLS
