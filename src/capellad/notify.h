/* notify.h - telling systemd how the daemon is. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void notify_ready(void);
void notify_stopping(void);

G_END_DECLS
