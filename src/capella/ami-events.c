/* ami-events.c - `capella ami events`: follows events as they come, through lost connections too.
 */

#include "capella/ami-events.h"
#include "capella/ami-event.h"
#include "capella/command.h"
#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

/* A run of it. */
typedef struct {
    const CapellaAmiFollowing *following;
    AmiClient *client;
    GMainLoop *loop;
    GCancellable *cancellable; /* of what is waited for before the loop runs */
    guint n_shown;
    gboolean is_lost;
    gboolean is_ended;
    int code;
} Follower;

static void
end(Follower *self, int code)
{
    self->is_ended = TRUE;
    self->code = code;
    g_cancellable_cancel(self->cancellable);
    g_main_loop_quit(self->loop);
}

static char *
format(const Follower *self, AmiMessage *event)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = NULL;

    if (self->following->look.form != CAPELLA_AMI_JSON)
        return capella_ami_format_event(event, now, self->following->is_short,
                                        &self->following->look);
    time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%f%:z");
    return capella_ami_message_to_json(event, time);
}

/* Whoever reads what we say may go away: that is an end like any other. */
static void
check_output(Follower *self)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return;
    end(self,
        errno == EPIPE ? EX_OK : capella_fail(EX_IOERR, "cannot write: %s", g_strerror(errno)));
}

static void
show_event(G_GNUC_UNUSED AmiClient *client, AmiMessage *event, gpointer data)
{
    Follower *self = data;
    g_autofree char *text = NULL;

    if (self->is_ended)
        return;
    text = format(self, event);
    fputs(text, stdout);
    check_output(self);
    if (++self->n_shown == self->following->count)
        end(self, EX_OK);
}

static void
say_lost(Follower *self)
{
    g_autoptr(GError) error = ami_client_dup_last_error(self->client);

    if (!self->is_lost)
        capella_fail(EX_OK, "lost the connection: %s; trying again",
                     error != NULL ? error->message : "it was closed");
    self->is_lost = TRUE;
}

static void
say_back(Follower *self)
{
    if (self->is_lost)
        capella_fail(EX_OK, "connected again to %s:%u", ami_client_get_host(self->client),
                     ami_client_get_port(self->client));
    self->is_lost = FALSE;
}

static void
watch_state(AmiClient *client, AmiState state, gpointer data)
{
    Follower *self = data;
    g_autoptr(GError) error = NULL;

    switch (state) {
    case AMI_STATE_WAITING:
        say_lost(self);
        break;
    case AMI_STATE_READY:
        say_back(self);
        break;
    case AMI_STATE_STOPPED:
        error = ami_client_dup_last_error(client);
        end(self, error != NULL ? capella_ami_fail(error) : EX_OK);
        break;
    case AMI_STATE_CONNECTING:
    case AMI_STATE_GREETING:
    case AMI_STATE_LOGIN:
        break;
    }
}

static gboolean
end_by_signal(gpointer data)
{
    end(data, EX_OK);
    return G_SOURCE_CONTINUE;
}

/* Asterisk never says which events a user may not read: those are just not sent. */
static void
say_what_to_expect(const Follower *self)
{
    if (isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
        capella_fail(EX_OK, "following the events of %s:%u that this user may read; Ctrl-C ends",
                     ami_client_get_host(self->client), ami_client_get_port(self->client));
}

/* Logs in, and goes on until Ctrl-C, or for as many events as were asked for. */
static void
run(Follower *self)
{
    guint interrupt = g_unix_signal_add(SIGINT, end_by_signal, self);
    guint terminate = g_unix_signal_add(SIGTERM, end_by_signal, self);
    gulong watch = 0;

    if (capella_ami_log_in(self->client, self->cancellable, &self->code)) {
        watch = g_signal_connect(self->client, "state-changed", G_CALLBACK(watch_state), self);
        say_what_to_expect(self);
        if (!self->is_ended)
            g_main_loop_run(self->loop);
        g_signal_handler_disconnect(self->client, watch);
    }
    g_source_remove(interrupt);
    g_source_remove(terminate);
}

int
capella_ami_follow(const CapellaAmiFollowing *following)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AmiFilter) filter =
        ami_filter_new_from_text(following->filter != NULL ? following->filter : "", &error);
    g_autoptr(AmiClient) client = NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Follower self = {.following = following, .loop = loop, .cancellable = cancellable};

    if (filter == NULL)
        return capella_fail(EX_USAGE, "--filter: %s", error->message);
    client = capella_ami_new_client(following->place, "on", following->timeout, &self.code);
    if (client == NULL)
        return self.code;
    self.client = client;
    ami_client_subscribe(client, g_steal_pointer(&filter), show_event, &self, NULL);
    run(&self);
    ami_client_stop(client);
    return self.code;
}
