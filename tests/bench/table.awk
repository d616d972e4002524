# table.awk - makes tables of what bench.sh has measured: medians over rounds, servers beside the
# first of them.

function note(key, value) {
    values[key, ++count[key]] = value + 0
}

# Median of what was noted under a key; rounds are few, so insertion sort will do.
function median(key,    n, i, j, value) {
    n = count[key]
    for (i = 2; i <= n; i++) {
        value = values[key, i]
        for (j = i - 1; j >= 1 && values[key, j] > value; j--)
            values[key, j + 1] = values[key, j]
        values[key, j + 1] = value
    }
    if (n == 0)
        return 0
    return n % 2 ? values[key, (n + 1) / 2] : (values[key, n / 2] + values[key, n / 2 + 1]) / 2
}

function sum(key,    i, total) {
    for (i = 1; i <= count[key]; i++)
        total += values[key, i]
    return total
}

function ratio(value, base) {
    return (base > 0) ? value / base : 0
}

function note_pairs(prefix, first,    i, pair) {
    for (i = first; i <= NF; i++)
        if (split($i, pair, "=") == 2)
            note(prefix SUBSEP pair[1], pair[2])
}

$1 == "memory" {
    split($3, pair, "=")
    if (!(pair[2] in is_level)) {
        is_level[pair[2]] = 1
        levels[++n_levels] = pair[2]
    }
    note_pairs($2 SUBSEP pair[2], 4)
    next
}

{
    row = $1 SUBSEP $2 SUBSEP $3
    if (!(row in is_row)) {
        is_row[row] = 1
        rows[++n_rows] = row
    }
    is_measured[row, $4] = 1
    note_pairs(row SUBSEP $4, 5)
}

function print_heading(place) {
    if (place == "one")
        print "\nServer on one core, load on another"
    else if (place == "two")
        print "\nServer and load on all cores"
    else
        print "\nServer on one core, environment line by line: the load is the limit, see s/1000"
    print ""
    printf "%-13s %5s  %-14s %8s %10s %6s %8s %8s %9s %9s %8s %5s %5s %6s\n", "script", "calls", \
        "server", "calls/s", "commands/s", "ratio", "p50 us", "p99 us", "max us", "first ms", \
        "s/1000", "busy", "load", "wrong"
}

# Beside the first server, in commands/s, which are steadier than calls/s where many calls end in
# waves. decide16-many has calls/s of decide16 to beat.
function get_ratio(row, part, server) {
    if (part[2] == "decide16-many")
        return ratio(median(row SUBSEP server SUBSEP "calls_per_s"), \
            median(part[1] SUBSEP "decide16" SUBSEP part[3] SUBSEP names[1] SUBSEP "calls_per_s"))
    return ratio(median(row SUBSEP server SUBSEP "commands_per_s"), \
        median(row SUBSEP names[1] SUBSEP "commands_per_s"))
}

function print_server(row, server,    key, part) {
    key = row SUBSEP server
    split(row, part, SUBSEP)
    printf "%-13s %5s  %-14s %8d %10d %6.2f %8.0f %8.0f %9.0f %9.2f %8.4f %5.2f %5.2f %6d\n", \
        part[2], part[3], server, median(key SUBSEP "calls_per_s"), \
        median(key SUBSEP "commands_per_s"), get_ratio(row, part, server), \
        median(key SUBSEP "turn_around_p50_us"), median(key SUBSEP "turn_around_p99_us"), \
        median(key SUBSEP "turn_around_max_us"), \
        median(key SUBSEP "first_p99_us") / 1000, median(key SUBSEP "server_s_per_1000"), \
        median(key SUBSEP "server_busy"), median(key SUBSEP "load_busy"), \
        sum(key SUBSEP "failures") + sum(key SUBSEP "refusals")
}

function print_memory(    i, j) {
    printf "\nResident memory per held call, KiB\n\n%-14s", "server"
    for (i = 1; i <= n_levels; i++)
        printf " %12s", levels[i] " held"
    printf "\n"
    for (j = 1; j <= n_names; j++) {
        printf "%-14s", names[j]
        for (i = 1; i <= n_levels; i++)
            printf " %12.2f", median(names[j] SUBSEP levels[i] SUBSEP "rss_kib_per_call")
        printf "\n"
    }
}

# What reading and setting many variables at once is worth.
function print_many(    i, j, part, single, key) {
    print "\ndecide16-many beside decide16 of the same server: calls/s, and calls per second of CPU\n"
    for (i = 1; i <= n_rows; i++) {
        split(rows[i], part, SUBSEP)
        single = part[1] SUBSEP "decide16" SUBSEP part[3]
        for (j = 1; j <= n_names; j++) {
            key = SUBSEP names[j] SUBSEP
            if (part[2] == "decide16-many" && (rows[i], names[j]) in is_measured)
                printf "%-4s %5s  %-14s %6.2f %6.2f\n", part[1], part[3], names[j], \
                    ratio(median(rows[i] key "calls_per_s"), median(single key "calls_per_s")), \
                    ratio(median(single key "server_s_per_1000"), \
                          median(rows[i] key "server_s_per_1000"))
        }
    }
}

END {
    n_names = split(servers, names, " ")
    for (i = 1; i <= n_rows; i++) {
        split(rows[i], part, SUBSEP)
        if (part[1] != place)
            print_heading(place = part[1])
        if (part[2] == "decide16-many")
            has_many = 1
        for (j = 1; j <= n_names; j++)
            if ((rows[i], names[j]) in is_measured)
                print_server(rows[i], names[j])
    }
    if (has_many)
        print_many()
    if (n_levels > 0)
        print_memory()
}
