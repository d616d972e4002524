/* stuck.h - handlers that ignore their deadline: found, named with their stack, and replaced. */

#pragma once

#include "capellad/counters.h"
#include "capellad/workers.h"

G_BEGIN_DECLS

/* Prepares for asking threads where they are. Once, before there are workers. */
void stuck_start(void);

/* Looks for handlers that went on for @seconds past their call's deadline. Main thread. */
void stuck_check(Workers *workers, gdouble seconds, Counters *counters);

G_END_DECLS
