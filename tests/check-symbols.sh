#!/bin/sh
# check-symbols.sh - libcapella exports what its headers declare; modules keep no state.

# shellcheck source=tests/tap.sh
. "${TOP_SRCDIR:?run me by make check}/tests/tap.sh"

library=$TOP_BUILDDIR/.libs/libcapella.so
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# declared: the functions that public headers declare, one a line.
declared() {
    for header in $PUBLIC_HEADERS; do
        # Those that are made stand in the build folder.
        case $header in
        include/*) echo "#include \"$TOP_BUILDDIR/$header\"" ;;
        *) echo "#include \"$TOP_SRCDIR/$header\"" ;;
        esac
    done >"$scratch/all.c"
    # A compiler's cache would give back its words without the file.
    # shellcheck disable=SC2086
    CCACHE_DISABLE=1 $CC -std=gnu11 -fsyntax-only -aux-info "$scratch/declarations" \
        -I"$TOP_BUILDDIR/include" $GLIB_CFLAGS "$scratch/all.c" || return
    grep -F -e "/* $TOP_BUILDDIR/include/" -e "/* $TOP_SRCDIR/src/" "$scratch/declarations" |
        sed -n 's/^.* extern [^(]*[ *]\([a-z_0-9]*\) (.*$/\1/p' | sort -u
}

exported() {
    $NM -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u
}

# The names that the map gives away to Capella's own programs, below its word "private".
private_names() {
    sed -n '/private/,/local:/p' "$TOP_SRCDIR/src/libcapella.map" |
        sed -n 's/^ *\([a-z_0-9]*\);.*/\1/p' | sort -u
}

missing_exports() {
    declared >"$scratch/declared"
    exported | comm -13 - "$scratch/declared" | sed 's/$/: declared in a public header, not exported/'
}

needless_exports() {
    declared >"$scratch/declared"
    private_names >>"$scratch/declared"
    sort -u -o "$scratch/declared" "$scratch/declared"
    exported | comm -23 - "$scratch/declared" |
        sed 's/$/: exported, and neither in a public header nor private in the map/'
}

private_leftovers() {
    exported >"$scratch/exported"
    private_names | comm -23 - "$scratch/exported" | sed 's/$/: private in the map, not exported/'
}

# The functions that the table of actions says are written by hand.
missing_customs() {
    exported >"$scratch/exported"
    sed -n 's/^  custom *//p' "$TOP_SRCDIR/src/ami/actions.table" | sort -u |
        comm -23 - "$scratch/exported" | sed 's/$/: named in the table of actions, not exported/'
}

# variables FILE: the objects of a binary that can change while it runs.
variables() {
    sections=$($READELF -SW "$1" |
        sed -n 's/^ *\[ *\([0-9]*\)\] \.\(data\|bss\|tdata\|tbss\) .*/\1/p' | tr '\n' ' ')
    $READELF -sW "$1" | awk -v sections="$sections" -v file="${1##*/}" '
        BEGIN { count = split(sections, list); for (i = 1; i <= count; i++) wanted[list[i]] = 1 }
        $4 == "OBJECT" && ($7 in wanted) && $8 !~ /^(completed\.[0-9]+|__dso_handle|__TMC_END__|q\.[0-9]+)$/ {
            seen[$8] = 1 }
        END { for (name in seen) print file ": variable " name }'
}

module_variables() {
    [ ! -d "$TOP_BUILDDIR/modules" ] || find "$TOP_BUILDDIR/modules" -path '*/.libs/*.so' | while read -r module; do
        variables "$module"
    done
}

check "libcapella exports what public headers declare" missing_exports
check "libcapella exports nothing else" needless_exports
check "what the map lists as private is there" private_leftovers
check "the functions that the table of actions names are there" missing_customs
if [ "$INSTRUMENTATION" = no ]; then
    check "modules keep no state of their own" module_variables
else
    skip "modules keep no state of their own" "instrumentation adds its own"
fi
finish
