/* exhaustion.c - watches how many channels of a group are in use, and warns before none is free.
 *
 * Each server that has a group gets a tracker, whose changes are counted as they come, in the main
 * thread. What is to be told to Asterisk is told by a thread of the module's own, so that the main
 * loop never waits for an answer. Handlers only look at the counts. */

#include <capella/ami.h>
#include <capella/module.h>
#include <string.h>

#define PREFIX "EXHAUSTION"

/* How full a group is. */
typedef enum { LEVEL_UNKNOWN, LEVEL_CLEAR, LEVEL_LOW } Level;

static const char *const levels[] = {
    [LEVEL_UNKNOWN] = "UNKNOWN", [LEVEL_CLEAR] = "CLEAR", [LEVEL_LOW] = "LOW"};

/* An instance of the module. */
typedef struct {
    CapellaDaemon *daemon;
    const CapellaSettings *settings;
    GPtrArray *groups;
    GPtrArray *servers;
    GCancellable *cancellable;
    GThreadPool *messengers;
} Exhaustion;

/* A server that has groups. */
typedef struct {
    AmiClient *client;
    AmiTracker *tracker;
    GPtrArray *groups; /* borrowed */
} Server;

/* A group of channels. */
typedef struct {
    Exhaustion *exhaustion;
    Server *server;
    const char *name;
    GPtrArray *patterns; /* of GPatternSpec */
    guint size;
    guint low;        /* fewer free ones are too few */
    guint clear;      /* so many are enough again */
    GMutex lock;      /* guards what follows */
    GHashTable *used; /* the unique ids of its channels */
    guint peak;
    Level level;
    gboolean is_queued; /* to be told */
} Group;

/* What is known of a group at one moment. */
typedef struct {
    Group *group;
    Level level;
    guint used;
    guint free;
    guint peak;
} State;

/* --- Telling --- */

/* With the lock held. */
static State
read_state(Group *group)
{
    State state = {.group = group, .level = group->level, .peak = group->peak};

    state.used = g_hash_table_size(group->used);
    state.free = group->size - MIN(group->size, state.used);
    return state;
}

static void
send_event(const State *state, const char *name)
{
    const Group *group = state->group;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;
    AmiAction *action =
        ami_action_new_with("UserEvent", "UserEvent", name, "Group", group->name, NULL);

    ami_action_add(action, "State", levels[state->level]);
    ami_action_add_integer(action, "Used", state->used);
    ami_action_add_integer(action, "Size", group->size);
    ami_action_add_integer(action, "Free", state->free);
    ami_action_add_integer(action, "Peak", state->peak);
    reply = ami_client_send(group->server->client, action, group->exhaustion->cancellable, &error);
    if (reply == NULL)
        g_warning("UserEvent %s of group %s could not be sent: %s", name, group->name,
                  error->message);
}

static void
put_into_database(const State *state, const char *family)
{
    const Group *group = state->group;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = NULL;
    AmiAction *action = ami_action_new_with("DBPut", "Family", family, "Key", group->name, "Val",
                                            levels[state->level], NULL);

    reply = ami_client_send(group->server->client, action, group->exhaustion->cancellable, &error);
    if (reply == NULL)
        g_warning("The state of group %s could not be put into the database: %s", group->name,
                  error->message);
}

/* In a thread of the module's own. What is told is how things stand now: where Asterisk answers
 * slowly, several changes become one. */
static void
tell(gpointer data, gpointer user_data)
{
    Group *group = data;
    Exhaustion *exhaustion = user_data;
    const char *event = capella_settings_get_text(exhaustion->settings, "user_event");
    const char *family = capella_settings_get_text(exhaustion->settings, "database");
    State state;

    g_mutex_lock(&group->lock);
    group->is_queued = FALSE;
    state = read_state(group);
    g_mutex_unlock(&group->lock);
    if (g_cancellable_is_cancelled(exhaustion->cancellable))
        return;
    if (event != NULL)
        send_event(&state, event);
    if (family != NULL)
        put_into_database(&state, family);
}

static void
queue_message(Group *group)
{
    gboolean is_queued;

    g_mutex_lock(&group->lock);
    is_queued = group->is_queued;
    group->is_queued = TRUE;
    g_mutex_unlock(&group->lock);
    if (!is_queued)
        g_thread_pool_push(group->exhaustion->messengers, group, NULL);
}

static void
announce(const State *state, Level before)
{
    const Group *group = state->group;

    if (state->level == LEVEL_LOW)
        g_warning("Group %s on server %s: only %u of %u channels are free, %u in use", group->name,
                  ami_client_get_name(group->server->client), state->free, group->size,
                  state->used);
    else if (before == LEVEL_LOW)
        g_message("Group %s on server %s: all clear, %u of %u channels are free", group->name,
                  ami_client_get_name(group->server->client), state->free, group->size);
    else
        g_info("Group %s on server %s: %u of %u channels are free", group->name,
               ami_client_get_name(group->server->client), state->free, group->size);
    queue_message(state->group);
}

/* --- Counting --- */

/* Between the two marks it stays as it was. */
static Level
find_level(const Group *group, guint free)
{
    if (free < group->low)
        return LEVEL_LOW;
    return free >= group->clear || group->level == LEVEL_UNKNOWN ? LEVEL_CLEAR : group->level;
}

/* Looks whether a mark has been passed, once all channels are known. */
static void
assess(Group *group)
{
    gboolean is_known = ami_tracker_is_synchronized(group->server->tracker);
    Level before;
    State state;

    g_mutex_lock(&group->lock);
    before = group->level;
    state = read_state(group);
    if (is_known)
        group->level = state.level = find_level(group, state.free);
    g_mutex_unlock(&group->lock);
    if (state.level != before)
        announce(&state, before);
}

static gboolean
has_channel(const Group *group, const char *name)
{
    gsize length = strlen(name);

    for (guint i = 0; i < group->patterns->len; i++)
        if (g_pattern_spec_match(g_ptr_array_index(group->patterns, i), length, name, NULL))
            return TRUE;
    return FALSE;
}

static void
count(Group *group, AmiChange change, const AmiChannel *channel)
{
    const char *name = ami_channel_get_name(channel);
    const char *unique_id = ami_channel_get_unique_id(channel);
    gboolean is_in = change != AMI_CHANNEL_REMOVED && name != NULL && has_channel(group, name);

    g_mutex_lock(&group->lock);
    if (!is_in)
        g_hash_table_remove(group->used, unique_id);
    else if (!g_hash_table_contains(group->used, unique_id))
        g_hash_table_add(group->used, g_strdup(unique_id));
    group->peak = MAX(group->peak, g_hash_table_size(group->used));
    g_mutex_unlock(&group->lock);
}

static void
take_change(G_GNUC_UNUSED AmiTracker *tracker, AmiChange change, AmiChannel *channel,
            gpointer user_data)
{
    Server *server = user_data;

    for (guint i = 0; i < server->groups->len; i++) {
        Group *group = g_ptr_array_index(server->groups, i);

        count(group, change, channel);
        assess(group);
    }
}

/* All channels are known, which may be the news itself: none are there, or the right ones. */
static void
take_synchronized(G_GNUC_UNUSED AmiTracker *tracker, gpointer user_data)
{
    Server *server = user_data;

    for (guint i = 0; i < server->groups->len; i++)
        assess(g_ptr_array_index(server->groups, i));
}

/* --- state --- */

/* A route to the handler. */
typedef struct {
    Exhaustion *exhaustion;
    const CapellaSettings *settings;
} Route;

static Group *
find_group(const Exhaustion *exhaustion, const char *name)
{
    for (guint i = 0; i < exhaustion->groups->len; i++) {
        Group *group = g_ptr_array_index(exhaustion->groups, i);

        if (g_ascii_strcasecmp(group->name, name) == 0)
            return group;
    }
    return NULL;
}

static State
ask_state(Group *group)
{
    gboolean is_known = ami_tracker_is_synchronized(group->server->tracker);
    State state;

    g_mutex_lock(&group->lock);
    state = read_state(group);
    state.level = is_known ? find_level(group, state.free) : LEVEL_UNKNOWN;
    g_mutex_unlock(&group->lock);
    return state;
}

static gboolean
set_variables(AgiCall *call, const State *state, GError **error)
{
    static const char *const words[] = {"STATE", "USED", "SIZE", "FREE", "PEAK"};
    const guint numbers[] = {0, state->used, state->group->size, state->free, state->peak};
    g_autofree char *group = g_ascii_strup(state->group->name, -1);
    g_auto(GStrv) names = g_new0(char *, G_N_ELEMENTS(words) + 1);
    g_auto(GStrv) values = g_new0(char *, G_N_ELEMENTS(words) + 1);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        names[i] = g_strdup_printf(PREFIX "_%s_%s", group, words[i]);
        values[i] = i == 0 ? g_strdup(levels[state->level]) : g_strdup_printf("%u", numbers[i]);
    }
    return agi_set_variables(call, (const char *const *) names, (const char *const *) values,
                             error);
}

/* Plays the file that a setting names, if it names one. */
static gboolean
play(AgiCall *call, const CapellaSettings *settings, const char *name, GError **error)
{
    const char *file = capella_settings_get_text(settings, name);

    return file == NULL || agi_stream_file(call, file, "", NULL, error);
}

static gboolean
speak(AgiCall *call, const CapellaSettings *settings, const State *state, GError **error)
{
    if (!agi_answer(call, error))
        return FALSE;
    if (state->level == LEVEL_UNKNOWN)
        return play(call, settings, "unknown", error);
    return play(call, settings, "before", error) &&
           agi_say_number_full(call, (gint32) state->free, "",
                               capella_settings_get_text(settings, "gender"), NULL, error) &&
           play(call, settings, state->free == 1 ? "line" : "lines", error);
}

/* Of which groups: the setting's, else that of the first argument of AGI(), else all. */
static gboolean
choose_groups(const Route *route, AgiCall *call, GPtrArray *groups, GError **error)
{
    const Exhaustion *exhaustion = route->exhaustion;
    const char *name = capella_settings_get_text(route->settings, "group");
    Group *group;

    if (name == NULL)
        name = agi_call_get_argument(call, 1);
    if (name == NULL || *name == '\0') {
        g_ptr_array_extend(groups, exhaustion->groups, NULL, NULL);
        return TRUE;
    }
    group = find_group(exhaustion, name);
    if (group == NULL) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "there is no group \"%s\" in the module's settings", name);
        return FALSE;
    }
    g_ptr_array_add(groups, group);
    return TRUE;
}

static gboolean
state_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    g_autoptr(GPtrArray) groups = g_ptr_array_new();
    gboolean has_voice = capella_settings_get_boolean(route->settings, "speak");

    if (!choose_groups(route, call, groups, error))
        return FALSE;
    for (guint i = 0; i < groups->len; i++) {
        State state = ask_state(g_ptr_array_index(groups, i));

        if (!set_variables(call, &state, error) ||
            (has_voice && !speak(call, route->settings, &state, error)))
            return FALSE;
    }
    return TRUE;
}

static gpointer
state_configure(const CapellaSettings *settings, gpointer data, GError **error)
{
    const Exhaustion *exhaustion = data;
    const char *name = capella_settings_get_text(settings, "group");
    Route *route;

    if (name != NULL && find_group(exhaustion, name) == NULL) {
        capella_settings_set_error(settings, "group", error,
                                   "there is no group \"%s\" in the module's settings", name);
        return NULL;
    }
    route = g_new0(Route, 1);
    route->exhaustion = data;
    route->settings = settings;
    return route;
}

/* --- Its groups --- */

static void
group_free(gpointer data)
{
    Group *group = data;

    g_ptr_array_unref(group->patterns);
    g_hash_table_unref(group->used);
    g_mutex_clear(&group->lock);
    g_free(group);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Group, group_free)

static Group *
group_new(Exhaustion *exhaustion, const CapellaSettings *settings)
{
    const char *const *channels = capella_settings_get_texts(settings, "channels");
    Group *group = g_new0(Group, 1);

    group->exhaustion = exhaustion;
    group->name = capella_settings_get_text(settings, "name");
    group->size = (guint) capella_settings_get_integer(settings, "size");
    group->low = (guint) capella_settings_get_integer(settings, "low");
    group->clear = capella_settings_has(settings, "clear")
                       ? (guint) capella_settings_get_integer(settings, "clear")
                       : MIN(group->low + 1, group->size);
    group->patterns = g_ptr_array_new_with_free_func((GDestroyNotify) g_pattern_spec_free);
    for (; *channels != NULL; channels++)
        g_ptr_array_add(group->patterns, g_pattern_spec_new(*channels));
    group->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_mutex_init(&group->lock);
    return group;
}

/* Its name becomes part of names of variables. */
static gboolean
check_group(const Exhaustion *exhaustion, const Group *group, const CapellaSettings *settings,
            GError **error)
{
    if (*group->name == '\0' ||
        strspn(group->name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") != strlen(group->name)) {
        capella_settings_set_error(settings, "name", error,
                                   "\"%s\" must be of letters, digits and _", group->name);
        return FALSE;
    }
    if (find_group(exhaustion, group->name) != NULL) {
        capella_settings_set_error(settings, "name", error,
                                   "\"%s\" is the name of another group too", group->name);
        return FALSE;
    }
    if (group->low > group->size) {
        capella_settings_set_error(settings, "low", error, "must not exceed size, which is %u",
                                   group->size);
        return FALSE;
    }
    if (group->clear < group->low || group->clear > group->size) {
        capella_settings_set_error(settings, "clear", error,
                                   "is %u, must be from low, which is %u, to size, which is %u",
                                   group->clear, group->low, group->size);
        return FALSE;
    }
    return TRUE;
}

/* --- Its servers --- */

static void
server_free(gpointer data)
{
    Server *server = data;

    g_ptr_array_unref(server->groups);
    g_object_unref(server->client);
    g_free(server);
}

static Server *
get_server(Exhaustion *exhaustion, AmiClient *client)
{
    Server *server;

    for (guint i = 0; i < exhaustion->servers->len; i++) {
        server = g_ptr_array_index(exhaustion->servers, i);
        if (server->client == client)
            return server;
    }
    server = g_new0(Server, 1);
    server->client = g_object_ref(client);
    server->groups = g_ptr_array_new();
    server->tracker = ami_tracker_new(client, NULL);
    ami_tracker_set_func(server->tracker, take_change, server, NULL);
    ami_tracker_set_synchronized_func(server->tracker, take_synchronized, server, NULL);
    g_ptr_array_add(exhaustion->servers, server);
    return server;
}

static gboolean
add_group(Exhaustion *exhaustion, const CapellaSettings *settings, GError **error)
{
    g_autoptr(Group) group = group_new(exhaustion, settings);
    const char *name = capella_settings_get_text(settings, "server");
    AmiClient *client = capella_daemon_get_ami(exhaustion->daemon, name);

    if (client == NULL) {
        capella_settings_set_error(settings, "server", error,
                                   "there is no server \"%s\" in the list ami", name);
        return FALSE;
    }
    if (!check_group(exhaustion, group, settings, error))
        return FALSE;
    group->server = get_server(exhaustion, client);
    g_ptr_array_add(group->server->groups, group);
    g_ptr_array_add(exhaustion->groups, g_steal_pointer(&group));
    return TRUE;
}

/* --- The module --- */

static void
exhaustion_unload(gpointer data)
{
    Exhaustion *exhaustion = data;

    for (guint i = 0; i < exhaustion->servers->len; i++)
        ami_tracker_free(((Server *) g_ptr_array_index(exhaustion->servers, i))->tracker);
    g_cancellable_cancel(exhaustion->cancellable);
    g_thread_pool_free(exhaustion->messengers, FALSE, TRUE);
    g_ptr_array_unref(exhaustion->servers);
    g_ptr_array_unref(exhaustion->groups);
    g_object_unref(exhaustion->cancellable);
    g_free(exhaustion);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Exhaustion, exhaustion_unload)

static gpointer
exhaustion_load(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error)
{
    g_autoptr(Exhaustion) exhaustion = NULL;

    if (capella_daemon_get_ami(daemon, NULL) == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "needs a server in the list ami, and there is none");
        return NULL;
    }
    exhaustion = g_new0(Exhaustion, 1);
    exhaustion->daemon = daemon;
    exhaustion->settings = settings;
    exhaustion->groups = g_ptr_array_new_with_free_func(group_free);
    exhaustion->servers = g_ptr_array_new_with_free_func(server_free);
    exhaustion->cancellable = g_cancellable_new();
    exhaustion->messengers = g_thread_pool_new(tell, exhaustion, 1, FALSE, NULL);
    for (guint i = 0; i < capella_settings_get_count(settings, "groups"); i++)
        if (!add_group(exhaustion, capella_settings_get_item(settings, "groups", i), error))
            return NULL;
    return g_steal_pointer(&exhaustion);
}

static const CapellaSetting group_settings[] = {
    {.name = "name",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "the group's name, of letters, digits and _"},
    {.name = "channels",
     .kind = CAPELLA_SETTING_TEXTS,
     .is_required = TRUE,
     .minimum = 1,
     .maximum = 1000,
     .summary = "which channels belong to it, with * and ?, as in DAHDI/i1/*"},
    {.name = "size",
     .kind = CAPELLA_SETTING_INTEGER,
     .is_required = TRUE,
     .minimum = 1,
     .maximum = 1000000,
     .summary = "how many channels there can be"},
    {.name = "low",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1",
     .minimum = 1,
     .maximum = 1000000,
     .summary = "when fewer than so many are free, there is an alarm"},
    {.name = "clear",
     .kind = CAPELLA_SETTING_INTEGER,
     .minimum = 1,
     .maximum = 1000000,
     .summary = "when so many are free again, all is clear; by default one more than low"},
    {.name = "server",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the server that has them; by default the first of the list ami"},
    {0},
};

static const CapellaSetting module_settings[] = {
    {.name = "groups",
     .kind = CAPELLA_SETTING_GROUPS,
     .is_required = TRUE,
     .minimum = 1,
     .maximum = 1000,
     .fields = group_settings,
     .summary = "the groups of channels to watch"},
    {.name = "user_event",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the name of a UserEvent to send to Asterisk at each alarm and all-clear"},
    {.name = "database",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a family of Asterisk's database to keep each group's state in"},
    {0},
};

static const CapellaSetting state_settings[] = {
    {.name = "group",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the group to tell of; by default the one that AGI() names, else all"},
    {.name = "speak",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "answer, and say how many channels are free"},
    {.name = "before", .kind = CAPELLA_SETTING_TEXT, .summary = "a sound file before the number"},
    {.name = "line", .kind = CAPELLA_SETTING_TEXT, .summary = "the sound file behind 1"},
    {.name = "lines",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the sound file behind other numbers"},
    {.name = "gender",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the gender of the number, such as f, where the language has one"},
    {.name = "unknown",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "an-error-has-occured",
     .summary = "the sound file for a state that is not known"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "state",
     .summary = "Tells how many channels of the groups are in use and free",
     .settings = state_settings,
     .run = state_run,
     .configure = state_configure,
     .release = g_free},
    {0},
};

CAPELLA_MODULE("exhaustion", "1.0", handlers, .settings = module_settings, .load = exhaustion_load,
               .unload = exhaustion_unload);
