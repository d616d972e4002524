/* test-parser.c - bytes become messages, however they arrive. */

#include "ami/parser.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *bytes;
    const char *messages[6]; /* as ami_message_to_string() shows them */
} ParserCase;

static const ParserCase parser_cases[] = {
    {"response",
     "Response: Success\r\nActionID: 7\r\nMessage: Fine\r\n\r\n",
     {"Response: Success\nActionID: 7\nMessage: Fine\n"}},
    {"two", "Event: A\r\n\r\nEvent: B\r\nX: 1\r\n\r\n", {"Event: A\n", "Event: B\nX: 1\n"}},
    {"stray-empty-lines",
     "\r\n\r\nEvent: A\r\n\r\n\r\nEvent: B\r\n\r\n",
     {"Event: A\n", "Event: B\n"}},
    {"message-ends-in-line-feed",
     "Response: Success\r\nActionID: h-8\r\nMessage: Park successful\n\r\n\r\nEvent: B\r\n\r\n",
     {"Response: Success\nActionID: h-8\nMessage: Park successful\n", "Event: B\n"}},
    {"two-empty-lines",
     "Response: Success\r\nRuleList: a\r\n\r\n\r\nEvent: B\r\n\r\n",
     {"Response: Success\nRuleList: a\n", "Event: B\n"}},
    {"header-ended-by-line-feed",
     "Event: Agents\r\nCallStarted: 5\nLoggedInTime: 6\r\n\r\n",
     {"Event: Agents\nCallStarted: 5\nLoggedInTime: 6\n"}},
    {"line-without-colon",
     "Response: Success\r\nNo categories found\r\n\r\n",
     {"Response: Success\nNo categories found\n"}},
    {"line-feeds-inside-values",
     "Event: E\r\nAppData: one\n\ntwo\r\nNext: x\r\n\r\n",
     {"Event: E\nAppData: one\ntwo\nNext: x\n"}},
    {"line-feeds-only", "Action: Ping\nActionID: 1\n\n", {"Action: Ping\nActionID: 1\n"}},
    {"spaces",
     "Output:   two spaces\r\nEmpty: \r\nNone:\r\nTrailing: x \r\n\r\n",
     {"Output:   two spaces\nEmpty: \nNone: \nTrailing: x \n"}},
    {"colons", "A: b: c:\r\n\r\n", {"A: b: c:\n"}},
    {"carriage-return-inside", "A: b\rc\r\n\r\n", {"A: b\rc\n"}},
    {"old-command",
     "Response: Follows\r\nPrivilege: Command\r\nActionID: 9\r\nline: one\n\nline three\n"
     "--END COMMAND--\r\n\r\nEvent: B\r\n\r\n",
     {"Response: Follows\nPrivilege: Command\nActionID: 9\nOutput: line: one\nOutput: \n"
      "Output: line three\n",
      "Event: B\n"}},
    {"old-command-without-last-line-feed",
     "Response: Follows\r\nPrivilege: Command\r\nno end--END COMMAND--\r\n\r\n",
     {"Response: Follows\nPrivilege: Command\nOutput: no end\n"}},
    {"old-command-with-its-own-mark",
     "Response: Follows\r\nPrivilege: Command\r\na--END COMMAND--\nb\r\n\r\n"
     "--END COMMAND--\r\n\r\n",
     {"Response: Follows\nPrivilege: Command\nOutput: a--END COMMAND--\nOutput: b\n"
      "Output: \n"}},
    {"old-command-that-prints-nothing",
     "Response: Follows\r\nPrivilege: Command\r\n--END COMMAND--\r\n\r\n",
     {"Response: Follows\nPrivilege: Command\n"}},
    {"not-utf-8", "Name: \xff\xfe\r\n\r\n", {"Name: \xff\xfe\n"}},
};

static void
assert_messages(const ParserCase *expected, GPtrArray *messages)
{
    guint count = 0;

    while (expected->messages[count] != NULL)
        count++;
    for (guint i = 0; i < MIN(count, messages->len); i++) {
        g_autofree char *text = ami_message_to_string(g_ptr_array_index(messages, i));

        g_assert_cmpstr(text, ==, expected->messages[i]);
    }
    g_assert_cmpuint(messages->len, ==, count);
}

static void
take_all(AmiParser *parser, GPtrArray *messages)
{
    g_autoptr(GError) error = NULL;
    AmiSlice slice;

    while (ami_parser_next(parser, &slice, &error)) {
        AmiMessage *message = ami_slice_to_message(&slice);

        if (slice.event != NULL)
            g_assert_true(strlen(ami_message_get_event(message)) == slice.event_length);
        g_ptr_array_add(messages, message);
    }
    g_assert_no_error(error);
}

/* In pieces of every size, the pieces exact in size and not NUL-terminated. */
static void
test_parser(gconstpointer data)
{
    const ParserCase *expected = data;
    gsize length = strlen(expected->bytes);

    for (gsize piece = 1; piece <= length; piece++) {
        g_autoptr(AmiParser) parser = ami_parser_new();
        g_autoptr(GPtrArray) messages =
            g_ptr_array_new_with_free_func((GDestroyNotify) ami_message_unref);

        for (gsize from = 0; from < length; from += piece) {
            gsize size = MIN(piece, length - from);
            g_autofree char *bytes = g_memdup2(expected->bytes + from, size);

            ami_parser_add(parser, bytes, (gssize) size);
            take_all(parser, messages);
        }
        assert_messages(expected, messages);
        g_assert_false(ami_parser_is_amid(parser));
    }
}

static void
test_greeting(void)
{
    g_autoptr(AmiParser) parser = ami_parser_new();
    g_autofree char *line = NULL;
    g_autoptr(GError) error = NULL;
    AmiSlice slice;

    ami_parser_add(parser, "Asterisk Call Manager/11.0.0\r", -1);
    g_assert_null(ami_parser_next_line(parser, &error));
    g_assert_no_error(error);
    ami_parser_add(parser, "\nEvent: A\r\n\r\n", -1);
    line = ami_parser_next_line(parser, &error);
    g_assert_cmpstr(line, ==, "Asterisk Call Manager/11.0.0");
    g_assert_true(ami_parser_next(parser, &slice, &error));
    g_assert_cmpmem(slice.event, slice.event_length, "A", 1);
}

static void
test_nul(void)
{
    static const char bytes[] = "Event: A\r\nX: a\0b\r\n\r\n";
    g_autoptr(AmiParser) parser = ami_parser_new();
    g_autoptr(AmiMessage) message = NULL;
    AmiSlice slice;

    ami_parser_add(parser, bytes, sizeof bytes - 1);
    g_assert_true(ami_parser_next(parser, &slice, NULL));
    message = ami_slice_to_message(&slice);
    g_assert_cmpstr(ami_message_get(message, "x"), ==, "a?b");
}

typedef struct {
    const char *name;
    const char *bytes;
    const char *message;
} LimitCase;

static const LimitCase limit_cases[] = {
    {"line", "Event: A\r\nX: 1234567890123456789012345678901\r\n\r\n",
     "a line has more than 32 bytes"},
    {"line-without-end", "X: 123456789012345678901234567890", "a line has more than 32 bytes"},
    {"message",
     "X: 12345678901234567890\r\nX: 12345678901234567890\r\nX: 12345678901234567890\r\n\r\n",
     "a message has more than 64 bytes"},
    {"headers", "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n\r\n",
     "a message has more than 4 headers"},
};

static void
test_limit(gconstpointer data)
{
    const LimitCase *expected = data;
    const AmiLimits limits = {.line = 32, .message = 64, .headers = 4};
    g_autoptr(AmiParser) parser = ami_parser_new();
    g_autoptr(GError) error = NULL;
    AmiSlice slice;

    ami_parser_set_limits(parser, &limits);
    ami_parser_add(parser, expected->bytes, -1);
    g_assert_false(ami_parser_next(parser, &slice, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_MALFORMED);
    g_assert_cmpstr(error->message, ==, expected->message);
}

/* What one huge message took is given back. */
static void
test_shrinks(void)
{
    g_autoptr(AmiParser) parser = ami_parser_new();
    g_autofree char *value = g_strnfill(3 * 1024 * 1024, 'x');
    gsize size = 0;
    AmiSlice slice;

    ami_parser_add(parser, "Event: A\r\nX: ", -1);
    ami_parser_add(parser, value, -1);
    ami_parser_add(parser, "\r\n\r\n", -1);
    g_assert_true(ami_parser_next(parser, &slice, NULL));
    ami_parser_get_room(parser, &size);
    g_assert_cmpuint(size, <=, 256 * 1024);
    ami_parser_add(parser, "Event: B\r\n\r\n", -1);
    g_assert_true(ami_parser_next(parser, &slice, NULL));
    g_assert_cmpmem(slice.event, slice.event_length, "B", 1);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parser_cases); i++) {
        g_autofree char *path = g_strconcat("/ami/parser/", parser_cases[i].name, NULL);

        g_test_add_data_func(path, &parser_cases[i], test_parser);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(limit_cases); i++) {
        g_autofree char *path = g_strconcat("/ami/parser/limit/", limit_cases[i].name, NULL);

        g_test_add_data_func(path, &limit_cases[i], test_limit);
    }
    g_test_add_func("/ami/parser/greeting", test_greeting);
    g_test_add_func("/ami/parser/nul", test_nul);
    g_test_add_func("/ami/parser/shrinks", test_shrinks);
    return g_test_run();
}
