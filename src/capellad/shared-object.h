/* shared-object.h - opening a handler module's file, with errors that its author can act on. */

#pragma once

#include <capella/module.h>

G_BEGIN_DECLS

/* Opens @path and finds its descriptor, which has been checked to fit this daemon. The handle is
 * closed with dlclose(). */
const CapellaModule *shared_object_open(const char *path, gpointer *handle, GError **error);

G_END_DECLS
