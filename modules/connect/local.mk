module_LTLIBRARIES += modules/connect/connect.la
modules_connect_connect_la_SOURCES = modules/connect/connect.c
modules_connect_connect_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-connect"'
modules_connect_connect_la_CFLAGS = $(MODULE_CFLAGS)
modules_connect_connect_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_connect_connect_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/connect/README.md
