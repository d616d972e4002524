# Benchmarks: make bench; README.md says what they measure.

noinst_PROGRAMS += tests/bench/load tests/bench/floor-threads tests/bench/floor-epoll

tests_bench_load_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_load_LDADD = $(GLIB_LIBS)
tests_bench_load_SOURCES = \
	tests/bench/asterisk.c \
	tests/bench/asterisk.h \
	tests/bench/caller.c \
	tests/bench/caller.h \
	tests/bench/histogram.c \
	tests/bench/histogram.h \
	tests/bench/load.c \
	tests/bench/server-process.c \
	tests/bench/server-process.h \
	$(NULL)

tests_bench_floor_threads_SOURCES = \
	tests/bench/floor-threads.c \
	tests/bench/listener.c \
	tests/bench/listener.h \
	tests/bench/scripts.c \
	tests/bench/scripts.h \
	$(NULL)

tests_bench_floor_epoll_SOURCES = \
	tests/bench/floor-epoll.c \
	tests/bench/listener.c \
	tests/bench/listener.h \
	tests/bench/scripts.c \
	tests/bench/scripts.h \
	$(NULL)

noinst_PROGRAMS += tests/bench/ami-client tests/bench/ami-floor tests/bench/ami-peer

tests_bench_ami_client_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_ami_client_LDADD = libcapella.la $(GLIB_LIBS)
tests_bench_ami_client_SOURCES = \
	tests/bench/ami-client.c \
	tests/bench/histogram.c \
	tests/bench/histogram.h \
	$(NULL)

tests_bench_ami_floor_SOURCES = tests/bench/ami-floor.c

tests_bench_ami_peer_SOURCES = \
	tests/bench/ami-peer-events.c \
	tests/bench/ami-peer-events.h \
	tests/bench/ami-peer.c \
	tests/bench/listener.c \
	tests/bench/listener.h \
	$(NULL)

# The handlers, as any module is built; the folder only makes libtool link it as one.
check_LTLIBRARIES += tests/bench/bench.la
tests_bench_bench_la_SOURCES = tests/bench/handlers.c
tests_bench_bench_la_CPPFLAGS = $(MODULE_CPPFLAGS)
tests_bench_bench_la_CFLAGS = $(MODULE_CFLAGS)
tests_bench_bench_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath /nowhere
tests_bench_bench_la_LIBADD = $(MODULE_LIBADD)

dist_check_SCRIPTS += tests/bench/test-bench.sh
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/ami.sh \
	tests/bench/bench.conf \
	tests/bench/bench.sh \
	tests/bench/table.awk \
	$(NULL)

bench: all tests/bench/bench.la
	BENCH_TOOLS='$(abs_top_builddir)/tests/bench' BENCH_CAPELLAD='$(abs_top_builddir)/capellad' \
		$(SHELL) $(srcdir)/tests/bench/bench.sh
	BENCH_TOOLS='$(abs_top_builddir)/tests/bench' $(SHELL) $(srcdir)/tests/bench/ami.sh

# AMI alone.
bench-ami: all
	BENCH_TOOLS='$(abs_top_builddir)/tests/bench' $(SHELL) $(srcdir)/tests/bench/ami.sh

.PHONY: bench bench-ami
