from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.guard import Guard
from bot.sources.http import Http

SECONDS = 0.5
"""The time for a request that is not answered."""

ENOUGH = 10.0
"""The time for one that is: a busy machine may need it."""


class Clock:
    """A wall clock that moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **units: float) -> None:
        self.time += timedelta(**units)


class Memory:
    """A BlockMemory that lives as long as the test, across any number of restarts."""

    def __init__(self) -> None:
        self.blocks: dict[str, datetime] = {}

    async def blocked_until(self, source: str) -> datetime | None:
        return self.blocks.get(source)

    async def block(self, source: str, until: datetime, reason: str, *, elsewhere: datetime) -> None:
        self.blocks[source] = elsewhere


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def guard(memory: Memory, clock: Clock) -> Callable[[str], Guard]:
    return lambda name: Guard(name, memory, now=clock)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http()
    yield client
    await client.close()
