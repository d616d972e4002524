/* call-struct.h - private: the inside of a call. */

#pragma once

#include "agi/connection.h"
#include "agi/reply.h"
#include "agi/watch.h"

#include <capella/agi/call.h>

G_BEGIN_DECLS

/* Fields without a word on threads belong to the thread that serves the call. */
struct _AgiCall {
    atomic_uint references;
    AgiConnection connection;
    AgiEnvironment *environment;
    AgiReader reader;
    GString *line;     /* the command on its way: @line_text */
    GString line_text; /* here, since GLib 2.74 would take some KiB a thread to allocate it */
    GString *parts;    /* the texts of the AgiReply handed out last; NULL until there was one */

    gint64 command_timeout;       /* microseconds; 0: none */
    _Atomic gint64 deadline;      /* monotonic microseconds; 0: none. Any thread reads it */
    _Atomic gint64 waiting_since; /* likewise; 0 between commands. Any thread reads it */

    gboolean is_hung_up;     /* Asterisk said so; what runs on a dead channel still runs */
    gboolean is_at_end;      /* the connection is gone: nothing runs any more */
    gboolean is_out_of_step; /* a command was left without its reply */
    gboolean is_confidential;
    gboolean has_replied;
    guint n_strays; /* lines that were no replies, before the first reply */
    guint n_resynchronizations;
    gboolean has_no_mset; /* found out the hard way */

    AgiTraceFunc trace;
    gpointer trace_data;
    void (*end_notify)(AgiCall *call, gpointer user_data);
    gpointer end_data;
    gpointer origin;
    GDestroyNotify origin_destroy; /* NULL: there is no origin */
    AgiWatch *watch; /* NULL until somebody asked. The connection's mutex guards its change */
};

/* Takes in what has come by itself, without waiting for more: HANGUP lines and the end. */
void agi_call_look(AgiCall *call);

/* The same for what was received already, together with a reply. Slices of that reply stay good. */
void agi_call_take_in(AgiCall *call);

void agi_call_note_hangup(AgiCall *call);

G_END_DECLS
