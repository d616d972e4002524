module_LTLIBRARIES += modules/say/say.la
modules_say_say_la_SOURCES = modules/say/say.c
modules_say_say_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-say"'
modules_say_say_la_CFLAGS = $(MODULE_CFLAGS)
modules_say_say_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_say_say_la_LIBADD = $(MODULE_LIBADD) -lm
EXTRA_DIST += modules/say/README.md
