/* faults.c - sending the environment and the replies, and what goes wrong meanwhile by intention.
 */

#include "pbx/call-private.h"
#include <string.h>
#include <sys/socket.h>

/* The connection is closed with what is left unread, and the peer sees a reset. */
static void
reset(PbxCall *call)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(call->wire.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    pbx_call_end(call, PBX_ENDED_BY_FAULT);
}

static void
send_hangup(PbxCall *call)
{
    pbx_call_send(call, "HANGUP\n", strlen("HANGUP\n"));
    call->channel.is_hung_up = TRUE;
    call->is_hangup_noticed = TRUE;
    call->is_dead = TRUE;
}

static void
happen(PbxCall *call, const PbxFault *fault)
{
    switch (fault->kind) {
    case PBX_FAULT_HANGUP:
        send_hangup(call);
        return;
    case PBX_FAULT_CLOSE:
        pbx_call_note(call, "the PBX closes");
        pbx_call_end(call, PBX_ENDED_BY_FAULT);
        return;
    case PBX_FAULT_RESET:
        pbx_call_note(call, "the PBX resets the connection");
        reset(call);
        return;
    case PBX_FAULT_STALL:
        pbx_call_note(call, "the PBX stalls");
        call->wire.is_mute = TRUE;
        return;
    case PBX_FAULT_HALF_CLOSE:
        pbx_call_note(call, "the PBX closes its half");
        shutdown(call->wire.fd, SHUT_WR);
        call->wire.is_mute = TRUE;
        return;
    case PBX_FAULT_JUNK:
        pbx_call_send(call, fault->junk->str, fault->junk->len);
        return;
    }
}

/* Whether the script's @i-th fault belongs here and did not happen yet. */
static gboolean
applies(const PbxCall *call, guint i, PbxPlace place, gboolean is_environment)
{
    const PbxFault *fault = g_ptr_array_index(call->script->faults, i);

    return !call->is_fired[call->script->events->len + i] && fault->place == place &&
           fault->is_environment == is_environment &&
           (is_environment || pbx_match_command(&fault->match, call->command, FALSE));
}

static void
run_faults(PbxCall *call, PbxPlace place, gboolean is_environment)
{
    for (guint i = 0; i < call->script->faults->len; i++) {
        if (!applies(call, i, place, is_environment))
            continue;
        call->is_fired[call->script->events->len + i] = TRUE;
        happen(call, g_ptr_array_index(call->script->faults, i));
    }
}

static gboolean
has_fault_inside(const PbxCall *call, gboolean is_environment)
{
    for (guint i = 0; i < call->script->faults->len; i++) {
        if (applies(call, i, PBX_PLACE_INSIDE, is_environment))
            return TRUE;
    }
    return FALSE;
}

void
pbx_call_fault_reply(PbxCall *call, PbxPlace place)
{
    run_faults(call, place, FALSE);
}

static gboolean
is_left_out(const PbxCall *call, const char *name)
{
    return g_ptr_array_find_with_equal_func(call->script->without, name, g_str_equal, NULL);
}

static void
remove_left_out(PbxCall *call)
{
    for (guint i = call->result->environment->len; i > 0; i--) {
        const PbxVariable *variable = g_ptr_array_index(call->result->environment, i - 1);

        if (is_left_out(call, variable->name))
            g_ptr_array_remove_index(call->result->environment, i - 1);
    }
}

/* Sends one line; @is_middle: it is the one that faults inside the environment cut in two. */
static void
send_line(PbxCall *call, const char *line, gboolean is_middle)
{
    gsize half = is_middle && has_fault_inside(call, TRUE) ? strlen(line) / 2 : 0;

    pbx_call_send(call, line, half);
    if (is_middle)
        run_faults(call, PBX_PLACE_INSIDE, TRUE);
    pbx_call_send(call, line + half, strlen(line) - half);
}

/* Sends the block, each line by itself. */
void
pbx_call_send_environment(PbxCall *call)
{
    guint length = 0;

    remove_left_out(call);
    length = call->result->environment->len;
    run_faults(call, PBX_PLACE_BEFORE, TRUE);
    for (guint i = 0; i < length; i++) {
        const PbxVariable *variable = g_ptr_array_index(call->result->environment, i);
        g_autofree char *line = g_strdup_printf("%s: %s\n", variable->name, variable->value);

        send_line(call, line, i == length / 2);
    }
    send_line(call, "\n", length == 0);
    run_faults(call, PBX_PLACE_AFTER, TRUE);
}

/* Where a reply is cut in two: behind its first line if it has several, else in the middle. */
static gsize
find_middle(const char *bytes, gsize length)
{
    const char *end = memchr(bytes, '\n', length);

    if (end != NULL && (gsize) (end + 1 - bytes) < length)
        return (gsize) (end + 1 - bytes);
    return length / 2;
}

/* Sends what the command that is running is answered with, or a part of it. */
void
pbx_call_send_reply(PbxCall *call, const char *bytes, gsize length)
{
    gsize half = has_fault_inside(call, FALSE) ? find_middle(bytes, length) : 0;

    run_faults(call, PBX_PLACE_BEFORE, FALSE);
    if (!call->is_over && !call->wire.is_mute)
        g_string_append_len(call->reply, bytes, (gssize) length);
    pbx_call_send(call, bytes, half);
    if (half > 0)
        run_faults(call, PBX_PLACE_INSIDE, FALSE);
    pbx_call_send(call, bytes + half, length - half);
}
