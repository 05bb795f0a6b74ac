#!/bin/sh
# The store engine alone, beside the disk's own figures: scripts/bench-store.sh [DIRECTORY] [write4k|write4m|read|objects|amplification ...]
set -e
cd "$(dirname "$0")/.."
directory=${1:-/tmp}
[ $# -gt 0 ] && shift
dotnet build -c Release -v q tests/Cairn.Store.Bench >/dev/null
exec dotnet tests/Cairn.Store.Bench/bin/Release/net10.0/Cairn.Store.Bench.dll "$directory" "$@"
