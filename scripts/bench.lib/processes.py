"""What a process has used, as /proc tells it; and commands that must work."""
import os
import re
import subprocess
import sys

TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """The benchmark can't go on; the message says why."""


def run(*command, env=None, timeout=120, stdin=None):
    """Standard output of a command; BenchError with its errors if it fails."""
    try:
        done = subprocess.run([str(c) for c in command], env=env, timeout=timeout, input=stdin, capture_output=True, text=True)
    except subprocess.TimeoutExpired as e:
        raise BenchError(f"{command[0]} took longer than {timeout} s") from e
    if done.returncode != 0:
        raise BenchError(f"'{' '.join(str(c) for c in command)}' failed: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def cpu_seconds(pid):
    """User and system time of a process so far; 0 when it is gone."""
    try:
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_cpu_seconds():
    """Of all children that ended: two readings around one child are that child's."""
    times = os.times()
    return times.children_user + times.children_system


def memory_mib(pid, key="VmHWM"):
    """VmHWM: the most it ever had. VmRSS: now."""
    try:
        found = re.search(rf"^{key}:\s+(\d+)", open(f"/proc/{pid}/status").read(), re.M)
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0


def note(text):
    """Progress, where it does not disturb the result."""
    print(text, file=sys.stderr, flush=True)
