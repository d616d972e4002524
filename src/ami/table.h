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
    const char *function; /* of this library that runs it; NULL: none but ami_action() */
    const char *module;   /* that has to be loaded; "core" */
    const char *classes;  /* of the user's write permission, any one of them; "" none */
    const char *since;    /* first versions of Asterisk that have it, in words; NULL: all */
    const char *until;    /* last branch that has it; NULL: it is still there */
    const char *instead;  /* what took its place; NULL */
    AmiShape shape;
    const char *complete; /* name of the event that ends the answer; NULL: the response does */
    const char *failure;  /* how `Message` begins where a failure comes as Success; NULL */
    const AmiHeaderRow *headers; /* ended by a row without name */
    const char *summary;
} AmiActionRow;

/* All of them, in the order of the alphabet, whatever the case. */
extern const AmiActionRow ami_table_rows[];
extern const guint ami_table_length;

/* The row of an action, whatever the case of its name; NULL for one that is not in the table. */
const AmiActionRow *ami_table_find(const char *name);

/* Row @i; NULL behind the last. */
const AmiActionRow *ami_table_get(guint i);

G_END_DECLS
