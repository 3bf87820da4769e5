"""Clocks and pauses that a test turns, so that none waits for the wall clock."""

import asyncio

HANG_SECONDS = 300.0
"""After so long something hangs: no bound on how quick it must be, only an end for what never comes."""


class TurnedClock:
    """Seconds that pass when the test says so."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += seconds


class Pauses:
    """Stands in for `asyncio.sleep`: a pause lasts until the test ends it.

    Attributes:
        asked: the seconds of each pause that has begun.
    """

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._begun = asyncio.Semaphore(0)
        self._ended = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.release()
        await self._ended.acquire()

    async def begin(self, number: int) -> None:
        """Wait until so many pauses have begun."""
        while len(self.asked) < number:
            await self._begun.acquire()

    def end(self) -> None:
        """End the pause that is under way."""
        self._ended.release()
