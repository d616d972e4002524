/* hello.c - the smallest module: answers, says one sentence, hangs up. */

#include <capella/module.h>

static gboolean
hello_run(AgiCall *call, gpointer data, GError **error)
{
    const CapellaSettings *settings = data;

    return agi_answer(call, error) &&
           agi_stream_file(call, capella_settings_get_text(settings, "file"), "", NULL, error) &&
           agi_hangup(call, error);
}

static const CapellaSetting hello_settings[] = {
    {.name = "file",
     .kind = CAPELLA_SETTING_TEXT,
     .fallback = "hello-world",
     .summary = "the sentence: a sound file, without its extension"},
    {0},
};

static const CapellaHandler handlers[] = {
    {.name = "hello",
     .summary = "Answers, says one sentence and hangs up",
     .settings = hello_settings,
     .run = hello_run},
    {0},
};

CAPELLA_MODULE("hello", "1.0", handlers);
