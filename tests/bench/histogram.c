/* histogram.c - counts of durations, exact to 1.6 %, at a few instructions a count. */

#include "histogram.h"

/* Below HISTOGRAM_STEPS each value has its own bucket; above, the six bits behind the leading one
 * choose among the steps of its power of two. */
static guint
bucket_of(guint64 value)
{
    guint shift;

    if (value < HISTOGRAM_STEPS)
        return (guint) value;
    shift = g_bit_storage(value) - 7;
    return MIN((shift + 1) * HISTOGRAM_STEPS + (guint) (value >> shift) - HISTOGRAM_STEPS,
               HISTOGRAM_POWERS * HISTOGRAM_STEPS - 1);
}

static gint64
value_of(guint bucket)
{
    guint shift;

    if (bucket < HISTOGRAM_STEPS)
        return bucket;
    shift = bucket / HISTOGRAM_STEPS - 1;
    return (gint64) (bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift;
}

void
histogram_add(Histogram *histogram, gint64 nanoseconds)
{
    gint64 value = MAX(nanoseconds, 0);

    histogram->total++;
    histogram->maximum = MAX(histogram->maximum, value);
    histogram->counts[bucket_of((guint64) value)]++;
}

/* The duration that the given part (0 to 1) of all counts does not exceed; 0 while there is none.
 */
gint64
histogram_get_quantile(const Histogram *histogram, gdouble quantile)
{
    guint64 rank = (guint64) ((gdouble) histogram->total * quantile);
    guint64 seen = 0;

    for (guint i = 0; i < G_N_ELEMENTS(histogram->counts); i++) {
        seen += histogram->counts[i];
        if (seen > rank)
            return value_of(i);
    }
    return histogram->maximum;
}
