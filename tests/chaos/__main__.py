"""Runs several processes of the bot on one PostgreSQL and a stand-in of Discord, and ends them under load."""

import argparse
import asyncio
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic

from tests.chaos.crowd import Crowd
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import compare
from tests.chaos.report import INTERACTION_SECONDS, outcome_of, report
from tests.chaos.several import Place, several
from tests.support.postgres import postgres_server
from tests.support.settings import samewave

SERVERS_PER_SHARD = 5
IDENTIFY_SECONDS = 5.0
QUIET_SECONDS = 20.0
"""Before, between and after restarts, so that answers of undisturbed processes are measured too."""


async def kill_now_and_then(fleet: Fleet, chance: random.Random, every: float) -> None:
    """Kill one at a random moment of each stretch of so many seconds, for ever."""
    while True:
        began = monotonic()
        await asyncio.sleep(chance.uniform(0, every / 2))
        member = chance.choice(fleet.members)
        print(f"killing process {fleet.members.index(member) + 1}", flush=True)
        await fleet.kill(member)
        await asyncio.sleep(max(0.0, began + every - monotonic()))


async def roll(fleet: Fleet, *, successor: bool) -> None:
    """Restart each in turn."""
    for place, member in enumerate(fleet.members, start=1):
        await asyncio.sleep(QUIET_SECONDS)
        print(f"restarting process {place}", flush=True)
        await fleet.restart(member, successor=successor)
    await asyncio.sleep(QUIET_SECONDS)


async def tell(crowd: Crowd) -> None:
    """A line every ten seconds, for ever."""
    began = monotonic()
    while True:
        await asyncio.sleep(10)
        print(f"{monotonic() - began:6.0f} s: {crowd.asked} asked, {crowd.answered} answered", flush=True)


async def chaos(place: Place, wanted: argparse.Namespace) -> bool:
    """Run, report; whether all held."""
    async with several(place, wanted.processes, wanted.shards, wanted.rate, wanted.seed) as (fleet, crowd):
        crowd.service.gateway.starts.seconds = IDENTIFY_SECONDS
        crowd.service.gateway.starts.max_concurrency = wanted.max_concurrency
        crowd.service.rest.interaction_seconds = INTERACTION_SECONDS
        await fleet.start()
        print(f"{wanted.processes} processes with {wanted.shards} shards are connected", flush=True)
        beside = [asyncio.create_task(work) for work in (crowd.listen(), fleet.watch_memory(), tell(crowd))]
        if wanted.rolling:
            rolling = asyncio.create_task(roll(fleet, successor=wanted.rolling == "successor"))
            crowding = asyncio.create_task(crowd.crowd(rolling.done))
            await rolling
        else:
            end = monotonic() + 60 * wanted.minutes
            crowding = asyncio.create_task(crowd.crowd(lambda: monotonic() >= end))
            killing = asyncio.create_task(kill_now_and_then(fleet, crowd.chance, wanted.kill_every))
            await asyncio.wait([crowding, killing], return_when=asyncio.FIRST_COMPLETED)
            await fleet.settled()
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
        await crowding
        await crowd.settled()
        for task in beside:
            task.cancel()
        outcome, found = outcome_of(crowd, fleet), await compare(crowd.ledger, place.url)
        dropped = await fleet.figure("samewave_dropped")
        await fleet.end()
        return report(crowd, fleet, found, outcome, dropped)


def main() -> int:
    """Parse, make a state and a database, run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--shards", type=int, default=16)
    parser.add_argument("--rate", type=float, default=40, help="commands a second")
    parser.add_argument("--kill-every", type=float, default=60, help="seconds")
    parser.add_argument("--max-concurrency", type=int, default=1, help="shards that may identify at once")
    parser.add_argument(
        "--rolling",
        nargs="?",
        choices=("successor", "stop"),
        const="successor",
        help="restart each once, in place of killing; its successor waits already, or is started afterwards",
    )
    parser.add_argument("--seed", type=int, default=20_261_128)
    parser.add_argument("--folder", type=Path, help="where states and logs are kept; a temporary one")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samewave-chaos-") as place, postgres_server() as url:
        folder = wanted.folder or Path(place)
        state = folder / "state"
        made = samewave("build", state=state)
        assert made.returncode == 0, made.stderr
        return 0 if asyncio.run(chaos(Place(state, folder, url), wanted)) else 1


if __name__ == "__main__":
    sys.exit(main())
