#!/bin/sh
# check-modules.sh - shipped modules are what a user's own could be: built with public headers and
# the library alone, and with nothing to show but their descriptor.

# shellcheck source=tests/tap.sh
. "${TOP_SRCDIR:?run me by make check}/tests/tap.sh"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# modules: their names, one a line.
modules() {
    find "$TOP_SRCDIR/modules" -mindepth 1 -maxdepth 1 -type d | sed 's|.*/||' | sort
}

# build MODULE: as a user builds one, somewhere else.
build() {
    mkdir "$scratch/$1" && cp "$TOP_SRCDIR/modules/$1"/*.[ch] "$scratch/$1" 2>/dev/null
    # shellcheck disable=SC2046
    (cd "$scratch/$1" && $CC -std=gnu11 -Wall -Wextra -D_GNU_SOURCE -DG_LOG_DOMAIN='"mine"' \
        -I"$TOP_BUILDDIR/include" -shared -fPIC -Wl,-z,defs -o "$1.so" ./*.c \
        -L"$TOP_BUILDDIR/.libs" -lcapella $(pkg-config --cflags --libs glib-2.0 gio-2.0) -lm)
}

# exports MODULE: what it shows beside its descriptor, or that it does not even show that.
exports() {
    $NM -D --defined-only "$TOP_BUILDDIR/modules/$1/.libs/$1.so" | awk '
        $3 == "capella_module" { found = 1; next }
        { print "exports " $3 }
        END { if (!found) print "does not export capella_module" }'
}

for module in $(modules); do
    check "$module is built outside the tree with public headers alone" build "$module"
    if [ "$INSTRUMENTATION" = no ]; then
        check "$module exports nothing but its descriptor" exports "$module"
    else
        skip "$module exports nothing but its descriptor" "instrumentation adds its own"
    fi
done
finish
