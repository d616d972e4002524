/* channel.c - a channel as it was at one moment, and what events say of it. */

#include <config.h>

#include "ami/channel-private.h"

#include <stdlib.h>
#include <string.h>

typedef enum {
    FIELD_NAME,
    FIELD_UNIQUE_ID,
    FIELD_LINKED_ID,
    FIELD_STATE_NAME,
    FIELD_CALLER_NUMBER,
    FIELD_CALLER_NAME,
    FIELD_CONNECTED_NUMBER,
    FIELD_CONNECTED_NAME,
    FIELD_ACCOUNT,
    FIELD_CONTEXT,
    FIELD_EXTENSION,
    FIELD_BRIDGE,
    FIELD_HANGUP_TEXT,
    N_FIELDS,
} Field;

/* Texts are shared by all states of a channel that have them in common. */
struct _AmiChannel {
    gatomicrefcount references;
    char *fields[N_FIELDS]; /* GRefString; NULL: unknown */
    int state;
    int cause;
    gint64 created; /* microseconds of the monotonic clock */
    gint64 ended;   /* 0: it has not */
    GPtrArray *variables;
    char *values[]; /* GRefString, one for each of the variables */
};

/* Where the fields are found in an event. Asterisk before 12 has the other name. */
static const struct {
    const char *header;
    const char *other;
    gboolean is_escaped;
} sources[] = {
    [FIELD_NAME] = {"Channel", NULL, FALSE},
    [FIELD_UNIQUE_ID] = {"Uniqueid", NULL, FALSE},
    [FIELD_LINKED_ID] = {"Linkedid", NULL, FALSE},
    [FIELD_STATE_NAME] = {"ChannelStateDesc", "State", FALSE},
    [FIELD_CALLER_NUMBER] = {"CallerIDNum", NULL, FALSE},
    [FIELD_CALLER_NAME] = {"CallerIDName", NULL, TRUE},
    [FIELD_CONNECTED_NUMBER] = {"ConnectedLineNum", NULL, FALSE},
    [FIELD_CONNECTED_NAME] = {"ConnectedLineName", NULL, TRUE},
    [FIELD_ACCOUNT] = {"AccountCode", "Account", FALSE},
    [FIELD_CONTEXT] = {"Context", NULL, FALSE},
    [FIELD_EXTENSION] = {"Exten", "Extension", FALSE},
    [FIELD_BRIDGE] = {"BridgeID", NULL, FALSE},
    [FIELD_HANGUP_TEXT] = {"Cause-txt", NULL, FALSE},
};

static const char *const state_names[] = {
    "Down",    "Rsrvd", "OffHook", "Dialing",         "Ring",
    "Ringing", "Up",    "Busy",    "Dialing Offhook", "Pre-ring"};

/* --- Life --- */

static AmiChannel *
new_channel(GPtrArray *variables)
{
    guint n_variables = variables != NULL ? variables->len : 0;
    AmiChannel *channel = g_malloc0(sizeof(AmiChannel) + n_variables * sizeof(char *));

    g_atomic_ref_count_init(&channel->references);
    channel->created = g_get_monotonic_time();
    channel->variables = variables != NULL ? g_ptr_array_ref(variables) : g_ptr_array_new();
    return channel;
}

static char *
share(char *text)
{
    return text != NULL ? g_ref_string_acquire(text) : NULL;
}

static AmiChannel *
copy(const AmiChannel *channel)
{
    AmiChannel *other = new_channel(channel->variables);

    for (guint i = 0; i < N_FIELDS; i++)
        other->fields[i] = share(channel->fields[i]);
    for (guint i = 0; i < channel->variables->len; i++)
        other->values[i] = share(channel->values[i]);
    other->state = channel->state;
    other->cause = channel->cause;
    other->created = channel->created;
    other->ended = channel->ended;
    return other;
}

/**
 * ami_channel_ref:
 * @channel: a channel
 *
 * Returns: (transfer full): the same channel
 * Since: 0.2
 */
AmiChannel *
ami_channel_ref(AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    g_atomic_ref_count_inc(&channel->references);
    return channel;
}

/**
 * ami_channel_unref:
 * @channel: (transfer full): a channel
 *
 * Since: 0.2
 */
void
ami_channel_unref(AmiChannel *channel)
{
    g_return_if_fail(channel != NULL);

    if (!g_atomic_ref_count_dec(&channel->references))
        return;
    for (guint i = 0; i < N_FIELDS; i++)
        g_clear_pointer(&channel->fields[i], g_ref_string_release);
    for (guint i = 0; i < channel->variables->len; i++)
        g_clear_pointer(&channel->values[i], g_ref_string_release);
    g_ptr_array_unref(channel->variables);
    g_free(channel);
}

/* --- What events say --- */

/* A channel that is copied as soon as something of it changes. */
typedef struct {
    AmiChannel *channel; /* owned */
    gboolean is_new;     /* nothing was known of it */
    gboolean is_own;     /* nobody else knows of this state */
} Draft;

static AmiChannel *
write_to(Draft *draft)
{
    AmiChannel *before = draft->channel;

    if (!draft->is_own) {
        draft->channel = copy(before);
        draft->is_own = TRUE;
        ami_channel_unref(before);
    }
    return draft->channel;
}

/* What Asterisk writes where it knows nothing. */
static gboolean
is_unknown(const char *value)
{
    return value[0] == '\0' || strcmp(value, "<unknown>") == 0 || strcmp(value, "(null)") == 0;
}

/* Names and variables come with backslashes, as in C, so that they stay on their line. */
static char *
unescape(const char *value)
{
    static const char escaped[] = "abfnrtv";
    static const char meant[] = "\a\b\f\n\r\t\v";
    GString *text = g_string_sized_new(strlen(value));

    for (const char *byte = value; *byte != '\0'; byte++) {
        const char *escape;

        if (byte[0] != '\\' || byte[1] == '\0') {
            g_string_append_c(text, *byte);
            continue;
        }
        byte++;
        escape = strchr(escaped, *byte);
        g_string_append_c(text, escape != NULL ? meant[escape - escaped] : *byte);
    }
    return g_string_free(text, FALSE);
}

/* Sets one text of the channel, which @slot of it points to. */
static void
set_text(Draft *draft, char *const *slot, const char *value, gboolean is_escaped)
{
    gsize offset = (gsize) ((const char *) slot - (const char *) draft->channel);
    g_autofree char *plain = NULL;
    char **own;

    if (is_unknown(value))
        value = NULL;
    else if (is_escaped && strchr(value, '\\') != NULL)
        value = plain = unescape(value);
    if (g_strcmp0(*slot, value) == 0)
        return;
    own = (char **) (gpointer) ((char *) write_to(draft) + offset);
    g_clear_pointer(own, g_ref_string_release);
    *own = value != NULL ? g_ref_string_new(value) : NULL;
}

static void
set_field(Draft *draft, Field field, const char *value)
{
    set_text(draft, &draft->channel->fields[field], value, sources[field].is_escaped);
}

static void
set_variable(Draft *draft, guint i, const char *value, gboolean is_escaped)
{
    set_text(draft, &draft->channel->values[i], value, is_escaped);
}

static void
take_fields(Draft *draft, AmiMessage *event)
{
    for (guint i = 0; i < N_FIELDS; i++) {
        const char *value = ami_message_get(event, sources[i].header);

        if (value == NULL && sources[i].other != NULL)
            value = ami_message_get(event, sources[i].other);
        if (value != NULL)
            set_field(draft, i, value);
    }
}

/* Asterisk 1.4 tells the state by its name only. */
static void
take_state(Draft *draft, AmiMessage *event)
{
    const char *name = draft->channel->fields[FIELD_STATE_NAME];
    int state = (int) ami_message_get_integer(event, "ChannelState", -1);

    if (state < 0 && (name == NULL || !ami_message_has(event, "State", name)))
        return;
    for (guint i = 0; state < 0 && i < G_N_ELEMENTS(state_names); i++)
        if (strcmp(name, state_names[i]) == 0)
            state = (int) i;
    if (state >= 0 && state != draft->channel->state)
        write_to(draft)->state = state;
}

/* Values that come with the channel itself. */
static void
take_variables(Draft *draft, AmiMessage *event, const char *header, gboolean is_escaped)
{
    GPtrArray *variables = draft->channel->variables;

    for (guint i = 0; i < variables->len; i++) {
        const char *value = ami_message_get_pair(event, header, g_ptr_array_index(variables, i));

        if (value != NULL)
            set_variable(draft, i, value, is_escaped);
    }
}

static void
take_rename(Draft *draft, AmiMessage *event)
{
    const char *name = ami_message_get(event, "Newname");

    if (name != NULL)
        set_field(draft, FIELD_NAME, name);
}

static void
take_bridge_enter(Draft *draft, AmiMessage *event)
{
    const char *bridge = ami_message_get(event, "BridgeUniqueid");

    if (bridge != NULL)
        set_field(draft, FIELD_BRIDGE, bridge);
}

/* A channel that moves may be said to enter the next bridge before it leaves the last. */
static void
take_bridge_leave(Draft *draft, AmiMessage *event)
{
    const char *bridge = ami_message_get(event, "BridgeUniqueid");

    if (g_strcmp0(draft->channel->fields[FIELD_BRIDGE], bridge) == 0)
        set_field(draft, FIELD_BRIDGE, "");
}

static void
take_variable(Draft *draft, AmiMessage *event)
{
    GPtrArray *variables = draft->channel->variables;
    const char *name = ami_message_get(event, "Variable");
    const char *value = ami_message_get(event, "Value");

    for (guint i = 0; name != NULL && value != NULL && i < variables->len; i++)
        if (strcmp(g_ptr_array_index(variables, i), name) == 0)
            set_variable(draft, i, value, TRUE);
}

static void
take_hangup(Draft *draft, AmiMessage *event)
{
    AmiChannel *channel = write_to(draft);

    channel->cause = (int) ami_message_get_integer(event, "Cause", 0);
    channel->ended = g_get_monotonic_time();
}

/* An event of a list, which tells how old the channel is. */
static void
take_status(Draft *draft, AmiMessage *event)
{
    gint64 seconds = ami_message_get_integer(event, "Seconds", 0);

    take_variables(draft, event, "Variable", FALSE);
    if (draft->is_new)
        draft->channel->created -= seconds * G_TIME_SPAN_SECOND;
}

/* What events say beyond what all of them do. */
static const struct {
    const char *event;
    void (*take)(Draft *draft, AmiMessage *event);
} specials[] = {
    {"BridgeEnter", take_bridge_enter},
    {"BridgeLeave", take_bridge_leave},
    {"Hangup", take_hangup},
    {"Rename", take_rename},
    {"Status", take_status},
    {"VarSet", take_variable},
};

AmiChannel *
ami_channel_update(AmiChannel *channel, AmiMessage *event, GPtrArray *variables)
{
    Draft draft = {
        .channel = channel != NULL ? ami_channel_ref(channel) : new_channel(variables),
        .is_new = channel == NULL,
        .is_own = channel == NULL,
    };

    take_fields(&draft, event);
    take_state(&draft, event);
    take_variables(&draft, event, "ChanVariable", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(specials); i++)
        if (g_ascii_strcasecmp(specials[i].event, ami_message_get_event(event)) == 0)
            specials[i].take(&draft, event);
    return draft.channel;
}

AmiChannel *
ami_channel_end(const AmiChannel *channel)
{
    AmiChannel *ended = copy(channel);

    ended->ended = g_get_monotonic_time();
    return ended;
}

/* Names have the technology before a slash; ids have none. */
AmiChannel *
ami_channel_new_unknown(const char *text)
{
    AmiChannel *channel = new_channel(NULL);

    channel->fields[strchr(text, '/') != NULL ? FIELD_NAME : FIELD_UNIQUE_ID] =
        g_ref_string_new(text);
    channel->ended = channel->created;
    return channel;
}

/* Lists tell the age in whole seconds. Of channels that began in the same one, Asterisk has counted
 * the order behind the last point of the unique id. */
int
ami_channel_compare(const AmiChannel *one, const AmiChannel *other)
{
    const AmiChannel *channels[] = {one, other};
    gint64 keys[G_N_ELEMENTS(channels)][2];

    for (guint i = 0; i < G_N_ELEMENTS(channels); i++) {
        const char *id = channels[i]->fields[FIELD_UNIQUE_ID];
        const char *point = id != NULL ? strrchr(id, '.') : NULL;

        keys[i][0] = channels[i]->created / G_TIME_SPAN_SECOND;
        keys[i][1] = point != NULL ? g_ascii_strtoll(point + 1, NULL, 10) : 0;
    }
    for (guint i = 0; i < 2; i++)
        if (keys[0][i] != keys[1][i])
            return keys[0][i] < keys[1][i] ? -1 : 1;
    return 0;
}

/* --- Reading --- */

/**
 * ami_channel_get_name:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its name, such as `PJSIP/alice-00000001`, which may
 *   change during a call
 * Since: 0.2
 */
const char *
ami_channel_get_name(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_NAME];
}

/**
 * ami_channel_get_unique_id:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its unique id, which stays the same
 * Since: 0.2
 */
const char *
ami_channel_get_unique_id(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_UNIQUE_ID];
}

/**
 * ami_channel_get_linked_id:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the unique id that all channels of a call have in
 *   common
 * Since: 0.2
 */
const char *
ami_channel_get_linked_id(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_LINKED_ID];
}

/**
 * ami_channel_get_state:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: its state as Asterisk counts: 0 down, 4 ring, 5 ringing, 6 up, and others
 * Since: 0.2
 */
int
ami_channel_get_state(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, 0);

    return channel->state;
}

/**
 * ami_channel_get_state_name:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its state in words, such as `Ringing`
 * Since: 0.2
 */
const char *
ami_channel_get_state_name(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_STATE_NAME];
}

/**
 * ami_channel_get_caller_number:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the number of the one on this channel
 * Since: 0.2
 */
const char *
ami_channel_get_caller_number(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_CALLER_NUMBER];
}

/**
 * ami_channel_get_caller_name:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the name of the one on this channel
 * Since: 0.2
 */
const char *
ami_channel_get_caller_name(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_CALLER_NAME];
}

/**
 * ami_channel_get_connected_number:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the number of the one at the other end
 * Since: 0.2
 */
const char *
ami_channel_get_connected_number(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_CONNECTED_NUMBER];
}

/**
 * ami_channel_get_connected_name:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the name of the one at the other end
 * Since: 0.2
 */
const char *
ami_channel_get_connected_name(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_CONNECTED_NAME];
}

/**
 * ami_channel_get_account:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the account code
 * Since: 0.2
 */
const char *
ami_channel_get_account(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_ACCOUNT];
}

/**
 * ami_channel_get_context:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): where it is in the dialplan: the context
 * Since: 0.2
 */
const char *
ami_channel_get_context(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_CONTEXT];
}

/**
 * ami_channel_get_extension:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): where it is in the dialplan: the extension. It changes
 *   with each step only if the user may read events of class `dialplan`
 * Since: 0.2
 */
const char *
ami_channel_get_extension(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_EXTENSION];
}

/**
 * ami_channel_get_bridge:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the unique id of the bridge that it is in
 * Since: 0.2
 */
const char *
ami_channel_get_bridge(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_BRIDGE];
}

/**
 * ami_channel_get_variable:
 * @channel: a channel
 * @name: the name of a variable that ami_tracker_new() was given
 *
 * Variables are known if the user may read events of class `dialplan`; without it they are as they
 * were at the last login, and so are functions such as `CHANNEL(language)`. Any thread.
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it is empty or not set
 * Since: 0.2
 */
const char *
ami_channel_get_variable(const AmiChannel *channel, const char *name)
{
    g_return_val_if_fail(channel != NULL && name != NULL, NULL);

    for (guint i = 0; i < channel->variables->len; i++)
        if (strcmp(g_ptr_array_index(channel->variables, i), name) == 0)
            return channel->values[i];
    return NULL;
}

/**
 * ami_channel_get_age:
 * @channel: a channel
 *
 * How long it has been there, or was there when it is hung up. For channels that were there before
 * the tracker it is true to a second. Any thread.
 *
 * Returns: seconds
 * Since: 0.2
 */
gdouble
ami_channel_get_age(const AmiChannel *channel)
{
    gint64 until;

    g_return_val_if_fail(channel != NULL, 0);

    until = channel->ended > 0 ? channel->ended : g_get_monotonic_time();
    return (gdouble) (until - channel->created) / G_USEC_PER_SEC;
}

/**
 * ami_channel_get_hangup_cause:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: how it ended: Asterisk's hangup cause, such as 16. 0 while it has not, and when
 *   nobody saw it end
 * Since: 0.2
 */
int
ami_channel_get_hangup_cause(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, 0);

    return channel->cause;
}

/**
 * ami_channel_get_hangup_text:
 * @channel: a channel
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): how it ended, in Asterisk's words, such as `Normal
 *   Clearing`
 * Since: 0.2
 */
const char *
ami_channel_get_hangup_text(const AmiChannel *channel)
{
    g_return_val_if_fail(channel != NULL, NULL);

    return channel->fields[FIELD_HANGUP_TEXT];
}
