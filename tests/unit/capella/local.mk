# Unit tests of src/capella.

check_PROGRAMS += \
	tests/unit/capella/test-ami \
	tests/unit/capella/test-ami-output \
	tests/unit/capella/test-call \
	tests/unit/capella/test-main \
	tests/unit/capella/test-originate \
	$(NULL)

CAPELLA_TEST_CPPFLAGS = $(TEST_CPPFLAGS) \
	-I$(top_srcdir)/tests/unit/capella -I$(top_srcdir)/tests/unit/pbx
CAPELLA_TEST_LDADD = libpbx.la libagi.la $(GLIB_LIBS)
CAPELLA_PROGRAM = tests/unit/capella/program.c tests/unit/capella/program.h $(PBX_TRANSCRIPT)

tests_unit_capella_test_call_CPPFLAGS = $(CAPELLA_TEST_CPPFLAGS)
tests_unit_capella_test_call_LDADD = $(CAPELLA_TEST_LDADD)
tests_unit_capella_test_call_SOURCES = tests/unit/capella/test-call.c $(CAPELLA_PROGRAM)

tests_unit_capella_test_main_CPPFLAGS = $(CAPELLA_TEST_CPPFLAGS)
tests_unit_capella_test_main_LDADD = $(CAPELLA_TEST_LDADD)
tests_unit_capella_test_main_SOURCES = tests/unit/capella/test-main.c $(CAPELLA_PROGRAM)

# What the command line does without running the program.
CAPELLA_PARTS = libcommandline.la libpbx.la libagi.la libami.la $(JSON_GLIB_LIBS) $(GLIB_LIBS)

tests_unit_capella_test_ami_CPPFLAGS = $(CAPELLA_TEST_CPPFLAGS)
tests_unit_capella_test_ami_LDADD = libpbx.la libagi.la libami.la $(GLIB_LIBS)
tests_unit_capella_test_ami_SOURCES = tests/unit/capella/test-ami.c $(CAPELLA_PROGRAM)

tests_unit_capella_test_ami_output_CPPFLAGS = $(CAPELLA_TEST_CPPFLAGS)
tests_unit_capella_test_ami_output_LDADD = $(CAPELLA_PARTS)

tests_unit_capella_test_originate_CPPFLAGS = $(CAPELLA_TEST_CPPFLAGS)
tests_unit_capella_test_originate_LDADD = libpbx.la libagi.la libami.la $(GLIB_LIBS)
tests_unit_capella_test_originate_SOURCES = tests/unit/capella/test-originate.c $(CAPELLA_PROGRAM)
