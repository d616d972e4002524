# Unit tests of what the shipped modules are made of.

check_PROGRAMS += tests/unit/modules/test-lines
tests_unit_modules_test_lines_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/modules
tests_unit_modules_test_lines_SOURCES = tests/unit/modules/test-lines.c modules/exec/lines.c
tests_unit_modules_test_lines_LDADD = $(GLIB_LIBS)

check_PROGRAMS += tests/unit/modules/test-program
tests_unit_modules_test_program_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/modules -D_GNU_SOURCE
tests_unit_modules_test_program_SOURCES = \
	tests/unit/modules/test-program.c \
	modules/exec/program.c \
	$(NULL)
tests_unit_modules_test_program_LDADD = $(GLIB_LIBS)

check_PROGRAMS += tests/unit/modules/test-sentence
tests_unit_modules_test_sentence_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/modules
tests_unit_modules_test_sentence_SOURCES = \
	tests/unit/modules/test-sentence.c \
	modules/calltimer/sentence.c \
	$(NULL)
tests_unit_modules_test_sentence_LDADD = libsession.la libmodule.la libagi.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/modules/test-timed-call
tests_unit_modules_test_timed_call_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/modules
tests_unit_modules_test_timed_call_SOURCES = \
	tests/unit/modules/test-timed-call.c \
	modules/calltimer/timed-call.c \
	$(NULL)
tests_unit_modules_test_timed_call_LDADD = libmodule.la libagi.la $(GLIB_LIBS)
