# Everything that is tested; TAP is what g_test speaks.

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER_FLAGS = --merge --comments
AM_TESTS_ENVIRONMENT = \
	MALLOC_PERTURB_=$${MALLOC_PERTURB_-165}; export MALLOC_PERTURB_; \
	G_TEST_SRCDIR='$(abs_top_srcdir)/tests'; export G_TEST_SRCDIR; \
	G_TEST_BUILDDIR='$(abs_top_builddir)'; export G_TEST_BUILDDIR; \
	ASTERISK='$(ASTERISK)'; export ASTERISK;

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests -DG_LOG_DOMAIN='"capella-test"'

include tests/unit/local.mk
include tests/daemon/local.mk
include tests/asterisk/local.mk
include tests/bench/local.mk

TESTS += $(check_PROGRAMS)
