/* ami.c - `capella ami`: one action of Asterisk's manager interface, its events, and its manual. */

#include "capella/ami-connect.h"
#include "capella/ami-events.h"
#include "capella/ami-help.h"
#include "capella/ami-output.h"
#include "capella/command.h"
#include "capella/text.h"
#include <capella/ami/action-info.h>
#include <stdio.h>
#include <string.h>

/* What the command line says. */
typedef struct {
    CapellaAmiPlace place;
    gboolean is_table;
    gboolean is_json;
    gboolean is_wide;
    gboolean is_list;
    gboolean is_unlisted;
    gboolean is_short;
    char *filter;
    int count;
    char *timeout;
    char *color;
} Options;

static void
options_clear(Options *options)
{
    capella_ami_place_clear(&options->place);
    g_free(options->filter);
    g_free(options->timeout);
    g_free(options->color);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static const char summary[] =
    "ACTION [Header=Value...]  logs in, runs one action, and shows the answer\n"
    "  Command WORDS...          shows what a command of Asterisk's command line prints\n"
    "  events                    shows events as they come, until Ctrl-C\n"
    "  help ACTION               says what an action does, and which headers it has\n"
    "  --list [WORD]             lists all actions, or those that have something to do with WORD";

static const char description[] =
    "Values go to Asterisk as they are written: its times in milliseconds are such here, too.\n"
    "The secret is never an option, since all users of a machine see those: it is in the\n"
    "environment, in a file, or is asked for. CAPELLA_AMI_HOST, CAPELLA_AMI_USER and\n"
    "CAPELLA_AMI_SECRET stand for --host, --user and the secret.\n"
    "\n"
    "Examples:\n"
    "  export CAPELLA_AMI_USER=capella CAPELLA_AMI_SECRET\n"
    "  read -rs CAPELLA_AMI_SECRET\n"
    "  capella ami Ping\n"
    "  capella ami CoreShowChannels --table\n"
    "  capella ami Command core show uptime\n"
    "  capella ami Hangup Channel=PJSIP/alice-00000001 Cause=16\n"
    "  capella ami QueueStatus Queue=support --json | jq '.items[].Name'\n"
    "  capella ami events --short --filter 'Newchannel,Hangup Channel=PJSIP/alice-*'\n"
    "  capella ami --server office events --json --count 10\n"
    "\n"
    "Exit codes: 0 all is well; 1 Asterisk refused the action, or does not know it; 64 wrong\n"
    "options, or an action that there is not; 65 a wrong or missing header; 66 the secret cannot\n"
    "be read; 69 nobody answers there; 74 nothing can be written; 75 the connection was lost, or\n"
    "the answer did not come in time; 76 there is no manager interface, or TLS failed; 77 the\n"
    "login was refused, or the user may not run the action; 78 the configuration file is wrong.\n";

static GOptionGroup *
new_answer_group(Options *options)
{
    const GOptionEntry entries[] = {
        {"table", 't', 0, G_OPTION_ARG_NONE, &options->is_table, "Shows a list as a table", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &options->is_json,
         "Shows the answer as one JSON object, events as one a line", NULL},
        {"wide", 'w', 0, G_OPTION_ARG_NONE, &options->is_wide,
         "Leaves nothing out and cuts nothing to the width of the terminal", NULL},
        {"timeout", 0, 0, G_OPTION_ARG_FILENAME, &options->timeout,
         "How long Asterisk may take to let us in, and to answer [10, 30]", "SECONDS"},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &options->color,
         "Colours: auto, always or never [auto]", "WHEN"},
        {"list", 'l', 0, G_OPTION_ARG_NONE, &options->is_list,
         "Lists all actions, or those with a word", NULL},
        {"unlisted", 0, 0, G_OPTION_ARG_NONE, &options->is_unlisted,
         "Sends ACTION even if it is not in that list", NULL},
        {NULL},
    };
    GOptionGroup *group = g_option_group_new("answer", "Answers:", "", NULL, NULL);

    g_option_group_add_entries(group, entries);
    return group;
}

static GOptionGroup *
new_events_group(Options *options)
{
    const GOptionEntry entries[] = {
        {"filter", 'f', 0, G_OPTION_ARG_FILENAME, &options->filter,
         "Names of events, and conditions on headers, all of which have to hold",
         "'EVENT,... HEADER=VALUE...'"},
        {"count", 'n', 0, G_OPTION_ARG_INT, &options->count, "Ends after so many events", "NUMBER"},
        {"short", 's', 0, G_OPTION_ARG_NONE, &options->is_short, "One line for each event", NULL},
        {NULL},
    };
    GOptionGroup *group = g_option_group_new("events", "Events:", "", NULL, NULL);

    g_option_group_add_entries(group, entries);
    return group;
}

/* Texts are file names to GLib: bytes as they are, whatever the locale. */
static GOptionContext *
new_context(Options *options)
{
    GOptionContext *context = g_option_context_new(summary);

    g_option_context_set_description(context, description);
    g_option_context_add_group(context, new_answer_group(options));
    g_option_context_add_group(context, new_events_group(options));
    g_option_context_add_group(context, capella_ami_new_place_options(&options->place));
    return context;
}

static gboolean
make_look(const Options *options, CapellaAmiLook *look, int *code)
{
    look->form = options->is_json    ? CAPELLA_AMI_JSON
                 : options->is_table ? CAPELLA_AMI_TABLE
                                     : CAPELLA_AMI_BLOCKS;
    look->is_wide = options->is_wide;
    look->width = options->is_wide ? 0 : capella_get_terminal_width();
    if (options->is_json && options->is_table)
        *code = capella_fail(EX_USAGE, "--json or --table, not both");
    else if (!capella_parse_color(options->color, &look->has_color))
        *code =
            capella_fail(EX_USAGE, "--color is auto, always or never, not \"%s\"", options->color);
    return *code == EX_OK;
}

/* --- The action --- */

/* `Header=Value`. */
static gboolean
add_header(AmiAction *action, const char *word, int *code)
{
    const char *equals = strchr(word, '=');
    g_autofree char *name = NULL;

    if (equals == NULL || equals == word) {
        *code = capella_fail(
            EX_DATAERR, "\"%s\" is no header: write Header=Value, as in Channel=PJSIP/alice", word);
        return FALSE;
    }
    name = g_strndup(word, (gsize) (equals - word));
    ami_action_add(action, name, equals + 1);
    return TRUE;
}

static gboolean
has_header(char *const *words, const char *name)
{
    gsize length = strlen(name);

    for (; *words != NULL; words++) {
        if (g_ascii_strncasecmp(*words, name, length) == 0 && (*words)[length] == '=')
            return TRUE;
    }
    return FALSE;
}

/* The words of a command as its one header, unless it is written as a header. */
static gboolean
is_plain_command(const char *name, char *const *words)
{
    return g_ascii_strcasecmp(name, "Command") == 0 && words[0] != NULL &&
           !has_header(words, "Command");
}

/* Names every header that is missing, before anything is sent. */
static int
check_required(int row, const char *name, char *const *words)
{
    g_autoptr(GString) missing = g_string_new(NULL);
    AmiActionHeaderInfo header;

    for (guint i = 0; row >= 0 && ami_action_header_info((guint) row, i, &header); i++) {
        if (header.is_required && !has_header(words, header.name))
            g_string_append_printf(missing, "%s%s", missing->len > 0 ? ", " : "", header.name);
    }
    if (missing->len == 0)
        return EX_OK;
    return capella_fail(EX_DATAERR, "%s needs %s; see capella ami help %s", name, missing->str,
                        name);
}

static AmiAction *
new_action(int row, const char *name, char *const *words, int *code)
{
    g_autoptr(AmiAction) action = ami_action_new(name);
    g_autoptr(GError) error = NULL;

    if (is_plain_command(name, words)) {
        g_autofree char *command = g_strjoinv(" ", (char **) words);

        ami_action_add(action, "Command", command);
    } else {
        *code = check_required(row, name, words);
        for (; *words != NULL && *code == EX_OK; words++)
            add_header(action, *words, code);
    }
    if (*code == EX_OK && !ami_action_check(action, &error))
        *code = capella_ami_fail(error);
    return *code == EX_OK ? g_steal_pointer(&action) : NULL;
}

/* What the table knows of an action that this Asterisk does not have. */
static void
explain_unknown(const AmiActionInfo *info)
{
    const char *instead = info->instead != NULL ? info->instead : "none";

    if (g_strcmp0(info->until, "never") == 0)
        capella_fail(EX_OK, "no Asterisk has it; instead: %s", instead);
    else if (info->until != NULL)
        capella_fail(EX_OK, "Asterisk has it up to %s; instead: %s", info->until, instead);
    else
        capella_fail(EX_OK, "it comes with %s%s, where the module %s is loaded",
                     info->since != NULL ? "Asterisk from " : "every Asterisk",
                     info->since != NULL ? info->since : "", info->module);
}

static int
fail_action(const GError *error, int row)
{
    AmiActionInfo info;
    int code = capella_ami_fail(error);

    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_TIMEOUT))
        capella_fail(code, "--timeout says how long to wait");
    if (row < 0)
        return code;
    ami_action_info((guint) row, &info);
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_UNKNOWN_ACTION))
        explain_unknown(&info);
    else if (g_error_matches(error, AMI_ERROR, AMI_ERROR_PERMISSION) && *info.classes != '\0')
        capella_fail(code, "%s needs one of these classes there: %s", info.name, info.classes);
    return code;
}

static void
show_reply(const AmiReply *reply, const char *name, const CapellaAmiLook *look)
{
    AmiMessage *response = ami_reply_get_response(reply);
    g_autofree char *text = NULL;

    if (look->form != CAPELLA_AMI_JSON && response != NULL &&
        g_ascii_strcasecmp(name, "Command") == 0)
        text = capella_ami_format_output(response);
    else
        text = capella_ami_format_reply(reply, look);
    fputs(text, stdout);
}

static int
fail_unlisted(const char *name)
{
    int code = capella_ami_fail_unknown(name);

    capella_fail(code, "if your Asterisk does have it, --unlisted sends it all the same");
    return code;
}

/* Events are off, but for the action that waits for one. */
static const char *
get_mask(const char *name)
{
    return g_ascii_strcasecmp(name, "WaitEvent") == 0 ? "on" : "off";
}

/* Sends the action and shows the answer. */
static int
send_action(AmiClient *client, AmiAction *action, int row, const CapellaAmiLook *look)
{
    g_autofree char *name = g_strdup(ami_action_get_name(action));
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send(client, action, NULL, &error);

    if (reply == NULL)
        return fail_action(error, row);
    show_reply(reply, name, look);
    return EX_OK;
}

static int
run_action(const Options *options, const CapellaAmiLook *look, gdouble timeout, char **words)
{
    AmiActionInfo info = {.name = words[0]};
    int row = capella_ami_find_action(words[0]);
    int code = EX_OK;
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(AmiClient) client = NULL;

    if (row < 0 && !options->is_unlisted)
        return fail_unlisted(words[0]);
    if (row >= 0)
        ami_action_info((guint) row, &info);
    if (strcmp(info.name, "Login") == 0 || strcmp(info.name, "Challenge") == 0)
        return capella_fail(EX_USAGE, "capella logs in by itself: see --user");
    action = new_action(row, info.name, words + 1, &code);
    if (action == NULL)
        return code;
    client = capella_ami_new_client(&options->place, get_mask(info.name), timeout, &code);
    if (client == NULL || !capella_ami_log_in(client, NULL, &code))
        return code;
    code = send_action(client, g_steal_pointer(&action), row, look);
    ami_client_stop(client);
    return code;
}

/* --- Which of them all --- */

static int
check_options(const Options *options, gboolean is_events)
{
    if (!is_events && (options->filter != NULL || options->count != 0 || options->is_short))
        return capella_fail(EX_USAGE, "--filter, --count and --short are for capella ami events");
    if (is_events && (options->is_table || options->is_list || options->is_unlisted))
        return capella_fail(EX_USAGE,
                            "--table, --list and --unlisted mean nothing to capella ami events");
    if (options->count < 0)
        return capella_fail(EX_USAGE, "--count is a number of events, not %d", options->count);
    return EX_OK;
}

static int
run_events(const Options *options, const CapellaAmiLook *look, gdouble timeout, char **words)
{
    const CapellaAmiFollowing following = {
        .place = &options->place,
        .look = *look,
        .filter = options->filter,
        .count = (guint) options->count,
        .is_short = options->is_short,
        .timeout = timeout,
    };

    if (words[1] != NULL)
        return capella_fail(EX_USAGE, "\"%s\" is too much; --filter says which events", words[1]);
    return capella_ami_follow(&following);
}

static int
run_with_options(const Options *options, char **words)
{
    gboolean is_events = words[0] != NULL && strcmp(words[0], "events") == 0;
    int code = check_options(options, is_events);
    CapellaAmiLook look = {0};
    gdouble timeout = 0;

    if (code != EX_OK || !make_look(options, &look, &code) ||
        !capella_parse_seconds("--timeout", options->timeout, &timeout, &code))
        return code;
    if (options->is_list)
        return capella_ami_list_actions(words[0], look.width);
    if (words[0] == NULL)
        return capella_fail(EX_USAGE, "which action? as in: capella ami Ping; capella ami --list "
                                      "lists all of them");
    if (strcmp(words[0], "help") == 0 && words[1] != NULL)
        return capella_ami_describe_action(words[1], look.width);
    return is_events ? run_events(options, &look, timeout, words)
                     : run_action(options, &look, timeout, words);
}

/* The action in `ami --help ACTION` and `ami ACTION --help`; NULL where no action is named. */
static const char *
find_topic(int argc, char *argv[])
{
    const char *topic = NULL;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
            continue;
        topic = i + 1 < argc ? argv[i + 1] : argv[1];
    }
    return topic != NULL && *topic != '-' && strcmp(topic, "events") != 0 ? topic : NULL;
}

int
capella_ami_run(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    g_autoptr(GOptionContext) context = new_context(&options);
    const char *topic = find_topic(argc, argv);
    char help[] = "--help";
    int code = EX_OK;

    if (topic != NULL)
        return capella_ami_describe_action(topic, capella_get_terminal_width());
    if (argc == 2 && strcmp(argv[1], "help") == 0)
        argv[1] = help;
    if (!capella_parse_options(context, &argc, &argv, &code))
        return code;
    return run_with_options(&options, argv + 1);
}
