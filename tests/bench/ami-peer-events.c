/* ami-peer-events.c - a block of realistic events, 15 to 25 headers each. */

#include "ami-peer-events.h"
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

enum { LARGEST_EVENT = 2048 };

/* What a busy Asterisk says of a call, in the order of a call; %1$u counts the calls. Each line has
 * the events of one kind, and behind the channel's own headers what is particular to it. */
static const char *const kinds[][2] = {
    {"Newchannel", ""},
    {"VarSet", "Variable: SIPCALLID\r\nValue: 3c26700d4a41-q7c1p0\r\n"},
    {"Newexten", "Extension: 100\r\nApplication: Set\r\nAppData: CHANNEL(language)=en\r\n"},
    {"Newexten", "Extension: 100\r\nApplication: AGI\r\nAppData: agi://10.0.0.5/route,1,2\r\n"},
    {"Newstate", ""},
    {"VarSet", "Variable: AGISTATUS\r\nValue: SUCCESS\r\n"},
    {"NewConnectedLine", ""},
    {"BridgeEnter", "BridgeUniqueid: 0b6fbd80-62a9-4f65-9d0c-2ed9a71a1b5e\r\n"
                    "BridgeType: basic\r\nBridgeTechnology: simple_bridge\r\n"
                    "BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\n"
                    "BridgeNumChannels: 2\r\nBridgeVideoSourceMode: none\r\n"},
    {"DTMFEnd", "Digit: 5\r\nDurationMs: 120\r\nDirection: Received\r\n"},
    {"Hangup", "Cause: 16\r\nCause-txt: Normal Clearing\r\n"},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static size_t
write_event(char *room, unsigned int number)
{
    const char *const *kind = kinds[number % KINDS];
    unsigned int call = number / KINDS;

    return (size_t) snprintf(
        room, LARGEST_EVENT,
        "Event: %s\r\nPrivilege: call,all\r\nChannel: PJSIP/trunk-%08x\r\nChannelState: 6\r\n"
        "ChannelStateDesc: Up\r\nCallerIDNum: 555%07u\r\nCallerIDName: Caller %u\r\n"
        "ConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\n"
        "AccountCode: \r\nContext: incoming\r\nExten: 100\r\nPriority: %u\r\n"
        "Uniqueid: 1795433707.%u\r\nLinkedid: 1795433707.%u\r\n%s\r\n",
        kind[0], call, call, call, number % KINDS + 1, 2 * call, 2 * call, kind[1]);
}

EventBlock *
event_block_new(void)
{
    EventBlock *block = calloc(1, sizeof *block);

    if (block == NULL || (block->bytes = malloc((size_t) BLOCK_EVENTS * LARGEST_EVENT)) == NULL) {
        perror("no memory for events");
        exit(EXIT_FAILURE);
    }
    for (unsigned int i = 0; i < BLOCK_EVENTS; i++)
        block->length = block->ends[i + 1] =
            block->length + write_event(block->bytes + block->length, i);
    block->events = BLOCK_EVENTS;
    return block;
}

void
event_block_free(EventBlock *block)
{
    free(block->bytes);
    free(block);
}
