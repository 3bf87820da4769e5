"""Recent picks per channel and user."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

from cachetools import LRUCache

from bot.storage.database import Database

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


class History:
    """Stores picks per channel and user id.

    A write-behind cache (in memory without user ids): a pick does not wait for the disk. `flush` runs every
    second and at the end; a crash loses at most the picks of the last second.
    """

    def __init__(self, database: Database, *, remembered: int) -> None:
        self._database = database
        self._remembered = remembered
        self._channels: LRUCache[int, deque[RecentPick]] = LRUCache(_CHANNELS)
        self._unwritten: list[tuple[int, int | None, RecentPick]] = []
        self._writing = asyncio.Lock()

    async def recent(self, channel: int, *, since: float) -> list[RecentPick]:
        """The last picks of a channel since a time (Unix seconds), newest first."""
        return [pick for pick in await self._picks(channel) if pick.at >= since]

    async def add(self, channel: int, pick: RecentPick, user: int | None = None) -> None:
        """Add a pick.

        Args:
            user: the user's id; None outside Discord.
        """
        noted = RecentPick(pick.track_id, pick.hot_song, time())
        (await self._picks(channel)).appendleft(noted)
        if len(self._unwritten) < _MOST_UNWRITTEN:
            self._unwritten.append((channel, user, noted))

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
            await self._write()

    async def _write(self) -> None:
        waiting = list(self._unwritten)
        if not waiting:
            return
        async with self._database.transaction() as connection:
            await connection.execute_many(
                """
                INSERT INTO recommendations (channel, "user", track_id, hot_song, at) VALUES (?, ?, ?, ?, ?)
                """,
                [(channel, user, pick.track_id, pick.hot_song, pick.at) for channel, user, pick in waiting],
            )
        del self._unwritten[: len(waiting)]

    @asynccontextmanager
    async def forgetting(self, user: int) -> AsyncIterator[None]:
        """Flush a user's pending picks and clear caches around the deletion of the user's data.

        Raises:
            StorageFailed: the last picks could not be written down.
        """
        async with self._writing:
            await self._write()
            rows = await self._database.fetch(
                'SELECT DISTINCT channel FROM recommendations WHERE "user" = ?', [user]
            )
            yield
            for (channel,) in rows:
                self._channels.pop(channel, None)
            self._unwritten = [noted for noted in self._unwritten if noted[1] != user]

    async def forget(self, before: float) -> None:
        """Delete picks older than `before` (Unix seconds)."""
        await self._database.execute("DELETE FROM recommendations WHERE at < ?", [before])

    async def _picks(self, channel: int) -> deque[RecentPick]:
        if channel not in self._channels:
            # Do not wait for pending picks of a channel evicted from the cache: another
            # process may hold the lock for seconds. They are copied before reading, so that none is missed.
            picks = [pick for noted, _, pick in reversed(self._unwritten) if noted == channel]
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
