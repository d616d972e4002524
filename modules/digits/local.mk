module_LTLIBRARIES += modules/digits/digits.la
modules_digits_digits_la_SOURCES = modules/digits/digits.c
modules_digits_digits_la_CPPFLAGS = $(MODULE_CPPFLAGS) -DG_LOG_DOMAIN='"capella-digits"'
modules_digits_digits_la_CFLAGS = $(MODULE_CFLAGS)
modules_digits_digits_la_LDFLAGS = $(MODULE_LDFLAGS)
modules_digits_digits_la_LIBADD = $(MODULE_LIBADD)
EXTRA_DIST += modules/digits/README.md
