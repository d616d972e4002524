/* asterisks.h - the Asterisks that the daemon logs in to, as the configuration's `ami` lists them.
 */

#pragma once

#include "module/settings-private.h"

#include <capella/ami/client.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/**
 * Asterisk:
 *
 * One of them: its client, and which calls are its own. Reference-counted; started and stopped by
 * the main thread, read by any.
 */
typedef struct _Asterisk Asterisk;

/* All that the configuration lists, not started; what is wrong is added to @problems.
 * (element-type Asterisk) */
GPtrArray *asterisks_new(const CapellaSettings *configuration, GPtrArray *problems);

Asterisk *asterisk_ref(Asterisk *asterisk);
void asterisk_unref(Asterisk *asterisk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asterisk, asterisk_unref)

/* By its name, NULL: the first; by its client; and by where a call comes from: NULL where that
 * cannot be told. */
Asterisk *asterisks_find(const GPtrArray *asterisks, const char *name);
Asterisk *asterisks_find_client(const GPtrArray *asterisks, AmiClient *client);
Asterisk *asterisks_match(const GPtrArray *asterisks, const struct sockaddr *peer);

/* Takes the socket of a call that comes over the manager connection. In the main thread. */
typedef void (*AsteriskCallFunc)(Asterisk *asterisk, int fd, gpointer user_data);

/* Logs in, and again whenever the connection is lost, until it is stopped. */
void asterisk_start(Asterisk *asterisk, AsteriskCallFunc function, gpointer user_data);
void asterisk_stop(Asterisk *asterisk);

const char *asterisk_get_name(const Asterisk *asterisk);
AmiClient *asterisk_get_client(const Asterisk *asterisk);

/* Where a call that a handler places comes back: one of these, or both NULL. */
const char *asterisk_get_meet_context(const Asterisk *asterisk);
const char *asterisk_get_agi_url(const Asterisk *asterisk);

G_END_DECLS
