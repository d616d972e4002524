/* meeting.c - calls that handlers place, and that come back to them as FastAGI calls.
 *
 * Two things happen at the same time, in no fixed order: Asterisk says what became of the call, on
 * the manager connection, and the answered call comes in as any other. What ties them together is
 * a name that nobody can guess, which is the call's extension, or the path of its script. The
 * handler's thread waits for the call; the main thread, which hears of the other half, changes how
 * long it waits, or ends the waiting. */

#include "capellad/meeting.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define NAME_PREFIX "meet-"
#define NAME_BYTES  16

/* How often a channel is hung up that may not be there yet, how many milliseconds apart, and for
 * how many seconds a lost connection is waited for. */
#define HANG_UP_ATTEMPTS 4
#define HANG_UP_INTERVAL 500
#define HANG_UP_PATIENCE 60

/* Names: of letters and digits that mean nothing in a pattern of the dialplan. */

static char *
new_name(void)
{
    guint8 bytes[NAME_BYTES];
    GString *name = g_string_new(NAME_PREFIX);

    while (getrandom(bytes, sizeof bytes, 0) < 0 && errno == EINTR)
        continue;
    for (guint i = 0; i < NAME_BYTES; i++)
        g_string_append_printf(name, "%02x", bytes[i]);
    return g_string_free(name, FALSE);
}

static gboolean
is_name(const char *text)
{
    gsize prefix = strlen(NAME_PREFIX);

    return text != NULL && g_str_has_prefix(text, NAME_PREFIX) &&
           strlen(text) == prefix + 2 * NAME_BYTES &&
           strspn(text + prefix, "0123456789abcdef") == 2 * NAME_BYTES;
}

gboolean
meeting_was_placed(const AgiEnvironment *environment)
{
    return is_name(agi_environment_get_extension(environment)) ||
           is_name(agi_environment_get_script_path(environment));
}

/* Hanging up what nobody waits for any more, in the main thread. */

typedef struct {
    AmiClient *client;
    char *channel;
    guint attempts;
    gint64 until; /* monotonic microseconds */
} HangUp;

static void
hang_up_free(HangUp *hang_up)
{
    g_object_unref(hang_up->client);
    g_free(hang_up->channel);
    g_free(hang_up);
}

static gboolean try_hang_up(gpointer data);

/* Asterisk may not have made the channel yet, and a lost connection comes back. */
static gboolean
may_work_later(HangUp *hang_up, const GError *error)
{
    if (ami_client_get_state(hang_up->client) == AMI_STATE_STOPPED)
        return FALSE;
    if (g_error_matches(error, AMI_ERROR, AMI_ERROR_NOT_CONNECTED) ||
        g_error_matches(error, AMI_ERROR, AMI_ERROR_DISCONNECTED))
        return g_get_monotonic_time() < hang_up->until;
    return ++hang_up->attempts < HANG_UP_ATTEMPTS;
}

static void
on_hung_up(GObject *source, GAsyncResult *result, gpointer data)
{
    HangUp *hang_up = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiReply) reply = ami_client_send_finish(AMI_CLIENT(source), result, &error);

    if (reply == NULL && may_work_later(hang_up, error))
        g_timeout_add(HANG_UP_INTERVAL, try_hang_up, hang_up);
    else
        hang_up_free(hang_up);
}

static gboolean
try_hang_up(gpointer data)
{
    HangUp *hang_up = data;
    AmiAction *action = ami_action_new_with("Hangup", "Channel", hang_up->channel, NULL);

    ami_client_send_async(hang_up->client, action, NULL, on_hung_up, hang_up);
    return G_SOURCE_REMOVE;
}

static void
hang_up(AmiClient *client, const char *channel)
{
    HangUp *hang_up = g_new0(HangUp, 1);

    hang_up->client = g_object_ref(client);
    hang_up->channel = g_strdup(channel);
    hang_up->until = g_get_monotonic_time() + HANG_UP_PATIENCE * G_USEC_PER_SEC;
    g_main_context_invoke(NULL, try_hang_up, hang_up);
}

/* Placing the call. */

typedef struct {
    Waiter *waiter;
    gdouble timeout;
} Placing;

static void
on_placed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Placing *placing = data;
    g_autoptr(Waiter) waiter = placing->waiter;
    GError *error = NULL;
    g_autoptr(AmiMessage) response = ami_originate_finish(AMI_CLIENT(source), result, &error);

    if (response != NULL)
        waiter_set_timeout(waiter, placing->timeout);
    else
        waiter_fail(waiter, error);
}

static void
lead_back(AmiOriginate *originate, const Asterisk *asterisk, const char *name)
{
    const char *context = asterisk_get_meet_context(asterisk);
    g_autofree char *url = NULL;

    ami_originate_set_application(originate, NULL, NULL);
    ami_originate_set_extension(originate, context, context != NULL ? name : NULL, NULL);
    if (context != NULL)
        return;
    url = g_strdup_printf("%s/%s", asterisk_get_agi_url(asterisk), name);
    ami_originate_set_application(originate, "AGI", url);
}

static void
place(Waiter *waiter, Asterisk *asterisk, const AmiOriginate *originate, const char *name,
      gdouble timeout, GCancellable *cancellable)
{
    g_autoptr(AmiOriginate) copy = ami_originate_copy(originate);
    Placing *placing = g_new0(Placing, 1);

    lead_back(copy, asterisk, name);
    ami_originate_set_channel_id(copy, name, NULL);
    placing->waiter = waiter_ref(waiter);
    placing->timeout = timeout;
    ami_originate_async(asterisk_get_client(asterisk), copy, cancellable, on_placed, placing);
}

/* What is to be said, and done, when no call came. */

static void
explain_timeout(const Asterisk *asterisk, gdouble timeout, GError **error)
{
    const char *context = asterisk_get_meet_context(asterisk);

    g_clear_error(error);
    if (context != NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                    "the call was answered, but did not come back within %g s: look at the "
                    "dialplan of Asterisk %s, whose context \"%s\" should have an extension "
                    "_meet-. that begins with AGI(agi://...)",
                    timeout, asterisk_get_name(asterisk), context);
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                    "the call was answered, but did not come back within %g s: look whether "
                    "Asterisk %s reaches us at %s",
                    timeout, asterisk_get_name(asterisk), asterisk_get_agi_url(asterisk));
}

/* Whether there may be a channel that rings, or that somebody has answered. */
static gboolean
may_live(const GError *error)
{
    if (error->domain != AMI_ERROR)
        return TRUE;
    return error->code == AMI_ERROR_DISCONNECTED || error->code == AMI_ERROR_TIMEOUT ||
           error->code == AMI_ERROR_CANCELLED;
}

Call *
meeting_hold(Waiters *waiters, Asterisk *asterisk, const AmiOriginate *originate, gdouble timeout,
             GCancellable *cancellable, GError **error)
{
    g_autofree char *name = new_name();
    g_autoptr(Waiter) waiter = waiter_new(waiters, name);
    g_autoptr(GCancellable) placing = g_cancellable_new();
    g_autoptr(GError) problem = NULL;
    Call *call;

    place(waiter, asterisk, originate, name, timeout, placing);
    call = waiter_wait(waiter, cancellable, &problem);
    if (call != NULL)
        return call;
    g_cancellable_cancel(placing);
    if (may_live(problem))
        hang_up(asterisk_get_client(asterisk), name);
    if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        explain_timeout(asterisk, timeout, &problem);
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}
