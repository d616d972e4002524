/* ami-event.c - one event as text: its time, its name, and its headers as a block or on one line.
 */

#include "capella/ami-event.h"
#include "capella/text.h"
#include <string.h>

/* Names up to this length are filled up, so that what follows stands in a column. */
#define NAME_WIDTH 20

/* What the time in front takes, with the blank behind it. */
#define TIME_WIDTH 13

/* What one line has of an event, and in which order. */
typedef enum {
    RANK_PLACE,   /* what it happened to */
    RANK_OWN,     /* what this kind of event has to say */
    RANK_CHANNEL, /* what all events of a channel say of it */
    RANK_HIDDEN,  /* what tells people little */
} Rank;

/* Names of headers, or ends of names: events of several channels put a word in front. */
static const struct {
    const char *name;
    gboolean is_end;
    Rank rank;
} ranks[] = {
    {"Event", FALSE, RANK_HIDDEN},
    {"Privilege", FALSE, RANK_HIDDEN},
    {"Timestamp", FALSE, RANK_HIDDEN},
    {"SequenceNumber", FALSE, RANK_HIDDEN},
    {"File", FALSE, RANK_HIDDEN},
    {"Line", FALSE, RANK_HIDDEN},
    {"Func", FALSE, RANK_HIDDEN},
    {"SystemName", FALSE, RANK_HIDDEN},
    {"ActionID", FALSE, RANK_HIDDEN},
    {"BridgeUniqueid", FALSE, RANK_PLACE},
    {"Queue", FALSE, RANK_PLACE},
    {"UserEvent", FALSE, RANK_PLACE},
    {"ChannelState", TRUE, RANK_HIDDEN},
    {"Language", TRUE, RANK_HIDDEN},
    {"AccountCode", TRUE, RANK_HIDDEN},
    {"Uniqueid", TRUE, RANK_HIDDEN},
    {"Linkedid", TRUE, RANK_HIDDEN},
    {"Tenantid", TRUE, RANK_HIDDEN},
    {"ChannelStateDesc", TRUE, RANK_CHANNEL},
    {"CallerIDNum", TRUE, RANK_CHANNEL},
    {"CallerIDName", TRUE, RANK_CHANNEL},
    {"ConnectedLineNum", TRUE, RANK_CHANNEL},
    {"ConnectedLineName", TRUE, RANK_CHANNEL},
    {"Context", TRUE, RANK_CHANNEL},
    {"Exten", TRUE, RANK_CHANNEL},
    {"Priority", TRUE, RANK_CHANNEL},
    {"Channel", TRUE, RANK_PLACE},
};

/* A colour for each class of events. */
static const struct {
    const char *class;
    const char *color;
} colors[] = {
    {"call", "\033[1;32m"},   {"agent", "\033[1;33m"},    {"user", "\033[1;35m"},
    {"system", "\033[1;31m"}, {"security", "\033[1;31m"}, {"dialplan", "\033[34m"},
};

static gboolean
is_like(const char *name, const char *other, gboolean is_end)
{
    gsize length = strlen(name);
    gsize end = strlen(other);

    if (is_end && length > end)
        name += length - end;
    return g_ascii_strcasecmp(name, other) == 0;
}

static Rank
get_rank(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(ranks); i++) {
        if (is_like(name, ranks[i].name, ranks[i].is_end))
            return ranks[i].rank;
    }
    return RANK_OWN;
}

/* The first class that the event belongs to decides. */
static const char *
get_color(const AmiMessage *event)
{
    const char *privilege = ami_message_get(event, "Privilege");

    for (guint i = 0; privilege != NULL && i < G_N_ELEMENTS(colors); i++) {
        gsize length = strlen(colors[i].class);

        if (g_str_has_prefix(privilege, colors[i].class) && strchr(",", privilege[length]) != NULL)
            return colors[i].color;
    }
    return "\033[1;36m";
}

static void
append_time(GString *text, GDateTime *received, const CapellaAmiLook *look)
{
    g_autofree char *time = g_date_time_format(received, "%H:%M:%S");

    g_string_append_printf(text, "%s%s.%03d%s ", look->has_color ? CAPELLA_COLOR_DIM : "", time,
                           g_date_time_get_microsecond(received) / 1000,
                           look->has_color ? CAPELLA_COLOR_END : "");
}

static void
append_name(GString *text, const AmiMessage *event, const CapellaAmiLook *look)
{
    g_autofree char *name = capella_text_make_printable(ami_message_get_event(event), -1);

    g_string_append_printf(text, "%s%s%s", look->has_color ? get_color(event) : "", name,
                           look->has_color ? CAPELLA_COLOR_END : "");
}

static void
append_pair(GString *line, const char *name, const char *value)
{
    g_autofree char *shown_name = capella_text_make_printable(name, -1);
    g_autofree char *shown_value = capella_text_make_printable(value, -1);
    const char *quote = strpbrk(value, " ,\"") != NULL ? "\"" : "";

    g_string_append_printf(line, " %s=%s%s%s", shown_name, quote, shown_value, quote);
}

/* Headers of one rank that have something to say. */
static void
append_rank(GString *line, const AmiMessage *event, Rank rank)
{
    for (guint i = 0; i < ami_message_get_length(event); i++) {
        const char *name = ami_message_get_name(event, i);
        const char *value = ami_message_get_value(event, i);

        if (get_rank(name) == rank && *value != '\0' && !g_str_equal(value, "<unknown>"))
            append_pair(line, name, value);
    }
}

/* The headers, the most telling first, in what time and name leave of the terminal's line. */
static void
append_telling(GString *text, const AmiMessage *event, guint name_width, const CapellaAmiLook *look)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint used = name_width; used < NAME_WIDTH; used++)
        g_string_append_c(line, ' ');
    for (Rank rank = RANK_PLACE; rank < RANK_HIDDEN; rank++)
        append_rank(line, event, rank);
    g_string_truncate(line, strlen(g_strchomp(line->str)));
    if (!look->is_wide && look->width > 0)
        capella_text_cut(
            line, 0,
            look->width > TIME_WIDTH + name_width ? look->width - TIME_WIDTH - name_width : 1);
    g_string_append(text, line->str);
}

char *
capella_ami_format_event(const AmiMessage *event, GDateTime *received, gboolean is_short,
                         const CapellaAmiLook *look)
{
    static const char *const named[] = {"Event", NULL};
    g_autoptr(GString) text = g_string_new(NULL);

    append_time(text, received, look);
    append_name(text, event, look);
    if (is_short) {
        g_autofree char *name = capella_text_make_printable(ami_message_get_event(event), -1);

        append_telling(text, event, capella_text_get_width(name), look);
    }
    g_string_append_c(text, '\n');
    if (!is_short) {
        capella_ami_append_block(text, event, named, "  ", look);
        g_string_append_c(text, '\n');
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
