/* ami-events.h - `capella ami events`: events as they come. */

#pragma once

#include "capella/ami-connect.h"
#include "capella/ami-output.h"

G_BEGIN_DECLS

/**
 * CapellaAmiFollowing:
 * @place: which Asterisk
 * @look: how events are shown
 * @filter: (nullable): which
 * @count: after how many it ends; 0: never
 * @is_short: one line for each
 * @timeout: seconds for connecting and logging in; 0: as usual
 *
 * What events are followed.
 */
typedef struct {
    const CapellaAmiPlace *place;
    CapellaAmiLook look;
    const char *filter;
    guint count;
    gboolean is_short;
    gdouble timeout;
} CapellaAmiFollowing;

/* Follows them until Ctrl-C; returns the exit code. */
int capella_ami_follow(const CapellaAmiFollowing *following);

G_END_DECLS
