/* ami-connect.h - where Asterisk is, who we are there, and the way in. */

#pragma once

#include <capella/ami/client.h>

G_BEGIN_DECLS

/**
 * CapellaAmiPlace:
 *
 * What the options say of an Asterisk.
 */
typedef struct {
    char *server;
    char *configuration;
    char *host;
    int port;
    char *user;
    char *secret_file;
    gboolean has_tls;
    char *tls_authority;
    char *tls_name;
} CapellaAmiPlace;

void capella_ami_place_clear(CapellaAmiPlace *place);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapellaAmiPlace, capella_ami_place_clear)

/* The options that fill @place in. (transfer full) */
GOptionGroup *capella_ami_new_place_options(CapellaAmiPlace *place);

/* Makes a client that asks for the events of @mask; @timeout: seconds for whatever Asterisk does,
 * 0: as usual. NULL with @code set when there is something wrong, which was said. */
AmiClient *capella_ami_new_client(const CapellaAmiPlace *place, const char *mask, gdouble timeout,
                                  int *code);

/* Connects and logs in; FALSE with @code set when that fails, which was said, or when @cancellable,
 * which may be NULL, was cancelled. */
gboolean capella_ami_log_in(AmiClient *client, GCancellable *cancellable, int *code);

/* Says what went wrong and what to look at; returns the exit code that it stands for. */
int capella_ami_fail(const GError *error);

/* Seconds, as people write them; @text NULL: @seconds stays. FALSE with @code set for anything
 * else, which was said. */
gboolean capella_parse_seconds(const char *option, const char *text, gdouble *seconds, int *code);

G_END_DECLS
