"""Pinned and blocked songs and artists of servers."""

import json
from time import time

from bot.domain.guilds import GuildLists, ListKind
from bot.domain.spelling import name_key
from bot.domain.taste import KnownSong
from bot.storage.database import Database
from bot.storage.state.guilds import log_change
from bot.storage.stored_values import stored_json
from bot.storage.topics import Topic


class GuildListsTable:
    """The lists by server; each change is logged in the same transaction. `began` is as for `log_change`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def forgettings(self) -> int:
        """The number for a request that begins now."""
        return self._database.forgettings

    async def of(self, guild: int) -> GuildLists:
        """The lists of a server."""
        songs = await self._database.look_up(
            """
            SELECT mark, song_ref, title, artists FROM guild_songs WHERE guild = ? ORDER BY at, song
            """,
            [guild],
        )
        artists = await self._database.look_up(
            "SELECT name FROM guild_artists WHERE guild = ? ORDER BY at, artist", [guild]
        )
        known = [
            (kind, KnownSong(song_ref, title, tuple(stored_json(names))))
            for kind, song_ref, title, names in songs
        ]
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
                    """
                    INSERT INTO guild_songs (guild, song, mark, song_ref, title, artists, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (guild, song) DO UPDATE SET
                      mark = excluded.mark, song_ref = excluded.song_ref, title = excluded.title,
                      artists = excluded.artists, at = excluded.at
                    """,
                    [
                        guild,
                        song.key,
                        kind,
                        song.song_ref,
                        song.title,
                        json.dumps(song.artists, ensure_ascii=False),
                        time(),
                    ],
                )
                await log_change(connection, guild, moderator, kind, None, _name(song), began=began)
                await connection.notify(Topic.LISTS, guild)
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
                await log_change(connection, guild, moderator, f"un{kind}", None, _name(song), began=began)
                await connection.notify(Topic.LISTS, guild)
        return bool(changed)

    async def block_artist(self, guild: int, moderator: int, name: str, *, began: int | None = None) -> bool:
        """Block an artist; False if the artist was blocked already.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            changed = await connection.execute(
                """
                INSERT INTO guild_artists (guild, artist, name, at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                [guild, name_key(name), name, time()],
            )
            if changed:
                await log_change(connection, guild, moderator, "blocked artist", None, name, began=began)
                await connection.notify(Topic.LISTS, guild)
        return bool(changed)

    async def unblock_artist(
        self, guild: int, moderator: int, name: str, *, began: int | None = None
    ) -> bool:
        """Unblock an artist; False if the artist was not blocked.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            changed = await connection.execute(
                "DELETE FROM guild_artists WHERE guild = ? AND artist = ?", [guild, name_key(name)]
            )
            if changed:
                await log_change(connection, guild, moderator, "unblocked artist", None, name, began=began)
                await connection.notify(Topic.LISTS, guild)
        return bool(changed)


def _name(song: KnownSong) -> list[object]:
    return [song.title, list(song.artists)]
