/* listener.h - what both floors begin with: a listening socket on loopback, and their port. */

#pragma once

/* Far above what a call's environment takes. */
enum { ENVIRONMENT_SIZE = 4096 };

int listener_open(int argc, char *argv[], int flags);
