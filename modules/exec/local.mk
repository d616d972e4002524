module_LTLIBRARIES += modules/exec/exec.la
modules_exec_exec_la_SOURCES = \
	modules/exec/exec.c \
	modules/exec/lines.c \
	modules/exec/lines.h \
	modules/exec/program.c \
	modules/exec/program.h \
	modules/exec/relay.c \
	modules/exec/relay.h \
	$(NULL)
modules_exec_exec_la_CPPFLAGS = $(MODULE_CPPFLAGS) -D_GNU_SOURCE -DG_LOG_DOMAIN='"capella-exec"'
modules_exec_exec_la_CFLAGS = $(MODULE_CFLAGS)
modules_exec_exec_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_exec_exec_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/exec/README.md
