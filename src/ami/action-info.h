/* action-info.h - the table of actions, for those who list them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AmiActionInfo:
 * @name: the action as on the wire
 * @function: (nullable): the function of this library that runs it
 * @module: which module of Asterisk has to be loaded; "core" is always there
 * @classes: the user needs one of these in the write permission; "": none
 * @since: (nullable): the first version of Asterisk that has it, of each branch that it came to
 *   late; %NULL: all have it
 * @until: (nullable): the last branch of Asterisk that has it; %NULL: it is still there
 * @instead: (nullable): what took its place
 * @answer: in words, how Asterisk answers
 * @complete: (nullable): the event that ends the answer; %NULL: the response does
 * @summary: what it does, in a sentence or two
 *
 * One row of the table of actions.
 */
typedef struct {
    const char *name;
    const char *function;
    const char *module;
    const char *classes;
    const char *since;
    const char *until;
    const char *instead;
    const char *answer;
    const char *complete;
    const char *summary;
} AmiActionInfo;

/**
 * AmiActionHeaderInfo:
 * @name: the header as on the wire
 * @kind: what it holds on the wire: `text`, `integer`, `seconds`, `milliseconds`, `boolean` or
 *   `variables` (any number of `NAME=value`)
 * @is_required: whether Asterisk refuses the action without it
 * @summary: what it says, in words
 *
 * One header of an action.
 */
typedef struct {
    const char *name;
    const char *kind;
    gboolean is_required;
    const char *summary;
} AmiActionHeaderInfo;

gboolean ami_action_info(guint i, AmiActionInfo *info);
gboolean ami_action_header_info(guint i, guint j, AmiActionHeaderInfo *info);

G_END_DECLS
