/* exchange.h - private: one line out, one reply in. */

#pragma once

#include "agi/line.h"
#include "agi/table.h"

G_BEGIN_DECLS

/* One command on its way. Fill in the first five. */
typedef struct {
    AgiCall *call;
    const char *name; /* for messages */
    AgiForm form;
    gint64 limit;  /* the command's own time in microseconds; 0: none */
    GString *copy; /* (nullable): gets every line as it came */

    gint64 started;
    gint64 now;       /* the time, while it is fresh; else 0 */
    gint64 deadline;  /* monotonic microseconds; 0: none */
    gboolean is_amid; /* a part of the reply has come */
} AgiExchange;

/* Makes the call ready for a command: in step, and without what came by itself. FALSE where no
 * command, or none that needs a living channel, can run. Comes before the line is written. */
gboolean agi_exchange_prepare(AgiCall *call, const char *name, gboolean runs_when_dead,
                              GError **error);

/* Sends the call's line and reads the reply. @row (nullable) tells of extra replies. */
gboolean agi_exchange_run(AgiExchange *exchange, const AgiCommandRow *row, AgiParts *reply,
                          GError **error);

/* How long a command may take, in microseconds, its own time being @milliseconds. */
gint64 agi_exchange_get_limit(const AgiCall *call, const AgiCommandRow *row, gint64 milliseconds);

/* What a reply of a command means: FALSE with @error set unless it did what it is for. @row
 * (nullable) judges the result. May run another command, and then puts @reply right again. */
gboolean agi_exchange_judge(const AgiExchange *exchange, const AgiCommandRow *row, AgiParts *reply,
                            GError **error);

/* Helpers for replies. */
void agi_parts_set_number(AgiParts *reply, const char *text);
gboolean agi_parts_are_number(const AgiParts *reply, gint64 wanted);

/* The error of a call whose caller is gone. Always FALSE. */
gboolean agi_set_hangup_error(const char *name, GError **error);

/* A text from the wire, fit for a message. */
const char *agi_call_quotable(const AgiCall *call, const char *text);

G_END_DECLS
