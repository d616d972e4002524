/* manager-directives.c - the table of directives: every line that a manager's script can have. */

#include "pbx/manager-private.h"
#include <stdio.h>
#include <string.h>

static gboolean
fail(GError **error, const char *message)
{
    g_set_error_literal(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, message);
    return FALSE;
}

/* The server. */
static gboolean
read_version(PbxManagerReader *reader, GError **error)
{
    const PbxWord *word = pbx_line_take(&reader->line, "the version", error);
    int major = 0;
    int minor = 0;

    if (word == NULL)
        return FALSE;
    if (sscanf(word->text, "%d.%d", &major, &minor) < 1)
        return fail(error, "a version is like 11.0.0");
    g_free(reader->script->version);
    reader->script->version = g_strdup(word->text);
    reader->script->major = major;
    reader->script->minor = minor;
    return TRUE;
}

static gboolean
read_greeting(PbxManagerReader *reader, GError **error)
{
    gboolean is_none = pbx_line_accept(&reader->line, "none");
    const PbxWord *word = is_none ? NULL : pbx_line_take(&reader->line, "the greeting", error);

    if (!is_none && word == NULL)
        return FALSE;
    if (reader->script->greeting != NULL)
        g_string_free(reader->script->greeting, TRUE);
    reader->script->greeting =
        is_none ? g_string_new(NULL) : g_string_new_len(word->text, (gssize) word->length);
    return TRUE;
}

static gboolean
read_booting(PbxManagerReader *reader, G_GNUC_UNUSED GError **error)
{
    reader->script->is_booted = FALSE;
    return TRUE;
}

static gboolean
read_boot(PbxManagerReader *reader, G_GNUC_UNUSED GError **error)
{
    reader->script->is_booted = TRUE;
    return TRUE;
}

static gboolean
read_strict(PbxManagerReader *reader, G_GNUC_UNUSED GError **error)
{
    reader->script->is_strict = TRUE;
    return TRUE;
}

static gboolean
read_limit(PbxManagerReader *reader, GError **error)
{
    return pbx_line_take_number(&reader->line, "the number of sessions", G_MAXUINT,
                                &reader->script->limit, error);
}

static gboolean
read_login_timeout(PbxManagerReader *reader, GError **error)
{
    return pbx_line_take_seconds(&reader->line, &reader->script->login_timeout, error);
}

static gboolean
read_write_timeout(PbxManagerReader *reader, GError **error)
{
    return pbx_line_take_seconds(&reader->line, &reader->script->write_timeout, error);
}

static gboolean
read_tls(PbxManagerReader *reader, GError **error)
{
    const PbxWord *certificate = pbx_line_take(&reader->line, "the certificate's file", error);
    const PbxWord *key =
        certificate == NULL ? NULL : pbx_line_take(&reader->line, "the key's file", error);
    g_autoptr(GError) cause = NULL;

    if (key == NULL)
        return FALSE;
    g_clear_object(&reader->script->certificate);
    reader->script->certificate =
        g_tls_certificate_new_from_files(certificate->text, key->text, &cause);
    return reader->script->certificate != NULL || fail(error, cause->message);
}

static gboolean
read_user_option(PbxLine *line, PbxManagerUser *user, GError **error)
{
    gboolean is_read = pbx_line_accept(line, "read");
    const PbxWord *classes = NULL;

    if (!is_read && pbx_line_accept(line, "once")) {
        user->is_single = TRUE;
        return TRUE;
    }
    if (!is_read && !pbx_line_accept(line, "write"))
        return fail(error, "behind the secret there may be: read CLASSES, write CLASSES, once");
    classes = pbx_line_take(line, "the classes", error);
    if (classes == NULL)
        return FALSE;
    *(is_read ? &user->read : &user->write) = pbx_classes_parse(classes->text);
    return TRUE;
}

static gboolean
read_user(PbxManagerReader *reader, GError **error)
{
    const PbxWord *name = pbx_line_take(&reader->line, "the user's name", error);
    const PbxWord *secret = name == NULL ? NULL : pbx_line_take(&reader->line, "the secret", error);
    PbxManagerUser *user = NULL;

    if (secret == NULL)
        return FALSE;
    user = g_new0(PbxManagerUser, 1);
    user->name = g_strdup(name->text);
    user->secret = g_strdup(secret->text);
    user->read = user->write = PBX_CLASSES_ALL;
    g_ptr_array_add(reader->script->users, user);
    while (pbx_line_peek(&reader->line) != NULL) {
        if (!read_user_option(&reader->line, user, error))
            return FALSE;
    }
    return TRUE;
}

/* What the PBX has. */
static void
put(GHashTable *table, char *name, const char *value)
{
    g_hash_table_insert(table, name, g_strdup(value));
}

static gboolean
read_variable(PbxManagerReader *reader, GError **error)
{
    const PbxWord *name = pbx_line_take(&reader->line, "the variable's name", error);
    const PbxWord *value = name == NULL ? NULL : pbx_line_take(&reader->line, "the value", error);

    if (value == NULL)
        return FALSE;
    put(reader->script->variables, g_strdup(name->text), value->text);
    return TRUE;
}

static gboolean
read_database(PbxManagerReader *reader, GError **error)
{
    const PbxWord *family = pbx_line_take(&reader->line, "the family", error);
    const PbxWord *key = family == NULL ? NULL : pbx_line_take(&reader->line, "the key", error);
    const PbxWord *value = key == NULL ? NULL : pbx_line_take(&reader->line, "the value", error);

    if (value == NULL)
        return FALSE;
    put(reader->script->database, g_strdup_printf("%s/%s", family->text, key->text), value->text);
    return TRUE;
}

/* `NAME=VALUE`, NULL when the next word is none. */
static PbxPair *
take_pair(PbxLine *line)
{
    const PbxWord *word = pbx_line_peek(line);
    const char *value = word != NULL ? strchr(word->text, '=') : NULL;
    g_autofree char *name = NULL;

    if (value == NULL || value == word->text)
        return NULL;
    name = g_strndup(word->text, (gsize) (value - word->text));
    line->next++;
    return pbx_pair_new(name, value + 1);
}

static gboolean
read_channel(PbxManagerReader *reader, GError **error)
{
    const PbxWord *name = pbx_line_take(&reader->line, "the channel's name", error);
    const PbxWord *id = name == NULL ? NULL : pbx_line_take(&reader->line, "its unique id", error);
    PbxManagerChannel *channel = NULL;

    if (id == NULL)
        return FALSE;
    channel = pbx_manager_channel_new(name->text, id->text);
    g_ptr_array_add(reader->script->channels, channel);
    for (PbxPair *pair = take_pair(&reader->line); pair != NULL; pair = take_pair(&reader->line)) {
        if (g_ascii_strcasecmp(pair->name, "Variable") == 0 && strchr(pair->value, '=') != NULL) {
            g_auto(GStrv) parts = g_strsplit(pair->value, "=", 2);

            put(channel->variables, g_strdup(parts[0]), parts[1]);
            pbx_pair_free(pair);
        } else {
            g_ptr_array_add(channel->headers, pair);
        }
    }
    return TRUE;
}

/* What actions are answered with. */
static gboolean
take_match(PbxLine *line, PbxManagerMatch *match, GError **error)
{
    const PbxWord *word = NULL;

    pbx_line_take_ordinal(line, &match->ordinal);
    word = pbx_line_take(line, "the action's name", error);
    if (word == NULL)
        return FALSE;
    match->action = g_strdup(word->text);
    match->conditions = g_ptr_array_new_with_free_func(pbx_pair_free);
    return TRUE;
}

static void
take_conditions(PbxLine *line, PbxManagerMatch *match)
{
    for (PbxPair *pair = take_pair(line); pair != NULL; pair = take_pair(line))
        g_ptr_array_add(match->conditions, pair);
}

static PbxManagerAnswer *
add_answer(PbxManagerReader *reader, PbxManagerAnswerKind kind)
{
    PbxManagerAnswer *answer = g_new0(PbxManagerAnswer, 1);

    answer->kind = kind;
    g_ptr_array_add(reader->script->answers, answer);
    return answer;
}

static gboolean
read_answer(PbxManagerReader *reader, GError **error)
{
    PbxManagerAnswer *answer = add_answer(reader, PBX_ANSWER_MESSAGES);

    if (!take_match(&reader->line, &answer->match, error))
        return FALSE;
    take_conditions(&reader->line, &answer->match);
    answer->messages = pbx_manager_block_to_messages(reader->block, reader->block_line, error);
    return answer->messages != NULL;
}

static gboolean
read_list(PbxManagerReader *reader, GError **error)
{
    PbxManagerAnswer *answer = add_answer(reader, PBX_ANSWER_LIST);
    const PbxWord *event = NULL;

    if (!take_match(&reader->line, &answer->match, error))
        return FALSE;
    event = pbx_line_take(&reader->line, "the name of the list's events", error);
    if (event == NULL)
        return FALSE;
    answer->text = g_strdup(event->text);
    event = pbx_line_peek(&reader->line);
    if (event != NULL && strchr(event->text, '=') == NULL)
        answer->complete = g_strdup(pbx_line_take(&reader->line, "", NULL)->text);
    take_conditions(&reader->line, &answer->match);
    answer->messages = pbx_manager_block_to_messages(reader->block, reader->block_line, error);
    return answer->messages != NULL;
}

static gboolean
read_error(PbxManagerReader *reader, GError **error)
{
    PbxManagerAnswer *answer = add_answer(reader, PBX_ANSWER_ERROR);
    const PbxWord *text = NULL;

    if (!take_match(&reader->line, &answer->match, error))
        return FALSE;
    take_conditions(&reader->line, &answer->match);
    text = pbx_line_take(&reader->line, "the message", error);
    answer->text = g_strdup(text != NULL ? text->text : "");
    return text != NULL;
}

static gboolean
read_ignore(PbxManagerReader *reader, GError **error)
{
    PbxManagerAnswer *answer = add_answer(reader, PBX_ANSWER_NOTHING);

    if (!take_match(&reader->line, &answer->match, error))
        return FALSE;
    take_conditions(&reader->line, &answer->match);
    return TRUE;
}

static gboolean
read_output(PbxManagerReader *reader, GError **error)
{
    PbxManagerAnswer *answer = add_answer(reader, PBX_ANSWER_OUTPUT);
    const PbxWord *command = pbx_line_take(&reader->line, "the command", error);

    if (command == NULL)
        return FALSE;
    answer->match.action = g_strdup("Command");
    answer->match.conditions = g_ptr_array_new_with_free_func(pbx_pair_free);
    g_ptr_array_add(answer->match.conditions, pbx_pair_new("Command", command->text));
    answer->messages = pbx_manager_block_to_lines(reader->block, reader->block_line, error);
    return answer->messages != NULL;
}

static gboolean
read_delay(PbxManagerReader *reader, GError **error)
{
    PbxManagerDelay *delay = g_new0(PbxManagerDelay, 1);

    g_ptr_array_add(reader->script->delays, delay);
    if (!take_match(&reader->line, &delay->match, error))
        return FALSE;
    take_conditions(&reader->line, &delay->match);
    return pbx_line_take_seconds(&reader->line, &delay->seconds, error);
}

/* What happens by itself. */
static gboolean
take_place(PbxLine *line, PbxManagerHappening *happening, GError **error)
{
    if (!pbx_line_accept(line, "after"))
        return fail(error, "when? write \"at TIME\", \"every TIME\", \"after login\" or \"after "
                           "ACTION\"");
    if (pbx_line_accept(line, "login"))
        return TRUE;
    happening->moment = PBX_MOMENT_ACTION;
    if (!take_match(line, &happening->match, error))
        return FALSE;
    take_conditions(line, &happening->match);
    return TRUE;
}

/* `at TIME`, `every TIME`, or `[TIME] after login` or an action; nothing: after login. */
static gboolean
take_moment(PbxLine *line, PbxManagerHappening *happening, GError **error)
{
    const PbxWord *word = pbx_line_peek(line);
    gboolean is_repeated = pbx_line_accept(line, "every");

    happening->moment = PBX_MOMENT_LOGIN;
    if (word == NULL)
        return TRUE;
    if (is_repeated || pbx_line_accept(line, "at")) {
        happening->moment = is_repeated ? PBX_MOMENT_EVERY : PBX_MOMENT_AT;
        return pbx_line_take_seconds(line, &happening->seconds, error);
    }
    if (!word->is_quoted && g_ascii_isdigit(word->text[0]) &&
        !pbx_line_take_seconds(line, &happening->seconds, error))
        return FALSE;
    return take_place(line, happening, error);
}

/* Takes the moment, and keeps the happening where it belongs. */
static gboolean
add_happening(PbxManagerReader *reader, PbxManagerHappening *happening, GError **error)
{
    gboolean is_read = take_moment(&reader->line, happening, error);
    gboolean is_clock = happening->moment == PBX_MOMENT_AT || happening->moment == PBX_MOMENT_EVERY;

    if (happening->moment == PBX_MOMENT_EVERY && happening->seconds < 0.001)
        is_read = is_read && fail(error, "every 1ms is the most that can be done");
    if (!is_read)
        pbx_manager_happening_unref(happening);
    else
        g_ptr_array_add(is_clock ? reader->script->due : reader->script->happenings, happening);
    return is_read;
}

static PbxManagerHappening *
new_happening(PbxHappeningKind kind)
{
    PbxManagerHappening *happening = g_new0(PbxManagerHappening, 1);

    g_atomic_ref_count_init(&happening->references);
    happening->kind = kind;
    return happening;
}

static gboolean
read_event(PbxManagerReader *reader, GError **error)
{
    GPtrArray *messages = pbx_manager_block_to_messages(reader->block, reader->block_line, error);
    PbxManagerHappening *happening = NULL;

    if (messages == NULL)
        return FALSE;
    happening = new_happening(PBX_HAPPENING_EVENT);
    happening->messages = messages;
    return add_happening(reader, happening, error);
}

static gboolean
read_flood(PbxManagerReader *reader, GError **error)
{
    PbxManagerHappening *happening = NULL;
    guint64 number = 0;
    guint64 rate = 0;

    if (!pbx_line_take_number(&reader->line, "the number of events", G_MAXINT64, &number, error))
        return FALSE;
    if (!pbx_line_accept(&reader->line, "events"))
        return fail(error, "write \"flood 1000 events\"");
    if (pbx_line_accept(&reader->line, "rate") &&
        !pbx_line_take_number(&reader->line, "events of a second", 1000000, &rate, error))
        return FALSE;
    happening = new_happening(PBX_HAPPENING_FLOOD);
    happening->number = number;
    happening->rate = rate;
    return add_happening(reader, happening, error);
}

static gboolean
read_hangup(PbxManagerReader *reader, GError **error)
{
    const PbxWord *channel = pbx_line_take(&reader->line, "the channel's name", error);
    PbxManagerHappening *happening = NULL;
    guint64 cause = 16;

    if (channel == NULL)
        return FALSE;
    if (pbx_line_accept(&reader->line, "cause") &&
        !pbx_line_take_number(&reader->line, "the cause", 127, &cause, error))
        return FALSE;
    happening = new_happening(PBX_HAPPENING_HANGUP);
    happening->text = g_strdup(channel->text);
    happening->cause = (int) cause;
    return add_happening(reader, happening, error);
}

static gboolean
read_async_agi(PbxManagerReader *reader, GError **error)
{
    const PbxWord *channel = pbx_line_take(&reader->line, "the channel's name", error);
    g_autofree char *script =
        channel == NULL ? NULL
                        : pbx_manager_block_to_script(reader->block, reader->block_line, error);
    PbxManagerHappening *happening = NULL;

    if (script == NULL)
        return FALSE;
    happening = new_happening(PBX_HAPPENING_ASYNC_AGI);
    happening->text = g_strdup(channel->text);
    happening->script = g_steal_pointer(&script);
    return add_happening(reader, happening, error);
}

/* Calls. */
static const struct {
    const char *word;
    PbxOutcomeKind outcome;
} outcomes[] = {
    {"answers", PBX_OUTCOME_ANSWERS},       {"busy", PBX_OUTCOME_BUSY},
    {"no-answer", PBX_OUTCOME_NO_ANSWER},   {"fails", PBX_OUTCOME_FAILS},
    {"congestion", PBX_OUTCOME_CONGESTION},
};

static gboolean
take_outcome(PbxLine *line, PbxManagerOutcome *outcome, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        if (!pbx_line_accept(line, outcomes[i].word))
            continue;
        outcome->outcome = outcomes[i].outcome;
        return TRUE;
    }
    return fail(error, "what becomes of it? answers, busy, no-answer, fails or congestion");
}

/* HOST:PORT[/PATH], a whole URL, or `async`. */
static gboolean
take_agi(PbxLine *line, PbxManagerOutcome *outcome, GError **error)
{
    const PbxWord *word = pbx_line_take(line, "HOST:PORT", error);
    g_autoptr(PbxTarget) target = NULL;

    if (word == NULL)
        return FALSE;
    g_free(outcome->url);
    outcome->url = strcmp(word->text, "async") == 0    ? g_strdup("agi:async")
                   : strstr(word->text, "://") != NULL ? g_strdup(word->text)
                                                       : g_strdup_printf("agi://%s", word->text);
    if (strcmp(outcome->url, "agi:async") != 0)
        target = pbx_target_new(outcome->url, error);
    return target != NULL || strcmp(outcome->url, "agi:async") == 0;
}

static gboolean
read_originate(PbxManagerReader *reader, GError **error)
{
    const PbxWord *pattern = pbx_line_take(&reader->line, "the channel's pattern", error);
    PbxManagerOutcome *outcome = NULL;

    if (pattern == NULL)
        return FALSE;
    outcome = g_new0(PbxManagerOutcome, 1);
    outcome->pattern = g_strdup(pattern->text);
    outcome->seconds = -1;
    g_ptr_array_add(reader->script->outcomes, outcome);
    if (!take_outcome(&reader->line, outcome, error))
        return FALSE;
    if (pbx_line_accept(&reader->line, "after") &&
        !pbx_line_take_seconds(&reader->line, &outcome->seconds, error))
        return FALSE;
    return !pbx_line_accept(&reader->line, "agi") || take_agi(&reader->line, outcome, error);
}

static gboolean
read_call(PbxManagerReader *reader, GError **error)
{
    const PbxWord *pattern = pbx_line_take(&reader->line, "the channel's pattern", error);
    g_autofree char *script =
        pattern == NULL ? NULL
                        : pbx_manager_block_to_script(reader->block, reader->block_line, error);
    PbxManagerLeg *leg = NULL;

    if (script == NULL)
        return FALSE;
    leg = g_new0(PbxManagerLeg, 1);
    leg->pattern = g_strdup(pattern->text);
    leg->script = g_steal_pointer(&script);
    g_ptr_array_add(reader->script->legs, leg);
    return TRUE;
}

/* Faults. */
static gboolean
read_fault_split(PbxManagerReader *reader, GError **error)
{
    guint64 number = 0;

    if (!pbx_line_take_number(&reader->line, "the number of bytes", G_MAXINT, &number, error))
        return FALSE;
    if (number == 0 ||
        (!pbx_line_accept(&reader->line, "bytes") && !pbx_line_accept(&reader->line, "byte")))
        return fail(error, "write \"fault split every 3 bytes\", with a number above 0");
    reader->script->split = (gsize) number;
    reader->script->split_pause = 0;
    return pbx_line_peek(&reader->line) == NULL ||
           pbx_line_take_seconds(&reader->line, &reader->script->split_pause, error);
}

static const struct {
    const char *word;
    PbxPlace place;
} places[] = {
    {"before", PBX_PLACE_BEFORE},
    {"inside", PBX_PLACE_INSIDE},
    {"after", PBX_PLACE_AFTER},
};

static gboolean
take_fault_place(PbxLine *line, PbxManagerFault *fault, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        if (!pbx_line_accept(line, places[i].word))
            continue;
        fault->place = places[i].place;
        fault->is_greeting = pbx_line_accept(line, "greeting");
        if (fault->is_greeting)
            return TRUE;
        if (!take_match(line, &fault->match, error))
            return FALSE;
        take_conditions(line, &fault->match);
        return TRUE;
    }
    return fail(error, "where? write \"before\", \"inside\" or \"after\", then \"greeting\" or an "
                       "action");
}

static gboolean
add_fault(PbxManagerReader *reader, PbxManagerFaultKind kind, const PbxWord *junk, GError **error)
{
    PbxManagerFault *fault = g_new0(PbxManagerFault, 1);

    fault->kind = kind;
    if (junk != NULL)
        fault->junk = g_string_new_len(junk->text, (gssize) junk->length);
    g_ptr_array_add(reader->script->faults, fault);
    return take_fault_place(&reader->line, fault, error);
}

static gboolean
read_fault_close(PbxManagerReader *reader, GError **error)
{
    return add_fault(reader, PBX_MANAGER_FAULT_CLOSE, NULL, error);
}

static gboolean
read_fault_reset(PbxManagerReader *reader, GError **error)
{
    return add_fault(reader, PBX_MANAGER_FAULT_RESET, NULL, error);
}

static gboolean
read_fault_stall(PbxManagerReader *reader, GError **error)
{
    return add_fault(reader, PBX_MANAGER_FAULT_STALL, NULL, error);
}

static gboolean
read_fault_half_close(PbxManagerReader *reader, GError **error)
{
    return add_fault(reader, PBX_MANAGER_FAULT_HALF_CLOSE, NULL, error);
}

static gboolean
read_fault_junk(PbxManagerReader *reader, GError **error)
{
    const PbxWord *junk = pbx_line_take(&reader->line, "what to send", error);

    return junk != NULL && add_fault(reader, PBX_MANAGER_FAULT_JUNK, junk, error);
}

/* A row: @has_block: lines up to `end` belong to it. */
typedef struct {
    PbxDirectiveInfo info;
    gboolean (*read)(PbxManagerReader *reader, GError **error);
    gboolean has_block;
} Directive;

#define MATCH  "[Nth] ACTION [HEADER=VALUE ...]"
#define MOMENT "[at TIME | every TIME | [TIME] after login|ACTION]"
#define PLACE  "before|inside|after greeting|ACTION"

/* clang-format off */
static const Directive directives[] = {
    {{"version", "VERSION", "What the greeting says, and how this speaks: 1.0 is Asterisk 1.4, 2.10 is 13, 11.0.0 is 22"}, read_version},
    {{"greeting", "none | BYTES", "Greets with nothing, or with exact bytes"}, read_greeting},
    {{"user", "NAME SECRET [read CLASSES] [write CLASSES] [once]", "Who may log in; without any, capella with the secret galaxy; once: not twice at a time"}, read_user},
    {{"booting", "", "The PBX is not fully booted yet"}, read_booting},
    {{"boot", "", "Now it is: whoever is logged in gets FullyBooted"}, read_boot},
    {{"strict", "", "A refused login takes a second, as in reality"}, read_strict},
    {{"limit", "NUMBER", "How many sessions may be without a login; more are closed at once"}, read_limit},
    {{"login timeout", "TIME", "How long a session may be without a login"}, read_login_timeout},
    {{"write timeout", "TIME", "How long a client may not read before it is cut off"}, read_write_timeout},
    {{"tls", "CERTIFICATE KEY", "Speaks TLS from the first byte, with these files"}, read_tls},

    {{"channel", "NAME UNIQUEID [HEADER=VALUE ...]", "A channel that is up, and what its events say of it; Variable=NAME=VALUE is a variable"}, read_channel},
    {{"variable", "NAME VALUE", "A global variable"}, read_variable},
    {{"database", "FAMILY KEY VALUE", "An entry of the PBX's database"}, read_database},

    {{"answer", MATCH, "Answers an action with the messages below"}, read_answer, TRUE},
    {{"list", "[Nth] ACTION EVENT [COMPLETE] [HEADER=VALUE ...]", "Answers an action with a list of the events below"}, read_list, TRUE},
    {{"output", "COMMAND", "Answers the action Command with the lines below"}, read_output, TRUE},
    {{"error", MATCH " TEXT", "Refuses an action with a message"}, read_error},
    {{"ignore", MATCH, "Never answers an action"}, read_ignore},
    {{"delay", MATCH " TIME", "Answers an action only after a time, and does nothing else meanwhile"}, read_delay},

    {{"event", MOMENT, "Sends the events below"}, read_event, TRUE},
    {{"flood", "NUMBER events [rate NUMBER] " MOMENT, "Sends events of many calls, as fast as they are read or so many a second"}, read_flood},
    {{"hangup", "CHANNEL [cause NUMBER] " MOMENT, "Hangs up a channel"}, read_hangup},
    {{"asyncagi", "CHANNEL " MOMENT, "A channel, a new one if need be, waits for the action AGI; below is the script of its call"}, read_async_agi, TRUE},

    {{"originate", "PATTERN answers|busy|no-answer|fails|congestion [after TIME] [agi HOST:PORT[/PATH]|URL|async]", "What becomes of an Originate to a channel like that, and where the dialplan's AGI() goes"}, read_originate},
    {{"call", "PATTERN", "The script of calls from channels like that, below"}, read_call, TRUE},

    {{"fault split every", "NUMBER bytes [TIME]", "Sends everything in small pieces, so far apart"}, read_fault_split},
    {{"fault close", PLACE, "Closes the connection"}, read_fault_close},
    {{"fault reset", PLACE, "Resets the connection"}, read_fault_reset},
    {{"fault stall", PLACE, "Says nothing any more, until the client closes"}, read_fault_stall},
    {{"fault half-close", PLACE, "Ends its own side and goes on reading"}, read_fault_half_close},
    {{"fault junk", "BYTES " PLACE, "Sends bytes that belong to nothing"}, read_fault_junk},
};
/* clang-format on */

static const Directive *
find_directive(PbxLine *line)
{
    for (guint i = 0; i < G_N_ELEMENTS(directives); i++) {
        if (pbx_line_accept_words(line, directives[i].info.name))
            return &directives[i];
    }
    return NULL;
}

/* Whether a line is followed by a block. */
gboolean
pbx_manager_directive_has_block(const char *text)
{
    gsize length = strcspn(text, " \t\r");

    for (guint i = 0; i < G_N_ELEMENTS(directives); i++) {
        if (strlen(directives[i].info.name) == length &&
            strncmp(text, directives[i].info.name, length) == 0)
            return directives[i].has_block;
    }
    return FALSE;
}

/* The lists that a line which turns out to be wrong must leave as they were. */
static const gsize kept[] = {
    G_STRUCT_OFFSET(PbxManagerScript, users),    G_STRUCT_OFFSET(PbxManagerScript, answers),
    G_STRUCT_OFFSET(PbxManagerScript, delays),   G_STRUCT_OFFSET(PbxManagerScript, faults),
    G_STRUCT_OFFSET(PbxManagerScript, channels), G_STRUCT_OFFSET(PbxManagerScript, outcomes),
};

static gboolean
read_directive(PbxManagerReader *reader, const Directive *directive, GError **error)
{
    const PbxWord *more = NULL;

    if (!directive->read(reader, error)) {
        g_prefix_error(error, "%s: ", directive->info.name);
        return FALSE;
    }
    more = pbx_line_peek(&reader->line);
    if (more == NULL)
        return TRUE;
    g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                "%s: \"%s\" is too much; a value with blanks goes into quotes",
                directive->info.name, more->text);
    return FALSE;
}

static gboolean
read_or_forget(PbxManagerReader *reader, const Directive *directive, GError **error)
{
    guint lengths[G_N_ELEMENTS(kept)] = {0};

    for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
        lengths[i] = G_STRUCT_MEMBER(GPtrArray *, reader->script, kept[i])->len;
    if (read_directive(reader, directive, error))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
        g_ptr_array_set_size(G_STRUCT_MEMBER(GPtrArray *, reader->script, kept[i]),
                             (int) lengths[i]);
    return FALSE;
}

gboolean
pbx_manager_directive_read(PbxManagerReader *reader, const char *text, GError **error)
{
    g_autoptr(GArray) words = pbx_words_split_script(text, error);
    const Directive *directive = NULL;

    if (words == NULL)
        return FALSE;
    reader->line.words = words;
    directive = find_directive(&reader->line);
    if (directive == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is nothing that a manager's script can say",
                    g_array_index(words, PbxWord, 0).text);
        return FALSE;
    }
    return read_or_forget(reader, directive, error);
}

/**
 * pbx_manager_directive_info:
 * @i: a number, counted from 0
 * @info: (out caller-allocates): the row
 *
 * Every line that a manager's script can have, one after the other. Any thread.
 *
 * Returns: %TRUE if there is an @i-th directive
 */
gboolean
pbx_manager_directive_info(guint i, PbxDirectiveInfo *info)
{
    if (i >= G_N_ELEMENTS(directives))
        return FALSE;
    *info = directives[i].info;
    return TRUE;
}
