/* directives.c - the table of directives: every line that a script can have. */

#include "pbx/script-private.h"
#include <string.h>

static void
add_pair(GPtrArray *list, char *name, const char *value)
{
    PbxPair *pair = g_new0(PbxPair, 1);

    pair->name = name;
    pair->value = g_strdup(value);
    g_ptr_array_add(list, pair);
}

/* The environment: @name is the agi_* variable. */
static gboolean
read_environment(PbxLine *line, const char *name, GError **error)
{
    const PbxWord *value = pbx_line_take(line, "the value", error);

    if (value == NULL)
        return FALSE;
    add_pair(line->script->environment, g_strdup(name), value->text);
    return TRUE;
}

static gboolean
read_argument(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *value = pbx_line_take(line, "the argument", error);

    if (value == NULL)
        return FALSE;
    g_ptr_array_add(line->script->arguments, g_strdup(value->text));
    return TRUE;
}

static gboolean
read_without(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *value = pbx_line_take(line, "the name of an agi_ variable", error);

    if (value == NULL)
        return FALSE;
    g_ptr_array_add(line->script->without, g_strdup(value->text));
    return TRUE;
}

/* The channel and the PBX around it. */
static gboolean
read_variable(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *variable = pbx_line_take(line, "the variable's name", error);
    const PbxWord *value = variable == NULL ? NULL : pbx_line_take(line, "the value", error);

    if (value == NULL)
        return FALSE;
    add_pair(line->script->variables, g_strdup(variable->text), value->text);
    return TRUE;
}

static gboolean
read_database(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *family = pbx_line_take(line, "the family", error);
    const PbxWord *key = family == NULL ? NULL : pbx_line_take(line, "the key", error);
    const PbxWord *value = key == NULL ? NULL : pbx_line_take(line, "the value", error);

    if (value == NULL)
        return FALSE;
    add_pair(line->script->database, g_strdup_printf("%s/%s", family->text, key->text),
             value->text);
    return TRUE;
}

static gboolean
read_label(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *label = pbx_line_take(line, "the label", error);
    g_autofree char *priority = NULL;
    guint64 number = 0;

    if (label == NULL || !pbx_line_take_number(line, "the priority", G_MAXINT, &number, error))
        return FALSE;
    priority = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    add_pair(line->script->labels, g_strdup(label->text), priority);
    return TRUE;
}

static gboolean
read_subroutine_option(PbxLine *line, PbxSubroutine *subroutine, GError **error)
{
    const PbxWord *word = NULL;

    if (pbx_line_accept(line, "takes"))
        return pbx_line_take_seconds(line, &subroutine->seconds, error);
    if (pbx_line_accept(line, "leaves")) {
        subroutine->leaves = TRUE;
        return TRUE;
    }
    if (!pbx_line_accept(line, "returns")) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is none of: takes TIME, returns VALUE, leaves",
                    pbx_line_peek(line)->text);
        return FALSE;
    }
    word = pbx_line_take(line, "what it returns", error);
    if (word == NULL)
        return FALSE;
    g_free(subroutine->value);
    subroutine->value = g_strdup(word->text);
    return TRUE;
}

static gboolean
read_subroutine(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *target = pbx_line_take(line, "CONTEXT,EXTENSION,PRIORITY", error);
    PbxSubroutine *subroutine = NULL;

    if (target == NULL)
        return FALSE;
    subroutine = g_new0(PbxSubroutine, 1);
    subroutine->target = g_strdup(target->text);
    subroutine->value = g_strdup("");
    g_ptr_array_add(line->script->subroutines, subroutine);
    while (pbx_line_peek(line) != NULL) {
        if (!read_subroutine_option(line, subroutine, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_application_option(PbxLine *line, PbxApplication *application, GError **error)
{
    if (pbx_line_accept(line, "takes"))
        return pbx_line_take_seconds(line, &application->seconds, error);
    if (pbx_line_accept(line, "returns"))
        return pbx_line_take_integer(line, "what it returns", &application->result, error);
    g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                "\"%s\" is none of: takes TIME, returns NUMBER", pbx_line_peek(line)->text);
    return FALSE;
}

static gboolean
read_application(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *word = pbx_line_take(line, "the application's name", error);
    PbxApplication *application = NULL;

    if (word == NULL)
        return FALSE;
    application = g_new0(PbxApplication, 1);
    application->name = g_strdup(word->text);
    g_ptr_array_add(line->script->applications, application);
    while (pbx_line_peek(line) != NULL) {
        if (!read_application_option(line, application, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_neighbour(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *word = pbx_line_take(line, "the channel's name", error);

    if (word == NULL)
        return FALSE;
    g_hash_table_add(line->script->neighbours, g_strdup(word->text));
    return TRUE;
}

static void
set_file_seconds(PbxScript *script, const char *file, gdouble seconds)
{
    gdouble *copy = g_new(gdouble, 1);

    *copy = seconds;
    g_hash_table_insert(script->files, g_strdup(file), copy);
}

static gboolean
read_file(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *file = pbx_line_take(line, "the file's name", error);
    gdouble seconds = 0;

    if (file == NULL || !pbx_line_take_seconds(line, &seconds, error))
        return FALSE;
    if (!file->is_quoted && strcmp(file->text, "*") == 0)
        line->script->file_seconds = seconds;
    else
        set_file_seconds(line->script, file->text, seconds);
    return TRUE;
}

static gboolean
read_missing_file(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *file = pbx_line_take(line, "the file's name", error);

    if (file == NULL)
        return FALSE;
    set_file_seconds(line->script, file->text, -1);
    return TRUE;
}

static gboolean
read_saying(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    return pbx_line_take_seconds(line, &line->script->say_seconds, error);
}

static gboolean
read_dead(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->is_dead = TRUE;
    return TRUE;
}

static gboolean
read_documented(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->is_documented = TRUE;
    return TRUE;
}

static gboolean
read_speech(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->has_speech = TRUE;
    return TRUE;
}

static gboolean
read_speak_option(PbxLine *line, PbxUtterance *utterance, GError **error)
{
    const PbxWord *grammar = NULL;

    if (pbx_line_accept(line, "score"))
        return pbx_line_take_integer(line, "the score", &utterance->score, error);
    if (!pbx_line_accept(line, "grammar")) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is none of: score NUMBER, grammar NAME", pbx_line_peek(line)->text);
        return FALSE;
    }
    grammar = pbx_line_take(line, "the grammar's name", error);
    if (grammar == NULL)
        return FALSE;
    g_free(utterance->grammar);
    utterance->grammar = g_strdup(grammar->text);
    return TRUE;
}

static gboolean
read_speak(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *text = pbx_line_take(line, "what the caller says", error);
    PbxUtterance *utterance = NULL;

    if (text == NULL)
        return FALSE;
    line->script->has_speech = TRUE;
    utterance = g_new0(PbxUtterance, 1);
    utterance->text = g_strdup(text->text);
    utterance->grammar = g_strdup("default");
    utterance->score = 1000;
    g_ptr_array_add(line->script->utterances, utterance);
    while (pbx_line_peek(line) != NULL) {
        if (!read_speak_option(line, utterance, error))
            return FALSE;
    }
    return TRUE;
}

/* What the caller does. */
static gboolean
add_event(PbxLine *line, PbxEventKind kind, const char *text, GError **error)
{
    PbxEvent *event = g_new0(PbxEvent, 1);

    event->kind = kind;
    event->text = g_strdup(text);
    g_ptr_array_add(line->script->events, event);
    return pbx_line_take_moment(line, &event->moment, error);
}

static gboolean
read_press(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *keys = pbx_line_take(line, "what to press", error);

    if (keys == NULL)
        return FALSE;
    if (keys->length == 0 || strspn(keys->text, "0123456789*#ABCD") != keys->length) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" cannot be pressed; keys are 0 to 9, *, #, and A to D", keys->text);
        return FALSE;
    }
    return add_event(line, PBX_EVENT_PRESS, keys->text, error);
}

static gboolean
read_hangup(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    if (pbx_line_peek(line) == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "when? write \"hangup at 3s\" or \"hangup after STREAM FILE\"");
        return FALSE;
    }
    return add_event(line, PBX_EVENT_HANGUP, NULL, error);
}

static gboolean
read_text(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *text = pbx_line_take(line, "the text", error);

    if (text == NULL)
        return FALSE;
    return add_event(line, PBX_EVENT_TEXT, text->text, error);
}

static gboolean
read_no_text(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->lacks_text = TRUE;
    return TRUE;
}

/* A reply: one line as it stands, or exact bytes in quotes. */
static gboolean
read_reply(const char *rest, GString **reply, GError **error)
{
    g_autoptr(GArray) words = NULL;
    const PbxWord *word = NULL;

    if (rest[0] != '"') {
        *reply = g_string_new(rest);
        g_string_append_c(*reply, '\n');
        return TRUE;
    }
    words = pbx_words_split_script(rest, error);
    if (words == NULL)
        return FALSE;
    if (words->len != 1) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "behind the reply in quotes nothing may follow");
        return FALSE;
    }
    word = &g_array_index(words, PbxWord, 0);
    *reply = g_string_new_len(word->text, (gssize) word->length);
    return TRUE;
}

static gboolean
read_expectation(PbxLine *line, GPtrArray *list, PbxExpectation *expectation, GError **error)
{
    expectation->line = line->number;
    g_ptr_array_add(list, expectation);
    if (!pbx_line_take_match(line, &expectation->match, error))
        return FALSE;
    if (expectation->match.kind == PBX_MATCH_SOUND) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "a command is wanted here, and its first word without quotes");
        return FALSE;
    }
    return line->rest == NULL || read_reply(line->rest, &expectation->reply, error);
}

static gboolean
read_answer(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    PbxExpectation *answer = NULL;

    if (line->rest == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "what shall be answered? write \"answer COMMAND: 200 result=0\"");
        return FALSE;
    }
    answer = g_new0(PbxExpectation, 1);
    pbx_line_take_ordinal(line, &answer->ordinal);
    return read_expectation(line, line->script->answers, answer, error);
}

static gboolean
read_forbid(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    return read_expectation(line, line->script->forbidden, g_new0(PbxExpectation, 1), error);
}

/* What can be expected of the end of a call: the directive, and the words that make up the name. */
static const struct {
    const char *directive;
    PbxCheckKind kind;
    guint n_names;
} checks[] = {
    {"expect variable", PBX_CHECK_VARIABLE, 1},
    {"expect status", PBX_CHECK_STATUS, 0},
    {"expect goto", PBX_CHECK_GOTO, 0},
    {"expect database", PBX_CHECK_DATABASE, 2},
};

static gboolean
add_check(PbxLine *line, guint i, GError **error)
{
    g_autoptr(GString) name = g_string_new(NULL);
    PbxCheck *check = NULL;
    const PbxWord *word = NULL;

    for (guint n = 0; n < checks[i].n_names; n++) {
        word = pbx_line_take(line, "the name", error);
        if (word == NULL)
            return FALSE;
        g_string_append_printf(name, "%s%s", n > 0 ? "/" : "", word->text);
    }
    word = pbx_line_take(line, "the value expected", error);
    if (word == NULL)
        return FALSE;
    check = g_new0(PbxCheck, 1);
    check->kind = checks[i].kind;
    check->name = g_string_free(g_steal_pointer(&name), FALSE);
    check->value = g_strdup(word->text);
    check->line = line->number;
    g_ptr_array_add(line->script->checks, check);
    return TRUE;
}

static gboolean
read_check(PbxLine *line, const char *name, GError **error)
{
    guint i = 0;

    while (strcmp(checks[i].directive, name) != 0)
        i++;
    return add_check(line, i, error);
}

static gboolean
read_expect(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    return read_expectation(line, line->script->expectations, g_new0(PbxExpectation, 1), error);
}

static gboolean
read_strict(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->is_strict = TRUE;
    return TRUE;
}

/* Faults. */
static gboolean
read_fault_split(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    guint64 number = 0;

    if (!pbx_line_take_number(line, "the number of bytes", G_MAXINT, &number, error))
        return FALSE;
    if (number == 0 || (!pbx_line_accept(line, "bytes") && !pbx_line_accept(line, "byte"))) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "write \"fault split every 3 bytes\", with a number above 0");
        return FALSE;
    }
    line->script->split = (gsize) number;
    return pbx_line_peek(line) == NULL ||
           pbx_line_take_seconds(line, &line->script->split_pause, error);
}

static gboolean
read_fault_cut(PbxLine *line, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED GError **error)
{
    line->script->cuts_utf8 = TRUE;
    return TRUE;
}

static const struct {
    const char *word;
    PbxPlace place;
} places[] = {
    {"before", PBX_PLACE_BEFORE},
    {"inside", PBX_PLACE_INSIDE},
    {"after", PBX_PLACE_AFTER},
};

/* `before|inside|after`, and then the environment or what a command is answered with. */
static gboolean
take_fault_place(PbxLine *line, PbxFault *fault, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        if (!pbx_line_accept(line, places[i].word))
            continue;
        fault->place = places[i].place;
        fault->is_environment = pbx_line_accept(line, "environment");
        return fault->is_environment || pbx_line_take_match(line, &fault->match, error);
    }
    g_set_error(
        error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
        "where? write \"before\", \"inside\" or \"after\", then \"environment\", \"reply\", "
        "\"3 commands\" or a command");
    return FALSE;
}

static const struct {
    const char *word;
    PbxFaultKind kind;
} faults[] = {
    {"fault hangup", PBX_FAULT_HANGUP},         {"fault close", PBX_FAULT_CLOSE},
    {"fault reset", PBX_FAULT_RESET},           {"fault stall", PBX_FAULT_STALL},
    {"fault half-close", PBX_FAULT_HALF_CLOSE}, {"fault junk", PBX_FAULT_JUNK},
};

static gboolean
read_fault(PbxLine *line, const char *name, GError **error)
{
    PbxFault *fault = g_new0(PbxFault, 1);
    const PbxWord *junk = NULL;

    g_ptr_array_add(line->script->faults, fault);
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (strcmp(faults[i].word, name) == 0)
            fault->kind = faults[i].kind;
    }
    if (fault->kind == PBX_FAULT_JUNK) {
        junk = pbx_line_take(line, "what to send", error);
        if (junk == NULL)
            return FALSE;
        fault->junk = g_string_new_len(junk->text, (gssize) junk->length);
    }
    return take_fault_place(line, fault, error);
}

/* Time. */
static gboolean
read_speed(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    const PbxWord *word = NULL;
    char *end = NULL;
    gdouble speed = 0;

    if (pbx_line_accept(line, "instant")) {
        line->script->speed = 0;
        return TRUE;
    }
    word = pbx_line_take(line, "the speed", error);
    if (word == NULL)
        return FALSE;
    speed = g_ascii_strtod(word->text, &end);
    if (end == word->text || *end != '\0' || !(speed >= 0.001 && speed <= 1e6)) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is no speed; write a number from 0.001 to 1000000, or \"instant\"",
                    word->text);
        return FALSE;
    }
    line->script->speed = speed;
    return TRUE;
}

static gboolean
read_pace(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    return pbx_line_take_seconds(line, &line->script->pace, error);
}

static gboolean
read_timeout(PbxLine *line, G_GNUC_UNUSED const char *name, GError **error)
{
    return pbx_line_take_seconds(line, &line->script->timeout, error);
}

/* A row: @field is the agi_* variable that a shorthand stands for; @has_reply: behind a colon. */
typedef struct {
    PbxDirectiveInfo info;
    gboolean (*read)(PbxLine *line, const char *name, GError **error);
    const char *field;
    gboolean has_reply;
} Directive;

#define WHEN "[at TIME | [TIME] before|during|after COMMAND|\"SOUND\"]"

/* clang-format off */
static const Directive directives[] = {
    {{"extension", "VALUE", "The extension that the call is at"}, read_environment, "agi_extension"},
    {{"context", "VALUE", "The dialplan context that the call is in"}, read_environment, "agi_context"},
    {{"priority", "NUMBER", "The priority that runs AGI()"}, read_environment, "agi_priority"},
    {{"caller", "NUMBER", "Who calls"}, read_environment, "agi_callerid"},
    {{"callername", "NAME", "The caller's name"}, read_environment, "agi_calleridname"},
    {{"channel", "NAME", "The channel's name"}, read_environment, "agi_channel"},
    {{"uniqueid", "VALUE", "The channel's unique id"}, read_environment, "agi_uniqueid"},
    {{"language", "VALUE", "The channel's language"}, read_environment, "agi_language"},
    {{"version", "VALUE", "Which Asterisk this claims to be; before 22.6 commands may have 2046 bytes, from then on 8190"}, read_environment, "agi_version"},
    {{"dialed", "NUMBER", "The number that was dialed"}, read_environment, "agi_dnid"},
    {{"redirecting", "NUMBER", "Who redirected the call"}, read_environment, "agi_rdnis"},
    {{"account", "VALUE", "The account code"}, read_environment, "agi_accountcode"},
    {{"agi_NAME", "VALUE", "Any line of the environment, known or unknown"}, read_environment, NULL},
    {{"argument", "VALUE", "The next argument of AGI() behind the URL"}, read_argument},
    {{"without", "agi_NAME", "Leaves a line of the environment out"}, read_without},

    {{"variable", "NAME VALUE", "A channel variable, or a function such as CALLERID(num)"}, read_variable},
    {{"database", "FAMILY KEY VALUE", "An entry of the PBX's database"}, read_database},
    {{"label", "NAME PRIORITY", "A label that SET PRIORITY and Goto find"}, read_label},
    {{"subroutine", "CONTEXT,EXTENSION,PRIORITY [takes TIME] [returns VALUE] [leaves]", "A subroutine that GOSUB finds; one that leaves ends without Return"}, read_subroutine},
    {{"application", "NAME [takes TIME] [returns NUMBER]", "An application that EXEC finds"}, read_application},
    {{"neighbour", "CHANNEL", "Another channel that is up"}, read_neighbour},
    {{"file", "NAME LENGTH", "How long a sound file plays; * stands for those not named"}, read_file},
    {{"missing file", "NAME", "A sound file that is not there, or cannot be recorded"}, read_missing_file},
    {{"saying", "TIME", "How long each thing said by a SAY command takes"}, read_saying},
    {{"dead", "", "The call begins on a channel that is hung up, as in the h extension"}, read_dead},
    {{"documented", "", "The PBX has its documentation loaded: wrong arguments draw a usage text"}, read_documented},
    {{"speech", "", "There is a speech engine"}, read_speech},
    {{"speak", "TEXT [score NUMBER] [grammar NAME]", "What the caller says at the next SPEECH RECOGNIZE"}, read_speak},
    {{"no text", "", "The channel cannot carry text: SEND TEXT fails"}, read_no_text},

    {{"press", "KEYS " WHEN, "The caller presses keys; without a time, when a command listens for them"}, read_press},
    {{"hangup", WHEN, "The caller hangs up"}, read_hangup},
    {{"text", "TEXT " WHEN, "The caller sends a text; without a time, when a command asks for one"}, read_text},

    {{"answer", "[Nth] COMMAND: REPLY", "Answers a command with a line of one's own, or with exact bytes in quotes"}, read_answer, NULL, TRUE},
    {{"expect variable", "NAME VALUE", "What a variable must be when the call is over"}, read_check},
    {{"expect status", "STATUS", "What AGISTATUS must be: SUCCESS, FAILURE or HANGUP"}, read_check},
    {{"expect goto", "CONTEXT,EXTENSION,PRIORITY", "Where the dialplan must go on"}, read_check},
    {{"expect database", "FAMILY KEY VALUE", "What an entry of the database must be when the call is over"}, read_check},
    {{"expect", "COMMAND[: REPLY]", "This command must come, behind those expected before; with a reply, it is answered so"}, read_expect, NULL, TRUE},
    {{"forbid", "COMMAND", "This command must not come"}, read_forbid},
    {{"strict", "", "Nothing may come but the commands expected, word for word"}, read_strict},

    {{"fault split every", "NUMBER bytes [TIME]", "Sends everything in small pieces, so far apart"}, read_fault_split},
    {{"fault cut utf-8", "", "Leaves out the last byte of each letter beyond ASCII"}, read_fault_cut},
    {{"fault hangup", "before|inside|after PLACE", "Sends HANGUP at the wrong place"}, read_fault},
    {{"fault close", "before|inside|after PLACE", "Closes the connection"}, read_fault},
    {{"fault reset", "before|inside|after PLACE", "Resets the connection"}, read_fault},
    {{"fault stall", "before|inside|after PLACE", "Says nothing any more, until the server closes"}, read_fault},
    {{"fault half-close", "before|inside|after PLACE", "Ends its own side and goes on reading"}, read_fault},
    {{"fault junk", "BYTES before|inside|after PLACE", "Sends bytes that belong to nothing"}, read_fault},

    {{"speed", "NUMBER | instant", "How fast time passes; instant: what takes time takes none"}, read_speed},
    {{"pace", "TIME", "Between two keys of one press"}, read_pace},
    {{"timeout", "TIME", "How long the call may take, in real time; 0: for ever"}, read_timeout},
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

static gboolean
read_directive(PbxLine *line, const Directive *directive, GError **error)
{
    const char *name = directive->field != NULL ? directive->field : directive->info.name;
    const PbxWord *more = NULL;

    if (!directive->read(line, name, error)) {
        g_prefix_error(error, "%s: ", directive->info.name);
        return FALSE;
    }
    more = pbx_line_peek(line);
    if (more == NULL)
        return TRUE;
    g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                "%s: \"%s\" is too much; a value with blanks goes into quotes",
                directive->info.name, more->text);
    return FALSE;
}

/* A line of the environment by its own name. */
static gboolean
read_own_name(PbxLine *line, GError **error)
{
    const PbxWord *first = pbx_line_take(line, "a word", error);
    const Directive directive = {{.name = first->text}, read_environment, NULL, FALSE};

    return read_directive(line, &directive, error);
}

static gboolean
read_words(PbxLine *line, GError **error)
{
    const PbxWord *first = pbx_line_peek(line);
    const Directive *directive = NULL;

    if (first == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX, "the line is empty");
        return FALSE;
    }
    if (!first->is_quoted && g_str_has_prefix(first->text, "agi_"))
        return read_own_name(line, error);
    directive = find_directive(line);
    if (directive == NULL) {
        g_set_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX,
                    "\"%s\" is nothing that a script can say", first->text);
        return FALSE;
    }
    return read_directive(line, directive, error);
}

/* Whether the directive that a text begins with may have a reply behind a colon. */
static gboolean
has_reply(const char *text)
{
    for (guint i = 0; i < G_N_ELEMENTS(directives); i++) {
        gsize length = strlen(directives[i].info.name);

        if (strncmp(text, directives[i].info.name, length) == 0 && g_ascii_isspace(text[length]))
            return directives[i].has_reply;
    }
    return FALSE;
}

gboolean
pbx_directive_read_line(PbxScript *script, const char *text, guint number, GError **error)
{
    PbxLine line = {.script = script, .number = number};
    g_autofree char *trimmed = g_strchomp(g_strdup(text));
    g_autofree char *head = NULL;
    g_autoptr(GArray) words = NULL;

    head = has_reply(trimmed) ? pbx_line_split_rest(trimmed, &line.rest) : g_strdup(trimmed);
    words = pbx_words_split_script(head, error);
    if (words == NULL)
        return FALSE;
    line.words = words;
    return read_words(&line, error);
}

gboolean
pbx_directive_read_words(PbxScript *script, GArray *words, GError **error)
{
    PbxLine line = {.script = script, .words = words};

    return read_words(&line, error);
}

/**
 * pbx_script_directive_info:
 * @i: a number, counted from 0
 * @info: (out caller-allocates): the row
 *
 * Every line that a script can have, one after the other. Any thread.
 *
 * Returns: %TRUE if there is an @i-th directive
 */
gboolean
pbx_script_directive_info(guint i, PbxDirectiveInfo *info)
{
    if (i >= G_N_ELEMENTS(directives))
        return FALSE;
    *info = directives[i].info;
    return TRUE;
}
