"""The map of songs as coordinates for the web page."""

import asyncio
import gzip
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import SongGone
from bot.domain.tracks import Track
from bot.domain.views import MapPosition
from bot.services.cache import ModelCache
from bot.services.scope import Scope
from ml.serving.bundle import Bundle
from ml.serving.cluster_names import spoken_genre
from ml.serving.genre_families import families_of, family_name, join_nearest
from ml.serving.song_map import Region

MOST_POINTS = 100_000
MOST_FAMILIES = 11
"""Families of genres with a colour of their own."""
MOST_GENRES = 200
"""Genres looked at; of more, the largest."""
MapLabel = Region
"""A name with a place on the map."""
_STEPS = 0xFFFF


@dataclass(frozen=True)
class SongCloud:
    """All points of the map.

    Attributes:
        model: the name of its model.
        rows: (n,) catalogue rows, in the order of the points.
        families: names of the families of genres by number; the last stands for songs of no genre.
        genres: where the songs of each genre are, largest first.
        clusters: the clusters' names by number.
        packed: n x-coordinates as little-endian uint16 from 0 to 65,535, n of y, n of z, n cluster numbers
            (uint16), n family numbers (uint8), concatenated and compressed with gzip.
    """

    model: str
    rows: NDArray[np.int64]
    families: tuple[str, ...]
    genres: tuple[MapLabel, ...]
    clusters: tuple[str, ...]
    regions: tuple[MapLabel, ...]
    packed: bytes


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
        recommender = scope.serving.recommender
        rows = {
            track.row: track.id
            for track in tracks
            if track.row is not None and recommender.seed_of_row(track.row) is not None
        }
        if not rows:
            return {}
        places = recommender.bundle.song_map.at(recommender.points_of(list(rows))).tolist()
        return {track_id: (x, y, z) for track_id, (x, y, z) in zip(rows.values(), places, strict=True)}

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
    names = [name for name, _ in genres]
    genre_of = _genres(rows, genres)
    family_of, families = _families(names, genre_of, arrays.scaled[at])
    planes = [(points[:, axis] * _STEPS).round().astype("<u2").tobytes() for axis in range(3)]
    packed = b"".join([*planes, arrays.clusters[at].astype("<u2").tobytes(), family_of.tobytes()])
    return SongCloud(
        bundle.name,
        rows,
        families,
        _genre_labels(names, genre_of, points),
        tuple(profile.name for profile in bundle.profiles),
        songs.regions,
        gzip.compress(packed, mtime=0),
    )


def _genres(rows: NDArray[np.int64], genres: Sequence[tuple[str, list[int]]]) -> NDArray[np.intp]:
    """The number of each row's genre, shape (n,); the last number stands for none."""
    numbers = np.full(len(rows), len(genres), np.intp)
    for number, (_, members) in enumerate(genres):
        numbers[np.isin(rows, np.array(members, dtype=np.int64))] = number
    return numbers


def _families(
    names: Sequence[str], genre_of: NDArray[np.intp], places: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The number of each point's family of genres, shape (n,), and the families' names; the last are others.

    Genres that sound alike are joined until each family has a colour.
    """
    known = np.flatnonzero(np.bincount(genre_of, minlength=len(names) + 1)[:-1])[:MOST_GENRES].tolist()
    number_of = np.full(len(names) + 1, 0)
    if not known:
        return number_of[genre_of].astype(np.uint8), ("other",)
    centres = np.array([places[genre_of == number].mean(axis=0) for number in known], dtype=np.float64)
    joined = join_nearest(centres, MOST_FAMILIES)
    heads = families_of([names[number] for number in known])
    families = []
    for family in range(joined.max() + 1):
        inside = np.flatnonzero(joined == family)
        away = ((centres[inside] - centres[inside].mean(axis=0)) ** 2).sum(axis=1)
        members = inside[np.argsort(away, kind="stable")].tolist()
        families.append(family_name([names[known[member]] for member in members], heads))
    number_of[:] = len(families)
    number_of[known] = joined
    return number_of[genre_of].astype(np.uint8), (*families, "other")


def _genre_labels(
    names: Sequence[str], genre_of: NDArray[np.intp], points: NDArray[np.float32]
) -> tuple[Region, ...]:
    """Where each genre's songs are, largest first."""
    order = np.argsort(genre_of, kind="stable")
    bounds = np.searchsorted(genre_of[order], np.arange(len(names) + 1))
    labels = []
    for number, name in enumerate(names):
        inside = points[order[bounds[number] : bounds[number + 1]]]
        if len(inside):
            x, y = np.median(inside[:, :2], axis=0).tolist()
            labels.append(Region(spoken_genre(name), x, y, len(inside) / len(points)))
    return tuple(sorted(labels, key=lambda label: -label.share)[:MOST_GENRES])
