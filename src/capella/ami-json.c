/* ami-json.c - messages of Asterisk as JSON. Values are strings; a name that a message has several
 * times is an array of them. */

#include "capella/ami-output.h"
#include <json-glib/json-glib.h>

static JsonNode *
make_string(const char *bytes)
{
    g_autofree char *text = g_utf8_make_valid(bytes, -1);
    JsonNode *node = json_node_alloc();

    return json_node_init_string(node, text);
}

static void
add_header(JsonObject *object, const char *name, const char *value)
{
    g_autofree char *key = g_utf8_make_valid(name, -1);
    JsonNode *known = json_object_get_member(object, key);
    JsonArray *array = NULL;

    if (known == NULL) {
        json_object_set_member(object, key, make_string(value));
        return;
    }
    if (JSON_NODE_HOLDS_ARRAY(known)) {
        json_array_add_element(json_node_get_array(known), make_string(value));
        return;
    }
    array = json_array_new();
    json_array_add_element(array, json_node_copy(known));
    json_array_add_element(array, make_string(value));
    json_object_set_array_member(object, key, array);
}

static void
add_headers(JsonObject *object, const AmiMessage *message)
{
    for (guint i = 0; i < ami_message_get_length(message); i++)
        add_header(object, ami_message_get_name(message, i), ami_message_get_value(message, i));
}

static JsonNode *
make_message(const AmiMessage *message)
{
    g_autoptr(JsonObject) object = NULL;
    JsonNode *node = json_node_alloc();

    if (message == NULL)
        return json_node_init_null(node);
    object = json_object_new();
    add_headers(object, message);
    return json_node_init_object(node, object);
}

/* As JSON writes what lies beyond the first 65536 letters: as two halves. */
static void
append_escaped(GString *text, gunichar letter)
{
    if (letter > 0xffff)
        g_string_append_printf(text, "\\u%04x\\u%04x", 0xd800 + ((letter - 0x10000) >> 10),
                               0xdc00 + ((letter - 0x10000) & 0x3ff));
    else
        g_string_append_printf(text, "\\u%04x", letter);
}

/* The JSON library leaves control characters beyond ASCII, which terminals obey, as they are. */
static char *
escape_controls(const char *json)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (; *json != '\0'; json = g_utf8_next_char(json)) {
        gunichar letter = g_utf8_get_char(json);

        if (letter >= 0x7f && !g_unichar_isprint(letter))
            append_escaped(text, letter);
        else
            g_string_append_unichar(text, letter);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
generate(JsonNode *root, gboolean is_pretty)
{
    g_autofree char *text = json_to_string(root, is_pretty);
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    return escape_controls(line);
}

char *
capella_ami_reply_to_json(const AmiReply *reply)
{
    g_autoptr(JsonNode) root = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    JsonArray *items = json_array_new();

    for (guint i = 0; i < ami_reply_get_length(reply); i++)
        json_array_add_element(items, make_message(ami_reply_get_item(reply, i)));
    json_object_set_member(object, "response", make_message(ami_reply_get_response(reply)));
    json_object_set_array_member(object, "items", items);
    json_object_set_member(object, "complete", make_message(ami_reply_get_complete(reply)));
    json_node_init_object(root, object);
    return generate(root, TRUE);
}

char *
capella_ami_message_to_json(const AmiMessage *message, const char *received)
{
    g_autoptr(JsonNode) root = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();

    if (received != NULL)
        json_object_set_string_member(object, "received", received);
    add_headers(object, message);
    json_node_init_object(root, object);
    return generate(root, FALSE);
}
