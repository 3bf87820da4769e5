"""Recent picks per channel and user."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, time

from cachetools import LRUCache

from bot.domain.privacy import FORGET_WRITE_SECONDS
from bot.storage.database import Database
from bot.storage.state.forget_marks import forgotten_since

_CHANNELS = 10_000
"""Channels held in memory; the others are read again when they are active."""
_MOST_UNWRITTEN = 10_000
"""Picks that are kept for writing while the disk is full or damaged; further ones are only in memory."""


@dataclass(frozen=True, slots=True)
class RecentPick:
    """A track's id, or the reference of a hot song; `at` in Unix seconds."""

    track_id: str | None
    hot_song: str | None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Unwritten:
    channel: int
    user: int | None
    pick: RecentPick
    began: int
    noted: float


class History:
    """Stores picks per channel and user id.

    A write-behind cache (in memory without user ids): a pick does not wait for the disk. `flush` runs every
    second and at the end; a crash loses at most the picks of the last second.
    """

    def __init__(
        self, database: Database, *, remembered: int, clock: Callable[[], float] = monotonic
    ) -> None:
        """Args: clock: a monotonic clock in seconds."""
        self._database = database
        self._clock = clock
        self._remembered = remembered
        self._channels: LRUCache[int, deque[RecentPick]] = LRUCache(_CHANNELS)
        self._unwritten: list[_Unwritten] = []
        self._writing = asyncio.Lock()

    async def recent(self, channel: int, *, since: float) -> list[RecentPick]:
        """The last picks of a channel since a time (Unix seconds), newest first."""
        return [pick for pick in await self._picks(channel) if pick.at >= since]

    async def add(
        self, channel: int, pick: RecentPick, user: int | None = None, *, began: int | None = None
    ) -> None:
        """Add a pick.

        Args:
            user: the user's id; None outside Discord.
            began: `Database.forgettings` when the request began; None if that is just now.
        """
        noted = RecentPick(pick.track_id, pick.hot_song, time())
        (await self._picks(channel)).appendleft(noted)
        if len(self._unwritten) < _MOST_UNWRITTEN:
            number = self._database.forgettings if began is None else began
            self._unwritten.append(_Unwritten(channel, user, noted, number, self._clock()))

    async def of_user(self, user: int, *, limit: int) -> list[RecentPick]:
        """The picks for a user, newest first.

        Raises:
            StorageFailed: the last picks could not be written down.
        """
        await self.flush()
        rows = await self._database.fetch(
            """
            SELECT track_id, hot_song, at FROM recommendations
            WHERE "user" = ? ORDER BY recommendation DESC LIMIT ?
            """,
            [user, limit],
        )
        return [RecentPick(*row) for row in rows]

    async def flush(self) -> None:
        """Write pending picks.

        Raises:
            StorageFailed: they could not be written; they stay pending.
        """
        async with self._writing:
            if waiting := list(self._unwritten):
                await self._write(waiting)

    async def _write(self, waiting: Sequence[_Unwritten]) -> None:
        late = self._clock() - FORGET_WRITE_SECONDS
        async with self._database.transaction() as connection:
            forgotten = await forgotten_since(connection, min(one.began for one in waiting))
            await connection.execute_many(
                """
                INSERT INTO recommendations (channel, "user", track_id, hot_song, at) VALUES (?, ?, ?, ?, ?)
                """,
                [
                    (
                        one.channel,
                        one.user if one.noted >= late else None,
                        one.pick.track_id,
                        one.pick.hot_song,
                        one.pick.at,
                    )
                    for one in waiting
                    if not forgotten.after(one.user, one.began)
                ],
            )
        written = {id(one) for one in waiting}
        self._unwritten = [one for one in self._unwritten if id(one) not in written]

    def drop(self, user: int | None) -> None:
        """Drop the pending picks of a forgotten person, and invalidate the channels.

        Args:
            user: None if somebody may have been, whoever it was: `flush` finds out.
        """
        if user is not None:
            self._unwritten = [one for one in self._unwritten if one.user != user]
        self._channels.clear()

    async def _picks(self, channel: int) -> deque[RecentPick]:
        if channel not in self._channels:
            # Do not wait for pending picks of a channel evicted from the cache: another
            # process may hold the lock for seconds. They are copied before reading, so that none is missed.
            picks = [one.pick for one in reversed(self._unwritten) if one.channel == channel]
            rows = await self._database.look_up(
                """
                SELECT track_id, hot_song, at FROM recommendations
                WHERE channel = ? ORDER BY recommendation DESC LIMIT ?
                """,
                [channel, self._remembered],
            )
            picks += [RecentPick(*row) for row in rows]
            read = deque(picks[: self._remembered], maxlen=self._remembered)
            self._channels.setdefault(channel, read)
        return self._channels[channel]
