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

# What the daemon and the command line share: reading configuration files, and what stands there of
# an Asterisk. Linked into both, so that libcapella need not know libconfig.
noinst_LTLIBRARIES += libconfiguration.la
libconfiguration_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella"' $(LIBCONFIG_CFLAGS)
libconfiguration_la_LIBADD = $(LIBCONFIG_LIBS) $(GLIB_LIBS)
libconfiguration_la_SOURCES = \
	src/module/ami-settings.c \
	src/module/ami-settings.h \
	src/module/config-file.c \
	src/module/config-file.h \
	$(NULL)
