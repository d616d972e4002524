# The command line: main.c, and the rest as a library that the tests link too.

noinst_LTLIBRARIES += libcommandline.la
libcommandline_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"' $(JSON_GLIB_CFLAGS)
libcommandline_la_LIBADD = $(JSON_GLIB_LIBS) $(GLIB_LIBS)
libcommandline_la_SOURCES = \
	src/capella/ami-json.c \
	src/capella/ami-output.c \
	src/capella/ami-output.h \
	src/capella/ami-table.c \
	src/capella/call.c \
	src/capella/command.c \
	src/capella/command.h \
	src/capella/commands.c \
	src/capella/conversation.c \
	src/capella/conversation.h \
	src/capella/text.c \
	src/capella/text.h \
	$(NULL)

bin_PROGRAMS += capella
capella_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"'
capella_LDADD = libcommandline.la libpbx.la libcapella.la $(JSON_GLIB_LIBS) $(GLIB_LIBS)
capella_SOURCES = src/capella/main.c
