/* values.h - actions whose answer is a value: variables, the database, commands, states. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/* Channel variables and functions; @channel NULL: global ones. An unset one is empty. */
gboolean ami_getvar(AmiClient *client, const char *channel, const char *variable, char **value,
                    GError **error);

/* Asterisk's database. A key that is not there is no error: the value is NULL. */
gboolean ami_db_get(AmiClient *client, const char *family, const char *key, char **value,
                    GError **error);

/* The lines that a command of Asterisk's command line prints. (transfer full) */
char **ami_command(AmiClient *client, const char *command, GError **error);

/* How long Asterisk takes to answer, in seconds. */
gboolean ami_ping(AmiClient *client, gdouble *seconds, GError **error);

/* A mailbox's messages. */
gboolean ami_mailbox_count(AmiClient *client, const char *mailbox, guint *n_urgent, guint *n_new,
                           guint *n_old, GError **error);
gboolean ami_mailbox_status(AmiClient *client, const char *mailbox, gboolean *is_waiting,
                            GError **error);

/* The names of all actions that the user may run. (transfer full) */
char **ami_list_commands(AmiClient *client, GError **error);

/* What extensions with a hint, devices and presence providers are up to. */

/**
 * AmiExtensionStatus:
 * @AMI_EXTENSION_REMOVED: it was there, and is no more
 * @AMI_EXTENSION_UNKNOWN: there is no such extension, or it has no hint
 * @AMI_EXTENSION_IDLE: all of its devices are free
 * @AMI_EXTENSION_IN_USE: at least one is in use
 * @AMI_EXTENSION_BUSY: all are busy
 * @AMI_EXTENSION_UNAVAILABLE: none can be reached
 * @AMI_EXTENSION_RINGING: at least one rings
 * @AMI_EXTENSION_ON_HOLD: all that are in use are on hold
 *
 * How an extension stands: one of the first three, or bits of the others.
 */
typedef enum {
    AMI_EXTENSION_REMOVED = -2,
    AMI_EXTENSION_UNKNOWN = -1,
    AMI_EXTENSION_IDLE = 0,
    AMI_EXTENSION_IN_USE = 1,
    AMI_EXTENSION_BUSY = 2,
    AMI_EXTENSION_UNAVAILABLE = 4,
    AMI_EXTENSION_RINGING = 8,
    AMI_EXTENSION_ON_HOLD = 16,
} AmiExtensionStatus;

gboolean ami_extension_state(AmiClient *client, const char *extension, const char *context,
                             int *status, char **text, char **hint, GError **error);
gboolean ami_device_state(AmiClient *client, const char *device, char **state, GError **error);
gboolean ami_presence_state(AmiClient *client, const char *provider, char **state, char **subtype,
                            char **message, GError **error);

/* Which events Asterisk sends, until the connection ends. */
gboolean ami_events_set_mask(AmiClient *client, const char *mask, GError **error);
gboolean ami_add_event_filter(AmiClient *client, gboolean is_exclusion, const char *event,
                              const char *header, const char *pattern, GError **error);

/* The next event that meets a filter, which is taken over. (transfer full) */
AmiMessage *ami_wait_for_event(AmiClient *client, AmiFilter *filter, gdouble timeout,
                               GCancellable *cancellable, GError **error);

G_END_DECLS
