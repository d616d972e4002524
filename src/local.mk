# libcapella, the daemon and the command line.

include src/agi/local.mk
include src/ami/local.mk
include src/module/local.mk
include src/pbx/local.mk
include src/capellad/local.mk
include src/capella/local.mk

lib_LTLIBRARIES += libcapella.la
libcapella_la_SOURCES =
libcapella_la_LIBADD = libagi.la libami.la libmodule.la $(GLIB_LIBS)
libcapella_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(CAPELLA_LIBRARY_VERSION) \
	-Wl,-Bsymbolic-functions -Wl,--version-script=src/exports.map
libcapella_la_DEPENDENCIES = libagi.la libami.la libmodule.la src/exports.map
EXTRA_DIST += src/libcapella.map

# What the library exports: the map, and the functions that are made from the table of actions.
CLEANFILES += src/exports.map
src/exports.map: $(actions_input) $(srcdir)/src/libcapella.map
	$(AM_V_GEN)$(READ_ACTIONS) -v part=map $(ACTIONS) $(srcdir)/src/libcapella.map >$@.new && \
		mv $@.new $@

capellaincludedir = $(includedir)/capella
capellainclude_HEADERS = \
	src/capella.h \
	src/agi/agi.h \
	src/ami/ami.h \
	src/module/module.h \
	src/module/settings.h \
	$(NULL)
capellaagiincludedir = $(includedir)/capella/agi
capellaagiinclude_HEADERS = \
	src/agi/call.h \
	src/agi/commands.h \
	src/agi/dialplan.h \
	src/agi/environment.h \
	src/agi/error.h \
	src/agi/sequence.h \
	$(NULL)

capellaamiincludedir = $(includedir)/capella/ami
capellaamiinclude_HEADERS = \
	src/ami/action-info.h \
	src/ami/action.h \
	src/ami/async-agi.h \
	src/ami/client.h \
	src/ami/configuration.h \
	src/ami/error.h \
	src/ami/event-queue.h \
	src/ami/filter.h \
	src/ami/message.h \
	src/ami/originate.h \
	src/ami/reply.h \
	src/ami/tracker.h \
	src/ami/values.h \
	$(NULL)

pkgconfig_DATA = src/capella.pc
