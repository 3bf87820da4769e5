"""What each server pinned and blocked."""

import json
from time import time

from bot.domain.guilds import GuildMarks, Mark
from bot.domain.taste import KnownSong
from bot.domain.titles import artist_keys, normalise
from bot.storage.database import Database
from bot.storage.state.guilds import log_change

_ROWS = 5_000
"""Catalogue rows of one artist that are looked at: more than anybody recorded."""


class GuildListsTable:
    """Songs and artists by server; every change is logged in its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild: int) -> GuildMarks:
        """All marks of a server."""
        songs = await self._database.look_up(
            """
            SELECT mark, token, title, artists,
                   (SELECT row FROM tracks WHERE tracks.id = guild_songs.token)
            FROM guild_songs WHERE guild = ? ORDER BY at, song
            """,
            [guild],
        )
        artists = await self._database.look_up(
            "SELECT name FROM guild_artists WHERE guild = ? ORDER BY at, artist", [guild]
        )
        known = [
            (mark, KnownSong(token, title, tuple(json.loads(names)), row))
            for mark, token, title, names, row in songs
        ]
        return GuildMarks(
            tuple(song for mark, song in known if mark == "pinned"),
            tuple(song for mark, song in known if mark == "blocked"),
            tuple(name for (name,) in artists),
        )

    async def mark(self, guild: int, moderator: int, song: KnownSong, mark: Mark) -> Mark | None:
        """Pin or block a song; the mark it had goes.

        Returns:
            the mark it had.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            old = list(
                await connection.execute_fetchall(
                    "SELECT mark FROM guild_songs WHERE guild = ? AND song = ?", [guild, song.key]
                )
            )
            before: Mark | None = old[0][0] if old else None
            if before != mark:
                await connection.execute(
                    """
                    INSERT OR REPLACE INTO guild_songs (guild, song, mark, token, title, artists, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        guild,
                        song.key,
                        mark,
                        song.song_ref,
                        song.title,
                        json.dumps(song.artists, ensure_ascii=False),
                        time(),
                    ],
                )
                await log_change(connection, guild, moderator, mark, None, _name(song))
        return before

    async def unmark(self, guild: int, moderator: int, song: KnownSong, mark: Mark) -> bool:
        """Take a mark away; False when it was not there.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "DELETE FROM guild_songs WHERE guild = ? AND song = ? AND mark = ?", [guild, song.key, mark]
            )
            if cursor.rowcount:
                await log_change(connection, guild, moderator, f"un{mark}", None, _name(song))
        return bool(cursor.rowcount)

    async def block_artist(self, guild: int, moderator: int, name: str) -> bool:
        """Block an artist; False when that was done before.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "INSERT OR IGNORE INTO guild_artists (guild, artist, name, at) VALUES (?, ?, ?, ?)",
                [guild, normalise(name), name, time()],
            )
            if cursor.rowcount:
                await log_change(connection, guild, moderator, "blocked artist", None, name)
        return bool(cursor.rowcount)

    async def unblock_artist(self, guild: int, moderator: int, name: str) -> bool:
        """Take the block away; False when it was not there.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "DELETE FROM guild_artists WHERE guild = ? AND artist = ?", [guild, normalise(name)]
            )
            if cursor.rowcount:
                await log_change(connection, guild, moderator, "unblocked artist", None, name)
        return bool(cursor.rowcount)

    async def rows_by(self, name: str) -> tuple[list[int], list[int]]:
        """Catalogue rows of an artist's tracks: those where the artist is the first one, and the others."""
        wanted = normalise(name)
        phrase = wanted.replace('"', "")
        if not phrase:
            return [], []
        found = await self._database.fetch(
            """
            SELECT tracks.row, tracks.artists
            FROM (SELECT rowid AS rank FROM track_words WHERE track_words MATCH ? LIMIT ?)
            JOIN ranked USING (rank) JOIN tracks USING (row)
            """,
            [f'artist : "{phrase}"', _ROWS],
        )
        first: list[int] = []
        others: list[int] = []
        for row, names in found:
            credited = tuple(json.loads(names))
            if wanted in artist_keys(credited[:1]):
                first.append(row)
            elif wanted in artist_keys(credited):
                others.append(row)
        return first, others


def _name(song: KnownSong) -> list[object]:
    return [song.title, list(song.artists)]
