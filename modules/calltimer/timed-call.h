/* timed-call.h - a call whose time is measured, from its account number to the call-back. */

#pragma once

#include <capella/ami.h>
#include <capella/module.h>

G_BEGIN_DECLS

/**
 * Tally:
 * @limit: most timed calls at once, those that wait to be called back included
 * @alive: timed calls at this moment
 * @begun: timed calls in all
 * @told: callers who were told how long their call was
 * @given_up: callers who could not be told
 * @skipped: calls that were too short to call back for
 * @refused: calls that were not timed because of the limit
 *
 * What an instance of the module has done. Atomic; any thread.
 */
typedef struct {
    guint limit;
    guint alive;
    guint begun;
    guint told;
    guint given_up;
    guint skipped;
    guint refused;
} Tally;

/**
 * TimedCall:
 *
 * A call whose time is measured. The handler's call ends long before it does, so what it needs it
 * keeps itself; the settings are the configuration's, which outlives the module. While it is
 * watched, the lock of the watch guards it; after that it belongs to one thread at a time.
 */
typedef struct {
    Tally *tally;
    const CapellaSettings *settings;
    AmiClient *client;
    char *unique_id;
    char *channel;
    char *account;
    char *target;         /* the channel that is called back */
    gint64 answered;      /* times are of the monotonic clock, in microseconds */
    gint64 watched;       /* since when */
    gint64 bridged_since; /* 0: it is in no bridge */
    gint64 bridged;       /* how long it has been in bridges before */
    guint32 duration;     /* whole seconds, once it has ended */
    gint64 tries;         /* to call back, so far */
    gint64 due;           /* when the next one is */
} TimedCall;

/* NULL when there are as many as may be. */
TimedCall *timed_call_new(Tally *tally, const CapellaSettings *settings, AmiClient *client,
                          AgiCall *call);
void timed_call_free(TimedCall *timed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TimedCall, timed_call_free)

/* What `measure` is one of. */
typedef enum { MEASURE_ANSWERED, MEASURE_BRIDGED } Measure;

extern const char *const timed_call_measures[];

/* Enters a bridge, leaves it, ends. */
void timed_call_enter_bridge(TimedCall *timed, gint64 moment);
void timed_call_leave_bridge(TimedCall *timed, gint64 moment);
void timed_call_end(TimedCall *timed, gint64 moment);

G_END_DECLS
