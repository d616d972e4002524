/* meeting.h - calls that handlers place, and that come back to them as FastAGI calls. */

#pragma once

#include "capellad/asterisks.h"
#include "capellad/waiters.h"

#include <capella/ami/originate.h>

G_BEGIN_DECLS

/* Places a call and waits until it comes back; see capella_originate_and_wait(). */
Call *meeting_hold(Waiters *waiters, Asterisk *asterisk, const AmiOriginate *originate,
                   gdouble timeout, GCancellable *cancellable, GError **error);

/* Whether a call is one that was placed so. */
gboolean meeting_was_placed(const AgiEnvironment *environment);

G_END_DECLS
