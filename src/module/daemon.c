/* daemon.c - what a module may ask of the daemon that runs it. */

#include "module/daemon-private.h"

/**
 * capella_daemon_wait_for_call:
 * @daemon: the daemon, as given to the module's `load`
 * @extension: the extension that the call will ask for
 * @timeout: how long to wait, in seconds
 * @cancellable: (nullable): ends the waiting early
 * @error: return location for a #GError, or %NULL
 *
 * Waits for the next call to @extension and takes it over, before any route of the configuration
 * can: the other half of an originated call. An extension can have several waiters; the one that
 * has waited longest is served first. Blocks; call it from a handler's thread, which then serves
 * both calls.
 *
 * Returns: (transfer full): the call, whose last reference ends it; %NULL with @error set to
 *   %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED, or %G_IO_ERROR_CLOSED when the daemon stops
 */
AgiCall *
capella_daemon_wait_for_call(CapellaDaemon *daemon, const char *extension, gdouble timeout,
                             GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail(daemon != NULL && extension != NULL, NULL);
    return daemon->wait_for_call(daemon, extension, timeout, cancellable, error);
}

/**
 * capella_daemon_is_stopping:
 * @daemon: the daemon, as given to the module's `load`
 *
 * Whether the daemon has been asked to stop: running calls still have a while to end, new ones do
 * not come. For handlers that would go on for long, also after a hangup. Does not block; any
 * thread.
 *
 * Returns: %TRUE once the daemon stops
 */
gboolean
capella_daemon_is_stopping(CapellaDaemon *daemon)
{
    g_return_val_if_fail(daemon != NULL, FALSE);
    return daemon->is_stopping(daemon);
}

/**
 * capella_daemon_get_ami:
 * @daemon: the daemon, as given to the module's `load`
 * @name: (nullable): the `name` of an entry of `ami` in the configuration; %NULL: the first
 *
 * The client of an Asterisk that the daemon is logged in to, or on its way to be. It is there from
 * `load` on, though not connected then, so that `load` can subscribe to events; `unload` has to
 * unsubscribe, since the callback's code is gone afterwards. Handlers send actions with it from
 * their threads. The daemon starts, stops and reconnects it; a module does not. Does not block; any
 * thread.
 *
 * Returns: (transfer none) (nullable): the client, which lives as long as the module is loaded;
 *   %NULL where the configuration has no such entry
 * Since: 0.2
 */
AmiClient *
capella_daemon_get_ami(CapellaDaemon *daemon, const char *name)
{
    g_return_val_if_fail(daemon != NULL, NULL);
    return daemon->get_ami(daemon, name);
}

/**
 * capella_daemon_get_ami_of_call:
 * @daemon: the daemon, as given to the module's `load`
 * @call: a call that the daemon has handed to a handler, or that a handler has waited for
 *
 * The client of the Asterisk that a call comes from: told by the address of the other end, which
 * the configuration's `addresses` or `host` has to match, or by the manager connection that the
 * call came over. Where `ami` has but one entry, it is that one. Does not block; any thread.
 *
 * Returns: (transfer none) (nullable): the client; %NULL where it cannot be told
 * Since: 0.2
 */
AmiClient *
capella_daemon_get_ami_of_call(CapellaDaemon *daemon, AgiCall *call)
{
    g_return_val_if_fail(daemon != NULL && call != NULL, NULL);
    return daemon->get_ami_of_call(daemon, call);
}

/**
 * capella_originate_and_wait:
 * @daemon: the daemon, as given to the module's `load`
 * @client: (nullable): a client of capella_daemon_get_ami() or capella_daemon_get_ami_of_call();
 *   %NULL: that of the first entry of `ami`
 * @originate: whom to call, and how; where the answered call goes, and its channel id, are not
 *   looked at
 * @timeout: how long the call may take to come back once it is answered, in seconds; how long it
 *   may ring is set by ami_originate_set_timeout()
 * @cancellable: (nullable): ends the waiting early; for a handler,
 *   agi_call_get_cancellable() of its own call, so that nobody's phone rings for a caller who is
 *   gone
 * @error: return location for a #GError, or %NULL
 *
 * Places a call, and waits until whoever answers it is there as a call of this very handler: the
 * action Originate, whose answered leg Asterisk hands over by AGI(), as `meet_context` or `agi_url`
 * of the configuration say. It is taken over before any route of the configuration can, and nobody
 * else can come in its place. When no call comes of it, the channel is hung up if there still is
 * one, and a call that comes in all the same is refused. Blocks; call it from a handler's thread,
 * which then serves both calls.
 *
 * Returns: (transfer full): the call, whose last reference ends it; %NULL with @error set. The
 *   placing failed: %AMI_ERROR_BUSY, %AMI_ERROR_NO_ANSWER, %AMI_ERROR_CALL_FAILED,
 *   %AMI_ERROR_REFUSED, %AMI_ERROR_NOT_CONNECTED, %AMI_ERROR_DISCONNECTED or another #AmiError;
 *   %AMI_ERROR_INVALID_ARGUMENT where the configuration does not say how calls come back. The call
 *   was answered and did not come back: %G_IO_ERROR_TIMED_OUT. Neither:
 *   %G_IO_ERROR_CANCELLED, or %G_IO_ERROR_CLOSED when the daemon stops
 * Since: 0.2
 */
AgiCall *
capella_originate_and_wait(CapellaDaemon *daemon, AmiClient *client, const AmiOriginate *originate,
                           gdouble timeout, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail(daemon != NULL && originate != NULL, NULL);
    return daemon->originate_and_wait(daemon, client, originate, timeout, cancellable, error);
}
