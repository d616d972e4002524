/* action.h - an action on its way to Asterisk: a name and headers. */

#pragma once

#include <capella/ami/error.h>
#include <capella/ami/message.h>

G_BEGIN_DECLS

/** What one action may hold: Asterisk takes no longer line, and no more headers. */
#define AMI_ACTION_MAXIMUM_LINE    1022
#define AMI_ACTION_MAXIMUM_HEADERS 128

/**
 * AmiAction:
 *
 * An action while it is put together. What the wire cannot carry (CR, LF or NUL in a name or value,
 * a line that is too long, too many headers) is remembered, and refused when the action is sent:
 * nothing of it reaches the wire. Belongs to one thread; its memory is wiped when it is freed.
 */
typedef struct _AmiAction AmiAction;

/**
 * AmiItemFunc:
 * @item: one event of the list, good for the time of the function unless it takes a reference
 * @user_data: as given to ami_action_set_item_func()
 *
 * Is shown the events of a list as they come, in the thread of the client's main context.
 */
typedef void (*AmiItemFunc)(AmiMessage *item, gpointer user_data);

AmiAction *ami_action_new(const char *name);
AmiAction *ami_action_new_with(const char *name, const char *header, ...) G_GNUC_NULL_TERMINATED;
void ami_action_free(AmiAction *action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiAction, ami_action_free)

const char *ami_action_get_name(const AmiAction *action);

/* Headers, in order and any number of the same name. A NULL value leaves the header out. */
void ami_action_add(AmiAction *action, const char *name, const char *value);
void ami_action_add_integer(AmiAction *action, const char *name, gint64 value);
void ami_action_add_boolean(AmiAction *action, const char *name, gboolean value);
void ami_action_add_seconds(AmiAction *action, const char *name, gdouble seconds);
void ami_action_add_milliseconds(AmiAction *action, const char *name, gdouble seconds);

/* `Variable: NAME="value"`, quoted so that any value arrives as it is. */
void ami_action_add_variable(AmiAction *action, const char *name, const char *value);

/* How this one action is run. */
void ami_action_set_timeout(AmiAction *action, gdouble seconds);
void ami_action_set_item_func(AmiAction *action, AmiItemFunc function, gpointer user_data,
                              GDestroyNotify destroy);

/* Whether it can be sent. */
gboolean ami_action_check(const AmiAction *action, GError **error);

/* As it goes over the wire, but for the ActionID; secrets show as ***. (transfer full) */
char *ami_action_to_string(const AmiAction *action);

G_END_DECLS
