/* test-message.c - what can be asked of a message. */

#include "ami/message-private.h"

#include <capella/ami/error.h>

#include <string.h>

static AmiMessage *
new_message(const char *text)
{
    g_autoptr(GError) error = NULL;
    AmiMessage *message = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return message;
}

static void
test_headers(void)
{
    g_autoptr(AmiMessage) message = new_message("Response: Success\r\n"
                                                "Items: 12 calls\r\n"
                                                "Paused: Yes\r\n"
                                                "Variable: A=1\r\n"
                                                "variable: B=2=3\r\n"
                                                "no colon\r\n");
    g_autofree const char **variables = ami_message_get_all(message, "VARIABLE");
    g_autofree const char **none = ami_message_get_all(message, "Nothing");

    g_assert_cmpstr(ami_message_get(message, "response"), ==, "Success");
    g_assert_null(ami_message_get(message, "Respons"));
    g_assert_null(ami_message_get(message, "Responses"));
    g_assert_cmpint(ami_message_get_integer(message, "Items", -1), ==, 12);
    g_assert_cmpint(ami_message_get_integer(message, "Response", -1), ==, -1);
    g_assert_cmpint(ami_message_get_integer(message, "Nothing", -1), ==, -1);
    g_assert_true(ami_message_get_boolean(message, "Paused"));
    g_assert_false(ami_message_get_boolean(message, "Items"));
    g_assert_cmpstr(variables[0], ==, "A=1");
    g_assert_cmpstr(variables[1], ==, "B=2=3");
    g_assert_null(variables[2]);
    g_assert_null(none[0]);
    g_assert_cmpstr(ami_message_get_pair(message, "Variable", "B"), ==, "2=3");
    g_assert_null(ami_message_get_pair(message, "Variable", "C"));
    g_assert_true(ami_message_has(message, "Variable", "B=2=3"));
    g_assert_false(ami_message_has(message, "Variable", "B=2"));
    g_assert_cmpuint(ami_message_get_length(message), ==, 6);
    g_assert_cmpstr(ami_message_get_name(message, 4), ==, "variable");
    g_assert_cmpstr(ami_message_get_name(message, 5), ==, "");
    g_assert_cmpstr(ami_message_get_value(message, 5), ==, "no colon");
    g_assert_null(ami_message_get_name(message, 6));
    g_assert_null(ami_message_get_value(message, 6));
}

/* The event OriginateResponse has a header Response, and the ActionID of its action. */
static void
test_event_decides(void)
{
    g_autoptr(AmiMessage) event = new_message("event: OriginateResponse\nActionID: h-7\n"
                                              "Response: Failure\n");
    g_autoptr(AmiMessage) late = new_message("ActionID: h-7\nEvent: OriginateResponse\n"
                                             "Response: Failure\n");
    g_autoptr(AmiMessage) response = new_message("Response: Success\nActionID: h-7\n\n");

    g_assert_true(ami_message_is_event(event));
    g_assert_cmpstr(ami_message_get_event(event), ==, "OriginateResponse");
    g_assert_null(ami_message_get_response(event));
    g_assert_cmpstr(ami_message_get_action_id(event), ==, "h-7");
    g_assert_true(ami_message_is_event(late));
    g_assert_false(ami_message_is_event(response));
    g_assert_null(ami_message_get_event(response));
    g_assert_cmpstr(ami_message_get_response(response), ==, "Success");
}

/* A variable whose value has line ends in it does not make an event of the response. */
static void
test_response_stays(void)
{
    g_autoptr(AmiMessage) response = new_message("Response: Success\nActionID: h-7\n"
                                                 "Variable: X\nValue: a\nEvent: Hangup\n");

    g_assert_false(ami_message_is_event(response));
    g_assert_cmpstr(ami_message_get_response(response), ==, "Success");
}

static void
test_output(void)
{
    g_autoptr(AmiMessage) old = new_message("Response: Follows\r\nPrivilege: Command\r\n"
                                            "a: b\n  c\n--END COMMAND--\r\n\r\n");
    g_autoptr(AmiMessage) modern = new_message("Response: Success\r\nMessage: x\r\n"
                                               "Output: a: b\r\nOutput:   c\r\n");
    g_autofree const char **old_lines = ami_message_get_output(old);
    g_autofree const char **modern_lines = ami_message_get_output(modern);

    for (guint i = 0; i < 3; i++)
        g_assert_cmpstr(old_lines[i], ==, modern_lines[i]);
    g_assert_cmpstr(modern_lines[1], ==, "  c");
}

static void
test_no_message(void)
{
    static const char *const texts[] = {"", "\r\n", "\n\n"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(ami_message_new(texts[i], strlen(texts[i]), &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_MALFORMED);
    }
}

static void
test_references(void)
{
    AmiMessage *message = new_message("Event: A\n");

    g_assert_true(ami_message_ref(message) == message);
    ami_message_unref(message);
    g_assert_cmpstr(ami_message_get_event(message), ==, "A");
    ami_message_unref(message);
}

static gpointer
ask_for_names(gpointer data)
{
    const AmiMessage *message = data;

    g_assert_cmpstr(ami_message_get_name(message, 0), ==, "Event");
    g_assert_cmpstr(ami_message_get_name(message, 1), ==, "Channel");
    return (gpointer) ami_message_get_name(message, 1);
}

/* All are given the same string, whoever came first. */
static void
test_names_in_threads(void)
{
    for (guint round = 0; round < 100; round++) {
        g_autoptr(AmiMessage) message = new_message("Event: A\nChannel: B\n");
        GThread *threads[4];

        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            threads[i] = g_thread_new("names", ask_for_names, message);
        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            g_assert_true(g_thread_join(threads[i]) == ami_message_get_name(message, 1));
    }
}

/* Asterisk sends the line ends of some values as they are. */
static const struct {
    const char *text;
    const char *value;
} long_cases[] = {
    {"Response: Success\r\nActionID: 1\r\nValue: one\r\n\r\n", "one"},
    {"Response: Success\r\nActionID: 1\r\nValue: \r\n\r\n", ""},
    {"Response: Success\r\nActionID: 1\r\nValue: one\n\n  two:2\nthree:  3\r\n\r\n",
     "one\n\n  two:2\nthree:  3"},
    {"Response: Success\r\nActionID: 1\r\nValue: one\nActionID: 2\r\n\r\n", "one\nActionID: 2"},
    {"Response: Success\r\nValue: one\ntwo\r\nActionID: 1\r\n\r\n", "one\ntwo"},
    {"Response: Success\r\nVariable: one\r\n\r\n", NULL},
};

static void
test_long_value(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(long_cases); i++) {
        g_autoptr(AmiMessage) message = new_message(long_cases[i].text);
        g_autofree char *value = ami_message_dup_long_value(message, "value");

        g_assert_cmpstr(value, ==, long_cases[i].value);
    }
}

static void
test_error_names(void)
{
    g_assert_cmpstr(ami_error_code_name(AMI_ERROR_REFUSED), ==, "REFUSED");
    for (guint code = 0; code <= AMI_ERROR_CALL_FAILED; code++)
        g_assert_cmpstr(ami_error_code_name((AmiError) code), !=, "UNKNOWN");
    g_assert_cmpstr(ami_error_code_name((AmiError) 1000), ==, "UNKNOWN");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/message/headers", test_headers);
    g_test_add_func("/ami/message/event-decides", test_event_decides);
    g_test_add_func("/ami/message/response-stays", test_response_stays);
    g_test_add_func("/ami/message/output", test_output);
    g_test_add_func("/ami/message/no-message", test_no_message);
    g_test_add_func("/ami/message/references", test_references);
    g_test_add_func("/ami/message/names-in-threads", test_names_in_threads);
    g_test_add_func("/ami/message/long-value", test_long_value);
    g_test_add_func("/ami/error/names", test_error_names);
    return g_test_run();
}
