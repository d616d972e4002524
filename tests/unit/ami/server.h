/* server.h - a client that is logged in to a simulated manager interface. */

#pragma once

#include "pbx/manager.h"

#include <capella/ami/client.h>

typedef struct {
    PbxManager *manager;
    AmiClient *client;
} Server;

/* Begins with a script. The client's work is done while this thread waits for something of it. */
void server_begin(Server *server, const char *script);
void server_end(Server *server);

/* Lets the client work until a flag is set. */
void server_run_until(const gboolean *flag);
