/* asterisk.h - Asterisk's part of a call: the environment block and the answers to commands. */

#pragma once

#include <glib.h>

/**
 * AsteriskEnvironment:
 * @block: the whole block, with its empty line
 * @length: bytes in @block
 * @ends: (element-type gsize): where each piece that is sent at once ends
 *
 * The environment, ready to be sent again and again; each call gets a number of its own.
 */
typedef struct {
    char *block;
    gsize length;
    GArray *ends;
    gsize channel_number;
    gsize unique_number;
} AsteriskEnvironment;

AsteriskEnvironment *asterisk_environment_new(const char *url, const char *script, guint segments);
void asterisk_environment_set_number(AsteriskEnvironment *environment, guint number);
void asterisk_environment_free(AsteriskEnvironment *environment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AsteriskEnvironment, asterisk_environment_free)

/**
 * AsteriskAnswer:
 * @ASTERISK_ANSWERED: the reply says it all
 * @ASTERISK_HUNG_UP: behind the reply comes the line HANGUP
 * @ASTERISK_FAILED: the server gave the call up with a `failure` line; there is no reply
 */
typedef enum { ASTERISK_ANSWERED, ASTERISK_HUNG_UP, ASTERISK_FAILED } AsteriskAnswer;

AsteriskAnswer asterisk_answer(const char *command, gsize length, GString *reply);
