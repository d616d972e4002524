/* test-action.c - actions carry what they are given, and refuse what the wire cannot carry. */

#include "ami/action-private.h"

#include <string.h>

static void
assert_refused(const AmiAction *action, const char *part)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(ami_action_check(action, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, part));
}

static char *
get_wire(const AmiAction *action)
{
    g_autoptr(GString) wire = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    ami_action_check(action, &error);
    g_assert_no_error(error);
    ami_action_append_to(action, "id-1", wire);
    return g_string_free(g_steal_pointer(&wire), FALSE);
}

static void
test_wire(void)
{
    g_autoptr(AmiAction) action = ami_action_new_with("Something", "A", "1", "B", "", NULL);
    g_autofree char *wire = NULL;

    ami_action_add(action, "A", "again: and again");
    ami_action_add(action, "Left-Out", NULL);
    ami_action_add_integer(action, "Integer", -5);
    ami_action_add_boolean(action, "True", TRUE);
    ami_action_add_boolean(action, "False", FALSE);
    ami_action_add_seconds(action, "Seconds", 1.5);
    ami_action_add_milliseconds(action, "Milliseconds", 0.0001);
    wire = get_wire(action);
    g_assert_cmpstr(wire, ==,
                    "Action: Something\r\nA: 1\r\nB: \r\nA: again: and again\r\nInteger: -5\r\n"
                    "True: true\r\nFalse: false\r\nSeconds: 1.500\r\nMilliseconds: 1\r\n"
                    "ActionID: id-1\r\n\r\n");
}

typedef struct {
    const char *name;
    const char *header;
    const char *value;
    const char *part; /* of the message */
} RefusedCase;

static const RefusedCase refused_cases[] = {
    {"line-feed", "A", "x\n\nAction: Command", "has a line end in it"},
    {"carriage-return", "A", "x\r", "has a line end in it"},
    {"line-feed-in-name", "A\nB", "x", "is no name for a header"},
    {"colon-in-name", "A: b", "x", "is no name for a header"},
    {"empty-name", "", "x", "is no name for a header"},
    {"blank-before-name", " A", "x", "is no name for a header"},
    {"blank-behind-name", "A ", "x", "is no name for a header"},
    {"action", "action", "x", "is for the client to set"},
    {"action-id", "ACTIONID", "x", "is for the client to set"},
};

static void
test_refused(gconstpointer data)
{
    const RefusedCase *expected = data;
    g_autoptr(AmiAction) action = ami_action_new("Something");
    g_autofree char *text = NULL;

    ami_action_add(action, expected->header, expected->value);
    ami_action_add(action, "Behind", "it");
    assert_refused(action, expected->part);
    text = ami_action_to_string(action);
    g_assert_cmpstr(text, ==, "Action: Something\n");
}

static void
test_name(void)
{
    g_autoptr(AmiAction) evil = ami_action_new("Ping\r\n\r\nAction: Command");
    g_autoptr(AmiAction) empty = ami_action_new("");

    assert_refused(evil, "has a line end in it");
    assert_refused(empty, "it has no name");
}

static void
test_longest_line(void)
{
    g_autofree char *fits = g_strnfill(AMI_ACTION_MAXIMUM_LINE - 3, 'x');
    g_autofree char *too_long = g_strnfill(AMI_ACTION_MAXIMUM_LINE - 2, 'x');
    g_autoptr(AmiAction) action = ami_action_new_with("Something", "A", fits, NULL);
    g_autofree char *wire = get_wire(action);

    g_assert_nonnull(strstr(wire, fits));
    ami_action_add(action, "A", too_long);
    assert_refused(action, "would have 1023 bytes, and Asterisk reads 1022");
}

static void
test_most_headers(void)
{
    g_autoptr(AmiAction) action = ami_action_new("Something");
    g_autofree char *wire = NULL;
    guint lines = 0;

    for (guint i = 0; i < AMI_ACTION_MAXIMUM_HEADERS - 2; i++)
        ami_action_add_integer(action, "A", i);
    wire = get_wire(action);
    for (const char *line = wire; *line != '\0'; line = strchr(line, '\n') + 1)
        lines++;
    g_assert_cmpuint(lines - 1, ==, AMI_ACTION_MAXIMUM_HEADERS);
    ami_action_add(action, "A", "one more");
    assert_refused(action, "there are more than 127 headers");
}

static void
test_variables(void)
{
    g_autoptr(AmiAction) action = ami_action_new("Something");
    g_autoptr(AmiAction) evil = ami_action_new("Something");
    g_autofree char *text = NULL;

    ami_action_add_variable(action, "NOTE", "a, \"b\" and \\c");
    ami_action_add_variable(action, "__EMPTY", "");
    text = ami_action_to_string(action);
    g_assert_cmpstr(text, ==,
                    "Action: Something\nVariable: NOTE=\"a, \\\"b\\\" and \\\\c\"\n"
                    "Variable: __EMPTY=\"\"\n");
    ami_action_add_variable(action, "X", "1\r\n2");
    assert_refused(action, "has a line end in it");
    ami_action_add_variable(evil, "A=1,B", "2");
    assert_refused(evil, "is no name for a variable");
}

static void
test_times(void)
{
    g_autoptr(AmiAction) negative = ami_action_new("Something");
    g_autoptr(AmiAction) endless = ami_action_new("Something");

    ami_action_add_seconds(negative, "Timeout", -1);
    assert_refused(negative, "Timeout is no time");
    ami_action_add_milliseconds(endless, "Timeout", 1e10);
    assert_refused(endless, "Timeout is no time");
}

static void
test_secret(void)
{
    g_autoptr(AmiAction) action = ami_action_new_with("Login", "Username", "u", NULL);
    g_autofree char *text = NULL;
    g_autofree char *wire = NULL;

    ami_action_add_secret(action, "Secret", "galaxy");
    text = ami_action_to_string(action);
    wire = get_wire(action);
    g_assert_cmpstr(text, ==, "Action: Login\nUsername: u\nSecret: ***\n");
    g_assert_nonnull(strstr(wire, "\r\nSecret: galaxy\r\n"));
}

static void
test_grows(void)
{
    g_autoptr(AmiAction) action = ami_action_new("Something");
    g_autofree char *value = g_strnfill(900, 'v');
    g_autofree char *found = NULL;

    for (guint i = 0; i < 100; i++)
        ami_action_add(action, "Value", value);
    ami_action_add(action, "Last", "z");
    found = ami_action_dup_value(action, "LAST");
    g_assert_cmpstr(found, ==, "z");
    g_assert_null(ami_action_dup_value(action, "Las"));
}

static void
note_destroy(gpointer data)
{
    *(gboolean *) data = TRUE;
}

static void
take_item(AmiMessage *item, gpointer user_data)
{
    g_assert_cmpstr(ami_message_get_event(item), ==, "A");
    *(gboolean *) user_data = FALSE;
}

static void
test_items(void)
{
    AmiAction *action = ami_action_new("Something");
    g_autoptr(AmiMessage) item = ami_message_new("Event: A\n", 9, NULL);
    gboolean flag = TRUE;

    g_assert_false(ami_action_show_item(action, item));
    ami_action_set_item_func(action, take_item, &flag, note_destroy);
    g_assert_true(ami_action_show_item(action, item));
    g_assert_false(flag);
    ami_action_free(action);
    g_assert_true(flag);
}

/* What others have to say against an action, and how it ends. */
static void
test_private(void)
{
    g_autoptr(AmiAction) action = ami_action_new("Something");

    g_assert_null(ami_action_get_end_event(action));
    g_assert_cmpfloat(ami_action_get_extra_time(action), ==, 0);
    ami_action_set_end_event(action, "OriginateResponse");
    ami_action_set_extra_time(action, 30);
    g_assert_cmpstr(ami_action_get_end_event(action), ==, "OriginateResponse");
    g_assert_cmpfloat(ami_action_get_extra_time(action), ==, 30);
    ami_action_set_end_event(action, NULL);
    g_assert_null(ami_action_get_end_event(action));
    ami_action_set_problem(action, "it goes %s", "nowhere");
    ami_action_set_problem(action, "and back");
    assert_refused(action, "action Something: it goes nowhere");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(refused_cases); i++) {
        g_autofree char *path = g_strconcat("/ami/action/refused/", refused_cases[i].name, NULL);

        g_test_add_data_func(path, &refused_cases[i], test_refused);
    }
    g_test_add_func("/ami/action/wire", test_wire);
    g_test_add_func("/ami/action/name", test_name);
    g_test_add_func("/ami/action/longest-line", test_longest_line);
    g_test_add_func("/ami/action/most-headers", test_most_headers);
    g_test_add_func("/ami/action/variables", test_variables);
    g_test_add_func("/ami/action/times", test_times);
    g_test_add_func("/ami/action/secret", test_secret);
    g_test_add_func("/ami/action/grows", test_grows);
    g_test_add_func("/ami/action/items", test_items);
    g_test_add_func("/ami/action/private", test_private);
    return g_test_run();
}
