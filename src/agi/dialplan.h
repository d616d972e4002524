/* dialplan.h - short decisions: read some variables, set some, run an application, go somewhere. */

#pragma once

#include <capella/agi/call.h>

G_BEGIN_DECLS

/* Many variables: in one exchange where the values allow it, else one by one. */
gboolean agi_get_many(AgiCall *call, GError **error, const char *name, ...) G_GNUC_NULL_TERMINATED;
gboolean agi_get_variables(AgiCall *call, const char *const *names, char ***values, GError **error);
gboolean agi_set_many(AgiCall *call, GError **error, const char *name, ...) G_GNUC_NULL_TERMINATED;
gboolean agi_set_variables(AgiCall *call, const char *const *names, const char *const *values,
                           GError **error);

/* Where the dialplan goes on when the handler is done. */
gboolean agi_goto(AgiCall *call, const char *context, const char *extension, const char *priority,
                  GError **error);
gboolean agi_jump_on_error(AgiCall *call, int difference, AgiErrorClass classes, GError **error);

/* Applications. */

/* What Playback does on a channel that is not answered yet. */
typedef enum {
    AGI_PLAYBACK_ANSWER,
    AGI_PLAYBACK_NO_ANSWER,
    AGI_PLAYBACK_SKIP,
} AgiPlaybackMode;

gboolean agi_execute(AgiCall *call, int *result, GError **error, const char *application,
                     ...) G_GNUC_NULL_TERMINATED;
gboolean agi_playback(AgiCall *call, const char *file, AgiPlaybackMode mode, GError **error);
gboolean agi_wait(AgiCall *call, gdouble seconds, GError **error);

char *agi_encode_application_arguments(const char *const *arguments);

G_END_DECLS
