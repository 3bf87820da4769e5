"""Two processes on one PostgreSQL write all the time: nothing is left of whoever asked to be forgotten."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from random import Random

import numpy as np

from bot.domain.errors import SamewaveError
from bot.domain.privacy import PERSONAL
from bot.domain.sessions import At
from bot.domain.spelling import name_key
from bot.services.background import Job, in_background
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.storage.postgres import PostgresDatabase
from bot.wiring import open_services
from tests.support.reading import BOHEMIAN
from tests.support.settings import settings_for

TRIES = int(os.environ.get("SAMEWAVE_FORGET_TRIES", "8"))
CHANNEL, GUILD, FIRST = 1234567890123456001, 1234567890123456002, 1234567890123456789
NAMES = ["Bohemian Rhapsody", "Billie Jean", "Hey Jude", "Thriller", "Yellow", "Creep"]
UNHEARD = "zzyx blorptastic qwv"


class Writers:
    """People who ask both processes for whatever is stored under their ids, again and again."""

    def __init__(self, processes: list[Services], token: str, random: Random) -> None:
        self._processes = processes
        self._token = token
        self._random = random
        self.done = 0

    async def ask(self, user: int) -> None:
        """One request; a refusal is an answer too."""
        services = self._random.choice(self._processes)
        scope = await services.scope(CHANNEL, guild=GUILD, user=user, age_restricted=False)
        with suppress(SamewaveError):
            await self._random.choice(self._requests(services, user, scope))()
        self.done += 1

    async def keep_asking(self, user: int, until: asyncio.Event) -> None:
        """Ask until there is a reason not to; what is under way then still ends."""
        while not until.is_set():
            await self.ask(user)

    def _requests(self, services: Services, user: int, scope: Scope) -> list[Callable[[], Awaitable[object]]]:
        random, guilds, listen = self._random, services.guilds, services.sessions.listen
        name, at = random.choice(NAMES), At(CHANNEL)
        return [
            lambda: services.recommend.song(name, scope),
            lambda: services.recommend.song(f"{UNHEARD} {user}", scope),
            lambda: guilds.feedback.press(user, BOHEMIAN, scope, liked=random.random() < 0.8),
            lambda: guilds.settings.change(GUILD, user, quiet=random.random() < 0.5),
            lambda: guilds.moderation.add(GUILD, user, name, random.choice(["pinned", "blocked"]), scope),
            lambda: services.recommend.odd_one_out.vote(self._token, user, random.randrange(3), scope),
            lambda: listen.join(at, user),
            lambda: services.sessions.requests.add(at, user, name, scope),
            lambda: listen.rate(at, user, 1, scope, liked=True),
            lambda: listen.skip(at, user),
            lambda: listen.next(at, user, leads=True),
        ]


@asynccontextmanager
async def processes(state: Path, url: str) -> AsyncIterator[list[Services]]:
    async with AsyncExitStack() as stack:
        opened: list[Services] = []
        for seed in range(2):
            services = await stack.enter_async_context(
                open_services(settings_for(state, database_url=url), rng=np.random.default_rng(seed))
            )
            await services.models.load()
            [write] = [job for job in services.jobs if job.name == "write history"]
            quick = Job(write.name, 0.05, write.work)
            await stack.enter_async_context(in_background([quick]))
            opened.append(services)
        yield opened


async def left_of(user: int, database: PostgresDatabase) -> dict[str, int]:
    """The tables with rows of a person, and how many."""
    left = {}
    for one in PERSONAL:
        sql = f'SELECT count(*) FROM {one.table} WHERE "{one.column}" = ?'
        [(left[one.table],)] = await database.fetch(sql, [user])
    unheard = name_key(f"{UNHEARD} {user}")  # nobody else asks for it
    marks = await database.fetch("SELECT song FROM unfound_marks")
    left["unfound_marks"] = sum(song == unheard for (song,) in marks)
    return {table: number for table, number in left.items() if number}


async def test_nothing_is_left_of_a_person_whatever_was_under_way(state: Path, postgres_url: str) -> None:
    random, found, written = Random(7), {}, 0
    async with processes(state, postgres_url) as both:
        database = await PostgresDatabase.open(postgres_url)
        host = FIRST - 1
        scope = await both[0].scope(CHANNEL, guild=GUILD, user=host, age_restricted=False)
        await both[0].sessions.listen.start(CHANNEL, GUILD, host, scope)
        game = await both[0].recommend.odd_one_out.begin(scope)
        writers = Writers(both, game.token, random)
        over = asyncio.Event()
        others = [asyncio.create_task(writers.keep_asking(host - n, over)) for n in range(3)]
        for user in range(FIRST, FIRST + TRIES):
            asked = asyncio.Event()
            theirs = [asyncio.create_task(writers.keep_asking(user, asked)) for _ in range(4)]
            target = writers.done + 12
            while writers.done < target:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            written += bool(await left_of(user, database))
            asked.set()
            await random.choice(both).guilds.privacy.forget(user)
            await asyncio.gather(*theirs)
            for services in both:
                await run_now(services, "write history")
            if left := await left_of(user, database):
                found[user] = left
        over.set()
        await asyncio.gather(*others)
        await database.close()
    assert written > TRIES / 2, "they had hardly written anything"
    assert not found, (len(found), found)


async def run_now(services: Services, name: str) -> None:
    [job] = [job for job in services.jobs if job.name == name]
    assert await job.attempt()
