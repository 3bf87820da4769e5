"""Runs work in a separate process and measures its time and memory, children included."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LOOKS_EVERY, _LOOKS_COST = 0.1, 0.02
"""Seconds between two looks at the memory, and the share of the time that they may take: the kernel walks all
pages of a process for one, which is time that the process lacks."""


@dataclass(frozen=True)
class Run:
    """Resources used by a process.

    Attributes:
        seconds: on the clock; cpu_seconds: of all its threads and children.
        peak_bytes: the largest sum, seen several times a second, of what it and its children held at once
            (pages that several of them share count once).
        said: its standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stdout: str


def run(code: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Run:
    """Run a piece of Python."""
    before = os.times()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
        cwd=Path(__file__).parents[1],
    )
    peak = 0
    while process.poll() is None:
        looked = time.perf_counter()
        peak = max(peak, sum(_proportional_bytes(pid) for pid in _family(process.pid)))
        time.sleep(max(_LOOKS_EVERY, (time.perf_counter() - looked) / _LOOKS_COST))
    seconds = time.perf_counter() - began
    after = os.times()
    assert process.stdout is not None
    stdout = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"the measured process ended with {process.returncode}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, cpu, peak, stdout)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        # A child started by a thread stands under that thread.
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(member for child in set(children) for member in _family(int(child)))]


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
