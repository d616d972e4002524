# The command line: main.c, and the rest as a library that the tests link too.

noinst_LTLIBRARIES += libcommandline.la
libcommandline_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"' $(JSON_GLIB_CFLAGS)
libcommandline_la_LIBADD = $(JSON_GLIB_LIBS) $(GLIB_LIBS)
libcommandline_la_SOURCES = \
	src/capella/ami-connect.c \
	src/capella/ami-connect.h \
	src/capella/ami-event.c \
	src/capella/ami-event.h \
	src/capella/ami-events.c \
	src/capella/ami-events.h \
	src/capella/ami-help.c \
	src/capella/ami-help.h \
	src/capella/ami-json.c \
	src/capella/ami-output.c \
	src/capella/ami-output.h \
	src/capella/ami-table.c \
	src/capella/ami.c \
	src/capella/ask.c \
	src/capella/ask.h \
	src/capella/call.c \
	src/capella/command.c \
	src/capella/command.h \
	src/capella/commands.c \
	src/capella/conversation.c \
	src/capella/conversation.h \
	src/capella/originate.c \
	src/capella/text.c \
	src/capella/text.h \
	$(NULL)

bin_PROGRAMS += capella
capella_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"'
capella_LDADD = libcommandline.la libconfiguration.la libpbx.la libcapella.la \
	$(JSON_GLIB_LIBS) $(LIBCONFIG_LIBS) $(GLIB_LIBS)
capella_SOURCES = src/capella/main.c
