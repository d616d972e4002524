/* test-manager-events.c - which events come to whom and when, and floods of them. */

#include "manager-client.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const ManagerCase cases[] = {
    {"after-login", "event\nEvent: PeerStatus\nPeer: a\n\nEvent: Odd\nPrivilege: user,all\nend",
     "@ login\n< Event: PeerStatus\n< Privilege: system,all\n< Peer: a\n<\n< Event: Odd\n"
     "< Privilege: user,all\n<"},
    {"after-an-action", "event after Ping\nEvent: Alarm\nNote: {X}\nend",
     "@ login\n> Action: Ping\n> X: y\n>\n< Response: Success\n~ *\n~ *\n<\n< Event: Alarm\n"
     "< Privilege: system,all\n< Note: y\n<"},
    {"a-while-after-an-action", "event 10ms after Ping\nEvent: Alarm\nNote: {X}\nend",
     "@ login\n> Action: Ping\n> X: y\n>\n< Response: Success\n~ *\n~ *\n<\n< Event: Alarm\n"
     "< Privilege: system,all\n< Note: y\n<"},
    {"every", "event every 10ms\nEvent: Alarm\nend",
     "@ login\n< Event: Alarm\n< Privilege: system,all\n<\n< Event: Alarm\n~ *\n<"},
    {"read-later", "",
     "@ login\n@ read event at 0s\\nEvent: Alarm\\nend\n< Event: Alarm\n"
     "< Privilege: system,all\n<"},
    {"mask",
     "event after Ping\nEvent: Newchannel\n\nEvent: Newexten\n\nEvent: UserEvent\n\n"
     "Event: VoicemailPasswordChange\nend",
     "@ login\n> Action: Events\n> EventMask: dialplan,user\n>\n~ *\n~ *\n<\n> Action: Ping\n>\n"
     "< Response: Success\n~ *\n~ *\n<\n< Event: Newexten\n< Privilege: dialplan,all\n<\n"
     "< Event: UserEvent\n< Privilege: user,all\n<\n> Action: Events\n> EventMask: 65\n>\n~ *\n"
     "~ *\n<\n> Action: Ping\n>\n< Response: Success\n~ *\n~ *\n<\n< Event: UserEvent\n~ *\n<\n"
     "< Event: VoicemailPasswordChange\n< Privilege: system,user,all\n<"},
    {"read-permission",
     "user capella galaxy read system\nevent\nEvent: Newchannel\n\n"
     "Event: Reload\nend",
     "@ login\n< Event: Reload\n< Privilege: system,all\n<"},
};

/* Events go to those who want them; bytes to all. */
static void
test_emit(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = manager_connect(manager);
    int other = manager_connect(manager);

    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    manager_follow(manager, other, "< Asterisk Call Manager/11.0.0");
    pbx_manager_emit(manager, "Newstate", "Channel", "PJSIP/a-1", "ChannelState", "6", NULL);
    pbx_manager_send_bytes(manager, "a\r\nb\r\n", 6);
    manager_follow(manager, fd,
                   "< Event: Newstate\n< Privilege: call,all\n< Channel: PJSIP/a-1\n"
                   "< ChannelState: 6\n<\n< a\n< b");
    manager_follow(manager, other, "< a\n< b");
    close(fd);
    close(other);
}

/* Reads events, and counts them up to the pong. */
static guint
count_events(int fd)
{
    guint n = 0;

    for (;;) {
        g_autofree char *line = manager_read_line(fd);

        n += g_str_has_prefix(line, "Event: ");
        if (g_str_has_prefix(line, "Ping: Pong"))
            return n;
    }
}

/* Exactly as many, with other numbers for each call, and actions are answered between them. */
static void
test_flood(void)
{
    g_autoptr(PbxManager) manager = manager_start("flood 47 events after Events");
    int fd = manager_connect(manager);

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> Action: Events\n> EventMask: on\n>\n"
                   "~ *\n~ *\n<\n< Event: Newchannel\n< Privilege: call,all\n"
                   "< Channel: PJSIP/caller-0000000001\n% Uniqueid: 0000000001.1\n"
                   "< Linkedid: 0000000001.1\n<\n< Event: Newexten\n< Privilege: dialplan,all\n"
                   "% Event: Newchannel\n% Uniqueid: 0000000001.2\n% Event: Hangup\n"
                   "% Event: Hangup\n% Event: Newchannel\n~ *\n"
                   "< Channel: PJSIP/caller-0000000002\n> Action: Ping\n>");
    g_assert_cmpuint(count_events(fd), ==, 47 - 16);
    close(fd);
}

/* By rate: the last one comes when its time has come. */
static void
test_rate(void)
{
    g_autoptr(PbxManager) manager = manager_start("flood 6 events rate 100");
    gint64 start = 0;
    int fd = manager_connect(manager);

    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    start = g_get_monotonic_time();
    manager_follow(manager, fd,
                   "% Event: Newchannel\n% Event: Newexten\n% Event: VarSet\n% Event: Newchannel\n"
                   "% Event: DialBegin\n% Event: Newstate\n% ");
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 40 * 1000);
    close(fd);
}

/* A long flood is made as it is read. */
static void
test_long_flood(void)
{
    g_autoptr(PbxManager) manager = manager_start("flood 100000 events");
    int fd = manager_connect(manager);
    g_autofree char *bytes = g_malloc(1 << 16);
    guint n = 0;
    gssize length = 0;

    manager_follow(
        manager, fd,
        "< Asterisk Call Manager/11.0.0\n@ login\n> Action: Logoff\n>\n@ action Logoff 1");
    while ((length = recv(fd, bytes, 1 << 16, 0)) > 0) {
        for (const char *at = memchr(bytes, '\n', (gsize) length); at != NULL;
             at = memchr(at + 1, '\n', (gsize) (bytes + length - at - 1)))
            n++;
    }
    g_assert_cmpuint(n, >, 100);
    close(fd);
}

static void
test_restart(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    g_autoptr(GError) error = NULL;
    int fd = manager_connect(manager);
    int later = -1;

    manager_follow(manager, fd, "< Asterisk Call Manager/11.0.0\n@ login");
    pbx_manager_disconnect(manager, TRUE);
    manager_follow(manager, fd,
                   "< Event: Shutdown\n< Privilege: system,all\n< Shutdown: Cleanly\n"
                   "< Restart: True\n<\n. end");
    g_assert_cmpuint(pbx_manager_get_sessions(manager), ==, 0);
    later = manager_connect(manager);
    manager_follow(manager, later, "< Asterisk Call Manager/11.0.0\n@ login");
    pbx_manager_disconnect(manager, FALSE);
    manager_follow(manager, later, ". end");
    close(fd);
    close(later);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-events", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/manager-events/emit", test_emit);
    g_test_add_func("/pbx/manager-events/flood", test_flood);
    g_test_add_func("/pbx/manager-events/flood-by-rate", test_rate);
    g_test_add_func("/pbx/manager-events/long-flood", test_long_flood);
    g_test_add_func("/pbx/manager-events/restart", test_restart);
    return g_test_run();
}
