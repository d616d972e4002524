/* manager-request.c - what a client of the manager interface sent: one action and its headers. */

#include "pbx/manager-request.h"
#include "pbx/call-private.h"
#include <string.h>

/** Variables that one header may set. */
#define VARIABLES_MAXIMUM 64

PbxPair *
pbx_pair_new(const char *name, const char *value)
{
    PbxPair *pair = g_new0(PbxPair, 1);

    pair->name = g_strdup(name);
    pair->value = g_strdup(value);
    return pair;
}

void
pbx_pair_free(gpointer data)
{
    PbxPair *pair = data;

    g_free(pair->name);
    g_free(pair->value);
    g_free(pair);
}

PbxRequest *
pbx_request_new(void)
{
    PbxRequest *request = g_new0(PbxRequest, 1);

    g_atomic_ref_count_init(&request->references);
    request->headers = g_ptr_array_new_with_free_func(pbx_pair_free);
    request->lines = g_ptr_array_new_with_free_func(g_free);
    return request;
}

PbxRequest *
pbx_request_ref(PbxRequest *request)
{
    g_atomic_ref_count_inc(&request->references);
    return request;
}

void
pbx_request_unref(PbxRequest *request)
{
    if (!g_atomic_ref_count_dec(&request->references))
        return;
    g_ptr_array_unref(request->headers);
    g_ptr_array_unref(request->lines);
    g_free(request);
}

/* A line without its end. What has no colon is kept, and is no header. Blanks and control bytes
 * behind the colon do not count. */
void
pbx_request_add_line(PbxRequest *request, const char *line)
{
    const char *colon = strchr(line, ':');
    const char *value = colon != NULL ? colon + 1 : "";
    g_autofree char *name = NULL;

    name = colon != NULL ? g_strndup(line, (gsize) (colon - line)) : g_strdup(line);
    while (*value != '\0' && (guchar) *value < 33)
        value++;
    g_ptr_array_add(request->headers, pbx_pair_new(name, value));
    g_ptr_array_add(request->lines, g_strdup(line));
}

static const char *
find(const PbxRequest *request, const char *name, gboolean skips_empty)
{
    for (guint i = 0; i < request->headers->len; i++) {
        const PbxPair *header = g_ptr_array_index(request->headers, i);

        if (g_ascii_strcasecmp(header->name, name) == 0 && (!skips_empty || *header->value != '\0'))
            return header->value;
    }
    return NULL;
}

const char *
pbx_request_find(const PbxRequest *request, const char *name)
{
    return find(request, name, FALSE);
}

const char *
pbx_request_get(const PbxRequest *request, const char *name)
{
    const char *value = find(request, name, FALSE);

    return value != NULL ? value : "";
}

const char *
pbx_request_get_action(const PbxRequest *request)
{
    const char *name = find(request, "Action", TRUE);

    return name != NULL ? name : "";
}

static gboolean
is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (g_ascii_strcasecmp(text, *words) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pbx_text_is_true(const char *text)
{
    return is_one_of(text, (const char *const[]){"yes", "true", "y", "t", "1", "on", NULL});
}

gboolean
pbx_text_is_false(const char *text)
{
    return is_one_of(text, (const char *const[]){"no", "false", "n", "f", "0", "off", NULL});
}

gboolean
pbx_request_is_true(const PbxRequest *request, const char *name)
{
    return pbx_text_is_true(pbx_request_get(request, name));
}

GPtrArray *
pbx_request_get_variables(const PbxRequest *request)
{
    g_autoptr(GPtrArray) variables = g_ptr_array_new_with_free_func(pbx_pair_free);

    for (guint i = 0; i < request->headers->len; i++) {
        const PbxPair *header = g_ptr_array_index(request->headers, i);
        g_auto(GStrv) parts = NULL;

        if (g_ascii_strcasecmp(header->name, "Variable") != 0)
            continue;
        parts = pbx_arguments_split(header->value, ',', VARIABLES_MAXIMUM);
        for (guint n = 0; parts[n] != NULL; n++) {
            char *value = strchr(parts[n], '=');

            if (value != NULL)
                *value++ = '\0';
            g_ptr_array_add(variables, pbx_pair_new(parts[n], value != NULL ? value : ""));
        }
    }
    return g_steal_pointer(&variables);
}
