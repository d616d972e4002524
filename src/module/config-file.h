/* config-file.h - reading libconfig files into a tree of settings. */

#pragma once

#include "module/settings-private.h"

G_BEGIN_DECLS

/* Reads @path and what it includes. NULL with one problem added when it cannot be read. */
CapellaSettings *config_file_read(const char *path, GPtrArray *problems);

/* Reads every `*.conf` of @folder in the order of their names and merges each into @settings. */
void config_folder_read(const char *folder, CapellaSettings *settings, GPtrArray *problems);

/* Reads @path and then the folder that its `include_folder` names, if any. */
CapellaSettings *config_file_read_all(const char *path, GPtrArray *problems);

G_END_DECLS
