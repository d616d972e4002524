/* test-dialplan.c - many variables at once, going places, applications, waiting. */

#include "agi/call-private.h"
#include "agi/quote.h"
#include "unit/agi/session.h"

#include <string.h>
#include <sys/socket.h>

/* --- An Asterisk with variables --- */

/* Answers on the session's other end, in a thread, until the session ends. */
typedef struct {
    Session *session;
    GThread *thread;
    GHashTable *variables;
    GPtrArray *lines; /* every line that came */
    gboolean has_mset;
} Asterisk;

/* Takes one argument off the front of @list as Asterisk does: quotes and backslashes go, and what
 * is in parentheses or brackets is not separated. */
static char *
take_argument(const char **list, char separator)
{
    GString *argument = g_string_new(NULL);
    int n_parentheses = 0;
    int n_brackets = 0;
    gboolean is_quoted = FALSE;
    const char *at;

    for (at = *list; *at != '\0'; at++) {
        if (*at == separator && n_parentheses == 0 && n_brackets == 0 && !is_quoted)
            break;
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '(' || *at == ')')
            n_parentheses = MAX(n_parentheses + (*at == '(' ? 1 : -1), 0);
        else if (*at == '[' || *at == ']')
            n_brackets = MAX(n_brackets + (*at == '[' ? 1 : -1), 0);
        else if (*at == '"') {
            is_quoted = !is_quoted;
            continue;
        }
        g_string_append_c(argument, *at);
    }
    *list = at;
    return g_string_free(argument, FALSE);
}

static void
set_pairs(GHashTable *variables, const char *pairs)
{
    while (*pairs != '\0') {
        g_autofree char *pair = take_argument(&pairs, ',');
        const char *value = pair;
        char *name = take_argument(&value, '=');

        g_assert_cmpint(*value, ==, '=');
        g_hash_table_insert(variables, name, g_strdup(value + 1));
        pairs += *pairs == ',';
    }
}

static const char *
look_up(GHashTable *variables, const char *name)
{
    const char *value = g_hash_table_lookup(variables, name);

    return value != NULL ? value : "";
}

static char *
substitute(GHashTable *variables, const char *expression)
{
    GString *text = g_string_new(NULL);

    while (*expression != '\0') {
        if (g_str_has_prefix(expression, "${")) {
            const char *end = strchr(expression, '}');
            g_autofree char *name = g_strndup(expression + 2, (gsize) (end - expression) - 2);

            g_string_append(text, look_up(variables, name));
            expression = end + 1;
        } else {
            g_string_append_c(text, *expression++);
        }
    }
    return g_string_free(text, FALSE);
}

static char *
answer(Asterisk *asterisk, char **words)
{
    g_autofree char *command = g_strjoin(" ", words[0], words[1], NULL);

    if (strcmp(command, "EXEC MSet") == 0) {
        if (!asterisk->has_mset)
            return g_strdup("200 result=-2\n");
        set_pairs(asterisk->variables, words[2]);
        return g_strdup("200 result=0\n");
    }
    if (strcmp(command, "SET VARIABLE") == 0) {
        g_hash_table_insert(asterisk->variables, g_strdup(words[2]), g_strdup(words[3]));
        return g_strdup("200 result=1\n");
    }
    if (strcmp(command, "GET FULL") == 0) {
        g_autofree char *text = substitute(asterisk->variables, words[3]);

        return g_strdup_printf("200 result=1 (%s)\n", text);
    }
    g_assert_cmpstr(command, ==, "GET VARIABLE");
    if (g_hash_table_lookup(asterisk->variables, words[2]) == NULL)
        return g_strdup("200 result=0\n");
    return g_strdup_printf("200 result=1 (%.1023s)\n", look_up(asterisk->variables, words[2]));
}

/* Sends in packets that fit the smallest buffer of a call. */
static void
send_pieces(int fd, const char *text)
{
    gsize length = strlen(text);

    for (gsize done = 0; done < length; done += 256)
        send(fd, text + done, MIN(length - done, 256), MSG_NOSIGNAL);
}

static gpointer
asterisk_run(gpointer data)
{
    Asterisk *asterisk = data;
    char line[16384];
    ssize_t length;

    while ((length = recv(asterisk->session->peer, line, sizeof line, 0)) > 0) {
        g_auto(GStrv) words = agi_split_words(line, (gsize) length - 1);
        g_autofree char *reply = answer(asterisk, words);

        g_ptr_array_add(asterisk->lines, g_strndup(line, (gsize) length - 1));
        send_pieces(asterisk->session->peer, reply);
    }
    return NULL;
}

static Asterisk *
asterisk_new(const char *version)
{
    Asterisk *asterisk = g_new0(Asterisk, 1);

    asterisk->session = session_new_with_version(version);
    asterisk->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    asterisk->lines = g_ptr_array_new_with_free_func(g_free);
    asterisk->has_mset = TRUE;
    asterisk->thread = g_thread_new("asterisk", asterisk_run, asterisk);
    return asterisk;
}

static void
asterisk_set(Asterisk *asterisk, const char *name, const char *value)
{
    g_hash_table_insert(asterisk->variables, g_strdup(name), g_strdup(value));
}

static void
asterisk_free(Asterisk *asterisk)
{
    shutdown(asterisk->session->peer, SHUT_RDWR);
    g_thread_join(asterisk->thread);
    session_free(asterisk->session);
    g_hash_table_unref(asterisk->variables);
    g_ptr_array_unref(asterisk->lines);
    g_free(asterisk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asterisk, asterisk_free)

#define LINE(i) ((const char *) g_ptr_array_index(asterisk->lines, (i)))

/* --- Reading many --- */

static void
test_get_many(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");
    g_autofree char *customer = NULL;
    g_autofree char *number = NULL;
    g_autofree char *nothing = NULL;

    asterisk_set(asterisk, "CUSTOMER", "one\ntwo)\n200 result=1 (x)\n\"\\");
    asterisk_set(asterisk, "CALLERID(num)", "");
    g_assert_true(agi_get_many(asterisk->session->call, NULL, "CUSTOMER", &customer,
                               "CALLERID(num)", &number, "NOTHING", &nothing, NULL));
    g_assert_cmpstr(customer, ==, "one\ntwo)\n200 result=1 (x)\n\"\\");
    g_assert_cmpstr(number, ==, "");
    g_assert_cmpstr(nothing, ==, "");
    g_assert_cmpuint(asterisk->lines->len, ==, 1);
}

/* Names that `${}` would not take as they are go one by one, in their places. */
static void
test_get_odd_names(void)
{
    static const char *const names[] = {"A", "B:1", "C", "F(${x})", "G(a", "H(a)b", "I J", NULL};
    g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");
    g_auto(GStrv) values = NULL;

    for (guint i = 0; names[i] != NULL; i++)
        asterisk_set(asterisk, names[i], names[i]);
    g_assert_true(agi_get_variables(asterisk->session->call, names, &values, NULL));
    for (guint i = 0; names[i] != NULL; i++)
        g_assert_cmpstr(values[i], ==, names[i]);
    g_assert_cmpuint(asterisk->lines->len, ==, 6);
    g_assert_cmpstr(LINE(1), ==, "GET VARIABLE \"B:1\"");
}

/* As many lines as it takes, each within the limit. */
static void
test_get_in_lines(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("18.0.0");
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) values = NULL;

    for (guint i = 0; i < 100; i++) {
        g_ptr_array_add(names, g_strdup_printf("FUNCTION(\"%u\")", i));
        asterisk_set(asterisk, g_ptr_array_index(names, i), g_ptr_array_index(names, i));
    }
    g_ptr_array_add(names, NULL);
    g_assert_true(agi_get_variables(asterisk->session->call, (const char *const *) names->pdata,
                                    &values, NULL));
    for (guint i = 0; i < 100; i++)
        g_assert_cmpstr(values[i], ==, g_ptr_array_index(names, i));
    g_assert_cmpuint(asterisk->lines->len, >, 1);
    g_assert_cmpuint(asterisk->lines->len, <, 10);
    for (guint i = 0; i < asterisk->lines->len; i++)
        g_assert_cmpuint(strlen(LINE(i)), <=, 2046);
}

static void
test_get_nothing(void)
{
    static const char *const none[] = {NULL};
    static const char *const empty[] = {"A", "", NULL};
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) values = NULL;
    g_auto(GStrv) refused = NULL;

    g_assert_true(agi_get_variables(session->call, none, &values, NULL));
    g_assert_cmpuint(g_strv_length(values), ==, 0);
    g_assert_false(agi_get_variables(session->call, empty, &refused, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
    g_assert_null(refused);
    session_assert_silent(session);
}

/* A reply that is not what was asked for gives nothing rather than something wrong. */
static void
test_get_strange_replies(void)
{
    static const struct {
        const char *reply;
        int code;
    } cases[] = {
        {"200 result=0\n", AGI_ERROR_MALFORMED},
        {"510 Invalid\n", AGI_ERROR_UNKNOWN_COMMAND},
        {"HANGUP\n511 Dead\n", AGI_ERROR_HANGUP},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GError) error = NULL;
        char *value = NULL;

        session_queue(session, cases[i].reply);
        g_assert_false(agi_get_many(session->call, &error, "A", &value, "B", &value, NULL));
        g_assert_error(error, AGI_ERROR, cases[i].code);
        g_assert_null(value);
    }
}

/* GET VARIABLE cuts at 1,023 bytes, and the library does not. */
static void
test_long_value(void)
{
    for (gsize size = 1020; size < 3000; size = size < 1030 ? size + 1 : size * 2) {
        g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");
        g_autofree char *value = g_strnfill(size, 'x');
        g_autofree char *read = NULL;

        asterisk_set(asterisk, "LONG", value);
        g_assert_true(agi_get_variable(asterisk->session->call, "LONG", &read, NULL));
        g_assert_cmpstr(read, ==, value);
    }
}

/* --- Setting many --- */

static void
test_set_many(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");

    g_assert_true(agi_set_many(asterisk->session->call, NULL, "A", "x,y", "__B", "", "C(d)",
                               "\"q\" \\ [(${e}", NULL));
    g_assert_cmpstr(look_up(asterisk->variables, "A"), ==, "x,y");
    g_assert_cmpstr(g_hash_table_lookup(asterisk->variables, "__B"), ==, "");
    g_assert_cmpstr(look_up(asterisk->variables, "C(d)"), ==, "\"q\" \\ [(${e}");
    g_assert_cmpuint(asterisk->lines->len, ==, 1);
    g_assert_cmpstr(LINE(0), ==,
                    "EXEC \"MSet\" \"A=x\\\\,y,__B=,C\\\\\\\\\\\\(d\\\\\\\\\\\\)=\\\\\\\"q\\\\\\\" "
                    "\\\\\\\\ \\\\[\\\\($\\\\{e}\"");
}

static void
test_set_one(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");

    g_assert_true(agi_set_many(asterisk->session->call, NULL, "A", "1", NULL));
    g_assert_cmpstr(LINE(0), ==, "SET VARIABLE \"A\" \"1\"");
    g_assert_true(agi_set_many(asterisk->session->call, NULL, NULL, NULL));
    g_assert_cmpuint(asterisk->lines->len, ==, 1);
}

/* Old versions of MSet take no more than 23 pairs. */
static void
test_set_in_lines(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("22.6.1");
    const char *names[48] = {NULL};
    const char *values[48] = {NULL};

    for (guint i = 0; i < 47; i++)
        names[i] = values[i] = i % 2 == 0 ? "A" : "B";
    g_assert_true(agi_set_variables(asterisk->session->call, names, values, NULL));
    g_assert_cmpuint(asterisk->lines->len, ==, 3);
    g_assert_true(g_str_has_prefix(LINE(1), "EXEC \"MSet\" \"B=B,"));
    g_assert_cmpstr(LINE(2), ==, "SET VARIABLE \"A\" \"A\"");
}

/* Where there is no MSet, or an old one, it goes without. */
static void
test_set_without_mset(void)
{
    static const char *const versions[] = {"22.6.1", "1.8.32.3"};

    for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autoptr(Asterisk) asterisk = asterisk_new(versions[i]);
        AgiCall *call = asterisk->session->call;

        asterisk->has_mset = FALSE;
        g_assert_true(agi_set_many(call, NULL, "A", "1", "B", "2", NULL));
        g_assert_true(agi_set_many(call, NULL, "C", "3", "D", "4", NULL));
        g_assert_cmpstr(look_up(asterisk->variables, "B"), ==, "2");
        g_assert_cmpstr(look_up(asterisk->variables, "C"), ==, "3");
        g_assert_cmpuint(asterisk->lines->len, ==, i == 0 ? 5 : 4);
    }
}

/* What cannot be sent is found out before anything is set. */
static void
test_set_refused(void)
{
    static const struct {
        const char *name;
        const char *value;
    } cases[] = {{"", "x"}, {"A", "x\ny"}, {"A", "x\r"}, {"A\nB", "x"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GError) error = NULL;

        g_assert_false(
            agi_set_many(session->call, &error, "FIRST", "1", cases[i].name, cases[i].value, NULL));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
        session_assert_silent(session);
    }
}

static char *
random_text(int maximum)
{
    static const char special[] = "\\,()[]\"{}$=;| \t'\x01\xff";
    int length = g_test_rand_int_range(0, maximum);
    char *text = g_malloc((gsize) length + 1);

    for (int i = 0; i < length; i++) {
        text[i] = g_test_rand_bit() ? special[g_test_rand_int_range(0, (int) strlen(special))]
                                    : (char) g_test_rand_int_range(1, 256);
        if (text[i] == '\n' || text[i] == '\r')
            text[i] = ' ';
    }
    text[length] = '\0';
    return text;
}

/* Any names and values, set at once and read at once, are what they were. */
static void
test_there_and_back(void)
{
    g_autoptr(Asterisk) asterisk = asterisk_new("20.0.0");

    for (guint round = 0; round < 100; round++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
        int n = g_test_rand_int_range(0, 40);
        g_auto(GStrv) read = NULL;

        for (int i = 0; i < n; i++) {
            g_ptr_array_add(names, g_strdup_printf("V%d", i));
            g_ptr_array_add(values, random_text(200));
        }
        g_ptr_array_add(names, NULL);
        g_ptr_array_add(values, NULL);
        g_assert_true(agi_set_variables(asterisk->session->call, (const char *const *) names->pdata,
                                        (const char *const *) values->pdata, NULL));
        g_assert_true(agi_get_variables(asterisk->session->call, (const char *const *) names->pdata,
                                        &read, NULL));
        for (int i = 0; i < n; i++)
            g_assert_cmpstr(read[i], ==, g_ptr_array_index(values, i));
    }
    for (guint i = 0; i < asterisk->lines->len; i++)
        g_assert_cmpuint(strlen(LINE(i)), <=, 2046);
}

/* --- Going places --- */

static void
test_goto(void)
{
    g_autoptr(Session) session = session_new();

    session_queue(session, "200 result=0\n");
    g_assert_true(agi_goto(session->call, "sales", "100", "main-menu", NULL));
    session_assert_sent(session, "EXEC \"Goto\" \"sales,100,main-menu\"");
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_goto(session->call, NULL, "s", NULL, NULL));
    session_assert_sent(session, "EXEC \"Goto\" \"s,1\"");
}

static void
test_goto_label_missing(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(GError) error = NULL;

    session_queue(session, "200 result=-1\n");
    session_queue(session, "200 result=6\n");
    g_assert_false(agi_goto(session->call, "sales", "s", "nowhere", &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_FAILURE);
    g_clear_error(&error);
    session_queue(session, "520 Invalid\n");
    g_assert_false(agi_goto(session->call, NULL, NULL, "nowhere", &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_FAILURE);
}

/* What Goto would misunderstand is set piece by piece, the priority last. */
static void
test_goto_in_pieces(void)
{
    static const struct {
        const char *context;
        const char *extension;
        const char *priority;
        const char *lines[3];
    } cases[] = {
        {NULL, NULL, "5", {"SET PRIORITY \"5\"\n"}},
        {"a", NULL, NULL, {"SET CONTEXT \"a\"\n", "SET PRIORITY \"1\"\n"}},
        {"a",
         "b,c",
         "1",
         {"SET CONTEXT \"a\"\n", "SET EXTENSION \"b,c\"\n", "SET PRIORITY \"1\"\n"}},
        {"a$", "b", "1", {"SET CONTEXT \"a$\"\n", "SET EXTENSION \"b\"\n", "SET PRIORITY \"1\"\n"}},
        {NULL, "b", "-2", {"SET EXTENSION \"b\"\n", "SET PRIORITY \"-2\"\n"}},
        {NULL, "b", "2x", {"SET EXTENSION \"b\"\n", "SET PRIORITY \"2x\"\n"}},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();

        for (guint n = 0; n < 3; n++)
            session_queue(session, "200 result=0\n");
        g_assert_true(
            agi_goto(session->call, cases[i].context, cases[i].extension, cases[i].priority, NULL));
        for (guint n = 0; n < 3 && cases[i].lines[n] != NULL; n++) {
            g_autofree char *sent = session_take_sent(session);

            g_assert_cmpstr(sent, ==, cases[i].lines[n]);
        }
        session_assert_silent(session);
    }
}

/* Each step can fail, and then the next is not taken. */
static void
test_goto_fails(void)
{
    for (int n_good = 0; n_good < 3; n_good++) {
        g_autoptr(Session) session = session_new();
        g_autoptr(GError) error = NULL;

        for (int i = 0; i < n_good; i++)
            session_queue(session, "200 result=0\n");
        session_queue(session, "HANGUP\n511 Dead\n");
        g_assert_false(agi_goto(session->call, "a", "b,c", "1", &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
        for (int i = 0; i <= n_good; i++) {
            g_autofree char *sent = session_take_sent(session);

            g_assert_nonnull(sent);
        }
        session_assert_silent(session);
        /* And on the dead channel there is nowhere to go. */
        g_clear_error(&error);
        g_assert_false(agi_goto(session->call, "a", "b", "1", &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
        session_assert_silent(session);
    }
}

static void
test_jump_on_error(void)
{
    g_autoptr(Session) session = session_new();
    GError *error = g_error_new_literal(AGI_ERROR, AGI_ERROR_FAILURE, "no such file");

    g_assert_false(
        agi_jump_on_error(session->call, 101, AGI_ERROR_CLASS(AGI_ERROR_HANGUP), &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_FAILURE);
    session_assert_silent(session);
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_jump_on_error(session->call, 101, AGI_ERROR_CLASS_ANY, &error));
    g_assert_no_error(error);
    session_assert_sent(session, "EXEC \"Goto\" \"incoming,100,103\"");
    error = g_error_new_literal(AGI_ERROR, AGI_ERROR_FAILURE, "no such file");
    session_close(session);
    g_assert_false(agi_jump_on_error(session->call, 101, AGI_ERROR_CLASS_ANY, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
    g_clear_error(&error);
}

/* --- Applications --- */

static void
test_encode(void)
{
    static const struct {
        const char *arguments[4];
        const char *list;
    } cases[] = {
        {{NULL}, ""},
        {{"a", NULL}, "a"},
        {{"a", "b c", "", NULL}, "a,b c,"},
        {{"a,b", "c", NULL}, "a\\,b,c"},
        {{"b(x,y)", "c", NULL}, "b(x,y),c"},
        {{"say \"hi\"", "c:\\x", NULL}, "say \\\"hi\\\",c:\\\\x"},
        {{"open (", "c", NULL}, "open \\(,c"},
        {{"open [", "]", NULL}, "open \\[,]"},
        {{")(", NULL}, "\\)\\("},
        {{"a)", "b", NULL}, "a),b"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *list = agi_encode_application_arguments(cases[i].arguments);

        g_assert_cmpstr(list, ==, cases[i].list);
    }
}

/* Whatever the arguments are, the application finds them as they were. */
static void
test_encode_there_and_back(void)
{
    for (guint round = 0; round < 2000; round++) {
        g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *list = NULL;
        const char *at;

        for (int n = g_test_rand_int_range(1, 6); n > 0; n--)
            g_ptr_array_add(arguments, random_text(20));
        g_ptr_array_add(arguments, NULL);
        list = agi_encode_application_arguments((const char *const *) arguments->pdata);
        at = list;
        for (guint i = 0; i + 1 < arguments->len; i++) {
            g_autofree char *argument = take_argument(&at, ',');

            g_assert_cmpstr(argument, ==, g_ptr_array_index(arguments, i));
            at += *at == ',';
        }
        g_assert_cmpstr(at, ==, "");
    }
}

static void
test_execute(void)
{
    g_autoptr(Session) session = session_new();
    int result = 99;

    session_queue(session, "200 result=0\n");
    g_assert_true(
        agi_execute(session->call, &result, NULL, "Dial", "PJSIP/bob", "20", "a,b", NULL));
    g_assert_cmpint(result, ==, 0);
    session_assert_sent(session, "EXEC \"Dial\" \"PJSIP/bob,20,a\\\\,b\"");
    session_queue(session, "200 result=0\n");
    g_assert_true(agi_execute(session->call, NULL, NULL, "Answer", NULL));
    session_assert_sent(session, "EXEC \"Answer\"");
}

static void
test_playback(void)
{
    static const struct {
        AgiPlaybackMode mode;
        const char *line;
    } cases[] = {
        {AGI_PLAYBACK_ANSWER, "EXEC \"Playback\" \"a&b\"\n"},
        {AGI_PLAYBACK_NO_ANSWER, "EXEC \"Playback\" \"a&b,noanswer\"\n"},
        {AGI_PLAYBACK_SKIP, "EXEC \"Playback\" \"a&b,skip\"\n"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Session) session = session_new();
        g_autofree char *sent = NULL;

        session_queue(session, "200 result=0\n");
        g_assert_true(agi_playback(session->call, "a&b", cases[i].mode, NULL));
        sent = session_take_sent(session);
        g_assert_cmpstr(sent, ==, cases[i].line);
    }
}

/* GOSUB removes no escapes, so what would need some cannot be passed. */
static void
test_gosub_arguments(void)
{
    static const char *const refused[] = {"a,b", "(", "[x", "\"", "\\"};
    static const char *const passed[] = {"", "a b", "(a,b)", "\"a,b\"", "[,]", ")", "\\,", "\xff"};
    g_autoptr(Session) session = session_new();

    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        const char *const arguments[] = {"x", refused[i], NULL};
        g_autoptr(GError) error = NULL;

        g_assert_false(agi_gosub(session->call, "c", "e", "1", arguments, &error));
        g_assert_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT);
        session_assert_silent(session);
    }
    for (guint i = 0; i < G_N_ELEMENTS(passed); i++) {
        const char *const arguments[] = {"x", passed[i], NULL};

        session_queue(session, "200 result=0 Gosub complete\n");
        g_assert_true(agi_gosub(session->call, "c", "e", "1", arguments, NULL));
    }
}

/* --- Waiting --- */

static void
test_wait(void)
{
    g_autoptr(Session) session = session_new();
    gint64 started = g_get_monotonic_time();

    g_assert_true(agi_wait(session->call, 0.05, NULL));
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 50000);
    g_assert_true(agi_wait(session->call, -1, NULL));
    session_assert_silent(session);
}

static gpointer
hang_up(gpointer data)
{
    session_queue(data, "HANG");
    session_queue(data, "UP\n");
    return NULL;
}

static gpointer
cancel(gpointer data)
{
    agi_call_cancel(data);
    return NULL;
}

static void
test_wait_ends(void)
{
    g_autoptr(Session) hung_up = session_new();
    g_autoptr(Session) cancelled = session_new();
    g_autoptr(Session) late = session_new();
    g_autoptr(GError) error = NULL;
    GThread *thread;

    thread = g_thread_new("asterisk", hang_up, hung_up);
    g_assert_false(agi_wait(hung_up->call, 3600, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_HANGUP);
    g_thread_join(thread);
    g_clear_error(&error);
    thread = g_thread_new("other", cancel, cancelled->call);
    g_assert_false(agi_wait(cancelled->call, 3600, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_CANCELLED);
    g_thread_join(thread);
    g_clear_error(&error);
    agi_call_set_deadline(late->call, 0.02);
    g_assert_false(agi_wait(late->call, 3600, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_TIMEOUT);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/dialplan/get-many", test_get_many);
    g_test_add_func("/agi/dialplan/get-odd-names", test_get_odd_names);
    g_test_add_func("/agi/dialplan/get-in-lines", test_get_in_lines);
    g_test_add_func("/agi/dialplan/get-nothing", test_get_nothing);
    g_test_add_func("/agi/dialplan/get-strange-replies", test_get_strange_replies);
    g_test_add_func("/agi/dialplan/long-value", test_long_value);
    g_test_add_func("/agi/dialplan/set-many", test_set_many);
    g_test_add_func("/agi/dialplan/set-one", test_set_one);
    g_test_add_func("/agi/dialplan/set-in-lines", test_set_in_lines);
    g_test_add_func("/agi/dialplan/set-without-mset", test_set_without_mset);
    g_test_add_func("/agi/dialplan/set-refused", test_set_refused);
    g_test_add_func("/agi/dialplan/there-and-back", test_there_and_back);
    g_test_add_func("/agi/dialplan/goto", test_goto);
    g_test_add_func("/agi/dialplan/goto-label-missing", test_goto_label_missing);
    g_test_add_func("/agi/dialplan/goto-in-pieces", test_goto_in_pieces);
    g_test_add_func("/agi/dialplan/goto-fails", test_goto_fails);
    g_test_add_func("/agi/dialplan/jump-on-error", test_jump_on_error);
    g_test_add_func("/agi/dialplan/encode", test_encode);
    g_test_add_func("/agi/dialplan/encode-there-and-back", test_encode_there_and_back);
    g_test_add_func("/agi/dialplan/execute", test_execute);
    g_test_add_func("/agi/dialplan/playback", test_playback);
    g_test_add_func("/agi/dialplan/gosub-arguments", test_gosub_arguments);
    g_test_add_func("/agi/dialplan/wait", test_wait);
    g_test_add_func("/agi/dialplan/wait-ends", test_wait_ends);
    return g_test_run();
}
