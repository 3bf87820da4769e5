"""The first response to an interaction is sent in time, on a clock that the tests turn."""

import asyncio

import pytest

from bot.client.interactions import DEFER_AFTER_SECONDS, defer_if_slow


class Signs:
    """The times at which a waiting indicator was shown, in seconds of the event loop."""

    def __init__(self) -> None:
        self.shown: list[float] = []

    async def __call__(self) -> None:
        self.shown.append(asyncio.get_running_loop().time())


async def work(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


@pytest.mark.looptime
@pytest.mark.parametrize("seconds", [DEFER_AFTER_SECONDS + 0.1, 60.0, 3_600.0])
async def test_slow_work_is_deferred_before_the_interaction_expires(seconds: float) -> None:
    signs = Signs()
    assert await defer_if_slow(work(seconds), signs) == "done"
    assert signs.shown == [pytest.approx(DEFER_AFTER_SECONDS)]
    assert DEFER_AFTER_SECONDS <= 2.0
    assert asyncio.get_running_loop().time() == pytest.approx(seconds)


@pytest.mark.looptime
async def test_quick_work_is_not_deferred() -> None:
    signs = Signs()
    assert await defer_if_slow(work(DEFER_AFTER_SECONDS - 0.1), signs) == "done"
    assert signs.shown == []


@pytest.mark.looptime
async def test_work_goes_on_where_discord_does_not_take_the_deferral() -> None:
    async def broken() -> None:
        raise ConnectionResetError

    assert await defer_if_slow(work(60.0), broken) == "done"
