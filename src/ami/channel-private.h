/* channel-private.h - making channels out of events. */

#pragma once

#include <capella/ami/tracker.h>

G_BEGIN_DECLS

/* What @event says of a channel, added to what is known of it; @channel NULL: nothing yet. A new
 * reference to @channel itself when nothing has changed. @variables: names, which are kept. */
AmiChannel *ami_channel_update(AmiChannel *channel, AmiMessage *event, GPtrArray *variables);

/* The same channel, ended at this moment for a cause that nobody told. */
AmiChannel *ami_channel_end(const AmiChannel *channel);

/* A channel that is not there any more, of which only a name or unique id is known. */
AmiChannel *ami_channel_new_unknown(const char *text);

/* The order of their creation, as qsort() wants it. */
int ami_channel_compare(const AmiChannel *one, const AmiChannel *other);

G_END_DECLS
