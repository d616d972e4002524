/* call.h - a simulated call: Asterisk's part of one FastAGI session. */

#pragma once

#include "pbx/result.h"
#include "pbx/script.h"

G_BEGIN_DECLS

/**
 * PbxCall:
 *
 * One call. It runs in the thread that calls pbx_call_run(), and blocks it until the call is
 * over; calls in other threads are no concern of it. Any thread may call pbx_call_press(),
 * pbx_call_hang_up() and pbx_call_stop().
 */
typedef struct _PbxCall PbxCall;

/**
 * PbxObserverFunc:
 * @line: a line of the transcript, good for the time of the function
 * @user_data: as given to pbx_call_set_observer()
 *
 * Is shown each line as it comes, in the call's own thread.
 */
typedef void (*PbxObserverFunc)(const PbxTranscriptLine *line, gpointer user_data);

PbxCall *pbx_call_new(PbxScript *script);
void pbx_call_free(PbxCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxCall, pbx_call_free)

void pbx_call_set_url(PbxCall *call, const char *url, const char *path);
void pbx_call_set_observer(PbxCall *call, PbxObserverFunc observer, gpointer user_data);
PbxResult *pbx_call_run(PbxCall *call, int fd, GError **error);

void pbx_call_press(PbxCall *call, const char *keys);
void pbx_call_hang_up(PbxCall *call);
void pbx_call_stop(PbxCall *call);

G_END_DECLS
