# Unit tests of src/pbx.

EXTRA_DIST += tests/unit/pbx/asterisk-22.conversation

check_PROGRAMS += \
	tests/unit/pbx/test-asterisk \
	tests/unit/pbx/test-call \
	tests/unit/pbx/test-checks \
	tests/unit/pbx/test-commands \
	tests/unit/pbx/test-commands-call \
	tests/unit/pbx/test-commands-data \
	tests/unit/pbx/test-commands-say \
	tests/unit/pbx/test-commands-sound \
	tests/unit/pbx/test-commands-speech \
	tests/unit/pbx/test-faults \
	tests/unit/pbx/test-manager \
	tests/unit/pbx/test-manager-actions \
	tests/unit/pbx/test-manager-channel \
	tests/unit/pbx/test-manager-events \
	tests/unit/pbx/test-manager-login \
	tests/unit/pbx/test-manager-originate \
	tests/unit/pbx/test-manager-script \
	tests/unit/pbx/test-manager-session \
	tests/unit/pbx/test-manager-tls \
	tests/unit/pbx/test-result \
	tests/unit/pbx/test-script \
	tests/unit/pbx/test-target \
	tests/unit/pbx/test-wait \
	$(NULL)

PBX_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit/pbx
PBX_TEST_LDADD = libpbx.la libami.la libagi.la $(GLIB_LIBS)
PBX_TRANSCRIPT = tests/unit/pbx/transcript.c tests/unit/pbx/transcript.h
PBX_MANAGER_CLIENT = tests/unit/pbx/manager-client.c tests/unit/pbx/manager-client.h

tests_unit_pbx_test_asterisk_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_asterisk_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_asterisk_SOURCES = tests/unit/pbx/test-asterisk.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_call_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_call_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_call_SOURCES = tests/unit/pbx/test-call.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_checks_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_checks_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_checks_SOURCES = tests/unit/pbx/test-checks.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_commands_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_LDADD = $(PBX_TEST_LDADD)

tests_unit_pbx_test_commands_call_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_call_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_commands_call_SOURCES = tests/unit/pbx/test-commands-call.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_commands_data_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_data_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_commands_data_SOURCES = tests/unit/pbx/test-commands-data.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_commands_say_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_say_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_commands_say_SOURCES = tests/unit/pbx/test-commands-say.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_commands_sound_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_sound_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_commands_sound_SOURCES = tests/unit/pbx/test-commands-sound.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_commands_speech_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_commands_speech_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_commands_speech_SOURCES = tests/unit/pbx/test-commands-speech.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_faults_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_faults_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_faults_SOURCES = tests/unit/pbx/test-faults.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_manager_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_SOURCES = tests/unit/pbx/test-manager.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_actions_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_actions_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_actions_SOURCES = tests/unit/pbx/test-manager-actions.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_login_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_login_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_login_SOURCES = tests/unit/pbx/test-manager-login.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_script_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_script_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_script_SOURCES = tests/unit/pbx/test-manager-script.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_session_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_session_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_session_SOURCES = tests/unit/pbx/test-manager-session.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_channel_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_channel_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_channel_SOURCES = tests/unit/pbx/test-manager-channel.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_events_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_events_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_events_SOURCES = tests/unit/pbx/test-manager-events.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_originate_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_originate_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_originate_SOURCES = tests/unit/pbx/test-manager-originate.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_manager_tls_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_manager_tls_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_manager_tls_SOURCES = tests/unit/pbx/test-manager-tls.c $(PBX_MANAGER_CLIENT)

tests_unit_pbx_test_result_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_result_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_result_SOURCES = tests/unit/pbx/test-result.c $(PBX_TRANSCRIPT)

tests_unit_pbx_test_script_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_script_LDADD = $(PBX_TEST_LDADD)

tests_unit_pbx_test_target_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_target_LDADD = $(PBX_TEST_LDADD)

tests_unit_pbx_test_wait_CPPFLAGS = $(PBX_TEST_CPPFLAGS)
tests_unit_pbx_test_wait_LDADD = $(PBX_TEST_LDADD)
tests_unit_pbx_test_wait_SOURCES = tests/unit/pbx/test-wait.c $(PBX_TRANSCRIPT)
