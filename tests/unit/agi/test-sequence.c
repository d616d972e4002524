/* test-sequence.c - steps that run in order, up to the one that fails. */

#include "unit/agi/session.h"

static gboolean
count_step(G_GNUC_UNUSED AgiCall *call, char **result, gpointer user_data,
           G_GNUC_UNUSED GError **error)
{
    int *count = user_data;

    *result = ++*count == 2 ? NULL : g_strdup_printf("%d", *count);
    return TRUE;
}

static gboolean
fail_step(G_GNUC_UNUSED AgiCall *call, char **result, G_GNUC_UNUSED gpointer user_data,
          GError **error)
{
    *result = g_strdup("half done");
    g_set_error(error, AGI_ERROR, AGI_ERROR_FAILURE, "on purpose");
    return FALSE;
}

static void
add_one(gpointer data)
{
    int *count = data;

    ++*count;
}

static void
test_empty(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(AgiSequence) sequence = agi_sequence_new();
    g_autoptr(GPtrArray) results = NULL;

    g_assert_cmpuint(agi_sequence_get_length(sequence), ==, 0);
    g_assert_true(agi_sequence_run(sequence, session->call, &results, NULL));
    g_assert_cmpuint(results->len, ==, 0);
}

static void
test_run(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(AgiSequence) sequence = agi_sequence_new();
    g_autoptr(GPtrArray) results = NULL;
    int count = 0;

    for (guint i = 0; i < 3; i++)
        agi_sequence_append(sequence, count_step, &count, NULL);
    g_assert_cmpuint(agi_sequence_get_length(sequence), ==, 3);
    g_assert_true(agi_sequence_run(sequence, session->call, &results, NULL));
    g_assert_cmpuint(results->len, ==, 3);
    g_assert_cmpstr(g_ptr_array_index(results, 0), ==, "1");
    g_assert_cmpstr(g_ptr_array_index(results, 1), ==, NULL);
    g_assert_cmpstr(g_ptr_array_index(results, 2), ==, "3");
    g_assert_true(agi_sequence_run(sequence, session->call, NULL, NULL));
    g_assert_cmpint(count, ==, 6);
}

static void
test_commands(void)
{
    g_autoptr(Session) session = session_new();
    g_autoptr(AgiSequence) sequence = agi_sequence_new();
    g_autoptr(GPtrArray) results = NULL;
    g_autoptr(GError) error = NULL;

    agi_sequence_append_command(sequence, "GET VARIABLE", "a b", NULL);
    agi_sequence_append_command(sequence, "ANSWER", NULL);
    agi_sequence_append_command(sequence, "STREAM FILE", "gone", "", NULL);
    agi_sequence_append_command(sequence, "HANGUP", NULL);
    session_queue(session, "200 result=1 (value)\n");
    session_queue(session, "200 result=0\n");
    session_queue(session, "200 result=-1 endpos=0\n");
    session_queue(session, "200 result=6\n");
    g_assert_false(agi_sequence_run(sequence, session->call, &results, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_FAILURE);
    g_assert_cmpuint(results->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(results, 0), ==, "value");
    g_assert_cmpstr(g_ptr_array_index(results, 1), ==, "0");
    session_assert_sent(session, "GET VARIABLE \"a b\"");
    session_assert_sent(session, "ANSWER");
    session_assert_sent(session, "STREAM FILE \"gone\" \"\"");
    session_assert_sent(session, "CHANNEL STATUS");
    session_assert_silent(session);
}

static void
test_failure(void)
{
    g_autoptr(Session) session = session_new();
    AgiSequence *sequence = agi_sequence_new();
    g_autoptr(GPtrArray) results = NULL;
    g_autoptr(GError) error = NULL;
    int count = 0;
    int freed = 0;

    agi_sequence_append(sequence, count_step, &count, add_one);
    agi_sequence_append(sequence, fail_step, &freed, add_one);
    agi_sequence_append(sequence, count_step, &count, NULL);
    g_assert_false(agi_sequence_run(sequence, session->call, &results, &error));
    g_assert_error(error, AGI_ERROR, AGI_ERROR_FAILURE);
    g_assert_cmpuint(results->len, ==, 1);
    g_assert_cmpint(count, ==, 1);
    agi_sequence_free(sequence);
    g_assert_cmpint(count, ==, 2);
    g_assert_cmpint(freed, ==, 1);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agi/sequence/empty", test_empty);
    g_test_add_func("/agi/sequence/run", test_run);
    g_test_add_func("/agi/sequence/commands", test_commands);
    g_test_add_func("/agi/sequence/failure", test_failure);
    return g_test_run();
}
