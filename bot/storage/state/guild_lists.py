"""Pinned and blocked songs and artists of servers."""

from time import time

from bot.domain.guilds import GuildLists, ListKind
from bot.domain.spelling import name_key
from bot.domain.taste import KnownSong
from bot.storage.database import Repository, Transaction
from bot.storage.state.guilds import log_change, named
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import SONG, known_song, song_values
from bot.storage.topics import Topic


class GuildListsTable(Repository):
    """The lists by server; each change is logged in the same transaction. `began` is as for `log_change`."""

    @property
    def forgettings(self) -> int:
        """The number for a request that begins now."""
        return self._database.forgettings

    async def of(self, guild: int) -> GuildLists:
        songs = await self._database.look_up(
            f"SELECT mark, {SONG} FROM guild_songs WHERE guild = ? ORDER BY at, song", [guild]
        )
        artists = await self._database.look_up(
            "SELECT name FROM guild_artists WHERE guild = ? ORDER BY at, artist", [guild]
        )
        known = [(kind, known_song(*song)) for kind, *song in songs]
        return GuildLists(
            tuple(song for kind, song in known if kind == "pinned"),
            tuple(song for kind, song in known if kind == "blocked"),
            tuple(name for (name,) in artists),
        )

    async def add(
        self, guild: int, moderator: int, song: KnownSong, kind: ListKind, *, began: int | None = None
    ) -> ListKind | None:
        """Pin or block a song, replacing its previous entry.

        Returns:
            the list it was on, or None.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            old = await connection.fetch(
                "SELECT mark FROM guild_songs WHERE guild = ? AND song = ?", [guild, song.key]
            )
            before: ListKind | None = old[0][0] if old else None
            if before != kind:
                await connection.execute(
                    upsert("guild_songs", key="guild, song", values=f"mark, {SONG}, at"),
                    [guild, song.key, kind, *song_values(song), time()],
                )
                await _log(connection, guild, moderator, kind, named(song), began)
        return before

    async def remove(
        self, guild: int, moderator: int, song: KnownSong, kind: ListKind, *, began: int | None = None
    ) -> bool:
        """Remove a song from a list; False if it was not there.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            changed = await connection.execute(
                "DELETE FROM guild_songs WHERE guild = ? AND song = ? AND mark = ?", [guild, song.key, kind]
            )
            if changed:
                await _log(connection, guild, moderator, f"un{kind}", named(song), began)
        return bool(changed)

    async def block_artist(
        self, guild: int, moderator: int, name: str, *, blocked: bool = True, began: int | None = None
    ) -> bool:
        """Block an artist, or unblock one; False if the artist was blocked already, or was not.

        Raises:
            StorageFailed: nothing was changed.
        """
        values: list[object] = [guild, name_key(name)]
        if blocked:
            columns = "guild, artist, name, at"
            sql = f"INSERT INTO guild_artists ({columns}) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            values += [name, time()]
        else:
            sql = "DELETE FROM guild_artists WHERE guild = ? AND artist = ?"
        async with self._database.transaction() as connection:
            changed = await connection.execute(sql, values)
            if changed:
                what = "blocked artist" if blocked else "unblocked artist"
                await _log(connection, guild, moderator, what, name, began)
        return bool(changed)


async def _log(
    connection: Transaction, guild: int, moderator: int, what: str, name: object, began: int | None
) -> None:
    await log_change(connection, guild, moderator, what, None, name, began=began)
    await connection.notify(Topic.LISTS, guild)
