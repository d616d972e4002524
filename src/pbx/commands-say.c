/* commands-say.c - the commands that speak values, each as the sounds that it takes in English. */

#include "pbx/call-private.h"
#include <ctype.h>
#include <string.h>

static void add_sound(GPtrArray *sounds, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add_sound(GPtrArray *sounds, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    g_ptr_array_add(sounds, g_strdup_vprintf(format, list));
    va_end(list);
}

/* Plays the sounds up to a key of @keys, and answers. */
static PbxOutcome
say(PbxCall *call, const GPtrArray *sounds, const char *keys)
{
    int result = call->channel.is_hung_up ? -1 : 0;

    for (guint i = 0; i < sounds->len && result == 0; i++) {
        PbxWake wake = pbx_call_say(call, g_ptr_array_index(sounds, i), keys);

        if (wake == PBX_WAKE_KEY)
            result = call->key;
        else if (wake == PBX_WAKE_HANGUP)
            result = -1;
    }
    pbx_call_reply(call, "200 result=%d", result);
    return result >= 0 ? PBX_DONE : PBX_FAILURE;
}

/* Names of the keys and signs that are no digits. */
static const struct {
    char sign;
    const char *sound;
} signs[] = {{'*', "digits/star"}, {'#', "digits/pound"}, {'-', "digits/minus"}};

static PbxOutcome
run_say_digits(PbxCall *call, const PbxArguments *arguments)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
    gint64 number = 0;

    if (!pbx_scan_integer(arguments->words[0], &number))
        return PBX_USAGE;
    for (const char *at = arguments->words[0]; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            add_sound(sounds, "digits/%c", *at);
        for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
            if (*at == signs[i].sign)
                add_sound(sounds, "%s", signs[i].sound);
        }
    }
    return say(call, sounds, arguments->words[1]);
}

/* A sound for each letter or digit. */
static PbxOutcome
spell(PbxCall *call, const PbxArguments *arguments, const char *folder, const char *ending)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);

    for (const char *at = arguments->words[0]; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            add_sound(sounds, "digits/%c", *at);
        else if (g_ascii_isalpha(*at))
            add_sound(sounds, "%s/%c%s", folder, g_ascii_tolower(*at), ending);
        else
            add_sound(sounds, "letters/ascii%d", (guchar) *at);
    }
    return say(call, sounds, arguments->words[1]);
}

static PbxOutcome
run_say_alpha(PbxCall *call, const PbxArguments *arguments)
{
    if (arguments->n > 2 && *arguments->words[2] != '\0' &&
        strchr("aAlLnNuU", *arguments->words[2]) == NULL)
        return PBX_USAGE;
    return spell(call, arguments, "letters", "");
}

static PbxOutcome
run_say_phonetic(PbxCall *call, const PbxArguments *arguments)
{
    return spell(call, arguments, "phonetic", "_p");
}

/* The large steps of English numbers. */
static const struct {
    gint64 value;
    const char *sound;
} steps[] = {{1000000000, "digits/billion"},
             {1000000, "digits/million"},
             {1000, "digits/thousand"},
             {100, "digits/hundred"}};

static void
add_number(GPtrArray *sounds, gint64 number)
{
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (number < steps[i].value)
            continue;
        add_number(sounds, number / steps[i].value);
        add_sound(sounds, "%s", steps[i].sound);
        number %= steps[i].value;
        if (number == 0)
            return;
    }
    if (number > 20 && number % 10 != 0) {
        add_sound(sounds, "digits/%d", (int) (number / 10 * 10));
        number %= 10;
    }
    add_sound(sounds, "digits/%d", (int) number);
}

static PbxOutcome
run_say_number(PbxCall *call, const PbxArguments *arguments)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
    gint64 number = 0;

    if (!pbx_scan_integer(arguments->words[0], &number))
        return PBX_USAGE;
    number = (gint32) number;
    if (number < 0)
        add_sound(sounds, "digits/minus");
    add_number(sounds, ABS(number));
    return say(call, sounds, arguments->words[1]);
}

/* The moment to speak, in UTC: the PBX's own zone is nothing that a script should depend on. */
static GDateTime *
get_time(const PbxArguments *arguments)
{
    gint64 seconds = 0;

    if (!pbx_scan_integer(arguments->words[0], &seconds))
        return NULL;
    return g_date_time_new_from_unix_utc(seconds);
}

static void
add_date(GPtrArray *sounds, GDateTime *time)
{
    add_sound(sounds, "digits/day-%d", g_date_time_get_day_of_week(time) % 7);
    add_sound(sounds, "digits/mon-%d", g_date_time_get_month(time) - 1);
    add_sound(sounds, "digits/h-%d", g_date_time_get_day_of_month(time));
    add_number(sounds, g_date_time_get_year(time));
}

static void
add_time(GPtrArray *sounds, GDateTime *time)
{
    int hour = g_date_time_get_hour(time);

    add_number(sounds, hour % 12 == 0 ? 12 : hour % 12);
    if (g_date_time_get_minute(time) == 0)
        add_sound(sounds, "digits/oclock");
    else
        add_number(sounds, g_date_time_get_minute(time));
    add_sound(sounds, hour < 12 ? "digits/a-m" : "digits/p-m");
}

static PbxOutcome
run_say_date(PbxCall *call, const PbxArguments *arguments)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDateTime) time = get_time(arguments);

    if (time == NULL)
        return PBX_USAGE;
    add_date(sounds, time);
    return say(call, sounds, arguments->words[1]);
}

static PbxOutcome
run_say_time(PbxCall *call, const PbxArguments *arguments)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDateTime) time = get_time(arguments);

    if (time == NULL)
        return PBX_USAGE;
    add_time(sounds, time);
    return say(call, sounds, arguments->words[1]);
}

/* Whatever the format says, this speaks date and time. */
static PbxOutcome
run_say_datetime(PbxCall *call, const PbxArguments *arguments)
{
    g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDateTime) time = get_time(arguments);

    if (time == NULL)
        return PBX_USAGE;
    add_date(sounds, time);
    add_sound(sounds, "digits/at");
    add_time(sounds, time);
    return say(call, sounds, arguments->words[1]);
}

/* clang-format off */
const PbxCommand pbx_commands_say[] = {
    {"SAY ALPHA", run_say_alpha, 2, 3, PBX_FAILS},
    {"SAY DATE", run_say_date, 2, 2, PBX_FAILS},
    {"SAY DATETIME", run_say_datetime, 2, -1, PBX_FAILS},
    {"SAY DIGITS", run_say_digits, 2, 2, PBX_FAILS},
    {"SAY NUMBER", run_say_number, 2, 3, PBX_FAILS},
    {"SAY PHONETIC", run_say_phonetic, 2, 2, PBX_FAILS},
    {"SAY TIME", run_say_time, 2, 2, PBX_FAILS},
    {0},
};
/* clang-format on */
