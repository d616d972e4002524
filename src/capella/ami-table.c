/* ami-table.c - a list of Asterisk as a table for people: a line an item, a column a header. */

#include "capella/ami-output.h"
#include "capella/text.h"
#include <string.h>

/* A column is made no narrower than this before columns are left out. */
#define NARROWEST 20

/* What stands between two columns. */
#define GAP "  "

/* What tells nothing of an item. */
static const char *const always_hidden[] = {"ActionID", "EventList", NULL};
static const char *const mostly_hidden[] = {"ActionID", "EventList", "Privilege", NULL};

/* A column: its name, and a text for each item. */
typedef struct {
    char *title;
    GPtrArray *cells;
    guint width;
    gboolean is_telling; /* some item has a value that says something */
} Column;

static void
column_free(gpointer data)
{
    Column *column = data;

    g_free(column->title);
    g_ptr_array_unref(column->cells);
    g_free(column);
}

/* All values that an item has for a name. */
static char *
make_cell(const AmiMessage *item, const char *name)
{
    g_autofree const char **values = ami_message_get_all(item, name);
    g_autofree char *text = g_strjoinv(", ", (char **) values);

    return capella_text_make_printable(text, -1);
}

static Column *
column_new(const AmiReply *reply, const char *name)
{
    Column *column = g_new0(Column, 1);

    column->title = capella_text_make_printable(name, -1);
    column->cells = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < ami_reply_get_length(reply); i++) {
        char *cell = make_cell(ami_reply_get_item(reply, i), name);

        column->width = MAX(column->width, capella_text_get_width(cell));
        column->is_telling |= *cell != '\0' && !g_str_equal(cell, "<unknown>");
        g_ptr_array_add(column->cells, cell);
    }
    return column;
}

static gboolean
is_same_in_all(const Column *column)
{
    for (guint i = 1; i < column->cells->len; i++) {
        if (!g_str_equal(column->cells->pdata[0], column->cells->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* The event's name tells nothing where all have the same, nor does a column without a value. */
static gboolean
is_worth_showing(const Column *column, const CapellaAmiLook *look)
{
    if (g_ascii_strcasecmp(column->title, "Event") == 0)
        return !is_same_in_all(column);
    return column->is_telling || look->is_wide;
}

static void
add_columns_of(GPtrArray *columns, GHashTable *known, const AmiReply *reply, const AmiMessage *item,
               const CapellaAmiLook *look)
{
    const char *const *hidden = look->is_wide ? always_hidden : mostly_hidden;

    for (guint i = 0; i < ami_message_get_length(item); i++) {
        const char *name = ami_message_get_name(item, i);
        Column *column = NULL;

        if (capella_ami_is_among(name, hidden) ||
            !g_hash_table_add(known, g_ascii_strdown(name, -1)))
            continue;
        column = column_new(reply, name);
        if (is_worth_showing(column, look))
            g_ptr_array_add(columns, column);
        else
            column_free(column);
    }
}

/* Every header of every item, in the order in which they come first. */
static GPtrArray *
make_columns(const AmiReply *reply, const CapellaAmiLook *look)
{
    GPtrArray *columns = g_ptr_array_new_with_free_func(column_free);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < ami_reply_get_length(reply); i++)
        add_columns_of(columns, known, reply, ami_reply_get_item(reply, i), look);
    for (guint i = 0; i < columns->len; i++) {
        Column *column = columns->pdata[i];

        column->width = MAX(column->width, capella_text_get_width(column->title));
    }
    return columns;
}

static Column *
find_widest(GPtrArray *columns)
{
    Column *widest = columns->pdata[0];

    for (guint i = 1; i < columns->len; i++) {
        Column *column = columns->pdata[i];

        if (column->width > widest->width)
            widest = column;
    }
    return widest;
}

static guint
get_total_width(GPtrArray *columns)
{
    guint width = 0;

    for (guint i = 0; i < columns->len; i++)
        width += ((Column *) columns->pdata[i])->width + (guint) (i > 0 ? strlen(GAP) : 0);
    return width;
}

/* Takes from the widest columns what the terminal has no room for. */
static void
narrow(GPtrArray *columns, guint room)
{
    for (guint total = get_total_width(columns); total > room; total--) {
        Column *widest = find_widest(columns);

        if (widest->width <= NARROWEST)
            return;
        widest->width--;
    }
}

/* Leaves out, from the end, the columns that there is still no room for; the first one stays.
 * Returns how many. */
static guint
drop(GPtrArray *columns, guint room)
{
    guint length = columns->len;

    while (columns->len > 1 && get_total_width(columns) > room)
        g_ptr_array_remove_index(columns, columns->len - 1);
    return length - columns->len;
}

/* One line, the names' when @row is negative. */
static void
append_line(GString *text, GPtrArray *columns, int row)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++) {
        Column *column = columns->pdata[i];

        g_string_append(line, i > 0 ? GAP : "");
        capella_text_append_cell(line, row < 0 ? column->title : column->cells->pdata[row],
                                 column->width);
    }
    g_string_append(text, g_strchomp(line->str));
}

guint
capella_ami_append_table(GString *text, const AmiReply *reply, const CapellaAmiLook *look)
{
    g_autoptr(GPtrArray) columns = make_columns(reply, look);
    guint n_dropped = 0;

    if (columns->len == 0)
        return 0;
    if (look->width > 0 && !look->is_wide) {
        narrow(columns, look->width);
        n_dropped = drop(columns, look->width);
    }
    g_string_append(text, look->has_color ? CAPELLA_COLOR_TITLE : "");
    append_line(text, columns, -1);
    g_string_append(text, look->has_color ? CAPELLA_COLOR_END "\n" : "\n");
    for (guint i = 0; i < ami_reply_get_length(reply); i++) {
        append_line(text, columns, (int) i);
        g_string_append_c(text, '\n');
    }
    g_string_append_c(text, '\n');
    return n_dropped;
}
