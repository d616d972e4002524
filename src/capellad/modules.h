/* modules.h - handler modules: opened, checked as data, loaded, and unloaded after their last call.
 */

#pragma once

#include <capella/module.h>

G_BEGIN_DECLS

/**
 * Module:
 *
 * One instance of a module: the shared object, its own settings and what its `load` made of them.
 * Belongs to one configuration; used by the calls that began with it.
 */
typedef struct _Module Module;

/* Opens, checks and loads what one group of `modules` names; NULL with problems added. */
Module *module_new(CapellaSettings *settings, const char *folder, CapellaDaemon *daemon,
                   GPtrArray *problems);
void module_free(Module *module);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Module, module_free)

extern const CapellaSetting module_rows[];

const char *module_get_name(const Module *module);
const CapellaHandler *module_find_handler(const Module *module, const char *name);
const CapellaHandler *module_get_handlers(const Module *module);
gpointer module_get_state(const Module *module);

G_END_DECLS
