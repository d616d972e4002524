/* manager.c - a simulated manager interface: plays Asterisk's part of AMI sessions by a script.
 *
 * One thread does everything: it has a main context of its own, and no other thread touches what
 * it holds. Functions that other threads call hand it an errand and wait until it is done. What
 * tests ask after, such as the actions that came, is kept beside that, under a mutex.
 */

#include "pbx/manager-private.h"
#include <stdarg.h>
#include <string.h>

/** Connections that may wait to be accepted. */
#define BACKLOG 128

static void
count_free(gpointer data)
{
    PbxManagerCount *count = data;

    g_clear_pointer(&count->last, pbx_request_unref);
    g_free(count);
}

/* Errands. */
typedef struct {
    PbxManagerFunc function;
    gpointer data;
    gboolean is_done;
} Errand;

/* One source each, but what to do comes out of the queue: what was written before is seen so. */
static gboolean
run_errand(gpointer data)
{
    PbxManager *manager = data;
    Errand *errand = NULL;

    g_mutex_lock(&manager->mutex);
    errand = g_queue_pop_head(&manager->errands);
    g_mutex_unlock(&manager->mutex);
    errand->function(errand->data);
    g_mutex_lock(&manager->mutex);
    errand->is_done = TRUE;
    g_cond_broadcast(&manager->changed);
    g_mutex_unlock(&manager->mutex);
    return G_SOURCE_REMOVE;
}

/* Has the manager's thread run @function, and waits for it. */
static void
run_in_thread(PbxManager *manager, PbxManagerFunc function, gpointer data)
{
    Errand errand = {.function = function, .data = data};
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, run_errand, manager, NULL);
    g_mutex_lock(&manager->mutex);
    g_queue_push_tail(&manager->errands, &errand);
    g_source_attach(source, manager->context);
    while (!errand.is_done)
        g_cond_wait(&manager->changed, &manager->mutex);
    g_mutex_unlock(&manager->mutex);
}

/* Something to do after a time. */
typedef struct {
    PbxManagerFunc function;
    gpointer data;
    GDestroyNotify destroy;
} Timer;

static gboolean
run_timer(gpointer data)
{
    const Timer *timer = data;

    timer->function(timer->data);
    return G_SOURCE_REMOVE;
}

static void
timer_free(gpointer data)
{
    Timer *timer = data;

    if (timer->destroy != NULL)
        timer->destroy(timer->data);
    g_free(timer);
}

/* Calls @function after so many seconds; @destroy frees @data in any case. Thread of the manager.
 */
void
pbx_manager_call_later(PbxManager *manager, gdouble seconds, PbxManagerFunc function, gpointer data,
                       GDestroyNotify destroy)
{
    g_autoptr(GSource) source =
        g_timeout_source_new((guint) CLAMP(seconds * 1000 + 0.5, 0, G_MAXINT));
    Timer *timer = g_new0(Timer, 1);

    timer->function = function;
    timer->data = data;
    timer->destroy = destroy;
    g_source_set_callback(source, run_timer, timer, timer_free);
    g_source_attach(source, manager->context);
}

/* What tests ask after. */
void
pbx_manager_record_bytes(PbxManager *manager, const char *bytes, gsize length)
{
    g_mutex_lock(&manager->mutex);
    g_string_append_len(manager->received, bytes, (gssize) length);
    g_mutex_unlock(&manager->mutex);
}

void
pbx_manager_record_request(PbxManager *manager, PbxRequest *request)
{
    g_autofree char *name = g_ascii_strdown(pbx_request_get_action(request), -1);
    PbxManagerCount *count = NULL;

    g_mutex_lock(&manager->mutex);
    count = g_hash_table_lookup(manager->requests, name);
    if (count == NULL) {
        count = g_new0(PbxManagerCount, 1);
        g_hash_table_insert(manager->requests, g_steal_pointer(&name), count);
    }
    g_clear_pointer(&count->last, pbx_request_unref);
    count->last = pbx_request_ref(request);
    count->n++;
    manager->n_requests++;
    g_cond_broadcast(&manager->changed);
    g_mutex_unlock(&manager->mutex);
}

void
pbx_manager_record_login(PbxManager *manager)
{
    g_mutex_lock(&manager->mutex);
    manager->n_logins++;
    g_cond_broadcast(&manager->changed);
    g_mutex_unlock(&manager->mutex);
}

void
pbx_manager_update_sessions(PbxManager *manager)
{
    g_mutex_lock(&manager->mutex);
    manager->n_sessions = manager->sessions->len;
    g_cond_broadcast(&manager->changed);
    g_mutex_unlock(&manager->mutex);
}

/* The port. */
static gboolean
handle_connection(GSocket *socket, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
    PbxManager *manager = data;
    g_autoptr(GSocket) accepted = g_socket_accept(socket, NULL, NULL);
    g_autoptr(GSocketConnection) connection = NULL;

    if (accepted == NULL)
        return G_SOURCE_CONTINUE;
    g_socket_set_blocking(accepted, FALSE);
    connection = g_socket_connection_factory_create_connection(accepted);
    pbx_session_accept(manager, connection);
    return G_SOURCE_CONTINUE;
}

/* Takes the port, so that nobody else has it; a connection is refused until it is listened to. */
static GSocket *
take_port(guint16 port, GError **error)
{
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string("127.0.0.1", port);

    if (socket == NULL || !g_socket_bind(socket, address, TRUE, error))
        return NULL;
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_listen_backlog(socket, BACKLOG);
    return g_steal_pointer(&socket);
}

static gboolean
listen_to_port(PbxManager *manager, GError **error)
{
    if (manager->socket == NULL)
        manager->socket = take_port(manager->port, error);
    if (manager->socket == NULL || !g_socket_listen(manager->socket, error))
        return FALSE;
    manager->accept_source = g_socket_create_source(manager->socket, G_IO_IN, NULL);
    g_source_set_callback(manager->accept_source, G_SOURCE_FUNC(handle_connection), manager, NULL);
    g_source_attach(manager->accept_source, manager->context);
    return TRUE;
}

static void
stop_listening(PbxManager *manager)
{
    if (manager->accept_source != NULL) {
        g_source_destroy(manager->accept_source);
        g_clear_pointer(&manager->accept_source, g_source_unref);
    }
    if (manager->socket != NULL)
        g_socket_close(manager->socket, NULL);
    g_clear_object(&manager->socket);
}

static guint16
get_port(GSocket *socket)
{
    g_autoptr(GSocketAddress) address = g_socket_get_local_address(socket, NULL);

    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

static gpointer
run_manager(gpointer data)
{
    PbxManager *manager = data;

    g_main_context_push_thread_default(manager->context);
    g_main_loop_run(manager->loop);
    g_main_context_pop_thread_default(manager->context);
    return NULL;
}

/* Who may log in when the script names nobody. */
static void
add_usual_user(PbxManagerScript *script)
{
    if (script->users->len == 0)
        pbx_manager_script_read(script, "user capella galaxy", NULL);
}

static PbxManager *
manager_new(PbxManagerScript *script)
{
    PbxManager *manager = g_new0(PbxManager, 1);

    manager->script = script;
    manager->context = g_main_context_new();
    manager->loop = g_main_loop_new(manager->context, FALSE);
    manager->start = g_get_monotonic_time();
    manager->sessions = g_ptr_array_new_with_free_func(pbx_session_unref);
    manager->calls = g_ptr_array_new_with_free_func(pbx_manager_call_free);
    g_mutex_init(&manager->mutex);
    g_cond_init(&manager->changed);
    manager->received = g_string_new(NULL);
    manager->requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, count_free);
    return manager;
}

/**
 * pbx_manager_new:
 * @script: lines, as capella(1) tells
 * @port: a port of 127.0.0.1; 0: the system chooses
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX or a #GIOErrorEnum
 *
 * Starts a manager interface.
 *
 * Returns: (transfer full): a manager; free it with pbx_manager_free(). %NULL with @error set
 */
PbxManager *
pbx_manager_new(const char *script, guint16 port, GError **error)
{
    g_autoptr(PbxManagerScript) read = pbx_manager_script_new();
    g_autoptr(GSocket) socket = NULL;
    PbxManager *manager = NULL;

    if (!pbx_manager_script_read(read, script, error))
        return NULL;
    add_usual_user(read);
    socket = take_port(port, error);
    if (socket == NULL || !g_socket_listen(socket, error))
        return NULL;
    manager = manager_new(g_steal_pointer(&read));
    manager->socket = g_steal_pointer(&socket);
    manager->port = get_port(manager->socket);
    listen_to_port(manager, NULL);
    pbx_manager_schedule(manager);
    manager->thread = g_thread_new("pbx-manager", run_manager, manager);
    return manager;
}

static void
close_sessions(PbxManager *manager)
{
    while (manager->sessions->len > 0)
        pbx_session_close(g_ptr_array_index(manager->sessions, 0), FALSE);
}

static void
stop(gpointer data)
{
    PbxManager *manager = data;

    stop_listening(manager);
    close_sessions(manager);
    g_main_loop_quit(manager->loop);
}

/**
 * pbx_manager_free:
 * @manager: (transfer full): a manager
 *
 * Closes every session and the port, and waits until all is over.
 */
void
pbx_manager_free(PbxManager *manager)
{
    run_in_thread(manager, stop, manager);
    g_thread_join(manager->thread);
    pbx_manager_stop_calls(manager);
    g_main_loop_unref(manager->loop);
    g_main_context_unref(manager->context);
    g_ptr_array_unref(manager->sessions);
    g_ptr_array_unref(manager->calls);
    pbx_manager_script_free(manager->script);
    g_string_free(manager->received, TRUE);
    g_hash_table_unref(manager->requests);
    g_mutex_clear(&manager->mutex);
    g_cond_clear(&manager->changed);
    g_free(manager);
}

/**
 * pbx_manager_get_port:
 * @manager: a manager
 *
 * The port of 127.0.0.1 that it is at, also while that is closed. Any thread.
 *
 * Returns: the port
 */
guint16
pbx_manager_get_port(PbxManager *manager)
{
    return manager->port;
}

/* What an errand of the functions below works with. */
typedef struct {
    PbxManager *manager;
    const char *text;
    gsize length;
    guint32 classes;
    gboolean flag;
    GError **error;
} Work;

static void
read_more(gpointer data)
{
    Work *work = data;
    PbxManager *manager = work->manager;
    gboolean was_booted = manager->script->is_booted;

    work->flag = pbx_manager_script_read(manager->script, work->text, work->error);
    pbx_manager_schedule(manager);
    if (!was_booted && manager->script->is_booted)
        pbx_event_emit_booted(manager);
}

/**
 * pbx_manager_read:
 * @manager: a manager
 * @script: further lines of a script
 * @error: return location for a #GError: %PBX_SCRIPT_ERROR_SYNTAX
 *
 * Adds to the script, for all that comes from now on. Any thread.
 *
 * Returns: %TRUE if every line was right; %FALSE with @error set if not
 */
gboolean
pbx_manager_read(PbxManager *manager, const char *script, GError **error)
{
    Work work = {.manager = manager, .text = script, .error = error};

    run_in_thread(manager, read_more, &work);
    return work.flag;
}

static void
emit(gpointer data)
{
    const Work *work = data;

    pbx_event_send_to_all(work->manager, work->classes, work->text, work->length);
}

/* The headers of an event from a list of arguments. */
static void
add_headers(GString *text, va_list list)
{
    for (const char *name = va_arg(list, char *); name != NULL; name = va_arg(list, char *))
        pbx_event_add(text, name, "%s", va_arg(list, char *));
}

/**
 * pbx_manager_emit:
 * @manager: a manager
 * @event: name of an event
 * @...: pairs of names and values of headers, %NULL at the end
 *
 * Sends an event to every session that is logged in and wants it; its class follows from its name.
 * Any thread.
 */
void
pbx_manager_emit(PbxManager *manager, const char *event, ...)
{
    g_autoptr(GString) text = pbx_event_new(event);
    Work work = {.manager = manager, .classes = pbx_classes_of_event(event)};
    va_list list;

    va_start(list, event);
    add_headers(text, list);
    va_end(list);
    g_string_append(text, "\r\n");
    work.text = text->str;
    work.length = text->len;
    run_in_thread(manager, emit, &work);
}

static void
send_bytes(gpointer data)
{
    const Work *work = data;
    g_autoptr(GPtrArray) sessions = pbx_manager_copy_sessions(work->manager);

    for (guint i = 0; i < sessions->len; i++)
        pbx_session_send(g_ptr_array_index(sessions, i), work->text, work->length);
}

/**
 * pbx_manager_send_bytes:
 * @manager: a manager
 * @bytes: what to send
 * @length: bytes in @bytes
 *
 * Sends bytes as they are to every session, logged in or not. Any thread.
 */
void
pbx_manager_send_bytes(PbxManager *manager, const char *bytes, gsize length)
{
    Work work = {.manager = manager, .text = bytes, .length = length};

    run_in_thread(manager, send_bytes, &work);
}

static void
disconnect(gpointer data)
{
    const Work *work = data;

    if (work->flag) {
        GString *event = pbx_event_new("Shutdown");

        pbx_event_add(event, "Shutdown", "Cleanly");
        pbx_event_add(event, "Restart", "True");
        pbx_event_emit(work->manager, "Shutdown", event);
    }
    close_sessions(work->manager);
}

/**
 * pbx_manager_disconnect:
 * @manager: a manager
 * @is_restart: whether it is because Asterisk restarts, so that an event says so
 *
 * Breaks every connection. Any thread.
 */
void
pbx_manager_disconnect(PbxManager *manager, gboolean is_restart)
{
    Work work = {.manager = manager, .flag = is_restart};

    run_in_thread(manager, disconnect, &work);
}

static void
close_port(gpointer data)
{
    PbxManager *manager = data;

    stop_listening(manager);
    close_sessions(manager);
    manager->socket = take_port(manager->port, NULL);
}

/**
 * pbx_manager_close:
 * @manager: a manager
 *
 * Breaks every connection, and refuses new ones until pbx_manager_open(). Any thread.
 */
void
pbx_manager_close(PbxManager *manager)
{
    run_in_thread(manager, close_port, manager);
}

static void
open_port(gpointer data)
{
    Work *work = data;

    work->flag = work->manager->accept_source != NULL || listen_to_port(work->manager, work->error);
}

/**
 * pbx_manager_open:
 * @manager: a manager
 * @error: return location for a #GError: a #GIOErrorEnum
 *
 * Takes connections again after pbx_manager_close(). Any thread.
 *
 * Returns: %TRUE if it does; %FALSE with @error set if not
 */
gboolean
pbx_manager_open(PbxManager *manager, GError **error)
{
    Work work = {.manager = manager, .error = error};

    run_in_thread(manager, open_port, &work);
    return work.flag;
}

/* Under the mutex. */
static guint
count(PbxManager *manager, const char *name)
{
    g_autofree char *key = g_ascii_strdown(name, -1);
    const PbxManagerCount *found = g_hash_table_lookup(manager->requests, key);

    if (*name == '\0')
        return manager->n_requests;
    return found != NULL ? found->n : 0;
}

/**
 * pbx_manager_wait_action:
 * @manager: a manager
 * @name: an action's name; "": any
 * @times: how often it must have come since the start
 *
 * Waits until an action has come so often, a minute at most. Any thread.
 *
 * Returns: %TRUE if it has
 */
gboolean
pbx_manager_wait_action(PbxManager *manager, const char *name, guint times)
{
    gint64 deadline = g_get_monotonic_time() + PBX_MANAGER_PATIENCE * G_TIME_SPAN_SECOND;
    gboolean has_come = FALSE;

    g_mutex_lock(&manager->mutex);
    do
        has_come = count(manager, name) >= times;
    while (!has_come && g_cond_wait_until(&manager->changed, &manager->mutex, deadline));
    g_mutex_unlock(&manager->mutex);
    return has_come;
}

/**
 * pbx_manager_wait_logins:
 * @manager: a manager
 * @times: how many logins there must have been since the start
 *
 * Waits until so many sessions have logged in, a minute at most. Any thread.
 *
 * Returns: %TRUE if they have
 */
gboolean
pbx_manager_wait_logins(PbxManager *manager, guint times)
{
    gint64 deadline = g_get_monotonic_time() + PBX_MANAGER_PATIENCE * G_TIME_SPAN_SECOND;
    gboolean have_come = FALSE;

    g_mutex_lock(&manager->mutex);
    do
        have_come = manager->n_logins >= times;
    while (!have_come && g_cond_wait_until(&manager->changed, &manager->mutex, deadline));
    g_mutex_unlock(&manager->mutex);
    return have_come;
}

/**
 * pbx_manager_count_actions:
 * @manager: a manager
 * @name: an action's name; "": any
 *
 * How often an action came since the start. Any thread.
 *
 * Returns: the number
 */
guint
pbx_manager_count_actions(PbxManager *manager, const char *name)
{
    guint n = 0;

    g_mutex_lock(&manager->mutex);
    n = count(manager, name);
    g_mutex_unlock(&manager->mutex);
    return n;
}

/**
 * pbx_manager_get_sessions:
 * @manager: a manager
 *
 * How many connections there are now, logged in or not. Any thread.
 *
 * Returns: the number
 */
guint
pbx_manager_get_sessions(PbxManager *manager)
{
    guint n = 0;

    g_mutex_lock(&manager->mutex);
    n = manager->n_sessions;
    g_mutex_unlock(&manager->mutex);
    return n;
}

/**
 * pbx_manager_dup_header:
 * @manager: a manager
 * @action: an action's name
 * @header: a header's name
 *
 * The value of a header in the last action of a name. Any thread.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL when there was no such action or header
 */
char *
pbx_manager_dup_header(PbxManager *manager, const char *action, const char *header)
{
    g_autofree char *key = g_ascii_strdown(action, -1);
    const PbxManagerCount *found = NULL;
    char *value = NULL;

    g_mutex_lock(&manager->mutex);
    found = g_hash_table_lookup(manager->requests, key);
    if (found != NULL)
        value = g_strdup(pbx_request_find(found->last, header));
    g_mutex_unlock(&manager->mutex);
    return value;
}

/**
 * pbx_manager_dup_received:
 * @manager: a manager
 *
 * All that clients sent since the start, as on the wire. Any thread.
 *
 * Returns: (transfer full): the bytes
 */
char *
pbx_manager_dup_received(PbxManager *manager)
{
    char *received = NULL;

    g_mutex_lock(&manager->mutex);
    received = g_strndup(manager->received->str, manager->received->len);
    g_mutex_unlock(&manager->mutex);
    return received;
}
