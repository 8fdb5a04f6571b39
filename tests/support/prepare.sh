# What tests/run.sh and examples/demo.sh share; sourced by them from the project's folder.
#
# The caller has set `command_name`, the words by which the user called it.

logs=build/logs
mkdir -p "$logs"
scratch=$(mktemp -d)
started=$(date +%s)
beat=
trap 'stop_heart; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() {
    printf '%s\n' "$*"
}

elapsed() {
    echo "$(($(date +%s) - started)) s"
}

# fail WHY...: the last line of the output, and the end.
fail() {
    say "$command_name: FAILED after $(elapsed): $*"
    exit 1
}

processors() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# --- Long work -------------------------------------------------------------------------

# heart TITLE LOG hidden|shown: says every 10 seconds that the work goes on, unless LOG is
# on display and grew.
heart() {
    seconds=0
    size=0
    while sleep 10 >/dev/null 2>&1; do
        seconds=$((seconds + 10))
        grown=$(wc -c <"$2")
        if [ "$3" = hidden ] || [ "$grown" = "$size" ]; then
            say "    ... $1, $seconds s: $(tail -n 1 "$2" | cut -c 1-90)"
        fi
        size=$grown
    done
}

stop_heart() {
    if [ -n "$beat" ]; then
        kill "$beat" 2>/dev/null
        wait "$beat" 2>/dev/null
        beat=
    fi
    return 0
}

# quietly TITLE LOG COMMAND...: output goes to LOG; its end is shown if the command fails.
quietly() {
    title=$1 log=$logs/$2
    shift 2
    : >"$log"
    heart "$title" "$log" hidden &
    beat=$!
    "$@" >"$log" 2>&1
    status=$?
    stop_heart
    if [ $status -ne 0 ]; then
        tail -n 60 "$log"
        say "(all of it is in $log)"
    fi
    return $status
}

# aloud TITLE LOG COMMAND...: output goes to LOG and is shown as it comes.
aloud() {
    title=$1 log=$logs/$2
    shift 2
    : >"$log"
    heart "$title" "$log" shown &
    beat=$!
    { "$@" 2>&1; echo $? >"$scratch/status"; } | tee "$log"
    stop_heart
    return "$(cat "$scratch/status")"
}

# with_signals COMMAND...: as a terminal would start it, whatever this shell was told to ignore.
with_signals() {
    if env --default-signal=INT,QUIT,PIPE true 2>/dev/null; then
        env --default-signal=INT,QUIT,PIPE "$@"
    else
        "$@"
    fi
}

# --- What must be installed --------------------------------------------------------------

# first_of COMMAND...: the first that exists.
first_of() {
    for candidate in "$@"; do
        command -v "$candidate" && return
    done
    return 1
}

# at_least WANTED FOUND: versions of numbers and dots.
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

compiles() { # COMPILER SOURCE FLAGS...
    printf '%b\n' "$2" >"$scratch/probe.c"
    compiler=$1
    shift 2
    "$compiler" -o "$scratch/probe" "$scratch/probe.c" "$@"
}

has_cmake() {
    at_least 3.25 "$(cmake --version | sed -n 's/^cmake version //p')"
}

has_swig() {
    at_least 4.1 "$(swig -version | sed -n 's/^SWIG Version //p')"
}

has_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

has_python_headers() {
    python3 -c 'import os, sys, sysconfig
sys.exit(not os.path.isfile(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

has_lua() {
    "$(first_of lua5.4 lua54 lua)" -e 'assert(_VERSION == "Lua 5.4")'
}

has_lua_module() {
    "$(first_of lua5.4 lua54 lua)" -e "require '$1'"
}

has_lua_headers() {
    pkg-config --exists lua5.4 || pkg-config --exists lua-5.4 || pkg-config 'lua >= 5.4' --exists
}

has_ruby() {
    ruby -e 'exit RUBY_VERSION >= "3.1"'
}

has_ruby_headers() {
    ruby -rrbconfig -e 'exit File.file?(File.join(RbConfig::CONFIG["rubyhdrdir"], "ruby.h"))'
}

has_minitest() {
    ruby -e 'require "minitest/autorun"; Minitest.autorun rescue 0; exit! 0'
}

has_go() {
    at_least 1.19 "$(GOTOOLCHAIN=local go version | sed 's/^go version go\([0-9.]*\).*/\1/')"
}

# need NAME DEBIAN_PACKAGES PROBE...: adds to `missing` and `packages` if the probe fails.
need() {
    name=$1 debian=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing="$missing${missing:+, }$name"
    packages="$packages $debian"
}

need_for_building() {
    need "a C compiler" "gcc libc6-dev" compiles cc 'int main(void) { return 0; }'
    need "CMake 3.25" cmake has_cmake
    need "Ninja" ninja-build ninja --version
    need "pkg-config" pkg-config pkg-config --version
    need "zlib's headers" zlib1g-dev \
        compiles cc '#include <zlib.h>\nint main(void) { return !zlibVersion(); }' -lz
    need "OpenSSL 3.0's headers" libssl-dev \
        compiles cc '#include <openssl/ssl.h>\nint main(void) { return !OPENSSL_version_major(); }' \
        -lssl -lcrypto
    need "SWIG 4.1" swig has_swig
    need "Python 3.11" python3 has_python
    need "Python's headers" python3-dev has_python_headers
    need "pip" "python3-pip ca-certificates" python3 -m pip --version
    need "Lua 5.4" lua5.4 has_lua
    need "Lua's headers" liblua5.4-dev has_lua_headers
    need "luasocket" lua-socket has_lua_module socket
    need "Ruby 3.1" ruby has_ruby
    need "Ruby's headers" ruby-dev has_ruby_headers
    need "Go 1.19" golang-go has_go
}

need_for_testing() {
    need_for_building
    need "a C++ compiler" g++ cc -x c++ -fsyntax-only /dev/null
    need "make" make make --version
    need "git" git git --version
    need "openssl" openssl openssl version
    need "ssh" openssh-client ssh -V
    need "sshd" openssh-server first_of sshd /usr/sbin/sshd
    need "microsocks" microsocks first_of microsocks
    need "cmocka" libcmocka-dev pkg-config --exists cmocka
    need "luaunit" lua-unit has_lua_module luaunit
    need "minitest" ruby-minitest has_minitest
    need "strace" strace strace -V
    need "clang-format 14" clang-format-14 clang-format-14 --version
    need "clang with libFuzzer" "clang libclang-rt-14-dev" compiles clang \
        '#include <stddef.h>\nint LLVMFuzzerTestOneInput(const char *d, size_t n) { return d && n > 9; }' \
        -fsanitize=fuzzer,address,undefined
    need "gcc's sanitizers" gcc compiles cc 'int main(void) { return 0; }' \
        -fsanitize=address,undefined
    need "gcc's ThreadSanitizer" gcc compiles cc 'int main(void) { return 0; }' -fsanitize=thread
}

on_debian() {
    command -v apt-get >/dev/null && (. /etc/os-release && [ "$ID" = debian ]) 2>/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

# Installing ca-certificates writes the list of trusted authorities anew. One that was there
# without that package may name authorities of this machine's own: pip goes on to use it.
trusted=/etc/ssl/certs/ca-certificates.crt
kept_trusted=$(pwd)/build/trusted-authorities.crt

keep_trusted() {
    if [ -s "$trusted" ] && ! dpkg-query -s ca-certificates >/dev/null 2>&1; then
        cp "$trusted" "$kept_trusted"
    fi
}

pip() {
    if [ -s "$kept_trusted" ]; then
        PIP_CERT=$kept_trusted
        REQUESTS_CA_BUNDLE=$kept_trusted
        export PIP_CERT REQUESTS_CA_BUNDLE
    fi
    PIP_USER=0 python3 -m pip "$@"
}

look_for() { # NEED_FUNCTION
    missing='' packages=''
    "$1"
}

# install_missing NEED_FUNCTION: apt-get installs what the function says is missing.
install_missing() {
    look_for "$1"
    [ -n "$missing" ] || return 0
    on_debian || fail "missing on this system: $missing"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "missing: $missing; be root, have sudo, or install$packages"
    fi
    say "missing: $missing"
    say "installing by apt-get:$packages"
    keep_trusted
    quietly "apt-get update" apt-update.log apt update || fail "apt-get update"
    # Intended: one word a package.
    # shellcheck disable=SC2086
    quietly "apt-get install" apt-install.log apt install --no-install-recommends $packages ||
        fail "apt-get install$packages"
    look_for "$1"
    [ -z "$missing" ] || fail "still missing, though its packages are installed: $missing"
}

# --- Python packages -----------------------------------------------------------------------

peers=$(pwd)/build/peers

# install_peer NAME: build/peers/NAME holds what tests/support/requirements-NAME.txt pins.
install_peer() {
    requirements=tests/support/requirements-$1.txt
    stamp=$peers/$1/.complete
    wanted="$(cksum <"$requirements") $(python3 -c 'import sys; print(sys.executable, sys.version)')"
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    say "installing by pip into build/peers/$1: $(tr '\n' ' ' <"$requirements")"
    rm -rf "${peers:?}/$1"
    mkdir -p "$peers"
    quietly "pip install" "pip-$1.log" pip install --no-input \
        --disable-pip-version-check --no-warn-script-location --root-user-action=ignore \
        --target "$peers/$1" -r "$requirements" || fail "pip install -r $requirements"
    echo "$wanted" >"$stamp"
}

# --- Building --------------------------------------------------------------------------------

describe_tools() {
    command -v cc python3 ruby go swig cmake ninja
    first_of lua5.4 lua54 lua
    cc --version | head -n 1
    python3 -c 'import sys; print(sys.executable, sys.version)'
    ruby -rrbconfig -e 'puts RbConfig.ruby, RUBY_DESCRIPTION'
    GOTOOLCHAIN=local go version
    swig -version
}

# configure PRESET OPTIONS...: afresh if the tools that come first in PATH are others than before.
configure() {
    preset=$1
    shift
    describe_tools >"$scratch/tools" 2>&1
    fresh=--fresh
    cmp -s "$scratch/tools" "build/tools-$preset.txt" && fresh=
    quietly "configuring $preset" "configure-$preset.log" \
        cmake $fresh --preset "$preset" "$@" || fail "cmake --preset $preset"
    cp "$scratch/tools" "build/tools-$preset.txt"
}

# build PRESET OPTIONS...
build() {
    preset=$1
    shift
    quietly "building $preset" "build-$preset.log" \
        cmake --build --preset "$preset" --parallel "$(processors)" "$@" ||
        fail "cmake --build --preset $preset"
}
