"""Recordings that people play with songs without features, stored to avoid repeated requests."""

from collections.abc import Sequence
from time import time

from bot.domain.candidates import Recording
from bot.domain.titles import song_key
from bot.storage.database import Repository
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import as_json, stored_json


class PlayedTogetherTable(Repository):
    """Recordings that people play together with songs, by the songs' titles and artists."""

    async def played_with(self, title: str, artists: tuple[str, ...]) -> Sequence[Recording] | None:
        """The stored recordings of a song; None if there are no recent ones."""
        rows = await self._database.look_up(
            "SELECT found FROM outside_sounds WHERE song = ?", ["|".join(song_key(title, artists))]
        )
        if not rows:
            return None
        return [Recording(mbid, name, artist, score) for mbid, name, artist, score in stored_json(rows[0][0])]

    async def keep(
        self, title: str, artists: tuple[str, ...], recordings: Sequence[Recording], source: str
    ) -> None:
        """Store the recordings that a source gave for a song.

        Raises:
            StorageFailed: it could not be written.
        """
        found = [[one.mbid, one.title, one.artist, one.score] for one in recordings]
        await self._database.execute(
            upsert("outside_sounds", key="song", values="basis, source, found, at"),
            ["|".join(song_key(title, artists)), "listeners", source, as_json(found), time()],
        )
