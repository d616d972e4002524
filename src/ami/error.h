/* error.h - what can go wrong between us and a manager interface, as GError codes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AMI_ERROR:
 *
 * Error domain of everything that fails on an #AmiClient. Codes are of type #AmiError.
 */
#define AMI_ERROR (ami_error_quark())

GQuark ami_error_quark(void);

/**
 * AmiError:
 * @AMI_ERROR_REFUSED: Asterisk answered `Response: Error`; the message is Asterisk's own
 * @AMI_ERROR_PERMISSION: the user may not run the action
 * @AMI_ERROR_UNKNOWN_ACTION: this Asterisk has no such action, or its module is not loaded
 * @AMI_ERROR_LOGIN: the user or the secret is wrong, or the user is not let in from here
 * @AMI_ERROR_CONNECT: nobody answers at that address, or the host is unknown
 * @AMI_ERROR_TLS: the certificate is not the one that was to be expected, or TLS failed
 * @AMI_ERROR_GREETING: somebody answers, who is no Asterisk or does not greet in time
 * @AMI_ERROR_NOT_CONNECTED: there is no logged-in connection at the moment; nothing was sent
 * @AMI_ERROR_DISCONNECTED: the connection was lost before the answer came: whether the action was
 *   carried out is unknown
 * @AMI_ERROR_TIMEOUT: the answer did not come in time
 * @AMI_ERROR_CANCELLED: the caller's #GCancellable was cancelled
 * @AMI_ERROR_MALFORMED: what came is no AMI, or passes the limits on lines and messages
 * @AMI_ERROR_INVALID_ARGUMENT: a header that the wire cannot carry, or a required one that is
 *   missing; nothing was sent
 * @AMI_ERROR_NO_ANSWER: an originated call rang and was not answered in time
 * @AMI_ERROR_BUSY: an originated call met a busy line
 * @AMI_ERROR_CALL_FAILED: an originated call failed in another way: no such place, congestion, or
 *   hung up
 *
 * Why an action did not give a result.
 */
typedef enum {
    AMI_ERROR_REFUSED,
    AMI_ERROR_PERMISSION,
    AMI_ERROR_UNKNOWN_ACTION,
    AMI_ERROR_LOGIN,
    AMI_ERROR_CONNECT,
    AMI_ERROR_TLS,
    AMI_ERROR_GREETING,
    AMI_ERROR_NOT_CONNECTED,
    AMI_ERROR_DISCONNECTED,
    AMI_ERROR_TIMEOUT,
    AMI_ERROR_CANCELLED,
    AMI_ERROR_MALFORMED,
    AMI_ERROR_INVALID_ARGUMENT,
    AMI_ERROR_NO_ANSWER,
    AMI_ERROR_BUSY,
    AMI_ERROR_CALL_FAILED,
} AmiError;

const char *ami_error_code_name(AmiError code);

G_END_DECLS
