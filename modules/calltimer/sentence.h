/* sentence.h - how long a call was, spoken. */

#pragma once

#include "timed-call.h"

G_BEGIN_DECLS

/* "Account 12 used 3 minutes and 1 second", with the sound files of the settings. */
gboolean sentence_say(AgiCall *call, const TimedCall *timed, GError **error);

G_END_DECLS
