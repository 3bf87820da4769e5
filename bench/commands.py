"""The cost of a command, against a bare `!ping` of the same bot.

The unmodified discord.py client talks to a stand-in of Discord's gateway and REST on loopback. What is
counted is the CPU time of the process (client, bot, database threads) without the stand-in's thread.
"""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from discord.ext import commands

from bench.figure import Figure
from bench.state import offline_settings
from bot.domain.recommendations import Recommendation
from tests.support.gateway_bot import connected
from tests.support.stand_ins.discord_service.payloads import CHANNELS
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord

ROUNDS = 15
TIMES = 40
Result = TypeVar("Result")


class Elsewhere:
    """A thread with an event loop of its own, and its CPU time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run it there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def cpu(self) -> float:
        """Seconds the thread has used."""
        assert self._thread.ident is not None
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident))

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """The thread, for as long as it is needed."""
    thread = Elsewhere()
    try:
        yield thread
    finally:
        thread.stop()


async def command_cost(state: Path) -> list[Figure]:
    """`!recommend` over `!ping`, in CPU time of the bot."""
    with elsewhere() as there:
        opening = open_discord()
        service = await there.run(opening.__aenter__())
        try:
            ratio, ping = await _measured(service, there, state)
        finally:
            await there.run(opening.__aexit__(None, None, None))
    return [
        Figure(
            "!recommend, CPU",
            ratio,
            "× !ping",
            f"a bare !ping of the same bot: {ping * 1e3:.2f} ms",
            "≤ 2.0",
            ratio <= 2.0,
        )
    ]


async def _measured(service: DiscordService, there: Elsewhere, state: Path) -> tuple[float, float]:
    async with connected(service, offline_settings(state)) as opened:

        @opened.bot.command()
        async def ping(context: commands.Context[Any]) -> None:
            await context.reply("Pong!")

        titles = [track.title for track in await opened.services.scope.nowhere.serving.tracks.popular(2_000)][
            ::10
        ]
        # A title that several songs share is answered with a menu: another command than the one measured.
        songs = [
            title
            for title in titles
            if isinstance(
                await opened.services.recommend.song(title, opened.services.scope.nowhere), Recommendation
            )
        ]

        async def answered(text: str, channel: int) -> None:
            asked = await service.say(text, channel=channel)
            await service.answer_to(asked)

        async def cpu_of(kind: str, turn: int) -> float:
            texts = [
                "!ping" if kind == "ping" else f"!recommend {songs[(turn * TIMES + scope) % len(songs)]}"
                for scope in range(TIMES)
            ]
            started, started_there = time.process_time(), there.cpu()
            for scope, text in enumerate(texts):
                await there.run(answered(text, CHANNELS[scope % len(CHANNELS)]))
            await there.run(_forget(service))
            return (time.process_time() - started - (there.cpu() - started_there)) / TIMES

        await cpu_of("ping", 0)
        await cpu_of("recommend", 0)
        pings, answers = [], []
        for turn in range(1, ROUNDS + 1):
            pings.append(await cpu_of("ping", turn))
            answers.append(await cpu_of("recommend", turn))
        return median(answers) / median(pings), median(pings)


async def _forget(service: DiscordService) -> None:
    service.rest.posted.clear()
