/* reply.h - what came of an action: its response, and the events of a list. */

#pragma once

#include <capella/ami/message.h>

G_BEGIN_DECLS

/**
 * AmiReply:
 *
 * The answer to one action that succeeded. Immutable and reference-counted; any thread may read it.
 * What it returns belongs to it.
 */
typedef struct _AmiReply AmiReply;

AmiReply *ami_reply_ref(AmiReply *reply);
void ami_reply_unref(AmiReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiReply, ami_reply_unref)

/* The response, and one header of it. NULL for the few actions that Asterisk does not respond to.
 */
AmiMessage *ami_reply_get_response(const AmiReply *reply);
const char *ami_reply_get(const AmiReply *reply, const char *name);

/* The events of a list; none where they were handed out one by one. */
guint ami_reply_get_length(const AmiReply *reply);
AmiMessage *ami_reply_get_item(const AmiReply *reply, guint i);

/* The event that completed the list, which may have totals. NULL where there was no list. */
AmiMessage *ami_reply_get_complete(const AmiReply *reply);

G_END_DECLS
