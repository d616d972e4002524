/* tracker.h - a live table of an Asterisk's channels. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * AmiChannel:
 *
 * A channel as it was at one moment. Immutable and reference-counted; any thread may read it. Texts
 * are NULL where Asterisk knows none.
 */
typedef struct _AmiChannel AmiChannel;

AmiChannel *ami_channel_ref(AmiChannel *channel);
void ami_channel_unref(AmiChannel *channel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiChannel, ami_channel_unref)

const char *ami_channel_get_name(const AmiChannel *channel);
const char *ami_channel_get_unique_id(const AmiChannel *channel);
const char *ami_channel_get_linked_id(const AmiChannel *channel);
int ami_channel_get_state(const AmiChannel *channel);
const char *ami_channel_get_state_name(const AmiChannel *channel);
const char *ami_channel_get_caller_number(const AmiChannel *channel);
const char *ami_channel_get_caller_name(const AmiChannel *channel);
const char *ami_channel_get_connected_number(const AmiChannel *channel);
const char *ami_channel_get_connected_name(const AmiChannel *channel);
const char *ami_channel_get_account(const AmiChannel *channel);
const char *ami_channel_get_context(const AmiChannel *channel);
const char *ami_channel_get_extension(const AmiChannel *channel);
const char *ami_channel_get_bridge(const AmiChannel *channel);
const char *ami_channel_get_variable(const AmiChannel *channel, const char *name);
gdouble ami_channel_get_age(const AmiChannel *channel);

/* How it ended: Asterisk's hangup cause, 0 while it has not. */
int ami_channel_get_hangup_cause(const AmiChannel *channel);
const char *ami_channel_get_hangup_text(const AmiChannel *channel);

/**
 * AmiChange:
 * @AMI_CHANNEL_ADDED: a channel is there
 * @AMI_CHANNEL_CHANGED: something of it has changed
 * @AMI_CHANNEL_REMOVED: it is hung up, or was found to be gone after a reconnect
 *
 * What happened to a channel.
 */
typedef enum { AMI_CHANNEL_ADDED, AMI_CHANNEL_CHANGED, AMI_CHANNEL_REMOVED } AmiChange;

/**
 * AmiTracker:
 *
 * Every channel of one Asterisk, kept true by events, and asked for anew after each reconnect. Made
 * and freed in the client's main context; any thread may ask it.
 */
typedef struct _AmiTracker AmiTracker;

typedef void (*AmiTrackerFunc)(AmiTracker *tracker, AmiChange change, AmiChannel *channel,
                               gpointer user_data);

/* @variables: (nullable): names of channel variables to keep as well. */
AmiTracker *ami_tracker_new(AmiClient *client, const char *const *variables);
void ami_tracker_free(AmiTracker *tracker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiTracker, ami_tracker_free)

/* Is told of every change, in the client's main context. */
void ami_tracker_set_func(AmiTracker *tracker, AmiTrackerFunc function, gpointer user_data,
                          GDestroyNotify destroy);

/**
 * AmiTrackerSynchronizedFunc:
 * @tracker: the tracker
 * @user_data: as given to ami_tracker_set_synchronized_func()
 *
 * Is told, in the client's main context, that the table is complete: after each login, and after
 * all changes that were found out with it.
 */
typedef void (*AmiTrackerSynchronizedFunc)(AmiTracker *tracker, gpointer user_data);

void ami_tracker_set_synchronized_func(AmiTracker *tracker, AmiTrackerSynchronizedFunc function,
                                       gpointer user_data, GDestroyNotify destroy);

/* Whether the table is complete: logged in, and asked for the channels there were. */
gboolean ami_tracker_is_synchronized(AmiTracker *tracker);
gboolean ami_tracker_wait_synchronized(AmiTracker *tracker, gdouble timeout,
                                       GCancellable *cancellable, GError **error);

/* By unique id or name. (transfer full) (nullable) */
AmiChannel *ami_tracker_find(AmiTracker *tracker, const char *channel);
guint ami_tracker_get_length(AmiTracker *tracker);

/* (transfer full) (element-type AmiChannel): all of them, oldest first. */
GPtrArray *ami_tracker_get_channels(AmiTracker *tracker);

/* Waits until a channel is hung up: by unique id or name. At once when it is not there. The channel
 * as it was last. */
AmiChannel *ami_tracker_wait_hangup(AmiTracker *tracker, const char *channel, gdouble timeout,
                                    GCancellable *cancellable, GError **error);
void ami_tracker_wait_hangup_async(AmiTracker *tracker, const char *channel,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
AmiChannel *ami_tracker_wait_hangup_finish(AmiTracker *tracker, GAsyncResult *result,
                                           GError **error);

G_END_DECLS
