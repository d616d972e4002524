module_LTLIBRARIES += modules/calltimer/calltimer.la
modules_calltimer_calltimer_la_SOURCES = \
	modules/calltimer/callbacks.c \
	modules/calltimer/callbacks.h \
	modules/calltimer/calltimer.c \
	modules/calltimer/sentence.c \
	modules/calltimer/sentence.h \
	modules/calltimer/timed-call.c \
	modules/calltimer/timed-call.h \
	modules/calltimer/watch.c \
	modules/calltimer/watch.h \
	$(NULL)
modules_calltimer_calltimer_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-calltimer"'
modules_calltimer_calltimer_la_CFLAGS = $(MODULE_CFLAGS)
modules_calltimer_calltimer_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_calltimer_calltimer_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/calltimer/README.md
