"""Values kept in memory: read once, bounded, never older than the last change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.services.cache import TTL_SECONDS, ModelCache, ReadThroughCache
from bot.services.scope import Scope
from bot.wiring import open_services
from ml.serving.recommender import Recommender
from tests.support.clocks import TurnedClock
from tests.support.settings import settings_for


class Source:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.values: dict[int, str] = {}
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, key: int) -> str:
        self.reads += 1
        value = self.values.get(key, "nothing")
        await self.gate.wait()
        return value


async def test_a_value_is_read_once_until_it_is_dropped() -> None:
    source = Source()
    cache = ReadThroughCache(source.read)
    assert [await cache.get(1) for _ in range(3)] == ["nothing"] * 3
    assert source.reads == 1
    source.values[1] = "new"
    cache.drop(2)
    assert await cache.get(1) == "nothing"
    cache.drop(1)
    assert await cache.get(1) == "new"


async def test_a_reading_under_way_when_the_value_changes_is_not_kept() -> None:
    source = Source()
    cache = ReadThroughCache(source.read)
    source.gate.clear()
    reading = asyncio.create_task(cache.get(1))
    await asyncio.sleep(0)
    source.values[1] = "new"
    cache.drop(1)
    source.gate.set()
    assert await reading == "nothing"
    assert await cache.get(1) == "new"


async def test_what_was_not_used_for_longest_goes_first() -> None:
    source = Source()
    cache = ReadThroughCache(source.read, max_entries=2)
    for key in (1, 2, 1, 3):
        await cache.get(key)
    source.reads = 0
    await cache.get(1)
    await cache.get(3)
    assert source.reads == 0
    await cache.get(2)
    assert source.reads == 1


async def test_a_value_expires() -> None:
    clock = TurnedClock()
    source = Source()
    cache = ReadThroughCache(source.read, clock=clock)
    await cache.get(1)
    source.values[1] = "new"
    clock.turn(TTL_SECONDS + 1)
    assert await cache.get(1) == "new"


class Made:
    """Counts how often a value is computed from a model."""

    def __init__(self) -> None:
        self.models: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def make(self, scope: Scope) -> int:
        self.models.append(scope.serving.recommender.name)
        await self.gate.wait()
        return len(self.models)


class Waiting:
    """Counts how often it is shown that an answer takes a moment."""

    def __init__(self) -> None:
        self.shown = 0

    async def __call__(self) -> None:
        self.shown += 1


@pytest.fixture
async def scope(state: Path) -> AsyncIterator[Scope]:
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        yield services.scope.nowhere


def on_another_model(scope: Scope) -> Scope:
    recommender = scope.serving.recommender
    model = Recommender(replace(recommender.bundle, name="another"))
    return replace(scope, serving=replace(scope.serving, model=model))


async def test_a_value_is_computed_once_for_each_model(scope: Scope) -> None:
    made, waiting = Made(), Waiting()
    cache = ModelCache(made.make)
    before = replace(scope, show_waiting=waiting)
    after = on_another_model(before)
    assert [await cache.of(before) for _ in range(3)] == [1, 1, 1]
    assert [await cache.of(after) for _ in range(3)] == [2, 2, 2]
    assert made.models == [scope.serving.recommender.name, "another"]
    assert waiting.shown == 2


async def test_concurrent_requests_share_one_computation(scope: Scope) -> None:
    made = Made()
    made.gate.clear()
    cache = ModelCache(made.make)
    asking = [asyncio.create_task(cache.of(scope)) for _ in range(5)]
    await asyncio.sleep(0)
    made.gate.set()
    assert await asyncio.gather(*asking) == [1] * 5


async def test_a_computation_that_fails_is_tried_again(scope: Scope) -> None:
    tries = 0

    async def make(_: Scope) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ZeroDivisionError
        return tries

    cache = ModelCache(make)
    with pytest.raises(ZeroDivisionError):
        await cache.of(scope)
    assert await cache.of(scope) == 2
