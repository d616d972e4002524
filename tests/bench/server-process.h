/* server-process.h - what a server under load costs: its processor time and its memory. */

#pragma once

#include <glib.h>
#include <time.h>

gboolean server_process_get_clock(int pid, clockid_t *clock, GError **error);
gdouble server_process_get_seconds(clockid_t clock);
gboolean server_process_get_memory(int pid, guint64 *rss, guint64 *pss, GError **error);
