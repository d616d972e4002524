/* originate-private.h - what Asterisk says of a call that it was told to place. */

#pragma once

#include <capella/ami/originate.h>

G_BEGIN_DECLS

/* Whether the event OriginateResponse tells of an answered call; else the error says what became of
 * it. */
gboolean ami_originate_check_event(AmiMessage *event, GError **error);

G_END_DECLS
