/* target.h - where a simulated call goes: agi://, hagi:// or unix:, and connecting to it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The port of FastAGI. */
#define PBX_DEFAULT_PORT "4573"

/** How long Asterisk tries each address of a host, in seconds. */
#define PBX_CONNECT_TIMEOUT 2.0

/**
 * PbxTarget:
 * @url: what stands in AGI() in front of the first comma
 * @host: (nullable): the host, without brackets
 * @port: (nullable): the port
 * @socket: (nullable): the path of a Unix socket instead
 * @path: what follows the host, without the slash in front; may be empty
 * @arguments: what follows the first comma
 *
 * A FastAGI server, and what is asked of it.
 */
typedef struct {
    char *url;
    char *host;
    char *port;
    char *socket;
    char *path;
    char **arguments;
} PbxTarget;

PbxTarget *pbx_target_new(const char *text, GError **error);
void pbx_target_free(PbxTarget *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxTarget, pbx_target_free)

char *pbx_target_dup_extension(const PbxTarget *target);
int pbx_target_connect(const PbxTarget *target, GError **error);

G_END_DECLS
