# Handlers shipped with Capella. They are the models for users' own, so they see what users see:
# the public headers, and of the library what it exports.

MODULE_CPPFLAGS = -I$(top_builddir)/include
MODULE_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
MODULE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared
MODULE_LIBADD = libcapella.la $(GLIB_LIBS)

include modules/calltimer/local.mk
include modules/connect/local.mk
include modules/digits/local.mk
include modules/exec/local.mk
include modules/exhaustion/local.mk
include modules/hello/local.mk
include modules/say/local.mk
include modules/variables/local.mk

dist_check_SCRIPTS += tests/check-modules.sh
