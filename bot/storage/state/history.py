"""What each channel was recommended lately, and who asked."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

from cachetools import LRUCache

from bot.storage.database import Database

_CHANNELS = 10_000
"""Channels held in memory; the others are read again when they speak."""


@dataclass(frozen=True, slots=True)
class RecentPick:
    """A track's id, or the reference of a hot song; `at` in Unix seconds."""

    track_id: str | None
    hot_song: str | None
    at: float = 0.0


class History:
    """Remembers picks per channel, and under the id of who asked for them.

    Held in memory (without the id) and written behind: a pick waits for no disk. `flush` is called every
    second and at the end; a crash in between forgets at most the last second's picks.
    """

    def __init__(self, database: Database, *, remembered: int) -> None:
        self._database = database
        self._remembered = remembered
        self._channels: LRUCache[int, deque[RecentPick]] = LRUCache(_CHANNELS)
        self._unwritten: list[tuple[int, int | None, RecentPick]] = []
        self._writing = asyncio.Lock()

    async def recent(self, channel: int, *, since: float) -> list[RecentPick]:
        """The last picks of a channel since then (Unix seconds), newest first."""
        return [pick for pick in await self._picks(channel) if pick.at >= since]

    async def add(self, channel: int, pick: RecentPick, user: int | None = None) -> None:
        """Note a pick made now.

        Args:
            user: who asked for it; None outside Discord.
        """
        noted = RecentPick(pick.track_id, pick.hot_song, time())
        (await self._picks(channel)).appendleft(noted)
        self._unwritten.append((channel, user, noted))

    async def of_user(self, user: int, *, limit: int) -> list[RecentPick]:
        """What a user was recommended, newest first.

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
        """Write what was noted since the last time.

        Raises:
            StorageFailed: it could not be written; it is tried again the next time.
        """
        async with self._writing:
            await self._write()

    async def _write(self) -> None:
        waiting = list(self._unwritten)
        if not waiting:
            return
        async with self._database.transaction() as connection:
            await connection.executemany(
                """
                INSERT INTO recommendations (channel, "user", track_id, hot_song, at) VALUES (?, ?, ?, ?, ?)
                """,
                [(channel, user, pick.track_id, pick.hot_song, pick.at) for channel, user, pick in waiting],
            )
        del self._unwritten[: len(waiting)]

    @asynccontextmanager
    async def forgetting(self, user: int) -> AsyncIterator[None]:
        """Nothing of a user waits to be written, nor is held in memory, when what is inside deletes it.

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
        """Remove picks older than then (Unix seconds)."""
        await self._database.execute("DELETE FROM recommendations WHERE at < ?", [before])

    async def _picks(self, channel: int) -> deque[RecentPick]:
        if channel not in self._channels:
            # What a channel that was put away a moment ago still has to be written is not waited for: another
            # process may be writing for seconds. Taken before the others are read, it cannot be missed.
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
