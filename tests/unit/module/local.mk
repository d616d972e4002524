# Unit tests of src/module.

check_PROGRAMS += tests/unit/module/test-settings
tests_unit_module_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_module_test_settings_LDADD = libmodule.la $(GLIB_LIBS)
