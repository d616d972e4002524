#!/bin/sh
# check-source.sh - rules of style that a program can check; see HACKING.md.

top=${TOP_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
cd "$top" || exit 1

longest_function=70

# sources [EXTENSION...]: our files of these kinds, one a line; by default C.
sources() {
    for extension in "${@:-c}"; do
        find src modules tests -name "*.$extension" -type f
    done | sort
}

# texts: every file that people write by hand.
texts() {
    find src modules tests etc doc -type f \( -name '*.[ch1578]' -o -name '*.md' -o -name '*.sh' \
        -o -name '*.conf' -o -name '*.service' -o -name '*.map' \) | sort
    for file in bootstrap README.md HACKING.md NEWS configure.ac .ci/run; do
        [ ! -e "$file" ] || echo "$file"
    done
}

# lines_with PATTERN < FILES: FILE:LINE:TEXT of the lines that match.
lines_with() {
    xargs -r grep -nHE -e "$1"
}

opening_comments() {
    sources c h | while read -r file; do
        line=$(head -n 1 "$file")
        case $line in
        "/* ${file##*/} - "*) ;;
        *) echo "$file:1: begins with '$line', not with '/* ${file##*/} - what lives here'" ;;
        esac
    done
}

header_guards() {
    sources h | xargs -r grep -LE '^#pragma once$'
}

gotos() {
    sources c h | lines_with '^[^"/*]*\bgoto\b'
}

leftovers() {
    texts | grep -v '^tests/check-source.sh$' | lines_with '\b(TODO|FIXME|XXX|HACK)\b'
}

bare_sleeps() {
    sources c h | grep '^tests/' | lines_with '\b(g_usleep|usleep|nanosleep|sleep) *\('
}

blanks() {
    texts | lines_with '[[:blank:]]$'
    texts | lines_with "$(printf '\t')"
}

long_functions() {
    sources c | xargs -r ctags --languages=C --c-kinds=f --fields=+ne -f - |
        awk -F '\t' -v longest="$longest_function" '
            /^!/ { next }
            {
                first = last = 0
                for (i = 4; i <= NF; i++) {
                    if ($i ~ /^line:/) first = substr($i, 6)
                    if ($i ~ /^end:/) last = substr($i, 5)
                }
                if (last - first >= longest)
                    printf "%s:%d: %s() has %d lines\n", $2, first, $1, last - first + 1
            }'
}

# The tests that make runs against the tests that are there.
unlisted_tests() {
    listed=$(mktemp) || return
    printf '%s\n' "$TEST_NAMES" | tr -s ' ' '\n' | grep '/test-' | sort >"$listed"
    find tests modules -name 'test-*.c' -o -name 'test-*.sh' | sed 's/\.c$//' | sort |
        diff "$listed" - | sed -n -e 's/^< \(.*\)/\1: listed, and no such file/p' \
            -e 's/^> \(.*\)/\1: not among the tests that make runs/p'
    rm -f "$listed"
}

# A module sees what its users see: public headers, GLib, the C library, and its own.
private_includes() {
    sources c h | grep '^modules/' | lines_with '^#include "(agi|ami|module|pbx|capellad|capella)/'
}

rooms() {
    find src/agi src/ami src/module -name '*.[ch]' | lines_with '^#include "(capellad|capella|pbx)/'
    find src/agi -name '*.[ch]' | lines_with '^#include ["<](capella/)?ami[./]'
    find src/ami -name '*.[ch]' | lines_with '^#include ["<](capella/)?agi[./]'
    find src/pbx -name '*.[ch]' | lines_with '^#include "(capellad|capella)/'
}

check "a C file opens with a sentence on what lives there" opening_comments
check "a header has #pragma once" header_guards
check "no goto" gotos
check "no leftovers in words" leftovers
check "tests wait for conditions, not for time" bare_sleeps
check "no tabs, no trailing blanks" blanks
check_with ctags "no function beyond $longest_function lines" long_functions
check "modules include public headers only" private_includes
check "rooms include only what is below them" rooms
if [ -n "$TEST_NAMES" ]; then
    check "every test in the folders is run" unlisted_tests
else
    skip "every test in the folders is run" "only make check knows the list"
fi
finish
