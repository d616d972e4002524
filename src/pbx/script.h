/* script.h - the script of a simulated call: who calls, what is pressed when, what must be seen. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PBX_SCRIPT_ERROR:
 *
 * Error domain of scripts. Codes are of type #PbxScriptError.
 */
#define PBX_SCRIPT_ERROR (pbx_script_error_quark())

GQuark pbx_script_error_quark(void);

/**
 * PbxScriptError:
 * @PBX_SCRIPT_ERROR_SYNTAX: a line says nothing that a script can say
 * @PBX_SCRIPT_ERROR_READ: the file could not be read
 */
typedef enum { PBX_SCRIPT_ERROR_SYNTAX, PBX_SCRIPT_ERROR_READ } PbxScriptError;

/**
 * PbxScript:
 *
 * What happens in a simulated call. Filled by one thread; once full it is not changed any more,
 * and any number of calls in any threads may run by it.
 */
typedef struct _PbxScript PbxScript;

PbxScript *pbx_script_new(void);
PbxScript *pbx_script_ref(PbxScript *script);
void pbx_script_unref(PbxScript *script);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbxScript, pbx_script_unref)

/* Filling it: from text, from a file, or directive by directive. */
PbxScript *pbx_script_new_from_text(const char *text, GError **error);
gboolean pbx_script_read_text(PbxScript *script, const char *name, const char *text,
                              GError **error);
gboolean pbx_script_read_file(PbxScript *script, const char *path, GError **error);
gboolean pbx_script_add(PbxScript *script, GError **error, ...) G_GNUC_NULL_TERMINATED;

/* Whether the script itself says so, for programs that have fallbacks of their own. */
gboolean pbx_script_has_environment(const PbxScript *script, const char *name);
gboolean pbx_script_expects_status(const PbxScript *script);

/**
 * PbxDirectiveInfo:
 * @name: the word, or words, that a line begins with
 * @arguments: what follows, in words
 * @summary: what it does, one sentence
 *
 * One row of the table of directives, for help and manual.
 */
typedef struct {
    const char *name;
    const char *arguments;
    const char *summary;
} PbxDirectiveInfo;

gboolean pbx_script_directive_info(guint i, PbxDirectiveInfo *info);

G_END_DECLS
