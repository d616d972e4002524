/* reply.h - private: cuts what Asterisk sends into replies, and replies into their parts. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest reply that is accepted. Values have no limit of their own. */
#define AGI_REPLY_MAXIMUM_BYTES (1024 * 1024)

/* What a command's reply looks like, which decides where it ends. */
typedef enum {
    AGI_FORM_LINE,  /* one line; a word in parentheses ends at the first `)` */
    AGI_FORM_VALUE, /* a value in parentheses that may go over lines, up to the last `)` */
    AGI_FORM_ANY,   /* nobody knows: over lines while a parenthesis is open */
    AGI_FORM_UNTIL, /* a value up to the reader's terminator */
} AgiForm;

/* What a reader finds. */
typedef enum {
    AGI_ITEM_NONE,    /* nothing whole yet: fill and ask again */
    AGI_ITEM_REPLY,   /* a reply */
    AGI_ITEM_INTERIM, /* a 1xx line: the reply is still to come */
    AGI_ITEM_HANGUP,  /* the HANGUP line, which answers nothing */
    AGI_ITEM_STRAY,   /* a line that is nothing of these */
} AgiItem;

/* One item, as slices of the reader's buffer: good until it is filled again. Texts without a
 * length end with NUL. */
typedef struct {
    const char *text; /* all of it, without its last line end */
    gsize length;
    int code;
    gboolean has_result; /* whether there is a `result=` */
    const char *result;
    gsize result_length;
    const char *value; /* NULL where nothing is in parentheses */
    gsize value_length;
    const char *trailing;
} AgiParts;

/* A buffer that is filled behind and read in front. All fields are offsets into @bytes. */
typedef struct {
    char *bytes;
    gsize size;
    gsize start;   /* of the item being read */
    gsize line;    /* of the item's line being read */
    gsize scanned; /* up to here that line has no end */
    gsize end;     /* of what was received */
    gboolean is_in_block;
    gboolean is_in_value;
    const char *terminator; /* for AGI_FORM_UNTIL: what stands before the last `)` */
} AgiReader;

void agi_reader_init(AgiReader *reader);
void agi_reader_clear(AgiReader *reader);
void agi_reader_add(AgiReader *reader, const char *bytes, gsize length);

/* Room to receive into; NULL when the limit is reached. Say with agi_reader_filled() how much of
 * it was used. */
char *agi_reader_get_room(AgiReader *reader, gsize *size);
void agi_reader_filled(AgiReader *reader, gsize length);

AgiItem agi_reader_next(AgiReader *reader, AgiForm form, AgiParts *parts);

/* Whether something was begun that is not whole yet. */
gboolean agi_reader_is_amid(const AgiReader *reader);

/* Forgets that an item of several lines was begun: its lines become items of their own. */
void agi_reader_leave_item(AgiReader *reader);

/* Gives memory back that a huge reply took. Only when no slice is in use. */
void agi_reader_shrink(AgiReader *reader);

/* The result as a number. FALSE if it is none. */
gboolean agi_parts_get_number(const AgiParts *parts, gint64 *number);

/* The number behind `key=` in the trailing text; @fallback where there is none. */
gint64 agi_parts_get_trailing_number(const AgiParts *parts, const char *key, gint64 fallback);

/* Whether the text in parentheses is @word. */
gboolean agi_parts_value_is(const AgiParts *parts, const char *word);

G_END_DECLS
