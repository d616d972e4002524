/* transcript.h - a server that follows a written conversation, for tests of the simulated PBX. */

#pragma once

#include "pbx/call.h"

/*
 * Runs a call by @script_text over a socket pair. At the other end a thread does what
 * @conversation says, line by line:
 *
 *     > ANSWER            sends this line
 *     < 200 result=0      wants this line, byte for byte
 *     > NOOP\n> NOOP      is two lines; "+" in place of ">" holds a line back, to be sent in one
 *                         piece with the next one
 *     = close             closes, = reset with bytes unread, = half ends its own side
 *     . end               wants the end of what the PBX sends
 *     @ command           waits until the PBX has begun with the command sent last
 *
 * When the conversation is over, it ends its side and wants the HANGUP of a normal end.
 */
PbxResult *transcript_run(const char *script_text, const char *conversation);

/* The same with the server's last word left out: it wants nothing at the end. */
PbxResult *transcript_run_to_end(const char *script_text, const char *conversation);
