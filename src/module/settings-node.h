/* settings-node.h - one node of the tree of settings, for the files that build and check it. */

#pragma once

#include "module/settings-private.h"

G_BEGIN_DECLS

typedef enum {
    SETTINGS_TEXT,
    SETTINGS_INTEGER,
    SETTINGS_NUMBER,
    SETTINGS_BOOLEAN,
    SETTINGS_GROUP,
    SETTINGS_LIST,
} SettingsType;

struct _CapellaSettings {
    SettingsType type;
    char *name; /* NULL for the root and for items of lists */
    SettingsPlace place;
    CapellaSettings *parent;
    char *text;
    gint64 integer; /* also a boolean */
    gdouble number;
    char **texts;       /* of a list of strings, once it is checked */
    GPtrArray *members; /* of a group or a list */
};

CapellaSettings *capella_settings_find(const CapellaSettings *settings, const char *name);

G_END_DECLS
