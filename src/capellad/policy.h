/* policy.h - what follows when a call cannot be served, or its handler failed. */

#pragma once

#include <capella/agi/environment.h>
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    POLICY_CONTINUE, /* end the session; the dialplan goes on behind AGI() */
    POLICY_HANGUP,   /* hang up the caller */
    POLICY_GOTO,     /* the dialplan goes on at a place of the configuration */
    POLICY_JUMP,     /* the dialplan goes on so many priorities further */
} PolicyKind;

/**
 * Policy:
 *
 * One of `continue`, `hangup`, `goto CONTEXT,EXTENSION,PRIORITY` and `jump N`. Immutable once
 * parsed; any thread may read it.
 */
typedef struct {
    PolicyKind kind;
    int jump;
    char **target; /* context, extension, priority */
} Policy;

gboolean policy_parse(Policy *policy, const char *text, GError **error);
void policy_clear(Policy *policy);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Policy, policy_clear)

/* Whether AGISTATUS is to be a failure; not for a caller who is hung up. */
gboolean policy_ends_as_failure(const Policy *policy);

/* The commands that carry a policy out, each a line for the wire without its LF: first those that
 * set CAPELLA_STATUS to @status and CAPELLA_ERROR to @explanation, then where to go. */
char **policy_get_commands(const Policy *policy, const AgiEnvironment *environment,
                           const char *status, const char *explanation);

G_END_DECLS
