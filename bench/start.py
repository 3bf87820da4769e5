"""From process start to ready, and the memory it takes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure

ROUNDS = 7
_IMPORTS = "import discord, pandas, sklearn"


def start_and_memory(state: Path) -> Iterator[Figure]:
    """The bare imports and the bot until it would connect, in turns, so that both meet the same machine."""
    environment = {**os.environ, "SAMEWAVE_STATE_DIR": str(state), "SAMEWAVE_RECCOBEATS": "false"}
    ready, bare = [sys.executable, "-m", "bench.ready"], [sys.executable, "-c", _IMPORTS]
    memory = 0
    starts, imports = [], []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        subprocess.run(bare, check=True, env=environment)
        imports.append(time.perf_counter() - started)
        started = time.perf_counter()
        done = subprocess.run(ready, check=True, env=environment, capture_output=True, text=True)
        starts.append(time.perf_counter() - started)
        memory = json.loads(done.stdout)["resident_bytes"]
    ratio = median(starts[1:]) / median(imports[1:])
    yield Figure(
        "process start to ready, warm",
        ratio,
        "× the imports",
        f"{_IMPORTS}: {median(imports[1:]):.2f} s; ours {median(starts[1:]):.2f} s",
        "≤ 1.3",
        ratio <= 1.3,
    )
    megabytes = memory / 2**20
    yield Figure(
        "resident memory when ready", megabytes, "MB", "a plain figure", "≤ 260 MB", megabytes <= 260
    )
