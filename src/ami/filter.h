/* filter.h - which events somebody wants. */

#pragma once

#include <capella/ami/message.h>

G_BEGIN_DECLS

/**
 * AmiFilter:
 *
 * Names of events, and conditions on their headers. Put together by one thread; once it is given to
 * a client it is not changed any more.
 */
typedef struct _AmiFilter AmiFilter;

/**
 * AmiPredicateFunc:
 * @event: an event that meets all other conditions
 * @user_data: as given to ami_filter_set_predicate()
 *
 * Decides whether an event is wanted. Runs in the thread of the client's main context, for each
 * event: it must be quick.
 *
 * Returns: %TRUE if it is wanted
 */
typedef gboolean (*AmiPredicateFunc)(AmiMessage *event, gpointer user_data);

AmiFilter *ami_filter_new(const char *event, ...) G_GNUC_NULL_TERMINATED;
AmiFilter *ami_filter_new_from_text(const char *text, GError **error);
void ami_filter_free(AmiFilter *filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiFilter, ami_filter_free)

/* Without an event's name a filter takes all events; with several, any of them. */
void ami_filter_add_event(AmiFilter *filter, const char *event);

/* Conditions, all of which have to hold: a header with just this value, or like a pattern in which
 * `*` and `?` stand for anything. Of a header that occurs many times, one has to match. */
void ami_filter_add_header(AmiFilter *filter, const char *name, const char *value);
void ami_filter_add_pattern(AmiFilter *filter, const char *name, const char *pattern);
void ami_filter_set_predicate(AmiFilter *filter, AmiPredicateFunc predicate, gpointer user_data,
                              GDestroyNotify destroy);

gboolean ami_filter_matches(const AmiFilter *filter, AmiMessage *event);

G_END_DECLS
