/* originate.c - `capella originate`: has Asterisk place a call, and says what became of it. */

#include "capella/ami-connect.h"
#include "capella/ami-output.h"
#include "capella/command.h"
#include "capella/text.h"
#include <capella/ami/originate.h>
#include <stdio.h>
#include <string.h>

/* What the command line says. */
typedef struct {
    CapellaAmiPlace place;
    char *application;
    char *data;
    char *timeout;
    char *caller;
    char **variables;
    char *codecs;
    char *account;
    gboolean has_early_media;
    gboolean is_no_wait;
    gboolean is_json;
} Options;

static void
options_clear(Options *options)
{
    capella_ami_place_clear(&options->place);
    g_free(options->application);
    g_free(options->data);
    g_free(options->timeout);
    g_free(options->caller);
    g_strfreev(options->variables);
    g_free(options->codecs);
    g_free(options->account);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static const char summary[] =
    "CHANNEL CONTEXT,EXTENSION[,PRIORITY]\n"
    "  capella originate CHANNEL --application NAME [--data TEXT]\n"
    "\n"
    "Calls CHANNEL, as in Dial(), and leads whoever answers to a place in the dialplan or to an\n"
    "application. Waits until the call is answered or has failed, and says which";

static const char description[] =
    "Where Asterisk is and how the secret is found is as for capella ami.\n"
    "\n"
    "Examples:\n"
    "  capella originate PJSIP/alice default,100\n"
    "  capella originate PJSIP/alice default,100 --caller 'Front desk <100>' --timeout 20\n"
    "  capella originate Local/200@default --application Playback --data hello-world\n"
    "  capella originate PJSIP/alice default,100 --variable 'NOTE=a, b' --no-wait\n"
    "\n"
    "Exit codes: 0 the call was answered, or with --no-wait taken; 1 it was not: busy, no answer,\n"
    "failed or refused; others as for capella ami.\n";

static GOptionGroup *
new_call_group(Options *options)
{
    const GOptionEntry entries[] = {
        {"application", 'a', 0, G_OPTION_ARG_FILENAME, &options->application,
         "Runs an application, instead of going on in the dialplan", "NAME"},
        {"data", 'd', 0, G_OPTION_ARG_FILENAME, &options->data, "The application's arguments",
         "TEXT"},
        {"timeout", 0, 0, G_OPTION_ARG_FILENAME, &options->timeout, "How long it may ring [30]",
         "SECONDS"},
        {"caller", 'c', 0, G_OPTION_ARG_FILENAME, &options->caller, "Who seems to call",
         "'NAME <NUMBER>'"},
        {"variable", 'v', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->variables,
         "A channel variable, with any value", "NAME=VALUE"},
        {"codecs", 0, 0, G_OPTION_ARG_FILENAME, &options->codecs, "What may be spoken",
         "CODEC,..."},
        {"account", 0, 0, G_OPTION_ARG_FILENAME, &options->account, "The account code", "CODE"},
        {"early-media", 0, 0, G_OPTION_ARG_NONE, &options->has_early_media,
         "Early media, such as an announcement, counts as an answer", NULL},
        {"no-wait", 0, 0, G_OPTION_ARG_NONE, &options->is_no_wait,
         "Does not wait for what becomes of it", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &options->is_json,
         "Shows what Asterisk says of it as a JSON object", NULL},
        {NULL},
    };
    GOptionGroup *group = g_option_group_new("call", "The call:", "", NULL, NULL);

    g_option_group_add_entries(group, entries);
    return group;
}

static GOptionContext *
new_context(Options *options)
{
    GOptionContext *context = g_option_context_new(summary);

    g_option_context_set_description(context, description);
    g_option_context_add_group(context, new_call_group(options));
    g_option_context_add_group(context, capella_ami_new_place_options(&options->place));
    return context;
}

/* --- The call, out of words --- */

/* `CONTEXT,EXTENSION[,PRIORITY]`. */
static int
set_extension(AmiOriginate *originate, const char *place)
{
    g_auto(GStrv) parts = g_strsplit(place, ",", -1);
    guint length = g_strv_length(parts);

    if (length < 2 || length > 3 || *parts[0] == '\0' || *parts[1] == '\0')
        return capella_fail(EX_USAGE,
                            "\"%s\" is no place in the dialplan: write CONTEXT,EXTENSION or "
                            "CONTEXT,EXTENSION,PRIORITY",
                            place);
    ami_originate_set_extension(originate, parts[0], parts[1], length > 2 ? parts[2] : "1");
    return EX_OK;
}

static int
set_destination(AmiOriginate *originate, const Options *options, const char *place)
{
    if (options->application != NULL && place != NULL)
        return capella_fail(EX_USAGE, "\"%s\" or --application, not both", place);
    if (options->application == NULL && options->data != NULL)
        return capella_fail(EX_USAGE, "--data means nothing without --application");
    if (options->application == NULL && place == NULL)
        return capella_fail(EX_USAGE, "where does the call go? as in: capella originate "
                                      "PJSIP/alice default,100");
    if (place != NULL)
        return set_extension(originate, place);
    ami_originate_set_application(originate, options->application, options->data);
    return EX_OK;
}

/* `NAME <NUMBER>`, or one of the two alone. */
static void
set_caller(AmiOriginate *originate, const char *caller)
{
    const char *bracket = strrchr(caller, '<');
    gsize length = strlen(caller);
    g_autofree char *name = NULL;
    g_autofree char *number = NULL;

    if (bracket == NULL || caller[length - 1] != '>') {
        gboolean is_number = strspn(caller, "0123456789*#+") == length;

        ami_originate_set_caller_id(originate, is_number ? NULL : caller,
                                    is_number ? caller : NULL);
        return;
    }
    name = g_strstrip(g_strndup(caller, (gsize) (bracket - caller)));
    length = strlen(name);
    if (length >= 2 && name[0] == '"' && name[length - 1] == '"') {
        name[length - 1] = '\0';
        memmove(name, name + 1, length - 1);
    }
    number = g_strndup(bracket + 1, strlen(bracket) - 2);
    ami_originate_set_caller_id(originate, *name != '\0' ? name : NULL, number);
}

static int
add_variables(AmiOriginate *originate, char *const *variables)
{
    for (; variables != NULL && *variables != NULL; variables++) {
        const char *equals = strchr(*variables, '=');
        g_autofree char *name = NULL;

        if (equals == NULL || equals == *variables)
            return capella_fail(EX_USAGE, "--variable %s: write NAME=VALUE", *variables);
        name = g_strndup(*variables, (gsize) (equals - *variables));
        ami_originate_add_variable(originate, name, equals + 1);
    }
    return EX_OK;
}

static AmiOriginate *
new_originate(const Options *options, const char *channel, const char *place, gdouble timeout,
              int *code)
{
    g_autoptr(AmiOriginate) originate = ami_originate_new(channel);
    g_autoptr(AmiAction) action = NULL;
    g_autoptr(GError) error = NULL;

    *code = set_destination(originate, options, place);
    if (*code == EX_OK)
        *code = add_variables(originate, options->variables);
    if (*code != EX_OK)
        return NULL;
    ami_originate_set_timeout(originate, timeout);
    ami_originate_set_early_media(originate, options->has_early_media);
    if (options->caller != NULL && *options->caller != '\0')
        set_caller(originate, options->caller);
    if (options->account != NULL)
        ami_originate_set_account(originate, options->account);
    if (options->codecs != NULL)
        ami_originate_set_codecs(originate, options->codecs);
    action = ami_originate_to_action(originate);
    if (!ami_action_check(action, &error))
        *code = capella_ami_fail(error);
    return *code == EX_OK ? g_steal_pointer(&originate) : NULL;
}

/* --- Placing it --- */

static void
say_answered(const char *channel, const AmiMessage *answer, const Options *options)
{
    const char *name = ami_message_get(answer, "Channel");
    const char *id = ami_message_get(answer, "Uniqueid");
    g_autofree char *line = NULL;
    g_autofree char *text = NULL;

    if (options->is_json) {
        text = capella_ami_message_to_json(answer, NULL);
        fputs(text, stdout);
        return;
    }
    line = g_strdup_printf("%s answered: channel %s, unique id %s", channel,
                           name != NULL ? name : "?", id != NULL ? id : "?");
    text = capella_text_make_printable(line, -1);
    printf("%s\n", text);
}

static int
start(AmiClient *client, const AmiOriginate *originate, const char *channel)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = capella_text_make_printable(channel, -1);

    if (!ami_originate_start(client, originate, &error))
        return capella_ami_fail(error);
    printf("Asterisk calls %s\n", text);
    return EX_OK;
}

static int
place_and_wait(AmiClient *client, const AmiOriginate *originate, const char *channel,
               const Options *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiMessage) answer = NULL;

    answer = ami_originate(client, originate, NULL, &error);
    if (answer == NULL)
        return capella_ami_fail(error);
    say_answered(channel, answer, options);
    return EX_OK;
}

static int
run_with_options(const Options *options, const char *channel, const char *place)
{
    gdouble timeout = 30;
    int code = EX_OK;
    g_autoptr(AmiOriginate) originate = NULL;
    g_autoptr(AmiClient) client = NULL;

    if (!capella_parse_seconds("--timeout", options->timeout, &timeout, &code))
        return code;
    originate = new_originate(options, channel, place, timeout, &code);
    if (originate == NULL)
        return code;
    client =
        capella_ami_new_client(&options->place, options->is_no_wait ? "off" : "call", 0, &code);
    if (client == NULL || !capella_ami_log_in(client, NULL, &code))
        return code;
    code = options->is_no_wait ? start(client, originate, channel)
                               : place_and_wait(client, originate, channel, options);
    ami_client_stop(client);
    return code;
}

int
capella_originate_run(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    g_autoptr(GOptionContext) context = new_context(&options);
    int code = EX_OK;

    if (!capella_parse_options(context, &argc, &argv, &code))
        return code;
    if (argc < 2)
        return capella_fail(EX_USAGE,
                            "call whom? as in: capella originate PJSIP/alice default,100");
    if (argc > 3)
        return capella_fail(EX_USAGE, "\"%s\" is too much; see capella originate --help", argv[3]);
    return run_with_options(&options, argv[1], argv[2]);
}
