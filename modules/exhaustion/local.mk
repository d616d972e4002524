module_LTLIBRARIES += modules/exhaustion/exhaustion.la
modules_exhaustion_exhaustion_la_SOURCES = modules/exhaustion/exhaustion.c
modules_exhaustion_exhaustion_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-exhaustion"'
modules_exhaustion_exhaustion_la_CFLAGS = $(MODULE_CFLAGS)
modules_exhaustion_exhaustion_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_exhaustion_exhaustion_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/exhaustion/README.md
