"""What arrives while one process hands its shards over to the next is taken by one of them, once."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.domain.shards import Shards
from bot.services.handover import KEPT_SECONDS, Handover
from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.state.metadata import Metadata
from tests.support.clocks import TurnedClock

SHARDS = Shards((0, 1), 4)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path / "state.db", None)
    yield opened
    await opened.close()


class Process:
    """Notes what it takes."""

    def __init__(self, database: Database, clock: TurnedClock, *, waiting: bool = False) -> None:
        self.took: list[int | str] = []
        self.handover = Handover(Metadata(database), SHARDS, clock=clock)
        self.handover.waiting = waiting

    def hear(self, *events: int) -> None:
        for event in events:
            self.handover.arrived(event, partial(self.took.append, event))

    async def take_over(self) -> None:
        await self.handover.take_over(partial(self.took.append, "begun"))


async def test_the_next_process_takes_what_the_one_before_did_not(database: Database) -> None:
    clock = TurnedClock()
    before, after = Process(database, clock), Process(database, clock, waiting=True)
    before.hear(1, 2, 3)
    after.hear(2, 3, 4, 5)
    assert after.took == []
    await before.handover.leave()
    after.hear(6)
    await after.take_over()
    after.hear(7)
    assert before.took == [1, 2, 3]
    assert after.took == ["begun", 4, 5, 6, 7]


async def test_nothing_is_taken_twice_where_the_process_before_ended_without_a_word(
    database: Database,
) -> None:
    clock = TurnedClock()
    first, second = Process(database, clock), Process(database, clock, waiting=True)
    first.hear(1)
    await first.handover.leave()
    await second.take_over()
    third = Process(database, clock, waiting=True)
    for process in (second, third):
        process.hear(2)
    await third.take_over()  # the second was killed
    third.hear(3)
    assert second.took == ["begun", 2]
    assert third.took == ["begun", 3]


async def test_nobody_waits_any_more_for_what_was_kept_too_long(database: Database) -> None:
    clock = TurnedClock()
    before, after = Process(database, clock), Process(database, clock, waiting=True)
    after.hear(1)
    clock.turn(KEPT_SECONDS + 1)
    after.hear(2)
    await before.handover.leave()
    await after.take_over()
    assert after.took == ["begun", 2]


async def test_a_process_that_never_had_the_shards_hands_nothing_over(database: Database) -> None:
    clock = TurnedClock()
    idle, after = (Process(database, clock, waiting=True) for _ in range(2))
    for process in (idle, after):
        process.hear(1)
    await idle.handover.leave()
    await after.take_over()
    assert after.took == ["begun"]
