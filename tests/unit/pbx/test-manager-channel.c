/* test-manager-channel.c - channels of the simulated manager interface: lists, variables, hangup.
 */

#include "manager-client.h"
#include <unistd.h>

#define SNAPSHOT(STATE, DESCRIPTION)                                                               \
    "< Channel: PJSIP/a-1\n< ChannelState: " STATE "\n< ChannelStateDesc: " DESCRIPTION "\n"       \
    "< CallerIDNum: 100\n< CallerIDName: <unknown>\n< ConnectedLineNum: <unknown>\n"               \
    "< ConnectedLineName: <unknown>\n< Language: en\n< AccountCode: \n< Context: default\n"        \
    "< Exten: s\n< Priority: 1\n< Uniqueid: 1.1\n< Linkedid: 1.1\n"

#define SCRIPT "channel PJSIP/a-1 1.1 CallerIDNum=100 Application=Dial Variable=A=b=c\n"

static const ManagerCase cases[] = {
    {"status", SCRIPT,
     "@ login\n> Action: Status\n> Variables: A,B\n> ActionID: 4\n>\n< Response: Success\n"
     "< ActionID: 4\n< EventList: start\n< Message: Channel status will follow\n<\n"
     "< Event: Status\n< Privilege: Call\n" SNAPSHOT(
         "6",
         "Up") "< Type: PJSIP\n< DNID: \n"
               "< EffectiveConnectedLineNum: <unknown>\n< EffectiveConnectedLineName: <unknown>\n"
               "< TimeToHangup: 0\n< BridgeID: \n< Application: Dial\n< Data: \n% Pickupgroup: 0\n"
               "~ Seconds: *\n< Variable: A=b=c\n< Variable: B=(null)\n< ActionID: 4\n<\n"
               "< Event: StatusComplete\n< ActionID: 4\n< EventList: Complete\n< ListItems: 1\n< "
               "Items: 1\n<"},
    {"status-of-one", SCRIPT "channel PJSIP/b-1 1.2",
     "@ login\n> Action: Status\n> Channel: pjsip/A-1\n>\n% Uniqueid: 1.1\n"
     "% Event: StatusComplete\n< EventList: Complete\n< ListItems: 1\n< Items: 1\n<\n"
     "> Action: Status\n> Channel: nobody\n>\n< Response: Error\n< Message: No such channel\n<"},
    {"show-channels", SCRIPT,
     "@ login\n> Action: CoreShowChannels\n> ActionID: 5\n>\n< Response: Success\n< ActionID: 5\n"
     "< EventList: start\n< Message: Channels will follow\n<\n< Event: CoreShowChannel\n"
     "< ActionID: 5\n" SNAPSHOT("6", "Up") "< Application: Dial\n< ApplicationData: \n"
                                           "~ Duration: 00:00:*\n< BridgeId: \n<\n< Event: "
                                           "CoreShowChannelsComplete\n< ActionID: 5\n"
                                           "< EventList: Complete\n< ListItems: 1\n<"},
    {"variables", SCRIPT "variable G 1\ndatabase a b c",
     "@ login\n> Action: Events\n> EventMask: off\n>\n% \n> Action: Getvar\n> Channel: PJSIP/a-1\n"
     "> Variable: A\n> ActionID: g\n>\n< Response: Success\n< ActionID: g\n< Variable: A\n"
     "< Value: b=c\n<\n> Action: Getvar\n> Channel: PJSIP/a-1\n> Variable: CALLERID(num)\n>\n"
     "< Response: Success\n< Variable: CALLERID(num)\n< Value: 100\n<\n> Action: Getvar\n"
     "> Variable: G\n>\n< Response: Success\n< Variable: G\n< Value: 1\n<\n> Action: Getvar\n"
     "> Variable: DB(a/b)\n>\n< Response: Success\n< Variable: DB(a/b)\n< Value: c\n<\n"
     "> Action: Getvar\n> Variable: nothing)\n>\n< Response: Success\n< Variable: nothing)\n"
     "< Value: \n<\n> Action: Getvar\n> Channel: x\n> Variable: A\n>\n< Response: Error\n"
     "< Message: No such channel\n<\n> Action: Getvar\n>\n< Response: Error\n"
     "< Message: No variable specified\n<"},
    {"setvar", SCRIPT,
     "@ login\n> Action: Setvar\n> Channel: 1.1\n> Variable: A\n> Value: x y\n>\n"
     "< Response: Success\n< Message: Variable Set\n<\n< Event: VarSet\n"
     "< Privilege: dialplan,all\n" SNAPSHOT(
         "6",
         "Up") "< Variable: A\n< Value: x y\n<\n"
               "> Action: Getvar\n> Channel: PJSIP/a-1\n> Variable: A\n>\n< Response: Success\n"
               "< Variable: A\n< Value: x y\n<\n> Action: Setvar\n> Variable: G\n> Value: 1\n>\n"
               "< Response: Success\n< Message: Variable Set\n<\n< Event: VarSet\n"
               "< Privilege: dialplan,all\n< Channel: none\n< Uniqueid: none\n< Variable: G\n< "
               "Value: 1\n<\n"
               "> Action: Setvar\n>\n< Response: Error\n< Message: No variable specified\n<\n"
               "> Action: Setvar\n> Channel: x\n> Variable: A\n>\n< Response: Error\n"
               "< Message: No such channel\n<"},
    {"hangup", SCRIPT,
     "@ login\n> Action: Hangup\n> Channel: PJSIP/nobody-0\n> ActionID: h-5\n>\n< Response: Error\n"
     "< ActionID: h-5\n< Message: No such channel\n<\n> Action: Hangup\n> Channel: PJSIP/a-1\n"
     "> Cause: 17\n>\n< Response: Success\n< Message: Channel Hungup\n<\n"
     "< Event: SoftHangupRequest\n< Privilege: call,all\n" SNAPSHOT(
         "6", "Up") "< Cause: 17\n<\n"
                    "< Event: Hangup\n< Privilege: call,all\n" SNAPSHOT(
                        "6", "Up") "< Cause: 17\n"
                                   "< Cause-txt: User busy\n<\n> Action: Status\n>\n% Items: 0\n<"},
    {"hangup-by-script", SCRIPT "hangup PJSIP/a-1 after Ping",
     "@ login\n> Action: Ping\n>\n< Response: Success\n~ *\n~ *\n<\n< Event: SoftHangupRequest\n"
     "% Event: Hangup\n% Cause: 16\n< Cause-txt: Normal Clearing\n<"},
};

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    manager_add("/pbx/manager-channel", cases, G_N_ELEMENTS(cases));
    return g_test_run();
}
