#!/bin/sh
# test-bench.sh - the tools of make bench, tried in small, so that they do not rot.

here=${TOP_SRCDIR:+$TOP_SRCDIR/tests/bench}
here=${here:-$(cd "$(dirname "$0")" && pwd)}
tools=${TOP_BUILDDIR:+$TOP_BUILDDIR/tests/bench}
tools=${tools:-$here}
# shellcheck source=tests/tap.sh
. "$here/../tap.sh"

folder=$(mktemp -d)
server=
stop_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    [ -z "$server" ] || wait "$server" 2>/dev/null
    server=
}
trap 'stop_server; rm -rf "$folder"' EXIT

# start_server NAME: runs a floor on any free port, and waits until it says which.
start_server() {
    mkfifo "$folder/$1"
    "$tools/$1" 0 >"$folder/$1" &
    server=$!
    read -r port <"$folder/$1"
}

# load SCRIPT OPTION...: calls the server.
load() {
    script=$1
    shift
    "$tools/load" "$@" "agi://127.0.0.1:$port/$script" >"$folder/result"
}

# says PATTERN: the last result has to match.
says() {
    grep -Eq -e "$1" "$folder/result" || echo "no '$1' in: $(cat "$folder/result")"
}

script_is_served() {
    load "$1" --count=200 --at-once=20 --expect="$2" --segments="$3"
    says '^calls=200 '
    says ' failures=0 refusals=0 '
}

wrong_number_fails() {
    load hello2 --count=4 --at-once=1 --expect=3 2>"$folder/error" && echo "it did not fail"
    grep -q '4 calls failed' "$folder/error" || cat "$folder/error"
}

time_is_kept() {
    load hello2 --time=0.2 --warm-up=0.1 --at-once=8 --sources=3 --pid="$server"
    says ' seconds=0\.[23]'
    says ' turn_around_p50_us=[0-9.]+ turn_around_p99_us=[0-9.]+ turn_around_max_us=[0-9.]+ '
    says ' server_s_per_1000=0\.'
}

calls_are_held() {
    load hello2 --hold=10,50 --pid="$server"
    says '^held=10 rss_kib=[1-9]'
    says '^held=50 rss_kib=[1-9]'
}

other_hosts_are_left_alone() {
    "$tools/load" --count=1 agi://192.0.2.1/hello2 2>"$folder/error" && echo "it did not fail"
    grep -q 'not on this machine' "$folder/error" || cat "$folder/error"
}

nobody_there_is_an_error() {
    "$tools/load" --count=1000 --at-once=1 "agi://127.0.0.1:$1/hello2" >/dev/null \
        2>"$folder/error" && echo "it did not fail"
    grep -q 'calls in a row failed' "$folder/error" || cat "$folder/error"
}

flood_is_read() {
    "$tools/ami-floor" "$port" 12345 >"$folder/result"
    says '^events=12345 lines=[0-9]{6} events_per_s=[1-9]'
}

flood_is_taken() {
    "$tools/ami-client" "$port" events 12345 >"$folder/result"
    says '^events=12345 events_per_s=[1-9]'
    says ' loop_max_us=[0-9]+ rss_kib=[1-9][0-9]* grown_kib=-?[0-9]+$'
}

actions_are_answered() {
    "$tools/ami-client" "$port" actions 200 "$1" >"$folder/result"
    says "^actions=200 in_flight=$1 actions_per_s=[1-9]"
}

for floor in floor-threads floor-epoll; do
    start_server "$floor"
    for segments in 0 1 3; do
        check "$floor serves ivr8, environment in $segments" script_is_served ivr8 8 "$segments"
    done
    check "$floor serves hello2" script_is_served hello2 2 1
    check "$floor serves decide16" script_is_served decide16 16 1
    check "$floor: a call with a wrong number of commands failed" wrong_number_fails
    check "$floor is measured for a time" time_is_kept
    check "$floor holds calls" calls_are_held
    stop_server
    check "without $floor calls fail, and the load ends by itself" nobody_there_is_an_error "$port"
done
start_server ami-peer
check "ami-floor reads a flood" flood_is_read
check "ami-client takes a flood" flood_is_taken
check "ami-client sends actions one at a time" actions_are_answered 1
check "ami-client sends actions 64 at a time" actions_are_answered 64
stop_server
check "hosts other than loopback are not called" other_hosts_are_left_alone
finish
