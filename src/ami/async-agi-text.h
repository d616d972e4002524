/* async-agi-text.h - private: what AsyncAGI events carry, as FastAGI would have sent it. */

#pragma once

#include <capella/ami/message.h>

G_BEGIN_DECLS

/* The environment block that an event AsyncAGIStart begins a session with. Asterisk cuts it at 1024
 * bytes, and at 2047 when it is encoded: then what is missing comes from the event's other headers
 * as far as they have it. @is_cut: (out): whether it was. */
char *ami_async_agi_dup_environment(AmiMessage *start, gboolean *is_cut);

/* One value of an environment block. (transfer full) (nullable) */
char *ami_async_agi_dup_value(const char *environment, const char *name);

/* The reply that an event AsyncAGIExec carries, with its LF, which is cut as well: then it is
 * completed. @is_behind: (inout): whether what was cut from the last one comes first, as Asterisk
 * does it; on return, the same for the next. NULL: there is nothing else. */
char *ami_async_agi_dup_reply(const char *result, gboolean *is_behind);

G_END_DECLS
