/* manager-classes.h - the classes that permissions and events of the manager interface have. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Every class. */
#define PBX_CLASSES_ALL G_MAXUINT32

/* Names such as `call,user` or `all`, between commas or blanks; unknown ones count as nothing. */
guint32 pbx_classes_parse(const char *names);

/* An event mask: a number, yes, no, or names. @fallback: of an empty one. */
guint32 pbx_classes_parse_mask(const char *mask, guint32 fallback);

/* `call,user,all`; `<none>` when there is no class. (transfer full) */
char *pbx_classes_to_text(guint32 classes);

/* The classes of an event, by its name. */
guint32 pbx_classes_of_event(const char *name);

G_END_DECLS
