# Sample configuration, the demo's, and the systemd unit.

# Files that name folders of this installation.
fill_in = sed \
	-e 's|@moduledir[@]|$(moduledir)|g' \
	-e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@capellaconfdir[@]|$(capellaconfdir)|g'

EXTRA_DIST += etc/capellad.conf etc/demo.conf etc/capellad.service.in
CLEANFILES += etc/sample/capellad.conf etc/capellad.service

etc/sample/capellad.conf: etc/capellad.conf Makefile
	$(AM_V_GEN)$(MKDIR_P) etc/sample && $(fill_in) $(srcdir)/etc/capellad.conf >$@.new && mv $@.new $@

etc/capellad.service: etc/capellad.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && $(fill_in) $(srcdir)/etc/capellad.service.in >$@.new && mv $@.new $@

systemdsystemunit_DATA = etc/capellad.service
exampledir = $(docdir)/examples
example_DATA = etc/sample/capellad.conf

# A configuration that is there belongs to the administrator: it is neither replaced nor removed.
installed_configuration = $(DESTDIR)$(capellaconfdir)/capellad.conf

install-data-local: etc/sample/capellad.conf
	$(MKDIR_P) "$(DESTDIR)$(capellaconfdir)/conf.d"
	test -e "$(installed_configuration)" || \
		$(INSTALL_DATA) etc/sample/capellad.conf "$(installed_configuration)"

uninstall-local: etc/sample/capellad.conf
	! cmp -s etc/sample/capellad.conf "$(installed_configuration)" || \
		rm -f "$(installed_configuration)"
	rmdir "$(DESTDIR)$(capellaconfdir)/conf.d" "$(DESTDIR)$(capellaconfdir)" 2>/dev/null || :
