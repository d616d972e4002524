/* test-manager-login.c - logging in to the simulated manager interface, permissions, logging off.
 */

#include "manager-client.h"
#include <string.h>
#include <unistd.h>

static const ManagerCase cases[] = {
    {"plain", "", "@ login"},
    {"quiet", "",
     "> Action: Login\n> Username: capella\n> Secret: galaxy\n> Events: off\n>\n"
     "< Response: Success\n< Message: Authentication accepted\n<\n> Action: Ping\n>\n"
     "< Response: Success\n~ Ping: *\n~ Timestamp: *\n<"},
    {"twice", "",
     "@ login\n> Action: Login\n> Username: nobody\n>\n< Response: Success\n"
     "< Message: Already authenticated\n<"},
    {"wrong-secret", "",
     "> Action: Login\n> Username: capella\n> Secret: Galaxy\n> ActionID: 1\n>\n"
     "< Response: Error\n< ActionID: 1\n< Message: Authentication failed\n<\n. end"},
    {"unknown-user", "",
     "> Action: Login\n> Username: nobody\n> Secret: galaxy\n>\n< Response: Error\n"
     "< Message: Authentication failed\n<\n. end"},
    {"key-without-challenge", "",
     "> Action: Login\n> AuthType: MD5\n> Username: capella\n> Key: 0\n>\n< Response: Error\n"
     "< Message: Authentication failed\n<\n. end"},
    {"challenge-without-type", "",
     "> Action: Challenge\n> ActionID: c\n>\n< Response: Error\n< ActionID: c\n"
     "< Message: Must specify AuthType\n<"},
    {"without-login", "",
     "> Action: Ping\n>\n< Response: Error\n< Message: Permission denied\n<\n> Action: Nonsense\n"
     ">\n< Response: Error\n< Message: Permission denied\n<\n@ login"},
    {"without-login-1.4", "version 1.0",
     "< Asterisk Call Manager/1.0\n> Action: Ping\n>\n< Response: Error\n"
     "< Message: Authentication Required\n<"},
    {"own-user", "user star \"far away\" read system write call",
     "> Action: Login\n> Username: star\n> Secret: far away\n>\n< Response: Success\n"
     "< Message: Authentication accepted\n<\n< Event: FullyBooted\n< Privilege: system,all\n"
     "~ Uptime: *\n~ LastReload: *\n< Status: Fully Booted\n<\n> Action: Command\n"
     "> Command: core show uptime\n>\n< Response: Error\n< Message: Permission denied\n<\n"
     "> Action: Hangup\n>\n< Response: Error\n< Message: No channel specified\n<"},
    {"own-user-replaces-the-usual", "user star galaxy",
     "> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n< Response: Error\n"
     "< Message: Authentication failed\n<\n. end"},
    {"without-class-system", "user capella galaxy read call",
     "> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n< Response: Success\n"
     "< Message: Authentication accepted\n<\n> Action: Logoff\n>\n< Response: Goodbye\n"
     "< Message: Thanks for all the fish.\n<\n. end"},
    {"booting", "booting",
     "> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n< Response: Success\n"
     "< Message: Authentication accepted\n<\n@ read boot\n< Event: FullyBooted\n"
     "< Privilege: system,all\n~ Uptime: *\n~ LastReload: *\n< Status: Fully Booted\n<"},
    {"logoff-before-login", "",
     "> Action: Logoff\n> ActionID: 1\n>\n< Response: Goodbye\n< ActionID: 1\n"
     "< Message: Thanks for all the fish.\n<\n. end"},
    {"strict", "strict",
     "> Action: Login\n> Username: capella\n> Secret: x\n>\n< Response: Error\n"
     "< Message: Authentication failed\n<\n. end"},
    {"scripted-refusal", "error Login \"Login Already In Use\"",
     "> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n< Response: Error\n"
     "< Message: Login Already In Use\n<\n. end"},
    {"scripted-success", "answer Login\nResponse: Success\nMessage: Hello {Username}\nend",
     "> Action: Login\n> Username: you\n>\n< Response: Success\n< Message: Hello you\n<\n"
     "> Action: Nonsense\n>\n< Response: Error\n~ Message: Invalid/unknown command: Nonsense.*\n<"},
    {"login-timeout", "login timeout 50ms", ". end"},
    {"limit", "limit 1\ngreeting none", "@ login"},
};

/* The transcript of a login by challenge. */
static void
test_challenge(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = manager_connect(manager);
    g_autofree char *first = NULL;
    g_autofree char *again = NULL;
    g_autofree char *text = NULL;
    g_autofree char *key = NULL;
    g_autofree char *login = NULL;

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n> Action: Challenge\n> AuthType: md5\n"
                   "> ActionID: h-1\n>\n< Response: Success\n< ActionID: h-1");
    first = manager_read_line(fd);
    g_assert_true(g_str_has_prefix(first, "Challenge: "));
    manager_follow(manager, fd, "<\n> Action: Challenge\n> AuthType: MD5\n>\n< Response: Success");
    again = manager_read_line(fd);
    g_assert_cmpstr(again, ==, first);
    text = g_strconcat(first + strlen("Challenge: "), "galaxy", NULL);
    key = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    login = g_strdup_printf("<\n> Action: Login\n> AuthType: MD5\n> Username: capella\n> Key: %s\n"
                            "> Events: call,user,system\n> ActionID: h-2\n>\n< Response: Success\n"
                            "< ActionID: h-2\n< Message: Authentication accepted\n<\n"
                            "< Event: FullyBooted\n< Privilege: system,all\n~ Uptime: *\n"
                            "~ LastReload: *\n< Status: Fully Booted\n<",
                            key);
    manager_follow(manager, fd, login);
    close(fd);
}

/* A key in capitals is wrong. */
static void
test_capital_key(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = manager_connect(manager);
    g_autofree char *challenge = NULL;
    g_autofree char *text = NULL;
    g_autofree char *key = NULL;
    g_autofree char *capitals = NULL;
    g_autofree char *login = NULL;

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n> Action: Challenge\n> AuthType: MD5\n>\n"
                   "< Response: Success");
    challenge = manager_read_line(fd);
    text = g_strconcat(challenge + strlen("Challenge: "), "galaxy", NULL);
    key = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    capitals = g_ascii_strup(key, -1);
    login = g_strdup_printf("<\n> Action: Login\n> AuthType: MD5\n> Username: capella\n> Key: %s\n"
                            ">\n< Response: Error\n< Message: Authentication failed\n<\n. end",
                            capitals);
    manager_follow(manager, fd, login);
    close(fd);
}

/* A user that may be on only once. */
static void
test_once(void)
{
    static const char refused[] = "< Asterisk Call Manager/11.0.0\n> Action: Login\n"
                                  "> Username: capella\n> Secret: galaxy\n>\n< Response: Error\n"
                                  "< Message: Login Already In Use\n<\n. end";
    static const char challenged[] = "< Asterisk Call Manager/11.0.0\n> Action: Challenge\n"
                                     "> AuthType: MD5\n> Username: capella\n>\n< Response: Error\n"
                                     "< Message: Login Already In Use\n<\n. end";
    g_autoptr(PbxManager) manager = manager_start("user capella galaxy once");
    int first = manager_connect(manager);
    int second = -1;
    int third = -1;

    manager_follow(manager, first, "< Asterisk Call Manager/11.0.0\n@ login");
    second = manager_connect(manager);
    manager_follow(manager, second, refused);
    third = manager_connect(manager);
    manager_follow(manager, third, challenged);
    close(first);
    close(second);
    close(third);
}

/* One more session without login than allowed is closed without a word. */
static void
test_limit(void)
{
    g_autoptr(PbxManager) manager = manager_start("limit 1");
    int first = manager_connect(manager);
    int second = -1;

    manager_follow(manager, first, "< Asterisk Call Manager/11.0.0");
    second = manager_connect(manager);
    manager_follow(manager, second, ". end");
    manager_follow(manager, first, "@ login");
    close(second);
    second = manager_connect(manager);
    manager_follow(manager, second, "< Asterisk Call Manager/11.0.0\n@ login");
    close(first);
    close(second);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-login", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/manager-login/challenge", test_challenge);
    g_test_add_func("/pbx/manager-login/capital-key", test_capital_key);
    g_test_add_func("/pbx/manager-login/once", test_once);
    g_test_add_func("/pbx/manager-login/limit-of-sessions", test_limit);
    return g_test_run();
}
