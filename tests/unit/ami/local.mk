# Unit tests of src/ami.

check_PROGRAMS += tests/unit/ami/test-action
tests_unit_ami_test_action_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_action_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-channel-table
tests_unit_ami_test_channel_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_channel_table_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-event-queue
tests_unit_ami_test_event_queue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_event_queue_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-filter
tests_unit_ami_test_filter_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_filter_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-message
tests_unit_ami_test_message_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_message_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-parser
tests_unit_ami_test_parser_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_parser_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-table
tests_unit_ami_test_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_table_LDADD = libami.la $(GLIB_LIBS)
