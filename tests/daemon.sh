# shellcheck shell=sh disable=SC2034
# daemon.sh - a capellad for scripts: started, known to be ready, and stopped.

# start_daemon FOLDER COMMAND...: runs COMMAND, a capellad that logs to stderr, until it serves
# calls. $daemon_address is then where it listens; FOLDER/capellad.log is its log.
start_daemon() {
    daemon_log=$1/capellad.log
    daemon_pipe=$1/capellad.pipe
    daemon_address=''
    shift
    rm -f "$daemon_pipe"
    mkfifo "$daemon_pipe" || return
    "$@" 2>"$daemon_pipe" </dev/null &
    daemon_pid=$!
    exec 9<"$daemon_pipe"
    rm -f "$daemon_pipe"
    : >"$daemon_log"
    while read -r daemon_line <&9; do
        printf '%s\n' "$daemon_line" >>"$daemon_log"
        case $daemon_line in
        *'Listening on '*) daemon_address=${daemon_line##*Listening on } ;;
        *' serves calls with '*)
            cat <&9 >>"$daemon_log" &
            return 0
            ;;
        esac
    done
    return 1
}

# stop_daemon: asks it to stop and waits; its exit code is ours.
stop_daemon() {
    [ -n "${daemon_pid:-}" ] || return 0
    kill "$daemon_pid" 2>/dev/null
    wait "$daemon_pid"
    daemon_status=$?
    daemon_pid=''
    return "$daemon_status"
}
