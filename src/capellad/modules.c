/* modules.c - handler modules: opened, checked as data, loaded, and unloaded after their last call.
 */

#include "capellad/modules.h"

#include "capellad/shared-object.h"
#include "module/settings-private.h"

#include <dlfcn.h>
#include <string.h>

struct _Module {
    char *name;
    gpointer handle;
    const CapellaModule *descriptor;
    gpointer state;
    gboolean is_loaded;
};

const CapellaSetting module_rows[] = {
    {.name = "path",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "the module's file; below modules_folder unless it begins with /"},
    {.name = "name",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "what extensions call this instance; by default the module's own name"},
    {.name = "settings",
     .kind = CAPELLA_SETTING_GROUP,
     .summary = "the module's own settings; its manual names them"},
    {0},
};

static const CapellaSetting no_rows[] = {{0}};

/* The group `settings` as the module's rows want it, made where the configuration has none. */
static const CapellaSettings *
module_check_settings(CapellaSettings *settings, const CapellaSetting *rows, GPtrArray *problems)
{
    CapellaSettings *own = (CapellaSettings *) capella_settings_get_group(settings, "settings");
    guint before = problems->len;

    if (own == NULL)
        own =
            capella_settings_add_group(settings, "settings", capella_settings_get_place(settings));
    capella_settings_check(own, rows != NULL ? rows : no_rows, problems);
    return problems->len == before ? own : NULL;
}

static gboolean
module_open(Module *module, CapellaSettings *settings, const char *folder, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    const char *file = capella_settings_get_text(settings, "path");
    const char *name = capella_settings_get_text(settings, "name");
    g_autofree char *path =
        g_path_is_absolute(file) ? g_strdup(file) : g_build_filename(folder, file, NULL);

    module->descriptor = shared_object_open(path, &module->handle, &error);
    if (module->descriptor == NULL) {
        capella_settings_add_problem(problems, settings, "path", "module %s %s", path,
                                     error->message);
        return FALSE;
    }
    module->name = g_strdup(name != NULL ? name : module->descriptor->name);
    return TRUE;
}

static gboolean
module_load(Module *module, CapellaSettings *settings, CapellaDaemon *daemon, GPtrArray *problems)
{
    const CapellaModule *descriptor = module->descriptor;
    const CapellaSettings *own = module_check_settings(settings, descriptor->settings, problems);
    g_autoptr(GError) error = NULL;

    if (own == NULL)
        return FALSE;
    if (descriptor->load != NULL)
        module->state = descriptor->load(daemon, own, &error);
    if (error != NULL) {
        if (error->domain == CAPELLA_SETTINGS_ERROR)
            g_ptr_array_add(problems, g_strdup(error->message));
        else
            capella_settings_add_problem(problems, settings, NULL,
                                         "module \"%s\" does not load: %s", module->name,
                                         error->message);
        return FALSE;
    }
    module->is_loaded = TRUE;
    g_info("Module %s %s is loaded", module->name, descriptor->version);
    return TRUE;
}

Module *
module_new(CapellaSettings *settings, const char *folder, CapellaDaemon *daemon,
           GPtrArray *problems)
{
    g_autoptr(Module) module = g_new0(Module, 1);

    if (!capella_settings_has(settings, "path") ||
        !module_open(module, settings, folder, problems) ||
        !module_load(module, settings, daemon, problems))
        return NULL;
    return g_steal_pointer(&module);
}

void
module_free(Module *module)
{
    if (module == NULL)
        return;
    if (module->is_loaded && module->descriptor->unload != NULL)
        module->descriptor->unload(module->state);
    if (module->handle != NULL)
        dlclose(module->handle);
    g_free(module->name);
    g_free(module);
}

const char *
module_get_name(const Module *module)
{
    return module->name;
}

const CapellaHandler *
module_get_handlers(const Module *module)
{
    return module->descriptor->handlers;
}

gpointer
module_get_state(const Module *module)
{
    return module->state;
}

const CapellaHandler *
module_find_handler(const Module *module, const char *name)
{
    for (const CapellaHandler *handler = module->descriptor->handlers; handler->name != NULL;
         handler++)
        if (strcmp(handler->name, name) == 0)
            return handler;
    return NULL;
}
