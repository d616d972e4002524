/* async-agi.h - calls that speak AGI over a manager connection: AGI(agi:async). */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * AmiAsyncAgi:
 *
 * Turns each `AGI(agi:async)` of an Asterisk into a socket that speaks FastAGI: the environment,
 * then a reply to each command, then HANGUP. Whoever serves FastAGI serves it unchanged, such as
 * with agi_call_new(). Made and freed in the client's main context.
 */
typedef struct _AmiAsyncAgi AmiAsyncAgi;

/**
 * AmiAsyncAgiFunc:
 * @fd: (transfer full): the socket, as accept() would have returned it
 * @start: the event AsyncAGIStart: the channel and its place in the dialplan
 * @user_data: as given to ami_async_agi_new()
 *
 * Takes a new call. Runs in the client's main context and must not block: hand the socket to a
 * thread.
 */
typedef void (*AmiAsyncAgiFunc)(int fd, AmiMessage *start, gpointer user_data);

/* @filter: (transfer full) (nullable): conditions on the event AsyncAGIStart; other channels are
 * left to other programs. */
AmiAsyncAgi *ami_async_agi_new(AmiClient *client, AmiFilter *filter, AmiAsyncAgiFunc function,
                               gpointer user_data, GDestroyNotify destroy);
void ami_async_agi_free(AmiAsyncAgi *async_agi);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiAsyncAgi, ami_async_agi_free)

/* How many calls it carries at this moment. */
guint ami_async_agi_get_length(AmiAsyncAgi *async_agi);

G_END_DECLS
