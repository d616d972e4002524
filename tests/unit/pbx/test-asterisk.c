/* test-asterisk.c - the simulated PBX answers as a real Asterisk 22 did, in a long conversation. */

#include "transcript.h"
#include <string.h>

/* What the real one had: a beep of 0.2 s, its subroutine, no speech engine. */
static const char script[] =
    "speed instant\nchannel Local/4711@fastagi-00000001;2\ncontext fastagi\n"
    "extension 4711\npriority 3\nfile beep 0.2s\nmissing file nosuchfile\n"
    "missing file /nonexistent/r\nsubroutine subs,add,1 returns 3\n";

/* The conversation without its comments. */
static char *
read_conversation(void)
{
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "unit", "pbx", "asterisk-22.conversation", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    const char *start = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    start = strstr(text, "\n> ");
    g_assert_nonnull(start);
    return g_strdup(start + 1);
}

static void
test_conversation(void)
{
    g_autofree char *conversation = read_conversation();
    g_autoptr(PbxResult) result = transcript_run(script, conversation);

    g_assert_cmpuint(result->n_commands, >, 250);
    g_assert_cmpstr(result->status, ==, "FAILURE");
    g_assert_true(result->is_hung_up);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pbx/asterisk/conversation", test_conversation);
    return g_test_run();
}
