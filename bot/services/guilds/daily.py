"""Daily posts: a song of the day, a weekly mix, the hot list's changes."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import time
from typing import Protocol

import numpy as np

from bot.domain.daily import DailyKind, DailyPlan, Fault
from bot.domain.shards import Shards
from bot.domain.taste import KnownSong
from bot.storage.state.daily import DailyTable
from bot.storage.state.feedback import FeedbackTable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of a post.

    Attributes:
        songs: the ids of the songs in it. fault: why there is none; None also if there was nothing to post.
        again: whether it may be tried again, because nothing can have arrived.
    """

    songs: tuple[str, ...] = ()
    fault: Fault | None = None
    again: bool = False


class DailyPoster(Protocol):
    """Writes posts into channels; a failure is part of the result."""

    def serves(self, guild: int) -> bool:
        """Whether this process is connected to the server."""

    async def post(self, plan: DailyPlan, day: date, before: frozenset[str], last: float | None) -> Posted:
        """Write a post.

        Args:
            before: the ids of the songs of earlier posts. last: when the last one was, in Unix seconds.
        """


class DailyPosts:
    """Stores the plans, and has each day's post written once among all processes."""

    def __init__(
        self,
        table: DailyTable,
        feedback: FeedbackTable,
        shards: Shards,
        *,
        rng: np.random.Generator,
        clock: Callable[[], float] = time,
    ) -> None:
        """Args: shards: those whose servers are posted to. clock: Unix seconds."""
        self._shards = shards
        self._table = table
        self._feedback = feedback
        self._rng = rng
        self._clock = clock
        self.poster: DailyPoster | None = None  # until Discord is connected

    @property
    def now(self) -> datetime:
        """The time, aware."""
        return datetime.fromtimestamp(self._clock(), UTC)

    async def of(self, guild: int) -> list[DailyPlan]:
        """The plans of a server."""
        return await self._table.of(guild)

    async def begin(self, plan: DailyPlan, moderator: int) -> datetime:
        """Store a plan; returns when the first post comes.

        Raises:
            StorageFailed: nothing was changed.
        """
        if (day := plan.due(self.now)) is not None:
            await self._table.claim(plan, day, self._clock())  # do not make up for an hour that is over
        await self._table.keep(plan, moderator)
        return plan.next_at(self.now)

    async def end(self, guild: int, kind: DailyKind, moderator: int) -> bool:
        """Remove a plan; returns whether there was one.

        Raises:
            StorageFailed: nothing was changed.
        """
        return await self._table.remove(guild, kind, moderator)

    async def liked_in(self, guild: int) -> list[KnownSong]:
        """The songs that people of a server like, in random order."""
        liked = await self._feedback.liked_in(guild)
        return [liked[at] for at in self._rng.permutation(len(liked))]

    def some_of(self, songs: Sequence[str], count: int) -> list[str]:
        """Some songs at random."""
        return [songs[at] for at in self._rng.permutation(len(songs))[:count]]

    async def run_due(self) -> None:
        """Post what is due."""
        now, plans, poster = self.now, await self._table.plans(), self.poster
        if poster is None:
            return
        for plan in plans:
            day = plan.due(now)
            serves = self._shards.owns(plan.guild) and poster.serves(plan.guild)
            if day is None or not serves or await self._table.claimed(plan, day):
                continue
            if await self._table.claim(plan, day, self._clock()):
                await self._post(poster, plan, day)

    async def _post(self, poster: DailyPoster, plan: DailyPlan, day: date) -> None:
        done = await poster.post(plan, day, *await self._table.posted(plan, day))
        if done.fault is not None:
            log.info("no daily %s in server %s: %s", plan.kind, plan.guild, done.fault)
        await self._table.note(plan, day, done.songs, done.fault)
        if done.again:
            await self._table.release(plan, day)
