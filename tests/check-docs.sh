#!/bin/sh
# check-docs.sh - the manual and the sample configuration have every setting, with its true default.

# shellcheck source=tests/tap.sh
. "${TOP_SRCDIR:?run me by make check}/tests/tap.sh"

manual=$TOP_SRCDIR/doc/capellad.conf.5
sample=$TOP_SRCDIR/etc/capellad.conf
daemon_manual=$TOP_SRCDIR/doc/capellad.8
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# rows: NAME DEFAULT of every setting in the tables of the daemon; DEFAULT is - where there is none.
rows() {
    cat "$TOP_SRCDIR"/src/capellad/*.c "$TOP_SRCDIR/src/module/ami-settings.c" | awk '
        function finish() { if (name != "") print name, value; name = "" }
        match($0, /\.name = "[a-z_]+"/) { finish(); name = substr($0, RSTART + 9, RLENGTH - 10)
            value = "-" }
        match($0, /\.fallback = "[^ "]+"/) { value = substr($0, RSTART + 13, RLENGTH - 14) }
        /^ *\{0\},/ || /^};/ { finish() }' | sort -u
}

# In the manual: a heading of one setting, and "Default: VALUE." in what it says of it.
manual_rows() {
    awk '
        function finish() { if (name != "") print name, value; name = "" }
        /^\.It Ic [a-z_]+$/ { finish(); name = $3; value = "-"; next }
        /^\.El/ { finish() }
        /^Default: [^ ]+\.$/ { value = substr($2, 1, length($2) - 1) }
        /^\.Qq / && last == "Default:" { value = $2 }
        { last = $0 }
        END { finish() }' "$manual" | sort -u
}

# In the sample: every "NAME = VALUE;", in comments too.
sample_rows() {
    sed 's/[{}]/\n/g' "$sample" | tr ';' '\n' |
        sed -n 's/^[# ]*\([a-z_]*\) = *\(.*\)$/\1 \2/p' | awk '
        { value = $2; gsub(/"/, "", value)
          if (value ~ /^[0-9]+\.0$/) sub(/\.0$/, "", value)
          print $1, value }' | sort -u
}

unmentioned() {
    rows | cut -d ' ' -f 1 | sort -u >"$scratch/rows"
    "$1" | cut -d ' ' -f 1 | sort -u | comm -23 "$scratch/rows" - | sed "s/\$/: not in $2/"
}

unknown() {
    rows | cut -d ' ' -f 1 | sort -u >"$scratch/rows"
    "$1" | cut -d ' ' -f 1 | sort -u | comm -13 "$scratch/rows" - |
        sed "s/\$/: in $2, and no such setting/"
}

other_defaults() {
    rows | grep -v ' -$' >"$scratch/rows"
    "$1" | comm -23 "$scratch/rows" - | sed "s/\$/: by default, $2 says otherwise/"
}

unmentioned_options() {
    sed -n 's/^ *{"\([a-z-]*\)", .*/\1/p' "$TOP_SRCDIR/src/capellad/main.c" |
        while read -r option; do
            grep -qE "^\.It Fl (. , )?-$option( |\$)" "$daemon_manual" || echo "--$option"
        done
}

# What the daemon puts into CAPELLA_STATUS.
unmentioned_statuses() {
    cat "$TOP_SRCDIR/src/capellad/server.c" "$TOP_SRCDIR/src/capellad/session.c" |
        grep -oE '"[A-Z]+(_[A-Z]+)*"' | tr -d '"' | while read -r status; do
        grep -qx "\.It Li $status" "$daemon_manual" || echo "$status"
    done
}

# module_names MODULE: its handlers and their settings.
module_names() {
    cat "$TOP_SRCDIR/modules/$1"/*.c | sed -n 's/.*\.name = "\([a-z_]*\)".*/\1/p' | sort -u
}

unmentioned_by_module() {
    module_names "$1" | while read -r name; do
        grep -qF "\`$name\`" "$TOP_SRCDIR/modules/$1/README.md" || echo "$name: not in its README"
    done
}

check "the manual has every setting" unmentioned manual_rows "capellad.conf(5)"
check "the manual has no other settings" unknown manual_rows "capellad.conf(5)"
check "the manual has the true defaults" other_defaults manual_rows "capellad.conf(5)"
check "the sample has every setting" unmentioned sample_rows "the sample"
check "the sample has no other settings" unknown sample_rows "the sample"
check "the sample has the true defaults" other_defaults sample_rows "the sample"
check "capellad(8) has every option" unmentioned_options
check "capellad(8) has every status" unmentioned_statuses
for folder in "$TOP_SRCDIR"/modules/*/; do
    module=$(basename "$folder")
    check "modules/$module/README.md has every handler and setting" \
        unmentioned_by_module "$module"
done
finish
