# Unit tests of src/agi.

check_LTLIBRARIES += libsession.la
libsession_la_CPPFLAGS = $(TEST_CPPFLAGS)
libsession_la_LIBADD = libagi.la $(GLIB_LIBS)
libsession_la_SOURCES = tests/unit/agi/session.c tests/unit/agi/session.h

check_PROGRAMS += tests/unit/agi/test-commands
tests_unit_agi_test_commands_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_commands_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-environment
tests_unit_agi_test_environment_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_environment_LDADD = libagi.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-error
tests_unit_agi_test_error_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_error_LDADD = libagi.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-quote
tests_unit_agi_test_quote_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_quote_LDADD = libagi.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-reply
tests_unit_agi_test_reply_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_reply_LDADD = libagi.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-call
tests_unit_agi_test_call_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_call_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-words
tests_unit_agi_test_words_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_words_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-dialplan
tests_unit_agi_test_dialplan_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_dialplan_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-sequence
tests_unit_agi_test_sequence_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_sequence_LDADD = libsession.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/agi/test-watch
tests_unit_agi_test_watch_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_watch_LDADD = libsession.la $(GLIB_LIBS)
