"""Several processes on one state: shared work is done once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from time import monotonic, time

import numpy as np
import pytest

from bot.domain.errors import RefreshRefused, SamewaveError, SessionRefused
from bot.domain.sessions import IDLE_SECONDS, At
from bot.services.use_cases import Services
from bot.sources.guard import Guards
from bot.sources.http import Http
from bot.sources.identity.deezer import NAME, RATE_LIMIT, Deezer
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.state.external_cache import SourceBlocks
from bot.storage.state.source_pace import SourcePace
from bot.wiring import open_services
from tests.discord.test_hot_list import BILLBOARD_PATH
from tests.services.sessions.test_sessions import Crowd
from tests.support.clocks import HANG_SECONDS
from tests.support.outside import open_outside
from tests.support.settings import settings_for
from tests.support.stand_ins.charts import ChartsStandIn
from tests.support.stand_ins.faults import Fault


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


@pytest.fixture
async def two(state: Path, postgres_url: str) -> AsyncIterator[list[Services]]:
    """Two processes on one PostgreSQL, both of which take every server for theirs."""
    async with AsyncExitStack() as stack:
        opened = []
        for seed in range(2):
            services = open_services(
                settings_for(state, database_url=postgres_url), rng=np.random.default_rng(seed)
            )
            opened.append(await stack.enter_async_context(services))
            await opened[-1].models.load()
        yield opened


async def test_all_who_join_one_session_over_two_processes_get_places_of_their_own(
    two: list[Services],
) -> None:
    begun = await asyncio.gather(
        *(one.sessions.listen.start(7, 5, 100, one.scope.nowhere) for one in two), return_exceptions=True
    )
    assert sorted(isinstance(one, SessionRefused) for one in begun) == [False, True], begun
    await asyncio.gather(*(two[user % 2].sessions.listen.join(At(7), user) for user in range(40)))
    session = await two[0].sessions.listen.show(At(7))
    assert {person.user for person in session.people} == {100, *range(40)}
    assert len({person.place for person in session.people}) == 41


async def test_processes_together_ask_a_service_as_often_as_one_may(
    postgres_url: str, tmp_path: Path
) -> None:
    async with ChartsStandIn() as stand_in, AsyncExitStack() as stack:
        sources = []
        for _ in range(3):
            database = await open_database(tmp_path / "unused.db", postgres_url)
            stack.push_async_callback(database.close)
            http = Http()
            stack.push_async_callback(http.close)
            guard = Guards(SourceBlocks(database), SourcePace(database)).of(NAME, rate_limit=RATE_LIMIT)
            sources.append(Deezer(http, guard, base_url=stand_in.url, seconds=HANG_SECONDS))
        began = monotonic()
        await asyncio.gather(*(one.candidates(f"Song {n}", "X") for n in range(10) for one in sources))
        assert len(stand_in.requests) >= 30
        waited_for = len(stand_in.requests) - RATE_LIMIT.burst
        assert monotonic() - began >= 0.99 * waited_for * RATE_LIMIT.cost


async def test_a_service_that_asks_one_process_to_wait_is_asked_by_none(
    state: Path, postgres_url: str
) -> None:
    async with open_outside(state) as outside, AsyncExitStack() as stack:
        settings = outside.settings(database_url=postgres_url, spotify=False, outside_seconds=10.0)
        here, there = [
            await stack.enter_async_context(open_services(settings, rng=np.random.default_rng(seed)))
            for seed in range(2)
        ]
        for services in (here, there):
            await services.models.load()

        async def asked_for(services: Services, title: str) -> int:
            """How often Deezer is asked for an unknown song."""
            before = len(outside.charts.asked("/search"))
            scope = await services.scope(9, guild=501, user=77, age_restricted=False)
            with suppress(SamewaveError):  # or it is a guess
                await services.search.find(title, scope)
            return len(outside.charts.asked("/search")) - before

        assert await asked_for(there, "Zyxomma by the Quondam Quokkas")
        outside.charts.fault = Fault.TOO_MANY_6_HOURS
        assert await asked_for(here, "Yttrium by the Xeric Xylophones")
        outside.charts.fault = None
        for number in count():
            if not await asked_for(there, f"Zyzzyva Number {number} by the Quondam Quokkas"):
                break
        assert not await asked_for(there, "Wherewithal Wombats by the Vexed Vuvuzelas")


async def test_a_process_looks_after_the_sessions_of_its_own_servers_only(
    state: Path, postgres_url: str
) -> None:
    now, servers = [1_000_000.0], (1 << 22, 2 << 22)
    async with AsyncExitStack() as stack:
        opened, crowds = [], (Crowd(), Crowd())
        for place, crowd in zip((2, 1), crowds, strict=True):
            settings = settings_for(state, database_url=postgres_url, process=f"{place}/2")
            services = open_services(settings, rng=np.random.default_rng(1), clock=lambda: now[0])
            opened.append(await stack.enter_async_context(services))
            await opened[-1].models.load()
            opened[-1].sessions.listen.display = crowd
        for at, (services, server) in enumerate(zip(opened, servers, strict=True)):
            nowhere = services.scope.nowhere
            await services.sessions.listen.start(at, server, 100, nowhere, auto=True, voice=9)
            await services.sessions.listen.next(At(at), 100, leads=False)
        now[0] += 400.0
        await opened[0].sessions.timers.run_due()
        assert [len(crowd.began) for crowd in crowds] == [2, 1]
        await opened[1].sessions.timers.voice_left(9, 100)
        away = [
            (await one.sessions.listen.show(At(at))).people[0].away_since for at, one in enumerate(opened)
        ]
        assert away == [None, now[0]]
        now[0] += IDLE_SECONDS * 2
        await opened[1].sessions.timers.resume()
        await opened[1].sessions.timers.run_due()
        assert await opened[0].sessions.listen.open_in(0) is not None
