/* test-reply.c - the stream from Asterisk, cut into replies at the right places, in any pieces. */

#include "agi/reply.h"

#include <string.h>

/* One item as text: kind, code, result, value, trailing. */
static void
describe(GString *found, AgiItem kind, const AgiParts *parts)
{
    switch (kind) {
    case AGI_ITEM_NONE:
        break;
    case AGI_ITEM_REPLY:
        g_string_append_printf(found, "<%d", parts->code);
        if (parts->has_result)
            g_string_append_printf(found, " r=%.*s", (int) parts->result_length, parts->result);
        if (parts->value != NULL)
            g_string_append_printf(found, " v=%.*s", (int) parts->value_length, parts->value);
        if (*parts->trailing != '\0')
            g_string_append_printf(found, " t=%s", parts->trailing);
        g_string_append_c(found, '>');
        break;
    case AGI_ITEM_INTERIM:
        g_string_append(found, "<interim>");
        break;
    case AGI_ITEM_HANGUP:
        g_string_append(found, "<hangup>");
        break;
    case AGI_ITEM_STRAY:
        g_string_append_printf(found, "<stray %s>", parts->text);
        break;
    }
}

static void
add(AgiReader *reader, const char *bytes, gsize length)
{
    while (length > 0) {
        gsize size;
        char *room = agi_reader_get_room(reader, &size);

        g_assert_nonnull(room);
        size = MIN(size, length);
        memcpy(room, bytes, size);
        agi_reader_filled(reader, size);
        bytes += size;
        length -= size;
    }
}

static void
read_all(AgiReader *reader, AgiForm form, GString *found)
{
    AgiParts parts;
    AgiItem kind;

    while ((kind = agi_reader_next(reader, form, &parts)) != AGI_ITEM_NONE)
        describe(found, kind, &parts);
}

/* Reads @stream, which is cut at @at, or everywhere if that is negative. */
static char *
read_pieces(const char *stream, AgiForm form, int at)
{
    GString *found = g_string_new(NULL);
    gsize length = strlen(stream);
    AgiReader reader;

    agi_reader_init(&reader);
    reader.terminator = "R.";
    for (gsize i = 0; i < length;) {
        gsize piece = at < 0 ? 1 : i == 0 && at > 0 ? (gsize) at : length - i;

        add(&reader, stream + i, piece);
        i += piece;
        read_all(&reader, form, found);
    }
    g_assert_false(agi_reader_is_amid(&reader));
    agi_reader_clear(&reader);
    return g_string_free(found, FALSE);
}

typedef struct {
    const char *name;
    AgiForm form;
    const char *stream;
    const char *found;
} Case;

/* clang-format off */
static const Case cases[] = {
    {"zero", AGI_FORM_LINE, "200 result=0\n", "<200 r=0>"},
    {"cr-lf", AGI_FORM_LINE, "200 result=0\r\n", "<200 r=0>"},
    {"two", AGI_FORM_LINE, "200 result=0\n200 result=1\n", "<200 r=0><200 r=1>"},
    {"no-result", AGI_FORM_LINE, "200 result=\n", "<200 r=>"},
    {"digits", AGI_FORM_LINE, "200 result=12*A\n", "<200 r=12*A>"},
    {"word", AGI_FORM_LINE, "200 result= (timeout)\n", "<200 r= v=timeout>"},
    {"end-position", AGI_FORM_LINE, "200 result=35 endpos=17280\n", "<200 r=35 t=endpos=17280>"},
    {"word-and-more", AGI_FORM_LINE, "200 result=1 (speech) endpos=0 results=1 text0=\"a (b)\"\n", "<200 r=1 v=speech t=endpos=0 results=1 text0=\"a (b)\">"},
    {"sentence", AGI_FORM_LINE, "200 result=0 Gosub complete (abnormal exit)\n", "<200 r=0 t=Gosub complete (abnormal exit)>"},
    {"no-result-at-all", AGI_FORM_LINE, "200 hello\n", "<200 t=hello>"},
    {"510", AGI_FORM_LINE, "510 Invalid or unknown command\n", "<510 t=Invalid or unknown command>"},
    {"503", AGI_FORM_LINE, "503 result=-2 Memory allocation failure\n", "<503 r=-2 t=Memory allocation failure>"},
    {"520", AGI_FORM_LINE, "520 Invalid command syntax.  Proper usage not available.\n", "<520 t=Invalid command syntax.  Proper usage not available.>"},
    {"block", AGI_FORM_LINE, "520-Invalid\nHANGUP\n\n200 result=1\n52 x\n520 End\n200 result=0\n", "<520 t=Invalid\nHANGUP\n\n200 result=1\n52 x\n520 End><200 r=0>"},
    {"block-then-hangup", AGI_FORM_LINE, "520-a\n520 b\nHANGUP\n200 result=0\n", "<520 t=a\n520 b><hangup><200 r=0>"},
    {"empty-block", AGI_FORM_LINE, "520-Invalid\n520 End\n", "<520 t=Invalid\n520 End>"},
    {"interim", AGI_FORM_LINE, "100 result=0 Trying...\n200 result=0 Gosub complete\n", "<interim><200 r=0 t=Gosub complete>"},
    {"hangup", AGI_FORM_LINE, "HANGUP\n200 result=0\nHANGUP\n", "<hangup><200 r=0><hangup>"},
    {"hangup-cr-lf", AGI_FORM_LINE, "HANGUP\r\n", "<hangup>"},
    {"strays", AGI_FORM_LINE, "\nHANGUPS\nhangup\n2000 x\n20 x\n200\nabc\n200 result=0\n", "<stray ><stray HANGUPS><stray hangup><stray 2000 x><stray 20 x><stray 200><stray abc><200 r=0>"},
    {"value", AGI_FORM_VALUE, "200 result=1 (a (b) \"c\")\n", "<200 r=1 v=a (b) \"c\">"},
    {"empty-value", AGI_FORM_VALUE, "200 result=1 ()\n", "<200 r=1 v=>"},
    {"no-value", AGI_FORM_VALUE, "200 result=0\n", "<200 r=0>"},
    {"value-refused", AGI_FORM_VALUE, "511 Command Not Permitted (dead\n", "<511 t=Command Not Permitted (dead>"},
    {"lines-alone", AGI_FORM_VALUE, "200 result=1 (one\ntwo\n\nthree)\n", "<200 r=1 v=one\ntwo\n\nthree>"},
    {"lines-cr-lf", AGI_FORM_VALUE, "200 result=1 (one\r\ntwo)\r\n", "<200 r=1 v=one\r\ntwo>"},
    {"lines-like-replies", AGI_FORM_VALUE, "200 result=1 (\n200 result=0\n520-x\nHANGUP\n)\n", "<200 r=1 v=\n200 result=0\n520-x\nHANGUP\n>"},
    {"value-then-hangup", AGI_FORM_VALUE, "200 result=1 (a)\nHANGUP\n", "<200 r=1 v=a><hangup>"},
    {"lines-then-hangup", AGI_FORM_VALUE, "200 result=1 (a\nb)\nHANGUP\n", "<200 r=1 v=a\nb><hangup>"},
    {"any", AGI_FORM_ANY, "200 result=1 (a (b)) endpos=5\n", "<200 r=1 v=a (b) t=endpos=5>"},
    {"any-lines", AGI_FORM_ANY, "200 result=1 (a\nb\nc) endpos=5\n200 result=0\n", "<200 r=1 v=a\nb\nc t=endpos=5><200 r=0>"},
    {"any-plain", AGI_FORM_ANY, "200 result=1 x (\n", "<200 r=1 t=x (>"},
    {"until-alone", AGI_FORM_UNTIL, "200 result=1 (a)\n200 result=1 ()\nR.)\n200 result=0\n", "<200 r=1 v=a)\n200 result=1 ()\nR.><200 r=0>"},
    {"until-refused", AGI_FORM_UNTIL, "510 Invalid\n", "<510 t=Invalid>"},
    {"blank-value", AGI_FORM_VALUE, "200 result=1 ( )\n", "<200 r=1 v= >"},
    {"open-for-ever", AGI_FORM_LINE, "200 result=1 (open\n", "<200 r=1 t=(open>"},
};
/* clang-format on */

static void
test_case(gconstpointer data)
{
    const Case *expected = data;

    for (int at = -1; at < (int) strlen(expected->stream); at++) {
        g_autofree char *found = read_pieces(expected->stream, expected->form, at);

        g_assert_cmpstr(found, ==, expected->found);
    }
}

/* A value that ends a line with a parenthesis is told by what came with it. */
static void
test_ambiguous(void)
{
    g_autofree char *together = read_pieces("200 result=1 (one)\ntwo)\n", AGI_FORM_VALUE, 0);
    g_autofree char *apart = read_pieces("200 result=1 (one)\ntwo)\n", AGI_FORM_VALUE, 19);

    g_assert_cmpstr(together, ==, "<200 r=1 v=one)\ntwo>");
    g_assert_cmpstr(apart, ==, "<200 r=1 v=one><stray two)>");
}

/* Each value of a reply, whatever its size, and the memory that is given back behind it. */
static void
test_sizes(void)
{
    AgiReader reader;

    agi_reader_init(&reader);
    for (gsize size = 0; size < 200000; size = size * 3 + 1) {
        g_autofree char *value = g_strnfill(size, 'x');
        g_autofree char *stream = g_strdup_printf("200 result=1 (%s)\n200 result=0\n", value);
        AgiParts parts;

        add(&reader, stream, strlen(stream) - strlen("200 result=0\n"));
        g_assert_cmpint(agi_reader_next(&reader, AGI_FORM_VALUE, &parts), ==, AGI_ITEM_REPLY);
        g_assert_cmpuint(parts.value_length, ==, size);
        g_assert_cmpmem(parts.value, parts.value_length, value, size);
        add(&reader, "200 result=0\n", strlen("200 result=0\n"));
        agi_reader_shrink(&reader);
        g_assert_cmpuint(reader.size, <=, 4096);
        g_assert_cmpint(agi_reader_next(&reader, AGI_FORM_VALUE, &parts), ==, AGI_ITEM_REPLY);
        g_assert_cmpuint(parts.result_length, ==, 1);
    }
    agi_reader_clear(&reader);
}

static void
test_limit(void)
{
    g_autofree char *bytes = g_strnfill(1000, 'x');
    AgiReader reader;
    gsize size;

    agi_reader_init(&reader);
    while (agi_reader_get_room(&reader, &size) != NULL)
        add(&reader, bytes, MIN(size, 1000));
    g_assert_cmpuint(reader.end, >=, AGI_REPLY_MAXIMUM_BYTES);
    agi_reader_clear(&reader);
}

static void
test_parts(void)
{
    static const char line[] = "200 result=-17 (word) endpos=-1 end=2 x digit=5\n";
    AgiReader reader;
    AgiParts parts;
    gint64 number;

    agi_reader_init(&reader);
    agi_reader_add(&reader, line, strlen(line));
    g_assert_cmpint(agi_reader_next(&reader, AGI_FORM_LINE, &parts), ==, AGI_ITEM_REPLY);
    g_assert_true(agi_parts_get_number(&parts, &number));
    g_assert_cmpint(number, ==, -17);
    g_assert_true(agi_parts_value_is(&parts, "word"));
    g_assert_false(agi_parts_value_is(&parts, "wor"));
    g_assert_cmpint(agi_parts_get_trailing_number(&parts, "endpos", 7), ==, -1);
    g_assert_cmpint(agi_parts_get_trailing_number(&parts, "digit", 7), ==, 5);
    g_assert_cmpint(agi_parts_get_trailing_number(&parts, "x", 7), ==, 7);
    agi_reader_add(&reader, "200 result=1x\n200 result=\n", 26);
    agi_reader_next(&reader, AGI_FORM_LINE, &parts);
    g_assert_false(agi_parts_get_number(&parts, &number));
    agi_reader_next(&reader, AGI_FORM_LINE, &parts);
    g_assert_false(agi_parts_get_number(&parts, &number));
    agi_reader_clear(&reader);
}

/* NUL has no place in a reply, be it in the middle of a value. */
static void
test_nul(void)
{
    static const char stream[] = "200 result=1 (a\0b)\n200 result=0\n";
    AgiReader reader;
    AgiParts parts;

    agi_reader_init(&reader);
    agi_reader_add(&reader, stream, sizeof stream - 1);
    g_assert_cmpint(agi_reader_next(&reader, AGI_FORM_LINE, &parts), ==, AGI_ITEM_STRAY);
    g_assert_cmpint(agi_reader_next(&reader, AGI_FORM_LINE, &parts), ==, AGI_ITEM_REPLY);
    agi_reader_clear(&reader);
}

/* Bytes of any kind: nothing breaks, and every line is told exactly once. */
static void
test_noise(void)
{
    static const char *const words[] = {"200 result=", "(",    ")", "\n",   " ", "520-", "520 ",
                                        "HANGUP",      "100 ", "1", "\r\n", "x", "R.",   "511 "};

    for (guint round = 0; round < 2000; round++) {
        AgiForm form = (AgiForm) g_test_rand_int_range(AGI_FORM_LINE, AGI_FORM_UNTIL + 1);
        AgiReader reader;
        AgiParts parts;

        agi_reader_init(&reader);
        reader.terminator = "R.";
        for (int n = g_test_rand_int_range(0, 100); n > 0; n--) {
            const char *word = words[g_test_rand_int_range(0, G_N_ELEMENTS(words))];

            add(&reader, word, strlen(word));
            while (agi_reader_next(&reader, form, &parts) != AGI_ITEM_NONE)
                g_assert_cmpuint(strlen(parts.text), ==, parts.length);
        }
        agi_reader_leave_item(&reader);
        agi_reader_clear(&reader);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/agi/reply/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/agi/reply/ambiguous", test_ambiguous);
    g_test_add_func("/agi/reply/sizes", test_sizes);
    g_test_add_func("/agi/reply/limit", test_limit);
    g_test_add_func("/agi/reply/parts", test_parts);
    g_test_add_func("/agi/reply/nul", test_nul);
    g_test_add_func("/agi/reply/noise", test_noise);
    return g_test_run();
}
