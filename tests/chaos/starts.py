"""Starts shards over and over in several processes, kills some, and counts who identified too soon.

Each process connects four shards, closes them once they are ready, and begins anew.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from asyncio.subprocess import Process
from itertools import pairwise
from pathlib import Path
from time import monotonic

import numpy as np
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client.bot import Samewave
from bot.wiring import open_services
from tests.support.postgres import postgres_server
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until
from tests.support.stand_ins.discord_service.session_starts import SessionStarts

EACH, PROCESSES = 4, 4
SHARDS = EACH * PROCESSES
IDENTIFY_SECONDS = 5.0
KILL_SECONDS = 20.0


async def start_again_and_again(rest: str, gateway: str, token: str, url: str, place: int) -> None:
    """One process; it ends when it is killed."""
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = rest, yarl.URL(gateway)
    with tempfile.TemporaryDirectory() as state:
        settings = settings_for(Path(state), database_url=url)
        async with open_services(settings, rng=np.random.default_rng()) as services:
            while True:
                bot = Samewave(services, prefix="!")
                bot.shard_ids, bot.shard_count = list(range(place * EACH, (place + 1) * EACH)), SHARDS
                async with bot:
                    running = asyncio.create_task(bot.start(token))
                    await until(bot.is_ready, seconds=3_600)
                    await bot.close()
                    await asyncio.gather(running, return_exceptions=True)


async def spawn(service: DiscordService, url: str, place: int) -> Process:
    told = [service.rest.url, service.gateway.url, service.token, url, str(place)]
    return await asyncio.create_subprocess_exec(sys.executable, "-m", __spec__.name, "--process", *told)


async def count(wanted: argparse.Namespace, url: str) -> bool:
    """Run until there were so many starts; whether none came too soon."""
    async with open_discord() as service:
        guilds = [payloads.guild_id(number) for number in range(1, SHARDS + 1)]
        service.gateway.guilds = [payloads.guild(guild, [1_000 + guild]) for guild in guilds]
        service.gateway.shards, starts = SHARDS, service.gateway.starts
        starts.seconds, starts.max_concurrency, starts.total = IDENTIFY_SECONDS, wanted.max_concurrency, 10**6
        processes = [await spawn(service, url, place) for place in range(PROCESSES)]
        began = last = monotonic()
        kills = 0
        while len(starts.arrived) < wanted.starts:
            await asyncio.sleep(0.5)
            if monotonic() - last >= KILL_SECONDS:
                place, last, kills = random.randrange(PROCESSES), monotonic(), kills + 1
                processes[place].kill()
                await processes[place].wait()
                processes[place] = await spawn(service, url, place)
        took = monotonic() - began
        for process in processes:
            process.kill()
            await process.wait()
    print(f"{len(starts.arrived)} starts in {took:.0f} s, {kills} processes killed, smallest gap "
          f"{smallest_gap(starts):.2f} s, too soon: {len(starts.breaches)}")  # fmt: skip
    return not starts.breaches


def smallest_gap(starts: SessionStarts) -> float:
    """Seconds between two in a bucket."""
    buckets: dict[int, list[float]] = {}
    for one in starts.arrived:
        buckets.setdefault(one.bucket, []).append(one.at)
    return min(after - before for at in buckets.values() for before, after in pairwise(at))


def main() -> int:
    if sys.argv[1:2] == ["--process"]:
        rest, gateway, token, url, place = sys.argv[2:]
        asyncio.run(start_again_and_again(rest, gateway, token, url, int(place)))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--max-concurrency", type=int, default=1, help="shards that may identify at once")
    wanted = parser.parse_args()
    with postgres_server() as url:
        return 0 if asyncio.run(count(wanted, url)) else 1


if __name__ == "__main__":
    sys.exit(main())
