"""Rate limits of outside services."""

import asyncio
from dataclasses import dataclass

from aiolimiter import AsyncLimiter


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` begin in any `seconds`, at most `burst` of them at once; `burst` < `requests`."""

    requests: int
    seconds: float
    burst: int = 1

    def limiter(self) -> "Limiter":
        """Make the limiter that keeps this limit."""
        # A full bucket drains while it refills: the burst and the refill together must not exceed the limit.
        per_second = (self.requests - self.burst) / self.seconds
        return Limiter(AsyncLimiter(self.burst, self.burst / per_second), look_every=0.25 / per_second)


class Limiter:
    """Waits for room in a leaky bucket, in the order of arrival.

    aiolimiter's own waiting sets its timer again for the last billionth of a request. Where time stands still
    between timers (simcord, and with it the demo), that never ends; so the bucket is looked at in intervals.

    Args:
        look_every: seconds between two looks at a full bucket.
    """

    def __init__(self, bucket: AsyncLimiter, *, look_every: float) -> None:
        self._bucket = bucket
        self._look_every = look_every
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait until one more request may begin; a caller who gives up takes none."""
        async with self._turn:
            while not self._bucket.has_capacity():  # noqa: ASYNC110  # a bucket has no event to wait for
                await asyncio.sleep(self._look_every)
            await self._bucket.acquire()
