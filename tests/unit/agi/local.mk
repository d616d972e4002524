# Unit tests of src/agi.

check_PROGRAMS += tests/unit/agi/test-error
tests_unit_agi_test_error_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_agi_test_error_LDADD = libagi.la $(GLIB_LIBS)
