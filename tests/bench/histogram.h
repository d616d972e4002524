/* histogram.h - counts of durations, exact to 1.6 %, at a few instructions a count. */

#pragma once

#include <glib.h>

/* 64 steps to each power of two, up to 2^40 ns (18 minutes). */
enum { HISTOGRAM_STEPS = 64, HISTOGRAM_POWERS = 36 };

typedef struct {
    guint64 total;
    gint64 maximum;
    guint32 counts[HISTOGRAM_POWERS * HISTOGRAM_STEPS];
} Histogram;

void histogram_add(Histogram *histogram, gint64 nanoseconds);
gint64 histogram_get_quantile(const Histogram *histogram, gdouble quantile);
