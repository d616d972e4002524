/* ami-help.c - what is known of each action, for people: the list, and one action in full. */

#include "capella/ami-help.h"
#include "capella/command.h"
#include "capella/text.h"
#include <stdio.h>
#include <string.h>

/* Lines are filled up to here where there is no terminal. */
#define USUAL_WIDTH 80

/* How many names are offered for one that there is not. */
#define MOST_OFFERED 3

int
capella_ami_find_action(const char *name)
{
    AmiActionInfo info;

    for (guint i = 0; ami_action_info(i, &info); i++) {
        if (g_ascii_strcasecmp(info.name, name) == 0)
            return (int) i;
    }
    return -1;
}

/* --- The list --- */

static gboolean
has_word(const char *text, const char *word)
{
    g_autofree char *low_text = g_ascii_strdown(text, -1);
    g_autofree char *low_word = g_ascii_strdown(word, -1);

    return strstr(low_text, low_word) != NULL;
}

static gboolean
is_about(const AmiActionInfo *info, const char *word)
{
    return word == NULL || has_word(info->name, word) || has_word(info->summary, word);
}

/* The length of the longest name that is listed; 0: there is none. */
static guint
get_list_width(const char *word)
{
    AmiActionInfo info;
    guint width = 0;

    for (guint i = 0; ami_action_info(i, &info); i++) {
        if (is_about(&info, word))
            width = MAX(width, (guint) strlen(info.name));
    }
    return width;
}

/* The first of the versions; all of them are told where the action is described. */
static char *
get_first_version(const char *versions)
{
    return versions != NULL ? g_strndup(versions, strcspn(versions, ",")) : g_strdup("-");
}

static void
print_row(guint name_width, const AmiActionInfo *info, guint width)
{
    g_autoptr(GString) row = g_string_new(NULL);
    g_autofree char *since = get_first_version(info->since);

    g_string_printf(row, "%-*s  %-6s  %-5s  %s", (int) name_width, info->name, since,
                    info->until != NULL ? info->until : "-", info->summary);
    capella_text_cut(row, 0, width);
    printf("%s\n", row->str);
}

int
capella_ami_list_actions(const char *word, guint width)
{
    static const AmiActionInfo titles = {
        .name = "ACTION", .since = "SINCE", .until = "UNTIL", .summary = "SUMMARY"};
    guint name_width = get_list_width(word);
    AmiActionInfo info;

    if (name_width == 0)
        return capella_fail(CAPELLA_EXIT_FAILED, "no action has \"%s\" in its name or summary",
                            word);
    name_width = MAX(name_width, (guint) strlen(titles.name));
    print_row(name_width, &titles, width);
    for (guint i = 0; ami_action_info(i, &info); i++) {
        if (is_about(&info, word))
            print_row(name_width, &info, width);
    }
    return EX_OK;
}

/* --- One action --- */

static void
print_wrapped(const char *text, guint indent, guint used, guint width)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    capella_text_append_wrapped(lines, text, indent, used, width > 0 ? width : USUAL_WIDTH);
    printf("%s\n", lines->str);
}

static guint
get_name_width(guint action)
{
    AmiActionHeaderInfo header;
    guint width = 0;

    for (guint i = 0; ami_action_header_info(action, i, &header); i++)
        width = MAX(width, (guint) strlen(header.name));
    return width;
}

static void
print_headers(guint action, guint width)
{
    AmiActionHeaderInfo header;
    guint name_width = get_name_width(action);

    for (guint i = 0; ami_action_header_info(action, i, &header); i++) {
        printf("%s  %c %-*s  %-12s  ", i == 0 ? "\nHeaders, * for those that it needs:\n" : "",
               header.is_required ? '*' : ' ', (int) name_width, header.name, header.kind);
        print_wrapped(header.summary, name_width + 20, name_width + 20, width);
    }
}

static void
print_fact(const char *name, const char *text, guint width)
{
    printf("%-12s ", name);
    print_wrapped(text, 13, 13, width);
}

static void
print_versions(const AmiActionInfo *info, guint width)
{
    g_autoptr(GString) text = g_string_new(info->since != NULL ? "since " : "all versions");

    g_string_append(text, info->since != NULL ? info->since : "");
    if (g_strcmp0(info->until, "never") == 0)
        g_string_assign(text, "none has such an action");
    else if (info->until != NULL)
        g_string_append_printf(text, ", up to %s", info->until);
    if (info->instead != NULL)
        g_string_append_printf(text, "; instead: %s", info->instead);
    print_fact("Asterisk:", text->str, width);
}

static void
print_facts(const AmiActionInfo *info, guint width)
{
    g_auto(GStrv) classes = g_strsplit(info->classes, " ", -1);
    g_autofree char *words = g_strjoinv(" or ", classes);
    g_autofree char *write = g_strconcat("write = ", words, NULL);
    g_autofree char *answer =
        g_strdup_printf("%s%s%s", info->answer, info->complete != NULL ? ", ended by " : "",
                        info->complete != NULL ? info->complete : "");

    printf("\n");
    print_versions(info, width);
    print_fact("Module:", info->module, width);
    print_fact("Permission:", *words != '\0' ? write : "none", width);
    print_fact("Answer:", answer, width);
    if (info->function != NULL)
        print_fact("Function:", info->function, width);
}

/* What one would type. */
static void
print_example(const AmiActionInfo *info, guint action)
{
    AmiActionHeaderInfo header;

    printf("\n  capella ami %s", info->name);
    for (guint i = 0; ami_action_header_info(action, i, &header); i++) {
        if (header.is_required && g_str_equal(info->name, "Command"))
            printf(" core show uptime");
        else if (header.is_required)
            printf(" %s=...", header.name);
    }
    printf("\n");
}

int
capella_ami_describe_action(const char *name, guint width)
{
    int action = capella_ami_find_action(name);
    AmiActionInfo info;

    if (action < 0)
        return capella_ami_fail_unknown(name);
    ami_action_info((guint) action, &info);
    printf("%s\n", info.name);
    printf("  ");
    print_wrapped(info.summary, 2, 2, width);
    print_headers((guint) action, width);
    print_facts(&info, width);
    print_example(&info, (guint) action);
    return EX_OK;
}

/* --- What was meant --- */

/* How many letters have to be put in, taken out or changed to make one word the other. */
static guint
get_distance(const char *from, const char *to)
{
    gsize length = strlen(to);
    g_autofree guint *row = g_new(guint, length + 1);

    for (guint i = 0; i <= length; i++)
        row[i] = i;
    for (guint i = 0; from[i] != '\0'; i++) {
        guint diagonal = row[0];

        row[0] = i + 1;
        for (guint j = 1; j <= length; j++) {
            guint change = diagonal + (g_ascii_tolower(from[i]) != g_ascii_tolower(to[j - 1]));

            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

/* The name that is nearest, if any is near. */
static char *
find_nearest(const char *name, gboolean is_gone)
{
    guint nearest = (guint) strlen(name) / 3 + 1;
    const char *found = NULL;
    AmiActionInfo info;

    for (guint i = 0; ami_action_info(i, &info); i++) {
        guint distance = get_distance(name, info.name);

        if (distance < nearest && (info.until != NULL) == is_gone) {
            nearest = distance;
            found = info.name;
        }
    }
    return g_strdup(found);
}

/* A few names that have the word in them. */
static char *
find_containing(const char *name)
{
    g_autoptr(GString) found = g_string_new(NULL);
    AmiActionInfo info;
    guint n_found = 0;

    for (guint i = 0; ami_action_info(i, &info) && n_found < MOST_OFFERED; i++) {
        if (info.until == NULL && has_word(info.name, name))
            g_string_append_printf(found, "%s%s", n_found++ > 0 ? ", " : "", info.name);
    }
    return n_found > 0 ? g_string_free(g_steal_pointer(&found), FALSE) : NULL;
}

int
capella_ami_fail_unknown(const char *name)
{
    g_autofree char *meant = find_nearest(name, FALSE);

    if (meant == NULL)
        meant = find_containing(name);
    if (meant == NULL)
        meant = find_nearest(name, TRUE);
    if (meant != NULL)
        return capella_fail(EX_USAGE, "there is no action \"%s\"; did you mean %s?", name, meant);
    return capella_fail(EX_USAGE, "there is no action \"%s\"; capella ami --list lists them", name);
}
