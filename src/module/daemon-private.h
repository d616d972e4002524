/* daemon-private.h - what the daemon fills in so that modules can ask it for things. */

#pragma once

#include <capella/module.h>

G_BEGIN_DECLS

struct _CapellaDaemon {
    AgiCall *(*wait_for_call)(CapellaDaemon *daemon, const char *extension, gdouble timeout,
                              GCancellable *cancellable, GError **error);
    gboolean (*is_stopping)(CapellaDaemon *daemon);
    AmiClient *(*get_ami)(CapellaDaemon *daemon, const char *name);
    AmiClient *(*get_ami_of_call)(CapellaDaemon *daemon, AgiCall *call);
    AgiCall *(*originate_and_wait)(CapellaDaemon *daemon, AmiClient *client,
                                   const AmiOriginate *originate, gdouble timeout,
                                   GCancellable *cancellable, GError **error);
    gpointer owner;             /* the daemon's own */
    const GPtrArray *asterisks; /* of the configuration that the module belongs to */
};

G_END_DECLS
