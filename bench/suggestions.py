"""Autocomplete latency, and the objects left by ten thousand answers."""

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import numpy as np
import simcord

from bench.figure import Figure
from bench.state import offline_settings
from bot.client.bot import Samewave
from bot.client.rate_limit import RateLimit
from bot.services.use_cases import Services
from bot.wiring import open_services

TYPED = ("the", "lo", "a", "b", "l", "s", "be", "som", "love", "bohemian", "smells li", "bohemain rapsody")
"""Broad beginnings, narrow ones, and a slip."""
ASKED = 600
COUNTED_AFTER, ANSWERS = 2_000, 10_000
_CHANNELS = 20
_OURS = ("bot.", "cogs.", "ml.", "discord.")


async def suggestion_speed(state: Path) -> list[Figure]:
    """Autocomplete in the bot (p99), and the objects alive after 10,000 recommendations."""
    unlimited = RateLimit((1_000_000, 1.0), (1_000_000, 1.0))
    async with open_services(offline_settings(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        waits = []
        for turn in range(ASKED):
            typed = TYPED[turn % len(TYPED)]
            started = time.perf_counter()
            await services.search.suggest(typed)
            waits.append(time.perf_counter() - started)
        bot = Samewave(services, prefix="!", sync="always", shard_count=1, rate_limit=unlimited)
        async with simcord.run(bot, settle_timeout=30.0) as env:
            alive = await _alive_after(env, services)
        p99 = float(np.quantile(waits, 0.99)) * 1e3
        count = await services.scope.nowhere.serving.tracks.count()
        growth = alive[1] / alive[0]
        return [
            Figure(
                f"songs offered while typing, {count:,} tracks, p99",
                p99,
                "ms",
                f"median of the same run: {float(np.median(waits)) * 1e3:.2f} ms",
                "≤ 10",
                p99 <= 10,
            ),
            Figure(
                f"objects alive after {ANSWERS:,} recommendations",
                growth,
                "×",
                f"after {COUNTED_AFTER:,}: {alive[0]:,} objects of discord.py and ours",
                "≤ 1.02",
                growth <= 1.02,
            ),
        ]


async def _alive_after(env: simcord.Env, services: Services) -> tuple[int, int]:
    guild = env.create_guild()
    member: Any = guild.add_member(env.create_user("listener"))
    channels = [guild.create_text_channel(f"answers-{number}") for number in range(_CHANNELS)]
    [write_history] = [job for job in services.jobs if job.name == "write history"]
    counted = 0
    for turn in range(ANSWERS):
        await member.send(channels[turn % _CHANNELS], "!recommend Bohemian Rhapsody")
        if turn % 100 == 0:
            await write_history.attempt()  # as it runs every second
        if turn + 1 == COUNTED_AFTER:
            counted = _alive()
    return counted, _alive()


def _alive() -> int:
    """Objects of discord.py and of ours; the simulator keeps every message, the bot must keep none."""
    gc.collect()
    return sum(1 for thing in gc.get_objects() if str(type(thing).__module__).startswith(_OURS))


if __name__ == "__main__":
    import tempfile

    from bench.state import filled_state

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(filled_state(Path(folder)))
        for figure in asyncio.run(suggestion_speed(Path(folder))):
            print(figure)
