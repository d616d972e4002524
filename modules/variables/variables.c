/* variables.c - logs what is known of a call, and sets variables on its channel. */

#include <capella/module.h>
#include <string.h>

/* --- dump --- */

static gboolean
dump_run(AgiCall *call, gpointer data, GError **error)
{
    const CapellaSettings *settings = data;
    const AgiEnvironment *environment = agi_call_get_environment(call);
    const char *const *names = capella_settings_get_texts(settings, "names");
    g_auto(GStrv) values = NULL;

    for (guint i = 0; i < agi_environment_get_length(environment); i++)
        g_message("%s: %s", agi_environment_get_name(environment, i),
                  agi_environment_get_value(environment, i));
    if (!agi_get_variables(call, names, &values, error))
        return FALSE;
    for (guint i = 0; names[i] != NULL; i++)
        g_message("%s=%s", names[i], values[i]);
    return TRUE;
}

/* --- set --- */

/* The settings of a route, taken apart. The lists are of the same length. */
typedef struct {
    char **names;
    char **readable_names; /* without the marks of inheritance */
    char **values;
    gboolean verify;
    char **target; /* (nullable): context, extension, priority */
} SetRoute;

static void
set_release(gpointer data)
{
    SetRoute *route = data;

    g_strfreev(route->names);
    g_strfreev(route->readable_names);
    g_strfreev(route->values);
    g_strfreev(route->target);
    g_free(route);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SetRoute, set_release)

/* Reads the variables back. Neither SET VARIABLE nor MSet ever says that it failed. */
static gboolean
verify(AgiCall *call, const SetRoute *route, GError **error)
{
    g_auto(GStrv) values = NULL;

    if (!agi_get_variables(call, (const char *const *) route->readable_names, &values, error))
        return FALSE;
    for (guint i = 0; values[i] != NULL; i++) {
        if (strcmp(values[i], route->values[i]) == 0)
            g_message("%s is set to \"%s\"", route->names[i], values[i]);
        else
            g_warning("%s was set to \"%s\" and is \"%s\"", route->names[i], route->values[i],
                      values[i]);
    }
    return TRUE;
}

static gboolean
set_run(AgiCall *call, gpointer data, GError **error)
{
    const SetRoute *route = data;

    if (!agi_set_variables(call, (const char *const *) route->names,
                           (const char *const *) route->values, error) ||
        (route->verify && !verify(call, route, error)))
        return FALSE;
    return route->target == NULL ||
           agi_goto(call, route->target[0], route->target[1], route->target[2], error);
}

/* A variable that starts with one or two underscores is inherited by the channels that this one
 * makes, and is called without them. */
static const char *
readable_name(const char *name)
{
    if (g_str_has_prefix(name, "__"))
        return name + 2;
    return g_str_has_prefix(name, "_") ? name + 1 : name;
}

static gboolean
read_assignments(SetRoute *route, const CapellaSettings *settings, GError **error)
{
    const char *const *assignments = capella_settings_get_texts(settings, "variables");
    guint length = g_strv_length((char **) assignments);

    route->names = g_new0(char *, length + 1);
    route->readable_names = g_new0(char *, length + 1);
    route->values = g_new0(char *, length + 1);
    for (guint i = 0; i < length; i++) {
        const char *equals = strchr(assignments[i], '=');

        if (equals == NULL || equals == assignments[i]) {
            capella_settings_set_error(settings, "variables", error,
                                       "\"%s\" is not of the form NAME=VALUE", assignments[i]);
            return FALSE;
        }
        route->names[i] = g_strndup(assignments[i], (gsize) (equals - assignments[i]));
        route->readable_names[i] = g_strdup(readable_name(route->names[i]));
        route->values[i] = g_strdup(equals + 1);
    }
    return TRUE;
}

static gboolean
read_target(SetRoute *route, const CapellaSettings *settings, GError **error)
{
    const char *text = capella_settings_get_text(settings, "goto");

    if (text == NULL)
        return TRUE;
    route->target = g_strsplit(text, ",", -1);
    if (g_strv_length(route->target) != 3 ||
        g_strv_contains((const char *const *) route->target, "")) {
        capella_settings_set_error(settings, "goto", error,
                                   "is \"%s\", must be CONTEXT,EXTENSION,PRIORITY", text);
        return FALSE;
    }
    return TRUE;
}

static gpointer
set_configure(const CapellaSettings *settings, G_GNUC_UNUSED gpointer state, GError **error)
{
    g_autoptr(SetRoute) route = g_new0(SetRoute, 1);

    route->verify = capella_settings_get_boolean(settings, "verify");
    if (!read_assignments(route, settings, error) || !read_target(route, settings, error))
        return NULL;
    return g_steal_pointer(&route);
}

/* --- The module --- */

static const CapellaSetting dump_settings[] = {
    {.name = "names",
     .kind = CAPELLA_SETTING_TEXTS,
     .fallback = "CHANNEL CALLERID(all) CALLERID(num) CALLERID(name) CALLERID(dnid) "
                 "CALLERID(rdnis) CONTEXT EXTEN PRIORITY UNIQUEID CHANNEL(accountcode) "
                 "CHANNEL(language) CHANNEL(musicclass) CHANNEL(state) HANGUPCAUSE "
                 "DIALSTATUS EPOCH SYSTEMNAME",
     .summary = "the variables and functions to log"},
    {0},
};

static const CapellaSetting set_settings[] = {
    {.name = "variables",
     .kind = CAPELLA_SETTING_TEXTS,
     .is_required = TRUE,
     .minimum = 1,
     .maximum = 1000,
     .summary = "what to set: NAME=VALUE, as for Set() but taken literally"},
    {.name = "verify",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "true",
     .summary = "read them back and log what they are"},
    {.name = "goto",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "where the dialplan goes on: CONTEXT,EXTENSION,PRIORITY"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "dump",
     .summary = "Logs the call's environment and some of its variables",
     .settings = dump_settings,
     .run = dump_run},
    {.name = "set",
     .summary = "Sets variables, reads them back, and goes somewhere",
     .settings = set_settings,
     .run = set_run,
     .configure = set_configure,
     .release = set_release},
    {0},
};

CAPELLA_MODULE("variables", "1.0", handlers);
