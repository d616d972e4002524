#!/bin/sh
# check-actions.sh - a mistake in the table of actions is refused, with its place.

# shellcheck source=tests/tap.sh
. "${TOP_SRCDIR:?run me by make check}/tests/tap.sh"

table=$(mktemp) || exit 1
trap 'rm -f "$table"' EXIT

# refused WORDS LINE...: whether a table with these lines is refused with these words.
refused() {
    expected="$table:$1"
    shift
    printf '%s\n' "$@" >"$table"
    if words=$(${AWK:-awk} -v part=none -f "$TOP_SRCDIR/src/ami/actions.awk" "$table" 2>&1); then
        echo "is not refused"
    elif [ "$words" != "$expected" ]; then
        echo "says \"$words\", not \"$expected\""
    fi
}

good='  module core
  answer simple
  summary Does it.'

check "an order that is not the alphabet's" refused \
    '5: the action Alpha is not in the order of the alphabet' "action Beta" "$good" "action Alpha"
check "an action that is there twice" refused \
    '5: the action ALPHA is not in the order of the alphabet' "action Alpha" "$good" "action ALPHA"
check "a word that no block has" refused '2: there is no "modul" in a block' \
    "action Alpha" "  modul core"
check "a kind that no header has" refused '2: there is no kind "number"' \
    "action Alpha" "  required Count count number how many"
check "an answer that is none" refused '2: there is no answer "perhaps"' \
    "action Alpha" "  answer perhaps"
check "a list without its event" refused '2: there is no answer "list"' \
    "action Alpha" "  answer list"
check "a header of further ones in a function that takes none" refused \
    '6: the action Alpha has a header among more, and no more' \
    "action Alpha" "$good" "  function ami_alpha" "  optional Count - integer how many"
check "an action without a summary" refused '3: the action Alpha says no summary' \
    "action Alpha" "  module core" "  answer simple"
finish
