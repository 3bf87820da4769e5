"""👍 and 👎, by user and server."""

from time import time

from bot.domain.taste import KnownSong, Opinion, Verdict
from bot.storage.database import Repository
from bot.storage.state.forget_marks import is_forgotten
from bot.storage.stored_values import SONG, known_song, song_values
from bot.storage.topics import Topic

_MOST = 1_000
"""The number of opinions of one user, or songs of one server, that are read: the newest ones."""


class FeedbackTable(Repository):
    """One opinion per user, server and song."""

    async def press(
        self, user: int, guild: int | None, song: KnownSong, *, liked: bool, began: int | None = None
    ) -> Verdict:
        """Store a press: the other button switches the opinion, the same one withdraws it.

        Args:
            guild: None in direct messages.
            began: `Database.forgettings` when the request began; nothing is stored if the user was forgotten
                meanwhile.

        Raises:
            StorageFailed: nothing was changed.
        """
        key = [user, guild or 0, song.key]
        async with self._database.transaction() as connection:
            await connection.notify(Topic.OPINIONS, f"{user} {guild or 0}")
            withdrawn = await connection.execute(
                'DELETE FROM feedback WHERE "user" = ? AND coalesce(guild, 0) = ? AND song = ? AND liked = ?',
                [*key, liked],
            )
            if withdrawn or await is_forgotten(connection, user, began):
                return Verdict.WITHDRAWN
            await connection.execute(
                'DELETE FROM feedback WHERE "user" = ? AND coalesce(guild, 0) = ? AND song = ?', key
            )
            await connection.execute(
                f"""
                INSERT INTO feedback ("user", guild, song, {SONG}, liked, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [user, guild, song.key, *song_values(song), liked, time()],
            )
        return Verdict.LIKED if liked else Verdict.DISLIKED

    async def of_user(self, user: int) -> list[Opinion]:
        """A user's opinions in all servers: the newest per song, newest first."""
        rows = await self._database.look_up(
            f'SELECT song, liked, at, {SONG} FROM feedback WHERE "user" = ? ORDER BY at DESC LIMIT ?',
            [user, _MOST],
        )
        newest: dict[str, Opinion] = {}
        for key, liked, at, *song in rows:
            newest.setdefault(key, Opinion(known_song(*song), bool(liked), at))
        return list(newest.values())

    async def disliked_in(self, guild: int, *, people: int) -> list[KnownSong]:
        """Songs that at least `people` people disliked in a server."""
        return await self._songs_in(guild, "liked = 0", "count(*)", people)

    async def liked_in(self, guild: int) -> list[KnownSong]:
        """The songs that people liked in a server and that more of them like than not, newest first."""
        return await self._songs_in(guild, "TRUE", "sum(2 * liked - 1)", 1)

    async def _songs_in(self, guild: int, counted: str, measure: str, least: int) -> list[KnownSong]:
        """Songs by the opinions of a server, named as the newest one names them.

        Args:
            counted: SQL, which opinions count. measure: SQL, computed from a song's. least: what it must be.
        """
        rows = await self._database.fetch(
            f"""
            SELECT {SONG}
            FROM (
              SELECT {SONG}, at, {measure} OVER (PARTITION BY song) AS measured,
                row_number() OVER (PARTITION BY song ORDER BY at DESC) AS age
              FROM feedback WHERE guild = ? AND {counted}
            ) AS opinions
            WHERE age = 1 AND measured >= ? ORDER BY at DESC LIMIT ?
            """,
            [guild, least, _MOST],
        )
        return [known_song(*row) for row in rows]

    async def named(self, song_ref: str) -> KnownSong | None:
        """A rated song, by its reference."""
        tables = (f"SELECT {SONG} FROM {table} WHERE song_ref = ?" for table in ("feedback", "guild_songs"))
        rows = await self._database.fetch(f"{' UNION ALL '.join(tables)} LIMIT 1", [song_ref] * 2)
        return known_song(*rows[0]) if rows else None
