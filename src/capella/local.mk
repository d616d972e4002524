# capella, the command line.

bin_PROGRAMS += capella
capella_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"'
capella_LDADD = libpbx.la libcapella.la $(GLIB_LIBS)
capella_SOURCES = \
	src/capella/call.c \
	src/capella/command.c \
	src/capella/command.h \
	src/capella/commands.c \
	src/capella/conversation.c \
	src/capella/conversation.h \
	src/capella/main.c \
	$(NULL)
