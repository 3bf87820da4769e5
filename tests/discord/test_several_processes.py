"""Several processes of one bot on one PostgreSQL: what Discord limits is done once, or in turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.client.bot import Samewave
from bot.client.sharded_bot import KEPT_BACK
from bot.wiring import open_services
from tests.support.clocks import Pauses
from tests.support.gateway_bot import addresses_of
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until


@pytest.fixture
async def service() -> AsyncIterator[DiscordService]:
    async with open_discord() as opened, addresses_of(opened):
        yield opened


@asynccontextmanager
async def processes(
    state: Path, url: str | None, count: int, **options: Any
) -> AsyncIterator[list[Samewave]]:
    """So many bots, each with services of its own."""
    async with AsyncExitStack() as stack:
        bots = []
        for seed in range(count):
            opened = open_services(settings_for(state, database_url=url), rng=np.random.default_rng(seed))
            services = await stack.enter_async_context(opened)
            bots.append(await stack.enter_async_context(Samewave(services, prefix="!", **options)))
        yield bots


@asynccontextmanager
async def running(service: DiscordService, bots: list[Samewave]) -> AsyncIterator[None]:
    """All of them start together, and end."""
    tasks = [asyncio.create_task(bot.start(service.token)) for bot in bots]
    try:
        yield
    finally:
        await asyncio.gather(*(bot.close() for bot in bots))
        await asyncio.gather(*tasks)


async def briefly(seconds: float) -> None:
    await asyncio.sleep(0.05)


async def test_four_processes_that_start_together_send_the_slash_commands_once(
    service: DiscordService, state: Path, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.client.command_upload")
    async with processes(state, postgres_url, 4, sleep=briefly) as bots:
        await asyncio.gather(*(bot.login(service.token) for bot in bots))
        await until(lambda: len(caplog.records) == len(bots))
        assert service.rest.uploads == 1


async def test_all_processes_together_identify_as_often_as_a_bucket_may(
    service: DiscordService, state: Path, postgres_url: str
) -> None:
    starts = service.gateway.starts
    starts.seconds, starts.max_concurrency = 5.0, 2
    async with (
        processes(state, postgres_url, 2, shard_count=2, sync="always") as bots,
        running(service, bots),
    ):
        await until(lambda: all(bot.is_ready() for bot in bots))
        assert [(one.shard, one.taken) for one in starts.arrived].count((0, True)) == 2
        assert not starts.breaches


async def test_the_last_starts_of_a_day_are_left(
    service: DiscordService, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    starts, pauses = service.gateway.starts, Pauses()
    starts.total = KEPT_BACK
    async with processes(state, None, 1, sync="always", sleep=pauses) as bots, running(service, bots):
        await pauses.begin(1)
        assert pauses.asked == [4 * 3600.0 + 1]
        assert f"only {KEPT_BACK} more starts" in caplog.text
        assert not starts.arrived
        starts.total = KEPT_BACK + 1
        pauses.end()
        await until(bots[0].is_ready)

        await service.gateway.invalidate(resumable=False)
        await until(lambda: "Attempting a reconnect" in caplog.text)
        assert len(starts.arrived) == 1
        starts.total = 1000
        await until(lambda: len(starts.arrived) == 2)
        await until(lambda: service.gateway.connected)
    caplog.clear()
