/* broken-modules.c - modules with something wrong: built several times, each with one fault.
 */

#include <capella/module.h>

#if defined(BROKEN_FUNCTION)
void capella_module(void);

G_GNUC_UNUSED __attribute__((visibility("default"))) void
capella_module(void)
{
}
#elif defined(BROKEN_SMALL)
extern __attribute__((visibility("default"))) const int capella_module;
const int capella_module = CAPELLA_MODULE_ABI;
#elif defined(BROKEN_NONE)
extern __attribute__((visibility("default"))) const int another_symbol;
const int another_symbol = 1;
#else
static gboolean
run(G_GNUC_UNUSED AgiCall *call, G_GNUC_UNUSED gpointer settings, G_GNUC_UNUSED GError **error)
{
#ifdef BROKEN_SYMBOL
    extern gboolean weather_forecast(void);

    return weather_forecast();
#else
    return TRUE;
#endif
}

G_GNUC_UNUSED static const CapellaHandler handlers[] = {{.name = "run", .run = run}, {0}};
extern __attribute__((visibility("default"))) const CapellaModule capella_module;

const CapellaModule capella_module = {
#ifdef BROKEN_ABI
    .abi = CAPELLA_MODULE_ABI + 1,
#else
    .abi = CAPELLA_MODULE_ABI,
#endif
#ifdef BROKEN_SIZE
    .size = sizeof(CapellaModule) + 8,
#else
    .size = sizeof(CapellaModule),
#endif
#ifdef BROKEN_HANDLER_SIZE
    .handler_size = sizeof(CapellaHandler) - 8,
#else
    .handler_size = sizeof(CapellaHandler),
#endif
    .name = "broken",
    .version = "1",
#ifndef BROKEN_HANDLERS
    .handlers = handlers,
#endif
};
#endif
