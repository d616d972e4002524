/* routes.c - which handler serves a call: by extension, context and script. */

#include "capellad/routes.h"

#include <string.h>

struct _Routes {
    const GPtrArray *modules; /* while the routes are read */
    gboolean all_loaded;
    GPtrArray *routes;   /* of Route, owned, in the order of the configuration */
    GHashTable *exact;   /* extension without hyphens -> GPtrArray of Route, narrowest first */
    GPtrArray *patterns; /* of Route, in the order in which they are tried */
    Route *default_route;
};

/* What a route says, but for what it matches. */
#define ROUTE_ROWS                                                                                 \
    {.name = "handler",                                                                            \
     .kind = CAPELLA_SETTING_TEXT,                                                                 \
     .is_required = TRUE,                                                                          \
     .summary = "MODULE.HANDLER, or MODULE alone where it has but one"},                           \
        {.name = "settings",                                                                       \
         .kind = CAPELLA_SETTING_GROUP,                                                            \
         .summary = "the handler's settings; the module's manual names them"},                     \
        {.name = "max_calls",                                                                      \
         .kind = CAPELLA_SETTING_INTEGER,                                                          \
         .fallback = "0",                                                                          \
         .minimum = 0,                                                                             \
         .maximum = 1000000,                                                                       \
         .summary = "calls served at once by this route; 0: no limit of its own"},                 \
        {.name = "deadline",                                                                       \
         .kind = CAPELLA_SETTING_NUMBER,                                                           \
         .minimum = 0,                                                                             \
         .maximum = 31536000,                                                                      \
         .summary = "longest time that one call may take, in seconds; 0: no limit"},               \
        {.name = "trace",                                                                          \
         .kind = CAPELLA_SETTING_BOOLEAN,                                                          \
         .fallback = "false",                                                                      \
         .summary = "log every line of the wire of these calls"},                                  \
        {.name = "on_error",                                                                       \
         .kind = CAPELLA_SETTING_TEXT,                                                             \
         .fallback = "continue",                                                                   \
         .summary = "what follows when the handler fails"},                                        \
        {.name = "on_timeout",                                                                     \
         .kind = CAPELLA_SETTING_TEXT,                                                             \
         .fallback = "continue",                                                                   \
         .summary = "what follows when the deadline has passed"},                                  \
        {.name = "on_overload",                                                                    \
         .kind = CAPELLA_SETTING_TEXT,                                                             \
         .fallback = "continue",                                                                   \
         .summary = "what follows when there is no worker for the call"},                          \
    {                                                                                              \
        0                                                                                          \
    }

const CapellaSetting route_rows[] = {
    {.name = "match",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "an extension, or a pattern such as \"_NXX.\""},
    {.name = "context", .kind = CAPELLA_SETTING_TEXT, .summary = "only calls from this context"},
    {.name = "script",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "only calls with this path in their agi:// URL; * and ? stand for anything"},
    ROUTE_ROWS};

const CapellaSetting default_route_rows[] = {ROUTE_ROWS};

static void
route_free(Route *route)
{
    if (route->is_configured && route->handler->configure != NULL &&
        route->handler->release != NULL)
        route->handler->release(route->settings);
    policy_clear(&route->on_error);
    policy_clear(&route->on_timeout);
    policy_clear(&route->on_overload);
    g_clear_pointer(&route->script_pattern, g_pattern_spec_free);
    pattern_free(route->pattern);
    g_free(route->handler_name);
    g_free(route->script);
    g_free(route->context);
    g_free(route->name);
    g_free(route);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Route, route_free)

gboolean
route_enter(Route *route)
{
    guint running = g_atomic_int_add(&route->running, 1);

    if (route->max_calls == 0 || running < route->max_calls)
        return TRUE;
    g_atomic_int_add(&route->running, -1);
    return FALSE;
}

void
route_leave(Route *route)
{
    g_atomic_int_add(&route->running, -1);
}

/* Finding the handler that a route names. */

static Module *
find_module(const GPtrArray *modules, const char *name)
{
    for (guint i = 0; i < modules->len; i++) {
        Module *module = g_ptr_array_index(modules, i);

        if (strcmp(module_get_name(module), name) == 0)
            return module;
    }
    return NULL;
}

static const CapellaHandler *
only_handler(const Module *module)
{
    const CapellaHandler *handlers = module_get_handlers(module);

    return handlers[1].name == NULL ? &handlers[0] : NULL;
}

static char *
list_handlers(const GPtrArray *modules)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < modules->len; i++) {
        const Module *module = g_ptr_array_index(modules, i);
        const CapellaHandler *handler = module_get_handlers(module);

        for (; handler->name != NULL; handler++)
            g_string_append_printf(names, "%s%s.%s", names->len > 0 ? ", " : "",
                                   module_get_name(module), handler->name);
    }
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static Module *
route_find_handler(Route *route, const GPtrArray *modules)
{
    const char *dot = strrchr(route->handler_name, '.');
    Module *module = find_module(modules, route->handler_name);

    if (module != NULL) {
        route->handler = only_handler(module);
    } else if (dot != NULL) {
        g_autofree char *name = g_strndup(route->handler_name, (gsize) (dot - route->handler_name));

        module = find_module(modules, name);
        if (module != NULL)
            route->handler = module_find_handler(module, dot + 1);
    }
    return module != NULL && route->handler != NULL ? module : NULL;
}

/* Reading one route. */

static void
read_policy(Policy *policy, const CapellaSettings *settings, const char *name, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;

    if (!policy_parse(policy, capella_settings_get_text(settings, name), &error))
        capella_settings_add_problem(problems, settings, name, "%s", error->message);
}

static void
read_match(Route *route, const CapellaSettings *settings, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    const char *match = capella_settings_get_text(settings, "match");

    route->context = g_strdup(capella_settings_get_text(settings, "context"));
    route->script = g_strdup(capella_settings_get_text(settings, "script"));
    if (route->script != NULL)
        route->script_pattern = g_pattern_spec_new(route->script);
    route->pattern = pattern_new(match, &error);
    if (route->pattern == NULL)
        capella_settings_add_problem(problems, settings, "match", "%s", error->message);
    route->name =
        g_strdup_printf("%s%s%s%s%s", match, route->context ? " in context " : "",
                        route->context ? route->context : "", route->script ? " with script " : "",
                        route->script ? route->script : "");
}

static void
route_configure(Route *route, const Module *module, CapellaSettings *settings, GPtrArray *problems)
{
    static const CapellaSetting no_rows[] = {{0}};
    const CapellaHandler *handler = route->handler;
    CapellaSettings *own = (CapellaSettings *) capella_settings_get_group(settings, "settings");
    g_autoptr(GError) error = NULL;
    guint before = problems->len;

    if (own == NULL)
        own = capella_settings_add_group(settings, "settings", route->place);
    capella_settings_check(own, handler->settings != NULL ? handler->settings : no_rows, problems);
    if (problems->len > before)
        return;
    route->settings = own;
    if (handler->configure != NULL)
        route->settings = handler->configure(own, module_get_state(module), &error);
    if (error == NULL)
        route->is_configured = TRUE;
    else if (error->domain == CAPELLA_SETTINGS_ERROR)
        g_ptr_array_add(problems, g_strdup(error->message));
    else
        capella_settings_add_problem(problems, settings, "settings", "%s", error->message);
}

/* Gives the route its handler, or says that there is none. */
static void
route_bind(Route *route, CapellaSettings *settings, const GPtrArray *modules, gboolean all_loaded,
           GPtrArray *problems)
{
    const Module *module = route_find_handler(route, modules);
    g_autofree char *known = list_handlers(modules);

    if (module != NULL)
        route_configure(route, module, settings, problems);
    else if (all_loaded)
        capella_settings_add_problem(problems, settings, "handler",
                                     "no loaded module has \"%s\"; there are: %s",
                                     route->handler_name, *known != '\0' ? known : "none");
}

static Route *
route_new(CapellaSettings *settings, gboolean is_default, const Routes *routes, GPtrArray *problems)
{
    g_autoptr(Route) route = g_new0(Route, 1);
    guint before = problems->len;

    if (!capella_settings_has(settings, "handler") ||
        !(is_default || capella_settings_has(settings, "match")))
        return NULL;
    route->place = capella_settings_get_place(settings);
    route->handler_name = g_strdup(capella_settings_get_text(settings, "handler"));
    route->max_calls = (guint) capella_settings_get_integer(settings, "max_calls");
    route->deadline = capella_settings_get_number(settings, "deadline");
    route->trace = capella_settings_get_boolean(settings, "trace");
    if (is_default)
        route->name = g_strdup("default");
    else
        read_match(route, settings, problems);
    read_policy(&route->on_error, settings, "on_error", problems);
    read_policy(&route->on_timeout, settings, "on_timeout", problems);
    read_policy(&route->on_overload, settings, "on_overload", problems);
    route_bind(route, settings, routes->modules, routes->all_loaded, problems);
    return problems->len == before ? g_steal_pointer(&route) : NULL;
}

/* The order in which routes are tried. */

static int
narrowness(const Route *route)
{
    return (route->context != NULL ? 2 : 0) + (route->script != NULL ? 1 : 0);
}

static int
route_compare(const Route *left, const Route *right)
{
    int difference = pattern_compare(left->pattern, right->pattern);

    if (difference == 0)
        difference = narrowness(right) - narrowness(left);
    if (difference == 0)
        difference = g_strcmp0(left->context, right->context);
    if (difference == 0)
        difference = g_strcmp0(left->script, right->script);
    return difference;
}

static int
route_compare_pointers(gconstpointer left, gconstpointer right)
{
    return route_compare(*(const Route *const *) left, *(const Route *const *) right);
}

static void
report_duplicates(const GPtrArray *sorted, GPtrArray *problems)
{
    for (guint i = 1; i < sorted->len; i++) {
        const Route *first = g_ptr_array_index(sorted, i - 1);
        const Route *second = g_ptr_array_index(sorted, i);

        if (route_compare(first, second) == 0)
            g_ptr_array_add(
                problems,
                g_strdup_printf("%s:%u: extensions: \"%s\" can never be reached, since \"%s\" in "
                                "%s:%u matches the same calls; leave one out",
                                second->place.file, second->place.line, second->name, first->name,
                                first->place.file, first->place.line));
    }
}

static char *
exact_key(const char *extension)
{
    GString *key = g_string_new(NULL);

    for (; *extension != '\0'; extension++)
        if (*extension != '-')
            g_string_append_c(key, *extension);
    return g_string_free(key, FALSE);
}

static void
routes_index(Routes *routes, GPtrArray *problems)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    for (guint i = 0; i < routes->routes->len; i++) {
        Route *route = g_ptr_array_index(routes->routes, i);

        if (route->pattern != NULL)
            g_ptr_array_add(sorted, route);
    }
    g_ptr_array_sort(sorted, route_compare_pointers);
    report_duplicates(sorted, problems);
    for (guint i = 0; i < sorted->len; i++) {
        Route *route = g_ptr_array_index(sorted, i);
        g_autofree char *key = exact_key(pattern_get_text(route->pattern));
        GPtrArray *same = g_hash_table_lookup(routes->exact, key);

        if (!pattern_is_exact(route->pattern)) {
            g_ptr_array_add(routes->patterns, route);
            continue;
        }
        if (same == NULL) {
            same = g_ptr_array_new();
            g_hash_table_insert(routes->exact, g_steal_pointer(&key), same);
        }
        g_ptr_array_add(same, route);
    }
}

Routes *
routes_new(const CapellaSettings *configuration, const GPtrArray *modules, gboolean all_loaded,
           GPtrArray *problems)
{
    g_autoptr(Routes) routes = g_new0(Routes, 1);
    guint before = problems->len;
    CapellaSettings *settings;

    routes->routes = g_ptr_array_new_with_free_func((GDestroyNotify) route_free);
    routes->modules = modules;
    routes->all_loaded = all_loaded;
    routes->patterns = g_ptr_array_new();
    routes->exact =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    for (guint i = 0; i < capella_settings_get_count(configuration, "extensions"); i++) {
        Route *route;

        settings = (CapellaSettings *) capella_settings_get_item(configuration, "extensions", i);
        route = route_new(settings, FALSE, routes, problems);
        if (route != NULL)
            g_ptr_array_add(routes->routes, route);
    }
    settings = (CapellaSettings *) capella_settings_get_group(configuration, "default");
    if (settings != NULL) {
        routes->default_route = route_new(settings, TRUE, routes, problems);
        if (routes->default_route != NULL)
            g_ptr_array_add(routes->routes, routes->default_route);
    }
    routes_index(routes, problems);
    return problems->len == before ? g_steal_pointer(&routes) : NULL;
}

void
routes_free(Routes *routes)
{
    if (routes == NULL)
        return;
    g_clear_pointer(&routes->exact, g_hash_table_unref);
    g_clear_pointer(&routes->patterns, g_ptr_array_unref);
    g_clear_pointer(&routes->routes, g_ptr_array_unref);
    g_free(routes);
}

guint
routes_get_length(const Routes *routes)
{
    return routes->routes->len;
}

/* Finding the route of a call. */

static gboolean
route_fits(const Route *route, const AgiEnvironment *environment)
{
    const char *script = agi_environment_get_script_path(environment);

    if (route->context != NULL &&
        g_strcmp0(route->context, agi_environment_get_context(environment)) != 0)
        return FALSE;
    return route->script_pattern == NULL ||
           (script != NULL && g_pattern_spec_match_string(route->script_pattern, script));
}

static Route *
find_exact(const Routes *routes, const char *extension, const AgiEnvironment *environment)
{
    g_autofree char *plain = strchr(extension, '-') != NULL ? exact_key(extension) : NULL;
    const GPtrArray *same = g_hash_table_lookup(routes->exact, plain != NULL ? plain : extension);

    for (guint i = 0; same != NULL && i < same->len; i++) {
        Route *route = g_ptr_array_index(same, i);

        if (route_fits(route, environment))
            return route;
    }
    return NULL;
}

static Route *
find_pattern(const Routes *routes, const char *extension, const AgiEnvironment *environment)
{
    for (guint i = 0; i < routes->patterns->len; i++) {
        Route *route = g_ptr_array_index(routes->patterns, i);

        if (pattern_matches(route->pattern, extension) && route_fits(route, environment))
            return route;
    }
    return NULL;
}

/**
 * routes_find:
 * @routes: the routes
 * @environment: what Asterisk said of the call
 *
 * Finds the route of a call. Any thread.
 *
 * Returns: (transfer none) (nullable): the route, %NULL when none fits and there is no default
 */
Route *
routes_find(const Routes *routes, const AgiEnvironment *environment)
{
    const char *extension = agi_environment_get_extension(environment);
    Route *route = NULL;

    if (extension != NULL) {
        route = find_exact(routes, extension, environment);
        if (route == NULL)
            route = find_pattern(routes, extension, environment);
    }
    return route != NULL ? route : routes->default_route;
}
