/* manager-flood.c - floods of events: those of many calls, one after the other.
 *
 * The events of one call are written once, with numbers of a fixed width for what differs between
 * calls. For each call they are copied, and the numbers put in. Only as much is made as the client
 * is about to read, so a flood of any length takes little memory.
 */

#include "pbx/manager-private.h"
#include <string.h>

/** Bytes made ahead of the client. */
#define AHEAD_SIZE (128 * 1024)

/** Digits of a call's number, and what stands for them in the events below. */
#define DIGITS      10
#define PLACEHOLDER "0123456789"

typedef struct {
    guint64 left;
    guint64 call;    /* number of the call */
    guint next;      /* event of the call that comes next */
    gdouble rate;    /* events of a second; 0: as fast as they are read */
    gint64 start;    /* of the counting by rate */
    guint64 counted; /* events since then */
    GString *text;   /* the events of a call */
    GArray *ends;    /* gsize: where each ends */
    GArray *numbers; /* gsize: where the call's number stands */
    gboolean has_timer;
} PbxManagerFlood;

#define CHANNEL(PREFIX, NAME, STATE, DESCRIPTION, ID)                                              \
    PREFIX "Channel: PJSIP/" NAME "-" PLACEHOLDER "\r\n" PREFIX "ChannelState: " STATE             \
           "\r\n" PREFIX "ChannelStateDesc: " DESCRIPTION "\r\n" PREFIX                            \
           "CallerIDNum: 100\r\n" PREFIX "CallerIDName: Front desk\r\n" PREFIX                     \
           "ConnectedLineNum: 200\r\n" PREFIX "ConnectedLineName: <unknown>\r\n" PREFIX            \
           "Language: en\r\n" PREFIX "AccountCode: \r\n" PREFIX "Context: default\r\n" PREFIX      \
           "Exten: 200\r\n" PREFIX "Priority: 1\r\n" PREFIX "Uniqueid: " PLACEHOLDER "." ID        \
           "\r\n" PREFIX "Linkedid: " PLACEHOLDER ".1\r\n"

#define CALLER(STATE, DESCRIPTION) CHANNEL("", "caller", STATE, DESCRIPTION, "1")
#define CALLED(STATE, DESCRIPTION) CHANNEL("", "called", STATE, DESCRIPTION, "2")
#define DEST(STATE, DESCRIPTION)   CHANNEL("Dest", "called", STATE, DESCRIPTION, "2")
#define BRIDGE                                                                                     \
    "BridgeUniqueid: " PLACEHOLDER "\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\n"  \
    "BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: 2\r\n"                \
    "BridgeVideoSourceMode: none\r\n"

/* What happens in a call, in order. */
static const struct {
    const char *event;
    const char *headers;
} rows[] = {
    {"Newchannel", CALLER("4", "Ring")},
    {"Newexten", CALLER("4", "Ring") "Extension: 200\r\nApplication: Dial\r\n"
                                     "AppData: PJSIP/called,30\r\n"},
    {"VarSet", CALLER("4", "Ring") "Variable: CALLNUMBER\r\nValue: " PLACEHOLDER "\r\n"},
    {"Newchannel", CALLED("0", "Down")},
    {"DialBegin", CALLER("4", "Ring") DEST("0", "Down") "DialString: called\r\n"},
    {"Newstate", CALLED("5", "Ringing")},
    {"Newstate", CALLED("6", "Up")},
    {"DialEnd", CALLER("4", "Ring") DEST("6", "Up") "DialStatus: ANSWER\r\n"},
    {"Newstate", CALLER("6", "Up")},
    {"BridgeEnter", BRIDGE CALLER("6", "Up")},
    {"BridgeEnter", BRIDGE CALLED("6", "Up")},
    {"BridgeLeave", BRIDGE CALLED("6", "Up")},
    {"Hangup", CALLED("6", "Up") "Cause: 16\r\nCause-txt: Normal Clearing\r\n"},
    {"BridgeLeave", BRIDGE CALLER("6", "Up")},
    {"Hangup", CALLER("6", "Up") "Cause: 16\r\nCause-txt: Normal Clearing\r\n"},
};

void
pbx_flood_free(gpointer data)
{
    PbxManagerFlood *flood = data;

    g_string_free(flood->text, TRUE);
    g_array_unref(flood->ends);
    g_array_unref(flood->numbers);
    g_free(flood);
}

static void
write_events(PbxManagerFlood *flood)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *classes = pbx_classes_to_text(pbx_classes_of_event(rows[i].event));

        g_string_append_printf(flood->text, "Event: %s\r\nPrivilege: %s\r\n%s\r\n", rows[i].event,
                               classes, rows[i].headers);
        g_array_append_val(flood->ends, flood->text->len);
    }
    for (const char *at = strstr(flood->text->str, PLACEHOLDER); at != NULL;
         at = strstr(at + DIGITS, PLACEHOLDER)) {
        gsize offset = (gsize) (at - flood->text->str);

        g_array_append_val(flood->numbers, offset);
    }
}

/* Puts the number of the call into its events. */
static void
number_events(PbxManagerFlood *flood)
{
    char digits[DIGITS];
    guint64 number = flood->call;

    for (guint i = DIGITS; i > 0; i--) {
        digits[i - 1] = (char) ('0' + number % 10);
        number /= 10;
    }
    for (guint i = 0; i < flood->numbers->len; i++)
        memcpy(flood->text->str + g_array_index(flood->numbers, gsize, i), digits, DIGITS);
}

static void
add_event(PbxManagerFlood *flood, GString *output)
{
    gsize start = flood->next == 0 ? 0 : g_array_index(flood->ends, gsize, flood->next - 1);
    gsize end = g_array_index(flood->ends, gsize, flood->next);

    if (flood->next == 0)
        number_events(flood);
    g_string_append_len(output, flood->text->str + start, (gssize) (end - start));
    flood->next++;
    flood->left--;
    flood->counted++;
    if (flood->next < G_N_ELEMENTS(rows))
        return;
    flood->next = 0;
    flood->call++;
}

static void
go_on(gpointer data)
{
    PbxManagerSession *session = data;
    PbxManagerFlood *flood = g_queue_peek_head(&session->floods);

    if (flood != NULL)
        flood->has_timer = FALSE;
    pbx_session_flush(session);
}

/* Whether the rate lets the next event be; if not, a timer comes back to it. */
static gboolean
is_due(PbxManagerSession *session, PbxManagerFlood *flood)
{
    gdouble passed = (gdouble) (g_get_monotonic_time() - flood->start) / G_USEC_PER_SEC;
    gdouble due = flood->rate > 0 ? (gdouble) flood->counted / flood->rate : 0;

    if (passed >= due)
        return TRUE;
    if (!flood->has_timer) {
        flood->has_timer = TRUE;
        pbx_manager_call_later(session->manager, MAX(due - passed, 0.001), go_on,
                               pbx_session_ref(session), pbx_session_unref);
    }
    return FALSE;
}

/* Makes as many events as the client is about to read, unless an action is being answered. */
void
pbx_session_flow(PbxManagerSession *session)
{
    PbxManagerFlood *flood = g_queue_peek_head(&session->floods);

    if (session->is_mute || session->closes || session->is_closed)
        return;
    while (flood != NULL && session->waiting == NULL &&
           session->output->len - session->sent < AHEAD_SIZE && is_due(session, flood)) {
        if (flood->left > 0) {
            add_event(flood, session->output);
            continue;
        }
        pbx_flood_free(g_queue_pop_head(&session->floods));
        flood = g_queue_peek_head(&session->floods);
    }
}

/* Begins a flood to a session that wants such events; floods come one after the other. */
void
pbx_session_start_flood(PbxManagerSession *session, guint64 number, guint64 rate)
{
    PbxManagerFlood *flood = NULL;

    if (!pbx_session_wants(session, pbx_classes_parse("call,dialplan")))
        return;
    flood = g_new0(PbxManagerFlood, 1);
    flood->left = number;
    flood->call = 1;
    flood->rate = (gdouble) rate;
    flood->start = g_get_monotonic_time();
    flood->text = g_string_new(NULL);
    flood->ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    flood->numbers = g_array_new(FALSE, FALSE, sizeof(gsize));
    write_events(flood);
    g_queue_push_tail(&session->floods, flood);
    pbx_session_flush(session);
}
