"""The time from process start to ready, and the memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure
from bench.size import Size

ROUNDS = 7
_TRAINING = "import sklearn, pandas, joblib"
MOST_MEGABYTES = 130


def start_beside(size: Size, small: Path) -> Iterator[Figure]:
    """The same of a larger catalogue, in turns with the embedded one."""

    def run(state: Path) -> tuple[float, float]:
        environment = {
            **os.environ,
            "SAMEWAVE_STATE_DIR": str(state),
            "SAMEWAVE_RECCOBEATS": "false",
            "SAMEWAVE_CATALOGUE": "embedded",
        }
        command = [sys.executable, "-m", "bench.ready"]
        started = time.time()
        done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
        measured = json.loads(done.stdout)
        return measured["ready"] - started, measured["resident_bytes"] / 2**20

    both = [(run(small), run(size.state)) for _ in range(ROUNDS)][1:]
    theirs, mine = (median(pair[side][0] for pair in both) for side in (0, 1))
    yield size.figure(
        "process start to ready, warm",
        mine / theirs,
        "× embedded",
        f"the embedded catalogue: {theirs:.2f} s; ours {mine:.2f} s",
        "≤ 2",
        mine / theirs <= 2,
        mine,
    )
    megabytes = max(large[1] for _, large in both)
    yield size.figure(
        "resident memory when ready",
        megabytes,
        "MB",
        "a plain figure",
        "≤ 450 MB",
        megabytes <= 450,
        megabytes,
    )


def start_and_memory(state: Path) -> Iterator[Figure]:
    """The bot until it would connect, and the imports it does without, in turns on the same machine."""
    environment = {
        **os.environ,
        "SAMEWAVE_STATE_DIR": str(state),
        "SAMEWAVE_RECCOBEATS": "false",
        "SAMEWAVE_CATALOGUE": "embedded",
    }
    ready = [sys.executable, "-m", "bench.ready"]
    bare = [
        sys.executable,
        "-c",
        f'{_TRAINING}; import json, time; print(json.dumps({{"ready": time.time()}}))',
    ]

    def run(command: list[str]) -> tuple[float, dict[str, float]]:
        started = time.time()
        done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
        measured: dict[str, float] = json.loads(done.stdout)
        return measured["ready"] - started, measured

    starts, imports, memory = [], [], 0.0
    for _ in range(ROUNDS + 1):
        imports.append(run(bare)[0])
        seconds, measured = run(ready)
        starts.append(seconds)
        memory = measured["resident_bytes"]
    ratio = median(starts[1:]) / median(imports[1:])
    yield Figure(
        "process start to ready, warm",
        ratio,
        "× what training imports",
        f"{_TRAINING}: {median(imports[1:]):.2f} s; ours {median(starts[1:]):.2f} s",
        "a plain figure",
        True,
    )
    megabytes = memory / 2**20
    yield Figure(
        "resident memory when ready",
        megabytes,
        "MB",
        "a plain figure",
        f"≤ {MOST_MEGABYTES} MB",
        megabytes <= MOST_MEGABYTES,
    )
