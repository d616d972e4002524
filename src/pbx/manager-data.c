/* manager-data.c - the actions on the PBX's database. */

#include "pbx/manager-private.h"
#include <string.h>

/* Family and key of an action, joined; NULL, and an error as its answer, when one is missing.
 * @end: of the error; Asterisk is not of one mind about full stops. */
static char *
take_entry(PbxManagerSession *session, const PbxRequest *request, const char *end)
{
    const char *family = pbx_request_get(request, "Family");
    const char *key = pbx_request_get(request, "Key");
    g_autofree char *problem = NULL;

    if (*family != '\0' && *key != '\0')
        return g_strdup_printf("%s/%s", family, key);
    problem = g_strdup_printf("No %s specified%s", *family == '\0' ? "family" : "key", end);
    pbx_answer_error(session, problem);
    return NULL;
}

/* Here the ActionID is the last line of an event. */
static void
end_item(PbxManagerSession *session, const PbxRequest *request)
{
    if (*pbx_request_get(request, "ActionID") != '\0')
        pbx_answer_add(session, "ActionID", "%s", pbx_request_get(request, "ActionID"));
    pbx_answer_end(session);
}

static void
run_get(PbxManagerSession *session, const PbxRequest *request)
{
    GHashTable *database = session->manager->script->database;
    g_autofree char *entry = take_entry(session, request, ".");
    const char *value = NULL;

    if (entry == NULL)
        return;
    value = g_hash_table_lookup(database, entry);
    if (value == NULL) {
        pbx_answer_error(session, "Database entry not found");
        return;
    }
    pbx_answer_list(session, "Result will follow");
    pbx_answer_add(session, "Event", "DBGetResponse");
    pbx_answer_add(session, "Family", "%s", pbx_request_get(request, "Family"));
    pbx_answer_add(session, "Key", "%s", pbx_request_get(request, "Key"));
    pbx_answer_add(session, "Val", "%s", value);
    end_item(session, request);
    pbx_answer_complete(session, "DBGetComplete", 1);
    pbx_answer_end(session);
}

static void
run_put(PbxManagerSession *session, const PbxRequest *request)
{
    g_autofree char *entry = take_entry(session, request, "");

    if (entry == NULL)
        return;
    g_hash_table_insert(session->manager->script->database, g_steal_pointer(&entry),
                        g_strdup(pbx_request_get(request, "Val")));
    pbx_answer_success(session, "Updated database successfully");
}

static void
run_delete(PbxManagerSession *session, const PbxRequest *request)
{
    g_autofree char *entry = take_entry(session, request, ".");

    if (entry == NULL)
        return;
    if (g_hash_table_remove(session->manager->script->database, entry))
        pbx_answer_success(session, "Key deleted successfully");
    else
        pbx_answer_error(session, "Database entry could not be deleted");
}

/* Whether an entry is below a family, or below a key of it. */
static gboolean
is_below(gpointer entry, G_GNUC_UNUSED gpointer value, gpointer prefix)
{
    return g_str_has_prefix(entry, prefix);
}

static void
run_delete_tree(PbxManagerSession *session, const PbxRequest *request)
{
    const char *family = pbx_request_get(request, "Family");
    const char *key = pbx_request_get(request, "Key");
    g_autofree char *prefix = NULL;

    if (*family == '\0') {
        pbx_answer_error(session, "No family specified.");
        return;
    }
    prefix = *key != '\0' ? g_strdup_printf("%s/%s/", family, key) : g_strdup_printf("%s/", family);
    if (g_hash_table_foreach_remove(session->manager->script->database, is_below, prefix) > 0)
        pbx_answer_success(session, "Key tree deleted successfully");
    else
        pbx_answer_error(session, "Database entry not found");
}

static gboolean
is_in_tree(const char *entry, const char *family, const char *key)
{
    gsize length = strlen(family);

    if (*family == '\0')
        return TRUE;
    if (!g_str_has_prefix(entry, family) || entry[length] != '/')
        return FALSE;
    if (*key == '\0')
        return TRUE;
    entry += length + 1;
    length = strlen(key);
    return g_str_has_prefix(entry, key) && (entry[length] == '\0' || entry[length] == '/');
}

static void
run_get_tree(PbxManagerSession *session, const PbxRequest *request)
{
    GHashTable *database = session->manager->script->database;
    const char *family = pbx_request_get(request, "Family");
    g_autoptr(GList) entries = g_list_sort(g_hash_table_get_keys(database), (GCompareFunc) strcmp);
    guint n = 0;

    pbx_answer_list(session, "Result will follow");
    for (GList *entry = entries; entry != NULL; entry = entry->next) {
        if (!is_in_tree(entry->data, family, pbx_request_get(request, "Key")))
            continue;
        pbx_answer_add(session, "Event", "DBGetTreeResponse");
        pbx_answer_add(session, "Key", "/%s", (const char *) entry->data);
        pbx_answer_add(session, "Val", "%s",
                       (const char *) g_hash_table_lookup(database, entry->data));
        end_item(session, request);
        n++;
    }
    pbx_answer_complete(session, "DBGetTreeComplete", n);
    pbx_answer_end(session);
}

const PbxManagerAction pbx_manager_actions_data[] = {
    {"DBDel", "system", run_delete, "Delete DB entry."},
    {"DBDelTree", "system", run_delete_tree, "Delete DB Tree."},
    {"DBGet", "system,reporting", run_get, "Get DB Entry."},
    {"DBGetTree", "system,reporting", run_get_tree,
     "Get DB entries, optionally at a particular family/key"},
    {"DBPut", "system", run_put, "Put DB entry."},
    {NULL, NULL, NULL, NULL},
};
