/* conversation.c - a simulated call on the terminal: its lines as they come, and the summary. */

#include "capella/conversation.h"
#include "capella/text.h"
#include <stdio.h>

/* How each kind of line looks: the mark in front of it, and its colour. */
static const struct {
    char mark;
    const char *color;
} looks[] = {
    [PBX_FROM_PBX] = {'<', "\033[32m"},
    [PBX_FROM_SERVER] = {'>', "\033[1;36m"},
    [PBX_NOTE] = {'*', "\033[33m"},
};

/* Shows a line of the transcript as it comes; @conversation is a #CapellaConversation. */
void
capella_conversation_show_line(const PbxTranscriptLine *line, gpointer conversation)
{
    const CapellaConversation *self = conversation;
    g_autofree char *text = capella_text_make_printable(line->text, (gssize) line->length);

    if (self->is_quiet)
        return;
    if (self->has_color)
        printf("%s%8.3f%s %s%c %s%s\n", CAPELLA_COLOR_DIM, line->time, CAPELLA_COLOR_END,
               looks[line->direction].color, looks[line->direction].mark, text, CAPELLA_COLOR_END);
    else
        printf("%8.3f %c%s%s\n", line->time, looks[line->direction].mark,
               line->length > 0 ? " " : "", text);
    fflush(stdout);
}

static const char *
get_ending(PbxEnding ending)
{
    switch (ending) {
    case PBX_ENDED_BY_SERVER:
        return "The server ended the call";
    case PBX_ENDED_BY_FAILURE_LINE:
        return "The server refused the call";
    case PBX_ENDED_BY_HANGUP:
        return "The PBX closed after the hangup";
    case PBX_ENDED_BY_FAULT:
        return "The PBX ended the call, as the script says";
    case PBX_ENDED_BY_TIMEOUT:
        return "The PBX gave up";
    case PBX_ENDED_BY_STOP:
        return "The call was broken off";
    }
    return "The call is over";
}

static void
show_variables(const PbxResult *result)
{
    for (guint i = 0; i < result->changed->len; i++) {
        const char *name = g_ptr_array_index(result->changed, i);
        const char *value = pbx_result_get_variable(result, name);
        g_autofree char *shown = g_strdup_printf("%s=%s", name, value != NULL ? value : "");
        g_autofree char *text = capella_text_make_printable(shown, -1);

        printf("  %-11s %s\n", i == 0 ? "variables:" : "", text);
    }
}

static void
show_unmet(const CapellaConversation *self, const PbxResult *result)
{
    for (guint i = 0; i < result->unmet->len; i++) {
        const char *sentence = g_ptr_array_index(result->unmet, i);
        g_autofree char *text = capella_text_make_printable(sentence, -1);

        printf("  %snot met:%s    %s\n", self->has_color ? CAPELLA_COLOR_BAD : "",
               self->has_color ? CAPELLA_COLOR_END : "", text);
    }
}

/* Says in a few lines what became of the call. */
void
capella_conversation_show_summary(const CapellaConversation *self, const PbxResult *result)
{
    gboolean is_good = result->unmet->len == 0 && g_str_equal(result->status, "SUCCESS");

    if (self->is_quiet && is_good)
        return;
    printf("%s%s: AGISTATUS is %s.\n", self->is_quiet ? "" : "\n", get_ending(result->ending),
           result->status);
    printf("  %-11s %.3f s, %u command%s\n", "duration:", result->seconds, result->n_commands,
           result->n_commands == 1 ? "" : "s");
    if (result->is_hung_up)
        printf("  %-11s ends, since the channel is hung up\n", "dialplan:");
    else
        printf("  %-11s goes on at %s,%s,%d\n", "dialplan:", result->context, result->extension,
               result->priority);
    show_variables(result);
    if (result->lost_keys->len > 0)
        printf("  %-11s nobody took %s\n", "keys:", result->lost_keys->str);
    show_unmet(self, result);
}
