/* scripts.h - what the floors say in a call: the bytes that the handlers of handlers.c send. */

#pragma once

#include <stddef.h>

typedef struct {
    const char *name;
    const char *const *commands; /* each with its LF; NULL at the end */
} Script;

const Script *script_find(const char *name, size_t length);
const Script *script_of_environment(const char *environment, size_t length);
