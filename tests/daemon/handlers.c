/* handlers.c - a module whose handlers do what the daemon's tests need. */

#include <capella/module.h>

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Waits until the test opens the other end of a pipe with a name: no time-out ends this. */
static void
wait_at_gate(const char *path)
{
    int fd;

    mkfifo(path, 0600);
    g_message("waits at %s", path);
    do
        fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    close(fd);
}

static gboolean
good_run(AgiCall *call, gpointer settings, GError **error)
{
    return agi_answer(call, error) &&
           agi_set_variable(call, "SERVED_BY", capella_settings_get_text(settings, "name"),
                            error) &&
           agi_stream_file(call, "hello-world", "", NULL, error);
}

static gboolean
failing_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    return agi_answer(call, error) && agi_stream_file(call, "missing", "", NULL, error);
}

static gboolean
mute_run(G_GNUC_UNUSED AgiCall *call, G_GNUC_UNUSED gpointer settings, G_GNUC_UNUSED GError **error)
{
    return FALSE;
}

static gboolean
gate_run(AgiCall *call, gpointer settings, GError **error)
{
    if (!agi_answer(call, error))
        return FALSE;
    wait_at_gate(capella_settings_get_text(settings, "gate"));
    return agi_verbose(call, "through the gate", 1, error);
}

static gboolean
long_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    return agi_answer(call, error) && agi_stream_file(call, "long", "", NULL, error);
}

static gboolean
waiting_run(AgiCall *call, G_GNUC_UNUSED gpointer settings, GError **error)
{
    g_autoptr(GError) why = NULL;
    gboolean is_answered = agi_answer(call, error);

    g_message("waits for an hour");
    if (!is_answered || agi_wait(call, 3600, &why))
        return is_answered;
    g_message("woken by %s", agi_error_code_name((AgiError) why->code));
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* Instances, so that loading and unloading can be seen. */

typedef struct {
    CapellaDaemon *daemon;
    char *label;
} State;

static gpointer
state_load(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error)
{
    const char *label = capella_settings_get_text(settings, "label");
    State *state;

    if (g_strcmp0(label, "refuse") == 0) {
        capella_settings_set_error(settings, "label", error, "is refused by the module itself");
        return NULL;
    }
    g_message("instance %s is loaded", label);
    state = g_new0(State, 1);
    state->daemon = daemon;
    state->label = g_strdup(label);
    return state;
}

static void
state_unload(gpointer data)
{
    State *state = data;

    g_message("instance %s is unloaded", state->label);
    g_free(state->label);
    g_free(state);
}

/* Says which instance of the module serves the call. */
static gpointer
instance_configure(G_GNUC_UNUSED const CapellaSettings *settings, gpointer state,
                   G_GNUC_UNUSED GError **error)
{
    return state;
}

static gboolean
instance_run(AgiCall *call, gpointer settings, GError **error)
{
    const State *state = settings;

    return agi_set_variable(call, "INSTANCE", state->label, error);
}

typedef struct {
    State *state;
    char *extension;
    gdouble timeout;
} Meeting;

static gpointer
meet_configure(const CapellaSettings *settings, gpointer state, GError **error)
{
    Meeting *meeting;

    if (g_strcmp0(capella_settings_get_text(settings, "extension"), "refuse") == 0) {
        capella_settings_set_error(settings, "extension", error, "is refused by the handler");
        return NULL;
    }
    meeting = g_new0(Meeting, 1);
    meeting->state = state;
    meeting->extension = g_strdup(capella_settings_get_text(settings, "extension"));
    meeting->timeout = capella_settings_get_number(settings, "timeout");
    return meeting;
}

static void
meet_release(gpointer data)
{
    Meeting *meeting = data;

    g_free(meeting->extension);
    g_free(meeting);
}

static gboolean
meet_run(AgiCall *call, gpointer settings, GError **error)
{
    const Meeting *meeting = settings;
    g_autoptr(AgiCall) other = NULL;

    g_message("waits for extension %s", meeting->extension);
    other = capella_daemon_wait_for_call(meeting->state->daemon, meeting->extension,
                                         meeting->timeout, agi_call_get_cancellable(call), error);
    return other != NULL &&
           agi_set_variable(other, "MET_BY", agi_call_get_extension(call), error) &&
           agi_set_variable(call, "MET", agi_call_get_extension(other), error) &&
           agi_set_variable(call, "INSTANCE", meeting->state->label, error);
}

static const CapellaSetting good_settings[] = {
    {.name = "name", .kind = CAPELLA_SETTING_TEXT, .fallback = "good", .summary = "who serves"},
    {0},
};

static const CapellaSetting gate_settings[] = {
    {.name = "gate", .kind = CAPELLA_SETTING_TEXT, .is_required = TRUE, .summary = "a path"},
    {0},
};

static const CapellaSetting meet_settings[] = {
    {.name = "extension", .kind = CAPELLA_SETTING_TEXT, .is_required = TRUE, .summary = "of whom"},
    {.name = "timeout", .kind = CAPELLA_SETTING_NUMBER, .fallback = "60", .summary = "seconds"},
    {0},
};

static const CapellaSetting state_settings[] = {
    {.name = "label", .kind = CAPELLA_SETTING_TEXT, .fallback = "plain", .summary = "a name"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "good", .summary = "Works", .settings = good_settings, .run = good_run},
    {.name = "failing", .summary = "Plays what is not there", .run = failing_run},
    {.name = "mute", .summary = "Fails without a word", .run = mute_run},
    {.name = "gate", .summary = "Waits at a gate", .settings = gate_settings, .run = gate_run},
    {.name = "long", .summary = "Plays a long file", .run = long_run},
    {.name = "waiting", .summary = "Waits for an hour", .run = waiting_run},
    {.name = "instance",
     .summary = "Says which instance it belongs to",
     .run = instance_run,
     .configure = instance_configure},
    {.name = "meet",
     .summary = "Waits for another call",
     .settings = meet_settings,
     .run = meet_run,
     .configure = meet_configure,
     .release = meet_release},
    {0},
};

CAPELLA_MODULE("test", "1.0", handlers, .settings = state_settings, .load = state_load,
               .unload = state_unload);
