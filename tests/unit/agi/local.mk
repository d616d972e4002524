# Unit tests of src/agi.

check_LTLIBRARIES += libsession.la
libsession_la_CPPFLAGS = $(TEST_CPPFLAGS)
libsession_la_LIBADD = libagi.la $(GLIB_LIBS)
libsession_la_SOURCES = tests/unit/agi/session.c tests/unit/agi/session.h

check_PROGRAMS += tests/unit/agi/test-commands
tests_unit_agi_test_commands_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_commands_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-error
tests_unit_agi_test_error_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_error_LDADD = libagi.la $(GLIB_LIBS)
