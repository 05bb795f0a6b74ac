# Installs the programs, the user and the units on this host; sourced by the bootstrap scripts.

CONF=/etc/cairn/cairn.conf
TLS=/etc/cairn/tls

install_cairn() {
    local program
    "$ROOT/scripts/build"
    getent passwd cairn >/dev/null || useradd --system --home-dir /var/lib/cairn --no-create-home --shell /usr/sbin/nologin cairn
    install -d -m 0755 /usr/lib/cairn
    # Programs that run are replaced, not written to.
    cp -r --remove-destination "$BIN/." /usr/lib/cairn/
    install -D -m 0644 "$ROOT/README.md" /usr/share/doc/cairn/README.md
    for program in cairn cairn-mon cairn-osd; do ln -sf "/usr/lib/cairn/$program" "/usr/bin/$program"; done
    install -d -o cairn -g cairn -m 0750 /var/lib/cairn /var/lib/cairn/mon /var/lib/cairn/osd
    install -d -m 0755 /etc/cairn
    install -m 0644 "$ROOT"/systemd/* /etc/systemd/system/
}

# Daemons read their configuration and keys; only root writes them. The CA's key is root's alone.
own_conf() {
    chmod 0644 "$CONF"
    chown -R root:cairn "$TLS"
    chmod 0750 "$TLS"
    chmod 0640 "$TLS"/*.key
    if [ -e "$TLS/ca.key" ]; then
        chown root:root "$TLS/ca.key"
        chmod 0600 "$TLS/ca.key"
    fi
}

as_cairn() { runuser -u cairn -- "$@"; }
