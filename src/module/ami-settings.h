/* ami-settings.h - what a configuration says of one Asterisk, and the client that comes of it. */

#pragma once

#include "module/settings-private.h"

#include <capella/ami/client.h>

G_BEGIN_DECLS

/* What an entry of `ami` may hold. */
extern const CapellaSetting ami_settings_rows[];

/* Makes a client of an entry that was checked against the rows; it is not started. What the rows
 * cannot check is added to @problems; NULL when there was such a problem. The secret is wiped from
 * @settings. */
AmiClient *ami_settings_new_client(CapellaSettings *settings, GPtrArray *problems);

/* The same for one entry of a configuration file, by its name; NULL: the first. Nothing else in the
 * file is looked at. */
AmiClient *ami_settings_open(const char *path, const char *name, GPtrArray *problems);

G_END_DECLS
