/* filter.c - which events somebody wants. */

#include <config.h>

#include "ami/filter-private.h"

#include <capella/ami/error.h>
#include <stdarg.h>
#include <string.h>

/* A condition on one header. */
typedef struct {
    char *name;
    gsize name_length;
    char *value; /* with @is_pattern, as ami_filter_add_pattern() tells */
    gboolean is_pattern;
} Condition;

struct _AmiFilter {
    GPtrArray *events; /* of char *, NULL at the end */
    GArray *conditions;
    AmiPredicateFunc predicate;
    gpointer predicate_data;
    GDestroyNotify predicate_destroy;
};

static void
clear_condition(gpointer data)
{
    Condition *condition = data;

    g_free(condition->name);
    g_free(condition->value);
}

static AmiFilter *
new_filter(void)
{
    AmiFilter *filter = g_new0(AmiFilter, 1);

    filter->events = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(filter->events, NULL);
    filter->conditions = g_array_new(FALSE, FALSE, sizeof(Condition));
    g_array_set_clear_func(filter->conditions, clear_condition);
    return filter;
}

/**
 * ami_filter_new:
 * @event: (nullable): the name of an event, in any case, followed by further ones, and %NULL at the
 *   end. All events: ami_filter_new(NULL, NULL)
 * @...: see @event
 *
 * Begins a filter.
 *
 * |[<!-- language="C" -->
 * filter = ami_filter_new("Hangup", "Newchannel", NULL);
 * ami_filter_add_pattern(filter, "Channel", "PJSIP/alice-*");
 * ]|
 *
 * Returns: (transfer full): the filter
 * Since: 0.2
 */
AmiFilter *
ami_filter_new(const char *event, ...)
{
    AmiFilter *filter = new_filter();
    va_list events;

    va_start(events, event);
    for (; event != NULL; event = va_arg(events, const char *))
        ami_filter_add_event(filter, event);
    va_end(events);
    return filter;
}

/**
 * ami_filter_free:
 * @filter: (transfer full): a filter that was given to nobody
 *
 * Frees it, and what its predicate was given.
 *
 * Since: 0.2
 */
void
ami_filter_free(AmiFilter *filter)
{
    g_return_if_fail(filter != NULL);

    ami_filter_set_predicate(filter, NULL, NULL, NULL);
    g_array_unref(filter->conditions);
    g_ptr_array_unref(filter->events);
    g_free(filter);
}

/**
 * ami_filter_add_event:
 * @filter: a filter
 * @event: the name of an event, in any case
 *
 * Takes events of this name too. Without any name, a filter takes all events.
 *
 * Since: 0.2
 */
void
ami_filter_add_event(AmiFilter *filter, const char *event)
{
    g_return_if_fail(filter != NULL && event != NULL);

    g_ptr_array_insert(filter->events, (int) filter->events->len - 1, g_strdup(event));
}

const char *const *
ami_filter_get_events(const AmiFilter *filter)
{
    return (const char *const *) filter->events->pdata;
}

static void
add_condition(AmiFilter *filter, const char *name, const char *value, gboolean is_pattern)
{
    Condition condition = {
        .name = g_strdup(name),
        .name_length = strlen(name),
        .value = g_strdup(value),
        .is_pattern = is_pattern,
    };

    g_array_append_val(filter->conditions, condition);
}

/**
 * ami_filter_add_header:
 * @filter: a filter
 * @name: the name of a header, in any case
 * @value: a value, exactly
 *
 * Takes only events in which one of the headers of that name has that value.
 *
 * Since: 0.2
 */
void
ami_filter_add_header(AmiFilter *filter, const char *name, const char *value)
{
    g_return_if_fail(filter != NULL && name != NULL && value != NULL);

    add_condition(filter, name, value, FALSE);
}

/**
 * ami_filter_add_pattern:
 * @filter: a filter
 * @name: the name of a header, in any case
 * @pattern: a value, in which `*` stands for anything, nothing included, and `?` for any one
 *   character. A backslash takes what follows it as it is
 *
 * Takes only events in which one of the headers of that name is like @pattern. Letters are compared
 * with their case.
 *
 * Since: 0.2
 */
void
ami_filter_add_pattern(AmiFilter *filter, const char *name, const char *pattern)
{
    g_return_if_fail(filter != NULL && name != NULL && pattern != NULL);

    add_condition(filter, name, pattern, TRUE);
}

/**
 * ami_filter_set_predicate:
 * @filter: a filter
 * @predicate: (nullable): decides about the events that meet all other conditions; %NULL: they are
 *   all wanted
 * @user_data: given to @predicate
 * @destroy: (nullable): frees @user_data
 *
 * Sets a condition that is code. A second one takes the place of the first.
 *
 * Since: 0.2
 */
void
ami_filter_set_predicate(AmiFilter *filter, AmiPredicateFunc predicate, gpointer user_data,
                         GDestroyNotify destroy)
{
    g_return_if_fail(filter != NULL);

    if (filter->predicate_destroy != NULL)
        filter->predicate_destroy(filter->predicate_data);
    filter->predicate = predicate;
    filter->predicate_data = user_data;
    filter->predicate_destroy = destroy;
}

/* --- Matching --- */

/* Behind the first character. Values need not be UTF-8: what is none counts by bytes. */
static const char *
skip_character(const char *text)
{
    gboolean is_long = ((guchar) *text & 0xC0) == 0xC0;

    text++;
    while (is_long && ((guchar) *text & 0xC0) == 0x80)
        text++;
    return text;
}

static const char *
skip_backslash(const char *pattern)
{
    return pattern[0] == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;
}

/* Whether a value is like a pattern. When what follows a star does not fit, the last star takes one
 * byte more: earlier stars need not be tried again. */
static gboolean
is_like(const char *value, const char *pattern)
{
    const char *behind_star = NULL;
    const char *retry = NULL;

    while (*value != '\0' || *pattern != '\0') {
        const char *literal = skip_backslash(pattern);

        if (*pattern == '*') {
            behind_star = ++pattern;
            retry = value;
        } else if (*pattern == '?' && *value != '\0') {
            value = skip_character(value);
            pattern++;
        } else if (*pattern != '?' && *value != '\0' && *literal == *value) {
            value++;
            pattern = literal + 1;
        } else if (behind_star != NULL && *retry != '\0') {
            value = ++retry;
            pattern = behind_star;
        } else {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
meets(const Condition *condition, AmiMessage *event)
{
    guint length = ami_message_get_length(event);

    if (!condition->is_pattern)
        return ami_message_has(event, condition->name, condition->value);
    for (guint i = 0; i < length; i++)
        if (g_ascii_strcasecmp(ami_message_get_name(event, i), condition->name) == 0 &&
            is_like(ami_message_get_value(event, i), condition->value))
            return TRUE;
    return FALSE;
}

static gboolean
takes_name(const AmiFilter *filter, const char *event)
{
    const char *const *events = ami_filter_get_events(filter);

    if (events[0] == NULL)
        return TRUE;
    for (gsize i = 0; events[i] != NULL; i++)
        if (g_ascii_strcasecmp(events[i], event) == 0)
            return TRUE;
    return FALSE;
}

/**
 * ami_filter_matches:
 * @filter: a filter
 * @event: a message
 *
 * Any thread, as far as the filter's predicate allows it.
 *
 * Returns: whether @event is an event that the filter takes
 * Since: 0.2
 */
gboolean
ami_filter_matches(const AmiFilter *filter, AmiMessage *event)
{
    g_return_val_if_fail(filter != NULL && event != NULL, FALSE);

    if (!ami_message_is_event(event) || !takes_name(filter, ami_message_get_event(event)))
        return FALSE;
    for (guint i = 0; i < filter->conditions->len; i++)
        if (!meets(&g_array_index(filter->conditions, Condition, i), event))
            return FALSE;
    return filter->predicate == NULL || filter->predicate(event, filter->predicate_data);
}

/* --- Out of a text --- */

static gboolean
is_separator(char byte)
{
    return byte == ',' || g_ascii_isspace(byte);
}

/* The next word: what stands between separators, without its quotes, but with its backslashes. NULL
 * at the end of the text, or with @error set. @equals: where the first equals sign outside quotes
 * is; -1: nowhere. */
static char *
next_word(const char **text, gssize *equals, GError **error)
{
    g_autoptr(GString) word = g_string_new(NULL);
    gboolean is_quoted = FALSE;
    const char *byte = *text;

    *equals = -1;
    while (is_separator(*byte))
        byte++;
    if (*byte == '\0')
        return NULL;
    for (; *byte != '\0' && (is_quoted || !is_separator(*byte)); byte++) {
        if (byte[0] == '\\' && byte[1] != '\0') {
            g_string_append_len(word, byte++, 2);
        } else if (*byte == '"') {
            is_quoted = !is_quoted;
        } else {
            if (*byte == '=' && !is_quoted && *equals < 0)
                *equals = (gssize) word->len;
            g_string_append_c(word, *byte);
        }
    }
    if (is_quoted) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "a quote is not closed in the filter: %s", *text);
        return NULL;
    }
    *text = byte;
    return g_string_free(g_steal_pointer(&word), FALSE);
}

static gboolean
is_event_name(const char *word)
{
    for (const char *byte = word; *byte != '\0'; byte++)
        if (!g_ascii_isalnum(*byte) && *byte != '-' && *byte != '_')
            return FALSE;
    return *word != '\0';
}

static gboolean
add_word(AmiFilter *filter, char *word, gssize equals, GError **error)
{
    if (equals < 0 && is_event_name(word)) {
        ami_filter_add_event(filter, word);
        return TRUE;
    }
    if (equals < 0) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "\"%s\" in the filter is neither the name of an event nor a condition such as "
                    "Channel=Local*%s",
                    word,
                    strpbrk(word, "*?") != NULL ? "; for many events, write Event=Queue*" : "");
        return FALSE;
    }
    if (equals == 0 || strchr(":!<>~", word[equals - 1]) != NULL) {
        g_set_error(error, AMI_ERROR, AMI_ERROR_INVALID_ARGUMENT,
                    "the condition \"%s\" of the filter is not of the form Header=value", word);
        return FALSE;
    }
    word[equals] = '\0';
    add_condition(filter, word, word + equals + 1, strpbrk(word + equals + 1, "*?\\") != NULL);
    return TRUE;
}

/**
 * ami_filter_new_from_text:
 * @text: names of events and conditions on headers, with commas or blanks between them
 * @error: return location for a #GError, or %NULL
 *
 * Makes a filter out of what people type, such as `Hangup,Newchannel Channel=Local*`. A condition
 * is `Header=value`; in its value `*` and `?` stand for anything, as ami_filter_add_pattern()
 * tells. A value with blanks or commas is quoted: `CallerIDName="Front desk"`. Names are compared
 * without case, values with it. All conditions have to hold. Text with nothing in it takes all
 * events.
 *
 * Returns: (transfer full): the filter; %NULL with @error set to %AMI_ERROR_INVALID_ARGUMENT when
 *   the text is not understood
 * Since: 0.2
 */
AmiFilter *
ami_filter_new_from_text(const char *text, GError **error)
{
    g_autoptr(AmiFilter) filter = new_filter();
    g_autoptr(GError) problem = NULL;
    gssize equals;

    g_return_val_if_fail(text != NULL, NULL);

    for (;;) {
        g_autofree char *word = next_word(&text, &equals, &problem);

        if (word == NULL)
            break;
        if (!add_word(filter, word, equals, error))
            return NULL;
    }
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    return g_steal_pointer(&filter);
}
