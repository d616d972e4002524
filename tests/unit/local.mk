# Unit tests: tests/unit/ROOM/test-FILE.c for src/ROOM/FILE.c.

include tests/unit/agi/local.mk
include tests/unit/ami/local.mk
include tests/unit/module/local.mk
include tests/unit/pbx/local.mk
include tests/unit/capellad/local.mk
include tests/unit/capella/local.mk
include tests/unit/modules/local.mk
