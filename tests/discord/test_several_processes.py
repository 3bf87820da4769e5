"""Several processes of one bot on one PostgreSQL: what Discord limits is done once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from bot.client.bot import Samewave
from bot.wiring import open_services
from tests.support.gateway_bot import addresses_of
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until


@asynccontextmanager
async def logged_in(
    service: DiscordService, state: Path, url: str, count: int
) -> AsyncIterator[list[Samewave]]:
    """So many bots that start together."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(addresses_of(service))
        bots = []
        for seed in range(count):
            opened = open_services(settings_for(state, database_url=url), rng=np.random.default_rng(seed))
            services = await stack.enter_async_context(opened)
            bots.append(await stack.enter_async_context(Samewave(services, prefix="!", sleep=briefly)))
        await asyncio.gather(*(bot.login(service.token) for bot in bots))
        yield bots


async def briefly(seconds: float) -> None:
    await asyncio.sleep(0.05)


async def test_four_processes_that_start_together_send_the_slash_commands_once(
    state: Path, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.client.command_upload")
    async with open_discord() as service, logged_in(service, state, postgres_url, 4) as bots:
        await until(lambda: len(caplog.records) == len(bots))
        assert service.rest.uploads == 1
