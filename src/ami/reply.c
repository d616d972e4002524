/* reply.c - what came of an action: its response, and the events of a list. */

#include <config.h>

#include "ami/reply-private.h"

struct _AmiReply {
    AmiMessage *response;
    AmiMessage *complete;
    GPtrArray *items; /* of AmiMessage; NULL until there is one */
};

AmiReply *
ami_reply_new(void)
{
    return g_atomic_rc_box_new0(AmiReply);
}

/**
 * ami_reply_ref:
 * @reply: a reply
 *
 * Returns: (transfer full): the same reply
 * Since: 0.2
 */
AmiReply *
ami_reply_ref(AmiReply *reply)
{
    g_return_val_if_fail(reply != NULL, NULL);

    return g_atomic_rc_box_acquire(reply);
}

static void
clear(gpointer data)
{
    AmiReply *reply = data;

    g_clear_pointer(&reply->response, ami_message_unref);
    g_clear_pointer(&reply->complete, ami_message_unref);
    g_clear_pointer(&reply->items, g_ptr_array_unref);
}

/**
 * ami_reply_unref:
 * @reply: (transfer full): a reply
 *
 * Since: 0.2
 */
void
ami_reply_unref(AmiReply *reply)
{
    g_return_if_fail(reply != NULL);

    g_atomic_rc_box_release_full(reply, clear);
}

void
ami_reply_set_response(AmiReply *reply, AmiMessage *response)
{
    g_clear_pointer(&reply->response, ami_message_unref);
    reply->response = ami_message_ref(response);
}

void
ami_reply_add_item(AmiReply *reply, AmiMessage *item)
{
    if (reply->items == NULL)
        reply->items = g_ptr_array_new_with_free_func((GDestroyNotify) ami_message_unref);
    g_ptr_array_add(reply->items, ami_message_ref(item));
}

void
ami_reply_set_complete(AmiReply *reply, AmiMessage *complete)
{
    g_clear_pointer(&reply->complete, ami_message_unref);
    reply->complete = ami_message_ref(complete);
}

/**
 * ami_reply_get_response:
 * @reply: a reply
 *
 * Returns: (transfer none) (nullable): the response; %NULL for the few actions that have none
 * Since: 0.2
 */
AmiMessage *
ami_reply_get_response(const AmiReply *reply)
{
    g_return_val_if_fail(reply != NULL, NULL);

    return reply->response;
}

/**
 * ami_reply_get:
 * @reply: a reply
 * @name: the name of a header, in any case
 *
 * Returns: (transfer none) (nullable): the value of the response's first header of that name; %NULL
 *   when there is none
 * Since: 0.2
 */
const char *
ami_reply_get(const AmiReply *reply, const char *name)
{
    g_return_val_if_fail(reply != NULL && name != NULL, NULL);

    return reply->response != NULL ? ami_message_get(reply->response, name) : NULL;
}

/**
 * ami_reply_get_length:
 * @reply: a reply
 *
 * Returns: how many events the list has; 0 where they were handed out one by one
 * Since: 0.2
 */
guint
ami_reply_get_length(const AmiReply *reply)
{
    g_return_val_if_fail(reply != NULL, 0);

    return reply->items != NULL ? reply->items->len : 0;
}

/**
 * ami_reply_get_item:
 * @reply: a reply
 * @i: which event of the list, counted from 0
 *
 * Returns: (transfer none) (nullable): the event; %NULL behind the last
 * Since: 0.2
 */
AmiMessage *
ami_reply_get_item(const AmiReply *reply, guint i)
{
    return i < ami_reply_get_length(reply) ? g_ptr_array_index(reply->items, i) : NULL;
}

/**
 * ami_reply_get_complete:
 * @reply: a reply
 *
 * Returns: (transfer none) (nullable): the event that completed the list; %NULL when there was none
 * Since: 0.2
 */
AmiMessage *
ami_reply_get_complete(const AmiReply *reply)
{
    g_return_val_if_fail(reply != NULL, NULL);

    return reply->complete;
}
