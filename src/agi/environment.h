/* environment.h - what Asterisk says of a call before the first command: the agi_* variables. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest environment that is accepted, in bytes and in lines. */
#define AGI_ENVIRONMENT_MAXIMUM_BYTES 65536
#define AGI_ENVIRONMENT_MAXIMUM_LINES 256

/**
 * AgiEnvironment:
 *
 * The block of `agi_name: value` lines that opens a session. Values are bytes as Asterisk sent
 * them, usually but not surely UTF-8. Immutable once built, so any thread may read it.
 */
typedef struct _AgiEnvironment AgiEnvironment;

AgiEnvironment *agi_environment_new(const char *block, gsize length, GError **error);
AgiEnvironment *agi_environment_ref(AgiEnvironment *environment);
void agi_environment_unref(AgiEnvironment *environment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgiEnvironment, agi_environment_unref)

/* Every variable, in the order of the wire; names as sent, without loss. */
guint agi_environment_get_length(const AgiEnvironment *environment);
const char *agi_environment_get_name(const AgiEnvironment *environment, guint i);
const char *agi_environment_get_value(const AgiEnvironment *environment, guint i);

/* One variable by its name; the "agi_" in front may be left out. */
const char *agi_environment_get(const AgiEnvironment *environment, const char *name);

/* The usual ones. NULL where Asterisk sent none, or sent "unknown" for a number or name. */
const char *agi_environment_get_channel(const AgiEnvironment *environment);
const char *agi_environment_get_channel_type(const AgiEnvironment *environment);
const char *agi_environment_get_language(const AgiEnvironment *environment);
const char *agi_environment_get_unique_id(const AgiEnvironment *environment);
const char *agi_environment_get_version(const AgiEnvironment *environment);
const char *agi_environment_get_caller_id(const AgiEnvironment *environment);
const char *agi_environment_get_caller_id_name(const AgiEnvironment *environment);
const char *agi_environment_get_dialed_number(const AgiEnvironment *environment);
const char *agi_environment_get_redirecting_number(const AgiEnvironment *environment);
const char *agi_environment_get_context(const AgiEnvironment *environment);
const char *agi_environment_get_extension(const AgiEnvironment *environment);
int agi_environment_get_priority(const AgiEnvironment *environment);
const char *agi_environment_get_account_code(const AgiEnvironment *environment);
gboolean agi_environment_is_enhanced(const AgiEnvironment *environment);

/* The arguments of AGI() behind the URL, counted from 1 as agi_arg_1 is. */
guint agi_environment_get_argument_count(const AgiEnvironment *environment);
const char *agi_environment_get_argument(const AgiEnvironment *environment, guint number);

/* agi://host/PATH?KEY=VALUE&...: the request, its script, and the script's parts. */
const char *agi_environment_get_request(const AgiEnvironment *environment);
const char *agi_environment_get_script(const AgiEnvironment *environment);
const char *agi_environment_get_script_path(const AgiEnvironment *environment);
const char *agi_environment_get_script_query(const AgiEnvironment *environment);
char *agi_environment_dup_query_value(const AgiEnvironment *environment, const char *key);

G_END_DECLS
