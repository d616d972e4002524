/* ami-event.h - one event as text, for people and for programs. */

#pragma once

#include "capella/ami-output.h"

G_BEGIN_DECLS

/* How an event is shown to people: @is_short on one line. Ended by a line end; a block by an empty
 * line. (transfer full) */
char *capella_ami_format_event(const AmiMessage *event, GDateTime *received, gboolean is_short,
                               const CapellaAmiLook *look);

G_END_DECLS
