# The simulated PBX: plays Asterisk's part of a FastAGI call from a script.

noinst_LTLIBRARIES += libpbx.la
libpbx_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella-pbx"'
libpbx_la_LIBADD = $(GLIB_LIBS) -lm
libpbx_la_SOURCES = \
	src/pbx/applications.c \
	src/pbx/arguments.c \
	src/pbx/call-private.h \
	src/pbx/call.c \
	src/pbx/call.h \
	src/pbx/checks.c \
	src/pbx/commands-call.c \
	src/pbx/commands-data.c \
	src/pbx/commands-say.c \
	src/pbx/commands-sound.c \
	src/pbx/commands-speech.c \
	src/pbx/commands.c \
	src/pbx/directives.c \
	src/pbx/environment.c \
	src/pbx/faults.c \
	src/pbx/functions.c \
	src/pbx/line.c \
	src/pbx/manager-actions.c \
	src/pbx/manager-answer.c \
	src/pbx/manager-async-agi.c \
	src/pbx/manager-block.c \
	src/pbx/manager-call.c \
	src/pbx/manager-channel.c \
	src/pbx/manager-classes.c \
	src/pbx/manager-classes.h \
	src/pbx/manager-core.c \
	src/pbx/manager-data.c \
	src/pbx/manager-directives.c \
	src/pbx/manager-events.c \
	src/pbx/manager-faults.c \
	src/pbx/manager-filter.c \
	src/pbx/manager-flood.c \
	src/pbx/manager-login.c \
	src/pbx/manager-originate.c \
	src/pbx/manager-private.h \
	src/pbx/manager-request.c \
	src/pbx/manager-request.h \
	src/pbx/manager-script.c \
	src/pbx/manager-session.c \
	src/pbx/manager.c \
	src/pbx/manager.h \
	src/pbx/match.c \
	src/pbx/result.c \
	src/pbx/result.h \
	src/pbx/script-private.h \
	src/pbx/script.c \
	src/pbx/script.h \
	src/pbx/target.c \
	src/pbx/target.h \
	src/pbx/variables.c \
	src/pbx/wait.c \
	src/pbx/wire.c \
	src/pbx/wire.h \
	src/pbx/words.c \
	src/pbx/words.h \
	$(NULL)
