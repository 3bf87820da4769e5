"""When a service may be asked: pace, concurrency, a circuit breaker, and the blocks it asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.errors import SourceUnavailable
from bot.sources.blocks import Block, utc_now
from bot.sources.protocols import BlockMemory

Answer = TypeVar("Answer")

_LONGEST_PAUSE = timedelta(minutes=15)
_SLOW = timedelta(seconds=1)


class SourceBlocked(SourceUnavailable):
    """The service was not asked: it is being left alone for now."""


class SourceClosed(SourceUnavailable):
    """The service refuses this kind of question to an app like ours; nobody misses its answer."""


class Guard:
    """Stands before one service and decides whether it may be asked now.

    - At most `at_once` questions at a time, and at most `per_second` of them begin in a second.
    - After `failures` failures in a row nothing passes for `pause` (doubled each time, at most 15 minutes),
      then one probe; the probe's success opens the way again.
    - A failure with `retry_after` blocks for that long; see `Block` for what is remembered and logged.

    Attributes:
        asked, failed: how many questions were put, and how many of them failed.

    Args:
        name: the service's name, for people and as the key in `memory`.
        memory: where long blocks are kept.
        now: the clock, aware and in UTC.
    """

    def __init__(
        self,
        name: str,
        memory: BlockMemory,
        *,
        at_once: int = 4,
        per_second: float | None = None,
        failures: int = 5,
        pause: timedelta = timedelta(seconds=30),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self.asked = self.failed = 0
        self._block = Block(name, memory, now=now)
        self._now = now
        self._places = asyncio.Semaphore(at_once)
        self._interval = 1 / per_second if per_second else 0.0
        self._turn = asyncio.Lock()
        self._next_turn = 0.0
        self._failures = failures
        self._pause = pause
        self._failed_in_a_row = 0
        self._openings = 0
        self._probing = False

    async def call(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask, unless the service is to be left alone.

        Raises:
            SourceBlocked: it is; `retry_after` says for how long, where that is known.
            SourceUnavailable: what `ask` raised.
        """
        await self._block.until()
        self._refuse_if_blocked()
        async with self._places:
            await self._wait_for_turn()
            self._refuse_if_blocked()  # another question may have failed while this one waited
            probe = self._failed_in_a_row >= self._failures
            self._probing = self._probing or probe
            try:
                return await self._watch(ask)
            finally:
                if probe:
                    self._probing = False

    async def blocked_until(self) -> datetime | None:
        """Until when nothing is asked, or None. For a check-up; `call` needs no question before."""
        return await self._block.until()

    @property
    def left_alone(self) -> bool:
        """Whether nothing is asked now."""
        return self._block.until_now() is not None

    async def _watch(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        started = self._now()
        self.asked += 1
        try:
            answer = await ask()
        except SourceUnavailable as error:
            self.failed += 1
            if error.retry_after is None:
                await self._failed(error.detail)
            else:
                await self._block.begin(error.retry_after, error.detail)
            raise
        except asyncio.CancelledError:
            # A caller who gave up after a long wait found a slow service; one who came late found nothing.
            if self._now() - started >= _SLOW:
                self.failed += 1
                await self._failed("too slow")
            raise
        self._failed_in_a_row = self._openings = 0
        return answer

    async def _failed(self, detail: str) -> None:
        self._failed_in_a_row += 1
        if self._failed_in_a_row < self._failures or self._block.until_now() is not None:
            return
        pause = min(self._pause * 2 ** min(self._openings, 16), _LONGEST_PAUSE)
        self._openings += 1
        await self._block.begin(pause, f"{self._failed_in_a_row} failures in a row, the last: {detail}")

    def _refuse_if_blocked(self) -> None:
        if (until := self._block.until_now()) is not None:
            raise SourceBlocked(
                self.name, f"left alone until {until:%H:%M:%S} UTC", retry_after=until - self._now()
            )
        if self._probing:
            raise SourceBlocked(self.name, "a probe is on its way")

    async def _wait_for_turn(self) -> None:
        if not self._interval:
            return
        clock = asyncio.get_running_loop().time
        async with self._turn:  # whoever gives up while waiting takes no turn
            if (wait := self._next_turn - clock()) > 0:
                await asyncio.sleep(wait)
            self._next_turn = clock() + self._interval


class Guards:
    """The guards of all services, on one memory."""

    def __init__(self, memory: BlockMemory) -> None:
        self.memory = memory
        self.all: list[Guard] = []

    def of(self, name: str, *, per_second: float | None = None) -> Guard:
        """A new guard before the service of that name."""
        guard = Guard(name, self.memory, per_second=per_second)
        self.all.append(guard)
        return guard
