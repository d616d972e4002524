/* conversation.h - a simulated call on the terminal: its lines as they come, and the summary. */

#pragma once

#include "pbx/result.h"

G_BEGIN_DECLS

/**
 * CapellaConversation:
 * @has_color: whether lines are coloured
 * @is_quiet: whether only what went wrong is said
 *
 * How a call is shown.
 */
typedef struct {
    gboolean has_color;
    gboolean is_quiet;
} CapellaConversation;

void capella_conversation_show_line(const PbxTranscriptLine *line, gpointer conversation);
void capella_conversation_show_summary(const CapellaConversation *conversation,
                                       const PbxResult *result);

G_END_DECLS
