/* manager-filter.c - the filters that the action Filter adds to a session's events. */

#include "pbx/manager-private.h"
#include <string.h>

/* @event: (nullable): a name that the event must have. @header: (nullable): the header that is
 * compared, else the whole event. */
typedef struct {
    gboolean is_exclusion;
    char *event;
    char *header;
    char *method;
    char *text;
    GRegex *regex;
} PbxManagerFilter;

void
pbx_filter_free(gpointer data)
{
    PbxManagerFilter *filter = data;

    g_free(filter->event);
    g_free(filter->header);
    g_free(filter->method);
    g_free(filter->text);
    g_clear_pointer(&filter->regex, g_regex_unref);
    g_free(filter);
}

/* The value of `NAME: value` in an event; NULL where it has none. */
static char *
find_header(const char *text, const char *name)
{
    gsize length = strlen(name);

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " ");

            return g_strndup(value, strcspn(value, "\r\n"));
        }
    }
    return NULL;
}

static gboolean
value_matches(const PbxManagerFilter *filter, const char *value)
{
    if (filter->regex != NULL)
        return g_regex_match(filter->regex, value, 0, NULL);
    if (strcmp(filter->method, "exact") == 0)
        return strcmp(value, filter->text) == 0;
    if (strcmp(filter->method, "starts_with") == 0)
        return g_str_has_prefix(value, filter->text);
    if (strcmp(filter->method, "ends_with") == 0)
        return g_str_has_suffix(value, filter->text);
    return strcmp(filter->method, "contains") != 0 || strstr(value, filter->text) != NULL;
}

static gboolean
filter_matches(const PbxManagerFilter *filter, const char *text)
{
    g_autofree char *event = find_header(text, "Event");
    g_autofree char *value = NULL;

    if (filter->event != NULL && g_strcmp0(filter->event, event) != 0)
        return FALSE;
    if (filter->header == NULL)
        return value_matches(filter, text);
    value = find_header(text, filter->header);
    return value != NULL && value_matches(filter, value);
}

/* Without filters that let events in, all get in; then those that keep events out have their say.
 */
gboolean
pbx_filters_pass(const GPtrArray *filters, const char *text)
{
    gboolean is_in = TRUE;

    for (guint i = 0; i < filters->len; i++) {
        const PbxManagerFilter *filter = g_ptr_array_index(filters, i);

        if (filter->is_exclusion)
            continue;
        is_in = filter_matches(filter, text);
        if (is_in)
            break;
    }
    for (guint i = 0; is_in && i < filters->len; i++) {
        const PbxManagerFilter *filter = g_ptr_array_index(filters, i);

        if (filter->is_exclusion && filter_matches(filter, text))
            return FALSE;
    }
    return is_in;
}

/* What stands in parentheses behind a word of the criteria; NULL when the word is not there. */
static char *
find_criterion(const char *criteria, const char *word)
{
    g_autofree char *start = g_strdup_printf("%s(", word);
    const char *at = strstr(criteria, start);

    if (at == NULL)
        return NULL;
    at += strlen(start);
    return g_strndup(at, strcspn(at, ")"));
}

static gboolean
compile(PbxManagerFilter *filter)
{
    filter->regex = g_regex_new(filter->text, G_REGEX_RAW, 0, NULL);
    return filter->regex != NULL;
}

/* Reads the old form, an expression over the whole event, or the new one with criteria. */
static gboolean
read_filter(PbxManagerFilter *filter, const char *text, const char *criteria)
{
    g_autofree char *action = find_criterion(criteria, "action");

    filter->is_exclusion = *criteria == '\0' ? *text == '!' : g_strcmp0(action, "exclude") == 0;
    filter->text = g_strdup(text + (*criteria == '\0' && *text == '!'));
    filter->event = find_criterion(criteria, "name");
    filter->header = find_criterion(criteria, "header");
    filter->method = find_criterion(criteria, "method");
    if (*criteria == '\0' && *text == '\0')
        return FALSE;
    if (*criteria != '\0' && action == NULL && filter->event == NULL && filter->header == NULL)
        return FALSE;
    if (filter->method == NULL)
        filter->method = g_strdup(*criteria == '\0' ? "regex" : "none");
    return strcmp(filter->method, "regex") != 0 || compile(filter);
}

/* Adds what an action says; what is wrong with it, or NULL. */
const char *
pbx_filter_add(GPtrArray *filters, const PbxRequest *request)
{
    const char *criteria = pbx_request_get(request, "MatchCriteria");
    PbxManagerFilter *filter = NULL;

    if (g_ascii_strcasecmp(pbx_request_get(request, "Operation"), "Add") != 0)
        return "Unknown operation";
    filter = g_new0(PbxManagerFilter, 1);
    if (read_filter(filter, pbx_request_get(request, "Filter"), criteria)) {
        g_ptr_array_add(filters, filter);
        return NULL;
    }
    pbx_filter_free(filter);
    return *criteria == '\0' && *pbx_request_get(request, "Filter") != '\0'
               ? "Filter did not compile.  Check the syntax of the filter given."
               : "Filter was formatted incorrectly.  Check the syntax of the filter given.";
}
