/* test-script.c - every line that a script can have, and what is said of wrong ones. */

#include "pbx/script-private.h"
#include <glib/gstdio.h>
#include <string.h>

/* Lines that are right; each directive is among them. */
static const char *const good_lines[] = {
    "",
    "   # a comment",
    "\textension 1000",
    "context incoming",
    "priority 2",
    "caller 555",
    "callername \"Ann \\\"A\\\" Smith\"",
    "channel PJSIP/a-1",
    "uniqueid 1.2",
    "language de",
    "version 1.4.44",
    "dialed 100",
    "redirecting 200",
    "account a",
    "agi_NAME x",
    "agi_accountcode \"\"",
    "argument \"\"",
    "without agi_version",
    "variable CALLERID(num) 555",
    "variable NOTES \"one\\ntwo\\t\\r\\x41\\\\\"",
    "database f k v",
    "label here 5",
    "subroutine a,b,1",
    "subroutine a,b,2 takes 1s returns x",
    "subroutine a,b,2 leaves",
    "application Dial takes 20s returns -1",
    "neighbour X/2",
    "file hello 1.5s",
    "file * 200ms",
    "missing file nosuch",
    "saying 1m",
    "dead",
    "documented",
    "speech",
    "speak yes score 5 grammar g",
    "no text",
    "press 12#",
    "press # at 2.5s",
    "press *AD after GET DATA enter-pin",
    "press 1 2s after \"enter-pin\"",
    "press 1 0.5s into \"menu\"",
    "press 1 during STREAM FILE menu",
    "press 1 before 3 commands",
    "hangup at 3",
    "hangup after STREAM FILE",
    "hangup 1h after reply",
    "text hello",
    "text \"hello there\" at 1s",
    "answer GET VARIABLE X: 200 result=1 (a: b)",
    "answer 2nd GET VARIABLE X: 200 result=0",
    "answer 3 NOOP: \"200 result=0\\r\\n\"",
    "answer NOOP:",
    "expect command \"\" 5",
    "expect command: 510 Invalid or unknown command",
    "expect STREAM FILE \"hello-world\" \"\"",
    "expect GET VARIABLE \"a: b\": 200 result=0",
    "expect variable PIN 12",
    "expect status SUCCESS",
    "expect goto default,s,2",
    "expect database f k v",
    "forbid EXEC *",
    "strict",
    "fault split every 1 byte",
    "fault split every 3 bytes 5ms",
    "fault cut utf-8",
    "fault hangup inside reply",
    "fault close inside environment",
    "fault reset after 3 commands",
    "fault stall before environment",
    "fault half-close after GET DATA",
    "fault junk \"\\x00\\xff\" before ANSWER",
    "speed 10",
    "speed instant",
    "pace 0.2s",
    "timeout 0",
};

/* A wrong line, and a part of what is said of it. */
static const struct {
    const char *line;
    const char *complaint;
} bad_lines[] = {
    {"frobnicate", "\"frobnicate\" is nothing that a script can say"},
    {"\"extension\" 5", "\"extension\" is nothing that a script can say"},
    {"missing", "\"missing\" is nothing"},
    {"extension", "extension: the value is missing"},
    {"extension 1 2", "extension: \"2\" is too much"},
    {"callername Ann Smith", "a value with blanks goes into quotes"},
    {"extension \"5", "a quote is not closed"},
    {"extension \"5\\", "a quote is not closed"},
    {"extension \"5\"6", "a blank is missing behind \"5\""},
    {"extension \"\\q\"", "\"\\q\" stands for nothing"},
    {"extension \"\\x5g\"", "\\x wants two hexadecimal digits"},
    {"agi_x", "agi_x: the value is missing"},
    {"argument", "argument: the argument is missing"},
    {"without", "without: the name of an agi_ variable is missing"},
    {"variable", "variable: the variable's name is missing"},
    {"variable X", "variable: the value is missing"},
    {"database", "database: the family is missing"},
    {"database f", "database: the key is missing"},
    {"database f k", "database: the value is missing"},
    {"label", "label: the label is missing"},
    {"label here there", "label: the priority is a whole number up to 2147483647"},
    {"subroutine", "subroutine: CONTEXT,EXTENSION,PRIORITY is missing"},
    {"subroutine a,b,1 sings", "\"sings\" is none of: takes TIME, returns VALUE, leaves"},
    {"subroutine a,b,1 takes", "a time such as 1.5s is missing"},
    {"subroutine a,b,1 returns", "what it returns is missing"},
    {"application", "application: the application's name is missing"},
    {"application A sings", "\"sings\" is none of: takes TIME, returns NUMBER"},
    {"application A returns x", "what it returns is a whole number, not \"x\""},
    {"application A returns", "what it returns is missing"},
    {"neighbour", "neighbour: the channel's name is missing"},
    {"file a", "file: a time such as 1.5s is missing"},
    {"file a soon", "file: \"soon\" is no time; write 1.5s, 200ms or 2m"},
    {"file a 1.5x", "\"1.5x\" is no time"},
    {"file a -1", "\"-1\" is no time"},
    {"file", "file: the file's name is missing"},
    {"missing file", "missing file: the file's name is missing"},
    {"speak", "speak: what the caller says is missing"},
    {"speak yes loudly", "\"loudly\" is none of: score NUMBER, grammar NAME"},
    {"speak yes grammar", "the grammar's name is missing"},
    {"press", "press: what to press is missing"},
    {"press 12E", "\"12E\" cannot be pressed"},
    {"press \"\"", "\"\" cannot be pressed"},
    {"press 1 soon", "when? write \"at TIME\""},
    {"press 1 at", "a time such as 1.5s is missing"},
    {"press 1 2s", "when? write \"at TIME\""},
    {"press 1 after", "a command, or a sound in quotes, is missing"},
    {"press 1 after 3", "behind 3 the word \"commands\" is missing"},
    {"press 1 after \"a\" b", "\"b\" is too much"},
    {"hangup", "hangup: when? write \"hangup at 3s\""},
    {"text", "text: the text is missing"},
    {"answer NOOP", "answer: what shall be answered?"},
    {"answer \"a\": 200 result=0", "a command is wanted here, and its first word without quotes"},
    {"answer : 200 result=0", "a command, or a sound in quotes, is missing"},
    {"answer NOOP: \"200", "a quote is not closed"},
    {"answer NOOP: \"200\" x", "behind the reply in quotes nothing may follow"},
    {"expect", "expect: a command, or a sound in quotes, is missing"},
    {"expect \"hello\"", "a command is wanted here"},
    {"expect variable", "the name is missing"},
    {"expect variable PIN", "the value expected is missing"},
    {"expect goto a b", "\"b\" is too much"},
    {"forbid", "forbid: a command, or a sound in quotes, is missing"},
    {"strict now", "strict: \"now\" is too much"},
    {"fault", "\"fault\" is nothing that a script can say"},
    {"fault split every", "the number of bytes is missing"},
    {"fault split every 0 bytes", "with a number above 0"},
    {"fault split every 3", "write \"fault split every 3 bytes\""},
    {"fault split every 3 bytes soon", "\"soon\" is no time"},
    {"fault close", "where? write \"before\", \"inside\" or \"after\""},
    {"fault junk", "fault junk: what to send is missing"},
    {"fault reset inside", "a command, or a sound in quotes, is missing"},
    {"speed", "speed: the speed is missing"},
    {"speed fast", "\"fast\" is no speed"},
    {"speed 0", "\"0\" is no speed"},
    {"speed nan", "\"nan\" is no speed"},
    {"pace", "pace: a time such as 1.5s is missing"},
    {"timeout x", "timeout: \"x\" is no time"},
};

static void
test_good(gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new_from_text(data, &error);

    g_assert_no_error(error);
    g_assert_nonnull(script);
}

static void
test_bad(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new_from_text(bad_lines[i].line, &error);

    g_assert_null(script);
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    g_assert_true(g_str_has_prefix(error->message, "script:1: "));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, bad_lines[i].complaint));
}

/* Each row of the table is met above. */
static void
test_every_directive(void)
{
    PbxDirectiveInfo info = {0};

    for (guint i = 0; pbx_script_directive_info(i, &info); i++) {
        gboolean is_met = FALSE;

        for (guint n = 0; n < G_N_ELEMENTS(good_lines); n++)
            is_met |= g_str_has_prefix(good_lines[n] + strspn(good_lines[n], "\t"), info.name);
        g_test_message("%s", info.name);
        g_assert_true(is_met);
        g_assert_nonnull(info.arguments);
        g_assert_cmpuint(strlen(info.summary), >, 0);
    }
}

/* The manual tells of each, in the words of the table. */
static void
test_manual(void)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "..", "doc", "capella.1", NULL);
    g_autofree char *manual = NULL;
    g_autoptr(GError) error = NULL;
    PbxDirectiveInfo info = {0};

    g_assert_true(g_file_get_contents(path, &manual, NULL, &error));
    for (guint i = 0; pbx_script_directive_info(i, &info); i++) {
        g_autofree char *item =
            g_strdup_printf("\n.It Li \"%s%s", info.name, *info.arguments != '\0' ? " " : "\"");
        g_autofree char *summary = g_strdup_printf("\n%s.\n", info.summary);

        g_test_message("%s", info.name);
        g_assert_nonnull(strstr(manual, item));
        g_assert_nonnull(strstr(manual, summary));
    }
}

/* Every wrong line is named at once, in the file that it stands in. */
static void
test_file(void)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autofree char *expected = NULL;
    int fd = g_file_open_tmp("capella-XXXXXX", &path, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, "extension 5\r\nbad\n\n# x\nworse\n", -1, NULL));
    g_assert_false(pbx_script_read_file(script, path, &error));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    expected = g_strdup_printf("%s:2: \"bad\" is nothing that a script can say\n"
                               "%s:5: \"worse\" is nothing that a script can say",
                               path, path);
    g_assert_cmpstr(error->message, ==, expected);
    g_assert_cmpstr(pbx_script_get_environment(script, "agi_extension"), ==, "5");
    g_unlink(path);
}

static void
test_no_file(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new();

    g_assert_false(pbx_script_read_file(script, "/nosuch/script", &error));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_READ);
    g_assert_nonnull(strstr(error->message, "the script cannot be read: "));
    g_assert_nonnull(strstr(error->message, "/nosuch/script"));
}

static void
test_nul_in_file(void)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new();
    int fd = g_file_open_tmp("capella-XXXXXX", &path, &error);

    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, "dead\0\n", 6, NULL));
    g_assert_false(pbx_script_read_file(script, path, &error));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    g_unlink(path);
}

/* Words that are added one by one need no quotes. */
static void
test_add(void)
{
    g_autoptr(PbxScript) script = pbx_script_new();
    g_autoptr(GError) error = NULL;
    const PbxPair *pair = NULL;

    g_assert_true(pbx_script_add(script, &error, "variable", "X", "a \"b\" \\", NULL));
    g_assert_no_error(error);
    pair = g_ptr_array_index(script->variables, 0);
    g_assert_cmpstr(pair->value, ==, "a \"b\" \\");
    g_assert_true(pbx_script_add(script, &error, "press", "12#", "after", "STREAM", "FILE", NULL));
    g_assert_false(pbx_script_add(script, &error, "press", "x", NULL));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
    g_clear_error(&error);
    g_assert_false(pbx_script_add(script, &error, NULL));
    g_assert_error(error, PBX_SCRIPT_ERROR, PBX_SCRIPT_ERROR_SYNTAX);
}

static void
test_questions(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script =
        pbx_script_new_from_text("extension 5\nextension 6\nfile a 2s\nmissing file b", &error);

    g_assert_no_error(error);
    g_assert_true(pbx_script_has_environment(script, "agi_extension"));
    g_assert_false(pbx_script_has_environment(script, "agi_context"));
    g_assert_cmpstr(pbx_script_get_environment(script, "agi_extension"), ==, "6");
    g_assert_cmpfloat(pbx_script_get_file_seconds(script, "a"), ==, 2);
    g_assert_cmpfloat(pbx_script_get_file_seconds(script, "b"), <, 0);
    g_assert_cmpfloat(pbx_script_get_file_seconds(script, "c"), ==, PBX_DEFAULT_FILE_SECONDS);
    g_assert_cmpfloat(pbx_script_get_say_seconds(script, "b"), ==, PBX_DEFAULT_SAY_SECONDS);
    g_assert_false(pbx_script_expects_status(script));
    g_assert_true(pbx_script_add(script, &error, "expect", "status", "FAILURE", NULL));
    g_assert_true(pbx_script_expects_status(script));
}

/* What is written with quotes is read as it was, whatever the bytes. */
static void
test_quoting(void)
{
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(GString) line = g_string_new("x ");
        g_autoptr(GArray) words = NULL;
        g_autoptr(GError) error = NULL;
        char bytes[32];
        gsize length = (gsize) g_test_rand_int_range(0, sizeof bytes);

        for (gsize n = 0; n < length; n++)
            bytes[n] = (char) g_test_rand_int_range(0, 256);
        pbx_words_append_quoted(line, bytes, length);
        words = pbx_words_split_script(line->str, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(words->len, ==, 2);
        g_assert_true(g_array_index(words, PbxWord, 1).is_quoted);
        g_assert_cmpmem(g_array_index(words, PbxWord, 1).text,
                        g_array_index(words, PbxWord, 1).length, bytes, length);
    }
}

static void
add_lines(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good_lines); i++) {
        g_autofree char *path = g_strdup_printf("/pbx/script/good/%zu", i);

        g_test_add_data_func(path, good_lines[i], test_good);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad_lines); i++) {
        g_autofree char *path = g_strdup_printf("/pbx/script/bad/%zu", i);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_bad);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    add_lines();
    g_test_add_func("/pbx/script/every-directive", test_every_directive);
    g_test_add_func("/pbx/script/manual", test_manual);
    g_test_add_func("/pbx/script/file", test_file);
    g_test_add_func("/pbx/script/no-file", test_no_file);
    g_test_add_func("/pbx/script/nul-in-file", test_nul_in_file);
    g_test_add_func("/pbx/script/add", test_add);
    g_test_add_func("/pbx/script/questions", test_questions);
    g_test_add_func("/pbx/script/quoting", test_quoting);
    return g_test_run();
}
