/* reply-private.h - putting a reply together. */

#pragma once

#include <capella/ami/reply.h>

G_BEGIN_DECLS

/* Each takes a reference of its own. Only before anybody else knows of the reply. */
AmiReply *ami_reply_new(void);
void ami_reply_set_response(AmiReply *reply, AmiMessage *response);
void ami_reply_add_item(AmiReply *reply, AmiMessage *item);
void ami_reply_set_complete(AmiReply *reply, AmiMessage *complete);

G_END_DECLS
