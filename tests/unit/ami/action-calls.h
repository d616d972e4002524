/* action-calls.h - a call of each function that is made from the table of actions, for its test. */

#pragma once

#include <capella/ami/actions.h>

/* A call with samples: a text is "x-" and the name of its header, an integer 7, a time 1.5 s, a
 * boolean TRUE; unless @is_full only what is required, and booleans are FALSE. */
typedef struct {
    const char *name;  /* of the action */
    gboolean has_more; /* whether a full call also adds the header X-More */
    gboolean (*run)(AmiClient *client, gboolean is_full, GError **error);
} ActionCall;

/* All of them, ended by one without name. */
extern const ActionCall action_calls[];
