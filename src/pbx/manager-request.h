/* manager-request.h - what a client of the manager interface sent: one action and its headers. */

#pragma once

#include "pbx/script-private.h"

G_BEGIN_DECLS

/** As many headers as Asterisk takes of one action, and bytes of a line with its CR LF. */
#define PBX_REQUEST_MAXIMUM_HEADERS 128
#define PBX_REQUEST_MAXIMUM_LINE    1024

/**
 * PbxRequest:
 * @headers: (element-type PbxPair): in the order of the wire
 * @lines: (element-type utf8): the same as they came
 *
 * An action as it came. Reference-counted; not changed any more once it is whole.
 */
typedef struct {
    gatomicrefcount references;
    GPtrArray *headers;
    GPtrArray *lines;
} PbxRequest;

PbxRequest *pbx_request_new(void);
PbxRequest *pbx_request_ref(PbxRequest *request);
void pbx_request_unref(PbxRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxRequest, pbx_request_unref)

void pbx_request_add_line(PbxRequest *request, const char *line);

/* The first value of a name, "" where there is none; or NULL. */
const char *pbx_request_get(const PbxRequest *request, const char *name);
const char *pbx_request_find(const PbxRequest *request, const char *name);

/* The action's name: the first that is not empty. */
const char *pbx_request_get_action(const PbxRequest *request);

/* Whether a header says yes, as Asterisk understands it. */
gboolean pbx_request_is_true(const PbxRequest *request, const char *name);

/* Every `NAME=value` of every header Variable. (element-type PbxPair) (transfer full) */
GPtrArray *pbx_request_get_variables(const PbxRequest *request);

PbxPair *pbx_pair_new(const char *name, const char *value);
void pbx_pair_free(gpointer data);

gboolean pbx_text_is_true(const char *text);
gboolean pbx_text_is_false(const char *text);

G_END_DECLS
