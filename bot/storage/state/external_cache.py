"""Stored blocks of outside services, and songs unknown to all of them."""

from datetime import UTC, datetime
from time import time

from bot.storage.database import Repository
from bot.storage.state.upserts import upsert
from bot.storage.topics import Topic

_LONGEST = 25 * 3600.0
"""Seconds, an hour longer than any entry is valid: a later end was written with a wrong clock."""


class SourceBlocks(Repository):
    """Blocks of sources that survive restarts (a `BlockMemory`)."""

    async def blocked_until(self, source: str) -> datetime | None:
        """The end (aware, UTC) of a source's block, or None."""
        rows = await self._database.fetch(
            """
            SELECT COALESCE(until_elsewhere, until) FROM source_blocks WHERE source = ? AND until <= ?
            """,
            [source, time() + _LONGEST],
        )
        return datetime.fromtimestamp(rows[0][0], UTC) if rows else None

    async def block(self, source: str, until: datetime, reason: str, *, elsewhere: datetime) -> None:
        """Store a block, and tell the other processes; a longer one stays.

        Args:
            elsewhere: its end for them.
        """
        async with self._database.transaction() as connection:
            rows = await connection.fetch(
                """
                SELECT until, COALESCE(until_elsewhere, until), reason FROM source_blocks
                WHERE source = ? AND until <= ?
                """,
                [source, time() + _LONGEST],
            )
            new = (until.timestamp(), elsewhere.timestamp(), reason)
            longest = max(row[0] for row in [new, *rows]), max(row[1] for row in [new, *rows])
            await connection.execute(
                upsert("source_blocks", key="source", values="until, until_elsewhere, reason"),
                [source, *longest, max([new, *rows])[2]],
            )
            await connection.notify(Topic.BLOCKS, source)

    async def all(self) -> list[tuple[str, datetime, str]]:
        """All blocked sources with end and reason."""
        rows = await self._database.fetch(
            "SELECT source, until, reason FROM source_blocks WHERE until > ? AND until <= ? ORDER BY source",
            [time(), time() + _LONGEST],
        )
        return [(source, datetime.fromtimestamp(until, UTC), reason) for source, until, reason in rows]


class UnknownSongs(Repository):
    """Songs that no source knows, stored for a while."""

    async def holds(self, song: str) -> bool:
        """Whether a song (a track id or normalised words) is stored as unknown."""
        rows = await self._database.fetch(
            "SELECT 1 FROM unknown_songs WHERE song = ? AND until > ? AND until <= ?",
            [song, time(), time() + _LONGEST],
        )
        return bool(rows)

    async def add(self, song: str, seconds: float) -> None:
        """Store a song as unknown for some time."""
        await self._database.execute(
            upsert("unknown_songs", key="song", values="until"), [song, time() + seconds]
        )

    async def forget_expired(self) -> None:
        await self._database.execute("DELETE FROM unknown_songs WHERE until < ?", [time()])

    async def forget(self, song: str) -> None:
        """Delete one, so that it is asked for again."""
        await self._database.execute("DELETE FROM unknown_songs WHERE song = ?", [song])
