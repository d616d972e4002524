/* error.c - the domain of AMI errors, and their names. */

#include <capella/ami/error.h>

/* clang-format off */
G_DEFINE_QUARK(ami-error-quark, ami_error)
/* clang-format on */

static const char *const names[] = {
    [AMI_ERROR_REFUSED] = "REFUSED",
    [AMI_ERROR_PERMISSION] = "PERMISSION",
    [AMI_ERROR_UNKNOWN_ACTION] = "UNKNOWN_ACTION",
    [AMI_ERROR_LOGIN] = "LOGIN",
    [AMI_ERROR_CONNECT] = "CONNECT",
    [AMI_ERROR_TLS] = "TLS",
    [AMI_ERROR_GREETING] = "GREETING",
    [AMI_ERROR_NOT_CONNECTED] = "NOT_CONNECTED",
    [AMI_ERROR_DISCONNECTED] = "DISCONNECTED",
    [AMI_ERROR_TIMEOUT] = "TIMEOUT",
    [AMI_ERROR_CANCELLED] = "CANCELLED",
    [AMI_ERROR_MALFORMED] = "MALFORMED",
    [AMI_ERROR_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
    [AMI_ERROR_NO_ANSWER] = "NO_ANSWER",
    [AMI_ERROR_BUSY] = "BUSY",
    [AMI_ERROR_CALL_FAILED] = "CALL_FAILED",
};

/**
 * ami_error_code_name:
 * @code: a code
 *
 * The code as one word, as it is put into logs and channel variables. Any thread.
 *
 * Returns: (transfer none): such as `NO_ANSWER`
 * Since: 0.2
 */
const char *
ami_error_code_name(AmiError code)
{
    return (gsize) code < G_N_ELEMENTS(names) ? names[code] : "UNKNOWN";
}
