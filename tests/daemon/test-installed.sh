#!/bin/sh
# test-installed.sh - what README.md says, done: a handler built outside the tree against the
# installed library, deployed, served by the installed daemon and called.

top=${TOP_SRCDIR:?run me by make check}
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/daemon.sh
. "$top/tests/daemon.sh"

readme=$top/README.md
scratch=$(mktemp -d) || exit 1
trap 'stop_daemon; rm -rf "$scratch"' EXIT

# fenced FILE NAME: the block of code that a Markdown file has below the comment "<!-- NAME -->".
fenced() {
    awk -v mark="<!-- $2 -->" '
        $0 == mark { wanted = 1; next }
        /^```/ && inside { exit }
        /^```/ && wanted { inside = 1; next }
        inside' "$1"
}

# literal FILE WORD: the literal block of a manual page whose first line has WORD.
literal() {
    awk -v word="$2" '
        /^\.Bd -literal/ { first = 1; next }
        /^\.Ed/ { inside = 0 }
        first { inside = index($0, word) > 0; first = 0 }
        inside { gsub(/\\e/, "\\"); print }' "$1"
}

# quietly COMMAND...: prints its output only if it fails.
quietly() {
    "$@" >"$scratch/output" 2>&1 </dev/null || { cat "$scratch/output"; echo "failed: $*"; }
}

# variable NAME: of capella.pc, once it is installed.
variable() {
    pkg-config --variable="$1" capella
}

install_all() {
    quietly env -u MAKEFLAGS -u MAKELEVEL make -C "$TOP_BUILDDIR" install DESTDIR="$scratch/root"
}

# The installation was made for its true place; here it stands below a folder of ours, so what
# names its place has to name that one.
relocate() {
    pc=$(find "$scratch/root" -name capella.pc)
    prefix=$(sed -n 's/^prefix=//p' "$pc")
    sed -i "s|^prefix=.*|prefix=$scratch/root$prefix|" "$pc"
    PKG_CONFIG_PATH=$(dirname "$pc")
    export PKG_CONFIG_PATH
    LD_LIBRARY_PATH=$(variable libdir)
    export LD_LIBRARY_PATH
    configuration=$(variable confdir)/capellad.conf
    sed -i -e "s|^# modules_folder = .*|modules_folder = \"$(variable moduledir)\";|" \
        -e 's/port = 4573/port = 0/' "$configuration"
    put_on_path capellad "$(find "$scratch/root" -name capellad -type f)" --config "$configuration"
    put_on_path capella "$(find "$scratch/root" -name capella -type f -perm -100)"
}

# put_on_path NAME COMMAND...: NAME is COMMAND from now on, with its arguments behind.
put_on_path() {
    mkdir -p "$scratch/bin"
    name=$1
    shift
    printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$scratch/bin/$name"
    chmod +x "$scratch/bin/$name"
    PATH=$scratch/bin:$PATH
}

build_handler() {
    fenced "$readme" agent.c >"$scratch/agent.c"
    fenced "$readme" build >"$scratch/build.sh"
    cd "$scratch" && quietly sh -e build.sh
}

build_strictly() {
    # shellcheck disable=SC2046,SC2086
    cd "$scratch" && quietly ${CC:-cc} -std=c11 -Wall -Wextra -Werror -pedantic -shared -fPIC \
        -o strict.so agent.c $(pkg-config --cflags --libs capella)
}

deploy_handler() {
    fenced "$readme" deploy >"$scratch/deploy.sh"
    cd "$scratch" && quietly sh -e deploy.sh
}

# build_example NAME: a whole module out of capella-module(7).
build_example() {
    literal "$top/doc/capella-module.7" "$1.c" >"$scratch/$1.c"
    # shellcheck disable=SC2046,SC2086
    cd "$scratch" && quietly ${CC:-cc} -Wall -Wextra -Werror -shared -fPIC -o "$1.so" "$1.c" \
        $(pkg-config --cflags --libs capella)
}

start_installed() {
    start_daemon "$scratch" capellad --foreground || cat "$daemon_log"
}

# The call of README.md, to where the daemon listens here.
call_handler() {
    fenced "$readme" call | sed "s|127\.0\.0\.1|$daemon_address|" >"$scratch/call.sh"
    quietly sh -e "$scratch/call.sh"
    grep -q 'SAY DIGITS "\{0,1\}4711' "$scratch/output" || cat "$scratch/output"
}

exit_code_is_good() {
    [ "$1" -eq 0 ] || echo "exit code $1"
}

if [ "$INSTRUMENTATION" != no ]; then
    skip "an installed Capella serves a handler built outside" "a plain cc cannot link what instrumentation needs"
    finish
    exit
fi
check "make install" install_all
relocate
check "the handler of README.md builds against the installed library" build_handler
check "it builds without a warning" build_strictly
check "the installed daemon finds it good" deploy_handler
for example in greeting weather toll permit; do
    check "the example $example of capella-module(7) builds" build_example "$example"
done
start_installed >"$scratch/start" 2>&1
check "the installed daemon starts" cat "$scratch/start"
check "a call is served by the handler" call_handler
stop_daemon
check "the daemon stops as asked" exit_code_is_good $?
finish
