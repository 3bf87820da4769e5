"""Kills each kind of work in turn, so many times in all: `python -m tests.crash --kills 200 --seed 1`."""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crash.kills import Killer
from tests.crash.work import KINDS
from tests.support.settings import samewave
from tests.support.stand_ins.charts import ChartsStandIn


async def main() -> None:
    """Print one line a kill, and what was seen how often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20_261_121)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samewave-kills-") as place:
        folder = Path(place)
        made = samewave("build", state=folder / "state")
        assert made.returncode == 0, made.stderr
        async with ChartsStandIn() as charts:
            killer = await asyncio.to_thread(Killer, folder / "state", folder, charts.url, wanted.seed)
            began, seen = time.monotonic(), Counter[str]()
            for number in range(wanted.kills):
                kind = list(KINDS)[number % len(KINDS)]
                said = await asyncio.to_thread(killer.kill, kind)
                seen[f"{kind}: {said.partition(',')[0]}"] += 1
                print(f"{number + 1:4} {kind}: {said}", flush=True)
    print(f"{wanted.kills} kills in {time.monotonic() - began:.0f} s, every check held:")
    for what, times in sorted(seen.items()):
        print(f"  {what}: {times}")


if __name__ == "__main__":
    asyncio.run(main())
