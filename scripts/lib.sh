# Shared by the scripts of this folder; sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=$ROOT/artifacts/bin

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# MSBuild nodes that outlive a script keep its output pipe open, and CI waiting.
export MSBUILDDISABLENODEREUSE=1

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# install_packages PACKAGE...: Debian's.
install_packages() {
    command -v apt-get >/dev/null || fail "there is no apt-get to install $* with"
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo)
    echo "installing $*"
    { "${sudo[@]}" apt-get install -y -qq "$@" || { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq "$@"; }; } >/dev/null ||
        fail "could not install $*"
}

# need COMMAND PACKAGE: installs the Debian package unless the command is there.
need() { command -v "$1" >/dev/null || install_packages "$2"; }

# What links machine code: gcc (or clang), its libraries, and objcopy.
need_linker() {
    local compiler
    for compiler in clang gcc; do
        if command -v objcopy >/dev/null && echo 'int main(void) { return 0; }' | "$compiler" -x c - -lm -o /dev/null 2>/dev/null; then return; fi
    done
    install_packages gcc libc6-dev binutils
}

need_dotnet() {
    command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: see https://dotnet.microsoft.com/download"
    dotnet --version >/dev/null 2>&1 || fail "no .NET SDK that global.json accepts: $(dotnet --list-sdks | tr '\n' ';')"
}
