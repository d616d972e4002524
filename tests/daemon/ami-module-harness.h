/* ami-module-harness.h - a capellad with a shipped module that commands and watches an Asterisk.
 *
 * The simulated manager interface only takes an Originate; the test itself says what became of the
 * call, and places the call that comes back, so that each order of the two can be had. */

#pragma once

#include "daemon/module-harness.h"
#include "pbx/manager.h"

G_BEGIN_DECLS

/* What the manager interface says to actions that place calls and end them. */
#define TEST_AMI_ACTIONS                                                                           \
    "answer Originate\n"                                                                           \
    "  Response: Success\n"                                                                        \
    "  Message: Originate successfully queued\n"                                                   \
    "end\n"                                                                                        \
    "answer Hangup\n"                                                                              \
    "  Response: Success\n"                                                                        \
    "  Message: Channel Hungup\n"                                                                  \
    "end\n"

typedef struct {
    PbxManager *manager;
    TestDaemon *daemon;
} TestAmi;

/* Starts both: the server is called `main`; @settings are the module's own, @extensions as for
 * test_module_start(), and @more further lines of the configuration. */
void test_ami_start(TestAmi *ami, const char *script, const char *module, const char *settings,
                    const char *extensions, const char *more);
void test_ami_clear(TestAmi *ami);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestAmi, test_ami_clear)

/* An entry of the list `ami`. */
char *test_ami_make_entry(const char *name, PbxManager *manager);

/* Lets capellad check a configuration, or one with a server, a module and its settings; it has to
 * refuse it with these words. */
void test_ami_assert_configuration_refused(const char *configuration, const char *words);
void test_ami_assert_refused(const char *module, const char *settings, const char *extensions,
                             const char *words);

/* Further lines of the manager's script. */
void test_ami_read(TestAmi *ami, const char *script);

/* A header of the last Originate, once so many have come. */
char *test_ami_dup_originated(TestAmi *ami, guint times, const char *header);

/* Says what became of the call that was placed as the so-many-th, which is the last one. */
void test_ami_respond(TestAmi *ami, guint times, gboolean is_answered, const char *reason);

/* The call that comes back from it. */
TestCall *test_ami_come_back(TestAmi *ami, guint times, const char *script);

G_END_DECLS
