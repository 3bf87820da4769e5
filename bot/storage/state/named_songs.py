"""The songs assigned to queries without results: per server, or for all servers."""

from bot.domain.taste import KnownSong
from bot.domain.unfound import EVERYWHERE, NamedSong
from bot.storage.database import Repository
from bot.storage.state.guilds import log_change, named
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import SONG, known_song, song_values


class NamedSongs(Repository):
    """A server's assignments are in its change log; the host's (`EVERYWHERE`) are not."""

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
            f"""
            SELECT entry, song, words, {SONG} FROM named_songs WHERE guild = ? ORDER BY at DESC, entry DESC
            """,
            [guild],
        )
        return [NamedSong(entry, key, words, known_song(*song)) for entry, key, words, *song in rows]

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
        async with self._database.transaction() as connection:
            await connection.execute(
                upsert("named_songs", key="guild, song", values=f"words, {SONG}, at"),
                [guild, key, words, *song_values(song), now],
            )
            if moderator is not None:
                await log_change(connection, guild, moderator, "named song", None, named(song), began=began)

    async def remove(self, guild: int, moderator: int | None, assigned: NamedSong) -> None:
        """Remove an assignment.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            removed = await connection.execute(
                "DELETE FROM named_songs WHERE guild = ? AND song = ?", [guild, assigned.key]
            )
            if removed and moderator is not None:
                await log_change(connection, guild, moderator, "unnamed song", None, named(assigned.song))
