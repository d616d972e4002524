/* ask.h - a question on the terminal whose answer is not shown. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks on the terminal, whatever standard input is. NULL where there is no terminal, or nothing was
 * answered. Wipe it with capella_secret_free(). (transfer full) */
char *capella_ask_secret(const char *question);
void capella_secret_free(char *secret);

G_END_DECLS
