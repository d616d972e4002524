/* ami-connect.c - where Asterisk is, who we are there, and the way in.
 *
 * What is said of an Asterisk comes from one place as a whole, and never in parts from several: an
 * entry of a configuration file, or options and the environment. */

#include "capella/ami-connect.h"
#include "capella/ask.h"
#include "capella/command.h"
#include "module/ami-settings.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HOST_VARIABLE   "CAPELLA_AMI_HOST"
#define USER_VARIABLE   "CAPELLA_AMI_USER"
#define SECRET_VARIABLE "CAPELLA_AMI_SECRET"

/* --- Options --- */

void
capella_ami_place_clear(CapellaAmiPlace *place)
{
    g_free(place->server);
    g_free(place->configuration);
    g_free(place->host);
    g_free(place->user);
    g_free(place->secret_file);
    g_free(place->tls_authority);
    g_free(place->tls_name);
}

GOptionGroup *
capella_ami_new_place_options(CapellaAmiPlace *place)
{
    const GOptionEntry entries[] = {
        {"host", 'H', 0, G_OPTION_ARG_FILENAME, &place->host, "Where Asterisk is [127.0.0.1]",
         "HOST[:PORT]"},
        {"port", 0, 0, G_OPTION_ARG_INT, &place->port, "Its port [5038, with TLS 5039]", "PORT"},
        {"user", 'u', 0, G_OPTION_ARG_FILENAME, &place->user, "A user of its manager.conf", "USER"},
        {"secret-file", 0, 0, G_OPTION_ARG_FILENAME, &place->secret_file,
         "A file that has the user's secret", "FILE"},
        {"tls", 0, 0, G_OPTION_ARG_NONE, &place->has_tls, "Speaks TLS", NULL},
        {"tls-authority", 0, 0, G_OPTION_ARG_FILENAME, &place->tls_authority,
         "Certificates of authorities to trust, instead of the system's", "FILE"},
        {"tls-name", 0, 0, G_OPTION_ARG_FILENAME, &place->tls_name,
         "The name that Asterisk's certificate has to bear [HOST]", "NAME"},
        {"server", 'S', 0, G_OPTION_ARG_FILENAME, &place->server,
         "An Asterisk that a configuration file knows, instead of all of the above", "NAME"},
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &place->configuration,
         "That file [~/.config/capella/ami.conf, then the daemon's]", "FILE"},
        {NULL},
    };
    GOptionGroup *group =
        g_option_group_new("place", "Where Asterisk is, and who you are there:", "", NULL, NULL);

    g_option_group_add_entries(group, entries);
    return group;
}

gboolean
capella_parse_seconds(const char *option, const char *text, gdouble *seconds, int *code)
{
    char *end = NULL;
    gdouble number = text != NULL ? g_ascii_strtod(text, &end) : 0;

    if (text == NULL)
        return TRUE;
    if (end == text || *end != '\0' || !(number > 0 && number <= G_MAXINT / 1000)) {
        *code = capella_fail(EX_USAGE, "%s is a number of seconds, not \"%s\"", option, text);
        return FALSE;
    }
    *seconds = number;
    return TRUE;
}

/* --- An entry of a configuration file --- */

static gboolean
has_words(const CapellaAmiPlace *place)
{
    return place->host != NULL || place->port != 0 || place->user != NULL ||
           place->secret_file != NULL || place->has_tls || place->tls_authority != NULL ||
           place->tls_name != NULL;
}

static AmiClient *
open_entry(const char *path, const char *name, GPtrArray *problems)
{
    if (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS))
        return NULL;
    return ami_settings_open(path, name, problems);
}

static int
fail_with_problems(const CapellaAmiPlace *place, GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++)
        capella_fail(EX_CONFIG, "%s", (const char *) problems->pdata[i]);
    if (problems->len > 0)
        return EX_CONFIG;
    if (place->configuration != NULL)
        return capella_fail(EX_CONFIG, "there is no file %s", place->configuration);
    return capella_fail(EX_CONFIG,
                        "there is no server \"%s\": neither ~/.config/capella/ami.conf "
                        "nor %s is there",
                        place->server, CAPELLA_CONFIGURATION_FILE);
}

static char *
get_own_file(void)
{
    return g_build_filename(g_get_user_config_dir(), "capella", "ami.conf", NULL);
}

/* The entry that --server names, or the first one; the user's own file comes before the daemon's.
 */
static AmiClient *
new_client_from_file(const CapellaAmiPlace *place, int *code)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *own = get_own_file();
    AmiClient *client = NULL;

    if (place->configuration != NULL)
        client = open_entry(place->configuration, place->server, problems);
    else
        client = open_entry(own, place->server, problems);
    if (client == NULL && place->configuration == NULL && place->server != NULL)
        client = open_entry(CAPELLA_CONFIGURATION_FILE, place->server, problems);
    if (client == NULL)
        *code = fail_with_problems(place, problems);
    return client;
}

/* --- Options and the environment --- */

static gboolean
parse_address(const CapellaAmiPlace *place, char **host, guint16 *port, int *code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnectable) address = NULL;
    const char *text = place->host != NULL ? place->host : g_getenv(HOST_VARIABLE);

    if (place->port < 0 || place->port > G_MAXUINT16) {
        *code = capella_fail(EX_USAGE, "--port is a number from 1 to 65535, not %d", place->port);
        return FALSE;
    }
    *port = place->port != 0 ? (guint16) place->port
            : place->has_tls ? AMI_DEFAULT_TLS_PORT
                             : AMI_DEFAULT_PORT;
    address = g_network_address_parse(text != NULL ? text : "127.0.0.1", *port, &error);
    if (address == NULL) {
        *code = capella_fail(EX_USAGE, "\"%s\" is no host: %s", text, error->message);
        return FALSE;
    }
    *host = g_strdup(g_network_address_get_hostname(G_NETWORK_ADDRESS(address)));
    *port = g_network_address_get_port(G_NETWORK_ADDRESS(address));
    return TRUE;
}

static int
ask_for_secret(AmiClient *client, const char *user)
{
    g_autofree char *question =
        g_strdup_printf("Secret of %s at %s: ", user, ami_client_get_host(client));
    char *secret = capella_ask_secret(question);

    if (secret == NULL)
        return capella_fail(EX_USAGE,
                            "there is no secret for %s: --secret-file names a file that has it, "
                            "or set " SECRET_VARIABLE,
                            user);
    ami_client_set_secret(client, secret);
    capella_secret_free(secret);
    return EX_OK;
}

static int
set_secret(AmiClient *client, const CapellaAmiPlace *place, const char *user)
{
    const char *secret = g_getenv(SECRET_VARIABLE);

    if (place->secret_file != NULL && access(place->secret_file, R_OK) != 0)
        return capella_fail(EX_NOINPUT, "cannot read the secret from %s: %s", place->secret_file,
                            g_strerror(errno));
    if (place->secret_file != NULL)
        ami_client_set_secret_file(client, place->secret_file);
    else if (secret != NULL)
        ami_client_set_secret(client, secret);
    else
        return ask_for_secret(client, user);
    return EX_OK;
}

static int
set_tls(AmiClient *client, const CapellaAmiPlace *place)
{
    g_autoptr(GError) error = NULL;

    if (!place->has_tls && (place->tls_authority != NULL || place->tls_name != NULL))
        return capella_fail(EX_USAGE, "--tls-authority and --tls-name mean nothing without --tls");
    ami_client_set_tls(client, place->has_tls);
    if (place->tls_name != NULL)
        ami_client_set_tls_name(client, place->tls_name);
    if (place->tls_authority != NULL &&
        !ami_client_set_tls_authority(client, place->tls_authority, &error))
        return capella_fail(EX_NOINPUT, "--tls-authority: %s", error->message);
    return EX_OK;
}

static AmiClient *
new_client_from_words(const CapellaAmiPlace *place, int *code)
{
    g_autoptr(AmiClient) client = NULL;
    g_autofree char *host = NULL;
    const char *user = place->user != NULL ? place->user : g_getenv(USER_VARIABLE);
    guint16 port = 0;

    if (!parse_address(place, &host, &port, code))
        return NULL;
    if (user == NULL) {
        *code = capella_fail(EX_USAGE,
                             "whom to log in as? --user names a user of Asterisk's manager.conf, "
                             "and --server an entry of a configuration file");
        return NULL;
    }
    client = ami_client_new(host, port);
    ami_client_set_user(client, user);
    *code = set_tls(client, place);
    if (*code == EX_OK)
        *code = set_secret(client, place, user);
    return *code == EX_OK ? g_steal_pointer(&client) : NULL;
}

/* --- The way in --- */

/* Whether a file says it all: it was asked for, or nothing else says anything. */
static gboolean
is_in_file(const CapellaAmiPlace *place)
{
    g_autofree char *own = get_own_file();

    if (place->server != NULL || place->configuration != NULL)
        return TRUE;
    return !has_words(place) && g_getenv(HOST_VARIABLE) == NULL &&
           g_getenv(USER_VARIABLE) == NULL && g_file_test(own, G_FILE_TEST_EXISTS);
}

AmiClient *
capella_ami_new_client(const CapellaAmiPlace *place, const char *mask, gdouble timeout, int *code)
{
    AmiClient *client = NULL;

    if ((place->server != NULL || place->configuration != NULL) && has_words(place)) {
        *code =
            capella_fail(EX_USAGE, "--server and --config say all of an Asterisk: leave --host, "
                                   "--user and the like out");
        return NULL;
    }
    client =
        is_in_file(place) ? new_client_from_file(place, code) : new_client_from_words(place, code);
    if (client == NULL)
        return NULL;
    ami_client_set_event_mask(client, mask);
    if (timeout > 0) {
        ami_client_set_connect_timeout(client, timeout);
        ami_client_set_greeting_timeout(client, timeout);
        ami_client_set_login_timeout(client, timeout);
        ami_client_set_action_timeout(client, timeout);
    }
    return client;
}

gboolean
capella_ami_log_in(AmiClient *client, GCancellable *cancellable, int *code)
{
    g_autoptr(GError) error = NULL;

    if (ami_client_connect(client, cancellable, &error))
        return TRUE;
    if (!g_cancellable_is_cancelled(cancellable))
        *code = capella_ami_fail(error);
    return FALSE;
}

/* --- What went wrong --- */

/* For each error, how the program ends, and which option may help where the error does not say. */
static const struct {
    int code;
    const char *advice;
} ends[] = {
    [AMI_ERROR_REFUSED] = {CAPELLA_EXIT_FAILED, NULL},
    [AMI_ERROR_PERMISSION] = {EX_NOPERM, "look at write in the user's section of manager.conf"},
    [AMI_ERROR_UNKNOWN_ACTION] = {CAPELLA_EXIT_FAILED, NULL},
    [AMI_ERROR_LOGIN] = {EX_NOPERM, NULL},
    [AMI_ERROR_CONNECT] = {EX_UNAVAILABLE, NULL},
    [AMI_ERROR_TLS] = {EX_PROTOCOL,
                       "--tls-authority and --tls-name say which certificate is right"},
    [AMI_ERROR_GREETING] = {EX_PROTOCOL, "--tls speaks TLS"},
    [AMI_ERROR_NOT_CONNECTED] = {EX_TEMPFAIL, NULL},
    [AMI_ERROR_DISCONNECTED] = {EX_TEMPFAIL, NULL},
    [AMI_ERROR_TIMEOUT] = {EX_TEMPFAIL, NULL},
    [AMI_ERROR_CANCELLED] = {EX_TEMPFAIL, NULL},
    [AMI_ERROR_MALFORMED] = {EX_PROTOCOL, NULL},
    [AMI_ERROR_INVALID_ARGUMENT] = {EX_DATAERR, NULL},
    [AMI_ERROR_NO_ANSWER] = {CAPELLA_EXIT_FAILED, NULL},
    [AMI_ERROR_BUSY] = {CAPELLA_EXIT_FAILED, NULL},
    [AMI_ERROR_CALL_FAILED] = {CAPELLA_EXIT_FAILED, NULL},
};

int
capella_ami_fail(const GError *error)
{
    if (error->domain != AMI_ERROR || error->code < 0 || error->code >= (int) G_N_ELEMENTS(ends))
        return capella_fail(EX_SOFTWARE, "%s", error->message);
    capella_fail(ends[error->code].code, "%s", error->message);
    if (ends[error->code].advice != NULL)
        capella_fail(ends[error->code].code, "%s", ends[error->code].advice);
    return ends[error->code].code;
}
