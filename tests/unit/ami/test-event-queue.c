/* test-event-queue.c - events that wait for a thread. */

#include "ami/event-queue-private.h"

#include <capella/ami/error.h>
#include <string.h>

#define MANY 2000

static AmiMessage *
new_event(guint number)
{
    g_autofree char *text = g_strdup_printf("Event: Test\r\nNumber: %u\r\n", number);
    g_autoptr(GError) error = NULL;
    AmiMessage *event = ami_message_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return event;
}

static gboolean
push(AmiEventQueue *queue, guint number)
{
    g_autoptr(AmiMessage) event = new_event(number);

    return ami_event_queue_push(queue, event);
}

static void
assert_next(AmiEventQueue *queue, guint number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiMessage) event = ami_event_queue_pop(queue, 0, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpint(ami_message_get_integer(event, "Number", -1), ==, number);
}

static void
count(gpointer times)
{
    ++*(guint *) times;
}

/* One event is enough: what follows is no loss, and nobody is told after the end. */
static void
test_notify(void)
{
    AmiEventQueue *queue = ami_event_queue_new(1, NULL, NULL);
    AmiEventQueue *pushed = ami_event_queue_ref(queue);
    guint times = 0;
    guint times_late = 0;

    ami_event_queue_set_notify(queue, count, &times);
    g_assert_cmpuint(times, ==, 0);
    g_assert_true(push(queue, 1));
    g_assert_false(push(queue, 2));
    g_assert_cmpuint(times, ==, 1);
    g_assert_cmpuint(ami_event_queue_get_dropped(queue), ==, 0);
    ami_event_queue_set_notify(queue, count, &times_late);
    g_assert_cmpuint(times_late, ==, 1);
    assert_next(queue, 1);
    ami_event_queue_free(queue);
    g_assert_false(push(pushed, 3));
    g_assert_cmpuint(times_late, ==, 1);
    ami_event_queue_unref(pushed);
}

static void
test_order(void)
{
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(3, NULL, NULL);
    g_autoptr(AmiMessage) none = NULL;
    guint next = 0;

    g_assert_null(ami_event_queue_try_pop(queue));
    for (guint i = 0; i < 10; i++) {
        g_assert_true(push(queue, i));
        g_assert_cmpuint(ami_event_queue_get_length(queue), ==, i - next + 1);
        if (i % 2 == 1)
            assert_next(queue, next++);
        if (ami_event_queue_get_length(queue) == 3)
            assert_next(queue, next++);
    }
    while (next < 10)
        assert_next(queue, next++);
    none = ami_event_queue_try_pop(queue);
    g_assert_null(none);
    g_assert_cmpuint(ami_event_queue_get_dropped(queue), ==, 0);
}

static void
test_timeout(void)
{
    static const gdouble timeouts[] = {0, 0.01};
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(3, NULL, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(timeouts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(ami_event_queue_pop(queue, timeouts[i], NULL, &error));
        g_assert_error(error, AMI_ERROR, AMI_ERROR_TIMEOUT);
    }
}

/* --- Overflow --- */

/* The warnings that have been logged: main() has it. */
static GLogWriterOutput
keep_warning(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    GPtrArray *warnings = data;

    for (gsize i = 0; i < n_fields && (level & G_LOG_LEVEL_WARNING) != 0; i++)
        if (strcmp(fields[i].key, "MESSAGE") == 0)
            g_ptr_array_add(warnings, g_strdup(fields[i].value));
    return (level & G_LOG_LEVEL_WARNING) != 0 ? G_LOG_WRITER_HANDLED
                                              : g_log_writer_default(level, fields, n_fields, NULL);
}

static void
assert_warned(const GPtrArray *warnings, guint times, const char *count)
{
    g_autofree char *expected =
        g_strdup_printf("A subscriber does not keep up with its events: its queue of 2 was full, "
                        "and so far %s dropped",
                        count);

    g_assert_cmpuint(warnings->len, ==, times);
    g_assert_cmpstr(g_ptr_array_index(warnings, times - 1), ==, expected);
}

/* What does not fit is counted, but not logged each time. */
static void
test_overflow(gconstpointer data)
{
    const GPtrArray *warnings = data;
    guint before = warnings->len;
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2, NULL, NULL);

    g_assert_true(push(queue, 0));
    g_assert_true(push(queue, 1));
    g_assert_false(push(queue, 2));
    assert_warned(warnings, before + 1, "1 of them is");
    for (guint i = 3; i < 100; i++)
        g_assert_false(push(queue, i));
    g_assert_cmpuint(ami_event_queue_get_dropped(queue), ==, 98);
    assert_next(queue, 0);
    g_assert_true(push(queue, 100));
    assert_next(queue, 1);
    assert_next(queue, 100);
    g_assert_cmpuint(ami_event_queue_get_dropped(queue), ==, 98);
    g_assert_cmpuint(warnings->len, ==, before + 1);
    g_clear_pointer(&queue, ami_event_queue_free);
    assert_warned(warnings, before + 2, "98 of them are");
}

static void
test_overflow_again(gconstpointer data)
{
    const GPtrArray *warnings = data;
    guint before = warnings->len;
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2, NULL, NULL);

    ami_event_queue_set_quiet_time(queue, 0);
    g_assert_true(push(queue, 0));
    g_assert_true(push(queue, 1));
    g_assert_false(push(queue, 2));
    assert_warned(warnings, before + 1, "1 of them is");
    g_assert_false(push(queue, 3));
    assert_warned(warnings, before + 2, "2 of them are");
    g_clear_pointer(&queue, ami_event_queue_free);
    g_assert_cmpuint(warnings->len, ==, before + 2);
}

/* --- Freeing --- */

typedef struct {
    AmiEventQueue *queue;
    guint released;
} Subscription;

/* As a client that is handing out an event at this very moment. */
static void
release(gpointer data)
{
    Subscription *subscription = data;

    g_assert_false(push(subscription->queue, 1));
    subscription->released++;
}

static void
test_free(void)
{
    Subscription subscription = {0};

    subscription.queue = ami_event_queue_new(5, release, &subscription);
    ami_event_queue_ref(subscription.queue);
    g_assert_true(push(subscription.queue, 0));
    ami_event_queue_free(subscription.queue);
    g_assert_cmpuint(subscription.released, ==, 1);
    g_assert_false(push(subscription.queue, 2));
    ami_event_queue_unref(subscription.queue);
}

/* --- Threads --- */

static gpointer
push_many(gpointer data)
{
    AmiEventQueue *queue = data;

    for (guint i = 1; i <= MANY; i++)
        g_assert_true(push(queue, i));
    return NULL;
}

/* Takes events until the one with number 0. */
static gpointer
pop_many(gpointer data)
{
    AmiEventQueue *queue = data;
    gsize sum = 0;

    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(AmiMessage) event = ami_event_queue_pop(queue, -1, NULL, &error);
        gint64 number;

        g_assert_no_error(error);
        number = ami_message_get_integer(event, "Number", -1);
        if (number == 0)
            return GSIZE_TO_POINTER(sum);
        sum += (gsize) number;
    }
}

static void
test_threads(void)
{
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2 * MANY + 3, NULL, NULL);
    GThread *poppers[3];
    GThread *pushers[2];
    gsize sum = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(poppers); i++)
        poppers[i] = g_thread_new("pop", pop_many, queue);
    for (gsize i = 0; i < G_N_ELEMENTS(pushers); i++)
        pushers[i] = g_thread_new("push", push_many, queue);
    for (gsize i = 0; i < G_N_ELEMENTS(pushers); i++)
        g_thread_join(pushers[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(poppers); i++)
        g_assert_true(push(queue, 0));
    for (gsize i = 0; i < G_N_ELEMENTS(poppers); i++)
        sum += GPOINTER_TO_SIZE(g_thread_join(poppers[i]));
    g_assert_cmpuint(sum, ==, 2 * (MANY * (MANY + 1) / 2));
}

/* --- Cancelling --- */

typedef struct {
    AmiEventQueue *queue;
    GCancellable *cancellable;
} Wait;

static gpointer
pop_until_cancelled(gpointer data)
{
    const Wait *wait = data;
    g_autoptr(GError) error = NULL;

    g_assert_null(ami_event_queue_pop(wait->queue, -1, wait->cancellable, &error));
    g_assert_error(error, AMI_ERROR, AMI_ERROR_CANCELLED);
    return NULL;
}

/* Whether the thread waits already or is about to: the wake-up is not lost. */
static void
test_cancel(void)
{
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2, NULL, NULL);

    for (guint i = 0; i < 300; i++) {
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        Wait wait = {queue, cancellable};
        GThread *thread = g_thread_new("pop", pop_until_cancelled, &wait);

        if (i % 3 > 0)
            g_thread_yield();
        g_cancellable_cancel(cancellable);
        g_thread_join(thread);
    }
}

static void
test_cancelled_before(void)
{
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2, NULL, NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Wait wait = {queue, cancellable};

    g_assert_true(push(queue, 7));
    g_cancellable_cancel(cancellable);
    pop_until_cancelled(&wait);
    assert_next(queue, 7);
}

/* One of two that wait is cancelled while an event comes: the other gets it. */
static void
test_cancel_one_of_two(void)
{
    g_autoptr(AmiEventQueue) queue = ami_event_queue_new(2, NULL, NULL);

    for (guint i = 0; i < 200; i++) {
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        Wait wait = {queue, cancellable};
        GThread *other = g_thread_new("pop", pop_many, queue);
        GThread *cancelled;

        cancelled = g_thread_new("cancelled", pop_until_cancelled, &wait);
        g_cancellable_cancel(cancellable);
        g_assert_true(push(queue, 0));
        g_thread_join(cancelled);
        g_thread_join(other);
    }
}

int
main(int argc, char *argv[])
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);

    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(keep_warning, warnings, NULL);
    g_test_add_func("/ami/event-queue/notify", test_notify);
    g_test_add_func("/ami/event-queue/order", test_order);
    g_test_add_func("/ami/event-queue/timeout", test_timeout);
    g_test_add_data_func("/ami/event-queue/overflow", warnings, test_overflow);
    g_test_add_data_func("/ami/event-queue/overflow-again", warnings, test_overflow_again);
    g_test_add_func("/ami/event-queue/free", test_free);
    g_test_add_func("/ami/event-queue/threads", test_threads);
    g_test_add_func("/ami/event-queue/cancel", test_cancel);
    g_test_add_func("/ami/event-queue/cancelled-before", test_cancelled_before);
    g_test_add_func("/ami/event-queue/cancel-one-of-two", test_cancel_one_of_two);
    return g_test_run();
}
