# Manual pages.

dist_man_MANS += \
	doc/capella-module.7 \
	doc/capella.1 \
	doc/capellad.8 \
	doc/capellad.conf.5 \
	$(NULL)
