/* test-manager-actions.c - what the simulated manager interface answers actions with. */

#include "manager-client.h"
#include <unistd.h>

static const ManagerCase cases[] = {
    {"unknown", "",
     "@ login\n> Action: Dance\n> ActionID: 1\n>\n< Response: Error\n< ActionID: 1\n"
     "< Message: Invalid/unknown command: Dance. Use Action: ListCommands to show available "
     "commands.\n<"},
    {"known-to-the-table", "",
     "@ login\n> Action: QueuePause\n>\n< Response: Success\n< Message: Success\n<"},
    {"empty-list", "",
     "@ login\n> Action: QueueStatus\n> ActionID: q\n>\n< Response: Success\n< ActionID: q\n"
     "< EventList: start\n< Message: List will follow\n<\n< Event: QueueStatusComplete\n"
     "< ActionID: q\n< EventList: Complete\n< ListItems: 0\n<"},
    {"events-off", "",
     "@ login\n> Action: Events\n> EventMask: off\n>\n< Response: Success\n< Events: Off\n<\n"
     "> Action: Events\n> EventMask: junk\n>\n< Response: Success\n< Events: Off\n<\n"
     "> Action: Events\n> EventMask: on\n>\n< Response: Success\n< Events: On\n<\n"
     "> Action: Events\n>\n< Response: Error\n< Message: Invalid event mask\n<"},
    {"command-unknown", "",
     "@ login\n> Action: Command\n> Command: blah\n> ActionID: 5\n>\n< Response: Error\n"
     "< ActionID: 5\n< Message: Command output follows\n"
     "< Output: No such command 'blah' (type 'core show help blah' for other possible commands)\n"
     "<\n> Action: Command\n>\n< Response: Error\n< Message: No command provided\n<"},
    {"command", "output \"core show uptime\"\nSystem uptime: 6 minutes\n\n\"  Last: 1\"\nend",
     "@ login\n> Action: Command\n> Command: core show uptime\n> ActionID: h-3\n>\n"
     "< Response: Success\n< ActionID: h-3\n< Message: Command output follows\n"
     "< Output: System uptime: 6 minutes\n< Output: \n< Output:   Last: 1\n<"},
    {"command-13", "version 2.10.6\noutput \"core show uptime\"\nSystem uptime: 6\n\nend",
     "< Asterisk Call Manager/2.10.6\n> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n"
     "~ *\n~ *\n<\n< Event: FullyBooted\n< Privilege: system,all\n< Status: Fully Booted\n<\n"
     "> Action: Command\n> Command: core show uptime\n> ActionID: h-3\n>\n< Response: Follows\n"
     "< Privilege: Command\n< ActionID: h-3\n<< System uptime: 6\\n\\n--END COMMAND--\\r\\n\\r\\n"},
    {"ping-1.4", "version 1.0",
     "< Asterisk Call Manager/1.0\n> Action: Login\n> Username: capella\n> Secret: galaxy\n>\n"
     "~ *\n~ *\n<\n> Action: Ping\n>\n< Response: Pong\n<\n> Action: Events\n> EventMask: on\n>\n"
     "< Response: Events On\n<\n> Action: Getvar\n> Variable: A\n> ActionID: 3\n>\n"
     "< Response: Success\n< Variable: A\n< Value: \n< ActionID: 3\n<\n> Action: Dance\n>\n"
     "< Response: Error\n< Message: Invalid/unknown command\n<\n> Action: Status\n>\n"
     "< Response: Success\n< Message: Channel status will follow\n<\n< Event: StatusComplete\n"
     "< Items: 0\n<"},
    {"database", "database prefs colour blue",
     "@ login\n> Action: DBGet\n> Family: prefs\n> Key: colour\n> ActionID: h-4\n>\n"
     "< Response: Success\n< ActionID: h-4\n< EventList: start\n< Message: Result will follow\n<\n"
     "< Event: DBGetResponse\n< Family: prefs\n< Key: colour\n< Val: blue\n< ActionID: h-4\n<\n"
     "< Event: DBGetComplete\n< ActionID: h-4\n< EventList: Complete\n< ListItems: 1\n<\n"
     "> Action: DBPut\n> Family: prefs\n> Key: a/b\n> Val: 1\n>\n< Response: Success\n"
     "< Message: Updated database successfully\n<\n> Action: DBGetTree\n> Family: prefs\n>\n"
     "< Response: Success\n< EventList: start\n< Message: Result will follow\n<\n"
     "< Event: DBGetTreeResponse\n< Key: /prefs/a/b\n< Val: 1\n<\n< Event: DBGetTreeResponse\n"
     "< Key: /prefs/colour\n< Val: blue\n<\n< Event: DBGetTreeComplete\n< EventList: Complete\n"
     "< ListItems: 2\n<\n> Action: DBDelTree\n> Family: prefs\n> Key: a\n>\n< Response: Success\n"
     "< Message: Key tree deleted successfully\n<\n> Action: DBDel\n> Family: prefs\n"
     "> Key: colour\n>\n< Response: Success\n< Message: Key deleted successfully\n<\n"
     "> Action: DBDel\n> Family: prefs\n> Key: colour\n>\n< Response: Error\n"
     "< Message: Database entry could not be deleted\n<\n> Action: DBGet\n> Family: prefs\n"
     "> Key: colour\n>\n< Response: Error\n< Message: Database entry not found\n<\n"
     "> Action: DBDelTree\n> Family: prefs\n>\n< Response: Error\n"
     "< Message: Database entry not found\n<"},
    {"answer",
     "answer Queues\n  Response: Success\n  Queue: {Queue}{Nothing}\n  .\n  # nothing\n"
     "  Event: Done\nend",
     "@ login\n> Action: Queues\n> Queue: a: b\n> ActionID: 9\n>\n< Response: Success\n"
     "< ActionID: 9\n< Queue: a: b\n<\n< Event: Done\n< ActionID: 9\n<"},
    {"answer-without-id",
     "answer Ping\nResponse: Success\nActionID: none\n\nResponse: Error\n"
     "ActionID: 77\nend",
     "@ login\n> Action: Ping\n> ActionID: 9\n>\n< Response: Success\n<\n< Response: Error\n"
     "< ActionID: 77\n<"},
    {"answer-bytes",
     "answer Ping\n\"raw\\n\\xff\"\nend\nanswer Ping ActionID=1\n"
     "Response: Success\n\"half\\n\"\nend",
     "@ login\n> Action: Ping\n>\n<< raw\\n\\377\n> Action: Ping\n> ActionID: 1\n>\n"
     "< Response: Success\n< ActionID: 1\n<< half\\n\\r\\n"},
    {"answer-by-header", "answer Getvar Variable=A*\nResponse: Success\nValue: 1\nend",
     "@ login\n> Action: Getvar\n> Variable: ABC\n>\n< Response: Success\n< Value: 1\n<\n"
     "> Action: Getvar\n> Variable: B\n>\n< Response: Success\n< Variable: B\n< Value: \n<"},
    {"answer-the-second", "answer 2nd Ping\nResponse: Error\nend",
     "@ login\n> Action: Ping\n>\n< Response: Success\n~ *\n~ *\n<\n> Action: Ping\n>\n"
     "< Response: Error\n<\n> Action: Ping\n>\n< Response: Success\n~ *\n~ *\n<"},
    {"last-answer-counts", "error Ping one\nerror Ping two",
     "@ login\n> Action: Ping\n>\n< Response: Error\n< Message: two\n<"},
    {"list", "list Agents Agents\nAgent: 1\n.\nEvent: Other\nAgent: 2\nend",
     "@ login\n> Action: Agents\n> ActionID: a\n>\n< Response: Success\n< ActionID: a\n"
     "< EventList: start\n< Message: List will follow\n<\n< Event: Agents\n< ActionID: a\n"
     "< Agent: 1\n<\n< Event: Other\n< ActionID: a\n< Agent: 2\n<\n< Event: AgentsComplete\n"
     "< ActionID: a\n< EventList: Complete\n< ListItems: 2\n<"},
    {"list-of-one's-own", "list Moons Moon MoonsDone Planet=Saturn\nName: Titan\nend",
     "@ login\n> Action: Moons\n> Planet: Saturn\n>\n< Response: Success\n< EventList: start\n"
     "~ *\n<\n< Event: Moon\n< Name: Titan\n<\n< Event: MoonsDone\n< EventList: Complete\n"
     "< ListItems: 1\n<\n> Action: Moons\n>\n< Response: Error\n~ *\n<"},
    {"error-and-ignore", "error Reload \"Not now\"\nignore Ping",
     "@ login\n> Action: Ping\n>\n> Action: Reload\n> ActionID: 1\n>\n< Response: Error\n"
     "< ActionID: 1\n< Message: Not now\n<"},
    {"wait-event", "",
     "@ login\n> Action: WaitEvent\n> Timeout: 0\n> ActionID: w\n>\n< Response: Success\n"
     "< ActionID: w\n< Message: Waiting for Event completed.\n<\n< Event: WaitEventComplete\n"
     "< ActionID: w\n<"},
    {"wait-event-broken-off", "",
     "@ login\n> Action: WaitEvent\n>\n@ action WaitEvent 1\n> Action: Logoff\n>\n"
     "< Response: Success\n~ *\n<\n< Event: WaitEventComplete\n<\n< Response: Goodbye\n~ *\n<"},
    {"filter", "",
     "@ login\n> Action: Filter\n> Operation: Add\n> Filter: !Door: 1\n>\n< Response: Success\n"
     "< Message: Success\n<\n> Action: UserEvent\n> UserEvent: a\n> Door: 1\n>\n"
     "< Response: Success\n~ *\n<\n> Action: UserEvent\n> UserEvent: a\n> Door: 2\n>\n"
     "< Response: Success\n~ *\n<\n< Event: UserEvent\n< Privilege: user,all\n< UserEvent: a\n"
     "< Door: 2\n<\n> Action: Filter\n> Operation: Remove\n>\n< Response: Error\n"
     "< Message: Unknown operation\n<"},
    {"filter-criteria", "",
     "@ login\n> Action: Filter\n> Operation: Add\n> MatchCriteria: "
     "action(include),name(UserEvent),header(Door),method(starts_with)\n> Filter: 1\n>\n"
     "< Response: Success\n~ *\n<\n> Action: UserEvent\n> UserEvent: a\n> Door: 23\n>\n"
     "< Response: Success\n~ *\n<\n> Action: UserEvent\n> UserEvent: b\n> Door: 12\n>\n"
     "< Response: Success\n~ *\n<\n< Event: UserEvent\n~ *\n< UserEvent: b\n< Door: 12\n<"},
    {"filter-errors", "",
     "@ login\n> Action: Filter\n> Operation: Add\n>\n< Response: Error\n"
     "< Message: Filter was formatted incorrectly.  Check the syntax of the filter given.\n<\n"
     "> Action: Filter\n> Operation: Add\n> Filter: (\n>\n< Response: Error\n"
     "< Message: Filter did not compile.  Check the syntax of the filter given.\n<\n"
     "> Action: Filter\n> Operation: Add\n> MatchCriteria: foo(bar)\n> Filter: x\n>\n"
     "< Response: Error\n"
     "< Message: Filter was formatted incorrectly.  Check the syntax of the filter given.\n<"},
    {"database-errors", "",
     "@ login\n> Action: DBGet\n> Family: a\n>\n< Response: Error\n"
     "< Message: No key specified.\n<\n> Action: DBPut\n>\n< Response: Error\n"
     "< Message: No family specified\n<\n> Action: DBDel\n> Family: a\n>\n< Response: Error\n"
     "< Message: No key specified.\n<\n> Action: DBDelTree\n>\n< Response: Error\n"
     "< Message: No family specified.\n<"},
    {"core", "",
     "@ login\n> Action: CoreStatus\n>\n< Response: Success\n~ CoreStartupDate: *-*-*\n"
     "~ CoreStartupTime: *:*:*\n~ *\n~ *\n< CoreCurrentCalls: 0\n< CoreProcessedCalls: 0\n<\n"
     "> Action: CoreSettings\n>\n< Response: Success\n< AMIversion: 11.0.0"},
    {"forbidden-by-table", "user capella galaxy write call",
     "@ login\n> Action: Reload\n>\n< Response: Error\n< Message: Permission denied\n<\n"
     "> Action: Ping\n>\n< Response: Success"},
};

/* What a user may not run is not in the list. */
static void
test_list_commands(void)
{
    g_autoptr(PbxManager) manager = manager_start("user capella galaxy write call");
    int fd = manager_connect(manager);
    gboolean has_ping = FALSE;
    gboolean has_hangup = FALSE;

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> Action: ListCommands\n>\n"
                   "< Response: Success");
    for (;;) {
        g_autofree char *line = manager_read_line(fd);

        if (*line == '\0')
            break;
        has_ping |= g_pattern_match_simple("Ping: *  (Priv: <none>)", line);
        has_hangup |= g_pattern_match_simple("Hangup: *  (Priv: system,call,all)", line);
        g_assert_false(g_str_has_prefix(line, "Command:"));
    }
    g_assert_true(has_ping && has_hangup);
    close(fd);
}

/* An event ends the wait, and is part of the answer. */
static void
test_wait_event(void)
{
    g_autoptr(PbxManager) manager = manager_start("");
    int fd = manager_connect(manager);

    manager_follow(manager, fd,
                   "< Asterisk Call Manager/11.0.0\n@ login\n> Action: WaitEvent\n> ActionID: w\n"
                   ">\n@ action WaitEvent 1");
    pbx_manager_emit(manager, "Reload", "Module", "All", NULL);
    manager_follow(manager, fd,
                   "< Response: Success\n< ActionID: w\n< Message: Waiting for Event completed.\n"
                   "<\n< Event: Reload\n< Privilege: system,all\n< Module: All\n<\n"
                   "< Event: WaitEventComplete\n< ActionID: w\n<");
    close(fd);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-actions", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/pbx/manager-actions/list-commands", test_list_commands);
    g_test_add_func("/pbx/manager-actions/wait-event-for-an-event", test_wait_event);
    return g_test_run();
}
