#!/bin/sh
# lint.sh - what linters say of our sources: make lint.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=tests/tap.sh
. tests/tap.sh

# The formatter whose taste .clang-format was written for; others differ in details.
formatter_version=14

shell_scripts() {
    echo bootstrap
    find .ci tests modules -name '*.sh' -o -path .ci/run | sort
}

manual_pages() {
    find doc modules -name '*.[15678]' | sort
}

formatting() {
    find src modules tests -name '*.[ch]' | sort | xargs clang-format --dry-run --Werror
}

shell() {
    shell_scripts | xargs shellcheck --external-sources --format=gcc
}

manuals() {
    manual_pages | xargs -r mandoc -Tlint -W warning
}

case $(clang-format --version 2>&1) in
*"version $formatter_version."*) check "C looks as .clang-format says" formatting ;;
*) skip "C looks as .clang-format says" "needs clang-format $formatter_version" ;;
esac
check_with shellcheck "shell scripts please shellcheck" shell
check_with mandoc "manual pages please mandoc" manuals
finish
