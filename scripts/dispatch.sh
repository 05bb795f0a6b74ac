# Shared by bench and soak: runs scripts/$kind.d/NAME, whose second line says what it does; without a name, lists them.

if [ $# -gt 0 ] && [[ $1 != -* ]]; then
    [ -x "$ROOT/scripts/$kind.d/$1" ] || fail "there is no '$1': $(ls "$ROOT/scripts/$kind.d" 2>/dev/null | tr '\n' ' ')"
    name=$1
    shift
    exec "$ROOT/scripts/$kind.d/$name" "$@"
fi

echo "usage: scripts/$kind NAME [ARGUMENTS]"
for program in "$ROOT/scripts/$kind.d"/*; do
    [ -x "$program" ] && printf '  %-10s %s\n' "$(basename "$program")" "$(sed -n '2s/^# *//p' "$program")"
done
[ $# -gt 0 ]
