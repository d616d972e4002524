/* ami-peer-events.h - a block of realistic events, 15 to 25 headers each. */

#pragma once

#include <stddef.h>

enum { BLOCK_EVENTS = 5000 };

/* @ends: where each event begins; the last is where the block ends. */
typedef struct {
    char *bytes;
    size_t length;
    long events;
    size_t ends[BLOCK_EVENTS + 1];
} EventBlock;

EventBlock *event_block_new(void);
void event_block_free(EventBlock *block);
