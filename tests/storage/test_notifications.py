"""What processes on PostgreSQL tell each other: on commit, in one schema, until the connection is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import StorageFailed
from bot.storage.database import Database
from bot.storage.postgres import PostgresDatabase
from bot.storage.topics import Topic
from tests.support.clocks import HANG_SECONDS
from tests.support.postgres import cut_listeners, execute


class Ear:
    """Takes down what is heard."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[Topic, str]] = asyncio.Queue()
        self.lost = asyncio.Event()

    def hear(self, topic: Topic, key: str) -> None:
        self.heard.put_nowait((topic, key))

    async def next(self) -> tuple[Topic, str]:
        async with asyncio.timeout(HANG_SECONDS):
            return await self.heard.get()


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[tuple[PostgresDatabase, PostgresDatabase]]:
    one, other = [await PostgresDatabase.open(postgres_url) for _ in range(2)]
    yield one, other
    await one.close()
    await other.close()


async def tell(database: Database, topic: Topic, key: int | str = "") -> None:
    async with database.transaction() as transaction:
        await transaction.notify(topic, key)


async def fail_to_tell(database: Database, topic: Topic, key: int) -> None:
    async with database.transaction() as transaction:
        await transaction.notify(topic, key)
        raise ZeroDivisionError


async def test_a_change_is_told_when_it_is_committed_and_never_when_it_is_not(
    two: tuple[PostgresDatabase, PostgresDatabase],
) -> None:
    one, other = two
    ear = Ear()
    listener = await other.listen(ear.hear, ear.lost.set)
    with pytest.raises(ZeroDivisionError):
        await fail_to_tell(one, Topic.SETTINGS, 1)
    async with one.transaction() as transaction:
        await transaction.notify(Topic.OPINIONS, "2 3")
        assert ear.heard.empty()
    await tell(one, Topic.LISTS)
    assert [await ear.next() for _ in range(2)] == [(Topic.OPINIONS, "2 3"), (Topic.LISTS, "")]
    await listener.close()
    assert not ear.lost.is_set()


async def test_another_schema_hears_nothing(
    two: tuple[PostgresDatabase, PostgresDatabase], postgres_url: str
) -> None:
    server = postgres_url.partition("?")[0]
    await execute(server, "CREATE SCHEMA theirs")
    theirs = await PostgresDatabase.open(f"{server}?search_path=theirs")
    ear, their_ear = Ear(), Ear()
    listeners = [
        await two[1].listen(ear.hear, ear.lost.set),
        await theirs.listen(their_ear.hear, their_ear.lost.set),
    ]
    await tell(two[0], Topic.SETTINGS, 1)
    await tell(theirs, Topic.SETTINGS, 2)
    assert await ear.next() == (Topic.SETTINGS, "1")
    assert await their_ear.next() == (Topic.SETTINGS, "2")
    for listener in listeners:
        await listener.close()
    await theirs.close()
    await execute(server, "DROP SCHEMA theirs CASCADE")


async def test_a_listener_that_was_cut_says_so(
    two: tuple[PostgresDatabase, PostgresDatabase], postgres_url: str
) -> None:
    ear = Ear()
    listener = await two[1].listen(ear.hear, ear.lost.set)
    await listener.check()
    await cut_listeners(postgres_url)
    async with asyncio.timeout(HANG_SECONDS):
        await ear.lost.wait()
    with pytest.raises(StorageFailed):
        await listener.check()
