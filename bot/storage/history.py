"""What each channel was recommended lately."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from time import time

from bot.domain.errors import StorageFailed
from bot.storage.database import Database

_CHANNELS = 10_000
"""Channels held in memory; the others are read again when they speak."""


@dataclass(frozen=True, slots=True)
class RecentPick:
    """A catalogue row, or the key of a hot song; `at` in Unix seconds."""

    row: int | None
    hot_song: str | None
    at: float = 0.0


class History:
    """Remembers picks per channel; no user is stored.

    Held in memory and written behind: a pick waits for no disk. `flush` is called every second and at the
    end; a crash in between forgets at most the last second's picks.
    """

    def __init__(self, database: Database, *, remembered: int) -> None:
        self._database = database
        self._remembered = remembered
        self._channels: OrderedDict[int, deque[RecentPick]] = OrderedDict()
        self._unwritten: list[tuple[int, RecentPick]] = []

    async def recent(self, channel: int, *, since: float) -> list[RecentPick]:
        """The last picks of a channel since then (Unix seconds), newest first."""
        return [pick for pick in await self._picks(channel) if pick.at >= since]

    async def add(self, channel: int, pick: RecentPick) -> None:
        """Note a pick made now."""
        noted = RecentPick(pick.row, pick.hot_song, time())
        (await self._picks(channel)).appendleft(noted)
        self._unwritten.append((channel, noted))

    async def flush(self) -> None:
        """Write what was noted since the last time.

        Raises:
            StorageFailed: it could not be written; it is tried again the next time.
        """
        waiting, self._unwritten = self._unwritten, []
        if not waiting:
            return
        try:
            async with self._database.transaction() as connection:
                await connection.executemany(
                    "INSERT INTO recommendations (channel, row, hot_song, at) VALUES (?, ?, ?, ?)",
                    [(channel, pick.row, pick.hot_song, pick.at) for channel, pick in waiting],
                )
        except StorageFailed:
            self._unwritten = [*waiting, *self._unwritten]
            raise

    async def forget(self, before: float) -> None:
        """Remove picks older than then (Unix seconds)."""
        await self._database.execute("DELETE FROM recommendations WHERE at < ?", [before])

    async def _picks(self, channel: int) -> deque[RecentPick]:
        if channel not in self._channels:
            await self.flush()
            rows = await self._database.fetch(
                """
                SELECT row, hot_song, at FROM recommendations
                WHERE channel = ? ORDER BY recommendation DESC LIMIT ?
                """,
                [channel, self._remembered],
            )
            read = deque((RecentPick(*row) for row in rows), maxlen=self._remembered)
            self._channels.setdefault(channel, read)
            if len(self._channels) > _CHANNELS:
                self._channels.popitem(last=False)
        self._channels.move_to_end(channel)
        return self._channels[channel]
