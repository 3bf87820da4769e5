"""What each channel was recommended lately."""

from dataclasses import dataclass
from time import time

from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class RecentPick:
    """A catalogue row, or the key of a hot song."""

    row: int | None
    hot_song: str | None


class History:
    """Remembers picks per channel; no user is stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, channel: int, *, limit: int, since: float) -> list[RecentPick]:
        """The last picks of a channel since then (Unix seconds), newest first."""
        rows = await self._database.fetch(
            """
            SELECT row, hot_song FROM recommendations
            WHERE channel = ? AND at >= ? ORDER BY recommendation DESC LIMIT ?
            """,
            [channel, since, limit],
        )
        return [RecentPick(*row) for row in rows]

    async def add(self, channel: int, pick: RecentPick) -> None:
        """Note a pick."""
        await self._database.execute(
            "INSERT INTO recommendations (channel, row, hot_song, at) VALUES (?, ?, ?, ?)",
            [channel, pick.row, pick.hot_song, time()],
        )

    async def forget(self, before: float) -> None:
        """Remove picks older than then (Unix seconds)."""
        await self._database.execute("DELETE FROM recommendations WHERE at < ?", [before])
