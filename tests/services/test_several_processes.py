"""Several processes on one state: what one of them does is done once."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from time import time

import numpy as np
import pytest

from bot.domain.errors import RefreshRefused
from bot.services.use_cases import Services
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.wiring import open_services
from tests.discord.test_hot_list import BILLBOARD_PATH
from tests.support.outside import open_outside


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_three_processes_refresh_and_tidy_once(
    state: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else None

    async def run() -> None:
        async with open_outside(state) as outside, AsyncExitStack() as stack:
            settings = outside.settings(hotlist_cooldown_minutes=10, database_url=url)
            services: list[Services] = []
            for seed in range(3):
                opened = open_services(settings, rng=np.random.default_rng(seed))
                services.append(await stack.enter_async_context(opened))
            outside.charts.delay = 0.5
            done = await asyncio.gather(*(one.hot_list.refresh() for one in services), return_exceptions=True)
            assert sorted(isinstance(one, RefreshRefused) for one in done) == [False, True, True], done
            assert len(outside.charts.asked(BILLBOARD_PATH)) == 1
            for one in services:
                with pytest.raises(RefreshRefused, match="10 minutes"):
                    await one.hot_list.refresh()
            database = await open_database(settings.database, url)
            async with database.lock("tidying"):
                assert await tidied(services[0], database) == 1
            assert await tidied(services[1], database) == 0
            await database.close()

    asyncio.run(run())


async def tidied(services: Services, database: Database) -> int:
    """How many old playlists are left after a tidying."""
    await database.execute("DELETE FROM playlists")
    await database.execute(
        "INSERT INTO playlists (token, kind, name, track_ids, made_at) VALUES (?, ?, ?, ?, ?)",
        ["a", "mood", "chill", "[]", time() - 400 * 24 * 3600.0],
    )
    [job] = [job for job in services.jobs if job.name == "expire playlists"]
    assert await job.attempt()
    [(left,)] = await database.fetch("SELECT count(*) FROM playlists")
    return int(left)
