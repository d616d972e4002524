/* table.c - looks actions up in the table. */

#include <config.h>

#include "ami/table.h"

#include <capella/ami/action-info.h>
#include <stdlib.h>

const AmiActionRow *
ami_table_get(guint i)
{
    return i < ami_table_length ? &ami_table_rows[i] : NULL;
}

static int
compare(const void *name, const void *row)
{
    return g_ascii_strcasecmp(name, ((const AmiActionRow *) row)->name);
}

const AmiActionRow *
ami_table_find(const char *name)
{
    return bsearch(name, ami_table_rows, ami_table_length, sizeof *ami_table_rows, compare);
}

static const char *
shape_in_words(AmiShape shape)
{
    switch (shape) {
    case AMI_SHAPE_SIMPLE:
        return "a response";
    case AMI_SHAPE_LIST:
        return "a response and a list of events";
    case AMI_SHAPE_EVENT:
        return "a response and one event";
    case AMI_SHAPE_TWICE:
        return "two responses";
    case AMI_SHAPE_RAW:
        return "text that is no message";
    case AMI_SHAPE_BLOCKS:
        return "a response after a while, until which nothing else is answered";
    }
    return NULL;
}

static const char *
kind_in_words(AmiHeaderKind kind)
{
    switch (kind) {
    case AMI_HEADER_TEXT:
        return "text";
    case AMI_HEADER_INTEGER:
        return "integer";
    case AMI_HEADER_SECONDS:
        return "seconds";
    case AMI_HEADER_MILLISECONDS:
        return "milliseconds";
    case AMI_HEADER_BOOLEAN:
        return "boolean";
    case AMI_HEADER_VARIABLES:
        return "variables";
    }
    return NULL;
}

/**
 * ami_action_info:
 * @i: which action, counted from 0
 * @info: (out caller-allocated): what is known of it; the texts are constants
 *
 * One row of the table of actions, in the order of the alphabet, for those who list them. Any
 * thread.
 *
 * Returns: %TRUE if there is a row @i; %FALSE behind the last
 * Since: 0.2
 */
gboolean
ami_action_info(guint i, AmiActionInfo *info)
{
    const AmiActionRow *row = ami_table_get(i);

    g_return_val_if_fail(info != NULL, FALSE);

    if (row == NULL)
        return FALSE;
    info->name = row->name;
    info->function = row->function;
    info->module = row->module;
    info->classes = row->classes;
    info->since = row->since;
    info->until = row->until;
    info->instead = row->instead;
    info->answer = shape_in_words(row->shape);
    info->complete = row->complete;
    info->summary = row->summary;
    return TRUE;
}

/**
 * ami_action_header_info:
 * @i: which action, counted from 0
 * @j: which of its headers, counted from 0
 * @info: (out caller-allocated): what is known of it; the texts are constants
 *
 * One header of an action in the table, for those who list them. Any thread.
 *
 * Returns: %TRUE if there is such a header; %FALSE behind the last
 * Since: 0.2
 */
gboolean
ami_action_header_info(guint i, guint j, AmiActionHeaderInfo *info)
{
    const AmiActionRow *row = ami_table_get(i);
    const AmiHeaderRow *header;

    g_return_val_if_fail(info != NULL, FALSE);

    if (row == NULL)
        return FALSE;
    for (header = row->headers; header->name != NULL && j > 0; j--)
        header++;
    if (header->name == NULL)
        return FALSE;
    info->name = header->name;
    info->kind = kind_in_words(header->kind);
    info->is_required = header->is_required;
    info->summary = header->summary;
    return TRUE;
}
