"""Songs from outside services, stored to avoid repeated requests."""

from collections.abc import Sequence
from dataclasses import replace
from time import time

from rapidfuzz.distance import OSA

from bot.domain.spelling import normalise
from bot.domain.titles import title_key
from bot.domain.tracks import Track
from bot.storage.catalogue.track_rows import PLAIN, track_of
from bot.storage.database import Repository
from bot.storage.stored_values import as_json
from ml.features import FEATURE_NAMES

_LATELY = 2_000
"""Songs among which a misspelt title is looked for."""
_STORED = (*PLAIN, *FEATURE_NAMES, "source", "basis", "title_key", "artist_key", "used_at")
_COLUMNS = ", ".join((*PLAIN, *FEATURE_NAMES))
_KEEP = f"""
INSERT INTO fetched_songs ({", ".join(_STORED)}) VALUES ({", ".join("?" * len(_STORED))})
ON CONFLICT (id) DO UPDATE SET
  used_at = excluded.used_at, source = excluded.source,
  basis = CASE excluded.basis WHEN 'features' THEN excluded.basis ELSE fetched_songs.basis END,
  {", ".join(f"{name} = coalesce(excluded.{name}, fetched_songs.{name})" for name in FEATURE_NAMES)}
"""


class FetchedSongs(Repository):
    """Finds fetched songs by id and by title."""

    async def by_id(self, track_id: str) -> Track | None:
        found = await self._where("id = ?", [track_id])
        return found[0] if found else None

    async def titled(self, keys: Sequence[str]) -> list[Track]:
        """The songs of any of these title keys."""
        return await self._where(f"title_key IN ({', '.join('?' * len(keys))})", keys) if keys else []

    async def one_typo_away(self, key: str) -> list[Track]:
        """Those of the songs used lately whose title keys are at most one typo away from it."""
        rows = await self._database.fetch(
            "SELECT id, title_key FROM fetched_songs ORDER BY used_at DESC LIMIT ?", [_LATELY]
        )
        near = [id for id, title in rows if OSA.distance(key, title, score_cutoff=1) <= 1]
        return [track for id in near if (track := await self.by_id(id)) is not None]

    async def keep(self, track: Track) -> None:
        """Store or update a song; one without features goes by its artist.

        Raises:
            StorageFailed: it could not be written.
        """
        await self._database.execute(_KEEP, _values(track))

    async def touch(self, track_id: str) -> None:
        """Set the time of use to now; unused songs expire."""
        await self._database.execute("UPDATE fetched_songs SET used_at = ? WHERE id = ?", [time(), track_id])

    async def _where(self, condition: str, values: Sequence[str]) -> list[Track]:
        found = await self._database.look_up(
            f"SELECT source, NULL, {_COLUMNS} FROM fetched_songs WHERE {condition} ORDER BY used_at DESC, id",
            values,
        )
        return [replace(track_of(row), source=source) for source, *row in found]


def _values(track: Track) -> list[object]:
    return [
        *(as_json(track.artists) if name == "artists" else getattr(track, name) for name in PLAIN),
        *(track.features.vector() if track.features else [None] * len(FEATURE_NAMES)),
        track.source,
        "artist" if track.features is None else "features",
        title_key(track.title),
        " ".join(normalise(artist) for artist in track.artists),
        time(),
    ]
