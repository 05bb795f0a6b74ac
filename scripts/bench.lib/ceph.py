"""A Ceph cluster on loopback: one monitor, one manager, BlueStore OSDs on files, all settings at their defaults."""
import json
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

from processes import BenchError, cpu_seconds, children_cpu_seconds, memory_mib, run

PACKAGES = ["ceph-mon", "ceph-osd", "ceph-mgr", "ceph-common"]
PROGRAMS = ["ceph-mon", "ceph-osd", "ceph-mgr", "ceph", "rados", "monmaptool", "ceph-authtool"]


class Ceph:
    name = "ceph"

    def __init__(self, folder, osds=3, store_bytes=10 << 30, settings=()):
        self.folder = Path(folder)
        self.osds = osds
        self.store_bytes = store_bytes
        self.settings = list(settings)
        self.daemons = {}
        self.conf = self.folder / "ceph.conf"

    def start(self):
        """Makes a cluster with a pool of 64 PGs. Seconds from nothing to HEALTH_OK."""
        began = time.monotonic()
        self.folder.mkdir(parents=True)
        fsid = str(uuid.uuid4())
        address = self._configure(fsid)
        keyring = self.folder / "keyring"
        run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        caps = [part for kind in ("mon", "osd", "mgr") for part in ("--cap", kind, "allow *")]
        run("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", *caps)
        run("monmaptool", "--create", "--enable-all-features", "--fsid", fsid, "--addv", "a", address, self.folder / "monmap")
        (self.folder / "mon.a").mkdir()
        run("ceph-mon", "-c", self.conf, "--mkfs", "-i", "a", "--monmap", self.folder / "monmap", "--keyring", keyring)
        self._launch("mon.a", "ceph-mon", "-i", "a")
        (self.folder / "mgr.x").mkdir()
        key = self.command("auth", "get-or-create", "mgr.x", "mon", "allow profile mgr", "osd", "allow *")
        (self.folder / "mgr.x" / "keyring").write_text(key)
        self._launch("mgr.x", "ceph-mgr", "-i", "x", "--keyring", self.folder / "mgr.x" / "keyring")
        for osd in range(self.osds):
            self._make_osd(osd)
        for osd in range(self.osds):
            self.start_osd(osd)
        self._until(lambda: self.status()["osdmap"]["num_up_osds"] == self.osds, "the OSDs to be up")
        self.command("osd", "pool", "create", "bench", "64", "64", "replicated")
        self.command("osd", "pool", "application", "enable", "bench", "rados")
        self._until(self.is_clean, "all PGs to be clean")
        self._until(lambda: self.status()["health"]["status"] == "HEALTH_OK", "HEALTH_OK")
        return time.monotonic() - began

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in self.daemons.values():
                if process.poll() is None:
                    process.send_signal(signal.SIGCONT)
                    process.send_signal(number)
            end = time.monotonic() + 10
            for process in self.daemons.values():
                try:
                    process.wait(max(0.1, end - time.monotonic()))
                except subprocess.TimeoutExpired:
                    pass  # SIGKILL is next.
        self.daemons.clear()

    def start_osd(self, osd):
        self._launch(f"osd.{osd}", "ceph-osd", "-i", osd)

    def command(self, *arguments, stdin=None):
        return run("ceph", "-c", self.conf, *arguments, stdin=stdin)

    def status(self):
        return json.loads(self.command("status", "--format", "json"))

    def is_clean(self):
        pgs = self.status()["pgmap"]
        states = {s["state_name"]: s["count"] for s in pgs.get("pgs_by_state", [])}
        return pgs["num_pgs"] >= 64 and states.get("active+clean", 0) == pgs["num_pgs"]

    def pids(self):
        return {name: process.pid for name, process in self.daemons.items() if process.poll() is None}

    def write(self, size, in_flight, seconds, name, objects, *more):
        return self._bench("write", in_flight, seconds, name, "-b", size, "--no-cleanup", "--max-objects", objects, *more)

    def overwrite(self, size, in_flight, seconds, name, objects, warm_up):
        """What a write of that name left, from the first object on. rados bench has no warm-up of its own: it is a run that is not measured."""
        self.write(size, in_flight, warm_up, name, objects, "--reuse-bench")
        return self.write(size, in_flight, seconds, name, objects, "--reuse-bench")

    def read(self, size, in_flight, seconds, name, warm_up=0):
        if warm_up:
            self._bench("rand", in_flight, warm_up, name)
        return self._bench("rand", in_flight, seconds, name)

    def check(self):
        """Ceph's own checks are not what is measured."""

    def stall(self, in_flight, seconds):
        """
        4 KiB writes for a time: the longest that one took. To objects of 64 of them: as an object each, some thousands would be degraded, of which
        Ceph brings back a handful a second on what it takes for a spinning disk, as it does a file.
        """
        output = self._rados_bench("write", in_flight, seconds, "stall", "-b", 4096, "-O", 64 * 4096)
        return {"stall_ms": _value(output, r"Max latency\(s\)") * 1e3, "mean_ms": _value(output, r"Average Latency\(s\)") * 1e3}

    def wait_for_writes(self):
        """rados bench writes within a fraction of a second, and says nothing that could be waited for."""
        time.sleep(2)

    def fill(self, size, objects):
        self._rados_bench("write", 16, 600, "fill", "-b", size, "--no-cleanup", "--max-objects", objects)

    def osds_up(self):
        return self.status()["osdmap"]["num_up_osds"]

    def out(self, osd):
        self.command("osd", "out", osd)

    def wait_clean(self):
        self._until(self.is_clean, "all PGs to be clean")

    def memory(self):
        return {name: memory_mib(pid) for name, pid in self.pids().items()}

    def _bench(self, work, in_flight, seconds, name, *arguments):
        pids = self.pids().values()
        before, children = sum(map(cpu_seconds, pids)), children_cpu_seconds()
        output = self._rados_bench(work, in_flight, seconds, name, *arguments)
        used = sum(map(cpu_seconds, pids)) - before + children_cpu_seconds() - children
        ops = _value(output, "Total writes made" if work == "write" else "Total reads made")
        rate = ops / _value(output, "Total time run")
        size = int(arguments[1]) if work == "write" else _value(output, "(?:Read|Object) size")
        return {
            "ops_per_s": rate,
            "mib_per_s": rate * size / (1 << 20),
            "mean_ms": _value(output, r"Average Latency\(s\)") * 1e3,
            "cpu_us_per_op": used * 1e6 / max(1, ops),
        }

    def _rados_bench(self, work, in_flight, seconds, name, *arguments):
        command = ["rados", "-c", self.conf, "-p", "bench", "bench", max(1, round(seconds)), work, "-t", in_flight, "--run-name", name]
        return run(*command, *arguments, timeout=seconds + 120)

    def _configure(self, fsid):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        lines = [
            "[global]", f"fsid = {fsid}", "mon initial members = a", f"mon host = [v2:127.0.0.1:{port}]", f"keyring = {self.folder}/keyring",
            "public addr = 127.0.0.1", "cluster addr = 127.0.0.1", f"run dir = {self.folder}", f"log file = {self.folder}/$name.log",
            f"admin socket = {self.folder}/$name.asok", f"crash dir = {self.folder}", "err to stderr = true", "ms bind msgr1 = false",
            "osd pool default pg autoscale mode = off", "mon allow pool delete = true", "auth allow insecure global id reclaim = false",
            "mon data avail warn = 2", "mon data avail crit = 1", *self.settings,
            "[client]", "admin socket =", "log file =",
            "[mon]", f"mon data = {self.folder}/mon.$id",
            "[mgr]", f"mgr data = {self.folder}/mgr.$id",
            "[osd]", f"osd data = {self.folder}/osd.$id", f"keyring = {self.folder}/osd.$id/keyring",
        ]
        for osd in range(self.osds):
            lines += [f"[osd.{osd}]", f"bluestore block path = {self.folder}/block.{osd}", f"bluestore block size = {self.store_bytes}",
                      f"crush location = root=default host=h{osd}"]
        self.conf.write_text("\n".join(lines) + "\n")
        return f"[v2:127.0.0.1:{port}]"

    def _make_osd(self, osd):
        folder = self.folder / f"osd.{osd}"
        folder.mkdir()
        with open(self.folder / f"block.{osd}", "wb") as block:
            block.truncate(self.store_bytes)
        key = run("ceph-authtool", "--gen-print-key").strip()
        name = str(uuid.uuid4())
        given = self.command("osd", "new", name, osd, "-i", "-", stdin=json.dumps({"cephx_secret": key})).strip()
        if given != str(osd):
            raise BenchError(f"ceph made osd.{given} instead of osd.{osd}")
        (folder / "keyring").write_text(f"[osd.{osd}]\n\tkey = {key}\n")
        run("ceph-osd", "-c", self.conf, "-i", osd, "--mkfs", "--osd-uuid", name, "--monmap", self.folder / "monmap")

    def _launch(self, name, *command):
        out = open(self.folder / f"{name}.out", "ab")
        self.daemons[name] = subprocess.Popen(
            [*map(str, command), "-c", str(self.conf), "-f"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)

    def _until(self, is_so, what, limit=180):
        end = time.monotonic() + limit
        while not is_so():
            if time.monotonic() > end:
                raise BenchError(f"Ceph: waited {limit} s for {what}; see {self.folder}")
            time.sleep(0.1)


def _value(output, key):
    """A figure that rados bench printed."""
    found = re.search(rf"^{key}:\s*([\d.eE+-]+)", output, re.M)
    if found is None:
        raise BenchError(f"rados bench printed no '{key}'")
    return float(found.group(1))


def install():
    """Debian's packages, if they are missing."""
    if all(any(os.access(Path(folder) / program, os.X_OK) for folder in os.environ["PATH"].split(":")) for program in PROGRAMS):
        return
    print("installing", *PACKAGES, flush=True)
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-E"]
    options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    try:
        run(*sudo, "apt-get", "install", *options, *PACKAGES, env=env, timeout=900)
    except BenchError:
        run(*sudo, "apt-get", "update", "-qq", env=env, timeout=300)
        run(*sudo, "apt-get", "install", *options, *PACKAGES, env=env, timeout=900)
