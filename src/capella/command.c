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

/* Warnings of our own are for people; the library's own are said as errors by whoever called it. */
static GLogWriterOutput
write_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    const char *domain = NULL;
    const char *message = NULL;

    if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0 ||
        g_getenv("G_MESSAGES_DEBUG") != NULL)
        return g_log_writer_default(level, fields, n_fields, data);
    for (gsize i = 0; i < n_fields; i++) {
        if (g_str_equal(fields[i].key, "GLIB_DOMAIN"))
            domain = fields[i].value;
        else if (g_str_equal(fields[i].key, "MESSAGE"))
            message = fields[i].value;
    }
    if ((level & G_LOG_LEVEL_WARNING) != 0 && g_strcmp0(domain, "capella") == 0)
        capella_fail(EX_OK, "%s", message);
    return G_LOG_WRITER_HANDLED;
}

void
capella_set_up_log(void)
{
    g_log_set_writer_func(write_log, NULL, NULL);
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
