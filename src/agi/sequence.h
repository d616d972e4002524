/* sequence.h - a list of steps built at run time and run one after the other on a call. */

#pragma once

#include <capella/agi/call.h>

G_BEGIN_DECLS

/**
 * AgiSequence:
 *
 * Steps that run in order until one fails. Fill it and run it from one thread at a time; it may
 * be run again, on another call too.
 */
typedef struct _AgiSequence AgiSequence;

/**
 * AgiStepFunc:
 * @call: the call
 * @result: (out) (optional) (transfer full) (nullable): what the step found out, if anything
 * @user_data: as given to agi_sequence_append()
 * @error: return location for a #GError
 *
 * One step.
 *
 * Returns: %TRUE to go on; %FALSE with @error set to stop
 */
typedef gboolean (*AgiStepFunc)(AgiCall *call, char **result, gpointer user_data, GError **error);

AgiSequence *agi_sequence_new(void);
void agi_sequence_free(AgiSequence *sequence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgiSequence, agi_sequence_free)

void agi_sequence_append(AgiSequence *sequence, AgiStepFunc step, gpointer user_data,
                         GDestroyNotify destroy);
void agi_sequence_append_command(AgiSequence *sequence, const char *command,
                                 ...) G_GNUC_NULL_TERMINATED;
guint agi_sequence_get_length(const AgiSequence *sequence);
gboolean agi_sequence_run(AgiSequence *sequence, AgiCall *call, GPtrArray **results,
                          GError **error);

G_END_DECLS
