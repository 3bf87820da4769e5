"""Queries without results, without who asked or where."""

from bot.domain.privacy import UNFOUND_DAYS
from bot.domain.unfound import ASKERS_NEEDED, MOST_SHOWN, UnfoundSong, asker_mark
from bot.storage.database import Repository
from bot.storage.state.forget_marks import is_forgotten
from bot.storage.state.metadata import UNFOUND_SALT, Metadata

_SECONDS = UNFOUND_DAYS * 24 * 3600.0


class UnfoundSongs(Repository):
    """Counts them; a song is shown from the third different asker on."""

    async def note(self, key: str, words: str, user: int, now: float, *, began: int | None = None) -> None:
        """Count a person's query without results.

        Args:
            now: Unix seconds.
            began: `Database.forgettings` when the request began; there is no mark of a user who was forgotten
                meanwhile.

        Raises:
            StorageFailed: nothing was counted.
        """
        mark = asker_mark(await Metadata(self._database).secret(UNFOUND_SALT), user, key)
        async with self._database.transaction() as connection:
            await connection.execute(
                """
                INSERT INTO unfound_songs (song, words, asked, shown, at) VALUES (?, ?, 1, 0, ?)
                ON CONFLICT (song) DO UPDATE SET asked = unfound_songs.asked + 1, at = excluded.at
                """,
                [key, words, now],
            )
            await connection.execute(
                "DELETE FROM unfound_marks WHERE song = ? AND at < ?", [key, now - _SECONDS]
            )
            if await is_forgotten(connection, user, began):
                return
            await connection.execute(
                """
                INSERT INTO unfound_marks (song, mark, at)
                SELECT song, ?, ? FROM unfound_songs WHERE song = ? AND shown = 0
                ON CONFLICT (song, mark) DO NOTHING
                """,
                [mark, now, key],
            )
            await connection.execute(
                """
                UPDATE unfound_songs SET shown = 1 WHERE song = ?
                AND (SELECT count(*) FROM unfound_marks AS m WHERE m.song = unfound_songs.song) >= ?
                """,
                [key, ASKERS_NEEDED],
            )
            await connection.execute(
                """
                DELETE FROM unfound_marks
                WHERE song IN (SELECT song FROM unfound_songs WHERE song = ? AND shown = 1)
                """,
                [key],
            )

    async def shown(self, now: float) -> list[UnfoundSong]:
        """The queries of enough people, most frequent first."""
        rows = await self._database.fetch(
            """
            SELECT entry, song, words, asked FROM unfound_songs WHERE shown = 1 AND at >= ?
            ORDER BY asked DESC, at DESC LIMIT ?
            """,
            [now - _SECONDS, 4 * MOST_SHOWN],
        )
        return [UnfoundSong(*row) for row in rows]

    async def remove(self, key: str) -> None:
        """Delete one that was found.

        Raises:
            StorageFailed: it was not deleted.
        """
        await self._database.execute("DELETE FROM unfound_songs WHERE song = ?", [key])

    async def forget(self, user: int) -> None:
        """Delete the marks of a person, and those of others with the same mark.

        Raises:
            StorageFailed: they were not deleted.
        """
        salt = await Metadata(self._database).secret(UNFOUND_SALT)
        marks = await self._database.fetch("SELECT song, mark FROM unfound_marks")
        mine = [(song, mark) for song, mark in marks if mark == asker_mark(salt, user, song)]
        async with self._database.transaction() as connection:
            await connection.execute_many("DELETE FROM unfound_marks WHERE song = ? AND mark = ?", mine)
