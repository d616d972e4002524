/* notify.c - telling systemd how the daemon is; nothing where there is no systemd. */

#include "capellad/notify.h"

#include "config.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

static void
notify(const char *state)
{
    int code = sd_notify(0, state);

    if (code < 0)
        g_info("systemd cannot be told \"%s\": %s", state, g_strerror(-code));
}
#else
static void
notify(G_GNUC_UNUSED const char *state)
{
}
#endif

void
notify_ready(void)
{
    notify("READY=1\nSTATUS=Serving calls");
}

void
notify_stopping(void)
{
    notify("STOPPING=1\nSTATUS=Waiting for running calls to end");
}
