/* test-async-agi-text.c - what AsyncAGI events carry. */

#include "ami/async-agi-text.h"

#include <string.h>

/* Headers of the event, behind its name. */
#define HEADERS                                                                                    \
    "Channel: Local/a-1\r\nCallerIDNum: <unknown>\r\nCallerIDName: A b\r\nLanguage: en\r\n"        \
    "Context: default\r\nExten: 300\r\nPriority: 2\r\nUniqueid: 1.1\r\nAccountCode: \r\n"

typedef struct {
    const char *env; /* NULL: no such header */
    gboolean is_cut;
    const char *expected;
} EnvironmentCase;

static const EnvironmentCase environment_cases[] = {
    {"agi_request%3A%20async%0Aagi_channel%3A%20Local%2Fb-1%0A%0A", FALSE,
     "agi_request: async\nagi_channel: Local/b-1\n\n"},
    {"agi_request%3a async%0aagi_extension%3A 5%0Aagi_arg_1%3A%20x%25%c3%bc%0A%0A", FALSE,
     "agi_request: async\nagi_extension: 5\nagi_arg_1: x%\xc3\xbc\n\n"},
    {"agi_request%3A%20async%0Aagi_channel%3A%20Local%2Fb-1%0Aagi_callerid%3A%2055%0Aagi_unique",
     TRUE,
     "agi_request: async\nagi_channel: Local/b-1\nagi_callerid: 55\nagi_language: en\n"
     "agi_uniqueid: 1.1\nagi_calleridname: A b\nagi_context: default\nagi_extension: 300\n"
     "agi_priority: 2\nagi_accountcode: \n\n"},
    {"agi_request%3A%20async%0Aagi_channel%3A%20Local%2", TRUE,
     "agi_request: async\nagi_channel: Local/a-1\nagi_language: en\nagi_uniqueid: 1.1\n"
     "agi_callerid: unknown\nagi_calleridname: A b\nagi_context: default\nagi_extension: 300\n"
     "agi_priority: 2\nagi_accountcode: \n\n"},
    {NULL, TRUE,
     "agi_request: async\nagi_channel: Local/a-1\nagi_language: en\nagi_uniqueid: 1.1\n"
     "agi_callerid: unknown\nagi_calleridname: A b\nagi_context: default\nagi_extension: 300\n"
     "agi_priority: 2\nagi_accountcode: \n\n"},
};

static void
test_environment(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(environment_cases); i++) {
        const EnvironmentCase *row = &environment_cases[i];
        g_autofree char *text = g_strconcat("Event: AsyncAGIStart\r\n" HEADERS,
                                            row->env != NULL ? "Env: " : NULL, row->env, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(AmiMessage) start = ami_message_new(text, strlen(text), &error);
        g_autofree char *environment = NULL;
        gboolean is_cut;

        g_assert_no_error(error);
        environment = ami_async_agi_dup_environment(start, &is_cut);
        g_assert_cmpstr(environment, ==, row->expected);
        g_assert_cmpint(is_cut, ==, row->is_cut);
    }
}

static void
test_value(void)
{
    static const char environment[] = "agi_request: async\nagi_uniqueid: 1.1\nagi_a:\n\n";
    g_autofree char *id = ami_async_agi_dup_value(environment, "agi_uniqueid");
    g_autofree char *empty = ami_async_agi_dup_value(environment, "agi_a");

    g_assert_cmpstr(id, ==, "1.1");
    g_assert_cmpstr(empty, ==, "");
    g_assert_null(ami_async_agi_dup_value(environment, "agi_unique"));
    g_assert_null(ami_async_agi_dup_value("", "agi_unique"));
}

typedef struct {
    const char *result;
    gboolean was_behind;
    const char *expected;
} ReplyCase;

static const ReplyCase reply_cases[] = {
    {"200%20result%3D0%0A", FALSE, "200 result=0\n"},
    {"200 result=1 (a%0Ab)%0A", FALSE, "200 result=1 (a\nb)\n"},
    {"200 result=0", FALSE, "200 result=0\n"},
    {"rest)%0A200 result=0%0A", TRUE, "200 result=0\n"},
    {"lone%0Aagi_arg_2: 100 x%0A%0A510 Invalid or unknown command%0A", TRUE,
     "510 Invalid or unknown command\n"},
    {"200 result=0%0A", TRUE, "200 result=0\n"},
    {"rest)%0A", TRUE, NULL},
    {"rest", TRUE, NULL},
    {"520-Usage%0Ax%0A520 End of proper usage.%0A", FALSE,
     "520-Usage\nx\n520 End of proper usage.\n"},
};

static void
test_reply(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reply_cases); i++) {
        const ReplyCase *row = &reply_cases[i];
        gboolean is_behind = row->was_behind;
        g_autofree char *reply = ami_async_agi_dup_reply(row->result, &is_behind);

        g_assert_cmpstr(reply, ==, row->expected);
        g_assert_false(is_behind);
    }
}

/* Asterisk reads 1024 bytes, and keeps 2047 of them encoded. */
static void
test_cut_reply(void)
{
    static const struct {
        const char *begin;
        const char *filling;
        gsize length; /* of the result */
        const char *end;
    } rows[] = {
        {"200 result=1 (", "a", 1024, "aaa)\n"},
        {"200 result=1 (", "%20", 2045, "   )\n"},
        {"200 result=1 (", "%20", 2046, "   )\n"},
        {"200 result=1 (", "%20", 2047, "   )\n"},
        {"520-Usage", "a", 1024, "aaa\n520 End of proper usage.\n"},
        {"200 result=", "1", 1024, "111\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) result = g_string_new(rows[i].begin);
        g_autofree char *reply = NULL;
        gboolean is_behind = FALSE;

        while (result->len < rows[i].length)
            g_string_append(result, rows[i].filling);
        g_string_truncate(result, rows[i].length);
        reply = ami_async_agi_dup_reply(result->str, &is_behind);
        g_assert_true(is_behind);
        g_assert_true(g_str_has_suffix(reply, rows[i].end));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/async-agi-text/environment", test_environment);
    g_test_add_func("/ami/async-agi-text/value", test_value);
    g_test_add_func("/ami/async-agi-text/reply", test_reply);
    g_test_add_func("/ami/async-agi-text/cut-reply", test_cut_reply);
    return g_test_run();
}
