# Unit tests of src/ami.

EXTRA_DIST += \
	tests/unit/ami/tls/authority.pem \
	tests/unit/ami/tls/client.pem \
	tests/unit/ami/tls/expired.pem \
	tests/unit/ami/tls/make.sh \
	tests/unit/ami/tls/other.pem \
	tests/unit/ami/tls/server.pem \
	tests/unit/ami/tls/stranger.pem \
	$(NULL)

# A client that is logged in to the simulator, for tests of what is built on the client.
check_LTLIBRARIES += libamiserver.la
libamiserver_la_CPPFLAGS = $(TEST_CPPFLAGS)
libamiserver_la_SOURCES = tests/unit/ami/server.c tests/unit/ami/server.h
AMI_SERVER_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit/ami
AMI_SERVER_LDADD = libamiserver.la libpbx.la libagi.la libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-action
tests_unit_ami_test_action_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_action_LDADD = libami.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/ami/test-actions
tests_unit_ami_test_actions_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_actions_SOURCES = tests/unit/ami/test-actions.c tests/unit/ami/action-calls.h \
	tests/unit/ami/peer.c tests/unit/ami/peer.h
nodist_tests_unit_ami_test_actions_SOURCES = tests/unit/ami/action-calls.c
tests_unit_ami_test_actions_LDADD = libami.la $(GLIB_LIBS)
EXTRA_DIST += tests/unit/ami/action-calls.awk
CLEANFILES += tests/unit/ami/action-calls.c
tests/unit/ami/action-calls.c: $(actions_input) $(srcdir)/tests/unit/ami/action-calls.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(READ_ACTIONS) -f $(srcdir)/tests/unit/ami/action-calls.awk -v part=calls $(ACTIONS) \
		>$@.new && mv $@.new $@

check_PROGRAMS += tests/unit/ami/test-async-agi-text
tests_unit_ami_test_async_agi_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ami_test_async_agi_text_LDADD = libami.la $(GLIB_LIBS)

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

AMI_PEER = tests/unit/ami/peer.c tests/unit/ami/peer.h
AMI_PEER_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit/ami

check_PROGRAMS += tests/unit/ami/test-answer
tests_unit_ami_test_answer_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_answer_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_answer_SOURCES = tests/unit/ami/test-answer.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-client
tests_unit_ami_test_client_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_client_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_client_SOURCES = tests/unit/ami/test-client.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-connection
tests_unit_ami_test_connection_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_connection_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_connection_SOURCES = tests/unit/ami/test-connection.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-keep-alive
tests_unit_ami_test_keep_alive_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_keep_alive_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_keep_alive_SOURCES = tests/unit/ami/test-keep-alive.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-login
tests_unit_ami_test_login_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_login_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_login_SOURCES = tests/unit/ami/test-login.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-output
tests_unit_ami_test_output_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_output_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_output_SOURCES = tests/unit/ami/test-output.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-pending
tests_unit_ami_test_pending_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_pending_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_pending_SOURCES = tests/unit/ami/test-pending.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-reconnect
tests_unit_ami_test_reconnect_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_reconnect_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_reconnect_SOURCES = tests/unit/ami/test-reconnect.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-send
tests_unit_ami_test_send_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_send_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_send_SOURCES = tests/unit/ami/test-send.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-subscriptions
tests_unit_ami_test_subscriptions_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_subscriptions_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_subscriptions_SOURCES = tests/unit/ami/test-subscriptions.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-tls
tests_unit_ami_test_tls_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_tls_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_tls_SOURCES = tests/unit/ami/test-tls.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-configuration
tests_unit_ami_test_configuration_CPPFLAGS = $(AMI_SERVER_CPPFLAGS)
tests_unit_ami_test_configuration_LDADD = $(AMI_SERVER_LDADD)

check_PROGRAMS += tests/unit/ami/test-originate
tests_unit_ami_test_originate_CPPFLAGS = $(AMI_SERVER_CPPFLAGS)
tests_unit_ami_test_originate_LDADD = $(AMI_SERVER_LDADD)

check_PROGRAMS += tests/unit/ami/test-values
tests_unit_ami_test_values_CPPFLAGS = $(AMI_SERVER_CPPFLAGS)
tests_unit_ami_test_values_LDADD = $(AMI_SERVER_LDADD)

check_PROGRAMS += tests/unit/ami/test-tracker
tests_unit_ami_test_tracker_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_tracker_LDADD = libami.la $(GLIB_LIBS)
tests_unit_ami_test_tracker_SOURCES = tests/unit/ami/test-tracker.c $(AMI_PEER)

check_PROGRAMS += tests/unit/ami/test-async-agi
tests_unit_ami_test_async_agi_CPPFLAGS = $(AMI_PEER_CPPFLAGS)
tests_unit_ami_test_async_agi_LDADD = libpbx.la libami.la libagi.la $(GLIB_LIBS)
tests_unit_ami_test_async_agi_SOURCES = tests/unit/ami/test-async-agi.c $(AMI_PEER)
