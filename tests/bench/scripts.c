/* scripts.c - what the floors say in a call: the bytes that the handlers of handlers.c send. */

#include "scripts.h"
#include <config.h>

#include <string.h>

/* clang-format off */
static const char *const ivr8[] = {
    "ANSWER\n",
    "GET VARIABLE \"CALLERID(num)\"\n",
    "SET VARIABLE \"BENCH_STEP\" \"greeting\"\n",
    "STREAM FILE \"welcome\" \"\"\n",
    "GET DATA \"enter-number\" 5000 4\n",
    "SAY DIGITS \"1234\" \"\"\n",
    "VERBOSE \"number 1234\" 3\n",
    "HANGUP\n",
    NULL,
};

static const char *const hello2[] = {
    "ANSWER\n",
    "HANGUP\n",
    NULL,
};

static const char *const decide16[] = {
    "GET VARIABLE \"BENCH_READ_1\"\n",
    "GET VARIABLE \"BENCH_READ_2\"\n",
    "GET VARIABLE \"BENCH_READ_3\"\n",
    "GET VARIABLE \"BENCH_READ_4\"\n",
    "GET VARIABLE \"BENCH_READ_5\"\n",
    "GET VARIABLE \"BENCH_READ_6\"\n",
    "SET VARIABLE \"BENCH_WRITE_1\" \"value-1\"\n",
    "SET VARIABLE \"BENCH_WRITE_2\" \"value-2\"\n",
    "SET VARIABLE \"BENCH_WRITE_3\" \"value-3\"\n",
    "SET VARIABLE \"BENCH_WRITE_4\" \"value-4\"\n",
    "SET VARIABLE \"BENCH_WRITE_5\" \"value-5\"\n",
    "SET VARIABLE \"BENCH_WRITE_6\" \"value-6\"\n",
    "SET VARIABLE \"BENCH_WRITE_7\" \"value-7\"\n",
    "SET VARIABLE \"BENCH_WRITE_8\" \"value-8\"\n",
    "SET VARIABLE \"BENCH_WRITE_9\" \"value-9\"\n",
    "SET VARIABLE \"BENCH_WRITE_10\" \"value-10\"\n",
    NULL,
};
/* clang-format on */

static const Script scripts[] = {
    {"ivr8", ivr8},
    {"hello2", hello2},
    {"decide16", decide16},
};

/* The script of a name that need not end with NUL, or NULL. */
const Script *
script_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (strlen(scripts[i].name) == length && memcmp(scripts[i].name, name, length) == 0)
            return &scripts[i];
    return NULL;
}

/* The script that a call's environment asks for by agi_network_script, or NULL. */
const Script *
script_of_environment(const char *environment, size_t length)
{
    static const char key[] = "\nagi_network_script: ";
    const size_t key_length = sizeof key - 1;
    const char *name = memmem(environment, length, key, key_length);
    const char *end;

    if (name == NULL)
        return NULL;
    name += key_length;
    end = memchr(name, '\n', length - (size_t) (name - environment));
    return end == NULL ? NULL : script_find(name, (size_t) (end - name));
}
