#!/bin/sh
# ami.sh - the AMI part of make bench: a flood of events, and actions, beside a floor.
#
# Settings, from the environment:
#   BENCH_QUICK=1       fewer events and rounds
#   BENCH_ROUNDS        rounds (5)
#   BENCH_EVENTS        events of a flood (2000000)
#   BENCH_LONG_EVENTS   events of the flood that memory is measured in (10000000); 0: none
#   BENCH_ACTIONS       actions of a measurement (50000)
#   BENCH_TOOLS         folder of the programs (the build's tests/bench)

set -eu

if [ "${BENCH_QUICK:-0}" = 1 ]; then
    default_rounds=2 default_events=500000 default_long=2000000 default_actions=10000
else
    default_rounds=5 default_events=2000000 default_long=10000000 default_actions=50000
fi
rounds=${BENCH_ROUNDS:-$default_rounds}
events=${BENCH_EVENTS:-$default_events}
long_events=${BENCH_LONG_EVENTS:-$default_long}
actions=${BENCH_ACTIONS:-$default_actions}
tools=${BENCH_TOOLS:-$(dirname "$0")}

output=$(mktemp -d)
peer=
finish() {
    [ -z "$peer" ] || kill "$peer" 2>/dev/null || :
    rm -rf "$output"
}
trap finish EXIT
trap 'exit 130' INT TERM

# on CORE COMMAND...: on that core, where there are two.
on() {
    core=$1
    shift
    if [ "$(nproc)" -ge 2 ]; then exec taskset -c "$core" "$@"; else exec "$@"; fi
}

start_peer() {
    mkfifo "$output/port"
    (on 0 "$tools/ami-peer" 0) >"$output/port" &
    peer=$!
    read -r port <"$output/port"
}

# run NAME PROGRAM ARGUMENT...: one measurement, its figures under a name.
run() {
    name=$1 program=$2
    shift 2
    (on 1 "$tools/$program" "$port" "$@") | sed "s/^/$name /" >>"$output/results"
}

start_peer
: >"$output/results"
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    echo "AMI, round $round of $rounds" >&2
    run floor ami-floor "$events"
    run events ami-client events "$events"
    run actions-1 ami-client actions "$actions" 1
    run actions-64 ami-client actions "$actions" 64
done
[ "$long_events" -eq 0 ] || run long ami-client events "$long_events"

awk '
    function median(name, key,    count, i, j, values, value) {
        count = split(list[name "," key], values, " ")
        for (i = 2; i <= count; i++)
            for (j = i; j > 1 && values[j - 1] + 0 > values[j] + 0; j--) {
                value = values[j]; values[j] = values[j - 1]; values[j - 1] = value
            }
        return values[int((count + 1) / 2)]
    }
    {
        for (i = 2; i <= NF; i++) {
            split($i, pair, "=")
            list[$1 "," pair[1]] = list[$1 "," pair[1]] " " pair[2]
        }
    }
    END {
        print "\nA flood of events (one subscriber to all)"
        printf "  %-10s %12s %10s %12s %12s\n", "", "events/s", "ratio", "CPU ns/event", "loop max us"
        floor = median("floor", "events_per_s")
        printf "  %-10s %12.0f %10s %12.0f\n", "floor", floor, "", median("floor", "cpu_ns_per_event")
        printf "  %-10s %12.0f %10.2f %12.0f %12.0f\n", "libcapella", median("events", "events_per_s"),
            median("events", "events_per_s") / floor, median("events", "cpu_ns_per_event"),
            median("events", "loop_max_us")
        if (("long,events") in list)
            printf "  over %d events: %d KiB resident, grown by %d KiB since the first tenth; " \
                "main loop late by %d us at the most, 99 of 100 times by %d us\n",
                median("long", "events"), median("long", "rss_kib"), median("long", "grown_kib"),
                median("long", "loop_max_us"), median("long", "loop_p99_us")
        print "\nActions"
        printf "  %-10s %12s %14s\n", "in flight", "actions/s", "CPU us/action"
        printf "  %-10s %12.0f %14.2f\n", "1", median("actions-1", "actions_per_s"),
            median("actions-1", "cpu_us_per_action")
        printf "  %-10s %12.0f %14.2f\n", "64", median("actions-64", "actions_per_s"),
            median("actions-64", "cpu_us_per_action")
    }' "$output/results"
