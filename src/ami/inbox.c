/* inbox.c - what other threads want of a client, in order, done in its main context. */

#include <config.h>

#include "ami/client-private.h"

#define POSTS_A_TURN 64

typedef struct {
    AmiPostFunc function;
    gpointer data;
    GDestroyNotify lost;
    GList link;
} Post;

static Post *
take(AmiClient *client)
{
    GList *link;

    g_mutex_lock(&client->inbox_lock);
    link = g_queue_pop_head_link(&client->inbox);
    g_mutex_unlock(&client->inbox_lock);
    return link != NULL ? link->data : NULL;
}

/* A turn takes so many, that a thread which never stops posting does not stop all else. */
static void
run_posts(AmiClient *client)
{
    Post *post;

    for (guint i = 0; i < POSTS_A_TURN && (post = take(client)) != NULL; i++) {
        post->function(client, post->data);
        g_free(post);
    }
}

static gboolean
is_empty(AmiClient *client)
{
    gboolean has_none;

    g_mutex_lock(&client->inbox_lock);
    has_none = g_queue_is_empty(&client->inbox);
    g_mutex_unlock(&client->inbox_lock);
    return has_none;
}

static gboolean
inbox_dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, gpointer data)
{
    g_autoptr(AmiClient) client = ami_client_get_weak(data);

    if (client == NULL)
        return G_SOURCE_REMOVE;
    g_source_set_ready_time(source, -1);
    run_posts(client);
    if (!is_empty(client))
        g_source_set_ready_time(source, 0);
    return G_SOURCE_CONTINUE;
}

void
ami_inbox_start(AmiClient *client)
{
    static GSourceFuncs source_functions = {NULL, NULL, inbox_dispatch, NULL, NULL, NULL};

    g_mutex_init(&client->inbox_lock);
    g_queue_init(&client->inbox);
    client->inbox_source = g_source_new(&source_functions, sizeof(GSource));
    g_source_set_callback(client->inbox_source, NULL, ami_client_new_weak(client),
                          ami_client_free_weak);
    g_source_set_static_name(client->inbox_source, "AmiClient's inbox");
    g_source_attach(client->inbox_source, client->home);
}

void
ami_inbox_stop(AmiClient *client)
{
    Post *post;

    g_source_destroy(client->inbox_source);
    g_clear_pointer(&client->inbox_source, g_source_unref);
    while ((post = take(client)) != NULL) {
        if (post->lost != NULL)
            post->lost(post->data);
        g_free(post);
    }
    g_mutex_clear(&client->inbox_lock);
}

void
ami_inbox_post(AmiClient *client, AmiPostFunc function, gpointer data, GDestroyNotify lost)
{
    Post *post = g_new0(Post, 1);
    gboolean is_first;

    post->function = function;
    post->data = data;
    post->lost = lost;
    post->link.data = post;
    g_mutex_lock(&client->inbox_lock);
    is_first = g_queue_is_empty(&client->inbox);
    g_queue_push_tail_link(&client->inbox, &post->link);
    g_mutex_unlock(&client->inbox_lock);
    if (is_first)
        g_source_set_ready_time(client->inbox_source, 0);
}

/* A program that runs no loop yet, or runs one by hand, is at home between its turns as well: where
 * the thread's default context is the home and nobody has it, this thread may. */
static gboolean
can_enter(AmiClient *client)
{
    GMainContext *own = g_main_context_get_thread_default();

    if (own == NULL)
        own = g_main_context_default();
    return own == client->home && g_main_context_acquire(client->home);
}

void
ami_inbox_run(AmiClient *client, AmiPostFunc function, gpointer data, GDestroyNotify lost)
{
    gboolean is_owner = g_main_context_is_owner(client->home);

    if (!is_owner && !can_enter(client)) {
        ami_inbox_post(client, function, data, lost);
        return;
    }
    function(client, data);
    if (!is_owner)
        g_main_context_release(client->home);
}
