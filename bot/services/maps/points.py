"""The map of songs as coordinates for the web page."""

import asyncio
import gzip
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import SongGone
from bot.domain.explorations import MapPosition
from bot.domain.tracks import Track
from bot.services.cache import ModelCache
from bot.services.scope import Scope
from ml.serving.bundle import Bundle
from ml.serving.song_map import Region, SongMap

MOST_POINTS = 100_000
MOST_GENRES = 11
"""Genres with a colour of their own; the rest are one more."""
_STEPS = 0xFFFF


@dataclass(frozen=True)
class SongCloud:
    """All points of the map.

    Attributes:
        model: the name of its model.
        rows: (n,) catalogue rows, in the order of the points.
        genres: names of the genre numbers; the last stands for all others.
        packed: n x-coordinates as little-endian uint16 from 0 to 65,535, n of y, n of z, n cluster numbers
            (uint16), n genre numbers (uint8), concatenated and compressed with gzip.
    """

    model: str
    rows: NDArray[np.int64]
    genres: tuple[str, ...]
    regions: tuple[Region, ...]
    packed: bytes
    songs: SongMap

    def positions(self, places: NDArray[np.float32]) -> list[MapPosition]:
        """Map coordinates of (k, d) points of the scaled space."""
        return [(x, y, z) for x, y, z in self.songs.at(places).tolist()]


class MapSongs:
    """Computes the points once per model, in a thread."""

    def __init__(self, *, most: int = MOST_POINTS) -> None:
        """Args: most: the maximum number of points; of a larger catalogue, the most popular tracks."""
        self._most = most
        self._clouds = ModelCache(self._make)

    async def cloud(self, scope: Scope) -> SongCloud:
        """The map of the current model.

        Raises:
            ModelUnavailable: there is none.
        """
        return await self._clouds.of(scope)

    async def positions_of(self, tracks: Sequence[Track], scope: Scope) -> dict[str, MapPosition]:
        """Map positions by track id; tracks the model was not trained on are omitted.

        Raises:
            ModelUnavailable: there is no model.
        """
        cloud, recommender = await self.cloud(scope), scope.serving.recommender
        rows = {
            track.row: track.id
            for track in tracks
            if track.row is not None and recommender.seed_of_row(track.row) is not None
        }
        positions = cloud.positions(recommender.points_of(list(rows))) if rows else []
        return dict(zip(rows.values(), positions, strict=True))

    async def track_at(self, model: str, point: int, scope: Scope) -> Track:
        """The track of a point.

        Raises:
            SongGone: the map belongs to another model, or has no such point.
        """
        cloud = await self.cloud(scope)
        if model == cloud.model and 0 <= point < len(cloud.rows):
            for track in await scope.serving.tracks.by_rows([int(cloud.rows[point])]):
                return track
        raise SongGone("The map was drawn anew; load the page again.")

    async def _make(self, scope: Scope) -> SongCloud:
        recommender = scope.serving.recommender
        genres = await scope.serving.labels.rows_by_genre()
        known = len(recommender.bundle.arrays.rows)
        shown = await scope.serving.audio_features.popular_rows(self._most) if known > self._most else None
        return await asyncio.to_thread(_cloud, recommender.bundle, shown, genres)


def _cloud(bundle: Bundle, shown: Sequence[int] | None, genres: Sequence[tuple[str, list[int]]]) -> SongCloud:
    songs, arrays = bundle.song_map, bundle.arrays
    at = np.arange(len(arrays.rows))
    if shown is not None:
        at = np.flatnonzero(np.isin(arrays.rows, np.array(shown, dtype=np.int64)))
    at = at[np.argsort(arrays.clusters[at], kind="stable")]  # neighbours side by side compress better
    rows, points = arrays.rows[at], songs.coordinates[at]
    genre_of, names = _genres(rows, genres)
    planes = [(points[:, axis] * _STEPS).round().astype("<u2").tobytes() for axis in range(3)]
    packed = b"".join([*planes, arrays.clusters[at].astype("<u2").tobytes(), genre_of.tobytes()])
    return SongCloud(bundle.name, rows, names, songs.regions, gzip.compress(packed, mtime=0), songs)


def _genres(
    rows: NDArray[np.int64], genres: Sequence[tuple[str, list[int]]]
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Genre numbers of the rows, and their names."""
    own = genres[:MOST_GENRES]
    numbers = np.full(len(rows), len(own), np.uint8)
    for number, (_, members) in enumerate(own):
        numbers[np.isin(rows, np.array(members, dtype=np.int64))] = number
    return numbers, (*(name for name, _ in own), "other")
