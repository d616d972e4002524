/* peer.c - the other side of a client in tests. */

#include "peer.h"

#include "ami/parser.h"

#include <stdarg.h>
#include <string.h>

struct _Peer {
    GSocketListener *listener;
    GCancellable *end_of_listening;
    GCancellable *end;
    guint16 port;
    GThread *thread;
    PeerFunc function;
    gpointer data;
    GMutex lock; /* guards all below */
    GCond wake;
    char *banner;
    GTlsCertificate *certificate;
    GTlsDatabase *authority;
    GPtrArray *sessions; /* of PeerSession, ended ones as well */
    GHashTable *counts;  /* name to number */
    GHashTable *last;    /* name to AmiMessage */
};

struct _PeerSession {
    Peer *peer;
    GIOStream *stream;
    GThread *thread;
    GMutex lock; /* guards writing */
};

/* --- Sending --- */

/* The client may be gone: then nobody reads it. */
void
peer_send_bytes(PeerSession *session, const char *bytes, gsize length)
{
    GOutputStream *output = g_io_stream_get_output_stream(session->stream);

    g_mutex_lock(&session->lock);
    g_output_stream_write_all(output, bytes, length, NULL, session->peer->end, NULL);
    g_mutex_unlock(&session->lock);
}

static void
send_text(PeerSession *session, const char *text)
{
    g_autoptr(GString) bytes = g_string_new(text);

    g_string_replace(bytes, "\n", "\r\n", 0);
    peer_send_bytes(session, bytes->str, bytes->len);
}

void
peer_send(PeerSession *session, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    send_text(session, text);
}

/* --- Answering --- */

static gboolean
is_key_right(AmiMessage *action)
{
    g_autofree char *key = g_compute_checksum_for_string(G_CHECKSUM_MD5, "4711" PEER_SECRET, -1);

    return ami_message_has(action, "Key", key) || ami_message_has(action, "Secret", PEER_SECRET);
}

static void
answer_login(PeerSession *session, const char *id, AmiMessage *action)
{
    if (ami_message_has(action, "Username", PEER_USER) && is_key_right(action)) {
        peer_send(session,
                  "Response: Success\nActionID: %s\nMessage: Authentication accepted\n\n"
                  "Event: FullyBooted\nPrivilege: system,all\nStatus: Fully Booted\n\n",
                  id);
        return;
    }
    peer_send(session, "Response: Error\nActionID: %s\nMessage: Authentication failed\n\n", id);
    peer_close(session);
}

static void
answer(PeerSession *session, const char *name, const char *id, AmiMessage *action)
{
    if (g_str_equal(name, "Challenge"))
        peer_send(session, "Response: Success\nActionID: %s\nChallenge: 4711\n\n", id);
    else if (g_str_equal(name, "Login"))
        answer_login(session, id, action);
    else if (g_str_equal(name, "Logoff"))
        peer_send(session, "Response: Goodbye\nActionID: %s\n\n", id);
    else if (g_str_equal(name, "Ping"))
        peer_send(session, "Response: Success\nActionID: %s\nPing: Pong\n\n", id);
    else
        peer_send(session, "Response: Success\nActionID: %s\nMessage: Fine\n\n", id);
}

static void
count(Peer *peer, const char *name, AmiMessage *action)
{
    guint before;

    g_mutex_lock(&peer->lock);
    before = GPOINTER_TO_UINT(g_hash_table_lookup(peer->counts, name));
    g_hash_table_insert(peer->counts, g_strdup(name), GUINT_TO_POINTER(before + 1));
    g_hash_table_insert(peer->last, g_strdup(name), ami_message_ref(action));
    g_cond_broadcast(&peer->wake);
    g_mutex_unlock(&peer->lock);
}

static void
take(PeerSession *session, AmiMessage *action)
{
    const char *name = ami_message_get(action, "Action");
    const char *id = ami_message_get_action_id(action);

    name = name != NULL ? name : "";
    id = id != NULL ? id : "";
    count(session->peer, name, action);
    if (session->peer->function == NULL ||
        !session->peer->function(session, name, id, action, session->peer->data))
        answer(session, name, id, action);
}

/* --- Sessions --- */

/* The socket, below TLS. */
static GSocket *
get_socket(PeerSession *session)
{
    g_autoptr(GIOStream) below = NULL;

    if (!G_IS_TLS_CONNECTION(session->stream))
        return g_socket_connection_get_socket(G_SOCKET_CONNECTION(session->stream));
    g_object_get(session->stream, "base-io-stream", &below, NULL);
    return g_socket_connection_get_socket(G_SOCKET_CONNECTION(below));
}

void
peer_close(PeerSession *session)
{
    g_socket_shutdown(get_socket(session), TRUE, TRUE, NULL);
}

static void
set_stream(PeerSession *session, GIOStream *stream)
{
    g_mutex_lock(&session->peer->lock);
    g_set_object(&session->stream, stream);
    g_mutex_unlock(&session->peer->lock);
}

static gboolean
accept_valid(G_GNUC_UNUSED GTlsConnection *tls, G_GNUC_UNUSED GTlsCertificate *certificate,
             GTlsCertificateFlags errors, G_GNUC_UNUSED gpointer data)
{
    return errors == 0;
}

static gboolean
begin_tls(PeerSession *session, GTlsCertificate *certificate, GTlsDatabase *authority)
{
    g_autoptr(GIOStream) tls = g_tls_server_connection_new(session->stream, certificate, NULL);

    g_assert_nonnull(tls);
    if (authority != NULL) {
        g_tls_connection_set_database(G_TLS_CONNECTION(tls), authority);
        g_object_set(tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
        g_signal_connect(tls, "accept-certificate", G_CALLBACK(accept_valid), NULL);
    }
    if (!g_tls_connection_handshake(G_TLS_CONNECTION(tls), session->peer->end, NULL)) {
        g_io_stream_close(session->stream, NULL, NULL);
        return FALSE;
    }
    set_stream(session, tls);
    return TRUE;
}

static gboolean
greet(PeerSession *session)
{
    g_autofree char *banner = NULL;
    g_autoptr(GTlsCertificate) certificate = NULL;
    g_autoptr(GTlsDatabase) authority = NULL;

    g_mutex_lock(&session->peer->lock);
    banner = g_strdup(session->peer->banner);
    g_set_object(&certificate, session->peer->certificate);
    g_set_object(&authority, session->peer->authority);
    g_mutex_unlock(&session->peer->lock);
    if (certificate != NULL && !begin_tls(session, certificate, authority))
        return FALSE;
    if (banner != NULL)
        peer_send(session, "%s\n", banner);
    return TRUE;
}

static gpointer
run_session(gpointer data)
{
    PeerSession *session = data;
    g_autoptr(AmiParser) parser = ami_parser_new();
    AmiSlice slice;

    if (!greet(session))
        return NULL;
    for (;;) {
        gsize size;
        char *room = ami_parser_get_room(parser, &size);
        GInputStream *input = g_io_stream_get_input_stream(session->stream);
        gssize length = g_input_stream_read(input, room, size, session->peer->end, NULL);

        if (length <= 0)
            return NULL;
        ami_parser_filled(parser, (gsize) length);
        while (ami_parser_next(parser, &slice, NULL)) {
            g_autoptr(AmiMessage) action = ami_slice_to_message(&slice);

            take(session, action);
        }
    }
}

static gpointer
run(gpointer data)
{
    Peer *peer = data;
    GSocketConnection *connection;

    while ((connection = g_socket_listener_accept(peer->listener, NULL, peer->end_of_listening,
                                                  NULL)) != NULL) {
        PeerSession *session = g_new0(PeerSession, 1);

        session->peer = peer;
        session->stream = G_IO_STREAM(connection);
        g_mutex_init(&session->lock);
        g_mutex_lock(&peer->lock);
        g_ptr_array_add(peer->sessions, session);
        session->thread = g_thread_new("session", run_session, session);
        g_cond_broadcast(&peer->wake);
        g_mutex_unlock(&peer->lock);
    }
    return NULL;
}

static void
session_free(gpointer data)
{
    PeerSession *session = data;

    g_thread_join(session->thread);
    g_object_unref(session->stream);
    g_mutex_clear(&session->lock);
    g_free(session);
}

/* --- The peer --- */

Peer *
peer_new(PeerFunc function, gpointer data)
{
    return peer_new_of_family(G_SOCKET_FAMILY_IPV4, function, data);
}

Peer *
peer_new_of_family(GSocketFamily family, PeerFunc function, gpointer data)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(family);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocketAddress) effective = NULL;
    Peer *peer = g_new0(Peer, 1);

    peer->function = function;
    peer->data = data;
    peer->banner = g_strdup("Asterisk Call Manager/11.0.0");
    peer->sessions = g_ptr_array_new_with_free_func(session_free);
    peer->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    peer->last =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) ami_message_unref);
    g_mutex_init(&peer->lock);
    g_cond_init(&peer->wake);
    peer->end_of_listening = g_cancellable_new();
    peer->end = g_cancellable_new();
    peer->listener = g_socket_listener_new();
    g_assert_true(g_socket_listener_add_address(peer->listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &effective, NULL));
    peer->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(effective));
    peer->thread = g_thread_new("peer", run, peer);
    return peer;
}

void
peer_stop_listening(Peer *peer)
{
    g_cancellable_cancel(peer->end_of_listening);
    if (peer->thread != NULL)
        g_thread_join(g_steal_pointer(&peer->thread));
    g_socket_listener_close(peer->listener);
}

void
peer_free(Peer *peer)
{
    peer_stop_listening(peer);
    g_cancellable_cancel(peer->end);
    g_ptr_array_unref(peer->sessions);
    g_object_unref(peer->listener);
    g_object_unref(peer->end_of_listening);
    g_object_unref(peer->end);
    g_clear_object(&peer->certificate);
    g_clear_object(&peer->authority);
    g_hash_table_unref(peer->counts);
    g_hash_table_unref(peer->last);
    g_free(peer->banner);
    g_mutex_clear(&peer->lock);
    g_cond_clear(&peer->wake);
    g_free(peer);
}

guint16
peer_get_port(Peer *peer)
{
    return peer->port;
}

void
peer_set_banner(Peer *peer, const char *banner)
{
    g_mutex_lock(&peer->lock);
    g_free(peer->banner);
    peer->banner = g_strdup(banner);
    g_mutex_unlock(&peer->lock);
}

void
peer_set_certificate(Peer *peer, const char *path)
{
    g_autoptr(GError) error = NULL;

    g_mutex_lock(&peer->lock);
    g_clear_object(&peer->certificate);
    peer->certificate = g_tls_certificate_new_from_file(path, &error);
    g_assert_no_error(error);
    g_mutex_unlock(&peer->lock);
}

void
peer_set_tls_authority(Peer *peer, const char *path)
{
    g_autoptr(GError) error = NULL;

    g_mutex_lock(&peer->lock);
    g_clear_object(&peer->authority);
    peer->authority = g_tls_file_database_new(path, &error);
    g_assert_no_error(error);
    g_mutex_unlock(&peer->lock);
}

void
peer_broadcast(Peer *peer, const char *text)
{
    g_mutex_lock(&peer->lock);
    for (guint i = 0; i < peer->sessions->len; i++)
        send_text(g_ptr_array_index(peer->sessions, i), text);
    g_mutex_unlock(&peer->lock);
}

void
peer_disconnect(Peer *peer)
{
    g_mutex_lock(&peer->lock);
    for (guint i = 0; i < peer->sessions->len; i++)
        peer_close(g_ptr_array_index(peer->sessions, i));
    g_mutex_unlock(&peer->lock);
}

/* --- What came --- */

void
peer_wait_action(Peer *peer, const char *name, guint times)
{
    g_mutex_lock(&peer->lock);
    while (GPOINTER_TO_UINT(g_hash_table_lookup(peer->counts, name)) < times)
        g_cond_wait(&peer->wake, &peer->lock);
    g_mutex_unlock(&peer->lock);
}

guint
peer_count_actions(Peer *peer, const char *name)
{
    guint times;

    g_mutex_lock(&peer->lock);
    times = GPOINTER_TO_UINT(g_hash_table_lookup(peer->counts, name));
    g_mutex_unlock(&peer->lock);
    return times;
}

char *
peer_dup_header(Peer *peer, const char *name, const char *header)
{
    AmiMessage *action;
    char *value;

    g_mutex_lock(&peer->lock);
    action = g_hash_table_lookup(peer->last, name);
    value = action != NULL ? g_strdup(ami_message_get(action, header)) : NULL;
    g_mutex_unlock(&peer->lock);
    return value;
}

guint
peer_count_sessions(Peer *peer)
{
    guint sessions;

    g_mutex_lock(&peer->lock);
    sessions = peer->sessions->len;
    g_mutex_unlock(&peer->lock);
    return sessions;
}

/* --- Its clients --- */

AmiClient *
peer_new_client(Peer *peer)
{
    AmiClient *client = ami_client_new("127.0.0.1", peer->port);

    ami_client_set_name(client, "pbx");
    ami_client_set_user(client, PEER_USER);
    ami_client_set_secret(client, PEER_SECRET);
    ami_client_set_reconnect(client, 0.01, 0.02, 0);
    return client;
}

AmiClient *
peer_new_ready_client(Peer *peer)
{
    g_autoptr(GError) error = NULL;
    AmiClient *client = peer_new_client(peer);

    ami_client_connect(client, NULL, &error);
    g_assert_no_error(error);
    return client;
}

static gboolean
do_nothing(G_GNUC_UNUSED gpointer data)
{
    return G_SOURCE_REMOVE;
}

/* What is waited for may also happen in another thread: so it is looked at again after a while. */
void
peer_turn(void)
{
    g_autoptr(GSource) source = g_timeout_source_new(10);

    g_source_set_callback(source, do_nothing, NULL, NULL);
    g_source_attach(source, NULL);
    g_main_context_iteration(NULL, TRUE);
    g_source_destroy(source);
}

struct _PeerLoop {
    GMainLoop *loop;
    GThread *thread;
};

static gpointer
run_loop(gpointer data)
{
    g_main_loop_run(data);
    return NULL;
}

static gboolean
raise_flag(gpointer data)
{
    g_atomic_int_set((int *) data, TRUE);
    return G_SOURCE_REMOVE;
}

PeerLoop *
peer_loop_new(void)
{
    PeerLoop *loop = g_new0(PeerLoop, 1);
    int is_running = FALSE;

    loop->loop = g_main_loop_new(NULL, FALSE);
    g_idle_add(raise_flag, &is_running);
    loop->thread = g_thread_new("loop", run_loop, loop->loop);
    while (!g_atomic_int_get(&is_running))
        g_thread_yield();
    return loop;
}

void
peer_loop_free(PeerLoop *loop)
{
    g_main_loop_quit(loop->loop);
    g_thread_join(loop->thread);
    g_main_loop_unref(loop->loop);
    g_free(loop);
}

int
peer_get_last_error(AmiClient *client)
{
    g_autoptr(GError) error = ami_client_dup_last_error(client);

    return error != NULL ? error->code : -1;
}

/* --- What is logged --- */

struct _PeerLog {
    GMutex lock; /* guards what follows */
    GString *text;
};

static const char *
get_level_name(GLogLevelFlags level)
{
    switch (level & G_LOG_LEVEL_MASK) {
    case G_LOG_LEVEL_WARNING:
        return "warning";
    case G_LOG_LEVEL_MESSAGE:
        return "message";
    case G_LOG_LEVEL_DEBUG:
        return "debug";
    default:
        return "other";
    }
}

static const char *
find_field(const GLogField *fields, gsize n_fields, const char *name)
{
    for (gsize i = 0; i < n_fields; i++)
        if (g_str_equal(fields[i].key, name))
            return fields[i].value;
    return "";
}

static GLogWriterOutput
append_to_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    PeerLog *log = data;

    if (!g_str_equal(find_field(fields, n_fields, "GLIB_DOMAIN"), "capella-ami"))
        return g_log_writer_default(level, fields, n_fields, NULL);
    g_mutex_lock(&log->lock);
    g_string_append_printf(log->text, "%s: %s\n", get_level_name(level),
                           find_field(fields, n_fields, "MESSAGE"));
    g_mutex_unlock(&log->lock);
    return G_LOG_WRITER_HANDLED;
}

static void
log_free(gpointer data)
{
    PeerLog *log = data;

    g_string_free(log->text, TRUE);
    g_mutex_clear(&log->lock);
    g_free(log);
}

PeerLog *
peer_log_new(void)
{
    PeerLog *log = g_new0(PeerLog, 1);

    g_mutex_init(&log->lock);
    log->text = g_string_new("");
    g_log_set_always_fatal((GLogLevelFlags) G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
    g_log_set_debug_enabled(TRUE);
    g_log_set_writer_func(append_to_log, log, log_free);
    return log;
}

gboolean
peer_log_has(PeerLog *log, const char *text)
{
    gboolean has_text;

    g_mutex_lock(&log->lock);
    has_text = strstr(log->text->str, text) != NULL;
    g_mutex_unlock(&log->lock);
    return has_text;
}

void
peer_log_clear(PeerLog *log)
{
    g_mutex_lock(&log->lock);
    g_string_truncate(log->text, 0);
    g_mutex_unlock(&log->lock);
}

void
peer_assert_nothing_pending(AmiClient *client)
{
    AmiStatistics statistics;

    ami_client_get_statistics(client, &statistics);
    g_assert_cmpuint(statistics.pending, ==, 0);
}
