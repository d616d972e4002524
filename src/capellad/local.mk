# The daemon: main.c, and the rest as a library that the tests link too.

noinst_LTLIBRARIES += libcapellad.la
libcapellad_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capellad"' $(SYSTEMD_CFLAGS)
libcapellad_la_LIBADD = libconfiguration.la $(LIBCONFIG_LIBS) $(SYSTEMD_LIBS) $(GLIB_LIBS)
libcapellad_la_SOURCES = \
	src/capellad/acceptor.c \
	src/capellad/acceptor.h \
	src/capellad/asterisks.c \
	src/capellad/asterisks.h \
	src/capellad/call.c \
	src/capellad/call.h \
	src/capellad/configuration.c \
	src/capellad/configuration.h \
	src/capellad/connection.c \
	src/capellad/connection.h \
	src/capellad/counters.h \
	src/capellad/listener.c \
	src/capellad/listener.h \
	src/capellad/log.c \
	src/capellad/log.h \
	src/capellad/meeting.c \
	src/capellad/meeting.h \
	src/capellad/modules.c \
	src/capellad/modules.h \
	src/capellad/network.c \
	src/capellad/network.h \
	src/capellad/notify.c \
	src/capellad/notify.h \
	src/capellad/pattern.c \
	src/capellad/pattern.h \
	src/capellad/policy.c \
	src/capellad/policy.h \
	src/capellad/routes.c \
	src/capellad/routes.h \
	src/capellad/server.c \
	src/capellad/server.h \
	src/capellad/session.c \
	src/capellad/session.h \
	src/capellad/shared-object.c \
	src/capellad/shared-object.h \
	src/capellad/stuck.c \
	src/capellad/stuck.h \
	src/capellad/waiters.c \
	src/capellad/waiters.h \
	src/capellad/workers.c \
	src/capellad/workers.h \
	$(NULL)

sbin_PROGRAMS += capellad
capellad_CPPFLAGS = $(libcapellad_la_CPPFLAGS)
capellad_SOURCES = src/capellad/main.c
capellad_LDADD = libcapellad.la libcapella.la $(LIBCONFIG_LIBS) $(SYSTEMD_LIBS) $(GLIB_LIBS)
