/* test-quote.c - what is quoted comes out of Asterisk's tokenizer as it was. */

#include "agi/quote.h"

#include <string.h>

static void
test_quote(void)
{
    static const struct {
        const char *argument;
        const char *quoted;
    } cases[] = {
        {"", "\"\""},
        {"hello world", "\"hello world\""},
        {"say \"hi\"", "\"say \\\"hi\\\"\""},
        {"C:\\x\\", "\"C:\\\\x\\\\\""},
        {"it's", "\"it's\""},
        {"\"Ann\" <5551234>", "\"\\\"Ann\\\" <5551234>\""},
        {"\xc3\xa9", "\"\xc3\xa9\""},
        {"\t\x01\x7f\xff", "\"\t\x01\x7f\xff\""},
        {"a\nb", NULL},
        {"\n", NULL},
        {"a\rb", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) line = g_string_new("X ");

        if (cases[i].quoted == NULL) {
            g_assert_false(agi_quote(line, cases[i].argument));
            continue;
        }
        g_assert_true(agi_quote(line, cases[i].argument));
        g_assert_cmpstr(line->str + 2, ==, cases[i].quoted);
    }
}

/* Joins words with a bar, which no case holds. */
static void
test_split(void)
{
    static const struct {
        const char *line;
        const char *words;
    } cases[] = {
        {"", ""},
        {"   ", ""},
        {"ANSWER", "ANSWER"},
        {"  GET   VARIABLE\tx ", "GET|VARIABLE|x"},
        {"a \"\" b", "a||b"},
        {"\"\"", ""},
        {"ab\"c d\"ef", "abc def"},
        {"\"open to the end", "open to the end"},
        {"a\\ b", "a b"},
        {"\\n\\t", "nt"},
        {"\"a\\\"b\\\\c\"", "a\"b\\c"},
        {"end\\", "end"},
        {"it's one", "it's|one"},
        {"\"a\"\"b\" c", "ab|c"},
        {"caf\xc3\xa9 \xff", "caf\xc3\xa9|\xff"},
        {"ANSWER\r", "ANSWER\r"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *exact = g_memdup2(cases[i].line, strlen(cases[i].line));
        g_auto(GStrv) words = agi_split_words(exact, strlen(cases[i].line));
        g_autofree char *joined = g_strjoinv("|", words);

        g_assert_cmpstr(joined, ==, cases[i].words);
    }
}

static void
test_empty_words(void)
{
    g_auto(GStrv) none = agi_split_words(" \t ", 3);
    g_auto(GStrv) one = agi_split_words("\"\"", 2);

    g_assert_cmpuint(g_strv_length(none), ==, 0);
    g_assert_cmpuint(g_strv_length(one), ==, 1);
}

/* Any byte but NUL and line ends; those that matter to a tokenizer more often than others. */
static char *
random_argument(void)
{
    static const char special[] = "\"\\ \t'`$;,|(){}[]=\x01\x7f\xff";
    int length = g_test_rand_int_range(0, 64);
    char *argument = g_malloc((gsize) length + 1);

    for (int i = 0; i < length; i++) {
        argument[i] = g_test_rand_bit() ? special[g_test_rand_int_range(0, (int) strlen(special))]
                                        : (char) g_test_rand_int_range(1, 256);
        if (argument[i] == '\n' || argument[i] == '\r')
            argument[i] = ' ';
    }
    argument[length] = '\0';
    return argument;
}

static void
test_there_and_back(void)
{
    for (guint round = 0; round < 2000; round++) {
        g_autoptr(GString) line = g_string_new("NOOP");
        g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
        g_auto(GStrv) words = NULL;

        for (int n = g_test_rand_int_range(0, 8); n > 0; n--) {
            g_ptr_array_add(arguments, random_argument());
            g_string_append_c(line, ' ');
            g_assert_true(agi_quote(line, g_ptr_array_index(arguments, arguments->len - 1)));
        }
        words = agi_split_words(line->str, line->len);
        g_assert_cmpuint(g_strv_length(words), ==, arguments->len + 1);
        for (guint i = 0; i < arguments->len; i++)
            g_assert_cmpstr(words[i + 1], ==, g_ptr_array_index(arguments, i));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/quote/quote", test_quote);
    g_test_add_func("/agi/quote/split", test_split);
    g_test_add_func("/agi/quote/empty-words", test_empty_words);
    g_test_add_func("/agi/quote/there-and-back", test_there_and_back);
    return g_test_run();
}
