/* table.c - looks actions up in the table. */

#include <config.h>

#include "ami/table.h"

static const AmiActionRow rows[] = {{0}};

const AmiActionRow *
ami_table_get(guint i)
{
    const AmiActionRow *row = rows;

    while (i > 0 && row->name != NULL)
        row++, i--;
    return row->name != NULL ? row : NULL;
}

const AmiActionRow *
ami_table_find(const char *name)
{
    for (const AmiActionRow *row = rows; row->name != NULL; row++)
        if (g_ascii_strcasecmp(row->name, name) == 0)
            return row;
    return NULL;
}
