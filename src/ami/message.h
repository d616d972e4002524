/* message.h - one message of the wire: a response, an event, or what a client sent. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AmiMessage:
 *
 * The headers between two empty lines of the wire, in one piece of memory. Immutable and
 * reference-counted; any thread may read it. Names are compared without regard to case; a name may
 * occur many times. Values are bytes as Asterisk sent them, usually but not surely UTF-8. All texts
 * that are returned belong to the message, unless said otherwise.
 */
typedef struct _AmiMessage AmiMessage;

AmiMessage *ami_message_new(const char *text, gsize length, GError **error);
AmiMessage *ami_message_ref(AmiMessage *message);
void ami_message_unref(AmiMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiMessage, ami_message_unref)

/* What it is. Event decides: an event may have a Response header of its own. */
gboolean ami_message_is_event(const AmiMessage *message);
const char *ami_message_get_event(const AmiMessage *message);
const char *ami_message_get_response(const AmiMessage *message);
const char *ami_message_get_action_id(const AmiMessage *message);

/* One header by its name: the first of several. NULL where there is none. */
const char *ami_message_get(const AmiMessage *message, const char *name);
gint64 ami_message_get_integer(const AmiMessage *message, const char *name, gint64 fallback);
gboolean ami_message_get_boolean(const AmiMessage *message, const char *name);
gboolean ami_message_has(const AmiMessage *message, const char *name, const char *value);

/* Every value of a name, in order. (transfer container): free the array with g_free(). */
const char **ami_message_get_all(const AmiMessage *message, const char *name);

/* The value `b` of the first header NAME whose text is `key=b`, such as ChanVariable and Variable.
 */
const char *ami_message_get_pair(const AmiMessage *message, const char *name, const char *key);

/* Every header, in the order of the wire. A line without a colon has the empty name. */
guint ami_message_get_length(const AmiMessage *message);
const char *ami_message_get_name(const AmiMessage *message, guint i);
const char *ami_message_get_value(const AmiMessage *message, guint i);

/* The lines that a command of the command line printed, whichever way this Asterisk sends them. */
const char **ami_message_get_output(const AmiMessage *message);

/* `Name: value` lines, for people and logs. (transfer full) */
char *ami_message_to_string(const AmiMessage *message);

G_END_DECLS
