/* words.h - lines taken apart into words: Asterisk's way for commands, the script's way for
 * scripts. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PbxWord:
 * @text: the word, without its quotes; a NUL byte is added behind it
 * @length: bytes in @text, which may hold NUL bytes where the line wrote `\x00`
 * @is_quoted: whether it was written in quotes
 *
 * One word of a line of a script.
 */
typedef struct {
    char *text;
    gsize length;
    gboolean is_quoted;
} PbxWord;

/**
 * PbxCommandLine:
 * @text: the command as it came, without its LF
 * @words: its words, %NULL at the end
 * @length: how many words there are
 * @name_length: how many of them are the command's name, which has no case
 * @number: which command of the call it is, counted from 1
 *
 * A command that the server sent.
 */
typedef struct {
    char *text;
    char **words;
    guint length;
    guint name_length;
    guint number;
} PbxCommandLine;

GArray *pbx_words_split_script(const char *line, GError **error);
void pbx_words_append_quoted(GString *line, const char *text, gsize length);

G_END_DECLS
