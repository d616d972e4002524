/* subscriptions.h - private: who wants which events. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * AmiSubscriptions:
 *
 * Everybody who wants events of a client, by the events' names. Any thread; events are handed out
 * by the home alone.
 */
typedef struct _AmiSubscriptions AmiSubscriptions;

AmiSubscriptions *ami_subscriptions_new(void);

/* Ends all of them. */
void ami_subscriptions_free(AmiSubscriptions *subscriptions);

/* Whether anybody wants events of this name, which is not NUL-terminated. */
gboolean ami_subscriptions_want(AmiSubscriptions *subscriptions, const char *name, gsize length);

void ami_subscriptions_dispatch(AmiSubscriptions *subscriptions, AmiClient *client,
                                AmiMessage *event, const char *name);

G_END_DECLS
