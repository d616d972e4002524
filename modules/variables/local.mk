module_LTLIBRARIES += modules/variables/variables.la
modules_variables_variables_la_SOURCES = modules/variables/variables.c
modules_variables_variables_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-variables"'
modules_variables_variables_la_CFLAGS = $(MODULE_CFLAGS)
modules_variables_variables_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_variables_variables_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/variables/README.md
