# Tests of the shipped modules, in a real daemon.

check_LTLIBRARIES += libmodule-tests.la
libmodule_tests_la_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
libmodule_tests_la_LIBADD = $(GLIB_LIBS)
libmodule_tests_la_SOURCES = \
	tests/daemon/ami-module-harness.c \
	tests/daemon/ami-module-harness.h \
	tests/daemon/module-harness.c \
	tests/daemon/module-harness.h \
	$(NULL)
MODULE_TEST_LDADD = libmodule-tests.la $(DAEMON_TEST_LDADD)

check_PROGRAMS += \
	tests/daemon/test-module-calltimer \
	tests/daemon/test-module-connect \
	tests/daemon/test-module-digits \
	tests/daemon/test-module-exec \
	tests/daemon/test-module-exhaustion \
	tests/daemon/test-module-hello \
	tests/daemon/test-module-say \
	tests/daemon/test-module-variables \
	$(NULL)
tests_daemon_test_module_calltimer_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_calltimer_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_connect_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_connect_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_digits_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_digits_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_exec_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_exec_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_exhaustion_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_exhaustion_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_hello_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_hello_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_say_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_say_LDADD = $(MODULE_TEST_LDADD)
tests_daemon_test_module_variables_CPPFLAGS = $(DAEMON_TEST_CPPFLAGS)
tests_daemon_test_module_variables_LDADD = $(MODULE_TEST_LDADD)
