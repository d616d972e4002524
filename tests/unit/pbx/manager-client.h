/* manager-client.h - a client of the simulated manager interface that follows a written
 * conversation. */

#pragma once

#include "pbx/manager.h"

/* A conversation, and the script of the manager that it is with. */
typedef struct {
    const char *name;
    const char *script;
    const char *conversation;
} ManagerCase;

/* Adds a test for each conversation, below @path. */
void manager_add(const char *path, const ManagerCase *cases, gsize n_cases);

/* Starts a manager; a script that is wrong fails the test. */
PbxManager *manager_start(const char *script);

/* Connects to it, with a plain socket that gives up reading after a minute. */
int manager_connect(PbxManager *manager);

/*
 * Does what the conversation says, line by line:
 *
 *     > Action: Ping       sends this line, with CR LF
 *     >> Action            sends these bytes; \r, \n and \xHH are meant as in scripts
 *     < Response: Success  wants this line, with CR LF, byte for byte
 *     << bytes             wants these bytes
 *     ~ Uptime: *          wants a line like this
 *     % Event: Hangup      reads on up to this line
 *     . end                wants the end
 *     . reset              wants a connection that was reset
 *     @ login              logs in: short for the lines of a plain login and FullyBooted
 *     @ action NAME N      waits until the manager has seen so many actions of a name
 *     @ read LINES         has the manager read a line of a script
 */
void manager_follow(PbxManager *manager, int fd, const char *conversation);

/* Sends a text, and reads up to its last line: for what conversations cannot say. */
void manager_send(int fd, const char *text);
char *manager_read_line(int fd);
