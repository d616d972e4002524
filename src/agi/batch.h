/* batch.h - private: several variables in one exchange. */

#pragma once

#include "agi/run.h"

G_BEGIN_DECLS

/* Whether a variable of this name can be read as `${name}`. */
gboolean agi_batch_can_read(const char *name);

/* Reads @n variables whose names can be read, in as few exchanges as the line limit allows; a
 * variable that is not set is empty. @values gets strings of their own. */
gboolean agi_batch_read(AgiCall *call, const char *const *names, gsize n, char **values,
                        GError **error);

/* Sets @n variables, in as few exchanges as possible. */
gboolean agi_batch_write(AgiCall *call, const char *const *names, const char *const *values,
                         gsize n, GError **error);

/* A name is not empty: Asterisk would read before its beginning. */
gboolean agi_check_variable_name(const char *name, GError **error);

G_END_DECLS
