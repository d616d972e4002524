/* test-lines.c - a stream cut into lines, whatever the pieces it comes in. */

#include "exec/lines.h"

#include <string.h>

/* Longest line of the tests, in bytes. */
#define LIMIT 4

typedef struct {
    const char *name;
    const char *stream;
    gsize length;
    const char *lines; /* each in brackets, one that was cut with a tilde; the last with a bar */
} LinesCase;

#define STREAM(text) text, sizeof text - 1

static const LinesCase lines_cases[] = {
    {"nothing", STREAM(""), ""},
    {"one", STREAM("abc\n"), "[abc]"},
    {"empty", STREAM("\n\n"), "[][]"},
    {"several", STREAM("a\nbc\n\nd\n"), "[a][bc][][d]"},
    {"no-last-end", STREAM("a\nbc"), "[a]|bc|"},
    {"just-fits", STREAM("abcd\n"), "[abcd]"},
    {"one-too-long", STREAM("abcde\nf\n"), "[abcd~][f]"},
    {"far-too-long", STREAM("abcdefghijklmnopqrstuvwxyz\nf\nabcdefgh\n"), "[abcd~][f][abcd~]"},
    {"too-long-without-end", STREAM("a\nabcdefghij"), "[a]|abcd~|"},
    {"nul", STREAM("a\0b\n\0\n"), "[a.b][.]"},
    {"carriage-return", STREAM("a\r\n"), "[a\r]"},
};

static void
append_line(GString *all, const Line *line, char open, char close)
{
    g_string_append_c(all, open);
    for (gsize i = 0; i < line->length; i++)
        g_string_append_c(all, line->text[i] != '\0' ? line->text[i] : '.');
    g_string_append(all, line->is_cut ? "~" : "");
    g_string_append_c(all, close);
}

/* Reads the stream in pieces of a size, each in memory of just that size. */
static char *
read_in_pieces(const char *stream, gsize length, gsize piece_length)
{
    g_auto(Lines) lines = {0};
    GString *all = g_string_new(NULL);
    Line line;

    lines_init(&lines, LIMIT);
    for (gsize i = 0; i < length; i += piece_length) {
        gsize size = MIN(piece_length, length - i);
        g_autofree char *piece = g_memdup2(stream + i, size);

        lines_add(&lines, piece, size);
        while (lines_next(&lines, &line))
            append_line(all, &line, '[', ']');
        g_assert_cmpuint(lines.bytes->len - lines.n_taken, <=, LIMIT + 1);
    }
    if (lines_last(&lines, &line))
        append_line(all, &line, '|', '|');
    g_assert_false(lines_last(&lines, &line));
    return g_string_free(all, FALSE);
}

static void
test_lines(gconstpointer data)
{
    const LinesCase *expected = data;

    for (gsize piece_length = 1; piece_length <= expected->length + 1; piece_length++) {
        g_autofree char *lines = read_in_pieces(expected->stream, expected->length, piece_length);

        g_assert_cmpstr(lines, ==, expected->lines);
    }
}

/* What was dropped is counted until the line ends. */
static void
test_dropped(void)
{
    g_auto(Lines) lines = {0};
    Line line;

    lines_init(&lines, LIMIT);
    for (int i = 0; i < 10; i++) {
        lines_add(&lines, "0123456789", 10);
        g_assert_false(lines_next(&lines, &line));
    }
    g_assert_cmpuint(lines.n_dropped, ==, 100 - LIMIT - 1);
    lines_add(&lines, "\n", 1);
    g_assert_true(lines_next(&lines, &line));
    g_assert_cmpuint(lines.n_dropped, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(lines_cases); i++) {
        g_autofree char *path = g_strconcat("/modules/exec/lines/", lines_cases[i].name, NULL);

        g_test_add_data_func(path, &lines_cases[i], test_lines);
    }
    g_test_add_func("/modules/exec/lines/dropped", test_dropped);
    return g_test_run();
}
