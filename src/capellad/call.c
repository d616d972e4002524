/* call.c - one call on its way through the daemon, from the acceptor to its worker. */

#include "capellad/call.h"

#include <unistd.h>

Call *
call_new(guint64 id, int fd, AgiEnvironment *environment, const char *rest, gsize rest_length,
         Configuration *configuration)
{
    Call *call = g_new0(Call, 1);

    call->id = id;
    call->fd = fd;
    call->environment = environment;
    call->rest_length = rest_length;
    if (rest_length > 0)
        call->rest = g_memdup2(rest, rest_length);
    call->configuration = configuration_ref(configuration);
    call->log.id = id;
    call->log.unique_id = agi_environment_get_unique_id(environment);
    call->log.channel = agi_environment_get_channel(environment);
    call->log.extension = agi_environment_get_extension(environment);
    call->link.data = call;
    return call;
}

void
call_free(Call *call)
{
    if (call == NULL)
        return;
    if (call->route != NULL)
        route_leave(call->route);
    if (call->fd >= 0)
        close(call->fd);
    g_clear_pointer(&call->asterisk, asterisk_unref);
    agi_environment_unref(call->environment);
    configuration_unref(call->configuration);
    g_free(call->rest);
    g_free(call->peer);
    g_free(call);
}
