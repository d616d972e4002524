# What handler modules and the daemon agree on: the descriptor and the settings.

noinst_LTLIBRARIES += libmodule.la
libmodule_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella-module"'
libmodule_la_LIBADD = $(GLIB_LIBS)
libmodule_la_SOURCES = \
	$(NULL)
