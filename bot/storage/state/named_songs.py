"""The songs assigned to queries without results: per server, or for all servers."""

import json

from bot.domain.taste import KnownSong
from bot.domain.unfound import EVERYWHERE, NamedSong
from bot.storage.database import Database, Row
from bot.storage.state.guilds import log_change
from bot.storage.stored_values import stored_json


class NamedSongs:
    """A server's assignments are in its change log; the host's (`EVERYWHERE`) are not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meant(self, key: str, guild: int | None) -> str | None:
        """The reference of the assigned song; the server's has priority over the host's."""
        rows = await self._database.look_up(
            "SELECT song_ref FROM named_songs WHERE song = ? AND guild IN (?, ?) ORDER BY guild DESC LIMIT 1",
            [key, EVERYWHERE, guild or EVERYWHERE],
        )
        return str(rows[0][0]) if rows else None

    async def of(self, guild: int) -> list[NamedSong]:
        """Those of a server, the newest first."""
        rows = await self._database.fetch(
            """
            SELECT entry, song, words, song_ref, title, artists FROM named_songs
            WHERE guild = ? ORDER BY at DESC, entry DESC
            """,
            [guild],
        )
        return [_named(row) for row in rows]

    async def name(
        self,
        guild: int,
        moderator: int | None,
        key: str,
        words: str,
        song: KnownSong,
        now: float,
        *,
        began: int | None = None,
    ) -> None:
        """Assign a song, replacing an earlier one.

        Args:
            began: as for `log_change`.

        Raises:
            StorageFailed: nothing was changed.
        """
        artists = json.dumps(song.artists, ensure_ascii=False)
        async with self._database.transaction() as connection:
            await connection.execute(
                """
                INSERT INTO named_songs (guild, song, words, song_ref, title, artists, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (guild, song) DO UPDATE SET
                  words = excluded.words, song_ref = excluded.song_ref, title = excluded.title,
                  artists = excluded.artists, at = excluded.at
                """,
                [guild, key, words, song.song_ref, song.title, artists, now],
            )
            if moderator is not None:
                named = [song.title, list(song.artists)]
                await log_change(connection, guild, moderator, "named song", None, named, began=began)

    async def remove(self, guild: int, moderator: int | None, named: NamedSong) -> None:
        """Remove an assignment.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            removed = await connection.execute(
                "DELETE FROM named_songs WHERE guild = ? AND song = ?", [guild, named.key]
            )
            if removed and moderator is not None:
                after = [named.song.title, list(named.song.artists)]
                await log_change(connection, guild, moderator, "unnamed song", None, after)


def _named(row: Row) -> NamedSong:
    entry, key, words, song_ref, title, artists = row
    return NamedSong(entry, key, words, KnownSong(song_ref, title, tuple(stored_json(artists))))
