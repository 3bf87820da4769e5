"""Prevents a wrong system clock from deleting recent data."""

from collections.abc import Callable
from time import time

from bot.domain.errors import ClockMoved
from bot.storage.state.metadata import LAST_TIDIED, Metadata

DAY = 24 * 3600.0
MOST_DAYS = 7
"""The longest plausible time between two cleanups; after a longer one a person must confirm the clock."""


class ClockGuard:
    """Compares the time with that of the last cleanup."""

    def __init__(self, metadata: Metadata, *, clock: Callable[[], float] = time) -> None:
        """Args: clock: Unix seconds."""
        self._metadata = metadata
        self._clock = clock

    async def check(self) -> None:
        """Store the time if it is plausible.

        Raises:
            ClockMoved: it is not.
        """
        await self.compare()
        await self.trust()

    async def compare(self) -> None:
        """Check the time without storing it.

        Raises:
            ClockMoved: it moved by days in either direction since the last time.
        """
        noted, now = await self._metadata.get(LAST_TIDIED), self._clock()
        days = 0 if noted is None else round((now - float(noted)) / DAY)
        if abs(days) > MOST_DAYS:
            raise ClockMoved(
                "The clock moved by {days} days since old rows were last removed, so nothing is removed. If "
                "it is right, run `samewave doctor --trust-clock`.",
                days=days,
            )

    async def trust(self) -> None:
        """Accept the current time."""
        await self._metadata.set(LAST_TIDIED, str(self._clock()))
