# Unit tests of src/capellad.

CAPELLAD_TEST_CPPFLAGS = $(TEST_CPPFLAGS) $(LIBCONFIG_CFLAGS)
CAPELLAD_TEST_LDADD = libcapellad.la libcapella.la $(LIBCONFIG_LIBS) $(SYSTEMD_LIBS) $(GLIB_LIBS)

check_PROGRAMS += \
	tests/unit/capellad/test-asterisks \
	tests/unit/capellad/test-network \
	tests/unit/capellad/test-pattern \
	tests/unit/capellad/test-policy \
	tests/unit/capellad/test-workers \
	$(NULL)
tests_unit_capellad_test_asterisks_CPPFLAGS = $(CAPELLAD_TEST_CPPFLAGS)
tests_unit_capellad_test_asterisks_LDADD = $(CAPELLAD_TEST_LDADD)
tests_unit_capellad_test_network_CPPFLAGS = $(CAPELLAD_TEST_CPPFLAGS)
tests_unit_capellad_test_network_LDADD = $(CAPELLAD_TEST_LDADD)
tests_unit_capellad_test_pattern_CPPFLAGS = $(CAPELLAD_TEST_CPPFLAGS)
tests_unit_capellad_test_pattern_LDADD = $(CAPELLAD_TEST_LDADD)
tests_unit_capellad_test_policy_CPPFLAGS = $(CAPELLAD_TEST_CPPFLAGS)
tests_unit_capellad_test_policy_LDADD = $(CAPELLAD_TEST_LDADD)
tests_unit_capellad_test_workers_CPPFLAGS = $(CAPELLAD_TEST_CPPFLAGS)
tests_unit_capellad_test_workers_LDADD = $(CAPELLAD_TEST_LDADD)
