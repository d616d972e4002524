/* module.h - what a handler module shows to the daemon, and what the daemon offers to it. */

#pragma once

#include <capella/agi.h>
#include <capella/ami.h>
#include <capella/settings.h>

G_BEGIN_DECLS

/** The number of this interface; a module built for another one is not loaded. */
#define CAPELLA_MODULE_ABI 1

/** The symbol that every module exports: its descriptor. */
#define CAPELLA_MODULE_SYMBOL "capella_module"

/**
 * CapellaDaemon:
 *
 * The daemon that runs a module, as the module sees it. Outlives every handler of the module.
 */
typedef struct _CapellaDaemon CapellaDaemon;

/**
 * CapellaHandler:
 * @name: its name in the configuration: `handler = "MODULE.NAME"`
 * @summary: one line for people
 * @settings: (nullable): rows of the settings that an extension may give it; %NULL: none
 * @run: serves one call, in a worker thread of its own. Commands block. %FALSE with an error set
 *   says that the call failed, and the route's `on_error` decides what follows; a hangup is no
 *   failure. The daemon closes the connection
 * @configure: (nullable): makes of an extension's settings, once, when they are loaded, what @run
 *   gets as `settings`. Without it @run gets the #CapellaSettings themselves
 * @release: (nullable): frees what @configure returned, after the last call that used it
 *
 * One kind of call that a module serves. An array of them ends with a row without name.
 */
typedef struct {
    const char *name;
    const char *summary;
    const CapellaSetting *settings;
    gboolean (*run)(AgiCall *call, gpointer settings, GError **error);
    gpointer (*configure)(const CapellaSettings *settings, gpointer state, GError **error);
    void (*release)(gpointer settings);
} CapellaHandler;

/**
 * CapellaModule:
 * @abi: %CAPELLA_MODULE_ABI of the headers that the module was built with
 * @size: bytes of this structure, in the same headers
 * @handler_size: bytes of a #CapellaHandler, likewise
 * @name: the module's name
 * @version: the module's version, for people
 * @handlers: what it offers, ended by a row without name
 * @settings: (nullable): rows of the module's own settings; %NULL: none
 * @load: (nullable): prepares an instance of the module, in the main thread: opens what its
 *   handlers share. What it returns is given to `configure` and `unload`; %NULL with @error set
 *   refuses the configuration
 * @unload: (nullable): undoes `load`, in the main thread, after the instance's last call; ends all
 *   threads of the module's own
 *
 * A module, as data. The daemon reads @abi and @size first and, unless they match its own,
 * nothing else. A module has no constructors and no variables that change: what lives is made by
 * @load. Write it with CAPELLA_MODULE().
 */
typedef struct {
    guint32 abi;
    guint32 size;
    guint32 handler_size;
    const char *name;
    const char *version;
    const CapellaHandler *handlers;
    const CapellaSetting *settings;
    gpointer (*load)(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error);
    void (*unload)(gpointer state);
} CapellaModule;

/**
 * CAPELLA_MODULE:
 * @module_name: the module's name, a string
 * @module_version: its version, a string
 * @...: its array of #CapellaHandler; then, if need be, further fields of #CapellaModule, such as
 *   `.load = weather_load`
 *
 * Defines and exports the module's descriptor.
 */
#define CAPELLA_MODULE(module_name, module_version, ...)                                           \
    extern __attribute__((visibility("default"))) const CapellaModule capella_module;              \
    const CapellaModule capella_module = {.abi = CAPELLA_MODULE_ABI,                               \
                                          .size = sizeof(CapellaModule),                           \
                                          .handler_size = sizeof(CapellaHandler),                  \
                                          .name = (module_name),                                   \
                                          .version = (module_version),                             \
                                          .handlers = __VA_ARGS__}

AgiCall *capella_daemon_wait_for_call(CapellaDaemon *daemon, const char *extension, gdouble timeout,
                                      GCancellable *cancellable, GError **error);
gboolean capella_daemon_is_stopping(CapellaDaemon *daemon);

/* The Asterisks that the configuration's `ami` lists. */
AmiClient *capella_daemon_get_ami(CapellaDaemon *daemon, const char *name);
AmiClient *capella_daemon_get_ami_of_call(CapellaDaemon *daemon, AgiCall *call);
AgiCall *capella_originate_and_wait(CapellaDaemon *daemon, AmiClient *client,
                                    const AmiOriginate *originate, gdouble timeout,
                                    GCancellable *cancellable, GError **error);

G_END_DECLS
