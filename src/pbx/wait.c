/* wait.c - time in a simulated call: waiting, playing, and what happens meanwhile.
 *
 * An instant call has no clock: while a command runs, time jumps to the next thing that happens;
 * between commands it stands still, unless the server stays silent in real time for as long as it
 * is to the next thing that happens. So what a call does depends on its script alone, however
 * busy the machine is.
 */

#include "config.h"

#include "pbx/call-private.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

gdouble
pbx_clock_now(const PbxClock *clock)
{
    if (clock->speed <= 0)
        return clock->skipped;
    return (gdouble) (g_get_monotonic_time() - clock->start) / G_USEC_PER_SEC * clock->speed;
}

/* Moves an instant clock on to @time; others move by themselves. */
void
pbx_clock_skip(PbxClock *clock, gdouble time)
{
    clock->skipped = MAX(clock->skipped, time);
}

/* Adds something that will happen, behind what happens at the same time. */
PbxDue *
pbx_call_add_due(PbxCall *call, PbxEventKind kind, gdouble time, const char *text)
{
    PbxDue *due = g_new0(PbxDue, 1);
    guint i = call->dues->len;

    due->kind = kind;
    due->time = time;
    due->text = g_strdup(text);
    while (i > 0 && ((PbxDue *) g_ptr_array_index(call->dues, i - 1))->time > time)
        i--;
    g_ptr_array_insert(call->dues, (int) i, due);
    return due;
}

static void
add_keys(PbxCall *call, const char *keys, gdouble time)
{
    for (guint i = 0; keys[i] != '\0'; i++) {
        const char key[] = {keys[i], '\0'};

        pbx_call_add_due(call, PBX_EVENT_PRESS, time + i * call->script->pace, key);
    }
}

/* SET AUTOHANGUP: 0 or less switches it off. */
void
pbx_call_set_autohangup(PbxCall *call, gdouble seconds)
{
    for (guint i = call->dues->len; i > 0; i--) {
        const PbxDue *due = g_ptr_array_index(call->dues, i - 1);

        if (due->is_autohangup)
            g_ptr_array_remove_index(call->dues, i - 1);
    }
    if (seconds <= 0)
        return;
    pbx_call_add_due(call, PBX_EVENT_HANGUP, pbx_clock_now(&call->clock) + seconds, NULL)
        ->is_autohangup = TRUE;
}

/* An event's moment has come: it happens at a time, or as soon as somebody listens. */
static void
fire(PbxCall *call, const PbxEvent *event)
{
    const PbxMoment *moment = &event->moment;
    gdouble time =
        moment->when == PBX_WHEN_AT ? moment->delay : pbx_clock_now(&call->clock) + moment->delay;

    if (event->kind == PBX_EVENT_HANGUP)
        pbx_call_add_due(call, PBX_EVENT_HANGUP, time, NULL);
    else if (moment->is_asked && event->kind == PBX_EVENT_PRESS)
        g_string_append(call->asked_keys, event->text);
    else if (moment->is_asked)
        g_ptr_array_add(call->asked_texts, g_strdup(event->text));
    else if (event->kind == PBX_EVENT_PRESS)
        add_keys(call, event->text, time);
    else
        pbx_call_add_due(call, PBX_EVENT_TEXT, time, event->text);
}

/* The events that wait for no command. */
void
pbx_call_trigger_start(PbxCall *call)
{
    for (guint i = 0; i < call->script->events->len; i++) {
        const PbxEvent *event = g_ptr_array_index(call->script->events, i);

        if (event->moment.when == PBX_WHEN_ASKED || event->moment.when == PBX_WHEN_AT)
            fire(call, event);
    }
}

static void
trigger(PbxCall *call, PbxWhen when, const char *sound)
{
    for (guint i = 0; i < call->script->events->len; i++) {
        const PbxEvent *event = g_ptr_array_index(call->script->events, i);
        const PbxMatch *match = &event->moment.match;

        if (call->is_fired[i] || event->moment.when != when)
            continue;
        if (sound != NULL ? !pbx_match_sound(match, sound)
                          : !pbx_match_command(match, call->command, FALSE))
            continue;
        call->is_fired[i] = TRUE;
        fire(call, event);
    }
}

/* The events before, during or after the command that is running. */
void
pbx_call_trigger_command(PbxCall *call, PbxWhen when)
{
    trigger(call, when, NULL);
}

void
pbx_call_trigger_sound(PbxCall *call, PbxWhen when, const char *sound)
{
    trigger(call, when, sound);
}

/* What other threads have asked for. */
static void
take_controls(PbxCall *call)
{
    g_autofree char *keys = NULL;
    guint64 count = 0;
    gboolean hangs_up = FALSE;
    gboolean stops = FALSE;

    if (read(call->control_fd, &count, sizeof count) < 0)
        return;
    g_mutex_lock(&call->mutex);
    keys = g_strdup(call->control_keys->str);
    g_string_truncate(call->control_keys, 0);
    hangs_up = call->control_hangs_up;
    stops = call->control_stops;
    call->control_hangs_up = FALSE;
    g_mutex_unlock(&call->mutex);
    add_keys(call, keys, pbx_clock_now(&call->clock));
    if (hangs_up)
        pbx_call_add_due(call, PBX_EVENT_HANGUP, pbx_clock_now(&call->clock), NULL);
    if (stops)
        pbx_call_end(call, PBX_ENDED_BY_STOP);
}

/* A key is pressed: whoever listens for it has it, else nobody. */
static gboolean
press(PbxCall *call, char key, const char *keys)
{
    pbx_call_note(call, "the caller presses %c", key);
    if (key == '\0' || strchr(keys, key) == NULL) {
        g_string_append_c(call->result->lost_keys, key);
        return FALSE;
    }
    call->key = key;
    return TRUE;
}

static void
hang_up(PbxCall *call)
{
    if (!call->channel.is_hung_up)
        pbx_call_note(call, "the caller hangs up");
    call->channel.is_hung_up = TRUE;
    call->result->is_hangup_inside = call->is_running;
}

static gboolean
receive_text(PbxCall *call, const char *text, PbxListen listen)
{
    pbx_call_note(call, "the caller sends \"%s\"", text);
    if ((listen & PBX_LISTEN_TEXT) == 0)
        return FALSE;
    g_free(call->text);
    call->text = g_strdup(text);
    return TRUE;
}

/* Lets happen what is due, up to the first thing that ends the wait. */
static gboolean
deliver(PbxCall *call, const char *keys, PbxListen listen, PbxWake *wake)
{
    while (call->dues->len > 0) {
        const PbxDue *first = g_ptr_array_index(call->dues, 0);
        g_autofree char *text = NULL;
        PbxEventKind kind = first->kind;

        if (first->time > pbx_clock_now(&call->clock))
            return FALSE;
        text = g_strdup(first->text);
        g_ptr_array_remove_index(call->dues, 0);
        if (call->channel.is_hung_up)
            continue;
        *wake = kind == PBX_EVENT_HANGUP  ? PBX_WAKE_HANGUP
                : kind == PBX_EVENT_PRESS ? PBX_WAKE_KEY
                                          : PBX_WAKE_TEXT;
        if (kind == PBX_EVENT_HANGUP)
            hang_up(call);
        if (kind == PBX_EVENT_HANGUP || (kind == PBX_EVENT_PRESS && press(call, text[0], keys)) ||
            (kind == PBX_EVENT_TEXT && receive_text(call, text, listen)))
            return TRUE;
    }
    return FALSE;
}

/* Does what was waiting for somebody to listen. */
static gboolean
deliver_asked(PbxCall *call, const char *keys, PbxListen listen, PbxWake *wake)
{
    g_autofree char *text = NULL;

    if ((listen & PBX_LISTEN_TEXT) != 0 && call->asked_texts->len > 0) {
        text = g_ptr_array_steal_index(call->asked_texts, 0);
        *wake = PBX_WAKE_TEXT;
        return receive_text(call, text, listen);
    }
    *wake = PBX_WAKE_KEY;
    if (!press(call, call->asked_keys->str[0], keys))
        return FALSE;
    g_string_erase(call->asked_keys, 0, 1);
    return TRUE;
}

static gboolean
is_asked(const PbxCall *call, const char *keys, PbxListen listen)
{
    if (call->channel.is_hung_up)
        return FALSE;
    if ((listen & PBX_LISTEN_TEXT) != 0 && call->asked_texts->len > 0)
        return TRUE;
    return call->asked_keys->len > 0 && strchr(keys, call->asked_keys->str[0]) != NULL;
}

/* Real seconds until the clock stands at @time. */
static gdouble
get_real_seconds(const PbxCall *call, gdouble time)
{
    gdouble left = MAX(time - pbx_clock_now(&call->clock), 0);

    return call->clock.speed > 0 ? left / call->clock.speed : left;
}

static gdouble
get_real_time_left(const PbxCall *call)
{
    return call->deadline == G_MAXINT64
               ? PBX_FOR_EVER
               : (gdouble) (call->deadline - g_get_monotonic_time()) / G_USEC_PER_SEC;
}

/* Sleeps until the server says something, another thread wants something, or @seconds are over. */
static gboolean
sleep_real(PbxCall *call, gdouble seconds, PbxListen listen)
{
    struct pollfd pollfds[] = {{.fd = call->control_fd, .events = POLLIN},
                               {.fd = call->wire.fd, .events = POLLIN}};
    nfds_t n = (listen & PBX_LISTEN_SERVER) != 0 ? 2 : 1;
    gdouble longest = CLAMP(MIN(seconds, get_real_time_left(call)), 0, 86400);
    struct timespec timeout = {.tv_sec = (time_t) longest,
                               .tv_nsec = (long) ((longest - floor(longest)) * 1e9)};

    if (ppoll(pollfds, n, &timeout, NULL) < 0)
        return FALSE;
    return n > 1 && pollfds[1].revents != 0;
}

/* Lets time pass up to @target; TRUE when the server said something before. */
static gboolean
pass_time(PbxCall *call, gdouble target, PbxListen listen)
{
    gboolean is_instant = call->clock.speed <= 0;
    gboolean is_idle = (listen & PBX_LISTEN_IDLE) != 0;
    gint64 start = g_get_monotonic_time();
    gdouble seconds = get_real_seconds(call, target);

    if (is_instant && !is_idle && isfinite(target))
        seconds = 0;
    if (sleep_real(call, seconds, listen))
        return TRUE;
    if (is_instant && isfinite(target) &&
        (gdouble) (g_get_monotonic_time() - start) / G_USEC_PER_SEC >= seconds)
        pbx_clock_skip(&call->clock, target);
    if (g_get_monotonic_time() >= call->deadline)
        pbx_call_end(call, PBX_ENDED_BY_TIMEOUT);
    return FALSE;
}

static gdouble
get_next_due(const PbxCall *call)
{
    return call->dues->len > 0 ? ((const PbxDue *) g_ptr_array_index(call->dues, 0))->time
                               : PBX_FOR_EVER;
}

/*
 * Waits until @until, for one of @keys, and for what else @listen says. A channel that is hung up
 * ends the wait at once, unless it was so before and that does not matter.
 */
PbxWake
pbx_call_wait(PbxCall *call, gdouble until, const char *keys, PbxListen listen)
{
    gboolean was_hung_up = call->channel.is_hung_up;
    gdouble asked = is_asked(call, keys, listen) ? pbx_clock_now(&call->clock) + call->script->pace
                                                 : PBX_FOR_EVER;

    for (;;) {
        PbxWake wake = PBX_WAKE_TIME;

        take_controls(call);
        if (deliver(call, keys, listen, &wake))
            return wake;
        if (call->is_over || (was_hung_up && (listen & (PBX_LISTEN_IDLE | PBX_LISTEN_DEAD)) == 0))
            return PBX_WAKE_HANGUP;
        if (pbx_clock_now(&call->clock) >= asked && deliver_asked(call, keys, listen, &wake))
            return wake;
        if (pbx_clock_now(&call->clock) >= until)
            return PBX_WAKE_TIME;
        if (pass_time(call, MIN(MIN(until, asked), get_next_due(call)), listen))
            return PBX_WAKE_BYTES;
    }
}

/* How long a file plays: what was recorded in this call, else what the script says. */
gdouble
pbx_call_get_file_seconds(PbxCall *call, const char *file)
{
    const char *recorded = g_hash_table_lookup(call->channel.recordings, file);

    if (recorded != NULL)
        return g_ascii_strtod(recorded, NULL);
    return pbx_script_get_file_seconds(call->script, file);
}

/*
 * Plays a file that is there, from @offset samples on; @position is set to where it ended, on the
 * frame of 20 ms that was played last.
 */
PbxWake
pbx_call_play(PbxCall *call, const char *sound, const char *keys, PbxListen listen, gint64 offset,
              gint64 *position)
{
    gdouble length = pbx_call_get_file_seconds(call, sound);
    gint64 samples = (gint64) (length * PBX_SAMPLE_RATE);
    gdouble start = pbx_clock_now(&call->clock);
    gdouble left = (gdouble) (samples - CLAMP(offset, 0, samples)) / PBX_SAMPLE_RATE;
    PbxWake wake = PBX_WAKE_TIME;
    gint64 frames = 0;

    pbx_call_trigger_sound(call, PBX_WHEN_BEFORE, sound);
    pbx_call_trigger_sound(call, PBX_WHEN_DURING, sound);
    wake = pbx_call_wait(call, start + left, keys, listen);
    frames = (gint64) ((pbx_clock_now(&call->clock) - start) * 50 + 1e-6);
    *position = wake == PBX_WAKE_TIME
                    ? samples
                    : MIN(CLAMP(offset, 0, samples) + frames * (PBX_SAMPLE_RATE / 50), samples);
    pbx_call_trigger_sound(call, PBX_WHEN_AFTER, sound);
    return wake;
}

/* Says one thing: what the server sends meanwhile is not noticed. */
PbxWake
pbx_call_say(PbxCall *call, const char *sound, const char *keys)
{
    gdouble start = pbx_clock_now(&call->clock);
    PbxWake wake = PBX_WAKE_TIME;

    pbx_call_trigger_sound(call, PBX_WHEN_BEFORE, sound);
    pbx_call_trigger_sound(call, PBX_WHEN_DURING, sound);
    wake = pbx_call_wait(call, start + pbx_script_get_say_seconds(call->script, sound), keys,
                         PBX_LISTEN_NOTHING);
    pbx_call_trigger_sound(call, PBX_WHEN_AFTER, sound);
    return wake;
}
