/* ami-output.c - an answer of Asterisk as text for people: headers, aligned, as blocks. */

#include "capella/ami-output.h"
#include "capella/text.h"
#include <string.h>

/* What only holds messages together. */
static const char *const connecting[] = {"ActionID", "EventList", NULL};

/* Of the event that ends a list, people want the numbers. */
static const char *const ending[] = {"Event", "ActionID", "EventList", NULL};

gboolean
capella_ami_is_among(const char *name, const char *const *names)
{
    for (guint i = 0; names[i] != NULL; i++) {
        if (g_ascii_strcasecmp(name, names[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static guint
get_name_width(const AmiMessage *message, const char *const *without)
{
    guint width = 0;

    for (guint i = 0; i < ami_message_get_length(message); i++) {
        const char *name = ami_message_get_name(message, i);
        g_autofree char *text = capella_text_make_printable(name, -1);

        if (!capella_ami_is_among(name, without))
            width = MAX(width, capella_text_get_width(text));
    }
    return width;
}

static void
append_header(GString *text, const char *name, const char *value, guint width,
              const CapellaAmiLook *look)
{
    g_autofree char *shown_name = capella_text_make_printable(name, -1);
    g_autofree char *shown_value = capella_text_make_printable(value, -1);
    guint used = capella_text_get_width(shown_name);

    if (*name != '\0')
        g_string_append_printf(text, "%s%s%s:", look->has_color ? CAPELLA_COLOR_NAME : "",
                               shown_name, look->has_color ? CAPELLA_COLOR_END : "");
    else
        g_string_append_c(text, ' ');
    if (*shown_value != '\0')
        g_string_append_printf(text, "%*s%s", (int) (width - used + 1), "", shown_value);
    g_string_append_c(text, '\n');
}

void
capella_ami_append_block(GString *text, const AmiMessage *message, const char *const *without,
                         const char *indent, const CapellaAmiLook *look)
{
    guint width = get_name_width(message, without);

    for (guint i = 0; i < ami_message_get_length(message); i++) {
        const char *name = ami_message_get_name(message, i);

        if (capella_ami_is_among(name, without))
            continue;
        g_string_append(text, indent);
        append_header(text, name, ami_message_get_value(message, i), width, look);
    }
}

static void
append_items(GString *text, const AmiReply *reply, const CapellaAmiLook *look)
{
    for (guint i = 0; i < ami_reply_get_length(reply); i++) {
        capella_ami_append_block(text, ami_reply_get_item(reply, i), connecting, "", look);
        g_string_append_c(text, '\n');
    }
}

/* A list: its items, and the numbers at its end. */
static void
append_list(GString *text, const AmiReply *reply, const CapellaAmiLook *look)
{
    AmiMessage *complete = ami_reply_get_complete(reply);
    guint n_dropped = 0;
    gsize length;

    if (look->form == CAPELLA_AMI_TABLE)
        n_dropped = capella_ami_append_table(text, reply, look);
    else
        append_items(text, reply, look);
    length = text->len;
    if (complete != NULL)
        capella_ami_append_block(text, complete, ending, "", look);
    if (text->len == length)
        g_string_append_printf(text, "ListItems: %u\n", ami_reply_get_length(reply));
    if (n_dropped > 0)
        g_string_append_printf(text, "(no room for %u more column%s; --wide shows all)\n",
                               n_dropped, n_dropped == 1 ? "" : "s");
}

char *
capella_ami_format_reply(const AmiReply *reply, const CapellaAmiLook *look)
{
    g_autoptr(GString) text = g_string_new(NULL);
    AmiMessage *response = ami_reply_get_response(reply);

    if (look->form == CAPELLA_AMI_JSON)
        return capella_ami_reply_to_json(reply);
    if (ami_reply_get_complete(reply) != NULL || ami_reply_get_length(reply) > 0)
        append_list(text, reply, look);
    else if (response != NULL)
        capella_ami_append_block(text, response, connecting, "", look);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
capella_ami_format_output(const AmiMessage *response)
{
    g_autofree const char **lines = ami_message_get_output(response);
    g_autofree char *text = g_strjoinv("\n", (char **) lines);
    g_autofree char *printable = capella_text_make_lines_printable(text);

    return *printable != '\0' ? g_strconcat(printable, "\n", NULL) : g_strdup("");
}
