/* test-commands-data.c - variables, functions, substitution, and the database. */

#include "transcript.h"
#include <string.h>

static const TranscriptCase variable_cases[] = {
    {"set-and-get", "speed instant",
     "> SET VARIABLE a 1\n< 200 result=1\n> GET VARIABLE a\n< 200 result=1 (1)\n"
     "> SET VARIABLE a \"\"\n< 200 result=1\n> GET VARIABLE a\n< 200 result=1 ()\n"
     "> GET VARIABLE b\n< 200 result=0\n> GET VARIABLE A\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"inherited", "speed instant",
     "> SET VARIABLE __a 1\n< 200 result=1\n> SET VARIABLE _b 2\n< 200 result=1\n"
     "> GET VARIABLE a\n< 200 result=1 (1)\n> GET VARIABLE b\n< 200 result=1 (2)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"predefined", "speed instant\ncontext in\nextension 5\npriority 3\nuniqueid 7.1\nchannel X/1",
     "> GET VARIABLE EXTEN\n< 200 result=1 (5)\n> GET VARIABLE CONTEXT\n< 200 result=1 (in)\n"
     "> GET VARIABLE PRIORITY\n< 200 result=1 (3)\n> GET VARIABLE CHANNEL\n< 200 result=1 (X/1)\n"
     "> GET VARIABLE UNIQUEID\n< 200 result=1 (7.1)\n> GET VARIABLE HANGUPCAUSE\n"
     "< 200 result=1 (0)\n",
     "SUCCESS", "in,5,4"},
    {"byte-for-byte", "speed instant",
     "> SET VARIABLE va \"a,b \\\"c\\\" \\\\d ${x} %\"\n< 200 result=1\n"
     "> GET VARIABLE va\n< 200 result=1 (a,b \"c\" \\d ${x} %)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"usage", "speed instant",
     "> SET VARIABLE a\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> GET VARIABLE\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> SET VARIABLE \"\" a\n< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"function-of-the-script", "speed instant\nvariable ODBC_NAME(5) Ann",
     "> GET VARIABLE ODBC_NAME(5)\n< 200 result=1 (Ann)\n> SET VARIABLE ODBC_NAME(5) Bob\n"
     "< 200 result=1\n> GET VARIABLE ODBC_NAME(5)\n< 200 result=1 (Bob)\n"
     "> SET VARIABLE NOSUCH(5) Bob\n< 200 result=1\n> GET VARIABLE NOSUCH(5)\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase function_cases[] = {
    {"caller", "speed instant\ncaller 555\ncallername Ann",
     "> GET VARIABLE CALLERID(num)\n< 200 result=1 (555)\n"
     "> GET VARIABLE CALLERID(number)\n< 200 result=1 (555)\n"
     "> GET VARIABLE CALLERID(ALL)\n< 200 result=1 (\"Ann\" <555>)\n"
     "> GET VARIABLE CALLERID(ani)\n< 200 result=1 ()\n"
     "> SET VARIABLE CALLERID(name) Bob\n< 200 result=1\n"
     "> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"Bob\" <555>)\n"
     "> SET CALLERID 777\n< 200 result=1\n> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"\" "
     "<777>)\n"
     "> SET CALLERID \"Eve Adams\"\n< 200 result=1\n> GET VARIABLE CALLERID(all)\n"
     "< 200 result=1 (\"Eve Adams\" <>)\n> SET CALLERID \"Eve <1>\"\n< 200 result=1\n"
     "> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"Eve\" <1>)\n> SET CALLERID\n"
     "< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"caller-from-a-variable", "speed instant\nvariable CALLERID(num) 555\nwithout agi_callerid",
     "> GET VARIABLE CALLERID(num)\n< 200 result=1 (555)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"caller-parsed", "speed instant",
     "> SET CALLERID \"+49 (30) 123-45\"\n< 200 result=1\n> GET VARIABLE CALLERID(all)\n"
     "< 200 result=1 (\"\" <+493012345>)\n> SET CALLERID \"<[1-2]-3.4.>\"\n< 200 result=1\n"
     "> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"\" <[1-2]34.>)\n"
     "> SET CALLERID \"\\\"12\\\"\"\n< 200 result=1\n> GET VARIABLE CALLERID(all)\n"
     "< 200 result=1 (\"12\" <>)\n> SET CALLERID \"\"\n< 200 result=1\n"
     "> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"\" <>)\n> SET CALLERID \"Ann <5\"\n"
     "< 200 result=1\n> GET VARIABLE CALLERID(all)\n< 200 result=1 (\"Ann\" <5>)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"channel", "speed instant\nchannel IAX2/a-1\nlanguage de",
     "> GET VARIABLE CHANNEL(language)\n< 200 result=1 (de)\n"
     "> SET VARIABLE CHANNEL(language) fr\n< 200 result=1\n"
     "> GET VARIABLE CHANNEL(language)\n< 200 result=1 (fr)\n"
     "> GET VARIABLE CHANNEL(channeltype)\n< 200 result=1 (IAX2)\n"
     "> GET VARIABLE CHANNEL(name)\n< 200 result=1 (IAX2/a-1)\n"
     "> GET VARIABLE CHANNEL(state)\n< 200 result=1 (Ring)\n> ANSWER\n< 200 result=0\n"
     "> GET VARIABLE CHANNEL(state)\n< 200 result=1 (Up)\n"
     "> GET VARIABLE CHANNEL(nosuch)\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"text", "speed instant",
     "> GET VARIABLE \"QUOTE(a\\\"b\\\\c)\"\n< 200 result=1 (\"a\\\"b\\\\c\")\n"
     "> GET VARIABLE LEN(abc)\n< 200 result=1 (3)\n> GET VARIABLE EXISTS(a)\n< 200 result=1 (1)\n"
     "> GET VARIABLE EXISTS()\n< 200 result=1 (0)\n> GET VARIABLE ISNULL()\n< 200 result=1 (1)\n"
     "> GET VARIABLE ISNULL(a)\n< 200 result=1 (0)\n"
     "> GET VARIABLE TOUPPER(ab)\n< 200 result=1 (AB)\n"
     "> GET VARIABLE TOLOWER(AB)\n< 200 result=1 (ab)\n"
     "> GET VARIABLE URIENCODE(a b)\n< 520 Invalid command syntax.  Proper usage not available.\n"
     "> GET VARIABLE \"URIENCODE(a b/)\"\n< 200 result=1 (a%20b%2F)\n"
     "> GET VARIABLE URIDECODE(a%20b+%zz)\n< 200 result=1 (a b+%zz)\n"
     "> GET VARIABLE BASE64_ENCODE(abc)\n< 200 result=1 (YWJj)\n"
     "> GET VARIABLE BASE64_DECODE(YWJj)\n< 200 result=1 (abc)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"condition", "speed instant",
     "> GET VARIABLE IF(1?yes:no)\n< 200 result=1 (yes)\n> GET VARIABLE IF(0?yes:no)\n"
     "< 200 result=1 (no)\n> GET VARIABLE IF(0?yes)\n< 200 result=1 ()\n"
     "> GET VARIABLE IF(word?yes:no)\n< 200 result=1 (yes)\n> GET VARIABLE IF(1)\n"
     "< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"set-in-passing", "speed instant",
     "> GET VARIABLE \"SET(a= b )\"\n< 200 result=1 (b)\n> GET VARIABLE a\n< 200 result=1 (b)\n"
     "> GET VARIABLE SET(a)\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"global", "speed instant",
     "> GET VARIABLE GLOBAL(g)\n< 200 result=1 ()\n> SET VARIABLE GLOBAL(g) 1\n< 200 result=1\n"
     "> GET VARIABLE GLOBAL(g)\n< 200 result=1 (1)\n> GET VARIABLE g\n< 200 result=1 (1)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"database", "speed instant\ndatabase f k v",
     "> GET VARIABLE DB(f/k)\n< 200 result=1 (v)\n> SET VARIABLE DB(f/l) w\n< 200 result=1\n"
     "> DATABASE GET f l\n< 200 result=1 (w)\n> GET VARIABLE DB(f/n)\n< 200 result=1 ()\n"
     "> GET VARIABLE DB_EXISTS(f/k)\n< 200 result=1 (1)\n> GET VARIABLE DB_RESULT\n"
     "< 200 result=1 (v)\n> GET VARIABLE DB_EXISTS(f/n)\n< 200 result=1 (0)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase full_cases[] = {
    {"several", "speed instant\ncaller 555\nvariable va one",
     "> GET FULL VARIABLE \"${CALLERID(num)}|${va}|${nosuch}|\"\n< 200 result=1 (555|one||)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"nested", "speed instant\nvariable which va\nvariable va \"a \\\"b\\\"\"",
     "> GET FULL VARIABLE ${${which}}\n< 200 result=1 (a \"b\")\n"
     "> GET FULL VARIABLE \"${QUOTE(${va})}\"\n< 200 result=1 (\"a \\\"b\\\"\")\n"
     "> GET FULL VARIABLE ${LEN(${va})}\n< 200 result=1 (5)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"substring", "speed instant\nvariable a 0123456789",
     "> GET FULL VARIABLE ${a:2}\n< 200 result=1 (23456789)\n"
     "> GET FULL VARIABLE ${a:2:3}\n< 200 result=1 (234)\n"
     "> GET FULL VARIABLE ${a:-3}\n< 200 result=1 (789)\n"
     "> GET FULL VARIABLE ${a:-30:2}\n< 200 result=1 (01)\n"
     "> GET FULL VARIABLE ${a:2:-3}\n< 200 result=1 (23456)\n"
     "> GET FULL VARIABLE ${a:20}\n< 200 result=1 ()\n"
     "> GET FULL VARIABLE ${a:2:-30}\n< 200 result=1 ()\n"
     "> GET FULL VARIABLE ${a:x}\n< 200 result=1 (0123456789)\n"
     "> GET FULL VARIABLE ${TOUPPER(ab:c):1}\n< 200 result=1 (B:C)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"not-a-variable", "speed instant\nvariable a 1",
     "> GET FULL VARIABLE \"$5 $ ${a $[1+1] }\"\n< 200 result=1 ($5 $ )\n"
     "> GET FULL VARIABLE $[1+${a}]$\n< 200 result=1 ($[1+1]$)\n"
     "> GET FULL VARIABLE a\n< 200 result=1 (a)\n> GET FULL VARIABLE \"\"\n< 200 result=1 ()\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"channel", "speed instant\nchannel X/1\nneighbour X/2\nvariable a 1",
     "> GET FULL VARIABLE ${a} X/1\n< 200 result=1 (1)\n> GET FULL VARIABLE ${a} X/2\n"
     "< 200 result=1 ()\n> GET FULL VARIABLE ${a} X/3\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

static const TranscriptCase database_cases[] = {
    {"put-and-get", "speed instant",
     "> DATABASE GET f k\n< 200 result=0\n> DATABASE PUT f k \"\"\n< 200 result=1\n"
     "> DATABASE GET f k\n< 200 result=1 ()\n> DATABASE PUT f k v\n< 200 result=1\n"
     "> DATABASE GET f k\n< 200 result=1 (v)\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"del", "speed instant\ndatabase f k v",
     "> DATABASE DEL f k\n< 200 result=1\n> DATABASE DEL f k\n< 200 result=1\n"
     "> DATABASE GET f k\n< 200 result=0\n",
     "SUCCESS", TRANSCRIPT_NEXT},
    {"deltree", "speed instant\ndatabase f a/1 v\ndatabase f a/2 v\ndatabase f ab v",
     "> DATABASE DELTREE f a\n< 200 result=0\n> DATABASE DELTREE f a\n< 200 result=1\n"
     "> DATABASE GET f ab\n< 200 result=1 (v)\n> DATABASE DELTREE f\n< 200 result=0\n"
     "> DATABASE DELTREE f\n< 200 result=1\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

/* GET VARIABLE has room for 1023 bytes, one less of the database; GET FULL VARIABLE for all. */
static void
test_cut(void)
{
    g_autofree char *value = g_strnfill(5000, 'x');
    g_autofree char *script =
        g_strdup_printf("speed instant\nvariable v %s\nvariable CALLERID(name) %s\ndatabase f k %s",
                        value, value, value);
    g_autofree char *conversation =
        g_strdup_printf("> GET VARIABLE v\n< 200 result=1 (%.1023s)\n"
                        "> GET VARIABLE CALLERID(name)\n< 200 result=1 (%.1023s)\n"
                        "> GET VARIABLE DB(f/k)\n< 200 result=1 (%.1022s)\n"
                        "> GET FULL VARIABLE ${v}\n< 200 result=1 (%s)\n"
                        "> GET FULL VARIABLE ${CALLERID(name)}\n< 200 result=1 (%.4095s)\n"
                        "> GET FULL VARIABLE ${DB(f/k)}\n< 200 result=1 (%s)\n> DATABASE GET f k\n"
                        "< 200 result=1 (%s)\n",
                        value, value, value, value, value, value, value);
    g_autoptr(PbxResult) result = transcript_run(script, conversation);

    g_assert_cmpuint(result->n_commands, ==, 7);
}

static void
test_long_key(void)
{
    g_autofree char *key = g_strnfill(252, 'k');
    g_autofree char *conversation = g_strdup_printf("> DATABASE PUT f %s v\n< 200 result=1\n"
                                                    "> DATABASE PUT f %sk v\n< 200 result=0\n",
                                                    key, key);
    g_autoptr(PbxResult) result = transcript_run("speed instant", conversation);

    g_assert_cmpuint(g_hash_table_size(result->database), ==, 1);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/commands-data/variable/", variable_cases, G_N_ELEMENTS(variable_cases));
    transcript_add("/pbx/commands-data/function/", function_cases, G_N_ELEMENTS(function_cases));
    transcript_add("/pbx/commands-data/full/", full_cases, G_N_ELEMENTS(full_cases));
    transcript_add("/pbx/commands-data/database/", database_cases, G_N_ELEMENTS(database_cases));
    g_test_add_func("/pbx/commands-data/cut", test_cut);
    g_test_add_func("/pbx/commands-data/long-key", test_long_key);
    return g_test_run();
}
