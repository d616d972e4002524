#!/bin/sh
# check-headers.sh - each public header compiles alone, as C and as C++, with strict warnings.

# shellcheck source=tests/tap.sh
. "${TOP_SRCDIR:?run me by make check}/tests/tap.sh"

# compile LANGUAGE-STANDARD COMPILER NAME: the compiler's words about one header.
compile() {
    # shellcheck disable=SC2086
    echo "#include <$3>" |
        $2 -x "${1%%:*}" -std="${1#*:}" -fsyntax-only -Wall -Wextra -Wundef -Wshadow -pedantic \
            -I"$TOP_BUILDDIR/include" $GLIB_CFLAGS -
}

# installed_name SOURCE: the name that users include a header by.
installed_name() {
    case $1 in
    src/*/agi.h | src/*/ami.h | src/*/module.h | src/*/settings.h | src/capella.h) echo "capella/${1##*/}" ;;
    src/*) echo "capella/${1#src/}" ;;
    include/*) echo "${1#include/}" ;;
    esac
}

for header in $PUBLIC_HEADERS; do
    name=$(installed_name "$header")
    check "$name compiles alone as C" compile c:c11 "$CC" "$name"
    if command -v g++ >/dev/null 2>&1; then
        check "$name compiles alone as C++" compile c++:c++11 g++ "$name"
    fi
done
finish
