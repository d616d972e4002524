/* ami-output.h - what Asterisk said, as text for people and for programs. */

#pragma once

#include <capella/ami/reply.h>

G_BEGIN_DECLS

typedef enum { CAPELLA_AMI_BLOCKS, CAPELLA_AMI_TABLE, CAPELLA_AMI_JSON } CapellaAmiForm;

/**
 * CapellaAmiLook:
 * @form: how an answer is shown
 * @has_color: whether it is coloured
 * @is_wide: whether nothing is left out or cut
 * @width: cells of a line; 0: any number
 *
 * How answers and events are shown.
 */
typedef struct {
    CapellaAmiForm form;
    gboolean has_color;
    gboolean is_wide;
    guint width;
} CapellaAmiLook;

/* An answer in the form asked for, ended by a line end. (transfer full) */
char *capella_ami_format_reply(const AmiReply *reply, const CapellaAmiLook *look);

/* The lines that a command of Asterisk's command line printed. (transfer full) */
char *capella_ami_format_output(const AmiMessage *response);

/* The headers of a message, one a line, values aligned, but for those whose names are in @without,
 * which ends with NULL. */
void capella_ami_append_block(GString *text, const AmiMessage *message, const char *const *without,
                              const char *indent, const CapellaAmiLook *look);

/* The items of a list as lines of a table, below a line of names. Returns how many columns there
 * was no room for. */
guint capella_ami_append_table(GString *text, const AmiReply *reply, const CapellaAmiLook *look);

/* An answer as one JSON object of several lines. (transfer full) */
char *capella_ami_reply_to_json(const AmiReply *reply);

/* A message as one JSON object on one line; @received: (nullable): a first member of that name. */
char *capella_ami_message_to_json(const AmiMessage *message, const char *received);

/* Whether @name is in a list that ends with NULL, in any case. */
gboolean capella_ami_is_among(const char *name, const char *const *names);

G_END_DECLS
