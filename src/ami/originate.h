/* originate.h - calls that Asterisk is told to place. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * AmiOriginate:
 *
 * A call that is to be placed: whom to call, and what the one who answers gets. Belongs to one
 * thread; the same can be placed again and again.
 */
typedef struct _AmiOriginate AmiOriginate;

AmiOriginate *ami_originate_new(const char *channel);
AmiOriginate *ami_originate_copy(const AmiOriginate *originate);
void ami_originate_free(AmiOriginate *originate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AmiOriginate, ami_originate_free)

/* Where the answered call goes: a place in the dialplan, or one application. */
void ami_originate_set_extension(AmiOriginate *originate, const char *context,
                                 const char *extension, const char *priority);
void ami_originate_set_application(AmiOriginate *originate, const char *application,
                                   const char *data);

/* How. */
void ami_originate_set_timeout(AmiOriginate *originate, gdouble seconds);
void ami_originate_set_caller_id(AmiOriginate *originate, const char *name, const char *number);
void ami_originate_set_account(AmiOriginate *originate, const char *account);
void ami_originate_set_codecs(AmiOriginate *originate, const char *codecs);
void ami_originate_set_early_media(AmiOriginate *originate, gboolean has_early_media);
void ami_originate_set_channel_id(AmiOriginate *originate, const char *channel_id,
                                  const char *other_channel_id);
void ami_originate_set_pre_dial_gosub(AmiOriginate *originate, const char *place);
void ami_originate_add_variable(AmiOriginate *originate, const char *name, const char *value);

/* Placing it. Waits until it is answered or has failed. */
AmiMessage *ami_originate(AmiClient *client, const AmiOriginate *originate,
                          GCancellable *cancellable, GError **error);
void ami_originate_async(AmiClient *client, const AmiOriginate *originate,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
AmiMessage *ami_originate_finish(AmiClient *client, GAsyncResult *result, GError **error);

/* Placing it without waiting: only that Asterisk has taken it. */
gboolean ami_originate_start(AmiClient *client, const AmiOriginate *originate, GError **error);

/* The action, for those who send it themselves. */
AmiAction *ami_originate_to_action(const AmiOriginate *originate);

G_END_DECLS
