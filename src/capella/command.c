/* command.c - what the command line's subcommands share: options and errors. */

#include "capella/command.h"
#include "capella/text.h"
#include <stdarg.h>

/* Says in a sentence what is wrong; returns @code, so that it can be returned at once. The sentence
 * may hold what others sent. */
int
capella_fail(int code, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *printable = NULL;
    va_list list;

    va_start(list, format);
    text = g_strdup_vprintf(format, list);
    va_end(list);
    printable = capella_text_make_lines_printable(text);
    g_printerr("capella: %s\n", printable);
    return code;
}

/* Reads the options; FALSE with the exit code set when there is nothing left to do. */
gboolean
capella_parse_options(GOptionContext *context, int *argc, char ***argv, int *code)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup((*argv)[0]);
    gboolean is_help = FALSE;

    for (int i = 1; i < *argc; i++)
        is_help |= g_str_equal((*argv)[i], "--help") || g_str_equal((*argv)[i], "-h");
    g_option_context_set_help_enabled(context, FALSE);
    if (is_help) {
        g_autofree char *help = g_option_context_get_help(context, FALSE, NULL);

        g_print("%s", help);
        *code = EX_OK;
        return FALSE;
    }
    if (g_option_context_parse(context, argc, argv, &error))
        return TRUE;
    *code = capella_fail(EX_USAGE, "%s; see capella %s --help", error->message, name);
    return FALSE;
}
