/* filter-private.h - what the client reads of a filter to find its subscribers fast. */

#pragma once

#include <capella/ami/filter.h>

G_BEGIN_DECLS

/* The names of events that it takes, NULL at the end, as they were added: compare them without
 * case. Without any it takes all events. Good until the filter is changed or freed. */
const char *const *ami_filter_get_events(const AmiFilter *filter);

G_END_DECLS
