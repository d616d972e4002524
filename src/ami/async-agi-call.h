/* async-agi-call.h - private: our end of one call's socket. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * AsyncCall:
 *
 * One `AGI(agi:async)`: what the handler writes becomes actions, what comes of them is written to
 * the handler, in order. Reference-counted, of the client's main context only; it lasts until the
 * handler closes its end, or ami_async_call_close().
 */
typedef struct _AsyncCall AsyncCall;

/* Is told when the handler has closed its end; the call is closed by then. */
typedef void (*AsyncCallFunc)(AsyncCall *call, gpointer data);

/* @channel: the name that the channel has now. @fd: (transfer full). @is_behind: as
 * ami_async_agi_dup_reply() has it. */
AsyncCall *ami_async_call_new(AmiClient *client, int fd, const char *channel, gboolean is_behind,
                              AsyncCallFunc closed, gpointer data);
AsyncCall *ami_async_call_ref(AsyncCall *call);
void ami_async_call_unref(AsyncCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AsyncCall, ami_async_call_unref)

/* The channel has another name now. */
void ami_async_call_rename(AsyncCall *call, const char *channel);

/* Bytes for the handler. */
void ami_async_call_write(AsyncCall *call, const char *bytes);

/* What an event AsyncAGIExec says; FALSE: it is not about a command of this call. */
gboolean ami_async_call_take_result(AsyncCall *call, const char *command_id, const char *result);

/* It is over in Asterisk: HANGUP, once, and nothing runs any more. */
void ami_async_call_hang_up(AsyncCall *call);

/* Ends it from our side: HANGUP and the end of the connection. With @is_break Asterisk is told to
 * go on in the dialplan, unless it has done so already. */
void ami_async_call_close(AsyncCall *call, gboolean is_break);

G_END_DECLS
