/* error.c - the domain of AGI errors, and questions to ask of one. */

#include <capella/agi/error.h>

/* clang-format off */
G_DEFINE_QUARK(agi-error-quark, agi_error)
/* clang-format on */

/**
 * agi_error_is:
 * @error: (nullable): an error
 * @classes: sets of codes, made with AGI_ERROR_CLASS() and joined with `|`
 *
 * Whether @error is an AGI error of one of @classes. Any thread.
 *
 * Returns: %TRUE if it is; %FALSE if not, or if it is of another domain, or %NULL
 */
gboolean
agi_error_is(const GError *error, AgiErrorClass classes)
{
    return error != NULL && error->domain == AGI_ERROR &&
           (classes & AGI_ERROR_CLASS(error->code)) != 0;
}

/**
 * agi_error_code_name:
 * @code: a code
 *
 * The code as one word, as it is put into channel variables and logs. Any thread.
 *
 * Returns: (transfer none): such as `HANGUP`
 */
const char *
agi_error_code_name(AgiError code)
{
    switch (code) {
    case AGI_ERROR_HANGUP:
        return "HANGUP";
    case AGI_ERROR_UNKNOWN_COMMAND:
        return "UNKNOWN_COMMAND";
    case AGI_ERROR_USAGE:
        return "USAGE";
    case AGI_ERROR_FAILURE:
        return "FAILURE";
    case AGI_ERROR_NO_APPLICATION:
        return "NO_APPLICATION";
    case AGI_ERROR_TIMEOUT:
        return "TIMEOUT";
    case AGI_ERROR_CANCELLED:
        return "CANCELLED";
    case AGI_ERROR_CONNECTION:
        return "CONNECTION";
    case AGI_ERROR_MALFORMED:
        return "MALFORMED";
    case AGI_ERROR_INVALID_ARGUMENT:
        return "INVALID_ARGUMENT";
    }
    return "UNKNOWN";
}
