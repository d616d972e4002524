# AMI: messages, the parser, the client, the table of actions, and what is built on them.

noinst_LTLIBRARIES += libami.la
libami_la_CPPFLAGS = $(AM_CPPFLAGS) -DG_LOG_DOMAIN='"capella-ami"'
libami_la_LIBADD = $(GLIB_LIBS) -lm
libami_la_SOURCES = \
	src/ami/action-private.h \
	src/ami/action.c \
	src/ami/answer.c \
	src/ami/async-agi-call.c \
	src/ami/async-agi-call.h \
	src/ami/async-agi-text.c \
	src/ami/async-agi-text.h \
	src/ami/async-agi.c \
	src/ami/async-agi.h \
	src/ami/channel-private.h \
	src/ami/channel-table.c \
	src/ami/channel-table.h \
	src/ami/channel.c \
	src/ami/client-private.h \
	src/ami/client-settings.c \
	src/ami/client.c \
	src/ami/client.h \
	src/ami/clock.c \
	src/ami/configuration-private.h \
	src/ami/configuration-update.c \
	src/ami/configuration.c \
	src/ami/configuration.h \
	src/ami/connect.c \
	src/ami/connection.c \
	src/ami/deadline-private.h \
	src/ami/error.c \
	src/ami/event-queue-private.h \
	src/ami/event-queue.c \
	src/ami/event-queue.h \
	src/ami/events.c \
	src/ami/filter-private.h \
	src/ami/filter.c \
	src/ami/filter.h \
	src/ami/inbox.c \
	src/ami/keep-alive.c \
	src/ami/login.c \
	src/ami/message-private.h \
	src/ami/message.c \
	src/ami/originate-private.h \
	src/ami/originate.c \
	src/ami/originate.h \
	src/ami/output.c \
	src/ami/parser.c \
	src/ami/parser.h \
	src/ami/pending.c \
	src/ami/reconnect.c \
	src/ami/reply-private.h \
	src/ami/reply.c \
	src/ami/secret.c \
	src/ami/send.c \
	src/ami/subscriptions.c \
	src/ami/subscriptions.h \
	src/ami/table.c \
	src/ami/table.h \
	src/ami/tls.c \
	src/ami/tracker-private.h \
	src/ami/tracker-wait.c \
	src/ami/tracker.c \
	src/ami/tracker.h \
	src/ami/values.c \
	src/ami/values.h \
	src/ami/wait.c \
	$(NULL)

# What is made from the table of actions, in the build folder: the table's rows, and a function for
# each action.
actions_input = \
	$(srcdir)/src/ami/actions.awk \
	$(srcdir)/src/ami/actions.table \
	$(srcdir)/src/ami/functions.awk
EXTRA_DIST += $(actions_input) src/ami/actions.h.in
READ_ACTIONS = LC_ALL=C $(AWK) -f $(srcdir)/src/ami/functions.awk -f $(srcdir)/src/ami/actions.awk
ACTIONS = $(srcdir)/src/ami/actions.table

nodist_libami_la_SOURCES = src/ami/actions.c src/ami/table-rows.c
nodist_capellaamiinclude_HEADERS = include/capella/ami/actions.h
BUILT_SOURCES += include/capella/ami/actions.h
CLEANFILES += $(nodist_libami_la_SOURCES) $(nodist_capellaamiinclude_HEADERS)
$(libami_la_OBJECTS): include/capella/ami/actions.h

src/ami/table-rows.c: $(actions_input)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(READ_ACTIONS) -v part=rows $(ACTIONS) >$@.new && mv $@.new $@
src/ami/actions.c: $(actions_input)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(READ_ACTIONS) -v part=source $(ACTIONS) >$@.new && mv $@.new $@
include/capella/ami/actions.h: $(actions_input) $(srcdir)/src/ami/actions.h.in
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(READ_ACTIONS) -v part=header $(ACTIONS) $(srcdir)/src/ami/actions.h.in >$@.new && \
		mv $@.new $@
