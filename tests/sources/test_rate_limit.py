import asyncio

import pytest

from bot.sources.rate_limit import Limiter, RateLimit


@pytest.mark.looptime
@pytest.mark.parametrize(
    "limit",
    [
        RateLimit(5, 2.0),
        RateLimit(50, 5.0, burst=10),
        RateLimit(30, 10.0, burst=5),
        RateLimit(7, 0.3, burst=3),
    ],
)
async def test_no_window_holds_more_than_the_limit(limit: RateLimit) -> None:
    limiter = Limiter(limit)
    loop = asyncio.get_running_loop()
    begun: list[float] = []

    async def ask(after: float) -> None:
        await asyncio.sleep(after)
        await limiter.acquire()
        begun.append(loop.time())

    await asyncio.gather(*(ask(0) for _ in range(120)), *(ask(100.0) for _ in range(120)))
    assert sum(moment == 0 for moment in begun) == limit.burst
    for first, start in enumerate(begun):
        assert sum(moment < start + limit.seconds * 0.999 for moment in begun[first:]) <= limit.requests


@pytest.mark.looptime
async def test_requests_begin_in_order_and_no_later_than_they_may() -> None:
    limiter = Limiter(RateLimit(5, 2.0))
    begun: list[int] = []

    async def ask(number: int) -> None:
        await limiter.acquire()
        begun.append(number)

    await asyncio.gather(*(ask(number) for number in range(20)))
    assert begun == list(range(20))
    assert asyncio.get_running_loop().time() == pytest.approx(9.5)
