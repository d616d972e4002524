/* asterisks.c - the Asterisks that the daemon logs in to, as the configuration's `ami` lists them.
 *
 * A call is told apart by where it comes from. Where the configuration does not say which addresses
 * are an Asterisk's, they are those of its host, looked up at each login: a name may move. */

#include "capellad/asterisks.h"

#include "capellad/network.h"
#include "module/ami-settings.h"

#include <capella/ami/async-agi.h>
#include <netinet/in.h>
#include <string.h>

struct _Asterisk {
    char *name;
    AmiClient *client;
    char *meet_context;
    char *agi_url;
    gboolean has_async_agi;
    AmiAsyncAgi *async_agi; /* while it is started, and has it */
    gboolean follows_host;  /* its addresses are those of its host, and that is a name */
    GMutex lock;            /* guards addresses */
    GArray *addresses;      /* of Network */
    GCancellable *lookup;   /* NULL while it is not started */
    gulong state_handler;
    AsteriskCallFunc function;
    gpointer user_data;
};

/* Life. */

static void
asterisk_clear(gpointer data)
{
    Asterisk *asterisk = data;

    g_clear_signal_handler(&asterisk->state_handler, asterisk->client);
    g_clear_object(&asterisk->client);
    g_clear_object(&asterisk->lookup);
    g_array_unref(asterisk->addresses);
    g_mutex_clear(&asterisk->lock);
    g_free(asterisk->agi_url);
    g_free(asterisk->meet_context);
    g_free(asterisk->name);
}

Asterisk *
asterisk_ref(Asterisk *asterisk)
{
    return g_atomic_rc_box_acquire(asterisk);
}

void
asterisk_unref(Asterisk *asterisk)
{
    g_atomic_rc_box_release_full(asterisk, asterisk_clear);
}

const char *
asterisk_get_name(const Asterisk *asterisk)
{
    return asterisk->name;
}

AmiClient *
asterisk_get_client(const Asterisk *asterisk)
{
    return asterisk->client;
}

const char *
asterisk_get_meet_context(const Asterisk *asterisk)
{
    return asterisk->meet_context;
}

const char *
asterisk_get_agi_url(const Asterisk *asterisk)
{
    return asterisk->agi_url;
}

/* Reading. */

static void
read_addresses(Asterisk *asterisk, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *const *texts = capella_settings_get_texts(settings, "addresses");

    for (; *texts != NULL; texts++) {
        g_autoptr(GError) error = NULL;
        Network network = {0};

        if (network_parse(&network, *texts, &error))
            g_array_append_val(asterisk->addresses, network);
        else
            capella_settings_add_problem(problems, settings, "addresses", "%s", error->message);
    }
}

static void
use_host_address(Asterisk *asterisk)
{
    Network network = {0};

    if (network_parse(&network, ami_client_get_host(asterisk->client), NULL))
        g_array_append_val(asterisk->addresses, network);
    else
        asterisk->follows_host = TRUE;
}

/* A URL to which the name of a call can be added as its path. */
static char *
read_agi_url(const CapellaSettings *settings)
{
    const char *text = capella_settings_get_text(settings, "agi_url");
    gsize length = text != NULL ? strlen(text) : 0;

    while (length > 0 && text[length - 1] == '/')
        length--;
    return text != NULL ? g_strndup(text, length) : NULL;
}

static Asterisk *
asterisk_new(CapellaSettings *settings, GPtrArray *problems)
{
    g_autoptr(AmiClient) client = ami_settings_new_client(settings, problems);
    Asterisk *asterisk;

    if (client == NULL)
        return NULL;
    asterisk = g_atomic_rc_box_new0(Asterisk);
    g_mutex_init(&asterisk->lock);
    asterisk->addresses = g_array_new(FALSE, FALSE, sizeof(Network));
    asterisk->client = g_steal_pointer(&client);
    asterisk->name = g_strdup(capella_settings_get_text(settings, "name"));
    asterisk->meet_context = g_strdup(capella_settings_get_text(settings, "meet_context"));
    asterisk->agi_url = read_agi_url(settings);
    asterisk->has_async_agi = capella_settings_get_boolean(settings, "async_agi");
    if (capella_settings_has(settings, "addresses"))
        read_addresses(asterisk, settings, problems);
    else
        use_host_address(asterisk);
    return asterisk;
}

GPtrArray *
asterisks_new(const CapellaSettings *configuration, GPtrArray *problems)
{
    GPtrArray *asterisks = g_ptr_array_new_with_free_func((GDestroyNotify) asterisk_unref);

    for (guint i = 0; i < capella_settings_get_count(configuration, "ami"); i++) {
        CapellaSettings *item =
            (CapellaSettings *) capella_settings_get_item(configuration, "ami", i);
        Asterisk *asterisk = asterisk_new(item, problems);

        if (asterisk == NULL)
            continue;
        if (asterisks->len > 0 && asterisks_find(asterisks, asterisk->name) != NULL)
            capella_settings_add_problem(problems, item, "name",
                                         "\"%s\" is the name of another entry too; give this one "
                                         "a name of its own",
                                         asterisk->name);
        g_ptr_array_add(asterisks, asterisk);
    }
    return asterisks;
}

/* Finding. */

Asterisk *
asterisks_find(const GPtrArray *asterisks, const char *name)
{
    for (guint i = 0; i < asterisks->len; i++) {
        Asterisk *asterisk = g_ptr_array_index(asterisks, i);

        if (name == NULL || strcmp(asterisk->name, name) == 0)
            return asterisk;
    }
    return NULL;
}

Asterisk *
asterisks_find_client(const GPtrArray *asterisks, AmiClient *client)
{
    for (guint i = 0; i < asterisks->len; i++) {
        Asterisk *asterisk = g_ptr_array_index(asterisks, i);

        if (asterisk->client == client)
            return asterisk;
    }
    return NULL;
}

static gboolean
asterisk_has(Asterisk *asterisk, const struct sockaddr *peer)
{
    gboolean has;

    g_mutex_lock(&asterisk->lock);
    has = networks_contain(asterisk->addresses, peer);
    g_mutex_unlock(&asterisk->lock);
    return has;
}

/* A peer on a Unix socket is on this machine. */
static Asterisk *
match_address(const GPtrArray *asterisks, const struct sockaddr *peer)
{
    const struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    gboolean is_network = peer->sa_family == AF_INET || peer->sa_family == AF_INET6;

    if (!is_network)
        peer = (const struct sockaddr *) (const void *) &local;
    for (guint i = 0; i < asterisks->len; i++)
        if (asterisk_has(g_ptr_array_index(asterisks, i), peer))
            return g_ptr_array_index(asterisks, i);
    return NULL;
}

Asterisk *
asterisks_match(const GPtrArray *asterisks, const struct sockaddr *peer)
{
    return asterisks->len == 1 ? g_ptr_array_index(asterisks, 0) : match_address(asterisks, peer);
}

/* The addresses of a host that is a name. */

static void
add_address(GArray *networks, GInetAddress *address)
{
    g_autofree char *text = g_inet_address_to_string(address);
    Network network = {0};

    if (network_parse(&network, text, NULL))
        g_array_append_val(networks, network);
}

static void
on_looked_up(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(Asterisk) asterisk = user_data;
    g_autoptr(GError) error = NULL;
    GList *found = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, &error);
    g_autoptr(GArray) networks = g_array_new(FALSE, FALSE, sizeof(Network));
    GArray *old;

    if (error != NULL) {
        g_info("Asterisk %s: its addresses cannot be looked up: %s", asterisk->name,
               error->message);
        return;
    }
    for (GList *link = found; link != NULL; link = link->next)
        add_address(networks, link->data);
    g_resolver_free_addresses(found);
    g_mutex_lock(&asterisk->lock);
    old = asterisk->addresses;
    asterisk->addresses = g_steal_pointer(&networks);
    g_mutex_unlock(&asterisk->lock);
    g_array_unref(old);
    g_debug("Asterisk %s: its addresses are known", asterisk->name);
}

static void
look_up(Asterisk *asterisk)
{
    g_autoptr(GResolver) resolver = NULL;

    if (!asterisk->follows_host || asterisk->lookup == NULL)
        return;
    resolver = g_resolver_get_default();
    g_resolver_lookup_by_name_async(resolver, ami_client_get_host(asterisk->client),
                                    asterisk->lookup, on_looked_up, asterisk_ref(asterisk));
}

/* Starting and stopping. */

/* The client itself logs where it stands. */
static void
on_state_changed(G_GNUC_UNUSED AmiClient *client, int state, gpointer user_data)
{
    if (state == AMI_STATE_READY)
        look_up(user_data);
}

static void
on_async_call(int fd, G_GNUC_UNUSED AmiMessage *start, gpointer user_data)
{
    Asterisk *asterisk = user_data;

    asterisk->function(asterisk, fd, asterisk->user_data);
}

void
asterisk_start(Asterisk *asterisk, AsteriskCallFunc function, gpointer user_data)
{
    asterisk->function = function;
    asterisk->user_data = user_data;
    asterisk->lookup = g_cancellable_new();
    asterisk->state_handler =
        g_signal_connect(asterisk->client, "state-changed", G_CALLBACK(on_state_changed), asterisk);
    if (asterisk->has_async_agi)
        asterisk->async_agi =
            ami_async_agi_new(asterisk->client, NULL, on_async_call, asterisk, NULL);
    look_up(asterisk);
    ami_client_start(asterisk->client);
}

void
asterisk_stop(Asterisk *asterisk)
{
    if (asterisk->lookup == NULL)
        return;
    g_cancellable_cancel(asterisk->lookup);
    g_clear_object(&asterisk->lookup);
    g_clear_pointer(&asterisk->async_agi, ami_async_agi_free);
    ami_client_stop(asterisk->client);
    g_clear_signal_handler(&asterisk->state_handler, asterisk->client);
}
