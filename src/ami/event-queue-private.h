/* event-queue-private.h - the client's end of a queue of events. */

#pragma once

#include <capella/ami/event-queue.h>

G_BEGIN_DECLS

/* A queue for @length events. @release is called once, by ami_event_queue_free(): it ends the
 * subscription. */
AmiEventQueue *ami_event_queue_new(guint length, void (*release)(gpointer data), gpointer data);

/* For the subscription, which may still be handing out an event while another thread frees the
 * queue: the memory stays until both have let go. */
AmiEventQueue *ami_event_queue_ref(AmiEventQueue *queue);
void ami_event_queue_unref(AmiEventQueue *queue);

/* Takes a reference of its own. FALSE: there was no room, and the event is dropped; or the queue
 * has been freed. Any thread. */
gboolean ami_event_queue_push(AmiEventQueue *queue, AmiMessage *event);

/* For how long drops are not logged again after they were, in seconds: 10 unless told otherwise. */
void ami_event_queue_set_quiet_time(AmiEventQueue *queue, gdouble seconds);

/* For one who wants a single event, and waits in another way than in ami_event_queue_pop(): @notify
 * is called when there is one, with the queue locked, and not any more once the queue is freed.
 * What there is no room for is neither counted nor logged. */
void ami_event_queue_set_notify(AmiEventQueue *queue, void (*notify)(gpointer data), gpointer data);

G_END_DECLS
