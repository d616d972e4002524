/* test-faults.c - what goes wrong on the wire by intention goes wrong as the script says. */

#include "transcript.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const TranscriptCase cases[] = {
    {"hangup-inside-a-line", "speed instant\nfault hangup inside reply",
     "> NOOP\n< 200 reHANGUP\n< sult=0\n> ANSWER\n"
     "< 511 Command Not Permitted on a dead channel or intercept routine\n",
     "HANGUP", NULL},
    {"hangup-inside-a-block",
     "speed instant\nfault hangup inside GET VARIABLE\n"
     "variable X \"one\\ntwo\"",
     "> NOOP\n< 200 result=0\n> GET VARIABLE X\n< 200 result=1 (one\n< HANGUP\n< two)\n", "HANGUP",
     NULL},
    {"junk-before", "speed instant\nfault junk \"junk\\n\" before 2 commands",
     "> NOOP\n< 200 result=0\n> NOOP\n< junk\n< 200 result=0\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"junk-after", "speed instant\nfault junk \"HANGUP\\n\" after NOOP",
     "> NOOP\n< 200 result=0\n< HANGUP\n> ANSWER\n< 200 result=0\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"split", "speed instant\nfault split every 1 byte", "> NOOP\n< 200 result=0\n", "SUCCESS",
     TRANSCRIPT_NEXT},
    {"split-with-pauses", "speed instant\nfault split every 7 bytes 0.1ms",
     "> NOOP\n< 200 result=0\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"cut-utf8", "speed instant\nfault cut utf-8\nvariable X \"J\xc3\xbcrgen \xe2\x82\xac!\"",
     "> GET VARIABLE X\n< 200 result=1 (J\xc3rgen \xe2\x82!)\n", "SUCCESS", TRANSCRIPT_NEXT},
    {"stall", "speed instant\nfault stall after NOOP",
     "> NOOP\n< 200 result=0\n> ANSWER\n= half\n"
     "= close\n",
     "SUCCESS", TRANSCRIPT_NEXT},
};

/* What the script says, what the server has read of the connection, and how it ended for it. */
static const struct {
    const char *name;
    const char *script;
    const char *read;
    gboolean is_reset;
} ending_cases[] = {
    {"close-before-the-environment", "fault close before environment", "", FALSE},
    {"close-inside-the-environment", "fault close inside environment",
     "agi_network: yes\nagi_channel: X/1\nagi_lang", FALSE},
    {"close-inside-a-reply", "fault close inside reply",
     "agi_network: yes\nagi_channel: X/1\nagi_language: en\nagi_type: X\n\n200 re", FALSE},
    {"close-before-a-reply", "fault close before reply",
     "agi_network: yes\nagi_channel: X/1\nagi_language: en\nagi_type: X\n\n", FALSE},
    {"close-after-a-reply", "fault close after 1 command",
     "agi_network: yes\nagi_channel: X/1\nagi_language: en\nagi_type: X\n\n200 result=0\n", FALSE},
    {"half-close", "fault half-close inside NOOP",
     "agi_network: yes\nagi_channel: X/1\nagi_language: en\nagi_type: X\n\n200 re", FALSE},
    {"reset", "fault reset after 1 command", NULL, TRUE},
};

/* An environment of a few lines, so that the middle is easy to see. */
static const char few_lines[] =
    "speed instant\nchannel X/1\nwithout agi_request\nwithout agi_uniqueid\nwithout agi_version\n"
    "without agi_callerid\nwithout agi_calleridname\nwithout agi_callingpres\n"
    "without agi_callingani2\nwithout agi_callington\nwithout agi_callingtns\nwithout agi_dnid\n"
    "without agi_rdnis\nwithout agi_context\nwithout agi_extension\nwithout agi_priority\n"
    "without agi_enhanced\nwithout agi_accountcode\nwithout agi_threadid\n";

static int
listen_somewhere(guint16 *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;

    g_assert_cmpint(bind(fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *) &address, &length), ==, 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Reads the environment, sends NOOP and reads to the end; whether that was a reset comes back. What
 * nobody reads would be a reset, too, so NOOP is only sent to a PBX that is still there. */
static gpointer
read_all(gpointer data)
{
    int fd = GPOINTER_TO_INT(data);
    GString *bytes = g_string_new(NULL);
    char byte = '\0';
    gssize length = 0;

    while ((length = read(fd, &byte, 1)) == 1) {
        g_string_append_c(bytes, byte);
        if (g_str_has_suffix(bytes->str, "\n\n"))
            send(fd, "NOOP\n", 5, MSG_NOSIGNAL);
    }
    if (length < 0 && errno == ECONNRESET)
        g_string_assign(bytes, "reset");
    close(fd);
    return bytes;
}

/* A pair of connected TCP sockets: only those know a reset. */
static void
connect_pair(int fds[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    guint16 port = 0;
    int listener = listen_somewhere(&port);

    address.sin_port = htons(port);
    fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(fds[0], (struct sockaddr *) &address, sizeof address), ==, 0);
    fds[1] = accept(listener, NULL, NULL);
    g_assert_cmpint(fds[1], >=, 0);
    close(listener);
}

static void
test_ending(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *text = g_strconcat(few_lines, ending_cases[i].script, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbxScript) script = pbx_script_new_from_text(text, &error);
    g_autoptr(PbxCall) call = NULL;
    g_autoptr(PbxResult) result = NULL;
    g_autoptr(GString) bytes = NULL;
    GThread *server = NULL;
    int fds[2] = {-1, -1};

    g_assert_no_error(error);
    call = pbx_call_new(script);
    connect_pair(fds);
    server = g_thread_new("server", read_all, GINT_TO_POINTER(fds[0]));
    result = pbx_call_run(call, fds[1], &error);
    g_assert_no_error(error);
    bytes = g_thread_join(server);
    if (ending_cases[i].is_reset)
        g_assert_cmpstr(bytes->str, ==, "reset");
    else
        g_assert_cmpstr(bytes->str, ==, ending_cases[i].read);
    if (g_str_has_prefix(ending_cases[i].script, "fault half"))
        g_assert_cmpint(result->ending, ==, PBX_ENDED_BY_SERVER);
    else
        g_assert_cmpint(result->ending, ==, PBX_ENDED_BY_FAULT);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    transcript_add("/pbx/faults/", cases, G_N_ELEMENTS(cases));
    for (gsize i = 0; i < G_N_ELEMENTS(ending_cases); i++) {
        g_autofree char *path = g_strconcat("/pbx/faults/", ending_cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_ending);
    }
    return g_test_run();
}
