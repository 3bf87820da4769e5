"""Values kept in memory: read once, bounded, never older than the last change."""

import asyncio

from bot.services.cache import GOOD_FOR_SECONDS, Kept


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
    kept = Kept(source.read)
    assert [await kept.get(1) for _ in range(3)] == ["nothing"] * 3
    assert source.reads == 1
    source.values[1] = "new"
    kept.drop(2)
    assert await kept.get(1) == "nothing"
    kept.drop(1)
    assert await kept.get(1) == "new"


async def test_a_reading_under_way_when_the_value_changes_is_not_kept() -> None:
    source = Source()
    kept = Kept(source.read)
    source.gate.clear()
    reading = asyncio.create_task(kept.get(1))
    await asyncio.sleep(0)
    source.values[1] = "new"
    kept.drop(1)
    source.gate.set()
    assert await reading == "nothing"
    assert await kept.get(1) == "new"


async def test_what_was_not_used_for_longest_goes_first() -> None:
    source = Source()
    kept = Kept(source.read, most=2)
    for key in (1, 2, 1, 3):
        await kept.get(key)
    source.reads = 0
    await kept.get(1)
    await kept.get(3)
    assert source.reads == 0
    await kept.get(2)
    assert source.reads == 1


async def test_nothing_is_believed_for_ever() -> None:
    clock = [0.0]
    source = Source()
    kept = Kept(source.read, now=lambda: clock[0])
    await kept.get(1)
    source.values[1] = "new"
    clock[0] = GOOD_FOR_SECONDS + 1
    assert await kept.get(1) == "new"
