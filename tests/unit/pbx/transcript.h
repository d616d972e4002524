/* transcript.h - a server that follows a written conversation, for tests of the simulated PBX. */

#pragma once

#include "pbx/call.h"

/* A session: what the script says, what is said on the wire, and what becomes of it. @place is
 * where the dialplan goes on, NULL when the channel is hung up. */
typedef struct {
    const char *name;
    const char *script;
    const char *conversation;
    const char *status;
    const char *place;
} TranscriptCase;

/* Where the dialplan goes on after a session that changes nothing. */
#define TRANSCRIPT_NEXT "default,s,2"

/* Adds a test for each session, below @path. */
void transcript_add(const char *path, const TranscriptCase *cases, gsize n_cases);

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

/* The server's side alone, on a socket of its own that is closed at the end; without `@`. */
void transcript_serve(int fd, const char *conversation);
