# Unit tests of src/pbx.

check_PROGRAMS += \
	tests/unit/pbx/test-call \
	$(NULL)

PBX_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit/pbx
PBX_TEST_LDADD = libpbx.la $(GLIB_LIBS)
PBX_TRANSCRIPT = tests/unit/pbx/transcript.c tests/unit/pbx/transcript.h

tests_unit_pbx_test_call_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_call_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_call_SOURCES = tests/unit/pbx/test-call.c $(PBX_TRANSCRIPT)
