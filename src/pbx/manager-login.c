/* manager-login.c - logging in to the simulated manager interface, and off. */

#include "pbx/manager-private.h"
#include <string.h>

/** What Asterisk waits before it says that a login is refused, in seconds. */
#define REFUSAL_SECONDS 1

static PbxManagerUser *
find_user(PbxManagerSession *session, const char *name)
{
    GPtrArray *users = session->manager->script->users;

    for (guint i = users->len; i > 0; i--) {
        PbxManagerUser *user = g_ptr_array_index(users, i - 1);

        if (strcmp(user->name, name) == 0)
            return user;
    }
    return NULL;
}

static gboolean
is_in_use(const PbxManagerSession *session, const PbxManagerUser *user)
{
    const GPtrArray *sessions = session->manager->sessions;

    for (guint i = 0; i < sessions->len; i++) {
        if (((const PbxManagerSession *) g_ptr_array_index(sessions, i))->user == user)
            return TRUE;
    }
    return FALSE;
}

static void
finish_refusal(gpointer data)
{
    pbx_session_finish(data);
}

/* Refuses, after a second where the script is strict, and closes. */
static void
refuse(PbxManagerSession *session, const char *message)
{
    pbx_answer_error(session, message);
    session->ends = TRUE;
    session->is_deferred = session->manager->script->is_strict;
    if (session->is_deferred)
        pbx_manager_call_later(session->manager, REFUSAL_SECONDS, finish_refusal,
                               pbx_session_ref(session), pbx_session_unref);
}

/* Whether this user is on already, and may not be on twice; if so, that is the answer. */
static gboolean
refuse_second(PbxManagerSession *session, const PbxRequest *request)
{
    const PbxManagerUser *user = find_user(session, pbx_request_get(request, "Username"));

    if (user == NULL || !user->is_single || session->user != NULL || !is_in_use(session, user))
        return FALSE;
    refuse(session, "Login Already In Use");
    return TRUE;
}

static gboolean
has_right_key(const PbxManagerSession *session, const PbxManagerUser *user, const char *key)
{
    g_autofree char *text = NULL;
    g_autofree char *digest = NULL;

    if (session->challenge == NULL)
        return FALSE;
    text = g_strconcat(session->challenge, user->secret, NULL);
    digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    return strcmp(digest, key) == 0;
}

static gboolean
has_right_secret(const PbxManagerSession *session, const PbxManagerUser *user,
                 const PbxRequest *request)
{
    if (g_ascii_strcasecmp(pbx_request_get(request, "AuthType"), "MD5") == 0)
        return has_right_key(session, user, pbx_request_get(request, "Key"));
    return strcmp(pbx_request_get(request, "Secret"), user->secret) == 0;
}

/* The session belongs to a user from now on. */
void
pbx_session_log_in(PbxManagerSession *session, const PbxRequest *request)
{
    PbxManagerUser *user = find_user(session, pbx_request_get(request, "Username"));
    const GPtrArray *users = session->manager->script->users;

    session->user = user != NULL ? user : g_ptr_array_index(users, 0);
    session->mask = pbx_classes_parse_mask(pbx_request_get(request, "Events"), session->user->read);
    session->has_logged_in = TRUE;
}

static void
run_login(PbxManagerSession *session, const PbxRequest *request)
{
    const PbxManager *manager = session->manager;
    const PbxManagerUser *user = find_user(session, pbx_request_get(request, "Username"));

    if (session->user != NULL) {
        pbx_answer_success(session, "Already authenticated");
        return;
    }
    if (refuse_second(session, request))
        return;
    if (user == NULL || !has_right_secret(session, user, request)) {
        refuse(session, "Authentication failed");
        return;
    }
    pbx_session_log_in(session, request);
    pbx_answer_success(session, "Authentication accepted");
    if (manager->script->is_booted && pbx_manager_script_is_since(manager->script, 1, 1) &&
        pbx_session_wants(session, pbx_classes_parse("system")))
        pbx_event_append_booted(manager, session->answer);
}

static void
run_challenge(PbxManagerSession *session, const PbxRequest *request)
{
    if (refuse_second(session, request))
        return;
    if (g_ascii_strcasecmp(pbx_request_get(request, "AuthType"), "MD5") != 0) {
        pbx_answer_error(session, "Must specify AuthType");
        return;
    }
    if (session->challenge == NULL)
        session->challenge = g_strdup_printf("%d", g_random_int_range(0, 1000000000));
    pbx_answer_begin(session, "Success");
    pbx_answer_add(session, "Challenge", "%s", session->challenge);
    pbx_answer_end(session);
}

static void
run_logoff(PbxManagerSession *session, G_GNUC_UNUSED const PbxRequest *request)
{
    pbx_answer_begin(session, "Goodbye");
    pbx_answer_add(session, "Message", "Thanks for all the fish.");
    pbx_answer_end(session);
    session->ends = TRUE;
}

const PbxManagerAction pbx_manager_actions_login[] = {
    {"Challenge", "", run_challenge, "Generate Challenge for MD5 Auth."},
    {"Login", "", run_login, "Login Manager."},
    {"Logoff", "", run_logoff, "Logoff Manager."},
    {NULL, NULL, NULL, NULL},
};
