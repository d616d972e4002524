module_LTLIBRARIES += modules/hello/hello.la
modules_hello_hello_la_SOURCES = modules/hello/hello.c
modules_hello_hello_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-hello"'
modules_hello_hello_la_CFLAGS = $(MODULE_CFLAGS)
modules_hello_hello_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_hello_hello_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/hello/README.md
