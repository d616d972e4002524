/* test-environment.c - the block that opens a session: what is kept, what is refused. */

#include "agi/call-private.h"

#include <string.h>

static const char usual[] = "agi_network: yes\n"
                            "agi_network_script: a/b?x=1&name=Ann%20B+C&empty=&flag&bad=%zz&x=2\n"
                            "agi_request: agi://10.0.0.5:4573/a/b?x=1\n"
                            "agi_channel: PJSIP/alice-00000007\n"
                            "agi_language: en\n"
                            "agi_type: PJSIP\n"
                            "agi_uniqueid: 1795433707.14\n"
                            "agi_version: 22.4.1\n"
                            "agi_callerid: 5551234\n"
                            "agi_calleridname: Ann: \"A\" \\ <x>\n"
                            "agi_dnid: unknown\n"
                            "agi_rdnis: unknown\n"
                            "agi_context: incoming\n"
                            "agi_extension: 100\n"
                            "agi_priority: 2\n"
                            "agi_enhanced: 0.0\n"
                            "agi_accountcode: \n"
                            "agi_threadid: -140301463004864\n"
                            "agi_arg_1: one\n"
                            "agi_arg_2: \n"
                            "agi_arg_3:  two blanks \n"
                            "agi_future: kept\n"
                            "\n";

/* Parses a copy that is exactly as long as the text, so that a look behind it is found out. */
static AgiEnvironment *
parse_bytes(const char *block, gsize length, GError **error)
{
    g_autofree char *copy = length > 0 ? g_memdup2(block, length) : NULL;

    return agi_environment_new(copy, length, error);
}

static AgiEnvironment *
parse(const char *block)
{
    g_autoptr(GError) error = NULL;
    AgiEnvironment *environment = parse_bytes(block, strlen(block), &error);

    g_assert_no_error(error);
    g_assert_nonnull(environment);
    return environment;
}

static void
test_usual(void)
{
    g_autoptr(AgiEnvironment) environment = parse(usual);

    g_assert_cmpstr(agi_environment_get_channel(environment), ==, "PJSIP/alice-00000007");
    g_assert_cmpstr(agi_environment_get_channel_type(environment), ==, "PJSIP");
    g_assert_cmpstr(agi_environment_get_language(environment), ==, "en");
    g_assert_cmpstr(agi_environment_get_unique_id(environment), ==, "1795433707.14");
    g_assert_cmpstr(agi_environment_get_version(environment), ==, "22.4.1");
    g_assert_cmpstr(agi_environment_get_caller_id(environment), ==, "5551234");
    g_assert_cmpstr(agi_environment_get_caller_id_name(environment), ==, "Ann: \"A\" \\ <x>");
    g_assert_cmpstr(agi_environment_get_dialed_number(environment), ==, NULL);
    g_assert_cmpstr(agi_environment_get_redirecting_number(environment), ==, NULL);
    g_assert_cmpstr(agi_environment_get(environment, "dnid"), ==, "unknown");
    g_assert_cmpstr(agi_environment_get_context(environment), ==, "incoming");
    g_assert_cmpstr(agi_environment_get_extension(environment), ==, "100");
    g_assert_cmpint(agi_environment_get_priority(environment), ==, 2);
    g_assert_false(agi_environment_is_enhanced(environment));
    g_assert_cmpstr(agi_environment_get_account_code(environment), ==, "");
    g_assert_cmpstr(agi_environment_get_request(environment), ==, "agi://10.0.0.5:4573/a/b?x=1");
}

static void
test_by_name(void)
{
    g_autoptr(AgiEnvironment) environment = parse(usual);

    g_assert_cmpuint(agi_environment_get_length(environment), ==, 22);
    g_assert_cmpstr(agi_environment_get_name(environment, 0), ==, "agi_network");
    g_assert_cmpstr(agi_environment_get_value(environment, 0), ==, "yes");
    g_assert_cmpstr(agi_environment_get(environment, "agi_future"), ==, "kept");
    g_assert_cmpstr(agi_environment_get(environment, "future"), ==, "kept");
    g_assert_cmpstr(agi_environment_get(environment, "nothing"), ==, NULL);
}

static void
test_arguments(void)
{
    g_autoptr(AgiEnvironment) environment = parse(usual);

    g_assert_cmpuint(agi_environment_get_argument_count(environment), ==, 3);
    g_assert_cmpstr(agi_environment_get_argument(environment, 1), ==, "one");
    g_assert_cmpstr(agi_environment_get_argument(environment, 2), ==, "");
    g_assert_cmpstr(agi_environment_get_argument(environment, 3), ==, " two blanks ");
    g_assert_cmpstr(agi_environment_get_argument(environment, 0), ==, NULL);
    g_assert_cmpstr(agi_environment_get_argument(environment, 4), ==, NULL);
}

static void
assert_query_value(const AgiEnvironment *environment, const char *key, const char *wanted)
{
    g_autofree char *value = agi_environment_dup_query_value(environment, key);

    g_assert_cmpstr(value, ==, wanted);
}

static void
test_script(void)
{
    g_autoptr(AgiEnvironment) environment = parse(usual);
    g_autoptr(AgiEnvironment) plain = parse("agi_network_script: greet\n\n");
    g_autoptr(AgiEnvironment) none = parse("agi_network: yes\n\n");

    g_assert_cmpstr(agi_environment_get_script_path(environment), ==, "a/b");
    g_assert_cmpstr(agi_environment_get_script_query(environment), ==,
                    "x=1&name=Ann%20B+C&empty=&flag&bad=%zz&x=2");
    assert_query_value(environment, "x", "1");
    assert_query_value(environment, "name", "Ann B+C");
    assert_query_value(environment, "empty", "");
    assert_query_value(environment, "flag", "");
    assert_query_value(environment, "bad", "%zz");
    assert_query_value(environment, "nam", NULL);
    g_assert_cmpstr(agi_environment_get_script_path(plain), ==, "greet");
    g_assert_cmpstr(agi_environment_get_script_query(plain), ==, NULL);
    assert_query_value(plain, "x", NULL);
    g_assert_cmpstr(agi_environment_get_script(none), ==, NULL);
    g_assert_cmpstr(agi_environment_get_script_path(none), ==, NULL);
    g_assert_cmpstr(agi_environment_get_script_query(none), ==, NULL);
}

/* Odd, and all the same an environment. */
static void
test_odd(void)
{
    static const struct {
        const char *block;
        const char *name;
        const char *value;
    } cases[] = {
        {"agi_a: x\r\nagi_b: y\r\n\r\n", "a", "x"},
        {"agi_a: x\r\nagi_b: y\r\n\r\n", "b", "y"},
        {"agi_a: one\ntwo\n three:\nagi_b: y\n\n", "a", "one\ntwo\n three:"},
        {"agi_a: one\r\ntwo\r\nagi_b: y\r\n\r\n", "a", "one\r\ntwo"},
        {"agi_a: one\ntwo\nagi_b: y\n\n", "b", "y"},
        {"agi_a: one\nagi_b without colon: x\n\n", "a", "one\nagi_b without colon: x"},
        {"agi_a:x\n\n", "a", "x"},
        {"agi_a:\n\n", "a", ""},
        {"agi_a:  x\n\n", "a", " x"},
        {"agi_a: caf\xc3\n\n", "a", "caf\xc3"},
        {"agi_a: \xff\xfe\n\n", "a", "\xff\xfe"},
        {"agi_a: first\nagi_a: second\n\n", "a", "first"},
        {"agi_a: x", "a", "x"},
        {"agi_a: x\n", "a", "x"},
        {"agi_a: x\n\nagi_b: behind the end\n\n", "b", NULL},
        {"agi_arg_1: a\n\n", "arg_1", "a"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(AgiEnvironment) environment = parse(cases[i].block);

        g_assert_cmpstr(agi_environment_get(environment, cases[i].name), ==, cases[i].value);
    }
}

static void
test_numbers(void)
{
    static const struct {
        const char *block;
        int priority;
        gboolean is_enhanced;
    } cases[] = {
        {"agi_priority: 1\nagi_enhanced: 1.0\n\n", 1, TRUE},
        {"agi_priority: -3\nagi_enhanced: \n\n", 0, FALSE},
        {"agi_priority: 99999999999\nagi_x: \n\n", G_MAXINT, FALSE},
        {"agi_x: \n\n", 0, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(AgiEnvironment) environment = parse(cases[i].block);

        g_assert_cmpint(agi_environment_get_priority(environment), ==, cases[i].priority);
        g_assert_cmpint(agi_environment_is_enhanced(environment), ==, cases[i].is_enhanced);
    }
}

static void
assert_malformed(const char *block, gsize length, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AgiEnvironment) environment = parse_bytes(block, length, &error);

    g_assert_null(environment);
    g_assert_error(error, AGI_ERROR, AGI_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, word));
}

static void
test_malformed(void)
{
    assert_malformed("", 0, "empty");
    assert_malformed("\n", 1, "empty");
    assert_malformed("\r\n", 2, "empty");
    assert_malformed("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, "no FastAGI session");
    assert_malformed("x\nagi_a: y\n\n", 12, "no FastAGI session");
    assert_malformed("agi_a\n\n", 7, "no FastAGI session");
    assert_malformed("agi_a: \0\n\n", 10, "NUL");
}

/* A block of @n_lines lines, each @line, and the empty one. */
static GString *
make_block(guint n_lines, const char *line)
{
    GString *block = g_string_new(NULL);

    for (guint i = 0; i < n_lines; i++)
        g_string_append(block, line);
    return g_string_append_c(block, '\n');
}

static void
test_limits(void)
{
    g_autoptr(GString) most = make_block(AGI_ENVIRONMENT_MAXIMUM_LINES, "agi_a: x\n");
    g_autoptr(GString) more = make_block(AGI_ENVIRONMENT_MAXIMUM_LINES + 1, "agi_a: x\n");
    g_autoptr(GString) longest = g_string_new("agi_a: ");
    g_autoptr(AgiEnvironment) environment = parse(most->str);

    g_assert_cmpuint(agi_environment_get_length(environment), ==, AGI_ENVIRONMENT_MAXIMUM_LINES);
    assert_malformed(more->str, more->len, "lines");
    while (longest->len < AGI_ENVIRONMENT_MAXIMUM_BYTES - 2)
        g_string_append_c(longest, 'x');
    g_string_append(longest, "\n\n");
    g_clear_pointer(&environment, agi_environment_unref);
    environment = parse(longest->str);
    g_string_append_c(longest, '\n');
    assert_malformed(longest->str, longest->len, "bytes");
}

/* The end is found as soon as it is there, however the bytes come. */
static void
test_find_end(void)
{
    static const char *const blocks[] = {
        "agi_a: x\nagi_b: y\n\n",
        "agi_a: x\r\nagi_b: y\r\n\r\n",
        "agi_a: x\nagi_b: y\n\r\n",
        "\n",
        "\r\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
        gsize whole = strlen(blocks[i]);

        for (gsize from = 0; from < whole; from++) {
            for (gsize length = from; length < whole; length++) {
                g_autofree char *part = g_memdup2(blocks[i], length);

                g_assert_cmpuint(agi_environment_find_end(part, length, from), ==, 0);
            }
            g_assert_cmpuint(agi_environment_find_end(blocks[i], whole, from), ==, whole);
        }
    }
    g_assert_cmpuint(agi_environment_find_end("agi_a: x\n\nrest\n\n", 16, 0), ==, 10);
    g_assert_cmpuint(agi_environment_find_end(NULL, 0, 0), ==, 0);
}

static void
test_references(void)
{
    AgiEnvironment *environment = parse(usual);

    g_assert_true(agi_environment_ref(environment) == environment);
    agi_environment_unref(environment);
    g_assert_cmpstr(agi_environment_get(environment, "network"), ==, "yes");
    agi_environment_unref(environment);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/environment/usual", test_usual);
    g_test_add_func("/agi/environment/by-name", test_by_name);
    g_test_add_func("/agi/environment/arguments", test_arguments);
    g_test_add_func("/agi/environment/script", test_script);
    g_test_add_func("/agi/environment/odd", test_odd);
    g_test_add_func("/agi/environment/numbers", test_numbers);
    g_test_add_func("/agi/environment/malformed", test_malformed);
    g_test_add_func("/agi/environment/limits", test_limits);
    g_test_add_func("/agi/environment/find-end", test_find_end);
    g_test_add_func("/agi/environment/references", test_references);
    return g_test_run();
}
