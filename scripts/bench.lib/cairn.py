"""A Cairn cluster on loopback: one monitor, OSDs in folders."""
import json
import os
import time
from pathlib import Path

from processes import BenchError, memory_mib, run


class Cairn:
    name = "cairn"

    def __init__(self, programs, folder, osds=3, monitors=1, settings=()):
        self.program = str(Path(programs) / "cairn")
        self.folder = Path(folder)
        self.osds = osds
        self.monitors = monitors
        self.settings = list(settings)

    def start(self):
        """Makes a cluster with a pool of 64 PGs. Seconds from nothing to all PGs clean."""
        began = time.monotonic()
        sets = [part for setting in self.settings for part in ("--set", setting)]
        run(self.program, "dev", "up", "--dir", self.folder, "--mons", self.monitors, "--osds", self.osds, *sets)
        self.command("pool", "create", "bench", "--size", "3", "--pg-num", "64")
        self.command("wait", "clean")
        return time.monotonic() - began

    def stop(self):
        if (self.folder / "dev.json").exists():
            run(self.program, "dev", "down", "--dir", self.folder, "--purge")

    def command(self, *arguments, timeout=300):
        env = dict(os.environ, CAIRN_CONF=str(self.folder / "cairn.conf"))
        return run(self.program, *arguments, env=env, timeout=timeout)

    def pids(self):
        daemons = json.loads((self.folder / "dev.json").read_text())["daemons"]
        return {d["name"]: d["pid"] for d in daemons if d["pid"]}

    def write(self, size, in_flight, seconds, name, objects, warm_up=0):
        """New objects, as many at most; then from the first again."""
        return self._bench(
            "write", "--size", size, "--objects", objects, "--keep", "--name", name, in_flight=in_flight, seconds=seconds, warm_up=warm_up)

    def overwrite(self, size, in_flight, seconds, name, objects, warm_up):
        """What a write of that name left, from the first object on: they have the same names."""
        return self.write(size, in_flight, seconds, name, objects, warm_up)

    def read(self, size, in_flight, seconds, name, warm_up=0):
        return self._bench("read", "--name", name, in_flight=in_flight, seconds=seconds, warm_up=warm_up)

    def check(self):
        """After the work: every byte on every OSD is right. The command fails if one is not."""
        self.command("scrub", "--deep")

    def stall(self, in_flight, seconds):
        """4 KiB writes for a time: the longest that none finished."""
        report = json.loads(self._run_bench("write", "--size", "4KiB", "--objects", "1000", "--name", "stall", in_flight=in_flight, seconds=seconds))
        if report["errors"]:
            raise BenchError(f"{report['errors']} writes failed: {report.get('first_error')}")
        return {"stall_ms": max(report["longest_stall_ms"], report["max_ms"]), "mean_ms": report["mean_ms"], "p99_ms": report["p99_ms"]}

    def wait_for_writes(self):
        """Until the writes of stall() have begun: each run removes what it wrote."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                self.command("stat", "-p", "bench", "stall.0")
                return
            except BenchError:
                time.sleep(0.1)
        raise BenchError("the load does not begin")

    def fill(self, size, objects):
        self.command("bench", "write", "-p", "bench", "--size", size, "--objects", objects, "--seconds", "0s", "--name", "fill", "--keep")

    def osds_up(self):
        return json.loads(self.command("status", "--format", "json"))["osds"]["up"]

    def leader(self, but=None):
        """The leading monitor as the others see it; None while there is none."""
        try:
            leader = json.loads(self.command("mon", "stat", "--format", "json", timeout=5)).get("leader")
        except BenchError:
            return None
        name = f"mon.{leader}" if leader else None
        return None if name == but else name

    def start_osd(self, osd):
        self.start_daemon(f"osd.{osd}")

    def start_daemon(self, name):
        self.command("dev", "start", name, "--dir", self.folder)

    def out(self, osd):
        self.command("osd", "out", osd)

    def wait_clean(self):
        self.command("wait", "clean")

    def memory(self):
        return {name: memory_mib(pid) for name, pid in self.pids().items()}

    def _bench(self, work, *arguments, in_flight, seconds, warm_up):
        report = json.loads(self._run_bench(work, *arguments, "--warm-up", f"{warm_up}s", in_flight=in_flight, seconds=seconds))
        if report["errors"]:
            raise BenchError(f"cairn bench {work}: {report['errors']} operations failed: {report.get('first_error')}")
        if len(report["processes"]) != self.osds + self.monitors + 1:
            raise BenchError(f"cairn bench {work}: not all processes told what they used")
        return {
            "ops_per_s": report["ops_per_second"],
            "mib_per_s": report["mib_per_second"],
            "mean_ms": report["mean_ms"],
            "p50_ms": report["p50_ms"],
            "p99_ms": report["p99_ms"],
            "cpu_us_per_op": report["cpu_us_per_op"],
        }

    def _run_bench(self, work, *arguments, in_flight, seconds):
        return self.command("bench", work, "-p", "bench", "-t", in_flight, "--seconds", f"{seconds}s", *arguments, "--format", "json")
