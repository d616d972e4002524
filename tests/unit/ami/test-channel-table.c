/* test-channel-table.c - the table of channels, as events and lists tell. */

#include "ami/channel-table.h"

#include <string.h>

/* The block that events about a channel have since Asterisk 12. */
#define BLOCK(id, name, state, description)                                                        \
    "Channel: " name "\nChannelState: " state "\nChannelStateDesc: " description                   \
    "\nCallerIDNum: 100\nCallerIDName: <unknown>\nConnectedLineNum: <unknown>\n"                   \
    "ConnectedLineName: \nAccountCode: \nContext: default\nExten: s\nPriority: 1\nUniqueid: " id   \
    "\nLinkedid: " id "\n"

typedef struct {
    AmiChannelTable *table;
    GString *changes; /* `+id`, `~id` and `-id`, with a blank behind each */
} Fixture;

static void
write_change(AmiChange change, AmiChannel *channel, gpointer data)
{
    static const char marks[] = {
        [AMI_CHANNEL_ADDED] = '+', [AMI_CHANNEL_CHANGED] = '~', [AMI_CHANNEL_REMOVED] = '-'};
    GString *changes = data;

    g_string_append_printf(changes, "%c%s ", marks[change], ami_channel_get_unique_id(channel));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *names = data != NULL ? data : "";
    g_auto(GStrv) words = g_strsplit(names, " ", 0);
    g_autoptr(GPtrArray) variables = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; words[i] != NULL; i++)
        g_ptr_array_add(variables, g_strdup(words[i]));
    fixture->changes = g_string_new(NULL);
    fixture->table = ami_channel_table_new(variables, write_change, fixture->changes);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    ami_channel_table_free(fixture->table);
    g_string_free(fixture->changes, TRUE);
}

static void
take(Fixture *fixture, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiMessage) event = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    ami_channel_table_take(fixture->table, event);
}

static void
assert_changes(Fixture *fixture, const char *changes)
{
    g_assert_cmpstr(fixture->changes->str, ==, changes);
    g_string_truncate(fixture->changes, 0);
}

static AmiChannel *
find(Fixture *fixture, const char *text)
{
    AmiChannel *channel = ami_channel_table_find(fixture->table, text);

    g_assert_nonnull(channel);
    return channel;
}

/* --- What events say --- */

static void
test_life(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(AmiChannel) early = NULL;
    AmiChannel *channel;

    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "0", "Down"));
    assert_changes(fixture, "+1.1 ");
    early = ami_channel_ref(find(fixture, "1.1"));
    g_assert_cmpstr(ami_channel_get_caller_number(early), ==, "100");
    g_assert_null(ami_channel_get_caller_name(early));
    g_assert_null(ami_channel_get_connected_number(early));
    g_assert_null(ami_channel_get_connected_name(early));
    g_assert_null(ami_channel_get_account(early));
    g_assert_null(ami_channel_get_bridge(early));
    g_assert_null(ami_channel_get_variable(early, "A"));
    g_assert_cmpstr(ami_channel_get_context(early), ==, "default");
    g_assert_cmpstr(ami_channel_get_extension(early), ==, "s");
    g_assert_cmpstr(ami_channel_get_linked_id(early), ==, "1.1");
    g_assert_cmpint(ami_channel_get_state(early), ==, 0);
    take(fixture, "Event: Newstate\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    take(fixture, "Event: Newstate\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    assert_changes(fixture, "~1.1 ");
    channel = find(fixture, "Local/a-1");
    g_assert_cmpint(ami_channel_get_state(channel), ==, 6);
    g_assert_cmpstr(ami_channel_get_state_name(channel), ==, "Up");
    g_assert_cmpint(ami_channel_get_state(early), ==, 0);
    g_assert_cmpint(ami_channel_get_hangup_cause(channel), ==, 0);
    take(fixture, "Event: Hangup\n" BLOCK("1.1", "Local/a-1", "6", "Up") "Cause: 17\n"
                                                                         "Cause-txt: User busy\n");
    assert_changes(fixture, "-1.1 ");
    g_assert_null(ami_channel_table_find(fixture->table, "1.1"));
    g_assert_null(ami_channel_table_find(fixture->table, "Local/a-1"));
    channel = ami_channel_table_find_ended(fixture->table, "Local/a-1");
    g_assert_true(ami_channel_table_find_ended(fixture->table, "1.1") == channel);
    g_assert_cmpint(ami_channel_get_hangup_cause(channel), ==, 17);
    g_assert_cmpstr(ami_channel_get_hangup_text(channel), ==, "User busy");
    g_assert_cmpfloat(ami_channel_get_age(channel), ==, ami_channel_get_age(channel));
}

typedef struct {
    const char *name;
    const char *events[3];
    const char *(*get)(const AmiChannel *channel);
    const char *expected;
} FieldCase;

/* Each begins with a channel 1.1, Local/a-1. */
static const FieldCase field_cases[] = {
    {"caller",
     {"Event: NewCallerid\nUniqueid: 1.1\nCallerIDName: A \\\"b\\\" \\\\\\n\n"},
     ami_channel_get_caller_name,
     "A \"b\" \\\n"},
    {"connected",
     {"Event: NewConnectedLine\nUniqueid: 1.1\nConnectedLineNum: 7\n"},
     ami_channel_get_connected_number,
     "7"},
    {"connected-name",
     {"Event: NewConnectedLine\nUniqueid: 1.1\nConnectedLineName: B\\a\\z\n"},
     ami_channel_get_connected_name,
     "B\az"},
    {"unknown-again",
     {"Event: NewConnectedLine\nUniqueid: 1.1\nConnectedLineNum: 7\n",
      "Event: NewConnectedLine\nUniqueid: 1.1\nConnectedLineNum: <unknown>\n"},
     ami_channel_get_connected_number,
     NULL},
    {"account",
     {"Event: NewAccountCode\nUniqueid: 1.1\nAccountCode: x\n"},
     ami_channel_get_account,
     "x"},
    {"extension",
     {"Event: Newexten\nUniqueid: 1.1\nExten: 5\nExtension: 6\n"},
     ami_channel_get_extension,
     "5"},
    {"extension-before-12",
     {"Event: Newexten\nUniqueid: 1.1\nExtension: 6\n"},
     ami_channel_get_extension,
     "6"},
    {"state-of-1.4",
     {"Event: Newstate\nUniqueid: 1.1\nState: Ringing\n"},
     ami_channel_get_state_name,
     "Ringing"},
    {"rename",
     {"Event: Rename\nChannel: Local/a-1\nNewname: Local/b-1\nUniqueid: 1.1\n"},
     ami_channel_get_name,
     "Local/b-1"},
    {"bridge",
     {"Event: BridgeEnter\nUniqueid: 1.1\nBridgeUniqueid: b-1\n"},
     ami_channel_get_bridge,
     "b-1"},
    {"bridge-left",
     {"Event: BridgeEnter\nUniqueid: 1.1\nBridgeUniqueid: b-1\n",
      "Event: BridgeLeave\nUniqueid: 1.1\nBridgeUniqueid: b-1\n"},
     ami_channel_get_bridge,
     NULL},
    {"bridge-changed",
     {"Event: BridgeEnter\nUniqueid: 1.1\nBridgeUniqueid: b-1\n",
      "Event: BridgeEnter\nUniqueid: 1.1\nBridgeUniqueid: b-2\n",
      "Event: BridgeLeave\nUniqueid: 1.1\nBridgeUniqueid: b-1\n"},
     ami_channel_get_bridge,
     "b-2"},
};

static void
test_field(Fixture *fixture, const FieldCase *row)
{
    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "0", "Down"));
    for (gsize i = 0; i < G_N_ELEMENTS(row->events) && row->events[i] != NULL; i++)
        take(fixture, row->events[i]);
    g_test_message("%s", row->name);
    g_assert_cmpstr(row->get(find(fixture, "1.1")), ==, row->expected);
}

static void
test_fields(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(field_cases); i++) {
        Fixture fixture;

        set_up(&fixture, NULL);
        test_field(&fixture, &field_cases[i]);
        tear_down(&fixture, NULL);
    }
}

static void
test_state_of_old(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: Newchannel\nChannel: SIP/a-1\nState: Ring\nUniqueid: 1.1\n");
    g_assert_cmpint(ami_channel_get_state(find(fixture, "1.1")), ==, 4);
    take(fixture, "Event: Newstate\nChannel: SIP/a-1\nState: Up\nUniqueid: 1.1\n");
    g_assert_cmpint(ami_channel_get_state(find(fixture, "1.1")), ==, 6);
    take(fixture, "Event: Newstate\nChannel: SIP/a-1\nState: Odd\nUniqueid: 1.1\n");
    g_assert_cmpint(ami_channel_get_state(find(fixture, "1.1")), ==, 6);
}

static void
test_variables(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    AmiChannel *channel;

    take(fixture,
         "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "0", "Down") "ChanVariable: A=x\\ty\n"
                                                                      "ChanVariable: C=3\n");
    take(fixture, "Event: VarSet\nUniqueid: 1.1\nVariable: B\nValue: a\\\\b=c\n");
    take(fixture, "Event: VarSet\nUniqueid: 1.1\nVariable: b\nValue: other\n");
    channel = find(fixture, "1.1");
    g_assert_cmpstr(ami_channel_get_variable(channel, "A"), ==, "x\ty");
    g_assert_cmpstr(ami_channel_get_variable(channel, "B"), ==, "a\\b=c");
    g_assert_null(ami_channel_get_variable(channel, "C"));
    take(fixture, "Event: VarSet\nUniqueid: 1.1\nVariable: A\nValue: \n");
    take(fixture, "Event: Status\nUniqueid: 1.1\nVariable: A=(null)\nVariable: B=\\n\n");
    channel = find(fixture, "1.1");
    g_assert_null(ami_channel_get_variable(channel, "A"));
    g_assert_cmpstr(ami_channel_get_variable(channel, "B"), ==, "\\n");
}

/* Masquerading swaps the names of two channels by way of a third name. */
static void
test_swap(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    take(fixture, "Event: Newchannel\n" BLOCK("1.2", "Local/b-1", "6", "Up"));
    take(fixture, "Event: Rename\nChannel: Local/a-1\nNewname: Local/a-1<MASQ>\nUniqueid: 1.1\n");
    take(fixture, "Event: Rename\nChannel: Local/b-1\nNewname: Local/a-1\nUniqueid: 1.2\n");
    take(fixture, "Event: Rename\nChannel: Local/a-1<MASQ>\nNewname: Local/b-1\nUniqueid: 1.1\n");
    assert_changes(fixture, "+1.1 +1.2 ~1.1 ~1.2 ~1.1 ");
    g_assert_true(find(fixture, "Local/a-1") == find(fixture, "1.2"));
    g_assert_true(find(fixture, "Local/b-1") == find(fixture, "1.1"));
    g_assert_null(ami_channel_table_find(fixture->table, "Local/a-1<MASQ>"));
    take(fixture, "Event: Hangup\nChannel: Local/b-1\nUniqueid: 1.1\nCause: 16\n");
    g_assert_null(ami_channel_table_find(fixture->table, "Local/b-1"));
    g_assert_true(find(fixture, "Local/a-1") == find(fixture, "1.2"));
}

/* Two events that name the same channel, of which the first renames no one. */
static void
test_name_taken_over(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "DAHDI/1-1", "6", "Up"));
    take(fixture, "Event: Newchannel\n" BLOCK("1.2", "DAHDI/1-1", "6", "Up"));
    take(fixture, "Event: Hangup\nChannel: DAHDI/1-1\nUniqueid: 1.1\nCause: 16\n");
    g_assert_true(find(fixture, "DAHDI/1-1") == find(fixture, "1.2"));
}

static void
test_not_about_channels(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: VarSet\nChannel: none\nUniqueid: none\nVariable: A\nValue: 1\n");
    take(fixture, "Event: FullyBooted\n");
    take(fixture, "Event: Newchannel\nUniqueid: \n");
    take(fixture, "Event: NewCallerid\nChannel: SIP/a-1\nUniqueid: 1.1\nCallerIDNum: 1\n");
    take(fixture, "Response: Success\nUniqueid: 1.1\nChannelState: 6\n");
    assert_changes(fixture, "");
    g_assert_cmpuint(ami_channel_table_get_length(fixture->table), ==, 0);
}

/* --- Lists --- */

static void
test_list(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    AmiChannel *channel;

    take(fixture,
         "Event: Status\n" BLOCK("1.9", "Local/a-1", "6",
                                 "Up") "BridgeID: b-1\n"
                                       "Seconds: 3600\nVariable: A=1\nVariable: B=(null)\n");
    ami_channel_table_complete(fixture->table);
    assert_changes(fixture, "+1.9 ");
    channel = find(fixture, "1.9");
    g_assert_cmpstr(ami_channel_get_bridge(channel), ==, "b-1");
    g_assert_cmpfloat(ami_channel_get_age(channel), >=, 3600);
    g_assert_cmpfloat(ami_channel_get_age(channel), <, 3700);
    g_assert_cmpstr(ami_channel_get_variable(channel, "A"), ==, "1");
    g_assert_null(ami_channel_get_variable(channel, "B"));
}

/* What the next connection's list does not have is gone; what it has is what it was. */
static void
test_lost(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    take(fixture, "Event: Newchannel\n" BLOCK("1.2", "Local/b-1", "6", "Up"));
    ami_channel_table_complete(fixture->table);
    ami_channel_table_lose(fixture->table);
    g_assert_cmpuint(ami_channel_table_get_length(fixture->table), ==, 2);
    take(fixture, "Event: Status\n" BLOCK("1.2", "Local/b-1", "6", "Up") "Seconds: 999\n");
    take(fixture, "Event: Status\n" BLOCK("1.3", "Local/c-1", "6", "Up") "Seconds: 1\n");
    ami_channel_table_complete(fixture->table);
    assert_changes(fixture, "+1.1 +1.2 +1.3 -1.1 ");
    g_assert_cmpfloat(ami_channel_get_age(find(fixture, "1.2")), <, 900);
    g_assert_cmpint(
        ami_channel_get_hangup_cause(ami_channel_table_find_ended(fixture->table, "1.1")), ==, 0);
}

/* What the list says is older than the events that came before it. */
static void
test_race(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    take(fixture, "Event: Newchannel\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    ami_channel_table_complete(fixture->table);
    ami_channel_table_lose(fixture->table);
    g_string_truncate(fixture->changes, 0);
    take(fixture, "Event: Hangup\nChannel: Local/a-1\nUniqueid: 1.1\nCause: 16\n");
    take(fixture, "Event: Hangup\nChannel: Local/x-1\nUniqueid: 1.8\nCause: 18\n");
    take(fixture, "Event: Newchannel\n" BLOCK("1.2", "Local/b-1", "0", "Down"));
    take(fixture, "Event: Status\n" BLOCK("1.1", "Local/a-1", "6", "Up"));
    take(fixture, "Event: Status\n" BLOCK("1.8", "Local/x-1", "6", "Up"));
    take(fixture, "Event: Status\n" BLOCK("1.3", "Local/c-1", "6", "Up"));
    take(fixture, "Event: Newchannel\n" BLOCK("1.3", "Local/c-1", "6", "Up"));
    take(fixture, "Event: Newstate\n" BLOCK("1.4", "Local/d-1", "6", "Up"));
    ami_channel_table_complete(fixture->table);
    assert_changes(fixture, "-1.1 +1.2 +1.3 +1.4 ");
    g_assert_cmpint(
        ami_channel_get_hangup_cause(ami_channel_table_find_ended(fixture->table, "Local/x-1")), ==,
        18);
}

/* An event that comes after Hangup does not bring the channel back; a new one of that id does. */
static void
test_late(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    ami_channel_table_complete(fixture->table);
    take(fixture, "Event: Newchannel\n" BLOCK("own", "Local/a-1", "6", "Up"));
    take(fixture, "Event: Hangup\nChannel: Local/a-1\nUniqueid: own\nCause: 16\n");
    take(fixture, "Event: BridgeLeave\n" BLOCK("own", "Local/a-1", "6", "Up"));
    assert_changes(fixture, "+own -own ");
    take(fixture, "Event: Newchannel\n" BLOCK("own", "Local/a-2", "6", "Up"));
    ami_channel_table_lose(fixture->table);
    take(fixture, "Event: Newchannel\n" BLOCK("own", "Local/a-3", "6", "Up"));
    assert_changes(fixture, "+own -own +own ");
    take(fixture, "Event: Hangup\nChannel: Local/a-3\nUniqueid: own\nCause: 16\n");
    ami_channel_table_complete(fixture->table);
    ami_channel_table_lose(fixture->table);
    take(fixture, "Event: Status\n" BLOCK("own", "Local/a-4", "6", "Up"));
    ami_channel_table_complete(fixture->table);
    assert_changes(fixture, "-own +own ");
}

/* Of thousands that have ended, the last few hundred are remembered. */
static void
test_remembered(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < 3000; i++) {
        g_autofree char *text = g_strdup_printf(
            "Event: Hangup\nChannel: DAHDI/%u-1\nUniqueid: 1.%u\nCause: %u\n", i % 10, i, i);

        take(fixture, text);
    }
    g_assert_null(ami_channel_table_find_ended(fixture->table, "1.2000"));
    for (guint i = 2700; i < 3000; i++) {
        g_autofree char *id = g_strdup_printf("1.%u", i);
        AmiChannel *channel = ami_channel_table_find_ended(fixture->table, id);

        g_assert_nonnull(channel);
        g_assert_cmpint(ami_channel_get_hangup_cause(channel), ==, i);
    }
    g_assert_cmpint(
        ami_channel_get_hangup_cause(ami_channel_table_find_ended(fixture->table, "DAHDI/4-1")), ==,
        2994);
}

static void
test_order(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GPtrArray) all = NULL;

    take(fixture, "Event: Status\n" BLOCK("1.30", "Local/c-1", "6", "Up") "Seconds: 500\n");
    take(fixture, "Event: Status\n" BLOCK("5.2", "Local/d-1", "6", "Up") "Seconds: 7\n");
    take(fixture, "Event: Status\n" BLOCK("0.99", "Local/a-1", "6", "Up") "Seconds: 9000\n");
    all = ami_channel_table_get_all(fixture->table);
    g_assert_cmpuint(all->len, ==, 3);
    g_assert_cmpstr(ami_channel_get_unique_id(all->pdata[0]), ==, "0.99");
    g_assert_cmpstr(ami_channel_get_unique_id(all->pdata[1]), ==, "1.30");
    g_assert_cmpstr(ami_channel_get_unique_id(all->pdata[2]), ==, "5.2");
}

#define ADD(name, variables, function)                                                             \
    g_test_add("/ami/channel-table/" name, Fixture, variables, set_up, function, tear_down)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("life", NULL, test_life);
    g_test_add_func("/ami/channel-table/fields", test_fields);
    ADD("state-of-1.4", NULL, test_state_of_old);
    ADD("variables", "A B", test_variables);
    ADD("swap", NULL, test_swap);
    ADD("name-taken-over", NULL, test_name_taken_over);
    ADD("not-about-channels", "A", test_not_about_channels);
    ADD("list", "A B", test_list);
    ADD("lost", NULL, test_lost);
    ADD("race", NULL, test_race);
    ADD("late", NULL, test_late);
    ADD("remembered", NULL, test_remembered);
    ADD("order", NULL, test_order);
    return g_test_run();
}
