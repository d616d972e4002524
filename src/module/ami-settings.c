/* ami-settings.c - what a configuration says of one Asterisk, and the client that comes of it. */

#include "module/ami-settings.h"

#include "module/config-file.h"
#include "module/settings-node.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const CapellaSetting ami_settings_rows[] = {
    {.name = "name",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "what modules and the command line call this Asterisk"},
    {.name = "host",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "its address or name in the network"},
    {.name = "port",
     .kind = CAPELLA_SETTING_INTEGER,
     .minimum = 1,
     .maximum = 65535,
     .summary = "the port of its manager interface; without it 5038, or with tls 5039"},
    {.name = "user",
     .kind = CAPELLA_SETTING_TEXT,
     .is_required = TRUE,
     .summary = "whom to log in as: a user of its manager.conf"},
    {.name = "secret", .kind = CAPELLA_SETTING_TEXT, .summary = "the user's secret"},
    {.name = "secret_file",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a file whose first line is the secret"},
    {.name = "secret_credential",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the name of the secret among the credentials that systemd hands over"},
    {.name = "plain",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "whether the secret goes over the wire as it is, rather than as an MD5 key"},
    {.name = "events",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "all",
     .summary = "classes of events to ask for, with commas between; all or off"},
    {.name = "tls",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "whether to speak TLS"},
    {.name = "tls_authority",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a PEM file with the authorities to trust; without it the system's"},
    {.name = "tls_certificate",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a PEM file with our own certificate"},
    {.name = "tls_key",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "a PEM file with its key; without it that is in the same file"},
    {.name = "tls_name",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the name that its certificate has to bear; without it the host"},
    {.name = "connect_timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "10",
     .minimum = 0.01,
     .maximum = 3600,
     .summary = "seconds to connect in"},
    {.name = "login_timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "10",
     .minimum = 0.01,
     .maximum = 3600,
     .summary = "seconds for its greeting, and again for the login"},
    {.name = "action_timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "10",
     .minimum = 0.01,
     .maximum = 86400,
     .summary = "seconds for the answer to an action that has no limit of its own"},
    {.name = "keep_alive",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "15",
     .minimum = 0,
     .maximum = 86400,
     .summary = "seconds without a word after which it is asked whether it is there; 0: never"},
    {.name = "keep_alive_timeout",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "10",
     .minimum = 0.01,
     .maximum = 3600,
     .summary = "seconds for its answer to that before the connection counts as lost"},
    {.name = "reconnect_first",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "0.5",
     .minimum = 0.01,
     .maximum = 86400,
     .summary = "seconds before the first new attempt; each further one waits twice as long"},
    {.name = "reconnect_longest",
     .kind = CAPELLA_SETTING_NUMBER,
     .fallback = "30",
     .minimum = 0.01,
     .maximum = 86400,
     .summary = "most seconds between two attempts"},
    {.name = "addresses",
     .kind = CAPELLA_SETTING_TEXTS,
     .summary = "networks that its FastAGI calls come from; without it the host's addresses"},
    {.name = "async_agi",
     .kind = CAPELLA_SETTING_BOOLEAN,
     .fallback = "false",
     .summary = "whether to serve its AGI(agi:async) calls, by the same extensions"},
    {.name = "meet_context",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "the context that leads calls which handlers place, to _meet-., back to us"},
    {.name = "agi_url",
     .kind = CAPELLA_SETTING_TEXT,
     .summary = "instead of meet_context: the agi:// URL at which this Asterisk reaches us"},
    {0},
};

/* What the rows cannot check. */

static void
check_texts(const CapellaSettings *settings, GPtrArray *problems)
{
    static const char *const names[] = {"name", "host", "user", "events", "meet_context"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *text = capella_settings_get_text(settings, names[i]);

        if (text != NULL && (*text == '\0' || strpbrk(text, "\r\n") != NULL))
            capella_settings_add_problem(problems, settings, names[i],
                                         "is empty, or has more than one line");
    }
}

static void
check_host(const CapellaSettings *settings, GPtrArray *problems)
{
    const char *host = capella_settings_get_text(settings, "host");

    if (host != NULL && strpbrk(host, ":/ ") != NULL && !g_hostname_is_ip_address(host))
        capella_settings_add_problem(problems, settings, "host",
                                     "is \"%s\", must be an address or a name and nothing else; "
                                     "the port is a setting of its own",
                                     host);
}

static void
check_tls(const CapellaSettings *settings, GPtrArray *problems)
{
    static const char *const names[] = {"tls_authority", "tls_certificate", "tls_key", "tls_name"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (capella_settings_has(settings, names[i]) &&
            !capella_settings_get_boolean(settings, "tls"))
            capella_settings_add_problem(problems, settings, names[i],
                                         "has no effect unless tls = true");
    if (capella_settings_has(settings, "tls_key") &&
        !capella_settings_has(settings, "tls_certificate"))
        capella_settings_add_problem(problems, settings, "tls_certificate",
                                     "is missing, and there is a tls_key");
}

/* Whether a mask asks for a class. One that is all digits is left to Asterisk. */
static gboolean
mask_has(const char *mask, const char *class)
{
    static const char *const everything[] = {"all", "on", "yes", "true", "y", "t", NULL};
    g_auto(GStrv) words = g_strsplit(mask, ",", -1);

    if (g_strv_length(words) == 1 && strspn(mask, "0123456789") == strlen(mask))
        return TRUE;
    for (char **word = words; *word != NULL; word++)
        if (strcmp(*word, class) == 0 || g_strv_contains(everything, *word))
            return TRUE;
    return FALSE;
}

static gboolean
wants_meetings(const CapellaSettings *settings)
{
    return capella_settings_has(settings, "meet_context") ||
           capella_settings_has(settings, "agi_url");
}

static void
check_events(const CapellaSettings *settings, GPtrArray *problems)
{
    const char *mask = capella_settings_get_text(settings, "events");

    if (mask == NULL)
        return;
    if (wants_meetings(settings) && !mask_has(mask, "call"))
        capella_settings_add_problem(problems, settings, "events",
                                     "has no \"call\", without which Asterisk does not say what "
                                     "becomes of the calls that handlers place");
    if (capella_settings_get_boolean(settings, "async_agi") &&
        !(mask_has(mask, "agi") && mask_has(mask, "call")))
        capella_settings_add_problem(problems, settings, "events",
                                     "has to have \"agi\" and \"call\", which async_agi needs");
}

static void
check_meetings(const CapellaSettings *settings, GPtrArray *problems)
{
    const char *url = capella_settings_get_text(settings, "agi_url");

    if (url == NULL)
        return;
    if (capella_settings_has(settings, "meet_context"))
        capella_settings_add_problem(problems, settings, "agi_url",
                                     "stands beside meet_context; leave one out");
    if (!g_str_has_prefix(url, "agi://") || strpbrk(url, ",?\r\n ") != NULL ||
        strlen(url) <= strlen("agi://"))
        capella_settings_add_problem(problems, settings, "agi_url",
                                     "is \"%s\", must be as \"agi://10.0.0.2:4573\"", url);
}

/* The secret. */

static const char *const secret_names[] = {"secret", "secret_file", "secret_credential"};

static const char *
find_secret(const CapellaSettings *settings, GPtrArray *problems)
{
    const char *found = NULL;
    guint count = 0;

    for (guint i = 0; i < G_N_ELEMENTS(secret_names); i++)
        if (capella_settings_has(settings, secret_names[i])) {
            found = secret_names[i];
            count++;
        }
    if (count == 1)
        return found;
    capella_settings_add_problem(problems, settings, count == 0 ? "secret" : found,
                                 count == 0
                                     ? "is missing; secret_file or secret_credential will do too"
                                     : "is not the only one; of secret, secret_file and "
                                       "secret_credential there may be one");
    return NULL;
}

static void
warn_if_public(const CapellaSettings *settings, const char *name, const char *path)
{
    SettingsPlace place = capella_settings_find(settings, name)->place;
    struct stat status;

    if (stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0)
        g_warning("%s:%u: %s: everybody can read the secret in %s; chmod o-r it", place.file,
                  place.line, name, path);
}

static void
set_secret(AmiClient *client, CapellaSettings *settings, GPtrArray *problems)
{
    const char *secret = capella_settings_get_text(settings, "secret");

    if (strpbrk(secret, "\r\n") != NULL || *secret == '\0')
        capella_settings_add_problem(problems, settings, "secret",
                                     "is empty, or has more than one line");
    warn_if_public(settings, "secret", capella_settings_find(settings, "secret")->place.file);
    ami_client_set_secret(client, secret);
    capella_settings_wipe_text(settings, "secret");
}

static void
set_secret_file(AmiClient *client, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *path = capella_settings_get_text(settings, "secret_file");

    if (access(path, R_OK) != 0)
        capella_settings_add_problem(problems, settings, "secret_file", "%s cannot be read: %s",
                                     path, g_strerror(errno));
    warn_if_public(settings, "secret_file", path);
    ami_client_set_secret_file(client, path);
}

/* Who checks a configuration by hand has not been handed the service's credentials. */
static void
set_secret_credential(AmiClient *client, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *name = capella_settings_get_text(settings, "secret_credential");
    SettingsPlace place = capella_settings_find(settings, "secret_credential")->place;
    g_autoptr(GError) error = NULL;

    if (ami_client_set_secret_credential(client, name, &error))
        return;
    if (g_getenv("CREDENTIALS_DIRECTORY") == NULL)
        g_warning("%s:%u: secret_credential: only a service that systemd starts, with "
                  "LoadCredential=%s, has credentials; there will be no login",
                  place.file, place.line, name);
    else
        capella_settings_add_problem(problems, settings, "secret_credential", "%s", error->message);
}

static void
apply_secret(AmiClient *client, CapellaSettings *settings, GPtrArray *problems)
{
    const char *name = find_secret(settings, problems);

    if (name == NULL)
        return;
    if (strcmp(name, "secret") == 0)
        set_secret(client, settings, problems);
    else if (strcmp(name, "secret_file") == 0)
        set_secret_file(client, settings, problems);
    else
        set_secret_credential(client, settings, problems);
}

/* The rest. */

static void
apply_tls(AmiClient *client, const CapellaSettings *settings, GPtrArray *problems)
{
    const char *authority = capella_settings_get_text(settings, "tls_authority");
    const char *certificate = capella_settings_get_text(settings, "tls_certificate");
    const char *name = capella_settings_get_text(settings, "tls_name");
    const char *key = capella_settings_get_text(settings, "tls_key");
    g_autoptr(GError) error = NULL;

    if (!capella_settings_get_boolean(settings, "tls"))
        return;
    ami_client_set_tls(client, TRUE);
    if (name != NULL)
        ami_client_set_tls_name(client, name);
    if (authority != NULL && !ami_client_set_tls_authority(client, authority, &error))
        capella_settings_add_problem(problems, settings, "tls_authority", "%s", error->message);
    g_clear_error(&error);
    if (certificate != NULL && !ami_client_set_tls_certificate(
                                   client, certificate, key != NULL ? key : certificate, &error))
        capella_settings_add_problem(problems, settings, "tls_certificate", "%s", error->message);
}

static void
apply_times(AmiClient *client, const CapellaSettings *settings, GPtrArray *problems)
{
    gdouble first = capella_settings_get_number(settings, "reconnect_first");
    gdouble longest = capella_settings_get_number(settings, "reconnect_longest");
    gdouble login = capella_settings_get_number(settings, "login_timeout");

    ami_client_set_connect_timeout(client,
                                   capella_settings_get_number(settings, "connect_timeout"));
    ami_client_set_greeting_timeout(client, login);
    ami_client_set_login_timeout(client, login);
    ami_client_set_action_timeout(client, capella_settings_get_number(settings, "action_timeout"));
    ami_client_set_keep_alive(client, capella_settings_get_number(settings, "keep_alive"),
                              capella_settings_get_number(settings, "keep_alive_timeout"));
    if (first <= longest)
        ami_client_set_reconnect(client, first, longest, 0);
    else
        capella_settings_add_problem(problems, settings, "reconnect_first",
                                     "is %g, more than reconnect_longest, which is %g", first,
                                     longest);
}

static AmiClient *
new_client(const CapellaSettings *settings)
{
    gboolean has_tls = capella_settings_get_boolean(settings, "tls");
    guint16 port = has_tls ? AMI_DEFAULT_TLS_PORT : AMI_DEFAULT_PORT;
    AmiClient *client;

    if (capella_settings_has(settings, "port"))
        port = (guint16) capella_settings_get_integer(settings, "port");
    client = ami_client_new(capella_settings_get_text(settings, "host"), port);
    ami_client_set_name(client, capella_settings_get_text(settings, "name"));
    ami_client_set_user(client, capella_settings_get_text(settings, "user"));
    ami_client_set_plain_login(client, capella_settings_get_boolean(settings, "plain"));
    ami_client_set_event_mask(client, capella_settings_get_text(settings, "events"));
    return client;
}

static gboolean
has_text(const CapellaSettings *settings, const char *name)
{
    const char *text = capella_settings_get_text(settings, name);

    return text != NULL && *text != '\0';
}

AmiClient *
ami_settings_new_client(CapellaSettings *settings, GPtrArray *problems)
{
    g_autoptr(AmiClient) client = NULL;
    guint before = problems->len;

    check_texts(settings, problems);
    check_host(settings, problems);
    check_tls(settings, problems);
    check_events(settings, problems);
    check_meetings(settings, problems);
    if (!has_text(settings, "name") || !has_text(settings, "host") || !has_text(settings, "user"))
        return NULL;
    client = new_client(settings);
    apply_secret(client, settings, problems);
    apply_tls(client, settings, problems);
    apply_times(client, settings, problems);
    return problems->len == before ? g_steal_pointer(&client) : NULL;
}

/* One of a file. */

static CapellaSettings *
find_entry(const CapellaSettings *list, const char *name)
{
    if (list == NULL || list->type != SETTINGS_LIST)
        return NULL;
    for (guint i = 0; i < list->members->len; i++) {
        CapellaSettings *entry = g_ptr_array_index(list->members, i);

        if (entry->type == SETTINGS_GROUP &&
            (name == NULL || g_strcmp0(capella_settings_peek_text(entry, "name"), name) == 0))
            return entry;
    }
    return NULL;
}

AmiClient *
ami_settings_open(const char *path, const char *name, GPtrArray *problems)
{
    g_autoptr(CapellaSettings) settings = config_file_read_all(path, problems);
    guint before = problems->len;
    CapellaSettings *entry;

    if (settings == NULL)
        return NULL;
    entry = find_entry(capella_settings_find(settings, "ami"), name);
    if (entry == NULL) {
        g_ptr_array_add(problems,
                        name != NULL
                            ? g_strdup_printf("%s: ami has no entry with name = \"%s\"", path, name)
                            : g_strdup_printf("%s: ami has no entry", path));
        return NULL;
    }
    capella_settings_check(entry, ami_settings_rows, problems);
    return problems->len == before ? ami_settings_new_client(entry, problems) : NULL;
}
