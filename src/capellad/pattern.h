/* pattern.h - extensions and patterns of extensions, matched and ordered as Asterisk's dialplan
 * does. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Pattern:
 *
 * `1000`, which matches itself, or with an underscore in front a pattern such as `_NXX.`. Hyphens
 * are decoration, in patterns and in numbers. Immutable; any thread may match with it.
 */
typedef struct _Pattern Pattern;

Pattern *pattern_new(const char *text, GError **error);
void pattern_free(Pattern *pattern);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pattern, pattern_free)

const char *pattern_get_text(const Pattern *pattern);
gboolean pattern_is_exact(const Pattern *pattern);
gboolean pattern_matches(const Pattern *pattern, const char *extension);

/* Which of two is tried first: negative for @left, positive for @right, 0 when they match alike. */
int pattern_compare(const Pattern *left, const Pattern *right);

G_END_DECLS
