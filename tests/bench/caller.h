/* caller.h - many calls at once, placed by one thread: the engine of the load generator. */

#pragma once

#include "asterisk.h"
#include "histogram.h"
#include <netinet/in.h>

/**
 * CallerOptions:
 * @server: where calls go
 * @environment: what each begins with
 * @sources: how many loopback addresses calls come from, in turn; 1: the system chooses
 * @has_hangup_lines: whether HANGUP lines are sent as Asterisk does
 * @expected_commands: how many commands make a good call; 0: any number but none
 */
typedef struct {
    struct sockaddr_in server;
    AsteriskEnvironment *environment;
    guint sources;
    gboolean has_hangup_lines;
    guint expected_commands;
} CallerOptions;

/**
 * CallerCounts:
 * @calls: calls that came to their end as they should
 * @commands: commands answered, and @bytes in them
 * @refusals: calls that the server gave up with a `failure` line
 * @failures: calls that went wrong in any other way
 * @resets: good calls whose connection the server reset instead of closing it
 * @turn_around: from a reply sent to the next command received
 * @first_command: from the environment sent to the first command received
 * @connect: from the wish for a connection to the connection
 */
typedef struct {
    guint64 calls;
    guint64 commands;
    guint64 bytes;
    guint64 refusals;
    guint64 failures;
    guint64 resets;
    Histogram turn_around;
    Histogram first_command;
    Histogram connect;
} CallerCounts;

/**
 * Caller:
 *
 * Keeps a number of calls open and counts what becomes of them. One thread.
 */
typedef struct _Caller Caller;

Caller *caller_new(const CallerOptions *options, guint maximum);
void caller_free(Caller *caller);
void caller_set_target(Caller *caller, guint at_once, guint64 in_all);
void caller_set_hold(Caller *caller, gboolean is_holding);
gboolean caller_step(Caller *caller, GError **error);
guint caller_get_open(const Caller *caller);
gboolean caller_is_done(const Caller *caller);
guint caller_get_held(const Caller *caller);
CallerCounts *caller_get_counts(Caller *caller);
gint64 caller_now(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caller, caller_free)
