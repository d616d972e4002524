# Everything that is tested; TAP is what g_test and the scripts speak.

TEST_EXTENSIONS = .sh
TEST_TIME_LIMIT = 300
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER_FLAGS = --merge --comments
LOG_COMPILER = $(TEST_WRAPPER) $(TEST_PRELOAD)
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_DRIVER_FLAGS = $(LOG_DRIVER_FLAGS) --ignore-exit
SH_LOG_COMPILER = $(TEST_WRAPPER) $(TEST_PRELOAD) $(SHELL)

# GLib's locks, made visible to ThreadSanitizer.
EXTRA_DIST += tests/sanitizers/thread.c tests/sanitizers/thread.supp
TSAN_SETTINGS = suppressions=$(abs_top_srcdir)/tests/sanitizers/thread.supp
if THREAD_SANITIZER
check_LTLIBRARIES += tests/sanitizers/thread.la
tests_sanitizers_thread_la_SOURCES = tests/sanitizers/thread.c
tests_sanitizers_thread_la_CFLAGS = -std=gnu11 $(WARNING_CFLAGS) $(GLIB_CFLAGS)
tests_sanitizers_thread_la_LIBADD = $(GLIB_LIBS)
tests_sanitizers_thread_la_LDFLAGS = -module -avoid-version -rpath /nowhere
TEST_PRELOAD = env LD_PRELOAD=$(abs_top_builddir)/tests/sanitizers/.libs/thread.so
endif

AM_TESTS_ENVIRONMENT = \
	MALLOC_PERTURB_=$${MALLOC_PERTURB_-165}; export MALLOC_PERTURB_; \
	G_TEST_SRCDIR='$(abs_top_srcdir)/tests'; export G_TEST_SRCDIR; \
	G_TEST_BUILDDIR='$(abs_top_builddir)'; export G_TEST_BUILDDIR; \
	ASAN_OPTIONS=$${ASAN_OPTIONS-detect_stack_use_after_return=1}; export ASAN_OPTIONS; \
	TSAN_OPTIONS=$${TSAN_OPTIONS-$(TSAN_SETTINGS)}; export TSAN_OPTIONS; \
	G_SLICE=$${G_SLICE-always-malloc}; export G_SLICE; \
	UBSAN_OPTIONS=$${UBSAN_OPTIONS-print_stacktrace=1}; export UBSAN_OPTIONS; \
	ASTERISK='$(ASTERISK)'; export ASTERISK;

# What the scripts below need to know of the build. Only they: a make inside a test is its own.
CHECK_SCRIPT_ENVIRONMENT = \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
	TEST_NAMES='$(TESTS)'; export TEST_NAMES; \
	PUBLIC_HEADERS='$(capellainclude_HEADERS) $(capellaagiinclude_HEADERS) $(capellaamiinclude_HEADERS) $(nodist_capellaamiinclude_HEADERS)'; \
	export PUBLIC_HEADERS; \
	AWK='$(AWK)'; export AWK; \
	CC='$(CC)'; export CC; \
	NM='$(NM)'; export NM; \
	READELF='$(READELF)'; export READELF; \
	GLIB_CFLAGS='$(GLIB_CFLAGS)'; export GLIB_CFLAGS; \
	INSTRUMENTATION='$(INSTRUMENTATION)'; export INSTRUMENTATION;
AM_TESTS_ENVIRONMENT += $(CHECK_SCRIPT_ENVIRONMENT)

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests -DG_LOG_DOMAIN='"capella-test"'

dist_check_SCRIPTS += \
	tests/check-actions.sh \
	tests/check-docs.sh \
	tests/check-headers.sh \
	tests/check-source.sh \
	tests/check-symbols.sh \
	$(NULL)
EXTRA_DIST += tests/daemon.sh tests/lint.sh tests/tap.sh

include tests/unit/local.mk
include tests/daemon/local.mk
include tests/asterisk/local.mk
include tests/bench/local.mk

TESTS += $(check_PROGRAMS) $(dist_check_SCRIPTS)

# Linters, where they are installed.
lint:
	$(SHELL) $(srcdir)/tests/lint.sh

# What the last tests reached, in a build with --enable-coverage.
coverage:
	$(MKDIR_P) coverage
	$(GCOVR) --root $(top_srcdir) --filter '$(top_srcdir)/src/' --filter '$(top_srcdir)/modules/' \
		--print-summary --txt coverage/report.txt --html-details coverage/index.html .
	@echo "Read coverage/index.html, or coverage/report.txt."

clean-local:
	rm -rf coverage
	find . -name '*.gcda' -o -name '*.gcno' | xargs rm -f

.PHONY: lint coverage
