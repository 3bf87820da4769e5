"""Counts answers and requests to sources of the last day."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from time import time

from bot.domain.recommendations import Basis
from bot.sources.guard import Guard
from bot.storage.state.hourly_counts import Counted, HourlyCounts

ANSWER, ASKED, FAILED = "answer", "asked", "failed"
HOURS = 24


class Activity:
    """Counts in memory and writes later; the counts of several processes add up.

    Args:
        guards: the guards of the sources, which count their requests.
        clock: Unix seconds.
    """

    def __init__(
        self, table: HourlyCounts, guards: Sequence[Guard], *, clock: Callable[[], float] = time
    ) -> None:
        self._table = table
        self._guards = guards
        self._clock = clock
        self._answers: Counter[Counted] = Counter()
        self._written: Counter[Counted] = Counter()
        self._turn = asyncio.Lock()

    def answered(self, basis: Basis) -> None:
        """Count an answer."""
        self._answers[ANSWER, basis] += 1

    async def flush(self) -> None:
        """Write what was counted since the last time.

        Raises:
            StorageFailed: it was not written; the next flush writes it.
        """
        async with self._turn:
            counted = self._counted()
            fresh = {one: counted[one] - self._written[one] for one in counted}
            fresh = {one: number for one, number in fresh.items() if number}
            if fresh:
                await self._table.add(int(self._clock() // 3600), fresh)
                self._written = counted

    async def last_day(self) -> dict[Counted, int]:
        """The counts of the last 24 hours, this one included.

        Raises:
            StorageFailed: they cannot be read or written.
        """
        await self.flush()
        return await self._table.since(int(self._clock() // 3600) - HOURS + 1)

    def _counted(self) -> Counter[Counted]:
        counted = self._answers.copy()
        for guard in self._guards:
            counted[ASKED, guard.name] = guard.requests
            counted[FAILED, guard.name] = guard.failed
        return counted
