/* call.c - `capella call`: a scripted call at a FastAGI server, with no Asterisk at hand. */

#include "pbx/call.h"
#include "capella/command.h"
#include "capella/conversation.h"
#include "capella/text.h"
#include "pbx/target.h"
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* What the command line says. */
typedef struct {
    char **keys;
    char **variables;
    char *hangup_after;
    char *extension;
    char *context;
    char *caller;
    char *script;
    char *record;
    char *replay;
    char *speed;
    char *timeout;
    char *color;
    gboolean is_quiet;
    gboolean lists_directives;
} Options;

static void
options_clear(Options *options)
{
    g_strfreev(options->keys);
    g_strfreev(options->variables);
    g_free(options->hangup_after);
    g_free(options->extension);
    g_free(options->context);
    g_free(options->caller);
    g_free(options->script);
    g_free(options->record);
    g_free(options->replay);
    g_free(options->speed);
    g_free(options->timeout);
    g_free(options->color);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static const char description[] =
    "PLACE is what stands in AGI(): agi://HOST[:PORT][/PATH][,ARGUMENT...], or unix:SOCKET.\n"
    "\n"
    "Each line that is shown begins with the time in seconds, and then\n"
    "  >  a command of the server\n"
    "  <  what the PBX sends: the environment first, then the replies\n"
    "  *  what the caller does\n"
    "Ctrl-C hangs up for the caller; a second one breaks the call off.\n"
    "\n"
    "Examples:\n"
    "  capella call agi://127.0.0.1/1000 --press 12#\n"
    "  capella call agi://127.0.0.1/1000 --var 'CALLERID(num)=555' --hangup-after 3\n"
    "  capella call agi://127.0.0.1/1000 --record good.call\n"
    "  capella call agi://127.0.0.1/1000 --replay good.call --quiet\n"
    "\n"
    "Exit codes: 0 all is well; 1 the handler failed (AGISTATUS is FAILURE); 2 something was\n"
    "expected and did not come, or the call did not end; 64 wrong options; 65 a wrong script;\n"
    "66 the script cannot be read; 68 the host is unknown; 69 nobody answers there;\n"
    "73 the record cannot be written.\n";

/* Texts are file names to GLib: bytes as they are, whatever the locale. */
static GOptionContext *
new_context(Options *options)
{
    const GOptionEntry entries[] = {
        {"press", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->keys,
         "The caller presses KEYS when a command listens for them", "KEYS"},
        {"hangup-after", 0, 0, G_OPTION_ARG_FILENAME, &options->hangup_after,
         "The caller hangs up after so many seconds", "SECONDS"},
        {"var", 'v', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->variables,
         "A channel variable or function", "NAME=VALUE"},
        {"extension", 'e', 0, G_OPTION_ARG_FILENAME, &options->extension,
         "The extension [the last part of the path, or s]", "EXTENSION"},
        {"context", 'c', 0, G_OPTION_ARG_FILENAME, &options->context,
         "The dialplan context [default]", "CONTEXT"},
        {"caller", 0, 0, G_OPTION_ARG_FILENAME, &options->caller, "Who calls [unknown]", "NUMBER"},
        {"script", 's', 0, G_OPTION_ARG_FILENAME, &options->script,
         "What happens in the call, as capella(1) tells", "FILE"},
        {"record", 0, 0, G_OPTION_ARG_FILENAME, &options->record,
         "Writes the call down as a script", "FILE"},
        {"replay", 0, 0, G_OPTION_ARG_FILENAME, &options->replay,
         "Plays a recorded call: the server must do the same again", "FILE"},
        {"speed", 0, 0, G_OPTION_ARG_FILENAME, &options->speed,
         "How fast time passes: a number, or instant [1]", "SPEED"},
        {"timeout", 0, 0, G_OPTION_ARG_FILENAME, &options->timeout,
         "How long the call may take; 0: for ever [300]", "SECONDS"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->is_quiet,
         "Says nothing unless something is wrong", NULL},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &options->color,
         "Colours: auto, always or never [auto]", "WHEN"},
        {"directives", 0, 0, G_OPTION_ARG_NONE, &options->lists_directives,
         "Lists every line that a script can have", NULL},
        {NULL},
    };
    GOptionContext *context =
        g_option_context_new("PLACE - place a scripted call at a FastAGI server");

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, description);
    return context;
}

static int
list_directives(void)
{
    PbxDirectiveInfo info = {0};

    for (guint i = 0; pbx_script_directive_info(i, &info); i++)
        g_print("%s%s%s\n        %s\n", info.name, *info.arguments != '\0' ? " " : "",
                info.arguments, info.summary);
    return EX_OK;
}

/* `NAME=VALUE`; where VALUE may hold anything. */
static gboolean
add_variable(PbxScript *script, const char *text, GError **error)
{
    const char *equals = strchr(text, '=');
    g_autofree char *name = NULL;

    if (equals == NULL || equals == text) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, "--var %s: write NAME=VALUE",
                    text);
        return FALSE;
    }
    name = g_strndup(text, (gsize) (equals - text));
    return pbx_script_add(script, error, "variable", name, equals + 1, NULL);
}

/* A line of the script out of an option that was given. */
static gboolean
add_option(PbxScript *script, const char *option, const char *directive, const char *value,
           GError **error)
{
    if (value == NULL || pbx_script_add(script, error, directive, value, NULL))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static gboolean
add_lists(PbxScript *script, const Options *options, GError **error)
{
    for (guint i = 0; options->keys != NULL && options->keys[i] != NULL; i++) {
        if (!add_option(script, "--press", "press", options->keys[i], error))
            return FALSE;
    }
    for (guint i = 0; options->variables != NULL && options->variables[i] != NULL; i++) {
        if (!add_variable(script, options->variables[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_options(PbxScript *script, const Options *options, GError **error)
{
    if (options->hangup_after != NULL &&
        !pbx_script_add(script, error, "hangup", "at", options->hangup_after, NULL)) {
        g_prefix_error(error, "--hangup-after: ");
        return FALSE;
    }
    return add_option(script, "--extension", "extension", options->extension, error) &&
           add_option(script, "--context", "context", options->context, error) &&
           add_option(script, "--caller", "caller", options->caller, error) &&
           add_option(script, "--speed", "speed", options->speed, error) &&
           add_option(script, "--timeout", "timeout", options->timeout, error) &&
           add_lists(script, options, error);
}

/* What the place says, where the script and the options say nothing. A recorded call has its
 * arguments with it. */
static gboolean
add_target(PbxScript *script, const Options *options, const PbxTarget *target, GError **error)
{
    g_autofree char *extension = pbx_target_dup_extension(target);

    if (!pbx_script_has_environment(script, "agi_extension") &&
        !pbx_script_add(script, error, "extension", extension, NULL))
        return FALSE;
    for (guint i = 0; options->replay == NULL && target->arguments[i] != NULL; i++) {
        if (!pbx_script_add(script, error, "argument", target->arguments[i], NULL))
            return FALSE;
    }
    return TRUE;
}

static PbxScript *
new_script(const Options *options, const PbxTarget *target, GError **error)
{
    g_autoptr(PbxScript) script = pbx_script_new();

    if (options->script != NULL && !pbx_script_read_file(script, options->script, error))
        return NULL;
    if (options->replay != NULL && !pbx_script_read_file(script, options->replay, error))
        return NULL;
    if (!add_options(script, options, error) || !add_target(script, options, target, error))
        return NULL;
    return g_steal_pointer(&script);
}

/* The signals that a thread of their own waits for, and the one that ends this thread. */
static void
fill_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGUSR1);
}

/* Ctrl-C: first the caller hangs up, then the call is broken off. */
static gpointer
watch_interrupts(gpointer data)
{
    PbxCall *call = data;
    gboolean has_hung_up = FALSE;
    sigset_t signals;
    int number = 0;

    fill_signals(&signals);
    while (sigwait(&signals, &number) == 0 && number != SIGUSR1) {
        if (number == SIGINT && !has_hung_up)
            pbx_call_hang_up(call);
        else
            pbx_call_stop(call);
        has_hung_up = TRUE;
    }
    return NULL;
}

/* Runs the call with the signals in a thread of their own. */
static PbxResult *
run_call(PbxCall *call, int fd, GError **error)
{
    PbxResult *result = NULL;
    GThread *thread = NULL;
    sigset_t signals;

    fill_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    thread = g_thread_new("interrupts", watch_interrupts, call);
    result = pbx_call_run(call, fd, error);
    kill(getpid(), SIGUSR1);
    g_thread_join(thread);
    return result;
}

static int
get_exit_code(const PbxResult *result, gboolean is_status_expected)
{
    if (result->unmet->len > 0 || result->ending == PBX_ENDED_BY_STOP)
        return CAPELLA_EXIT_UNMET;
    if (strcmp(result->status, "FAILURE") == 0 && !is_status_expected)
        return CAPELLA_EXIT_FAILED;
    return EX_OK;
}

static int
write_record(const char *path, const PbxResult *result)
{
    g_autofree char *script = pbx_result_dup_script(result);
    g_autoptr(GError) error = NULL;

    if (g_file_set_contents(path, script, -1, &error))
        return EX_OK;
    return capella_fail(EX_CANTCREAT, "cannot write the record: %s", error->message);
}

static int
get_connect_code(const GError *error)
{
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND) ? EX_NOHOST
                                                                         : EX_UNAVAILABLE;
}

/* Places the call and says what became of it. */
static int
place_call(const Options *options, PbxScript *script, const PbxTarget *target,
           CapellaConversation *conversation)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(PbxCall) call = pbx_call_new(script);
    int code = EX_OK;
    int fd = pbx_target_connect(target, &error);

    if (fd < 0)
        return capella_fail(get_connect_code(error), "%s", error->message);
    pbx_call_set_url(call, target->url, target->path);
    pbx_call_set_observer(call, capella_conversation_show_line, conversation);
    result = run_call(call, fd, &error);
    if (result == NULL)
        return capella_fail(EX_SOFTWARE, "%s", error->message);
    capella_conversation_show_summary(conversation, result);
    if (options->record != NULL)
        code = write_record(options->record, result);
    return code != EX_OK ? code : get_exit_code(result, pbx_script_expects_status(script));
}

static int
run_with_options(const Options *options, const char *place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxTarget) target = pbx_target_new(place, &error);
    g_autoptr(PbxScript) script = NULL;
    CapellaConversation conversation = {.is_quiet = options->is_quiet};

    if (target == NULL)
        return capella_fail(EX_USAGE, "%s", error->message);
    if (!capella_parse_color(options->color, &conversation.has_color))
        return capella_fail(EX_USAGE, "--color is auto, always or never, not \"%s\"",
                            options->color);
    script = new_script(options, target, &error);
    if (script == NULL)
        return capella_fail(g_error_matches(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_READ)
                                ? EX_NOINPUT
                                : EX_DATAERR,
                            "%s", error->message);
    return place_call(options, script, target, &conversation);
}

int
capella_call_run(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    g_autoptr(GOptionContext) context = new_context(&options);
    int code = EX_OK;

    if (!capella_parse_options(context, &argc, &argv, &code))
        return code;
    if (options.lists_directives)
        return list_directives();
    if (argc < 2)
        return capella_fail(EX_USAGE, "call where? as in: capella call agi://127.0.0.1/1000");
    if (argc > 2)
        return capella_fail(EX_USAGE, "\"%s\" is too much; see capella call --help", argv[2]);
    return run_with_options(&options, argv[1]);
}
