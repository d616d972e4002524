/* test-ami-configuration.c - what capellad says of the list `ami`, and that it keeps its secrets.
 */

#include "daemon/harness.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>

#define LISTEN "listeners = ( { address = \"127.0.0.1\"; port = 0; } );\n"
#define ONE    "name = \"main\"; host = \"127.0.0.1\"; user = \"capella\";"
#define SECRET "secret = \"galaxy\";"

/* What `capellad --check` says of a configuration; @mode: who may read the file. */
static int
check(const char *configuration, int mode, char **output)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = test_write_configuration(configuration, &folder);
    const char *const arguments[] = {"--check", "--config", path, NULL};
    int code;

    g_assert_cmpint(g_chmod(path, mode), ==, 0);
    code = test_run_capellad(arguments, output);
    test_remove_folder(folder);
    return code;
}

/* A group of `ami` in the second line. */
static char *
with_entry(const char *entry)
{
    return g_strdup_printf(LISTEN "ami = ( { %s } );\n", entry);
}

typedef struct {
    const char *name;
    const char *entry;
} GoodCase;

static const GoodCase good_cases[] = {
    {"least", ONE SECRET},
    {"port", ONE SECRET "port = 6000;"},
    {"ipv6", "name = \"six\"; host = \"::1\"; user = \"capella\"; " SECRET},
    {"name", "name = \"six\"; host = \"pbx.example.org\"; user = \"capella\"; " SECRET},
    {"plain", ONE SECRET "plain = true; events = \"off\";"},
    {"tls", ONE SECRET "tls = true; tls_name = \"pbx.example.org\";"},
    {"times", ONE SECRET "connect_timeout = 1.5; login_timeout = 2; action_timeout = 3; "
                         "keep_alive = 0; keep_alive_timeout = 4.5; reconnect_first = 0.1; "
                         "reconnect_longest = 0.1;"},
    {"addresses", ONE SECRET "addresses = [ \"10.0.0.0/8\", \"::1\" ];"},
    {"meet-context", ONE SECRET "meet_context = \"capella-meet\"; events = \"call,agi\";"},
    {"agi-url", ONE SECRET "agi_url = \"agi://10.0.0.2:4573\";"},
    {"async-agi", ONE SECRET "async_agi = true; events = \"call,agi\";"},
    {"mask", ONE SECRET "async_agi = true; agi_url = \"agi://[::1]/\"; events = \"8194\";"},
};

static void
test_good(gconstpointer data)
{
    const GoodCase *good = data;
    g_autofree char *configuration = with_entry(good->entry);
    g_autofree char *output = NULL;

    g_assert_cmpint(check(configuration, 0600, &output), ==, EX_OK);
    g_assert_nonnull(strstr(output, ": good; 0 modules, 0 routes\n"));
    g_assert_null(strstr(output, "warning"));
}

typedef struct {
    const char *name;
    const char *entry;
    const char *problem;
    gboolean has_others; /* that follow from it */
} ProblemCase;

static const ProblemCase problem_cases[] = {
    {"no-name", "host = \"h\"; user = \"u\"; " SECRET, "ami[1].name: is missing ("},
    {"no-host", "name = \"n\"; user = \"u\"; " SECRET, "ami[1].host: is missing ("},
    {"no-user", "name = \"n\"; host = \"h\"; " SECRET, "ami[1].user: is missing ("},
    {"no-secret", ONE, "ami[1].secret: is missing; secret_file or secret_credential will do too\n"},
    {"two-secrets", ONE SECRET "secret_file = \"/dev/null\";",
     "ami[1].secret_file: is not the only one; of secret, secret_file and secret_credential there "
     "may be one\n"},
    {"empty-name", "name = \"\"; host = \"h\"; user = \"u\"; " SECRET,
     "ami[1].name: is empty, or has more than one line\n"},
    {"empty-host", "name = \"n\"; host = \"\"; user = \"u\"; " SECRET,
     "ami[1].host: is empty, or has more than one line\n"},
    {"two-lines", "name = \"n\"; host = \"h\"; user = \"u\\nAction: Ping\"; " SECRET,
     "ami[1].user: is empty, or has more than one line\n"},
    {"secret-number", ONE "secret = 4711;",
     "ami[1].secret: is a whole number, must be a string in quotes\n", TRUE},
    {"secret-lines", ONE "secret = \"galaxy\\nquest\";",
     "ami[1].secret: is empty, or has more than one line\n"},
    {"secret-file", ONE "secret_file = \"/nowhere/secret\";",
     "ami[1].secret_file: /nowhere/secret cannot be read: No such file or directory\n"},
    {"host-with-port", "name = \"n\"; host = \"10.0.0.1:5038\"; user = \"u\"; " SECRET,
     "ami[1].host: is \"10.0.0.1:5038\", must be an address or a name and nothing else; the port "
     "is a setting of its own\n"},
    {"port", ONE SECRET "port = 65536;", "ami[1].port: is 65536, must be between 1 and 65535\n"},
    {"port-zero", ONE SECRET "port = 0;", "ami[1].port: is 0, must be between 1 and 65535\n"},
    {"unknown", ONE SECRET "colour = \"blue\";", "ami[1].colour: there is no such setting here"},
    {"no-tls", ONE SECRET "tls_name = \"h\";",
     "ami[1].tls_name: has no effect unless tls = true\n"},
    {"tls-key-alone", ONE SECRET "tls = true; tls_key = \"/dev/null\";",
     "ami[1].tls_certificate: is missing, and there is a tls_key\n"},
    {"tls-authority", ONE SECRET "tls = true; tls_authority = \"/nowhere/ca.pem\";",
     "ami[1].tls_authority: cannot read certificates of authorities from /nowhere/ca.pem"},
    {"tls-certificate", ONE SECRET "tls = true; tls_certificate = \"/nowhere/own.pem\";",
     "ami[1].tls_certificate: cannot read the certificate /nowhere/own.pem"},
    {"connect-timeout", ONE SECRET "connect_timeout = 0;",
     "ami[1].connect_timeout: is 0, must be between 0.01 and 3600\n"},
    {"keep-alive", ONE SECRET "keep_alive = -1;",
     "ami[1].keep_alive: is -1, must be between 0 and 86400\n"},
    {"reconnect", ONE SECRET "reconnect_first = 5; reconnect_longest = 2;",
     "ami[1].reconnect_first: is 5, more than reconnect_longest, which is 2\n"},
    {"addresses", ONE SECRET "addresses = \"10.0.0.0/33\";",
     "ami[1].addresses: \"10.0.0.0/33\" is no network: the number behind / must be between 0 and "
     "32\n"},
    {"both-ways", ONE SECRET "meet_context = \"m\"; agi_url = \"agi://10.0.0.2\";",
     "ami[1].agi_url: stands beside meet_context; leave one out\n"},
    {"agi-url", ONE SECRET "agi_url = \"http://10.0.0.2\";",
     "ami[1].agi_url: is \"http://10.0.0.2\", must be as \"agi://10.0.0.2:4573\"\n"},
    {"agi-url-comma", ONE SECRET "agi_url = \"agi://10.0.0.2/a,b\";",
     "ami[1].agi_url: is \"agi://10.0.0.2/a,b\", must be as \"agi://10.0.0.2:4573\"\n"},
    {"meet-without-call", ONE SECRET "meet_context = \"m\"; events = \"agi,user\";",
     "ami[1].events: has no \"call\", without which "},
    {"async-without-agi", ONE SECRET "async_agi = true; events = \"call\";",
     "ami[1].events: has to have \"agi\" and \"call\", which async_agi needs\n"},
};

/* One problem, with its line, and not a word of the secret. */
static void
test_problem(gconstpointer data)
{
    const ProblemCase *expected = data;
    g_autofree char *configuration = with_entry(expected->entry);
    g_autofree char *output = NULL;
    g_autofree char *line = g_strconcat("capellad.conf:2: ", expected->problem, NULL);

    g_assert_cmpint(check(configuration, 0600, &output), ==, EX_CONFIG);
    g_assert_nonnull(strstr(output, line));
    g_assert_cmpint(g_str_has_suffix(output, "capellad.conf: 1 problem\n"), !=,
                    expected->has_others);
    g_assert_null(strstr(output, "galaxy"));
}

static void
test_same_name(void)
{
    g_autofree char *output = NULL;

    g_assert_cmpint(
        check(LISTEN "ami = ( { " ONE SECRET " },\n{ " ONE SECRET " } );\n", 0600, &output), ==,
        EX_CONFIG);
    g_assert_nonnull(strstr(output, "capellad.conf:3: ami[2].name: \"main\" is the name of another "
                                    "entry too; give this one a name of its own\n"));
}

/* What everybody can read is good all the same, but for a word of warning. */
static void
test_public_secret(void)
{
    g_autofree char *configuration = with_entry(ONE SECRET);
    g_autofree char *output = NULL;

    g_assert_cmpint(check(configuration, 0644, &output), ==, EX_OK);
    g_assert_nonnull(strstr(output, "warning: "));
    g_assert_nonnull(strstr(output, "capellad.conf:2: secret: everybody can read the secret in "));
    g_assert_null(strstr(output, "galaxy"));
}

static void
test_public_secret_file(gconstpointer data)
{
    gboolean is_public = GPOINTER_TO_INT(data);
    g_autofree char *folder = g_dir_make_tmp("capella-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "secret", NULL);
    g_autofree char *entry = g_strdup_printf(ONE "secret_file = \"%s\";", path);
    g_autofree char *configuration = with_entry(entry);
    g_autofree char *output = NULL;

    test_write_file(folder, "secret", "galaxy\n");
    g_assert_cmpint(g_chmod(path, is_public ? 0644 : 0600), ==, 0);
    g_assert_cmpint(check(configuration, 0644, &output), ==, EX_OK);
    if (is_public)
        g_assert_nonnull(strstr(output, "secret_file: everybody can read the secret in "));
    else
        g_assert_null(strstr(output, "warning"));
    test_remove_folder(folder);
}

/* By hand there are no credentials, and a configuration can be checked all the same; in a service
 * the one that is named has to have a name that can be. */
static void
test_credential(void)
{
    g_autofree char *without = with_entry(ONE "secret_credential = \"asterisk\";");
    g_autofree char *wrong = with_entry(ONE "secret_credential = \"../asterisk\";");
    g_autofree char *good = NULL;
    g_autofree char *bad = NULL;

    g_assert_cmpint(check(without, 0644, &good), ==, EX_OK);
    g_assert_nonnull(strstr(good, "warning: "));
    g_assert_nonnull(strstr(good, "LoadCredential=asterisk"));
    g_setenv("CREDENTIALS_DIRECTORY", "/nowhere", TRUE);
    g_assert_cmpint(check(wrong, 0644, &bad), ==, EX_CONFIG);
    g_assert_nonnull(strstr(bad, "ami[1].secret_credential: \"../asterisk\" is no name"));
    g_unsetenv("CREDENTIALS_DIRECTORY");
}

/* A module that asks for an Asterisk in its `load`, also when nothing is started. */
static void
test_module(gconstpointer data)
{
    const char *name = data;
    g_autofree char *configuration =
        g_strdup_printf(LISTEN "ami = ( { " ONE SECRET " } );\n"
                               "modules = ( { path = \"%%AMI%%\";\nsettings = { watch = \"%s\"; }; "
                               "} );\n",
                        name);
    g_autofree char *output = NULL;
    gboolean is_there = strcmp(name, "main") == 0;

    g_assert_cmpint(check(configuration, 0600, &output), ==, is_there ? EX_OK : EX_CONFIG);
    if (!is_there)
        g_assert_nonnull(strstr(output, "capellad.conf:4: modules[1].settings.watch: there is no "
                                        "\"other\" in ami\n"));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    for (guint i = 0; i < G_N_ELEMENTS(good_cases); i++) {
        g_autofree char *path = g_strconcat("/daemon/ami/good/", good_cases[i].name, NULL);

        g_test_add_data_func(path, &good_cases[i], test_good);
    }
    for (guint i = 0; i < G_N_ELEMENTS(problem_cases); i++) {
        g_autofree char *path = g_strconcat("/daemon/ami/problem/", problem_cases[i].name, NULL);

        g_test_add_data_func(path, &problem_cases[i], test_problem);
    }
    g_test_add_func("/daemon/ami/same-name", test_same_name);
    g_test_add_func("/daemon/ami/public-secret", test_public_secret);
    g_test_add_data_func("/daemon/ami/secret-file/public", GINT_TO_POINTER(TRUE),
                         test_public_secret_file);
    g_test_add_data_func("/daemon/ami/secret-file/own", GINT_TO_POINTER(FALSE),
                         test_public_secret_file);
    g_test_add_func("/daemon/ami/credential", test_credential);
    g_test_add_data_func("/daemon/ami/module/there", "main", test_module);
    g_test_add_data_func("/daemon/ami/module/missing", "other", test_module);
    return g_test_run();
}
