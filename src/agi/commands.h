/* commands.h - every AGI command as a function that blocks until Asterisk has answered. */

#pragma once

#include <capella/agi/call.h>

G_BEGIN_DECLS

/* How much of the channel is there: the answer to CHANNEL STATUS. */
typedef enum {
    AGI_CHANNEL_NOT_FOUND = -1,
    AGI_CHANNEL_DOWN = 0,
    AGI_CHANNEL_RESERVED = 1,
    AGI_CHANNEL_OFF_HOOK = 2,
    AGI_CHANNEL_DIALING = 3,
    AGI_CHANNEL_RING = 4,
    AGI_CHANNEL_RINGING = 5,
    AGI_CHANNEL_UP = 6,
    AGI_CHANNEL_BUSY = 7,
    AGI_CHANNEL_DIALING_OFF_HOOK = 8,
    AGI_CHANNEL_PRE_RING = 9,
} AgiChannelStatus;

/* Which letters SAY ALPHA names as capital or small. */
typedef enum {
    AGI_LETTER_CASE_NONE,
    AGI_LETTER_CASE_ALL,
    AGI_LETTER_CASE_LOWER,
    AGI_LETTER_CASE_UPPER,
} AgiLetterCase;

typedef enum { AGI_TDD_OFF, AGI_TDD_ON, AGI_TDD_MATE } AgiTddMode;

/* Why a recording ended. */
typedef enum {
    AGI_RECORDING_DIGIT,   /* the caller pressed an escape digit */
    AGI_RECORDING_TIMEOUT, /* the time was up, or the caller was silent for long enough */
    AGI_RECORDING_HANGUP,  /* the caller hung up; what was said until then is kept */
} AgiRecordingEnd;

/**
 * AgiRecordOptions:
 * @timeout: longest recording, in seconds; zero or less: no limit
 * @silence: end after so many seconds of silence (Asterisk counts whole ones); zero or less: never
 * @offset: keep so many samples of an existing file and add to it; zero: begin anew
 * @beep: sound a beep first
 *
 * How agi_record_file() records.
 */
typedef struct {
    gdouble timeout;
    gdouble silence;
    gint64 offset;
    gboolean beep;
} AgiRecordOptions;

/**
 * AgiRecording:
 * @end: why it ended
 * @digit: the digit pressed, or '\0'
 * @end_position: samples recorded (8,000 a second in 8 kHz formats)
 *
 * What became of a recording.
 */
typedef struct {
    AgiRecordingEnd end;
    char digit;
    gint64 end_position;
} AgiRecording;

/**
 * AgiControlOptions:
 * @skip: seconds that one press of a winding key moves; zero: Asterisk's 3 seconds
 * @forward: key that winds forward, '\0': `#`
 * @rewind: key that winds back, '\0': `*`
 * @pause: key that pauses, '\0': none
 * @offset: where to begin, in seconds; negative counts from the end
 *
 * What the caller can do during agi_control_stream_file().
 */
typedef struct {
    gdouble skip;
    char forward;
    char rewind;
    char pause;
    gdouble offset;
} AgiControlOptions;

/* How SPEECH RECOGNIZE ended. */
typedef enum {
    AGI_SPEECH_RECOGNIZED,
    AGI_SPEECH_DIGIT,
    AGI_SPEECH_TIMEOUT,
} AgiSpeechEnd;

/* One thing the caller may have said. */
typedef struct {
    int score;
    char *text;
    char *grammar;
} AgiSpeechResult;

/**
 * AgiSpeech:
 * @end: how it ended
 * @digit: the key pressed, where @end is %AGI_SPEECH_DIGIT
 * @end_position: samples played of the prompt
 * @results: (element-type AgiSpeechResult): best first, where @end is %AGI_SPEECH_RECOGNIZED
 *
 * What agi_speech_recognize() heard.
 */
typedef struct {
    AgiSpeechEnd end;
    char digit;
    gint64 end_position;
    GPtrArray *results;
} AgiSpeech;

void agi_speech_free(AgiSpeech *speech);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgiSpeech, agi_speech_free)

/* The channel. */
gboolean agi_answer(AgiCall *call, GError **error);
gboolean agi_hangup(AgiCall *call, GError **error);
gboolean agi_hangup_channel(AgiCall *call, const char *channel, gboolean *found, GError **error);
gboolean agi_channel_status(AgiCall *call, const char *channel, AgiChannelStatus *status,
                            GError **error);
gboolean agi_set_autohangup(AgiCall *call, gdouble seconds, GError **error);
gboolean agi_set_callerid(AgiCall *call, const char *caller_id, GError **error);
gboolean agi_set_music(AgiCall *call, gboolean on, const char *music_class, GError **error);
gboolean agi_tdd_mode(AgiCall *call, AgiTddMode mode, gboolean *capable, GError **error);
gboolean agi_asyncagi_break(AgiCall *call, GError **error);

/* Sound and keys. */
gboolean agi_stream_file(AgiCall *call, const char *file, const char *escape_digits, char *digit,
                         GError **error);
gboolean agi_stream_file_full(AgiCall *call, const char *file, const char *escape_digits,
                              gint64 offset, char *digit, gint64 *end_position, GError **error);
gboolean agi_control_stream_file(AgiCall *call, const char *file, const char *escape_digits,
                                 const AgiControlOptions *options, char *digit,
                                 gdouble *end_position, GError **error);
gboolean agi_get_data(AgiCall *call, const char *file, gdouble timeout, guint maximum_digits,
                      char **digits, gboolean *timed_out, GError **error);
gboolean agi_get_option(AgiCall *call, const char *file, const char *escape_digits, gdouble timeout,
                        char *digit, gint64 *end_position, GError **error);
gboolean agi_wait_for_digit(AgiCall *call, gdouble timeout, char *digit, GError **error);
gboolean agi_record_file(AgiCall *call, const char *file, const char *format,
                         const char *escape_digits, const AgiRecordOptions *options,
                         AgiRecording *recording, GError **error);

/* Speaking values. */
gboolean agi_say_alpha(AgiCall *call, const char *text, const char *escape_digits, char *digit,
                       GError **error);
gboolean agi_say_alpha_full(AgiCall *call, const char *text, const char *escape_digits,
                            AgiLetterCase letter_case, char *digit, GError **error);
gboolean agi_say_digits(AgiCall *call, const char *digits, const char *escape_digits, char *digit,
                        GError **error);
gboolean agi_say_number(AgiCall *call, gint32 number, const char *escape_digits, char *digit,
                        GError **error);
gboolean agi_say_number_full(AgiCall *call, gint32 number, const char *escape_digits,
                             const char *gender, char *digit, GError **error);
gboolean agi_say_phonetic(AgiCall *call, const char *text, const char *escape_digits, char *digit,
                          GError **error);
gboolean agi_say_date(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
                      GError **error);
gboolean agi_say_time(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
                      GError **error);
gboolean agi_say_datetime(AgiCall *call, gint64 unix_time, const char *escape_digits, char *digit,
                          GError **error);
gboolean agi_say_datetime_full(AgiCall *call, gint64 unix_time, const char *escape_digits,
                               const char *format, const char *time_zone, char *digit,
                               GError **error);

/* Text and pictures. */
gboolean agi_receive_char(AgiCall *call, gdouble timeout, char *character, gboolean *timed_out,
                          GError **error);
gboolean agi_receive_text(AgiCall *call, gdouble timeout, char **text, GError **error);
gboolean agi_send_image(AgiCall *call, const char *image, GError **error);
gboolean agi_send_text(AgiCall *call, const char *text, GError **error);

/* Variables. */
gboolean agi_get_variable(AgiCall *call, const char *name, char **value, GError **error);
gboolean agi_get_full_variable(AgiCall *call, const char *expression, const char *channel,
                               char **value, GError **error);
gboolean agi_set_variable(AgiCall *call, const char *name, const char *value, GError **error);

/* The Asterisk database. */
gboolean agi_database_get(AgiCall *call, const char *family, const char *key, char **value,
                          GError **error);
gboolean agi_database_put(AgiCall *call, const char *family, const char *key, const char *value,
                          GError **error);
gboolean agi_database_del(AgiCall *call, const char *family, const char *key, GError **error);
gboolean agi_database_deltree(AgiCall *call, const char *family, const char *key_tree,
                              gboolean *deleted, GError **error);

/* The dialplan. */
gboolean agi_exec(AgiCall *call, const char *application, const char *options, int *result,
                  GError **error);
gboolean agi_gosub(AgiCall *call, const char *context, const char *extension, const char *priority,
                   const char *const *arguments, GError **error);
gboolean agi_set_context(AgiCall *call, const char *context, GError **error);
gboolean agi_set_extension(AgiCall *call, const char *extension, GError **error);
gboolean agi_set_priority(AgiCall *call, const char *priority, GError **error);

/* Asterisk's log. */
gboolean agi_noop(AgiCall *call, const char *message, GError **error);
gboolean agi_verbose(AgiCall *call, const char *message, int level, GError **error);

/* Speech recognition (module res_speech and an engine). */
gboolean agi_speech_create(AgiCall *call, const char *engine, GError **error);
gboolean agi_speech_set(AgiCall *call, const char *name, const char *value, GError **error);
gboolean agi_speech_destroy(AgiCall *call, GError **error);
gboolean agi_speech_load_grammar(AgiCall *call, const char *name, const char *path, GError **error);
gboolean agi_speech_unload_grammar(AgiCall *call, const char *name, GError **error);
gboolean agi_speech_activate_grammar(AgiCall *call, const char *name, GError **error);
gboolean agi_speech_deactivate_grammar(AgiCall *call, const char *name, GError **error);
gboolean agi_speech_recognize(AgiCall *call, const char *prompt, gdouble timeout, gint64 offset,
                              AgiSpeech **speech, GError **error);

/* Every command, for those who list them. */

/**
 * AgiCommandInfo:
 * @name: the command as on the wire
 * @arguments: its arguments in words, optional ones in brackets
 * @since: first version of Asterisk that has it, %NULL: all
 * @runs_when_dead: whether Asterisk runs it after a hangup
 *
 * One row of the table of commands.
 */
typedef struct {
    const char *name;
    const char *arguments;
    const char *since;
    gboolean runs_when_dead;
} AgiCommandInfo;

gboolean agi_command_info(guint i, AgiCommandInfo *info);

G_END_DECLS
