# Whole-daemon tests, over real sockets with the simulated PBX.

DAEMON_TEST_CPPFLAGS = $(TEST_CPPFLAGS)
DAEMON_TEST_LDADD = libdaemon-tests.la libpbx.la libcapella.la $(GLIB_LIBS)

# What the tests share.
check_LTLIBRARIES += libdaemon-tests.la
libdaemon_tests_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
libdaemon_tests_la_LIBADD = $(GLIB_LIBS)
libdaemon_tests_la_SOURCES = \
	tests/daemon/harness.c \
	tests/daemon/harness.h \
	$(NULL)

# Modules for the tests alone: -rpath makes libtool build them shared.
TEST_MODULE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
check_LTLIBRARIES += test-handlers.la
test_handlers_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
test_handlers_la_SOURCES = tests/daemon/handlers.c
test_handlers_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_handlers_la_LIBADD = libcapella.la $(GLIB_LIBS)

check_LTLIBRARIES += test-ami-handlers.la
test_ami_handlers_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
test_ami_handlers_la_SOURCES = tests/daemon/ami-handlers.c
test_ami_handlers_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_ami_handlers_la_LIBADD = libcapella.la $(GLIB_LIBS)

check_LTLIBRARIES += \
	test-broken-none.la \
	test-broken-function.la \
	test-broken-small.la \
	test-broken-abi.la \
	test-broken-size.la \
	test-broken-handler-size.la \
	test-broken-handlers.la \
	test-broken-symbol.la \
	$(NULL)
test_broken_none_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_NONE
test_broken_none_la_SOURCES = tests/daemon/broken-modules.c
test_broken_none_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_function_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_FUNCTION
test_broken_function_la_SOURCES = tests/daemon/broken-modules.c
test_broken_function_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_small_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_SMALL
test_broken_small_la_SOURCES = tests/daemon/broken-modules.c
test_broken_small_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_abi_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_ABI
test_broken_abi_la_SOURCES = tests/daemon/broken-modules.c
test_broken_abi_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_size_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_SIZE
test_broken_size_la_SOURCES = tests/daemon/broken-modules.c
test_broken_size_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_handler_size_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_HANDLER_SIZE
test_broken_handler_size_la_SOURCES = tests/daemon/broken-modules.c
test_broken_handler_size_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_handlers_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_HANDLERS
test_broken_handlers_la_SOURCES = tests/daemon/broken-modules.c
test_broken_handlers_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)
test_broken_symbol_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS) -DBROKEN_SYMBOL
test_broken_symbol_la_SOURCES = tests/daemon/broken-modules.c
test_broken_symbol_la_LDFLAGS = $(TEST_MODULE_LDFLAGS)

check_PROGRAMS += \
	tests/daemon/test-ami \
	tests/daemon/test-ami-configuration \
	tests/daemon/test-ami-meet \
	tests/daemon/test-calls \
	tests/daemon/test-configuration \
	tests/daemon/test-overload \
	tests/daemon/test-peers \
	tests/daemon/test-stop \
	$(NULL)
tests_daemon_test_ami_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_ami_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_ami_configuration_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_ami_configuration_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_ami_meet_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_ami_meet_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_calls_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_calls_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_configuration_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_configuration_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_overload_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_overload_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_peers_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_peers_LDADD = $(DAEMON_TEST_LDADD)
tests_daemon_test_stop_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_stop_LDADD = $(DAEMON_TEST_LDADD)

# What README.md says, done.
dist_check_SCRIPTS += tests/daemon/test-installed.sh

include tests/daemon/modules.mk
