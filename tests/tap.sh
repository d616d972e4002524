# shellcheck shell=sh
# tap.sh - checks as shell functions that print their faults; their verdicts come out as TAP.

checks_run=0
checks_failed=0

# check WORDS FUNCTION [ARGUMENT...]: passes when FUNCTION prints nothing at all.
check() {
    words=$1
    shift
    checks_run=$((checks_run + 1))
    faults=$("$@" 2>&1)
    if [ -z "$faults" ]; then
        echo "ok $checks_run - $words"
        return
    fi
    checks_failed=$((checks_failed + 1))
    echo "not ok $checks_run - $words"
    printf '%s\n' "$faults" | sed 's/^/#   /'
}

# skip WORDS REASON: says that a check was left out, and why.
skip() {
    checks_run=$((checks_run + 1))
    echo "ok $checks_run - $1 # SKIP $2"
}

# check_with TOOL WORDS FUNCTION [ARGUMENT...]: a check that needs a tool.
check_with() {
    tool=$1
    shift
    if command -v "$tool" >/dev/null 2>&1; then
        check "$@"
    else
        skip "$1" "no $tool on this machine"
    fi
}

# finish: the plan, last, so that a script that dies half-way is an error.
finish() {
    echo "1..$checks_run"
    [ "$checks_failed" -eq 0 ]
}
