"""The guard before each service: concurrency, rate limit, circuit breaker, and the pauses it asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.domain.errors import SourceUnavailable, StorageFailed
from bot.sources.blocks import Block, utc_now
from bot.sources.circuit_breaker import CircuitBreaker
from bot.sources.protocols import BlockMemory, SharedPace
from bot.sources.rate_limit import Limiter, RateLimit

Answer = TypeVar("Answer")

_SLOW = timedelta(seconds=1)
_FIRST_PAUSE = timedelta(seconds=30)


class SourceBlocked(SourceUnavailable):
    """The service was not asked: it is blocked for now."""


class SourceClosed(SourceUnavailable):
    """The service does not answer this kind of request to an app like ours."""


class Guard:
    """Decides whether a service may be asked now.

    - At most `at_once` requests at a time, and no more than `rate_limit` allows.
    - A circuit breaker opens after `failures` in a row, for `pause` at first. Other processes do not ask for
      `pause` either, and for no longer: it may be this machine alone that cannot reach the service.
    - A failure with `retry_after` blocks the service for that long; `Block` says what is stored and logged.

    Attributes:
        requests, failed: the number of requests, and of those that failed.
        block: the service's.

    Args:
        name: the service's name, for people and as the key in `memory`.
        memory: where blocks are stored.
        pace: what all processes share of the rate limit; None for a process that is alone.
        now: the clock, aware and in UTC.
    """

    def __init__(
        self,
        name: str,
        memory: BlockMemory,
        *,
        at_once: int = 4,
        rate_limit: RateLimit | None = None,
        pace: SharedPace | None = None,
        failures: int = 5,
        pause: timedelta = _FIRST_PAUSE,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self.requests = self.failed = 0
        self._now = now
        self.block = Block(name, memory, now=now)
        self._pause = pause
        self._breaker = CircuitBreaker(failures=failures, pause=pause)
        self._places = asyncio.Semaphore(at_once)
        self._limiter = None
        if rate_limit is not None:
            self._limiter = Limiter(rate_limit, partial(self._take, pace, rate_limit) if pace else None)

    async def call(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make a request, unless the service is blocked.

        Raises:
            SourceBlocked: it is; `retry_after` says for how long, where that is known.
            SourceUnavailable: what `ask` raised.
        """
        await self._refuse_if_blocked()
        async with self._places:
            if self._limiter is not None:
                await self._limiter.acquire()
            await self._refuse_if_blocked()  # another request may have failed while this one waited
            with self._breaker.request():
                return await self._watch(ask)

    @property
    def blocked(self) -> bool:
        """Whether the service is blocked now, as far as this process knows."""
        return self.block.until_now() is not None

    async def _take(self, pace: SharedPace, limit: RateLimit) -> float:
        try:
            return await pace.take(self.name, cost=limit.cost, room=limit.burst * limit.cost)
        except StorageFailed:
            return 0.0  # this process keeps the limit at least

    async def _watch(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        started = self._now()
        self.requests += 1
        try:
            answer = await ask()
        except SourceUnavailable as error:
            self.failed += 1
            if error.retry_after is None:
                await self._count_failure(error.detail)
            else:
                await self.block.begin(error.retry_after, error.detail)
            raise
        except asyncio.CancelledError:
            # The service was slow only if the caller gave it time before giving up.
            if self._now() - started >= _SLOW:
                self.failed += 1
                await self._count_failure("too slow")
            raise
        self._breaker.succeeded()
        return answer

    async def _count_failure(self, detail: str) -> None:
        if self.blocked:
            return  # requests that were under way when it began say nothing new
        if (pause := self._breaker.failed()) is not None:
            reason = f"several failures in a row, the last: {detail}"
            await self.block.begin(pause, reason, elsewhere=self._pause)

    async def _refuse_if_blocked(self) -> None:
        if (until := await self.block.until()) is not None:
            raise SourceBlocked(
                self.name, f"blocked until {until:%H:%M:%S} UTC", retry_after=until - self._now()
            )
        if self._breaker.probing:
            raise SourceBlocked(self.name, "a probe is under way")


class Guards:
    """Makes the guards of all services, on one memory."""

    def __init__(self, memory: BlockMemory, pace: SharedPace | None = None) -> None:
        self.all: list[Guard] = []
        self._memory = memory
        self._pace = pace
        self._blocks: list[Block] = []

    def of(self, name: str, *, rate_limit: RateLimit | None = None) -> Guard:
        """Return the guard before the service of that name; the first to ask sets its rate limit."""
        for guard in self.all:
            if guard.name == name:
                return guard
        guard = Guard(name, self._memory, rate_limit=rate_limit, pace=self._pace)
        self.all.append(guard)
        self._blocks.append(guard.block)
        return guard

    def block(self, name: str) -> Block:
        """Make the block of one kind of request."""
        block = Block(name, self._memory)
        self._blocks.append(block)
        return block

    def read_again(self, name: str | None = None) -> None:
        """Look again whether another process blocked a service; all of them without a name."""
        for block in self._blocks:
            if name in (None, block.name):
                block.read_again()
