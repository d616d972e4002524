/* timed-call.c - a call whose time is measured, from its account number to the call-back. */

#include "timed-call.h"

const char *const timed_call_measures[] = {
    [MEASURE_ANSWERED] = "answered", [MEASURE_BRIDGED] = "bridged", NULL};

TimedCall *
timed_call_new(Tally *tally, const CapellaSettings *settings, AmiClient *client, AgiCall *call)
{
    TimedCall *timed;

    if ((guint) g_atomic_int_add(&tally->alive, 1) >= tally->limit) {
        g_atomic_int_add(&tally->alive, -1);
        g_atomic_int_inc(&tally->refused);
        return NULL;
    }
    g_atomic_int_inc(&tally->begun);
    timed = g_new0(TimedCall, 1);
    timed->tally = tally;
    timed->settings = settings;
    timed->client = g_object_ref(client);
    timed->unique_id = g_strdup(agi_call_get_unique_id(call));
    timed->channel = g_strdup(agi_call_get_channel(call));
    return timed;
}

void
timed_call_free(TimedCall *timed)
{
    g_atomic_int_add(&timed->tally->alive, -1);
    g_object_unref(timed->client);
    g_free(timed->unique_id);
    g_free(timed->channel);
    g_free(timed->account);
    g_free(timed->target);
    g_free(timed);
}

void
timed_call_enter_bridge(TimedCall *timed, gint64 moment)
{
    if (timed->bridged_since == 0)
        timed->bridged_since = moment;
}

void
timed_call_leave_bridge(TimedCall *timed, gint64 moment)
{
    if (timed->bridged_since != 0)
        timed->bridged += MAX(moment - timed->bridged_since, 0);
    timed->bridged_since = 0;
}

void
timed_call_end(TimedCall *timed, gint64 moment)
{
    gint64 length = 0;

    timed_call_leave_bridge(timed, moment);
    switch (
        (Measure) capella_settings_get_choice(timed->settings, "measure", timed_call_measures)) {
    case MEASURE_ANSWERED:
        length = MAX(moment - timed->answered, 0);
        break;
    case MEASURE_BRIDGED:
        length = timed->bridged;
        break;
    }
    timed->duration = (guint32) ((length + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);
}
