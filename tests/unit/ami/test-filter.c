/* test-filter.c - which events a filter takes. */

#include "ami/filter-private.h"

#include <capella/ami/error.h>
#include <string.h>

static const char hangup[] = "Event: Hangup\r\n"
                             "Channel: PJSIP/alice-1\r\n"
                             "CallerIDName: Front desk, \"2\"\r\n"
                             "ChanVariable: A=1\r\n"
                             "ChanVariable: B=2\r\n"
                             "Context: \r\n"
                             "Cause-txt: gr\xc3\xbc\xc3\x9f"
                             "e *\\\r\n"
                             "Bad: \xfc\xff!\r\n";

static AmiMessage *
new_message(const char *text)
{
    g_autoptr(GError) error = NULL;
    AmiMessage *message = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return message;
}

static void
test_events(void)
{
    g_autoptr(AmiMessage) event = new_message(hangup);
    g_autoptr(AmiMessage) response = new_message("Response: Success\r\n");
    g_autoptr(AmiFilter) all = ami_filter_new(NULL, NULL);
    g_autoptr(AmiFilter) some = ami_filter_new("Newchannel", "HANGUP", NULL);
    g_autoptr(AmiFilter) others = ami_filter_new("HangupRequest", "Hang", NULL);

    g_assert_null(ami_filter_get_events(all)[0]);
    g_assert_cmpstr(ami_filter_get_events(some)[1], ==, "HANGUP");
    g_assert_null(ami_filter_get_events(some)[2]);
    g_assert_true(ami_filter_matches(all, event));
    g_assert_false(ami_filter_matches(all, response));
    g_assert_true(ami_filter_matches(some, event));
    g_assert_false(ami_filter_matches(others, event));
    ami_filter_add_event(others, "Hangup");
    g_assert_true(ami_filter_matches(others, event));
}

typedef struct {
    const char *name;
    const char *value;
    gboolean is_same; /* as a value, exactly */
    gboolean is_like; /* as a pattern */
} HeaderCase;

static const HeaderCase header_cases[] = {
    {"channel", "PJSIP/alice-1", TRUE, TRUE},
    {"Channel", "pjsip/alice-1", FALSE, FALSE},
    {"Channel", "PJSIP/alice", FALSE, FALSE},
    {"Channel", "PJSIP/alice-12", FALSE, FALSE},
    {"Channel", "PJSIP/*", FALSE, TRUE},
    {"CHANNEL", "*-?", FALSE, TRUE},
    {"Channel", "*-??", FALSE, FALSE},
    {"Channel", "*i*e*1*", FALSE, TRUE},
    {"Channel", "*ali*ali*", FALSE, FALSE},
    {"Channel", "PJSIP/alice-1?", FALSE, FALSE},
    {"Channel", "**", FALSE, TRUE},
    {"Channel", "", FALSE, FALSE},
    {"Context", "", TRUE, TRUE},
    {"Context", "*", FALSE, TRUE},
    {"Context", "?", FALSE, FALSE},
    {"ChanVariable", "B=2", TRUE, TRUE},
    {"ChanVariable", "?=2", FALSE, TRUE},
    {"ChanVariable", "B=3", FALSE, FALSE},
    {"Nothing", "", FALSE, FALSE},
    {"Nothing", "*", FALSE, FALSE},
    {"Cause-txt", "gr??e *\\", FALSE, TRUE},
    {"Cause-txt", "gr???e *\\", FALSE, FALSE},
    {"Cause-txt", "*\\*\\\\", FALSE, TRUE},
    {"Cause-txt", "*\\?\\\\", FALSE, FALSE},
    {"Bad", "???", FALSE, TRUE},
    {"Bad", "??", FALSE, FALSE},
};

static void
test_headers(void)
{
    g_autoptr(AmiMessage) event = new_message(hangup);

    for (gsize i = 0; i < G_N_ELEMENTS(header_cases); i++) {
        const HeaderCase *row = &header_cases[i];
        g_autoptr(AmiFilter) same = ami_filter_new("Hangup", NULL);
        g_autoptr(AmiFilter) like = ami_filter_new(NULL, NULL);

        ami_filter_add_header(same, row->name, row->value);
        ami_filter_add_pattern(like, row->name, row->value);
        g_test_message("%s, %s", row->name, row->value);
        g_assert_cmpint(ami_filter_matches(same, event), ==, row->is_same);
        g_assert_cmpint(ami_filter_matches(like, event), ==, row->is_like);
    }
}

/* A pattern with many stars takes no time that grows beyond measure. */
static void
test_many_stars(void)
{
    g_autoptr(GString) text = g_string_new("Event: A\r\nB: ");
    g_autoptr(AmiFilter) filter = ami_filter_new(NULL, NULL);
    g_autoptr(AmiMessage) event = NULL;

    for (guint i = 0; i < 2000; i++)
        g_string_append_c(text, 'a');
    g_string_append(text, "\r\n");
    event = new_message(text->str);
    ami_filter_add_pattern(filter, "B", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
    g_assert_false(ami_filter_matches(filter, event));
}

static gboolean
has_event(AmiMessage *event, gpointer data)
{
    guint *times = data;

    (*times)++;
    return ami_message_has(event, "ChanVariable", "A=1");
}

static void
count_freed(gpointer data)
{
    *(guint *) data += 100;
}

static void
test_predicate(void)
{
    g_autoptr(AmiMessage) event = new_message(hangup);
    g_autoptr(AmiMessage) other = new_message("Event: Newchannel\r\nChannel: PJSIP/bob-1\r\n");
    g_autoptr(AmiFilter) filter = ami_filter_new(NULL, NULL);
    guint first = 0;
    guint second = 0;

    ami_filter_set_predicate(filter, has_event, &first, count_freed);
    ami_filter_set_predicate(filter, has_event, &second, count_freed);
    g_assert_cmpuint(first, ==, 100);
    g_assert_true(ami_filter_matches(filter, event));
    g_assert_false(ami_filter_matches(filter, other));
    g_assert_cmpuint(second, ==, 2);
    ami_filter_add_header(filter, "Channel", "PJSIP/alice-1");
    g_assert_false(ami_filter_matches(filter, other));
    g_assert_cmpuint(second, ==, 2); /* asked only when all else holds */
    ami_filter_free(g_steal_pointer(&filter));
    g_assert_cmpuint(second, ==, 102);
}

typedef struct {
    const char *text;
    guint n_events;
    gboolean matches;
} TextCase;

static const TextCase text_cases[] = {
    {"", 0, TRUE},
    {" ,, ", 0, TRUE},
    {"Hangup", 1, TRUE},
    {"Newchannel", 1, FALSE},
    {"AOC-D Newchannel,hangup", 3, TRUE},
    {"Hangup Channel=PJSIP/*", 1, TRUE},
    {"Channel=PJSIP/*,Hangup\tNewexten", 2, TRUE},
    {"Hangup Channel=PJSIP/a", 1, FALSE},
    {"Channel=PJSIP/alice-1", 0, TRUE},
    {"channel=*alice* Context=", 0, TRUE},
    {"Channel=*alice* Context=x", 0, FALSE},
    {"Event=Hang*", 0, TRUE},
    {"Event=Queue*", 0, FALSE},
    {"ChanVariable=B=2", 0, TRUE},
    {"\"ChanVariable\"=\"B=2\"", 0, TRUE},
    {"CallerIDName=\"Front desk, \\\"2\\\"\"", 0, TRUE},
    {"CallerIDName=\"Front desk*\" Hangup", 1, TRUE},
    {"CallerIDName=Front\\ desk\\,\\ *", 0, TRUE},
    {"CallerIDName=Front* desk", 1, FALSE},
    {"Cause-txt=*\\*\\\\", 0, TRUE},
    {"Cause-txt=*\\?\\\\", 0, FALSE},
    {"Channel=PJSIP/alice-1\\", 0, FALSE},
};

static void
test_text(void)
{
    g_autoptr(AmiMessage) event = new_message(hangup);

    for (gsize i = 0; i < G_N_ELEMENTS(text_cases); i++) {
        const TextCase *row = &text_cases[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(AmiFilter) filter = ami_filter_new_from_text(row->text, &error);

        g_test_message("%s", row->text);
        g_assert_no_error(error);
        g_assert_cmpuint(g_strv_length((char **) ami_filter_get_events(filter)), ==, row->n_events);
        g_assert_cmpint(ami_filter_matches(filter, event), ==, row->matches);
    }
}

static const char *const bad_texts[][2] = {
    {"Hangup CallerIDName=\"Front desk", "a quote is not closed in the filter: "
                                         " CallerIDName=\"Front desk"},
    {"=x", "the condition \"=x\" of the filter is not of the form Header=value"},
    {"Channel!=x", "the condition \"Channel!=x\" of the filter is not of the form Header=value"},
    {"Channel:PJSIP", "\"Channel:PJSIP\" in the filter is neither the name of an event nor a "
                      "condition such as Channel=Local*"},
    {"Queue*", "\"Queue*\" in the filter is neither the name of an event nor a condition such as "
               "Channel=Local*; for many events, write Event=Queue*"},
    {"\"\"", "\"\" in the filter is neither the name of an event nor a condition such as "
             "Channel=Local*"},
};

static void
test_bad_text(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bad_texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(ami_filter_new_from_text(bad_texts[i][0], &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT);
        g_assert_cmpstr(error->message, ==, bad_texts[i][1]);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ami/filter/events", test_events);
    g_test_add_func("/ami/filter/headers", test_headers);
    g_test_add_func("/ami/filter/many-stars", test_many_stars);
    g_test_add_func("/ami/filter/predicate", test_predicate);
    g_test_add_func("/ami/filter/text", test_text);
    g_test_add_func("/ami/filter/bad-text", test_bad_text);
    return g_test_run();
}
