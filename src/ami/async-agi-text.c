/* async-agi-text.c - what AsyncAGI events carry, as FastAGI would have sent it.
 *
 * Asterisk runs AGI over a pipe, reads at most 1024 bytes of what it wrote into it, encodes them
 * and cuts the rest off. What it did not read stays in the pipe, and comes in front of the next
 * reply. */

#include <config.h>

#include "ami/async-agi-text.h"

#include <string.h>

/* Bytes that Asterisk reads at once, and bytes that it keeps of them encoded. */
#define LONGEST_READ    1024
#define LONGEST_ENCODED 2047

/* What can be told again, when the environment is cut. */
static const struct {
    const char *name;
    const char *header;
} lines[] = {
    {"agi_channel", "Channel"},           {"agi_language", "Language"},
    {"agi_uniqueid", "Uniqueid"},         {"agi_callerid", "CallerIDNum"},
    {"agi_calleridname", "CallerIDName"}, {"agi_context", "Context"},
    {"agi_extension", "Exten"},           {"agi_priority", "Priority"},
    {"agi_accountcode", "AccountCode"},
};

/* Percent-encoding undone. A percent sign that begins nothing, as where the text is cut, ends it.
 */
static GString *
decode(const char *text)
{
    GString *plain = g_string_sized_new(strlen(text));

    for (; *text != '\0'; text++) {
        int high = *text == '%' ? g_ascii_xdigit_value(text[1]) : 0;
        int low = *text == '%' && high >= 0 ? g_ascii_xdigit_value(text[2]) : 0;

        if (*text != '%') {
            g_string_append_c(plain, *text);
            continue;
        }
        if (high < 0 || low < 0)
            break;
        g_string_append_c(plain, (char) (high << 4 | low));
        text += 2;
    }
    return plain;
}

/* Where the value of a line begins; NULL: there is no such line. */
static const char *
find_value(const char *environment, const char *name)
{
    gsize length = strlen(name);

    for (const char *line = environment; line != NULL && *line != '\0';) {
        if (strncmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " ");
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return NULL;
}

char *
ami_async_agi_dup_value(const char *environment, const char *name)
{
    const char *value = find_value(environment, name);

    return value != NULL ? g_strndup(value, strcspn(value, "\n")) : NULL;
}

static void
add_line(GString *environment, const char *name, const char *value)
{
    if (value == NULL || find_value(environment->str, name) != NULL)
        return;
    if (strcmp(value, "<unknown>") == 0)
        value = "unknown";
    g_string_append_printf(environment, "%s: %s\n", name, value);
}

char *
ami_async_agi_dup_environment(AmiMessage *start, gboolean *is_cut)
{
    const char *encoded = ami_message_get(start, "Env");
    g_autoptr(GString) environment = decode(encoded != NULL ? encoded : "");
    const char *last_end = strrchr(environment->str, '\n');

    *is_cut = !g_str_has_suffix(environment->str, "\n\n");
    if (!*is_cut)
        return g_string_free(g_steal_pointer(&environment), FALSE);
    g_string_truncate(environment,
                      last_end != NULL ? (gsize) (last_end + 1 - environment->str) : 0);
    add_line(environment, "agi_request", "async");
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        add_line(environment, lines[i].name, ami_message_get(start, lines[i].header));
    g_string_append_c(environment, '\n');
    return g_string_free(g_steal_pointer(&environment), FALSE);
}

static gboolean
is_reply(const char *line)
{
    return g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
           (line[3] == ' ' || line[3] == '-');
}

/* Takes away what does not belong to a reply: whole lines, up to the first that begins one. */
static void
drop_rest(GString *text)
{
    const char *line = text->str;

    while (*line != '\0' && !is_reply(line)) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    g_string_erase(text, 0, line - text->str);
}

/* Ends a reply that was cut so that it can be read: the parenthesis of a value, or the line that
 * ends a usage. */
static void
end_reply(GString *text)
{
    if (g_str_has_prefix(text->str, "520-"))
        g_string_append(text, "\n520 End of proper usage.");
    else if (strchr(text->str, '(') != NULL)
        g_string_append_c(text, ')');
    g_string_append_c(text, '\n');
}

char *
ami_async_agi_dup_reply(const char *result, gboolean *is_behind)
{
    g_autoptr(GString) text = decode(result);
    gboolean is_cut = text->len >= LONGEST_READ || strlen(result) >= LONGEST_ENCODED - 2;

    if (*is_behind)
        drop_rest(text);
    *is_behind = is_cut;
    if (text->len == 0)
        return NULL;
    if (!g_str_has_suffix(text->str, "\n"))
        end_reply(text);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
