/* calltimer.c - takes an account number, measures the call, and calls back to tell how long it was.
 *
 * The handler ends as soon as the call is watched, and the dialplan goes on; so all the waiting
 * happens elsewhere. watch.c learns by the manager's events when the call ends; callbacks.c then
 * places the call back, in threads of its own, and sentence.c is what it says. All ends with
 * `unload`, which waits for every thread of the module. */

#include "callbacks.h"
#include "watch.h"

#include <string.h>

/* Tells the dialplan whether the call is measured. */
#define STATUS_VARIABLE "CALLTIMER_STATUS"

/* What else a caller's number may have beside digits and letters. */
#define NUMBER_MARKS "+*#_.-"

/* An instance of the module. */
typedef struct {
    CapellaDaemon *daemon;
    Tally tally;
    Watch *watch;
    Callbacks *callbacks;
} CallTimer;

/* A route to its handler. */
typedef struct {
    CallTimer *timer;
    const CapellaSettings *settings;
} Route;

/* --- Whom to call back --- */

static gboolean
is_safe_number(const char *number)
{
    for (const char *at = number; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr(NUMBER_MARKS, *at) == NULL)
            return FALSE;
    return *number != '\0';
}

static gboolean
is_allowed(const CapellaSettings *settings, const char *number)
{
    const char *const *allowed = capella_settings_get_texts(settings, "allowed");

    for (; *allowed != NULL; allowed++)
        if (g_pattern_match_simple(*allowed, number))
            return TRUE;
    return FALSE;
}

/* The device of a channel: PJSIP/alice of PJSIP/alice-00000012, Local/9@phones of
 * Local/9@phones-00000012;1. */
static char *
make_device(const char *channel)
{
    const char *dash = strrchr(channel, '-');

    return dash != NULL ? g_strndup(channel, (gsize) (dash - channel)) : g_strdup(channel);
}

static void
replace(GString *text, const char *mark, const char *value)
{
    g_string_replace(text, mark, value != NULL ? value : "", 0);
}

/* The channel to call back; NULL with a word for the status when there is none. */
static char *
make_target(const Route *route, AgiCall *call, const char **status)
{
    const char *number = agi_call_get_caller_id(call);
    const char *target = capella_settings_get_text(route->settings, "channel");
    g_autofree char *device = make_device(agi_call_get_channel(call));
    GString *text;

    if (strstr(target, "{number}") != NULL) {
        if (number == NULL || !is_safe_number(number)) {
            *status = "NO_NUMBER";
            return NULL;
        }
        if (!is_allowed(route->settings, number)) {
            *status = "NOT_ALLOWED";
            return NULL;
        }
    }
    text = g_string_new(target);
    replace(text, "{device}", device);
    replace(text, "{number}", number);
    return g_string_free(text, FALSE);
}

/* --- The account --- */

static gboolean
is_account(const char *digits, gsize minimum)
{
    return strlen(digits) >= minimum && strspn(digits, "0123456789") == strlen(digits);
}

/* Asks until there is an account number, at most so often as the settings allow; NULL: none. */
static gboolean
ask(AgiCall *call, const CapellaSettings *settings, char **account, GError **error)
{
    const char *invalid = capella_settings_get_text(settings, "invalid");
    gint64 attempts = capella_settings_get_integer(settings, "attempts");
    gsize minimum = (gsize) capella_settings_get_integer(settings, "minimum");

    for (gint64 i = 0; i < attempts; i++) {
        g_autofree char *digits = NULL;

        if (!agi_get_data(call, capella_settings_get_text(settings, "prompt"),
                          capella_settings_get_number(settings, "timeout"),
                          (guint) capella_settings_get_integer(settings, "maximum"), &digits, NULL,
                          error))
            return FALSE;
        if (is_account(digits, minimum)) {
            *account = g_steal_pointer(&digits);
            return TRUE;
        }
        if (invalid != NULL && !agi_stream_file(call, invalid, "", NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* --- The handler --- */

static AmiClient *
find_server(const Route *route, AgiCall *call)
{
    const char *name = capella_settings_get_text(route->settings, "server");

    if (name != NULL)
        return capella_daemon_get_ami(route->timer->daemon, name);
    return capella_daemon_get_ami_of_call(route->timer->daemon, call);
}

/* Puts a call under watch: the word for the status. */
static const char *
watch_call(const Route *route, AgiCall *call, const char *account, const char *target,
           gint64 answered)
{
    CallTimer *timer = route->timer;
    AmiClient *client = find_server(route, call);
    TimedCall *timed;

    if (client == NULL) {
        g_warning("Call is not timed: which server it comes from is not known; set \"server\", or "
                  "\"addresses\" of the servers in the list ami");
        return "NO_SERVER";
    }
    timed = timed_call_new(&timer->tally, route->settings, client, call);
    if (timed == NULL) {
        g_warning("Call is not timed: there are %u already; raise max_calls if that is no mistake",
                  timer->tally.limit);
        return "FULL";
    }
    timed->account = g_strdup(account);
    timed->target = g_strdup(target);
    timed->answered = answered;
    if (watch_add(timer->watch, timed, agi_call_get_cancellable(call)))
        return "WATCHED";
    g_warning("Call is not timed: server %s has no channel %s; set \"server\", or \"addresses\" of "
              "the servers in the list ami",
              ami_client_get_name(client), agi_call_get_channel(call));
    return "NO_SERVER";
}

static gboolean
report(AgiCall *call, const CapellaSettings *settings, const char *account, const char *status,
       GError **error)
{
    g_info("Account %s: %s", account != NULL ? account : "unknown", status);
    return agi_set_many(call, error, capella_settings_get_text(settings, "variable"),
                        account != NULL ? account : "", STATUS_VARIABLE, status, NULL);
}

/* Dials if it shall; a call that is not timed is left to the dialplan. */
static gboolean
dial(AgiCall *call, const CapellaSettings *settings, const char *status, GError **error)
{
    const char *to = capella_settings_get_text(settings, "dial");

    return to == NULL || strcmp(status, "WATCHED") != 0 || agi_exec(call, "Dial", to, NULL, error);
}

static gboolean
calltimer_run(AgiCall *call, gpointer data, GError **error)
{
    const Route *route = data;
    const CapellaSettings *settings = route->settings;
    const char *status = "NO_ACCOUNT";
    g_autofree char *account = NULL;
    g_autofree char *target = NULL;
    gint64 answered;

    if (!agi_answer(call, error))
        return FALSE;
    answered = g_get_monotonic_time();
    if (!ask(call, settings, &account, error))
        return FALSE;
    if (account != NULL)
        target = make_target(route, call, &status);
    if (target != NULL)
        status = watch_call(route, call, account, target, answered);
    return report(call, settings, account, status, error) && dial(call, settings, status, error);
}

static gpointer
calltimer_configure(const CapellaSettings *settings, gpointer state, GError **error)
{
    CallTimer *timer = state;
    const char *server = capella_settings_get_text(settings, "server");
    gint64 maximum = capella_settings_get_integer(settings, "maximum");
    Route *route;

    if (server != NULL && capella_daemon_get_ami(timer->daemon, server) == NULL) {
        capella_settings_set_error(settings, "server", error,
                                   "there is no server \"%s\" in the list ami", server);
        return NULL;
    }
    if (maximum > 0 && capella_settings_get_integer(settings, "minimum") > maximum) {
        capella_settings_set_error(settings, "minimum", error,
                                   "must not exceed maximum, which is %" G_GINT64_FORMAT, maximum);
        return NULL;
    }
    route = g_new0(Route, 1);
    route->timer = timer;
    route->settings = settings;
    return route;
}

/* --- The module --- */

static void
end_timed_call(TimedCall *timed, gpointer user_data)
{
    CallTimer *timer = user_data;

    callbacks_add(timer->callbacks, timed);
}

static gpointer
calltimer_load(CapellaDaemon *daemon, const CapellaSettings *settings, GError **error)
{
    CallTimer *timer;

    if (capella_daemon_get_ami(daemon, NULL) == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "needs a server in the list ami, and there is none");
        return NULL;
    }
    timer = g_new0(CallTimer, 1);
    timer->daemon = daemon;
    timer->tally.limit = (guint) capella_settings_get_integer(settings, "max_calls");
    timer->callbacks = callbacks_new(
        daemon, &timer->tally, (guint) capella_settings_get_integer(settings, "max_callbacks"));
    timer->watch = watch_new(end_timed_call, timer);
    return timer;
}

static void
calltimer_unload(gpointer state)
{
    CallTimer *timer = state;
    const Tally *tally = &timer->tally;
    guint left = watch_free(timer->watch);

    callbacks_free(timer->callbacks);
    if (left > 0)
        g_warning("%u timed calls still go on; nobody will tell how long they were", left);
    if (tally->begun + tally->refused > 0)
        g_message("%u calls were timed: %u callers told, %u not reached, %u calls too short, %u "
                  "unfinished; %u were refused",
                  tally->begun, tally->told, tally->given_up, tally->skipped, left, tally->refused);
    g_free(timer);
}

static const CapellaSetting module_settings[] = {
    {.name = "max_calls",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1000",
     .minimum = 1,
     .maximum = 1000000,
     .summary = "most calls timed at once, those to be called back included"},
    {.name = "max_callbacks",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "10",
     .minimum = 1,
     .maximum = 1000,
     .summary = "most callers called back at once"},
    {0},
};

static const CapellaSetting handler_settings[] = {
    /* The account number. */
    {.name = "prompt",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "beep",
     .summary = "the sound file that asks for the account number"},
    {.name = "timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "5",
     .minimum = 0.1,
     .maximum = 3600,
     .summary = "seconds to wait for each digit"},
    {.name = "minimum",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "1",
     .minimum = 1,
     .maximum = 100,
     .summary = "fewer digits are no account number, and asked for again"},
    {.name = "maximum",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 100,
     .summary = "so many are enough; 0: until # or the time is up"},
    {.name = "attempts",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "3",
     .minimum = 1,
     .maximum = 100,
     .summary = "how often to ask"},
    {.name = "invalid",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play when it was no account number"},
    {.name = "variable",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "ACCOUNT",
     .summary = "the channel variable that gets it; empty when there was none"},

    /* The call. */
    {.name = "dial", .kind = CAPELLA_SETTING_TEXT, .summary = "what Dial() is given then"},
    {.name = "measure",
     .kind = CAPELLA_SETTING_CHOICE,
     .fallback = "answered",
     .choices = timed_call_measures,
     .summary = "from the answer to the end, or only while bridged to somebody"},
    {.name = "shortest",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "0",
     .minimum = 0,
     .maximum = 86400,
     .summary = "calls of fewer seconds are not called back for"},
    {.name = "server",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the server of these calls; by default the one that they come from"},

    /* The call back. */
    {.name = "channel",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "whom to call: {number} is the caller's number, {device} the caller's device"},
    {.name = "allowed",
     .kind = CAPELLA_SETTING_TEXTS,
     .fallback = "*",
     .summary = "which numbers may be called, with * and ?"},
    {.name = "caller_name", .kind = CAPELLA_SETTING_TEXT, .summary = "who is seen to call"},
    {.name = "caller_number", .kind = CAPELLA_SETTING_TEXT, .summary = "and with which number"},
    {.name = "ring_time",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0.1,
     .maximum = 3600,
     .summary = "seconds to let it ring"},
    {.name = "delay",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "2",
     .minimum = 0,
     .maximum = 86400,
     .summary = "seconds from the end of the call to the first try"},
    {.name = "tries",
     .kind = CAPELLA_SETTING_INTEGER,
     .fallback = "5",
     .minimum = 1,
     .maximum = 1000,
     .summary = "how often to try"},
    {.name = "pause",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0,
     .maximum = 86400,
     .summary = "seconds between two tries"},

    /* What is said. */
    {.name = "wait",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "1",
     .minimum = 0,
     .maximum = 60,
     .summary = "seconds between the answer and the first word"},
    {.name = "intro",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play before the account number"},
    {.name = "used",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a sound file to play behind the account number"},
    {.name = "minute",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "minute",
     .summary = "the sound file behind 1"},
    {.name = "minutes",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "minutes",
     .summary = "the sound file behind other numbers"},
    {.name = "and",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "vm-and",
     .summary = "the sound file between minutes and seconds"},
    {.name = "second",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "second",
     .summary = "the sound file behind 1"},
    {.name = "seconds",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "seconds",
     .summary = "the sound file behind other numbers"},
    {.name = "gender",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the gender of the numbers, such as f, where the language has one"},
    {.name = "goodbye", .kind = CAPELLA_SETTING_TEXT, .summary = "a sound file to play at last"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "calltimer",
     .summary = "Takes an account number, and calls back to tell how long the call was",
     .settings = handler_settings,
     .run = calltimer_run,
     .configure = calltimer_configure,
     .release = g_free},
    {0},
};

CAPELLA_MODULE("calltimer", "1.0", handlers, .settings = module_settings, .load = calltimer_load,
               .unload = calltimer_unload);
