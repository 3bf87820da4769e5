"""Rate limits of outside services."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiolimiter import AsyncLimiter

Take = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` begin in any `seconds`, at most `burst` of them at once; `burst` < `requests`."""

    requests: int
    seconds: float
    burst: int = 1

    @property
    def cost(self) -> float:
        """The seconds in which the room for one request comes back."""
        # A full bucket drains while it refills: the burst and the refill together must not exceed the limit.
        return self.seconds / (self.requests - self.burst)


class Limiter:
    """Waits for room in a leaky bucket, in the order of arrival.

    aiolimiter's own waiting sets its timer again for the last billionth of a request. Where time stands still
    between timers (simcord, and with it the demo), that never ends; so the bucket is looked at in intervals.

    Args:
        shared: takes room that other processes use too; returns the seconds to wait if there is none.
    """

    def __init__(self, limit: RateLimit, shared: Take | None = None) -> None:
        self._shared = shared
        self._bucket = AsyncLimiter(limit.burst, limit.burst * limit.cost)
        self._look_every = 0.25 * limit.cost
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait until one more request may begin; a caller who gives up takes none."""
        async with self._turn:
            while not self._bucket.has_capacity():  # noqa: ASYNC110  # a bucket has no event to wait for
                await asyncio.sleep(self._look_every)
            while self._shared is not None and (wait := await self._shared()):  # noqa: ASYNC110
                await asyncio.sleep(wait)
            await self._bucket.acquire()
