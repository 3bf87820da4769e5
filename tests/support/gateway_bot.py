"""The unmodified discord.py client on the stand-in of Discord."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client.bot import Samewave
from bot.client.concurrency import CommandSlots
from bot.client.overload import EventAges, Overload
from bot.client.rate_limit import RateLimit
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services
from tests.support.clocks import TurnedClock
from tests.support.stand_ins.discord_service.service import DiscordService, until

ANY_PACE = RateLimit((1_000_000, 1.0), (1_000_000, 1.0))


@dataclass
class Connected:
    """A bot that is connected, and what it is connected to."""

    discord: DiscordService
    bot: Samewave
    services: Services


@asynccontextmanager
async def addresses_of(service: DiscordService) -> AsyncIterator[None]:
    """discord.py's own addresses, pointed to the stand-in."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = service.rest.url, yarl.URL(service.gateway.url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def connected(
    service: DiscordService,
    settings: Settings,
    *,
    heartbeat_timeout: float = 60.0,
    sync: Literal["changed", "always"] = "always",
    overload: Overload | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncIterator[Connected]:
    """Start the bot as `samewave run` does and wait until it is there.

    On a clock that stands still, unless there is an `overload`, nothing comes too late for an answer.
    """
    clock = TurnedClock()
    overload = overload or Overload(EventAges(clock), CommandSlots(clock=clock))
    async with addresses_of(service), open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        bot = Samewave(services, prefix="!", rate_limit=ANY_PACE, sync=sync, overload=overload, sleep=sleep)
        bot._connection.heartbeat_timeout = heartbeat_timeout
        bot.before_identify_hook = _at_once  # type: ignore[method-assign]
        async with bot:
            running = asyncio.create_task(bot.start(service.token))
            try:
                await until(lambda: running.done() or bot.get_channel(301) is not None)
                if running.done():
                    running.result()
                yield Connected(service, bot, services)
            finally:
                await bot.close()
                await asyncio.gather(running, return_exceptions=True)
        assert not service.rest.unknown


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Discord wants five seconds between two identifications; the stand-in does not."""
