# FastAGI: the environment, quoting, replies, the command table, AgiCall.

noinst_LTLIBRARIES += libagi.la
libagi_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella-agi"'
libagi_la_LIBADD = $(GLIB_LIBS) -lm
libagi_la_SOURCES = \
	src/agi/application.c \
	src/agi/application.h \
	src/agi/batch.c \
	src/agi/batch.h \
	src/agi/call-private.h \
	src/agi/call-struct.h \
	src/agi/call.c \
	src/agi/commands-channel.c \
	src/agi/commands-dialplan.c \
	src/agi/commands-say.c \
	src/agi/commands-sound.c \
	src/agi/commands-speech.c \
	src/agi/commands-text.c \
	src/agi/commands-variable.c \
	src/agi/connection.c \
	src/agi/connection.h \
	src/agi/dialplan.c \
	src/agi/environment.c \
	src/agi/error.c \
	src/agi/exchange.c \
	src/agi/exchange.h \
	src/agi/line.c \
	src/agi/line.h \
	src/agi/quote.c \
	src/agi/quote.h \
	src/agi/reply.c \
	src/agi/reply.h \
	src/agi/run.c \
	src/agi/run.h \
	src/agi/sequence.c \
	src/agi/table.c \
	src/agi/table.h \
	src/agi/watch.c \
	src/agi/watch.h \
	src/agi/words.c \
	$(NULL)
