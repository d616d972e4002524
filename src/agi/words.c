/* words.c - commands in words of the user's own, and lines of programs that speak AGI themselves.
 */

#include <config.h>

#include "agi/exchange.h"
#include "agi/quote.h"

#include <string.h>

#define MAXIMUM_WORDS 127

/* --- Commands in words --- */

typedef struct {
    const char *name;
    const AgiCommandRow *row; /* NULL: not in the table */
    gsize n_words;
    gint64 limit_argument;
} Words;

static gsize
count_words(const char *text)
{
    gsize n_words = 0;

    for (const char *at = text; *at != '\0'; at++)
        n_words += *at != ' ' && (at == text || at[-1] == ' ');
    return n_words;
}

static gboolean
begin_words(AgiCall *call, Words *words, const char *command, GError **error)
{
    words->name = command;
    words->row = agi_command_find(command, strlen(command));
    words->n_words = count_words(command);
    words->limit_argument = -1;
    if (words->n_words == 0 || strpbrk(command, "\r\n") != NULL ||
        g_ascii_strncasecmp(command, "failure", strlen("failure")) == 0) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT, "\"%.64s\" is no command",
                    command);
        return FALSE;
    }
    if (!agi_exchange_prepare(call, command, words->row == NULL || words->row->runs_when_dead,
                              error))
        return FALSE;
    agi_line_begin(call, command);
    return TRUE;
}

static gboolean
append_word(AgiCall *call, Words *words, gsize i, const char *text, GError **error)
{
    const AgiCommandRow *row = words->row;

    if (row != NULL && i == row->limit_argument && strlen(words->name) == strlen(row->name))
        words->limit_argument = g_ascii_strtoll(text, NULL, 10);
    words->n_words++;
    return agi_line_append_text(call, words->name, i, text, error);
}

/* Hands the reply's texts out as copies that stay until the next command in words. */
static void
hand_out(AgiCall *call, const AgiParts *parts, AgiReply *reply)
{
    gsize result, value, trailing;

    if (call->parts == NULL)
        call->parts = g_string_sized_new(parts->length * 2);
    g_string_truncate(call->parts, 0);
    g_string_append_len(call->parts, parts->text, (gssize) parts->length + 1);
    result = call->parts->len;
    g_string_append_len(call->parts, parts->result, (gssize) parts->result_length);
    g_string_append_c(call->parts, '\0');
    value = call->parts->len;
    if (parts->value != NULL)
        g_string_append_len(call->parts, parts->value, (gssize) parts->value_length);
    g_string_append_c(call->parts, '\0');
    trailing = call->parts->len;
    g_string_append(call->parts, parts->trailing);
    reply->code = parts->code;
    reply->text = call->parts->str;
    reply->result = call->parts->str + result;
    reply->value = parts->value != NULL ? call->parts->str + value : NULL;
    reply->trailing = call->parts->str + trailing;
}

static gboolean
run_words(AgiCall *call, const Words *words, AgiReply *reply, GError **error)
{
    const AgiCommandRow *row = words->row;
    AgiExchange exchange = {.call = call,
                            .name = words->name,
                            .form = row != NULL ? row->form : AGI_FORM_ANY,
                            .limit = agi_exchange_get_limit(call, row, words->limit_argument)};
    AgiParts parts;

    if (words->n_words > MAXIMUM_WORDS) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "%.64s: Asterisk takes no more than %d words", words->name, MAXIMUM_WORDS);
        return FALSE;
    }
    if (!agi_line_check_length(call, words->name, error) ||
        !agi_exchange_run(&exchange, row, &parts, error) ||
        !agi_exchange_judge(&exchange, row, &parts, error))
        return FALSE;
    if (reply != NULL)
        hand_out(call, &parts, reply);
    return TRUE;
}

/**
 * agi_command:
 * @call: the call
 * @reply: (out caller-allocated) (optional): the reply; its texts are good until the next command
 * @error: return location for a #GError, or %NULL
 * @command: the command's words, sent as they are, such as `"DATABASE GET"`
 * @...: its arguments as strings, each sent in quotes; %NULL at the end
 *
 * Runs any AGI command: one that has no function of its own, or one of a module that is not part
 * of Asterisk. A command that the library knows is judged and timed as its own function does it:
 * what that function calls a failure is one here. Of others every reply of the 200s is a success,
 * and they have no time limit but the call's. Blocks; call it from the thread that serves @call.
 *
 * |[<!-- language="C" -->
 * AgiReply reply;
 *
 * if (agi_command(call, &reply, error, "DATABASE GET", "prices", "small", NULL) &&
 *     reply.value != NULL)
 *     say_price(call, reply.value);
 * ]|
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to any #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_command(AgiCall *call, AgiReply *reply, GError **error, const char *command, ...)
{
    Words words;
    gboolean is_fit;
    const char *argument;
    va_list arguments;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(command != NULL, FALSE);

    is_fit = begin_words(call, &words, command, error);
    va_start(arguments, command);
    for (gsize i = 0; is_fit && (argument = va_arg(arguments, const char *)) != NULL; i++)
        is_fit = append_word(call, &words, i, argument, error);
    va_end(arguments);
    return is_fit && run_words(call, &words, reply, error);
}

/**
 * agi_command_array:
 * @call: the call
 * @reply: (out caller-allocated) (optional): the reply; its texts are good until the next command
 * @error: return location for a #GError, or %NULL
 * @command: the command's words, sent as they are
 * @arguments: (array length=n_arguments): its arguments, each sent in quotes
 * @n_arguments: how many there are; @command and they may be 127 words
 *
 * agi_command() for arguments that are in an array.
 *
 * Returns: %TRUE if the command ran; %FALSE with @error set to any #AgiError if it did not
 * Since: 0.1
 */
gboolean
agi_command_array(AgiCall *call, AgiReply *reply, GError **error, const char *command,
                  const char *const *arguments, gsize n_arguments)
{
    Words words;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(command != NULL, FALSE);
    g_return_val_if_fail(arguments != NULL || n_arguments == 0, FALSE);

    if (!begin_words(call, &words, command, error))
        return FALSE;
    for (gsize i = 0; i < n_arguments; i++)
        if (!append_word(call, &words, i, arguments[i], error))
            return FALSE;
    return run_words(call, &words, reply, error);
}

/* --- Lines of other programs --- */

static gboolean
check_foreign_line(AgiCall *call, const char *line, gsize length, GError **error)
{
    g_auto(GStrv) words = NULL;

    if (memchr(line, '\n', length) != NULL || memchr(line, '\0', length) != NULL) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "the command line holds LF or NUL, which AGI cannot carry");
        return FALSE;
    }
    words = agi_split_words(line, length);
    if (g_strv_length(words) > MAXIMUM_WORDS) {
        g_set_error(error, AGI_ERROR, AGI_ERROR_INVALID_ARGUMENT,
                    "the command line has more than %d words", MAXIMUM_WORDS);
        return FALSE;
    }
    agi_line_begin(call, "");
    g_string_append_len(call->line, line, (gssize) length);
    return agi_line_check_length(call, "the program's command", error);
}

/**
 * agi_call_forward:
 * @call: the call
 * @line: a command line as another program wrote it, without its LF
 * @length: bytes in @line
 * @replies: what Asterisk answered is appended to it, line by line, each with LF: the reply, with
 *   interim lines and usage blocks, and the HANGUP line if it came
 * @error: return location for a #GError, or %NULL
 *
 * Passes on a line of a program that speaks AGI itself, and takes what Asterisk answers, whatever
 * it is: a refused command is a success here. Lines that would upset Asterisk are not sent: such
 * with NUL, with more than 127 words, or longer than Asterisk reads. Blocks; call it from the
 * thread that serves @call.
 *
 * Returns: %TRUE if there is a reply; %FALSE with @error set to %AGI_ERROR_HANGUP,
 *   %AGI_ERROR_INVALID_ARGUMENT or another #AgiError if there is none
 * Since: 0.1
 */
gboolean
agi_call_forward(AgiCall *call, const char *line, gsize length, GString *replies, GError **error)
{
    const AgiCommandRow *row;
    AgiExchange exchange = {.call = call, .copy = replies};
    gboolean was_hung_up;
    AgiParts reply;

    g_return_val_if_fail(call != NULL, FALSE);
    g_return_val_if_fail(line != NULL || length == 0, FALSE);
    g_return_val_if_fail(replies != NULL, FALSE);

    if (length == 0)
        line = "";
    was_hung_up = call->is_hung_up;
    row = agi_command_find(line, length);
    exchange.name = row != NULL ? row->name : "the program's command";
    exchange.form = row != NULL ? row->form : AGI_FORM_ANY;
    exchange.limit = agi_exchange_get_limit(call, row, -1);
    if (!agi_exchange_prepare(call, exchange.name, TRUE, error) ||
        !check_foreign_line(call, line, length, error))
        return FALSE;
    if (call->is_hung_up && !was_hung_up)
        g_string_append(replies, "HANGUP\n");
    return agi_exchange_run(&exchange, row, &reply, error);
}
