/* table.h - private: the table of actions, one row each, as actions.table tells it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a header holds. */
typedef enum {
    AMI_HEADER_TEXT,
    AMI_HEADER_INTEGER,
    AMI_HEADER_SECONDS,
    AMI_HEADER_MILLISECONDS, /* of the wire; seconds everywhere else */
    AMI_HEADER_BOOLEAN,
    AMI_HEADER_VARIABLES, /* any number of `NAME=value` */
} AmiHeaderKind;

/* How Asterisk answers when it does not refuse. */
typedef enum {
    AMI_SHAPE_SIMPLE, /* one response */
    AMI_SHAPE_LIST,   /* a response, events, and one that completes them */
    AMI_SHAPE_EVENT,  /* a response, then one event */
    AMI_SHAPE_TWICE,  /* a response that says little, then a second one */
    AMI_SHAPE_RAW,    /* lines that are no message, without an ActionID */
    AMI_SHAPE_BLOCKS, /* one response, or one and events, after a time that it has asked for */
} AmiShape;

typedef struct {
    const char *name;
    AmiHeaderKind kind;
    gboolean is_required;
    const char *summary;
} AmiHeaderRow;

typedef struct {
    const char *name;
    const char *module;  /* that has to be loaded; "core" */
    const char *classes; /* of the user's write permission, any one of them; "" none */
    const char *since;   /* first branch of Asterisk that has it; NULL: all */
    const char *until;   /* last branch that has it; NULL: it is still there */
    const char *instead; /* what took its place; NULL */
    AmiShape shape;
    const char *complete;        /* name of the event that completes a list; NULL */
    const AmiHeaderRow *headers; /* ended by a row without name */
    const char *summary;
} AmiActionRow;

/* The row of an action, whatever the case of its name; NULL for one that is not in the table. */
const AmiActionRow *ami_table_find(const char *name);

/* Row @i in the order of the alphabet; NULL behind the last. */
const AmiActionRow *ami_table_get(guint i);

G_END_DECLS
