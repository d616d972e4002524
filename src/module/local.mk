# What handler modules and the daemon agree on: the descriptor and the settings.

noinst_LTLIBRARIES += libmodule.la
libmodule_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella-module"'
libmodule_la_LIBADD = $(GLIB_LIBS) -lm
libmodule_la_SOURCES = \
	src/module/daemon-private.h \
	src/module/daemon.c \
	src/module/settings-check.c \
	src/module/settings-node.h \
	src/module/settings-private.h \
	src/module/settings.c \
	$(NULL)
