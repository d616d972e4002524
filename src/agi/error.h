/* error.h - what can go wrong in a conversation with Asterisk, as GError codes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AGI_ERROR:
 *
 * Error domain of everything that fails on an #AgiCall. Codes are of type #AgiError.
 */
#define AGI_ERROR (agi_error_quark())

GQuark agi_error_quark(void);

/**
 * AgiError:
 * @AGI_ERROR_HANGUP: the caller is gone. One code for every shape of it: the `HANGUP` line, a
 *   result of `(hangup)`, -1 from a channel that turns out to be dead, reply 511, and a
 *   connection that Asterisk closed
 * @AGI_ERROR_UNKNOWN_COMMAND: reply 510: this Asterisk has no such command, or its module is not
 *   loaded
 * @AGI_ERROR_USAGE: reply 520: wrong arguments; the message carries the usage text where Asterisk
 *   sent one
 * @AGI_ERROR_FAILURE: the command ran and failed on a live channel: a missing file, a missing
 *   label, no such speech engine
 * @AGI_ERROR_NO_APPLICATION: `EXEC` of an application that this Asterisk does not have
 * @AGI_ERROR_TIMEOUT: the deadline of the command or of the call has passed
 * @AGI_ERROR_CANCELLED: agi_call_cancel() was called, mostly by another thread
 * @AGI_ERROR_CONNECTION: the connection broke in the middle of a reply, or the network failed
 * @AGI_ERROR_MALFORMED: Asterisk, or whoever is at the other end, sent what is no reply
 * @AGI_ERROR_INVALID_ARGUMENT: an argument that the wire cannot carry (LF, NUL, or too long);
 *   nothing was sent
 *
 * Why a command did not give a result.
 */
typedef enum {
    AGI_ERROR_HANGUP,
    AGI_ERROR_UNKNOWN_COMMAND,
    AGI_ERROR_USAGE,
    AGI_ERROR_FAILURE,
    AGI_ERROR_NO_APPLICATION,
    AGI_ERROR_TIMEOUT,
    AGI_ERROR_CANCELLED,
    AGI_ERROR_CONNECTION,
    AGI_ERROR_MALFORMED,
    AGI_ERROR_INVALID_ARGUMENT,
} AgiError;

/**
 * AgiErrorClass:
 *
 * Sets of error codes, for agi_error_is() and agi_jump_on_error(): bit n stands for code n.
 */
typedef guint AgiErrorClass;

#define AGI_ERROR_CLASS(code) (1u << (code))
#define AGI_ERROR_CLASS_ANY   (~0u)

gboolean agi_error_is(const GError *error, AgiErrorClass classes);
const char *agi_error_code_name(AgiError code);

G_END_DECLS
