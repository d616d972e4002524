/* event-queue.h - events for a thread that takes them one by one, never more than it can hold. */

#pragma once

#include <capella/ami/message.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AmiEventQueue:
 *
 * A subscription whose events wait for a thread to take them, in a queue of a fixed length. What
 * comes while it is full is dropped, counted and logged: a slow thread never makes the daemon grow,
 * nor Asterisk wait. Get it from ami_client_subscribe_queue(). Any thread.
 */
typedef struct _AmiEventQueue AmiEventQueue;

/* Ends the subscription. A thread that waits in ami_event_queue_pop() must be gone before. */
void ami_event_queue_free(AmiEventQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiEventQueue, ami_event_queue_free)

AmiMessage *ami_event_queue_pop(AmiEventQueue *queue, gdouble timeout, GCancellable *cancellable,
                                GError **error);
AmiMessage *ami_event_queue_try_pop(AmiEventQueue *queue);
guint ami_event_queue_get_length(AmiEventQueue *queue);
guint64 ami_event_queue_get_dropped(AmiEventQueue *queue);

G_END_DECLS
