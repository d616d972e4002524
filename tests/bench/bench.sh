#!/bin/sh
# bench.sh - make bench: measures servers beside each other and prints what they do in tables.
#
# Rounds go over all servers in turn, so that what else the machine does hits all alike; each figure
# is the median over the rounds. README.md says what is measured and how to read it.
#
# Settings, from the environment:
#   BENCH_QUICK=1     short rounds, and not with one call: under two minutes, and less exact
#   BENCH_ROUNDS      rounds (5)
#   BENCH_SECONDS     seconds of a measurement (1.1)
#   BENCH_AT_ONCE     calls at once (1 64 1000)
#   BENCH_SCRIPTS     scripts (ivr8 hello2 decide16)
#   BENCH_PLACES      sections (one two lines): the server on one core and the load on another; both
#                     on all cores; one core, and the environment sent line by line
#   BENCH_HELD        calls held for the memory table (1000,10000); empty: no such table
#   BENCH_SERVERS     servers (floor-threads floor-epoll capellad); the first is what all others
#                     are compared with
#   BENCH_EXTRA       more servers: a file of lines NAME COMMAND; the command takes the port to listen
#                     on (0: any) as its last argument and prints it
#   BENCH_TOOLS       folder of load, the floors and the handlers' module (the build's tests/bench)
#   BENCH_CAPELLAD    the daemon (./capellad)
#   BENCH_OUTPUT      folder for the raw figures and logs (a temporary one, removed at the end)

set -eu

if [ "${BENCH_QUICK:-0}" = 1 ]; then
    default_rounds=2 default_seconds=0.5 warm_up=0.2 default_at_once="64 1000"
else
    default_rounds=5 default_seconds=1.1 warm_up=0.3 default_at_once="1 64 1000"
fi
rounds=${BENCH_ROUNDS:-$default_rounds}
seconds=${BENCH_SECONDS:-$default_seconds}
at_once=${BENCH_AT_ONCE:-$default_at_once}
scripts=${BENCH_SCRIPTS:-ivr8 hello2 decide16}
places=${BENCH_PLACES:-one two lines}
held=${BENCH_HELD-1000,10000}
servers=${BENCH_SERVERS:-floor-threads floor-epoll capellad}
extra=${BENCH_EXTRA:-/dev/null}
here=$(dirname "$0")
tools=${BENCH_TOOLS:-$here}
capellad=${BENCH_CAPELLAD:-./capellad}
first_server=${servers%% *}

output=${BENCH_OUTPUT:-$(mktemp -d)}
mkdir -p "$output"
results=$output/results
: >"$results"

pids=
stop_servers() {
    for pid in $pids; do
        kill "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    done
    pids=
}

finish() {
    stop_servers
    [ -n "${BENCH_OUTPUT:-}" ] || rm -rf "$output"
}
trap finish EXIT
trap 'exit 130' INT TERM

die() {
    echo "bench: $*" >&2
    exit 1
}

# on PLACE CORE COMMAND...: the command, on that core unless the place is all of them.
on() {
    place=$1 core=$2
    shift 2
    [ "$place" = two ] || exec taskset -c "$core" "$@"
    exec "$@"
}

# wait_for SERVER COMMAND...: until the command succeeds, up to ten seconds.
wait_for() {
    server=$1 tries=100
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || die "$server did not start; its log says: $(cat "$output/$server.log")"
        sleep 0.1
    done
}

# capellad_port: where the daemon's log says that it listens; nothing while it does not.
capellad_port() {
    sed -n 's/.*Listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$output/capellad.log"
}

capellad_listens() {
    [ -n "$(capellad_port)" ]
}

start_capellad() {
    : >"$output/capellad.log"
    sed -e "s|@module@|$tools/.libs/bench.so|" "$here/bench.conf" >"$output/bench.conf"
    (on "$1" 0 "$capellad" --foreground --log-level=message --config="$output/bench.conf") \
        >"$output/capellad.log" 2>&1 &
    pids="$pids $!"
    echo $! >"$output/capellad.pid"
    wait_for capellad capellad_listens
    capellad_port >"$output/capellad.port"
}

command_of() {
    case $1 in
    floor-*) echo "$tools/$1" ;;
    *) sed -n "s|^$1 ||p" "$extra" ;;
    esac
}

start_other() {
    name=$1
    : >"$output/$name.port"
    command=$(command_of "$name")
    [ -n "$command" ] || die "no server is called $name"
    # shellcheck disable=SC2086 # a command may have arguments
    (on "$2" 0 $command 0) >"$output/$name.port" 2>"$output/$name.log" &
    pids="$pids $!"
    echo $! >"$output/$name.pid"
    wait_for "$name" test -s "$output/$name.port"
}

# start SERVER PLACE: runs it and leaves its port and process in $output/SERVER.port and .pid.
start() {
    if [ "$1" = capellad ]; then
        start_capellad "$2"
    else
        start_other "$1" "$2"
    fi
}

commands_in() {
    case $1 in
    ivr8) echo 8 ;;
    hello2) echo 2 ;;
    decide16) echo 16 ;;
    *) echo 0 ;;
    esac
}

# In how many pieces the environment is sent; 0: line by line.
segments_at() {
    case $1 in
    lines) echo 0 ;;
    *) echo 1 ;;
    esac
}

# call PLACE SERVER SCRIPT OPTION...: one run of the load generator.
call() {
    place=$1 server=$2 script=$3
    shift 3
    (on "$place" 1 "$tools/load" --segments="$(segments_at "$place")" \
        --expect="$(commands_in "$script")" --pid="$(cat "$output/$server.pid")" "$@" \
        "agi://127.0.0.1:$(cat "$output/$server.port")/$script")
}

measure() {
    if line=$(call "$1" "$2" "$3" --at-once="$4" --time="$seconds" --warm-up=$warm_up); then
        echo "$1 $3 $4 $2 $line" >>"$results"
    else
        echo "bench: $2 failed at $3, $4 at once" >&2
        echo "$1 $3 $4 $2 ${line:-failures=1}" >>"$results"
    fi
}

# decide16-many is for the library: what it sends has no plain counterpart.
serves() {
    case $2 in
    decide16-many) [ "${1#floor-}" = "$1" ] ;;
    *) true ;;
    esac
}

scripts_at() {
    for script in $scripts; do
        case $1,$script in
        lines,decide16) ;;
        *,decide16) echo decide16 decide16-many ;;
        *) echo "$script" ;;
        esac
    done
}

numbers_at() {
    case $1 in
    lines) echo 64 ;;
    *) echo "$at_once" ;;
    esac
}

measure_round() {
    for script in $(scripts_at "$1"); do
        for number in $(numbers_at "$1"); do
            for server in $servers; do
                if serves "$server" "$script"; then
                    measure "$1" "$server" "$script" "$number"
                fi
            done
        done
    done
}

bytes_of() {
    call two "$1" "$2" --count=5 --at-once=1 | tr ' ' '\n' | sed -n 's/^bytes_per_call=//p'
}

# A race is fair when all run the same distance.
compare_bytes() {
    for script in $scripts; do
        expected=$(bytes_of "$first_server" "$script")
        for server in $servers; do
            bytes=$(bytes_of "$server" "$script")
            [ "$bytes" = "$expected" ] || die "in $script, $server sends $bytes bytes of commands" \
                "and $first_server $expected"
        done
    done
}

measure_speed() {
    for place in $places; do
        for server in $servers; do
            start "$server" "$place"
        done
        compare_bytes
        round=0
        while [ $round -lt "$rounds" ]; do
            round=$((round + 1))
            echo "section $place, round $round of $rounds" >&2
            measure_round "$place"
        done
        stop_servers
    done
}

# Each in a fresh process, so that none profits from what it has taken before.
measure_memory() {
    for server in $servers; do
        start "$server" two
        call two "$server" hello2 --count=64 --at-once=8 >/dev/null
        if lines=$(call two "$server" hello2 --hold="$held"); then
            echo "$lines" | sed "s/^/memory $server /" >>"$results"
        else
            echo "bench: $server did not hold the calls" >&2
        fi
        stop_servers
    done
}

describe() {
    echo "Linux $(uname -r), $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo |
        head -n 1), load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
    echo "Medians over $rounds rounds of $seconds s"
}

# Hundredths of a second that all processors have been busy since the machine started.
busy_ticks() {
    awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

# What others did to the figures: the processor time that neither the servers nor the load had.
describe_others() {
    times >"$output/times"
    awk -v ticks="$(($(busy_ticks) - ticks_before))" -v seconds="$(($(date +%s) - began))" '
        function duration(text, parts) {
            split(text, parts, "m")
            return parts[1] * 60 + parts[2]
        }
        { own += duration($1) + duration($2) }
        END {
            printf "\nOther programs had %.2f cores meanwhile; the fewer, the better the figures.\n",
                (ticks / 100 - own) / seconds
        }' "$output/times"
}

[ "$(nproc)" -ge 2 ] || die "this needs two cores: one for the server, one for the load"
began=$(date +%s)
ticks_before=$(busy_ticks)
describe
measure_speed
[ -z "$held" ] || measure_memory
awk -v servers="$servers" -f "$here/table.awk" "$results"
describe_others
