/* application.h - private: what an argument of a dialplan application may hold. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @argument stays one argument, unchanged, in a list whose reader takes no quotes and
 * backslashes away. */
gboolean agi_application_argument_is_plain(const char *argument);

G_END_DECLS
