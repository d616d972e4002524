/* test-asterisks.c - the list `ami`: finding an Asterisk by name, client, and a call's address. */

#include "capellad/asterisks.h"
#include "module/ami-settings.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/un.h>

static const CapellaSetting rows[] = {
    {.name = "ami", .kind = CAPELLA_SETTING_GROUPS, .fields = ami_settings_rows, .summary = "them"},
    {0},
};

static void
add_entry(CapellaSettings *list, const char *name, const char *host, const char *addresses)
{
    const SettingsPlace place = {"test.conf", 1};
    CapellaSettings *entry = capella_settings_add_group(list, NULL, place);
    CapellaSettings *texts;
    g_auto(GStrv) words = g_strsplit(addresses, " ", -1);

    capella_settings_add_text(entry, "name", place, name);
    capella_settings_add_text(entry, "host", place, host);
    capella_settings_add_text(entry, "user", place, "capella");
    capella_settings_add_text(entry, "secret", place, "galaxy");
    if (*addresses == '\0')
        return;
    texts = capella_settings_add_list(entry, "addresses", place);
    for (char **word = words; *word != NULL; word++)
        capella_settings_add_text(texts, NULL, place, *word);
}

typedef struct {
    CapellaSettings *settings;
    GPtrArray *asterisks;
} Fixture;

static void
check(Fixture *fixture)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

    capella_settings_check(fixture->settings, rows, problems);
    fixture->asterisks = asterisks_new(fixture->settings, problems);
    g_assert_cmpuint(problems->len, ==, 0);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const SettingsPlace place = {"test.conf", 1};
    CapellaSettings *list;

    fixture->settings = capella_settings_new_group(place);
    list = capella_settings_add_list(fixture->settings, "ami", place);
    add_entry(list, "berlin", "10.1.0.1", "");
    if (data != NULL) {
        check(fixture);
        return;
    }
    add_entry(list, "paris", "10.2.0.1", "10.2.0.0/16 fd00:2::/32");
    add_entry(list, "here", "127.0.0.1", "");
    add_entry(list, "rome", "fd00:3::1", "");
    check(fixture);
}

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_ptr_array_unref(fixture->asterisks);
    capella_settings_free(fixture->settings);
}

static void
test_find(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    Asterisk *paris = asterisks_find(fixture->asterisks, "paris");
    g_autoptr(AmiClient) stranger = ami_client_new("127.0.0.1", AMI_DEFAULT_PORT);

    g_assert_cmpstr(asterisk_get_name(paris), ==, "paris");
    g_assert_true(asterisks_find_client(fixture->asterisks, asterisk_get_client(paris)) == paris);
    g_assert_null(asterisks_find_client(fixture->asterisks, stranger));
    g_assert_cmpstr(asterisk_get_name(asterisks_find(fixture->asterisks, NULL)), ==, "berlin");
    g_assert_null(asterisks_find(fixture->asterisks, "london"));
}

static const struct {
    const char *peer;
    const char *name; /* NULL: nobody's */
} match_cases[] = {
    {"10.1.0.1", "berlin"},       {"10.1.0.2", NULL},     {"10.2.77.4", "paris"},
    {"::ffff:10.2.0.9", "paris"}, {"fd00:2::5", "paris"}, {"127.0.0.1", "here"},
    {"127.0.0.2", NULL},          {"fd00:3::1", "rome"},  {"::1", NULL},
};

static const char *
match(const Fixture *fixture, const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    g_autoptr(GSocketAddress) full = g_inet_socket_address_new(address, 40000);
    struct sockaddr_storage peer = {0};
    const Asterisk *asterisk;

    g_assert_true(g_socket_address_to_native(full, &peer, sizeof peer, NULL));
    asterisk = asterisks_match(fixture->asterisks, (struct sockaddr *) &peer);
    return asterisk != NULL ? asterisk_get_name(asterisk) : NULL;
}

static void
test_match(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    const struct sockaddr_un local = {.sun_family = AF_UNIX};
    const Asterisk *here;

    for (guint i = 0; i < G_N_ELEMENTS(match_cases); i++)
        g_assert_cmpstr(match(fixture, match_cases[i].peer), ==, match_cases[i].name);
    here = asterisks_match(fixture->asterisks, (const struct sockaddr *) &local);
    g_assert_cmpstr(asterisk_get_name(here), ==, "here");
}

/* Where there is but one, every call is its own. */
static void
test_only_one(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(match_cases); i++)
        g_assert_cmpstr(match(fixture, match_cases[i].peer), ==, "berlin");
}

/* The secret is with the client alone. */
static void
test_secret(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < capella_settings_get_count(fixture->settings, "ami"); i++)
        g_assert_cmpstr(capella_settings_get_text(
                            capella_settings_get_item(fixture->settings, "ami", i), "secret"),
                        ==, "");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/capellad/asterisks/find", Fixture, NULL, set_up, test_find, tear_down);
    g_test_add("/capellad/asterisks/match", Fixture, NULL, set_up, test_match, tear_down);
    g_test_add("/capellad/asterisks/only-one", Fixture, "one", set_up, test_only_one, tear_down);
    g_test_add("/capellad/asterisks/secret", Fixture, NULL, set_up, test_secret, tear_down);
    return g_test_run();
}
