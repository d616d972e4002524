/* reply.c - cuts what Asterisk sends into replies, and replies into their parts. */

#include <config.h>

#include "agi/reply.h"

#include <string.h>

/* A buffer of a session begins with so much, and goes back to it. */
#define USUAL_BYTES 512
#define CODE_LENGTH 3
#define HANGUP_LINE "HANGUP"

void
agi_reader_init(AgiReader *reader)
{
    *reader = (AgiReader){.bytes = g_malloc(USUAL_BYTES), .size = USUAL_BYTES};
}

void
agi_reader_clear(AgiReader *reader)
{
    g_clear_pointer(&reader->bytes, g_free);
    *reader = (AgiReader){0};
}

/* Brings what is unread to the front. */
static void
compact(AgiReader *reader)
{
    gsize start = reader->start;

    if (start == 0)
        return;
    memmove(reader->bytes, reader->bytes + start, reader->end - start);
    reader->start = 0;
    reader->line -= start;
    reader->scanned -= start;
    reader->end -= start;
}

static void
resize(AgiReader *reader, gsize size)
{
    reader->bytes = g_realloc(reader->bytes, size);
    reader->size = size;
}

char *
agi_reader_get_room(AgiReader *reader, gsize *size)
{
    if (reader->start == reader->end || reader->end == reader->size)
        compact(reader);
    if (reader->end == reader->size) {
        if (reader->size >= AGI_REPLY_MAXIMUM_BYTES)
            return NULL;
        resize(reader, reader->size * 2);
    }
    *size = reader->size - reader->end;
    return reader->bytes + reader->end;
}

void
agi_reader_filled(AgiReader *reader, gsize length)
{
    reader->end += length;
}

void
agi_reader_add(AgiReader *reader, const char *bytes, gsize length)
{
    gsize size = reader->size;

    while (size - reader->end < length)
        size *= 2;
    if (size > reader->size)
        resize(reader, size);
    memcpy(reader->bytes + reader->end, bytes, length);
    reader->end += length;
}

void
agi_reader_shrink(AgiReader *reader)
{
    if (reader->size <= 8 * USUAL_BYTES || reader->end - reader->start > USUAL_BYTES)
        return;
    compact(reader);
    resize(reader, USUAL_BYTES);
}

gboolean
agi_reader_is_amid(const AgiReader *reader)
{
    return reader->end > reader->start;
}

void
agi_reader_leave_item(AgiReader *reader)
{
    reader->start = reader->line;
    reader->is_in_block = FALSE;
    reader->is_in_value = FALSE;
}

/* Whether @length bytes of @line are three digits with @separator behind. */
static gboolean
is_reply_line(const char *line, gsize length, char separator)
{
    return length > CODE_LENGTH && g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) &&
           g_ascii_isdigit(line[2]) && line[CODE_LENGTH] == separator;
}

static gboolean
is_text(const char *line, gsize length, const char *text)
{
    return length == strlen(text) && memcmp(line, text, length) == 0;
}

/* Between commands nothing but HANGUP comes by itself. So what lies behind the end of a value, and
 * does not begin like HANGUP, belongs to the value. */
static gboolean
is_followed_by_nothing(const AgiReader *reader, gsize behind)
{
    gsize length = MIN(reader->end - behind, strlen(HANGUP_LINE));

    return memcmp(reader->bytes + behind, HANGUP_LINE, length) == 0;
}

/* Whether the item so far, which ends at @end, ends with the terminator and a parenthesis. */
static gboolean
ends_with_terminator(const AgiReader *reader, gsize end)
{
    gsize length = strlen(reader->terminator);

    return end - reader->start > length &&
           memcmp(reader->bytes + end - 1 - length, reader->terminator, length) == 0;
}

/* Whether a value is over with the present line's @length bytes. What follows begins at @behind. */
static gboolean
is_value_over(const AgiReader *reader, AgiForm form, gsize length, gsize behind)
{
    const char *line = reader->bytes + reader->line;

    if (form == AGI_FORM_ANY)
        return memchr(line, ')', length) != NULL;
    if (length == 0 || line[length - 1] != ')')
        return FALSE;
    if (form == AGI_FORM_UNTIL)
        return ends_with_terminator(reader, reader->line + length);
    return is_followed_by_nothing(reader, behind);
}

/* Whether the first line of a reply, of @length bytes, has a parenthesis behind the result. */
static gboolean
has_value(const char *line, gsize length)
{
    static const char start[] = "200 result=";
    const char *blank;

    if (length < strlen(start) || memcmp(line, start, strlen(start)) != 0)
        return FALSE;
    blank = memchr(line + strlen(start), ' ', length - strlen(start));
    return blank != NULL && blank + 1 < line + length && blank[1] == '(';
}

/* What a new item's first line says that the item is; AGI_ITEM_NONE if it has more lines. */
static AgiItem
take_first_line(AgiReader *reader, AgiForm form, gsize length, gsize behind)
{
    const char *line = reader->bytes + reader->line;

    if (is_text(line, length, HANGUP_LINE))
        return AGI_ITEM_HANGUP;
    reader->is_in_block = is_reply_line(line, length, '-');
    if (reader->is_in_block)
        return AGI_ITEM_NONE;
    if (!is_reply_line(line, length, ' '))
        return AGI_ITEM_STRAY;
    if (line[0] == '1')
        return AGI_ITEM_INTERIM;
    reader->is_in_value = form != AGI_FORM_LINE && has_value(line, length) &&
                          !is_value_over(reader, form, length, behind);
    return reader->is_in_value ? AGI_ITEM_NONE : AGI_ITEM_REPLY;
}

/* Whether the last line of a block, which begins like its first, has come. */
static gboolean
is_block_over(const AgiReader *reader, gsize length)
{
    const char *line = reader->bytes + reader->line;

    return is_reply_line(line, length, ' ') &&
           memcmp(line, reader->bytes + reader->start, CODE_LENGTH) == 0;
}

/* What the present line, of @length bytes, makes of the item. */
static AgiItem
take_line(AgiReader *reader, AgiForm form, gsize length, gsize behind)
{
    if (reader->is_in_block)
        return is_block_over(reader, length) ? AGI_ITEM_REPLY : AGI_ITEM_NONE;
    if (reader->is_in_value)
        return is_value_over(reader, form, length, behind) ? AGI_ITEM_REPLY : AGI_ITEM_NONE;
    return take_first_line(reader, form, length, behind);
}

/* Takes `(value)` off the front of @rest and returns what follows it. */
static const char *
take_value(AgiParts *parts, AgiForm form, const char *rest)
{
    const char *end = parts->text + parts->length;
    gsize length = (gsize) (end - rest);
    const char *close;

    if (*rest != '(')
        return rest;
    close = form == AGI_FORM_LINE ? memchr(rest, ')', length) : memrchr(rest, ')', length);
    if (close == NULL)
        return rest;
    parts->value = rest + 1;
    parts->value_length = (gsize) (close - parts->value);
    return close + 1;
}

static const char *
skip_blanks(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

/* Fills in what the text of a reply says. */
static void
take_apart(AgiParts *parts, AgiForm form)
{
    static const char result[] = "result=";
    const char *rest = parts->text + CODE_LENGTH + 1;

    parts->code = 100 * g_ascii_digit_value(parts->text[0]) +
                  10 * g_ascii_digit_value(parts->text[1]) + g_ascii_digit_value(parts->text[2]);
    parts->has_result = g_str_has_prefix(rest, result);
    parts->result = parts->has_result ? rest + strlen(result) : "";
    parts->result_length = strcspn(parts->result, " ");
    if (parts->has_result)
        rest = skip_blanks(parts->result + parts->result_length);
    parts->trailing = skip_blanks(take_value(parts, form, rest));
}

AgiItem
agi_reader_next(AgiReader *reader, AgiForm form, AgiParts *parts)
{
    char *line_end;

    while ((line_end = memchr(reader->bytes + reader->scanned, '\n',
                              reader->end - reader->scanned)) != NULL) {
        gsize behind = (gsize) (line_end - reader->bytes) + 1;
        char *text_end = line_end > reader->bytes + reader->line && line_end[-1] == '\r'
                             ? line_end - 1
                             : line_end;
        gsize length = (gsize) (text_end - reader->bytes) - reader->line;
        AgiItem item = take_line(reader, form, length, behind);

        reader->line = reader->scanned = behind;
        if (item == AGI_ITEM_NONE)
            continue;
        *text_end = '\0';
        *parts = (AgiParts){.text = reader->bytes + reader->start, .trailing = "", .result = ""};
        parts->length = (gsize) (text_end - parts->text);
        if (memchr(parts->text, '\0', parts->length) != NULL)
            item = AGI_ITEM_STRAY;
        if (item == AGI_ITEM_REPLY)
            take_apart(parts, form);
        agi_reader_leave_item(reader);
        return item;
    }
    reader->scanned = reader->end;
    return AGI_ITEM_NONE;
}

gboolean
agi_parts_get_number(const AgiParts *parts, gint64 *number)
{
    char *end;

    *number = g_ascii_strtoll(parts->result, &end, 10);
    return parts->result_length > 0 && end == parts->result + parts->result_length;
}

gint64
agi_parts_get_trailing_number(const AgiParts *parts, const char *key, gint64 fallback)
{
    gsize length = strlen(key);

    for (const char *at = parts->trailing; *at != '\0'; at = skip_blanks(at + strcspn(at, " ")))
        if (strncmp(at, key, length) == 0 && at[length] == '=')
            return g_ascii_strtoll(at + length + 1, NULL, 10);
    return fallback;
}

gboolean
agi_parts_value_is(const AgiParts *parts, const char *word)
{
    return parts->value != NULL && is_text(parts->value, parts->value_length, word);
}
