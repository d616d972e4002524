/* manager-faults.c - sending greetings and answers, and what goes wrong meanwhile by intention. */

#include "pbx/manager-private.h"

static void
happen(PbxManagerSession *session, const PbxManagerFault *fault)
{
    switch (fault->kind) {
    case PBX_MANAGER_FAULT_CLOSE:
        pbx_session_end(session);
        return;
    case PBX_MANAGER_FAULT_RESET:
        pbx_session_close(session, TRUE);
        return;
    case PBX_MANAGER_FAULT_STALL:
        session->is_mute = TRUE;
        return;
    case PBX_MANAGER_FAULT_HALF_CLOSE:
        if (!session->is_closed)
            g_socket_shutdown(g_socket_connection_get_socket(session->connection), FALSE, TRUE,
                              NULL);
        session->is_mute = TRUE;
        return;
    case PBX_MANAGER_FAULT_JUNK:
        pbx_session_send(session, fault->junk->str, fault->junk->len);
        return;
    }
}

/* Those that belong to what is sent now. Each happens once. */
static GPtrArray *
take_faults(PbxManagerSession *session, gboolean is_greeting)
{
    GPtrArray *faults = session->manager->script->faults;
    GPtrArray *taken = g_ptr_array_new();

    for (guint i = 0; i < faults->len; i++) {
        PbxManagerFault *fault = g_ptr_array_index(faults, i);

        if (fault->is_over || fault->is_greeting != is_greeting)
            continue;
        if (!is_greeting && !pbx_manager_match(&fault->match, session->waiting))
            continue;
        fault->is_over = TRUE;
        g_ptr_array_add(taken, fault);
    }
    return taken;
}

static void
run_faults(PbxManagerSession *session, const GPtrArray *faults, PbxPlace place)
{
    for (guint i = 0; i < faults->len; i++) {
        const PbxManagerFault *fault = g_ptr_array_index(faults, i);

        if (fault->place == place)
            happen(session, fault);
    }
}

static gboolean
has_fault_inside(const GPtrArray *faults)
{
    for (guint i = 0; i < faults->len; i++) {
        const PbxManagerFault *fault = g_ptr_array_index(faults, i);

        if (fault->place == PBX_PLACE_INSIDE)
            return TRUE;
    }
    return FALSE;
}

static void
send_with_faults(PbxManagerSession *session, const GString *text, gboolean is_greeting)
{
    g_autoptr(GPtrArray) faults = take_faults(session, is_greeting);
    gsize half = has_fault_inside(faults) ? text->len / 2 : 0;

    run_faults(session, faults, PBX_PLACE_BEFORE);
    pbx_session_send(session, text->str, half);
    run_faults(session, faults, PBX_PLACE_INSIDE);
    pbx_session_send(session, text->str + half, text->len - half);
    run_faults(session, faults, PBX_PLACE_AFTER);
}

void
pbx_session_send_greeting(PbxManagerSession *session)
{
    const PbxManagerScript *script = session->manager->script;
    g_autoptr(GString) greeting = NULL;

    if (script->greeting != NULL) {
        greeting = g_string_new_len(script->greeting->str, (gssize) script->greeting->len);
    } else {
        greeting = g_string_new(NULL);
        g_string_printf(greeting, "Asterisk Call Manager/%s\r\n", script->version);
    }
    send_with_faults(session, greeting, TRUE);
}

/* What the action that is being answered is answered with. */
void
pbx_session_send_answer(PbxManagerSession *session)
{
    send_with_faults(session, session->answer, FALSE);
}
