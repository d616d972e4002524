/* test-ami-output.c - answers and events as text: blocks, tables, JSON, and nothing that harms. */

#include "ami/reply-private.h"
#include "capella/ami-event.h"
#include "capella/text.h"
#include <string.h>

static AmiMessage *
make_message(const char *text)
{
    g_autoptr(GError) error = NULL;
    AmiMessage *message = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return message;
}

/* A reply: the response, then the items, then, behind a NULL, the completing event. */
static AmiReply *
make_reply(const char *const *texts)
{
    AmiReply *reply = ami_reply_new();
    g_autoptr(AmiMessage) response = make_message(texts[0]);
    g_autoptr(AmiMessage) complete = NULL;
    guint i = 1;

    ami_reply_set_response(reply, response);
    for (; texts[i] != NULL; i++) {
        g_autoptr(AmiMessage) item = make_message(texts[i]);

        ami_reply_add_item(reply, item);
    }
    if (texts[i + 1] == NULL)
        return reply;
    complete = make_message(texts[i + 1]);
    ami_reply_set_complete(reply, complete);
    return reply;
}

#define PING "Response: Success\nActionID: 1\nPing: Pong\nTimestamp: 17.5\n"
#define LIST "Response: Success\nActionID: 2\nEventList: start\nMessage: will follow\n"
#define ONE                                                                                        \
    "Event: Lot\nActionID: 2\nName: default\nNote:\nPrivilege: call\nTag: a\nTag: b\nSpaces: 20\n"
#define TWO      "Event: Lot\nActionID: 2\nName: M\xc3\xbcnchen\nNote: <unknown>\nExtra: x: y\n"
#define OTHER    "Event: Space\nActionID: 2\nName: n\n"
#define COMPLETE "Event: LotsComplete\nActionID: 2\nEventList: Complete\nListItems: 2\nTotal: 3\n"

typedef struct {
    const char *name;
    CapellaAmiLook look;
    const char *texts[6];
    const char *shown;
} ReplyCase;

static const ReplyCase reply_cases[] = {
    {"block", {0}, {PING}, "Response:  Success\nPing:      Pong\nTimestamp: 17.5\n"},
    {"block-colored",
     {.has_color = TRUE},
     {"Response: Success\nA: b\n"},
     "\033[36mResponse\033[0m: Success\n\033[36mA\033[0m:        b\n"},
    {"empty-value", {0}, {"Response: Success\nVersion:\n"}, "Response: Success\nVersion:\n"},
    {"no-colon",
     {0},
     {"Response: Success\nNo categories\n"},
     "Response: Success\n"
     "          No categories\n"},
    {"blocks",
     {0},
     {LIST, ONE, OTHER, NULL, COMPLETE},
     "Event:     Lot\nName:      default\nNote:\nPrivilege: call\nTag:       a\nTag:       b\n"
     "Spaces:    20\n\n"
     "Event: Space\nName:  n\n\n"
     "ListItems: 2\nTotal:     3\n"},
    {"empty-list", {0}, {LIST, NULL, "Event: LotsComplete\nListItems: 0\n"}, "ListItems: 0\n"},
    {"list-without-numbers",
     {0},
     {LIST, OTHER, NULL, "Event: LotsComplete\nActionID: 2\n"},
     "Event: Space\nName:  n\n\nListItems: 1\n"},
    {"table",
     {.form = CAPELLA_AMI_TABLE},
     {LIST, ONE, TWO, NULL, COMPLETE},
     "Name     Tag   Spaces  Extra\n"
     "default  a, b  20\n"
     "M\xc3\xbcnchen                x: y\n"
     "\n"
     "ListItems: 2\nTotal:     3\n"},
    {"table-wide",
     {.form = CAPELLA_AMI_TABLE, .is_wide = TRUE, .width = 10},
     {LIST, ONE, TWO, NULL, COMPLETE},
     "Name     Note       Privilege  Tag   Spaces  Extra\n"
     "default             call       a, b  20\n"
     "M\xc3\xbcnchen  <unknown>                           x: y\n"
     "\n"
     "ListItems: 2\nTotal:     3\n"},
    {"table-of-several-events",
     {.form = CAPELLA_AMI_TABLE},
     {LIST, TWO, OTHER, NULL, "Event: LotsComplete\nListItems: 2\n"},
     "Event  Name     Extra\n"
     "Lot    M\xc3\xbcnchen  x: y\n"
     "Space  n\n"
     "\n"
     "ListItems: 2\n"},
    {"table-narrowed",
     {.form = CAPELLA_AMI_TABLE, .width = 26},
     {LIST, "Event: E\nId: 1\nText: abcdefghijklmnopqrstuvwxyz\n", NULL, COMPLETE},
     "Id  Text\n"
     "1   abcdefghijklmnopqrstu\xe2\x80\xa6\n"
     "\n"
     "ListItems: 2\nTotal:     3\n"},
    {"table-without-columns",
     {.form = CAPELLA_AMI_TABLE, .width = 24},
     {LIST, "Event: E\nId: 1\nText: abcdefghijklmnopqrstuvwxyz\nMore: 7\nAll: 8\n", NULL, COMPLETE},
     "Id  Text\n"
     "1   abcdefghijklmnopqrs\xe2\x80\xa6\n"
     "\n"
     "ListItems: 2\nTotal:     3\n"
     "(no room for 2 more columns; --wide shows all)\n"},
    {"table-of-one-column",
     {.form = CAPELLA_AMI_TABLE, .width = 10},
     {LIST, "Event: E\nText: abcdefghijklmnopqrstuvwxyz\nMore: 7\n", NULL, COMPLETE},
     "Text\n"
     "abcdefghijklmnopqrs\xe2\x80\xa6\n"
     "\n"
     "ListItems: 2\nTotal:     3\n"
     "(no room for 1 more column; --wide shows all)\n"},
    {"table-of-wide-letters",
     {.form = CAPELLA_AMI_TABLE, .has_color = TRUE},
     {LIST, "Event: E\nA: \xe6\x9d\xb1\nB: 1\n", "Event: E\nA: xyz\nB: 2\n", NULL, COMPLETE},
     "\033[1mA    B\033[0m\n"
     "\xe6\x9d\xb1   1\n"
     "xyz  2\n"
     "\n"
     "\033[36mListItems\033[0m: 2\n\033[36mTotal\033[0m:     3\n"},
    {"table-without-a-list",
     {.form = CAPELLA_AMI_TABLE},
     {PING},
     "Response:  Success\nPing:      Pong\nTimestamp: 17.5\n"},
    {"table-without-items",
     {.form = CAPELLA_AMI_TABLE},
     {LIST, NULL, "Event: LotsComplete\nListItems: 0\n"},
     "ListItems: 0\n"},
    {"harmful",
     {0},
     {"Response: Success\nCallerIDName: \033[31mred\x07\nOther: \xc2\x9b"
      "2J \xff \xe2\x80\xae\n"
      "\033]0;x: y\n"},
     "Response:     Success\n"
     "CallerIDName: \\x1b[31mred\\x07\n"
     "Other:        \\xc2\\x9b2J \\xff \\xe2\\x80\\xae\n"
     "\\x1b]0;x:     y\n"},
    {"harmful-table",
     {.form = CAPELLA_AMI_TABLE},
     {LIST, "Event: E\nName: a\033[2Jb\n", NULL, "Event: LotsComplete\nListItems: 1\n"},
     "Name\na\\x1b[2Jb\n\nListItems: 1\n"},
    {"json",
     {.form = CAPELLA_AMI_JSON},
     {"Response: Success\nActionID: 1\nVariable: A=1\nVariable: B=\"2\"\nVariable: C\n"},
     "{\n"
     "  \"response\" : {\n"
     "    \"Response\" : \"Success\",\n"
     "    \"ActionID\" : \"1\",\n"
     "    \"Variable\" : [\n"
     "      \"A=1\",\n"
     "      \"B=\\\"2\\\"\",\n"
     "      \"C\"\n"
     "    ]\n"
     "  },\n"
     "  \"items\" : [],\n"
     "  \"complete\" : null\n"
     "}\n"},
    {"json-list",
     {.form = CAPELLA_AMI_JSON},
     {LIST, OTHER, NULL, "Event: LotsComplete\nListItems: 1\n"},
     "{\n"
     "  \"response\" : {\n"
     "    \"Response\" : \"Success\",\n"
     "    \"ActionID\" : \"2\",\n"
     "    \"EventList\" : \"start\",\n"
     "    \"Message\" : \"will follow\"\n"
     "  },\n"
     "  \"items\" : [\n"
     "    {\n"
     "      \"Event\" : \"Space\",\n"
     "      \"ActionID\" : \"2\",\n"
     "      \"Name\" : \"n\"\n"
     "    }\n"
     "  ],\n"
     "  \"complete\" : {\n"
     "    \"Event\" : \"LotsComplete\",\n"
     "    \"ListItems\" : \"1\"\n"
     "  }\n"
     "}\n"},
};

static void
test_reply(gconstpointer data)
{
    const ReplyCase *expected = data;
    g_autoptr(AmiReply) reply = make_reply(expected->texts);
    g_autofree char *shown = capella_ami_format_reply(reply, &expected->look);

    g_assert_cmpstr(shown, ==, expected->shown);
}

static const struct {
    const char *name;
    const char *text;
    const char *json;
} json_cases[] = {
    {"plain", "Event: E\nA: b\n", "{\"received\":\"now\",\"Event\":\"E\",\"A\":\"b\"}\n"},
    {"umlaut", "Event: J\xc3\xb6rg\n", "{\"received\":\"now\",\"Event\":\"J\xc3\xb6rg\"}\n"},
    {"escape", "Event: \033[1m\x7f\n", "{\"received\":\"now\",\"Event\":\"\\u001b[1m\\u007f\"}\n"},
    {"control-beyond-ascii", "Event: \xc2\x9bm\xe2\x80\xae\n",
     "{\"received\":\"now\",\"Event\":\"\\u009bm\\u202e\"}\n"},
    {"far-away", "Event: \xf3\xa0\x80\x81\n",
     "{\"received\":\"now\",\"Event\":\"\\udb40\\udc01\"}\n"},
    {"no-utf-8",
     "Event: \xff"
     "a\n",
     "{\"received\":\"now\",\"Event\":\"\xef\xbf\xbd"
     "a\"}\n"},
};

static void
test_json(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(AmiMessage) message = make_message(json_cases[i].text);
    g_autofree char *json = capella_ami_message_to_json(message, "now");

    g_assert_cmpstr(json, ==, json_cases[i].json);
}

static const struct {
    const char *name;
    const char *text;
    const char *shown;
} output_cases[] = {
    {"lines", "Response: Success\nMessage: m\nOutput: a\tb\nOutput:   c\nOutput:\nOutput: d\n",
     "a\tb\n  c\n\nd\n"},
    {"nothing", "Response: Success\nOutput:\n", ""},
    {"none", "Response: Success\n", ""},
    {"harmful", "Response: Success\nOutput: \033c\n", "\\x1bc\n"},
};

static void
test_output(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(AmiMessage) message = make_message(output_cases[i].text);
    g_autofree char *shown = capella_ami_format_output(message);

    g_assert_cmpstr(shown, ==, output_cases[i].shown);
}

#define STATE                                                                                      \
    "Event: Newstate\nPrivilege: call,all\nChannel: Local/1@a-0;1\nChannelState: 6\n"              \
    "ChannelStateDesc: Up\nCallerIDNum: <unknown>\nCallerIDName: \033[5mJ\xc3\xb6rg B\n"           \
    "Language: en\nAccountCode:\nContext: a\nExten: 1\nUniqueid: 1.2\nLinkedid: 1.1\nCause: 16\n"

static const struct {
    const char *name;
    gboolean is_short;
    CapellaAmiLook look;
    const char *text;
    const char *shown;
} event_cases[] = {
    {"block",
     FALSE,
     {0},
     "Event: Hangup\nPrivilege: call,all\nCause-txt: \033c\n",
     "04:05:06.789 Hangup\n  Privilege: call,all\n  Cause-txt: \\x1bc\n\n"},
    {"short",
     TRUE,
     {0},
     STATE,
     "04:05:06.789 Newstate             Channel=Local/1@a-0;1 Cause=16 ChannelStateDesc=Up "
     "CallerIDName=\"\\x1b[5mJ\xc3\xb6rg B\" Context=a Exten=1\n"},
    {"short-long-name",
     TRUE,
     {0},
     "Event: QueueMemberRinginuseChanged\nQueue: a\n",
     "04:05:06.789 QueueMemberRinginuseChanged Queue=a\n"},
    {"short-without-anything", TRUE, {0}, "Event: E\nPrivilege: a\n", "04:05:06.789 E\n"},
    {"short-cut",
     TRUE,
     {.width = 50},
     STATE,
     "04:05:06.789 Newstate             Channel=Local/1\xe2\x80\xa6\n"},
    {"short-cut-in-no-room", TRUE, {.width = 5}, STATE, "04:05:06.789 Newstate\xe2\x80\xa6\n"},
    {"short-wide",
     TRUE,
     {.width = 40, .is_wide = TRUE},
     "Event: E\nA: 12345678901234567890\n",
     "04:05:06.789 E                    A=12345678901234567890\n"},
    {"colored",
     TRUE,
     {.has_color = TRUE},
     "Event: Hangup\nPrivilege: call,all\nChannel: c\n",
     "\033[2m04:05:06.789\033[0m \033[1;32mHangup\033[0m               Channel=c\n"},
    {"colored-block",
     FALSE,
     {.has_color = TRUE},
     "Event: Other\nPrivilege: callers,all\n",
     "\033[2m04:05:06.789\033[0m \033[1;36mOther\033[0m\n  \033[36mPrivilege\033[0m: "
     "callers,all\n\n"},
    {"harmful-name", TRUE, {0}, "Event: \033c\n", "04:05:06.789 \\x1bc\n"},
};

static void
test_event(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 1, 2, 4, 5, 6.7891);
    g_autoptr(AmiMessage) message = make_message(event_cases[i].text);
    g_autofree char *shown =
        capella_ami_format_event(message, now, event_cases[i].is_short, &event_cases[i].look);

    g_assert_cmpstr(shown, ==, event_cases[i].shown);
}

static const struct {
    const char *name;
    const char *words;
    guint indent;
    guint used;
    guint width;
    const char *shown;
} wrap_cases[] = {
    {"short", "a b", 2, 0, 10, "a b"},
    {"broken", "one two three", 2, 4, 10, "one\n  two\n  three"},
    {"just-so", "one two", 2, 3, 10, "one two"},
    {"too-long", "abcdefghijkl b", 1, 0, 5, "abcdefghijkl\n b"},
    {"empty", "", 1, 0, 5, ""},
};

static void
test_wrapped(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GString) lines = g_string_new(NULL);

    capella_text_append_wrapped(lines, wrap_cases[i].words, wrap_cases[i].indent,
                                wrap_cases[i].used, wrap_cases[i].width);
    g_assert_cmpstr(lines->str, ==, wrap_cases[i].shown);
}

static void
add(const char *kind, const char *name, gconstpointer data, GTestDataFunc function)
{
    g_autofree char *path = g_strconcat("/capella/ami-output/", kind, "/", name, NULL);

    g_test_add_data_func(path, data, function);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(reply_cases); i++)
        add("reply", reply_cases[i].name, &reply_cases[i], test_reply);
    for (gsize i = 0; i < G_N_ELEMENTS(json_cases); i++)
        add("json", json_cases[i].name, GSIZE_TO_POINTER(i), test_json);
    for (gsize i = 0; i < G_N_ELEMENTS(output_cases); i++)
        add("output", output_cases[i].name, GSIZE_TO_POINTER(i), test_output);
    for (gsize i = 0; i < G_N_ELEMENTS(event_cases); i++)
        add("event", event_cases[i].name, GSIZE_TO_POINTER(i), test_event);
    for (gsize i = 0; i < G_N_ELEMENTS(wrap_cases); i++)
        add("wrapped", wrap_cases[i].name, GSIZE_TO_POINTER(i), test_wrapped);
    return g_test_run();
}
