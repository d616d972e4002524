/* sentence.c - how long a call was, spoken. */

#include "sentence.h"

/* Plays the file that a setting names, if it names one. A file that is not there is no reason to
 * keep the rest from the listener. */
static gboolean
play(AgiCall *call, const CapellaSettings *settings, const char *name, GError **error)
{
    const char *file = capella_settings_get_text(settings, name);
    g_autoptr(GError) problem = NULL;

    if (file == NULL || agi_stream_file(call, file, "", NULL, &problem))
        return TRUE;
    if (!agi_error_is(problem, AGI_ERROR_CLASS(AGI_ERROR_FAILURE))) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    g_warning("The sound file \"%s\" of setting %s cannot be played: %s", file, name,
              problem->message);
    return TRUE;
}

/* "1 minute", "2 minutes". */
static gboolean
say_units(AgiCall *call, const CapellaSettings *settings, guint32 number, const char *one,
          const char *many, GError **error)
{
    return agi_say_number_full(call, (gint32) number, "",
                               capella_settings_get_text(settings, "gender"), NULL, error) &&
           play(call, settings, number == 1 ? one : many, error);
}

/* What is zero is left out, unless there is nothing else. */
static gboolean
say_duration(AgiCall *call, const CapellaSettings *settings, guint32 duration, GError **error)
{
    guint32 minutes = duration / 60;
    guint32 seconds = duration % 60;

    if (minutes > 0 && !say_units(call, settings, minutes, "minute", "minutes", error))
        return FALSE;
    if (minutes > 0 && seconds == 0)
        return TRUE;
    if (minutes > 0 && !play(call, settings, "and", error))
        return FALSE;
    return say_units(call, settings, seconds, "second", "seconds", error);
}

gboolean
sentence_say(AgiCall *call, const TimedCall *timed, GError **error)
{
    const CapellaSettings *settings = timed->settings;

    return play(call, settings, "intro", error) &&
           agi_say_digits(call, timed->account, "", NULL, error) &&
           play(call, settings, "used", error) &&
           say_duration(call, settings, timed->duration, error) &&
           play(call, settings, "goodbye", error);
}
