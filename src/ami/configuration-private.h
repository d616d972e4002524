/* configuration-private.h - configuration files as they go over the wire. */

#pragma once

#include <capella/ami/configuration.h>

G_BEGIN_DECLS

/* The file that the response to GetConfig holds. */
AmiConfig *ami_config_new(AmiMessage *response, GError **error);

/* The categories in the response to ListCategories. (transfer full) */
char **ami_config_dup_categories(AmiMessage *response);

/* The action UpdateConfig with all steps. (transfer full) */
AmiAction *ami_config_update_to_action(const AmiConfigUpdate *update);

G_END_DECLS
