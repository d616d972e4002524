/* tracker-private.h - what the files of the tracker share. */

#pragma once

#include "ami/channel-table.h"

G_BEGIN_DECLS

/**
 * AmiHangupWaits:
 * @by_id: from unique ids to the array of those who wait for that channel
 * @unbound: those who wait until the table is complete, to see whether their channel is in it
 *
 * Everybody who waits for the end of a channel, or just for the table.
 */
typedef struct {
    GHashTable *by_id;
    GPtrArray *unbound;
} AmiHangupWaits;

struct _AmiTracker {
    gatomicrefcount references; /* of its owner, of what is on its way, and of threads that wait */
    /* Of the main context's thread only. */
    AmiClient *client;
    gulong state_handler;
    guint subscriptions[2];
    GSource *retry;
    AmiTrackerFunc function;
    gpointer data;
    GDestroyNotify destroy;
    AmiTrackerSynchronizedFunc synchronized;
    gpointer synchronized_data;
    GDestroyNotify synchronized_destroy;
    /* Constant. */
    GMainContext *context;
    GPtrArray *variables;
    GMutex lock; /* guards what follows; never held while others are called */
    AmiChannelTable *table;
    GArray *changes; /* that nobody has been told of yet */
    AmiHangupWaits waits;
    GPtrArray *done;    /* tasks that have to be returned */
    GCancellable *list; /* the list that is on its way; NULL: none */
    gboolean is_synchronized;
    gboolean is_closed;
};

AmiTracker *ami_tracker_ref(AmiTracker *tracker);
void ami_tracker_unref(AmiTracker *tracker);

/* With the lock. What happened to those who wait; tasks go to @done. */
void ami_hangup_waits_init(AmiHangupWaits *waits);
void ami_hangup_waits_clear(AmiHangupWaits *waits);
void ami_hangup_waits_take(AmiTracker *tracker, AmiChange change, AmiChannel *channel);
void ami_hangup_waits_synchronized(AmiTracker *tracker);
void ami_hangup_waits_close(AmiTracker *tracker);

/* Without the lock: returns the tasks that are done. */
void ami_hangup_waits_return(AmiTracker *tracker);

G_END_DECLS
