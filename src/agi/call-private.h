/* call-private.h - what the daemon, and a future second transport, need of a call beyond agi.h. */

#pragma once

#include <capella/agi/call.h>
#include <capella/agi/environment.h>

G_BEGIN_DECLS

/* Where the environment block ends: the offset just behind its empty line, 0 while it has none.
 * @from says how far an earlier look went, so that the whole cost is linear. */
gsize agi_environment_find_end(const char *block, gsize length, gsize from);

/* A call whose environment was read by somebody else, with the bytes that came behind it. Takes
 * over the socket, which blocks, and the reference on @environment. */
AgiCall *agi_call_new_with_environment(int fd, AgiEnvironment *environment, const char *rest,
                                       gsize rest_length);

/* Ends the conversation from our side and hands out the half-closed socket, for the caller to
 * drain and close; -1 when there is none left. */
int agi_call_finish_and_steal_fd(AgiCall *call);

/* Cuts the connection under a call: a command that blocks ends at once, as if the caller had hung
 * up. Any thread. */
void agi_call_disconnect(AgiCall *call);

/* Has @function called once, when the conversation ends on our side, in the thread that ends it;
 * before that the call is good to be disconnected. */
void agi_call_set_end_notify(AgiCall *call, void (*function)(AgiCall *call, gpointer user_data),
                             gpointer user_data);

/* What whoever made the call knows of where it came from; @destroy frees it with the call. */
void agi_call_set_origin(AgiCall *call, gpointer origin, GDestroyNotify destroy);
gpointer agi_call_get_origin(const AgiCall *call);

/* Gets a call back in step after a time-out in mid-command: until Asterisk has answered a question
 * of our own, replies to older ones are dropped. */
gboolean agi_call_resynchronize(AgiCall *call, gdouble seconds, GError **error);

/* How long the call's thread has been waiting for Asterisk in the present command, in seconds;
 * negative when it is not in one. Any thread. */
gdouble agi_call_get_waiting_time(const AgiCall *call);

/* When agi_call_set_deadline() falls due, monotonic microseconds; 0: never. Any thread. */
gint64 agi_call_get_deadline(const AgiCall *call);

G_END_DECLS
