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

G_END_DECLS
