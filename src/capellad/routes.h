/* routes.h - which handler serves a call: by extension, context and script. */

#pragma once

#include "capellad/modules.h"
#include "capellad/pattern.h"
#include "capellad/policy.h"
#include "module/settings-private.h"

G_BEGIN_DECLS

/**
 * Route:
 *
 * What one entry of `extensions` says, ready for use: the handler with its settings, limits, and
 * what follows when something goes wrong. Immutable but for @running.
 */
typedef struct {
    char *name;       /* for people: `_NXX.` in context `sales` */
    Pattern *pattern; /* NULL: the default route */
    char *context;
    char *script;
    GPatternSpec *script_pattern;
    char *handler_name;
    const CapellaHandler *handler;
    gpointer settings;
    gboolean is_configured;
    guint max_calls;  /* 0: no limit */
    gdouble deadline; /* seconds; 0: none */
    gboolean trace;
    Policy on_error;
    Policy on_timeout;
    Policy on_overload;
    SettingsPlace place;
    guint running; /* atomic */
} Route;

/* Takes one of the route's places for a call, unless all are taken; gives it back. Any thread. */
gboolean route_enter(Route *route);
void route_leave(Route *route);

/**
 * Routes:
 *
 * All routes of a configuration, in the order in which they are tried.
 */
typedef struct _Routes Routes;

/* @modules: (element-type Module). Where not all of them could be loaded, a handler that is not
 * found is no further problem. */
Routes *routes_new(const CapellaSettings *configuration, const GPtrArray *modules,
                   gboolean all_loaded, GPtrArray *problems);
void routes_free(Routes *routes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Routes, routes_free)

Route *routes_find(const Routes *routes, const AgiEnvironment *environment);
guint routes_get_length(const Routes *routes);

extern const CapellaSetting route_rows[];
extern const CapellaSetting default_route_rows[];

G_END_DECLS
